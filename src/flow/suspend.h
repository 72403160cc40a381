/* suspend.h: publishing is paused, all of it or a channel's: from that moment no post leaves (nor an answer, where that was said), also what a worker has
 * taken and not called yet. What becomes due meanwhile does not leave when it ends: it asks a person, with the rest of what missed its minute (missed.h).
 * Hiding and restoring go on. Verbs are one transaction each, with their audit entry and a change for open pages. */
#pragma once
#include "store/publication.h"
#include "store/suspension.h"

#define SUSPEND_REASON_MAX 500 /* characters */

/* `channel` 0: everything. ERR_DENIED; ERR_CONFLICT: it is paused already; field errors "channel", "reason". */
enum err suspend_begin(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str reason, bool holds_answers, i64 *ret_suspension);
/* The same once more, after it was ended by mistake. */
enum err suspend_again(struct cx *cx, struct db *db, i64 workspace, i64 suspension, i64 *ret_suspension);
/* By whoever began it, or may publish. *ret_asked: so many parts of posts became due meanwhile and ask a person now. */
enum err suspend_end(struct cx *cx, struct db *db, i64 workspace, i64 suspension, i64 *ret_asked);
