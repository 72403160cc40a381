#include "sys/imap.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "sys/crypto.h"

#include <string.h>

#define LINE_MAX_BYTES ((size_t)4 << 20) /* of one answer beside its literals: a search may name a hundred thousand mails */

/* "{123}" or "{123+}" at the end of a line: how much follows. */
static bool literal_at_end(struct str line, size_t *ret_size)
{
	i64 size;
	if (!str_ends(line, S("}")))
		return false;
	const char *open = memrchr(line.at, '{', line.len);
	if (!open)
		return false;
	struct str digits = str_span(open + 1, line.at + line.len - 1);
	if (str_ends(digits, S("+")))
		digits = str_head(digits, digits.len - 1);
	if (!digits.len || digits.len > 12 || !str_to_i64(digits, &size) || size < 0)
		return false;
	*ret_size = (size_t)size;
	return true;
}

ptrdiff_t imap_answer_end(struct str in, size_t most)
{
	size_t at = 0, lines = 0;
	for (;;) {
		struct str rest = str_skip(in, at);
		ptrdiff_t end = str_find_byte(rest, '\n');
		size_t literal;
		if (end < 0)
			return lines + rest.len > LINE_MAX_BYTES ? -1 : 0;
		lines += (size_t)end + 1;
		at += (size_t)end + 1;
		if (lines > LINE_MAX_BYTES)
			return -1;
		struct str line = str_head(rest, (size_t)end);
		if (str_ends(line, S("\r")))
			line = str_head(line, line.len - 1);
		if (!literal_at_end(line, &literal))
			return (ptrdiff_t)at;
		if (literal > most || at + literal > most)
			return -1;
		if (in.len - at < literal)
			return 0;
		at += literal;
	}
}

struct str imap_quoted(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addc(&b, '"');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c < ' ' || c > '~')
			return (struct str){};
		if (c == '"' || c == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, c);
	}
	buf_addc(&b, '"');
	return buf_keep(&b, arena);
}

static void add_unit(struct buf *b, u32 unit)
{
	buf_addc(b, (char)(unit >> 8));
	buf_addc(b, (char)(unit & 0xff));
}

struct str imap_folder(struct arena *arena, struct str name)
{
	CLEANUP(buf_free) struct buf b = {}, units = {}, coded = {};
	bool is_ascii = true;
	for (size_t i = 0; i < name.len; i++)
		is_ascii &= (u8)name.at[i] < 0x80;
	if (is_ascii)
		return name;
	if (!utf8_valid(name))
		return (struct str){};
	for (struct str rest = name; rest.len || units.len;) {
		bool plain = rest.len && *rest.at >= ' ' && *rest.at <= '~';
		if (rest.len && !plain) {
			u32 c = utf8_next(&rest);
			if (c >= 0x10000) {
				add_unit(&units, 0xd800 + ((c - 0x10000) >> 10));
				c = 0xdc00 + ((c - 0x10000) & 0x3ff);
			}
			add_unit(&units, c);
			continue;
		}
		if (units.len) {
			buf_clear(&coded);
			buf_add_base64(&coded, buf_str(&units), BASE64);
			buf_addc(&b, '&');
			for (size_t i = 0; i < coded.len && coded.at[i] != '='; i++)
				buf_addc(&b, coded.at[i] == '/' ? ',' : coded.at[i]);
			buf_addc(&b, '-');
			buf_clear(&units);
		}
		if (rest.len) {
			buf_addc(&b, *rest.at);
			buf_adds(&b, *rest.at == '&' ? "-" : "");
			rest = str_skip(rest, 1);
		}
	}
	return buf_keep(&b, arena);
}

static struct imap_token take(struct str *rest, enum imap_kind kind, struct str text, size_t used)
{
	*rest = str_skip(*rest, used);
	return (struct imap_token){kind, text};
}

static struct imap_token quoted(struct str *rest)
{
	for (size_t i = 1; i < rest->len; i++) {
		if (rest->at[i] == '\\')
			i++;
		else if (rest->at[i] == '"')
			return take(rest, IMAP_STRING, str_head(str_skip(*rest, 1), i - 1), i + 1);
	}
	return take(rest, IMAP_BAD, (struct str){}, rest->len);
}

static struct imap_token literal(struct str *rest)
{
	ptrdiff_t end = str_find_byte(*rest, '\n');
	size_t size, start = (size_t)end + 1;
	struct str line = end > 0 ? str_trim(str_head(*rest, (size_t)end)) : (struct str){};
	if (end < 0 || !literal_at_end(line, &size) || size > rest->len - start)
		return take(rest, IMAP_BAD, (struct str){}, rest->len);
	return take(rest, IMAP_STRING, str_head(str_skip(*rest, start), size), start + size);
}

static struct imap_token atom(struct str *rest)
{
	size_t i = 0;
	bool inside = false;
	for (; i < rest->len; i++) {
		char c = rest->at[i];
		inside = c == '[' ? true : c == ']' ? false : inside;
		if (c == '\r' || c == '\n' || (!inside && (c == ' ' || c == '(' || c == ')' || c == '"')))
			break;
	}
	return take(rest, i ? IMAP_ATOM : IMAP_BAD, str_head(*rest, i), i ? i : rest->len);
}

struct imap_token imap_next(struct str *rest)
{
	while (rest->len && (*rest->at == ' ' || *rest->at == '\r' || *rest->at == '\n'))
		*rest = str_skip(*rest, 1);
	if (!rest->len)
		return (struct imap_token){};
	switch (*rest->at) {
	case '(':
		return take(rest, IMAP_OPEN, str_head(*rest, 1), 1);
	case ')':
		return take(rest, IMAP_CLOSE, str_head(*rest, 1), 1);
	case '"':
		return quoted(rest);
	case '{':
		return literal(rest);
	default:
		return atom(rest);
	}
}
