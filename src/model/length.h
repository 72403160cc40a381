/* length.h: how long a text is, as a network counts it: each has its own idea of a character. Pure.
 * Sources, as of 2026-11-21: Bluesky app.bsky.feed.post (maxGraphemes, maxLength); Mastodon StatusLengthValidator (graphemes, an address
 * counts 23, @user@host as @user); X twitter-text configuration v3 (weights, an address counts 23); Telegram Bot API (UTF-16 units). */
#pragma once
#include "base/str.h"

enum text_unit {
	TEXT_CHARACTERS, /* code points */
	TEXT_GRAPHEMES,  /* what people see as one sign */
	TEXT_UTF16,      /* units of two bytes: Telegram, most JavaScript */
	TEXT_BYTES,      /* of UTF-8 */
	TEXT_FEDIVERSE,  /* Mastodon and its kin: graphemes, addresses and hosts of names shortened */
	TEXT_WEIGHTED,   /* X: Latin and some more count one, all else two, an emoji two, addresses 23 */
	TEXT_UNIT_COUNT
};
const char *text_unit_word(enum text_unit unit);

/* Broken bytes count as one each. */
size_t text_length(enum text_unit unit, struct str text);
