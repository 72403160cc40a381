#include "store/process.h"

#include "base/id.h"

#include <unistd.h>

/* The slot nobody ever held, else the one longest silent. A slot given back rests too: the process that had it may have made
 * ids some milliseconds ahead of the clock. */
static enum err free_slot(struct cx *cx, struct db *db, i64 *ret_slot)
{
	i64 highest, slot;
	TRY(db_number(cx, db, 0, &highest, "SELECT MAX(slot) FROM process"));
	if (highest + 1 < ID_NODES) {
		*ret_slot = highest + 1;
		return OK;
	}
	TRY(db_number(cx, db, 0, &slot, "SELECT slot FROM process WHERE token = '' OR beat_at < ?1 ORDER BY beat_at, slot LIMIT 1",
		      db_i64(cx->now - PROCESS_STALE)));
	if (!slot)
		return fail(cx, ERR_LIMIT, "%d processes of Parvis run on this database already, which is all it takes. End one, then start this one.",
			    ID_NODES - 1);
	*ret_slot = slot;
	return OK;
}

static enum err lease(struct cx *cx, struct db *db, struct process *process)
{
	TRY(free_slot(cx, db, &process->slot));
	return db_run(cx, db, NULL,
		      "INSERT INTO process (slot, token, role, pid, started_at, beat_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) "
		      "ON CONFLICT (slot) DO UPDATE SET token = excluded.token, role = excluded.role, pid = excluded.pid, "
		      "started_at = excluded.started_at, beat_at = excluded.beat_at",
		      db_i64(process->slot), db_text(str_of(process->token)), db_text(str_of(process->role)), db_i64(process->pid),
		      db_i64(process->beat_at));
}

enum err process_join(struct cx *cx, struct db *db, const char *role, struct process *ret_process)
{
	struct process process = {.role = role, .pid = getpid(), .started_at = cx->now, .beat_at = cx->now};
	token_new(process.token);
	TRY(db_begin(cx, db));
	enum err error = lease(cx, db, &process);
	if (error != OK) {
		db_rollback(db);
		return error;
	}
	TRY(db_commit(cx, db));
	id_set_node((unsigned)process.slot);
	*ret_process = process;
	return OK;
}

enum err process_beat(struct cx *cx, struct db *db, struct process *process)
{
	i64 changed;
	TRY(db_run(cx, db, &changed, "UPDATE process SET beat_at = ?3 WHERE slot = ?1 AND token = ?2", db_i64(process->slot),
		   db_text(str_of(process->token)), db_i64(cx->now)));
	if (!changed)
		return fail(cx, ERR_CONFLICT,
			    "This process was silent for too long, and its place was given to another. It ends here and has to be started "
			    "again; nothing was lost.");
	process->beat_at = cx->now;
	return OK;
}

enum err process_leave(struct cx *cx, struct db *db, const struct process *process)
{
	return db_run(cx, db, NULL, "UPDATE process SET token = '', beat_at = ?3 WHERE slot = ?1 AND token = ?2", db_i64(process->slot),
		      db_text(str_of(process->token)), db_i64(cx->now));
}

enum err process_list(struct cx *cx, struct db *db, struct process **ret_processes, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct process *processes = NULL;
	size_t count = 0, capacity = 0;
	bool more;
	TRY(db_query(cx, db, &row,
		     "SELECT slot, role, pid, started_at, beat_at FROM process WHERE token <> '' AND beat_at >= ?1 ORDER BY slot",
		     db_i64(cx->now - PROCESS_STALE)));
	for (;;) {
		TRY(row_next(cx, row, &more));
		if (!more)
			break;
		*arena_push(cx->arena, processes, count, capacity) = (struct process){
			.slot = row_i64(row, 0),
			.role = row_str(row, 1, cx->arena).at,
			.pid = row_i64(row, 2),
			.started_at = row_i64(row, 3),
			.beat_at = row_i64(row, 4),
		};
	}
	*ret_processes = processes;
	*ret_count = count;
	return OK;
}
