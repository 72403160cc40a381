/* What the Graph interface refuses, and what that means for whoever asked. Sources, as of 2026-11-21:
 * https://developers.facebook.com/docs/graph-api/guides/error-handling (codes and subcodes of sessions),
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting (4, 17, 32, 613, 80000 to 80014),
 * https://developers.facebook.com/docs/messenger-platform/error-codes (10, 100, 200, 551 with subcodes; of 2026-03-18),
 * https://developers.facebook.com/docs/instagram-platform/private-replies. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/graph.h"
#include "sys/net_quota.h"

#define AGAIN N_("The network's limit for this account or app is reached for now. It will be tried again by itself.")
#define WINDOW N_("The network only lets a private message out for some time after the person last wrote: 24 hours, seven days where a person answers and Meta approved “Human Agent” for the app. That time is over, so nothing was sent. Answer in public and ask them to write again, or reach them another way.")
#define RIGHTS N_("The network does not let this account do that: a right is missing, or was taken back. Connect the channel again and grant it; what waits is kept and leaves then.")
#define HERE N_("The network does not let this account do that here, although it has the rights that the channel needs: a right is missing for this sort of thing (Meta reviews some first), or whoever it is about does not allow it. Nothing was done; other answers leave.")
#define ABSENT N_("This person cannot be written to there: they have blocked the page, closed their account, or never wrote to it. Nothing was sent; answer in public, or reach them another way.")
#define ANSWERED N_("The network does not let this comment be answered in private: that is possible once, within seven days, and where its author allows it. Nothing was sent. Answer in public and ask them to write to you.")
#define HELD N_("Another program that is connected to this account holds this conversation, so nothing was sent. Answer there, or let it hand the conversation over; then send this again.")
#define GONE N_("What this is about is no longer there, or this account may not see it any more.")
#define TOKEN N_("The network no longer lets this account in. Connect the channel again; what waits is kept and leaves then.")

const struct graph_error graph_errors[] = {
	/* Sessions and tokens */
	{190, 190, 458, OUTCOME_HOLD, N_("The app was removed from the account. Connect the channel again; what waits is kept and leaves then.")},
	{190, 190, 459, OUTCOME_HOLD, N_("The network asks the person who connected this account to sign in there and confirm something. Do that, then connect the channel again; what waits is kept.")},
	{190, 190, 460, OUTCOME_HOLD, N_("The password of the person who connected this account was changed, which ends the connection. Connect the channel again; what waits is kept and leaves then.")},
	{190, 190, 463, OUTCOME_HOLD, N_("The access token has expired. Connect the channel again; what waits is kept and leaves then.")},
	{190, 190, 464, OUTCOME_HOLD, N_("The network asks the person who connected this account to confirm it there. Do that, then connect the channel again; what waits is kept.")},
	{190, 190, 492, OUTCOME_HOLD, N_("The person who connected this account has no role on the page any more. Somebody who has one connects the channel again; what waits is kept.")},
	{190, 190, 467, OUTCOME_HOLD, N_("The person who connected this account signed out of it there, or took it back. Connect the channel again; what waits is kept and leaves then.")},
	{190, 190, 0, OUTCOME_HOLD, TOKEN},
	{102, 102, 0, OUTCOME_HOLD, TOKEN},
	{2635, 2635, 0, OUTCOME_HOLD, N_("The network no longer answers the version of its interface that this Parvis speaks. Bring Parvis up to date; what waits is kept.")},
	/* Too much */
	{4, 4, 0, OUTCOME_LATER, AGAIN},
	{17, 17, 0, OUTCOME_LATER, AGAIN},
	{32, 32, 0, OUTCOME_LATER, AGAIN},
	{341, 341, 0, OUTCOME_LATER, AGAIN},
	{613, 613, 0, OUTCOME_LATER, AGAIN},
	{80000, 80014, 0, OUTCOME_LATER, AGAIN},
	{368, 368, 0, OUTCOME_HOLD, N_("The network has blocked this account for some time, for what it holds to be against its rules. Look on the network what it says; what waits is kept.")},
	/* Private messages */
	{10, 10, 2018278, OUTCOME_NEVER, WINDOW, .of_edge = true, .of_window = true},
	{10, 10, 2534022, OUTCOME_NEVER, WINDOW, .of_edge = true, .of_window = true},
	{10, 10, 2018065, OUTCOME_NEVER, WINDOW, .of_edge = true, .of_window = true},
	{10, 10, 2018300, OUTCOME_NEVER, HELD, .of_edge = true, .of_person = true},
	{100, 100, 2018001, OUTCOME_NEVER, ABSENT, .of_edge = true, .of_person = true},
	{100, 100, 2534014, OUTCOME_NEVER, ABSENT, .of_edge = true, .of_person = true},
	{200, 200, 1545041, OUTCOME_NEVER, ABSENT, .of_edge = true, .of_person = true},
	{551, 551, 0, OUTCOME_NEVER, ABSENT, .of_edge = true, .of_person = true},
	{10900, 10903, 0, OUTCOME_NEVER, ANSWERED, .of_edge = true},
	/* Rights */
	{3, 3, 0, OUTCOME_HOLD, RIGHTS, .of_edge = true, .of_right = true},
	{10, 10, 0, OUTCOME_HOLD, RIGHTS, .of_edge = true, .of_right = true},
	{200, 299, 0, OUTCOME_HOLD, RIGHTS, .of_edge = true, .of_right = true},
	/* What was asked for */
	{100, 100, 33, OUTCOME_NEVER, GONE, .of_edge = true},
	{803, 803, 0, OUTCOME_NEVER, GONE, .of_edge = true},
	{506, 506, 0, OUTCOME_NEVER, N_("The network takes the same text only once in a row. Change a word, and send it again."), .of_edge = true},
	{100, 100, 0, OUTCOME_NEVER, N_("The network refused it."), .of_edge = true},
	{2500, 2500, 0, OUTCOME_NEVER, N_("The network refused it."), .of_edge = true},
	/* Its own trouble: it may have been done */
	{1, 2, 0, OUTCOME_UNKNOWN, N_("The network had trouble, and may have taken it or not. Parvis is looking it up.")},
	{},
};

const struct graph_error *graph_error_of(const json_t *document)
{
	const json_t *error = json_map(document, "error");
	i64 code = json_number(error, "code", 0), subcode = json_number(error, "error_subcode", 0);
	for (const struct graph_error *row = graph_errors; error && row->from; row++)
		if (code >= row->from && code <= row->to && (!row->subcode || row->subcode == subcode))
			return row;
	return NULL;
}

/* What the network says of it: in the language of the person where it has a text for them. */
static struct str told(struct cx *cx, const json_t *document, const char *story)
{
	struct str more = json_text(document, "error/error_user_msg");
	if (!more.len)
		more = json_text(document, "error/message");
	return arena_printf(cx->arena, "%s (%lld: %.*s)", tr(cx->lang, story), (long long)json_number(document, "error/code", 0), STR_ARG(utf8_head(more, 300)));
}

/* Minutes until it is let in again, where a header says so. */
static i64 again_at(struct cx *cx, const struct exchange *x)
{
	struct net_quota quota;
	if (x->answer.retry_at)
		return x->answer.retry_at;
	return net_quota_read(&x->answer, cx->now, &quota) && quota.pause_until > cx->now ? quota.pause_until : 0;
}

static const struct graph_error *row_of(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED ? graph_error_of(x->document) : NULL;
}

void graph_outcome(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	const struct graph_error *row = row_of(x);
	exchange_outcome(cx, x, ret_sent);
	if (row)
		*ret_sent = (struct sent){.outcome = row->outcome, .retry_at = row->outcome == OUTCOME_LATER ? again_at(cx, x) : 0, .story = told(cx, x->document, row->story)};
	else if (ret_sent->outcome == OUTCOME_DONE && json_map(x->document, "error")) /* 200 with an error inside */
		*ret_sent = (struct sent){.outcome = OUTCOME_UNKNOWN, .story = told(cx, x->document, N_("The network had trouble, and may have taken it or not. Parvis is looking it up."))};
}

void graph_acted(struct cx *cx, const struct channel_account *account, const struct exchange *x, struct sent *ret_sent)
{
	const struct graph_error *row = row_of(x);
	graph_outcome(cx, x, ret_sent);
	if (row && row->of_right && json_list(account->known, "rights"))
		*ret_sent = (struct sent){.outcome = OUTCOME_NEVER, .story = told(cx, x->document, HERE)};
}

void graph_looked(struct cx *cx, const struct exchange *x, struct sent *ret_sent)
{
	const struct graph_error *row = row_of(x);
	exchange_looked(cx, x, ret_sent);
	if (row && (row->outcome == OUTCOME_HOLD || row->outcome == OUTCOME_LATER))
		graph_outcome(cx, x, ret_sent);
}

enum err graph_expect(struct cx *cx, const struct exchange *x)
{
	const struct graph_error *row = row_of(x);
	struct str story = row ? told(cx, x->document, row->story) : (struct str){};
	if (!row)
		return exchange_expect_json(cx, x, 200);
	if (row->outcome == OUTCOME_HOLD)
		return fail(cx, ERR_DENIED, "%.*s", STR_ARG(story));
	if (row->outcome == OUTCOME_LATER) {
		i64 at = again_at(cx, x);
		return fail_wait(cx, at > cx->now ? (at - cx->now) / SECOND + 1 : 0, "%.*s", STR_ARG(story));
	}
	if (row->outcome == OUTCOME_UNKNOWN)
		return fail(cx, ERR_REMOTE, "%.*s", STR_ARG(told(cx, x->document, N_("The network had trouble. It will be asked again."))));
	return fail(cx, ERR_MISSING, "%.*s", STR_ARG(story));
}

bool graph_verified(struct cx *cx, const struct exchange *x, struct verified *v)
{
	const struct graph_error *row = row_of(x);
	bool done = exchange_verified(cx, x, v);
	if (!row)
		return done;
	v->outcome = row->outcome == OUTCOME_UNKNOWN ? OUTCOME_LATER : row->outcome;
	v->retry_at = row->outcome == OUTCOME_LATER ? again_at(cx, x) : 0;
	v->story = told(cx, x->document, row->outcome == OUTCOME_UNKNOWN ? N_("The network had trouble. It will be asked again.") : row->story);
	return false;
}
