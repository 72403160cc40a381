/* What comes in. The newest comments of every state are read each time: new ones, and what became of those that were there, since the
 * interface tells neither of edits nor of removals. Posts stand first in the conversations of their comments. The cursor is JSON:
 * {"after": the last comment, "marks": {id: mark}} of the newest page; while more came than a page holds, also "top" and "offset". */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/markup.h"
#include "channel/reference.h"
#include "channel/wordpress/connector.h"
#include "channel/wordpress/wordpress.h"
#include "sys/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 100         /* the most that WordPress gives at once */
#define OVERLAP 10       /* what may be deleted between two pages without one being missed */
#define FRESH (30 * DAY) /* older ones stay where they are when the channel is connected */
#define MARK 8
#define UNTAKEN "-"      /* the mark of what was never handed over, or taken away since */
#define IMAGES_MAX 20
#define FIELDS "id,post,parent,author,author_name,author_email,author_url,author_avatar_urls,date_gmt,content,link,status,type"

bool wordpress_is_number(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.len < 20;
}

struct str wordpress_number(struct str id, const char *prefix)
{
	struct str number = str_starts(id, str_of(prefix)) ? str_skip(id, strlen(prefix)) : (struct str){};
	return wordpress_is_number(number) ? number : (struct str){};
}

/* ---- what they say ---- */

struct str wordpress_body(struct cx *cx, const json_t *comment)
{
	struct str raw = json_text(comment, "content/raw");
	if (!raw.len || str_find_byte(raw, '<') >= 0)
		return html_to_text(cx->arena, json_text(comment, "content/rendered"));
	CLEANUP(buf_free) struct buf decoded = {}, lines = {};
	markup_add_decoded(&decoded, raw, NULL, NULL);
	struct str text = buf_str(&decoded);
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != '\r' || i + 1 == text.len || text.at[i + 1] != '\n')
			buf_addc(&lines, text.at[i]);
	return str_trim(buf_keep(&lines, cx->arena));
}

/* A smiley that WordPress made of signs is none. */
static bool is_sign(const struct markup *m)
{
	for (size_t i = 0; i < m->attribute_count; i++)
		if (str_eq_fold(m->attributes[i].name, S("class")))
			return str_find(m->attributes[i].value, S("wp-smiley")) >= 0 || str_find(m->attributes[i].value, S("emoji")) >= 0;
	return false;
}

static struct str decoded_attribute(struct cx *cx, const struct markup *m, const char *name)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < m->attribute_count; i++)
		if (str_eq_fold(m->attributes[i].name, str_of(name)))
			markup_add_decoded(&b, m->attributes[i].value, NULL, NULL);
	return buf_keep(&b, cx->arena);
}

static void read_images(struct cx *cx, struct str html, struct inbound *in)
{
	struct markup m = {.rest = html};
	struct inbound_attachment *all = NULL;
	size_t count = 0, capacity = 0;
	for (enum markup_kind kind; (kind = markup_next(&m)) != MARKUP_END && count < IMAGES_MAX;) {
		if (kind != MARKUP_OPEN || !str_eq_fold(m.name, S("img")) || is_sign(&m))
			continue;
		struct str url = reference_resolve(cx->arena, in->url, decoded_attribute(cx, &m, "src"));
		bool there = false;
		for (size_t i = 0; i < count; i++)
			there |= str_eq(all[i].url, url);
		if (!there && (str_starts(url, S("https://")) || str_starts(url, S("http://"))))
			*arena_push(cx->arena, all, count, capacity) = (struct inbound_attachment){.kind = S("image"), .url = url, .alt = decoded_attribute(cx, &m, "alt")};
	}
	in->attachments = all;
	in->attachment_count = count;
}

/* Who has no account there is known by the address given with the comment, which only those who moderate see. */
static void read_author(struct cx *cx, const json_t *c, struct inbound *in)
{
	struct str user = json_id(cx->arena, c, "author"), email = json_text(c, "author_email"), name = json_text(c, "author_name");
	CLEANUP(buf_free) struct buf lower = {};
	for (size_t i = 0; i < email.len; i++)
		buf_addc(&lower, email.at[i] >= 'A' && email.at[i] <= 'Z' ? (char)(email.at[i] + 32) : email.at[i]);
	in->author_id = user.len && !str_eq(user, S("0")) ? arena_printf(cx->arena, "user-%.*s", STR_ARG(user))
			: email.len			  ? buf_keep(&lower, cx->arena)
			: name.len			  ? name
							  : json_text(c, "author_url");
	if (!in->author_id.len)
		in->author_id = S("nobody");
	in->author_name = html_to_text(cx->arena, name);
	in->author_url = json_text(c, "author_url");
	in->author_avatar = json_text(c, "author_avatar_urls/96");
	in->author_followers = -1;
	if (in->author_url.len) {
		struct inbound_link *typed = arena_new_of(cx->arena, struct inbound_link);
		*typed = (struct inbound_link){.url = in->author_url};
		in->author_links = typed;
		in->author_link_count = 1;
	}
}

static bool stands(struct str status)
{
	return str_eq(status, S("approved")) || str_eq(status, S("hold"));
}

/* False for what is no comment of people. */
static bool read_comment(struct cx *cx, const struct channel_account *account, const json_t *c, struct inbound *ret_inbound)
{
	struct str parent = wordpress_comment_id(cx->arena, json_id(cx->arena, c, "parent")), post = wordpress_post_id(cx->arena, json_id(cx->arena, c, "post"));
	struct str type = json_text(c, "type"), self = wordpress_self(account), status = json_text(c, "status");
	static const char *const types[] = {"comment", "", "review", "pingback", "trackback"};
	struct inbound in = {
		.kind = KIND_COMMENT, .visibility = VISIBILITY_PUBLIC, .remote_id = wordpress_comment_id(cx->arena, json_id(cx->arena, c, "id")),
		.parent_id = parent.len ? parent : post, .body = wordpress_body(cx, c), .url = json_text(c, "link"), .at = json_instant(c, "date_gmt"),
		.held = str_eq(status, S("hold")),
	};
	ptrdiff_t hash = str_find_byte(in.url, '#');
	in.subject_url = hash > 0 ? str_head(in.url, (size_t)hash) : in.url;
	in.thread_id = post.len ? post : in.remote_id;
	in.at = in.at > cx->now ? cx->now : in.at;
	read_author(cx, c, &in);
	in.ours = self.len && str_eq(json_id(cx->arena, c, "author"), self);
	in.removed = status.len && !stands(status);
	if (str_eq(type, S("pingback")) || str_eq(type, S("trackback"))) { /* another site names us */
		in.kind = KIND_MENTION;
		in.url = in.author_url;
	} else if (in.ours) {
		in.kind = KIND_REPLY;
	}
	read_images(cx, json_text(c, "content/rendered"), &in);
	*ret_inbound = in;
	return in.remote_id.len && in.at && str_in(type, types, COUNT(types)) && (in.body.len || in.attachment_count);
}

static bool read_post(struct cx *cx, const json_t *p, struct inbound *ret_inbound)
{
	struct str picture = json_text(p, "jetpack_featured_media_url"), content = json_text(p, "content/rendered");
	i64 modified = json_instant(p, "modified_gmt");
	struct inbound in = {
		.kind = KIND_POST, .visibility = VISIBILITY_PUBLIC, .ours = true, .remote_id = wordpress_post_id(cx->arena, json_id(cx->arena, p, "id")),
		.subject = html_to_text(cx->arena, json_text(p, "title/rendered")), .body = html_to_text(cx->arena, content), .at = json_instant(p, "date_gmt"),
		.url = json_text(p, "link"), .subject_url = json_text(p, "link"), .author_followers = -1,
	};
	in.thread_id = in.remote_id;
	in.edited_at = modified > in.at && modified <= cx->now ? modified : 0;
	in.body = in.body.len ? in.body : in.subject;
	read_images(cx, content, &in);
	if (picture.len && !in.attachment_count) {
		struct inbound_attachment *one = arena_new_of(cx->arena, struct inbound_attachment);
		*one = (struct inbound_attachment){.kind = S("image"), .url = picture};
		in.attachments = one;
		in.attachment_count = 1;
	}
	*ret_inbound = in;
	return in.remote_id.len && in.at && in.body.len;
}

/* ---- lists ---- */

static i64 number_of(const json_t *one)
{
	return json_number(one, "id", 0);
}

static int by_number(const void *a, const void *b)
{
	i64 x = number_of(*(const json_t *const *)a), y = number_of(*(const json_t *const *)b);
	return x < y ? -1 : x > y;
}

/* The objects of a list with an id, oldest first, each once. */
static size_t sorted(struct cx *cx, const json_t *list, const json_t ***ret_sorted)
{
	const json_t **all = arena_array(cx->arena, const json_t *, json_array_size(list) + 1), *one;
	size_t index, count = 0, kept = 0;
	json_array_foreach((json_t *)list, index, one)
		if (number_of(one) > 0)
			all[count++] = one;
	qsort(all, count, sizeof *all, by_number);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || number_of(all[i]) != number_of(all[kept - 1]))
			all[kept++] = all[i];
	*ret_sorted = all;
	return kept;
}

enum err wordpress_read_comments(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **list;
	struct inbound in;
	size_t count = sorted(cx, document, &list);
	for (size_t i = 0; i < count; i++)
		if (read_comment(cx, account, list[i], &in))
			TRY(take(cx, subject, &in));
	return OK;
}

enum err wordpress_read_posts(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **list;
	struct inbound in;
	size_t count = sorted(cx, document, &list);
	(void)account;
	for (size_t i = 0; i < count; i++)
		if (read_post(cx, list[i], &in))
			TRY(take(cx, subject, &in));
	return OK;
}

/* ---- what is new, and what became of the rest ---- */

static struct str mark_of(struct cx *cx, const struct inbound *in)
{
	struct hash hash = hash_of(arena_printf(cx->arena, "%d\n%.*s\n%.*s\n%.*s", in->held, STR_ARG(in->parent_id), STR_ARG(in->author_name), STR_ARG(in->body)));
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, hash.at, MARK / 2);
	return buf_keep(&hex, cx->arena);
}

struct page {
	struct inbound *changed; /* to be handed over, oldest first */
	size_t count, capacity;
	i64 lowest, highest;
	size_t size;
};

static void add(struct cx *cx, struct page *page, const struct inbound *in)
{
	*arena_push(cx->arena, page->changed, page->count, page->capacity) = *in;
}

/* One comment held against the mark that it had; its mark now. */
static struct str weigh(struct cx *cx, struct page *page, struct inbound *in, struct str before, bool is_new)
{
	bool taken = before.len && !str_eq(before, S(UNTAKEN));
	if (in->removed) {
		if (taken)
			add(cx, page, in);
		return S(UNTAKEN);
	}
	if (!before.len && in->at < cx->now - FRESH && !in->held && !is_new)
		return S(UNTAKEN);
	struct str mark = mark_of(cx, in);
	if (!str_eq(mark, before)) {
		in->edited_at = taken ? cx->now : 0; /* WordPress does not say when */
		add(cx, page, in);
	}
	return mark;
}

/* Those that were within the page and are there no more were deleted for good. */
static void find_deleted(struct cx *cx, const json_t *before, const json_t *now, struct page *page)
{
	const char *id;
	const json_t *mark;
	json_object_foreach((json_t *)before, id, mark)
	{
		i64 number = 0;
		bool within = str_to_i64(str_of(id), &number) && (page->size < PAGE || number >= page->lowest);
		if (!within || json_object_get(now, id) || str_eq(json_str_of(mark), S(UNTAKEN)))
			continue;
		struct inbound gone = {.remote_id = wordpress_comment_id(cx->arena, str_of(id)), .removed = true};
		gone.thread_id = gone.remote_id;
		add(cx, page, &gone);
	}
}

static void read_page(struct cx *cx, const struct channel_account *account, const json_t *document, const json_t *before, i64 after, bool newest, json_t *marks,
		      struct page *page)
{
	const json_t **list;
	struct inbound in;
	page->size = json_array_size(document);
	size_t count = sorted(cx, document, &list);
	for (size_t i = 0; i < count; i++) {
		i64 number = number_of(list[i]);
		page->lowest = i ? page->lowest : number;
		page->highest = number;
		if (!read_comment(cx, account, list[i], &in) || (!newest && number <= after))
			continue;
		char id[24];
		snprintf(id, sizeof id, "%lld", (long long)number);
		struct str mark = weigh(cx, page, &in, json_str_of(json_object_get(before, id)), after && number > after);
		if (newest)
			json_object_set_new(marks, id, json_stringn(mark.at, mark.len));
	}
	if (newest)
		find_deleted(cx, before, marks, page);
}

/* ---- the site ---- */

/* The posts that changed comments stand under; those of one kind that are found are taken out of `numbers`. */
static enum err take_posts_of(struct cx *cx, struct net *net, const struct channel_account *account, const char *kind, struct str *numbers, size_t *count,
			      inbound_taker *take, void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	if (!*count)
		return OK;
	buf_addf(&path, "/wp/v2/%s?per_page=%d&_fields=id,title,content,link,date_gmt,modified_gmt,jetpack_featured_media_url&include=", kind, PAGE);
	for (size_t i = 0; i < *count; i++)
		buf_addf(&path, "%s%.*s", i ? "," : "", STR_ARG(numbers[i]));
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(wordpress_ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_is_array(x.document))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	TRY(wordpress_read_posts(cx, account, x.document, take, subject));
	size_t left = 0, index;
	const json_t *one;
	for (size_t i = 0; i < *count; i++) {
		bool found = false;
		json_array_foreach(x.document, index, one)
			found |= str_eq(json_id(cx->arena, one, "id"), numbers[i]);
		if (!found)
			numbers[left++] = numbers[i];
	}
	*count = left;
	return OK;
}

static enum err take_posts(struct cx *cx, struct net *net, const struct channel_account *account, const struct page *page, inbound_taker *take, void *subject)
{
	struct str *numbers = arena_array(cx->arena, struct str, page->count + 1);
	size_t count = 0;
	for (size_t i = 0; i < page->count; i++) {
		struct str number = page->changed[i].removed ? (struct str){} : wordpress_number(page->changed[i].thread_id, "post-");
		bool there = !number.len;
		for (size_t k = 0; k < count && !there; k++)
			there = str_eq(numbers[k], number);
		if (!there)
			numbers[count++] = number;
	}
	TRY(take_posts_of(cx, net, account, "posts", numbers, &count, take, subject));
	return take_posts_of(cx, net, account, "pages", numbers, &count, take, subject);
}

/* A cursor that is none starts anew. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	return exchange_state(cx, cursor);
}

static json_t *next_state(struct cx *cx, const json_t *state, const struct page *page, json_t *marks, bool more)
{
	i64 after = json_number(state, "after", 0), top = json_number(state, "top", 0), offset = json_number(state, "offset", 0);
	json_t *next = json_object();
	exchange_keep(cx, next);
	top = page->highest > top ? page->highest : top;
	top = after > top ? after : top;
	json_object_set_new(next, "after", json_integer(more ? after : top));
	json_object_set_new(next, "marks", marks);
	if (more) {
		json_object_set_new(next, "top", json_integer(top));
		json_object_set_new(next, "offset", json_integer(offset + PAGE - OVERLAP));
	}
	return next;
}

enum err wordpress_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			 struct str *ret_cursor, bool *ret_more)
{
	const json_t *state = state_of(cx, cursor);
	i64 after = json_number(state, "after", 0), offset = json_number(state, "offset", 0);
	struct exchange x = {.method = "GET", .path = S("/wp/v2/comments?context=edit&status=any&type=all&orderby=id&order=desc&per_page=100&_fields=" FIELDS)};
	struct page page = {};
	if (offset > 0)
		x.path = arena_printf(cx->arena, "%.*s&offset=%lld", STR_ARG(x.path), (long long)offset);
	TRY(wordpress_ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_is_array(x.document))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	json_t *marks = offset > 0 && json_map(state, "marks") ? json_incref(json_map(state, "marks")) : json_object();
	read_page(cx, account, x.document, json_map(state, "marks"), after, offset <= 0, marks, &page);
	bool more = after && page.size >= PAGE && page.lowest > after; /* the first time, what is older stays where it is */
	const json_t *next = next_state(cx, state, &page, marks, more);
	TRY(take_posts(cx, net, account, &page, take, subject));
	for (size_t i = 0; i < page.count; i++)
		TRY(take(cx, subject, &page.changed[i]));
	*ret_cursor = arena_json(cx->arena, next, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = more;
	return OK;
}
