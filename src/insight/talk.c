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
	struct map *terms, *authors, *languages, *left_out;
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

static void count_author(struct counting *c, const struct mention_row *row)
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
	a->mentions++;
	a->negative += row->mention.tone == TONE_NEGATIVE;
}

static void count_language(struct counting *c, struct str code)
{
	struct str rest = code;
	code = code.len ? str_cut(&rest, '-') : S("");
	struct str key = code.len ? code : S("?");
	struct talk_language *l = map_get(c->languages, key);
	if (!l) {
		l = arena_new_of(c->cx->arena, struct talk_language);
		*l = (struct talk_language){.code = arena_str(c->cx->arena, code)};
		map_put(c->languages, key, l);
	}
	l->mentions++;
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
	const struct talk_language *x = a, *y = b;
	return x->mentions != y->mentions ? (x->mentions > y->mentions ? -1 : 1) : str_cmp(x->code, y->code);
}

static size_t best_terms(struct counting *c, const struct talk *talk, bool tags, struct talk_term *ret_terms)
{
	struct talk_term *list = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < map_count(c->terms); i++) {
		struct term *t = map_value(c->terms, i);
		if ((t->sign == '#') != tags || t->shown.mentions < LEAST)
			continue;
		t->shown.before = talk->read_before ? (double)t->before * (double)talk->read / (double)talk->read_before : -1;
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

static void settle(struct counting *c, struct talk *talk)
{
	talk->term_count = best_terms(c, talk, false, talk->terms);
	talk->tag_count = best_terms(c, talk, true, talk->tags);
	BEST(c->authors, struct talk_author, by_mentions, talk->authors, TALK_AUTHORS, talk->author_count);
	BEST(c->languages, struct talk_language, by_use, talk->languages, TALK_LANGUAGES, talk->language_count);
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
	struct counting c = {.cx = cx, .terms = map_new(cx->arena), .authors = map_new(cx->arena), .languages = map_new(cx->arena), .left_out = map_new(cx->arena)};
	struct talk talk = {.read = (i64)count, .read_before = (i64)before_count, .is_part = count == TALK_READ};
	leave_out(&c, words);
	for (size_t i = 0; i < count; i++) {
		count_words(&c, now[i].body, false, now[i].mention.tone == TONE_NEGATIVE);
		count_author(&c, &now[i]);
		count_language(&c, now[i].lang);
	}
	for (size_t i = 0; i < before_count; i++)
		count_words(&c, before[i].body, true, false);
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
	const struct mention_filter last = {.query = query, .tone = -1, .since = since - (until - since), .until = since};
	TRY(mention_list(cx, db, workspace, &this, LIST_START, TALK_READ, &now, &count));
	TRY(mention_list(cx, db, workspace, &last, LIST_START, TALK_READ, &before, &before_count));
	talk_over(cx, words, now, count, before, before_count, ret_talk);
	return OK;
}
