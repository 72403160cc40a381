/* What comes in: mentions and answers from the notifications, each with the thread that it stands in; and what becomes of the latest of
 * them, which are read again a few at a time, since the interface does not tell of edits and removals. The cursor is JSON: {"after": the
 * last notification, "next": which is read again next, "watch": [[id, thread, edited at], …]}. */
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/mastodon/connector.h"
#include "channel/mastodon/mastodon.h"

#include <string.h>

#define PAGE 40
#define WATCHED 40
#define AGAIN 3 /* of them, each time */

/* ---- documents ---- */

static void settle(const struct channel_account *account, const json_t *status, struct inbound *in)
{
	struct str self = mastodon_self(account);
	in->ours = self.len && str_eq(in->author_id, self);
	in->kind = in->ours ? (in->parent_id.len ? KIND_REPLY : KIND_POST) : str_eq(json_text(status, "visibility"), S("direct")) ? KIND_DIRECT : in->parent_id.len ? KIND_COMMENT : KIND_MENTION;
}

/* `known_as`: the id it came in with first, where that is not what it says now (snac's change with an edit); empty: what it says. */
static enum err hand_over_as(struct cx *cx, const struct channel_account *account, const json_t *status, struct str known_as, struct str thread,
			     inbound_taker *take, void *subject)
{
	struct inbound in;
	mastodon_status(cx->arena, status, &in);
	settle(account, status, &in);
	in.remote_id = known_as.len ? known_as : in.remote_id;
	in.thread_id = thread.len ? thread : in.parent_id.len ? in.parent_id : in.remote_id;
	return in.remote_id.len && in.at && (in.ours || in.author_id.len) ? take(cx, subject, &in) : OK;
}

enum err mastodon_hand_over(struct cx *cx, const struct channel_account *account, const json_t *status, struct str thread, inbound_taker *take, void *subject)
{
	return hand_over_as(cx, account, status, (struct str){}, thread, take, subject);
}

/* "9" before "10": ids are numbers that outgrew numbers, or letters of one length that sort by time. */
int mastodon_id_order(struct str a, struct str b)
{
	return a.len != b.len ? (a.len < b.len ? -1 : 1) : str_cmp(a, b);
}

static int by_id(const void *a, const void *b)
{
	return mastodon_id_order(json_text(*(const json_t *const *)a, "id"), json_text(*(const json_t *const *)b, "id"));
}

static bool is_named(const json_t *one)
{
	return json_text(one, "id").len > 0;
}

/* The objects of a list with an id, oldest first, each once. */
size_t mastodon_sorted(struct cx *cx, const json_t *list, const json_t ***ret_sorted)
{
	return json_sorted(cx->arena, list, is_named, by_id, ret_sorted);
}

enum err mastodon_read_one(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	return mastodon_hand_over(cx, account, document, (struct str){}, take, subject);
}

enum err mastodon_read_notifications(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **list;
	size_t count = mastodon_sorted(cx, document, &list);
	for (size_t i = 0; i < count; i++)
		if (str_eq(json_text(list[i], "type"), S("mention")))
			TRY(mastodon_hand_over(cx, account, json_map(list[i], "status"), (struct str){}, take, subject));
	return OK;
}

/* Where the thread begins, by who answers whom; the order of the list does not matter. */
static struct str root_of(struct cx *cx, const json_t *ancestors, struct str id, struct str parent)
{
	struct threads *threads = threads_new(cx->arena);
	const json_t *one;
	size_t index;
	threads_add(threads, id, parent);
	json_array_foreach((json_t *)ancestors, index, one)
		threads_add(threads, json_id(cx->arena, one, "id"), json_id(cx->arena, one, "in_reply_to_id"));
	return threads_root(threads, id);
}

static enum err take_all(struct cx *cx, const struct channel_account *account, const json_t *statuses, struct str thread, inbound_taker *take, void *subject)
{
	const json_t **list;
	size_t count = mastodon_sorted(cx, statuses, &list);
	for (size_t i = 0; i < count; i++)
		TRY(mastodon_hand_over(cx, account, list[i], thread, take, subject));
	return OK;
}

enum err mastodon_read_context(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t *ancestors = json_list(document, "ancestors"), *first = json_array_get(ancestors, 0);
	struct str thread = first ? root_of(cx, ancestors, json_id(cx->arena, first, "id"), json_id(cx->arena, first, "in_reply_to_id")) : (struct str){};
	TRY(take_all(cx, account, ancestors, thread, take, subject));
	return take_all(cx, account, json_list(document, "descendants"), thread, take, subject);
}

/* ---- the network ---- */

static struct str status_path(struct cx *cx, struct str id, const char *more)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/api/v1/statuses/");
	buf_add_url(&b, id);
	buf_adds(&b, more);
	return buf_keep(&b, cx->arena);
}

static bool is_gone(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && (x->answer.status == 404 || x->answer.status == 410);
}

/* The message with what came before it, and its thread. */
static enum err take_mention(struct cx *cx, struct net *net, const struct channel_account *account, const json_t *status, inbound_taker *take, void *subject,
			     struct str *ret_thread)
{
	struct str id = json_id(cx->arena, status, "id"), parent = json_id(cx->arena, status, "in_reply_to_id"), thread = id;
	if (parent.len) {
		struct exchange x = {.method = "GET", .path = status_path(cx, id, "/context")};
		TRY(mastodon_ask(cx, net, account, &x));
		if (!is_gone(&x)) { /* else it was taken away meanwhile: reading it again will tell */
			TRY(exchange_expect_json(cx, &x, 200));
			thread = root_of(cx, json_list(x.document, "ancestors"), id, parent);
			TRY(take_all(cx, account, json_list(x.document, "ancestors"), thread, take, subject));
		} else {
			thread = parent;
		}
	}
	*ret_thread = thread;
	return mastodon_hand_over(cx, account, status, thread, take, subject);
}

static void watch(json_t *list, const json_t *status, struct str thread)
{
	struct str id = json_text(status, "id"), edited = json_text(status, "edited_at");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_eq(json_str_of(json_array_get(json_array_get(list, i), 0)), id))
			return;
	json_array_append_new(list, json_pack("[s%, s%, s%]", id.at ? id.at : "", id.len, thread.at ? thread.at : "", thread.len, edited.at ? edited.at : "", edited.len));
	while (json_array_size(list) > WATCHED)
		json_array_remove(list, 0);
}

/* One of those that came lately, once more: edited or taken away? *ret_gone: it need not be looked at again. */
static enum err read_again(struct cx *cx, struct net *net, const struct channel_account *account, json_t *watched, inbound_taker *take, void *subject, bool *ret_gone)
{
	struct str id = json_str_of(json_array_get(watched, 0)), thread = json_str_of(json_array_get(watched, 1));
	struct exchange x = {.method = "GET", .path = status_path(cx, id, "")};
	TRY(mastodon_ask(cx, net, account, &x));
	*ret_gone = is_gone(&x);
	if (*ret_gone)
		return take(cx, subject, &(struct inbound){.remote_id = arena_str(cx->arena, id), .thread_id = arena_str(cx->arena, thread), .removed = true});
	TRY(exchange_expect_json(cx, &x, 200));
	struct str edited = json_text(x.document, "edited_at");
	if (str_eq(edited, json_str_of(json_array_get(watched, 2))) || !json_has(x.document, "id"))
		return OK;
	TRY(hand_over_as(cx, account, x.document, arena_str(cx->arena, id), arena_str(cx->arena, thread), take, subject));
	json_array_set_new(watched, 2, json_stringn(edited.at ? edited.at : "", edited.len));
	return OK;
}

static enum err read_some_again(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject)
{
	json_t *list = json_object_get(state, "watch");
	size_t count = json_array_size(list), next = (size_t)json_number(state, "next", 0);
	for (size_t i = 0; i < AGAIN && i < count && json_array_size(list); i++) {
		bool gone = false;
		next = next < json_array_size(list) ? next : 0;
		TRY(read_again(cx, net, account, json_array_get(list, next), take, subject, &gone));
		if (gone)
			json_array_remove(list, next);
		else
			next++;
	}
	json_object_set_new(state, "next", json_integer((json_int_t)next));
	return OK;
}

/* A cursor that is none starts anew: the newest page. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	exchange_state_list(state, "watch");
	return state;
}

static struct str notifications_path(struct cx *cx, const json_t *state)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str after = json_text(state, "after");
	buf_addf(&b, "/api/v1/notifications?limit=%d&types[]=mention", PAGE);
	if (after.len) {
		buf_adds(&b, "&min_id=");
		buf_add_url(&b, after);
	}
	return buf_keep(&b, cx->arena);
}

enum err mastodon_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
			struct str *ret_cursor, bool *ret_more)
{
	json_t *state = state_of(cx, cursor);
	struct str after = json_text(state, "after"), newest = after;
	struct exchange x = {.method = "GET", .path = notifications_path(cx, state)};
	const json_t **list;
	TRY(mastodon_ask(cx, net, account, &x));
	TRY(exchange_expect_json(cx, &x, 200));
	if (!json_is_array(x.document))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	size_t count = mastodon_sorted(cx, x.document, &list);
	if (count && (!after.len || mastodon_id_order(json_text(list[count - 1], "id"), after) > 0))
		newest = json_text(list[count - 1], "id");
	bool more = after.len && count >= PAGE && !str_eq(newest, after); /* the first time, what is older stays where it is */
	if (!more)
		TRY(read_some_again(cx, net, account, state, take, subject));
	for (size_t i = 0; i < count; i++) {
		const json_t *status = json_map(list[i], "status");
		struct str thread;
		if (after.len && mastodon_id_order(json_text(list[i], "id"), after) <= 0) /* some servers count it in */
			continue;
		if (!str_eq(json_text(list[i], "type"), S("mention")) || !status)
			continue;
		TRY(take_mention(cx, net, account, status, take, subject, &thread));
		watch(json_object_get(state, "watch"), status, thread);
	}
	json_object_set_new(state, "after", json_stringn(newest.at ? newest.at : "", newest.len));
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = more;
	return OK;
}
