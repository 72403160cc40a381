#include "base/utf8.h"
#include "channel/archive.h"

#include <libxml/HTMLparser.h>
#include <string.h>

#define DEPTH_MAX 256
#define QUOTE_MAX 8
#define CHUNK 4096
#define BODY "<html><body>"

/* What an element does to the text. */
enum effect {
	NOTHING,
	DROP = 1,      /* neither it nor what it holds is read */
	BLOCK = 2,     /* stands on lines of its own */
	PARAGRAPH = 4, /* a block with an empty line around it */
	BREAK = 8,
	QUOTE = 16,
	ITEM = 32,
	CELL = 64,
	PRE = 128,
	LINK = 256,
	IMAGE = 512,
};

static const struct {
	const char *name;
	int effect;
} elements[] = {
	{"a", LINK}, {"address", BLOCK}, {"article", BLOCK}, {"aside", BLOCK}, {"blockquote", PARAGRAPH | QUOTE}, {"br", BREAK},
	{"center", BLOCK}, {"dd", BLOCK}, {"div", BLOCK}, {"dl", PARAGRAPH}, {"dt", BLOCK}, {"figcaption", BLOCK},
	{"figure", BLOCK},
	{"footer", BLOCK}, {"form", BLOCK}, {"h1", PARAGRAPH}, {"h2", PARAGRAPH}, {"h3", PARAGRAPH}, {"h4", PARAGRAPH},
	{"h5", PARAGRAPH}, {"h6", PARAGRAPH}, {"head", DROP}, {"header", BLOCK}, {"hr", PARAGRAPH}, {"img", IMAGE},
	{"li", BLOCK | ITEM},
	{"main", BLOCK}, {"nav", BLOCK}, {"object", DROP}, {"ol", PARAGRAPH}, {"p", PARAGRAPH}, {"pre", PARAGRAPH | PRE},
	{"script", DROP}, {"section", BLOCK}, {"select", DROP}, {"style", DROP}, {"svg", DROP}, {"table", PARAGRAPH}, {"td", CELL},
	{"template", DROP}, {"textarea", DROP}, {"th", CELL}, {"title", DROP}, {"tr", BLOCK}, {"ul", PARAGRAPH},
};

struct writer {
	struct buf *out;
	xmlParserCtxt *parser;
	int depth, dropped, quotes, pre; /* elements open now; `dropped`: of those, how deep inside one that is not read */
	int breaks;                      /* line breaks due before the next text */
	bool space;                      /* a space is due */
	bool too_deep;
	bool item;                       /* "- " is due */
	char *href;                      /* of the link open now; libxml2's memory */
	size_t link_from;                /* where its text starts in `out` */
};

static int effect_of(const char *name)
{
	size_t low = 0, high = COUNT(elements);
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, elements[middle].name);
		if (order == 0)
			return elements[middle].effect;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NOTHING;
}

static void want_breaks(struct writer *w, int breaks)
{
	if (w->breaks < breaks)
		w->breaks = breaks;
}

/* What is due before text: breaks with the quotation marks of the new line, an item's dash, a space. */
static void before_text(struct writer *w)
{
	int quotes = w->quotes < QUOTE_MAX ? w->quotes : QUOTE_MAX;
	bool start = w->out->len == 0;
	if (start)
		w->breaks = quotes ? 1 : 0;
	for (int i = 0; i < w->breaks; i++) {
		if (!start)
			buf_addc(w->out, '\n');
		if (i == w->breaks - 1)
			for (int j = 0; j < quotes; j++)
				buf_adds(w->out, "> ");
	}
	if (w->item)
		buf_adds(w->out, "- ");
	else if (w->space && !start && w->breaks == 0)
		buf_addc(w->out, ' ');
	w->breaks = 0;
	w->space = w->item = false;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void add_pre(struct writer *w, struct str text)
{
	while (text.len) {
		struct str line = text;
		ptrdiff_t at = str_find_byte(text, '\n');
		if (at >= 0)
			line = str_head(text, (size_t)at);
		if (line.len) {
			before_text(w);
			buf_add(w->out, line);
		}
		text = str_skip(text, line.len + (at >= 0));
		if (at >= 0)
			w->breaks = w->breaks < 2 ? w->breaks + 1 : 2;
	}
}

static void add_text(struct writer *w, struct str text)
{
	if (w->dropped)
		return;
	if (w->pre) {
		add_pre(w, text);
		return;
	}
	size_t from = 0;
	while (from < text.len) {
		size_t to = from;
		while (to < text.len && is_space(text.at[to]))
			to++;
		w->space |= to > from;
		from = to;
		while (to < text.len && !is_space(text.at[to]))
			to++;
		if (to > from) {
			if (w->href && !w->out->broken && w->link_from == SIZE_MAX) {
				before_text(w);
				w->link_from = w->out->len;
			}
			before_text(w);
			buf_add_bytes(w->out, text.at + from, to - from);
		}
		from = to;
	}
}

/* The same address, as people write it: scheme, www., the last slash and an ellipsis make no difference. */
static bool says_url(struct str text, struct str url)
{
	static const char *const schemes[] = {"https://", "http://", "mailto:"};
	for (size_t i = 0; i < COUNT(schemes); i++) {
		if (str_starts(url, str_of(schemes[i])))
			url = str_skip(url, strlen(schemes[i]));
		if (str_starts(text, str_of(schemes[i])))
			text = str_skip(text, strlen(schemes[i]));
	}
	if (str_starts(url, S("www.")) && !str_starts(text, S("www.")))
		url = str_skip(url, 4);
	if (str_ends(url, S("/")))
		url.len--;
	if (str_ends(text, S("/")))
		text.len--;
	if (str_eq_fold(text, url))
		return true;
	size_t dots = str_ends(text, S("…")) || str_ends(text, S("...")) ? 3 : 0;
	return dots && text.len > dots + 3 && str_starts(url, str_head(text, text.len - dots));
}

static void end_link(struct writer *w)
{
	struct str url = str_of(w->href);
	bool any = w->link_from != SIZE_MAX && w->link_from <= w->out->len;
	struct str text = any && !w->out->broken ? str_skip(buf_str(w->out), w->link_from) : (struct str){};
	bool web = str_starts(url, S("https://")) || str_starts(url, S("http://")) || str_starts(url, S("mailto:"));
	if (!web || w->out->broken || text.len == 0 || *text.at == '@' || *text.at == '#') {
		/* a mention, a hashtag, a place on the page: its text says all; a picture in a link has none */
	} else if (says_url(text, url)) {
		w->out->len = w->link_from;
		buf_add(w->out, str_starts(url, S("mailto:")) ? str_skip(url, 7) : url);
	} else {
		buf_adds(w->out, " (");
		buf_add(w->out, str_starts(url, S("mailto:")) ? str_skip(url, 7) : url);
		buf_addc(w->out, ')');
	}
	xmlFree(w->href);
	w->href = NULL;
}

static struct str attribute(const xmlChar **attributes, const char *name)
{
	for (; attributes && attributes[0]; attributes += 2)
		if (strcmp((const char *)attributes[0], name) == 0)
			return str_of((const char *)attributes[1]);
	return (struct str){};
}

static void start_element(void *subject, const xmlChar *name, const xmlChar **attributes)
{
	struct writer *w = subject;
	if (++w->depth > DEPTH_MAX) {
		w->too_deep = true;
		xmlStopParser(w->parser);
		return;
	}
	int effect = effect_of((const char *)name);
	if (w->dropped || effect & DROP) {
		w->dropped++;
		return;
	}
	if (effect & PARAGRAPH)
		want_breaks(w, 2);
	else if (effect & BLOCK)
		want_breaks(w, 1);
	if (effect & BREAK)
		w->breaks = w->breaks < 2 ? w->breaks + 1 : 2;
	w->quotes += !!(effect & QUOTE);
	w->pre += !!(effect & PRE);
	w->item |= !!(effect & ITEM);
	w->space |= !!(effect & CELL);
	if (effect & IMAGE)
		add_text(w, attribute(attributes, "alt"));
	if (effect & LINK && !w->href) {
		struct str href = str_trim(attribute(attributes, "href"));
		w->href = href.len && href.len <= 4000 ? (char *)xmlStrndup((const xmlChar *)href.at, (int)href.len) : NULL;
		w->link_from = SIZE_MAX;
	}
}

static void end_element(void *subject, const xmlChar *name)
{
	struct writer *w = subject;
	w->depth--;
	if (w->dropped) {
		w->dropped--;
		return;
	}
	int effect = effect_of((const char *)name);
	if (effect & LINK && w->href)
		end_link(w);
	w->quotes -= effect & QUOTE && w->quotes;
	w->pre -= effect & PRE && w->pre;
	if (effect & ITEM)
		w->item = false;
	w->space |= !!(effect & CELL);
	if (effect & PARAGRAPH)
		want_breaks(w, 2);
	else if (effect & BLOCK)
		want_breaks(w, 1);
}

static void characters(void *subject, const xmlChar *text, int len)
{
	add_text(subject, (struct str){(const char *)text, (size_t)len});
}

/* For markup nested beyond all reason: everything between < and > goes, entities stay as they are. */
static void strip_tags(struct buf *out, struct str html)
{
	buf_clear(out);
	while (html.len) {
		struct str text = str_cut(&html, '<');
		buf_add(out, text);
		if (!html.at)
			break;
		ptrdiff_t close = str_find_byte(html, '>');
		html = close >= 0 ? str_skip(html, (size_t)close + 1) : (struct str){};
		if (text.len)
			buf_addc(out, ' ');
	}
}

static void parse(struct writer *w, struct str html)
{
	htmlSAXHandler handler = {
		.startElement = start_element, .endElement = end_element, .characters = characters, .cdataBlock = characters,
		.ignorableWhitespace = characters,
	};
	htmlParserCtxt *parser = htmlCreatePushParserCtxt(&handler, w, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	must(parser);
	w->parser = parser;
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_NODEFDTD);
	htmlParseChunk(parser, BODY, sizeof BODY - 1, 0); /* where text may stand without a paragraph being made up around it */
	for (size_t at = 0; at < html.len && !w->too_deep; at += CHUNK) {
		size_t len = html.len - at < CHUNK ? html.len - at : CHUNK;
		htmlParseChunk(parser, html.at + at, (int)len, 0);
	}
	if (!w->too_deep)
		htmlParseChunk(parser, NULL, 0, 1);
	if (parser->myDoc)
		xmlFreeDoc(parser->myDoc);
	htmlFreeParserCtxt(parser);
	if (w->href && !w->too_deep)
		end_link(w);
	else if (w->href)
		xmlFree(w->href);
}

struct str html_to_text(struct arena *arena, struct str html)
{
	html = str_head(html, HTML_TEXT_MAX);
	CLEANUP(buf_free) struct buf clean = {.max = HTML_TEXT_MAX * 3 + 1};
	CLEANUP(buf_free) struct buf out = {.max = HTML_TEXT_MAX * 8};
	buf_add_clean(&clean, html);
	if (!memchr(html.at ? html.at : "", '<', html.len) && !memchr(html.at ? html.at : "", '&', html.len))
		return str_trim(buf_keep(&clean, arena)); /* no markup: line breaks stand */
	struct writer w = {.out = &out};
	parse(&w, buf_str(&clean));
	if (w.too_deep || out.broken)
		strip_tags(&out, buf_str(&clean));
	CLEANUP(buf_free) struct buf text = {.max = HTML_TEXT_MAX * 24};
	buf_add_clean(&text, buf_str(&out)); /* entities can name control characters */
	return str_trim(buf_keep(&text, arena));
}
