#include "text/wordpiece.h"

#include "base/map.h"
#include "base/utf8.h"

#include <string.h>
#include <utf8proc.h>

#define WORD_MAX 100        /* characters; a longer one is unknown as a whole, as where these models come from */
#define PARTS_MAX 32        /* of one character, taken apart */
#define VOCABULARY_MAX ((size_t)1 << 21)

struct wordpiece {
	struct map *ids;    /* by piece: its number plus one */
	struct str *pieces;
	size_t count;
	bool lower;
	i64 unknown, first, last;
};

static bool find(const struct wordpiece *w, struct str piece, i64 *ret_id)
{
	void *found = map_get(w->ids, piece);
	if (found)
		*ret_id = (i64)(intptr_t)found - 1;
	return found;
}

enum err wordpiece_open(struct cx *cx, struct str vocabulary, bool lower, struct wordpiece **ret_wordpiece)
{
	struct wordpiece *w = arena_new_of(cx->arena, struct wordpiece);
	size_t capacity = 0;
	w->ids = map_new(cx->arena);
	w->lower = lower;
	for (struct str rest = vocabulary; rest.len;) {
		struct str piece = str_line(&rest);
		if (w->count == VOCABULARY_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("The vocabulary has too many pieces."));
		*arena_push(cx->arena, w->pieces, w->count, capacity) = piece;
		if (piece.len)
			map_put(w->ids, piece, (void *)(intptr_t)w->count);
	}
	if (!find(w, S("[UNK]"), &w->unknown) || !find(w, S("[CLS]"), &w->first) || !find(w, S("[SEP]"), &w->last))
		return fail(cx, ERR_BAD_INPUT, N_("The vocabulary lacks [UNK], [CLS] or [SEP]: it is not the vocab.txt of a BERT model."));
	*ret_wordpiece = w;
	return OK;
}

size_t wordpiece_size(const struct wordpiece *w)
{
	return w->count;
}

struct str wordpiece_piece(const struct wordpiece *w, i64 id)
{
	return id >= 0 && (size_t)id < w->count ? w->pieces[id] : (struct str){};
}

/* ---- what a character is ---- */

static bool is_space(u32 code)
{
	return code == ' ' || code == '\t' || code == '\n' || code == '\r' || utf8proc_category((utf8proc_int32_t)code) == UTF8PROC_CATEGORY_ZS;
}

static bool is_dropped(u32 code)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
	return !code || code == UTF8_BAD || c == UTF8PROC_CATEGORY_CC || c == UTF8PROC_CATEGORY_CF || c == UTF8PROC_CATEGORY_CS || c == UTF8PROC_CATEGORY_CO;
}

static bool is_han(u32 code)
{
	return (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3400 && code <= 0x4DBF) || (code >= 0x20000 && code <= 0x2A6DF) || (code >= 0x2A700 && code <= 0x2CEAF) ||
	       (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x2F800 && code <= 0x2FA1F);
}

/* In ASCII every sign, elsewhere punctuation alone. */
static bool is_point(u32 code)
{
	if (code < 0x80)
		return code > ' ' && code < 0x7F && !(code >= '0' && code <= '9') && !((code | 0x20) >= 'a' && (code | 0x20) <= 'z');
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)code);
	return c >= UTF8PROC_CATEGORY_PC && c <= UTF8PROC_CATEGORY_PO;
}

/* ---- a word ---- */

struct word {
	char at[2 + 4 * WORD_MAX]; /* two in front: "##" of a piece that goes on */
	u32 ends[WORD_MAX];        /* of each character, from at + 2 */
	size_t count;
	bool too_long;
};

struct writer {
	const struct wordpiece *w;
	struct word word;
	i64 *ids;
	size_t count, most; /* the last place is kept for [SEP] */
};

static void put(struct writer *o, i64 id)
{
	if (o->count < o->most - 1)
		o->ids[o->count++] = id;
}

/* The longest piece that begins at a character; how many characters it takes, 0: there is none. */
static size_t longest(struct writer *o, size_t from, i64 *ret_id)
{
	struct word *word = &o->word;
	size_t start = from ? word->ends[from - 1] : 0;
	char *at = word->at + 2 + start, kept[2] = {at[-2], at[-1]};
	size_t taken = 0;
	if (from)
		at[-2] = at[-1] = '#';
	for (size_t to = word->count; to > from && !taken; to--) {
		struct str piece = {from ? at - 2 : at, word->ends[to - 1] - start + (from ? 2 : 0)};
		if (find(o->w, piece, ret_id))
			taken = to - from;
	}
	at[-2] = kept[0];
	at[-1] = kept[1];
	return taken;
}

static void end_word(struct writer *o)
{
	struct word *word = &o->word;
	size_t before = o->count;
	bool unknown = word->too_long;
	for (size_t from = 0; from < word->count && !unknown && o->count < o->most - 1;) {
		i64 id;
		size_t taken = longest(o, from, &id);
		unknown = !taken;
		from += taken;
		if (taken)
			put(o, id);
	}
	if (unknown) { /* the whole word is */
		o->count = before;
		put(o, o->w->unknown);
	}
	word->count = 0;
	word->too_long = false;
}

static void add_to_word(struct word *word, u32 code)
{
	if (word->count == WORD_MAX) {
		word->too_long = true;
		return;
	}
	u32 start = word->count ? word->ends[word->count - 1] : 0;
	utf8proc_ssize_t len = utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)word->at + 2 + start);
	word->ends[word->count++] = start + (u32)len;
}

/* One character of the cleaned text. */
static void add(struct writer *o, u32 code)
{
	if (is_point(code) || is_han(code)) {
		end_word(o);
		add_to_word(&o->word, code);
		end_word(o);
	} else {
		add_to_word(&o->word, code);
	}
}

/* Taken apart into letter and accents, the accents left out, in lower case. */
static void add_plain(struct writer *o, u32 code)
{
	utf8proc_int32_t parts[PARTS_MAX];
	int boundary = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code, parts, PARTS_MAX, UTF8PROC_DECOMPOSE, &boundary);
	if (count < 0 || count > PARTS_MAX) {
		parts[0] = (utf8proc_int32_t)code;
		count = 1;
	}
	for (utf8proc_ssize_t i = 0; i < count; i++)
		if (utf8proc_category(parts[i]) != UTF8PROC_CATEGORY_MN)
			add(o, (u32)utf8proc_tolower(parts[i]));
}

size_t wordpiece_read(const struct wordpiece *w, struct str text, i64 *ret_ids, size_t most)
{
	must(most >= 2);
	struct writer o = {.w = w, .ids = ret_ids, .most = most};
	put(&o, w->first);
	while (text.len && o.count < most - 1) {
		u32 code = utf8_next(&text);
		if (is_space(code))
			end_word(&o);
		else if (is_dropped(code))
			continue;
		else if (w->lower)
			add_plain(&o, code);
		else
			add(&o, code);
	}
	end_word(&o);
	ret_ids[o.count++] = w->last;
	return o.count;
}
