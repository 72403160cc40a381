/* What comes in: who mentions or answers us, from where it was read last on; private messages where the setting says so; and what becomes of the
 * latest of them, a few times an hour, since the interface tells of no removals. X counts each post that it hands out, once a day, against
 * what the application paid for: nothing is asked for twice without need. The cursor is JSON: {"after": the last mention, "newest" and "page" of
 * a reading that is not at its end, "dm": the last private message, "turn", "watch": [[id, thread, version], …]}. */
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/twitter/connector.h"

#define PAGE 100
#define WATCHED 40
#define AGAIN_EVERY 10 /* turns */
#define MESSAGE_PAGES 3

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* A cursor that is none starts anew: the newest page. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	exchange_state_list(state, "watch");
	return state;
}

struct str twitter_newest_id(const json_t *document, struct str newest)
{
	const json_t *one;
	size_t index;
	json_array_foreach(json_list(document, "data"), index, one)
		if (twitter_id_order(json_text(one, "id"), newest) > 0)
			newest = json_text(one, "id");
	return newest;
}

static json_t *watched(const json_t *list, struct str id)
{
	json_t *one;
	size_t index;
	json_array_foreach((json_t *)list, index, one)
		if (str_eq(json_str_of(json_array_get(one, 0)), id))
			return one;
	return NULL;
}

static void watch(json_t *list, const json_t *post)
{
	struct str first = twitter_first_id(post), thread = json_text(post, "conversation_id");
	if (!first.len)
		return;
	json_t *there = watched(list, first);
	if (there) {
		json_array_set_new(there, 2, text_json(json_text(post, "id")));
		return;
	}
	json_array_append_new(list, json_pack("[o, o, o]", text_json(first), text_json(thread.len ? thread : first), text_json(json_text(post, "id"))));
	while (json_array_size(list) > WATCHED)
		json_array_remove(list, 0);
}

/* ---- mentions ---- */

static struct str mentions_path(struct cx *cx, const struct channel_account *account, struct str after, struct str page)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/2/users/");
	buf_add_url(&b, twitter_self(account));
	buf_addf(&b, "/mentions?max_results=%d", PAGE);
	if (after.len) {
		buf_adds(&b, "&since_id=");
		buf_add_url(&b, after);
	}
	if (page.len) {
		buf_adds(&b, "&pagination_token=");
		buf_add_url(&b, page);
	}
	buf_adds(&b, twitter_fields(account));
	return buf_keep(&b, cx->arena);
}

static enum err read_mentions(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject, bool *ret_more)
{
	struct str after = exchange_text(cx, state, "after"), page = exchange_text(cx, state, "page"), newest = exchange_text(cx, state, "newest");
	const json_t **posts;
	struct exchange x = {.method = "GET", .path = mentions_path(cx, account, after, page)};
	TRY(twitter_ask(cx, net, account, &x));
	if ((page.len || after.len) && x.answer.outcome == NET_ANSWERED && x.answer.status == 400) { /* what it no longer knows: from the newest on again */
		after = page = (struct str){};
		x = (struct exchange){.method = "GET", .path = mentions_path(cx, account, after, page)};
		TRY(twitter_ask(cx, net, account, &x));
	}
	TRY(twitter_expect(cx, &x));
	struct str next = exchange_text(cx, json_object_get(x.document, "meta"), "next_token");
	newest = arena_str(cx->arena, twitter_newest_id(x.document, newest));
	TRY(twitter_read_posts(cx, account, x.document, take, subject));
	size_t count = twitter_sorted(cx, x.document, &posts);
	for (size_t i = 0; i < count; i++)
		watch(json_object_get(state, "watch"), posts[i]);
	*ret_more = after.len && next.len && count; /* the first time, what is older stays where it is */
	json_object_del(state, "page");
	json_object_del(state, "newest");
	if (*ret_more) {
		json_object_set_new(state, "page", text_json(next));
		json_object_set_new(state, "newest", text_json(newest));
	} else {
		json_object_set_new(state, "after", text_json(twitter_id_order(newest, after) > 0 ? newest : after));
	}
	return OK;
}

/* ---- private messages ---- */

static enum err read_messages(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject)
{
	struct str last = exchange_text(cx, state, "dm"), newest = last, page = {};
	for (int n = 0; n < MESSAGE_PAGES; n++) {
		CLEANUP(buf_free) struct buf path = {};
		const json_t **events;
		buf_addf(&path, "/2/dm_events?event_types=MessageCreate&max_results=%d&dm_event.fields=attachments,created_at,dm_conversation_id,entities,event_type,id,text"
			 "&expansions=sender_id,attachments.media_keys&user.fields=name,username,profile_image_url&media.fields=alt_text,preview_image_url,type,url", PAGE);
		if (page.len) {
			buf_adds(&path, "&pagination_token=");
			buf_add_url(&path, page);
		}
		struct exchange x = {.method = "GET", .path = buf_str(&path)};
		TRY(twitter_ask(cx, net, account, &x));
		TRY(twitter_expect(cx, &x));
		size_t count = twitter_sorted(cx, x.document, &events), known = 0;
		for (size_t i = 0; i < count; i++)
			known += last.len && twitter_id_order(json_text(events[i], "id"), last) <= 0;
		if (known < count)
			TRY(twitter_read_messages(cx, account, x.document, take, subject));
		newest = arena_str(cx->arena, twitter_newest_id(x.document, newest));
		page = exchange_text(cx, json_object_get(x.document, "meta"), "next_token");
		if (!last.len || known || !page.len || !count)
			break;
	}
	json_object_set_new(state, "dm", text_json(newest));
	return OK;
}

/* ---- what became of the latest ---- */

static enum err tell_gone(struct cx *cx, json_t *list, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *error;
	size_t index;
	json_array_foreach(json_list(document, "errors"), index, error)
	{
		struct str id = json_text(error, "resource_id");
		if (!id.len)
			id = json_text(error, "value");
		if (!str_ends(json_text(error, "type"), S("/resource-not-found")))
			continue;
		for (size_t i = 0; i < json_array_size(list); i++) {
			const json_t *one = json_array_get(list, i);
			if (!str_eq(json_str_of(json_array_get(one, 2)), id))
				continue;
			struct inbound in = {.removed = true, .remote_id = arena_str(cx->arena, json_str_of(json_array_get(one, 0))),
				.thread_id = arena_str(cx->arena, json_str_of(json_array_get(one, 1)))};
			TRY(take(cx, subject, &in));
			json_array_remove(list, i);
			break;
		}
	}
	return OK;
}

static enum err read_again(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject)
{
	CLEANUP(buf_free) struct buf path = {};
	json_t *list = json_object_get(state, "watch");
	const json_t *one, **posts;
	size_t index;
	buf_adds(&path, "/2/tweets?ids=");
	json_array_foreach(list, index, one)
	{
		buf_adds(&path, index ? "," : "");
		buf_add_url(&path, json_str_of(json_array_get(one, 2)));
	}
	buf_adds(&path, twitter_fields(account));
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(twitter_ask(cx, net, account, &x));
	TRY(twitter_expect(cx, &x));
	TRY(tell_gone(cx, list, x.document, take, subject));
	size_t count = twitter_sorted(cx, x.document, &posts);
	for (size_t i = 0; i < count; i++) {
		json_t *there = watched(list, twitter_first_id(posts[i]));
		const json_t *versions = json_list(posts[i], "edit_history_post_ids") ? json_list(posts[i], "edit_history_post_ids") : json_list(posts[i], "edit_history_tweet_ids");
		struct str latest = json_str_of(json_array_get(versions, json_array_size(versions) - 1));
		if (there && latest.len && !str_eq(latest, json_str_of(json_array_get(there, 2)))) /* read in its new form the next time */
			json_array_set_new(there, 2, text_json(latest));
		struct inbound in;
		if (twitter_post(cx, account, x.document, posts[i], &in) && in.edited_at)
			TRY(take(cx, subject, &in));
	}
	return OK;
}

/* ---- the turn ---- */

enum err twitter_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		       struct str *ret_cursor, bool *ret_more)
{
	json_t *state = state_of(cx, cursor);
	i64 turn = json_number(state, "turn", 0);
	bool more = false;
	if (!twitter_self(account).len)
		return fail_wait(cx, 60, N_("Which account on X this is has not been found out yet. It will be asked again by itself."));
	if (!json_text(state, "page").len) {
		turn = (turn + 1) % AGAIN_EVERY;
		json_object_set_new(state, "turn", json_integer(turn));
		if (turn == 0 && json_array_size(json_object_get(state, "watch")))
			TRY(read_again(cx, net, account, state, take, subject));
		if (twitter_reads_messages(account))
			TRY(read_messages(cx, net, account, state, take, subject));
	}
	TRY(read_mentions(cx, net, account, state, take, subject, &more));
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = more;
	return OK;
}
