/* queue.c: what should I do next? Everything that waits, by the time left, one verb each. */
#include "base/lang.h"
#include "base/utf8.h"
#include "page/today/today.h"
#include "store/channel.h"
#include "store/message.h"
#include "store/publication.h"
#include "ui/document.h"

#define SHOWN 12
#define LOOKED_AT 30
#define DETAIL 140

static const char *const flags[TODO_KINDS] = {"is_answer", "is_approval", "is_returned", "is_flag", "is_second", "is_mention", "is_failed", "is_back", "is_channel", "is_by_hand"};
static const char *const icons[TODO_KINDS] = {"reply", "user-check", "undo-2", "shield-check", "shield-alert", "at-sign", "octagon-alert", "alarm-clock", "plug", "send"};
/* Where there is no clock: what somebody else waits for comes first; what stands still until somebody acts (0) is due now, whatever the clocks of others say. */
static const int weights[TODO_KINDS] = {6, 1, 2, 3, 3, 4, 0, 5, 0, 0};

struct item {
	enum todo_kind kind;
	i64 id, due;
	i64 turn;                    /* by which they are sorted */
	struct conversation_row row; /* of a conversation; id 0 in it: none */
	struct str name, by, detail, url;
	i64 count;
};

struct queue {
	struct cx *cx;
	struct db *db;
	const struct day *day;
	const struct todo *todo;
	struct item *items;
	size_t count, capacity;
};

static struct str conversation_url(struct cx *cx, i64 conversation, i64 message)
{
	if (message)
		return arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)conversation, (long long)message);
	return arena_printf(cx->arena, "/conversations/%lld", (long long)conversation);
}

static struct item *add(struct queue *q, enum todo_kind kind, i64 id)
{
	struct item *item = arena_push(q->cx->arena, q->items, q->count, q->capacity);
	*item = (struct item){.kind = kind, .id = id, .due = SLA_NO_CLOCK + weights[kind]};
	return item;
}

/* One about a conversation: its clock counts, and its name is told. */
static void about(struct queue *q, struct item *item, const struct conversation_row *row, i64 message)
{
	const struct conversation *c = &row->conversation;
	item->row = *row;
	item->name = row->contact_name.len ? row->contact_name : row->channel_name;
	item->url = conversation_url(q->cx, c->id, message);
	if (sla_has_clock(c->due_at) && c->waiting_since && c->status == STATUS_OPEN)
		item->due = c->due_at;
}

static struct str excerpt(struct cx *cx, struct str body)
{
	struct str head = utf8_head(body, DETAIL);
	return arena_printf(cx->arena, _("“%.*s%s”"), STR_ARG(head), head.len < body.len ? "…" : "");
}

/* ---- what is told of each ---- */

static enum err add_answers(struct queue *q)
{
	struct conversation_filter f = {.status = STATUS_OPEN, .kind = -1, .assignee = q->todo->is_team ? 0 : q->day->me, .unanswered = true};
	struct conversation_row *rows;
	size_t count;
	TRY(conversation_list(q->cx, q->db, q->day->workspace, &f, LIST_START, LOOKED_AT + q->todo->count, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		const struct conversation *c = &rows[i].conversation;
		if (todo_has(q->todo, c->id))
			continue;
		struct item *item = add(q, TODO_ANSWER, c->id);
		about(q, item, &rows[i], 0);
		item->detail = c->subject.len ? arena_printf(q->cx->arena, tr(q->cx->lang, N_("%.*s: %.*s")), STR_ARG(c->subject), STR_ARG(c->preview)) : c->preview;
	}
	return OK;
}

/* Why an answer did not leave. */
static enum err tell_failed(struct queue *q, const struct todo_item *one, struct item *item)
{
	struct publication p = {};
	struct message m;
	TRY(message_get(q->cx, q->db, q->day->workspace, one->message, &m));
	enum err e = publication_of(q->cx, q->db, q->day->workspace, m.id, S("reply"), &p);
	if (e && e != ERR_MISSING)
		return e;
	cx_forget(q->cx);
	item->detail = p.story.len ? p.story : str_of(tr(q->cx->lang, reply_state_title(m.reply_state)));
	return OK;
}

/* A note that calls, a conversation that is back: what was said, or what it is about. */
static enum err tell_told(struct queue *q, const struct todo_item *one, struct item *item)
{
	struct message note = {};
	const struct conversation_row *row = &item->row;
	if (one->message)
		TRY(message_get(q->cx, q->db, q->day->workspace, one->message, &note));
	item->by = note.author_name;
	item->detail = note.id ? excerpt(q->cx, note.body) : row->conversation.subject.len ? row->conversation.subject : row->conversation.preview;
	return OK;
}

static enum err tell_channel(struct queue *q, const struct todo_item *one, struct item *item)
{
	struct channel c;
	TRY(channel_get(q->cx, q->db, q->day->workspace, one->id, &c));
	item->name = c.name;
	item->detail = one->text;
	item->url = arena_printf(q->cx->arena, "/channels/%lld", (long long)one->id);
	return OK;
}

static enum err add_one(struct queue *q, const struct todo_item *one)
{
	struct item *item = add(q, one->kind, one->id);
	if (one->conversation) {
		struct conversation_row row;
		TRY(conversation_row_get(q->cx, q->db, q->day->workspace, one->conversation, &row));
		about(q, item, &row, one->message);
		if (one->kind == TODO_FAILED && one->id == one->message) /* it waits for us, whatever was promised */
			item->due = SLA_NO_CLOCK + weights[TODO_FAILED];
	}
	item->by = one->by;
	item->count = one->count;
	switch (one->kind) {
	case TODO_APPROVAL:
	case TODO_RETURNED:
		item->detail = excerpt(q->cx, one->text);
		return OK;
	case TODO_FAILED:
		return one->id == one->message ? tell_failed(q, one, item) : tell_told(q, one, item); /* else told by a notification: overtaken */
	case TODO_FLAG:
		item->url = S("/moderation");
		item->detail = str_of(tr(q->cx->lang, N_("Read it, and decide under the house rules.")));
		return OK;
	case TODO_BY_HAND:
		item->url = S("/by-hand");
		item->detail = str_of(tr(q->cx->lang, N_("Its minute has come: put it there, and say that it is there.")));
		return OK;
	case TODO_CHANNEL:
		return tell_channel(q, one, item);
	default:
		return tell_told(q, one, item);
	}
}

static enum err collect(struct queue *q)
{
	for (size_t i = 0; i < q->todo->count; i++)
		TRY(add_one(q, &q->todo->items[i]));
	return add_answers(q);
}

/* ---- shapes ---- */

static int by_time_left(const void *a, const void *b)
{
	const struct item *left = a, *right = b;
	if (left->turn != right->turn)
		return left->turn < right->turn ? -1 : 1;
	return left->id < right->id ? -1 : left->id > right->id;
}

static void add_chip(json_t *chips, const char *tone, const char *icon, const char *title)
{
	json_array_append_new(chips, json_pack("{s:s, s:s, s:s}", "tone", tone, "icon", icon, "title", title));
}

static json_t *chips_shape(struct cx *cx, const struct item *item)
{
	json_t *chips = json_array();
	if (item->row.conversation.priority == PRIORITY_URGENT)
		add_chip(chips, "red", "urgent", _(N_("Urgent")));
	if (item->kind == TODO_APPROVAL)
		add_chip(chips, "sun", "user-check", _(N_("To approve")));
	return chips;
}

/* In its last quarter, or past it: a clock that stands still does not press. */
static bool runs_out(const json_t *clock)
{
	struct str state = str_of(json_string_value(json_object_get(clock, "state")) ?: "");
	return str_eq(state, S("soon")) || str_eq(state, S("late"));
}

static json_t *item_shape(struct queue *q, const struct item *item, bool is_first)
{
	struct cx *cx = q->cx;
	const struct reader *reader = &q->day->promises.reader;
	bool timed = item->due < SLA_NO_CLOCK, has_row = item->row.conversation.id != 0;
	json_t *clock = timed ? promise_clock(&q->day->promises, &item->row.conversation) : json_null();
	json_t *shape = json_object();
	json_object_set_new(shape, "id", doc_id(item->id));
	json_object_set_new(shape, "is_first", json_boolean(is_first));
	json_object_set_new(shape, "is_lit", json_boolean(is_first || runs_out(clock)));
	json_object_set_new(shape, "clock", clock);
	json_object_set_new(shape, "at", !timed && has_row ? doc_instant(reader, item->row.conversation.last_at) : json_null());
	bool has_network = has_row && (item->kind == TODO_ANSWER || item->kind == TODO_MENTION || item->kind == TODO_BACK || item->kind == TODO_FAILED);
	json_object_set_new(shape, "network", has_network ? doc_network(cx->lang, item->row.channel_network) : json_null());
	json_object_set_new(shape, "icon", json_string(icons[item->kind]));
	json_object_set_new(shape, "rating", item->kind == TODO_ANSWER ? doc_rating(cx->lang, item->row.conversation.rating) : json_null());
	json_object_set_new(shape, "url", doc_text(item->url));
	json_object_set_new(shape, "name", doc_text_or_null(item->name));
	json_object_set_new(shape, "by", doc_text_or_null(item->by));
	json_object_set_new(shape, "count", doc_number_or_null(cx->lang, item->count));
	json_object_set_new(shape, "detail", doc_excerpt(item->detail, DETAIL + 20));
	json_object_set_new(shape, "lang", item->kind == TODO_ANSWER && !item->row.conversation.subject.len ? doc_text_or_null(item->row.contact_lang) : json_null());
	json_object_set_new(shape, "chips", chips_shape(cx, item));
	for (int i = 0; i < TODO_KINDS; i++)
		json_object_set_new(shape, flags[i], json_boolean((int)item->kind == i));
	return shape;
}

/* Beyond what is counted, a number would be a lie. */
static json_t *number_shape(struct cx *cx, i64 count)
{
	return count < TALLY_MOST ? doc_number(cx->lang, count) : tally_shape(cx->lang, count, true);
}

/* Nothing waits, and nothing can come: there is no channel but those that hold imported archives. */
static enum err look_new(const struct queue *q, bool *ret_new)
{
	struct channel *channels;
	size_t count, live = 0;
	*ret_new = false;
	if (q->todo->total)
		return OK;
	TRY(channel_list(q->cx, q->db, q->day->workspace, &channels, &count));
	for (size_t i = 0; i < count; i++)
		live += !str_eq(channels[i].kind, S("import"));
	*ret_new = !live;
	return OK;
}

enum err queue_shape(struct cx *cx, struct db *db, const struct day *day, bool is_team, json_t **ret_queue)
{
	struct queue q = {.cx = cx, .db = db, .day = day, .todo = is_team ? &day->team : &day->mine};
	bool is_new;
	TRY(collect(&q));
	TRY(look_new(&q, &is_new));
	for (size_t i = 0; i < q.count; i++)
		q.items[i].turn = q.items[i].due >= SLA_NO_CLOCK && !weights[q.items[i].kind] ? cx->now : q.items[i].due;
	qsort(q.items, q.count, sizeof *q.items, by_time_left);
	json_t *items = json_array();
	for (size_t i = 0; i < q.count && i < SHOWN; i++)
		json_array_append_new(items, item_shape(&q, &q.items[i], i == 0));
	bool more = q.todo->total > (i64)json_array_size(items);
	*ret_queue = json_pack("{s:b, s:b, s:b, s:s, s:s, s:o, s:o, s:o, s:o}", "is_new", is_new, "is_me", !is_team, "is_team", is_team, "me_url", "/today",
			       "team_url", "/today?scope=team", "me", number_shape(cx, day->mine.total), "team", number_shape(cx, day->team.total), "items", items, "next",
			       more ? json_string(is_team ? "/inbox?view=open" : "/inbox?view=mine") : json_null());
	return OK;
}
