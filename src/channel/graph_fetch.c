/* Edges of the Graph interface read one after another, a page each time, and what stands in them handed over. The cursor is JSON: {"edge":
 * which is read next, "seen": {edge: seconds of the newest that was read}, "top": the newest of the edge at hand, "next" and "pages": where
 * it goes on, "deep": [[edge, item, where, seconds], …], items whose own lists go on}. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/graph.h"

#define PAGES 10
#define DEEP 50

/* ---- documents to messages, by the readers of imports ---- */

struct bridge {
	const struct channel_account *account;
	inbound_taker *take;
	void *subject;
	bool mentions;   /* others' posts name us */
	bool drop_posts; /* our own posts are no messages to us; their comments say what they are about */
};

static struct str kept(struct cx *cx, struct str s)
{
	return s.len ? arena_str(cx->arena, s) : (struct str){};
}

static struct inbound kept_inbound(struct cx *cx, const struct inbound *from)
{
	struct inbound in = *from;
	struct str *texts[] = {&in.remote_id, &in.parent_id, &in.thread_id, &in.subject, &in.subject_url, &in.network, &in.author_id, &in.author_handle, &in.author_name,
		&in.author_url, &in.author_avatar, &in.author_place, &in.body, &in.lang, &in.url};
	struct inbound_attachment *all = arena_array(cx->arena, struct inbound_attachment, from->attachment_count + 1);
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = kept(cx, *texts[i]);
	for (size_t i = 0; i < from->attachment_count; i++) {
		const struct inbound_attachment *a = &from->attachments[i];
		all[i] = (struct inbound_attachment){.kind = kept(cx, a->kind), .name = kept(cx, a->name), .alt = kept(cx, a->alt), .type = kept(cx, a->type), .url = kept(cx, a->url)};
	}
	in.attachments = all;
	return in;
}

static enum err hand_over(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct bridge *b = subject;
	struct inbound in = kept_inbound(cx, inbound);
	struct str handle = json_text(b->account->known, "handle"), self = graph_self(b->account);
	if (!in.ours && ((handle.len && str_eq_fold(in.author_handle, handle)) || (self.len && str_eq(in.author_id, self)))) {
		in.ours = true;
		in.kind = in.kind == KIND_COMMENT ? KIND_REPLY : in.kind;
	}
	if (str_eq(in.author_id, S("unknown"))) /* the network hides who it is; several of them are not one person */
		in.author_id = arena_printf(cx->arena, "unknown:%.*s", STR_ARG(in.remote_id));
	if (b->mentions && !in.ours && in.kind == KIND_POST) {
		in.kind = KIND_MENTION;
		if (str_eq(in.network, S("instagram"))) /* what is not ours is answered another way than our comments: its thread says so */
			in.thread_id = arena_printf(cx->arena, GRAPH_OTHERS_MEDIUM "%.*s", STR_ARG(in.remote_id));
	}
	if (b->drop_posts && in.ours && in.kind == KIND_POST && !in.removed)
		return OK;
	return b->take(cx, b->subject, &in);
}

static enum err refused(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt)
{
	return OK; /* what cannot be read is left out */
}

static enum err read_document(struct cx *cx, struct bridge *b, const char *network, const json_t *document, bool delivery)
{
	const struct archive_format *format = archive_format_of(str_of(network));
	struct str handle = json_text(b->account->known, "handle");
	struct archive_options options = {.account = handle.len ? handle : graph_self(b->account)};
	struct archive_taker taker = {.subject = b, .item = hand_over, .refused = refused};
	struct reading r;
	TRY(reading_start(cx, format, &options, &taker, &r));
	return delivery ? meta_read_webhook(&r, (json_t *)document) : meta_read_graph(&r, (json_t *)document);
}

enum err graph_read_answer(struct cx *cx, const struct channel_account *account, const char *network, const json_t *document, inbound_taker *take, void *subject)
{
	struct bridge b = {.account = account, .take = take, .subject = subject};
	return read_document(cx, &b, network, document, false);
}

enum err graph_read_delivery(struct cx *cx, const struct channel_account *account, const char *network, const json_t *document, inbound_taker *take, void *subject)
{
	struct bridge b = {.account = account, .take = take, .subject = subject, .drop_posts = graph_self(account).len};
	return read_document(cx, &b, network, document, true);
}

/* ---- the cursor ---- */

static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	exchange_state_map(state, "seen");
	exchange_state_list(state, "deep");
	return state;
}

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

static i64 seconds_of(const json_t *item)
{
	static const char *const members[] = {"updated_time", "created_time", "timestamp"};
	i64 newest = 0;
	for (size_t i = 0; i < COUNT(members); i++) {
		i64 at = json_instant(item, members[i]) / SECOND;
		newest = at > newest ? at : newest;
	}
	return newest;
}

/* The newest of a list; *ret_all: none of it is as old as `seen`. */
static i64 newest_of(const json_t *list, i64 seen, bool *ret_all)
{
	const json_t *item;
	size_t index;
	i64 newest = 0;
	*ret_all = seen > 0 && json_array_size(list) > 0;
	json_array_foreach((json_t *)list, index, item)
	{
		i64 at = seconds_of(item);
		newest = at > newest ? at : newest;
		*ret_all = *ret_all && at > seen;
	}
	return newest;
}

/* Where a list goes on; empty at its end. */
static struct str after_of(const json_t *page)
{
	return json_has(page, "paging/next") ? json_text(page, "paging/cursors/after") : (struct str){};
}

static const char *deep_key(struct cx *cx, const struct graph_edge *edge)
{
	return arena_printf(cx->arena, "%s.%s", edge->word, edge->deeper).at;
}

static i64 seen_of(const json_t *state, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(state, "seen"), key));
}

static void see(json_t *state, const char *key, i64 at)
{
	if (at > seen_of(state, key))
		json_object_set_new(json_object_get(state, "seen"), key, json_integer(at));
}

static void go_deeper(json_t *state, size_t edge, struct str item, struct str after, i64 seen)
{
	json_t *deep = json_object_get(state, "deep"), *one;
	size_t index;
	json_array_foreach(deep, index, one)
		if (str_eq(json_str_of(json_array_get(one, 1)), item))
			return;
	if (item.len && after.len && json_array_size(deep) < DEEP)
		json_array_append_new(deep, json_pack("[I, o, o, I]", (json_int_t)edge, text_json(item), text_json(after), (json_int_t)seen));
}

/* Which of the items have more that is new below them. */
static void note_deeper(struct cx *cx, json_t *state, const struct graph_edge *edge, size_t at, const json_t *items)
{
	const char *key = deep_key(cx, edge);
	i64 seen = seen_of(state, key), newest = 0;
	const json_t *item;
	size_t index;
	json_array_foreach((json_t *)items, index, item)
	{
		bool all;
		const json_t *below = json_map(item, edge->deeper);
		i64 its = newest_of(json_list(below, "data"), seen, &all);
		newest = its > newest ? its : newest;
		if (all)
			go_deeper(state, at, json_id(cx->arena, item, "id"), after_of(below), seen);
	}
	see(state, key, newest);
}

/* Networks give the newest first; it is handed over as it was said. */
static void turn(json_t *list)
{
	for (size_t i = 0, j = json_array_size(list); i + 1 < j; i++) {
		json_t *last = json_incref(json_array_get(list, --j));
		json_t *first = json_incref(json_array_get(list, i));
		json_array_set_new(list, j, first);
		json_array_set_new(list, i, last);
	}
}

static void turn_all(const json_t *document)
{
	json_t *list = json_list(document, "data"), *item;
	size_t index;
	turn(list);
	json_array_foreach(list, index, item) {
		turn(json_list(item, "comments/data"));
		turn(json_list(item, "messages/data"));
	}
}

/* ---- pages ---- */

static struct str with_after(struct cx *cx, struct str path, struct str after)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, path);
	if (after.len) {
		buf_adds(&b, "&after=");
		buf_add_url(&b, after);
	}
	return buf_keep(&b, cx->arena);
}

/* Something that is refused for itself alone: a right that is missing, an item that is gone, a place that it no longer knows. */
static bool of_itself(const struct exchange *x)
{
	const struct graph_error *row = x->answer.outcome == NET_ANSWERED ? graph_error_of(x->document) : NULL;
	return row && row->of_edge;
}

/* The rest of one item's list: comments below a post. They belong to it, as if they stood in it. */
static enum err read_deep(struct cx *cx, struct net *net, const struct channel_account *account, const struct graph_edge *edges, size_t count, const char *network, json_t *state,
			  struct bridge *b)
{
	json_t *deep = json_object_get(state, "deep"), *first = json_incref(json_array_get(deep, 0));
	exchange_keep(cx, first);
	size_t at = (size_t)json_integer_value(json_array_get(first, 0));
	struct str item = json_str_of(json_array_get(first, 1)), after = json_str_of(json_array_get(first, 2));
	i64 seen = json_integer_value(json_array_get(first, 3));
	json_array_remove(deep, 0);
	if (at >= count || !edges[at].deeper || !item.len)
		return OK;
	struct exchange x = {.method = "GET", .path = with_after(cx, graph_path(cx, item, edges[at].deeper_path), after)};
	bool all;
	TRY(graph_ask(cx, net, account, &x));
	if (of_itself(&x))
		return OK;
	TRY(graph_expect(cx, &x));
	if (!json_list(x.document, "data"))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	newest_of(json_list(x.document, "data"), seen, &all);
	if (all)
		go_deeper(state, at, item, after_of(x.document), seen);
	turn(json_list(x.document, "data"));
	json_t *around = json_pack("{s:{s:O}}", edges[at].deeper, "data", json_list(x.document, "data"));
	exchange_keep(cx, around);
	return read_document(cx, b, network, around, false);
}

static void end_edge(json_t *state, const struct graph_edge *edge, size_t at, size_t count, bool *ret_last)
{
	see(state, edge->word, json_integer_value(json_object_get(state, "top")));
	json_object_del(state, "top");
	json_object_del(state, "next");
	json_object_del(state, "pages");
	*ret_last = at + 1 >= count;
	json_object_set_new(state, "edge", json_integer(*ret_last ? 0 : (json_int_t)at + 1));
}

static enum err read_edge(struct cx *cx, struct net *net, const struct channel_account *account, const struct graph_edge *edges, size_t count, const char *network, json_t *state,
			  struct bridge *b, bool *ret_last)
{
	size_t at = (size_t)json_number(state, "edge", 0);
	at = at < count ? at : 0;
	const struct graph_edge *edge = &edges[at];
	struct str next = arena_str(cx->arena, json_text(state, "next")), owner = edge->of_page ? graph_page(account) : graph_self(account);
	struct exchange x = {.method = "GET", .path = with_after(cx, graph_path(cx, owner, edge->path), next)};
	i64 pages = json_number(state, "pages", 0), seen = seen_of(state, edge->word), top = json_number(state, "top", 0);
	bool all;
	TRY(graph_ask(cx, net, account, &x));
	if (of_itself(&x) && (at > 0 || next.len)) { /* what else there is, is read all the same; verify() tells of rights */
		end_edge(state, edge, at, count, ret_last);
		return OK;
	}
	TRY(graph_expect(cx, &x));
	if (!json_list(x.document, "data"))
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	const json_t *items = json_list(x.document, "data");
	i64 newest = newest_of(items, seen, &all);
	struct str after = all && pages + 1 < PAGES ? after_of(x.document) : (struct str){};
	json_object_set_new(state, "top", json_integer(newest > top ? newest : top));
	if (edge->deeper)
		note_deeper(cx, state, edge, at, items);
	if (after.len) {
		json_object_set_new(state, "next", text_json(after));
		json_object_set_new(state, "pages", json_integer(pages + 1));
	} else {
		end_edge(state, edge, at, count, ret_last);
	}
	b->mentions = edge->mentions;
	turn_all(x.document);
	return read_document(cx, b, network, x.document, false);
}

enum err graph_fetch(struct cx *cx, struct net *net, const struct channel_account *account, const struct graph_edge *edges, size_t count, const char *network, struct str cursor,
		     inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more)
{
	json_t *state = state_of(cx, cursor);
	struct bridge b = {.account = account, .take = take, .subject = subject, .drop_posts = true};
	bool last = false;
	if (!graph_self(account).len)
		return fail(cx, ERR_REMOTE, N_("Who this account is has not been found out yet. It will be asked again."));
	TRY(graph_subscribe(cx, net, account, state));
	if (json_array_size(json_object_get(state, "deep"))) {
		TRY(read_deep(cx, net, account, edges, count, network, state, &b));
		last = json_number(state, "edge", 0) == 0 && !json_has(state, "next");
	} else {
		TRY(read_edge(cx, net, account, edges, count, network, state, &b, &last));
	}
	*ret_more = !last || json_array_size(json_object_get(state, "deep"));
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	return OK;
}
