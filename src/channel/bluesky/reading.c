/* What comes in: who mentions, answers or quotes us, from the notifications, each with what stands above it in its thread; the latest of them
 * are read again, since the interface does not tell of edits and removals; and what is said in private (chat.c).
 *
 * Notifications come newest first, sorted by what their authors' clocks said, so that a late one stands below what was read before: every
 * time an hour before the newest is read too, and what was there already is known by its mark. The cursor is JSON: {"after": the instant
 * of the newest when all was read, "top": of the newest now, "page": where an unfinished reading goes on, "page_at": since when, "seen": marks of
 * addresses, "watch": [[address, thread, version], …], "again_at": when they were read, "chat": how far the private ones were read}. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"
#include "sys/crypto.h"


#define PAGE 50
#define POSTS_MAX 25    /* of one getPosts */
#define SEEN_MAX 150
#define ABOVE_MAX 80
#define OVERLAP HOUR
#define AGAIN_EVERY MINUTE
#define MISSING_ASKED 3
#define PAGE_LIVES HOUR /* an unfinished reading that does not go on is begun anew */

/* ---- documents ---- */

enum err bluesky_hand_over(struct cx *cx, const struct channel_account *account, const json_t *view, struct str thread, inbound_taker *take, void *subject)
{
	struct bluesky_post post = bluesky_view(view);
	struct inbound in;
	struct str self = json_text(account->known, "did");
	if (!post.record)
		return OK;
	bluesky_inbound(cx->arena, &post, &in);
	in.ours = self.len && str_eq(in.author_id, self);
	in.kind = in.ours ? (in.parent_id.len ? KIND_REPLY : KIND_POST) : in.parent_id.len ? KIND_COMMENT : KIND_MENTION;
	in.thread_id = thread.len ? thread : in.thread_id.len ? in.thread_id : in.remote_id;
	if (post.indexed_at && in.at > post.indexed_at) /* nobody writes tomorrow */
		in.at = post.indexed_at;
	return in.remote_id.len && in.at && (in.ours || in.author_id.len) ? take(cx, subject, &in) : OK;
}

static bool is_addressed(const json_t *notification)
{
	static const char *const reasons[] = {"mention", "reply", "quote"};
	return str_in(json_text(notification, "reason"), reasons, COUNT(reasons)) && json_map(notification, "record") && json_text(notification, "uri").len;
}

static int by_instant(const void *a, const void *b)
{
	const json_t *one = *(const json_t *const *)a, *other = *(const json_t *const *)b;
	i64 at = json_instant(one, "indexedAt"), to = json_instant(other, "indexedAt");
	return at != to ? (at < to ? -1 : 1) : str_cmp(json_text(one, "uri"), json_text(other, "uri"));
}

static bool is_named(const json_t *one)
{
	return json_text(one, "uri").len > 0;
}

/* The notifications with an address, oldest first, each once. */
static size_t sorted(struct cx *cx, const json_t *list, const json_t ***ret_sorted)
{
	return json_sorted(cx->arena, list, is_named, by_instant, ret_sorted);
}

enum err bluesky_read_notifications(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **list;
	size_t count = sorted(cx, json_list(document, "notifications"), &list);
	for (size_t i = 0; i < count; i++)
		if (is_addressed(list[i]))
			TRY(bluesky_hand_over(cx, account, list[i], (struct str){}, take, subject));
	return OK;
}

/* The one above, where it can be seen. */
static const json_t *above(const json_t *node)
{
	const json_t *parent = json_map(node, "parent");
	return json_map(parent, "post/record") ? parent : NULL;
}

/* Where the thread begins: what stands on top says it better than what the post claims, where all of it is to be seen. */
static struct str root_of(const json_t *node)
{
	struct str claimed = json_text(node, "post/record/reply/root/uri");
	for (int i = 0; i < ABOVE_MAX && above(node); i++)
		node = above(node);
	struct str top = json_text(node, "post/record/reply/root/uri");
	return !json_map(node, "post/record/reply") ? json_text(node, "post/uri") : top.len ? top : claimed;
}

/* A node with all above it, the topmost first. */
static enum err take_upwards(struct cx *cx, const struct channel_account *account, const json_t *node, struct str thread, inbound_taker *take, void *subject)
{
	const json_t *line[ABOVE_MAX + 1];
	size_t count = 0;
	for (; node && count < COUNT(line); node = above(node))
		line[count++] = node;
	while (count--)
		TRY(bluesky_hand_over(cx, account, json_map(line[count], "post"), thread, take, subject));
	return OK;
}

enum err bluesky_read_thread(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *top = json_map(document, "thread"), **stack = NULL;
	size_t count = 0, capacity = 0;
	if (!json_map(top, "post/record"))
		return OK;
	struct str thread = arena_str(cx->arena, root_of(top));
	TRY(take_upwards(cx, account, top, thread, take, subject));
	*arena_push(cx->arena, stack, count, capacity) = top;
	while (count) { /* a stack of its own: a deep thread is only long */
		const json_t *replies = json_list(stack[--count], "replies");
		for (size_t i = json_array_size(replies); i-- > 0;)
			if (json_map(json_array_get(replies, i), "post/record"))
				*arena_push(cx->arena, stack, count, capacity) = json_array_get(replies, i);
		if (count)
			TRY(bluesky_hand_over(cx, account, json_map(stack[count - 1], "post"), thread, take, subject));
	}
	return OK;
}

enum err bluesky_read_posts(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *view;
	size_t index;
	json_array_foreach(json_list(document, "posts"), index, view)
		TRY(bluesky_hand_over(cx, account, view, (struct str){}, take, subject));
	return OK;
}

/* ---- posts by their addresses ---- */

enum err bluesky_posts(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct str *uris, size_t count,
		       struct exchange *ret_exchange)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/app.bsky.feed.getPosts");
	for (size_t i = 0; i < count && i < POSTS_MAX; i++)
		bluesky_add_parameter(&path, "uris", uris[i]);
	*ret_exchange = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	return bluesky_ask(cx, net, account, session, ret_exchange);
}

const json_t *bluesky_post_in(const json_t *document, struct str uri)
{
	const json_t *view;
	size_t index;
	json_array_foreach(json_list(document, "posts"), index, view)
		if (str_eq(json_text(view, "uri"), uri))
			return view;
	return NULL;
}

/* ---- what is watched ---- */

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

static struct str item(const json_t *watched, size_t n)
{
	return json_str_of(json_array_get(watched, n));
}

static void watch(json_t *list, struct str uri, struct str thread, struct str version)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_eq(item(json_array_get(list, i), 0), uri))
			return;
	json_array_append_new(list, json_pack("[o, o, o]", text_json(uri), text_json(thread), text_json(version)));
	while (json_array_size(list) > POSTS_MAX)
		json_array_remove(list, 0);
}

/* Is it certainly gone? A page of posts that lacks one may only be late. *ret_blocked: it is there, and not for us: nothing more is heard of it. */
static enum err is_gone(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str uri, bool *ret_gone,
			bool *ret_blocked)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/xrpc/app.bsky.feed.getPostThread?depth=0&parentHeight=0");
	bluesky_add_parameter(&path, "uri", uri);
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_ask(cx, net, account, session, &x));
	*ret_gone = bluesky_says(&x, "NotFound") || json_flag(x.document, "thread/notFound");
	*ret_blocked = json_flag(x.document, "thread/blocked");
	return *ret_gone ? OK : exchange_expect_json(cx, &x, 200);
}

/* Those that came lately, once more: edited, or taken away? */
static enum err read_again(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, json_t *state, inbound_taker *take,
			   void *subject)
{
	json_t *list = json_object_get(state, "watch");
	struct str uris[POSTS_MAX];
	struct exchange x;
	size_t count = json_array_size(list);
	int asked = 0;
	if (!count || json_number(state, "again_at", 0) > cx->now - AGAIN_EVERY)
		return OK;
	for (size_t i = 0; i < count; i++)
		uris[i] = item(json_array_get(list, i), 0);
	TRY(bluesky_posts(cx, net, account, session, uris, count, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_list(x.document, "posts"))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	for (size_t i = count; i-- > 0;) {
		json_t *watched = json_array_get(list, i);
		struct str uri = arena_str(cx->arena, item(watched, 0)), thread = arena_str(cx->arena, item(watched, 1));
		const json_t *view = bluesky_post_in(x.document, uri);
		bool gone = false, blocked = false;
		if (!view && asked++ < MISSING_ASKED)
			TRY(is_gone(cx, net, account, session, uri, &gone, &blocked));
		if (gone) {
			TRY(take(cx, subject, &(struct inbound){.remote_id = uri, .thread_id = thread, .removed = true}));
			json_array_remove(list, i);
		} else if (blocked) { /* asked for each time, a few of these would hide that others are gone */
			json_array_remove(list, i);
		} else if (view && !str_eq(json_text(view, "cid"), item(watched, 2))) {
			TRY(bluesky_hand_over(cx, account, view, thread, take, subject));
			json_array_set_new(watched, 2, text_json(json_text(view, "cid")));
		}
	}
	json_object_set_new(state, "again_at", json_integer(cx->now));
	return OK;
}

/* ---- the notifications ---- */

/* The mark of an address: enough to know it again. */
static struct str mark_of(struct cx *cx, const json_t *notification)
{
	struct hash hash = hash_of(json_text(notification, "uri"));
	CLEANUP(buf_free) struct buf b = {};
	buf_add_hex(&b, hash_str(&hash).at, 6);
	return buf_keep(&b, cx->arena);
}

static bool was_seen(const json_t *seen, struct str mark)
{
	for (size_t i = json_array_size(seen); i-- > 0;)
		if (str_eq(json_str_of(json_array_get(seen, i)), mark))
			return true;
	return false;
}

/* Notifications tell of pictures that they are there, not where. */
static bool has_media(const json_t *notification)
{
	const json_t *embed = json_map(notification, "record/embed");
	return json_has(embed, "images") || json_has(embed, "items") || json_has(embed, "video") || json_has(embed, "media");
}

/* One of them with what stands above it, in its thread. */
static enum err take_one(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const json_t *notification, inbound_taker *take,
			 void *subject, struct str *ret_thread)
{
	struct str uri = json_text(notification, "uri"), claimed = json_text(notification, "record/reply/root/uri");
	*ret_thread = claimed.len ? claimed : uri;
	if (!json_map(notification, "record/reply") && !has_media(notification))
		return bluesky_hand_over(cx, account, notification, uri, take, subject);
	CLEANUP(buf_free) struct buf path = {};
	buf_addf(&path, "/xrpc/app.bsky.feed.getPostThread?depth=0&parentHeight=%d", ABOVE_MAX);
	bluesky_add_parameter(&path, "uri", uri);
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(bluesky_ask(cx, net, account, session, &x));
	if (bluesky_says(&x, "NotFound")) /* taken away meanwhile: reading it again will tell */
		return bluesky_hand_over(cx, account, notification, *ret_thread, take, subject);
	TRY(exchange_expect_json(cx, &x, 200));
	const json_t *node = json_map(x.document, "thread");
	if (!json_map(node, "post/record")) /* blocked */
		return bluesky_hand_over(cx, account, notification, *ret_thread, take, subject);
	*ret_thread = arena_str(cx->arena, root_of(node));
	TRY(take_upwards(cx, account, above(node), *ret_thread, take, subject));
	return bluesky_hand_over(cx, account, json_map(node, "post"), *ret_thread, take, subject);
}

/* A cursor that is none starts anew: with the newest page. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	exchange_state_list(state, "watch");
	exchange_state_list(state, "seen");
	if (json_number(state, "page_at", 0) < cx->now - PAGE_LIVES)
		json_object_del(state, "page");
	return state;
}

static enum err ask_page(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, struct str page, struct exchange *ret_exchange)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_addf(&path, "/xrpc/app.bsky.notification.listNotifications?limit=%d&reasons=mention&reasons=reply&reasons=quote", PAGE);
	if (page.len)
		bluesky_add_parameter(&path, "cursor", page);
	*ret_exchange = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	return bluesky_ask(cx, net, account, session, ret_exchange);
}

/* A page was read: where the next one begins, or that all is read. */
static void turn_page(const struct cx *cx, json_t *state, const json_t *document, i64 oldest)
{
	i64 after = json_number(state, "after", 0);
	struct str next = json_text(document, "cursor");
	bool more = after && next.len && !str_eq(next, json_text(state, "page")) && (!oldest || oldest > after - OVERLAP);
	if (!more) { /* the first time, what is older stays where it is */
		json_object_set_new(state, "after", json_integer(json_number(state, "top", 0) ? json_number(state, "top", 0) : cx->now));
		json_object_del(state, "page");
		json_object_del(state, "page_at");
		return;
	}
	if (!json_has(state, "page_at"))
		json_object_set_new(state, "page_at", json_integer(cx->now));
	json_object_set_new(state, "page", text_json(next));
}

static enum err read_page(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, json_t *state, inbound_taker *take, void *subject)
{
	struct str page = json_text(state, "page");
	json_t *seen = json_object_get(state, "seen");
	struct exchange x;
	const json_t **list;
	i64 oldest = 0, top = json_number(state, "top", 0);
	TRY(ask_page(cx, net, account, session, page, &x));
	if (page.len && x.answer.outcome == NET_ANSWERED && x.answer.status == 400) { /* it no longer knows where that was */
		json_object_del(state, "page");
		TRY(ask_page(cx, net, account, session, (struct str){}, &x));
	}
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_list(x.document, "notifications"))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	size_t count = sorted(cx, json_list(x.document, "notifications"), &list);
	for (size_t i = 0; i < count; i++) {
		struct str mark = mark_of(cx, list[i]), thread;
		i64 at = json_instant(list[i], "indexedAt");
		oldest = !oldest || at < oldest ? at : oldest;
		top = at > top ? at : top;
		if (!is_addressed(list[i]) || was_seen(seen, mark))
			continue;
		TRY(take_one(cx, net, account, session, list[i], take, subject, &thread));
		watch(json_object_get(state, "watch"), json_text(list[i], "uri"), thread, json_text(list[i], "cid"));
		json_array_append_new(seen, text_json(mark));
	}
	while (json_array_size(seen) > SEEN_MAX)
		json_array_remove(seen, 0);
	json_object_set_new(state, "top", json_integer(top > cx->now ? cx->now : top));
	turn_page(cx, state, x.document, oldest);
	return OK;
}

enum err bluesky_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		       struct str *ret_cursor, bool *ret_more)
{
	struct bluesky_session session = bluesky_session_open(cx, account);
	json_t *state = state_of(cx, cursor);
	TRY(read_page(cx, net, account, &session, state, take, subject));
	bool more = json_has(state, "page");
	if (!more)
		TRY(read_again(cx, net, account, &session, state, take, subject));
	if (!more && bluesky_has_chat(account)) {
		struct str since = json_text(state, "chat");
		TRY(bluesky_chat_fetch(cx, net, account, &session, arena_str(cx->arena, since), take, subject, &since));
		json_object_set_new(state, "chat", text_json(since));
	}
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = more;
	return OK;
}
