#include "flow/reply.h"

#include "base/id.h"
#include "channel/channel.h"
#include "flow/audit.h"
#include "flow/channels.h"
#include "flow/aside.h"
#include "flow/notify.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "flow/visitor.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/publication.h"
#include "sys/crypto.h"

#define SEND_LATER_MAX (366 * DAY)

static struct str subject_of(struct cx *cx, i64 message)
{
	return arena_printf(cx->arena, "message:%lld", (long long)message);
}

static enum err trace(struct cx *cx, struct db *db, const struct message *m, const char *act, struct str detail)
{
	TRY(audit(cx, db, m->workspace, act, subject_of(cx, m->id), detail));
	return change_add(cx, db, m->workspace, 0, "conversation", m->conversation);
}

/* ---- checks ---- */

static enum err check_channel(struct cx *cx, struct db *db, struct message *m, bool is_new, const struct reply_files *files)
{
	struct channel channel;
	TRY(channel_get(cx, db, m->workspace, m->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	if (!kind || !(kind->can & CAN_REPLY))
		return fail_field(cx, "body", N_("“%.*s” only holds messages; nothing can be sent through it."), STR_ARG(channel.name));
	if (channel.archived_at)
		return fail_field(cx, "body", N_("“%.*s” is no longer connected. Connect it again under Channels; your text is kept."), STR_ARG(channel.name));
	if (m->visibility == VISIBILITY_PRIVATE && !(kind->can & CAN_REPLY_PRIVATE))
		return fail_field(cx, "visibility", N_("“%.*s” has no private messages. Answer in public, or write a note."), STR_ARG(channel.name));
	struct channel_limit limit;
	size_t length = 0;
	if (channel_body_limit(kind, channel_known(cx, &channel), m->visibility, &limit))
		length = text_length(limit.unit, m->body);
	if (length && length > (size_t)limit.most)
		return fail_field(cx, "body", N_("The text has %zu characters; this network takes %zu. Shorten it by %zu."), length, (size_t)limit.most,
				  length - (size_t)limit.most);
	return reply_files_check(cx, db, m, is_new, &channel, files);
}

/* What this person writes leaves without anybody else having read it. */
static bool sends_alone(struct cx *cx, const struct workspace_settings *settings)
{
	return actor_may(cx->actor, MAY_REPLY) && (!settings->approve_all || actor_may(cx->actor, MAY_APPROVE));
}

static enum err check_send_at(struct cx *cx, i64 send_at)
{
	if (send_at > cx->now + SEND_LATER_MAX)
		return fail_field(cx, "send_at", N_("Choose a time within a year."));
	if (send_at && send_at < cx->now - MINUTE)
		return fail_field(cx, "send_at", N_("Choose a time that is still to come."));
	return OK;
}

/* ---- the door ---- */

/* The intention, written down before anything is called. */
static enum err queue(struct cx *cx, struct db *db, const struct message *m, i64 due_at)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct publication p = {
		.id = id_new(),
		.workspace = m->workspace,
		.channel = m->channel,
		.act = S("reply"),
		.message = m->id,
		.dedup_key = arena_printf(cx->arena, "m%lld-%.12s", (long long)m->id, token),
		.state = PUBLICATION_DUE,
		.due_at = due_at,
		.created_by = cx->actor ? cx->actor->user : 0,
		.created_at = cx->now,
	};
	return publication_insert(cx, db, &p);
}

static void mark_for_sending(struct cx *cx, struct message *m, i64 send_at)
{
	bool later = send_at > cx->now;
	m->reply_state = later ? REPLY_SCHEDULED : REPLY_QUEUED;
	m->at = later ? send_at : cx->now;
}

/* Of a message marked for sending, and saved. */
static enum err send_off(struct cx *cx, struct db *db, const struct message *m, const struct workspace_settings *settings)
{
	return queue(cx, db, m, m->reply_state == REPLY_SCHEDULED ? m->at : cx->now + settings->undo_seconds * SECOND);
}

/* What is to become of the conversation with the answer; the clock of the answer goes on until it has left. */
static enum err set_status_after(struct cx *cx, struct db *db, struct conversation *c, int status, struct undo *undo)
{
	if (status < 0 || (enum status)status == c->status)
		return OK;
	struct conversation before = *c;
	c->status = (enum status)status;
	c->snoozed_until = c->status == STATUS_SNOOZED ? SNOOZED_UNTIL_ANSWER : 0;
	if (c->status == STATUS_RESOLVED)
		c->resolved_at = cx->now;
	sla_arrange(c);
	TRY(conversation_save(cx, db, c));
	struct str detail = arena_printf(cx->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", status_word(before.status), status_word(c->status));
	TRY(event_add(cx, db, c->workspace, c->id, "status", detail));
	TRY(audit(cx, db, c->workspace, "conversation.status", arena_printf(cx->arena, "conversation:%lld", (long long)c->id), detail));
	if (undo)
		undo_note_conversation(undo, &before, c->version);
	return c->status == STATUS_RESOLVED ? aside_done(cx, db, c->workspace, c->id) : OK;
}

static enum err message_for(struct cx *cx, struct db *db, const struct conversation *c, const struct reply_request *r, struct message *ret_message)
{
	struct message parent = {}, m = {};
	if (r->parent) {
		TRY(message_get(cx, db, c->workspace, r->parent, &parent));
		if (parent.conversation != c->id)
			return fail_field(cx, "parent_id", N_("The message you answer is not in this conversation."));
	} else {
		enum err e = message_last_inbound(cx, db, c->workspace, c->id, &parent);
		if (e != OK && e != ERR_MISSING)
			return e;
		cx_forget(cx);
	}
	if (r->draft) {
		TRY(message_get(cx, db, c->workspace, r->draft, &m));
		bool mine = m.author == cx->actor->user && (m.reply_state == REPLY_DRAFT || m.reply_state == REPLY_APPROVAL);
		if (m.conversation != c->id || !mine)
			return fail(cx, ERR_CONFLICT, N_("This draft was sent or changed meanwhile. Your text is kept; look at the conversation again."));
	} else {
		m = (struct message){
			.id = id_new(),
			.workspace = c->workspace,
			.conversation = c->id,
			.kind = KIND_REPLY,
			.direction = DIRECTION_OUT,
			.author = cx->actor->user,
			.author_name = cx->actor->name,
			.received_at = cx->now,
		};
	}
	m.home = parent.id ? parent.home : c->id;
	m.channel = parent.id ? parent.channel : c->channel;
	m.parent_remote_id = parent.remote_id;
	m.body = r->body;
	m.visibility = parent.visibility == VISIBILITY_PRIVATE ? VISIBILITY_PRIVATE : r->visibility;
	m.at = cx->now;
	*ret_message = m;
	return OK;
}

static enum err compose(struct cx *cx, struct db *db, i64 workspace, const struct reply_request *r, struct message *ret_message, struct undo *undo)
{
	struct conversation c;
	struct message m;
	struct workspace_settings settings;
	TRY(conversation_get(cx, db, workspace, r->conversation, &c));
	TRY(workspace_settings(cx, db, workspace, &settings));
	TRY(message_for(cx, db, &c, r, &m));
	TRY(check_channel(cx, db, &m, !r->draft, &r->files));
	bool wait = r->ask_approval || !sends_alone(cx, &settings);
	if (wait && !actor_may(cx->actor, MAY_PROPOSE))
		return fail(cx, ERR_DENIED, N_("Your role reads here but does not answer."));
	i64 scheduled = r->send_at > cx->now ? r->send_at : 0;
	if (r->only_draft)
		m.reply_state = REPLY_DRAFT;
	else if (wait)
		m.reply_state = REPLY_APPROVAL;
	else
		mark_for_sending(cx, &m, scheduled);
	if (wait && scheduled)
		m.at = scheduled; /* the wish is kept with the answer */
	if (r->draft)
		TRY(message_save(cx, db, &m));
	else
		TRY(message_insert(cx, db, &m));
	TRY(reply_files_write(cx, db, &m, &r->files));
	if (m.reply_state == REPLY_QUEUED || m.reply_state == REPLY_SCHEDULED)
		TRY(send_off(cx, db, &m, &settings));
	if (m.reply_state == REPLY_APPROVAL) {
		TRY(approval_ask(cx, db, workspace, m.id, cx->actor->user, r->status_after < 0 ? (struct str){} : str_of(status_word((enum status)r->status_after))));
		TRY(notify_approval_wanted(cx, db, &m));
	}
	if (!r->only_draft && !wait)
		TRY(set_status_after(cx, db, &c, r->status_after, undo));
	if (undo && m.reply_state == REPLY_QUEUED)
		undo_note(undo, "withdraw", m.id);
	TRY(trace(cx, db, &m, "reply.compose", arena_printf(cx->arena, "{\"state\":\"%s\",\"visibility\":\"%s\"}", reply_state_word(m.reply_state),
							     visibility_word(m.visibility))));
	*ret_message = m;
	return OK;
}

enum err reply_compose(struct cx *cx, struct db *db, i64 workspace, const struct reply_request *request, struct message *ret_message, struct undo *undo)
{
	struct reply_request r = *request;
	r.body = str_trim(r.body);
	if (r.body.len == 0)
		return fail_field(cx, "body", N_("The answer is empty."));
	if (r.body.len > MESSAGE_BODY_MAX)
		return fail_field(cx, "body", N_("The answer is too long: %d bytes at the most."), MESSAGE_BODY_MAX);
	TRY(check_send_at(cx, r.send_at));
	return IN_TRANSACTION(cx, db, compose(cx, db, workspace, &r, ret_message, undo));
}

/* ---- changes before it leaves ---- */

/* False when it is just leaving, and nothing was done. */
static enum err back_to_draft(struct cx *cx, struct db *db, const struct message *m, const char *act, bool *ret_back)
{
	struct publication p;
	enum err e = publication_of(cx, db, m->workspace, m->id, S("reply"), &p);
	if (e != OK && e != ERR_MISSING)
		return e;
	bool leaving = e == OK && (p.state == PUBLICATION_LEASED || p.state == PUBLICATION_UNKNOWN || p.state == PUBLICATION_SENT);
	*ret_back = !leaving;
	if (leaving)
		return OK;
	if (e == OK && p.state != PUBLICATION_WITHDRAWN) /* one of an earlier round may be */
		TRY(publication_withdraw(cx, db, m->workspace, p.id));
	TRY(message_move(cx, db, m->workspace, m->id, m->reply_state, REPLY_DRAFT));
	return trace(cx, db, m, act, (struct str){});
}

static enum err withdraw(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct message m;
	bool back;
	TRY(message_get(cx, db, workspace, id, &m));
	if (!reply_state_may_become(m.reply_state, REPLY_DRAFT))
		return fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
	TRY(back_to_draft(cx, db, &m, "reply.withdraw", &back));
	return back ? OK : fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
}

enum err reply_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 message)
{
	return IN_TRANSACTION(cx, db, withdraw(cx, db, workspace, message));
}

enum err replies_overtaken(struct cx *cx, struct db *db, i64 workspace, i64 conversation)
{
	struct message *list;
	size_t count;
	TRY(messages_scheduled(cx, db, workspace, conversation, &list, &count));
	for (size_t i = 0; i < count; i++) {
		bool back;
		TRY(back_to_draft(cx, db, &list[i], "reply.overtaken", &back));
		if (!back)
			continue;
		TRY(notify_person(cx, db, workspace, list[i].author, "overtaken", conversation, list[i].id, (struct str){}));
		TRY(event_add(cx, db, workspace, conversation, "overtaken", (struct str){}));
	}
	return OK;
}

static enum err reschedule(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 send_at)
{
	struct message m;
	struct publication p;
	TRY(message_get(cx, db, workspace, id, &m));
	if (m.reply_state != REPLY_SCHEDULED)
		return fail(cx, ERR_CONFLICT, N_("This answer is not scheduled any more."));
	TRY(publication_of(cx, db, workspace, id, S("reply"), &p));
	i64 due = send_at > cx->now ? send_at : cx->now;
	TRY(publication_hurry(cx, db, workspace, p.id, due));
	m.at = due;
	TRY(message_save(cx, db, &m));
	return trace(cx, db, &m, "reply.reschedule", (struct str){});
}

enum err reply_reschedule(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 send_at)
{
	TRY(check_send_at(cx, send_at));
	return IN_TRANSACTION(cx, db, reschedule(cx, db, workspace, message, send_at));
}

/* What was approved is the text: another text wants another look, and whoever looks at the old one is told so. */
static enum err ask_again(struct cx *cx, struct db *db, struct message *m)
{
	struct approval a;
	struct publication p;
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, m->workspace, &settings));
	if (m->reply_state == REPLY_APPROVAL) {
		TRY(approval_get(cx, db, m->workspace, m->id, &a));
		return approval_ask(cx, db, m->workspace, m->id, a.asked_by, a.status_after);
	}
	if (m->reply_state != REPLY_SCHEDULED || sends_alone(cx, &settings))
		return OK;
	TRY(publication_of(cx, db, m->workspace, m->id, S("reply"), &p));
	TRY(publication_withdraw(cx, db, m->workspace, p.id));
	m->reply_state = REPLY_APPROVAL;
	TRY(approval_ask(cx, db, m->workspace, m->id, cx->actor->user, (struct str){}));
	return notify_approval_wanted(cx, db, m);
}

static enum err edit(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body)
{
	struct message m;
	TRY(message_get(cx, db, workspace, id, &m));
	if (m.reply_state != REPLY_DRAFT && m.reply_state != REPLY_APPROVAL && m.reply_state != REPLY_SCHEDULED)
		return fail(cx, ERR_CONFLICT, N_("Too late: it has left, or is just leaving."));
	if (m.author != cx->actor->user && !actor_may(cx->actor, MAY_APPROVE))
		return fail(cx, ERR_DENIED, N_("Only its author, or somebody who approves, can change this answer."));
	TRY(message_version_add(cx, db, &m, cx->now));
	m.body = body;
	TRY(check_channel(cx, db, &m, false, &(struct reply_files){}));
	TRY(ask_again(cx, db, &m));
	TRY(message_save(cx, db, &m));
	return trace(cx, db, &m, "reply.edit", (struct str){});
}

enum err reply_edit(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str body)
{
	body = str_trim(body);
	if (body.len == 0)
		return fail_field(cx, "body", N_("The answer is empty."));
	if (body.len > MESSAGE_BODY_MAX)
		return fail_field(cx, "body", N_("The answer is too long: %d bytes at the most."), MESSAGE_BODY_MAX);
	return IN_TRANSACTION(cx, db, edit(cx, db, workspace, message, body));
}

/* ---- approval ---- */

/* The author's wish for the conversation, unless the person wrote since. */
static enum err keep_wish(struct cx *cx, struct db *db, const struct message *m, const struct approval *a)
{
	struct conversation c;
	enum status status;
	if (!a->status_after.len || !status_of(a->status_after, &status))
		return OK;
	TRY(conversation_get(cx, db, m->workspace, m->conversation, &c));
	return c.inbound_at > a->asked_at ? OK : set_status_after(cx, db, &c, (int)status, NULL);
}

static enum err decide(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 seen, bool approved, struct str remark)
{
	struct message m;
	struct approval a;
	struct workspace_settings settings;
	TRY(message_get(cx, db, workspace, id, &m));
	TRY(approval_get(cx, db, workspace, id, &a));
	TRY(workspace_settings(cx, db, workspace, &settings));
	if (m.reply_state != REPLY_APPROVAL)
		return fail(cx, ERR_CONFLICT, N_("Somebody decided on this answer already."));
	if (!actor_may(cx->actor, MAY_APPROVE))
		return fail(cx, ERR_DENIED, N_("Your role does not approve answers."));
	if (a.asked_by == cx->actor->user)
		return fail(cx, ERR_DENIED, N_("Somebody else than its author approves an answer."));
	if (seen && seen != a.asked_at)
		return fail(cx, ERR_CONFLICT, N_("The answer was changed since you read it. Read it again, then decide."));
	TRY(approval_decide(cx, db, workspace, id, approved ? S("approved") : S("returned"), remark));
	if (approved) {
		i64 wished = m.at > cx->now ? m.at : 0;
		TRY(check_channel(cx, db, &m, false, &(struct reply_files){}));
		mark_for_sending(cx, &m, wished);
	} else {
		m.reply_state = REPLY_DRAFT;
	}
	TRY(message_save(cx, db, &m));
	if (approved) {
		TRY(send_off(cx, db, &m, &settings));
		TRY(keep_wish(cx, db, &m, &a));
	}
	TRY(notify_person(cx, db, workspace, a.asked_by, approved ? "approved" : "returned", m.conversation, m.id, (struct str){}));
	return trace(cx, db, &m, approved ? "reply.approve" : "reply.return", (struct str){});
}

enum err reply_approve(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 seen, struct str remark)
{
	return IN_TRANSACTION(cx, db, decide(cx, db, workspace, message, seen, true, remark));
}

enum err reply_return(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 seen, struct str remark)
{
	if (str_trim(remark).len == 0)
		return fail_field(cx, "remark", N_("Say what should change; the author reads it."));
	return IN_TRANSACTION(cx, db, decide(cx, db, workspace, message, seen, false, remark));
}

/* ---- after trouble ---- */

static enum err retry(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct message m;
	struct publication p;
	TRY(message_get(cx, db, workspace, id, &m));
	if (m.reply_state != REPLY_FAILED && m.reply_state != REPLY_HELD)
		return fail(cx, ERR_CONFLICT, N_("This answer is not waiting to be sent again."));
	TRY(publication_of(cx, db, workspace, id, S("reply"), &p));
	TRY(publication_hurry(cx, db, workspace, p.id, cx->now));
	TRY(message_move(cx, db, workspace, id, m.reply_state, REPLY_QUEUED));
	return trace(cx, db, &m, "reply.retry", (struct str){});
}

enum err reply_retry(struct cx *cx, struct db *db, i64 workspace, i64 message)
{
	return IN_TRANSACTION(cx, db, retry(cx, db, workspace, message));
}

static enum err settle(struct cx *cx, struct db *db, i64 workspace, i64 id, bool arrived)
{
	struct message m;
	struct publication p;
	TRY(message_get(cx, db, workspace, id, &m));
	if (m.reply_state != REPLY_UNKNOWN)
		return fail(cx, ERR_CONFLICT, N_("It is known by now what became of this answer. Look at it again."));
	TRY(publication_of(cx, db, workspace, id, S("reply"), &p));
	TRY(publication_decide(cx, db, workspace, p.id, arrived));
	TRY(message_move(cx, db, workspace, id, REPLY_UNKNOWN, arrived ? REPLY_SENT : REPLY_QUEUED));
	if (arrived) {
		struct conversation c;
		TRY(conversation_get(cx, db, workspace, m.conversation, &c));
		c.message_count++;
		sla_answered(&c, cx->now);
		TRY(conversation_save(cx, db, &c));
		TRY(message_index(cx, db, &m));
		TRY(visitor_answered(cx, db, &m));
	}
	return trace(cx, db, &m, arrived ? "reply.arrived" : "reply.again", (struct str){});
}

enum err reply_settle(struct cx *cx, struct db *db, i64 workspace, i64 message, bool arrived)
{
	return IN_TRANSACTION(cx, db, settle(cx, db, workspace, message, arrived));
}
