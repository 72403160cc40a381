#include "channel/page_card.h"

#include "base/utf8.h"
#include "channel/feed/feed.h"
#include "channel/markup.h"

#define TOKENS_MAX 20000   /* of a head */
#define CHARSET_WITHIN 1024 /* bytes: where a page must say it (HTML, "prescan a byte stream") */

/* What says a thing, the best first. */
enum say { OPEN_GRAPH, OPEN_GRAPH_TOO, TWITTER, PLAIN, SAYS };
enum thing { TITLE, DESCRIPTION, SITE, PICTURE, ALT, THINGS };

static const struct {
	const char *name;
	enum thing thing;
	enum say say;
} names[] = {
	{"og:title", TITLE, OPEN_GRAPH}, {"twitter:title", TITLE, TWITTER},
	{"og:description", DESCRIPTION, OPEN_GRAPH}, {"twitter:description", DESCRIPTION, TWITTER}, {"description", DESCRIPTION, PLAIN},
	{"og:site_name", SITE, OPEN_GRAPH}, {"application-name", SITE, PLAIN},
	{"og:image:secure_url", PICTURE, OPEN_GRAPH}, {"og:image:url", PICTURE, OPEN_GRAPH_TOO}, {"og:image", PICTURE, OPEN_GRAPH_TOO},
	{"twitter:image", PICTURE, TWITTER}, {"twitter:image:src", PICTURE, TWITTER},
	{"og:image:alt", ALT, OPEN_GRAPH}, {"twitter:image:alt", ALT, TWITTER},
};

struct head {
	struct str said[THINGS][SAYS]; /* as written */
	struct str base;
};

static struct str attribute(const struct markup *m, const char *name)
{
	for (size_t i = 0; i < m->attribute_count; i++)
		if (str_eq_fold(m->attributes[i].name, str_of(name)))
			return m->attributes[i].value;
	return (struct str){};
}

/* The first of each counts; of a picture the first picture. */
static void read_meta(const struct markup *m, struct head *h)
{
	struct str name = attribute(m, "property"), content = attribute(m, "content");
	if (!name.len)
		name = attribute(m, "name");
	for (size_t i = 0; i < COUNT(names); i++) {
		struct str *place = &h->said[names[i].thing][names[i].say];
		if (str_eq_fold(str_trim(name), str_of(names[i].name)) && !place->len && str_trim(content).len)
			*place = content;
	}
}

static void read_head(struct str page, struct head *h)
{
	struct markup m = {.rest = page};
	bool in_title = false;
	for (size_t i = 0; i < TOKENS_MAX; i++)
		switch (markup_next(&m)) {
		case MARKUP_END:
			return;
		case MARKUP_OPEN:
			in_title = str_eq_fold(m.name, S("title"));
			if (str_eq_fold(m.name, S("body")))
				return;
			if (str_eq_fold(m.name, S("meta")))
				read_meta(&m, h);
			if (str_eq_fold(m.name, S("base")) && !h->base.len)
				h->base = attribute(&m, "href");
			break;
		case MARKUP_CLOSE:
			in_title = false;
			if (str_eq_fold(m.name, S("head")))
				return;
			break;
		case MARKUP_TEXT:
		case MARKUP_RAW:
			if (in_title && !h->said[TITLE][PLAIN].len)
				h->said[TITLE][PLAIN] = m.text;
			break;
		case MARKUP_COMMENT:
		case MARKUP_DOCTYPE:
		case MARKUP_INSTRUCTION:
			break;
		}
}

/* Decoded, on one line, short enough. */
static struct str text_of(struct cx *cx, struct str raw, size_t most)
{
	CLEANUP(buf_free) struct buf decoded = {}, line = {};
	markup_add_decoded(&decoded, raw, NULL, NULL);
	bool gap = false;
	for (struct str rest = buf_str(&decoded); rest.len;) {
		struct str before = rest;
		u32 c = utf8_next(&rest);
		if (c <= ' ' || c == 0x7F || (c >= 0x80 && c <= 0xA0) || c == 0x2028 || c == 0x2029) {
			gap = true;
			continue;
		}
		if (gap && line.len)
			buf_addc(&line, ' ');
		gap = false;
		buf_add(&line, str_head(before, before.len - rest.len));
	}
	return arena_str(cx->arena, str_trim(utf8_head(buf_str(&line), most)));
}

static struct str best(const struct head *h, enum thing thing)
{
	for (int say = 0; say < SAYS; say++)
		if (h->said[thing][say].len)
			return h->said[thing][say];
	return (struct str){};
}

/* What the page says of its letters, near its beginning: <meta charset=…>, or within the content of another one. */
static struct str charset_in(struct str page)
{
	struct str head = str_head(page, CHARSET_WITHIN);
	ptrdiff_t at = str_find(head, S("charset="));
	if (at < 0)
		return (struct str){};
	struct str rest = str_skip(head, (size_t)at + 8);
	while (rest.len && (rest.at[0] == '"' || rest.at[0] == '\'' || rest.at[0] == ' '))
		rest = str_skip(rest, 1);
	size_t len = 0;
	while (len < rest.len && len < 40 && ((rest.at[len] >= 'a' && rest.at[len] <= 'z') || (rest.at[len] >= 'A' && rest.at[len] <= 'Z') || (rest.at[len] >= '0' && rest.at[len] <= '9') ||
					      rest.at[len] == '-' || rest.at[len] == '_'))
		len++;
	return str_head(rest, len);
}

/* As UTF-8; what is none by any name is read as far as it is. */
static struct str letters_of(struct cx *cx, struct str page, struct str type)
{
	if (utf8_valid(page))
		return page;
	struct str own = charset_in(page), text, name;
	struct feed_origin origin = {.type = str_find(type, S("charset")) >= 0 || !own.len ? type : arena_printf(cx->arena, "text/html; charset=%.*s", STR_ARG(own))};
	bool sure;
	if (feed_charset(cx, page, &origin, &text, &name, &sure) == OK && utf8_valid(text))
		return text;
	cx_forget(cx);
	CLEANUP(buf_free) struct buf b = {};
	buf_add_clean(&b, page);
	return buf_keep(&b, cx->arena);
}

void page_card_read(struct cx *cx, struct str page, struct str url, struct str type, struct page_card *ret_card)
{
	struct head h = {};
	read_head(letters_of(cx, page, type), &h);
	struct page_card card = {
		.title = text_of(cx, best(&h, TITLE), PAGE_CARD_TITLE), .description = text_of(cx, best(&h, DESCRIPTION), PAGE_CARD_DESCRIPTION), .site = text_of(cx, best(&h, SITE), 100),
		.alt = text_of(cx, best(&h, ALT), PAGE_CARD_DESCRIPTION),
	};
	struct str picture = text_of(cx, best(&h, PICTURE), 2000), base = h.base.len ? feed_address(cx, url, text_of(cx, h.base, 2000)) : url;
	if (picture.len)
		picture = feed_address(cx, base.len ? base : url, picture);
	if (str_starts(picture, S("https://")) || str_starts(picture, S("http://")))
		card.picture = picture;
	*ret_card = card;
}
