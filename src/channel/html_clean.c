#include "channel/html_clean.h"
#include "base/utf8.h"
#include "channel/markup.h"
#include "channel/reference.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 8192 /* bytes of an attribute; longer ones are left out */
#define WORD_MAX 24

/* ---- the lists ---- */

enum {
	VOID = 1,        /* has no content and no end tag */
	BOUND = 2,       /* what is open outside of it is not ended from within */
	TABLE = 4,       /* a part of a table: only parts of tables end it */
	PARAGRAPH = 8,   /* and these may be ended by others that begin */
	LINK = 16,
	TERM = 32,
	ITEM = 64,
	RUBY = 128,
	CELL = 256,
	ROW = 512,
	ROWS = 1024,
};

static const struct element {
	const char *name;
	int is;
	int ends; /* what ends when it begins, as a browser does: so that our tags are read as we wrote them */
} elements[] = {
	{"a", LINK, LINK}, {"abbr"}, {"acronym"}, {"address", 0, PARAGRAPH}, {"area", VOID}, {"article", 0, PARAGRAPH},
	{"aside", 0, PARAGRAPH}, {"audio", BOUND}, {"b"}, {"bdi"}, {"bdo"}, {"big"}, {"blockquote", BOUND, PARAGRAPH},
	{"br", VOID}, {"canvas", BOUND}, {"caption", TABLE | BOUND}, {"center", 0, PARAGRAPH}, {"cite"}, {"code"},
	{"col", VOID}, {"colgroup"}, {"command", VOID}, {"data"}, {"datagrid"}, {"datalist"}, {"dd", TERM, PARAGRAPH | TERM},
	{"del"}, {"details", BOUND, PARAGRAPH}, {"dfn"}, {"dialog", BOUND, PARAGRAPH}, {"dir", BOUND, PARAGRAPH},
	{"div", BOUND, PARAGRAPH}, {"dl", BOUND, PARAGRAPH}, {"dt", TERM, PARAGRAPH | TERM}, {"em"}, {"event-source"},
	{"fieldset", BOUND, PARAGRAPH}, {"figcaption", 0, PARAGRAPH}, {"figure", BOUND, PARAGRAPH}, {"font"},
	{"footer", 0, PARAGRAPH}, {"h1", 0, PARAGRAPH}, {"h2", 0, PARAGRAPH}, {"h3", 0, PARAGRAPH}, {"h4", 0, PARAGRAPH},
	{"h5", 0, PARAGRAPH}, {"h6", 0, PARAGRAPH}, {"header", 0, PARAGRAPH}, {"hgroup", 0, PARAGRAPH}, {"hr", VOID, PARAGRAPH},
	{"i"}, {"img", VOID}, {"ins"}, {"kbd"}, {"keygen", VOID}, {"label"}, {"legend"}, {"li", ITEM, PARAGRAPH | ITEM}, {"m"},
	{"main", 0, PARAGRAPH}, {"map"}, {"mark"}, {"menu", BOUND, PARAGRAPH}, {"meter"}, {"multicol"}, {"nav", 0, PARAGRAPH},
	{"nextid"}, {"ol", BOUND, PARAGRAPH}, {"optgroup"}, {"option"}, {"output"}, {"p", PARAGRAPH, PARAGRAPH},
	{"pre", 0, PARAGRAPH}, {"progress"}, {"q"}, {"rp", RUBY, RUBY}, {"rt", RUBY, RUBY}, {"ruby"}, {"s"}, {"samp"},
	{"section", 0, PARAGRAPH}, {"small"}, {"sound"}, {"source", VOID}, {"spacer"}, {"span"}, {"strike"}, {"strong"},
	{"sub"}, {"summary", 0, PARAGRAPH}, {"sup"}, {"table", TABLE | BOUND, PARAGRAPH},
	{"tbody", ROWS | TABLE, CELL | ROW | ROWS}, {"td", CELL | TABLE | BOUND, CELL},
	{"tfoot", ROWS | TABLE, CELL | ROW | ROWS}, {"th", CELL | TABLE | BOUND, CELL},
	{"thead", ROWS | TABLE, CELL | ROW | ROWS}, {"time"}, {"tr", ROW | TABLE, CELL | ROW}, {"track", VOID}, {"tt"}, {"u"},
	{"ul", BOUND, PARAGRAPH}, {"var"}, {"video", BOUND}, {"wbr", VOID},
};

/* Of a form nothing is listed that sends, or asks for anything: form, input, button, select, textarea. What belongs to them says
 * nothing alone. Neither the following nor what they hold is shown. */
static const char *const dropped[] = {"applet", "script", "style"};

enum value {
	PLAIN,  /* says something, does nothing */
	URL,
	STYLE,
	NAMED,  /* names that mean something on the page: a prefix keeps them from being ours */
	WINDOW, /* where a link opens: a new window, or nothing */
	RELATION, /* not one that gives the new window a hold of ours */
	OPEN,   /* of what unfolds in its place, not of what lies over others */
};

static const struct attribute {
	const char *name;
	enum value value;
} attributes[] = {
	{"abbr"}, {"accept"}, {"accept-charset"}, {"accesskey"}, {"action", URL}, {"align"}, {"alt"}, {"aria-hidden"},
	{"aria-label"}, {"autocomplete"}, {"axis"}, {"background", URL}, {"balance"}, {"bgcolor"}, {"bgproperties"}, {"border"},
	{"bordercolor"}, {"bordercolordark"}, {"bordercolorlight"}, {"bottompadding"}, {"cellpadding"}, {"cellspacing"}, {"ch"},
	{"challenge"}, {"char"}, {"charoff"}, {"charset"}, {"checked"}, {"choff"}, {"cite", URL}, {"class", NAMED}, {"clear"},
	{"color"}, {"cols"}, {"colspan"}, {"compact"}, {"controls"}, {"coords"}, {"data", URL}, {"datafld"}, {"datapagesize"},
	{"datasrc"}, {"datetime"}, {"default"}, {"delay"}, {"dir"}, {"disabled"}, {"draggable"}, {"dynsrc", URL}, {"enctype"},
	{"end"}, {"face"}, {"for", NAMED}, {"form", NAMED}, {"frame"}, {"galleryimg"}, {"gutter"}, {"headers", NAMED},
	{"height"}, {"hidden"}, {"hidefocus"}, {"high"}, {"href", URL}, {"hreflang"}, {"hspace"}, {"icon", URL}, {"id", NAMED},
	{"inputmode"}, {"ismap"}, {"keytype"}, {"label"}, {"lang"}, {"leftspacing"}, {"list", NAMED}, {"longdesc", URL},
	{"loop"}, {"loopcount"}, {"loopend"}, {"loopstart"}, {"low"}, {"lowsrc", URL}, {"max"}, {"maxlength"}, {"media"},
	{"method"}, {"min"}, {"multiple"}, {"name", NAMED}, {"nohref"}, {"noshade"}, {"nowrap"}, {"open", OPEN}, {"optimum"},
	{"pattern"}, {"point-size"}, {"poster", URL}, {"pqg"}, {"preload"}, {"prompt"}, {"radiogroup"}, {"readonly"},
	{"rel", RELATION}, {"repeat-max"}, {"repeat-min"}, {"replace"}, {"required"}, {"rev"}, {"rightspacing"}, {"role"},
	{"rows"}, {"rowspan"}, {"rules"}, {"scope"}, {"selected"}, {"shape"}, {"size"}, {"span"}, {"src", URL}, {"start"},
	{"step"}, {"style", STYLE}, {"summary"}, {"suppress"}, {"tabindex"}, {"target", WINDOW}, {"title"}, {"toppadding"},
	{"translate"}, {"type"}, {"unselectable"}, {"urn"}, {"usemap", NAMED}, {"valign"}, {"value"}, {"variable"}, {"volume"},
	{"vrml", URL}, {"vspace"}, {"width"}, {"wrap"}, {"xml:lang"},
};

static int compare_name(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row); /* both tables' rows begin with their name */
}

/* Lower case into `ret_low`; false for what is longer than any name of ours. */
static bool lower(struct str name, char ret_low[static WORD_MAX])
{
	if (!name.len || name.len >= WORD_MAX)
		return false;
	for (size_t i = 0; i < name.len; i++)
		ret_low[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] | 32 : name.at[i]);
	ret_low[name.len] = 0;
	return !memchr(name.at, 0, name.len);
}

static const struct element *element_of(struct str name)
{
	char low[WORD_MAX];
	return lower(name, low) ? bsearch(low, elements, COUNT(elements), sizeof *elements, compare_name) : NULL;
}

static const struct attribute *attribute_of(struct str name)
{
	char low[WORD_MAX];
	return lower(name, low) ? bsearch(low, attributes, COUNT(attributes), sizeof *attributes, compare_name) : NULL;
}

bool html_clean_knows(struct str element)
{
	return element_of(element);
}

static bool is_dropped(struct str name)
{
	for (size_t i = 0; i < COUNT(dropped); i++)
		if (str_eq_fold(name, str_of(dropped[i])))
			return true;
	return false;
}

/* ---- writing ---- */

struct cleaner {
	struct markup markup;
	struct buf *out;
	struct arena *arena; /* of one tag */
	struct str base;
	const struct element *open[HTML_CLEAN_DEPTH];
	size_t depth;
	struct str drop;     /* the element whose content is being left out, and how often it is open */
	size_t drop_depth;
};

/* As it was written, but for a capital X. */
static void add_reference(struct buf *out, struct str reference)
{
	bool capital = str_starts(reference, S("&#X"));
	buf_adds(out, capital ? "&#x" : "");
	buf_add(out, str_skip(reference, capital ? 3 : 0));
}

/* A text as it was written, with what would not be a text made one. `raw`: it holds no references. */
static void add_text(struct buf *out, struct str text, bool raw, bool quoted)
{
	for (size_t i = 0; i < text.len;) {
		char c = text.at[i];
		u32 code;
		size_t len = c == '&' && !raw ? markup_reference(str_skip(text, i), &code) : 0;
		if (len) {
			if (code >= 0x80 && code < 0xa0)
				buf_addf(out, "&#x%x;", markup_windows(code));
			else
				add_reference(out, str_head(str_skip(text, i), len));
			i += len;
			continue;
		}
		if (c == '&')
			buf_adds(out, "&amp;");
		else if (c == '<')
			buf_adds(out, "&lt;");
		else if (c == '>' && quoted)
			buf_adds(out, "&gt;");
		else if (c == '"' && quoted)
			buf_adds(out, "&quot;");
		else
			buf_addc(out, c);
		i++;
	}
}

/* What a value says: its references read, without control characters, which a browser would drop here and there. */
static void add_plain(struct buf *out, struct str raw)
{
	CLEANUP(buf_free) struct buf decoded = {};
	markup_add_decoded(&decoded, raw, NULL, NULL);
	buf_add_clean(out, buf_str(&decoded));
}

/* An address: white space at the ends and line breaks within are not part of it (as for browsers). */
static bool add_url(struct cleaner *c, struct buf *out, struct str raw)
{
	CLEANUP(buf_free) struct buf url = {}, plain = {};
	add_plain(&url, raw);
	for (size_t i = 0; i < url.len; i++)
		if (!strchr("\t\n\r", url.at[i]) || !url.at[i])
			buf_addc(&plain, url.at[i]);
	struct str all = buf_str(&plain);
	while (all.len && (u8)*all.at <= ' ')
		all = str_skip(all, 1);
	while (all.len && (u8)all.at[all.len - 1] <= ' ')
		all.len--;
	if (!reference_safe(all))
		return false;
	struct str resolved = all.len ? reference_resolve(c->arena, c->base, all) : all;
	if (!reference_safe(resolved))
		return false;
	add_text(out, resolved, true, true);
	return true;
}

#define PREFIX "outside-"

static void add_names(struct buf *out, struct str raw)
{
	CLEANUP(buf_free) struct buf names = {};
	add_plain(&names, raw);
	bool any = false;
	for (struct str rest = str_trim(buf_str(&names)); rest.at && rest.len;) {
		struct str name = str_cut(&rest, ' ');
		bool fragment = str_starts(name, S("#"));
		if (!name.len)
			continue;
		if (any)
			buf_addc(out, ' ');
		any = true;
		if (fragment)
			buf_addc(out, '#');
		name = str_skip(name, fragment);
		if (!str_starts(name, S(PREFIX)))
			buf_adds(out, PREFIX);
		add_text(out, name, true, true);
	}
}

static bool has_word(struct str text, struct str word)
{
	CLEANUP(buf_free) struct buf plain = {};
	markup_add_decoded(&plain, text, NULL, NULL);
	for (size_t i = 0; i < plain.len; i++)
		if (strchr("\t\n\r\f", plain.at[i]))
			plain.at[i] = ' ';
	for (struct str rest = buf_str(&plain); rest.at && rest.len;)
		if (str_eq_fold(str_cut(&rest, ' '), word))
			return true;
	return false;
}

/* The value of an attribute; false when it may not stand. */
static bool add_value(struct cleaner *c, struct buf *out, const struct element *element, enum value kind, struct str raw)
{
	CLEANUP(buf_free) struct buf plain = {};
	size_t from = out->len;
	if (raw.len > VALUE_MAX)
		return false;
	switch (kind) {
	case RELATION:
		if (has_word(raw, S("opener")))
			return false;
		add_text(out, raw, false, true);
		return true;
	case OPEN:
		return strcmp(element->name, "dialog") != 0;
	case PLAIN:
		add_text(out, raw, false, true);
		return true;
	case URL:
		return add_url(c, out, raw);
	case NAMED:
		add_names(out, raw);
		return true;
	case WINDOW:
		buf_adds(out, str_eq_fold(raw, S("_blank")) ? "_blank" : "");
		return !raw.len || out->len > from;
	case STYLE:
		add_plain(&plain, raw);
		if (!plain.len)
			return true;
		CLEANUP(buf_free) struct buf style = {};
		buf_add_clean_style(&style, buf_str(&plain));
		add_text(out, buf_str(&style), true, true);
		return out->len > from;
	}
	return false;
}

struct kept {
	const struct attribute *attribute;
	struct str value;
};

static int compare_kept(const void *a, const void *b)
{
	return strcmp(((const struct kept *)a)->attribute->name, ((const struct kept *)b)->attribute->name);
}

static void add_tag(struct cleaner *c, const struct element *element)
{
	struct kept kept[MARKUP_ATTRIBUTES_MAX];
	size_t count = 0;
	for (size_t i = 0; i < c->markup.attribute_count; i++) {
		const struct attribute *attribute = attribute_of(c->markup.attributes[i].name);
		if (attribute)
			kept[count++] = (struct kept){attribute, c->markup.attributes[i].value};
	}
	qsort(kept, count, sizeof *kept, compare_kept);
	buf_addc(c->out, '<');
	buf_adds(c->out, element->name);
	for (size_t i = 0; i < count; i++) {
		size_t from = c->out->len;
		buf_addf(c->out, " %s=\"", kept[i].attribute->name);
		if (add_value(c, c->out, element, kept[i].attribute->value, kept[i].value))
			buf_addc(c->out, '"');
		else if (!c->out->broken)
			c->out->len = from;
	}
	buf_adds(c->out, element->is & VOID ? " />" : ">");
	arena_reset(c->arena);
}

static void close_to(struct cleaner *c, size_t depth)
{
	while (c->depth > depth)
		buf_addf(c->out, "</%s>", c->open[--c->depth]->name);
}

static void end_others(struct cleaner *c, const struct element *element)
{
	for (size_t i = c->depth; element->ends && i > 0; i--) {
		const struct element *open = c->open[i - 1];
		bool ended = open->is & element->ends;
		if (ended)
			close_to(c, i - 1);
		if (ended && !(open->is & (PARAGRAPH | TABLE)))
			return;
		if (element->is & TABLE ? strcmp(open->name, "table") == 0 : !ended && open->is & (BOUND | TABLE))
			return;
	}
}

static void open_element(struct cleaner *c)
{
	const struct element *element = element_of(c->markup.name);
	if (c->drop.len) {
		c->drop_depth += str_eq_fold(c->drop, c->markup.name) && !c->markup.empty;
		return;
	}
	if (!element && is_dropped(c->markup.name)) {
		c->drop = c->markup.name;
		c->drop_depth = 1;
		return;
	}
	if (!element)
		return;
	end_others(c, element);
	if (c->depth == HTML_CLEAN_DEPTH && !(element->is & VOID))
		return;
	add_tag(c, element);
	if (!(element->is & VOID))
		c->open[c->depth++] = element;
}

static void close_element(struct cleaner *c)
{
	const struct element *element = element_of(c->markup.name);
	if (c->drop.len) {
		if (str_eq_fold(c->drop, c->markup.name) && --c->drop_depth == 0)
			c->drop = (struct str){};
		return;
	}
	for (size_t i = c->depth; element && i > 0; i--) {
		if (c->open[i - 1] == element) {
			close_to(c, i - 1);
			return;
		}
		int outer = c->open[i - 1]->is;
		if (!(element->is & TABLE) && (outer & TABLE || (outer & BOUND && !(element->is & BOUND))))
			return;
	}
}

void buf_add_clean_html(struct buf *out, struct str html, struct str base)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, html);
	struct cleaner c = {.markup = {.rest = buf_str(&clean)}, .out = out, .arena = arena, .base = base};
	enum markup_kind kind;
	while ((kind = markup_next(&c.markup)) != MARKUP_END && buf_ok(out)) {
		if (kind == MARKUP_OPEN)
			open_element(&c);
		else if (kind == MARKUP_CLOSE)
			close_element(&c);
		else if ((kind == MARKUP_TEXT || kind == MARKUP_RAW) && !c.drop.len)
			add_text(out, c.markup.text, kind == MARKUP_RAW, false);
	}
	close_to(&c, 0);
}
