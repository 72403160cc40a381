/* svg_style.c: values of attributes and of styles: which may stand. Every function in them is on a list, every url() leads to a part of the drawing ("#name"), and
 * nothing is escaped (a backslash could hide a function's name). Colours and fonts are noted on the way. */
#include "base/lang.h"
#include "sys/svg_inside.h"

#include <string.h>

#define VALUE_MAX ((size_t)4 << 20) /* of a path; of a style much less is usual */
#define FONTS_MAX 60
#define COLOURS_MAX 200

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* ---- what is found ---- */

static void note(struct svg_finder *f, struct map *seen, struct svg_words *words, size_t most, struct str word)
{
	if (!word.len || words->count >= most || map_get(seen, word))
		return;
	struct str kept = arena_str(f->cx->arena, word);
	map_put(seen, kept, words);
	*arena_push(f->cx->arena, words->at, words->count, words->capacity) = kept;
}

static void note_families(struct svg_finder *f, struct str list)
{
	while (list.at) {
		struct str family = str_trim(str_cut(&list, ','));
		if (family.len >= 2 && (*family.at == '"' || *family.at == '\'') && family.at[family.len - 1] == *family.at)
			family = str_trim(str_head(str_skip(family, 1), family.len - 2));
		note(f, f->seen_fonts, &f->svg->fonts, FONTS_MAX, family);
	}
}

static void note_colour(struct svg_finder *f, struct str value)
{
	static const char *const none[] = {"none", "inherit", "currentColor", "currentcolor", "transparent", "context-fill", "context-stroke"};
	char low[8];
	struct str colour = str_trim(value);
	if (str_in(colour, none, COUNT(none)) || str_starts(colour, S("url(")) || colour.len > 40)
		return;
	if (colour.len && *colour.at == '#') {
		if ((colour.len != 4 && colour.len != 7) || strspn(arena_cstr(f->cx->arena, str_skip(colour, 1)), "0123456789abcdefABCDEF") != colour.len - 1)
			return;
		for (size_t i = 0, at = 0; at < 7; at++) { /* "#ABC" is "#aabbcc" */
			char c = colour.at[i];
			low[at] = (char)(c >= 'A' && c <= 'F' ? c | 32 : c);
			i += colour.len == 7 || at % 2 == 0;
		}
		colour = (struct str){low, 7};
	}
	note(f, f->seen_colours, &f->svg->colours, COLOURS_MAX, colour);
}

/* ---- one value ---- */

/* "url(" was read: its address is "#name", with or without quotes, and nothing else. */
static bool local_address(struct svg_finder *f, struct str *rest)
{
	while (rest->len && is_space(*rest->at))
		*rest = str_skip(*rest, 1);
	char quote = rest->len && (*rest->at == '"' || *rest->at == '\'') ? *rest->at : 0;
	if (quote)
		*rest = str_skip(*rest, 1);
	if (!str_starts(*rest, S("#")))
		return false;
	size_t len = 1;
	while (len < rest->len && !is_space(rest->at[len]) && !strchr("\"'()\\<>", rest->at[len]))
		len++;
	struct str name = str_skip(str_head(*rest, len), 1);
	*rest = str_skip(*rest, len);
	if (quote) {
		if (!rest->len || *rest->at != quote)
			return false;
		*rest = str_skip(*rest, 1);
	}
	while (rest->len && is_space(*rest->at))
		*rest = str_skip(*rest, 1);
	if (!name.len || !str_starts(*rest, S(")")))
		return false;
	*rest = str_skip(*rest, 1);
	if (f->refers)
		f->refers(f->subject, name);
	return true;
}

static bool function_is_fine(struct svg_finder *f, struct str name, struct str *rest, enum svg_removed *ret_why)
{
	static const char *const fine[] = {"rgb", "rgba", "hsl", "hsla", "matrix", "translate", "translateX", "translateY", "scale", "scaleX", "scaleY", "rotate", "skewX",
					   "skewY", "rect"};
	if (str_eq_fold(name, S("url"))) {
		*ret_why = SVG_EXTERNAL;
		return local_address(f, rest);
	}
	*ret_why = str_eq_fold(name, S("image-set")) || str_eq_fold(name, S("src")) || str_eq_fold(name, S("image")) ? SVG_EXTERNAL : SVG_STYLE;
	return !name.len || str_in(name, fine, COUNT(fine));
}

/* Words, numbers, quoted texts, functions of the list. */
static bool is_fine(struct svg_finder *f, struct str value, enum svg_removed *ret_why)
{
	struct str rest = value;
	size_t word = 0;
	char quote = 0;
	int depth = 0;
	*ret_why = SVG_STYLE;
	if (value.len > VALUE_MAX || str_find(value, S("/*")) >= 0) /* what a comment hides from us, it may not hide from others */
		return false;
	while (rest.len) {
		char c = *rest.at;
		const char *from = rest.at - word;
		rest = str_skip(rest, 1);
		if (c == '\\' || ((u8)c < ' ' && (quote || !is_space(c))))
			return false;
		if (quote) { /* names of fonts, and nothing that means something outside of quotes */
			if (strchr("{}()<>@;=", c))
				return false;
			quote = c == quote ? 0 : quote;
			word = 0;
		} else if (c == '(') {
			struct str name = str_span(from, from + word);
			if (!function_is_fine(f, name, &rest, ret_why))
				return false;
			depth += !str_eq_fold(name, S("url")); /* which was read to its end */
			*ret_why = SVG_STYLE;
			word = 0;
		} else if (c == ')') {
			if (--depth < 0)
				return false;
			word = 0;
		} else if (c == '"' || c == '\'') {
			quote = c;
			word = 0;
		} else if (strchr("{}@<;", c)) {
			return false;
		} else {
			word = is_word(c) ? word + 1 : 0;
		}
	}
	return !quote && !depth; /* what stays open would take in what follows */
}

/* No number in it is larger than `most`. */
static bool numbers_within(struct str value, double most)
{
	while (value.len) {
		size_t len = 0;
		double number;
		while (len < value.len && !is_space(value.at[len]) && value.at[len] != ',')
			len++;
		if (len && (!str_to_double(str_head(value, len), &number) || !(number <= most)))
			return false;
		value = str_skip(value, len + 1);
	}
	return true;
}

bool svg_value_is_fine(struct svg_finder *f, enum svg_value kind, struct str value, enum svg_removed *ret_why)
{
	if (!is_fine(f, value, ret_why))
		return false;
	if (kind == SVG_FAMILY)
		note_families(f, value);
	else if (kind == SVG_PAINT)
		note_colour(f, value);
	return true;
}

bool svg_number_is_fine(struct str name, struct str value)
{
	return numbers_within(value, svg_bound(name));
}

/* ---- declarations ---- */

/* Up to `end`, outside of quotes and brackets. */
static struct str cut_style(struct str *rest, char end)
{
	char quote = 0;
	int depth = 0;
	for (size_t i = 0; i < rest->len; i++) {
		char c = rest->at[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == end && depth <= 0) {
			struct str piece = str_head(*rest, i);
			*rest = str_skip(*rest, i + 1);
			return piece;
		} else if (c == '(' || c == '{')
			depth++;
		else if (c == ')' || c == '}')
			depth--;
	}
	struct str piece = *rest;
	*rest = (struct str){};
	return piece;
}

void svg_add_declarations(struct svg_finder *f, struct str style, struct buf *out)
{
	bool first = true;
	while (style.at) {
		struct str value = cut_style(&style, ';'), name = str_trim(str_cut(&value, ':'));
		enum svg_value kind = svg_property(name);
		enum svg_removed why = SVG_STYLE;
		value = str_trim(value);
		if (!name.len && !value.len)
			continue;
		if (str_starts(name, S("-")) && kind == SVG_NO_VALUE) { /* -inkscape-font-specification, -webkit-… */
			f->svg->removed[SVG_PRIVATE]++;
			continue;
		}
		if (kind == SVG_NO_VALUE || !value.len || !svg_value_is_fine(f, kind, value, &why)) {
			f->svg->removed[why]++;
			continue;
		}
		buf_adds(out, first ? "" : ";");
		buf_add(out, name);
		buf_addc(out, ':');
		buf_add(out, value);
		first = false;
	}
}

/* ---- sheets ---- */

static struct str without_comments(struct svg_finder *f, struct str sheet)
{
	if (str_find(sheet, S("/*")) < 0)
		return sheet;
	struct buf *plain = buf_in_arena(f->cx->arena);
	for (ptrdiff_t at; (at = str_find(sheet, S("/*"))) >= 0;) {
		buf_add(plain, str_head(sheet, (size_t)at));
		buf_addc(plain, ' ');
		ptrdiff_t end = str_find(str_skip(sheet, (size_t)at + 2), S("*/"));
		sheet = end < 0 ? (struct str){} : str_skip(sheet, (size_t)at + 2 + (size_t)end + 2);
	}
	buf_add(plain, sheet);
	return buf_str(plain);
}

static bool is_selector(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_word(s.at[i]) && !is_space(s.at[i]) && !strchr(".#,>+~*:", s.at[i]))
			return false;
	return s.len && s.len < 4096;
}

/* Past the end of a rule that is left out: its semicolon, or the end of its block. */
static struct str cut_rule(struct str *sheet)
{
	for (size_t i = 0; i < sheet->len; i++) {
		if (sheet->at[i] != ';' && sheet->at[i] != '{')
			continue;
		struct str head = str_head(*sheet, i);
		bool block = sheet->at[i] == '{';
		*sheet = str_skip(*sheet, i + 1);
		if (block)
			cut_style(sheet, '}');
		return head;
	}
	struct str head = *sheet;
	*sheet = (struct str){};
	return head;
}

void svg_add_sheet(struct svg_finder *f, struct str sheet, struct buf *out)
{
	sheet = without_comments(f, sheet);
	for (;;) {
		while (sheet.len && (is_space(*sheet.at) || *sheet.at == '}' || *sheet.at == ';'))
			sheet = str_skip(sheet, 1);
		if (!sheet.len)
			return;
		if (*sheet.at == '@') {
			struct str rule = cut_rule(&sheet);
			f->svg->removed[str_starts(rule, S("@import")) ? SVG_EXTERNAL : str_starts(rule, S("@font-face")) ? SVG_FONT : SVG_STYLE]++;
			continue;
		}
		struct str selector = str_trim(cut_style(&sheet, '{')), block = sheet.at ? cut_style(&sheet, '}') : (struct str){};
		CLEANUP(buf_free) struct buf kept = {};
		if (!is_selector(selector)) {
			f->svg->removed[SVG_STYLE]++;
			continue;
		}
		svg_add_declarations(f, block, &kept);
		buf_add(out, selector);
		buf_addc(out, '{');
		buf_add(out, buf_str(&kept));
		buf_addc(out, '}');
	}
}
