#include "base/lang.h"
#include "base/utf8.h"
#include "channel/feed/feed.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/ustring.h>

#define NAME_MAX_LEN 40

/* ---- what is said ---- */

static struct str low(struct cx *cx, struct str s)
{
	char *at = (char *)arena_cstr(cx->arena, str_head(s, NAME_MAX_LEN));
	for (size_t i = 0; at[i]; i++)
		if (at[i] >= 'A' && at[i] <= 'Z')
			at[i] |= 32;
	return str_of(at);
}

/* "application/xml; charset=utf-8": the type, and the value of charset without its quotes. */
static void read_type(struct cx *cx, struct str header, struct str *ret_type, struct str *ret_charset)
{
	*ret_type = low(cx, str_trim(str_cut(&header, ';')));
	*ret_charset = (struct str){};
	while (header.at) {
		struct str value = str_cut(&header, ';'), name = str_trim(str_cut(&value, '='));
		if (!str_eq_fold(name, S("charset")) || !value.at)
			continue;
		value = str_trim(value);
		while (value.len && (*value.at == '"' || *value.at == '\''))
			value = str_skip(value, 1);
		while (value.len && (value.at[value.len - 1] == '"' || value.at[value.len - 1] == '\''))
			value.len--;
		*ret_charset = low(cx, value);
	}
}

static const struct {
	const char *bytes;
	size_t len, mark; /* of which so many are a mark and no text */
	const char *name;
} signs[] = {
	{"\0\0\xfe\xff", 4, 4, "utf-32be"}, {"\xff\xfe\0\0", 4, 4, "utf-32le"}, {"\xfe\xff", 2, 2, "utf-16be"}, {"\xff\xfe", 2, 2, "utf-16le"},
	{"\xef\xbb\xbf", 3, 3, "utf-8"}, {"\0\0\0<", 4, 0, "utf-32be"}, {"<\0\0\0", 4, 0, "utf-32le"}, {"\0<\0?", 4, 0, "utf-16be"},
	{"<\0?\0", 4, 0, "utf-16le"}, {"\0<\0r", 4, 0, "utf-16be"}, {"<\0r\0", 4, 0, "utf-16le"}, {"\0<\0f", 4, 0, "utf-16be"},
	{"<\0f\0", 4, 0, "utf-16le"},
};

static struct str sign_of(struct str *bytes)
{
	for (size_t i = 0; i < COUNT(signs); i++)
		if (bytes->len >= signs[i].len && memcmp(bytes->at, signs[i].bytes, signs[i].len) == 0) {
			*bytes = str_skip(*bytes, signs[i].mark);
			return str_of(signs[i].name);
		}
	return (struct str){};
}

/* What <?xml … encoding="…"?> says; `sparse`: the letters are 2 or 4 bytes wide. */
static struct str declared(struct cx *cx, struct str bytes, bool sparse)
{
	char head[400];
	size_t len = 0;
	for (size_t i = 0; i < bytes.len && i < 1600 && len < sizeof head; i++)
		if (bytes.at[i] || !sparse)
			head[len++] = bytes.at[i];
	struct str text = {head, len};
	while (text.len && strchr(" \t\r\n", *text.at) && *text.at)
		text = str_skip(text, 1);
	ptrdiff_t end = str_find(text, S("?>")), at;
	if (!str_starts(text, S("<?xml")) || end < 0)
		return (struct str){};
	text = str_head(text, (size_t)end);
	at = str_find(text, S("encoding"));
	if (at < 0)
		return (struct str){};
	text = str_trim(str_skip(text, (size_t)at + 8));
	if (!str_starts(text, S("=")))
		return (struct str){};
	text = str_trim(str_skip(text, 1));
	char quote = text.len ? *text.at : 0;
	text = str_skip(text, 1);
	if (quote != '"' && quote != '\'')
		return (struct str){};
	return low(cx, str_trim(str_cut(&text, quote)));
}

static bool is_application(struct str type)
{
	return str_eq(type, S("application/xml")) || str_eq(type, S("application/xml-dtd")) ||
	       str_eq(type, S("application/xml-external-parsed-entity")) ||
	       (str_starts(type, S("application/")) && (str_ends(type, S("+xml")) || str_ends(type, S("json"))));
}

/* Which name counts first, by what HTTP and the document say (RFC 3023). */
static struct str by_rule(struct cx *cx, const struct feed_origin *origin, struct str written)
{
	struct str type, charset;
	read_type(cx, origin->type, &type, &charset);
	if (!origin->type.at)
		return written.len ? written : S("utf-8");
	if (is_application(type))
		return charset.len ? charset : written.len ? written : S("utf-8");
	if (str_starts(type, S("text/")))
		return charset.len ? charset : S("us-ascii");
	return written.len ? written : S("utf-8");
}

/* ---- reading it ---- */

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((u8)s.at[i] >= 0x80)
			return false;
	return true;
}

static bool is_one_of(struct str name, const char *const *names, size_t count)
{
	return str_in(name, names, count);
}

/* By ICU, refusing what does not fit. */
static bool convert(struct cx *cx, struct str bytes, const char *name, struct str *ret_text)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *from = ucnv_open(name, &status);
	if (U_FAILURE(status))
		return false;
	ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	CLEANUP(buf_free) struct buf wide = {.max = FEED_MAX * 3}, text = {.max = FEED_MAX * 4};
	UChar *at = (UChar *)(void *)buf_room(&wide, (bytes.len + 2) * sizeof(UChar));
	i32 len = at ? ucnv_toUChars(from, at, (i32)bytes.len + 2, bytes.at, (i32)bytes.len, &status) : 0, used = 0;
	ucnv_close(from);
	char *room = at && U_SUCCESS(status) ? buf_room(&text, (size_t)len * 3 + 1) : NULL;
	if (!room)
		return false;
	status = U_ZERO_ERROR;
	u_strToUTF8(room, len * 3 + 1, &used, at, len, &status);
	if (U_FAILURE(status))
		return false;
	buf_grew(&text, (size_t)used);
	*ret_text = buf_keep(&text, cx->arena);
	return true;
}

static bool try_name(struct cx *cx, struct str bytes, struct str name, struct str *ret_text)
{
	static const char *const utf8[] = {"utf-8", "utf8", "u8", "utf_8"};
	static const char *const ascii[] = {"us-ascii", "ascii"};
	static const char *const latin[] = {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso_8859-1"};
	if (!name.len)
		return false;
	if (is_one_of(name, utf8, COUNT(utf8))) {
		*ret_text = bytes;
		return utf8_valid(bytes);
	}
	if (is_one_of(name, ascii, COUNT(ascii))) {
		*ret_text = bytes;
		return is_ascii(bytes);
	}
	return convert(cx, bytes, is_one_of(name, latin, COUNT(latin)) ? "windows-1252" : arena_cstr(cx->arena, name), ret_text);
}

/* By how the letters are spread. */
static struct str guessed(struct cx *cx, struct str bytes)
{
	UErrorCode status = U_ZERO_ERROR;
	UCharsetDetector *detector = ucsdet_open(&status);
	struct str name = {};
	ucsdet_setText(detector, bytes.at, (i32)(bytes.len < 65536 ? bytes.len : 65536), &status);
	const UCharsetMatch *match = U_SUCCESS(status) ? ucsdet_detect(detector, &status) : NULL;
	if (match && U_SUCCESS(status))
		name = arena_str(cx->arena, str_of(ucsdet_getName(match, &status)));
	ucsdet_close(detector);
	return name;
}

static bool is_wide_name(struct str name)
{
	static const char *const names[] = {"utf-16", "utf16", "u16", "utf_16", "utf-32", "utf32", "u32", "utf_32", "iso-10646-ucs-2", "iso-10646-ucs-4",
		"ucs-2", "ucs-4", "csucs4", "csunicode", "utf-16le", "utf-16be", "utf-32le", "utf-32be"};
	return is_one_of(name, names, COUNT(names));
}

enum err feed_charset(struct cx *cx, struct str bytes, const struct feed_origin *origin, struct str *ret_text, struct str *ret_name, bool *ret_sure)
{
	struct str sign = sign_of(&bytes);
	struct str written = declared(cx, bytes, str_starts(sign, S("utf-16")) || str_starts(sign, S("utf-32")));
	if (sign.len && is_wide_name(written))
		written = sign;
	struct str rule = by_rule(cx, origin, written.len || !sign.len ? written : sign);
	if (str_eq(rule, S("gb2312")))
		rule = S("gb18030");
	if (str_eq(written, S("gb2312")))
		written = S("gb18030");
	struct str names[] = {rule, written, sign, S("utf-8"), {}, S("windows-1252"), S("iso-8859-2")};
	for (size_t i = 0; i < COUNT(names); i++) {
		if (i == 4)
			names[i] = guessed(cx, bytes);
		if (!try_name(cx, bytes, names[i], ret_text))
			continue;
		*ret_name = names[i];
		/* a server that says "text" means nothing by it: most feeds are served so, and written in UTF-8 */
		*ret_sure = i == 0 || (i < 4 && str_eq(rule, S("us-ascii")) && !written.len);
		return OK;
	}
	return fail(cx, ERR_BAD_INPUT, N_("This feed is written in letters that Parvis does not know."));
}
