/* font.c: the directories of font files. */
#include "sys/font.h"

#include "base/lang.h"
#include "sys/image_inside.h"

#include <string.h>

#define UNPACKED_MAX ((i64)32 << 20)
#define UNPACKED_TIMES 40 /* of what is packed: glyphs pack well, nothing packs better */

const char *font_format_title(enum font_format format)
{
	static const char *const titles[] = {[FONT_TRUETYPE] = "TrueType", [FONT_OPENTYPE] = "OpenType", [FONT_WOFF] = "WOFF", [FONT_WOFF2] = "WOFF2"};
	return titles[format];
}

static enum err broken(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("This font is broken, or a part of it is missing."));
}

static enum err too_large(struct cx *cx)
{
	return fail(cx, ERR_TOO_LARGE, N_("This font is too large: %zu MiB at the most, and unpacked three times as much."), FONT_BYTES_MAX >> 20);
}

#define TAG(a, b, c, d) ((u32)(a) << 24 | (u32)(b) << 16 | (u32)(c) << 8 | (u32)(d))

/* Which of the tables that every font of letters has are there. */
static u32 needed(u32 tag)
{
	return tag == TAG('c', 'm', 'a', 'p') ? 1 : tag == TAG('h', 'e', 'a', 'd') ? 2 : tag == TAG('n', 'a', 'm', 'e') ? 4
		: tag == TAG('g', 'l', 'y', 'f') || tag == TAG('C', 'F', 'F', ' ') || tag == TAG('C', 'F', 'F', '2')	? 8 : 0;
}
#define NEEDED_ALL 15u

static enum err look_plain(struct cx *cx, struct str bytes, struct font *font)
{
	struct cursor c = cursor_of(str_skip(bytes, 4));
	u32 there = 0;
	font->tables = (int)cursor_u16(&c);
	cursor_take(&c, 6);
	for (int i = 0; i < font->tables && i < FONT_TABLES_MAX && !c.over; i++) {
		there |= needed(cursor_u32(&c));
		cursor_u32(&c);
		u64 offset = cursor_u32(&c), length = cursor_u32(&c);
		if (offset + length > bytes.len)
			return broken(cx);
	}
	font->unpacked = (i64)bytes.len;
	return !c.over && font->tables <= FONT_TABLES_MAX && there == NEEDED_ALL ? OK : broken(cx);
}

static enum err look_woff(struct cx *cx, struct str bytes, struct font *font)
{
	struct cursor c = cursor_of(str_skip(bytes, 8));
	u64 length = cursor_u32(&c), sum = 0;
	u32 there = 0;
	font->tables = (int)cursor_u16(&c);
	cursor_u16(&c);
	font->unpacked = cursor_u32(&c);
	cursor_take(&c, 4);
	cursor_take(&c, 8);
	cursor_take(&c, 8);
	cursor_take(&c, 4); /* behind a head of 44 bytes stand the tables */
	for (int i = 0; i < font->tables && i < FONT_TABLES_MAX && !c.over; i++) {
		there |= needed(cursor_u32(&c));
		u64 offset = cursor_u32(&c), packed = cursor_u32(&c), plain = cursor_u32(&c);
		cursor_u32(&c);
		sum += plain;
		if (offset + packed > bytes.len || packed > plain)
			return broken(cx);
	}
	if (sum > (u64)UNPACKED_MAX || font->unpacked > UNPACKED_MAX)
		return too_large(cx);
	return !c.over && length == bytes.len && font->tables <= FONT_TABLES_MAX && there == NEEDED_ALL ? OK : broken(cx);
}

/* UIntBase128 (WOFF 2.0, 4.1). */
static u32 read_base128(struct cursor *c)
{
	u64 value = 0;
	for (int i = 0; i < 5; i++) {
		u32 byte = cursor_u8(c);
		value = value << 7 | (byte & 127);
		if (!(byte & 128))
			return value > UINT32_MAX ? UINT32_MAX : (u32)value;
	}
	c->over = true;
	return 0;
}

/* Known tables stand as numbers (WOFF 2.0, 5.1): 0 cmap, 1 head, 5 name, 10 glyf, 11 loca, 13 CFF. */
static u32 needed_known(u32 number)
{
	return number == 0 ? 1 : number == 1 ? 2 : number == 5 ? 4 : number == 10 || number == 13 ? 8 : 0;
}

static enum err look_woff2(struct cx *cx, struct str bytes, struct font *font)
{
	struct cursor c = cursor_of(str_skip(bytes, 8));
	u64 length = cursor_u32(&c), sum = 0;
	u32 there = 0;
	font->tables = (int)cursor_u16(&c);
	cursor_u16(&c);
	font->unpacked = cursor_u32(&c); /* a hint alone, so the tables are summed up too */
	u64 packed = cursor_u32(&c);
	cursor_take(&c, 4);
	cursor_take(&c, 8);
	cursor_take(&c, 8);
	cursor_take(&c, 4);
	for (int i = 0; i < font->tables && i < FONT_TABLES_MAX && !c.over; i++) {
		u32 flags = cursor_u8(&c), number = flags & 63, version = flags >> 6;
		there |= number == 63 ? needed(cursor_u32(&c)) : needed_known(number);
		u64 plain = read_base128(&c);
		sum += plain;
		if (number == 10 || number == 11 ? version == 0 : version != 0) /* transformed: its packed length stands too */
			read_base128(&c);
	}
	if (sum > (u64)UNPACKED_MAX || font->unpacked > UNPACKED_MAX || sum > UNPACKED_TIMES * bytes.len)
		return too_large(cx);
	return !c.over && length == bytes.len && packed <= c.left && font->tables <= FONT_TABLES_MAX && there == NEEDED_ALL ? OK : broken(cx);
}

enum err font_look(struct cx *cx, struct str bytes, struct font *ret_font)
{
	struct cursor c = cursor_of(bytes);
	struct font font = {};
	u32 mark = cursor_u32(&c);
	enum err e;
	if (bytes.len > FONT_BYTES_MAX)
		return too_large(cx);
	if (mark == 0x00010000 || mark == TAG('t', 'r', 'u', 'e')) {
		e = look_plain(cx, bytes, &font);
	} else if (mark == TAG('O', 'T', 'T', 'O')) {
		font.format = FONT_OPENTYPE;
		e = look_plain(cx, bytes, &font);
	} else if (mark == TAG('w', 'O', 'F', 'F')) {
		font.format = FONT_WOFF;
		e = look_woff(cx, bytes, &font);
	} else if (mark == TAG('w', 'O', 'F', '2')) {
		font.format = FONT_WOFF2;
		e = look_woff2(cx, bytes, &font);
	} else {
		return fail(cx, ERR_UNSUPPORTED, N_("This is no font that is taken: OTF, TTF, WOFF or WOFF2."));
	}
	TRY(e);
	*ret_font = font;
	return OK;
}
