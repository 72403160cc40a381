#include "base/grapheme.h"

#include "base/utf8.h"

#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <utf8proc.h>

struct str grapheme_next(struct str *text, u32 *ret_code, bool *ret_many)
{
	struct str rest = *text, start = *text;
	utf8proc_int32_t state = 0;
	u32 code = utf8_next(&rest), before = code;
	*ret_code = code;
	*ret_many = false;
	while (rest.len) {
		struct str next = rest;
		u32 following;
		if (before < 0x80 && (u8)rest.at[0] < 0x80 && !(before == '\r' && rest.at[0] == '\n'))
			break; /* ASCII never joins but there */
		following = utf8_next(&next);
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)following, &state))
			break;
		*ret_many = true;
		before = following;
		rest = next;
	}
	*text = rest;
	return str_head(start, start.len - rest.len);
}

/* ---- emoji ---- */

#define EMOJI_CODES 12 /* of the longest (couples with skins have 10, flags of regions 7), and some room */
#define SELECTOR 0xFE0Fu
#define JOINER 0x200Du
#define KEYCAP 0x20E3u

static bool is_tone(u32 code)
{
	return code >= 0x1F3FB && code <= 0x1F3FF;
}

static bool is_region(u32 code)
{
	return code >= 0x1F1E6 && code <= 0x1F1FF;
}

/* May `code` go on with an emoji of so many code points whose last one is `before`? */
static bool goes_on(size_t count, u32 before, u32 code)
{
	return before == JOINER || code == JOINER || code == SELECTOR || code == KEYCAP || is_tone(code) || (code >= 0xE0020 && code <= 0xE007F) ||
	       (count == 1 && is_region(before) && is_region(code));
}

static bool wants_selector(u32 code, u32 next)
{
	return u_hasBinaryProperty((UChar32)code, UCHAR_EMOJI) && !u_hasBinaryProperty((UChar32)code, UCHAR_EMOJI_PRESENTATION) && !is_tone(next);
}

/* Is it one of the recommended, once the selectors are where they should be? None may be where it should not. */
static bool is_emoji(const u32 *codes, size_t count)
{
	UChar text[4 * EMOJI_CODES];
	int32_t len = 0;
	for (size_t i = 0; i < count; i++) {
		if (codes[i] == SELECTOR && i && wants_selector(codes[i - 1], 0))
			continue;
		U16_APPEND_UNSAFE(text, len, (UChar32)codes[i]);
		if (wants_selector(codes[i], i + 1 < count ? codes[i + 1] : 0))
			text[len++] = SELECTOR;
	}
	return u_stringHasBinaryProperty(text, len, UCHAR_RGI_EMOJI);
}

size_t emoji_here(struct str text)
{
	u32 codes[EMOJI_CODES];
	size_t ends[EMOJI_CODES], count = 0;
	struct str rest = text;
	if (!text.len || ((u8)text.at[0] < 0x80 && (text.len < 4 || (u8)text.at[1] < 0x80)) || ((u8)text.at[0] >= 0xC3 && (u8)text.at[0] < 0xE2))
		return 0; /* keycaps, © and ® aside, none begins below U+2000 */
	while (rest.len && count < EMOJI_CODES) {
		struct str next = rest;
		u32 code = utf8_next(&next);
		if (count ? !goes_on(count, codes[count - 1], code) : !u_hasBinaryProperty((UChar32)code, UCHAR_EMOJI))
			break;
		codes[count] = code;
		rest = next;
		ends[count++] = text.len - rest.len;
	}
	for (; count > 1; count--)
		if (codes[count - 1] != JOINER && is_emoji(codes, count))
			return ends[count - 1];
	return count && u_hasBinaryProperty((UChar32)codes[0], UCHAR_EMOJI_PRESENTATION) ? ends[0] : 0;
}
