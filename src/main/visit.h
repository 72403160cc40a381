/* visit.h: a command that writes while the desk may be running: it opens the database, leases a node for the ids it makes, acts as
 * the operator in the audit log, and gives everything back at its end. What stays true: no id is made without a lease. */
#pragma once
#include "main/command.h"
#include "store/process.h"

struct visit {
	struct db *db;
	struct process process;
	i64 beat_at;
};

/* cx->actor is the operator from now on. */
enum err visit_start(struct cx *cx, const struct program *program, struct visit *ret_visit);
/* Long work says from time to time that it is still here; cheap, renews the lease when it is due. Outside of transactions. */
enum err visit_beat(struct cx *cx, struct visit *visit);
void visit_end(struct visit *visit); /* for CLEANUP(); one that never started is fine */
