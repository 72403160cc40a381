#include "store/backend.h"

#include "store/sql.h"

#define LIST_MAX 50
#define NAMES_MAX 500

#define BACKEND                                                                                                                \
	"SELECT id, workspace_id, kind, name, tasks, settings, secret, takes_private, a_day, state, state_story, fail_count, due_at, day, asked_today," \
	" answered_today, settled_id, answered_at, changed_at, created_at, archived_at FROM backend "

static struct backend_row read_backend(struct cx *cx, const struct row *row)
{
	struct arena *a = cx->arena;
	return (struct backend_row){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .kind = row_str(row, 2, a), .name = row_str(row, 3, a), .tasks = (unsigned)row_i64(row, 4),
		.settings = row_str(row, 5, a), .secret = arena_str(a, row_blob(row, 6)), .takes_private = row_i64(row, 7), .a_day = row_i64(row, 8),
		.state = row_str(row, 9, a), .state_story = row_str(row, 10, a), .fail_count = row_i64(row, 11), .due_at = row_i64(row, 12), .day = row_i64(row, 13),
		.asked_today = row_i64(row, 14), .answered_today = row_i64(row, 15), .settled_id = row_i64(row, 16), .answered_at = row_i64(row, 17),
		.changed_at = row_i64(row, 18), .created_at = row_i64(row, 19), .archived_at = row_i64(row, 20),
	};
}

static struct db_value blob_or_null(struct str s)
{
	return s.len ? db_blob(s) : db_null();
}

enum err backend_insert(struct cx *cx, struct db *db, const struct backend_row *b)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO backend (id, workspace_id, kind, name, tasks, settings, secret, takes_private, a_day, state, state_story, due_at, settled_id,"
			  " changed_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
		      db_i64(b->id), db_i64(b->workspace), db_text(b->kind), db_text(b->name), db_i64(b->tasks), db_text(b->settings), blob_or_null(b->secret),
		      db_bool(b->takes_private), db_i64(b->a_day), db_text(b->state), db_text(b->state_story), db_i64(b->due_at), db_i64(b->settled_id),
		      db_i64(b->changed_at), db_i64(b->created_at));
}

enum err backend_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct backend_row *ret_backend)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, BACKEND "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This model does not exist in this workspace."));
	TRY(e);
	*ret_backend = read_backend(cx, row);
	return OK;
}

enum err backends_list(struct cx *cx, struct db *db, i64 workspace, struct backend_row **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct backend_row *list = arena_array(cx->arena, struct backend_row, LIST_MAX);
	size_t count = 0;
	TRY(db_query(cx, db, &row, BACKEND "WHERE workspace_id = ?1 AND archived_at = 0 ORDER BY id LIMIT ?2", db_i64(workspace), db_i64(LIST_MAX)));
	FOR_ROWS (cx, row)
		list[count++] = read_backend(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err backend_update(struct cx *cx, struct db *db, const struct backend_row *b)
{
	return db_run(cx, db, NULL,
		      "UPDATE backend SET name = ?3, tasks = ?4, settings = ?5, secret = ?6, takes_private = ?7, a_day = ?8, state = ?9, state_story = ?10, fail_count = ?11,"
			  " due_at = ?12, settled_id = ?13, changed_at = ?14, archived_at = ?15 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(b->workspace), db_i64(b->id), db_text(b->name), db_i64(b->tasks), db_text(b->settings), blob_or_null(b->secret), db_bool(b->takes_private),
		      db_i64(b->a_day), db_text(b->state), db_text(b->state_story), db_i64(b->fail_count), db_i64(b->due_at), db_i64(b->settled_id), db_i64(b->changed_at),
		      db_i64(b->archived_at));
}

enum err backend_went(struct cx *cx, struct db *db, const struct backend_row *b)
{
	return db_run(cx, db, NULL,
		      "UPDATE backend SET state = ?4, state_story = ?5, fail_count = ?6, due_at = ?7, day = ?8, asked_today = ?9, answered_today = ?10, settled_id = ?11,"
			  " answered_at = ?12 WHERE workspace_id = ?1 AND id = ?2 AND changed_at = ?3",
		      db_i64(b->workspace), db_i64(b->id), db_i64(b->changed_at), db_text(b->state), db_text(b->state_story), db_i64(b->fail_count), db_i64(b->due_at),
		      db_i64(b->day), db_i64(b->asked_today), db_i64(b->answered_today), db_i64(b->settled_id), db_i64(b->answered_at));
}

enum err backends_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct backend_row **ret_list, size_t *ret_count, i64 *ret_next)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct backend_row *list = arena_array(cx->arena, struct backend_row, limit);
	size_t count = 0;
	i64 next = 0;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " BACKEND "WHERE archived_at = 0 AND state <> 'paused' ORDER BY due_at LIMIT ?1", db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		struct backend_row b = read_backend(cx, row);
		if (b.due_at <= now)
			list[count++] = b;
		else if (!next)
			next = b.due_at;
	}
	*ret_list = list;
	*ret_count = count;
	*ret_next = next;
	return OK;
}

enum err backend_messages(struct cx *cx, struct db *db, const struct backend_row *b, i64 since, size_t limit, struct backend_message **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct backend_message *list = arena_array(cx->arena, struct backend_message, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT m.id, m.conversation_id, m.at, m.edited_at, m.body, m.author_name FROM message m WHERE +m.workspace_id = ?1 AND m.id > ?2 AND m.at > ?3"
			 " AND m.direction = 'in' AND m.understood_by <> 0 AND m.removed_at = 0 AND m.body <> '' AND (m.visibility = 'public' OR ?4 = 1)"
			 " AND NOT EXISTS (SELECT 1 FROM judgement j WHERE j.workspace_id = ?1 AND j.message_id = m.id AND j.backend_id = ?5 AND j.edited_at = m.edited_at)"
			 " ORDER BY m.id DESC LIMIT ?6",
		     db_i64(b->workspace), db_i64(b->settled_id), db_i64(since), db_bool(b->takes_private), db_i64(b->id), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = (struct backend_message){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_str(row, 4, cx->arena), row_str(row, 5, cx->arena)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err backend_names(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str **ret_names, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str *list = arena_array(cx->arena, struct str, NAMES_MAX);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT author_name FROM message WHERE workspace_id = ?1 AND conversation_id = ?2 UNION"
			 " SELECT p.name FROM membership m JOIN person p ON p.id = m.person_id WHERE m.workspace_id = ?1 AND m.removed_at = 0 UNION"
			 " SELECT k.name FROM conversation c JOIN contact k ON k.id = c.contact_id AND k.workspace_id = ?1 WHERE c.workspace_id = ?1 AND c.id = ?2 UNION"
			 " SELECT i.handle FROM conversation c JOIN identity i ON i.contact_id = c.contact_id AND i.workspace_id = ?1 WHERE c.workspace_id = ?1 AND c.id = ?2 UNION"
			 " SELECT i.name FROM conversation c JOIN identity i ON i.contact_id = c.contact_id AND i.workspace_id = ?1 WHERE c.workspace_id = ?1 AND c.id = ?2 LIMIT ?3",
		     db_i64(workspace), db_i64(conversation), db_i64(NAMES_MAX)));
	FOR_ROWS (cx, row)
		list[count++] = row_str(row, 0, cx->arena);
	*ret_names = list;
	*ret_count = count;
	return OK;
}

/* ---- what was said ---- */

enum err judgement_put(struct cx *cx, struct db *db, const struct judgement *j)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO judgement (id, workspace_id, message_id, backend_id, task, model, label, p, edited_at, was, was_p, was_sure, at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (workspace_id, message_id, task) DO UPDATE SET"
			  " backend_id = excluded.backend_id, model = excluded.model, label = excluded.label, p = excluded.p, edited_at = excluded.edited_at,"
			  " was = excluded.was, was_p = excluded.was_p, was_sure = excluded.was_sure, at = excluded.at",
		      db_i64(j->id), db_i64(j->workspace), db_i64(j->message), db_i64(j->backend), db_text(str_of(meaning_task_word(j->task))), db_text(j->model),
		      db_text(j->label), db_i64(j->p), db_i64(j->edited_at), db_text(j->was), db_i64(j->was_p), db_bool(j->was_sure), db_i64(j->at));
}

enum err judgements_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct judgement **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct judgement *list = arena_array(cx->arena, struct judgement, MEANING_TASKS);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, backend_id, task, model, label, p, edited_at, was, was_p, was_sure, at FROM judgement WHERE workspace_id = ?1 AND message_id = ?2 LIMIT ?3",
		     db_i64(workspace), db_i64(message), db_i64(MEANING_TASKS)));
	FOR_ROWS (cx, row) {
		struct judgement j = {.id = row_i64(row, 0), .workspace = workspace, .message = message, .backend = row_i64(row, 1), .model = row_str(row, 3, cx->arena),
				      .label = row_str(row, 4, cx->arena), .p = (int)row_i64(row, 5), .edited_at = row_i64(row, 6), .was = row_str(row, 7, cx->arena),
				      .was_p = (int)row_i64(row, 8), .was_sure = row_i64(row, 9), .at = row_i64(row, 10)};
		if (meaning_task_of(row_text(row, 2), &j.task))
			list[count++] = j;
	}
	*ret_list = list;
	*ret_count = count;
	return OK;
}
