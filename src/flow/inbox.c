#include "flow/inbox.h"

#include "base/id.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/aside.h"
#include "flow/notify.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/contact.h"
#include "store/event.h"
#include "store/label.h"
#include "store/member.h"
#include "store/message.h"
#include "store/team.h"

#define SWEEP_BATCH 200

static struct str subject_of(struct cx *cx, i64 conversation)
{
	return arena_printf(cx->arena, "conversation:%lld", (long long)conversation);
}

/* Read it for a change; hold it against the version the person saw. */
static enum err open_for(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, struct conversation *ret_conversation)
{
	struct conversation c;
	TRY(conversation_get(cx, db, workspace, id, &c));
	if (version && version != c.version)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation meanwhile. Nothing of yours was applied; look at it again."));
	*ret_conversation = c;
	return OK;
}

/* Save, and leave every trace of it. */
static enum err close_with(struct cx *cx, struct db *db, struct conversation *c, const struct conversation *before, const char *kind,
			   struct str detail, struct undo *undo)
{
	TRY(conversation_save(cx, db, c));
	TRY(event_add(cx, db, c->workspace, c->id, kind, detail));
	TRY(audit(cx, db, c->workspace, arena_cstr(cx->arena, arena_printf(cx->arena, "conversation.%s", kind)), subject_of(cx, c->id), detail));
	if (undo)
		undo_note_conversation(undo, before, c->version);
	return change_add(cx, db, c->workspace, 0, "conversation", c->id);
}

static struct str json_name(struct cx *cx, struct str name)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_json(&b, name);
	return buf_keep(&b, cx->arena);
}

/* The name of somebody who can be given work, as JSON. */
static enum err person_title(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str *ret_name)
{
	struct member m;
	TRY(member_get(cx, db, workspace, person, &m));
	if (m.removed_at)
		return fail_field(cx, "assignee_id", N_("%.*s is no longer in this workspace."), STR_ARG(m.name));
	*ret_name = json_name(cx, m.name);
	return OK;
}

static enum err assign(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, i64 person, i64 team, struct undo *undo)
{
	struct conversation c;
	TRY(open_for(cx, db, workspace, id, version, &c));
	struct conversation before = c;
	struct str person_name = S("\"\""), team_name = S("\"\"");
	if (person)
		TRY(person_title(cx, db, workspace, person, &person_name));
	if (team) {
		struct team t;
		TRY(team_get(cx, db, workspace, team, &t));
		team_name = json_name(cx, t.name);
		if (!person && t.assignment != TEAM_MANUAL) {
			TRY(team_next(cx, db, &t, &person));
			if (person)
				TRY(person_title(cx, db, workspace, person, &person_name));
		}
	}
	if (c.assignee == person && c.team == team)
		return OK;
	c.assignee = person;
	c.team = team;
	struct str detail = arena_printf(cx->arena, "{\"assignee\":\"%lld\",\"assignee_name\":%.*s,\"team\":\"%lld\",\"team_name\":%.*s}",
					 (long long)person, STR_ARG(person_name), (long long)team, STR_ARG(team_name));
	TRY(close_with(cx, db, &c, &before, "assigned", detail, undo));
	TRY(aside_given(cx, db, &c));
	return c.assignee != before.assignee ? notify_assigned(cx, db, &c) : OK;
}

enum err inbox_assign(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, i64 person, i64 team, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, assign(cx, db, workspace, id, version, person, team, undo));
}

static enum err set_status(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, enum status status, i64 until, struct undo *undo)
{
	struct conversation c;
	TRY(open_for(cx, db, workspace, id, version, &c));
	if (c.status == status && c.snoozed_until == until)
		return OK;
	struct conversation before = c;
	struct desk desk;
	TRY(desk_load(cx, db, workspace, &desk));
	c.status = status;
	c.snoozed_until = until;
	if (status == STATUS_RESOLVED)
		sla_resolved(&c, cx->now);
	else if (before.status == STATUS_RESOLVED)
		sla_reopened(&desk, &c, cx->now);
	else
		sla_arrange(&c);
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"from\":\"%s\",\"to\":\"%s\"", status_word(before.status), status_word(status));
	if (until > 0) {
		buf_adds(&detail, ",\"until\":\"");
		buf_add_time(&detail, until);
		buf_addc(&detail, '"');
	} else if (until == SNOOZED_UNTIL_ANSWER) {
		buf_adds(&detail, ",\"until\":\"answer\"");
	}
	buf_addc(&detail, '}');
	TRY(close_with(cx, db, &c, &before, status == STATUS_SNOOZED ? "snoozed" : "status", buf_keep(&detail, cx->arena), undo));
	return status == STATUS_RESOLVED ? aside_done(cx, db, workspace, c.id) : OK;
}

enum err inbox_set_status(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, enum status status, struct undo *undo)
{
	if (status == STATUS_SNOOZED)
		return fail_field(cx, "status", N_("Say until when it is to be snoozed."));
	return IN_TRANSACTION(cx, db, set_status(cx, db, workspace, id, version, status, 0, undo));
}

enum err inbox_snooze(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, i64 until, struct undo *undo)
{
	if (until != SNOOZED_UNTIL_ANSWER && until <= cx->now)
		return fail_field(cx, "until", N_("Choose a time that is still to come."));
	if (until > cx->now + 366 * DAY)
		return fail_field(cx, "until", N_("Choose a time within a year."));
	return IN_TRANSACTION(cx, db, set_status(cx, db, workspace, id, version, STATUS_SNOOZED, until, undo));
}

static enum err set_priority(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, enum priority priority, struct undo *undo)
{
	struct conversation c;
	TRY(open_for(cx, db, workspace, id, version, &c));
	if (c.priority == priority)
		return OK;
	struct conversation before = c;
	struct desk desk;
	TRY(desk_load(cx, db, workspace, &desk));
	c.priority = priority;
	sla_choose_again(&desk, &c);
	return close_with(cx, db, &c, &before, "priority",
			  arena_printf(cx->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", priority_word(before.priority), priority_word(priority)), undo);
}

enum err inbox_set_priority(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 version, enum priority priority, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, set_priority(cx, db, workspace, id, version, priority, undo));
}

/* "1 2 3" with one more, or one less. */
static struct str with_label(struct cx *cx, struct str ids, i64 label, bool on, bool *ret_changed)
{
	CLEANUP(buf_free) struct buf out = {};
	struct str word = arena_printf(cx->arena, "%lld", (long long)label);
	bool had = false;
	while (ids.at && ids.len) {
		struct str id = str_cut(&ids, ' ');
		if (str_eq(id, word)) {
			had = true;
			continue;
		}
		if (out.len)
			buf_addc(&out, ' ');
		buf_add(&out, id);
	}
	*ret_changed = had != on;
	if (on) {
		if (out.len)
			buf_addc(&out, ' ');
		buf_add(&out, word);
	}
	return buf_keep(&out, cx->arena);
}

static enum err set_label(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 label, bool on, struct undo *undo)
{
	struct conversation c;
	struct label l;
	bool changed;
	TRY(open_for(cx, db, workspace, id, 0, &c));
	TRY(label_get(cx, db, workspace, label, &l));
	struct conversation before = c;
	c.label_ids = with_label(cx, c.label_ids, label, on, &changed);
	if (!changed)
		return OK;
	TRY(conversation_label_set(cx, db, workspace, c.id, label, on));
	return close_with(cx, db, &c, &before, on ? "labelled" : "unlabelled",
			  arena_printf(cx->arena, "{\"label\":\"%lld\",\"name\":%.*s}", (long long)label, STR_ARG(json_name(cx, l.name))), undo);
}

enum err inbox_label(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 label, bool on, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, set_label(cx, db, workspace, id, label, on, undo));
}

static enum err add_note(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body, const struct reply_files *files, i64 *ret_message)
{
	struct conversation c;
	TRY(open_for(cx, db, workspace, id, 0, &c));
	struct message m = {
		.id = id_new(),
		.workspace = workspace,
		.conversation = c.id,
		.home = c.id,
		.channel = c.channel,
		.kind = KIND_NOTE,
		.direction = DIRECTION_NOTE,
		.author = cx->actor->user,
		.author_name = cx->actor->name,
		.body = body,
		.visibility = VISIBILITY_PRIVATE,
		.at = cx->now,
		.received_at = cx->now,
	};
	files = files ? files : &(const struct reply_files){};
	TRY(reply_files_check(cx, db, &m, true, NULL, files));
	TRY(message_insert(cx, db, &m));
	TRY(reply_files_write(cx, db, &m, files));
	TRY(message_index(cx, db, &m));
	TRY(notify_mentions(cx, db, &m));
	TRY(audit(cx, db, workspace, "conversation.note", subject_of(cx, c.id), arena_printf(cx->arena, "{\"message\":\"%lld\"}", (long long)m.id)));
	TRY(change_add(cx, db, workspace, 0, "conversation", c.id));
	*ret_message = m.id;
	return OK;
}

enum err inbox_note(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body, const struct reply_files *files, i64 *ret_message)
{
	body = str_trim(body);
	if (body.len == 0)
		return fail_field(cx, "body", N_("The note is empty."));
	return IN_TRANSACTION(cx, db, add_note(cx, db, workspace, id, body, files, ret_message));
}

/* ---- merge and split ---- */

/* The round of the promise as the messages alone tell it: what began it, and what answered it. */
struct told_round {
	i64 started_at, met_at; /* 0: nobody wrote; nobody answered */
	bool has_start;         /* the message that the conversation's clock began with is among them */
};

/* Counters and times of a conversation anew from its messages. */
static enum err recount(struct cx *cx, struct db *db, struct conversation *c, struct told_round *ret_round)
{
	struct message *messages;
	struct told_round round = {};
	size_t count;
	i64 at = 0, id = 0;
	c->message_count = c->inbound_at = c->waiting_since = 0;
	c->first_at = INT64_MAX;
	c->last_at = 0;
	for (;;) {
		TRY(message_thread(cx, db, c->workspace, c->id, at, id, 500, &messages, &count));
		for (size_t i = 0; i < count; i++) {
			const struct message *m = &messages[i];
			at = m->at;
			id = m->id;
			if (m->direction == DIRECTION_NOTE || (m->direction == DIRECTION_OUT && m->reply_state != REPLY_SENT))
				continue; /* an answer counts when it has arrived */
			c->message_count++;
			c->first_at = m->at < c->first_at ? m->at : c->first_at;
			c->last_at = m->at > c->last_at ? m->at : c->last_at;
			if (m->direction == DIRECTION_IN) {
				c->inbound_at = m->at;
				c->preview = utf8_head(m->body, PREVIEW_CHARACTERS);
				if (!c->waiting_since)
					c->waiting_since = m->at;
				if (!round.started_at || round.met_at)
					round = (struct told_round){m->at, 0, round.has_start};
				round.has_start |= m->at == c->sla_started_at;
			} else {
				c->waiting_since = 0;
				if (round.started_at && !round.met_at)
					round.met_at = m->at;
			}
		}
		if (count < 500)
			break;
	}
	if (c->first_at == INT64_MAX)
		c->first_at = c->last_at = cx->now;
	if (c->status == STATUS_RESOLVED && c->resolved_at)
		c->waiting_since = 0;
	sla_arrange(c);
	*ret_round = round;
	return OK;
}

/* A clock that began with a message that is elsewhere now begins with one that is here. What never had a clock (an imported past) gets none. */
static enum err own_clock(struct cx *cx, struct db *db, struct conversation *c, const struct told_round *round)
{
	struct desk desk;
	if (!c->sla_started_at || round->has_start)
		return OK;
	TRY(desk_load(cx, db, c->workspace, &desk));
	sla_begin(&desk, c, round->started_at, round->met_at);
	return OK;
}

/* What was marked stays marked. */
static enum err take_labels(struct cx *cx, struct db *db, const struct conversation *from, struct conversation *into)
{
	struct str ids = from->label_ids;
	while (ids.at && ids.len) {
		i64 label = 0;
		bool changed;
		if (!str_to_i64(str_cut(&ids, ' '), &label))
			continue;
		into->label_ids = with_label(cx, into->label_ids, label, true, &changed);
		if (changed)
			TRY(conversation_label_set(cx, db, into->workspace, into->id, label, true));
	}
	return OK;
}

static enum err merge(struct cx *cx, struct db *db, i64 workspace, i64 from_id, i64 into_id, struct undo *undo)
{
	struct conversation from, into;
	struct told_round round;
	TRY(open_for(cx, db, workspace, from_id, 0, &from));
	TRY(open_for(cx, db, workspace, into_id, 0, &into));
	if (from.id == into.id)
		return fail_field(cx, "into", N_("These are one conversation already."));
	struct conversation from_before = from, into_before = into;
	TRY(message_move_all(cx, db, workspace, from.id, into.id));
	if (!into.contact)
		into.contact = from.contact;
	if (from.priority > into.priority)
		into.priority = from.priority;
	if (from.status == STATUS_OPEN) {
		into.status = STATUS_OPEN;
		into.resolved_at = 0;
	}
	if (from.first_due_at && !from.first_met_at && (!into.first_due_at || into.first_met_at || from.first_due_at < into.first_due_at)) {
		into.sla_policy = from.sla_policy; /* whoever was promised the earlier answer keeps it */
		into.sla_started_at = from.sla_started_at;
		into.first_due_at = from.first_due_at;
		into.resolve_due_at = from.resolve_due_at;
		into.first_met_at = 0;
	}
	TRY(take_labels(cx, db, &from, &into));
	TRY(recount(cx, db, &into, &round));
	from.merged_into = into.id;
	from.status = STATUS_RESOLVED;
	from.message_count = 0;
	sla_arrange(&from);
	TRY(conversation_save(cx, db, &from));
	TRY(conversation_save(cx, db, &into));
	struct str detail = arena_printf(cx->arena, "{\"from\":\"%lld\",\"subject\":%.*s}", (long long)from.id, STR_ARG(json_name(cx, from.subject)));
	TRY(event_add(cx, db, workspace, into.id, "merged", detail));
	TRY(audit(cx, db, workspace, "conversation.merged", subject_of(cx, into.id), detail));
	TRY(change_add(cx, db, workspace, 0, "conversation", from.id));
	TRY(change_add(cx, db, workspace, 0, "conversation", into.id));
	if (undo)
		undo_note_merge(undo, &from_before, &into_before, into.version);
	return OK;
}

enum err inbox_merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, merge(cx, db, workspace, from, into, undo));
}

static enum err unmerge(struct cx *cx, struct db *db, i64 workspace, i64 from_id)
{
	struct conversation from, into;
	struct told_round from_round, into_round;
	TRY(conversation_get(cx, db, workspace, from_id, &into));
	TRY(conversation_get_itself(cx, db, workspace, from_id, &from));
	if (!from.merged_into)
		return OK;
	from.merged_into = 0;
	from.status = STATUS_OPEN;
	TRY(message_move_home(cx, db, workspace, into.id, from.id));
	TRY(recount(cx, db, &from, &from_round));
	TRY(recount(cx, db, &into, &into_round));
	TRY(own_clock(cx, db, &into, &into_round)); /* it may have taken over the other's */
	TRY(conversation_save(cx, db, &from));
	TRY(conversation_save(cx, db, &into));
	TRY(event_add(cx, db, workspace, into.id, "unmerged", arena_printf(cx->arena, "{\"from\":\"%lld\"}", (long long)from.id)));
	TRY(audit(cx, db, workspace, "conversation.unmerged", subject_of(cx, into.id), arena_printf(cx->arena, "{\"from\":\"%lld\"}", (long long)from.id)));
	TRY(change_add(cx, db, workspace, 0, "conversation", from.id));
	return change_add(cx, db, workspace, 0, "conversation", into.id);
}

enum err inbox_unmerge(struct cx *cx, struct db *db, i64 workspace, i64 from)
{
	return IN_TRANSACTION(cx, db, unmerge(cx, db, workspace, from));
}

static enum err split(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 message, bool with_following, i64 *ret_conversation, struct undo *undo)
{
	struct conversation c, fresh;
	struct message m;
	struct told_round round, fresh_round;
	TRY(open_for(cx, db, workspace, id, 0, &c));
	TRY(message_get(cx, db, workspace, message, &m));
	if (m.conversation != c.id)
		return fail_field(cx, "message_id", N_("This message is not in this conversation."));
	const struct conversation before = c;
	fresh = c;
	fresh.id = id_new();
	fresh.remote_id = arena_printf(cx->arena, "split:%lld", (long long)fresh.id);
	fresh.kind = m.kind == KIND_NOTE ? c.kind : m.kind;
	fresh.channel = m.channel;
	fresh.version = 1;
	fresh.status = STATUS_OPEN;
	fresh.snoozed_until = fresh.resolved_at = 0;
	fresh.label_ids = (struct str){};
	if (m.identity) {
		struct identity author;
		TRY(identity_get(cx, db, workspace, m.identity, &author));
		fresh.contact = author.contact;
	}
	TRY(conversation_insert(cx, db, &fresh));
	if (with_following) {
		TRY(message_move_from(cx, db, workspace, c.id, fresh.id, m.at, m.id));
	} else {
		m.conversation = fresh.id;
		TRY(message_save(cx, db, &m));
	}
	TRY(recount(cx, db, &fresh, &fresh_round));
	TRY(recount(cx, db, &c, &round));
	fresh_round.has_start = false; /* a promise of its own, even where it takes the one that ran with it */
	TRY(own_clock(cx, db, &fresh, &fresh_round));
	TRY(own_clock(cx, db, &c, &round));
	if (c.message_count == 0)
		return fail_field(cx, "message_id", N_("This would leave nothing behind; there is nothing to split."));
	TRY(conversation_save(cx, db, &fresh));
	TRY(conversation_save(cx, db, &c));
	struct str detail = arena_printf(cx->arena, "{\"to\":\"%lld\"}", (long long)fresh.id);
	TRY(event_add(cx, db, workspace, c.id, "split", detail));
	TRY(event_add(cx, db, workspace, fresh.id, "split_from", arena_printf(cx->arena, "{\"from\":\"%lld\"}", (long long)c.id)));
	TRY(audit(cx, db, workspace, "conversation.split", subject_of(cx, c.id), detail));
	TRY(change_add(cx, db, workspace, 0, "conversation", c.id));
	TRY(change_add(cx, db, workspace, 0, "conversation.new", fresh.id));
	if (undo)
		undo_note_split(undo, &fresh, &before, c.version);
	*ret_conversation = fresh.id;
	return OK;
}

enum err inbox_split(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 message, bool with_following, i64 *ret_conversation, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, split(cx, db, workspace, id, message, with_following, ret_conversation, undo));
}

/* ---- presence and sweeps ---- */

static enum err presence(struct cx *cx, struct db *db, i64 workspace, i64 id, bool typing)
{
	bool news;
	i64 read = 0;
	struct conversation c;
	TRY(conversation_get(cx, db, workspace, id, &c));
	TRY(presence_set(cx, db, workspace, c.id, cx->actor->user, typing, &news));
	if (!typing)
		TRY(notifications_seen(cx, db, workspace, cx->actor->user, c.id, &read));
	if (read)
		TRY(change_add(cx, db, workspace, cx->actor->user, "notification", c.id));
	return news ? change_add(cx, db, workspace, 0, "presence", c.id) : OK;
}

enum err inbox_presence(struct cx *cx, struct db *db, i64 workspace, i64 id, bool typing)
{
	return IN_TRANSACTION(cx, db, presence(cx, db, workspace, id, typing));
}

static enum err wake(struct cx *cx, struct db *db, struct conversation_place place)
{
	struct conversation c;
	TRY(conversation_get(cx, db, place.workspace, place.id, &c));
	if (c.status != STATUS_SNOOZED || c.snoozed_until <= 0 || c.snoozed_until > cx->now)
		return OK;
	c.status = STATUS_OPEN;
	c.snoozed_until = 0;
	sla_arrange(&c);
	TRY(conversation_save(cx, db, &c));
	TRY(event_add(cx, db, c.workspace, c.id, "reopened", S("{\"from\":\"snoozed\",\"by\":\"time\"}")));
	TRY(notify_person(cx, db, c.workspace, c.assignee, "woken", c.id, 0, (struct str){}));
	return change_add(cx, db, c.workspace, 0, "conversation", c.id);
}

enum err inbox_wake_sweep(struct cx *cx, struct db *db, i64 *ret_count)
{
	struct conversation_place *places;
	size_t count;
	TRY(conversations_to_wake(cx, db, cx->now, SWEEP_BATCH, &places, &count));
	for (size_t i = 0; i < count; i++) {
		enum err e = IN_TRANSACTION(cx, db, wake(cx, db, places[i]));
		if (e != OK && e != ERR_CONFLICT)
			return e;
	}
	*ret_count = (i64)count;
	return OK;
}
