/* str.h: a piece of text that somebody else owns: pointer and length, not NUL-terminated, UTF-8 unless said otherwise.
 * A zero `struct str` is the empty text. Passing by value is right; nothing here allocates. */
#pragma once
#include "base/types.h"

struct str {
	const char *at;
	size_t len;
};

#define S(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).len, (s).at ? (s).at : "" /* for "%.*s" */

struct str str_of(const char *text); /* NULL gives the empty text */
struct str str_span(const char *from, const char *to);

bool str_eq(struct str a, struct str b);
bool str_eq_fold(struct str a, struct str b); /* ASCII letters without case */
int str_cmp(struct str a, struct str b);      /* bytewise, like memcmp with the shorter first */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_in(struct str s, const char *const *words, size_t count);

/* Position of the first occurrence, or -1. */
ptrdiff_t str_find(struct str s, struct str what);
ptrdiff_t str_find_byte(struct str s, char byte);

struct str str_trim(struct str s); /* ASCII white space off both ends */
struct str str_skip(struct str s, size_t bytes);
struct str str_head(struct str s, size_t bytes);

/* Cut at the first `separator`: returns what stands before it and moves *rest behind it. Where there is none, returns
 * everything and leaves *rest empty with at == NULL, so that `while (rest.at)` walks every field, empty ones included. */
struct str str_cut(struct str *rest, char separator);
/* The same by line; takes \n and \r\n. */
struct str str_line(struct str *rest);

/* Decimal numbers; false when there is anything else, or it does not fit. ret_ is untouched then. */
bool str_to_i64(struct str s, i64 *ret_value);
bool str_to_u64(struct str s, u64 *ret_value);
bool str_to_double(struct str s, double *ret_value);

/* Hash for tables in memory (not for storage, not against attackers with the source and patience; see map.h). */
u64 str_hash(struct str s);

/* Compare in constant time; for secrets. */
bool str_eq_secret(struct str a, struct str b);
