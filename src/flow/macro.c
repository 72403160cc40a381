#include "flow/macro.h"

#include "base/clock.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "flow/saved_reply.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/label.h"
#include "store/member.h"
#include "store/team.h"
#include "store/workspace.h"

#define NOTE_MAX 10000
#define HOURS_MAX (24 * 365)

struct run {
	struct cx *cx;
	struct db *db;
	i64 workspace, conversation;
	struct undo *undo;
	bool dry; /* only look whether it could be run */
};

static struct str text_of(const json_t *act, const char *name)
{
	const json_t *value = json_object_get(act, name);
	return value && json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : (struct str){};
}

static i64 id_of(const json_t *act, const char *name)
{
	i64 id = 0;
	return str_to_i64(text_of(act, name), &id) && id > 0 ? id : 0;
}

static enum err bad(struct cx *cx, struct str what)
{
	return fail_field(cx, "value", N_("“%.*s” is not complete or not known in a macro."), STR_ARG(what));
}

/* ---- the acts ---- */

static enum err run_assign(struct run *r, const json_t *act)
{
	struct cx *cx = r->cx;
	struct str who = text_of(act, "assignee");
	i64 person = str_eq(who, S("me")) ? cx->actor->user : id_of(act, "assignee"), team = id_of(act, "team");
	if (who.len && !person)
		return bad(cx, S("assign"));
	if (!r->dry)
		return inbox_assign(cx, r->db, r->workspace, r->conversation, 0, person, team, NULL);
	struct member m;
	struct team t;
	if (person)
		TRY(member_get(cx, r->db, r->workspace, person, &m));
	return team ? team_get(cx, r->db, r->workspace, team, &t) : OK;
}

static enum err run_label(struct run *r, const json_t *act, bool on)
{
	struct label label;
	TRY(label_get(r->cx, r->db, r->workspace, id_of(act, "label"), &label));
	return r->dry ? OK : inbox_label(r->cx, r->db, r->workspace, r->conversation, label.id, on, NULL);
}

static enum err run_status(struct run *r, const json_t *act)
{
	enum status status;
	if (!status_of(text_of(act, "status"), &status) || status == STATUS_SNOOZED)
		return bad(r->cx, S("status"));
	return r->dry ? OK : inbox_set_status(r->cx, r->db, r->workspace, r->conversation, 0, status, NULL);
}

static enum err run_priority(struct run *r, const json_t *act)
{
	enum priority priority;
	if (!priority_of(text_of(act, "priority"), &priority))
		return bad(r->cx, S("priority"));
	return r->dry ? OK : inbox_set_priority(r->cx, r->db, r->workspace, r->conversation, 0, priority, NULL);
}

static enum err run_snooze(struct run *r, const json_t *act)
{
	i64 hours = json_integer_value(json_object_get(act, "hours"));
	bool until_answer = str_eq(text_of(act, "until"), S("answer"));
	if (!until_answer && (hours < 1 || hours > HOURS_MAX))
		return bad(r->cx, S("snooze"));
	i64 until = until_answer ? SNOOZED_UNTIL_ANSWER : r->cx->now + hours * HOUR;
	return r->dry ? OK : inbox_snooze(r->cx, r->db, r->workspace, r->conversation, 0, until, NULL);
}

static enum err run_note(struct run *r, const json_t *act)
{
	struct str body = str_trim(text_of(act, "body"));
	i64 message;
	if (!body.len || body.len > NOTE_MAX)
		return bad(r->cx, S("note"));
	if (!r->dry && !actor_may(r->cx->actor, MAY_NOTE))
		return fail(r->cx, ERR_DENIED, N_("This macro writes a note; your role does not."));
	return r->dry ? OK : inbox_note(r->cx, r->db, r->workspace, r->conversation, body, NULL, &message);
}

static enum err fill_in(struct run *r, const struct saved_reply *saved, struct str *ret_body)
{
	struct cx *cx = r->cx;
	struct conversation_row row;
	struct workspace workspace;
	struct str unknown;
	TRY(conversation_row_get(cx, r->db, r->workspace, r->conversation, &row));
	TRY(workspace_get(cx, r->db, r->workspace, &workspace));
	struct saved_reply_subject subject = {row.contact_name, row.channel_name, cx->actor->name, workspace.name, str_head(time_text(cx->arena, cx->now), 10)};
	*ret_body = saved_reply_render(cx, saved->body, &subject, &unknown);
	if (unknown.len)
		return fail(cx, ERR_CONFLICT, N_("The saved reply of this macro leaves %.*s open here; nothing was done. Write this answer by hand."), STR_ARG(unknown));
	return OK;
}

static enum err run_reply(struct run *r, const json_t *act)
{
	struct cx *cx = r->cx;
	struct saved_reply saved;
	struct message message;
	struct reply_request request = {.conversation = r->conversation, .status_after = -1, .ask_approval = json_is_true(json_object_get(act, "approval"))};
	struct str visibility = text_of(act, "visibility");
	if (visibility.len && !visibility_of(visibility, &request.visibility))
		return bad(cx, S("reply"));
	TRY(saved_reply_get(cx, r->db, r->workspace, id_of(act, "saved_reply"), &saved));
	if (saved.archived_at || (saved.person && saved.person != cx->actor->user))
		return fail(cx, ERR_MISSING, N_("The saved reply of this macro is put away, or somebody's own."));
	if (r->dry)
		return OK;
	TRY(fill_in(r, &saved, &request.body));
	TRY(saved_reply_used(cx, r->db, r->workspace, saved.id));
	return reply_compose(cx, r->db, r->workspace, &request, &message, r->undo);
}

static enum err run_act(struct run *r, const json_t *act)
{
	struct str word = text_of(act, "act");
	if (str_eq(word, S("assign")))
		return run_assign(r, act);
	if (str_eq(word, S("label")) || str_eq(word, S("unlabel")))
		return run_label(r, act, str_eq(word, S("label")));
	if (str_eq(word, S("status")))
		return run_status(r, act);
	if (str_eq(word, S("priority")))
		return run_priority(r, act);
	if (str_eq(word, S("snooze")))
		return run_snooze(r, act);
	if (str_eq(word, S("reply")))
		return run_reply(r, act);
	if (str_eq(word, S("note")))
		return run_note(r, act);
	return bad(r->cx, word);
}

/* ---- the list ---- */

static void release(void *json)
{
	json_decref(json);
}

static enum err run_all(struct run *r, struct str actions)
{
	struct cx *cx = r->cx;
	json_t *list = json_loadb(actions.at ? actions.at : "", actions.len, 0, NULL);
	arena_defer(cx->arena, release, list);
	if (!json_is_array(list) || json_array_size(list) == 0)
		return fail_field(cx, "value", N_("A macro is a list of acts, one at least."));
	if (json_array_size(list) > MACRO_ACTS_MAX)
		return fail_field(cx, "value", N_("A macro has %d acts at the most."), MACRO_ACTS_MAX);
	size_t index;
	json_t *act;
	json_array_foreach(list, index, act)
		TRY(run_act(r, act));
	return OK;
}

enum err macro_check(struct cx *cx, struct db *db, i64 workspace, struct str actions)
{
	struct run run = {.cx = cx, .db = db, .workspace = workspace, .dry = true};
	enum err e = run_all(&run, actions);
	if (e != ERR_MISSING)
		return e;
	struct str story = arena_str(cx->arena, str_of(cx->story)); /* what is named does not exist: a fault of the list */
	return fail_field(cx, "value", "%.*s", STR_ARG(story));
}

static enum err run_macro(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 conversation, i64 version, struct undo *undo)
{
	struct macro macro;
	struct conversation before, after;
	TRY(macro_get(cx, db, workspace, id, &macro));
	if (macro.archived_at || (macro.person && macro.person != cx->actor->user))
		return fail(cx, ERR_MISSING, N_("This macro does not exist in this workspace."));
	TRY(conversation_get(cx, db, workspace, conversation, &before));
	if (version && version != before.version)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation meanwhile. Nothing of yours was applied; look at it again."));
	struct run run = {.cx = cx, .db = db, .workspace = workspace, .conversation = before.id, .undo = undo};
	TRY(run_all(&run, macro.actions));
	TRY(conversation_get(cx, db, workspace, before.id, &after));
	if (undo && after.version != before.version)
		undo_note_conversation(undo, &before, after.version); /* one step for all of its acts */
	return OK;
}

enum err macro_run(struct cx *cx, struct db *db, i64 workspace, i64 macro, i64 conversation, i64 version, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, run_macro(cx, db, workspace, macro, conversation, version, undo));
}
