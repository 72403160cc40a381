#include "store/import_run.h"

#include "store/sql.h"

#define RUN                                                                                                                    \
	"SELECT id, workspace_id, channel_id, format, file_name, file_path, account, network, dry_run, state, story, bytes_done," \
	" bytes_all, items, created, unchanged, changed, refused, left_out, person_id, started_at, ended_at, lease_until FROM import_run "

static const char *const words[] = {"waiting", "running", "done", "failed"};

const char *import_state_word(enum import_state state)
{
	return words[state];
}

const char *import_state_title(enum import_state state)
{
	static const char *const titles[] = {N_("Waiting"), N_("Running"), N_("Finished"), N_("Failed")};
	return titles[state];
}

static enum import_state state_of(struct str word)
{
	for (enum import_state s = 0; s < IMPORT_STATE_COUNT; s++)
		if (str_eq(word, str_of(words[s])))
			return s;
	return IMPORT_FAILED;
}

static struct import_run read_run(struct cx *cx, const struct row *row)
{
	return (struct import_run){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.channel = row_i64(row, 2),
		.format = row_str(row, 3, cx->arena),
		.file_name = row_str(row, 4, cx->arena),
		.file_path = row_str(row, 5, cx->arena),
		.account = row_str(row, 6, cx->arena),
		.network = row_str(row, 7, cx->arena),
		.dry_run = row_i64(row, 8),
		.state = state_of(row_text(row, 9)),
		.story = row_str(row, 10, cx->arena),
		.bytes_done = row_i64(row, 11),
		.bytes_all = row_i64(row, 12),
		.items = row_i64(row, 13),
		.created = row_i64(row, 14),
		.unchanged = row_i64(row, 15),
		.changed = row_i64(row, 16),
		.refused = row_i64(row, 17),
		.left_out = row_str(row, 18, cx->arena),
		.person = row_i64(row, 19),
		.started_at = row_i64(row, 20),
		.ended_at = row_i64(row, 21),
		.lease_until = row_i64(row, 22),
	};
}

enum err import_run_insert(struct cx *cx, struct db *db, const struct import_run *r, struct str lease_token)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO import_run (id, workspace_id, channel_id, format, file_name, file_path, account, network, dry_run, state,"
			  " bytes_all, person_id, started_at, lease_until, lease_token)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
		      db_i64(r->id), db_i64(r->workspace), db_id(r->channel), db_text(r->format), db_text(r->file_name), db_text(r->file_path),
		      db_text(r->account), db_text(r->network), db_bool(r->dry_run), db_text(str_of(words[r->state])), db_i64(r->bytes_all),
		      db_id(r->person), db_i64(r->started_at), db_i64(r->lease_until), db_text(lease_token));
}

enum err import_run_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct import_run *ret_run)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, RUN "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This import does not exist in this workspace."));
	TRY(e);
	*ret_run = read_run(cx, row);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, size_t limit, struct import_run **ret_runs, size_t *ret_count)
{
	struct import_run *list = arena_array(cx->arena, struct import_run, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		list[count++] = read_run(cx, row);
	*ret_runs = list;
	*ret_count = count;
	return OK;
}

enum err import_run_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct import_run **ret_runs, size_t *ret_count)
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

enum err import_runs_with_file(struct cx *cx, struct db *db, i64 ended_before, size_t limit, struct import_run **ret_runs, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " RUN "WHERE state IN ('done', 'failed') AND file_path <> '' AND ended_at < ?1 ORDER BY id LIMIT ?2",
		     db_i64(ended_before), db_i64((i64)limit)));
	return collect(cx, row, limit, ret_runs, ret_count);
}

enum err import_run_drop_path(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE import_run SET file_path = '' WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
}

enum err import_run_lease(struct cx *cx, struct db *db, struct str token, i64 lease_until, struct import_run *ret_run)
{
	i64 id;
	TRY(db_number(cx, db, 0, &id,
		      "/* all workspaces */ SELECT id FROM import_run WHERE state = 'waiting' OR (state = 'running' AND lease_until < ?1)"
			  " ORDER BY id LIMIT 1",
		      db_i64(cx->now)));
	if (!id)
		return ERR_MISSING;
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "/* all workspaces */ UPDATE import_run SET state = 'running', lease_until = ?2, lease_token = ?3"
		       " WHERE id = ?1 AND (state = 'waiting' OR (state = 'running' AND lease_until < ?4))",
		   db_i64(id), db_i64(lease_until), db_text(token), db_i64(cx->now)));
	if (!changed)
		return ERR_MISSING; /* somebody was faster; the next look finds the next one */
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "/* all workspaces */ " RUN "WHERE id = ?1", db_i64(id)));
	*ret_run = read_run(cx, row);
	return OK;
}

enum err import_run_save(struct cx *cx, struct db *db, const struct import_run *r, struct str token)
{
	i64 changed;
	TRY(db_run(cx, db, &changed,
		   "UPDATE import_run SET channel_id = ?4, format = ?5, file_path = ?6, state = ?7, story = ?8, bytes_done = ?9, bytes_all = ?10,"
		       " items = ?11, created = ?12, unchanged = ?13, changed = ?14, refused = ?15, left_out = ?16, ended_at = ?17, lease_until = ?18"
		       " WHERE workspace_id = ?1 AND id = ?2 AND lease_token = ?3 AND state = 'running'",
		   db_i64(r->workspace), db_i64(r->id), db_text(token), db_id(r->channel), db_text(r->format), db_text(r->file_path),
		   db_text(str_of(words[r->state])), db_text(r->story), db_i64(r->bytes_done), db_i64(r->bytes_all), db_i64(r->items),
		   db_i64(r->created), db_i64(r->unchanged), db_i64(r->changed), db_i64(r->refused),
		   db_text(r->left_out.len ? r->left_out : S("[]")), db_i64(r->ended_at), db_i64(r->lease_until)));
	if (!changed)
		return fail(cx, ERR_CONFLICT, N_("This import was taken over by another process. It goes on there; nothing is taken twice."));
	return OK;
}

enum err import_refusal_insert(struct cx *cx, struct db *db, i64 run, const struct import_refusal *r)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO import_refusal (run_id, number, place, reason, excerpt) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
		      db_i64(run), db_i64(r->number), db_text(r->place), db_text(r->reason), db_text(r->excerpt));
}

#define REFUSAL                                                                                                                \
	"SELECT f.number, f.place, f.reason, f.excerpt FROM import_refusal f JOIN import_run r ON r.id = f.run_id"                \
	" WHERE r.workspace_id = ?1 AND f.run_id = ?2"

enum err import_refusals(struct cx *cx, struct db *db, i64 workspace, i64 run, struct list_place from, size_t limit, struct import_refusal **ret_refusals,
			 size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct import_refusal *list = arena_array(cx->arena, struct import_refusal, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, from.is_back ? REFUSAL " AND f.number < ?3 ORDER BY f.number DESC LIMIT ?4" : REFUSAL " AND f.number > ?3 ORDER BY f.number LIMIT ?4",
		     db_i64(workspace), db_i64(run), db_i64(from.id), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct import_refusal){row_i64(row, 0), row_str(row, 1, cx->arena), row_str(row, 2, cx->arena),
							row_str(row, 3, cx->arena)};
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_refusals = list;
	*ret_count = count;
	return OK;
}

enum err import_refusals_drop(struct cx *cx, struct db *db, i64 workspace, i64 run)
{
	return db_run(cx, db, NULL,
		      "DELETE FROM import_refusal WHERE run_id = ?2 AND EXISTS (SELECT 1 FROM import_run r WHERE r.id = ?2 AND r.workspace_id = ?1)",
		      db_i64(workspace), db_i64(run));
}
