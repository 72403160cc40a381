#include "model/search.h"

#include "base/lang.h"
#include "base/utf8.h"

#include <utf8proc.h>

static bool word_character(u32 code)
{
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_CO:
		return true;
	default:
		return false;
	}
}

/* Step over what is (or is not) part of a word. */
static struct str skip_while(struct str text, bool word)
{
	while (text.len) {
		struct str before = text;
		if (word_character(utf8_next(&text)) != word)
			return before;
	}
	return text;
}

struct str search_plain(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf folded = {}, out = {};
	buf_add_folded(&folded, text);
	struct str rest = skip_while(buf_str(&folded), false);
	while (rest.len) {
		struct str after = skip_while(rest, true);
		if (out.len)
			buf_addc(&out, ' ');
		buf_add(&out, str_head(rest, rest.len - after.len));
		rest = skip_while(after, false);
	}
	return buf_keep(&out, arena);
}

/* ---- what was typed ---- */

struct piece {
	struct str whole, raw; /* with and without its signs */
	bool is_quoted, is_open, is_excluded;
};

static struct piece next_piece(struct str *rest)
{
	struct piece p = {};
	const char *from = rest->at;
	struct str text = *rest;
	if (text.at[0] == '-') {
		p.is_excluded = true;
		text = str_skip(text, 1);
	}
	if (text.len && text.at[0] == '"') {
		text = str_skip(text, 1);
		ptrdiff_t end = str_find_byte(text, '"');
		p.is_quoted = true;
		p.is_open = end < 0;
		p.raw = str_head(text, end < 0 ? text.len : (size_t)end);
		text = str_skip(text, p.raw.len + (end >= 0));
		if (text.len && text.at[0] == '*') { /* "a phra"* */
			p.raw = str_span(p.raw.at, text.at + 1);
			text = str_skip(text, 1);
		}
	} else {
		size_t len = 0;
		while (len < text.len && (unsigned char)text.at[len] > ' ')
			len++;
		p.raw = str_head(text, len);
		text = str_skip(text, len);
	}
	p.whole = str_span(from, text.at);
	*rest = text;
	return p;
}

/* Whatever ends a word begins none: a control character that is no white space too. */
static struct str skip_blanks(struct str text)
{
	while (text.len && (unsigned char)text.at[0] <= ' ')
		text = str_skip(text, 1);
	return text;
}

static bool point(struct search_fault *fault, const char *story, struct str at, struct str mended)
{
	*fault = (struct search_fault){story, at, mended};
	return false;
}

/* `text` with `at` replaced. */
static struct str with(struct arena *arena, struct str text, struct str at, struct str by)
{
	struct str head = str_span(text.at, at.at), tail = str_span(at.at + at.len, text.at + text.len);
	return str_trim(arena_printf(arena, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(by), STR_ARG(tail)));
}

static bool read_star(struct arena *arena, struct str text, const struct piece *p, struct search_term *term, struct search_fault *fault)
{
	ptrdiff_t star = str_find_byte(p->raw, '*');
	if (star < 0)
		return true;
	struct str head = str_head(p->raw, (size_t)star), plain = search_plain(arena, head);
	struct str tail = str_skip(p->raw, (size_t)star);
	while (tail.len && (tail.at[0] == '*' || tail.at[0] == '"'))
		tail = str_skip(tail, 1);
	struct str stem = head;
	while (stem.len && stem.at[stem.len - 1] == '"')
		stem.len--;
	const char *quote = p->is_quoted ? "\"" : "", *minus = p->is_excluded ? "-" : "";
	if (tail.len)
		return point(fault, N_("A star stands at the end of a word, for whatever may follow: write its beginning, then the star."), p->whole,
			     plain.len >= SEARCH_PREFIX_LEAST
				     ? with(arena, text, p->whole, arena_printf(arena, "%s%s%.*s%s*", minus, quote, STR_ARG(stem), quote))
				     : with(arena, text, p->whole, arena_printf(arena, "%s%s%.*s%s", minus, quote, STR_ARG(search_plain(arena, tail)), quote)));
	size_t last = plain.len;
	while (last > 0 && plain.at[last - 1] != ' ')
		last--;
	if (plain.len - last < SEARCH_PREFIX_LEAST)
		return point(fault, N_("Write at least three letters before the star: fewer would find almost everything."), p->whole,
			     with(arena, text, p->whole, arena_printf(arena, "%s%s%.*s%s", minus, quote, STR_ARG(stem), quote)));
	term->is_prefix = true;
	return true;
}

bool search_read(struct arena *arena, struct str text, struct search_words *ret_words, struct search_fault *ret_fault)
{
	struct search_words words = {};
	struct str rest = str_trim(text), odd = {};
	while ((rest = skip_blanks(rest)).len) {
		struct piece p = next_piece(&rest);
		if (p.is_open)
			return point(ret_fault, N_("The quotation mark that opens here is not closed: close it, or take it out."), p.whole,
				     search_plain(arena, p.raw).len ? with(arena, text, p.whole, arena_printf(arena, "%.*s\"", STR_ARG(p.whole)))
								    : with(arena, text, p.whole, S("")));
		struct search_term term = {.words = search_plain(arena, p.raw), .is_excluded = p.is_excluded};
		if (!term.words.len) {
			odd = odd.len ? odd : p.whole;
			continue;
		}
		if (!read_star(arena, text, &p, &term, ret_fault))
			return false;
		if (words.count == SEARCH_TERMS_MAX)
			return point(ret_fault, N_("These are too many words: thirty-two at the most can be looked for at once."), str_span(p.whole.at, text.at + text.len),
				     str_trim(str_span(text.at, p.whole.at)));
		words.terms[words.count++] = term;
		words.wanted += !term.is_excluded;
	}
	if (odd.len && !words.count)
		return point(ret_fault, N_("There is no letter and no figure in this: signs and pictures alone cannot be looked for."), odd, S(""));
	*ret_words = words;
	return true;
}

/* ---- where it stands ---- */

/* How much of `text`, which starts at a word, the words of a term cover; 0: it does not stand here. */
static size_t covers(struct str text, const struct search_term *term)
{
	struct str rest = text, words = term->words;
	while (words.at && words.len) {
		struct str wanted = str_cut(&words, ' ');
		struct str after = skip_while(rest, true), word = str_head(rest, rest.len - after.len);
		CLEANUP(buf_free) struct buf folded = {};
		buf_add_folded(&folded, word);
		bool is_last = !words.at || !words.len;
		if (!word.len || !(is_last && term->is_prefix ? str_starts(buf_str(&folded), wanted) : str_eq(buf_str(&folded), wanted)))
			return 0;
		rest = is_last ? after : skip_while(after, false);
	}
	return text.len - rest.len;
}

bool search_next_match(const struct search_words *words, struct str *rest, struct str *ret_match)
{
	struct str text = skip_while(*rest, false);
	while (text.len) {
		size_t best = 0;
		for (size_t i = 0; i < words->count; i++) {
			size_t covered = words->terms[i].is_excluded ? 0 : covers(text, &words->terms[i]);
			best = covered > best ? covered : best;
		}
		if (best) {
			*ret_match = str_head(text, best);
			*rest = str_skip(text, best);
			return true;
		}
		text = skip_while(skip_while(text, true), false);
	}
	*rest = text;
	return false;
}
