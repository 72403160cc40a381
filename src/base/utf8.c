#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

u32 utf8_next(struct str *s)
{
	utf8proc_int32_t code;
	if ((unsigned char)*s->at < 0x80) {
		code = *s->at;
		*s = str_skip(*s, 1);
		return (u32)code;
	}
	utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)s->at, (utf8proc_ssize_t)s->len, &code);
	if (step <= 0) {
		*s = str_skip(*s, 1);
		return UTF8_BAD;
	}
	*s = str_skip(*s, (size_t)step);
	return (u32)code;
}

/* How many bytes at the start are ASCII for certain: most texts are, to the end. */
static size_t ascii_run(struct str s)
{
	size_t len = 0;
	for (u64 word; s.len - len >= sizeof word; len += sizeof word) {
		memcpy(&word, s.at + len, sizeof word);
		if (word & 0x8080808080808080u)
			break;
	}
	return len;
}

bool utf8_valid(struct str s)
{
	while (s.len) {
		size_t plain = ascii_run(s);
		if (plain) {
			s = str_skip(s, plain);
			continue;
		}
		utf8proc_int32_t code;
		if ((unsigned char)s.at[0] < 0x80) {
			s = str_skip(s, 1);
			continue;
		}
		utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len, &code);
		if (step <= 0)
			return false;
		s = str_skip(s, (size_t)step);
	}
	return true;
}

size_t utf8_count(struct str s)
{
	size_t count = 0;
	for (; s.len; count++)
		utf8_next(&s);
	return count;
}

struct str utf8_head(struct str s, size_t count)
{
	struct str rest = s;
	while (count-- && rest.len)
		utf8_next(&rest);
	return str_head(s, s.len - rest.len);
}

void buf_add_clean(struct buf *b, struct str s)
{
	const char *from = s.at; /* of a stretch that stays as it is */
	while (s.len) {
		const char *at = s.at;
		if ((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7F) {
			s = str_skip(s, 1);
			continue;
		}
		u32 code = utf8_next(&s);
		bool out = (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7F && code < 0xA0);
		if (!out && code != UTF8_BAD)
			continue;
		buf_add(b, str_span(from, at));
		if (!out)
			buf_add_utf8(b, code);
		from = s.at;
	}
	if (from)
		buf_add(b, str_span(from, s.at));
}

static bool ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] >= 0x80)
			return false;
	return true;
}

void buf_add_folded(struct buf *b, struct str s)
{
	if (ascii(s)) {
		char *room = buf_room(b, s.len);
		if (!room)
			return;
		for (size_t i = 0; i < s.len; i++)
			room[i] = s.at[i] >= 'A' && s.at[i] <= 'Z' ? (char)(s.at[i] + 32) : s.at[i];
		buf_grew(b, s.len);
		return;
	}
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len, &folded,
					    UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
						    UTF8PROC_IGNORE);
	if (len >= 0)
		buf_add_bytes(b, folded, (size_t)len);
	free(folded);
	if (len < 0 && !utf8_valid(s)) {
		CLEANUP(buf_free) struct buf clean = {.max = s.len * 3 + 1};
		buf_add_clean(&clean, s);
		buf_add_folded(b, buf_str(&clean));
	} else if (len < 0) {
		buf_add(b, s);
	}
}
