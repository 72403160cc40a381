/* What YouTube says is in the reason of an error rather than in its status: 403 is a quota used up, comments that are turned off, and an
 * account that may not. https://developers.google.com/youtube/v3/docs/errors (as of 2026-11-21). */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "channel/json_read.h"
#include "channel/refusal.h"
#include "channel/youtube/connector.h"

static const char day_is_used_up[] = N_("YouTube’s daily allowance for this connection is used up. It begins anew at midnight in California; what waits is kept and leaves then.");
static const char slow_down[] = N_("YouTube asks to slow down. It will be tried again by itself.");
static const char may_not[] = N_("YouTube does not let this account do that. Look at the account there, then connect the channel again; what waits is kept.");

static const struct row {
	const char *reason;
	enum outcome outcome;
	const char *story;
} rows[] = {
	{"quotaExceeded", OUTCOME_LATER, day_is_used_up},
	{"dailyLimitExceeded", OUTCOME_LATER, day_is_used_up},
	{"rateLimitExceeded", OUTCOME_LATER, slow_down},
	{"userRateLimitExceeded", OUTCOME_LATER, slow_down},
	{"processingFailure", OUTCOME_LATER, N_("YouTube could not process it this time. It will be tried again by itself.")},
	{"commentsDisabled", OUTCOME_NEVER, N_("Comments are turned off there: nothing can be written under this video.")},
	{"parentCommentNotFound", OUTCOME_NEVER, N_("The comment that this answers is no longer there.")},
	{"parentCommentIsPrivate", OUTCOME_NEVER, N_("The comment that this answers is private: YouTube takes no answer to it.")},
	{"commentNotFound", OUTCOME_NEVER, N_("The comment is no longer there.")},
	{"commentTextTooLong", OUTCOME_NEVER, N_("The text is longer than YouTube takes. Shorten it and send it again.")},
	{"commentTextRequired", OUTCOME_NEVER, N_("YouTube takes no empty comment.")},
	{"operationNotSupported", OUTCOME_NEVER, N_("YouTube does not allow that for this comment.")},
	{"videoNotFound", OUTCOME_NEVER, N_("The video is no longer there.")},
	{"ineligibleAccount", OUTCOME_HOLD, N_("This Google account has no YouTube channel to write with. Create one there, then connect the channel again; what waits is kept.")},
	{"insufficientPermissions", OUTCOME_HOLD, may_not},
	{"forbidden", OUTCOME_HOLD, may_not},
	{"accessNotConfigured", OUTCOME_HOLD, N_("The YouTube Data API is not switched on in your Google project. Switch it on there; what waits is kept.")},
	{"authenticatedUserAccountClosed", OUTCOME_HOLD, N_("This YouTube account was closed.")},
	{"authenticatedUserAccountSuspended", OUTCOME_HOLD, N_("YouTube has suspended this account. What waits is kept.")},
};

i64 youtube_next_day(i64 now)
{
	static const struct str zone = {"America/Los_Angeles", 19};
	return zone_day(zone, zone_day(zone, now, 0) + 26 * HOUR, 0); /* a day there has 23 to 25 hours */
}

static struct str reason_of(const struct exchange *x)
{
	return json_text(json_array_get(json_list(x->document, "error/errors"), 0), "reason");
}

static bool read(struct cx *cx, const struct exchange *x, struct refusal *ret_refusal)
{
	struct str reason = reason_of(x);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (str_eq(reason, str_of(rows[i].reason))) {
			*ret_refusal = (struct refusal){rows[i].outcome, rows[i].story, rows[i].story == day_is_used_up ? youtube_next_day(cx->now) : x->answer.retry_at};
			return true;
		}
	return false;
}

void youtube_outcome(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	refusal_outcome(cx, x, read, ret_sent);
}

bool youtube_read_first(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	return refusal_read_first(cx, x, read, ret_sent);
}

void youtube_looked(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	refusal_looked(cx, x, read, ret_sent);
}

enum err youtube_expect(struct cx *cx, const struct exchange *x)
{
	TRY(refusal_expect(cx, x, read));
	bool whole = json_list(x->document, "items") || str_ends(json_text(x->document, "kind"), S("ListResponse")); /* an empty one may be left out */
	return whole ? OK : fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
}

bool youtube_verified(struct cx *cx, const struct exchange *x, struct verified *ret_verified)
{
	return refusal_verified(cx, x, read, ret_verified);
}

bool youtube_is_closed(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status == 403 && str_eq(reason_of(x), S("commentsDisabled"));
}

bool youtube_is_gone(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && (x->answer.status == 404 || x->answer.status == 410);
}
