/* What settings.h prints from its table: the example file, the manual's part, the values in force. */
#include "main/settings.h"

#include "base/lang.h"

#include <string.h>

static bool quoted(const struct setting_row *row)
{
	i64 number;
	return !(row->type == SETTING_NUMBER || (row->type == SETTING_SIZE && str_to_i64(str_of(row->initial), &number)));
}

/* TOML's strings are JSON's, for what settings may hold. */
static void add_value(struct buf *b, const struct setting_row *row, struct str value)
{
	if (quoted(row))
		buf_add_json(b, value);
	else
		buf_add(b, value);
}

/* A comment, broken between words at 100 columns. */
static void add_comment(struct buf *b, struct str text)
{
	size_t column = 0;
	while (text.at) {
		struct str word = str_cut(&text, ' ');
		if (column && column + word.len + 1 > 100) {
			buf_addc(b, '\n');
			column = 0;
		}
		buf_adds(b, column ? " " : "# ");
		buf_add(b, word);
		column += word.len + 1;
	}
	buf_addc(b, '\n');
}

void settings_example(const char *lang, struct buf *b)
{
	add_comment(b, str_of(tr(lang, N_("Settings of Parvis. Every line is optional; what is commented out shows the value that holds without it. "
					  "The environment (PARVIS_ and the name in capitals) goes before this file, the command line (--name=value) "
					  "before both. Passwords may stand here, so let nobody but Parvis read it: chmod 600."))));
	for (size_t i = 0; i < setting_row_count; i++) {
		const struct setting_row *row = &setting_rows[i];
		buf_addc(b, '\n');
		add_comment(b, str_of(tr(lang, row->about)));
		buf_addf(b, "#%s = ", row->name);
		add_value(b, row, str_of(row->initial));
		buf_addc(b, '\n');
	}
}

/* Text in a manual page: a line must not begin with a control character of roff, and a backslash is one everywhere. */
static void add_roff(struct buf *b, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_adds(b, "\\&");
	for (; *text; text++)
		if (*text == '\\')
			buf_adds(b, "\\e");
		else
			buf_addc(b, *text);
}

void settings_manual(struct buf *b)
{
	buf_adds(b, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < setting_row_count; i++) {
		const struct setting_row *row = &setting_rows[i];
		buf_addf(b, ".It Ic %s\n", row->name);
		add_roff(b, row->about);
		if (*row->initial) {
			buf_adds(b, "\nDefault:\n.Ql ");
			add_roff(b, row->initial);
			buf_adds(b, " .");
		}
		buf_addc(b, '\n');
	}
	buf_adds(b, ".El\n");
}

/* "postgres://user:secret@host/name" → "postgres://user:…@host/name" */
static struct str without_password(struct arena *arena, struct str url)
{
	ptrdiff_t scheme = str_find(url, S("://"));
	size_t at = url.len;
	while (at && url.at[at - 1] != '@')
		at--;
	if (scheme < 0 || at < (size_t)scheme + 3)
		return url;
	struct str rest = str_head(str_skip(url, (size_t)scheme + 3), at - 1 - ((size_t)scheme + 3)), user = str_cut(&rest, ':');
	if (!rest.at)
		return url;
	return arena_printf(arena, "%.*s%.*s:…@%.*s", STR_ARG(str_head(url, (size_t)scheme + 3)), STR_ARG(user), STR_ARG(str_skip(url, at)));
}

void settings_show(struct arena *arena, const struct settings *settings, struct buf *b)
{
	static const char *const origins[] = {[FROM_DEFAULT] = "default", [FROM_FILE] = "file", [FROM_ENVIRONMENT] = "environment", [FROM_COMMAND] = "command"};
	for (size_t i = 0; i < setting_row_count; i++) {
		const struct setting_row *row = &setting_rows[i];
		const char *at = (const char *)settings + row->offset;
		buf_addf(b, "%s = ", row->name);
		if (row->type == SETTING_NUMBER || row->type == SETTING_SIZE) {
			i64 number;
			memcpy(&number, at, sizeof number);
			buf_add_i64(b, number);
		} else {
			struct str value;
			memcpy(&value, at, sizeof value);
			if (row->flags & SETTING_IS_SECRET)
				value = value.len ? S("(set)") : value;
			if (row->flags & SETTING_HAS_PASSWORD)
				value = without_password(arena, value);
			buf_add_json(b, value);
		}
		bool file = settings->origin[i] == FROM_FILE;
		buf_addf(b, "  # %s%s%.*s\n", origins[settings->origin[i]], file ? " " : "", STR_ARG(file ? settings->file : (struct str){}));
	}
}
