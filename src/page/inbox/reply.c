/* reply.c: what the reply box sends: an answer now, later or after approval, a draft, a note. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/aside.h"
#include "flow/inbox.h"
#include "flow/reply.h"
#include "flow/transaction.h"
#include "page/inbox/inbox.h"

static enum err compose(struct cx *cx, struct db *db, i64 version, const struct reply_request *r, struct message *ret_message, struct undo *undo)
{
	struct conversation c;
	TRY(hold(cx, db, r->conversation, version, &c));
	return reply_compose(cx, db, here(cx), r, ret_message, undo);
}

/* Somebody was faster: the page again as it is now, with the text as it was typed. */
static enum err again(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = reply_document(reply);
	struct open_request open = {.visibility = param_text(request, "visibility"), .answer = param_id(request, "parent_id")};
	json_object_set_new(document, "problem", json_pack("{s:s, s:s, s:[], s:{}, s:{s:o}}", "title", _(err_row(ERR_CONFLICT)->title), "story",
							   _("It changed while you wrote. Your text is below; look at what is new, then send it again."), "errors",
							   "fields", "input", "body", doc_text(param_text(request, "body"))));
	cx_forget(cx);
	TRY(conversation_document(cx, request_db(request), param_id(request, "id"), param_text(request, "query"), &open, true, document));
	reply_template(reply, "inbox/page");
	reply_status(reply, err_row(ERR_CONFLICT)->http);
	return OK;
}

static bool page_asks(struct request *request)
{
	return !request_wants_json(request) && !request_is_partial(request);
}

static struct str said(struct cx *cx, const struct message *m)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf when = {}, text = {};
	switch (m->reply_state) {
	case REPLY_SCHEDULED:
		buf_add_instant(&when, &reader, m->at);
		buf_add_filled(&text, _("Your reply leaves {n}."), buf_str(&when));
		return buf_keep(&text, cx->arena);
	case REPLY_APPROVAL:
		return str_of(_("Your reply waits for approval."));
	case REPLY_DRAFT:
		return str_of(_("The draft is kept."));
	default:
		return str_of(_("Your reply leaves in a moment."));
	}
}

static enum err files_of(struct cx *cx, struct request *request, struct reply_files *ret_files)
{
	const struct upload *upload;
	struct reply_file *list = NULL;
	size_t count = 0, capacity = 0;
	const char *folder = arena_printf(cx->arena, "%s/media", page_setup.data).at;
	for (size_t i = 0; (upload = param_file_at(request, "file", i)); i++) {
		struct reply_file f = {.name = upload->name.len ? upload->name : S("file"), .alt = i < param_count(request, "alt") ? param_text_at(request, "alt", i) : (struct str){}};
		if (i == REPLY_FILES_MAX)
			return fail_field(cx, "file", N_("Too many files: %d is what goes with one message here."), REPLY_FILES_MAX);
		TRY(reply_file_read(cx, upload->path, folder, &f));
		f.alt = str_trim(f.alt);
		*arena_push(cx->arena, list, count, capacity) = f;
	}
	*ret_files = (struct reply_files){.add = list, .add_count = count};
	return OK;
}

enum err conversation_reply(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str then = param_text(request, "then"), visibility = param_text(request, "visibility");
	struct reply_request r = {
		.conversation = param_id(request, "id"),
		.draft = param_id(request, "draft_id"),
		.parent = param_id(request, "parent_id"),
		.body = param_text(request, "body"),
		.send_at = str_eq(then, S("later")) || request_wants_json(request) ? param_time(request, "send_at") : 0,
		.ask_approval = str_eq(then, S("approval")),
		.only_draft = str_eq(then, S("draft")),
		.status_after = str_eq(then, S("resolve")) ? STATUS_RESOLVED : str_eq(then, S("pending")) ? STATUS_PENDING : -1,
	};
	struct conversation before;
	struct message message;
	struct undo undo;
	if (str_eq(visibility, S("note")))
		return conversation_note(cx, request, reply);
	visibility_of(visibility, &r.visibility);
	if (str_eq(then, S("later")) && !r.send_at)
		return fail_field(cx, "send_at", N_("Choose when it is to leave."));
	TRY(files_of(cx, request, &r.files));
	i64 *drop = arena_array(cx->arena, i64, param_count(request, "drop") + 1);
	for (size_t i = 0; i < param_count(request, "drop"); i++)
		drop[r.files.drop_count++] = param_id_at(request, "drop", i);
	r.files.drop = drop;
	undo_open(cx, &undo);
	TRY(hold(cx, db, r.conversation, 0, &before));
	r.conversation = before.id;
	enum err e = IN_TRANSACTION(cx, db, compose(cx, db, param_int(request, "version"), &r, &message, &undo));
	if (e == ERR_CONFLICT && page_asks(request))
		return again(cx, request, reply);
	TRY(e);
	json_object_set_new(reply_document(reply), "message", json_pack("{s:o, s:s, s:o}", "id", doc_id(message.id), "reply_state", reply_state_word(message.reply_state),
									"at", doc_text(time_text(cx->arena, message.at))));
	return go_on(cx, request, reply, before.id, r.status_after >= 0 ? &before : NULL, &undo, arena_cstr(cx->arena, said(cx, &message)));
}

enum err conversation_note(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation c;
	struct reply_files files;
	i64 message;
	if (!actor_may(cx->actor, MAY_NOTE))
		return fail(cx, ERR_DENIED, N_("Your role does not write notes."));
	TRY(hold(cx, db, param_id(request, "id"), 0, &c)); /* whatever changed: a note adds, and takes nothing away */
	TRY(files_of(cx, request, &files));
	TRY(inbox_note(cx, db, here(cx), c.id, param_text(request, "body"), &files, &message));
	json_object_set_new(reply_document(reply), "message", json_pack("{s:o}", "id", doc_id(message)));
	return go_on(cx, request, reply, c.id, NULL, NULL, _("The note is there; only the team reads it."));
}

/* ---- from public to private ---- */

enum err conversation_aside(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	struct aside aside;
	struct aside_request r = {.body = param_text(request, "body"), .holding = param_text(request, "holding")};
	TRY(hold(cx, db, param_id(request, "id"), param_int(request, "version"), &before));
	r.conversation = before.id;
	TRY(files_of(cx, request, &r.files));
	TRY(aside_start(cx, db, here(cx), &r, &aside));
	return go_on(cx, request, reply, before.id, NULL, NULL, _("A word in public and your message leave in a moment. You are the point of contact."));
}

enum err conversation_aside_close(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct conversation before;
	bool silent = str_eq(param_text(request, "then"), S("silent"));
	struct str body = silent ? (struct str){} : param_text(request, "body");
	TRY(hold(cx, db, param_id(request, "id"), 0, &before));
	if (!silent && !str_trim(body).len)
		return fail_field(cx, "body", N_("The answer is empty."));
	TRY(aside_close(cx, db, here(cx), before.id, body));
	return go_on(cx, request, reply, before.id, NULL, NULL, silent ? _("The case is closed.") : _("Your last word leaves in a moment, and the case is closed."));
}
