/* mark_sign.h: classes of signs that the rules of mark.h speak of. Only for its files, and for words of links (utm.h). Latin letters and digits mean those of ASCII. */
#pragma once
#include "base/str.h"

static inline bool sign_is_letter(u32 code)
{
	return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
}

static inline bool sign_is_digit(u32 code)
{
	return code >= '0' && code <= '9';
}

static inline bool sign_is_space(u32 code)
{
	return (code >= 0x09 && code <= 0x0D) || code == 0x20 || code == 0x85 || code == 0xA0 || code == 0x1680 || code == 0x180E || (code >= 0x2000 && code <= 0x200A) ||
	       code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

/* Marks of the direction of writing. */
static inline bool sign_is_direction(u32 code)
{
	return (code >= 0x202A && code <= 0x202E) || code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x2066 && code <= 0x2069);
}

/* X takes no post with one. */
static inline bool sign_is_refused(u32 code)
{
	return code == 0xFFFE || code == 0xFEFF || code == 0xFFFF;
}

/* Letters of Latin with accents, and the accents that join others. */
static inline bool sign_is_latin(u32 code)
{
	return (code >= 0xC0 && code <= 0x24F && code != 0xD7 && code != 0xF7) || code == 0x253 || code == 0x254 || code == 0x256 || code == 0x257 || code == 0x259 || code == 0x25B ||
	       code == 0x263 || code == 0x268 || code == 0x26F || code == 0x272 || code == 0x289 || code == 0x28B || code == 0x2BB || (code >= 0x300 && code <= 0x36F) ||
	       (code >= 0x1E00 && code <= 0x1EFF);
}

static inline bool sign_is_cyrillic(u32 code)
{
	return code >= 0x400 && code <= 0x4FF;
}

/* What addresses of any script may hold (RFC 3987, ucschar and iprivate, as Mastodon lists them). */
static inline bool sign_is_of_address(u32 code)
{
	return (code >= 0xA0 && code <= 0xD7FF) || (code >= 0xE000 && code <= 0xFDCF) || (code >= 0xFDF0 && code <= 0xFFEF) ||
	       (code >= 0x10000 && code <= 0x10FFFD && (code & 0xFFFE) != 0xFFFE && !(code >= 0xE0000 && code < 0xE1000));
}

/* Letters and the marks that stand over them, in any script; digits of any script. */
bool sign_is_alpha(u32 code);
bool sign_is_number(u32 code);
/* Letters, marks, digits, and what joins words ("_"): what the fediverse calls a word. */
bool sign_is_word(u32 code);
