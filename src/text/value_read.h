/* value_read.h: the rules of value.h, each tried where a piece begins: how many pieces it takes (0: it is none), and what they are worth.
 * Shared by value*.c alone. Nothing is kept. */
#pragma once
#include "text/value.h"

static inline bool value_is(const struct cuts *p, size_t at, const char *word)
{
	return at < p->count && str_eq(p->items[at].plain, str_of(word));
}

static inline bool value_in(const struct cuts *p, size_t at, const char *const *words, size_t count)
{
	return at < p->count && str_in(p->items[at].plain, words, count);
}

size_t value_read_words(const struct cuts *p, size_t at, u64 *ret_number);
size_t value_read_digits(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES]);
size_t value_read_number(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES]);
size_t value_read_small(const struct cuts *p, size_t at, u32 least, u32 most, u32 *ret_number);
size_t value_read_date(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES]);
size_t value_read_time(const struct cuts *p, size_t at, char ret_text[static VALUE_BYTES]);
