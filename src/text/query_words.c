#include "text/query_words.h"

#include "base/err.h"
#include "base/utf8.h"

#include <string.h>
#include <unicode/uchar.h>
#include <utf8proc.h>

#define CAPITAL_SIGMA 0x3A3u
#define FINAL_SIGMA 0x3C2u
#define SIGMA 0x3C3u
#define CAPITAL_DOTTED_I 0x130u
#define DOT_ABOVE 0x307u

static bool letter_or_figure(u32 code)
{
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
		return true;
	default:
		return code == '_';
	}
}

/* The character before `at`; steps back over it. */
static u32 previous(const char *from, const char **at)
{
	const char *p = *at - 1;
	while (p > from && *at - p < 4 && ((u8)*p & 0xC0) == 0x80)
		p--;
	struct str s = str_span(p, *at);
	u32 code = utf8_next(&s);
	*at = s.len ? *at - 1 : p; /* broken: one byte */
	return s.len ? UTF8_BAD : code;
}

/* Does a capital sigma that stands in `text` before `rest` end a word? (Unicode, 3.13: Final_Sigma) */
static bool sigma_is_final(struct str text, const char *sigma, struct str rest)
{
	u32 code = ' ';
	while (sigma > text.at && u_hasBinaryProperty((UChar32)(code = previous(text.at, &sigma)), UCHAR_CASE_IGNORABLE))
		code = ' ';
	if (!u_hasBinaryProperty((UChar32)code, UCHAR_CASED))
		return false;
	code = ' ';
	while (rest.len && u_hasBinaryProperty((UChar32)(code = utf8_next(&rest)), UCHAR_CASE_IGNORABLE))
		code = ' ';
	return !u_hasBinaryProperty((UChar32)code, UCHAR_CASED);
}

/* The next character of `rest`, which lies in `text`, lower-cased; *ret_more is a second one, or 0. */
static u32 lower_next(struct str text, struct str *rest, u32 *ret_more)
{
	const char *at = rest->at;
	u32 code = utf8_next(rest);
	*ret_more = code == CAPITAL_DOTTED_I ? DOT_ABOVE : 0;
	if (code == CAPITAL_DOTTED_I)
		return 'i';
	if (code == CAPITAL_SIGMA)
		return sigma_is_final(text, at, *rest) ? FINAL_SIGMA : SIGMA;
	return (u32)utf8proc_tolower((utf8proc_int32_t)code);
}

/* What each ASCII character becomes in a word; 0 parts words. */
static const char plain[128] = {
	['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
	['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j',
	['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
	['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z', ['_'] = '_',
	['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j',
	['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't',
	['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z',
};

struct cutter {
	char *out, *begin;        /* where the next byte goes, and where `lower` begins */
	struct query_word *word;  /* where the next word goes */
	char *start;              /* of the word that is being read; NULL between words */
	char sign;                /* that stands directly before, and was not directly behind a word */
};

static void end_word(struct cutter *c)
{
	if (!c->start)
		return;
	*c->word++ = (struct query_word){(u32)(c->start - c->begin), (u32)(c->out - c->start), c->sign};
	c->start = NULL;
	c->sign = 0;
}

/* A character that is no part of a word. */
static inline void part(struct cutter *c, u32 code)
{
	bool after_word = c->start != NULL;
	end_word(c);
	c->sign = !after_word && (code == '#' || code == '@') ? (char)code : 0;
}

static inline void begin_word(struct cutter *c)
{
	if (c->start)
		return;
	if (c->sign)
		*c->out++ = c->sign;
	c->start = c->out;
}

static void cut_character(struct cutter *c, u32 code)
{
	if (!letter_or_figure(code)) {
		part(c, code);
		return;
	}
	begin_word(c);
	c->out += utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)c->out);
}

void query_words_cut(struct query_words *words, struct str text)
{
	must(text.len <= (size_t)1 << 30);
	words->lower.max = words->room.max = SIZE_MAX / 2;
	buf_clear(&words->lower);
	buf_clear(&words->room);
	/* A lower-case letter may take half as much again (two bytes become three); a sign, a byte, stands for one in the text. */
	size_t bytes = text.len + text.len / 2 + QUERY_WORDS_PAD, count = text.len / 2 + 1;
	struct cutter c = {.begin = buf_room(&words->lower, bytes), .word = (struct query_word *)buf_room(&words->room, count * sizeof *c.word)};
	must(c.begin && c.word);
	c.out = c.begin;
	struct str rest = text;
	while (rest.len) {
		u8 byte = (u8)rest.at[0];
		if (byte < 0x80) {
			char kept = plain[byte];
			rest = str_skip(rest, 1);
			if (!kept) {
				part(&c, byte);
				continue;
			}
			begin_word(&c);
			*c.out++ = kept;
			continue;
		}
		u32 more, code = lower_next(text, &rest, &more);
		cut_character(&c, code);
		if (more)
			cut_character(&c, more);
	}
	end_word(&c);
	memset(c.out, 0, QUERY_WORDS_PAD);
	words->count = (size_t)(c.word - query_words_items(words));
	buf_grew(&words->lower, (size_t)(c.out - c.begin));
	buf_grew(&words->room, words->count * sizeof *c.word);
}

void query_words_free(struct query_words *words)
{
	buf_free(&words->lower);
	buf_free(&words->room);
	words->count = 0;
}

void buf_add_query_lower(struct buf *b, struct str text)
{
	struct str rest = text;
	while (rest.len) {
		u32 more, code = lower_next(text, &rest, &more);
		buf_add_utf8(b, code);
		if (more)
			buf_add_utf8(b, more);
	}
}
