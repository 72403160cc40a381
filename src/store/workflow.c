#include "store/workflow.h"

#include "store/sql.h"

#define WORKFLOW "SELECT id, workspace_id, name, is_default, archived_at FROM workflow "
#define STEP "SELECT id, workspace_id, workflow_id, number, name, person_id, deputy_id, team_id, within_time FROM workflow_step "

static struct workflow read_workflow(struct cx *cx, const struct row *row)
{
	return (struct workflow){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_i64(row, 3) != 0, row_i64(row, 4)};
}

static struct workflow_step read_step(struct cx *cx, const struct row *row)
{
	return (struct workflow_step){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_str(row, 4, cx->arena),
				      row_i64(row, 5), row_i64(row, 6), row_i64(row, 7), row_i64(row, 8)};
}

enum err workflow_put(struct cx *cx, struct db *db, const struct workflow *w)
{
	if (w->is_default)
		TRY(db_run(cx, db, NULL, "UPDATE workflow SET is_default = 0 WHERE workspace_id = ?1 AND id <> ?2", db_i64(w->workspace), db_i64(w->id)));
	enum err e = db_run(cx, db, NULL,
			    "INSERT INTO workflow (id, workspace_id, name, is_default, archived_at) VALUES (?1, ?2, ?3, ?4, ?5)"
				" ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_default = excluded.is_default, archived_at = excluded.archived_at"
				" WHERE workflow.workspace_id = excluded.workspace_id",
			    db_i64(w->id), db_i64(w->workspace), db_text(w->name), db_i64(w->is_default), db_i64(w->archived_at));
	return e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE ? fail_field(cx, "name", N_("There is one of this name already.")) : e;
}

enum err workflow_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct workflow *ret_workflow)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, WORKFLOW "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This way of approving does not exist in this workspace."));
	TRY(e);
	*ret_workflow = read_workflow(cx, row);
	return OK;
}

enum err workflows(struct cx *cx, struct db *db, i64 workspace, struct workflow **ret_workflows, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct workflow *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, WORKFLOW "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY name LIMIT 100", db_i64(workspace)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_workflow(cx, row);
	*ret_workflows = list;
	*ret_count = count;
	return OK;
}

enum err workflow_of(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_workflow)
{
	return db_number(cx, db, 0, ret_workflow,
			 "SELECT COALESCE((SELECT w.id FROM channel_workflow c JOIN workflow w ON w.id = c.workflow_id WHERE c.workspace_id = ?1 AND c.channel_id = ?2"
			     " AND w.archived_at = 0), (SELECT id FROM workflow WHERE workspace_id = ?1 AND is_default = 1 AND archived_at = 0 ORDER BY id LIMIT 1), 0)",
			 db_i64(workspace), db_i64(channel));
}

enum err workflow_use(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 workflow)
{
	if (!workflow)
		return db_run(cx, db, NULL, "DELETE FROM channel_workflow WHERE workspace_id = ?1 AND channel_id = ?2", db_i64(workspace), db_i64(channel));
	return db_run(cx, db, NULL,
		      "INSERT INTO channel_workflow (channel_id, workspace_id, workflow_id) VALUES (?1, ?2, ?3)"
			  " ON CONFLICT (channel_id) DO UPDATE SET workflow_id = excluded.workflow_id WHERE channel_workflow.workspace_id = excluded.workspace_id",
		      db_i64(channel), db_i64(workspace), db_i64(workflow));
}

enum err workflow_step_put(struct cx *cx, struct db *db, const struct workflow_step *s)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO workflow_step (id, workspace_id, workflow_id, number, name, person_id, deputy_id, team_id, within_time)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (workflow_id, number) DO UPDATE SET name = excluded.name, person_id = excluded.person_id,"
			  " deputy_id = excluded.deputy_id, team_id = excluded.team_id, within_time = excluded.within_time, removed_at = 0"
			  " WHERE workflow_step.workspace_id = excluded.workspace_id",
		      db_i64(s->id), db_i64(s->workspace), db_i64(s->workflow), db_i64(s->number), db_text(s->name), db_id(s->person), db_id(s->deputy),
		      db_id(s->team), db_i64(s->within));
}

enum err workflow_steps_end(struct cx *cx, struct db *db, i64 workspace, i64 workflow, i64 number)
{
	return db_run(cx, db, NULL, "UPDATE workflow_step SET removed_at = ?4 WHERE workspace_id = ?1 AND workflow_id = ?2 AND number > ?3 AND removed_at = 0", db_i64(workspace),
		      db_i64(workflow), db_i64(number), db_i64(cx->now));
}

enum err workflow_of_channels(struct cx *cx, struct db *db, i64 workspace, i64 workflow, i64 **ret_channels, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT channel_id FROM channel_workflow WHERE workspace_id = ?1 AND workflow_id = ?2 ORDER BY channel_id LIMIT 2000", db_i64(workspace),
		     db_i64(workflow)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_i64(row, 0);
	*ret_channels = list;
	*ret_count = count;
	return OK;
}

enum err workflow_step_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct workflow_step *ret_step)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, STEP "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This step does not exist in this workspace."));
	TRY(e);
	*ret_step = read_step(cx, row);
	return OK;
}

enum err workflow_steps(struct cx *cx, struct db *db, i64 workspace, i64 workflow, struct workflow_step **ret_steps, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct workflow_step *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, STEP "WHERE workspace_id = ?1 AND workflow_id = ?2 AND removed_at = 0 ORDER BY number LIMIT 50", db_i64(workspace), db_i64(workflow)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_step(cx, row);
	*ret_steps = list;
	*ret_count = count;
	return OK;
}
