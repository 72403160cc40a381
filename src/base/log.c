#include "base/log.h"

#include "base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *role_name = "parvis";
static bool as_json;
static enum log_level least = LOG_INFO;

void log_role(const char *role)
{
	role_name = role;
}

bool log_format(const char *name)
{
	bool json = strcmp(name, "json") == 0;
	if (!json && strcmp(name, "text") != 0)
		return false;
	as_json = json;
	return true;
}

void log_least(enum log_level level)
{
	least = level;
}

struct str log_quote(struct arena *arena, struct str value)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_json(&b, value);
	return buf_keep(&b, arena);
}

/* `key=value key="quoted value"` to `,"key":"value"`. */
static void add_pairs_as_json(struct buf *b, struct str pairs)
{
	while ((pairs = str_trim(pairs)).len) {
		ptrdiff_t equals = str_find_byte(pairs, '=');
		if (equals < 0)
			return;
		buf_addc(b, ',');
		buf_add_json(b, str_head(pairs, (size_t)equals));
		buf_addc(b, ':');
		pairs = str_skip(pairs, (size_t)equals + 1);
		size_t end = 0;
		if (pairs.len && pairs.at[0] == '"') {
			for (end = 1; end < pairs.len && pairs.at[end] != '"'; end++)
				if (pairs.at[end] == '\\')
					end++;
			end = end < pairs.len ? end + 1 : pairs.len;
			buf_add(b, str_head(pairs, end));
		} else {
			while (end < pairs.len && pairs.at[end] != ' ')
				end++;
			buf_add_json(b, str_head(pairs, end));
		}
		pairs = str_skip(pairs, end);
	}
}

void log_line(enum log_level level, const char *event, const char *format, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	if (level < least)
		return;
	char text[2048];
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	struct str pairs = {text, len < 0 ? 0 : (size_t)len < sizeof text ? (size_t)len : sizeof text - 1};
	CLEANUP(buf_free) struct buf line = {};
	if (as_json) {
		buf_adds(&line, "{\"time\":\"");
		buf_add_time(&line, time_now());
		buf_addf(&line, "\",\"level\":\"%s\",\"role\":\"%s\",\"event\":\"%s\"", names[level], role_name, event);
		add_pairs_as_json(&line, pairs);
		buf_adds(&line, "}\n");
	} else {
		buf_add_time(&line, time_now());
		buf_addf(&line, " level=%s role=%s event=%s %.*s\n", names[level], role_name, event, STR_ARG(pairs));
	}
	ssize_t written UNUSED = write(STDERR_FILENO, line.at, line.len);
}

void log_failure(const struct cx *cx, const char *event)
{
	const struct err_row *row = err_row(cx->err);
	struct str story = log_quote(cx->arena, str_of(cx->story));
	log_line(row->level, event, "error=%s story=%.*s%s%s request=%lld", row->word, STR_ARG(story), cx->field[0] ? " field=" : "",
		 cx->field, (long long)cx->request);
}
