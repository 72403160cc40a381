/* pictures.h: pictures made for tests: PNG and GIF by hand, and what is in a PNG that the box made. Include after test.h. */
#pragma once
#include "base/buf.h"

#include <libdeflate.h>
#include <string.h>
#include <stdlib.h>

static UNUSED void add_u32(struct buf *b, u32 value)
{
	buf_add_bytes(b, (u8[]){(u8)(value >> 24), (u8)(value >> 16), (u8)(value >> 8), (u8)value}, 4);
}

static UNUSED void add_chunk(struct buf *b, const char *name, struct str data)
{
	u32 sum = libdeflate_crc32(libdeflate_crc32(0, name, 4), data.at ? data.at : "", data.len);
	add_u32(b, (u32)data.len);
	buf_adds(b, name);
	buf_add(b, data);
	add_u32(b, sum);
}

static UNUSED void add_png_header(struct buf *b, u32 width, u32 height, u8 bits, u8 colour)
{
	CLEANUP(buf_free) struct buf header = {};
	add_u32(&header, width);
	add_u32(&header, height);
	buf_add_bytes(&header, (u8[]){bits, colour, 0, 0, 0}, 5);
	buf_adds(b, "\x89PNG\r\n\x1a\n");
	add_chunk(b, "IHDR", buf_str(&header));
}

/* RGB; the colour of a pixel by `colour(x, y)`. */
static UNUSED void add_png(struct buf *b, u32 width, u32 height, u32 (*colour)(u32 x, u32 y))
{
	CLEANUP(buf_free) struct buf rows = {}, packed = {};
	for (u32 y = 0; y < height; y++) {
		buf_addc(&rows, 0);
		for (u32 x = 0; x < width; x++) {
			u32 c = colour(x, y);
			buf_add_bytes(&rows, (u8[]){(u8)(c >> 16), (u8)(c >> 8), (u8)c}, 3);
		}
	}
	struct libdeflate_compressor *packer = libdeflate_alloc_compressor(1);
	size_t most = libdeflate_zlib_compress_bound(packer, rows.len);
	buf_grew(&packed, libdeflate_zlib_compress(packer, rows.at, rows.len, buf_room(&packed, most), most));
	libdeflate_free_compressor(packer);
	add_png_header(b, width, height, 8, 2);
	add_chunk(b, "IDAT", buf_str(&packed));
	add_chunk(b, "IEND", (struct str){});
}

/* A JPEG with Exif: turned by `orientation`, and taken at a place. */
static UNUSED void add_jpeg_with_place(struct buf *b, struct str jpeg, u8 orientation)
{
	const u8 exif[] = {0xff, 0xe1, 0, 8 + 8 + 2 + 24 + 4 + 2 + 12 + 4, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 2, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
			   0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0, 0, 1, 0, 1, 0, 2, 0, 0, 0, 2, 'N', 0, 0, 0, 0, 0, 0, 0};
	buf_add(b, str_head(jpeg, 2));
	buf_add_bytes(b, exif, sizeof exif);
	buf_add(b, str_skip(jpeg, 2));
}

/* The colour of one pixel of a PNG as the box writes them: 8 bits, RGB or RGBA, not interlaced. */
static UNUSED u32 png_pixel(struct str png, u32 at_x, u32 at_y)
{
	CLEANUP(buf_free) struct buf packed = {}, rows = {};
	u32 width = 0, height = 0, step = 0;
	for (struct str rest = str_skip(png, 8); rest.len >= 12;) {
		const u8 *p = (const u8 *)rest.at;
		u32 length = (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
		if (memcmp(p + 4, "IHDR", 4) == 0) {
			width = (u32)p[10] << 8 | p[11];
			height = (u32)p[14] << 8 | p[15];
			assert_int_equal(p[16], 8);
			step = p[17] == 6 ? 4 : 3;
			assert_true(p[17] == 6 || p[17] == 2);
		}
		if (memcmp(p + 4, "IDAT", 4) == 0)
			buf_add_bytes(&packed, p + 8, length);
		rest = str_skip(rest, length + 12);
	}
	size_t line = (size_t)width * step + 1, size = line * height, got;
	u8 *raw = (u8 *)buf_room(&rows, size);
	struct libdeflate_decompressor *unpacker = libdeflate_alloc_decompressor();
	assert_int_equal(libdeflate_zlib_decompress(unpacker, packed.at, packed.len, raw, size, &got), LIBDEFLATE_SUCCESS);
	libdeflate_free_decompressor(unpacker);
	for (size_t y = 0; y < height; y++)
		for (size_t i = 1; i < line; i++) {
			u8 *row = raw + y * line;
			int a = i > step ? row[i - step] : 0, b = y ? (row - line)[i] : 0, c = y && i > step ? (row - line)[i - step] : 0, p = a + b - c;
			int paeth = abs(p - a) <= abs(p - b) && abs(p - a) <= abs(p - c) ? a : abs(p - b) <= abs(p - c) ? b : c;
			int add[] = {0, a, b, (a + b) / 2, paeth};
			assert_true(row[0] < 5);
			row[i] = (u8)(row[i] + add[row[0]]);
		}
	const u8 *pixel = raw + at_y * line + 1 + (size_t)at_x * step;
	assert_true(at_x < width && at_y < height);
	return (u32)pixel[0] << 16 | (u32)pixel[1] << 8 | pixel[2];
}

static UNUSED bool nearly(u32 a, u32 b)
{
	for (int shift = 0; shift < 24; shift += 8)
		if (abs((int)(a >> shift & 255) - (int)(b >> shift & 255)) > 12)
			return false;
	return true;
}

/* A GIF of `frames` frames of one colour each, red and blue in turn, 8 × 4. */
static UNUSED void add_gif(struct buf *b, int frames)
{
	buf_add(b, S("GIF89a\x08\0\x04\0\x80\0\0\xff\0\0\0\0\xff"));
	buf_add(b, S("!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0"));
	for (int i = 0; i < frames; i++) {
		buf_add(b, S("!\xf9\x04\0\x0a\0\0\0"));
		buf_add(b, S(",\0\0\0\0\x08\0\x04\0\0\x02"));
		/* LZW codes of 3 bits: clear, 32 times the colour (cleared again before they widen), end. */
		CLEANUP(buf_free) struct buf bits = {};
		u32 kept = 0, count = 0;
		for (int n = 0; n <= 32 + 16; n++) {
			u32 code = n == 48 ? 5 : n % 3 == 0 ? 4 : (u32)(i & 1);
			kept |= code << count;
			for (count += 3; count >= 8; count -= 8, kept >>= 8)
				buf_addc(&bits, (char)(kept & 255));
		}
		buf_addc(&bits, (char)kept);
		buf_addc(b, (char)bits.len);
		buf_add(b, buf_str(&bits));
		buf_addc(b, 0);
	}
	buf_addc(b, ';');
}
