/* watch.h: looking for what is unusual in the mentions of listening queries as they come: how many there are in five minutes, and how many
 * of them are negative. Each query has its detectors (insight/anomaly.h), which are fed its past when it is first seen and then what was
 * said since; it only reads, whoever calls writes the alarms.
 *
 * What must stay true: the last minutes may still fill up (networks are read late), so they are looked at each time anew on a copy, and a
 * rise is told as soon as it is there; what is older is taken for good. Hours are those of the workspace's place. The watch owns its
 * memory and belongs to one thread. */
#pragma once
#include "base/clock.h"
#include "insight/anomaly.h"
#include "store/listening.h"
#include "store/workspace.h"

#define WATCH_STEP (5 * MINUTE)
#define WATCH_SETTLED (10 * MINUTE)  /* what was said longer ago is here */
#define WATCH_FRESH HOUR             /* what began to be unusual before is news to nobody */
#define WATCH_PAST (42 * DAY)        /* how much past is learnt from */
#define WATCH_MAX 2000               /* queries, of all workspaces; the rest is not watched */

struct watch;
struct watch *watch_new(void);
void watch_free(struct watch *watch);

struct watch_finding {
	i64 query;
	struct str query_name;
	const char *measure;         /* "volume", "negative" */
	struct anomaly_finding what; /* instants in UTC */
	struct str evidence;         /* JSON: value, expected, low, high, times, seconds; mentions and negative since it began; terms, authors,
					channels, languages, the first of each */
};

/* All queries in use of a workspace, but those whose past is still being matched. `month`: wished false alarms a month, of all of them together. */
enum err watch_look(struct cx *cx, struct db *db, struct watch *watch, const struct workspace *workspace, double month, struct watch_finding **ret_findings,
		    size_t *ret_count);
/* Nothing unusual goes on in this query, or it is not watched any more. */
bool watch_is_calm(const struct watch *watch, i64 query);
