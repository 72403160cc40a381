#include "base/buf.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *b)
{
	if (!b->lent)
		free(b->at);
	*b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->broken = false;
}

static void free_deferred(void *b)
{
	buf_free(b);
}

struct buf *buf_in_arena(struct arena *arena)
{
	struct buf *b = arena_new_of(arena, struct buf);
	arena_defer(arena, free_deferred, b);
	return b;
}

char *buf_room(struct buf *b, size_t len)
{
	size_t max = b->max ? b->max : BUF_MAX_DEFAULT;
	if (b->broken || len > max - b->len) {
		b->broken = true;
		return NULL;
	}
	size_t needed = b->len + len + 1; /* one for the NUL of buf_cstr() */
	if (needed > b->capacity) {
		size_t capacity = b->capacity ? b->capacity * 2 : 256;
		if (capacity > max + 1)
			capacity = max + 1; /* so that what has room is within the maximum */
		if (capacity < needed)
			capacity = needed;
		char *at = realloc(b->lent ? NULL : b->at, capacity);
		must(at);
		if (b->lent && b->len)
			memcpy(at, b->at, b->len);
		b->at = at;
		b->lent = false;
		b->capacity = capacity;
	}
	return b->at + b->len;
}

void buf_grew(struct buf *b, size_t len)
{
	must(b->capacity - b->len > len);
	b->len += len;
}

void buf_add_bytes(struct buf *b, const void *at, size_t len)
{
	if (len < b->capacity - b->len && len && !b->broken) { /* as nearly always */
		memcpy(b->at + b->len, at, len);
		b->len += len;
		return;
	}
	char *room = len ? buf_room(b, len) : NULL;
	if (!room)
		return;
	memcpy(room, at, len);
	b->len += len;
}

void buf_add(struct buf *b, struct str s)
{
	buf_add_bytes(b, s.at, s.len);
}

void buf_addc(struct buf *b, char c)
{
	if (!b->broken && b->len + 1 < b->capacity && b->len < (b->max ? b->max : BUF_MAX_DEFAULT)) {
		b->at[b->len++] = c;
		return;
	}
	buf_add_bytes(b, &c, 1);
}

void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, str_of(text));
}

void buf_addf(struct buf *b, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char small[256];
	int len = vsnprintf(small, sizeof small, format, arguments);
	va_end(arguments);
	must(len >= 0);
	if ((size_t)len < sizeof small) {
		buf_add_bytes(b, small, (size_t)len);
		return;
	}
	char *room = buf_room(b, (size_t)len);
	if (!room)
		return;
	va_start(arguments, format);
	vsnprintf(room, (size_t)len + 1, format, arguments);
	va_end(arguments);
	b->len += (size_t)len;
}

void buf_add_i64(struct buf *b, i64 value)
{
	char digits[20];
	size_t at = sizeof digits;
	u64 rest = value < 0 ? 0 - (u64)value : (u64)value;
	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (value < 0)
		digits[--at] = '-';
	buf_add_bytes(b, digits + at, sizeof digits - at);
}

void buf_add_digits(struct buf *b, int value, size_t least)
{
	char digits[64];
	size_t at = sizeof digits;
	u32 rest = value < 0 ? 0 - (u32)value : (u32)value;
	must(least < sizeof digits);
	do
		digits[--at] = (char)('0' + rest % 10);
	while (rest /= 10);
	while (sizeof digits - at < least)
		digits[--at] = '0';
	if (value < 0)
		digits[--at] = '-';
	buf_add_bytes(b, digits + at, sizeof digits - at);
}

void buf_add_utf8(struct buf *b, u32 code)
{
	if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
		code = 0xFFFD;
	char bytes[4];
	size_t len;
	if (code < 0x80) {
		bytes[0] = (char)code;
		len = 1;
	} else if (code < 0x800) {
		bytes[0] = (char)(0xC0 | code >> 6);
		bytes[1] = (char)(0x80 | (code & 0x3F));
		len = 2;
	} else if (code < 0x10000) {
		bytes[0] = (char)(0xE0 | code >> 12);
		bytes[1] = (char)(0x80 | (code >> 6 & 0x3F));
		bytes[2] = (char)(0x80 | (code & 0x3F));
		len = 3;
	} else {
		bytes[0] = (char)(0xF0 | code >> 18);
		bytes[1] = (char)(0x80 | (code >> 12 & 0x3F));
		bytes[2] = (char)(0x80 | (code >> 6 & 0x3F));
		bytes[3] = (char)(0x80 | (code & 0x3F));
		len = 4;
	}
	buf_add_bytes(b, bytes, len);
}

/* Append `s` in runs, with each byte for which `escape` has a text replaced by it. */
static void add_escaped(struct buf *b, struct str s, const char *const escape[256])
{
	size_t from = 0;
	for (size_t i = 0; i < s.len; i++) {
		const char *text = escape[(unsigned char)s.at[i]];
		if (!text)
			continue;
		buf_add_bytes(b, s.at + from, i - from);
		buf_adds(b, text);
		from = i + 1;
	}
	buf_add(b, str_skip(s, from));
}

void buf_add_html(struct buf *b, struct str s)
{
	static const char *const escape[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
	};
	add_escaped(b, s, escape);
}

void buf_add_json(struct buf *b, struct str s)
{
	static const char *const escape[256] = {
		['"'] = "\\\"",     ['\\'] = "\\\\",    ['\n'] = "\\n",     ['\r'] = "\\r",     ['\t'] = "\\t",     [0] = "\\u0000",
		[1] = "\\u0001",    [2] = "\\u0002",    [3] = "\\u0003",    [4] = "\\u0004",    [5] = "\\u0005",    [6] = "\\u0006",
		[7] = "\\u0007",    [8] = "\\b",        [11] = "\\u000b",   [12] = "\\f",       [14] = "\\u000e",   [15] = "\\u000f",
		[16] = "\\u0010",   [17] = "\\u0011",   [18] = "\\u0012",   [19] = "\\u0013",   [20] = "\\u0014",   [21] = "\\u0015",
		[22] = "\\u0016",   [23] = "\\u0017",   [24] = "\\u0018",   [25] = "\\u0019",   [26] = "\\u001a",   [27] = "\\u001b",
		[28] = "\\u001c",   [29] = "\\u001d",   [30] = "\\u001e",   [31] = "\\u001f",
	};
	buf_addc(b, '"');
	add_escaped(b, s, escape);
	buf_addc(b, '"');
}

void buf_add_url(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
			     c == '_' || c == '~';
		if (plain)
			buf_addc(b, (char)c);
		else
			buf_addf(b, "%%%02X", c);
	}
}

void buf_add_hex(struct buf *b, const void *at, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = at;
	for (size_t i = 0; i < len; i++) {
		buf_addc(b, digits[bytes[i] >> 4]);
		buf_addc(b, digits[bytes[i] & 15]);
	}
}

bool buf_ok(const struct buf *b)
{
	return !b->broken;
}

struct str buf_str(const struct buf *b)
{
	return b->broken ? (struct str){} : (struct str){b->at, b->len};
}

const char *buf_cstr(struct buf *b)
{
	if (b->broken || !buf_room(b, 0))
		return "";
	b->at[b->len] = '\0';
	return b->at;
}

struct str buf_keep(const struct buf *b, struct arena *arena)
{
	return arena_str(arena, buf_str(b));
}
