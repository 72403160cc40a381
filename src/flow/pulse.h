/* pulse.h: counting what comes in, whoever listens for it (store/pulse.h): a duty of the working role follows the messages by their ids, a
 * slice a transaction, and keeps there how far it is.
 *
 * What must stay true: every message is counted once, whatever is killed when. It stays a little behind, so that what other processes
 * are still writing has come; a transaction that takes longer than that may be missed, which is a count too few and nothing else. */
#pragma once
#include "sys/db.h"

#define PULSE_BEHIND (15 * SECOND)

/* *ret_done: how many slices; 0: it has caught up. */
enum err pulse_turn(struct cx *cx, struct db *db, i64 *ret_done);
/* What is older than is looked at. */
enum err pulse_forget(struct cx *cx, struct db *db, i64 workspace);
