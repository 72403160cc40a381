/* image_draw.c: the wall to libvips, called in the box alone (image_box.h). The library and the hundred it brings are opened here and nowhere else; of its readers those
 * of JPEG, PNG, WebP, GIF and SVG are let in, from memory. */
#include "base/arena.h"
#include "sys/image_inside.h"
#include "sys/image_request.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <vips/vips.h>

#define QUALITY 84        /* to begin with */
#define QUALITY_LEAST 40  /* below, a smaller picture looks better than a coarser one */
#define QUALITY_STEP 11
#define SHRINKS_MAX 12
#define CHECK_SIDE 64     /* of what is drawn to see whether it can be */

/* ---- the library ---- */

#define FUNCTIONS(F)                                                                                                           \
	F(vips_init) F(vips_cache_set_max) F(vips_concurrency_set) F(vips_operation_block_set) F(vips_block_untrusted_set) F(vips_error_buffer) F(vips_error_clear) \
	F(vips_thumbnail_buffer) F(vips_thumbnail_image) F(vips_image_new_from_memory) F(vips_image_set_blob_copy) F(vips_image_set_int) F(vips_image_get_page_height) \
	F(vips_image_get_width) F(vips_image_get_height) F(vips_image_hasalpha) F(vips_copy) F(vips_extract_area) F(vips_arrayjoin) F(vips_flatten) F(vips_colourspace) \
	F(vips_array_double_newv) F(vips_area_unref) F(vips_image_copy_memory) F(vips_image_remove) F(vips_jpegsave_buffer) F(vips_pngsave_buffer) F(vips_webpsave_buffer) \
	F(vips_gifsave_buffer) F(vips_image_write_to_memory) F(vips_image_get_bands) F(vips_image_get_format)

static struct {
#define MEMBER(name) __typeof__(name) *name;
	FUNCTIONS(MEMBER)
#undef MEMBER
} v;

static void tell(char ret_story[static IMAGE_STORY_MAX], const char *text)
{
	size_t length = 0;
	for (; text[length] && text[length] != '\n' && length + 1 < IMAGE_STORY_MAX; length++)
		ret_story[length] = text[length] >= ' ' && text[length] < 0x7f ? text[length] : '?';
	ret_story[length] = 0;
}

static bool tell_vips(char ret_story[static IMAGE_STORY_MAX])
{
	tell(ret_story, v.vips_error_buffer());
	if (!ret_story[0])
		tell(ret_story, "it cannot be decoded");
	v.vips_error_clear();
	return false;
}

bool image_draw_open(char ret_story[static IMAGE_STORY_MAX])
{
	static const char *const let_in[] = {"VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer", "VipsForeignLoadNsgifBuffer",
					     "VipsForeignLoadSvgBuffer"};
	void *library = dlopen("libvips.so.42", RTLD_NOW | RTLD_LOCAL);
	const char *missing = NULL;
	if (!library) {
		tell(ret_story, dlerror());
		return false;
	}
#define FIND(name) missing = (v.name = (__typeof__(v.name))dlsym(library, #name)) ? missing : #name;
	FUNCTIONS(FIND)
#undef FIND
	if (missing || v.vips_init("parvis") != 0) {
		tell(ret_story, missing ? missing : "vips_init");
		return false;
	}
	v.vips_cache_set_max(0);
	v.vips_concurrency_set(1);
	v.vips_block_untrusted_set(TRUE);
	v.vips_operation_block_set("VipsForeignLoad", TRUE);
	for (size_t i = 0; i < COUNT(let_in); i++)
		v.vips_operation_block_set(let_in[i], FALSE);
	return true;
}

static void unref(VipsImage **image)
{
	if (*image)
		g_object_unref(*image);
}
#define OWNED CLEANUP(unref) VipsImage *

static VipsImage *given(VipsImage **image)
{
	VipsImage *mine = *image;
	*image = NULL;
	return mine;
}

/* ---- reading ---- */

struct drawing {
	struct str bytes;
	const struct image *source;
	const struct image_wish *wish;
	bool frames; /* all of them */
	bool icc;    /* by its own profile; a broken one is left aside */
};

/* A Photoshop picture, whole. `room` is borrowed by the picture. */
static VipsImage *read_psd(const struct drawing *d, u8 **ret_room)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	int bands = image_psd_channels(d->source);
	size_t size = (size_t)d->source->width * (size_t)d->source->height * (size_t)bands;
	u8 *room = g_try_malloc(size);
	if (!room || image_psd_read(&cx, d->bytes, d->source, room) != OK) {
		g_free(room);
		return NULL;
	}
	*ret_room = room;
	OWNED plain = v.vips_image_new_from_memory(room, size, d->source->width, d->source->height, bands, VIPS_FORMAT_UCHAR);
	VipsImage *image = NULL;
	static const VipsInterpretation colours[] = {[IMAGE_RGB] = VIPS_INTERPRETATION_sRGB, [IMAGE_GREY] = VIPS_INTERPRETATION_B_W, [IMAGE_CMYK] = VIPS_INTERPRETATION_CMYK};
	if (!plain || v.vips_copy(plain, &image, "interpretation", colours[d->source->colour], NULL) != 0)
		return NULL;
	struct str profile = image_psd_profile(d->bytes);
	if (profile.len && d->icc)
		v.vips_image_set_blob_copy(image, VIPS_META_ICC_NAME, profile.at, profile.len);
	return image;
}

static void free_room(u8 **room)
{
	g_free(*room);
}

/* By its own profile; without one, CMYK by a usual one, and the rest as it is. */
static int shrink_psd(const struct drawing *d, VipsImage *whole, int width, int height, VipsImage **ret_small)
{
	if (d->icc || d->source->colour == IMAGE_CMYK)
		return v.vips_thumbnail_image(whole, ret_small, width, "height", height, "size", VIPS_SIZE_FORCE, "import_profile", "cmyk", "export_profile", "srgb", NULL);
	return v.vips_thumbnail_image(whole, ret_small, width, "height", height, "size", VIPS_SIZE_FORCE, NULL);
}

static int shrink_bytes(const struct drawing *d, int width, int height, VipsImage **ret_small)
{
	void *bytes = (void *)(uintptr_t)d->bytes.at;
	const char *how = d->frames ? "[n=-1,fail_on=error]" : "[fail_on=error]"; /* as an option: 8.14 forgets vips_thumbnail's own */
	if (d->icc || d->source->colour == IMAGE_CMYK)
		return v.vips_thumbnail_buffer(bytes, d->bytes.len, ret_small, width, "height", height, "size", VIPS_SIZE_FORCE, "import_profile",
					       d->source->colour == IMAGE_CMYK ? "cmyk" : "srgb", "export_profile", "srgb", "option_string", how, NULL);
	return v.vips_thumbnail_buffer(bytes, d->bytes.len, ret_small, width, "height", height, "size", VIPS_SIZE_FORCE, "option_string", how, NULL);
}

/* The whole picture, upright, in sRGB, so many pixels wide and high (of each frame). In memory: nothing of the source is needed any more, and nothing of what it said
 * beside its pixels is left. */
static VipsImage *read_at(const struct drawing *d, int width, int height)
{
	static const char *const said[] = {VIPS_META_EXIF_NAME, VIPS_META_XMP_NAME, VIPS_META_IPTC_NAME, VIPS_META_ICC_NAME, VIPS_META_PHOTOSHOP_NAME, VIPS_META_ORIENTATION,
					   VIPS_META_IMAGEDESCRIPTION, "gif-comment"};
	CLEANUP(free_room) u8 *room = NULL;
	OWNED whole = NULL;
	OWNED small = NULL;
	OWNED colours = NULL;
	int failed;
	if (d->source->format == IMAGE_PSD) {
		whole = read_psd(d, &room);
		failed = !whole || shrink_psd(d, whole, width, height, &small);
	} else {
		failed = shrink_bytes(d, width, height, &small);
	}
	if (failed || v.vips_colourspace(small, &colours, VIPS_INTERPRETATION_sRGB, NULL) != 0)
		return NULL;
	VipsImage *kept = v.vips_image_copy_memory(colours);
	for (size_t i = 0; kept && i < COUNT(said); i++)
		v.vips_image_remove(kept, said[i]);
	return kept;
}

/* ---- cutting ---- */

struct cut {
	double scale;            /* of the whole picture */
	int width, height;       /* of the result */
	int whole_width, whole_height; /* after scaling */
	int left, top;           /* of the result in it */
};

static int at_least_one(double value)
{
	return value < 1 ? 1 : (int)value;
}

static double within(double value, double least, double most)
{
	return value < least ? least : value > most ? most : value;
}

/* `shrink`: at most 1, when bytes have to be saved. A drawing may become larger than it says, a picture never. */
static struct cut plan(const struct drawing *d, double shrink)
{
	int width, height;
	image_upright(d->source, &width, &height);
	double w = width, h = height, cut_w = w, cut_h = h, most = d->source->format == IMAGE_SVG ? INFINITY : 1, scale;
	const struct image_wish *wish = d->wish;
	if (wish->fill) { /* the largest part of that ratio */
		double ratio = (double)wish->width / wish->height;
		cut_w = fmin(w, h * ratio);
		cut_h = fmin(h, w / ratio);
		scale = fmin(most, wish->width / cut_w);
	} else {
		scale = fmin(fmin(wish->width ? wish->width / w : most, wish->height ? wish->height / h : most), most);
	}
	if (!isfinite(scale))
		scale = 1;
	scale *= shrink;
	struct cut cut = {.scale = scale};
	cut.whole_width = at_least_one(rint(w * scale));
	cut.whole_height = at_least_one(rint(h * scale));
	cut.width = wish->fill ? at_least_one(fmin(rint(cut_w * scale), cut.whole_width)) : cut.whole_width;
	cut.height = wish->fill ? at_least_one(fmin(rint(cut_h * scale), cut.whole_height)) : cut.whole_height;
	double x = isfinite(wish->focus_x) ? within(wish->focus_x, 0, 1) : 0.5, y = isfinite(wish->focus_y) ? within(wish->focus_y, 0, 1) : 0.5;
	cut.left = (int)within(rint(x * cut.whole_width - cut.width / 2.0), 0, cut.whole_width - cut.width);
	cut.top = (int)within(rint(y * cut.whole_height - cut.height / 2.0), 0, cut.whole_height - cut.height);
	return cut;
}

/* Each frame by itself: they stand one below the other. */
static VipsImage *cut_out(VipsImage *image, const struct cut *cut)
{
	VipsImage *parts[IMAGE_FRAMES_MAX], *joined = NULL;
	int high = v.vips_image_get_page_height(image), count = v.vips_image_get_height(image) / high, made = 0;
	if (cut->width == v.vips_image_get_width(image) && cut->height == high) {
		g_object_ref(image);
		return image;
	}
	while (made < count && made < IMAGE_FRAMES_MAX && v.vips_extract_area(image, &parts[made], cut->left, made * high + cut->top, cut->width, cut->height, NULL) == 0)
		made++;
	if (made == count && v.vips_arrayjoin(parts, &joined, count, "across", 1, NULL) == 0) {
		VipsImage *alone = NULL;
		v.vips_copy(joined, &alone, NULL); /* ours alone, to be written on */
		g_object_unref(joined);
		joined = alone;
		if (joined)
			v.vips_image_set_int(joined, VIPS_META_PAGE_HEIGHT, cut->height);
	}
	while (made > 0)
		g_object_unref(parts[--made]);
	return joined;
}

static VipsImage *on_paper(VipsImage *image, u32 paper)
{
	double colour[] = {paper >> 16 & 255, paper >> 8 & 255, paper & 255};
	VipsImage *flat = NULL;
	if (!v.vips_image_hasalpha(image)) {
		g_object_ref(image);
		return image;
	}
	VipsArrayDouble *background = v.vips_array_double_newv(3, colour[0], colour[1], colour[2]);
	v.vips_flatten(image, &flat, "background", background, NULL);
	v.vips_area_unref((VipsArea *)(void *)background);
	return flat;
}

static VipsImage *render_once(const struct drawing *d, double shrink)
{
	struct cut cut = plan(d, shrink);
	OWNED whole = read_at(d, cut.whole_width, cut.whole_height);
	if (!whole)
		return NULL;
	OWNED part = cut_out(whole, &cut);
	if (!part || d->wish->format != IMAGE_JPEG)
		return given(&part);
	return on_paper(part, d->wish->paper);
}

static VipsImage *render(struct drawing *d, double shrink)
{
	VipsImage *image = render_once(d, shrink);
	if (image || !d->icc)
		return image;
	d->icc = false;
	v.vips_error_clear();
	return render_once(d, shrink);
}

/* ---- writing ---- */

/* libvips 8.14 writes Exif into each WebP, also when it is told to strip it: the chunks that say something beside the picture are taken out again (the WebP
 * container: FourCC, length in little-endian, padded to even; VP8X names by flags what there is). */
static size_t strip_webp(u8 *bytes, size_t length)
{
	static const char *const said[] = {"EXIF", "XMP ", "ICCP"};
	size_t to = 12;
	for (size_t at = 12; at + 8 <= length;) {
		size_t size = (size_t)bytes[at + 4] | (size_t)bytes[at + 5] << 8 | (size_t)bytes[at + 6] << 16 | (size_t)bytes[at + 7] << 24, whole = 8 + size + (size & 1);
		if (whole > length - at)
			whole = length - at;
		if (memcmp(bytes + at, "VP8X", 4) == 0 && whole > 8)
			bytes[at + 8] &= 0x12; /* transparency, frames */
		if (!str_in((struct str){(const char *)bytes + at, 4}, said, COUNT(said))) {
			memmove(bytes + to, bytes + at, whole);
			to += whole;
		}
		at += whole;
	}
	for (int i = 0; i < 4; i++)
		bytes[4 + i] = (u8)((to - 8) >> 8 * i);
	return to;
}

static bool save(VipsImage *image, enum image_format format, int quality, struct str *ret_bytes)
{
	void *bytes = NULL;
	size_t length = 0;
	int failed;
	if (format == IMAGE_JPEG)
		failed = v.vips_jpegsave_buffer(image, &bytes, &length, "Q", quality, "strip", TRUE, "optimize_coding", TRUE, NULL);
	else if (format == IMAGE_WEBP)
		failed = v.vips_webpsave_buffer(image, &bytes, &length, "Q", quality, "strip", TRUE, NULL);
	else if (format == IMAGE_GIF)
		failed = v.vips_gifsave_buffer(image, &bytes, &length, "strip", TRUE, NULL);
	else if (quality == QUALITY)
		failed = v.vips_pngsave_buffer(image, &bytes, &length, "strip", TRUE, "compression", 9, NULL);
	else /* with 256 colours of its own */
		failed = v.vips_pngsave_buffer(image, &bytes, &length, "strip", TRUE, "compression", 9, "palette", TRUE, "Q", 90, NULL);
	if (!failed && format == IMAGE_WEBP && length > 12)
		length = strip_webp(bytes, length);
	*ret_bytes = (struct str){bytes, length};
	return !failed;
}

/* The best quality that fits; false with bytes: none does, these are the least. */
static bool save_within(VipsImage *image, const struct image_wish *wish, struct str *ret_bytes, int *ret_quality)
{
	bool lossy = wish->format == IMAGE_JPEG || wish->format == IMAGE_WEBP;
	int first = lossy && wish->quality ? wish->quality : QUALITY, least = lossy ? QUALITY_LEAST : wish->format == IMAGE_PNG ? QUALITY - QUALITY_STEP : QUALITY;
	for (int quality = first;; quality = quality - QUALITY_STEP < least ? least : quality - QUALITY_STEP) {
		g_free((void *)(uintptr_t)ret_bytes->at);
		*ret_bytes = (struct str){};
		if (!save(image, wish->format, quality, ret_bytes))
			return false;
		*ret_quality = lossy ? quality : 0;
		if (!wish->most || (i64)ret_bytes->len <= wish->most)
			return true;
		if (quality <= least)
			return false;
	}
}

static struct drawing drawing_of(struct str bytes, const struct image *source, const struct image_wish *wish)
{
	bool moves = source->format == IMAGE_GIF || source->format == IMAGE_WEBP, kept = wish->format == IMAGE_GIF || wish->format == IMAGE_WEBP;
	return (struct drawing){bytes, source, wish, moves && kept && source->frames > 1 && !wish->still, source->icc};
}

/* The values themselves. A grey picture has one value a pixel; what is smaller than its sketch has none. */
static bool sketch(VipsImage *image, const struct image_wish *wish, struct str *ret_bytes, char ret_story[static IMAGE_STORY_MAX])
{
	size_t length = 0, pixels = (size_t)wish->width * (size_t)wish->height;
	int bands = v.vips_image_get_bands(image);
	if (v.vips_image_get_width(image) != wish->width || v.vips_image_get_height(image) != wish->height || v.vips_image_get_format(image) != VIPS_FORMAT_UCHAR || (bands != 1 && bands != 3)) {
		tell(ret_story, "it is too small to be compared");
		return false;
	}
	CLEANUP(free_room) u8 *values = v.vips_image_write_to_memory(image, &length);
	u8 *room = g_try_malloc(pixels * 3);
	if (!values || !room || length != pixels * (size_t)bands) {
		g_free(room);
		return tell_vips(ret_story);
	}
	for (size_t i = 0; i < pixels * 3; i++)
		room[i] = bands == 3 ? values[i] : values[i / 3];
	*ret_bytes = (struct str){(const char *)room, pixels * 3};
	return true;
}

bool image_draw(struct str bytes, const struct image *source, const struct image_wish *wish, struct str *ret_bytes, int *ret_quality, char ret_story[static IMAGE_STORY_MAX])
{
	struct drawing d = drawing_of(bytes, source, wish);
	double shrink = 1;
	for (int i = 0; i < SHRINKS_MAX; i++) {
		OWNED image = render(&d, shrink);
		struct str made = {};
		if (!image)
			return tell_vips(ret_story);
		if (wish->sketch)
			return sketch(image, wish, ret_bytes, ret_story);
		if (save_within(image, wish, &made, ret_quality)) {
			*ret_bytes = made;
			return true;
		}
		if (!made.at)
			return tell_vips(ret_story);
		/* Bytes go with the area. */
		shrink *= within(0.95 * sqrt((double)wish->most / (double)made.len), 0.2, 0.9);
		g_free((void *)(uintptr_t)made.at);
	}
	tell(ret_story, "it does not fit into so few bytes");
	return false;
}

bool image_draw_check(struct str bytes, const struct image *source, char ret_story[static IMAGE_STORY_MAX])
{
	const struct image_wish wish = {.format = IMAGE_WEBP, .width = CHECK_SIDE, .height = CHECK_SIDE, .focus_x = 0.5, .focus_y = 0.5};
	struct drawing d = drawing_of(bytes, source, &wish);
	OWNED image = render(&d, 1);
	return image ? true : tell_vips(ret_story);
}
