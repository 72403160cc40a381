#include "flow/link_card.h"

#include "base/clock.h"
#include "base/lang.h"
#include "channel/page_card.h"
#include "model/mark.h"
#include "model/media_format.h"
#include "sys/blob.h"

#define PAGE_MAX ((size_t)512 << 10)
#define PICTURE_MAX ((size_t)5 << 20)
#define PATIENCE (10 * SECOND)
#define CONNECTING (5 * SECOND)
#define REDIRECTS 3
#define FORMAT "card"

static const struct card_way ways[] = {
	{"bluesky", true, "2026-11-22", "app.bsky.embed.external: the client sends it"},
	{"mastodon", false, "2026-11-22", "Mastodon 4, PreviewCard: read by the server, shown where nothing is attached"},
	{"x", false, "2026-11-22", "docs.x.com, Cards: read by the network"},
	{"facebook", false, "2026-11-22", "Sharing for webmasters: Open Graph, read by the network"},
	{"telegram", false, "2026-11-22", "Bot API 10.1, LinkPreviewOptions: made by the network"},
	{"discord", false, "2026-11-22", "Discord API documentation, Embeds: made by the network"},
	{"space", false, "2026-11-22", "the simulated network"},
};

const struct card_way *card_way_of(struct str network)
{
	for (size_t i = 0; i < COUNT(ways); i++)
		if (str_eq(network, str_of(ways[i].network)))
			return &ways[i];
	return NULL;
}

/* ---- reading ---- */

struct head {
	struct buf *page;
	size_t looked;
};

/* The head of a page is enough. */
static bool take(void *subject, struct str piece)
{
	struct head *h = subject;
	buf_add(h->page, str_head(piece, PAGE_MAX - h->page->len));
	size_t from = h->looked > 8 ? h->looked - 8 : 0;
	bool ends = str_find(str_skip(buf_str(h->page), from), S("</head")) >= 0;
	h->looked = h->page->len;
	return !ends && h->page->len < PAGE_MAX;
}

static bool is_page(struct str type)
{
	return str_eq(type, S("text/html")) || str_eq(type, S("application/xhtml+xml"));
}

/* Its bytes; false: *ret_story says why there are none. */
static enum err fetch_page(struct cx *cx, struct net *net, struct str url, i64 patience, struct head *head, struct net_answer *ret_answer, bool *ret_there, struct str *ret_story)
{
	static const struct net_header headers[] = {{S("Accept"), S("text/html,application/xhtml+xml")}};
	struct net_request request = {.method = "GET", .url = url, .headers = headers, .header_count = COUNT(headers), .timeout = patience, .connect_timeout = patience / 2,
				      .answer_max = 8 * PAGE_MAX, .redirects = REDIRECTS, .take = take, .subject = head};
	enum err e = net_ask(cx, net, &request, ret_answer);
	*ret_there = false;
	if (e == ERR_BAD_INPUT) {
		cx_forget(cx);
		*ret_story = str_of(_(N_("This is no address of a page.")));
		return OK;
	}
	TRY(e);
	*ret_there = ret_answer->status >= 200 && ret_answer->status < 300 && is_page(ret_answer->type) && head->page->len;
	if (*ret_there)
		return OK;
	*ret_story = !ret_answer->status ? str_of(_(N_("The page did not answer.")))
		     : ret_answer->status >= 300 ? arena_printf(cx->arena, _(N_("The page could not be read (the answer was %d).")), ret_answer->status)
						 : str_of(_(N_("This is no page, so that networks show no card of it.")));
	return OK;
}

/* Made anew, as what comes from outside may be anything. No picture is no mistake of ours. */
static enum err take_picture(struct cx *cx, struct net *net, const struct media_hooks *pictures, struct str url, struct link_card *d)
{
	struct net_request request = {.method = "GET", .url = url, .timeout = PATIENCE, .connect_timeout = CONNECTING, .answer_max = PICTURE_MAX, .redirects = REDIRECTS};
	struct net_answer a = {};
	struct image source;
	struct image_made made = {};
	enum err e = net_ask(cx, net, &request, &a);
	if (e == OK && (a.outcome != NET_ANSWERED || a.status != 200 || !a.whole)) {
		d->story = str_of(_(N_("Its picture could not be had.")));
		return OK;
	}
	if (e == OK)
		e = image_look(cx, a.body, &source);
	if (e == OK) {
		struct image_wish wish = media_wish(media_format_of(S(FORMAT)), &source, 500, 500);
		wish.still = true;
		e = image_make(cx, pictures->box, a.body, &wish, 1, &made);
	}
	if (e == ERR_FULL)
		return e;
	if (e != OK || !made.bytes.len) {
		d->story = e != OK ? arena_str(cx->arena, str_of(cx->story)) : made.story;
		cx_forget(cx);
		return OK;
	}
	TRY(blob_store(cx, pictures->blobs, made.bytes, &d->picture));
	d->type = str_of(image_type(made.image.format));
	d->size = (i64)made.bytes.len;
	d->width = made.image.width;
	d->height = made.image.height;
	return OK;
}

static struct str whole_url(struct cx *cx, struct str url)
{
	return str_find(url, S("://")) >= 0 ? url : arena_printf(cx->arena, "https://%.*s", STR_ARG(url));
}

/* Its words into *d; *ret_picture: the address of its picture; empty: none, or no words. */
static enum err read_page(struct cx *cx, struct net *net, i64 patience, struct link_card *d, struct str *ret_picture)
{
	struct str url = whole_url(cx, d->url);
	CLEANUP(buf_free) struct buf page = {};
	struct head head = {.page = &page};
	struct net_answer answer = {};
	struct page_card card = {};
	bool there;
	TRY(fetch_page(cx, net, url, patience, &head, &answer, &there, &d->story));
	if (there)
		page_card_read(cx, buf_str(&page), answer.url.len ? answer.url : url, net_answer_header(&answer, "Content-Type"), &card);
	d->title = card.title;
	d->description = card.description;
	d->site = card.site;
	d->alt = card.alt;
	if (there && !d->title.len)
		d->story = str_of(_(N_("The page does not say what it is called, so that networks show no card of it.")));
	*ret_picture = d->title.len ? card.picture : (struct str){};
	return OK;
}

enum err link_card_ask(struct cx *cx, struct net *net, const struct media_hooks *pictures, const struct link_look *link, struct link_card *ret_card)
{
	struct link_card d = {.link = link->id, .workspace = link->workspace, .url = link->url, .read_at = cx->now};
	struct str picture;
	TRY(read_page(cx, net, PATIENCE, &d, &picture));
	if (picture.len && pictures)
		TRY(take_picture(cx, net, pictures, picture, &d));
	*ret_card = d;
	return OK;
}

bool link_card_hurry(struct cx *cx, struct net *net, struct str url, struct link_card *ret_card)
{
	struct link_card d = {.url = url, .read_at = cx->now};
	struct str picture;
	if (read_page(cx, net, LINK_CARD_HASTE, &d, &picture) != OK) {
		cx_forget(cx);
		return false;
	}
	*ret_card = d;
	return d.title.len > 0;
}

/* ---- with a post ---- */

struct str link_first(struct str network, struct str text)
{
	enum mark_dialect dialect = str_eq(network, S("x")) ? MARK_X : str_eq(network, S("bluesky")) ? MARK_BLUESKY : MARK_FEDIVERSE;
	struct mark_reader reader = mark_reader_new(text, dialect, MARK_ONLY(MARK_LINK));
	struct mark m;
	return mark_next(&reader, &m) ? m.value : (struct str){};
}

enum err link_card_for(struct cx *cx, struct db *db, const struct post *post, const struct post_text *written, struct str network, size_t media_count, bool *ret_there,
		       struct link_card *ret_card)
{
	*ret_there = false;
	struct str url = link_first(network, written->body);
	if (!url.len || media_count || !card_way_of(network) || post_poll(cx, post->options).count)
		return OK;
	enum err e = link_card_of(cx, db, post->workspace, url, ret_card);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_card = (struct link_card){.workspace = post->workspace, .url = url};
		return OK;
	}
	TRY(e);
	*ret_there = ret_card->title.len > 0;
	return OK;
}
