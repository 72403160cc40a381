#include "channel/html_clean.h"

#include <string.h>

/* Properties that change how letters look, and how much room they take; none that takes what is shown out of its place. */
static const char *const properties[] = {
	"azimuth", "background-color", "border-bottom-color", "border-collapse", "border-color", "border-left-color", "border-right-color",
	"border-top-color", "clear", "color", "cursor", "direction", "display", "elevation", "float", "font", "font-family", "font-size",
	"font-style", "font-variant", "font-weight", "height", "letter-spacing", "line-height", "overflow", "pause", "pause-after",
	"pause-before", "pitch", "pitch-range", "richness", "speak", "speak-header", "speak-numeral", "speak-punctuation", "speech-rate",
	"stress", "text-align", "text-decoration", "text-indent", "unicode-bidi", "vertical-align", "voice-family", "volume",
	"white-space", "width",
};

/* Families of properties of which each may stand when every word of its value is one of these, or a small measure. */
static const char *const families[] = {"background", "border", "margin", "padding"};

static const char *const keywords[] = {
	"!important", "aqua", "auto", "black", "block", "blue", "bold", "both", "bottom", "brown", "center", "collapse", "dashed", "dotted",
	"fuchsia", "gray", "green", "italic", "left", "lime", "maroon", "medium", "navy", "none", "normal", "nowrap", "olive", "pointer",
	"purple", "red", "right", "silver", "solid", "teal", "top", "transparent", "underline", "white", "yellow",
};

static const char *const units[] = {"cm", "em", "ex", "in", "mm", "pc", "pt", "px", "%", ",", ")", ""};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Up to two digits, a point, up to two digits, a unit: nothing that leaves the page. */
static bool is_measure(struct str word)
{
	for (int part = 0; part < 2; part++) {
		for (int i = 0; i < 2 && word.len && is_digit(*word.at); i++)
			word = str_skip(word, 1);
		if (part == 0 && word.len && *word.at == '.')
			word = str_skip(word, 1);
	}
	for (size_t i = 0; i < COUNT(units); i++)
		if (str_eq(word, str_of(units[i])))
			return true;
	return false;
}

static bool is_colour(struct str word)
{
	if (!str_starts(word, S("#")) || word.len < 2)
		return false;
	for (size_t i = 1; i < word.len; i++)
		if (!is_digit(word.at[i]) && !(word.at[i] >= 'a' && word.at[i] <= 'f'))
			return false;
	return true;
}

static bool in_family(struct str property)
{
	struct str first = str_cut(&property, '-');
	for (size_t i = 0; i < COUNT(families); i++)
		if (str_eq_fold(first, str_of(families[i])))
			return true;
	return false;
}

static bool is_listed(struct str property)
{
	for (size_t i = 0; i < COUNT(properties); i++)
		if (str_eq_fold(property, str_of(properties[i])))
			return true;
	return false;
}

static bool plain_words(struct str value)
{
	while (value.len) {
		size_t i = 0;
		while (i < value.len && !is_space(value.at[i]))
			i++;
		struct str word = str_head(value, i);
		if (word.len && !str_in(word, keywords, COUNT(keywords)) && !is_measure(word) && !is_colour(word))
			return false;
		value = str_skip(value, i + 1);
	}
	return true;
}

/* The only function that a style may call. */
static bool calls_colour(struct str before)
{
	return str_eq_fold(str_skip(before, before.len < 3 ? 0 : before.len - 3), S("rgb")) && (before.len == 3 || !is_word(before.at[before.len - 4]));
}

/* Quoted words, or digits in parentheses, from `i` on; where they end, or 0 when they are something else. */
static size_t past_group(struct str style, size_t i)
{
	char from = style.at[i], to = from == '(' ? ')' : from;
	if (from == '(' && !calls_colour(str_head(style, i)))
		return 0;
	size_t start = ++i;
	while (i < style.len && style.at[i] != to) {
		char c = style.at[i];
		if (from == '(' ? !is_digit(c) && c != ',' && !is_space(c) : !is_word(c) && !is_space(c))
			return 0;
		i++;
	}
	return i < style.len && i > start ? i + 1 : 0;
}

/* Nothing but words, numbers, quoted words and lists of numbers: no backslash, no comment, no function. */
static bool is_plain(struct str style)
{
	for (size_t i = 0; i < style.len;) {
		char c = style.at[i];
		if (c == '\'' || c == '"' || c == '(') {
			i = past_group(style, i);
			if (!i)
				return false;
		} else if (c == '-' && (!i || !is_word(style.at[i - 1]) || i + 1 == style.len || !is_word(style.at[i + 1]))) {
			return false;
		} else if (!is_word(c) && !is_space(c) && (!c || !strchr("-:,;#%.!", c))) {
			return false;
		} else {
			i++;
		}
	}
	return true;
}

/* url( … ) is taken out, with what is in its parentheses. */
static void add_without_urls(struct buf *out, struct str style)
{
	while (style.len) {
		size_t i = 0;
		while (i < style.len && !str_eq_fold(str_head(str_skip(style, i), 3), S("url")))
			i++;
		buf_add(out, str_head(style, i));
		style = str_skip(style, i);
		if (!style.len)
			return;
		struct str behind = str_trim(str_skip(style, 3));
		ptrdiff_t end = str_starts(behind, S("(")) ? str_find_byte(style, ')') : -1;
		buf_adds(out, end < 0 ? "\\" : " "); /* which no style of ours may hold */
		style = str_skip(style, end < 0 ? 3 : (size_t)end + 1);
	}
}

void buf_add_clean_style(struct buf *out, struct str style)
{
	CLEANUP(buf_free) struct buf clean = {};
	add_without_urls(&clean, style);
	struct str rest = buf_str(&clean);
	bool any = false;
	if (!is_plain(rest))
		return;
	while (rest.at && rest.len) {
		struct str value = str_cut(&rest, ';'), property = str_trim(str_cut(&value, ':'));
		bool several = value.at && str_find_byte(value, ':') >= 0;
		value = value.at ? value : (struct str){};
		while (value.len && is_space(*value.at))
			value = str_skip(value, 1);
		if (!value.len || several || !(is_listed(property) || (in_family(property) && plain_words(value))))
			continue;
		if (any)
			buf_addc(out, ' ');
		any = true;
		buf_add(out, property);
		buf_adds(out, ": ");
		buf_add(out, value);
		buf_addc(out, ';');
	}
}
