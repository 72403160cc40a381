#include "channel/refusal.h"

#include "base/clock.h"
#include "base/lang.h"

static bool refused(struct cx *cx, const struct exchange *x, refusal_reader *read, struct refusal *ret_refusal)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status >= 400 && read(cx, x, ret_refusal);
}

static void put_right(struct cx *cx, const struct exchange *x, refusal_reader *read, struct sent *sent)
{
	struct refusal r;
	if (refused(cx, x, read, &r))
		*sent = (struct sent){.outcome = r.outcome, .story = str_of(tr(cx->lang, r.story)), .retry_at = r.outcome == OUTCOME_LATER ? r.retry_at : 0};
}

void refusal_outcome(struct cx *cx, const struct exchange *x, refusal_reader *read, struct sent *ret_sent)
{
	exchange_outcome(cx, x, ret_sent);
	put_right(cx, x, read, ret_sent);
}

bool refusal_read_first(struct cx *cx, const struct exchange *x, refusal_reader *read, struct sent *ret_sent)
{
	bool done = exchange_read_first(cx, x, ret_sent);
	put_right(cx, x, read, ret_sent);
	return done;
}

void refusal_looked(struct cx *cx, const struct exchange *x, refusal_reader *read, struct sent *ret_sent)
{
	struct refusal r;
	exchange_looked(cx, x, ret_sent);
	if (refused(cx, x, read, &r) && r.outcome != OUTCOME_NEVER)
		put_right(cx, x, read, ret_sent);
}

bool refusal_verified(struct cx *cx, const struct exchange *x, refusal_reader *read, struct verified *ret_verified)
{
	bool done = exchange_verified(cx, x, ret_verified);
	struct sent sent = {.outcome = ret_verified->outcome, .story = ret_verified->story, .retry_at = ret_verified->retry_at};
	put_right(cx, x, read, &sent);
	ret_verified->outcome = sent.outcome;
	ret_verified->story = sent.story;
	ret_verified->retry_at = sent.retry_at;
	return done;
}

enum err refusal_expect(struct cx *cx, const struct exchange *x, refusal_reader *read)
{
	struct refusal r;
	bool is = refused(cx, x, read, &r);
	if (is && r.outcome == OUTCOME_LATER)
		return fail_wait(cx, r.retry_at > cx->now ? (r.retry_at - cx->now) / SECOND + 1 : 0, "%s", tr(cx->lang, r.story));
	if (is && r.outcome == OUTCOME_HOLD)
		return fail(cx, ERR_DENIED, "%s", tr(cx->lang, r.story));
	return exchange_expect_json(cx, x, 200);
}
