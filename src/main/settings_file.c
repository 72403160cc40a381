#include "main/settings_file.h"

#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"

#include <string.h>

#define SETTINGS_MAX 1000

struct reader {
	struct cx *cx;
	const char *file;
	int line;
	struct str rest; /* of the line */
};

/* Where it stands, as compilers write it: the same in every language. */
static const char *place(const struct reader *r)
{
	return arena_printf(r->cx->arena, "%s:%d", r->file, r->line).at;
}

static void skip_blanks(struct reader *r)
{
	while (r->rest.len && (r->rest.at[0] == ' ' || r->rest.at[0] == '\t'))
		r->rest = str_skip(r->rest, 1);
}

static bool next_is(const struct reader *r, char c)
{
	return r->rest.len && r->rest.at[0] == c;
}

static bool take(struct reader *r, char c)
{
	if (!next_is(r, c))
		return false;
	r->rest = str_skip(r->rest, 1);
	return true;
}

static bool bare_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* ---- values ---- */

static enum err bad_string(struct reader *r)
{
	return fail(r->cx, ERR_BAD_INPUT, "%s: this text does not end on its line, or has a \\ that means nothing. Write \\\\ for a \\.", place(r));
}

/* "\u00e9": the digits behind the letter. */
static bool take_code_point(struct reader *r, size_t digits, struct buf *b)
{
	u32 code = 0;
	if (r->rest.len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = r->rest.at[i];
		u32 digit = c >= '0' && c <= '9' ? (u32)(c - '0') : (c | 32) >= 'a' && (c | 32) <= 'f' ? (u32)((c | 32) - 'a' + 10) : 16;
		if (digit == 16)
			return false;
		code = code << 4 | digit;
	}
	r->rest = str_skip(r->rest, digits);
	buf_add_utf8(b, code);
	return code && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000);
}

static bool take_escape(struct reader *r, struct buf *b)
{
	static const char letters[] = "btnfr\"\\", values[] = "\b\t\n\f\r\"\\";
	char c = r->rest.len ? r->rest.at[0] : 0;
	const char *at = c ? strchr(letters, c) : NULL;
	r->rest = str_skip(r->rest, 1);
	if (at)
		buf_addc(b, values[at - letters]);
	return at || (c == 'u' && take_code_point(r, 4, b)) || (c == 'U' && take_code_point(r, 8, b));
}

static enum err take_string(struct reader *r, struct buf *b)
{
	char quote = r->rest.at[0];
	r->rest = str_skip(r->rest, 1);
	while (r->rest.len) {
		char c = r->rest.at[0];
		r->rest = str_skip(r->rest, 1);
		if (c == quote)
			return OK;
		if (c == '\\' && quote == '"') {
			if (!take_escape(r, b))
				return bad_string(r);
		} else if ((u8)c < ' ' && c != '\t') {
			return bad_string(r);
		} else {
			buf_addc(b, c);
		}
	}
	return bad_string(r);
}

static enum err take_array(struct reader *r, struct buf *b)
{
	bool first = true;
	r->rest = str_skip(r->rest, 1);
	for (;;) {
		skip_blanks(r);
		if (take(r, ']'))
			return OK;
		if (!next_is(r, '"') && !next_is(r, '\''))
			return fail(r->cx, ERR_BAD_INPUT, "%s: a list is written on one line, each part between quotes: [\"a\", \"b\"].", place(r));
		if (!first)
			buf_adds(b, ", ");
		first = false;
		TRY(take_string(r, b));
		skip_blanks(r);
		if (!take(r, ',') && !next_is(r, ']'))
			return fail(r->cx, ERR_BAD_INPUT, "%s: a list is written on one line, each part between quotes: [\"a\", \"b\"].", place(r));
	}
}

/* A number, true or false: a word without quotes. */
static enum err take_word(struct reader *r, struct file_setting *setting, struct buf *b)
{
	struct str word = r->rest;
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] == ' ' || word.at[i] == '\t' || word.at[i] == '#')
			word.len = i;
	r->rest = str_skip(r->rest, word.len);
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] != '_') /* 1_000 */
			buf_addc(b, word.at[i]);
	i64 number;
	setting->type = VALUE_NUMBER;
	if (str_to_i64(buf_str(b), &number))
		return OK;
	setting->type = VALUE_BOOL;
	if (str_eq(word, S("true")) || str_eq(word, S("false")))
		return OK;
	return fail(r->cx, ERR_BAD_INPUT, "%s: a text stands between quotes: %.*s = \"%.*s\"", place(r), STR_ARG(str_head(setting->name, 60)),
		    STR_ARG(str_head(word, 100)));
}

static enum err take_value(struct reader *r, struct file_setting *setting)
{
	struct buf *b = buf_in_arena(r->cx->arena);
	skip_blanks(r);
	setting->type = VALUE_STRING;
	if (str_starts(r->rest, S("\"\"\"")) || str_starts(r->rest, S("'''")))
		return fail(r->cx, ERR_BAD_INPUT, "%s: texts of several lines are not read here; write it on one line.", place(r));
	if (next_is(r, '"') || next_is(r, '\'')) {
		TRY(take_string(r, b));
	} else if (next_is(r, '[')) {
		setting->type = VALUE_ARRAY;
		TRY(take_array(r, b));
	} else {
		TRY(take_word(r, setting, b));
	}
	setting->value = (struct str){buf_cstr(b), b->len};
	return OK;
}

/* ---- lines ---- */

static enum err take_line(struct reader *r, struct file_setting *ret_setting)
{
	struct cx *cx = r->cx;
	if (next_is(r, '['))
		return fail(cx, ERR_BAD_INPUT, "%s: the settings have no sections; take this line away.", place(r));
	struct str name = r->rest;
	for (size_t i = 0; i < name.len; i++)
		if (!bare_letter(name.at[i]))
			name.len = i;
	r->rest = str_skip(r->rest, name.len);
	skip_blanks(r);
	if (!name.len || !take(r, '='))
		return fail(cx, ERR_BAD_INPUT, "%s: a setting is written as name = value, a comment begins with #.", place(r));
	struct file_setting setting = {.name = name, .line = r->line};
	TRY(take_value(r, &setting));
	skip_blanks(r);
	if (r->rest.len && !next_is(r, '#'))
		return fail(cx, ERR_BAD_INPUT, "%s: something stands behind the value of “%.*s”. One setting a line; a comment begins with #.",
			    place(r), STR_ARG(str_head(name, 60)));
	*ret_setting = setting;
	return OK;
}

enum err settings_file_read(struct cx *cx, const char *file, struct str text, struct file_setting **ret_settings, size_t *ret_count)
{
	struct reader r = {.cx = cx, .file = file};
	struct file_setting *settings = NULL;
	size_t count = 0, capacity = 0;
	if (!utf8_valid(text) || (text.len && memchr(text.at, 0, text.len)))
		return fail(cx, ERR_BAD_INPUT, "%s is not a text in UTF-8. Save it as one.", file);
	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_skip(text, 3);
	text = arena_str(cx->arena, text);
	while (text.len) {
		r.line++;
		r.rest = str_line(&text);
		skip_blanks(&r);
		if (!r.rest.len || next_is(&r, '#'))
			continue;
		struct file_setting setting;
		TRY(take_line(&r, &setting));
		for (size_t i = 0; i < count; i++)
			if (str_eq(settings[i].name, setting.name))
				return fail(cx, ERR_BAD_INPUT, "%s: “%.*s” was set on line %d already. Keep one of them.", place(&r),
					    STR_ARG(str_head(setting.name, 60)), settings[i].line);
		if (count == SETTINGS_MAX)
			return fail(cx, ERR_TOO_LARGE, "%s has more lines than there can be settings.", file);
		*arena_push(cx->arena, settings, count, capacity) = setting;
	}
	*ret_settings = settings;
	*ret_count = count;
	return OK;
}

static enum err read_settings(struct cx *cx, struct str input, struct buf *out)
{
	static const char *const types[] = {[VALUE_STRING] = "text", [VALUE_NUMBER] = "number", [VALUE_BOOL] = "bool", [VALUE_ARRAY] = "list"};
	struct file_setting *settings;
	size_t count;
	TRY(settings_file_read(cx, "input", input, &settings, &count));
	for (size_t i = 0; i < count; i++) {
		buf_addf(out, "{\"line\":%d,\"name\":", settings[i].line);
		buf_add_json(out, settings[i].name);
		buf_addf(out, ",\"type\":\"%s\",\"value\":", types[settings[i].type]);
		buf_add_json(out, settings[i].value);
		buf_adds(out, "}\n");
	}
	return OK;
}

const struct parser parser_settings = {"settings", N_("The file of the settings (parvis.toml)"), read_settings};
