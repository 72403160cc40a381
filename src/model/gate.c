#include "model/gate.h"

#include "base/clock.h"

#define FAILURES_ALLOWED 4        /* the fifth closes it */
#define CLOSED_FIRST (5 * SECOND)
#define CLOSED_MOST (15 * MINUTE)
#define RESERVE 10                /* a tenth of the quota is kept for answers */
#define QUOTA_UNKNOWN_WAIT MINUTE /* used up, and nobody says until when */
#define QUOTA_WAIT_MOST DAY

i64 backoff(i64 first, i64 most, i64 attempts, u64 chance)
{
	i64 wait = first;
	for (i64 i = 1; i < attempts && wait < most; i++)
		wait *= 2;
	if (wait > most)
		wait = most;
	return wait / 2 + (i64)(chance % (u64)(wait / 2 + 1));
}

static bool used_up(const struct gate *gate, enum gate_purpose purpose)
{
	i64 kept = purpose == GATE_READING ? gate->quota_limit / RESERVE : 0;
	return gate->quota_limit > 0 && gate->quota_left <= kept;
}

bool gate_is_open(const struct gate *gate, enum gate_purpose purpose, i64 now, i64 *ret_open_at)
{
	i64 until = gate->closed_until > gate->paused_until ? gate->closed_until : gate->paused_until;
	if (used_up(gate, purpose) && gate->quota_reset_at > until)
		until = gate->quota_reset_at;
	if (until <= now)
		return true;
	*ret_open_at = until;
	return false;
}

void gate_note(struct gate *gate, const struct gate_news *news, i64 now, u64 chance)
{
	gate->asked_at = now;
	if (news->failed) {
		gate->failures++;
		if (gate->failures > FAILURES_ALLOWED)
			gate->closed_until = now + backoff(CLOSED_FIRST, CLOSED_MOST, gate->failures - FAILURES_ALLOWED, chance);
	} else {
		gate->failures = gate->closed_until = 0;
		gate->answered_at = now;
	}
	gate->paused_until = news->retry_at > now ? news->retry_at : 0;
	if (news->left >= 0) {
		gate->quota_limit = news->limit > 0 ? news->limit : 1;
		gate->quota_left = news->left;
		gate->quota_reset_at = news->reset_at > now + QUOTA_WAIT_MOST ? now + QUOTA_WAIT_MOST : news->reset_at;
		if (!news->reset_at)
			gate->quota_reset_at = now + QUOTA_UNKNOWN_WAIT;
	}
}
