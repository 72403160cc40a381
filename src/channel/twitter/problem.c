/* What X says is in the type of a problem (RFC 9457) and in its words: 403 is a credential that may not, the same text twice, and somebody who does not
 * want our answer; 429 is a quarter of an hour, or a month. https://docs.x.com/x-api/fundamentals/response-codes-and-errors (as of 2026-11-21). */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/refusal.h"
#include "channel/twitter/connector.h"

#define CAP_WAIT (6 * HOUR) /* when a monthly cap ends is not said */

static const struct row {
	int status;
	const char *type;   /* how `type` ends; NULL: any */
	const char *words;  /* what `detail` or `title` says; NULL: anything */
	enum outcome outcome;
	i64 wait;
	const char *story;
} rows[] = {
	{402, NULL, NULL, OUTCOME_HOLD, 0, N_("X wants credits for this, and those of your application are used up. Add some in its developer console; what waits is kept.")},
	{429, "usage-capped", NULL, OUTCOME_LATER, CAP_WAIT, N_("The monthly allowance of your application on X is used up. It will be asked again from time to time; what waits is kept.")},
	{403, "usage-capped", NULL, OUTCOME_LATER, CAP_WAIT, N_("The monthly allowance of your application on X is used up. It will be asked again from time to time; what waits is kept.")},
	{403, NULL, "duplicate", OUTCOME_NEVER, 0, N_("X does not take the same text twice. Change a word and send it again.")},
	{403, NULL, "reply to this conversation", OUTCOME_NEVER, 0, N_("Who began this conversation on X does not let this account answer there.")},
	{403, NULL, "who can reply", OUTCOME_NEVER, 0, N_("Who began this conversation on X does not let this account answer there.")},
	{403, NULL, "blocked", OUTCOME_NEVER, 0, N_("This person has blocked the account on X: no answer reaches them there.")},
	{403, NULL, "direct messages", OUTCOME_NEVER, 0, N_("This person takes no private messages from this account on X.")},
	{403, "not-authorized-for-resource", NULL, OUTCOME_NEVER, 0, N_("This post is protected: X does not let this account at it.")},
	{403, NULL, "deleted or not visible", OUTCOME_NEVER, 0, N_("The post that this answers is no longer there.")},
	{403, "client-forbidden", NULL, OUTCOME_HOLD, 0, N_("Your application on X may not do that by its plan. Look at it in the developer console; what waits is kept.")},
	{404, "resource-not-found", NULL, OUTCOME_NEVER, 0, N_("The post is no longer there.")},
};

static bool says(const json_t *document, const char *words)
{
	static const char *const places[] = {"detail", "title", "reason"};
	for (size_t i = 0; i < COUNT(places); i++) {
		struct str text = json_text(document, places[i]), want = str_of(words);
		for (size_t at = 0; at + want.len <= text.len; at++)
			if (str_eq_fold(str_head(str_skip(text, at), want.len), want))
				return true;
	}
	return false;
}

static bool read(struct cx *cx, const struct exchange *x, struct refusal *ret_refusal)
{
	const json_t *problem = json_has(x->document, "type") || json_has(x->document, "detail") ? x->document : json_array_get(json_list(x->document, "errors"), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		i64 at = row->wait && x->answer.retry_at < cx->now + row->wait ? cx->now + row->wait : x->answer.retry_at;
		if (row->status != x->answer.status || (row->type && !str_ends(json_text(problem, "type"), str_of(row->type))) || (row->words && !says(problem, row->words)))
			continue;
		*ret_refusal = (struct refusal){row->outcome, row->story, at};
		return true;
	}
	return false;
}

void twitter_outcome(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	refusal_outcome(cx, x, read, ret_sent);
}

bool twitter_read_first(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	return refusal_read_first(cx, x, read, ret_sent);
}

void twitter_looked(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	refusal_looked(cx, x, read, ret_sent);
}

enum err twitter_expect(struct cx *cx, const struct exchange *x)
{
	TRY(refusal_expect(cx, x, read));
	return json_is_object(x->document) ? OK : fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
}

bool twitter_verified(struct cx *cx, const struct exchange *x, struct verified *ret_verified)
{
	return refusal_verified(cx, x, read, ret_verified);
}
