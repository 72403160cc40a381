/* rejudge.h: when the models that ship are others than those that read the messages that are here, the messages are read again by them: a duty
 * of the working role, a slice a pass, the newest first, so that the past and the present are told alike.
 *
 * What must stay true: how far it is stands in the transaction of what was read, so it goes on wherever it was ended; what a person said
 * of a message stays; what waits to be read for the first time is flow/understand.h's. */
#pragma once
#include "sys/db.h"

#define REJUDGE_SLICE 500 /* messages a pass; more are looked at, which costs little */

/* `version`: of the models of this program (main/models.h); 0: there are none. *ret_done: how many were looked at, 0 when all were. */
enum err rejudge_turn(struct cx *cx, struct db *db, i64 version, i64 *ret_done);

/* Messages came that other models may have read: all are looked at once more. In the caller's transaction. */
enum err rejudge_anew(struct cx *cx, struct db *db);

struct rejudge_state {
	bool is_done;
	int percent;   /* of the time that messages came in; 100 when it is done */
	i64 back_to;   /* what came since was read by these models; 0 when it is done */
};
/* For people: over all workspaces. */
enum err rejudge_state(struct cx *cx, struct db *db, struct rejudge_state *ret_state);
