/* feed: a blog, a newspaper or a podcast, read by its feed. Nothing is sent there. What is asked says what is known already (ETag,
 * Last-Modified), so that a feed that did not change costs a line; a move for good is kept, in the cursor. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/map.h"
#include "channel/archive.h"
#include "channel/channel.h"
#include "channel/exchange.h"
#include "channel/feed/feed.h"
#include "channel/link.h"
#include "channel/feed/websub.h"
#include "channel/json_read.h"
#include "channel/markup.h"
#include "channel/signature.h"
#include "sys/crypto.h"

#include <stdlib.h>
#include <string.h>

#define HOPS_MAX 5
#define TAKEN_MAX 1000    /* entries of one reading: the newest */
#define MARK 8            /* hexadecimal letters that an entry is known again by */
#define ACCEPT "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"

static const struct channel_field fields[] = {
	{"url", N_("Address"), N_("Of the feed, or of a page that names its feed: https://blog.example/feed"), FIELD_URL, true},
	{},
};

/* ---- asking ---- */

struct asked {
	struct exchange x;
	struct str url;   /* that answered */
	struct str moved; /* where the feed went for good; empty: it did not */
};

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* Redirects are followed one by one, to tell a move for good from a detour; never from https to http. */
static enum err ask(struct cx *cx, struct net *net, struct str url, const json_t *cursor, struct asked *ret_asked)
{
	struct net_header headers[2];
	size_t count = 0;
	struct str tag = json_text(cursor, "etag"), date = json_text(cursor, "modified");
	bool for_good = true;
	struct asked a = {.url = url};
	if (tag.len)
		headers[count++] = (struct net_header){S("If-None-Match"), tag};
	if (date.len)
		headers[count++] = (struct net_header){S("If-Modified-Since"), date};
	for (int hop = 0;; hop++) {
		a.x = (struct exchange){.method = "GET", .base = a.url, .accept = ACCEPT, .any_answer = true, .answer_max = (size_t)16 << 20,
			.headers = headers, .header_count = count};
		TRY(exchange_ask(cx, net, &a.x));
		struct str to = net_answer_header(&a.x.answer, "Location");
		if (a.x.answer.outcome != NET_ANSWERED || !is_redirect(a.x.answer.status) || !to.len || hop == HOPS_MAX)
			break;
		to = feed_address(cx, a.url, to);
		struct net_url parts;
		if (!net_url_parse(cx->arena, to, &parts) || (str_starts(a.url, S("https:")) && !parts.secure))
			break;
		a.url = to;
		for_good &= a.x.answer.status == 301 || a.x.answer.status == 308;
		if (for_good)
			a.moved = to;
	}
	*ret_asked = a;
	return OK;
}

static enum err read_body(struct cx *cx, const struct asked *a, json_t **ret_document)
{
	struct feed_origin origin = {.address = a->url, .type = net_answer_header(&a->x.answer, "Content-Type"),
		.language = net_answer_header(&a->x.answer, "Content-Language")};
	return feed_read(cx, a->x.answer.body, &origin, ret_document);
}

/* ---- entries as messages ---- */

static struct str plain_text(struct cx *cx, const json_t *value, struct str type)
{
	struct str text = json_str_of(value);
	bool html = str_eq(type, S("text/html")) || str_eq(type, S("application/xhtml+xml"));
	return html ? html_to_text(cx->arena, text) : str_trim(text);
}

static struct str title_of(struct cx *cx, const json_t *object)
{
	return plain_text(cx, json_object_get(object, "title"), json_text(object, "title_detail/type"));
}

static struct str body_of(struct cx *cx, const json_t *entry)
{
	json_t *list = json_list(entry, "content"), *content;
	size_t i;
	json_array_foreach(list, i, content) {
		struct str body = plain_text(cx, json_object_get(content, "value"), json_text(content, "type"));
		if (body.len)
			return body;
	}
	struct str summary = plain_text(cx, json_object_get(entry, "summary"), json_text(entry, "summary_detail/type"));
	return summary.len ? summary : title_of(cx, entry);
}

static struct str first_of(struct str a, struct str b)
{
	return a.len ? a : b;
}

static void read_author(struct cx *cx, const json_t *feed, const json_t *entry, struct inbound *i)
{
	const json_t *author = json_has(entry, "author_detail") ? json_map(entry, "author_detail") : json_map(feed, "author_detail");
	struct str name = first_of(json_text(author, "name"), first_of(json_text(entry, "author"), title_of(cx, feed)));
	i->author_url = json_text(author, "href");
	i->author_avatar = json_text(author, "avatar");
	i->author_id = first_of(i->author_url, first_of(json_text(author, "email"), name));
	i->author_name = name;
	i->author_followers = -1;
}

static struct str kind_of_file(struct str type)
{
	static const char *const kinds[] = {"image", "video", "audio"};
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (str_starts(type, str_of(kinds[i])))
			return str_of(kinds[i]);
	return S("file");
}

static void read_enclosures(struct cx *cx, const json_t *entry, struct inbound *i)
{
	json_t *list = json_list(entry, "enclosures"), *one;
	size_t index, capacity = 0, count = 0;
	struct inbound_attachment *all = NULL;
	json_array_foreach(list, index, one) {
		struct str url = json_text(one, "href"), type = json_text(one, "type");
		bool there = false;
		for (size_t k = 0; k < count; k++)
			there |= str_eq(all[k].url, url);
		if (!there && (str_starts(url, S("https://")) || str_starts(url, S("http://"))) && count < 20)
			*arena_push(cx->arena, all, count, capacity) = (struct inbound_attachment){.kind = kind_of_file(type), .type = type, .url = url};
	}
	i->attachments = all;
	i->attachment_count = count;
}

static struct str hash_hex(struct cx *cx, struct str text, size_t letters)
{
	struct hash hash = hash_of(text);
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, hash.at, letters / 2);
	return buf_keep(&hex, cx->arena);
}

/* False for an entry that says nothing. */
static bool read_entry(struct cx *cx, const json_t *feed, const json_t *entry, struct inbound *ret_inbound)
{
	i64 published = json_instant(entry, "published"), updated = json_instant(entry, "updated");
	struct inbound i = {.kind = KIND_POST, .visibility = VISIBILITY_PUBLIC, .url = json_text(entry, "link"), .subject = title_of(cx, entry),
		.subject_url = json_text(entry, "link"), .body = body_of(cx, entry),
		.lang = first_of(json_text(entry, "language"), json_text(feed, "language"))};
	struct str id = first_of(json_text(entry, "id"), i.url);
	if (!i.body.len && !i.subject.len)
		return false;
	if (!id.len || id.len > 500) /* nothing that it calls itself: what it says names it */
		id = hash_hex(cx, first_of(id, first_of(i.subject, i.body)), 32);
	i.remote_id = i.thread_id = id;
	i.at = published ? published : updated ? updated : cx->now;
	i.at = i.at > cx->now ? cx->now : i.at;
	i.edited_at = published && updated > published && updated <= cx->now ? updated : 0;
	read_author(cx, feed, entry, &i);
	read_enclosures(cx, entry, &i);
	*ret_inbound = i;
	return true;
}

struct found {
	struct inbound inbound;
	struct str mark;
	size_t place;
};

static int older_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	if (x->inbound.at != y->inbound.at)
		return x->inbound.at < y->inbound.at ? -1 : 1;
	return x->place < y->place ? 1 : -1; /* feeds begin with the newest */
}

static struct str mark_of(struct cx *cx, const struct inbound *i)
{
	return hash_hex(cx, arena_printf(cx->arena, "%.*s\n%.*s\n%.*s\n%lld", STR_ARG(i->remote_id), STR_ARG(i->subject), STR_ARG(i->body),
		(long long)i->edited_at), MARK);
}

/* Feeds that give one id to everything: the address tells entries apart then, or what they say. The same address is the same entry, said again. */
static void part_same_ids(struct cx *cx, struct found *all, size_t count)
{
	struct map *first = map_new(cx->arena), *shared = map_new(cx->arena);
	for (size_t i = 0; i < count; i++) {
		struct inbound *in = &all[i].inbound, *other = map_get(first, in->remote_id);
		if (!other)
			map_put(first, in->remote_id, in);
		else if (!str_eq(other->url, in->url) || (!in->url.len && !str_eq(other->subject, in->subject)))
			map_put(shared, in->remote_id, in);
	}
	for (size_t i = 0; i < count && map_count(shared); i++) {
		struct inbound *in = &all[i].inbound;
		bool named = in->url.len && in->url.len <= 500 && !str_eq(in->url, in->remote_id);
		if (map_get(shared, in->remote_id))
			in->remote_id = in->thread_id = named ? in->url : hash_hex(cx, first_of(in->subject, in->body), 32);
	}
}

/* All that the document holds, oldest first, the newest TAKEN_MAX. */
static size_t read_entries(struct cx *cx, const json_t *document, struct found **ret_found)
{
	const json_t *feed = json_map(document, "feed");
	json_t *list = json_list(document, "entries"), *entry;
	struct found *all = arena_array(cx->arena, struct found, json_array_size(list) + 1);
	size_t index, count = 0;
	json_array_foreach(list, index, entry) {
		struct found *f = &all[count];
		*f = (struct found){.place = index};
		if (!read_entry(cx, feed, entry, &f->inbound))
			continue;
		count++;
	}
	part_same_ids(cx, all, count);
	for (size_t i = 0; i < count; i++)
		all[i].mark = mark_of(cx, &all[i].inbound);
	qsort(all, count, sizeof *all, older_first);
	size_t over = count > TAKEN_MAX ? count - TAKEN_MAX : 0;
	*ret_found = all + over;
	return count - over;
}

static int compare_marks(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Of all entries, in an order of their own and each once: the same for the same entries, however the server turns them. */
static struct str marks_of(struct cx *cx, const struct found *found, size_t count)
{
	struct str *marks = arena_array(cx->arena, struct str, count + 1);
	CLEANUP(buf_free) struct buf all = {};
	for (size_t i = 0; i < count; i++)
		marks[i] = found[i].mark;
	qsort(marks, count, sizeof *marks, compare_marks);
	for (size_t i = 0; i < count; i++)
		if (!i || !str_eq(marks[i], marks[i - 1]))
			buf_add(&all, marks[i]);
	return buf_keep(&all, cx->arena);
}

static bool knows(struct str marks, struct str mark)
{
	for (; marks.len >= MARK; marks = str_skip(marks, MARK))
		if (str_eq(str_head(marks, MARK), mark))
			return true;
	return false;
}

/* A document as `parvis parse feed` prints it. */
static enum err read_document(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct found *found;
	size_t count = read_entries(cx, document, &found);
	(void)account;
	for (size_t i = 0; i < count; i++)
		TRY(take(cx, subject, &found[i].inbound));
	return OK;
}

static const struct channel_reader readers[] = {
	{"feed", N_("A feed, as “parvis parse feed” prints it"), read_document},
	{},
};

/* ---- what a channel does ---- */

static void release(void *json)
{
	json_decref(json);
}

static bool is_lost(const struct asked *a)
{
	return a->x.answer.outcome == NET_ANSWERED && (a->x.answer.status == 404 || a->x.answer.status == 410);
}

/* Where a feed went once it may be no more, while the address that was given leads on: it is asked again, and believed when a feed answers. */
static enum err ask_where_it_was(struct cx *cx, struct net *net, struct str asked_for, struct asked *a, bool *ret_found)
{
	struct asked again;
	json_t *document;
	TRY(ask(cx, net, asked_for, NULL, &again));
	*ret_found = again.x.answer.outcome == NET_ANSWERED && again.x.answer.status == 200 && read_body(cx, &again, &document) == OK;
	if (*ret_found)
		*a = again;
	else
		cx_forget(cx);
	return OK;
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		      struct str *ret_cursor, bool *ret_more)
{
	json_t *known = json_loadb(cursor.at ? cursor.at : "", cursor.len, 0, NULL), *document, *next = json_object();
	arena_defer(cx->arena, release, known);
	arena_defer(cx->arena, release, next);
	struct str asked_for = exchange_setting(account, "url"), found_at = json_text(account->known, "url"), marks = {};
	struct asked a;
	if (!str_eq(json_text(known, "for"), asked_for)) /* another address was given since */
		known = NULL;
	struct str at = first_of(json_text(known, "url"), first_of(found_at, asked_for));
	bool anew = false;
	TRY(ask(cx, net, at, known, &a));
	if (is_lost(&a) && !str_eq(at, asked_for))
		TRY(ask_where_it_was(cx, net, asked_for, &a, &anew));
	if (a.x.answer.outcome == NET_ANSWERED && a.x.answer.status == 410)
		return fail(cx, ERR_DENIED, N_("This feed is gone for good, says its server (410). What was read stays; give the channel another address, or close it."));
	*ret_more = false;
	if (a.x.answer.outcome == NET_ANSWERED && a.x.answer.status == 304) {
		*ret_cursor = cursor;
		if (!websub_is_due(cx, account, json_map(known, "hub")))
			return OK;
		json_t *hub = json_object();
		json_object_set_new(known, "hub", hub); /* what was there is no longer of use: it is due */
		TRY(websub_keep_up(cx, net, account, NULL, hub));
		*ret_cursor = arena_json(cx->arena, known, JSON_COMPACT);
		return OK;
	}
	TRY(exchange_expect(cx, &a.x, 200));
	if (read_body(cx, &a, &document) != OK)
		return fail(cx, ERR_REMOTE, N_("What answers at this address is no feed that can be read. It will be asked again."));
	struct found *found;
	size_t count = read_entries(cx, document, &found);
	struct str seen = marks_of(cx, found, count);
	marks = json_text(known, "seen");
	for (size_t i = 0; i < count; i++)
		if (!knows(marks, found[i].mark))
			TRY(take(cx, subject, &found[i].inbound));
	struct str moved = first_of(a.moved, anew ? (struct str){} : json_text(known, "url"));
	json_object_set_new(next, "for", feed_string(asked_for));
	if (moved.len)
		json_object_set_new(next, "url", feed_string(moved));
	struct str tag = net_answer_header(&a.x.answer, "ETag"), date = net_answer_header(&a.x.answer, "Last-Modified");
	if (tag.len && tag.len < 400)
		json_object_set_new(next, "etag", feed_string(tag));
	if (date.len && date.len < 100)
		json_object_set_new(next, "modified", feed_string(date));
	json_object_set_new(next, "seen", feed_string(seen));
	json_t *hub = json_object();
	arena_defer(cx->arena, release, hub);
	TRY(websub_keep_up(cx, net, account, json_map(known, "hub"), hub));
	if (json_object_size(hub))
		json_object_set(next, "hub", hub);
	*ret_cursor = arena_json(cx->arena, next, JSON_COMPACT);
	return OK;
}

/* The feed that a page names for those who read it. */
static struct str named_feed(struct cx *cx, struct str page, struct str base)
{
	static const char *const types[] = {"application/rss+xml", "application/atom+xml", "application/feed+json", NULL};
	struct str href = link_in_page(cx->arena, page, "alternate", types);
	return href.len ? feed_address(cx, base, href) : href;
}

static enum err verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	struct verified v = {.followers = -1};
	struct sent sent;
	struct asked a;
	json_t *document = NULL;
	struct str url = exchange_setting(account, "url");
	for (int tries = 0; !document; tries++) {
		TRY(ask(cx, net, url, NULL, &a));
		exchange_outcome(cx, &a.x, &sent);
		if (sent.outcome != OUTCOME_DONE || read_body(cx, &a, &document) == OK || tries)
			break;
		cx_forget(cx);
		url = named_feed(cx, a.x.answer.body, a.url);
		if (!url.len)
			break;
	}
	bool trouble = sent.outcome == OUTCOME_UNKNOWN; /* nothing was written there: it is simply asked again */
	v.outcome = trouble ? OUTCOME_LATER : sent.outcome;
	v.story = !trouble ? sent.story : a.x.answer.story.len ? a.x.answer.story : str_of(_(N_("The network had trouble. It will be asked again.")));
	v.retry_at = sent.retry_at;
	if (v.outcome == OUTCOME_DONE && !document) {
		cx_forget(cx);
		v.outcome = OUTCOME_NEVER;
		v.story = str_of(_(N_("What answers at this address is no feed, and names none. Look on the site for “RSS” or “feed”.")));
	} else if (v.outcome == OUTCOME_DONE) {
		const json_t *feed = json_map(document, "feed");
		v.id = first_of(json_text(feed, "id"), a.url);
		v.name = title_of(cx, feed);
		v.url = json_text(feed, "link");
		v.avatar = first_of(json_text(feed, "icon"), json_text(feed, "image/href"));
		v.known = json_pack("{s:o}", "url", feed_string(first_of(a.moved, url)));
		websub_find(cx, &a.x.answer, document, a.url, v.known);
		exchange_known(cx, &v);
	}
	*ret_verified = v;
	return OK;
}

/* What the hub of the feed brings: the feed as it is now, or what is new of it. */
static enum err receive(struct cx *cx, const struct channel_account *account, const struct delivery *delivery, inbound_taker *take, void *subject,
			struct received *ret_received)
{
	struct received r;
	struct feed_origin origin = {.address = first_of(json_text(account->known, "topic"), exchange_setting(account, "url")),
		.type = delivery_header(delivery, "Content-Type"), .language = delivery_header(delivery, "Content-Language")};
	json_t *document;
	if (!str_eq(delivery->method, S("POST"))) {
		websub_challenge(cx, account, delivery->path, ret_received);
		return OK;
	}
	if (websub_signed(cx, account, delivery, &r)) {
		if (feed_read(cx, delivery->body, &origin, &document) == OK) {
			TRY(read_document(cx, account, document, take, subject));
		} else {
			cx_forget(cx);
			r = (struct received){.verdict = DELIVERY_REFUSED, .story = str_of(_(N_("What the hub brought is no feed that can be read.")))};
		}
	}
	*ret_received = r;
	return OK;
}

const struct channel_kind channel_feed = {
	.word = "feed",
	.title = N_("Feed"),
	.about = N_("A blog, a newspaper or a podcast by its feed (RSS, Atom, JSON Feed). It is read; nothing is sent there."),
	.network = "web",
	.can = CAN_FETCH | CAN_RECEIVE | TELLS_ADDRESS,
	.fields = fields,
	.fetch_every = 10 * MINUTE,
	.verify = verify,
	.fetch = fetch,
	.receive = receive,
	.readers = readers,
};
