/* image_inside.h: what the files of image.h share: a cursor over bytes that cannot leave them, and the readers of the formats. */
#pragma once
#include "sys/image.h"

/* Big-endian unless its name says otherwise. Reading past the end gives 0 and sets `over`, once and for all. */
struct cursor {
	const u8 *at;
	size_t left;
	bool over;
};

static inline struct cursor cursor_of(struct str s)
{
	return (struct cursor){(const u8 *)s.at, s.len, false};
}
static inline const u8 *cursor_take(struct cursor *c, size_t bytes)
{
	static const u8 none[8];
	if (bytes > c->left) {
		c->over = true;
		c->left = 0;
		return none; /* nobody takes more than eight at once by value */
	}
	const u8 *at = c->at;
	c->at += bytes;
	c->left -= bytes;
	return at;
}
/* Empty when they are not all there. */
static inline struct str cursor_piece(struct cursor *c, size_t bytes)
{
	const u8 *at = cursor_take(c, bytes);
	return c->over ? (struct str){} : (struct str){(const char *)at, bytes};
}
static inline u32 cursor_u8(struct cursor *c)
{
	return *cursor_take(c, 1);
}
static inline u32 cursor_u16(struct cursor *c)
{
	const u8 *p = cursor_take(c, 2);
	return (u32)p[0] << 8 | p[1];
}
static inline u32 cursor_u32(struct cursor *c)
{
	const u8 *p = cursor_take(c, 4);
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}
static inline u32 cursor_u16_little(struct cursor *c)
{
	const u8 *p = cursor_take(c, 2);
	return (u32)p[1] << 8 | p[0];
}
static inline u32 cursor_u24_little(struct cursor *c)
{
	const u8 *p = cursor_take(c, 3);
	return (u32)p[2] << 16 | (u32)p[1] << 8 | p[0];
}
static inline u32 cursor_u32_little(struct cursor *c)
{
	const u8 *p = cursor_take(c, 4);
	return (u32)p[3] << 24 | (u32)p[2] << 16 | (u32)p[1] << 8 | p[0];
}

/* What is wrong with it, in one sentence. */
enum err image_broken(struct cx *cx, enum image_format format, const char *why);
/* Its sides and its pixels in all frames are within bounds. */
enum err image_fits(struct cx *cx, const struct image *image, i64 pixels);
/* Exif's TIFF structure: orientation, and whether there is a position in it. What is broken in it is passed over. */
void image_exif(struct str tiff, struct image *image);
void image_xmp(struct str packet, struct image *image);

enum err image_look_png(struct cx *cx, struct str bytes, struct image *image);
enum err image_look_jpeg(struct cx *cx, struct str bytes, struct image *image);
enum err image_look_gif(struct cx *cx, struct str bytes, struct image *image);
enum err image_look_webp(struct cx *cx, struct str bytes, struct image *image);
enum err image_look_psd(struct cx *cx, struct str bytes, struct image *image);

/* The composite picture of a PSD that image_look_psd() took, row by row and channels interleaved, 8 bits each: 1 or 2 (grey), 3 or 4 (RGB), 4 (CMYK, 0 = no ink).
 * `room`: width × height × channels, as image_psd_channels() says. */
int image_psd_channels(const struct image *image);
struct str image_psd_profile(struct str bytes); /* ICC; empty: none */
enum err image_psd_read(struct cx *cx, struct str bytes, const struct image *image, u8 *room);
