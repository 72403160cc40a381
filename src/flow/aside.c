#include "flow/aside.h"

#include "base/id.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"

/* ---- sentences ---- */

/* As the network says, else as it is understood, else the reader's. */
static const char *language_of(const struct cx *cx, const struct message *said)
{
	struct str lang = said->lang.len ? said->lang : str_of(said->meaning.language);
	return str_starts(lang, S("fr")) ? "fr" : lang.len ? "en" : cx->lang;
}

const char *aside_holding(const struct cx *cx, const struct message *said)
{
	return tr(language_of(cx, said), N_("Thank you for telling us. We are writing to you in private, so that what is yours stays between us."));
}

struct str aside_opening(struct cx *cx, const struct message *said)
{
	const char *lang = language_of(cx, said);
	struct str name = cx->actor ? cx->actor->name : (struct str){};
	if (!name.len)
		return str_of(tr(lang, N_("Hello, you wrote to us in public; here we can look into it together.")));
	return arena_printf(cx->arena, tr(lang, N_("Hello, this is %.*s. You wrote to us in public; here we can look into it together, and I stay with you until it is solved.")), STR_ARG(name));
}

const char *aside_closing(const struct cx *cx, const struct message *said)
{
	return tr(language_of(cx, said), N_("We have sorted this out together in private. Thank you for your patience."));
}

/* ---- start and end ---- */

static enum err trace(struct cx *cx, struct db *db, const struct aside *h, i64 conversation, const char *kind)
{
	struct str detail = arena_printf(cx->arena, "{\"aside\":\"%lld\"}", (long long)h->id);
	TRY(event_add(cx, db, h->workspace, conversation, kind, detail));
	return change_add(cx, db, h->workspace, 0, "conversation", conversation);
}

static enum err audit_it(struct cx *cx, struct db *db, const struct aside *h, const char *act)
{
	return audit(cx, db, h->workspace, act, arena_printf(cx->arena, "conversation:%lld", (long long)h->public_talk),
		     arena_printf(cx->arena, "{\"aside\":\"%lld\"}", (long long)h->id));
}

static enum err say(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 parent, struct str body, enum visibility visibility, int status_after,
		    const struct reply_files *files)
{
	struct message message;
	struct reply_request r = {.conversation = conversation, .parent = parent, .body = body, .visibility = visibility, .status_after = status_after};
	if (files)
		r.files = *files;
	return reply_compose(cx, db, workspace, &r, &message, NULL);
}

static enum err start(struct cx *cx, struct db *db, i64 workspace, const struct aside_request *r, struct aside *ret_aside)
{
	struct conversation c;
	struct message said;
	struct aside open;
	struct str body = str_trim(r->body), holding = str_trim(r->holding);
	TRY(conversation_get(cx, db, workspace, r->conversation, &c));
	TRY(aside_of(cx, db, workspace, c.id, &open));
	if (open.id)
		return fail(cx, ERR_CONFLICT, N_("This conversation was moved to private already. Look at it again."));
	enum err e = message_last_inbound(cx, db, workspace, c.id, &said);
	if (e == ERR_MISSING || (e == OK && said.visibility == VISIBILITY_PRIVATE))
		return fail_field(cx, "visibility", N_("Nobody wrote in public here, so there is nothing to move to private."));
	TRY(e);
	TRY(say(cx, db, workspace, c.id, said.id, holding.len ? holding : str_of(aside_holding(cx, &said)), VISIBILITY_PUBLIC, -1, NULL));
	TRY(say(cx, db, workspace, c.id, said.id, body.len ? body : aside_opening(cx, &said), VISIBILITY_PRIVATE, STATUS_PENDING, &r->files));
	if (cx->actor->user && actor_may(cx->actor, MAY_TRIAGE))
		TRY(inbox_assign(cx, db, workspace, c.id, 0, cx->actor->user, c.team, NULL));
	struct aside h = {.id = id_new(), .workspace = workspace, .public_talk = c.id, .message = said.id, .person = cx->actor->user, .started_at = cx->now};
	TRY(aside_insert(cx, db, &h));
	TRY(audit_it(cx, db, &h, "aside.start"));
	*ret_aside = h;
	return trace(cx, db, &h, c.id, "aside");
}

enum err aside_start(struct cx *cx, struct db *db, i64 workspace, const struct aside_request *request, struct aside *ret_aside)
{
	return IN_TRANSACTION(cx, db, start(cx, db, workspace, request, ret_aside));
}

static enum err end(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str body)
{
	struct aside h;
	struct conversation c;
	TRY(conversation_get(cx, db, workspace, conversation, &c));
	TRY(aside_of(cx, db, workspace, c.id, &h));
	if (!h.id)
		return fail(cx, ERR_MISSING, N_("There is no open case here: it was closed already, or never moved to private."));
	h.closed_at = cx->now; /* first: done is done, and asks for nothing more */
	h.solved_at = h.solved_at ? h.solved_at : cx->now;
	TRY(aside_save(cx, db, &h));
	if (body.len)
		TRY(say(cx, db, workspace, h.public_talk, h.message, body, VISIBILITY_PUBLIC, STATUS_RESOLVED, NULL));
	TRY(audit_it(cx, db, &h, "aside.close"));
	return trace(cx, db, &h, h.public_talk, "aside_closed");
}

enum err aside_close(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str body)
{
	return IN_TRANSACTION(cx, db, end(cx, db, workspace, conversation, str_trim(body)));
}

/* ---- in between ---- */

enum err aside_expect(struct cx *cx, struct db *db, struct conversation *c, struct aside *ret_aside)
{
	*ret_aside = (struct aside){};
	if (!c->contact)
		return OK;
	TRY(aside_waiting(cx, db, c->workspace, c->contact, ret_aside));
	if (ret_aside->id && ret_aside->person)
		c->assignee = ret_aside->person;
	return OK;
}

enum err aside_link(struct cx *cx, struct db *db, struct aside *h, const struct conversation *c)
{
	h->private_talk = c->id;
	TRY(aside_save(cx, db, h));
	TRY(trace(cx, db, h, c->id, "aside_met"));
	return c->id == h->public_talk ? OK : trace(cx, db, h, h->public_talk, "aside_met");
}

enum err aside_done(struct cx *cx, struct db *db, i64 workspace, i64 conversation)
{
	struct aside h;
	struct conversation c;
	TRY(aside_of(cx, db, workspace, conversation, &h));
	if (!h.id || h.solved_at || h.private_talk != conversation)
		return OK;
	h.solved_at = cx->now;
	TRY(aside_save(cx, db, &h));
	TRY(conversation_get(cx, db, workspace, h.public_talk, &c));
	if (c.id != conversation && c.status != STATUS_OPEN) { /* it waits for the last word */
		c.status = STATUS_OPEN;
		c.snoozed_until = 0;
		c.resolved_at = 0;
		sla_arrange(&c);
		TRY(conversation_save(cx, db, &c));
	}
	return trace(cx, db, &h, c.id, "aside_solved");
}

enum err aside_given(struct cx *cx, struct db *db, const struct conversation *c)
{
	struct aside h;
	struct conversation other;
	TRY(aside_of(cx, db, c->workspace, c->id, &h));
	if (!h.id || !c->assignee || h.person == c->assignee)
		return OK;
	h.person = c->assignee;
	TRY(aside_save(cx, db, &h));
	i64 other_id = c->id == h.public_talk ? h.private_talk : h.public_talk;
	if (!other_id || other_id == c->id)
		return OK;
	TRY(conversation_get(cx, db, c->workspace, other_id, &other));
	if (other.id == c->id || other.assignee == c->assignee)
		return OK;
	other.assignee = c->assignee;
	TRY(conversation_save(cx, db, &other));
	return change_add(cx, db, c->workspace, 0, "conversation", other.id);
}
