#include "base/cx.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

struct cx cx_new(struct arena *arena)
{
	return (struct cx){.arena = arena, .now = time_now(), .lang = "en"};
}

static void tell(struct cx *cx, enum err error, const char *field, const char *format, va_list arguments)
{
	cx->err = error;
	cx->wait = 0;
	snprintf(cx->field, sizeof cx->field, "%s", field);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* msgfmt --check-format holds the translations to the arguments */
	vsnprintf(cx->story, sizeof cx->story, tr(cx->lang, format), arguments);
#pragma GCC diagnostic pop
	/* What was quoted, or cut, may be no text; the story goes to pages and to the database all the same. */
	if (!utf8_valid(str_of(cx->story))) {
		CLEANUP(buf_free) struct buf clean = {};
		buf_add_clean(&clean, str_of(cx->story));
		struct str fits = str_head(buf_str(&clean), sizeof cx->story - 1);
		while (fits.len && !utf8_valid(fits))
			fits.len--;
		snprintf(cx->story, sizeof cx->story, "%.*s", STR_ARG(fits));
	}
}

enum err fail(struct cx *cx, enum err error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(cx, error, "", format, arguments);
	va_end(arguments);
	return error;
}

enum err fail_field(struct cx *cx, const char *field, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(cx, ERR_BAD_INPUT, field, format, arguments);
	va_end(arguments);
	return ERR_BAD_INPUT;
}

enum err fail_wait(struct cx *cx, i64 seconds, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	tell(cx, ERR_LIMIT, "", format, arguments);
	va_end(arguments);
	cx->wait = seconds;
	return ERR_LIMIT;
}

void cx_forget(struct cx *cx)
{
	cx->err = OK;
	cx->wait = 0;
	cx->field[0] = cx->story[0] = '\0';
}
