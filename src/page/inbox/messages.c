/* messages.c: what is done with one message: an answer of ours on its way out, or one of theirs under the house rules. */
#include "base/lang.h"
#include "flow/moderate.h"
#include "flow/react.h"
#include "flow/reply.h"
#include "page/inbox/inbox.h"

static enum err look(struct cx *cx, struct request *request, struct message *ret_message)
{
	return message_get(cx, request_db(request), here(cx), param_id(request, "id"), ret_message);
}

static enum err done(struct cx *cx, struct request *request, struct reply *reply, struct undo *undo, const char *flash)
{
	struct message m;
	TRY(look(cx, request, &m));
	json_object_set_new(reply_document(reply), "message", json_pack("{s:o, s:s, s:o}", "id", doc_id(m.id), "reply_state", reply_state_word(m.reply_state), "at",
									doc_text(time_text(cx->arena, m.at))));
	return go_on(cx, request, reply, m.conversation, NULL, undo, flash);
}

/* ---- answers of ours ---- */

/* One's own, or whoever answers without asking. */
static enum err may_touch(struct cx *cx, const struct message *m)
{
	if (m->author != cx->actor->user && !actor_may(cx->actor, MAY_REPLY))
		return fail(cx, ERR_DENIED, N_("Only its author, or somebody who answers without asking, takes it back."));
	return OK;
}

enum err message_withdraw(struct cx *cx, struct request *request, struct reply *reply)
{
	struct message m;
	TRY(look(cx, request, &m));
	TRY(may_touch(cx, &m));
	TRY(reply_withdraw(cx, request_db(request), here(cx), m.id));
	return done(cx, request, reply, NULL, _("Taken back; it is a draft again."));
}

enum err message_edit(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(reply_edit(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "body")));
	return done(cx, request, reply, NULL, _("The change is kept."));
}

enum err message_approve(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(reply_approve(cx, request_db(request), here(cx), param_id(request, "id"), param_time(request, "asked_at"), param_text(request, "remark")));
	return done(cx, request, reply, NULL, _("Approved: it leaves."));
}

enum err message_return(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(reply_return(cx, request_db(request), here(cx), param_id(request, "id"), param_time(request, "asked_at"), param_text(request, "remark")));
	return done(cx, request, reply, NULL, _("Returned, with your remark."));
}

enum err message_retry(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(reply_retry(cx, request_db(request), here(cx), param_id(request, "id")));
	return done(cx, request, reply, NULL, _("It is sent again."));
}

enum err message_settle(struct cx *cx, struct request *request, struct reply *reply)
{
	bool arrived = param_bool(request, "arrived");
	TRY(reply_settle(cx, request_db(request), here(cx), param_id(request, "id"), arrived));
	return done(cx, request, reply, NULL, arrived ? _("Noted: it arrived.") : _("It is sent again."));
}

enum err message_reschedule(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 send_at = param_bool(request, "now") ? 0 : param_time(request, "send_at");
	if (!send_at && !param_bool(request, "now"))
		return fail_field(cx, "send_at", N_("Choose when it is to leave."));
	TRY(reply_reschedule(cx, request_db(request), here(cx), param_id(request, "id"), send_at));
	return done(cx, request, reply, NULL, send_at ? _("It leaves at the new time.") : _("It leaves now."));
}

/* ---- likes ---- */

static enum err like(struct cx *cx, struct request *request, struct reply *reply, bool liked)
{
	struct undo undo;
	undo_open(cx, &undo);
	TRY(react_set(cx, request_db(request), here(cx), param_id(request, "id"), liked, &undo));
	return done(cx, request, reply, &undo, liked ? _("Liked: the network is told.") : _("No longer liked: the network is told."));
}

enum err message_like(struct cx *cx, struct request *request, struct reply *reply)
{
	return like(cx, request, reply, true);
}

enum err message_unlike(struct cx *cx, struct request *request, struct reply *reply)
{
	return like(cx, request, reply, false);
}

/* ---- the house rules ---- */

enum err message_hide(struct cx *cx, struct request *request, struct reply *reply)
{
	struct undo undo;
	struct hide_request hide = {
		.message = param_id(request, "id"),
		.article = param_id(request, "article_id"),
		.reason = param_text(request, "reason"),
		.notify_author = param_bool(request, "notify_author"),
		.notice = param_text(request, "notice"),
		.outside = page_setup.outside,
	};
	undo_open(cx, &undo);
	TRY(moderate_hide(cx, request_db(request), here(cx), &hide, &undo));
	return done(cx, request, reply, &undo, _("Hidden, and kept as evidence."));
}

enum err message_restore(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(moderate_restore(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "reason")));
	return done(cx, request, reply, NULL, _("Restored."));
}

enum err message_flag(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(moderate_flag(cx, request_db(request), here(cx), param_id(request, "id"), S("colleague"), param_text(request, "reason")));
	return done(cx, request, reply, NULL, _("Flagged for those who decide."));
}
