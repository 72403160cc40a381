/* acts.c: what is done with a conversation: by a form of the page, or by the API. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/handoff.h"
#include "flow/inbox.h"
#include "flow/macro.h"
#include "flow/transaction.h"
#include "page/inbox/inbox.h"

/* ---- what acts have in common ---- */

enum err hold(struct cx *cx, struct db *db, i64 conversation, i64 version, struct conversation *ret_conversation)
{
	struct conversation c;
	TRY(conversation_get(cx, db, here(cx), conversation, &c));
	if (version && version != c.version)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation meanwhile. Nothing of yours was applied; look at it again."));
	*ret_conversation = c;
	return OK;
}

bool until_of(struct cx *cx, struct str text, i64 *ret_until)
{
	if (str_eq(text, S("answer"))) {
		*ret_until = SNOOZED_UNTIL_ANSWER;
		return true;
	}
	if (time_parse(text, ret_until))
		return true;
	i64 parts[5];
	struct str rest = text, date = str_cut(&rest, 'T');
	for (int i = 0; i < 3; i++)
		if (!str_to_i64(str_cut(&date, '-'), &parts[i]))
			return false;
	for (int i = 3; i < 5; i++)
		if (!str_to_i64(str_cut(&rest, ':'), &parts[i]))
			return false;
	bool fits = parts[0] > 2000 && parts[0] < 2200 && parts[1] >= 1 && parts[1] <= 12 && parts[2] >= 1 && parts[2] <= 31 && parts[3] >= 0 && parts[3] <= 23 &&
		    parts[4] >= 0 && parts[4] <= 59;
	if (!fits)
		return false;
	struct civil civil = {.year = (int)parts[0], .month = (int)parts[1], .day = (int)parts[2], .hour = (int)parts[3], .minute = (int)parts[4]};
	*ret_until = zone_instant(cx->actor->zone, civil);
	return true;
}

struct str undo_url(struct cx *cx, const struct undo *undo, struct str next)
{
	if (!undo || !undo->id)
		return (struct str){};
	CLEANUP(buf_free) struct buf url = {};
	buf_addf(&url, "/undo/%lld?next=", (long long)undo->id);
	buf_add_url(&url, next);
	return buf_keep(&url, cx->arena);
}

/* The one after it in the list, or the list. */
static enum err next_of(struct cx *cx, struct db *db, const struct room *room, const struct conversation *before, struct str *ret_url)
{
	struct conversation_row *rows;
	size_t count = 0;
	const struct conversation_filter *f = &room->query.filter;
	if (!room->query.words.len && !room->query.mentioned)
		TRY(conversation_list(cx, db, room->workspace, f, list_after(conversation_sort_key(before, f->sort), before->id), 1, &rows, &count));
	*ret_url = count ? inbox_conversation_url(cx, &room->query, rows[0].conversation.id, NULL) :
			   inbox_list_url(cx, &room->query, PART_COUNT, (struct str){});
	return OK;
}

static enum err where_to(struct cx *cx, struct db *db, i64 id, const struct conversation *before, struct str query, struct str *ret_here, struct str *ret_next)
{
	struct room room;
	struct conversation now;
	TRY(room_load(cx, db, query, &room));
	*ret_here = *ret_next = inbox_conversation_url(cx, &room.query, id, NULL);
	if (!before)
		return OK;
	TRY(conversation_get(cx, db, room.workspace, id, &now));
	if (list_has(&room, &now, cx->now) || !list_has(&room, before, cx->now))
		return OK;
	return next_of(cx, db, &room, before, ret_next);
}

enum err go_on(struct cx *cx, struct request *request, struct reply *reply, i64 id, const struct conversation *before, struct undo *undo, const char *flash)
{
	struct db *db = request_db(request);
	struct str stay, next, query = param_text(request, "query");
	if (undo)
		TRY(undo_close(cx, db, here(cx), undo));
	if (request_wants_json(request)) {
		json_t *document = reply_document(reply);
		TRY(conversation_document(cx, db, id, query, &(struct open_request){}, false, document));
		json_object_set_new(document, "undo_url", undo && undo->id ? doc_text(arena_printf(cx->arena, "/undo/%lld", (long long)undo->id)) : json_null());
		return OK;
	}
	TRY(where_to(cx, db, id, before, query, &stay, &next));
	reply_flash(reply, str_of(flash), undo_url(cx, undo, stay));
	reply_redirect(reply, "%s", arena_cstr(cx->arena, next));
	return OK;
}

/* ---- acts ---- */

enum err conversation_assign(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct undo undo;
	i64 id = param_id(request, "id"), person = param_id(request, "assignee_id"), team = param_id(request, "team_id");
	undo_open(cx, &undo);
	TRY(hold(cx, db, id, 0, &before));
	if (person && !team)
		team = before.team; /* a person of the team it is with */
	TRY(inbox_assign(cx, db, here(cx), id, param_int(request, "version"), person, team, &undo));
	const char *flash = person == cx->actor->user ? N_("It is yours.") : person || team ? N_("Handed over.") : N_("It is nobody’s in particular now.");
	return go_on(cx, request, reply, before.id, NULL, &undo, tr(cx->lang, flash));
}

enum err conversation_status(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct undo undo;
	enum status status = STATUS_OPEN;
	status_of(param_text(request, "status"), &status);
	undo_open(cx, &undo);
	TRY(hold(cx, db, param_id(request, "id"), 0, &before));
	TRY(inbox_set_status(cx, db, here(cx), before.id, param_int(request, "version"), status, &undo));
	const char *flash = status == STATUS_RESOLVED ? N_("Done.") : status == STATUS_PENDING ? N_("It waits for their answer.") : N_("Open again.");
	return go_on(cx, request, reply, before.id, &before, &undo, tr(cx->lang, flash));
}

enum err conversation_snooze(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct undo undo;
	i64 until;
	if (!until_of(cx, param_text(request, "until"), &until))
		return fail_field(cx, "until", N_("Choose a day and a time, or “until they answer”."));
	undo_open(cx, &undo);
	TRY(hold(cx, db, param_id(request, "id"), 0, &before));
	TRY(inbox_snooze(cx, db, here(cx), before.id, param_int(request, "version"), until, &undo));
	CLEANUP(buf_free) struct buf flash = {}, when = {};
	struct reader reader = reader_of(cx);
	if (until > 0) {
		buf_add_instant(&when, &reader, until);
		buf_add_filled(&flash, _("Snoozed until {n}."), buf_str(&when));
	} else {
		buf_adds(&flash, _("Snoozed until they answer."));
	}
	return go_on(cx, request, reply, before.id, &before, &undo, arena_cstr(cx->arena, buf_str(&flash)));
}

enum err conversation_priority(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct undo undo;
	enum priority priority = PRIORITY_MEDIUM;
	priority_of(param_text(request, "priority"), &priority);
	undo_open(cx, &undo);
	TRY(hold(cx, db, param_id(request, "id"), 0, &before));
	TRY(inbox_set_priority(cx, db, here(cx), before.id, param_int(request, "version"), priority, &undo));
	return go_on(cx, request, reply, before.id, NULL, &undo, _("Priority set."));
}

static enum err check_labels(struct cx *cx, struct db *db, const struct request *request)
{
	struct label *labels;
	size_t count;
	TRY(label_list(cx, db, here(cx), true, &labels, &count));
	for (size_t j = 0; j < param_count(request, "label_id"); j++) {
		i64 wanted = param_id_at(request, "label_id", j);
		size_t i = 0;
		while (i < count && labels[i].id != wanted)
			i++;
		if (wanted && i == count)
			return fail_field(cx, "label_id", N_("One of these labels does not exist. Nothing was changed."));
	}
	return OK;
}

/* The whole set: what is not named comes off. One step of undo for all. */
static enum err set_labels(struct cx *cx, struct db *db, const struct request *request, struct undo *undo, struct conversation *ret_before)
{
	struct conversation before, after;
	struct label *labels;
	size_t count;
	TRY(hold(cx, db, param_id(request, "id"), param_int(request, "version"), &before));
	TRY(check_labels(cx, db, request));
	TRY(label_list(cx, db, here(cx), false, &labels, &count));
	for (size_t i = 0; i < count; i++) {
		bool on = false;
		for (size_t j = 0; j < param_count(request, "label_id") && !on; j++)
			on = param_id_at(request, "label_id", j) == labels[i].id;
		TRY(inbox_label(cx, db, here(cx), before.id, labels[i].id, on, NULL));
	}
	TRY(conversation_get(cx, db, here(cx), before.id, &after));
	if (after.version != before.version)
		undo_note_conversation(undo, &before, after.version);
	*ret_before = before;
	return OK;
}

enum err conversation_labels(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct undo undo;
	undo_open(cx, &undo);
	TRY(IN_TRANSACTION(cx, db, set_labels(cx, db, request, &undo, &before)));
	return go_on(cx, request, reply, before.id, NULL, &undo, _("Labels set."));
}

/* "https://desk.example.org/conversations/5?view=open" */
static i64 conversation_of_address(struct str address)
{
	ptrdiff_t at = str_find(address, S("/conversations/"));
	struct str rest = at < 0 ? address : str_skip(address, (size_t)at + 15);
	size_t digits = 0;
	i64 id = 0;
	while (digits < rest.len && rest.at[digits] >= '0' && rest.at[digits] <= '9')
		digits++;
	str_to_i64(str_head(rest, digits), &id);
	return id;
}

static enum err merge(struct cx *cx, struct db *db, i64 from, i64 version, i64 into, struct undo *undo)
{
	struct conversation c;
	TRY(hold(cx, db, from, version, &c));
	return inbox_merge(cx, db, here(cx), from, into, undo);
}

enum err conversation_merge(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct undo undo;
	i64 into = param_id(request, "into");
	if (!into)
		into = conversation_of_address(param_text(request, "into_url"));
	if (!into)
		return fail_field(cx, "into", N_("Choose the conversation it joins, or give its address."));
	undo_open(cx, &undo);
	TRY(IN_TRANSACTION(cx, db, merge(cx, db, param_id(request, "id"), param_int(request, "version"), into, &undo)));
	return go_on(cx, request, reply, into, NULL, &undo, _("Merged."));
}

enum err conversation_handoff(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 theirs;
	bool by_mail;
	struct handoff_request wish = {
		.conversation = param_id(request, "id"), .channel = param_id(request, "channel_id"), .to = param_text(request, "to"),
		.word = param_text(request, "word"), .public_url = page_setup.public_url,
	};
	TRY(handoff(cx, request_db(request), here(cx), &wish, &theirs, &by_mail));
	json_object_set_new(reply_document(reply), "case_id", doc_id(theirs));
	return go_on(cx, request, reply, wish.conversation, NULL, NULL,
		     by_mail ? _("Handed over: it leaves by mail, and their answers come into a conversation of their own.")
			     : _("Handed over: it leaves now, signed, and their answers come into a conversation of their own."));
}

static enum err split(struct cx *cx, struct db *db, const struct request *request, i64 *ret_fresh, struct undo *undo)
{
	struct conversation c;
	bool alone = param_bool(request, "alone");
	TRY(hold(cx, db, param_id(request, "id"), param_int(request, "version"), &c));
	return inbox_split(cx, db, here(cx), c.id, param_id(request, "message_id"), !alone, ret_fresh, undo);
}

enum err conversation_split(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct undo undo;
	i64 fresh;
	undo_open(cx, &undo);
	TRY(IN_TRANSACTION(cx, db, split(cx, db, request, &fresh, &undo)));
	return go_on(cx, request, reply, fresh, NULL, &undo, _("It is a conversation of its own now."));
}

enum err conversation_macro(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct undo undo;
	undo_open(cx, &undo);
	TRY(hold(cx, db, param_id(request, "id"), 0, &before));
	TRY(macro_run(cx, db, here(cx), param_id(request, "macro_id"), before.id, param_int(request, "version"), &undo));
	return go_on(cx, request, reply, before.id, &before, &undo, _("The macro ran."));
}

/* ---- presence ---- */

static enum err present(struct cx *cx, struct request *request, struct reply *reply, bool typing)
{
	TRY(inbox_presence(cx, request_db(request), here(cx), param_id(request, "id"), typing));
	reply_status(reply, 204);
	return OK;
}

enum err conversation_read(struct cx *cx, struct request *request, struct reply *reply)
{
	return present(cx, request, reply, false);
}

enum err conversation_typing(struct cx *cx, struct request *request, struct reply *reply)
{
	return present(cx, request, reply, true);
}
