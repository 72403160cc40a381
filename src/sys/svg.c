/* svg.c: a drawing read by libxml2 element by element, and written anew from what the lists name. */
#include "base/lang.h"
#include "base/utf8.h"
#include "sys/crypto.h"
#include "sys/image.h"
#include "sys/svg_inside.h"

#include <libxml/xmlreader.h>
#include <math.h>
#include <string.h>

#define SVG_NAMESPACE "http://www.w3.org/2000/svg"
#define XLINK_NAMESPACE "http://www.w3.org/1999/xlink"
#define XML_NAMESPACE "http://www.w3.org/XML/1998/namespace"
#define TEXTS_MAX 500
#define ATTRIBUTES_MAX 200
#define EFFECTS_MAX 400

static const struct svg_reason reasons[SVG_REMOVED] = {
	[SVG_SCRIPT] = {"script", N_("Programs do not run in a drawing.")},
	[SVG_EVENT] = {"event", N_("Nothing runs when a drawing is touched or loaded.")},
	[SVG_EXTERNAL] = {"external", N_("Nothing is brought from elsewhere; embed it in the file.")},
	[SVG_FOREIGN] = {"foreign", N_("Other languages inside of a drawing (HTML, sound, film) are not drawn.")},
	[SVG_ANIMATION] = {"animation", N_("Networks take still pictures; the drawing stands as it begins.")},
	[SVG_DATA] = {"data", N_("What is embedded must be a picture: PNG, JPEG, GIF or WebP.")},
	[SVG_POSITION] = {"position", N_("An embedded picture says where it was taken. Remove that from the picture, and embed it again.")},
	[SVG_FILTER] = {"filter", N_("This effect takes too long to draw.")},
	[SVG_FONT] = {"font", N_("Fonts that come with a file are not used; turn the text into outlines to keep its look.")},
	[SVG_STYLE] = {"style", N_("This style is none of a still drawing.")},
	[SVG_PRIVATE] = {"private", N_("What the drawing program keeps for itself is of no use elsewhere.")},
	[SVG_UNKNOWN] = {"unknown", N_("Not known as a part of a drawing.")},
	[SVG_DOCTYPE] = {"doctype", N_("A document type says nothing about the drawing.")},
};

const struct svg_reason *svg_reason(enum svg_removed removed)
{
	return reasons + removed;
}

struct open_element {
	int kind;
	size_t number;
	bool chosen;   /* of a switch: its child was found */
	bool head;     /* its start tag is not closed yet */
	struct buf *text; /* of a style sheet, of a text */
	const char *tag;
};

struct cleaner {
	struct cx *cx;
	xmlTextReader *reader;
	struct svg *svg;
	struct svg_finder finder;
	struct svg_count *count;
	struct buf *out;
	struct open_element stack[SVG_DEPTH_MAX];
	int depth;
	size_t element;   /* being read: references in its values are its own */
	i64 times;        /* how often it draws what it refers to: markers, at each point */
	bool marks;       /* the value being read is one of markers */
	bool bare;        /* the file names no language: all without one are SVG's */
	int effects;
	size_t embedded;  /* bytes of pictures */
	bool ended;
};

static struct str text_of(const xmlChar *text)
{
	return str_of((const char *)text);
}

static bool is_namespace(struct cleaner *c, const char *wanted)
{
	const xmlChar *uri = xmlTextReaderConstNamespaceUri(c->reader);
	return uri ? strcmp((const char *)uri, wanted) == 0 : c->bare && strcmp(wanted, SVG_NAMESPACE) == 0;
}

static void refers(void *subject, struct str name)
{
	struct cleaner *c = subject;
	svg_count_refer(c->count, c->element, name, c->marks ? c->times : 1);
}

/* ---- writing ---- */

static void add_escaped(struct buf *out, struct str text, bool quoted)
{
	for (size_t i = 0; i < text.len; i++) {
		char ch = text.at[i];
		if (ch == '&')
			buf_adds(out, "&amp;");
		else if (ch == '<')
			buf_adds(out, "&lt;");
		else if (ch == '>')
			buf_adds(out, "&gt;");
		else if (quoted && ch == '"')
			buf_adds(out, "&quot;");
		else if (ch == '\r' || (quoted && (ch == '\n' || ch == '\t')))
			buf_addf(out, "&#%d;", ch);
		else
			buf_addc(out, ch);
	}
}

static void add_attribute(struct cleaner *c, const char *name, struct str value)
{
	buf_addc(c->out, ' ');
	buf_adds(c->out, name);
	buf_adds(c->out, "=\"");
	add_escaped(c->out, value, true);
	buf_addc(c->out, '"');
}

static void end_head(struct cleaner *c)
{
	if (c->depth && c->stack[c->depth - 1].head) {
		buf_addc(c->out, '>');
		c->stack[c->depth - 1].head = false;
	}
}

/* ---- lengths ---- */

/* In pixels; 0: relative, or none. */
static double length_of(struct str text)
{
	static const struct {
		const char *unit;
		double pixels;
	} units[] = {{"px", 1}, {"pt", 4.0 / 3}, {"pc", 16}, {"mm", 96 / 25.4}, {"cm", 96 / 2.54}, {"in", 96}, {"Q", 96 / 101.6}, {"", 1}};
	text = str_trim(text);
	for (size_t i = 0; i < COUNT(units); i++) {
		struct str unit = str_of(units[i].unit);
		double value;
		if (str_ends(text, unit) && str_to_double(str_trim(str_head(text, text.len - unit.len)), &value) && isfinite(value))
			return value * units[i].pixels;
	}
	return 0;
}

static void read_view(struct svg *svg, struct str value)
{
	double view[4];
	for (size_t i = 0; i < 4; i++) {
		value = str_trim(value);
		if (str_starts(value, S(",")))
			value = str_trim(str_skip(value, 1));
		size_t len = 0;
		while (len < value.len && !strchr(" ,\t\r\n", value.at[len]))
			len++;
		if (!str_to_double(str_head(value, len), &view[i]) || !isfinite(view[i]))
			return;
		value = str_skip(value, len);
	}
	if (view[2] > 0 && view[3] > 0)
		memcpy(svg->view, view, sizeof view);
}

void svg_size(const struct svg *svg, int *ret_width, int *ret_height)
{
	double width = svg->width, height = svg->height, ratio = svg->view[3] > 0 ? svg->view[2] / svg->view[3] : 2;
	if (width <= 0 && height <= 0) {
		width = svg->view[2] > 0 ? svg->view[2] : 300;
		height = svg->view[3] > 0 ? svg->view[3] : 150;
	} else if (width <= 0) {
		width = height * ratio;
	} else if (height <= 0) {
		height = width / ratio;
	}
	*ret_width = (int)fmin(fmax(ceil(width), 1), SVG_SIDE_MAX);
	*ret_height = (int)fmin(fmax(ceil(height), 1), SVG_SIDE_MAX);
}

static enum err size_fits(struct cleaner *c)
{
	const struct svg *svg = c->svg;
	double width = svg->width > 0 ? svg->width : svg->view[2], height = svg->height > 0 ? svg->height : svg->view[3];
	if (width > SVG_SIDE_MAX || height > SVG_SIDE_MAX || width * height > (double)IMAGE_PIXELS_MAX)
		return fail(c->cx, ERR_TOO_LARGE, N_("This SVG says that it is %.0f × %.0f pixels; a side may have %d."), width, height, SVG_SIDE_MAX);
	if (svg->width < 0 || svg->height < 0)
		return fail(c->cx, ERR_BAD_INPUT, N_("This SVG says that it is smaller than nothing."));
	return OK;
}

/* ---- addresses ---- */

/* data:image/png;base64,… becomes a picture that was looked at. False: it is left out, as was counted. */
static bool add_picture(struct cleaner *c, struct str address)
{
	ptrdiff_t comma = str_find_byte(str_head(address, 200), ',');
	struct str head = str_head(address, comma < 0 ? 0 : (size_t)comma), code = str_skip(address, (size_t)(comma + 1));
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf tight = {}, bytes = {};
	struct cx cx = cx_new(arena);
	struct image image;
	c->svg->removed[SVG_DATA]++; /* until all is found well */
	if (comma < 0 || !str_ends(head, S(";base64")) || c->svg->picture_count == SVG_IMAGES_MAX)
		return false;
	for (size_t i = 0; i < code.len; i++)
		if (!strchr(" \t\r\n", code.at[i]))
			buf_addc(&tight, code.at[i]);
	if (!base64_read(buf_str(&tight), BASE64, &bytes) || c->embedded + bytes.len > SVG_BYTES_MAX || image_look(&cx, buf_str(&bytes), &image) != OK ||
		image.format == IMAGE_SVG || image.format == IMAGE_PSD)
		return false;
	c->svg->removed[SVG_DATA]--;
	if (image.position) {
		c->svg->removed[SVG_POSITION]++;
		return false;
	}
	c->embedded += bytes.len;
	c->svg->pictures[c->svg->picture_count++] = (struct svg_picture){image_type(image.format), image.width, image.height, bytes.len};
	buf_addf(c->out, " xlink:href=\"data:%s;base64,", image_type(image.format));
	buf_add_base64(c->out, buf_str(&bytes), BASE64);
	buf_addc(c->out, '"');
	return true;
}

static enum svg_removed why_not(struct str address)
{
	CLEANUP(buf_free) struct buf plain = {};
	for (size_t i = 0; i < address.len && i < 64; i++)
		if ((u8)address.at[i] > ' ')
			buf_addc(&plain, address.at[i]);
	struct str head = buf_str(&plain);
	if (str_eq_fold(str_head(head, 11), S("javascript:")) || str_eq_fold(str_head(head, 9), S("vbscript:")))
		return SVG_SCRIPT;
	return str_eq_fold(str_head(head, 5), S("data:")) ? SVG_DATA : SVG_EXTERNAL;
}

/* The href of an element, however it is spelled. False: what needs it cannot stand without. */
static bool read_link(struct cleaner *c, int kind, struct str address)
{
	address = str_trim(address);
	if (kind & SVG_IMAGE && str_eq_fold(str_head(address, 5), S("data:")))
		return add_picture(c, address);
	if (kind & SVG_AS_GROUP) { /* a link leads nowhere in a picture; what it holds is drawn */
		c->svg->removed[why_not(address)]++;
		return true;
	}
	struct str name = str_skip(address, 1);
	bool local = kind & SVG_HAS_LINK && str_starts(address, S("#")) && name.len && name.len < 256;
	for (size_t i = 0; i < name.len && local; i++)
		local = (u8)name.at[i] > ' ' && !strchr("()\"'\\", name.at[i]);
	if (!local) {
		c->svg->removed[why_not(address)]++;
		return false;
	}
	refers(c, name);
	add_attribute(c, "xlink:href", address);
	return true;
}

/* ---- elements ---- */

/* How many points a path or a polygon may have: markers are drawn at each. */
static i64 points_of(struct str value)
{
	i64 numbers = 0;
	for (size_t i = 0; i < value.len; i++) {
		bool digit = value.at[i] >= '0' && value.at[i] <= '9', before = i && value.at[i - 1] >= '0' && value.at[i - 1] <= '9';
		numbers += digit && !before;
	}
	return numbers / 2 + 1;
}

static i64 points_here(struct cleaner *c)
{
	i64 points = 1;
	for (int more = xmlTextReaderMoveToFirstAttribute(c->reader); more == 1; more = xmlTextReaderMoveToNextAttribute(c->reader)) {
		struct str name = text_of(xmlTextReaderConstLocalName(c->reader));
		if (str_eq(name, S("d")) || str_eq(name, S("points")))
			points = points_of(text_of(xmlTextReaderConstValue(c->reader)));
	}
	xmlTextReaderMoveToElement(c->reader);
	return points;
}

static void read_styles(struct cleaner *c, struct str value)
{
	CLEANUP(buf_free) struct buf styles = {};
	c->marks = true; /* one of them may be of markers */
	svg_add_declarations(&c->finder, value, &styles);
	c->marks = false;
	if (styles.len)
		add_attribute(c, "style", buf_str(&styles));
}

static void read_plain(struct cleaner *c, const char *spelled, struct str name, struct str value)
{
	enum svg_value kind = svg_attribute(name);
	enum svg_removed why = SVG_UNKNOWN;
	c->marks = str_starts(name, S("marker"));
	if (str_starts(name, S("on")) && kind == SVG_NO_VALUE)
		why = SVG_EVENT;
	else if (kind == SVG_NUMBER_BOUND && !svg_number_is_fine(name, value))
		why = SVG_FILTER;
	else if (kind != SVG_NO_VALUE && (kind == SVG_STYLES || svg_value_is_fine(&c->finder, kind, value, &why)))
		why = SVG_REMOVED;
	c->marks = false;
	if (why != SVG_REMOVED) {
		c->svg->removed[why]++;
		return;
	}
	if (kind == SVG_STYLES) {
		read_styles(c, value);
		return;
	}
	if (str_eq(name, S("id")))
		svg_count_name(c->count, c->element, value);
	add_attribute(c, spelled, value);
}

/* The root's own size, noted. */
static void read_size(struct cleaner *c, struct str name, struct str value)
{
	if (str_eq(name, S("width")))
		c->svg->width = length_of(value);
	else if (str_eq(name, S("height")))
		c->svg->height = length_of(value);
	else if (str_eq(name, S("viewBox")))
		read_view(c->svg, value);
}

/* False: the element cannot stand, and goes with all that is in it. */
static bool read_attributes(struct cleaner *c, int kind, bool root)
{
	bool stands = !(kind & SVG_IMAGE), linked = false;
	int count = 0;
	for (int more = xmlTextReaderMoveToFirstAttribute(c->reader); more == 1; more = xmlTextReaderMoveToNextAttribute(c->reader)) {
		if (xmlTextReaderIsNamespaceDecl(c->reader) == 1)
			continue;
		struct str name = text_of(xmlTextReaderConstLocalName(c->reader)), value = text_of(xmlTextReaderConstValue(c->reader));
		const char *uri = (const char *)xmlTextReaderConstNamespaceUri(c->reader);
		bool link = (str_eq(name, S("href")) && (!uri || strcmp(uri, XLINK_NAMESPACE) == 0)) || str_eq(name, S("xlink:href"));
		if (++count > ATTRIBUTES_MAX) {
			c->svg->removed[SVG_UNKNOWN]++;
		} else if (link) {
			bool fine = !linked && read_link(c, kind, value);
			stands = linked ? stands : fine || !(kind & (SVG_IMAGE | SVG_HAS_LINK));
			linked = true;
		} else if (uri && strcmp(uri, XML_NAMESPACE) == 0 && (str_eq(name, S("space")) || str_eq(name, S("lang")))) {
			read_plain(c, str_eq(name, S("space")) ? "xml:space" : "xml:lang", S("lang"), value);
		} else if (uri) {
			c->svg->removed[strcmp(uri, XLINK_NAMESPACE) == 0 ? SVG_UNKNOWN : SVG_PRIVATE]++;
		} else {
			if (root)
				read_size(c, name, value);
			read_plain(c, arena_cstr(c->cx->arena, name), name, value);
		}
	}
	xmlTextReaderMoveToElement(c->reader);
	return stands;
}

static bool wants_other_reader(struct cleaner *c)
{
	bool wants = false;
	for (int more = xmlTextReaderMoveToFirstAttribute(c->reader); more == 1; more = xmlTextReaderMoveToNextAttribute(c->reader)) {
		struct str name = text_of(xmlTextReaderConstLocalName(c->reader));
		wants |= str_eq(name, S("requiredExtensions")) || str_eq(name, S("systemLanguage")) || str_eq(name, S("requiredFeatures"));
	}
	xmlTextReaderMoveToElement(c->reader);
	return wants;
}

/* What to do with the element under the reader. 0: leave it out with all that is in it, as was counted. */
static int kind_here(struct cleaner *c, struct str name)
{
	struct open_element *parent = c->depth ? &c->stack[c->depth - 1] : NULL;
	enum svg_removed why = SVG_UNKNOWN;
	int kind = 0;
	if (is_namespace(c, SVG_NAMESPACE)) {
		kind = svg_element(name, &why);
	} else {
		const xmlChar *uri = xmlTextReaderConstNamespaceUri(c->reader);
		why = uri && strcmp((const char *)uri, "http://www.w3.org/1999/xhtml") == 0 ? SVG_FOREIGN : SVG_PRIVATE;
	}
	if (parent && parent->kind & SVG_SWITCH && (parent->chosen || wants_other_reader(c))) {
		why = parent->chosen ? SVG_UNKNOWN : why;
		kind = 0;
	}
	if (parent && parent->kind & SVG_SHEET)
		kind = 0;
	if (kind & SVG_EFFECT && ++c->effects > EFFECTS_MAX) {
		why = SVG_FILTER;
		kind = 0;
	}
	if (!kind)
		c->svg->removed[why]++;
	return kind;
}

static void close_element(struct cleaner *c);

static enum err open_element(struct cleaner *c, bool *ret_stands)
{
	bool root = c->depth == 0, empty = xmlTextReaderIsEmptyElement(c->reader) == 1;
	struct str name = text_of(xmlTextReaderConstLocalName(c->reader));
	int kind = kind_here(c, name);
	*ret_stands = false;
	if (!kind)
		return OK;
	if (c->depth == SVG_DEPTH_MAX || c->svg->elements == SVG_ELEMENTS_MAX)
		return fail(c->cx, ERR_TOO_LARGE, N_("This SVG has more than %d parts, or parts more than %d deep. Such files are refused."), SVG_ELEMENTS_MAX, SVG_DEPTH_MAX);
	size_t before = c->out->len;
	bool parent_head = c->depth && c->stack[c->depth - 1].head;
	end_head(c);
	struct open_element *e = &c->stack[c->depth];
	*e = (struct open_element){.kind = kind, .head = true, .number = svg_count_open(c->count)};
	e->tag = kind & SVG_AS_GROUP ? "g" : arena_cstr(c->cx->arena, name);
	c->element = e->number;
	c->times = points_here(c);
	buf_addf(c->out, "<%s", e->tag);
	if (root)
		buf_adds(c->out, " xmlns=\"" SVG_NAMESPACE "\" xmlns:xlink=\"" XLINK_NAMESPACE "\"");
	if (!read_attributes(c, kind, root)) {
		c->out->len = before; /* as if nothing had been there */
		if (c->depth)
			c->stack[c->depth - 1].head = parent_head;
		svg_count_close(c->count, e->number);
		return OK;
	}
	if (c->depth && c->stack[c->depth - 1].kind & SVG_SWITCH)
		c->stack[c->depth - 1].chosen = true;
	if (kind & SVG_SHEET || (kind & SVG_SPOKEN && !(c->depth && c->stack[c->depth - 1].kind & SVG_SPOKEN)))
		e->text = buf_in_arena(c->cx->arena);
	c->svg->elements++;
	c->depth++;
	*ret_stands = true;
	if (empty)
		close_element(c);
	return OK;
}

static void note_text(struct cleaner *c, struct str text)
{
	struct svg_words *texts = &c->svg->texts;
	CLEANUP(buf_free) struct buf plain = {};
	for (size_t i = 0; i < text.len && plain.len < 2000; i++) {
		bool space = strchr(" \t\r\n", text.at[i]);
		if (!space || (plain.len && plain.at[plain.len - 1] != ' '))
			buf_addc(&plain, space ? ' ' : text.at[i]);
	}
	struct str kept = str_trim(buf_str(&plain));
	while (kept.len && !utf8_valid(kept))
		kept.len--;
	if (kept.len && texts->count < TEXTS_MAX)
		*arena_push(c->cx->arena, texts->at, texts->count, texts->capacity) = arena_str(c->cx->arena, kept);
}

static void close_element(struct cleaner *c)
{
	struct open_element *e = &c->stack[c->depth - 1];
	c->element = e->number;
	if (e->kind & SVG_SHEET) {
		CLEANUP(buf_free) struct buf sheet = {};
		svg_add_sheet(&c->finder, buf_str(e->text), &sheet);
		if (sheet.len)
			end_head(c);
		add_escaped(c->out, buf_str(&sheet), false);
	} else if (e->text) {
		note_text(c, buf_str(e->text));
	}
	if (e->head)
		buf_adds(c->out, "/>");
	else
		buf_addf(c->out, "</%s>", e->tag);
	svg_count_close(c->count, e->number);
	c->depth--;
	c->ended |= c->depth == 0;
}

static void take_text(struct cleaner *c)
{
	struct open_element *e = c->depth ? &c->stack[c->depth - 1] : NULL;
	struct str text = text_of(xmlTextReaderConstValue(c->reader));
	if (!e)
		return;
	if (e->kind & SVG_SHEET) {
		buf_add(e->text, text);
		return;
	}
	if (!(e->kind & SVG_TEXTUAL) || !text.len)
		return;
	end_head(c);
	add_escaped(c->out, text, false);
	for (int i = c->depth - 1; i >= 0 && c->stack[i].kind & SVG_SPOKEN; i--)
		if (c->stack[i].text)
			buf_add(c->stack[i].text, text);
}

/* ---- the whole file ---- */

static enum err broken(struct cleaner *c)
{
	const xmlError *error = xmlGetLastError();
	return fail(c->cx, ERR_BAD_INPUT, N_("This is no whole SVG: what is in line %d cannot be read."), error && error->line > 0 ? error->line : xmlTextReaderGetParserLineNumber(c->reader));
}

static enum err walk(struct cleaner *c)
{
	int more = xmlTextReaderRead(c->reader);
	while (more == 1) {
		bool stands = true;
		switch (xmlTextReaderNodeType(c->reader)) {
		case XML_READER_TYPE_ELEMENT:
			if (c->depth == 0) {
				const xmlChar *uri = xmlTextReaderConstNamespaceUri(c->reader);
				c->bare = !uri;
				if (strcmp((const char *)xmlTextReaderConstLocalName(c->reader), "svg") != 0 || !is_namespace(c, SVG_NAMESPACE))
					return fail(c->cx, ERR_UNSUPPORTED, N_("This is XML, and no SVG."));
			}
			TRY(open_element(c, &stands));
			if (c->svg->elements == 1 && stands)
				TRY(size_fits(c));
			break;
		case XML_READER_TYPE_END_ELEMENT:
			if (c->depth)
				close_element(c);
			break;
		case XML_READER_TYPE_TEXT:
		case XML_READER_TYPE_CDATA:
		case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
		case XML_READER_TYPE_WHITESPACE:
			take_text(c);
			break;
		case XML_READER_TYPE_ENTITY_REFERENCE:
			return broken(c);
		default: /* comments, instructions */
			break;
		}
		more = stands ? xmlTextReaderRead(c->reader) : xmlTextReaderNext(c->reader);
	}
	return more == 0 && c->ended ? OK : broken(c);
}

static void free_reader(xmlTextReader **reader)
{
	if (*reader)
		xmlFreeTextReader(*reader);
}

static void no_word(void *subject, xmlErrorPtr error)
{
}

enum err svg_clean(struct cx *cx, struct str bytes, struct svg **ret_svg)
{
	struct svg_prolog prolog;
	struct svg *svg = arena_new_of(cx->arena, struct svg);
	if (bytes.len > SVG_BYTES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("This SVG is larger than %zu MiB."), SVG_BYTES_MAX >> 20);
	if (!utf8_valid(bytes))
		return fail(cx, ERR_UNSUPPORTED, N_("This SVG is not written in UTF-8. Save it as UTF-8 and bring that."));
	TRY(svg_prolog(cx, bytes, &prolog));
	svg->made_by = prolog.made_by;
	svg->removed[SVG_DOCTYPE] = prolog.doctype;
	CLEANUP(free_reader) xmlTextReader *reader =
		xmlReaderForMemory(prolog.body.at, (int)prolog.body.len, NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_COMPACT);
	must(reader);
	xmlTextReaderSetStructuredErrorHandler(reader, no_word, NULL);
	struct cleaner *c = arena_new_of(cx->arena, struct cleaner);
	*c = (struct cleaner){.cx = cx, .reader = reader, .svg = svg, .count = svg_count_new(cx->arena), .out = buf_in_arena(cx->arena), .times = 1};
	c->finder = (struct svg_finder){.cx = cx, .svg = svg, .seen_fonts = map_new(cx->arena), .seen_colours = map_new(cx->arena), .refers = refers, .subject = c};
	c->out->max = 2 * SVG_BYTES_MAX;
	xmlResetLastError();
	TRY(walk(c));
	TRY(svg_count_all(cx, c->count, &svg->drawn));
	if (!buf_ok(c->out))
		return fail(cx, ERR_TOO_LARGE, N_("This SVG is larger than %zu MiB."), SVG_BYTES_MAX >> 20);
	buf_addc(c->out, '\n');
	svg->bytes = buf_str(c->out);
	*ret_svg = svg;
	return OK;
}
