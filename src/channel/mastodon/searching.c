/* Asking a server what is said: the timeline of a hashtag, which every server has, and its search, which finds words where the server keeps an index of them
 * (https://docs.joinmastodon.org/methods/timelines/#tag and /methods/search/, as of 2026-11-22). A server without one answers with nothing, so that both are asked. What it
 * finds of private talk (the account's own) is left out. The cursor is JSON: {"tag": the last post of the timeline, "words": the last that the search
 * found, "top", "skip": of a search that is not at its end, "tag_more": of a timeline that is not}. */
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/mastodon/connector.h"
#include "channel/searching.h"

#define PAGE 40

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* ---- documents ---- */

static enum err take_public(struct cx *cx, const struct channel_account *account, const json_t *status, inbound_taker *take, void *subject)
{
	struct str visibility = json_text(status, "visibility");
	if (str_eq(visibility, S("direct")) || str_eq(visibility, S("private")))
		return OK;
	return mastodon_hand_over(cx, account, status, (struct str){}, take, subject);
}

enum err mastodon_read_tag(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **list;
	size_t count = mastodon_sorted(cx, document, &list);
	for (size_t i = 0; i < count; i++)
		TRY(take_public(cx, account, list[i], take, subject));
	return OK;
}

enum err mastodon_read_found(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	return mastodon_read_tag(cx, account, json_list(document, "statuses"), take, subject);
}

static struct str newest_of(struct cx *cx, const json_t *statuses, struct str newest)
{
	const json_t **list;
	size_t count = mastodon_sorted(cx, statuses, &list);
	struct str last = count ? json_text(list[count - 1], "id") : newest;
	return !newest.len || mastodon_id_order(last, newest) > 0 ? last : newest;
}

/* ---- the timeline of a hashtag ---- */

/* A tag, or a word that could be one: whoever looks for a word means it with its sign too. */
static const struct search_term *tag_of(const struct search_need *need)
{
	for (size_t i = 0; i < need->count; i++)
		if (need->all[i].kind == TERM_TAG)
			return &need->all[i];
	for (size_t i = 0; i < need->count; i++)
		if (need->all[i].kind == TERM_WORD)
			return &need->all[i];
	return NULL;
}

static enum err read_tag(struct cx *cx, struct net *net, const struct channel_account *account, struct str tag, json_t *state, inbound_taker *take, void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	struct str after = arena_str(cx->arena, json_text(state, "tag"));
	buf_adds(&path, "/api/v1/timelines/tag/");
	buf_add_url(&path, tag);
	buf_addf(&path, "?limit=%d", PAGE);
	if (after.len) {
		buf_adds(&path, "&min_id=");
		buf_add_url(&path, after);
	}
	struct exchange x = {.method = "GET", .path = buf_keep(&path, cx->arena)};
	TRY(mastodon_ask(cx, net, account, &x));
	json_object_del(state, "tag_more");
	if (x.answer.outcome == NET_ANSWERED && (x.answer.status == 404 || x.answer.status == 410)) /* nobody there used it yet */
		return OK;
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_is_array(x.document))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	TRY(mastodon_read_tag(cx, account, x.document, take, subject));
	struct str newest = newest_of(cx, x.document, after);
	if (after.len && json_array_size(x.document) >= PAGE && !str_eq(newest, after)) /* the first time, what is older stays where it is */
		json_object_set_new(state, "tag_more", json_true());
	json_object_set_new(state, "tag", text_json(newest));
	return OK;
}

/* ---- the search ---- */

static struct str words_path(struct cx *cx, const struct search_need *need, struct str after, i64 skip)
{
	CLEANUP(buf_free) struct buf b = {}, words = {};
	buf_add_search_need(&words, need, false);
	buf_adds(&b, "/api/v2/search?type=statuses&q=");
	buf_add_url(&b, buf_str(&words));
	buf_addf(&b, "&limit=%d", PAGE);
	if (after.len) {
		buf_adds(&b, "&min_id=");
		buf_add_url(&b, after);
	}
	if (skip)
		buf_addf(&b, "&offset=%lld", (long long)skip);
	return buf_keep(&b, cx->arena);
}

/* *ret_can: false where this server, or this token, searches nothing. Newest first: what a page ends in goes on with the next. */
static enum err read_words(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *need, json_t *state, inbound_taker *take,
			   void *subject, bool *ret_can)
{
	struct str after = arena_str(cx->arena, json_text(state, "words")), top = arena_str(cx->arena, json_text(state, "top"));
	i64 skip = json_number(state, "skip", 0);
	struct exchange x = {.method = "GET", .path = words_path(cx, need, after, skip)};
	TRY(mastodon_ask(cx, net, account, &x));
	*ret_can = !(x.answer.outcome == NET_ANSWERED && (x.answer.status == 403 || x.answer.status == 404 || x.answer.status == 410 || x.answer.status == 422 || x.answer.status == 501));
	if (!*ret_can)
		return OK;
	TRY(exchange_expect_json(cx, &x, 200));
	const json_t *found = json_list(x.document, "statuses");
	if (!found)
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	TRY(mastodon_read_tag(cx, account, found, take, subject));
	top = newest_of(cx, found, top.len ? top : after);
	json_object_del(state, "skip");
	json_object_del(state, "top");
	if (after.len && json_array_size(found) >= PAGE) {
		json_object_set_new(state, "skip", json_integer(skip + PAGE));
		json_object_set_new(state, "top", text_json(top));
	} else {
		json_object_set_new(state, "words", text_json(top));
	}
	return OK;
}

enum err mastodon_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			 inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more)
{
	json_t *state = exchange_state(cx, cursor);
	const struct search_term *tag = tag_of(needs);
	bool tag_goes_on = json_has(state, "tag_more"), words_go_on = json_has(state, "skip"), begins = !tag_goes_on && !words_go_on, can = true;
	if (tag && (begins || tag_goes_on))
		TRY(read_tag(cx, net, account, tag->text, state, take, subject));
	if (begins || words_go_on)
		TRY(read_words(cx, net, account, needs, state, take, subject, &can));
	if (!can && !tag)
		return fail(cx, ERR_UNSUPPORTED, N_("This server searches hashtags alone, or its token lacks the right read:search: phrases and names cannot be looked for there."));
	*ret_more = json_has(state, "tag_more") || json_has(state, "skip");
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	return OK;
}
