/* Asking the network what is said: app.bsky.feed.searchPosts (https://docs.bsky.app/docs/api/app-bsky-feed-search-posts, as of 2026-11-22), which the PDS passes on to
 * the AppView; not every server of the network has one. Answers come newest first, by what the index calls their time; a late one stands below what was
 * read before, so that some minutes are read again. The cursor is JSON: {"after": the instant of the newest when all was read, "top": of the newest now,
 * "page": where an unfinished reading goes on}. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/bluesky/connector.h"
#include "channel/json_read.h"
#include "channel/searching.h"

#define PAGE 100
#define FIRST_PAGE 50
#define OVERLAP (10 * MINUTE)

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static bool is_named(const json_t *one)
{
	return json_text(one, "uri").len > 0;
}

static int by_instant(const void *a, const void *b)
{
	const json_t *one = *(const json_t *const *)a, *other = *(const json_t *const *)b;
	i64 at = json_instant(one, "indexedAt"), to = json_instant(other, "indexedAt");
	return at != to ? (at < to ? -1 : 1) : str_cmp(json_text(one, "uri"), json_text(other, "uri"));
}

static enum err ask(struct cx *cx, struct net *net, const struct channel_account *account, struct bluesky_session *session, const struct search_need *need, i64 after,
		    struct str page, struct exchange *x)
{
	CLEANUP(buf_free) struct buf path = {}, words = {};
	buf_add_search_need(&words, need, false);
	buf_addf(&path, "/xrpc/app.bsky.feed.searchPosts?sort=latest&limit=%d", after ? PAGE : FIRST_PAGE);
	bluesky_add_parameter(&path, "q", buf_str(&words));
	if (after)
		bluesky_add_parameter(&path, "since", time_text(cx->arena, after - OVERLAP));
	if (page.len)
		bluesky_add_parameter(&path, "cursor", page);
	*x = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	return bluesky_ask(cx, net, account, session, x);
}

/* What servers say that search nothing: a lone PDS, an AppView without an index. */
static bool is_without(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED &&
	       (x->answer.status == 501 || (x->answer.status == 404 && !bluesky_says(x, "NotFound")) || bluesky_says(x, "MethodNotImplemented") || bluesky_says(x, "XRPCNotSupported"));
}

/* Where the next page begins, or that all is read. */
static bool turn_page(json_t *state, const json_t *document, i64 after, i64 top, size_t count)
{
	struct str next = json_text(document, "cursor");
	bool more = after && count && next.len && !str_eq(next, json_text(state, "page")); /* the first time, what is older stays where it is */
	json_object_del(state, "top");
	if (more) {
		json_object_set_new(state, "page", text_json(next));
		json_object_set_new(state, "top", json_integer(top));
	} else {
		json_object_set_new(state, "after", json_integer(top));
		json_object_del(state, "page");
	}
	return more;
}

enum err bluesky_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more)
{
	struct bluesky_session session = bluesky_session_open(cx, account);
	json_t *state = exchange_state(cx, cursor);
	i64 after = json_number(state, "after", 0), top = json_number(state, "top", 0);
	struct str page = arena_str(cx->arena, json_text(state, "page"));
	const json_t **posts;
	struct exchange x;
	TRY(ask(cx, net, account, &session, needs, after, page, &x));
	if (page.len && x.answer.outcome == NET_ANSWERED && x.answer.status == 400) { /* it no longer knows where that was */
		page = (struct str){};
		json_object_del(state, "page");
		TRY(ask(cx, net, account, &session, needs, after, page, &x));
	}
	if (is_without(&x))
		return fail(cx, ERR_UNSUPPORTED, N_("The server of this account searches no posts."));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_list(x.document, "posts"))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	size_t found = json_sorted(cx->arena, json_list(x.document, "posts"), is_named, by_instant, &posts);
	top = top > after ? top : after ? after : cx->now;
	for (size_t i = 0; i < found; i++) {
		i64 at = json_instant(posts[i], "indexedAt");
		top = at > top && at <= cx->now ? at : top;
		TRY(bluesky_hand_over(cx, account, posts[i], (struct str){}, take, subject));
	}
	*ret_more = turn_page(state, x.document, after, top, found);
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	return OK;
}
