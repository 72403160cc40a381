#include "base/lang.h"
#include "channel/feed/xml.h"

#include <string.h>

#define NAMES_MAX 256      /* namespaces bound at once */
#define ENTITIES_MAX 200
#define ENTITY_BYTES_MAX 512
#define BASE_MAX 2000      /* bytes of an address that others are seen from */
#define ROOM_MIN ((size_t)64 << 20) /* what a small feed may take of memory; larger ones 16 times their length */

/* ---- names ---- */

struct str feed_attribute(struct feed_reader *r, const char *name)
{
	for (size_t i = 0; i < r->markup.attribute_count; i++)
		if (str_eq_fold(r->markup.attributes[i].name, str_of(name))) {
			CLEANUP(buf_free) struct buf value = {.max = FEED_MAX};
			bool unknown = false;
			markup_add_decoded(&value, r->markup.attributes[i].value, r->entities, &unknown);
			r->loose |= unknown;
			return buf_keep(&value, r->cx->arena);
		}
	return (struct str){};
}

bool feed_has(const struct feed_reader *r, const char *name)
{
	for (size_t i = 0; i < r->markup.attribute_count; i++)
		if (str_eq_fold(r->markup.attributes[i].name, str_of(name)))
			return true;
	return false;
}

static void bind_names(struct feed_reader *r)
{
	for (size_t i = 0; i < r->markup.attribute_count && r->name_count < NAMES_MAX; i++) {
		struct str name = r->markup.attributes[i].name;
		if (!str_eq(name, S("xmlns")) && !str_starts(name, S("xmlns:")))
			continue;
		char whole[80];
		if (name.len >= sizeof whole)
			continue;
		memcpy(whole, name.at, name.len);
		whole[name.len] = 0;
		r->names[r->name_count++] = (struct feed_name){
			.prefix = str_skip(name, 6), .namespace = str_trim(feed_attribute(r, whole)), .root = r->depth == 0,
		};
	}
}

static const struct feed_name *name_of(const struct feed_reader *r, struct str prefix)
{
	for (size_t i = r->name_count; i > 0; i--)
		if (str_eq(r->names[i - 1].prefix, prefix))
			return r->names + i - 1;
	return NULL;
}

/* "dc:creator" of however it was written; what is of no namespace known here is "?:creator". */
static struct str usual_name(struct feed_reader *r, struct str written)
{
	struct str local = written, prefix = str_cut(&local, ':');
	if (!local.at) {
		local = written;
		prefix = (struct str){};
	}
	const struct feed_name *name = name_of(r, prefix);
	const char *usual = name ? feed_prefix(name->namespace) : "";
	if (!name && prefix.len) {
		r->loose |= !str_eq(prefix, S("xml"));
		return written;
	}
	if (name && !prefix.len && name->root && *usual == '?')
		usual = ""; /* a format of somebody's own: read as RSS or Atom */
	return *usual ? arena_printf(r->cx->arena, "%s%.*s", usual, STR_ARG(local)) : local;
}

/* ---- entities of the document ---- */

static void skip_spaces(struct str *rest)
{
	while (rest->len && strchr(" \t\r\n", *rest->at) && *rest->at)
		*rest = str_skip(*rest, 1);
}

static void read_doctype(struct feed_reader *r, struct str text)
{
	size_t count = 0;
	r->netscape = str_find(text, S("rss-0.91.dtd")) >= 0 && str_find(text, S("netscape")) >= 0;
	r->outer_names = str_find(text, S("<!ENTITY %")) >= 0 || str_find(text, S("SYSTEM")) >= 0 || str_find(text, S("PUBLIC")) >= 0;
	for (ptrdiff_t at; count < ENTITIES_MAX && (at = str_find(text, S("<!ENTITY"))) >= 0; count++) {
		text = str_skip(text, (size_t)at + 8);
		skip_spaces(&text);
		size_t len = 0;
		while (len < text.len && !strchr(" \t\r\n\"'>%", text.at[len]))
			len++;
		struct str name = str_head(text, len);
		text = str_skip(text, len);
		skip_spaces(&text);
		char quote = text.len ? *text.at : 0;
		if (!name.len || (quote != '"' && quote != '\''))
			continue;
		text = str_skip(text, 1);
		struct str value = str_cut(&text, quote);
		if (value.len > ENTITY_BYTES_MAX || map_get(r->entities, name))
			continue;
		CLEANUP(buf_free) struct buf plain = {};
		markup_add_decoded(&plain, value, NULL, NULL);
		struct str *kept = arena_new_of(r->cx->arena, struct str);
		*kept = buf_keep(&plain, r->cx->arena);
		map_put(r->entities, name, kept);
	}
}

/* ---- markup within a text ---- */

static void add_escaped(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (c == '&' || c == '<' || c == '>')
			buf_adds(out, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
		else
			buf_addc(out, c);
	}
}

static struct str local_name(struct str written)
{
	ptrdiff_t at = str_find_byte(written, ':');
	return at < 0 ? written : str_skip(written, (size_t)at + 1);
}

/* A text that was not said to be markup turns out to be: what came of it so far is escaped. */
static void become_markup(struct feed_reader *r, struct feed_frame *content)
{
	struct str so_far = arena_str(r->cx->arena, str_skip(buf_str(&r->text), content->text_from));
	r->text.len = content->text_from;
	add_escaped(&r->text, so_far);
	content->text.type = S("application/xhtml+xml");
	content->markup = true;
}

static void open_inner(struct feed_reader *r, struct feed_frame *frame)
{
	struct feed_frame *content = &r->stack[r->content - 1];
	struct str local = local_name(frame->name);
	bool div = str_eq_fold(local, S("div"));
	if (!content->markup) {
		if (div && str_eq(content->text.type, S("text/html")))
			return; /* escaped markup in a div of its own */
		become_markup(r, content);
	}
	bool first = r->depth == r->content + 1 && div && !str_trim(str_skip(buf_str(&r->text), content->text_from)).len;
	frame->inner = true;
	buf_addf(&r->text, "<%.*s", STR_ARG(local));
	for (size_t i = 0; i < r->markup.attribute_count; i++) {
		struct str name = r->markup.attributes[i].name;
		if (str_starts(name, S("xmlns")) || str_find_byte(name, '"') >= 0 || str_find_byte(name, '<') >= 0)
			continue;
		CLEANUP(buf_free) struct buf value = {.max = FEED_MAX};
		bool unknown = false;
		markup_add_decoded(&value, r->markup.attributes[i].value, r->entities, &unknown);
		r->loose |= unknown;
		buf_addf(&r->text, " %.*s=\"", STR_ARG(name));
		buf_add_html(&r->text, buf_str(&value));
		buf_addc(&r->text, '"');
	}
	buf_addc(&r->text, '>');
	if (first)
		content->div_from = r->text.len;
}

static void close_inner(struct feed_reader *r, struct feed_frame *frame)
{
	struct feed_frame *content = &r->stack[r->content - 1];
	if (!frame->inner)
		return;
	if (r->depth == r->content + 1 && content->div_from && !content->div_to)
		content->div_to = r->text.len;
	buf_addf(&r->text, "</%.*s>", STR_ARG(local_name(frame->name)));
	if (content->div_to && !content->div_end)
		content->div_end = r->text.len;
}

/* ---- elements ---- */

static void inherit(struct feed_reader *r, struct feed_frame *frame)
{
	const struct feed_frame *outer = r->depth ? &r->stack[r->depth - 1] : NULL;
	frame->base = outer ? outer->base : r->origin->address;
	frame->language = outer ? outer->language : r->origin->language;
	frame->object = outer ? outer->object : r->feed;
	frame->place = outer ? outer->place : FEED_ROOT;
	struct str base = feed_has(r, "xml:base") ? feed_attribute(r, "xml:base") : r->depth < 3 ? feed_attribute(r, "base") : (struct str){};
	if (base.len) {
		struct str resolved = feed_address(r->cx, frame->base, base);
		if (resolved.len && resolved.len <= BASE_MAX)
			frame->base = resolved;
	}
	struct str language = feed_attribute(r, "xml:lang");
	if (!feed_has(r, "xml:lang"))
		return;
	char *at = (char *)arena_cstr(r->cx->arena, str_trim(language));
	for (size_t i = 0; at[i]; i++)
		if (at[i] == '_')
			at[i] = '-';
	frame->language = str_of(at);
	frame->speaks = true;
}

static void pop(struct feed_reader *r)
{
	struct feed_frame *frame = &r->stack[r->depth - 1];
	if (r->content && r->depth > r->content) {
		close_inner(r, frame);
	} else {
		feed_close(r, frame);
		if (r->content == r->depth)
			r->content = 0;
		if (!r->text.broken)
			r->text.len = frame->text_from;
	}
	r->name_count = frame->name_count;
	r->depth--;
}

/* An entry that begins within another, or in a text of it: what was before was not closed. */
static void end_entry(struct feed_reader *r)
{
	size_t depth = r->depth;
	while (depth && !(r->stack[depth - 1].row && r->stack[depth - 1].row->act == FEED_ENTRY))
		depth--;
	if (!depth)
		return;
	r->loose = true;
	while (r->depth >= depth)
		pop(r);
}

/* Elements that no text of RSS holds: one that does was not closed. */
static bool ends_text(const struct feed_reader *r, const struct feed_row *row)
{
	return r->content && !r->atom && (row->act == FEED_DATE || row->act == FEED_ID || row->act == FEED_ENCLOSURE ||
		(row->act == FEED_SUMMARY && strcmp(row->name, "summary") != 0) || strcmp(row->name, "content:encoded") == 0);
}

static void open_element(struct feed_reader *r)
{
	size_t before = r->name_count;
	bind_names(r);
	const struct feed_row *row = feed_row(usual_name(r, r->markup.name));
	if (row && row->act == FEED_ENTRY) {
		end_entry(r);
	} else if (row && ends_text(r, row)) {
		r->loose = true;
		for (size_t depth = r->content; r->depth >= depth;)
			pop(r);
	}
	if (r->name_count < before) { /* what ended took its names along, and these */
		before = r->name_count;
		bind_names(r);
	}
	row = r->content ? NULL : row;
	if (r->depth == FEED_DEPTH_MAX) {
		r->deeper += !r->markup.empty;
		r->name_count = before;
		return;
	}
	struct feed_frame *frame = &r->stack[r->depth];
	*frame = (struct feed_frame){.name = r->markup.name, .row = row, .text_from = r->text.len, .name_count = before};
	inherit(r, frame);
	r->depth++;
	if (!r->rooted)
		feed_begin(r, frame);
	if (r->content)
		open_inner(r, frame);
	else if (row)
		feed_open(r, frame);
	if (r->markup.empty)
		pop(r);
}

static void close_element(struct feed_reader *r)
{
	size_t depth = r->depth;
	if (r->deeper) {
		r->deeper--;
		return;
	}
	while (depth && !str_eq(r->stack[depth - 1].name, r->markup.name))
		depth--;
	r->loose |= depth != r->depth || !depth;
	if (r->content && depth < r->content && depth && r->stack[depth - 1].row == NULL)
		return; /* a stray end within a text */
	while (depth && r->depth >= depth)
		pop(r);
}

static void take_text(struct feed_reader *r, bool raw)
{
	struct str text = r->markup.text;
	if (!r->depth) {
		r->loose |= str_trim(text).len > 0;
		return;
	}
	struct feed_frame *frame = &r->stack[r->depth - 1];
	bool markup = r->content && r->stack[r->content - 1].markup;
	bool unknown = false;
	if (!r->content && !frame->row)
		return;
	if (!markup) {
		if (raw)
			buf_add(&r->text, text);
		else
			markup_add_decoded(&r->text, text, r->entities, &unknown);
	} else if (raw) {
		add_escaped(&r->text, text);
	} else {
		CLEANUP(buf_free) struct buf plain = {.max = FEED_MAX};
		markup_add_decoded(&plain, text, r->entities, &unknown);
		add_escaped(&r->text, buf_str(&plain));
	}
	r->loose |= unknown && !r->outer_names;
}

enum err feed_read_xml(struct cx *cx, struct str text, const struct feed_origin *origin, json_t *document)
{
	struct feed_reader *r = arena_new_of(cx->arena, struct feed_reader);
	CLEANUP(buf_free) struct buf room = {.max = FEED_MAX * 4};
	*r = (struct feed_reader){.cx = cx, .origin = origin, .document = document, .entities = map_new(cx->arena), .text = room};
	r->markup = (struct markup){.rest = text, .xml = true};
	r->names = arena_array(cx->arena, struct feed_name, NAMES_MAX);
	feed_start(r);
	enum markup_kind kind;
	size_t most = arena_bytes(cx->arena) + ROOM_MIN + text.len * 16;
	while ((kind = markup_next(&r->markup)) != MARKUP_END && !r->text.broken) {
		if (arena_bytes(cx->arena) > most) /* small addresses that all became long ones, and the like */
			r->text.broken = true;
		if (kind == MARKUP_OPEN)
			open_element(r);
		else if (kind == MARKUP_CLOSE)
			close_element(r);
		else if (kind == MARKUP_TEXT || kind == MARKUP_RAW)
			take_text(r, kind == MARKUP_RAW);
		else if (kind == MARKUP_DOCTYPE)
			read_doctype(r, r->markup.text);
	}
	r->loose |= r->depth > 0 || r->deeper > 0 || r->markup.loose || !r->rooted;
	bool large = r->text.broken;
	while (r->depth)
		pop(r);
	buf_free(&r->text);
	if (large)
		return fail(cx, ERR_TOO_LARGE, N_("A text of this feed is larger than Parvis takes."));
	return feed_end(r);
}
