/* image_psd.c: Photoshop's files (version 1, 8 bits a channel): what they are, and the picture of all layers together that Photoshop keeps at their end. Layers
 * themselves are not read. Source: Adobe's "Photoshop File Formats Specification" (2019). */
#include "base/lang.h"
#include "sys/image_inside.h"

#include <string.h>

enum { MODE_GREY = 1, MODE_RGB = 3, MODE_CMYK = 4 };
enum { RESOURCE_IPTC = 0x0404, RESOURCE_ICC = 0x040f, RESOURCE_VERSION = 0x0421, RESOURCE_EXIF = 0x0422, RESOURCE_EXIF_MORE = 0x0423, RESOURCE_XMP = 0x0424 };

struct psd {
	int channels, mode;
	struct str profile;
	bool composite;   /* it says that the picture of all layers is real */
	bool clear;       /* its first channel behind the colours is transparency */
	struct cursor data; /* from the packing on */
};

static bool psd_resources(struct str section, struct psd *psd, struct image *image)
{
	for (struct cursor c = cursor_of(section); c.left;) {
		bool marked = str_eq(cursor_piece(&c, 4), S("8BIM"));
		u32 id = cursor_u16(&c), name = cursor_u8(&c);
		cursor_piece(&c, name | 1); /* its length and name are an even number of bytes */
		u32 length = cursor_u32(&c);
		struct str data = cursor_piece(&c, length);
		if (length & 1 && c.left)
			cursor_u8(&c);
		if (c.over || !marked)
			return false;
		struct cursor inside = cursor_of(data);
		if (id == RESOURCE_IPTC)
			image->iptc = true;
		else if (id == RESOURCE_ICC)
			psd->profile = data;
		else if (id == RESOURCE_EXIF || id == RESOURCE_EXIF_MORE)
			image_exif(data, image);
		else if (id == RESOURCE_XMP)
			image_xmp(data, image);
		else if (id == RESOURCE_VERSION && data.len >= 5)
			psd->composite = cursor_u32(&inside) && cursor_u8(&inside);
	}
	return true;
}

/* The layers are passed over; how their number is written says whether the picture of all of them is transparent somewhere. */
static void psd_layers(struct str section, struct psd *psd)
{
	struct cursor c = cursor_of(section);
	u32 length = cursor_u32(&c);
	if (length >= 2)
		psd->clear = cursor_u16(&c) & 0x8000 && !c.over;
}

static enum err psd_open(struct cx *cx, struct str bytes, struct psd *ret_psd, struct image *image)
{
	struct cursor c = cursor_of(str_skip(bytes, 4));
	struct psd psd = {.composite = true};
	u32 version = cursor_u16(&c);
	cursor_piece(&c, 6);
	psd.channels = (int)cursor_u16(&c);
	u32 height = cursor_u32(&c), width = cursor_u32(&c);
	image->bits = (int)cursor_u16(&c);
	psd.mode = (int)cursor_u16(&c);
	if (c.over || psd.channels < 1 || psd.channels > 56 || width > INT32_MAX || height > INT32_MAX)
		return image_broken(cx, IMAGE_PSD, N_("its header is not one of Photoshop"));
	image->width = (int)width;
	image->height = (int)height;
	TRY(image_fits(cx, image, (i64)width * height));
	if (version != 1)
		return image_broken(cx, IMAGE_PSD, N_("it is kept as a large document (PSB); save it as PSD"));
	if (image->bits != 8)
		return image_broken(cx, IMAGE_PSD, N_("it does not have 8 bits a channel; change its mode to 8 bits"));
	if (psd.mode != MODE_GREY && psd.mode != MODE_RGB && psd.mode != MODE_CMYK)
		return image_broken(cx, IMAGE_PSD, N_("its colours are not RGB, CMYK or grey; change its mode"));
	image->colour = psd.mode == MODE_GREY ? IMAGE_GREY : psd.mode == MODE_CMYK ? IMAGE_CMYK : IMAGE_RGB;
	if (psd.channels < (psd.mode == MODE_GREY ? 1 : psd.mode == MODE_CMYK ? 4 : 3))
		return image_broken(cx, IMAGE_PSD, N_("its parts do not fit together"));
	cursor_piece(&c, cursor_u32(&c)); /* colour tables of modes not taken */
	struct str resources = cursor_piece(&c, cursor_u32(&c)), layers = cursor_piece(&c, cursor_u32(&c));
	if (c.over || !c.left)
		return image_broken(cx, IMAGE_PSD, N_("its end is missing"));
	if (!psd_resources(resources, &psd, image))
		return image_broken(cx, IMAGE_PSD, N_("its parts do not fit together"));
	psd_layers(layers, &psd);
	if (!psd.composite)
		return image_broken(cx, IMAGE_PSD, N_("it holds its layers alone; save it with “Maximize compatibility” switched on"));
	image->icc = psd.profile.len;
	image->alpha = psd.clear && psd.mode != MODE_CMYK && psd.channels > image_psd_channels(image);
	psd.data = c;
	*ret_psd = psd;
	return OK;
}

int image_psd_channels(const struct image *image)
{
	int colours = image->colour == IMAGE_GREY ? 1 : image->colour == IMAGE_CMYK ? 4 : 3;
	return colours + image->alpha;
}

struct str image_psd_profile(struct str bytes)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct image image = {};
	struct psd psd;
	return psd_open(&cx, bytes, &psd, &image) == OK ? psd.profile : (struct str){};
}

/* Are all rows of all channels there? */
static enum err psd_complete(struct cx *cx, struct cursor c, const struct psd *psd, const struct image *image)
{
	u32 packing = cursor_u16(&c);
	u64 rows = (u64)psd->channels * (u64)image->height, need = 0;
	if (packing > 1)
		return image_broken(cx, IMAGE_PSD, N_("it is packed in a way that few programs read"));
	if (packing == 0)
		need = rows * (u64)image->width;
	for (u64 i = 0; packing && i < rows && !c.over; i++)
		need += cursor_u16(&c);
	return c.over || need > c.left ? image_broken(cx, IMAGE_PSD, N_("its end is missing")) : OK;
}

enum err image_look_psd(struct cx *cx, struct str bytes, struct image *image)
{
	struct psd psd;
	TRY(psd_open(cx, bytes, &psd, image));
	return psd_complete(cx, psd.data, &psd, image);
}

/* PackBits: a row of `width` bytes, written `step` apart. What is missing stays as it is. */
static void unpack_row(struct str packed, int width, size_t step, u8 *to)
{
	struct cursor c = cursor_of(packed);
	for (int done = 0; done < width && c.left;) {
		u32 head = cursor_u8(&c);
		if (head == 128)
			continue;
		int count = head < 128 ? (int)head + 1 : 257 - (int)head;
		u8 same = head > 128 ? (u8)cursor_u8(&c) : 0;
		for (int i = 0; i < count && !c.over; i++) {
			u8 byte = head < 128 ? (u8)cursor_u8(&c) : same;
			if (done < width && !c.over)
				to[step * (size_t)done++] = byte;
		}
	}
}

enum err image_psd_read(struct cx *cx, struct str bytes, const struct image *image, u8 *room)
{
	struct image again = {.format = IMAGE_PSD, .orientation = 1, .frames = 1};
	struct psd psd;
	size_t step = (size_t)image_psd_channels(image), width = (size_t)image->width, height = (size_t)image->height;
	TRY(psd_open(cx, bytes, &psd, &again));
	TRY(psd_complete(cx, psd.data, &psd, &again));
	struct cursor lengths = psd.data;
	bool packed = cursor_u16(&lengths);
	struct cursor data = lengths;
	if (packed)
		cursor_piece(&data, 2 * height * (size_t)psd.channels);
	memset(room, 255, width * height * step);
	for (size_t channel = 0; channel < step; channel++)
		for (size_t y = 0; y < height; y++) {
			struct str row = cursor_piece(&data, packed ? cursor_u16(&lengths) : width);
			u8 *to = room + y * width * step + channel;
			if (packed)
				unpack_row(row, image->width, step, to);
			else
				for (size_t x = 0; x < row.len; x++)
					to[x * step] = (u8)row.at[x];
		}
	for (size_t i = 0; image->colour == IMAGE_CMYK && i < width * height * step; i++)
		room[i] = (u8)(255 - room[i]); /* kept as paper: 255 is no ink */
	return OK;
}
