#include "flow/undo.h"

#include "flow/audit.h"
#include "flow/inbox.h"
#include "flow/moderate.h"
#include "flow/reply.h"
#include "flow/sla.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/label.h"

#define STEPS_MAX 500 /* a bulk act takes back as many conversations at once */

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

void undo_note_conversation(struct undo *undo, const struct conversation *before, i64 version_after)
{
	if (json_array_size(undo->steps) >= STEPS_MAX)
		return;
	json_array_append_new(undo->steps,
			      json_pack("{s:s, s:o, s:o, s:s, s:i, s:o, s:o, s:o, s:s%}", "do", "restore", "conversation", number(before->id), "version",
					number(version_after), "status", status_word(before->status), "priority", (int)before->priority, "assignee",
					number(before->assignee), "team", number(before->team), "snoozed_until", number(before->snoozed_until),
					"label_ids", before->label_ids.at ? before->label_ids.at : "", before->label_ids.len));
}

void undo_note(struct undo *undo, const char *act, i64 subject)
{
	if (json_array_size(undo->steps) < STEPS_MAX)
		json_array_append_new(undo->steps, json_pack("{s:s, s:o}", "do", act, "subject", number(subject)));
}

enum err undo_close(struct cx *cx, struct db *db, i64 workspace, struct undo *undo)
{
	undo->id = 0;
	if (json_array_size(undo->steps) == 0 || !cx->actor || !cx->actor->user)
		return OK;
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, workspace, &settings));
	char *text = json_dumps(undo->steps, JSON_COMPACT);
	must(text);
	struct str steps = arena_str(cx->arena, str_of(text));
	free(text);
	/* A few seconds of grace for the network and the hand. */
	return undo_insert(cx, db, workspace, cx->actor->user, cx->now + (settings.undo_seconds + 5) * SECOND, steps, &undo->id);
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

static enum err restore(struct cx *cx, struct db *db, i64 workspace, const json_t *step)
{
	struct conversation c;
	TRY(conversation_get_itself(cx, db, workspace, number_of(step, "conversation"), &c));
	if (c.version != number_of(step, "version"))
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation since; it was left as it is now."));
	struct desk desk;
	TRY(desk_load(cx, db, workspace, &desk));
	bool was_resolved = c.status == STATUS_RESOLVED;
	struct str labels = str_of(json_string_value(json_object_get(step, "label_ids")));
	TRY(set_labels(cx, db, &c, c.label_ids, false));
	TRY(set_labels(cx, db, &c, labels, true));
	c.label_ids = labels;
	status_of(str_of(json_string_value(json_object_get(step, "status"))), &c.status);
	c.priority = (enum priority)json_integer_value(json_object_get(step, "priority"));
	c.assignee = number_of(step, "assignee");
	c.team = number_of(step, "team");
	c.snoozed_until = number_of(step, "snoozed_until");
	if (was_resolved && c.status != STATUS_RESOLVED)
		sla_reopened(&desk, &c, c.inbound_at ? c.inbound_at : cx->now);
	else
		sla_choose_again(&desk, &c);
	TRY(conversation_save(cx, db, &c));
	TRY(event_add(cx, db, workspace, c.id, "undone", (struct str){}));
	TRY(audit(cx, db, workspace, "conversation.undo", arena_printf(cx->arena, "conversation:%lld", (long long)c.id), (struct str){}));
	return change_add(cx, db, workspace, 0, "conversation", c.id);
}

static enum err run_steps(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct str text;
	TRY(undo_take(cx, db, workspace, cx->actor->user, id, &text));
	json_t *steps = json_loadb(text.at, text.len, 0, NULL);
	must(steps);
	arena_defer(cx->arena, release, steps);
	for (size_t i = json_array_size(steps); i-- > 0;) { /* the last act first */
		const json_t *step = json_array_get(steps, i);
		struct str act = str_of(json_string_value(json_object_get(step, "do")));
		i64 subject = number_of(step, "subject");
		if (str_eq(act, S("restore")))
			TRY(restore(cx, db, workspace, step));
		else if (str_eq(act, S("withdraw")))
			TRY(reply_withdraw(cx, db, workspace, subject));
		else if (str_eq(act, S("unmerge")))
			TRY(inbox_unmerge(cx, db, workspace, subject));
		else if (str_eq(act, S("unhide")))
			TRY(moderate_restore(cx, db, workspace, subject, S("Undone at once")));
		else
			must(!"a step that nobody writes");
	}
	return OK;
}

enum err undo_run(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, run_steps(cx, db, workspace, id));
}
