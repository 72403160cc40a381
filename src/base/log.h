/* log.h: structured lines on standard error: `key=value` pairs (logfmt), or JSON with log_format("json"). One line a call,
 * written with one write(2). Never give a secret or a member's text to it. Only the outermost caller logs. */
#pragma once
#include "base/cx.h"

void log_role(const char *role);            /* put in every line: "serve", "work" … */
bool log_format(const char *name);          /* "text" or "json" */
void log_least(enum log_level level);       /* below it nothing is written */

/* `pairs` is a format that yields logfmt: log_line(LOG_INFO, "listening", "port=%d", port). Quote values that can hold
 * spaces with log_quote(). */
void log_line(enum log_level level, const char *event, const char *pairs, ...) PRINTF(3, 4);
void log_failure(const struct cx *cx, const char *event); /* cx->err's level, its story and field */
struct str log_quote(struct arena *arena, struct str value);
