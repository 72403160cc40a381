/* bulk.c: one act on several conversations: each in a transaction of its own, so that one that moved on does not hold the others back,
 * and one undo for all that were changed. */
#include "base/lang.h"
#include "flow/inbox.h"
#include "flow/macro.h"
#include "page/inbox/inbox.h"

#define AT_ONCE 500 /* what one undo takes back */

struct bulk {
	enum { BULK_NONE, BULK_ASSIGN, BULK_STATUS, BULK_LABEL, BULK_UNLABEL, BULK_PRIORITY, BULK_SNOOZE, BULK_MACRO } act;
	i64 person, team, label, until, macro;
	enum status status;
	enum priority priority;
};

static enum err read_act(struct cx *cx, const struct request *request, struct bulk *ret_bulk)
{
	struct bulk b = {};
	int named = 0;
	if (param_given(request, "assignee_id") || param_given(request, "team_id")) {
		b = (struct bulk){.act = BULK_ASSIGN, .person = param_id(request, "assignee_id"), .team = param_id(request, "team_id")};
		named++;
	}
	if (status_of(param_text(request, "status"), &b.status)) {
		b.act = BULK_STATUS;
		named++;
	}
	if (param_id(request, "label_id")) {
		b.act = param_bool(request, "off") ? BULK_UNLABEL : BULK_LABEL;
		b.label = param_id(request, "label_id");
		named++;
	}
	if (priority_of(param_text(request, "priority"), &b.priority)) {
		b.act = BULK_PRIORITY;
		named++;
	}
	if (param_text(request, "until").len) {
		if (!until_of(cx, param_text(request, "until"), &b.until))
			return fail_field(cx, "until", N_("Choose a day and a time, or “until they answer”."));
		b.act = BULK_SNOOZE;
		named++;
	}
	if (param_id(request, "macro_id")) {
		b.act = BULK_MACRO;
		b.macro = param_id(request, "macro_id");
		named++;
	}
	if (named != 1)
		return fail_field(cx, "id", N_("Choose one thing to do with the selected conversations."));
	*ret_bulk = b;
	return OK;
}

static enum err act_on(struct cx *cx, struct db *db, const struct bulk *b, i64 id, struct undo *undo)
{
	i64 workspace = here(cx);
	switch (b->act) {
	case BULK_ASSIGN:
		return inbox_assign(cx, db, workspace, id, 0, b->person, b->team, undo);
	case BULK_STATUS:
		return inbox_set_status(cx, db, workspace, id, 0, b->status, undo);
	case BULK_LABEL:
	case BULK_UNLABEL:
		return inbox_label(cx, db, workspace, id, b->label, b->act == BULK_LABEL, undo);
	case BULK_PRIORITY:
		return inbox_set_priority(cx, db, workspace, id, 0, b->priority, undo);
	case BULK_SNOOZE:
		return inbox_snooze(cx, db, workspace, id, 0, b->until, undo);
	case BULK_MACRO:
		return macro_run(cx, db, workspace, b->macro, id, 0, undo);
	case BULK_NONE:
		break;
	}
	must(!"a bulk act of no kind");
	return OK;
}

struct outcomes {
	i64 changed, as_it_was, moved_on;
};

/* What the act noted for undo and did not do after all. */
static void forget_notes(struct undo *undo, size_t kept)
{
	while (json_array_size(undo->steps) > kept)
		json_array_remove(undo->steps, json_array_size(undo->steps) - 1);
}

static enum err act_on_all(struct cx *cx, struct db *db, const struct request *request, const struct bulk *b, struct undo *undo, struct outcomes *o)
{
	for (size_t i = 0; i < param_count(request, "id"); i++) {
		size_t notes = json_array_size(undo->steps);
		enum err e = act_on(cx, db, b, param_id_at(request, "id", i), undo);
		if (e == OK) {
			if (json_array_size(undo->steps) > notes)
				o->changed++;
			else
				o->as_it_was++;
			continue;
		}
		forget_notes(undo, notes);
		/* What is wrong with the act itself is wrong with the first as with all; what is wrong with one is counted. */
		if (e != ERR_CONFLICT && (e != ERR_MISSING || i == 0))
			return e;
		cx_forget(cx);
		o->moved_on++;
	}
	return OK;
}

static struct str said(struct cx *cx, const struct outcomes *o)
{
	CLEANUP(buf_free) struct buf text = {}, number = {};
	buf_add_number(&number, cx->lang, o->changed);
	buf_add_filled(&text, tr_n(cx->lang, "{n} conversation changed.", "{n} conversations changed.", o->changed), buf_str(&number));
	if (o->as_it_was) {
		buf_clear(&number);
		buf_add_number(&number, cx->lang, o->as_it_was);
		buf_addc(&text, ' ');
		buf_add_filled(&text, tr_n(cx->lang, "{n} was so already.", "{n} were so already.", o->as_it_was), buf_str(&number));
	}
	if (o->moved_on) {
		buf_clear(&number);
		buf_add_number(&number, cx->lang, o->moved_on);
		buf_addc(&text, ' ');
		buf_add_filled(&text, tr_n(cx->lang, "{n} had moved on and was left alone.", "{n} had moved on and were left alone.", o->moved_on), buf_str(&number));
	}
	return buf_keep(&text, cx->arena);
}

enum err conversations_bulk(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct outcomes outcomes = {};
	struct bulk bulk = {};
	struct undo undo;
	struct str back = param_text(request, "back");
	if (!param_count(request, "id"))
		return fail_field(cx, "id", N_("Select one conversation at least."));
	if (param_count(request, "id") > AT_ONCE)
		return fail_field(cx, "id", N_("%d conversations at the most at once."), AT_ONCE);
	TRY(read_act(cx, request, &bulk));
	undo_open(cx, &undo);
	enum err e = act_on_all(cx, db, request, &bulk, &undo, &outcomes);
	if (e && !outcomes.changed)
		return e;
	if (e) /* halfway: what was done stays, is told, and can be taken back */
		cx_forget(cx);
	TRY(undo_close(cx, db, here(cx), &undo));
	back = back.len ? back : S("/inbox");
	reply_json(reply, json_pack("{s:I, s:I, s:I, s:o}", "changed", (json_int_t)outcomes.changed, "as_it_was", (json_int_t)outcomes.as_it_was, "moved_on",
				    (json_int_t)outcomes.moved_on, "undo_url",
				    undo.id ? doc_text(arena_printf(cx->arena, "/undo/%lld", (long long)undo.id)) : json_null()));
	reply_flash(reply, said(cx, &outcomes), undo_url(cx, &undo, back));
	reply_redirect(reply, "%s", arena_cstr(cx->arena, back));
	return OK;
}
