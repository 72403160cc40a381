/* image_jpeg.c: what a JPEG is (ITU T.81, annex B): its markers walked from end to end, its scans counted, nothing decoded; and Exif (CIPA DC-008). */
#include "base/lang.h"
#include "sys/image_inside.h"

#include <string.h>

#define SCANS_MAX 100 /* a progressive picture has about ten; each is worked through over the whole picture */
#define MARKERS_MAX 20000

/* ---- Exif ---- */

struct tiff {
	struct str bytes;
	bool little;
};

static u32 tiff_number(const struct tiff *tiff, size_t at, int bytes)
{
	struct cursor c = cursor_of(str_skip(tiff->bytes, at));
	if (bytes == 2)
		return tiff->little ? cursor_u16_little(&c) : cursor_u16(&c);
	return tiff->little ? cursor_u32_little(&c) : cursor_u32(&c);
}

void image_exif(struct str bytes, struct image *image)
{
	struct tiff tiff = {bytes, str_starts(bytes, S("II"))};
	image->exif = true;
	if (bytes.len < 8 || (!tiff.little && !str_starts(bytes, S("MM"))))
		return;
	size_t at = tiff_number(&tiff, 4, 4);
	u32 entries = tiff_number(&tiff, at, 2);
	for (u32 i = 0; i < entries && at + 2 + 12 * ((size_t)i + 1) <= bytes.len; i++) {
		size_t entry = at + 2 + 12 * (size_t)i;
		u32 tag = tiff_number(&tiff, entry, 2), type = tiff_number(&tiff, entry + 2, 2);
		if (tag == 0x0112 && type == 3) {
			u32 turned = tiff_number(&tiff, entry + 8, 2);
			image->orientation = turned >= 1 && turned <= 8 ? (int)turned : 1;
		} else if (tag == 0x8825) { /* the list of the position: one that is empty says nothing */
			image->position |= tiff_number(&tiff, tiff_number(&tiff, entry + 8, 4), 2) > 0;
		}
	}
}

/* ---- markers ---- */

struct jpeg {
	int scans, parts; /* colours */
	bool frame;
	u64 packed;       /* bytes of the scans */
};

static enum err jpeg_frame(struct cx *cx, u32 marker, struct cursor c, struct jpeg *jpeg, struct image *image)
{
	u32 bits = cursor_u8(&c), height = cursor_u16(&c), width = cursor_u16(&c), parts = cursor_u8(&c);
	if (jpeg->frame)
		return image_broken(cx, IMAGE_JPEG, N_("it has two headers"));
	if (marker > 0xc2) /* lossless, hierarchical, arithmetic: programs for people do not write them */
		return image_broken(cx, IMAGE_JPEG, N_("it is packed in a way that few programs read"));
	if (c.over || bits != 8 || !parts || parts > 4 || parts == 2 || c.left < parts * (size_t)3)
		return image_broken(cx, IMAGE_JPEG, N_("its header is not one of JPEG"));
	jpeg->frame = true;
	jpeg->parts = (int)parts;
	image->width = (int)width;
	image->height = (int)height;
	image->colour = parts == 1 ? IMAGE_GREY : parts == 4 ? IMAGE_CMYK : IMAGE_RGB;
	return image_fits(cx, image, (i64)width * height);
}

static void jpeg_application(u32 marker, struct str data, struct image *image)
{
	static const char adobe[] = "http://ns.adobe.com/xap/1.0/", more[] = "http://ns.adobe.com/xmp/extension/";
	if (marker == 0xe1 && str_starts(data, S("Exif\0")))
		image_exif(str_skip(data, 6), image);
	else if (marker == 0xe1 && (str_starts(data, str_of(adobe)) || str_starts(data, str_of(more))))
		image_xmp(data, image);
	else if (marker == 0xe2 && str_starts(data, S("ICC_PROFILE\0")))
		image->icc = true;
	else if (marker == 0xed && str_starts(data, S("Photoshop 3.0\0")))
		image->iptc = true;
	else if (marker == 0xfe)
		image->text = true;
}

/* What is packed behind the header of a scan: up to a marker that is neither a stuffed FF nor a restart. */
static void skip_scan(struct cursor *c, struct jpeg *jpeg)
{
	const u8 *from = c->at, *end = c->at + c->left, *at = from;
	while (at < end) {
		at = memchr(at, 0xff, (size_t)(end - at));
		if (!at || at + 1 >= end)
			at = end;
		else if (at[1] == 0 || (at[1] >= 0xd0 && at[1] <= 0xd7))
			at += 2;
		else if (at[1] == 0xff)
			at++;
		else
			break;
	}
	jpeg->packed += (u64)(at - from);
	c->left -= (size_t)(at - from);
	c->at = at;
}

static enum err jpeg_segment(struct cx *cx, u32 marker, struct cursor *c, struct jpeg *jpeg, struct image *image)
{
	u32 length = cursor_u16(c);
	struct str data = length >= 2 ? cursor_piece(c, length - 2) : (struct str){};
	if (c->over || length < 2)
		return image_broken(cx, IMAGE_JPEG, N_("its end is missing"));
	if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
		return jpeg_frame(cx, marker, cursor_of(data), jpeg, image);
	if (marker == 0xdc) /* the height comes later: few readers know it */
		return image_broken(cx, IMAGE_JPEG, N_("it is packed in a way that few programs read"));
	if (marker == 0xda) {
		if (!jpeg->frame || ++jpeg->scans > SCANS_MAX)
			return image_broken(cx, IMAGE_JPEG, jpeg->frame ? N_("it is made of too many pieces") : N_("its parts do not fit together"));
		skip_scan(c, jpeg);
		return OK;
	}
	jpeg_application(marker, data, image);
	return OK;
}

enum err image_look_jpeg(struct cx *cx, struct str bytes, struct image *image)
{
	struct cursor c = cursor_of(str_skip(bytes, 2));
	struct jpeg jpeg = {};
	for (int markers = 0;; markers++) {
		if (markers == MARKERS_MAX)
			return image_broken(cx, IMAGE_JPEG, N_("it is made of too many pieces"));
		u32 mark = cursor_u8(&c), marker = 0xff;
		while (!c.over && mark == 0xff && (marker = cursor_u8(&c)) == 0xff) /* any number of FF may stand before a marker */
			;
		if (c.over)
			return image_broken(cx, IMAGE_JPEG, N_("its end is missing"));
		if (mark != 0xff || marker < 0xc0 || marker == 0xd8)
			return image_broken(cx, IMAGE_JPEG, N_("its parts do not fit together"));
		if (marker == 0xd9)
			break;
		TRY(jpeg_segment(cx, marker, &c, &jpeg, image));
	}
	if (!jpeg.scans)
		return image_broken(cx, IMAGE_JPEG, N_("there is no picture in it"));
	/* Each block of 8 × 8 takes at least one bit, in its first scan. */
	if ((u64)image->width * (u64)image->height / 512 > jpeg.packed + 64)
		return image_broken(cx, IMAGE_JPEG, N_("it says that it is larger than its bytes can hold"));
	image->odd = c.left;
	return OK;
}
