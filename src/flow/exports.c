#include "flow/exports.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "sys/files.h"

#include <jansson.h>

#define LEASE (2 * MINUTE)
#define STEP_TIME SECOND

/* ---- the filter as text ---- */

static void put_id(json_t *object, const char *name, i64 value)
{
	if (value)
		json_object_set_new(object, name, json_integer(value));
}

struct str export_filter_text(struct arena *arena, const struct export_filter *f)
{
	const struct conversation_filter *c = &f->conversations;
	json_t *object = json_object();
	if (!c->any_status)
		json_object_set_new(object, "status", json_string(status_word(c->status)));
	if (c->kind >= 0)
		json_object_set_new(object, "kind", json_string(message_kind_word((enum message_kind)c->kind)));
	put_id(object, "assignee", c->assignee);
	put_id(object, "team", c->team);
	put_id(object, "channel", c->channel);
	put_id(object, "label", c->label);
	put_id(object, "contact", c->contact);
	put_id(object, "priority", c->priority_least);
	put_id(object, "unanswered", c->unanswered);
	put_id(object, "since", f->since);
	put_id(object, "until", f->until);
	if (f->view.len)
		json_object_set_new(object, "view", json_stringn(f->view.at, f->view.len));
	struct str kept = arena_json(arena, object, JSON_COMPACT);
	json_decref(object);
	return kept;
}

static i64 id_in(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

void export_filter_read(struct arena *arena, struct str text, struct export_filter *ret_filter)
{
	struct export_filter f = EXPORT_FILTER;
	struct conversation_filter *c = &f.conversations;
	json_t *object = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	enum message_kind kind;
	c->any_status = !status_of(str_of(json_string_value(json_object_get(object, "status"))), &c->status);
	if (message_kind_of(str_of(json_string_value(json_object_get(object, "kind"))), &kind))
		c->kind = (int)kind;
	c->assignee = id_in(object, "assignee");
	c->team = id_in(object, "team");
	c->channel = id_in(object, "channel");
	c->label = id_in(object, "label");
	c->contact = id_in(object, "contact");
	c->priority_least = (int)id_in(object, "priority");
	c->unanswered = id_in(object, "unanswered");
	f.since = id_in(object, "since");
	f.until = id_in(object, "until");
	f.view = arena_str(arena, str_of(json_string_value(json_object_get(object, "view"))));
	json_decref(object);
	*ret_filter = f;
}

/* ---- asked for by a page ---- */

static struct str subject_of(struct cx *cx, i64 run)
{
	return arena_printf(cx->arena, "export:%lld", (long long)run);
}

static struct str detail_of(struct cx *cx, const struct export_run *r)
{
	return arena_printf(cx->arena, "{\"what\":\"%.*s\",\"format\":\"%.*s\",\"filter\":%.*s,\"rows\":%lld,\"bytes\":%lld}", STR_ARG(r->what), STR_ARG(r->format),
			    STR_ARG(r->filter), (long long)r->rows_done, (long long)r->size);
}

static enum err may_export(struct cx *cx)
{
	if (actor_may(cx->actor, MAY_EXPORT))
		return OK;
	return fail(cx, ERR_DENIED, N_("Your role does not export. Ask somebody who manages this workspace."));
}

static enum err ask(struct cx *cx, struct db *db, struct export_run *run)
{
	i64 waiting;
	TRY(may_export(cx));
	TRY(export_run_waiting(cx, db, run->workspace, &waiting));
	if (waiting >= EXPORTS_AT_ONCE)
		return fail(cx, ERR_LIMIT, N_("Several exports are being made already. Wait for one of them, or cancel it."));
	TRY(export_run_insert(cx, db, run));
	TRY(audit(cx, db, run->workspace, "export.ask", subject_of(cx, run->id), detail_of(cx, run)));
	return change_add(cx, db, run->workspace, 0, "export", run->id);
}

enum err exports_ask(struct cx *cx, struct db *db, i64 workspace, struct str what, struct str format, const struct export_filter *filter, i64 *ret_run)
{
	bool everything = str_eq(what, S("everything")), conversations = str_eq(what, S("conversations"));
	if (!everything && !conversations)
		return fail_field(cx, "what", N_("Choose what to take out."));
	if (conversations && !str_eq(format, S("csv")) && !str_eq(format, S("jsonl")))
		return fail_field(cx, "format", N_("Choose a table (CSV) or lines of JSON (JSONL)."));
	struct export_run run = {
		.id = id_new(), .workspace = workspace, .what = what, .format = everything ? S("archive") : format,
		.filter = everything || !filter ? S("{}") : export_filter_text(cx->arena, filter), .state = EXPORT_WAITING,
		.person = cx->actor ? cx->actor->user : 0, .asked_at = cx->now,
	};
	TRY(IN_TRANSACTION(cx, db, ask(cx, db, &run)));
	*ret_run = run.id;
	return OK;
}

static enum err cancel(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	struct export_run run;
	TRY(may_export(cx));
	TRY(export_run_get(cx, db, workspace, id, &run));
	TRY(export_run_cancel(cx, db, workspace, id));
	TRY(audit(cx, db, workspace, "export.cancel", subject_of(cx, id), detail_of(cx, &run)));
	return change_add(cx, db, workspace, 0, "export", id);
}

enum err exports_cancel(struct cx *cx, struct db *db, i64 workspace, i64 run)
{
	return IN_TRANSACTION(cx, db, cancel(cx, db, workspace, run));
}

static enum err take(struct cx *cx, struct db *db, i64 workspace, i64 id, struct export_run *run)
{
	TRY(may_export(cx));
	TRY(export_run_get(cx, db, workspace, id, run));
	if (run->state != EXPORT_DONE || !run->file_name.len || run->expires_at < cx->now)
		return fail(cx, ERR_MISSING, N_("The file of this export is not here: it is not ready, or its time is over. Ask for a new one."));
	return audit(cx, db, workspace, "export.take", subject_of(cx, id), detail_of(cx, run));
}

enum err exports_take(struct cx *cx, struct db *db, i64 workspace, i64 id, struct export_run *ret_run)
{
	struct export_run run;
	TRY(IN_TRANSACTION(cx, db, take(cx, db, workspace, id, &run)));
	*ret_run = run;
	return OK;
}

/* ---- the working role ---- */

struct making {
	struct db *db;
	const struct export_hooks *hooks;
	struct export_run run;
	char token[TOKEN_LEN + 1];
	i64 stepped_at;
	struct spool *spool;
};

static enum err save(struct cx *cx, struct making *m)
{
	m->run.lease_until = time_now() + LEASE;
	TRY(export_run_save(cx, m->db, &m->run, str_of(m->token)));
	return change_add(cx, m->db, m->run.workspace, 0, "export", m->run.id);
}

/* Once a second: how far it is; and whether it is still wanted. */
static enum err step(struct cx *cx, void *to, i64 rows)
{
	struct making *m = to;
	m->run.rows_done += rows;
	i64 now = time_monotonic();
	if (now - m->stepped_at < STEP_TIME)
		return OK;
	m->stepped_at = now;
	if (m->hooks->ending && m->hooks->ending())
		return fail(cx, ERR_LATER, N_("The program is ending; the export starts again with it."));
	return IN_TRANSACTION(cx, m->db, save(cx, m));
}

static enum err add(struct cx *cx, void *to, struct str bytes, i64 rows)
{
	struct making *m = to;
	TRY(spool_add(cx, m->spool, bytes));
	return step(cx, m, rows);
}

static enum err make_in(struct cx *cx, struct making *m, const char *path)
{
	struct export_run *r = &m->run;
	struct export_filter filter;
	if (str_eq(r->what, S("everything")))
		return m->hooks->archive(cx, m->hooks->subject, m->hooks->read, r->workspace, path, step, m, &r->missing);
	export_filter_read(cx->arena, r->filter, &filter);
	TRY(conversation_walk_count(cx, m->hooks->read, r->workspace, &filter.conversations, filter.since, filter.until, &r->rows_all));
	TRY(spool_open(cx, m->hooks->folder, &m->spool));
	TRY(conversations_write(cx, m->hooks->read, r->workspace, r->format, &filter, add, m));
	return spool_keep(cx, m->spool, path, 0600);
}

static enum err make(struct cx *cx, struct making *m)
{
	struct export_run *r = &m->run;
	const char *ending = str_eq(r->what, S("everything")) ? "tar.zst" : str_eq(r->format, S("csv")) ? "csv" : "jsonl";
	struct str name = arena_printf(cx->arena, "%lld.%s", (long long)r->id, ending);
	const char *path = path_join(cx->arena, m->hooks->folder, name.at);
	TRY(file_remove(cx, path)); /* of a writer that is gone */
	enum err e = db_begin(cx, m->hooks->read); /* one instant for all of it */
	e = e ? e : make_in(cx, m, path);
	db_rollback(m->hooks->read);
	if (m->spool)
		spool_drop(m->spool);
	TRY(e);
	r->file_name = name;
	return file_size(cx, path, &r->size);
}

static enum err end_in(struct cx *cx, struct making *m)
{
	TRY(save(cx, m));
	if (m->run.state != EXPORT_DONE)
		return OK;
	return audit(cx, m->db, m->run.workspace, "export.end", subject_of(cx, m->run.id), detail_of(cx, &m->run));
}

/* Whatever came of it is written; a file that is not wanted goes. */
static enum err end(struct cx *cx, struct making *m, enum err error)
{
	struct export_run *r = &m->run;
	r->state = error == OK ? EXPORT_DONE : error == ERR_LATER ? EXPORT_WAITING : EXPORT_FAILED;
	r->story = error == OK || error == ERR_LATER ? (struct str){} : arena_str(cx->arena, str_of(cx->story));
	r->ended_at = r->state == EXPORT_WAITING ? 0 : time_now();
	r->expires_at = r->state == EXPORT_DONE ? time_now() + EXPORT_KEPT : 0;
	if (r->state == EXPORT_WAITING)
		r->rows_done = r->rows_all = 0;
	struct str file = r->file_name;
	if (error != OK)
		r->file_name = (struct str){};
	cx_forget(cx);
	enum err e = IN_TRANSACTION(cx, m->db, end_in(cx, m));
	if (e != OK && file.len) { /* cancelled at the last moment */
		struct cx quiet = *cx;
		(void)!file_remove(&quiet, path_join(cx->arena, m->hooks->folder, arena_cstr(cx->arena, file)));
	}
	return e == ERR_CONFLICT ? OK : e;
}

static enum err lease(struct cx *cx, struct making *m)
{
	return export_run_lease(cx, m->db, str_of(m->token), cx->now + LEASE, &m->run);
}

enum err exports_turn(struct cx *cx, struct db *db, const struct export_hooks *hooks, i64 *ret_done)
{
	struct making m = {.db = db, .hooks = hooks, .stepped_at = time_monotonic()};
	struct workspace workspace;
	token_new(m.token);
	enum err e = IN_TRANSACTION(cx, db, lease(cx, &m));
	*ret_done = 0;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	TRY(workspace_get(cx, db, m.run.workspace, &workspace));
	cx->lang = lang_of(workspace.lang);
	m.run.rows_done = m.run.rows_all = m.run.missing = 0;
	*ret_done = 1;
	e = make(cx, &m);
	if (e != OK && e != ERR_LATER && e != ERR_CONFLICT)
		log_failure(cx, "export_failed");
	return end(cx, &m, e);
}

static enum err sweep(struct cx *cx, struct db *db, const char *folder)
{
	struct export_run *runs;
	size_t count;
	TRY(export_runs_expired(cx, db, 100, &runs, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(file_remove(cx, path_join(cx->arena, folder, arena_cstr(cx->arena, runs[i].file_name))));
		TRY(export_run_drop_file(cx, db, &runs[i]));
		TRY(change_add(cx, db, runs[i].workspace, 0, "export", runs[i].id));
	}
	return OK;
}

enum err exports_sweep(struct cx *cx, struct db *db, const char *folder)
{
	TRY(spool_sweep(cx, folder, DAY));
	return IN_TRANSACTION(cx, db, sweep(cx, db, folder));
}
