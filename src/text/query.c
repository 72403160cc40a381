#include "text/query.h"

#include "base/err.h"
#include "base/utf8.h"
#include "text/place.h"
#include "text/query_lex.h"
#include "text/query_words.h"

#define FOLLOWERS_MAX ((i64)1000000000000)

struct reader {
	struct arena *arena;
	struct query_lexer lexer;
	struct query_words words; /* for cutting, used again and again */
	const struct query_pieces *pieces;
	struct query_fault *fault;
	const char *end;          /* of the piece that was read last */
	size_t depth, terms;
	bool too_much;            /* the fault is one of size, not of a place */
};

/* A part that was read, and where. */
struct part {
	struct query *query;
	struct str at;
	struct str loose; /* what in it needs no word, phrase, author or channel; at == NULL: it is anchored */
};

static bool wrong(struct reader *r, struct str at, const char *story)
{
	return query_fault_at(r->fault, at, story);
}

static bool too_much(struct reader *r, struct str at, const char *story)
{
	r->too_much = true;
	return wrong(r, at, story);
}

static bool step(struct reader *r)
{
	r->end = r->lexer.at.at ? r->lexer.at.at + r->lexer.at.len : NULL; /* an empty text is nowhere */
	return query_lex(&r->lexer, r->fault);
}

static struct query *node(struct reader *r, enum query_kind kind)
{
	struct query *q = arena_new_of(r->arena, struct query);
	q->kind = kind;
	return q;
}

/* ---- leaves ---- */

static bool take_words(struct reader *r, struct query *q, struct str at)
{
	const struct query_word *items = query_words_items(&r->words);
	struct str *words = arena_array(r->arena, struct str, r->words.count);
	for (size_t i = 0; i < r->words.count; i++) {
		struct str word = query_word_text(&r->words, &items[i]);
		if (word.len >= QUERY_WORD_MAX)
			return wrong(r, at, N_("This word is too long: write its beginning and a star."));
		if (items[i].sign && q->kind != QUERY_PHRASE && q->kind != QUERY_WORD)
			word = (struct str){word.at - 1, word.len + 1};
		words[i] = arena_str(r->arena, word);
	}
	q->words = words;
	q->count = r->words.count;
	return true;
}

static bool read_star(struct reader *r, struct query *q, struct str raw, struct str at)
{
	struct str stem = str_head(raw, raw.len - 1);
	if (str_find_byte(raw, '*') != (ptrdiff_t)raw.len - 1)
		return wrong(r, at, N_("A star stands at the end of a word, for whatever may follow: write its beginning, then the star."));
	query_words_cut(&r->words, stem);
	if (r->words.count != 1)
		return wrong(r, at, N_("A star follows the beginning of one word: letters, figures and _ alone."));
	if (query_words_items(&r->words)[0].len < 2)
		return wrong(r, at, N_("Write at least two letters before the star: fewer would match almost everything."));
	q->kind = QUERY_PREFIX;
	return take_words(r, q, at);
}

static bool read_bare(struct reader *r, struct query *q, struct str raw, struct str at)
{
	if (str_find_byte(raw, '*') >= 0)
		return read_star(r, q, raw, at);
	query_words_cut(&r->words, raw);
	const struct query_word *items = query_words_items(&r->words);
	bool is_signed = false;
	for (size_t i = 0; i < r->words.count; i++)
		is_signed = is_signed || items[i].sign;
	if (!r->words.count)
		return wrong(r, at, N_("There is no letter and no figure in this: signs and pictures cannot be looked for."));
	if (is_signed && r->words.count > 1)
		return wrong(r, at, N_("A #tag or @name is one word of letters, figures and _. Put quotation marks around what is more."));
	if (r->words.count > QUERY_PHRASE_MAX)
		return wrong(r, at, N_("A phrase has 32 words at the most: leave some out."));
	q->kind = is_signed ? QUERY_SIGNED : r->words.count > 1 ? QUERY_PHRASE : QUERY_WORD;
	return take_words(r, q, at);
}

static bool read_quoted(struct reader *r, struct query *q, struct str raw, struct str at)
{
	if (str_find_byte(raw, '*') >= 0)
		return wrong(r, at, N_("Between quotation marks a star does not stand for anything: write whole words, or take the marks out."));
	query_words_cut(&r->words, raw);
	if (!r->words.count)
		return wrong(r, at, N_("There is no letter and no figure in this: signs and pictures cannot be looked for."));
	if (r->words.count > QUERY_PHRASE_MAX)
		return wrong(r, at, N_("A phrase has 32 words at the most: leave some out."));
	q->kind = r->words.count > 1 ? QUERY_PHRASE : QUERY_WORD;
	return take_words(r, q, at);
}

/* ---- fields ---- */

static const char *const field_words[] = {
	[QUERY_LANG] = "lang", [QUERY_CHANNEL] = "channel", [QUERY_AUTHOR] = "author", [QUERY_SENTIMENT] = "sentiment", [QUERY_HAS] = "has",
	[QUERY_PLACE] = "near", [QUERY_FOLLOWERS_OVER] = "followers", [QUERY_FOLLOWERS_UNDER] = "followers",
};

const char *query_field_word(enum query_field field)
{
	return field_words[field];
}

static const char *const has_words[] = {"link", "image", "video", "media", "question"};
static const char *const sentiment_words[] = {"positive", "negative", "neutral"};

struct str query_author(struct str name)
{
	name = str_trim(name);
	while (str_starts(name, S("@")))
		name = str_trim(str_skip(name, 1));
	return name;
}

static bool is_lang(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] < 'a' || value.at[i] > 'z')
			return false;
	return value.len == 2 || value.len == 3;
}

static bool read_followers(struct reader *r, struct query *q, struct str value)
{
	bool over = str_starts(value, S(">")), equal = value.len > 1 && value.at[1] == '=';
	i64 number;
	if ((!over && !str_starts(value, S("<"))) || !str_to_i64(str_skip(value, equal ? 2 : 1), &number) ||
	    number < (equal ? 0 : -1) || number > FOLLOWERS_MAX + !equal) /* so that what >= and <= become is taken too */
		return wrong(r, r->lexer.at, N_("Behind followers: stands > or < and a whole number: write followers:>1000."));
	q->field = over ? QUERY_FOLLOWERS_OVER : QUERY_FOLLOWERS_UNDER;
	q->number = equal ? number + (over ? -1 : 1) : number;
	return true;
}

/* Of names that can be compared, and not too many of them. */
static bool is_place(struct str value)
{
	struct place_text place;
	if (value.len > QUERY_WORD_MAX)
		return false;
	place_read(value, true, &place);
	return place.count && place.count <= PLACE_ASKED_MAX && place_names(&place, 0, place.count).len <= PLACE_KEY_MAX;
}

static const char *field_value_story(enum query_field field, struct str value)
{
	switch (field) {
	case QUERY_LANG:
		return is_lang(value) ? NULL : N_("Behind lang: stands a language in two or three letters: write lang:fr.");
	case QUERY_SENTIMENT:
		return str_in(value, sentiment_words, COUNT(sentiment_words)) ? NULL : N_("Behind sentiment: stands positive, negative or neutral.");
	case QUERY_HAS:
		return str_in(value, has_words, COUNT(has_words)) ? NULL : N_("Behind has: stands link, image, video, media or question.");
	case QUERY_PLACE:
		return is_place(value) ? NULL : N_("Behind near: stands a place, of 8 words at the most: write near:lyon or near:\"New York\".");
	default:
		return value.len && value.len <= QUERY_WORD_MAX ? NULL : N_("Behind the colon stands a name: write author:name or channel:\"A name of more words\".");
	}
}

/* NEAR:5, by somebody who means NEAR/5. */
static bool is_distance(struct str name, struct str value)
{
	i64 number;
	return str_eq(name, S("NEAR")) && str_to_i64(value, &number) && number <= QUERY_NEAR_MAX;
}

static bool read_field(struct reader *r, struct part *part)
{
	struct query *q = part->query = node(r, QUERY_FIELD);
	struct str value = str_trim(r->lexer.value);
	size_t field = 0;
	while (field < COUNT(field_words) && !str_eq_fold(r->lexer.name, str_of(field_words[field])))
		field++;
	if (field == COUNT(field_words))
		return wrong(r, r->lexer.at, N_("Before a colon stands one of lang, channel, author, sentiment, followers, has, near, saved. To look for the words, put quotation marks around."));
	if (field == QUERY_FOLLOWERS_OVER)
		return read_followers(r, q, value);
	if (field == QUERY_PLACE && is_distance(r->lexer.name, value))
		return wrong(r, r->lexer.at, N_("NEAR with a number of words is written with a slash: NEAR/5. A place is written near:lyon."));
	CLEANUP(buf_free) struct buf lower = {.max = QUERY_BYTES_MAX * 4};
	buf_add_query_lower(&lower, field == QUERY_AUTHOR ? query_author(value) : value);
	struct str *word = arena_new_of(r->arena, struct str);
	*word = buf_keep(&lower, r->arena);
	const char *story = field_value_story((enum query_field)field, *word);
	if (story)
		return wrong(r, r->lexer.at, story);
	q->field = (enum query_field)field;
	q->words = word;
	q->count = 1;
	return true;
}

static void anchor(struct part *part)
{
	const struct query *q = part->query;
	bool loose = q->kind == QUERY_FIELD && q->field != QUERY_AUTHOR && q->field != QUERY_CHANNEL;
	part->loose = loose ? part->at : (struct str){};
}

/* ---- saved pieces ---- */

static bool read_any(struct reader *r, struct part *part);
static bool end_of_text(struct reader *r);

static bool deeper(struct reader *r)
{
	if (r->depth++ < QUERY_DEPTH_MAX)
		return true;
	return too_much(r, r->lexer.at, N_("This goes too deep: parentheses and saved pieces can stand 24 deep in each other, and a piece not in itself."));
}

static bool read_piece(struct reader *r, struct str text, struct part *inside)
{
	if (!text.at)
		text = S("");
	if (text.len > QUERY_BYTES_MAX)
		return too_much(r, r->lexer.at, N_("This is too long: a query has 64 KiB at the most. Make two of it."));
	r->lexer = (struct query_lexer){.rest = text, .at = str_head(text, 0)};
	return step(r) && read_any(r, inside) && end_of_text(r) &&
	       (inside->query->kind != QUERY_NOT || wrong(r, inside->at, N_("NOT takes away from something: write what to look for, then AND NOT.")));
}

static bool read_saved(struct reader *r, struct part *part)
{
	struct query *q = part->query = node(r, QUERY_SAVED);
	struct query_lexer outer = r->lexer;
	struct part inside = {};
	struct str text, name = str_trim(r->lexer.value);
	if (!name.len || !r->pieces || !r->pieces->find(r->pieces->subject, name, &text))
		return wrong(r, outer.at, N_("There is no saved piece of this name."));
	if (!deeper(r))
		return false;
	bool read = read_piece(r, text, &inside);
	r->lexer = outer;
	if (!read && r->too_much) {
		r->fault->at = outer.at;
		return false;
	}
	if (!read)
		return wrong(r, outer.at, N_("There is something to mend in this saved piece: open it, and it is shown there."));
	r->depth--;
	struct str *word = arena_new_of(r->arena, struct str);
	const struct query **parts = arena_new_of(r->arena, const struct query *);
	*word = arena_str(r->arena, name);
	*parts = inside.query;
	q->words = word;
	q->parts = parts;
	q->count = 1;
	part->loose = inside.loose.at ? outer.at : (struct str){};
	return true;
}

/* ---- what is put together ---- */

static const char *missing_story(enum query_piece piece)
{
	switch (piece) {
	case PIECE_CLOSE:
		return N_("A parenthesis closes here where a word should stand: write the word, or take the parenthesis out.");
	case PIECE_NOT:
		return N_("NOT stands before a word or a parenthesis, once, and behind AND: write … AND NOT ….");
	case PIECE_END:
		return N_("Something is missing here: write a word, a phrase or a field.");
	default:
		return N_("AND, OR and NEAR stand between two words: write what is missing, or take it out. To look for the word itself, write it small.");
	}
}

static bool read_group(struct reader *r, struct part *part)
{
	struct str open = r->lexer.at;
	if (!deeper(r) || !step(r) || !read_any(r, part))
		return false;
	if (r->lexer.piece != PIECE_CLOSE)
		return wrong(r, open, N_("The parenthesis that opens here is not closed: close it, or take it out."));
	r->depth--;
	return step(r);
}

static bool read_leaf(struct reader *r, struct part *part)
{
	enum query_piece piece = r->lexer.piece;
	if (++r->terms > QUERY_TERMS_MAX)
		return too_much(r, r->lexer.at, N_("These are too many words: a query has 2,000 at the most. Make two of it."));
	part->at = r->lexer.at;
	bool is_saved = piece == PIECE_FIELD && str_eq_fold(r->lexer.name, S("saved"));
	if (!is_saved)
		part->query = node(r, QUERY_WORD);
	bool read = is_saved ? read_saved(r, part)
		    : piece == PIECE_FIELD ? read_field(r, part)
		    : piece == PIECE_QUOTED ? read_quoted(r, part->query, r->lexer.value, part->at)
					    : read_bare(r, part->query, r->lexer.value, part->at);
	if (!read)
		return false;
	if (!is_saved)
		anchor(part);
	return step(r);
}

static bool read_primary(struct reader *r, struct part *part)
{
	switch (r->lexer.piece) {
	case PIECE_OPEN:
		return read_group(r, part);
	case PIECE_QUOTED:
	case PIECE_FIELD:
	case PIECE_WORDS:
		return read_leaf(r, part);
	default:
		return wrong(r, r->lexer.at, missing_story(r->lexer.piece));
	}
}

static bool near_takes(const struct part *part)
{
	return part->query->kind <= QUERY_PHRASE;
}

static bool read_near(struct reader *r, struct part *part)
{
	if (!read_primary(r, part))
		return false;
	if (r->lexer.piece != PIECE_NEAR)
		return true;
	struct part left = *part, right = {};
	struct query *q = node(r, QUERY_NEAR);
	q->number = r->lexer.distance;
	if (!step(r) || !read_primary(r, &right))
		return false;
	if (!near_takes(&left) || !near_takes(&right))
		return wrong(r, near_takes(&left) ? right.at : left.at,
			     N_("NEAR stands between two words or phrases. For more, write (a NEAR/5 c) OR (b NEAR/5 c)."));
	if (r->lexer.piece == PIECE_NEAR)
		return wrong(r, r->lexer.at, N_("NEAR takes two words. For three, write (a NEAR/5 b) AND (b NEAR/5 c)."));
	const struct query **parts = arena_array(r->arena, const struct query *, 2);
	parts[0] = left.query;
	parts[1] = right.query;
	q->parts = parts;
	q->count = 2;
	*part = (struct part){.query = q, .at = str_span(left.at.at, r->end)};
	return true;
}

static bool read_not(struct reader *r, struct part *part)
{
	struct str at = r->lexer.at;
	if (r->lexer.piece != PIECE_NOT)
		return read_near(r, part);
	if (!step(r) || !read_near(r, part))
		return false;
	if (part->query->kind == QUERY_NOT)
		return wrong(r, at, N_("NOT of a NOT is nothing: take both out."));
	struct query *q = node(r, QUERY_NOT);
	const struct query **parts = arena_new_of(r->arena, const struct query *);
	*parts = part->query;
	q->parts = parts;
	q->count = 1;
	part->query = q;
	part->at = part->loose = str_span(at.at, r->end);
	return true;
}

/* What stands between the parts of AND or OR ends here: is there something that needs one between? */
static bool read_between(struct reader *r)
{
	switch (r->lexer.piece) {
	case PIECE_END: case PIECE_CLOSE: case PIECE_AND: case PIECE_OR: case PIECE_NEAR:
		return true;
	case PIECE_NOT:
		return wrong(r, r->lexer.at, N_("Write AND NOT: NOT takes away from what stands before an AND."));
	default:
		return wrong(r, r->lexer.at, N_("AND, OR or NEAR/5 in capitals is missing before this. For words that follow each other, put quotation marks around them."));
	}
}

struct parts {
	const struct query **items;
	size_t count, capacity;
};

static void gather(struct reader *r, struct parts *parts, const struct part *part)
{
	*arena_push(r->arena, parts->items, parts->count, parts->capacity) = part->query;
}

static void join(struct reader *r, enum query_kind kind, struct parts *parts, struct part *part)
{
	struct query *q = node(r, kind);
	q->parts = parts->items;
	q->count = parts->count;
	part->query = q;
}

static bool read_and(struct reader *r, struct part *part)
{
	struct parts parts = {};
	if (!read_not(r, part) || !read_between(r))
		return false;
	if (r->lexer.piece != PIECE_AND)
		return true;
	struct str from = part->at, loose = part->loose;
	bool all_not = part->query->kind == QUERY_NOT;
	gather(r, &parts, part);
	while (r->lexer.piece == PIECE_AND) {
		struct part next = {};
		if (!step(r) || !read_not(r, &next) || !read_between(r))
			return false;
		all_not = all_not && next.query->kind == QUERY_NOT;
		loose = next.loose.at ? loose : (struct str){};
		gather(r, &parts, &next);
	}
	part->at = str_span(from.at, r->end);
	if (all_not)
		return wrong(r, part->at, N_("Every part of this says NOT, so that it would match almost everything: add with AND what to look for."));
	part->loose = loose.at ? part->at : (struct str){};
	join(r, QUERY_AND, &parts, part);
	return true;
}

static bool not_alone(struct reader *r, const struct part *part)
{
	return part->query->kind != QUERY_NOT || wrong(r, part->at, N_("NOT takes away from something: write what to look for, then AND NOT."));
}

/* OR of ANDs: what stands in parentheses, or is the whole. */
static bool read_any(struct reader *r, struct part *part)
{
	struct parts parts = {};
	if (!read_and(r, part))
		return false;
	if (r->lexer.piece != PIECE_OR)
		return true;
	if (!not_alone(r, part))
		return false;
	struct str from = part->at, loose = part->loose;
	gather(r, &parts, part);
	while (r->lexer.piece == PIECE_OR) {
		struct part next = {};
		if (!step(r) || !read_and(r, &next) || !not_alone(r, &next))
			return false;
		loose = loose.at ? loose : next.loose;
		gather(r, &parts, &next);
	}
	part->at = str_span(from.at, r->end);
	part->loose = loose;
	join(r, QUERY_OR, &parts, part);
	return true;
}

static bool end_of_text(struct reader *r)
{
	if (r->lexer.piece == PIECE_END)
		return true;
	return wrong(r, r->lexer.at, r->lexer.piece == PIECE_CLOSE ? N_("This parenthesis closes none that is open: take it out.") : missing_story(r->lexer.piece));
}

bool query_read(struct arena *arena, struct str text, const struct query_pieces *pieces, const struct query **ret_query, struct query_fault *ret_fault)
{
	struct reader r = {.arena = arena, .pieces = pieces, .fault = ret_fault, .lexer = {.at = str_head(text, 0)}};
	struct part all = {};
	bool read = read_piece(&r, text, &all);
	if (read && all.loose.at)
		read = wrong(&r, all.loose, N_("This alone would match almost everything: add with AND a word, a phrase, an author or a channel."));
	if (read)
		*ret_query = all.query;
	query_words_free(&r.words);
	return read;
}

size_t query_column(struct str text, const struct query_fault *fault)
{
	return fault->at.at && text.at ? utf8_count(str_span(text.at, fault->at.at)) + 1 : 1;
}
