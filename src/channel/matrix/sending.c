/* What goes out. Each event leaves under a transaction id made of the key of its act, so that the home server takes it once; it keeps such
 * ids for a while only, and for one device: after a doubt the room is read too. Into an encrypted room nothing is written: others would
 * take it for a message that somebody forged. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/matrix/connector.h"

#define PAGE 100
#define PAGES 5
#define MOVES 3 /* rooms that replaced one another */
#define CLOCKS_DIFFER (2 * MINUTE)
#define LIKE "\xF0\x9F\x91\x8D"

static struct sent never(struct str story)
{
	return (struct sent){.outcome = OUTCOME_NEVER, .story = story};
}

/* 403 is about this room or this message here, not about the account: the rest may leave. */
static void settle(struct cx *cx, const struct exchange *x, struct sent *sent)
{
	struct str error = matrix_error(x);
	if (x->answer.status == 403 && str_eq(error, S("M_FORBIDDEN")))
		*sent = never(str_of(_(N_("This account may not do that in this room: it is not in it, or lacks the right. Ask those who run the room."))));
	else if (x->answer.status == 413 || str_eq(error, S("M_TOO_LARGE")))
		*sent = never(str_of(_(N_("The home server finds this too large. Make it shorter or smaller."))));
}

static struct str room_of(const struct outbound *o)
{
	struct str room, event;
	if (matrix_id_split(o->parent_id, &room, &event) || matrix_id_split(o->thread_id, &room, &event)) /* a conversation may have gone on in another room */
		return room;
	return o->thread_id;
}

static struct str txn(struct cx *cx, const struct outbound *o, size_t n)
{
	return n ? arena_printf(cx->arena, "%.*s-%zu", STR_ARG(o->dedup_key), n) : o->dedup_key;
}

/* True when something may be written there; else *ret_sent says why not. */
static enum err may_write(struct cx *cx, struct net *net, const struct channel_account *account, struct str room, bool in_private, bool *ret_may, struct sent *ret_sent)
{
	struct exchange encrypted = {.method = "GET", .path = matrix_room_path(cx, room, "/state/m.room.encryption/", (struct str){}, (struct str){})};
	struct exchange members = {.method = "GET", .path = matrix_room_path(cx, room, "/joined_members", (struct str){}, (struct str){})};
	*ret_may = false;
	TRY(matrix_ask(cx, net, account, &encrypted));
	if (!str_eq(matrix_error(&encrypted), S("M_NOT_FOUND"))) { /* which says that it is not encrypted */
		if (encrypted.answer.status == 404 && !encrypted.answer.whole)
			*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
		else if (exchange_read_first(cx, &encrypted, ret_sent))
			*ret_sent = never(str_of(_(N_("This room is encrypted, and Parvis does not write there. Answer in your Matrix application."))));
		else
			settle(cx, &encrypted, ret_sent);
		return OK;
	}
	if (in_private) {
		TRY(matrix_ask(cx, net, account, &members));
		if (!exchange_read_first(cx, &members, ret_sent)) {
			settle(cx, &members, ret_sent);
			return OK;
		}
		if (json_object_size(json_map(members.document, "joined")) > 2) {
			*ret_sent = never(str_of(_(N_("This was to be private, and others are in that room. Write to the person in a room between the two of you."))));
			return OK;
		}
	}
	*ret_may = true;
	return OK;
}

/* ---- answers ---- */

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* Where it stands: in the thread, and what it answers. Nobody is pinged but who is answered, as in any client. */
static void relate(const struct outbound *o, struct str room, json_t *content)
{
	struct str of, root, parent = {}; /* events of another room are none of this one's */
	bool in_thread = matrix_id_split(o->thread_id, &of, &root) && str_eq(of, room), answers = matrix_id_split(o->parent_id, &of, &parent) && str_eq(of, room);
	json_t *relates = json_object();
	if (in_thread) {
		json_object_set_new(relates, "rel_type", json_string("m.thread"));
		json_object_set_new(relates, "event_id", text_json(root));
	}
	if (answers)
		json_object_set_new(relates, "m.in_reply_to", json_pack("{s:o}", "event_id", text_json(parent)));
	if (json_object_size(relates))
		json_object_set_new(content, "m.relates_to", relates);
	else
		json_decref(relates);
	json_object_set_new(content, "m.mentions", json_object());
}

static void release(void *json)
{
	json_decref(json);
}

/* The room that replaced this one; empty: none, or it cannot be told. */
static enum err replaced_by(struct cx *cx, struct net *net, const struct channel_account *account, struct str room, struct str *ret_next)
{
	struct exchange x = {.method = "GET", .path = matrix_room_path(cx, room, "/state/m.room.tombstone/", (struct str){}, (struct str){})};
	*ret_next = (struct str){};
	TRY(matrix_ask(cx, net, account, &x));
	struct str next = json_text(x.document, "replacement_room");
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && str_starts(next, S("!")) && !str_eq(next, room))
		*ret_next = next;
	return OK;
}

static enum err put_event(struct cx *cx, struct net *net, const struct channel_account *account, struct str room, const char *type, struct str txn_id, json_t *content,
			  bool *ret_shut, struct sent *ret_sent)
{
	struct exchange x = {.method = "PUT", .path = matrix_room_path(cx, room, "/send", str_of(type), txn_id)};
	x.body = arena_json(cx->arena, content, JSON_COMPACT | JSON_SORT_KEYS);
	TRY(matrix_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	exchange_take_id(cx, &x, "event_id", ret_sent);
	settle(cx, &x, ret_sent);
	*ret_shut = x.answer.status == 403 && str_eq(matrix_error(&x), S("M_FORBIDDEN"));
	if (ret_sent->outcome == OUTCOME_DONE) {
		struct str event = ret_sent->remote_id;
		ret_sent->remote_id = matrix_id(cx, room, event);
		ret_sent->url = arena_printf(cx->arena, "https://matrix.to/#/%.*s/%.*s", STR_ARG(matrix_quoted(cx, room)), STR_ARG(matrix_quoted(cx, event)));
	}
	return OK;
}

/* A second upload after a doubt is a file that nobody sees. */
enum err matrix_upload(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound_media *m, struct str *ret_uri, struct sent *ret_sent)
{
	struct exchange x = {.method = "POST", .body = m->bytes, .repeatable = true, .type = m->type.len ? arena_cstr(cx->arena, m->type) : "application/octet-stream"};
	x.path = arena_printf(cx->arena, "/_matrix/media/v3/upload?filename=%.*s", STR_ARG(matrix_quoted(cx, m->name.len ? m->name : S("file"))));
	*ret_uri = (struct str){};
	TRY(matrix_ask(cx, net, account, &x));
	if (!exchange_read_first(cx, &x, ret_sent)) {
		settle(cx, &x, ret_sent);
		return OK;
	}
	struct str uri = json_text(x.document, "content_uri");
	if (str_starts(uri, S("mxc://")))
		*ret_uri = arena_str(cx->arena, uri);
	else
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
	return OK;
}

/* A file is uploaded, then said. */
static enum err send_file(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str room, size_t n, struct str txn_id,
			  bool *ret_shut, struct sent *ret_sent)
{
	const struct outbound_media *m = &o->media[n];
	const char *type = str_eq(m->kind, S("image")) ? "m.image" : str_eq(m->kind, S("video")) ? "m.video" : str_eq(m->kind, S("audio")) ? "m.audio" : "m.file";
	struct str uri, name = m->name.len ? m->name : S("file");
	TRY(matrix_upload(cx, net, account, m, &uri, ret_sent));
	if (!uri.len)
		return OK;
	json_t *content = json_pack("{s:s, s:o, s:o, s:o, s:{s:o, s:I}}", "msgtype", type, "body", text_json(m->alt.len ? m->alt : name), "filename", text_json(name), "url",
				    text_json(uri), "info", "mimetype", text_json(m->type.len ? m->type : S("application/octet-stream")), "size", (json_int_t)m->bytes.len);
	arena_defer(cx->arena, release, content);
	relate(o, room, content);
	return put_event(cx, net, account, room, "m.room.message", txn_id, content, ret_shut, ret_sent);
}

/* Files first, each under an id of its own; the text, or the last file, under the act's. */
static enum err reply_in(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str room, bool *ret_shut, struct sent *ret_sent)
{
	bool may;
	if (!str_starts(room, S("!"))) {
		*ret_sent = never(str_of(_(N_("The room that this belongs to is not known."))));
		return OK;
	}
	TRY(may_write(cx, net, account, room, o->visibility == VISIBILITY_PRIVATE, &may, ret_sent));
	if (!may)
		return OK;
	for (size_t i = 0; i < o->media_count; i++) {
		bool last = !o->body.len && i + 1 == o->media_count;
		TRY(send_file(cx, net, account, o, room, i, txn(cx, o, last ? 0 : i + 1), ret_shut, ret_sent));
		if (ret_sent->outcome != OUTCOME_DONE || last)
			return OK;
	}
	json_t *content = json_pack("{s:s, s:o}", "msgtype", "m.text", "body", text_json(o->body));
	arena_defer(cx->arena, release, content);
	relate(o, room, content);
	return put_event(cx, net, account, room, "m.room.message", txn(cx, o, 0), content, ret_shut, ret_sent);
}

/* A room that was replaced takes nothing any more: then it is said in the one that came after it. */
static enum err reply(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str room = room_of(o), next;
	bool shut = false;
	TRY(reply_in(cx, net, account, o, room, &shut, ret_sent));
	for (int moves = 0; shut && moves < MOVES; moves++) {
		TRY(replaced_by(cx, net, account, room, &next));
		if (!next.len)
			break;
		room = arena_str(cx->arena, next);
		shut = false;
		TRY(reply_in(cx, net, account, o, room, &shut, ret_sent));
	}
	return OK;
}

/* ---- reactions, redactions ---- */

static struct str key_of(const struct outbound *o)
{
	return o->reaction.len && !str_eq(o->reaction, S("like")) ? o->reaction : S(LIKE);
}

static enum err redact(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str room, struct str event, struct sent *ret_sent)
{
	struct exchange x = {.method = "PUT", .path = matrix_room_path(cx, room, "/redact", event, o->dedup_key), .body = S("{}")};
	TRY(matrix_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	settle(cx, &x, ret_sent);
	return OK;
}

static enum err react(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str room, struct str event, struct sent *ret_sent)
{
	struct exchange x = {.method = "PUT", .path = matrix_room_path(cx, room, "/send", S("m.reaction"), o->dedup_key)};
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"m.relates_to\":{\"rel_type\":\"m.annotation\",\"event_id\":");
	buf_add_json(&b, event);
	buf_adds(&b, ",\"key\":");
	buf_add_json(&b, key_of(o));
	buf_adds(&b, "}}");
	x.body = buf_str(&b);
	TRY(matrix_ask(cx, net, account, &x));
	exchange_outcome(cx, &x, ret_sent);
	settle(cx, &x, ret_sent);
	if (str_eq(matrix_error(&x), S("M_DUPLICATE_ANNOTATION"))) /* it is there */
		*ret_sent = (struct sent){.outcome = OUTCOME_DONE};
	return OK;
}

/* Ours with this sign, as an event of its own: redacted. */
static enum err unreact(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str room, struct str event, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET"};
	size_t index;
	const json_t *one;
	x.path = arena_printf(cx->arena, "/_matrix/client/v1/rooms/%.*s/relations/%.*s/m.annotation/m.reaction?limit=100", STR_ARG(matrix_quoted(cx, room)),
			      STR_ARG(matrix_quoted(cx, event)));
	TRY(matrix_ask(cx, net, account, &x));
	if (!exchange_read_first(cx, &x, ret_sent)) {
		settle(cx, &x, ret_sent);
		return OK;
	}
	json_array_foreach(json_list(x.document, "chunk"), index, one)
		if (str_eq(json_text(one, "sender"), matrix_self(account)) && str_eq(json_text(json_map(one, "content/m.relates_to"), "key"), key_of(o)))
			return redact(cx, net, account, o, room, json_text(one, "event_id"), ret_sent);
	*ret_sent = (struct sent){.outcome = OUTCOME_DONE}; /* it is not there */
	return OK;
}

/* A post goes into the room that is set for posts, whose name (#…) is looked up. An empty room: *ret_sent says why. */
static enum err placed(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct outbound *ret_placed, struct sent *ret_sent)
{
	struct str room = str_trim(exchange_setting(account, "posts"));
	*ret_placed = *o;
	if (o->act != ACT_POST)
		return OK;
	if (str_starts(room, S("#"))) {
		struct exchange x = {.method = "GET", .path = arena_printf(cx->arena, MATRIX_API "/directory/room/%.*s", STR_ARG(matrix_quoted(cx, room)))};
		TRY(matrix_ask(cx, net, account, &x));
		room = (struct str){};
		if (exchange_read_first(cx, &x, ret_sent)) {
			room = exchange_text(cx, x.document, "room_id");
			*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network had trouble before anything was sent. It will be tried again by itself.")))};
		}
	} else if (!str_starts(room, S("!"))) {
		room = (struct str){};
		*ret_sent = never(str_of(_(N_("No room is set for posts. Write its address into “Room for posts” on this channel's page, then send it again."))));
	}
	ret_placed->thread_id = room;
	ret_placed->parent_id = (struct str){};
	ret_placed->visibility = VISIBILITY_PUBLIC;
	if (o->warning.len)
		ret_placed->body = arena_printf(cx->arena, "%.*s\n\n%.*s", STR_ARG(o->warning), STR_ARG(o->body));
	return OK;
}

enum err matrix_publish(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str room, event;
	struct outbound at;
	TRY(placed(cx, net, account, o, &at, ret_sent));
	if (o->act == ACT_POST && !at.thread_id.len)
		return OK;
	if (o->act == ACT_REPLY || o->act == ACT_POST)
		return reply(cx, net, account, &at, ret_sent);
	if (!matrix_id_split(o->remote_id, &room, &event)) {
		*ret_sent = never(str_of(_(N_("The message that this is about is not one of this network."))));
		return OK;
	}
	if (o->act == ACT_REACT)
		return react(cx, net, account, o, room, event, ret_sent);
	if (o->act == ACT_UNREACT)
		return unreact(cx, net, account, o, room, event, ret_sent);
	if (o->act == ACT_HIDE)
		return redact(cx, net, account, o, room, event, ret_sent);
	*ret_sent = never(str_of(_(N_("This network cannot do that."))));
	return OK;
}

/* ---- looking for what may have been sent ---- */

static bool is_it(const struct outbound *o, const json_t *event, i64 since)
{
	const json_t *content = json_map(event, "content");
	struct str ignored, parent = {};
	if (str_eq(json_text(event, "unsigned/transaction_id"), o->dedup_key))
		return true;
	matrix_id_split(o->parent_id, &ignored, &parent);
	return o->body.len && matrix_instant(event) >= since && str_eq(str_trim(json_text(content, "body")), str_trim(o->body)) &&
	       str_eq(json_text(content, "m.relates_to/m.in_reply_to/event_id"), parent);
}

static struct str look_path(struct cx *cx, const struct channel_account *account, struct str room, struct str from)
{
	CLEANUP(buf_free) struct buf b = {}, filter = {};
	buf_adds(&filter, "{\"senders\":[");
	buf_add_json(&filter, matrix_self(account));
	buf_adds(&filter, "],\"types\":[\"m.room.message\"]}");
	buf_add(&b, matrix_room_path(cx, room, "/messages", (struct str){}, (struct str){}));
	buf_addf(&b, "?dir=b&limit=%d&filter=%.*s", PAGE, STR_ARG(matrix_quoted(cx, buf_str(&filter))));
	if (from.len)
		buf_addf(&b, "&from=%.*s", STR_ARG(matrix_quoted(cx, from)));
	return buf_keep(&b, cx->arena);
}

/* How far the server's clock is ahead of ours. */
static i64 skew_of(const struct cx *cx, const struct exchange *x)
{
	i64 theirs;
	return time_parse_loose(net_answer_header(&x->answer, "date"), &theirs) ? theirs - cx->now : 0;
}

/* One page of what we said there, newest first. *ret_from: where the next begins; empty when older ones cannot be it. */
static enum err look_page(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct str room, struct str *ret_from, struct sent *ret_sent)
{
	struct exchange x = {.method = "GET", .path = look_path(cx, account, room, *ret_from)};
	bool older = false;
	size_t index;
	const json_t *event;
	TRY(matrix_ask(cx, net, account, &x));
	exchange_looked(cx, &x, ret_sent);
	if (x.answer.status == 403 && str_eq(matrix_error(&x), S("M_FORBIDDEN")))
		ret_sent->outcome = OUTCOME_LATER; /* put out of the room meanwhile: the account itself is fine */
	*ret_from = (struct str){};
	if (ret_sent->outcome != OUTCOME_DONE)
		return OK;
	const json_t *chunk = json_list(x.document, "chunk");
	if (!chunk) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	i64 since = o->intended_at + skew_of(cx, &x) - CLOCKS_DIFFER;
	json_array_foreach((json_t *)chunk, index, event)
	{
		if (is_it(o, event, o->intended_at + skew_of(cx, &x) - 2 * SECOND)) {
			struct str id = json_text(event, "event_id");
			*ret_sent = (struct sent){.outcome = OUTCOME_DONE, .remote_id = matrix_id(cx, room, id)};
			ret_sent->url = arena_printf(cx->arena, "https://matrix.to/#/%.*s/%.*s", STR_ARG(matrix_quoted(cx, room)), STR_ARG(matrix_quoted(cx, id)));
			return OK;
		}
		older = older || matrix_instant(event) < since;
	}
	*ret_from = older ? (struct str){} : arena_str(cx->arena, json_text(x.document, "end"));
	*ret_sent = ret_from->len ? (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))}
				  : never(str_of(_(N_("It did not arrive there."))));
	return OK;
}

enum err matrix_look(struct cx *cx, struct net *net, const struct channel_account *account, const struct outbound *o, struct sent *ret_sent)
{
	struct str from = {};
	struct outbound at;
	if (o->act != ACT_REPLY && o->act != ACT_POST) /* the same id, the same event: once */
		return matrix_publish(cx, net, account, o, ret_sent);
	if (!matrix_self(account).len) {
		*ret_sent = (struct sent){.outcome = OUTCOME_LATER, .story = str_of(_(N_("The network could not say whether it arrived. It will be asked again.")))};
		return OK;
	}
	TRY(placed(cx, net, account, o, &at, ret_sent));
	if (o->act == ACT_POST && !at.thread_id.len) { /* the room cannot be told now */
		ret_sent->outcome = ret_sent->outcome == OUTCOME_HOLD ? OUTCOME_HOLD : OUTCOME_LATER;
		return OK;
	}
	struct str room = room_of(&at);
	for (int page = 0; page < PAGES; page++) {
		TRY(look_page(cx, net, account, &at, room, &from, ret_sent));
		if (!from.len)
			break;
	}
	return OK;
}
