/* watch.h: looking for what is unusual in what is said, as it comes: in the mentions of each listening query, and in all that comes in to a
 * workspace (query 0), whoever listens: how much there is in five minutes (insight/anomaly.h), and what share of it is negative, or
 * harmful (insight/share.h). What is watched is fed its past when it is first seen and then what was said since; it only reads, whoever
 * calls writes the alarms.
 *
 * What must stay true: the last minutes may still fill up (networks are read late), so they are looked at each time anew on a copy, and a
 * rise is told as soon as it is there; what is older is taken for good. Hours are those of the workspace's place. The watch owns its
 * memory and belongs to one thread. */
#pragma once
#include "base/clock.h"
#include "insight/anomaly.h"
#include "store/listening.h"
#include "store/pulse.h"
#include "store/workspace.h"

#define WATCH_STEP PULSE_STEP
#define WATCH_SETTLED (10 * MINUTE)  /* what was said longer ago is here */
#define WATCH_FRESH HOUR             /* what began to be unusual before is news to nobody */
#define WATCH_PAST PULSE_KEPT        /* how much past is learnt from */
#define WATCH_MAX 2000               /* queries and workspaces; the rest is not watched */
#define WATCH_MEASURES 3             /* how much, how negative, how harmful */

struct watch;
struct watch *watch_new(void);
void watch_free(struct watch *watch);

struct watch_finding {
	i64 query;                   /* 0: of all that is said */
	struct str query_name;
	const char *measure;         /* "volume", "negative", "harmful" */
	struct anomaly_finding what; /* instants in UTC; value, expected, low and high are shares but for the volume */
	double excess;               /* so many messages more than usual */
	struct str evidence;         /* JSON: value, expected, low, high, times, seconds, excess; mentions, negative and harmful since it began; terms,
					authors, channels, languages, the first of each; messages: some ids */
};

/* All queries in use of a workspace, but those whose past is still being matched, and then all that is said in it. `month`: wished false
 * alarms a month, of all of them together. */
enum err watch_look(struct cx *cx, struct db *db, struct watch *watch, const struct workspace *workspace, double month, struct watch_finding **ret_findings,
		    size_t *ret_count);
/* Nothing unusual goes on in this query (0: in all that is said), or it is not watched any more. */
bool watch_is_calm(const struct watch *watch, i64 workspace, i64 query, i64 now);

/* watch_evidence.c: what is told with a finding. */
enum err watch_evidence(struct cx *cx, struct db *db, i64 workspace, struct str words, struct watch_finding *finding);
