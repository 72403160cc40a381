/* queue.c: what should I do next? Everything that waits, by the time left, one verb each. */
#include "base/lang.h"
#include "base/utf8.h"
#include "page/today/today.h"
#include "store/channel.h"
#include "store/charter.h"
#include "store/member.h"
#include "store/message.h"
#include "store/publication.h"
#include "ui/document.h"

#define SHOWN 12
#define LOOKED_AT 30
#define DETAIL 140

enum kind { IS_ANSWER, IS_APPROVAL, IS_RETURNED, IS_FLAG, IS_SECOND, IS_MENTION, IS_FAILED, IS_BACK, IS_CHANNEL, KINDS };
static const char *const flags[KINDS] = {"is_answer", "is_approval", "is_returned", "is_flag", "is_second", "is_mention", "is_failed", "is_back", "is_channel"};
static const char *const icons[KINDS] = {"reply", "user-check", "undo-2", "shield-check", "shield-alert", "at-sign", "octagon-alert", "alarm-clock", "plug"};
/* Where there is no clock: what somebody else waits for comes first. */
static const int weights[KINDS] = {6, 1, 2, 3, 3, 4, 0, 5, 0};

struct item {
	enum kind kind;
	i64 id, due;
	struct conversation_row row; /* of a conversation; id 0 in it: none */
	struct str name, by, detail, url;
	i64 count;
};

struct queue {
	struct cx *cx;
	struct db *db;
	const struct day *day;
	bool is_team;
	struct item *items;
	size_t count, capacity;
	i64 more; /* what waits beside open conversations */
};

static bool has_conversation(const struct queue *q, i64 conversation, enum kind kind)
{
	for (size_t i = 0; i < q->count; i++)
		if (q->items[i].row.conversation.id == conversation && (q->items[i].kind == kind || kind == KINDS))
			return true;
	return false;
}

static struct str conversation_url(struct cx *cx, i64 conversation, i64 message)
{
	if (message)
		return arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)conversation, (long long)message);
	return arena_printf(cx->arena, "/conversations/%lld", (long long)conversation);
}

static struct item *add(struct queue *q, enum kind kind, i64 id)
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

/* ---- where it comes from ---- */

static enum err add_answers(struct queue *q)
{
	struct conversation_filter f = {.status = STATUS_OPEN, .kind = -1, .assignee = q->is_team ? 0 : q->day->me};
	struct conversation_row *rows;
	size_t count;
	TRY(conversation_list(q->cx, q->db, q->day->workspace, &f, LIST_START, LOOKED_AT, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		const struct conversation *c = &rows[i].conversation;
		if (!c->waiting_since || has_conversation(q, c->id, KINDS))
			continue;
		struct item *item = add(q, IS_ANSWER, c->id);
		about(q, item, &rows[i], 0);
		item->detail = c->subject.len ? arena_printf(q->cx->arena, tr(q->cx->lang, N_("%.*s: %.*s")), STR_ARG(c->subject), STR_ARG(c->preview)) : c->preview;
	}
	return OK;
}

static enum err row_of(struct queue *q, i64 conversation, struct conversation_row *ret_row)
{
	return conversation_row_get(q->cx, q->db, q->day->workspace, conversation, ret_row);
}

static enum err add_approvals(struct queue *q)
{
	struct approval *approvals;
	size_t count;
	if (!actor_may(q->cx->actor, MAY_APPROVE))
		return OK;
	TRY(approvals_open(q->cx, q->db, q->day->workspace, LOOKED_AT, &approvals, &count));
	for (size_t i = 0; i < count; i++) {
		struct message m;
		struct conversation_row row;
		if (approvals[i].asked_by == q->day->me)
			continue;
		TRY(message_get(q->cx, q->db, q->day->workspace, approvals[i].message, &m));
		TRY(row_of(q, m.conversation, &row));
		struct item *item = add(q, IS_APPROVAL, m.id);
		about(q, item, &row, m.id);
		item->by = approvals[i].asked_by_name;
		item->detail = excerpt(q->cx, m.body);
		q->more++;
	}
	return OK;
}

static enum err add_returned(struct queue *q, const struct message *m)
{
	struct approval a;
	struct conversation_row row;
	enum err e = approval_get(q->cx, q->db, q->day->workspace, m->id, &a);
	if (e == ERR_MISSING) { /* a draft that nobody was asked about */
		cx_forget(q->cx);
		return OK;
	}
	TRY(e);
	if (!str_eq(a.outcome, S("returned")))
		return OK;
	TRY(row_of(q, m->conversation, &row));
	struct item *item = add(q, IS_RETURNED, m->id);
	about(q, item, &row, 0);
	item->detail = excerpt(q->cx, a.remark);
	q->more++;
	return OK;
}

/* Ours that did not leave, and mine that came back. */
static enum err add_troubled(struct queue *q)
{
	for (size_t i = 0; i < q->day->waiting_count && i < LOOKED_AT; i++) {
		const struct message *m = &q->day->waiting[i];
		struct conversation_row row;
		struct publication p;
		if (m->author != q->day->me && !q->is_team)
			continue;
		if (m->reply_state == REPLY_DRAFT && m->author == q->day->me)
			TRY(add_returned(q, m));
		if (m->reply_state != REPLY_FAILED && m->reply_state != REPLY_HELD && m->reply_state != REPLY_UNKNOWN)
			continue;
		TRY(row_of(q, m->conversation, &row));
		enum err e = publication_of(q->cx, q->db, q->day->workspace, m->id, S("reply"), &p);
		if (e && e != ERR_MISSING)
			return e;
		struct item *item = add(q, IS_FAILED, m->id);
		about(q, item, &row, m->id);
		item->due = SLA_NO_CLOCK + weights[IS_FAILED];
		item->detail = e == OK && p.story.len ? p.story : str_of(tr(q->cx->lang, reply_state_title(m->reply_state)));
		q->more++;
		cx_forget(q->cx);
	}
	return OK;
}

static enum err add_flags(struct queue *q)
{
	i64 cases;
	if (!actor_may(q->cx->actor, MAY_MODERATE))
		return OK;
	TRY(tally_cases(q->cx, q->db, q->day->workspace, &cases));
	if (!cases)
		return OK;
	struct item *item = add(q, IS_FLAG, 1);
	item->count = cases;
	item->url = S("/moderation");
	item->detail = str_of(tr(q->cx->lang, N_("Read it, and decide under the house rules.")));
	q->more++;
	return OK;
}

static enum err add_told(struct queue *q, const char *what, enum kind kind)
{
	struct notification *list;
	size_t count;
	if (q->is_team)
		return OK;
	TRY(notifications_unread_of(q->cx, q->db, q->day->workspace, q->day->me, str_of(what), LOOKED_AT, &list, &count));
	for (size_t i = 0; i < count; i++) {
		struct conversation_row row;
		struct message note = {};
		if (!list[i].conversation || has_conversation(q, list[i].conversation, kind))
			continue;
		TRY(row_of(q, list[i].conversation, &row));
		if (list[i].message)
			TRY(message_get(q->cx, q->db, q->day->workspace, list[i].message, &note));
		struct item *item = add(q, kind, list[i].id);
		about(q, item, &row, list[i].message);
		item->by = note.author_name;
		item->detail = note.id ? excerpt(q->cx, note.body) : row.conversation.subject.len ? row.conversation.subject : row.conversation.preview;
		q->more++;
	}
	return OK;
}

static enum err add_channels(struct queue *q)
{
	struct channel *channels;
	size_t count;
	if (!actor_may(q->cx->actor, MAY_MANAGE_CHANNELS))
		return OK;
	TRY(channel_list(q->cx, q->db, q->day->workspace, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		if (!str_eq(channels[i].state, S("broken")) || channels[i].archived_at)
			continue;
		struct item *item = add(q, IS_CHANNEL, channels[i].id);
		item->name = channels[i].name;
		item->detail = channels[i].state_story;
		item->url = arena_printf(q->cx->arena, "/channels/%lld", (long long)channels[i].id);
		q->more++;
	}
	return OK;
}

/* ---- shapes ---- */

static int by_time_left(const void *a, const void *b)
{
	const struct item *left = a, *right = b;
	if (left->due != right->due)
		return left->due < right->due ? -1 : 1;
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
	if (item->kind == IS_APPROVAL)
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
	bool has_network = has_row && (item->kind == IS_ANSWER || item->kind == IS_MENTION || item->kind == IS_BACK || item->kind == IS_FAILED);
	json_object_set_new(shape, "network", has_network ? doc_network(cx->lang, item->row.channel_network) : json_null());
	json_object_set_new(shape, "icon", json_string(icons[item->kind]));
	json_object_set_new(shape, "rating", item->kind == IS_ANSWER ? doc_rating(cx->lang, item->row.conversation.rating) : json_null());
	json_object_set_new(shape, "url", doc_text(item->url));
	json_object_set_new(shape, "name", doc_text_or_null(item->name));
	json_object_set_new(shape, "by", doc_text_or_null(item->by));
	json_object_set_new(shape, "count", doc_number_or_null(cx->lang, item->count));
	json_object_set_new(shape, "detail", doc_excerpt(item->detail, DETAIL + 20));
	json_object_set_new(shape, "chips", chips_shape(cx, item));
	for (int i = 0; i < KINDS; i++)
		json_object_set_new(shape, flags[i], json_boolean((int)item->kind == i));
	return shape;
}

static enum err collect(struct queue *q)
{
	TRY(add_troubled(q));
	TRY(add_approvals(q));
	TRY(add_flags(q));
	TRY(add_told(q, "mention", IS_MENTION));
	TRY(add_told(q, "overtaken", IS_FAILED));
	TRY(add_told(q, "woken", IS_BACK));
	TRY(add_channels(q));
	return add_answers(q);
}

/* Beyond what is counted, a number would be a lie. */
static json_t *number_shape(struct cx *cx, i64 count)
{
	return count < TALLY_MOST ? doc_number(cx->lang, count) : tally_shape(cx->lang, count, true);
}

enum err queue_shape(struct cx *cx, struct db *db, const struct day *day, bool is_team, json_t **ret_queue)
{
	struct queue mine = {.cx = cx, .db = db, .day = day}, team = {.cx = cx, .db = db, .day = day, .is_team = true};
	struct queue *shown = is_team ? &team : &mine;
	TRY(collect(&mine));
	if (is_team)
		TRY(collect(&team));
	qsort(shown->items, shown->count, sizeof *shown->items, by_time_left);
	json_t *items = json_array();
	for (size_t i = 0; i < shown->count && i < SHOWN; i++)
		json_array_append_new(items, item_shape(shown, &shown->items[i], i == 0));
	i64 for_me = day->mine + mine.more, for_team = day->board.open + (is_team ? team.more : mine.more);
	bool more = shown->count > SHOWN || (is_team ? for_team : for_me) > (i64)shown->count;
	*ret_queue = json_pack("{s:b, s:b, s:s, s:s, s:o, s:o, s:o, s:o}", "is_me", !is_team, "is_team", is_team, "me_url", "/today", "team_url", "/today?scope=team",
			       "me", number_shape(cx, for_me), "team", number_shape(cx, for_team), "items", items, "next",
			       more ? json_string(is_team ? "/inbox?view=open" : "/inbox?view=mine") : json_null());
	return OK;
}
