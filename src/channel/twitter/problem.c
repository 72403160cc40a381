/* What X says is in the type of a problem (RFC 9457) and in its words: 403 is a credential that may not, the same text twice, and somebody who does not
 * want our answer; 429 is a quarter of an hour, or a month. https://docs.x.com/x-api/fundamentals/response-codes-and-errors (as of 2026-11-21). */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
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

static const struct row *row_of(const struct exchange *x)
{
	if (x->answer.outcome != NET_ANSWERED || x->answer.status < 400)
		return NULL;
	const json_t *problem = json_has(x->document, "type") || json_has(x->document, "detail") ? x->document : json_array_get(json_list(x->document, "errors"), 0);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].status == x->answer.status && (!rows[i].type || str_ends(json_text(problem, "type"), str_of(rows[i].type))) &&
		    (!rows[i].words || says(problem, rows[i].words)))
			return &rows[i];
	return NULL;
}

static i64 until(struct cx *cx, const struct exchange *x, const struct row *row)
{
	return x->answer.retry_at > cx->now + row->wait ? x->answer.retry_at : row->wait ? cx->now + row->wait : x->answer.retry_at;
}

static void put_right(struct cx *cx, const struct exchange *x, struct sent *sent)
{
	const struct row *row = row_of(x);
	if (row)
		*sent = (struct sent){.outcome = row->outcome, .story = str_of(tr(cx->lang, row->story)), .retry_at = row->outcome == OUTCOME_LATER ? until(cx, x, row) : 0};
}

void twitter_outcome(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	exchange_outcome(cx, x, ret_sent);
	put_right(cx, x, ret_sent);
}

bool twitter_read_first(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	bool done = exchange_read_first(cx, x, ret_sent);
	put_right(cx, x, ret_sent);
	return done;
}

void twitter_looked(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	const struct row *row = row_of(x);
	exchange_looked(cx, x, ret_sent);
	if (row && row->outcome != OUTCOME_NEVER)
		put_right(cx, x, ret_sent);
}

enum err twitter_expect(struct cx *cx, const struct exchange *x)
{
	const struct row *row = row_of(x);
	if (row && row->outcome == OUTCOME_LATER)
		return fail_wait(cx, (until(cx, x, row) - cx->now) / SECOND + 1, "%s", tr(cx->lang, row->story));
	if (row && row->outcome == OUTCOME_HOLD)
		return fail(cx, ERR_DENIED, "%s", tr(cx->lang, row->story));
	TRY(exchange_expect_json(cx, x, 200));
	return json_is_object(x->document) ? OK : fail(cx, ERR_REMOTE, N_("The network's answer could not be read. It will be asked again."));
}

bool twitter_verified(struct cx *cx, const struct exchange *x, struct verified *ret_verified)
{
	bool done = exchange_verified(cx, x, ret_verified);
	struct sent sent = {.outcome = ret_verified->outcome, .story = ret_verified->story, .retry_at = ret_verified->retry_at};
	put_right(cx, x, &sent);
	ret_verified->outcome = sent.outcome;
	ret_verified->story = sent.story;
	ret_verified->retry_at = sent.retry_at;
	return done;
}
