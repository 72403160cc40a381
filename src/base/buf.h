/* buf.h: bytes that grow. A buf has a maximum; passing it sets a sticky error instead of failing each call, so writers
 * write without checking and the reader of the result checks once with buf_ok(). Zero value with a maximum of 0 means
 * BUF_MAX_DEFAULT. The buf owns its memory: buf_free(), or CLEANUP(buf_free), or buf_in_arena(). */
#pragma once
#include "base/arena.h"
#include "base/str.h"

#define BUF_MAX_DEFAULT ((size_t)256 << 20)

struct buf {
	char *at;
	size_t len;
	size_t capacity;
	size_t max;   /* bytes; 0 means BUF_MAX_DEFAULT */
	bool broken;  /* sticky: something did not fit */
	bool lent;    /* `at` is not ours to free */
};

/* A buf that begins in `room`, an array of the caller's that outlives it, and allocates only past that: for short texts made often. */
#define BUF_IN(room) {.at = (room), .capacity = sizeof(room), .lent = true}

void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* empty again, memory and maximum kept, error forgotten */

/* Freed when the arena is. */
struct buf *buf_in_arena(struct arena *arena);

void buf_add(struct buf *b, struct str s);
void buf_addc(struct buf *b, char c);
void buf_adds(struct buf *b, const char *text);
void buf_addf(struct buf *b, const char *format, ...) PRINTF(2, 3);
void buf_add_i64(struct buf *b, i64 value);
void buf_add_digits(struct buf *b, int value, size_t least); /* zeros before it up to so many digits, as %0*d */
void buf_add_bytes(struct buf *b, const void *at, size_t len);
void buf_add_utf8(struct buf *b, u32 code_point); /* U+FFFD for what is not a scalar value */

/* Room for `len` more bytes, to be filled by the caller and announced with buf_grew(). NULL when it does not fit. */
char *buf_room(struct buf *b, size_t len);
void buf_grew(struct buf *b, size_t len);

/* Escapers: the text as it must stand inside HTML text or a quoted attribute; a JSON string with its quotes; a URL
 * component; lower-case hexadecimal. */
void buf_add_html(struct buf *b, struct str s);
void buf_add_json(struct buf *b, struct str s);
void buf_add_url(struct buf *b, struct str s);
void buf_add_hex(struct buf *b, const void *at, size_t len);

bool buf_ok(const struct buf *b);
struct str buf_str(const struct buf *b);    /* borrowed until the next write */
const char *buf_cstr(struct buf *b);        /* NUL-terminated, borrowed; "" when broken */
struct str buf_keep(const struct buf *b, struct arena *arena); /* a copy that the arena owns */
