#include "page/todo.h"

#include "base/clock.h"
#include "flow/by_hand.h"
#include "page/page.h"
#include "page/tally.h"
#include "store/channel.h"
#include "store/charter.h"
#include "store/member.h"
#include "store/publication.h"

#define WAITING_MOST 200
#define LOOKED_AT 30 /* of each kind */

struct collecting {
	struct cx *cx;
	struct db *db;
	i64 workspace, me;
	struct todo todo;
	size_t capacity;
};

static struct todo_item *add(struct collecting *c, enum todo_kind kind, i64 id)
{
	struct todo_item *item = arena_push(c->cx->arena, c->todo.items, c->todo.count, c->capacity);
	*item = (struct todo_item){.kind = kind, .id = id};
	return item;
}

bool todo_has(const struct todo *todo, i64 conversation)
{
	for (size_t i = 0; i < todo->count; i++)
		if (todo->items[i].conversation == conversation)
			return true;
	return false;
}

static bool has_kind(const struct collecting *c, i64 conversation, enum todo_kind kind)
{
	for (size_t i = 0; i < c->todo.count; i++)
		if (c->todo.items[i].conversation == conversation && c->todo.items[i].kind == kind)
			return true;
	return false;
}

/* ---- where it comes from ---- */

static enum err add_returned(struct collecting *c, const struct message *m)
{
	struct approval a;
	enum err e = approval_get(c->cx, c->db, c->workspace, m->id, &a);
	if (e == ERR_MISSING) { /* a draft that nobody was asked about */
		cx_forget(c->cx);
		return OK;
	}
	TRY(e);
	if (!str_eq(a.outcome, S("returned")))
		return OK;
	struct todo_item *item = add(c, TODO_RETURNED, m->id);
	item->conversation = m->conversation;
	item->text = a.remark;
	return OK;
}

/* Ours that did not leave, and mine that came back. */
static enum err add_troubled(struct collecting *c)
{
	size_t found = 0;
	for (size_t i = 0; i < c->todo.waiting_count && found < LOOKED_AT; i++) {
		const struct message *m = &c->todo.waiting[i];
		size_t before = c->todo.count;
		if (m->author != c->me && !c->todo.is_team)
			continue;
		if (m->reply_state == REPLY_DRAFT && m->author == c->me)
			TRY(add_returned(c, m));
		if (m->reply_state == REPLY_FAILED || m->reply_state == REPLY_HELD || m->reply_state == REPLY_UNKNOWN) {
			struct todo_item *item = add(c, TODO_FAILED, m->id);
			item->conversation = m->conversation;
			item->message = m->id;
		}
		found += c->todo.count > before;
	}
	return OK;
}

static enum err add_approvals(struct collecting *c)
{
	struct approval *approvals;
	size_t count;
	if (!actor_may(c->cx->actor, MAY_APPROVE))
		return OK;
	TRY(approvals_open(c->cx, c->db, c->workspace, LOOKED_AT, &approvals, &count));
	for (size_t i = 0; i < count; i++) {
		struct message m;
		if (approvals[i].asked_by == c->me)
			continue;
		TRY(message_get(c->cx, c->db, c->workspace, approvals[i].message, &m));
		struct todo_item *item = add(c, TODO_APPROVAL, m.id);
		item->conversation = m.conversation;
		item->message = m.id;
		item->by = approvals[i].asked_by_name;
		item->text = m.body;
	}
	return OK;
}

static enum err add_flags(struct collecting *c)
{
	i64 cases;
	if (!actor_may(c->cx->actor, MAY_MODERATE))
		return OK;
	TRY(tally_cases(c->cx, c->db, c->workspace, &cases));
	if (cases)
		add(c, TODO_FLAG, 1)->count = cases;
	return OK;
}

/* Posts that are handed to people: of those whom the actor stands for; of the team, all. */
static enum err add_by_hand(struct collecting *c)
{
	i64 count;
	if (!actor_may(c->cx->actor, MAY_WRITE_POSTS))
		return OK;
	TRY(by_hand_count(c->cx, c->db, c->workspace, c->todo.is_team, &count));
	if (count)
		add(c, TODO_BY_HAND, 1)->count = count;
	return OK;
}

static enum err add_told(struct collecting *c, const char *what, enum todo_kind kind)
{
	struct notification *list;
	size_t count;
	if (c->todo.is_team)
		return OK;
	TRY(notifications_unread_of(c->cx, c->db, c->workspace, c->me, str_of(what), LOOKED_AT, &list, &count));
	for (size_t i = 0; i < count; i++) {
		if (!list[i].conversation || has_kind(c, list[i].conversation, kind))
			continue;
		struct todo_item *item = add(c, kind, list[i].id);
		item->conversation = list[i].conversation;
		item->message = list[i].message;
	}
	return OK;
}

static enum err add_channels(struct collecting *c)
{
	struct channel *channels;
	size_t count;
	if (!actor_may(c->cx->actor, MAY_MANAGE_CHANNELS))
		return OK;
	TRY(channel_list(c->cx, c->db, c->workspace, &channels, &count));
	for (size_t i = 0; i < count; i++)
		if (str_eq(channels[i].state, S("broken")) && !channels[i].archived_at)
			add(c, TODO_CHANNEL, channels[i].id)->text = channels[i].state_story;
	return OK;
}

/* Those that want an answer, but for what stands among the items already. */
static enum err count_answers(struct collecting *c)
{
	struct conversation_filter f = {.status = STATUS_OPEN, .kind = -1, .assignee = c->todo.is_team ? 0 : c->me, .unanswered = true};
	i64 all, twice = 0;
	TRY(conversation_count(c->cx, c->db, c->workspace, &f, TALLY_MOST, &all));
	for (size_t i = 0; i < c->todo.count && all; i++) {
		struct conversation one;
		const struct todo seen = {.items = c->todo.items, .count = i};
		i64 id = c->todo.items[i].conversation;
		if (!id || todo_has(&seen, id))
			continue;
		TRY(conversation_get_itself(c->cx, c->db, c->workspace, id, &one));
		twice += one.status == STATUS_OPEN && one.waiting_since && !one.merged_into && (c->todo.is_team || one.assignee == c->me);
	}
	c->todo.answers = all < TALLY_MOST ? all - twice : all;
	return OK;
}

enum err todo_of(struct cx *cx, struct db *db, bool is_team, struct todo *ret_todo)
{
	struct collecting c = {.cx = cx, .db = db, .workspace = here(cx), .me = cx->actor->user, .todo = {.is_team = is_team}};
	TRY(messages_waiting(cx, db, c.workspace, WAITING_MOST, &c.todo.waiting, &c.todo.waiting_count));
	TRY(add_troubled(&c));
	TRY(add_approvals(&c));
	TRY(add_flags(&c));
	TRY(add_told(&c, "mention", TODO_MENTION));
	TRY(add_told(&c, "overtaken", TODO_FAILED));
	TRY(add_told(&c, "woken", TODO_BACK));
	TRY(add_channels(&c));
	TRY(add_by_hand(&c));
	TRY(count_answers(&c));
	c.todo.total = (i64)c.todo.count + c.todo.answers;
	if (!is_team)
		tally_keep(cx, c.workspace, TALLY_TODO, c.me, c.todo.total);
	*ret_todo = c.todo;
	return OK;
}

enum err todo_count(struct cx *cx, struct db *db, i64 *ret_count)
{
	struct todo todo;
	if (tally_kept(cx, here(cx), TALLY_TODO, cx->actor->user, ret_count))
		return OK;
	TRY(todo_of(cx, db, false, &todo));
	*ret_count = todo.total;
	return OK;
}
