/* utf8.h: walking and checking UTF-8. */
#pragma once
#include "base/buf.h"

#define UTF8_BAD 0xFFFDu

bool utf8_valid(struct str s);
/* Decode the code point at the start of *s and step over it; UTF8_BAD for a broken byte (one byte is stepped). s->len > 0. */
u32 utf8_next(struct str *s);
size_t utf8_count(struct str s); /* code points */
struct str utf8_head(struct str s, size_t count); /* the first `count` code points */

/* Append `s` with broken bytes replaced by U+FFFD, and NULs and other control characters but \t \n dropped. */
void buf_add_clean(struct buf *b, struct str s);
/* Lower case without accents, compatibility forms folded (utf8proc): what search compares. */
void buf_add_folded(struct buf *b, struct str s);
