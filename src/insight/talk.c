#include "insight/talk.h"

#include "base/map.h"
#include "text/query_words.h"

#include <math.h>
#include <stdlib.h>

#define LEAST 2 /* mentions that a word needs to be told */

/* Words that say nothing by themselves, in the languages most heard here; sorted by language. */
static const char *const empty_words[] = {
	/* French */
	"les", "des", "une", "est", "que", "qui", "pas", "pour", "dans", "sur", "avec", "par", "plus", "mais", "vous", "nous", "ils", "elle", "elles", "son", "ses",
	"mon", "mes", "ton", "tes", "sont", "ont", "être", "avoir", "fait", "faire", "ce", "ces", "cet", "cette", "tout", "tous", "toute", "toutes", "très", "bien",
	"aussi", "sans", "même", "comme", "leur", "leurs", "votre", "vos", "notre", "nos", "aux", "était", "été", "suis", "êtes", "avez", "avons", "peut", "peu", "deux",
	"donc", "car", "quand", "dont", "encore", "alors", "après", "avant", "chez", "entre", "ici", "cela", "ça", "c'est", "quel", "quelle", "lui", "moi", "toi", "si",
	"non", "oui", "rien", "jamais", "toujours", "trop", "juste", "vraiment", "depuis", "hier", "demain", "aujourd", "hui", "fois", "autre", "autres", "va", "vais",
	/* English */
	"the", "and", "for", "that", "this", "with", "you", "your", "are", "was", "were", "not", "but", "have", "has", "had", "they", "them", "their", "there", "from",
	"what", "when", "who", "will", "would", "can", "could", "just", "all", "any", "out", "our", "its", "it's", "about", "been", "more", "than", "then", "very", "too",
	"also", "some", "his", "her", "she", "him", "how", "why", "get", "got", "did", "does", "don", "didn", "isn", "one", "two", "only", "into", "over", "after", "before",
	"because", "which", "where", "these", "those", "like", "really", "much", "still", "every", "here", "now", "ever", "never", "always", "again", "today", "yesterday",
	/* German, Spanish, Italian, Portuguese, Dutch */
	"der", "die", "das", "und", "ist", "nicht", "ein", "eine", "ich", "sie", "wir", "mit", "auf", "für", "von", "dem", "den", "auch", "sich", "aber", "noch", "sehr",
	"los", "las", "una", "por", "con", "para", "del", "como", "pero", "muy", "más", "está", "esta", "este", "son", "hay", "todo", "che", "non", "per", "della", "sono",
	"anche", "più", "gli", "questo", "uma", "não", "com", "mas", "muito", "het", "een", "van", "niet", "voor", "met", "zijn", "maar", "ook", "naar", "nog",
	/* of addresses */
	"http", "https", "www", "amp",
};

struct term {
	struct talk_term shown;
	i64 before, last; /* last: the mention that it was counted in */
	char sign;
};

struct counting {
	struct cx *cx;
	struct map *terms, *authors, *languages, *emotions, *places, *left_out;
	struct query_words words;
	struct buf clean;
	i64 mention;
};

static void add_without_links(struct buf *b, struct str text)
{
	buf_clear(b);
	for (size_t i = 0; i < text.len;) {
		size_t from = i;
		while (i < text.len && (u8)text.at[i] > ' ')
			i++;
		struct str word = {text.at + from, i - from};
		if (!str_starts(word, S("http")) && !str_starts(word, S("www.")))
			buf_add(b, word);
		buf_addc(b, ' ');
		i += i < text.len;
	}
}

static bool says_something(struct str word)
{
	bool letters = false, long_enough = word.len > 3 || (word.len == 3 && (u8)word.at[0] < 0x80);
	for (size_t i = 0; i < word.len; i++)
		letters |= (u8)word.at[i] >= 0x80 || (word.at[i] | 32) >= 'a';
	return letters && (long_enough || (word.len >= 3 && (u8)word.at[0] >= 0xE0));
}

static void count_words(struct counting *c, struct str body, bool is_before, bool is_negative)
{
	add_without_links(&c->clean, body);
	query_words_cut(&c->words, buf_str(&c->clean));
	const struct query_word *items = query_words_items(&c->words);
	c->mention++;
	for (size_t i = 0; i < c->words.count; i++) {
		struct str word = query_word_text(&c->words, &items[i]);
		if (items[i].sign == '@' || !says_something(word) || map_get(c->left_out, word))
			continue;
		if (items[i].sign)
			word = (struct str){word.at - 1, word.len + 1};
		struct term *t = map_get(c->terms, word);
		if (!t) {
			t = arena_new_of(c->cx->arena, struct term);
			*t = (struct term){.shown.text = arena_str(c->cx->arena, word), .sign = items[i].sign};
			map_put(c->terms, word, t);
		}
		if (t->last == c->mention)
			continue;
		t->last = c->mention;
		t->before += is_before;
		t->shown.mentions += !is_before;
		t->shown.negative += !is_before && is_negative;
	}
}

static void count_author(struct counting *c, const struct mention_row *row, bool is_before)
{
	char text[32];
	CLEANUP(buf_free) struct buf key = BUF_IN(text);
	if (!row->identity)
		return;
	buf_add_i64(&key, row->identity);
	struct talk_author *a = map_get(c->authors, buf_str(&key));
	if (!a) {
		a = arena_new_of(c->cx->arena, struct talk_author);
		*a = (struct talk_author){.identity = row->identity, .name = row->author_name, .handle = row->handle, .network = row->channel_network,
					  .followers = row->followers};
		map_put(c->authors, buf_str(&key), a);
	}
	a->before += is_before;
	a->mentions += !is_before;
	a->negative += !is_before && row->mention.tone == TONE_NEGATIVE;
}

static void count_kind(struct counting *c, struct map *kinds, struct str code, bool is_before)
{
	struct str key = code.len ? code : S("?");
	struct talk_kind *k = map_get(kinds, key);
	if (!k) {
		k = arena_new_of(c->cx->arena, struct talk_kind);
		*k = (struct talk_kind){.code = arena_str(c->cx->arena, code)};
		map_put(kinds, key, k);
	}
	k->before += is_before;
	k->mentions += !is_before;
}

static void count_kinds(struct counting *c, const struct mention_row *row, bool is_before)
{
	struct str rest = row->lang, place = str_trim(row->place);
	count_kind(c, c->languages, row->lang.len ? str_cut(&rest, '-') : S(""), is_before);
	if (row->emotion.len)
		count_kind(c, c->emotions, row->emotion, is_before);
	if (place.len)
		count_kind(c, c->places, place, is_before);
}

/* How far a word stands out from its past; without a past, how often it is said. */
static double rank(const struct talk_term *t)
{
	double expected = t->before < 0 ? 0 : t->before;
	return ((double)t->mentions - expected) / sqrt(expected + 1) + 0.05 * (double)t->mentions;
}

static int by_rank(const void *a, const void *b)
{
	const struct talk_term *x = a, *y = b;
	double left = rank(x), right = rank(y);
	return left != right ? (left > right ? -1 : 1) : str_cmp(x->text, y->text);
}

static int by_mentions(const void *a, const void *b)
{
	const struct talk_author *x = a, *y = b;
	return x->mentions != y->mentions ? (x->mentions > y->mentions ? -1 : 1) : (x->identity > y->identity) - (x->identity < y->identity);
}

static int by_use(const void *a, const void *b)
{
	const struct talk_kind *x = a, *y = b;
	return x->mentions != y->mentions ? (x->mentions > y->mentions ? -1 : 1) : str_cmp(x->code, y->code);
}

/* What was counted of the span before, to hold what was counted of this one against. */
static double expected(const struct talk *talk, double before)
{
	bool parts = talk->is_part || talk->read_before == TALK_READ;
	return talk->read_before ? before * (parts ? (double)talk->read / (double)talk->read_before : 1) : -1;
}

static size_t best_terms(struct counting *c, const struct talk *talk, bool tags, struct talk_term *ret_terms)
{
	struct talk_term *list = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < map_count(c->terms); i++) {
		struct term *t = map_value(c->terms, i);
		if ((t->sign == '#') != tags || t->shown.mentions < LEAST)
			continue;
		t->shown.before = expected(talk, (double)t->before);
		*arena_push(c->cx->arena, list, count, capacity) = t->shown;
	}
	if (count)
		qsort(list, count, sizeof *list, by_rank);
	count = count < TALK_TERMS ? count : TALK_TERMS;
	for (size_t i = 0; i < count; i++)
		ret_terms[i] = list[i];
	return count;
}

#define BEST(map, type, order, into, most, ret_count)                                                                          \
	do {                                                                                                                   \
		size_t all_ = map_count(map);                                                                                  \
		type *list_ = arena_array(c->cx->arena, type, all_ + 1);                                                        \
		for (size_t i_ = 0; i_ < all_; i_++)                                                                           \
			list_[i_] = *(type *)map_value((map), i_);                                                             \
		qsort(list_, all_, sizeof *list_, (order));                                                                    \
		(ret_count) = all_ < (most) ? all_ : (most);                                                                    \
		for (size_t i_ = 0; i_ < (ret_count); i_++)                                                                     \
			(into)[i_] = list_[i_];                                                                                \
	} while (0)

static void settle_kinds(const struct talk *talk, struct talk_kind *kinds, size_t *count)
{
	while (*count && !kinds[*count - 1].mentions) /* they were only there before */
		--*count;
	for (size_t i = 0; i < *count; i++)
		kinds[i].before = expected(talk, kinds[i].before);
}

static i64 sum_of(const struct map *kinds)
{
	i64 sum = 0;
	for (size_t i = 0; i < map_count(kinds); i++)
		sum += ((struct talk_kind *)map_value(kinds, i))->mentions;
	return sum;
}

static void settle(struct counting *c, struct talk *talk)
{
	talk->term_count = best_terms(c, talk, false, talk->terms);
	talk->tag_count = best_terms(c, talk, true, talk->tags);
	BEST(c->authors, struct talk_author, by_mentions, talk->authors, TALK_AUTHORS, talk->author_count);
	while (talk->author_count && !talk->authors[talk->author_count - 1].mentions)
		talk->author_count--;
	for (size_t i = 0; i < talk->author_count; i++)
		talk->authors[i].before = expected(talk, talk->authors[i].before);
	BEST(c->languages, struct talk_kind, by_use, talk->languages, TALK_KINDS, talk->language_count);
	BEST(c->emotions, struct talk_kind, by_use, talk->emotions, TALK_KINDS, talk->emotion_count);
	BEST(c->places, struct talk_kind, by_use, talk->places, TALK_KINDS, talk->place_count);
	settle_kinds(talk, talk->languages, &talk->language_count);
	settle_kinds(talk, talk->emotions, &talk->emotion_count);
	settle_kinds(talk, talk->places, &talk->place_count);
	talk->felt = sum_of(c->emotions);
	talk->placed = sum_of(c->places);
}

static void leave_out(struct counting *c, struct str words)
{
	for (size_t i = 0; i < COUNT(empty_words); i++)
		map_put(c->left_out, str_of(empty_words[i]), c);
	query_words_cut(&c->words, words);
	for (size_t i = 0; i < c->words.count; i++)
		map_put(c->left_out, query_word_text(&c->words, &query_words_items(&c->words)[i]), c);
}

void talk_over(struct cx *cx, struct str words, const struct mention_row *now, size_t count, const struct mention_row *before, size_t before_count,
	       struct talk *ret_talk)
{
	struct counting c = {.cx = cx, .terms = map_new(cx->arena), .authors = map_new(cx->arena), .languages = map_new(cx->arena), .emotions = map_new(cx->arena),
			     .places = map_new(cx->arena), .left_out = map_new(cx->arena)};
	struct talk talk = {.read = (i64)count, .read_before = (i64)before_count, .is_part = count == TALK_READ};
	leave_out(&c, words);
	for (size_t i = 0; i < count; i++) {
		count_words(&c, now[i].body, false, now[i].mention.tone == TONE_NEGATIVE);
		count_author(&c, &now[i], false);
		count_kinds(&c, &now[i], false);
	}
	for (size_t i = 0; i < before_count; i++) {
		count_words(&c, before[i].body, true, false);
		count_author(&c, &before[i], true);
		count_kinds(&c, &before[i], true);
	}
	settle(&c, &talk);
	query_words_free(&c.words);
	buf_free(&c.clean);
	*ret_talk = talk;
}

enum err talk_of(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str words, i64 since, i64 until, struct talk *ret_talk)
{
	struct mention_row *now, *before;
	size_t count, before_count;
	const struct mention_filter this = {.query = query, .tone = -1, .since = since, .until = until};
	i64 length = (until < cx->now ? until : cx->now) - since; /* a span may end in the future: its past is as long as what there is of it */
	const struct mention_filter last = {.query = query, .tone = -1, .since = since - length, .until = since};
	TRY(mention_list(cx, db, workspace, &this, LIST_START, TALK_READ, &now, &count));
	TRY(mention_list(cx, db, workspace, &last, LIST_START, TALK_READ, &before, &before_count));
	talk_over(cx, words, now, count, before, before_count, ret_talk);
	return OK;
}
