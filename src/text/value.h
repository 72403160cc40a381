/* value.h: what a message names that needs no teaching, by rule, in English and French: numbers in digits and words, dates, hours, money, addresses of
 * mail and of the web, phone numbers, each with where it stands and what it is worth in one common way of writing.
 *
 * What must stay true: values stand in order and do not overlap; nothing is allocated; any message is taken. "Tomorrow" stays tomorrow:
 * no clock is asked. */
#pragma once
#include "text/cut.h"

enum value_kind {
	VALUE_NUMBER, /* "25", "1234.5" */
	VALUE_DATE,   /* ISO 8601: "2026-11-21"; without a year "--11-21"; Monday "-W-1"; from today on "P0D", "P1D", "-P1D", "P2D" */
	VALUE_TIME,   /* "21:00" */
	VALUE_MONEY,  /* "12.50 EUR" */
	VALUE_EMAIL,
	VALUE_LINK,
	VALUE_PHONE,  /* "+33612345678", "0612345678" */
	VALUE_KINDS,
};

#define VALUE_BYTES 80u
#define VALUES_MOST 64u

struct value {
	enum value_kind kind;
	u32 piece, count;        /* the pieces it covers */
	u32 from, to, start, end; /* bytes and code points of the message */
	char text[VALUE_BYTES];  /* what it is worth; of addresses as they stand, empty when longer */
};

const char *value_word(enum value_kind kind); /* "number" */
size_t values_of(const struct cuts *pieces, struct str message, struct value ret_values[static VALUES_MOST]);
