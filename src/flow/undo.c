#include "flow/undo.h"

#include "base/json_text.h"
#include "flow/alarm.h"
#include "flow/audit.h"
#include "flow/contact.h"
#include "flow/contest.h"
#include "flow/inbox.h"
#include "flow/listen.h"
#include "flow/macro.h"
#include "flow/moderate.h"
#include "flow/react.h"
#include "flow/reply.h"
#include "flow/seek.h"
#include "flow/sla.h"
#include "flow/subtitle.h"
#include "flow/transaction.h"
#include "flow/trend.h"
#include "flow/understand.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/label.h"

#define STEPS_MAX (500 * (MACRO_ACTS_MAX + 1)) /* a macro on as many conversations as a bulk act takes */

static void release(void *steps)
{
	json_decref(steps);
}

void undo_open(struct cx *cx, struct undo *undo)
{
	*undo = (struct undo){.steps = json_array()};
	arena_defer(cx->arena, release, undo->steps);
}

static json_t *number(i64 value)
{
	return json_sprintf("%lld", (long long)value);
}

/* All that an act of triage changes: with nothing else changed since, putting it back is exact, clocks included. */
static json_t *state_of(const struct conversation *c)
{
	const struct {
		const char *name;
		i64 value;
	} numbers[] = {{"conversation", c->id}, {"assignee", c->assignee}, {"team", c->team}, {"contact", c->contact}, {"snoozed_until", c->snoozed_until},
		       {"waiting_since", c->waiting_since}, {"resolved_at", c->resolved_at}, {"sla_policy", c->sla_policy}, {"sla_started_at", c->sla_started_at},
		       {"first_due_at", c->first_due_at}, {"first_met_at", c->first_met_at}, {"resolve_due_at", c->resolve_due_at},
		       {"inbound_at", c->inbound_at}, {"breached", c->breached}};
	json_t *state = json_pack("{s:s, s:i, s:s%}", "status", status_word(c->status), "priority", (int)c->priority, "label_ids",
				  c->label_ids.at ? c->label_ids.at : "", c->label_ids.len);
	for (size_t i = 0; i < COUNT(numbers); i++)
		json_object_set_new(state, numbers[i].name, number(numbers[i].value));
	return state;
}

void undo_note_conversation(struct undo *undo, const struct conversation *before, i64 version_after)
{
	if (json_array_size(undo->steps) >= STEPS_MAX)
		return;
	json_array_append_new(undo->steps, json_pack("{s:s, s:o, s:o}", "do", "restore", "version", number(version_after), "state", state_of(before)));
}

void undo_note_merge(struct undo *undo, const struct conversation *from_before, const struct conversation *into_before, i64 into_version_after)
{
	json_array_append_new(undo->steps, json_pack("{s:s, s:o, s:o, s:o}", "do", "unmerge", "version", number(into_version_after), "from",
						     state_of(from_before), "into", state_of(into_before)));
}

void undo_note_split(struct undo *undo, const struct conversation *fresh, const struct conversation *before, i64 version_after)
{
	json_array_append_new(undo->steps, json_pack("{s:s, s:o, s:o, s:o, s:o}", "do", "join", "subject", number(fresh->id), "fresh_version", number(fresh->version),
						     "version", number(version_after), "state", state_of(before)));
}

void undo_note(struct undo *undo, const char *act, i64 subject)
{
	if (json_array_size(undo->steps) < STEPS_MAX)
		json_array_append_new(undo->steps, json_pack("{s:s, s:o}", "do", act, "subject", number(subject)));
}

void undo_note_pair(struct undo *undo, const char *act, i64 subject, i64 other)
{
	if (json_array_size(undo->steps) < STEPS_MAX)
		json_array_append_new(undo->steps, json_pack("{s:s, s:o, s:o}", "do", act, "subject", number(subject), "other", number(other)));
}

void undo_note_state(struct undo *undo, const char *act, i64 subject, json_t *state)
{
	json_array_append_new(undo->steps, json_pack("{s:s, s:o, s:o}", "do", act, "subject", number(subject), "put_back", state));
}

/* A key takes back what it did itself, and nothing of what its owner may and it may not; its owner takes back both. */
static i64 key_of(const struct actor *actor)
{
	return actor->kind == ACTOR_API_KEY ? actor->session : 0;
}

enum err undo_close(struct cx *cx, struct db *db, i64 workspace, struct undo *undo)
{
	undo->id = 0;
	if (json_array_size(undo->steps) == 0 || !cx->actor || !cx->actor->user)
		return OK;
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, workspace, &settings));
	struct str steps = arena_json(cx->arena, undo->steps, JSON_COMPACT);
	/* A few seconds of grace for the network and the hand. */
	return undo_insert(cx, db, workspace, cx->actor->user, key_of(cx->actor), cx->now + (settings.undo_seconds + 5) * SECOND, steps, &undo->id);
}

static i64 number_of(const json_t *step, const char *name)
{
	i64 value = 0;
	str_to_i64(str_of(json_string_value(json_object_get(step, name))), &value);
	return value;
}

static enum err set_labels(struct cx *cx, struct db *db, const struct conversation *c, struct str ids, bool on)
{
	while (ids.at && ids.len) {
		i64 label = 0;
		if (str_to_i64(str_cut(&ids, ' '), &label))
			TRY(conversation_label_set(cx, db, c->workspace, c->id, label, on));
	}
	return OK;
}

/* Not saved yet. */
static enum err put_back(struct cx *cx, struct db *db, const json_t *state, struct conversation *c)
{
	struct str labels = str_of(json_string_value(json_object_get(state, "label_ids")));
	TRY(set_labels(cx, db, c, c->label_ids, false));
	TRY(set_labels(cx, db, c, labels, true));
	c->label_ids = labels;
	status_of(str_of(json_string_value(json_object_get(state, "status"))), &c->status);
	c->priority = (enum priority)json_integer_value(json_object_get(state, "priority"));
	c->assignee = number_of(state, "assignee");
	c->team = number_of(state, "team");
	c->contact = number_of(state, "contact");
	c->snoozed_until = number_of(state, "snoozed_until");
	c->waiting_since = number_of(state, "waiting_since");
	c->resolved_at = number_of(state, "resolved_at");
	c->sla_policy = number_of(state, "sla_policy");
	c->sla_started_at = number_of(state, "sla_started_at");
	c->first_due_at = number_of(state, "first_due_at");
	c->first_met_at = number_of(state, "first_met_at");
	c->resolve_due_at = number_of(state, "resolve_due_at");
	c->breached = (unsigned)number_of(state, "breached");
	sla_arrange(c);
	return OK;
}

static enum err restore(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	struct conversation c;
	const json_t *state = json_object_get(step, "state");
	TRY(conversation_get_itself(cx, db, workspace, number_of(state, "conversation"), &c));
	if (c.version != number_of(step, "version"))
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation since; it was left as it is now."));
	struct str detail = arena_printf(cx->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", status_word(c.status),
					 json_string_value(json_object_get(state, "status")));
	TRY(put_back(cx, db, state, &c));
	TRY(conversation_save(cx, db, &c));
	TRY(event_add(cx, db, workspace, c.id, "undone", (struct str){}));
	TRY(audit(cx, db, workspace, "conversation.undo", arena_printf(cx->arena, "conversation:%lld", (long long)c.id), detail));
	return change_add(cx, db, workspace, 0, "conversation", c.id);
}

/* Both are as they were, but for what came in or was done meanwhile. */
static enum err unmerge(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	struct conversation from, into;
	const json_t *was_from = json_object_get(step, "from"), *was_into = json_object_get(step, "into");
	i64 from_id = number_of(was_from, "conversation");
	TRY(conversation_get(cx, db, workspace, from_id, &into));
	bool untouched = into.version == number_of(step, "version");
	TRY(inbox_unmerge(cx, db, workspace, from_id));
	TRY(conversation_get_itself(cx, db, workspace, from_id, &from));
	if (from.inbound_at == number_of(was_from, "inbound_at")) {
		TRY(put_back(cx, db, was_from, &from));
		TRY(conversation_save(cx, db, &from));
	}
	if (!untouched || into.id != number_of(was_into, "conversation"))
		return OK;
	TRY(conversation_get_itself(cx, db, workspace, into.id, &into));
	TRY(put_back(cx, db, was_into, &into));
	return conversation_save(cx, db, &into);
}

/* Together again; as it was, but for what came in or was done meanwhile. */
static enum err join(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	struct conversation c, fresh;
	const json_t *state = json_object_get(step, "state");
	i64 id = number_of(state, "conversation");
	TRY(conversation_get_itself(cx, db, workspace, id, &c));
	TRY(conversation_get_itself(cx, db, workspace, number_of(step, "subject"), &fresh));
	bool untouched = c.version == number_of(step, "version") && fresh.version == number_of(step, "fresh_version");
	TRY(inbox_merge(cx, db, workspace, fresh.id, id, NULL));
	if (!untouched)
		return OK;
	TRY(conversation_get_itself(cx, db, workspace, id, &c));
	TRY(put_back(cx, db, state, &c));
	return conversation_save(cx, db, &c);
}

static enum err take_back(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	struct str act = str_of(json_string_value(json_object_get(step, "do")));
	i64 subject = number_of(step, "subject");
	if (str_eq(act, S("restore")))
		return restore(cx, db, workspace, step);
	if (str_eq(act, S("withdraw")))
		return reply_withdraw(cx, db, workspace, subject);
	if (str_eq(act, S("unmerge")))
		return unmerge(cx, db, workspace, step);
	if (str_eq(act, S("join")))
		return join(cx, db, workspace, step);
	if (str_eq(act, S("unmerge_contact")))
		return contact_unmerge(cx, db, workspace, subject, NULL);
	if (str_eq(act, S("rejoin")))
		return contact_merge(cx, db, workspace, subject, number_of(step, "other"), NULL);
	if (str_eq(act, S("unrefuse")))
		return contact_apart_undo(cx, db, workspace, subject, number_of(step, "other"));
	if (str_eq(act, S("subtitle")))
		return subtitle_put_back(cx, db, workspace, subject, number_of(step, "other"));
	if (str_eq(act, S("contest_refuse")))
		return contest_refuse_undo(cx, db, workspace, subject, number_of(step, "other"));
	if (str_eq(act, S("untell")))
		return moderate_untell(cx, db, workspace, subject);
	if (str_eq(act, S("listening")) || str_eq(act, S("listening_piece")))
		return listen_put_back(cx, db, workspace, step);
	if (str_eq(act, S("listening_search")))
		return seek_put_back(cx, db, workspace, step);
	if (str_eq(act, S("alarm_unhush")))
		return alarm_unhush(cx, db, workspace, subject, NULL);
	if (str_eq(act, S("alarm_rehush")))
		return alarm_rehush(cx, db, workspace, subject);
	if (str_eq(act, S("uncorrect")))
		return meaning_uncorrect(cx, db, workspace, subject);
	if (str_eq(act, S("hush")) || str_eq(act, S("unhush")))
		return trend_hush(cx, db, workspace, subject, str_eq(act, S("hush")), NULL);
	if (str_eq(act, S("like")) || str_eq(act, S("unlike")))
		return react_set(cx, db, workspace, subject, str_eq(act, S("like")), NULL);
	must(str_eq(act, S("reopen")));
	return moderate_reopen(cx, db, workspace, subject);
}

static bool of_several(const json_t *steps)
{
	i64 first = 0;
	size_t index;
	json_t *step;
	json_array_foreach(steps, index, step) {
		i64 id = number_of(json_object_get(step, "state"), "conversation");
		if (id && first && id != first)
			return true;
		first = id ? id : first;
	}
	return false;
}

static enum err run_steps(struct cx *cx, struct db *db, i64 workspace, i64 id, struct undone *ret_undone)
{
	struct str text;
	struct undone undone = {};
	TRY(undo_take(cx, db, workspace, cx->actor->user, key_of(cx->actor), id, &text));
	json_t *steps = json_loadb(text.at, text.len, 0, NULL);
	must(steps);
	arena_defer(cx->arena, release, steps);
	bool several = of_several(steps);
	for (size_t i = json_array_size(steps); i-- > 0;) { /* the last act first */
		enum err e = take_back(cx, db, workspace, json_array_get(steps, i));
		if (e == OK) {
			undone.back++;
			continue;
		}
		/* The steps say so before they change anything: what was taken back of the others stands. */
		if (e != ERR_CONFLICT || !several || (i == 0 && !undone.back))
			return e;
		cx_forget(cx);
		undone.left++;
	}
	*ret_undone = undone;
	return OK;
}

enum err undo_run(struct cx *cx, struct db *db, i64 workspace, i64 id, struct undone *ret_undone)
{
	return IN_TRANSACTION(cx, db, run_steps(cx, db, workspace, id, ret_undone));
}
