#include "model/length.h"

#include "base/err.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <utf8proc.h>

#define ADDRESS 23 /* what an address counts where it is shortened, however long it is */

const char *text_unit_word(enum text_unit unit)
{
	static const char *const words[] = {
		[TEXT_CHARACTERS] = "characters", [TEXT_GRAPHEMES] = "graphemes", [TEXT_UTF16] = "utf16",
		[TEXT_BYTES] = "bytes",           [TEXT_FEDIVERSE] = "fediverse", [TEXT_WEIGHTED] = "weighted",
	};
	must((size_t)unit < COUNT(words));
	return words[unit];
}

static size_t utf16_length(struct str text)
{
	size_t length = 0;
	while (text.len)
		length += utf8_next(&text) > 0xFFFF ? 2 : 1;
	return length;
}

/* The first grapheme of the text; *ret_code is its first code point, *ret_many whether there are more in it. */
static struct str grapheme(struct str *text, u32 *ret_code, bool *ret_many)
{
	struct str rest = *text, start = *text;
	utf8proc_int32_t state = 0;
	u32 code = utf8_next(&rest), before = code;
	*ret_code = code;
	*ret_many = false;
	while (rest.len) {
		struct str next = rest;
		u32 following = utf8_next(&next);
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)following, &state))
			break;
		*ret_many = true;
		before = following;
		rest = next;
	}
	*text = rest;
	return str_head(start, start.len - rest.len);
}

static bool ends_address(u32 code)
{
	return code <= ' ' || code == '<' || code == '>' || code == '"' || code == 0xA0 || code == 0x3000;
}

/* How many bytes of an address stand here; 0: none. What closes a sentence is not part of it. */
static size_t address_here(struct str text)
{
	size_t scheme = str_starts(text, S("https://")) ? 8 : str_starts(text, S("http://")) ? 7 : 0;
	struct str rest = str_skip(text, scheme);
	if (!scheme || !rest.len)
		return 0;
	while (rest.len) {
		struct str next = rest;
		if (ends_address(utf8_next(&next)))
			break;
		rest = next;
	}
	size_t len = text.len - rest.len;
	while (len > scheme && (text.at[len - 1] == '.' || text.at[len - 1] == ',' || text.at[len - 1] == '!' || text.at[len - 1] == '?' ||
				text.at[len - 1] == ';' || text.at[len - 1] == ':' || text.at[len - 1] == '\'' || text.at[len - 1] == ')'))
		len--;
	return len > scheme ? len : 0;
}

static bool of_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* "@name@host": the bytes of "@host"; 0 when this is no such name. *ret_name: the bytes of "@name". */
static size_t host_of_name(struct str text, size_t *ret_name)
{
	size_t name = 1, host;
	while (name < text.len && of_name(text.at[name]))
		name++;
	if (name == 1 || name >= text.len || text.at[name] != '@')
		return 0;
	host = name + 1;
	while (host < text.len && (of_name(text.at[host]) || text.at[host] == ':'))
		host++;
	while (host > name + 1 && (text.at[host - 1] == '.' || text.at[host - 1] == ':'))
		host--;
	*ret_name = name;
	return host > name + 1 ? host - name : 0;
}

/* Ranges that count one on X; everything else counts two (twitter-text v3). */
static size_t weight_of(u32 code)
{
	return code <= 4351 || (code >= 8192 && code <= 8205) || (code >= 8208 && code <= 8223) || (code >= 8242 && code <= 8247) ? 1 : 2;
}

/* An emoji counts two whatever it is made of, keycaps too; of other signs each code point counts. */
static size_t weight_of_grapheme(struct str sign, u32 code, bool many)
{
	size_t weight = 0;
	if (many && (code >= 0x2000 || code <= '9'))
		return 2;
	while (sign.len)
		weight += weight_of(utf8_next(&sign));
	return weight;
}

static size_t signs(struct str text, bool addresses, bool weighted)
{
	size_t length = 0;
	char before = ' ';
	while (text.len) {
		size_t address = addresses && !of_name(before) ? address_here(text) : 0, name = 0, host = 0;
		u32 code;
		bool many;
		if (address) {
			length += ADDRESS;
			before = text.at[address - 1];
			text = str_skip(text, address);
			continue;
		}
		if (addresses && !weighted && text.at[0] == '@' && !of_name(before) && (host = host_of_name(text, &name))) {
			length += name;
			before = text.at[name + host - 1];
			text = str_skip(text, name + host);
			continue;
		}
		struct str sign = grapheme(&text, &code, &many);
		length += weighted ? weight_of_grapheme(sign, code, many) : 1;
		before = sign.at[sign.len - 1];
	}
	return length;
}

/* X counts composed letters (NFC). */
static size_t weighted_length(struct str text)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t len = text.len ? utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE) : 0;
	size_t length = len > 0 ? signs((struct str){(const char *)composed, (size_t)len}, true, true) : signs(text, true, true);
	free(composed);
	return length;
}

size_t text_length(enum text_unit unit, struct str text)
{
	switch (unit) {
	case TEXT_CHARACTERS:
		return utf8_count(text);
	case TEXT_GRAPHEMES:
		return signs(text, false, false);
	case TEXT_UTF16:
		return utf16_length(text);
	case TEXT_BYTES:
		return text.len;
	case TEXT_FEDIVERSE:
		return signs(text, true, false);
	case TEXT_WEIGHTED:
		return weighted_length(text);
	case TEXT_UNIT_COUNT:
		break;
	}
	must(!"a unit that is none");
	return 0;
}
