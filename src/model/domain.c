#include "model/domain.h"

#include "base/utf8.h"
#include "model/domain_names.h"

#include <string.h>
#include <utf8proc.h>

#define NAME_BYTES 64 /* the longest name has 33 */

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool goes_on(struct str text, size_t at)
{
	char c = at < text.len ? text.at[at] : ' ';
	return is_letter(c) || is_digit(c) || c == '@' || c == '+' || c == '-';
}

static bool among(const char *const *names, size_t count, const char *name, size_t len)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2, whole = strlen(names[middle]);
		int order = memcmp(name, names[middle], len < whole ? len : whole);
		if (!order)
			order = (len > whole) - (len < whole);
		if (!order)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static size_t plain_top(struct str text)
{
	char name[NAME_BYTES];
	size_t len = 0;
	while (len < text.len && len < sizeof name && is_letter(text.at[len])) {
		name[len] = (char)(text.at[len] | 0x20);
		len++;
	}
	if (str_eq_fold(str_head(text, 4), S("xn--"))) {
		for (len = 4; len < text.len && (is_letter(text.at[len]) || is_digit(text.at[len]) || text.at[len] == '-');)
			len++;
		return len > 4 ? len : 0;
	}
	return len > 1 && len < sizeof name && !goes_on(text, len) && among(domain_names_plain, domain_names_plain_count, name, len) ? len : 0;
}

/* The longest: one name may be the beginning of another. */
static size_t other_top(struct str text)
{
	char name[NAME_BYTES + 4];
	size_t len = 0, found = 0;
	struct str rest = text;
	while (rest.len && len < NAME_BYTES) {
		u32 code = utf8_next(&rest);
		if (code < 0x80 || code == UTF8_BAD)
			break;
		len += (size_t)utf8proc_encode_char(utf8proc_tolower((utf8proc_int32_t)code), (utf8proc_uint8_t *)name + len);
		if (!goes_on(text, text.len - rest.len) && among(domain_names_other, domain_names_other_count, name, len))
			found = text.len - rest.len;
	}
	return found;
}

size_t domain_top(struct str text)
{
	return !text.len ? 0 : (u8)text.at[0] < 0x80 ? plain_top(text) : other_top(text);
}
