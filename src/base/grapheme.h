/* grapheme.h: the signs of a text as people see them: grapheme clusters (Unicode's annex 29 as of utf8proc's Unicode), and emoji. Pure. */
#pragma once
#include "base/str.h"

/* Steps over the first sign of *text, which is not empty, and returns its bytes; *ret_code is its first code point, *ret_many whether there
 * are more in it. Broken bytes are a sign each. */
struct str grapheme_next(struct str *text, u32 *ret_code, bool *ret_many);

/* How many bytes of an emoji begin here, the longest that is recommended for general interchange (Unicode's RGI, as of ICU's Unicode): a
 * person with a skin, a family, a flag, a keycap. It may lack the selectors (U+FE0F) that it should be written with, if it has more than one
 * code point. 0: none does. */
size_t emoji_here(struct str text);
