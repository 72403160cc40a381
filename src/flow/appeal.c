#include "flow/appeal.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/notify.h"
#include "flow/outside.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/member.h"
#include "store/message.h"
#include "store/workspace.h"

const struct appeal_road appeal_roads[] = {
	{"reply", N_("An answer where they wrote")}, {"email", N_("An email")},     {"telephone", N_("A call")},
	{"letter", N_("A letter")},                  {"person", N_("In person")},
};
const size_t appeal_road_count = COUNT(appeal_roads);

static struct str subject_of(struct cx *cx, i64 appeal)
{
	return arena_printf(cx->arena, "appeal:%lld", (long long)appeal);
}

/* ---- who decides ---- */

static bool decided_first(const struct decision *d, i64 person)
{
	return person == d->decided_by || (d->second_person && person == d->second_person);
}

/* Everybody who may decide on an appeal against `d`, being none of those who decided first; *ret_count may be 0. */
static enum err others(struct cx *cx, struct db *db, const struct decision *d, i64 **ret_persons, size_t *ret_count)
{
	struct member *members;
	size_t count, found = 0;
	TRY(member_list(cx, db, d->workspace, &members, &count));
	i64 *persons = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_MODERATE & 1 && !members[i].disabled && !decided_first(d, members[i].person))
			persons[found++] = members[i].person;
	*ret_persons = persons;
	*ret_count = found;
	return OK;
}

enum err appeal_judge(struct cx *cx, struct db *db, const struct decision *d, enum appeal_judge *ret_judge)
{
	i64 *persons;
	size_t count = 0;
	bool first = cx->actor && decided_first(d, cx->actor->user);
	if (first)
		TRY(others(cx, db, d, &persons, &count));
	*ret_judge = !actor_may(cx->actor, MAY_MODERATE) || count ? APPEAL_OTHERS : first ? APPEAL_ALONE : APPEAL_YOURS;
	return OK;
}

enum err appeal_has_others(struct cx *cx, struct db *db, const struct decision *d, bool *ret_others)
{
	i64 *persons;
	size_t count;
	TRY(others(cx, db, d, &persons, &count));
	*ret_others = count;
	return OK;
}

/* Those who can decide on it: whoever did not decide first, or everybody who may when all of them did. */
static enum err tell_judges(struct cx *cx, struct db *db, const struct decision *d)
{
	i64 *persons;
	size_t count;
	TRY(others(cx, db, d, &persons, &count));
	if (!count)
		persons[count++] = d->decided_by;
	for (size_t i = 0; i < count; i++)
		TRY(notify_person(cx, db, d->workspace, persons[i], "appeal", d->conversation, d->message, (struct str){}));
	return OK;
}

/* ---- an appeal comes ---- */

enum err appeal_possible(struct cx *cx, struct db *db, const struct decision *d, bool late_too)
{
	struct message m;
	struct appeal before;
	if (!str_eq(d->act, S("hide")))
		return fail(cx, ERR_CONFLICT, N_("Only a decision that hid a message is contested."));
	TRY(appeal_of_decision(cx, db, d->workspace, d->id, &before));
	if (before.id)
		return fail(cx, ERR_CONFLICT, N_("This decision was contested already; each is read again once."));
	TRY(message_get(cx, db, d->workspace, d->message, &m));
	if (!m.hidden_at || m.hidden_at > d->at)
		return fail(cx, ERR_CONFLICT, N_("The message was restored since: there is nothing to contest any more."));
	if (!late_too && cx->now > d->at + APPEAL_WINDOW)
		return fail(cx, ERR_CONFLICT, N_("More than six months went by since this decision, and it can no longer be contested here."));
	return OK;
}

static enum err add(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct str road, struct str text, i64 *ret_appeal)
{
	struct decision d;
	struct workspace_settings settings;
	bool own = str_eq(road, S("page"));
	TRY(decision_get(cx, db, workspace, decision, &d));
	TRY(appeal_possible(cx, db, &d, !own));
	TRY(workspace_settings(cx, db, workspace, &settings));
	struct appeal a = {
		.id = id_new(), .workspace = workspace, .decision = d.id, .message = d.message, .road = road, .text = text,
		.recorded_by = own ? 0 : cx->actor->user, .at = cx->now, .due_at = cx->now + settings.appeal_days * DAY,
	};
	TRY(appeal_insert(cx, db, &a));
	struct str detail = arena_printf(cx->arena, "{\"message\":\"%lld\",\"decision\":\"%lld\",\"appeal\":\"%lld\",\"road\":\"%.*s\"}", (long long)d.message,
					 (long long)d.id, (long long)a.id, STR_ARG(road));
	TRY(event_add(cx, db, workspace, d.conversation, "moderation.appeal", detail));
	TRY(audit(cx, db, workspace, "moderation.appeal", subject_of(cx, a.id), detail));
	TRY(tell_judges(cx, db, &d));
	TRY(change_add(cx, db, workspace, 0, "moderation", d.message));
	TRY(change_add(cx, db, workspace, 0, "conversation", d.conversation));
	*ret_appeal = a.id;
	return OK;
}

static enum err check_text(struct cx *cx, struct str text)
{
	if (!text.len)
		return fail_field(cx, "text", N_("Say in a few words why the decision was wrong."));
	if (!utf8_valid(text) || utf8_count(text) > APPEAL_TEXT_MAX)
		return fail_field(cx, "text", N_("Shorten this: %d characters at the most."), APPEAL_TEXT_MAX);
	return OK;
}

enum err appeal_by_author(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct str text, struct str address, i64 *ret_appeal)
{
	const struct actor *before = cx->actor;
	const struct actor author = {.kind = ACTOR_OUTSIDE, .workspace = workspace, .name = str_of(tr(cx->lang, N_("Its author"))), .address = address,
				     .zone = S("UTC"), .lang = cx->lang};
	text = str_trim(text);
	TRY(check_text(cx, text));
	cx->actor = &author; /* whoever else is signed in in this browser: the address speaks */
	enum err e = IN_TRANSACTION(cx, db, add(cx, db, workspace, decision, S("page"), text, ret_appeal));
	cx->actor = before;
	return e;
}

enum err appeal_record(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct str road, struct str text, i64 *ret_appeal)
{
	bool known = false;
	text = str_trim(text);
	if (!actor_may(cx->actor, MAY_TRIAGE))
		return fail(cx, ERR_DENIED, N_("Your role does not write down appeals."));
	for (size_t i = 0; i < appeal_road_count; i++)
		known |= str_eq(road, str_of(appeal_roads[i].word));
	if (!known)
		return fail_field(cx, "road", N_("Choose how it came."));
	TRY(check_text(cx, text));
	return IN_TRANSACTION(cx, db, add(cx, db, workspace, decision, road, text, ret_appeal));
}

/* ---- it is decided ---- */

static struct str told(struct cx *cx, const struct appeal_verdict *v, const struct decision *d, const struct message *m, bool alone)
{
	const char *lang = m->lang.len ? lang_of(m->lang) : cx->lang;
	const char *what = v->accepted ? N_("You contested that we hid your message, and you were right: it is back as you wrote it.")
			   : alone     ? N_("You contested that we hid your message. We read it again, and it stays hidden.")
				       : N_("You contested that we hid your message. Somebody else read it again, and it stays hidden.");
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "%s\n\n%.*s", tr(lang, what), STR_ARG(v->reason));
	if (v->outside)
		buf_addf(&b, "\n\n%.*s", STR_ARG(outside_address(cx, v->outside, OUTSIDE_CONTEST, d->id)));
	return buf_keep(&b, cx->arena);
}

static enum err decide(struct cx *cx, struct db *db, i64 workspace, const struct appeal_verdict *v)
{
	struct appeal a;
	struct decision d;
	struct message m;
	enum appeal_judge judge;
	TRY(appeal_get(cx, db, workspace, v->appeal, &a));
	TRY(decision_get(cx, db, workspace, a.decision, &d));
	TRY(appeal_judge(cx, db, &d, &judge));
	if (a.outcome.len)
		return fail(cx, ERR_CONFLICT, N_("Somebody decided on this appeal meanwhile."));
	if (judge == APPEAL_OTHERS)
		return actor_may(cx->actor, MAY_MODERATE) ? fail(cx, ERR_DENIED, N_("You took the first decision: somebody else decides on the appeal."))
							  : fail(cx, ERR_DENIED, N_("Your role does not decide on appeals."));
	a.outcome = v->accepted ? S("accepted") : S("rejected");
	a.reason = v->reason;
	a.decided_by = cx->actor->user;
	a.decided_at = cx->now;
	a.alone = judge == APPEAL_ALONE;
	TRY(appeal_settle(cx, db, &a));
	TRY(message_get(cx, db, workspace, a.message, &m));
	if (v->accepted && m.hidden_at)
		TRY(moderate_restore(cx, db, workspace, a.message, v->reason));
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"message\":\"%lld\",\"decision\":\"%lld\",\"appeal\":\"%lld\",\"alone\":%s,\"reason\":", (long long)a.message, (long long)d.id,
		 (long long)a.id, a.alone ? "true" : "false");
	buf_add_json(&detail, v->reason);
	buf_addc(&detail, '}');
	const char *act = v->accepted ? "moderation.appeal_accept" : "moderation.appeal_reject";
	TRY(event_add(cx, db, workspace, d.conversation, act, buf_str(&detail)));
	TRY(audit(cx, db, workspace, act, subject_of(cx, a.id), buf_str(&detail)));
	if (v->notify_author)
		TRY(moderate_tell_author(cx, db, &m, told(cx, v, &d, &m, a.alone), NULL));
	TRY(change_add(cx, db, workspace, 0, "moderation", a.message));
	return change_add(cx, db, workspace, 0, "conversation", d.conversation);
}

enum err appeal_decide(struct cx *cx, struct db *db, i64 workspace, const struct appeal_verdict *verdict)
{
	struct appeal_verdict v = *verdict;
	v.reason = str_trim(v.reason);
	if (!v.reason.len)
		return fail_field(cx, "reason", N_("Say why; the author is told."));
	return IN_TRANSACTION(cx, db, decide(cx, db, workspace, &v));
}
