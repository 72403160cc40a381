#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct str str_of(const char *text)
{
	return text ? (struct str){text, strlen(text)} : (struct str){};
}

struct str str_span(const char *from, const char *to)
{
	return (struct str){from, (size_t)(to - from)};
}

bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_eq_fold(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (fold(a.at[i]) != fold(b.at[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.at, b.at, common) : 0;
	if (order)
		return order;
	return a.len < b.len ? -1 : a.len > b.len;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.at, prefix.at, prefix.len) == 0);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && (suffix.len == 0 || memcmp(s.at + s.len - suffix.len, suffix.at, suffix.len) == 0);
}

bool str_in(struct str s, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(s, str_of(words[i])))
			return true;
	return false;
}

ptrdiff_t str_find(struct str s, struct str what)
{
	if (what.len == 0)
		return 0;
	if (s.len < what.len)
		return -1;
	const char *hit = memmem(s.at, s.len, what.at, what.len);
	return hit ? hit - s.at : -1;
}

ptrdiff_t str_find_byte(struct str s, char byte)
{
	const char *hit = s.len ? memchr(s.at, byte, s.len) : NULL;
	return hit ? hit - s.at : -1;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && is_space(s.at[0]))
		s = str_skip(s, 1);
	while (s.len && is_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

struct str str_skip(struct str s, size_t bytes)
{
	if (bytes > s.len)
		bytes = s.len;
	return (struct str){s.at ? s.at + bytes : NULL, s.len - bytes};
}

struct str str_head(struct str s, size_t bytes)
{
	return (struct str){s.at, bytes < s.len ? bytes : s.len};
}

struct str str_cut(struct str *rest, char separator)
{
	struct str all = *rest;
	ptrdiff_t at = str_find_byte(all, separator);
	if (at < 0) {
		*rest = (struct str){};
		return all;
	}
	*rest = str_skip(all, (size_t)at + 1);
	return str_head(all, (size_t)at);
}

struct str str_line(struct str *rest)
{
	struct str line = str_cut(rest, '\n');
	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

bool str_to_u64(struct str s, u64 *ret_value)
{
	u64 value = 0;
	if (s.len == 0 || s.len > 20)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] < '0' || s.at[i] > '9')
			return false;
		if (__builtin_mul_overflow(value, (u64)10, &value) || __builtin_add_overflow(value, (u64)(s.at[i] - '0'), &value))
			return false;
	}
	*ret_value = value;
	return true;
}

bool str_to_i64(struct str s, i64 *ret_value)
{
	bool negative = s.len && s.at[0] == '-';
	u64 value;
	if (!str_to_u64(negative ? str_skip(s, 1) : s, &value))
		return false;
	if (value > (u64)INT64_MAX + negative)
		return false;
	*ret_value = negative ? (i64)(0 - value) : (i64)value;
	return true;
}

bool str_to_double(struct str s, double *ret_value)
{
	char text[64];
	if (s.len == 0 || s.len >= sizeof text || is_space(s.at[0]))
		return false;
	memcpy(text, s.at, s.len);
	text[s.len] = '\0';
	char *end;
	errno = 0;
	double value = strtod(text, &end);
	if (errno || end != text + s.len)
		return false;
	*ret_value = value;
	return true;
}

/* The multiply-and-fold step of wyhash: 64x64 -> 128 bits, halves xored. */
static u64 mix(u64 a, u64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	return (u64)product ^ (u64)(product >> 64);
}

u64 str_hash(struct str s)
{
	u64 hash = 0x9e3779b97f4a7c15u ^ s.len;
	if (s.len >= 64) { /* four at a time: one alone waits for its product */
		u64 lanes[4] = {hash, hash ^ 0x8ebc6af09c88c6e3u, hash ^ 0x589965cc75374cc3u, hash ^ 0x1d8e4e27c47d124fu};
		while (s.len >= 32) {
			u64 words[4];
			memcpy(words, s.at, 32);
			for (int i = 0; i < 4; i++)
				lanes[i] = mix(lanes[i] ^ words[i], 0xa0761d6478bd642fu);
			s = str_skip(s, 32);
		}
		hash = mix(lanes[0] ^ lanes[1], 0xe7037ed1a0b428dbu) ^ mix(lanes[2] ^ lanes[3], 0x8ebc6af09c88c6e3u);
	}
	while (s.len >= 8) {
		u64 word;
		memcpy(&word, s.at, 8);
		hash = mix(hash ^ word, 0xa0761d6478bd642fu);
		s = str_skip(s, 8);
	}
	u64 tail = 0;
	if (s.len)
		memcpy(&tail, s.at, s.len);
	return mix(hash ^ tail, 0xe7037ed1a0b428dbu);
}

bool str_eq_secret(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	volatile unsigned char difference = 0;
	for (size_t i = 0; i < a.len; i++)
		difference |= (unsigned char)(a.at[i] ^ b.at[i]);
	return difference == 0;
}
