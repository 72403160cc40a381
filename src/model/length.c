#include "model/length.h"

#include "base/err.h"
#include "base/grapheme.h"
#include "base/utf8.h"
#include "model/mark.h"
#include "model/mark_sign.h"

#include <stdlib.h>
#include <utf8proc.h>

#define LINK_LENGTH 23 /* what a link counts where links are shortened, however long it is */

const char *text_unit_word(enum text_unit unit)
{
	static const char *const words[] = {
		[TEXT_CHARACTERS] = "characters", [TEXT_GRAPHEMES] = "graphemes", [TEXT_UTF16] = "utf16",
		[TEXT_BYTES] = "bytes",           [TEXT_FEDIVERSE] = "fediverse", [TEXT_WEIGHTED] = "weighted",
	};
	must((size_t)unit < COUNT(words));
	return words[unit];
}

enum mark_dialect text_unit_dialect(enum text_unit unit)
{
	return unit == TEXT_FEDIVERSE ? MARK_FEDIVERSE : unit == TEXT_GRAPHEMES ? MARK_BLUESKY : MARK_X;
}

static size_t utf16_length(struct str text)
{
	size_t length = 0;
	while (text.len)
		length += utf8_next(&text) > 0xFFFF ? 2 : 1;
	return length;
}

static size_t graphemes(struct str text)
{
	size_t count = 0;
	u32 code;
	bool many;
	for (; text.len; count++)
		grapheme_next(&text, &code, &many);
	return count;
}

/* Ranges that count one on X; everything else counts two (twitter-text v3). */
static size_t weight_of(u32 code)
{
	return code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247) ? 1 : 2;
}

/* An emoji counts two, whatever it is made of; of other signs each code point counts. */
static size_t weight(struct str text)
{
	size_t sum = 0;
	while (text.len) {
		size_t emoji = emoji_here(text);
		if (emoji)
			text = str_skip(text, emoji);
		sum += emoji ? 2 : weight_of(utf8_next(&text));
	}
	return sum;
}

static size_t own_length(enum text_unit unit, struct str text)
{
	return unit == TEXT_WEIGHTED ? weight(text) : graphemes(text);
}

size_t text_mark_length(enum text_unit unit, const struct mark *mark, struct str written)
{
	bool shortened = unit == TEXT_WEIGHTED || unit == TEXT_FEDIVERSE;
	if (shortened && mark->kind == MARK_LINK)
		return LINK_LENGTH;
	if (unit == TEXT_FEDIVERSE && mark->kind == MARK_MENTION) {
		ptrdiff_t host = str_find_byte(mark->value, '@');
		return 1 + (host < 0 ? mark->value.len : (size_t)host); /* of ASCII */
	}
	return text_length(unit, written);
}

/* What is shortened, and the rest by itself. */
static size_t shortened_length(enum text_unit unit, struct str text)
{
	unsigned kinds = MARK_ONLY(MARK_LINK) | (unit == TEXT_FEDIVERSE ? MARK_ONLY(MARK_MENTION) : 0);
	struct mark_reader reader = mark_reader_new(text, text_unit_dialect(unit), kinds);
	struct mark m;
	size_t length = 0, from = 0;
	while (mark_next(&reader, &m)) {
		length += own_length(unit, str_head(str_skip(text, from), m.from - from)) + text_mark_length(unit, &m, (struct str){});
		from = m.to;
	}
	return length + own_length(unit, str_skip(text, from));
}

/* Below the accents that join, nothing is composed. */
static bool is_composed(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((u8)text.at[i] >= 0xCC)
			return false;
	return true;
}

/* X counts composed letters (NFC). */
static size_t weighted_length(struct str text)
{
	utf8proc_uint8_t *composed = NULL;
	if (is_composed(text))
		return shortened_length(TEXT_WEIGHTED, text);
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	size_t length = shortened_length(TEXT_WEIGHTED, len > 0 ? (struct str){(const char *)composed, (size_t)len} : text);
	free(composed);
	return length;
}

size_t text_length(enum text_unit unit, struct str text)
{
	switch (unit) {
	case TEXT_CHARACTERS:
		return utf8_count(text);
	case TEXT_GRAPHEMES:
		return graphemes(text);
	case TEXT_UTF16:
		return utf16_length(text);
	case TEXT_BYTES:
		return text.len;
	case TEXT_FEDIVERSE:
		return shortened_length(unit, text);
	case TEXT_WEIGHTED:
		return weighted_length(text);
	case TEXT_UNIT_COUNT:
		break;
	}
	must(!"a unit that is none");
	return 0;
}

bool text_is_refused(enum text_unit unit, struct str text)
{
	if (unit != TEXT_WEIGHTED)
		return false;
	while (text.len)
		if (sign_is_refused(utf8_next(&text)))
			return true;
	return false;
}
