/* process.h: which processes of the program run on this database, on however many machines. Each leases a slot of the table
 * `process`; the slot is the node number of the ids it makes (base/id.h), so that no two running processes make the same id.
 * A lease is kept by a beat every PROCESS_BEAT; one that was not heard of for PROCESS_STALE is free for another.
 *
 * Slots go round: a new process gets the one that nobody held for longest. Slot 0 is nobody's: it is the node of a program
 * that holds no lease yet. The clocks of all machines must agree to within some seconds (PROCESS_STALE - PROCESS_BEAT). */
#pragma once
#include "base/clock.h"
#include "sys/crypto.h"
#include "sys/db.h"

#define PROCESS_BEAT (10 * SECOND)
#define PROCESS_STALE (60 * SECOND)

struct process {
	i64 slot;
	char token[TOKEN_LEN + 1]; /* proves the lease */
	const char *role;          /* borrowed */
	i64 pid, started_at, beat_at;
};

/* Lease a slot and make it the node of this process's ids: call before the first id_new(). ERR_LIMIT when all are held. */
enum err process_join(struct cx *cx, struct db *db, const char *role, struct process *ret_process);
/* Still here. ERR_CONFLICT when the lease is another's by now: this process was silent for too long and must end, without
 * making another id. */
enum err process_beat(struct cx *cx, struct db *db, struct process *process);
/* Gives the slot back; no harm when it was lost already. */
enum err process_leave(struct cx *cx, struct db *db, const struct process *process);

/* Those that run, by slot; without their tokens. In cx->arena. */
enum err process_list(struct cx *cx, struct db *db, struct process **ret_processes, size_t *ret_count);
