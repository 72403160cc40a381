/* What comes in, by /sync from where we were, without waiting there: new messages of all rooms that we are in, edits, redactions, and
 * invitations. A room that said more than /sync tells leaves a gap, which /messages fills, a page each time. The cursor is JSON:
 * {"since": where we are, "at": the latest instant seen, "rooms": {ROOM: [flags, name, and the room that it goes on from]}, "gaps": [[ROOM, from, to,
 * until], …]}; flags are d (between two) and e (encrypted, and somebody was told). */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/map.h"
#include "channel/json_read.h"
#include "channel/matrix/connector.h"

#define SYNC_MAX ((size_t)64 << 20)
#define GAP_PAGE 100
#define DOWNLOADS 10                     /* of one page: the rest stays a link */
#define DOWNLOAD_MAX ((size_t)10 << 20)
#define CLOCKS_DIFFER (5 * MINUTE)

#define TYPES "\"types\":[\"m.room.message\",\"m.room.encrypted\",\"m.room.redaction\",\"m.sticker\",\"m.room.member\",\"m.room.name\",\"m.room.create\",\"m.room.tombstone\"]"
static const char sync_filter[] =
	"{\"account_data\":{\"types\":[\"m.direct\"]},\"presence\":{\"types\":[]},\"room\":{\"account_data\":{\"types\":[]},\"ephemeral\":{\"types\":[]},"
	"\"state\":{\"include_redundant_members\":true,\"lazy_load_members\":true,\"types\":[\"m.room.member\",\"m.room.name\",\"m.room.create\"]},"
	"\"timeline\":{\"lazy_load_members\":true,\"limit\":20," TYPES "}}}";
static const char gap_filter[] = "{\"lazy_load_members\":true," TYPES "}";

/* One answer being read. */
struct page {
	struct cx *cx;
	struct net *net;         /* NULL: a pure reader */
	const struct channel_account *account;
	inbound_taker *take;
	void *subject;
	json_t *state;
	struct map *events;      /* id → const json_t *: messages of this page */
	struct map *edits;       /* id of the original → struct edit *: the latest */
	i64 latest;
	int downloads;
};

struct edit {
	struct str room;
	const json_t *event;
};

/* ---- what is known of rooms ---- */

static json_t *rooms_of(const struct page *p)
{
	return json_object_get(p->state, "rooms");
}

static json_t *row_of(const struct page *p, struct str room)
{
	return json_object_get(rooms_of(p), arena_cstr(p->cx->arena, room));
}

static bool has_flag(const json_t *row, char flag)
{
	return str_find_byte(json_str_of(json_array_get(row, 0)), flag) >= 0;
}

static void set_flag(struct page *p, struct str room, char flag, bool on)
{
	json_t *row = row_of(p, room);
	struct str flags = json_str_of(json_array_get(row, 0));
	bool d = flag == 'd' ? on : has_flag(row, 'd'), e = flag == 'e' ? on : has_flag(row, 'e');
	if (row && has_flag(row, flag) != on && flags.len <= 2)
		json_array_set_new(row, 0, json_stringn(&"de"[!d], (size_t)d + e));
}

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

/* True when it was not known before. */
static bool know(struct page *p, struct str room)
{
	if (row_of(p, room))
		return false;
	json_object_set_new(rooms_of(p), arena_cstr(p->cx->arena, room), json_pack("[s, s]", "", ""));
	return true;
}

/* Rooms between two: what the account says of itself. */
static void read_direct(struct page *p, const json_t *document)
{
	const json_t *event, *list, *room;
	const char *who;
	size_t index, n;
	json_array_foreach(json_list(document, "account_data/events"), index, event)
	{
		if (!str_eq(json_text(event, "type"), S("m.direct")))
			continue;
		json_object_foreach(json_map(event, "content"), who, list)
			json_array_foreach((json_t *)list, n, room)
			{
				if (!json_is_string(room) || !json_string_length(room))
					continue;
				know(p, json_str_of(room));
				set_flag(p, json_str_of(room), 'd', true);
			}
	}
}

static void read_name(struct page *p, struct str room, const json_t *events)
{
	size_t index;
	const json_t *event;
	json_array_foreach((json_t *)events, index, event)
		if (str_eq(json_text(event, "type"), S("m.room.name")) && json_has(event, "state_key"))
			json_array_set_new(row_of(p, room), 1, text_json(json_text(event, "content/name")));
}

/* A room that was made to replace another one goes on with its conversation, when we were in that one. Servers hold who may say so to the power levels of
 * the old room: there a tombstone points here, which only those who run it can set; this end alone is anybody's word. */
static void read_origin(struct page *p, struct str room, const json_t *events)
{
	size_t index;
	const json_t *event;
	json_array_foreach((json_t *)events, index, event)
	{
		struct str before = json_text(event, "content/predecessor/room_id");
		const json_t *old = before.len ? row_of(p, before) : NULL;
		if (!str_eq(json_text(event, "type"), S("m.room.create")) || !old || str_eq(before, room) || !str_eq(json_str_of(json_array_get(old, 3)), room))
			continue;
		struct str origin = json_str_of(json_array_get(old, 2));
		json_t *row = row_of(p, room);
		json_array_clear(row);
		json_array_append(row, json_array_get(old, 0));
		json_array_append(row, json_array_get(old, 1));
		json_array_append_new(row, text_json(origin.len ? origin : before));
		set_flag(p, room, 'e', false);
	}
}

static struct matrix_room room_of(struct page *p, struct str id, const json_t *state, const json_t *timeline)
{
	struct matrix_room room = {.id = id, .names = map_new(p->cx->arena)};
	matrix_members(p->cx, state, room.names);
	matrix_members(p->cx, timeline, room.names);
	const json_t *row = row_of(p, id);
	room.direct = has_flag(row, 'd');
	room.name = arena_str(p->cx->arena, json_str_of(json_array_get(row, 1)));
	room.origin = arena_str(p->cx->arena, json_str_of(json_array_get(row, 2)));
	return room;
}

/* ---- files ---- */

/* mxc://SERVER/ID, by the interface that asks for our token. What cannot be had stays a link: a file never keeps a message from coming in. */
static enum err download(struct page *p, struct inbound_attachment *a, struct str link)
{
	struct str rest = str_skip(a->url, 6), server = {};
	struct exchange x = {.method = "GET", .accept = "*/*", .redirects = 3, .answer_max = DOWNLOAD_MAX};
	bool mxc = str_starts(a->url, S("mxc://"));
	a->url = link;
	if (mxc)
		server = str_cut(&rest, '/');
	if (!p->net || !server.len || !rest.len || p->downloads >= DOWNLOADS)
		return OK;
	p->downloads++;
	x.path = arena_printf(p->cx->arena, "/_matrix/client/v1/media/download/%.*s/%.*s?timeout_ms=5000", STR_ARG(matrix_quoted(p->cx, server)),
			      STR_ARG(matrix_quoted(p->cx, rest)));
	TRY(matrix_ask(p->cx, p->net, p->account, &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && x.answer.whole && x.answer.body.len) {
		a->bytes = x.answer.body;
		a->type = a->type.len ? a->type : x.answer.type;
		return OK;
	}
	bool heals = x.answer.status == 429 || (x.answer.outcome == NET_NOT_SENT && x.answer.trouble == NET_HELD_BACK);
	return heals ? exchange_expect(p->cx, &x, 200) : OK;
}

static enum err hand_over(struct page *p, struct inbound *in)
{
	for (size_t i = 0; i < in->attachment_count; i++)
		TRY(download(p, &((struct inbound_attachment *)in->attachments)[i], in->url));
	return p->take(p->cx, p->subject, in);
}

/* ---- events ---- */

/* Said once for each room: what is in it cannot be read here. */
static enum err tell_encrypted(struct page *p, const struct matrix_room *room, const json_t *event)
{
	struct cx *cx = p->cx;
	struct str sender = json_text(event, "sender");
	if (!row_of(p, room->id) || has_flag(row_of(p, room->id), 'e') || str_eq(sender, matrix_self(p->account)) || !sender.len || !matrix_instant(event))
		return OK;
	set_flag(p, room->id, 'e', true);
	struct str who = arena_str(cx->arena, sender), rest = str_skip(who, str_starts(who, S("@")));
	const struct str *name = map_get(room->names, who);
	struct inbound in = {
		.kind = room->direct ? KIND_DIRECT : KIND_MENTION, .visibility = room->direct ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
		.remote_id = arena_printf(cx->arena, "%.*s/encrypted", STR_ARG(room->id)), .thread_id = room->origin.len ? room->origin : room->id, .subject = room->name,
		.author_id = who, .author_handle = who, .author_name = name ? *name : str_cut(&rest, ':'), .author_followers = -1,
		.body = str_of(_(N_("(This room is encrypted: Parvis cannot read what is written here, and does not write here. Read and answer it in your Matrix application, or ask "
				    "for a room without encryption. This is said once for each room.)"))),
		.url = arena_printf(cx->arena, "https://matrix.to/#/%.*s", STR_ARG(matrix_quoted(cx, room->id))), .at = matrix_instant(event),
	};
	return p->take(cx, p->subject, &in);
}

/* By way of a server that is in it. */
static enum err join_by(struct page *p, struct str room, struct str server, bool *ret_joined)
{
	struct exchange x = {.method = "POST", .body = S("{}"), .repeatable = true};
	x.path = arena_printf(p->cx->arena, MATRIX_API "/join/%.*s?via=%.*s", STR_ARG(matrix_quoted(p->cx, room)), STR_ARG(matrix_quoted(p->cx, server)));
	TRY(matrix_ask(p->cx, p->net, p->account, &x));
	*ret_joined = x.answer.outcome == NET_ANSWERED && x.answer.status == 200;
	return x.answer.status == 429 || x.answer.status == 401 ? exchange_expect(p->cx, &x, 200) : OK;
}

static enum err join(struct page *p, struct str room, bool *ret_joined)
{
	struct exchange x = {.method = "POST", .path = matrix_room_path(p->cx, room, "/join", (struct str){}, (struct str){}), .body = S("{}"), .repeatable = true};
	TRY(matrix_ask(p->cx, p->net, p->account, &x));
	*ret_joined = x.answer.outcome == NET_ANSWERED && x.answer.status == 200;
	return x.answer.status == 429 || x.answer.status == 401 ? exchange_expect(p->cx, &x, 200) : OK;
}

/* A room that was replaced (upgraded): we go along as its other members do, and whoever reads here is told. What is said there is of this conversation. */
static enum err follow(struct page *p, const struct matrix_room *room, const json_t *event)
{
	struct cx *cx = p->cx;
	struct str next = arena_str(cx->arena, json_text(event, "content/replacement_room")), sender = arena_str(cx->arena, json_text(event, "sender")), rest = sender;
	json_t *row = row_of(p, room->id);
	bool joined = false;
	if (!row || !str_starts(next, S("!")) || !sender.len || !matrix_instant(event) || !str_eq(json_text(event, "state_key"), (struct str){}) || str_eq(next, room->id))
		return OK;
	while (json_array_size(row) < 4)
		json_array_append_new(row, json_string(""));
	json_array_set_new(row, 3, text_json(next));
	str_cut(&rest, ':');
	if (p->net && !row_of(p, next))
		TRY(join_by(p, next, rest, &joined));
	const struct str *name = map_get(room->names, sender);
	struct str handle = str_skip(sender, str_starts(sender, S("@")));
	struct inbound in = {
		.kind = room->direct ? KIND_DIRECT : KIND_COMMENT, .visibility = room->direct ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC, .subject = room->name,
		.remote_id = arena_printf(cx->arena, "%.*s/replaced", STR_ARG(room->id)), .thread_id = room->origin.len ? room->origin : room->id,
		.author_id = sender, .author_handle = sender, .author_name = name ? *name : str_cut(&handle, ':'), .author_followers = -1, .at = matrix_instant(event),
		.body = joined || row_of(p, next) ? str_of(_(N_("(This room was replaced by a new one. The conversation goes on there, and here.)")))
						  : str_of(_(N_("(This room was replaced by a new one, which this account could not enter by itself. Enter it in your Matrix application; then the "
								"conversation goes on here.)"))),
		.url = arena_printf(cx->arena, "https://matrix.to/#/%.*s", STR_ARG(matrix_quoted(cx, next))),
	};
	return p->take(cx, p->subject, &in);
}

static void note_edit(struct page *p, const struct matrix_room *room, const json_t *event)
{
	struct str original = matrix_edits(event);
	struct edit *known = map_get(p->edits, original);
	if (known && matrix_instant(known->event) >= matrix_instant(event))
		return;
	if (!known) {
		known = arena_array(p->cx->arena, struct edit, 1);
		map_put(p->edits, original, known);
	}
	*known = (struct edit){room->id, event};
}

static enum err take_event(struct page *p, const struct matrix_room *room, const json_t *event)
{
	struct inbound in;
	struct str redacted = matrix_redacts(event);
	p->latest = matrix_instant(event) > p->latest ? matrix_instant(event) : p->latest;
	if (redacted.len)
		return p->take(p->cx, p->subject, &(struct inbound){.remote_id = matrix_id(p->cx, room->id, redacted), .thread_id = room->id, .removed = true});
	if (str_eq(json_text(event, "type"), S("m.room.encrypted")))
		return tell_encrypted(p, room, event);
	if (str_eq(json_text(event, "type"), S("m.room.tombstone")) && json_is_string(json_object_get(event, "state_key")))
		return follow(p, room, event);
	if (matrix_edits(event).len)
		note_edit(p, room, event);
	else if (matrix_message(p->cx, p->account, room, event, &in)) {
		map_put(p->events, json_text(event, "event_id"), (void *)event);
		return hand_over(p, &in);
	}
	return OK;
}

static enum err take_events(struct page *p, const struct matrix_room *room, const json_t *events)
{
	size_t index;
	const json_t *event;
	json_array_foreach((json_t *)events, index, event)
		TRY(take_event(p, room, event));
	return OK;
}

/* The original is here, or is asked for: who wrote it, and where it stands, only it says. */
static enum err original_of(struct page *p, struct str room, struct str id, const json_t **ret_original)
{
	struct exchange x = {.method = "GET", .path = matrix_room_path(p->cx, room, "/event", id, (struct str){})};
	*ret_original = map_get(p->events, id);
	if (*ret_original || !p->net)
		return OK;
	TRY(matrix_ask(p->cx, p->net, p->account, &x));
	struct str error = matrix_error(&x);
	if (str_eq(error, S("M_NOT_FOUND")) || str_eq(error, S("M_FORBIDDEN")) || x.answer.status == 404) /* from before we came */
		return OK;
	TRY(exchange_expect_json(p->cx, &x, 200));
	*ret_original = x.document;
	return OK;
}

static enum err take_edits(struct page *p)
{
	for (size_t i = 0; i < map_count(p->edits); i++) {
		const struct edit *edit = map_value(p->edits, i);
		const json_t *original;
		struct inbound in;
		TRY(original_of(p, edit->room, map_key(p->edits, i), &original));
		struct matrix_room room = room_of(p, edit->room, NULL, NULL);
		if (!original || !matrix_edited(p->cx, p->account, &room, original, edit->event, &in))
			continue;
		in.attachment_count = 0; /* they came with the original */
		TRY(p->take(p->cx, p->subject, &in));
	}
	return OK;
}

/* ---- invitations ---- */

static const json_t *invitation(const struct page *p, const json_t *events)
{
	size_t index;
	const json_t *event;
	json_array_foreach((json_t *)events, index, event)
		if (str_eq(json_text(event, "type"), S("m.room.member")) && str_eq(json_text(event, "content/membership"), S("invite")) &&
		    str_eq(json_text(event, "state_key"), matrix_self(p->account)))
			return event;
	return NULL;
}

/* Accepted where the setting says so; else a person is told, as of any message. */
static enum err take_invitation(struct page *p, struct str room_id, const json_t *events)
{
	struct cx *cx = p->cx;
	const json_t *event = invitation(p, events);
	struct str sender = json_text(event, "sender");
	bool joined = false, wanted = json_is_true(json_object_get(p->account->settings, "join"));
	if (!event || !sender.len)
		return OK;
	know(p, room_id);
	set_flag(p, room_id, 'd', json_flag(event, "content/is_direct"));
	read_name(p, room_id, events);
	if (wanted && p->net)
		TRY(join(p, room_id, &joined));
	if (joined)
		return OK;
	struct matrix_room room = room_of(p, room_id, events, NULL);
	struct str who = arena_str(cx->arena, sender), rest = str_skip(who, str_starts(who, S("@")));
	const struct str *name = map_get(room.names, who);
	struct str title = room.name.len ? room.name : room_id;
	struct str text = wanted ? arena_printf(cx->arena, _(N_("(Invites this account into the room “%.*s”, and the home server could not join it. Look at it in your Matrix application.)")), STR_ARG(title))
				 : arena_printf(cx->arena, _(N_("(Invites this account into the room “%.*s”. The channel does not accept invitations by itself: accept it in your Matrix "
								"application, or turn that on in the channel's settings.)")), STR_ARG(title));
	struct inbound in = {
		.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .remote_id = arena_printf(cx->arena, "%.*s/invited", STR_ARG(room_id)), .thread_id = room_id,
		.subject = room.name, .author_id = who, .author_handle = who, .author_name = name ? *name : str_cut(&rest, ':'), .author_followers = -1,
		.body = text, .at = matrix_instant(event) ? matrix_instant(event) : cx->now,
	};
	return p->take(cx, p->subject, &in);
}

/* ---- rooms ---- */

static void note_gap(struct page *p, struct str room, struct str from, struct str to)
{
	json_t *gap = json_array();
	json_array_append_new(gap, text_json(room));
	json_array_append_new(gap, text_json(from));
	json_array_append_new(gap, text_json(to));
	json_array_append_new(gap, json_integer(json_number(p->state, "at", 0)));
	json_array_append_new(json_object_get(p->state, "gaps"), gap);
}

/* At most two are in it: as good as private. Not said: as before. */
static void read_summary(struct page *p, struct str room, const json_t *summary)
{
	i64 joined = json_number(summary, "m.joined_member_count", -1), invited = json_number(summary, "m.invited_member_count", 0);
	if (joined > 0 && joined + invited <= 2)
		set_flag(p, room, 'd', true);
	else if (joined > 2)
		set_flag(p, room, 'd', false);
}

static enum err take_room(struct page *p, struct str id, const json_t *room_json, struct str since)
{
	const json_t *state = json_list(room_json, "state/events"), *timeline = json_list(room_json, "timeline/events");
	struct str before = json_text(room_json, "timeline/prev_batch");
	bool new_to_us = know(p, id), restarted = !since.len && json_number(p->state, "at", 0) > 0;
	read_origin(p, id, state);
	read_origin(p, id, timeline);
	read_summary(p, id, json_map(room_json, "summary"));
	read_name(p, id, state);
	read_name(p, id, timeline);
	if (json_flag(room_json, "timeline/limited") && before.len && ((since.len && !new_to_us) || restarted))
		note_gap(p, id, before, since);
	struct matrix_room room = room_of(p, id, state, timeline);
	return take_events(p, &room, timeline);
}

static enum err take_sync(struct page *p, const json_t *document, struct str since)
{
	const char *id;
	const json_t *one;
	read_direct(p, document);
	json_object_foreach(json_map(document, "rooms/invite"), id, one)
		if (*id)
			TRY(take_invitation(p, arena_str(p->cx->arena, str_of(id)), json_list(one, "invite_state/events")));
	json_object_foreach(json_map(document, "rooms/join"), id, one)
		if (*id)
			TRY(take_room(p, arena_str(p->cx->arena, str_of(id)), one, since));
	json_object_foreach(json_map(document, "rooms/leave"), id, one)
	{
		if (!*id)
			continue;
		TRY(take_room(p, arena_str(p->cx->arena, str_of(id)), one, since));
		json_object_del(rooms_of(p), id);
	}
	return take_edits(p);
}

/* ---- pure readers ---- */

/* A cursor that is none starts anew: the newest of each room. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	exchange_state_map(state, "rooms");
	exchange_state_list(state, "gaps");
	return state;
}

static struct page page_of(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject)
{
	return (struct page){.cx = cx, .net = net, .account = account, .take = take, .subject = subject, .state = state, .events = map_new(cx->arena),
			     .edits = map_new(cx->arena), .latest = json_instant(state, "at")};
}

enum err matrix_read_sync(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct page p = page_of(cx, NULL, account, state_of(cx, (struct str){}), take, subject);
	return take_sync(&p, document, (struct str){});
}

static struct str room_in(struct cx *cx, const json_t *events)
{
	const json_t *first = json_array_get(events, 0);
	return arena_str(cx->arena, json_text(first, "room_id"));
}

enum err matrix_read_messages(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct page p = page_of(cx, NULL, account, state_of(cx, (struct str){}), take, subject);
	const json_t *chunk = json_list(document, "chunk"), *state = json_list(document, "state");
	struct str id = room_in(cx, chunk);
	if (!id.len)
		return OK;
	know(&p, id);
	struct matrix_room room = room_of(&p, id, state, chunk);
	TRY(take_events(&p, &room, chunk));
	return take_edits(&p);
}

enum err matrix_read_event(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	json_t *list = json_pack("{s:[O?]}", "chunk", (json_t *)document);
	exchange_keep(cx, list);
	return matrix_read_messages(cx, account, list, take, subject);
}

/* ---- the network ---- */

static bool gap_is_over(const json_t *chunk, i64 until)
{
	size_t index;
	const json_t *event;
	json_array_foreach((json_t *)chunk, index, event)
		if (until && matrix_instant(event) && matrix_instant(event) < until - CLOCKS_DIFFER)
			return true;
	return false;
}

/* A page of the first gap, back from where /sync began. */
static enum err fill_gap(struct page *p)
{
	struct cx *cx = p->cx;
	json_t *gaps = json_object_get(p->state, "gaps"), *gap = json_array_get(gaps, 0);
	struct str id = arena_str(cx->arena, json_str_of(json_array_get(gap, 0))), from = arena_str(cx->arena, json_str_of(json_array_get(gap, 1))),
		   to = arena_str(cx->arena, json_str_of(json_array_get(gap, 2)));
	CLEANUP(buf_free) struct buf path = {};
	buf_add(&path, matrix_room_path(cx, id, "/messages", (struct str){}, (struct str){}));
	buf_addf(&path, "?dir=b&limit=%d&from=%.*s", GAP_PAGE, STR_ARG(matrix_quoted(cx, from)));
	if (to.len)
		buf_addf(&path, "&to=%.*s", STR_ARG(matrix_quoted(cx, to)));
	buf_addf(&path, "&filter=%.*s", STR_ARG(matrix_quoted(cx, str_of(gap_filter))));
	struct exchange x = {.method = "GET", .path = buf_str(&path), .answer_max = SYNC_MAX};
	TRY(matrix_ask(cx, p->net, p->account, &x));
	struct str error = matrix_error(&x);
	if (str_eq(error, S("M_FORBIDDEN")) || str_eq(error, S("M_NOT_FOUND"))) { /* we are no longer in that room */
		json_array_remove(gaps, 0);
		return OK;
	}
	TRY(exchange_expect_json(cx, &x, 200));
	const json_t *chunk = json_list(x.document, "chunk");
	struct str end = json_text(x.document, "end");
	if (!chunk)
		return fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	know(p, id);
	struct matrix_room room = room_of(p, id, json_list(x.document, "state"), chunk);
	TRY(take_events(p, &room, chunk));
	TRY(take_edits(p));
	if (!end.len || str_eq(end, from) || str_eq(end, to) || (!to.len && gap_is_over(chunk, json_integer_value(json_array_get(gap, 3)) * MILLISECOND)))
		json_array_remove(gaps, 0);
	else
		json_array_set_new(gap, 1, text_json(end));
	return OK;
}

/* A place that the server no longer knows: from the newest again, and back to what was seen last. */
static bool forgot_place(const struct exchange *x)
{
	struct str error = matrix_error(x);
	return x->answer.status == 400 && (str_eq(error, S("M_UNKNOWN")) || str_eq(error, S("M_INVALID_PARAM")) || str_eq(error, S("M_UNKNOWN_POS")));
}

static enum err ask_sync(struct page *p, struct str since, struct exchange *x)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_addf(&path, MATRIX_API "/sync?timeout=0&set_presence=offline&filter=%.*s", STR_ARG(matrix_quoted(p->cx, str_of(sync_filter))));
	if (since.len)
		buf_addf(&path, "&since=%.*s", STR_ARG(matrix_quoted(p->cx, since)));
	*x = (struct exchange){.method = "GET", .path = buf_keep(&path, p->cx->arena), .answer_max = SYNC_MAX};
	return matrix_ask(p->cx, p->net, p->account, x);
}

static enum err synchronise(struct page *p)
{
	struct str since = arena_str(p->cx->arena, json_text(p->state, "since"));
	struct exchange x;
	TRY(ask_sync(p, since, &x));
	if (since.len && forgot_place(&x)) {
		since = (struct str){};
		TRY(ask_sync(p, since, &x));
	}
	TRY(exchange_expect_json(p->cx, &x, 200));
	struct str next = json_text(x.document, "next_batch");
	if (!next.len)
		return fail(p->cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
	TRY(take_sync(p, x.document, since));
	json_object_set_new(p->state, "since", text_json(next));
	return OK;
}

enum err matrix_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject, struct str *ret_cursor,
		      bool *ret_more)
{
	struct page p = page_of(cx, net, account, state_of(cx, cursor), take, subject);
	TRY(json_array_size(json_object_get(p.state, "gaps")) ? fill_gap(&p) : synchronise(&p));
	if (p.latest > cx->now) /* a clock over there that is wrong */
		p.latest = cx->now;
	json_object_set_new(p.state, "at", json_integer(p.latest / MILLISECOND));
	*ret_cursor = arena_json(cx->arena, p.state, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = json_array_size(json_object_get(p.state, "gaps")) > 0;
	return OK;
}
