#include "ui/format.h"

#include "base/utf8.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#define ZERO_WIDTH_NON_JOINER 0x200Cu
#define MARKS_MAX 3 /* on one letter; some pile up hundreds for fun */

static bool is_letter(u32 code)
{
	if (code < 0x80) /* most letters of a page: no table is asked */
		return (code | 0x20) - 'a' < 26 || code - '0' < 10;
	return u_isalnum((UChar32)code) && code != UTF8_BAD;
}

static bool is_space(u32 code)
{
	return code < 0x80 ? code == ' ' || code - '\t' < 5 : u_isUWhiteSpace((UChar32)code);
}

static bool is_mark(u32 code)
{
	if (code < 0x300)
		return false;
	int8_t type = u_charType((UChar32)code);
	return type == U_NON_SPACING_MARK || type == U_COMBINING_SPACING_MARK || type == U_ENCLOSING_MARK;
}

/* Han, kana and Hangul: the first character is the family's, and one is enough. */
static bool stands_alone(u32 code)
{
	if (code < 0x1100)
		return false;
	UErrorCode status = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript((UChar32)code, &status);
	return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || script == USCRIPT_HANGUL;
}

/* The first letter of a word with the marks on it; false when it has none. */
static bool first_letter(struct str word, u32 *ret_code, struct str *ret_marks)
{
	while (word.len) {
		u32 code = utf8_next(&word);
		if (!is_letter(code))
			continue;
		struct str marks = word;
		struct str rest = word;
		for (int i = 0; i < MARKS_MAX && rest.len && is_mark(utf8_next(&rest)); i++)
			marks = rest;
		*ret_code = code;
		*ret_marks = str_head(word, (size_t)(marks.at - word.at));
		return true;
	}
	return false;
}

static bool parts_words(u32 code, bool spaced)
{
	if (is_space(code) || code == '/' || code == ',' || code == '(')
		return true;
	return !spaced && (code == '.' || code == '_' || code == '-' || code == '+');
}

static bool has_space(struct str name)
{
	while (name.len)
		if (is_space(utf8_next(&name)))
			return true;
	return false;
}

/* The words of a name that begin with a letter: the first, and of a name the last, of a handle ("lea.mange.lyon") the second. */
static size_t pick_words(struct str name, struct str words[2])
{
	bool spaced = has_space(name);
	size_t count = 0;
	while (name.len) {
		struct str word = name, rest = name;
		while (rest.len) {
			struct str before = rest;
			if (parts_words(utf8_next(&rest), spaced)) {
				word = str_head(name, (size_t)(before.at - name.at));
				break;
			}
		}
		name = word.len == name.len ? (struct str){} : rest;
		u32 code;
		struct str marks;
		if (!first_letter(word, &code, &marks))
			continue;
		if (count < 2)
			words[count++] = word;
		else if (spaced)
			words[1] = word;
	}
	return count;
}

void buf_add_initials(struct buf *b, struct str name)
{
	ptrdiff_t comma = str_find(name, S(", ")); /* "Marion Aubry, Le Progrès": who it is, then from where */
	if (comma > 0)
		name = str_head(name, (size_t)comma);
	struct str words[2];
	size_t count = pick_words(name, words);
	u32 last = 0;
	for (size_t i = 0; i < count; i++) {
		u32 code = 0;
		struct str marks;
		if (!first_letter(words[i], &code, &marks))
			continue;
		if (i && (stands_alone(last) || stands_alone(code)))
			break;
		if (i && u_getIntPropertyValue((UChar32)last, UCHAR_JOINING_TYPE) == U_JT_DUAL_JOINING)
			buf_add_utf8(b, ZERO_WIDTH_NON_JOINER); /* two letters, not the start of a word */
		buf_add_utf8(b, (u32)u_totitle((UChar32)code));
		buf_add(b, marks);
		last = code;
	}
	if (!last)
		buf_addc(b, '?');
}

int name_color(struct str name)
{
	return (int)(str_hash(name) >> 20 & (FORMAT_COLORS - 1)) + 1;
}
