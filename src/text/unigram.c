/* unigram.c: pieces with a probability each, as SentencePiece cuts them (XLM-RoBERTa, CamemBERT): of all ways to cut a word the likeliest. */
#include "base/utf8.h"
#include "text/pieces_kind.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define WORD_MAX 512u /* bytes looked at together: a longer word is cut there */
#define SPACE_MARK "\xe2\x96\x81" /* ▁: stands before each word */

static bool is_space(u32 code)
{
	return (code >= 9 && code <= 13 && code != 0x0B) || code == ' ' || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200F) || code == 0x2028 || code == 0x2029 ||
	       code == 0x202F || code == 0x205F || code == 0x2581 || code == 0x3000 || code == 0xFEFF || code == UTF8_BAD;
}

static bool is_control(u32 code)
{
	return code < 0x20 || code == 0x7F || code == 0x8F || code == 0x9F;
}

/* Controls left out, spaces of all sorts one, compatible forms made plain, lower case where the model wants it. */
static struct str normal(const struct pieces *p, struct arena *scratch, struct str text)
{
	struct buf *b = buf_in_arena(scratch);
	for (struct str rest = text; rest.len;) {
		u32 code = utf8_next(&rest);
		if (is_space(code))
			buf_addc(b, ' ');
		else if (!is_control(code))
			buf_add_utf8(b, p->lower ? (u32)utf8proc_tolower((utf8proc_int32_t)code) : code);
	}
	struct str plain = buf_str(b);
	utf8proc_uint8_t *composed = NULL;
	if (!p->compatible || !plain.len)
		return plain;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)plain.at, (utf8proc_ssize_t)plain.len, &composed,
					    (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT));
	struct str made = len >= 0 ? arena_str(scratch, (struct str){(const char *)composed, (size_t)len}) : plain;
	free(composed);
	return made;
}

struct step {
	float score;
	u32 from;   /* where the piece that ends here begins */
	i64 id;     /* -1: not reached */
};

/* The likeliest way through; what no piece covers is unknown, a character at a time. */
static void cut_word(const struct pieces *p, struct str word, struct pieces_out *out)
{
	struct step steps[WORD_MAX + 8];
	i64 found[WORD_MAX + 8];
	for (size_t i = 0; i <= word.len; i++)
		steps[i] = (struct step){0, 0, -1};
	for (size_t at = 0; at < word.len;) {
		struct str rest = str_skip(word, at), next = rest;
		utf8_next(&next);
		size_t letter = rest.len - next.len, most = rest.len < p->longest ? rest.len : p->longest;
		bool alone = false;
		for (size_t len = letter; len <= most; len++) {
			i64 id;
			if ((len < rest.len && ((u8)rest.at[len] & 0xC0) == 0x80) || !pieces_find(p, str_head(rest, len), &id) || id == p->unknown)
				continue;
			float score = steps[at].score + p->scores[id];
			struct step *end = &steps[at + len];
			alone |= len == letter;
			if (end->id < 0 || score > end->score)
				*end = (struct step){score, (u32)at, id};
		}
		struct step *end = &steps[at + letter];
		float score = steps[at].score + p->unknown_score;
		if (!alone && (end->id < 0 || score > end->score))
			*end = (struct step){score, (u32)at, p->unknown};
		at += letter;
	}
	size_t count = 0;
	for (size_t at = word.len; at; at = steps[at].from)
		if (!(count && found[count - 1] == p->unknown && steps[at].id == p->unknown)) /* unknown ones in a row are one */
			found[count++] = steps[at].id;
	while (count)
		pieces_put(out, found[--count]);
}

void pieces_cut_unigrams(const struct pieces *p, struct arena *scratch, struct str text, struct pieces_out *out)
{
	struct str rest = normal(p, scratch, text);
	struct buf word = {.max = WORD_MAX};
	while (rest.len && out->count < out->most) {
		buf_clear(&word);
		while (rest.len && rest.at[0] == ' ')
			rest = str_skip(rest, 1);
		if (!rest.len)
			break;
		buf_adds(&word, SPACE_MARK);
		while (rest.len && rest.at[0] != ' ' && word.len + 8 < WORD_MAX)
			buf_add_utf8(&word, utf8_next(&rest));
		cut_word(p, buf_str(&word), out);
	}
	buf_free(&word);
}
