#include "sys/image_print.h"

#include "base/clock.h"
#include "base/lang.h"
#include "sys/svg.h"

static void add_flag(struct buf *out, const char *name, bool flag)
{
	buf_addf(out, ",\"%s\":%s", name, flag ? "true" : "false");
}

static void add_words(struct buf *out, const char *name, const struct svg_words *words)
{
	buf_addf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < words->count; i++) {
		buf_adds(out, i ? "," : "");
		buf_add_json(out, words->at[i]);
	}
	buf_addc(out, ']');
}

void image_print_refused(const struct cx *cx, struct buf *out)
{
	buf_addf(out, "{\"taken\":false,\"refused\":[{\"what\":\"file\",\"kind\":\"%s\",\"why\":", err_row(cx->err)->word);
	buf_add_json(out, str_of(cx->story));
	buf_adds(out, ",\"count\":1}]}\n");
}

static void add_metadata(struct buf *out, const struct image *image)
{
	const struct {
		const char *word;
		bool there;
	} kinds[] = {{"exif", image->exif}, {"xmp", image->xmp}, {"iptc", image->iptc}, {"icc", image->icc}, {"text", image->text}, {"position", image->position}};
	bool first = true;
	buf_adds(out, ",\"metadata\":[");
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].there) {
			buf_addf(out, "%s\"%s\"", first ? "" : ",", kinds[i].word);
			first = false;
		}
	buf_addc(out, ']');
}

static void add_image(struct buf *out, const struct image *image, size_t bytes)
{
	int width, height;
	image_upright(image, &width, &height);
	buf_addf(out, "{\"taken\":true,\"type\":\"%s\",\"format\":\"%s\",\"bytes\":%zu,\"width\":%d,\"height\":%d,\"orientation\":%d,\"frames\":%d", image_type(image->format),
		 image_format_word(image->format), bytes, width, height, image->orientation, image->frames);
	buf_addf(out, ",\"seconds\":%.3f,\"bits\":%d,\"colour\":\"%s\"", (double)image->duration / SECOND, image->bits, image_colour_word(image));
	add_flag(out, "alpha", image->alpha);
	add_flag(out, "trailing", image->odd);
	add_metadata(out, image);
	buf_adds(out, ",\"refused\":[]}\n");
}

/* ---- drawings ---- */

static void add_pictures(struct buf *out, const struct svg *svg)
{
	buf_adds(out, ",\"images\":[");
	for (size_t i = 0; i < svg->picture_count; i++)
		buf_addf(out, "%s{\"type\":\"%s\",\"width\":%d,\"height\":%d,\"bytes\":%zu}", i ? "," : "", svg->pictures[i].type, svg->pictures[i].width,
			 svg->pictures[i].height, svg->pictures[i].bytes);
	buf_addc(out, ']');
}

static void add_removed(struct cx *cx, struct buf *out, const struct svg *svg)
{
	bool first = true;
	buf_adds(out, ",\"refused\":[");
	for (int i = 0; i < SVG_REMOVED; i++) {
		if (!svg->removed[i])
			continue;
		buf_addf(out, "%s{\"what\":\"%s\",\"why\":", first ? "" : ",", svg_reason((enum svg_removed)i)->word);
		buf_add_json(out, str_of(tr(cx->lang, svg_reason((enum svg_removed)i)->why)));
		buf_addf(out, ",\"count\":%d}", svg->removed[i]);
		first = false;
	}
	buf_addc(out, ']');
}

static void add_svg(struct cx *cx, struct buf *out, const struct svg *svg, size_t bytes, bool whole)
{
	int width, height;
	svg_size(svg, &width, &height);
	buf_addf(out, "{\"taken\":true,\"type\":\"image/svg+xml\",\"format\":\"svg\",\"bytes\":%zu,\"width\":%d,\"height\":%d", bytes, width, height);
	if (svg->view[2] > 0)
		buf_addf(out, ",\"view_box\":[%.9g,%.9g,%.9g,%.9g]", svg->view[0], svg->view[1], svg->view[2], svg->view[3]);
	buf_addf(out, ",\"elements\":%zu,\"drawn\":%lld", svg->elements, (long long)svg->drawn);
	add_words(out, "texts", &svg->texts);
	add_words(out, "fonts", &svg->fonts);
	add_words(out, "colours", &svg->colours);
	add_pictures(out, svg);
	if (svg->made_by.len) {
		buf_adds(out, ",\"made_by\":");
		buf_add_json(out, svg->made_by);
	}
	add_removed(cx, out, svg);
	if (whole) {
		buf_adds(out, ",\"svg\":");
		buf_add_json(out, svg->bytes);
	}
	buf_adds(out, "}\n");
}

static enum err look(struct cx *cx, struct str bytes, bool drawing, struct buf *out)
{
	struct image image;
	struct svg *svg;
	TRY(image_look(cx, bytes, &image));
	if (image.format == IMAGE_SVG) {
		TRY(svg_clean(cx, bytes, &svg));
		add_svg(cx, out, svg, bytes.len, drawing);
		return OK;
	}
	if (drawing)
		return fail(cx, ERR_UNSUPPORTED, N_("This is a picture of the kind %s, and no SVG."), image_format_word(image.format));
	add_image(out, &image, bytes.len);
	return OK;
}

enum err image_print(struct cx *cx, struct str bytes, bool drawing, struct buf *out)
{
	enum err e = look(cx, bytes, drawing, out);
	if (e != OK)
		image_print_refused(cx, out);
	return e;
}
