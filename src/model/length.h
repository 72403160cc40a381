/* length.h: how long a text is, as a network counts it: each has its own idea of a character, and of what a link is (mark.h). Pure; time goes
 * with the length of the text.
 * Sources, as of 2026-11-22: Bluesky app.bsky.feed.post (maxGraphemes, maxLength); Mastodon StatusLengthValidator (graphemes, a link counts 23,
 * @user@host as @user); X twitter-text configuration v3 (weights, a link counts 23, an emoji two); Telegram Bot API (UTF-16 units). */
#pragma once
#include "base/str.h"
#include "model/mark.h"

enum text_unit {
	TEXT_CHARACTERS, /* code points */
	TEXT_GRAPHEMES,  /* what people see as one sign */
	TEXT_UTF16,      /* units of two bytes: Telegram, most JavaScript */
	TEXT_BYTES,      /* of UTF-8 */
	TEXT_FEDIVERSE,  /* Mastodon and its kin: graphemes, links and hosts of names shortened */
	TEXT_WEIGHTED,   /* X: Latin and some more count one, all else two, an emoji two, links 23 */
	TEXT_UNIT_COUNT
};
const char *text_unit_word(enum text_unit unit);
/* Whose rules of links and names go with it: Mastodon's and Bluesky's with their units, X's with all others, the widest. */
enum mark_dialect text_unit_dialect(enum text_unit unit);

/* Broken bytes count as one each, on X as two. */
size_t text_length(enum text_unit unit, struct str text);
/* What one mark adds to it; `written` are its bytes. */
size_t text_mark_length(enum text_unit unit, const struct mark *mark, struct str written);
/* The network takes no post with this text, however short: X with U+FEFF, U+FFFE and U+FFFF. */
bool text_is_refused(enum text_unit unit, struct str text);
