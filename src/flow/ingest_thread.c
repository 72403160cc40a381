#include "flow/ingest_parts.h"

#include "base/id.h"
#include "base/map.h"
#include "channel/channel.h"
#include "flow/aside.h"
#include "flow/notify.h"
#include "flow/reply.h"
#include "store/event.h"
#include "store/message.h"

#include <string.h>

#define HISTORY_FRESH (14 * DAY) /* an imported message of these days is still worth an answer, where its channel can carry one */

/* ---- the threads of a batch ---- */

static struct str key_of(const i64 *id)
{
	return (struct str){(const char *)id, sizeof *id};
}

static struct thread *known(const struct ingest *in, i64 id)
{
	return in->threads ? map_get(in->threads, key_of(&id)) : NULL;
}

static struct thread *keep(struct cx *cx, struct ingest *in, const struct conversation *c)
{
	struct thread *t = known(in, c->id);
	if (t)
		return t;
	if (!in->threads) {
		in->threads = map_new(cx->arena);
		in->threads_by_remote = map_new(cx->arena);
	}
	t = arena_new_of(cx->arena, struct thread);
	*t = (struct thread){.now = *c, .kept = *c};
	map_put(in->threads, key_of(&c->id), t);
	return t;
}

void threads_forget(struct ingest *in)
{
	in->threads = in->threads_by_remote = NULL;
}

/* One more message, and nothing else about the conversation moved. */
static bool only_heard(const struct conversation *a, const struct conversation *b)
{
	return a->status == b->status && a->due_at == b->due_at && a->breach_at == b->breach_at && a->contact == b->contact && a->first_at == b->first_at &&
	       a->waiting_since == b->waiting_since && a->snoozed_until == b->snoozed_until && a->first_due_at == b->first_due_at &&
	       a->resolve_due_at == b->resolve_due_at && a->first_met_at == b->first_met_at && a->sla_started_at == b->sla_started_at &&
	       a->breached == b->breached && a->assignee == b->assignee && a->resolved_at == b->resolved_at && a->merged_into == b->merged_into;
}

static enum err tell(struct cx *cx, struct db *db, struct thread *t)
{
	struct conversation *c = &t->now;
	if (only_heard(&t->kept, c))
		return conversation_save_heard(cx, db, c);
	if (t->kept.contact == c->contact && t->kept.assignee == c->assignee && t->kept.merged_into == c->merged_into)
		return conversation_save_moved(cx, db, c);
	return conversation_save(cx, db, c);
}

/* In the order in which they came up. */
enum err threads_settle(struct cx *cx, struct db *db, struct ingest *in)
{
	struct map *threads = in->threads;
	size_t count = threads ? map_count(threads) : 0;
	threads_forget(in);
	for (size_t i = 0; i < count; i++) {
		struct thread *t = map_value(threads, i);
		if (!t->is_new && (t->is_changed || t->now.message_count != t->kept.message_count))
			TRY(tell(cx, db, t));
	}
	for (size_t i = 0; i < count; i++) {
		struct thread *t = map_value(threads, i);
		if (t->is_heard && !t->is_ours_alone)
			TRY(replies_overtaken(cx, db, t->now.workspace, t->now.id));
	}
	return OK;
}

/* ---- where ---- */

/* As it is today, wherever it was merged to. */
static enum err thread_get(struct cx *cx, struct db *db, struct ingest *in, i64 id, struct thread **ret_thread)
{
	struct conversation c;
	struct thread *t = known(in, id);
	if (!t || t->now.merged_into) {
		TRY(conversation_get(cx, db, in->desk.workspace, id, &c));
		t = keep(cx, in, &c);
	}
	*ret_thread = t;
	return OK;
}

/* An export has threads of its own making: what it answers, or starts the thread, may have come by another file. Where threads move, what it answers
 * alone tells. A message that starts its thread itself (a comment under a post) stays by itself. */
static enum err find_elsewhere(struct cx *cx, struct db *db, const struct ingest *in, const struct inbound *i, struct message *ret_message)
{
	enum err e = ERR_MISSING;
	if (str_eq(i->thread_id, i->remote_id))
		return e;
	if (i->parent_id.len)
		e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->parent_id, ret_message);
	if (e == ERR_MISSING && in->historic)
		e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->thread_id, ret_message);
	return e;
}

static struct thread *start(struct cx *cx, struct ingest *in, const struct inbound *i)
{
	struct conversation c = {
		.id = id_new(),
		.workspace = in->desk.workspace,
		.channel = in->channel.id,
		.remote_id = i->thread_id,
		.kind = i->kind,
		.subject = ingest_line(cx->arena, i->subject),
		.subject_url = ingest_address(cx->arena, i->subject_url),
		.status = i->ours || in->historic || in->listened ? STATUS_RESOLVED : STATUS_OPEN,
		.priority = PRIORITY_MEDIUM,
		.team = in->channel.team,
		.first_at = i->at,
		.last_at = i->at,
		.version = 1,
	};
	struct thread *t = keep(cx, in, &c);
	t->is_new = t->is_ours_alone = true;
	map_put(in->threads_by_remote, i->thread_id, t);
	return t;
}

static enum err home_of(struct cx *cx, struct db *db, struct ingest *in, struct str thread_id, struct thread **ret_thread)
{
	struct conversation c;
	struct thread *t = in->threads_by_remote ? map_get(in->threads_by_remote, thread_id) : NULL;
	if (!t) {
		TRY(conversation_by_remote(cx, db, in->desk.workspace, in->channel.id, thread_id, &c));
		t = keep(cx, in, &c);
		map_put(in->threads_by_remote, thread_id, t);
	}
	*ret_thread = t;
	return OK;
}

enum err thread_find(struct cx *cx, struct db *db, struct ingest *in, const struct inbound *i, struct thread **ret_thread, i64 *ret_home)
{
	struct thread *home;
	enum err e = home_of(cx, db, in, i->thread_id, &home);
	if (e == ERR_MISSING && (in->historic || i->moves)) {
		struct message elsewhere;
		enum err found = find_elsewhere(cx, db, in, i, &elsewhere);
		if (found == OK) {
			*ret_home = elsewhere.home;
			return thread_get(cx, db, in, elsewhere.conversation, ret_thread);
		}
		if (found != ERR_MISSING)
			return found;
	}
	if (e == ERR_MISSING) {
		*ret_thread = start(cx, in, i);
		*ret_home = (*ret_thread)->now.id;
		return OK;
	}
	TRY(e);
	*ret_home = home->now.id;
	if (i->parent_id.len) {
		struct message parent;
		e = message_by_remote(cx, db, in->desk.workspace, in->channel.id, i->parent_id, &parent);
		if (e == OK)
			return thread_get(cx, db, in, parent.conversation, ret_thread);
		if (e != ERR_MISSING)
			return e;
	}
	if (home->now.merged_into && !home->into)
		TRY(thread_get(cx, db, in, home->now.id, &home->into));
	*ret_thread = home->into ? home->into : home;
	return OK;
}

/* ---- what a message does to it ---- */

static enum err take_turn(struct cx *cx, struct db *db, const struct ingest *in, struct conversation *c)
{
	if (c->assignee || !in->team.id || in->team.assignment == TEAM_MANUAL)
		return OK;
	TRY(team_next(cx, db, &in->team, &c->assignee));
	return c->assignee ? notify_assigned(cx, db, c) : OK;
}

static bool channel_answers(const struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	return kind && kind->can & (CAN_REPLY | CAN_REPLY_PRIVATE) && !c->archived_at;
}

/* The past comes in as done. What nobody answered says since when (the view "Never answered"), without a clock; what can still
 * be answered, and is fresh enough to deserve it, waits. */
static void hear_past(const struct cx *cx, const struct ingest *in, struct conversation *c, const struct message *m, bool newest)
{
	bool waits = newest && m->at >= c->last_at;
	if (waits && m->at >= cx->now - HISTORY_FRESH && channel_answers(&in->channel)) {
		c->status = STATUS_OPEN;
		c->snoozed_until = 0;
	}
	c->waiting_since = waits && !c->waiting_since ? m->at : c->waiting_since;
	sla_arrange(c);
}

static void hear_ours(const struct ingest *in, struct conversation *c, const struct message *m)
{
	if (!in->historic && c->status == STATUS_OPEN && m->at >= c->inbound_at) /* somebody of ours answered over there */
		c->status = STATUS_PENDING;
	if (c->waiting_since && m->at >= c->waiting_since)
		sla_answered(c, m->at);
	else
		sla_arrange(c);
}

static enum err wake(struct cx *cx, struct db *db, struct conversation *c, const char *by)
{
	TRY(event_add(cx, db, c->workspace, c->id, "reopened", arena_printf(cx->arena, "{\"from\":\"%s\",\"by\":\"%s\"}", status_word(c->status), by)));
	if (c->status == STATUS_RESOLVED) { /* a new round of the promise */
		c->sla_started_at = 0;
		c->first_met_at = 0;
		c->resolved_at = 0;
	}
	c->status = STATUS_OPEN;
	c->snoozed_until = 0;
	return OK;
}

static enum err hear(struct cx *cx, struct db *db, const struct ingest *in, struct conversation *c, const struct message *m, bool is_new,
		     const struct inbound *i)
{
	c->message_count++;
	if (in->sought && !is_new) /* it stands there, and nobody is told of it */
		return OK;
	if (m->at < c->first_at)
		c->first_at = m->at;
	if (m->at >= c->last_at)
		c->last_at = m->at;
	if (m->direction == DIRECTION_OUT) {
		hear_ours(in, c, m);
		return OK;
	}
	if (i->automatic && !is_new) /* a notice of absence is not what the person says */
		return OK;
	bool newest = m->at >= c->inbound_at, said_before = c->inbound_at > 0; /* what stands under a post of ours begins with the first of theirs */
	if (newest) {
		c->inbound_at = m->at;
		c->preview = ingest_preview(cx->arena, ingest_said(i, m->body));
		c->gist = gist_of(&m->meaning);
		if (m->rating)
			c->rating = m->rating;
	}
	if (in->historic) {
		hear_past(cx, in, c, m, newest);
		return OK;
	}
	if (in->listened)
		return OK;
	bool woken = c->status == STATUS_RESOLVED || c->status == STATUS_PENDING || (c->status == STATUS_SNOOZED && c->snoozed_until == SNOOZED_UNTIL_ANSWER);
	if (woken && !is_new)
		TRY(wake(cx, db, c, said_before ? "answer" : "first"));
	sla_start(&in->desk, c, m->at);
	return OK;
}

enum err thread_hear(struct cx *cx, struct db *db, struct ingest *in, struct thread *t, const struct message *m, const struct inbound *i)
{
	const struct conversation before = t->now;
	bool outside = m->direction == DIRECTION_IN, is_new = t->is_new;
	struct aside of_case = {};
	if (outside && m->visibility == VISIBILITY_PRIVATE && !in->historic && !in->listened)
		TRY(aside_expect(cx, db, &t->now, &of_case));
	TRY(hear(cx, db, in, &t->now, m, is_new, i));
	if (!is_new && before.sla_started_at && before.first_due_at && before.sla_started_at != t->now.sla_started_at)
		TRY(conversation_round_keep(cx, db, &before, cx->now)); /* figures count each promise, not the last alone */
	if (is_new) {
		if (!in->historic && !in->listened && outside)
			TRY(take_turn(cx, db, in, &t->now));
		TRY(conversation_insert(cx, db, &t->now)); /* at once: its messages need it there */
		t->kept = t->now;
		t->is_new = false;
	}
	t->is_heard |= !is_new && outside && !in->historic && !in->sought && !i->automatic;
	return of_case.id ? aside_link(cx, db, &of_case, &t->now) : OK;
}

/* ---- what a search had found first ---- */

/* Where it stood for itself nothing is left. */
static void leave_thread(struct thread *from, const struct thread *to)
{
	from->now.message_count--;
	from->is_changed = true;
	if (!from->now.message_count)
		from->now.merged_into = to->now.id;
}

enum err thread_bring(struct cx *cx, struct db *db, struct ingest *in, struct message *m, const struct inbound *i)
{
	struct thread *to, *from;
	struct identity identity = {};
	i64 home;
	TRY(thread_get(cx, db, in, m->conversation, &from));
	TRY(thread_find(cx, db, in, i, &to, &home));
	bool never_in = to->now.status == STATUS_RESOLVED && !to->now.resolved_at && !to->now.sla_started_at && !to->now.waiting_since;
	if (m->identity && !to->now.contact) {
		TRY(identity_get(cx, db, m->workspace, m->identity, &identity));
		to->now.contact = identity.contact;
	}
	if (to == from)
		to->now.message_count--; /* it is counted again */
	if (never_in) /* nobody ever saw it: it opens without a word about that */
		to->now.status = STATUS_OPEN;
	bool is_new = to->is_new;
	TRY(thread_hear(cx, db, in, to, m, i));
	to->is_changed = true;
	if (never_in && !is_new)
		TRY(take_turn(cx, db, in, &to->now));
	m->home = home;
	if (to == from)
		return OK;
	m->conversation = to->now.id;
	TRY(message_save(cx, db, m));
	leave_thread(from, to);
	return OK;
}
