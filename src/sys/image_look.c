/* image_look.c: what a picture is, by its bytes: the door to the readers of formats, and those of PNG, GIF and WebP. */
#include "base/clock.h"
#include "base/lang.h"
#include "sys/image_inside.h"
#include "sys/svg.h"

#include <string.h>

static const struct {
	const char *word, *type, *title;
} formats[IMAGE_FORMATS] = {
	[IMAGE_JPEG] = {"jpeg", "image/jpeg", "JPEG"}, [IMAGE_PNG] = {"png", "image/png", "PNG"}, [IMAGE_WEBP] = {"webp", "image/webp", "WebP"},
	[IMAGE_GIF] = {"gif", "image/gif", "GIF"}, [IMAGE_PSD] = {"psd", "image/vnd.adobe.photoshop", "Photoshop"}, [IMAGE_SVG] = {"svg", "image/svg+xml", "SVG"},
};

const char *image_format_word(enum image_format format)
{
	return formats[format].word;
}

const char *image_type(enum image_format format)
{
	return formats[format].type;
}

bool image_format_of(struct str word, enum image_format *ret_format)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (str_eq(word, str_of(formats[i].word))) {
			*ret_format = (enum image_format)i;
			return true;
		}
	return false;
}

const char *image_colour_word(const struct image *image)
{
	static const char *const words[] = {[IMAGE_RGB] = "rgb", [IMAGE_GREY] = "grey", [IMAGE_CMYK] = "cmyk", [IMAGE_PALETTE] = "palette"};
	return words[image->colour];
}

void image_upright(const struct image *image, int *ret_width, int *ret_height)
{
	bool lies = image->orientation >= 5;
	*ret_width = lies ? image->height : image->width;
	*ret_height = lies ? image->width : image->height;
}

enum err image_broken(struct cx *cx, enum image_format format, const char *why)
{
	return fail(cx, ERR_BAD_INPUT, N_("This %s picture cannot be used: %s."), formats[format].title, tr(cx->lang, why));
}

enum err image_fits(struct cx *cx, const struct image *image, i64 pixels)
{
	if (image->width < 1 || image->height < 1)
		return image_broken(cx, image->format, N_("it has no size"));
	if (image->width > IMAGE_SIDE_MAX || image->height > IMAGE_SIDE_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("This picture says that it is %d × %d pixels; a side may have %d."), image->width, image->height, IMAGE_SIDE_MAX);
	if (image->frames > IMAGE_FRAMES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("This picture has more than %d frames."), IMAGE_FRAMES_MAX);
	if (pixels > IMAGE_PIXELS_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("Unpacked, this picture would be %lld million pixels; %lld are taken."), (long long)(pixels / 1000000), (long long)(IMAGE_PIXELS_MAX / 1000000));
	return OK;
}

static i64 area(const struct image *image)
{
	return (i64)image->width * image->height;
}

/* Positions are properties of XMP by these beginnings of names (exif:GPS…, Iptc4xmpExt:LocationCreated). */
void image_xmp(struct str packet, struct image *image)
{
	image->xmp = true;
	image->position |= str_find(packet, S("GPSLatitude")) >= 0 || str_find(packet, S("GPSLongitude")) >= 0 || str_find(packet, S("LocationCreated")) >= 0;
}

/* ---- PNG ---- */

struct png {
	bool header, data, end;
	int channels;
	u64 packed; /* bytes of picture data */
};

#define PNG_CHUNKS_MAX 100000
/* deflate packs 1,032 bytes into one at best (RFC 1951: 258 bytes by two bits) */
#define DEFLATE_BEST 1032

static enum err png_header(struct cx *cx, struct cursor data, struct png *png, struct image *image)
{
	static const u8 depths[7] = {[0] = 1 | 2 | 4 | 8 | 16, [2] = 8 | 16, [3] = 1 | 2 | 4 | 8, [4] = 8 | 16, [6] = 8 | 16};
	static const int channels[7] = {[0] = 1, [2] = 3, [3] = 1, [4] = 2, [6] = 4};
	u32 width = cursor_u32(&data), height = cursor_u32(&data), bits = cursor_u8(&data), colour = cursor_u8(&data), packing = cursor_u8(&data), filter = cursor_u8(&data),
	    interlace = cursor_u8(&data);
	if (data.over || data.left || !width || !height || width > INT32_MAX || height > INT32_MAX || colour > 6 || !bits || bits & (bits - 1) || !(depths[colour] & bits) ||
		packing || filter || interlace > 1)
		return image_broken(cx, IMAGE_PNG, N_("its header is not one of PNG"));
	image->width = (int)width;
	image->height = (int)height;
	image->bits = (int)bits;
	image->colour = colour == 3 ? IMAGE_PALETTE : colour & 2 ? IMAGE_RGB : IMAGE_GREY;
	image->alpha = colour & 4;
	png->channels = channels[colour];
	return image_fits(cx, image, area(image));
}

static void png_text(struct str data, struct image *image)
{
	struct str rest = data, name = str_cut(&rest, 0);
	if (str_eq(name, S("XML:com.adobe.xmp")))
		image_xmp(rest, image);
	else if (str_starts(name, S("Raw profile type "))) /* what ImageMagick writes: packed, so it may say where it was taken */
		image->exif = image->position = true;
	else
		image->text = true;
}

static enum err png_chunk(struct cx *cx, struct str name, struct str data, struct png *png, struct image *image)
{
	if (str_eq(name, S("IHDR"))) {
		if (png->header)
			return image_broken(cx, IMAGE_PNG, N_("it has two headers"));
		png->header = true;
		return png_header(cx, cursor_of(data), png, image);
	}
	if (!png->header)
		return image_broken(cx, IMAGE_PNG, N_("its header is not one of PNG"));
	if (str_eq(name, S("IDAT"))) {
		png->data = true;
		png->packed += data.len;
	} else if (str_eq(name, S("IEND"))) {
		png->end = true;
	} else if (str_eq(name, S("tRNS"))) {
		image->alpha = true;
	} else if (str_eq(name, S("iCCP"))) {
		image->icc = true;
	} else if (str_eq(name, S("eXIf"))) {
		image_exif(data, image);
	} else if (str_eq(name, S("tEXt")) || str_eq(name, S("zTXt")) || str_eq(name, S("iTXt"))) {
		png_text(data, image);
	}
	return OK;
}

/* Can so few bytes hold so many pixels? */
static bool png_can_hold(const struct png *png, const struct image *image)
{
	return (u64)(area(image) * image->bits * png->channels / 8) <= (png->packed + 64) * DEFLATE_BEST;
}

enum err image_look_png(struct cx *cx, struct str bytes, struct image *image)
{
	struct cursor c = cursor_of(str_skip(bytes, 8));
	struct png png = {};
	for (int chunks = 0; !png.end; chunks++) {
		u32 length = cursor_u32(&c);
		struct str name = cursor_piece(&c, 4), data = cursor_piece(&c, length);
		cursor_u32(&c); /* checked when it is decoded */
		if (c.over)
			return image_broken(cx, IMAGE_PNG, N_("its end is missing"));
		if (chunks == PNG_CHUNKS_MAX)
			return image_broken(cx, IMAGE_PNG, N_("it is made of too many pieces"));
		TRY(png_chunk(cx, name, data, &png, image));
	}
	if (!png.data)
		return image_broken(cx, IMAGE_PNG, N_("there is no picture in it"));
	if (!png_can_hold(&png, image))
		return image_broken(cx, IMAGE_PNG, N_("it says that it is larger than its bytes can hold"));
	image->odd = c.left;
	return OK;
}

/* ---- GIF ---- */

/* Sub-blocks up to the empty one; their bytes counted. False: they do not end. */
static bool gif_blocks(struct cursor *c, u64 *bytes, struct str *ret_first)
{
	for (bool first = true;; first = false) {
		u32 length = cursor_u8(c);
		struct str block = cursor_piece(c, length);
		if (c->over)
			return false;
		if (!length)
			return true;
		if (first && ret_first)
			*ret_first = block;
		*bytes += length;
	}
}

static void gif_colours(struct cursor *c, u32 flags)
{
	if (flags & 0x80)
		cursor_piece(c, (size_t)3 << ((flags & 7) + 1));
}

static bool gif_extension(struct cursor *c, struct image *image)
{
	u64 bytes = 0;
	struct str first = {};
	u32 label = cursor_u8(c);
	const u8 *from = c->at;
	if (!gif_blocks(c, &bytes, &first))
		return false;
	if (label == 0xf9 && first.len >= 4) {
		struct cursor control = cursor_of(first);
		image->alpha |= cursor_u8(&control) & 1;
		image->duration += cursor_u16_little(&control) * 10 * MILLISECOND;
	} else if (label == 0xfe) {
		image->text = true;
	} else if (label == 0xff && str_starts(first, S("XMP DataXMP"))) {
		image_xmp(str_span((const char *)from, (const char *)c->at), image); /* its text is made so that it stands there in one piece */
	} else if (label == 0xff && str_starts(first, S("ICCRGBG1012"))) {
		image->icc = true;
	}
	return true;
}

/* LZW's longest strings: no more than 4,096 codes, each by 12 bits at the end and one longer than the last. */
#define LZW_BEST 2600

static enum err gif_frame(struct cx *cx, struct cursor *c, struct image *image, i64 *pixels)
{
	cursor_u32(c); /* where it begins: what leaves the canvas is cut */
	u32 width = cursor_u16_little(c), height = cursor_u16_little(c), flags = cursor_u8(c);
	u64 bytes = 0;
	gif_colours(c, flags);
	cursor_u8(c); /* size of the smallest code */
	if (!gif_blocks(c, &bytes, NULL))
		return image_broken(cx, IMAGE_GIF, N_("its end is missing"));
	if ((u64)width * height > (bytes + 16) * LZW_BEST)
		return image_broken(cx, IMAGE_GIF, N_("it says that it is larger than its bytes can hold"));
	image->frames++;
	*pixels += (i64)width * height > area(image) ? (i64)width * height : area(image);
	return image_fits(cx, image, *pixels);
}

enum err image_look_gif(struct cx *cx, struct str bytes, struct image *image)
{
	struct cursor c = cursor_of(str_skip(bytes, 6));
	i64 pixels = 0;
	image->width = (int)cursor_u16_little(&c);
	image->height = (int)cursor_u16_little(&c);
	u32 flags = cursor_u8(&c);
	cursor_u16(&c); /* background, ratio of the pixels */
	gif_colours(&c, flags);
	image->bits = 8;
	image->colour = IMAGE_PALETTE;
	image->frames = 0;
	for (u32 mark; (mark = cursor_u8(&c)) != 0x3b;) {
		if (mark == 0x2c)
			TRY(gif_frame(cx, &c, image, &pixels));
		else if (mark != 0x21 || !gif_extension(&c, image))
			return image_broken(cx, IMAGE_GIF, c.over ? N_("its end is missing") : N_("its parts do not fit together"));
	}
	if (!image->frames)
		return image_broken(cx, IMAGE_GIF, N_("there is no picture in it"));
	if (image->frames == 1)
		image->duration = 0;
	image->odd = c.left;
	return OK;
}

/* ---- WebP ---- */

struct webp {
	bool extended, moves;
	i64 pixels;
};

static bool webp_lossy(struct cursor data, int *ret_width, int *ret_height)
{
	u32 frame = cursor_u24_little(&data), start = cursor_u24_little(&data);
	*ret_width = (int)(cursor_u16_little(&data) & 0x3fff);
	*ret_height = (int)(cursor_u16_little(&data) & 0x3fff);
	return !data.over && !(frame & 1) && start == 0x2a019d && *ret_width && *ret_height;
}

static bool webp_lossless(struct cursor data, struct image *image, int *ret_width, int *ret_height)
{
	bool marked = cursor_u8(&data) == 0x2f;
	u32 bits = cursor_u32_little(&data);
	*ret_width = (int)(bits & 0x3fff) + 1;
	*ret_height = (int)(bits >> 14 & 0x3fff) + 1;
	image->alpha |= bits >> 28 & 1;
	return marked && !data.over && bits >> 29 == 0;
}

/* The picture data of a still one, or of a frame. */
static enum err webp_picture(struct cx *cx, struct str name, struct str data, struct webp *webp, struct image *image)
{
	int width, height;
	bool fine = str_eq(name, S("VP8 ")) ? webp_lossy(cursor_of(data), &width, &height) : webp_lossless(cursor_of(data), image, &width, &height);
	if (!fine)
		return image_broken(cx, IMAGE_WEBP, N_("its parts do not fit together"));
	if (!webp->extended) {
		image->width = width;
		image->height = height;
	}
	if (width > image->width || height > image->height)
		return image_broken(cx, IMAGE_WEBP, N_("its parts do not fit together"));
	image->frames++;
	webp->pixels += area(image);
	return image_fits(cx, image, webp->pixels);
}

static enum err webp_chunks(struct cx *cx, struct cursor c, bool inside, struct webp *webp, struct image *image);

static enum err webp_chunk(struct cx *cx, struct str name, struct str data, bool inside, struct webp *webp, struct image *image)
{
	struct cursor c = cursor_of(data);
	if (str_eq(name, S("VP8 ")) || str_eq(name, S("VP8L")))
		return webp_picture(cx, name, data, webp, image);
	if (str_eq(name, S("VP8X")) && !inside && !webp->extended && !image->frames) {
		u32 flags = cursor_u8(&c);
		cursor_u24_little(&c);
		image->width = (int)cursor_u24_little(&c) + 1;
		image->height = (int)cursor_u24_little(&c) + 1;
		webp->extended = true;
		webp->moves = flags & 2;
		image->alpha |= flags >> 4 & 1;
		return c.over ? image_broken(cx, IMAGE_WEBP, N_("its parts do not fit together")) : image_fits(cx, image, area(image));
	}
	if (str_eq(name, S("ANMF")) && !inside && webp->moves) {
		cursor_piece(&c, 12); /* where, how large */
		image->duration += cursor_u24_little(&c) * MILLISECOND;
		cursor_u8(&c);
		return c.over ? image_broken(cx, IMAGE_WEBP, N_("its parts do not fit together")) : webp_chunks(cx, c, true, webp, image);
	}
	if (str_eq(name, S("ICCP")))
		image->icc = true;
	else if (str_eq(name, S("EXIF")))
		image_exif(str_starts(data, S("Exif\0\0")) ? str_skip(data, 6) : data, image);
	else if (str_eq(name, S("XMP ")))
		image_xmp(data, image);
	else if (str_eq(name, S("ALPH")))
		image->alpha = true;
	return OK;
}

static enum err webp_chunks(struct cx *cx, struct cursor c, bool inside, struct webp *webp, struct image *image)
{
	while (c.left) {
		struct str name = cursor_piece(&c, 4);
		u32 length = cursor_u32_little(&c);
		struct str data = cursor_piece(&c, length);
		if (length & 1 && c.left)
			cursor_u8(&c);
		if (c.over)
			return image_broken(cx, IMAGE_WEBP, N_("its end is missing"));
		TRY(webp_chunk(cx, name, data, inside, webp, image));
	}
	return OK;
}

enum err image_look_webp(struct cx *cx, struct str bytes, struct image *image)
{
	struct cursor c = cursor_of(str_skip(bytes, 4));
	struct webp webp = {};
	u32 length = cursor_u32_little(&c);
	if (length < 4 || length > c.left)
		return image_broken(cx, IMAGE_WEBP, N_("its end is missing"));
	image->odd = c.left > length + (length & 1);
	c.left = length;
	cursor_u32(&c); /* "WEBP" */
	image->bits = 8;
	image->frames = 0;
	TRY(webp_chunks(cx, c, false, &webp, image));
	if (!image->frames)
		return image_broken(cx, IMAGE_WEBP, N_("there is no picture in it"));
	if (image->frames == 1)
		image->duration = 0;
	return OK;
}

/* ---- the door ---- */

/* What people may well send, and what to do about it. */
static enum err refuse(struct cx *cx, struct str bytes)
{
	static const struct {
		const char *magic;
		size_t at;
		const char *title;
	} known[] = {{"ftypheic", 4, "HEIC"}, {"ftypheix", 4, "HEIC"}, {"ftypmif1", 4, "HEIC"}, {"ftypavif", 4, "AVIF"}, {"II*", 0, "TIFF"}, {"MM", 0, "TIFF"}, {"BM", 0, "BMP"},
		     {"%PDF-", 0, "PDF"}, {"%!PS", 0, "PostScript"}, {"\xff\x0a", 0, "JPEG XL"}, {"JXL ", 4, "JPEG XL"}, {"jP  ", 4, "JPEG 2000"}};
	for (size_t i = 0; i < COUNT(known); i++)
		if (str_starts(str_skip(bytes, known[i].at), str_of(known[i].magic)))
			return fail(cx, ERR_UNSUPPORTED, N_("This is %s, which is not read here. Save it as JPEG or PNG and bring that."), known[i].title);
	return fail(cx, ERR_UNSUPPORTED, N_("This is no picture of a kind that is read here: JPEG, PNG, GIF, WebP, SVG or Photoshop (PSD)."));
}

enum err image_look(struct cx *cx, struct str bytes, struct image *ret_image)
{
	struct image image = {.orientation = 1, .frames = 1, .bits = 8};
	if (!bytes.len)
		return fail(cx, ERR_BAD_INPUT, N_("The file is empty."));
	if (bytes.len > IMAGE_BYTES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("The picture is larger than %zu MiB."), IMAGE_BYTES_MAX >> 20);
	if (str_starts(bytes, S("\x89PNG\r\n\x1a\n"))) {
		image.format = IMAGE_PNG;
		TRY(image_look_png(cx, bytes, &image));
	} else if (str_starts(bytes, S("\xff\xd8\xff"))) {
		image.format = IMAGE_JPEG;
		TRY(image_look_jpeg(cx, bytes, &image));
	} else if (str_starts(bytes, S("GIF87a")) || str_starts(bytes, S("GIF89a"))) {
		image.format = IMAGE_GIF;
		TRY(image_look_gif(cx, bytes, &image));
	} else if (str_starts(bytes, S("RIFF")) && str_starts(str_skip(bytes, 8), S("WEBP"))) {
		image.format = IMAGE_WEBP;
		TRY(image_look_webp(cx, bytes, &image));
	} else if (str_starts(bytes, S("8BPS"))) {
		image.format = IMAGE_PSD;
		TRY(image_look_psd(cx, bytes, &image));
	} else if (svg_begins(bytes)) {
		image.format = IMAGE_SVG;
	} else {
		return refuse(cx, bytes);
	}
	*ret_image = image;
	return OK;
}
