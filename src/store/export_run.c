#include "store/export_run.h"

#include "base/lang.h"
#include "store/sql.h"

#define RUN                                                                                                                    \
	"SELECT id, workspace_id, what, format, filter, state, story, rows_done, rows_all, missing, file_name, size, person_id,"   \
	" asked_at, ended_at, expires_at, lease_until FROM export_run "

static const char *const words[] = {"waiting", "running", "done", "failed", "cancelled", "expired"};

const char *export_state_word(enum export_state state)
{
	return words[state];
}

const char *export_state_title(enum export_state state)
{
	static const char *const titles[] = {N_("Waiting"), N_("Running"), N_("Ready"), N_("Failed"), N_("Cancelled"), N_("Removed")};
	return titles[state];
}

static enum export_state state_of(struct str word)
{
	for (enum export_state s = 0; s < EXPORT_STATE_COUNT; s++)
		if (str_eq(word, str_of(words[s])))
			return s;
	return EXPORT_FAILED;
}

static struct export_run read_run(struct cx *cx, const struct row *row)
{
	return (struct export_run){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.what = row_str(row, 2, cx->arena),
		.format = row_str(row, 3, cx->arena),
		.filter = row_str(row, 4, cx->arena),
		.state = state_of(row_text(row, 5)),
		.story = row_str(row, 6, cx->arena),
		.rows_done = row_i64(row, 7),
		.rows_all = row_i64(row, 8),
		.missing = row_i64(row, 9),
		.file_name = row_str(row, 10, cx->arena),
		.size = row_i64(row, 11),
		.person = row_i64(row, 12),
		.asked_at = row_i64(row, 13),
		.ended_at = row_i64(row, 14),
		.expires_at = row_i64(row, 15),
		.lease_until = row_i64(row, 16),
	};
}

enum err export_run_insert(struct cx *cx, struct db *db, const struct export_run *r)
{
	return db_run(cx, db, NULL, "INSERT INTO export_run (id, workspace_id, what, format, filter, state, person_id, asked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(r->id), db_i64(r->workspace), db_text(r->what), db_text(r->format), db_text(r->filter), db_text(str_of(words[r->state])),
		      db_id(r->person), db_i64(r->asked_at));
}

enum err export_run_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct export_run *ret_run)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, RUN "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This export does not exist in this workspace."));
	TRY(e);
	*ret_run = read_run(cx, row);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, size_t limit, struct export_run **ret_runs, size_t *ret_count)
{
	struct export_run *list = arena_array(cx->arena, struct export_run, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		list[count++] = read_run(cx, row);
	*ret_runs = list;
	*ret_count = count;
	return OK;
}

enum err export_run_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct export_run **ret_runs, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     from.is_back ? RUN "WHERE workspace_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3" : RUN "WHERE workspace_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(from.is_given ? from.id : INT64_MAX), db_i64((i64)limit)));
	TRY(collect(cx, row, limit, ret_runs, ret_count));
	if (from.is_back)
		list_turn(*ret_runs, sizeof **ret_runs, *ret_count);
	return OK;
}

enum err export_run_waiting(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM export_run WHERE workspace_id = ?1 AND state IN ('waiting', 'running')", db_i64(workspace));
}

enum err export_run_cancel(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE export_run SET state = 'cancelled', ended_at = ?3, lease_token = '' WHERE workspace_id = ?1 AND id = ?2 AND state IN ('waiting', 'running')",
		   db_i64(workspace), db_i64(id), db_i64(cx->now)));
	return changed ? OK : fail(cx, ERR_CONFLICT, N_("This export is over already."));
}

enum err export_run_lease(struct cx *cx, struct db *db, struct str token, i64 lease_until, struct export_run *ret_run)
{
	i64 id, changed;
	TRY(db_number(cx, db, 0, &id,
		      "/* all workspaces */ SELECT id FROM export_run WHERE state = 'waiting' OR (state = 'running' AND lease_until < ?1) ORDER BY id LIMIT 1",
		      db_i64(cx->now)));
	if (!id)
		return ERR_MISSING;
	TRY(db_run(cx, db, &changed,
		   "/* all workspaces */ UPDATE export_run SET state = 'running', lease_until = ?2, lease_token = ?3"
		       " WHERE id = ?1 AND (state = 'waiting' OR (state = 'running' AND lease_until < ?4))",
		   db_i64(id), db_i64(lease_until), db_text(token), db_i64(cx->now)));
	if (!changed)
		return ERR_MISSING; /* somebody was faster */
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "/* all workspaces */ " RUN "WHERE id = ?1", db_i64(id)));
	*ret_run = read_run(cx, row);
	return OK;
}

enum err export_run_save(struct cx *cx, struct db *db, const struct export_run *r, struct str token)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE export_run SET state = ?4, story = ?5, rows_done = ?6, rows_all = ?7, missing = ?8, file_name = ?9, size = ?10, ended_at = ?11,"
		       " expires_at = ?12, lease_until = ?13 WHERE workspace_id = ?1 AND id = ?2 AND lease_token = ?3 AND state = 'running'",
		   db_i64(r->workspace), db_i64(r->id), db_text(token), db_text(str_of(words[r->state])), db_text(r->story), db_i64(r->rows_done),
		   db_i64(r->rows_all), db_i64(r->missing), db_text(r->file_name), db_i64(r->size), db_i64(r->ended_at), db_i64(r->expires_at),
		   db_i64(r->lease_until)));
	return changed ? OK : fail(cx, ERR_CONFLICT, N_("This export was cancelled, or another process took it over."));
}

enum err export_runs_expired(struct cx *cx, struct db *db, size_t limit, struct export_run **ret_runs, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " RUN "WHERE state = 'done' AND file_name <> '' AND expires_at < ?1 ORDER BY id LIMIT ?2", db_i64(cx->now),
		     db_i64((i64)limit)));
	return collect(cx, row, limit, ret_runs, ret_count);
}

enum err export_run_drop_file(struct cx *cx, struct db *db, const struct export_run *run)
{
	return db_run(cx, db, NULL, "UPDATE export_run SET file_name = '', state = 'expired' WHERE workspace_id = ?1 AND id = ?2", db_i64(run->workspace),
		      db_i64(run->id));
}
