/* err.h: the dozen kinds of error, each saying what the caller can do. A function that can fail returns `enum err`
 * (OK is 0) and leaves its `ret_` outputs untouched on failure; the story of the case is told with fail() (cx.h).
 * Libraries never log; the outermost caller logs once. A broken promise of our own is must(): abort, and the supervisor
 * restarts the role. */
#pragma once
#include "base/types.h"

#define N_(text) text /* marks a text for translation where it cannot be translated at once */

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

enum [[nodiscard]] err {
	OK = 0,
#define ERROR(name, word, http, retry, level, title) ERR_##name,
#include "base/err.def"
#undef ERROR
	ERR_COUNT
};

/* The row of err.def. `title` is the msgid; translate it with tr(). */
struct err_row {
	const char *word;
	int http;
	bool retry;
	enum log_level level;
	const char *title;
};
const struct err_row *err_row(enum err error);

/* Return the error of `call` from this function, if it has one. */
#define TRY(call) TRY_AS(call, __COUNTER__)
#define TRY_AS(call, number) TRY_IN(call, number) /* TRY()s nest in macros: each its own name */
#define TRY_IN(call, number)                                                                                                   \
	do {                                                                                                                   \
		enum err try_error_##number = (call);                                                                          \
		if (try_error_##number != OK)                                                                                  \
			return try_error_##number;                                                                             \
	} while (0)

/* A promise of our own code. On in every build. */
#define must(condition) ((condition) ? (void)0 : must_failed(#condition, __FILE__, __LINE__))
_Noreturn void must_failed(const char *condition, const char *file, int line);
