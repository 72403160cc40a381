/* gate.h: how a channel stands with a host of its network: may it be asked now? Three things close it: the network's own wish (Retry-After
 * and the like), its quota used up, and failures one after the other (a circuit breaker: after some it is closed for a while, longer
 * each time, with chance in it so that many do not come back at once; then one request is let through to try). Rules only; no I/O. */
#pragma once
#include "base/types.h"

struct gate {
	i64 failures;      /* one after the other: no connection, no answer, 5xx */
	i64 closed_until;  /* because of them */
	i64 paused_until;  /* the network's wish */
	i64 quota_limit, quota_left, quota_reset_at; /* as told last; limit 0: never told */
	i64 asked_at, answered_at; /* the last request, the last that was answered well */
};

enum gate_purpose {
	GATE_READING, /* leaves a tenth of the quota to answers */
	GATE_ACTING,
};
bool gate_is_open(const struct gate *gate, enum gate_purpose purpose, i64 now, i64 *ret_open_at);

struct gate_news {
	bool failed;              /* no connection, broken off, too slow, 5xx: not what was refused */
	i64 retry_at;             /* the network's wish; 0 none */
	i64 limit, left, reset_at; /* of the quota; limit and left -1: not told */
};
/* `chance`: any number, new each time. */
void gate_note(struct gate *gate, const struct gate_news *news, i64 now, u64 chance);

/* first, 2·first, 4·first … at most `most`; half of it up to chance. attempts from 1. */
i64 backoff(i64 first, i64 most, i64 attempts, u64 chance);
