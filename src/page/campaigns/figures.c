/* figures.c: what came of a campaign: how many of its posts are there, and what the networks tell of them. A figure that nobody told is not a nought:
 * it is left out. */
#include "base/lang.h"
#include "page/campaigns/campaigns.h"
#include "store/channel.h"

static const char *const titles[CAMPAIGN_MEASURES] = {
	[CAMPAIGN_REACH] = N_("Reached"), [CAMPAIGN_VIEWS] = N_("Views"), [CAMPAIGN_LIKES] = N_("Likes"), [CAMPAIGN_SHARES] = N_("Shares"),
	[CAMPAIGN_REPLIES] = N_("Replies"), [CAMPAIGN_CLICKS] = N_("Clicks"),
};

enum err campaign_counts_shape(struct cx *cx, struct db *db, const struct campaign *c, json_t **ret_counts)
{
	i64 states[POST_STATE_COUNT];
	TRY(campaign_states(cx, db, c->workspace, c->id, states));
	i64 written = states[POST_DRAFT] + states[POST_REVIEW] + states[POST_APPROVED], planned = states[POST_SCHEDULED] + states[POST_LEAVING] + states[POST_BY_HAND];
	i64 published = states[POST_PUBLISHED], trouble = states[POST_TROUBLE];
	*ret_counts = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "all", doc_number(cx->lang, written + planned + published + trouble), "written", doc_number(cx->lang, written),
				"planned", doc_number(cx->lang, planned), "published", doc_number(cx->lang, published), "trouble", doc_number_or_null(cx->lang, trouble), "is_written", written > 0, "is_planned", planned > 0);
	return OK;
}

/* The measures that some network told, as words and titles; `shown` of them by number. */
static json_t *measures_shape(struct cx *cx, const struct campaign_figures *all, bool *shown)
{
	json_t *list = json_array();
	for (int m = 0; m < CAMPAIGN_MEASURES; m++)
		if ((shown[m] = all->told[m] > 0))
			json_array_append_new(list, json_pack("{s:s, s:s}", "word", campaign_measure_word((enum campaign_measure)m), "title", tr(cx->lang, titles[m])));
	return list;
}

static json_t *values_shape(struct cx *cx, const struct campaign_figures *f, const bool *shown)
{
	json_t *list = json_array();
	for (int m = 0; m < CAMPAIGN_MEASURES; m++)
		if (shown[m])
			json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "word", campaign_measure_word((enum campaign_measure)m), "title", tr(cx->lang, titles[m]),
							      "value", f->told[m] ? doc_number(cx->lang, f->value[m]) : json_null(), "of",
							      f->told[m] && f->told[m] < f->sent ? doc_number(cx->lang, f->told[m]) : json_null()));
	return list;
}

static void add(struct campaign_figures *sum, const struct campaign_figures *f)
{
	sum->sent += f->sent;
	sum->comments += f->comments;
	sum->told_at = f->told_at > sum->told_at ? f->told_at : sum->told_at;
	for (int m = 0; m < CAMPAIGN_MEASURES; m++) {
		sum->value[m] += f->value[m];
		sum->told[m] += f->told[m];
	}
}

enum err campaign_figures_shape(struct cx *cx, struct db *db, const struct campaign *c, json_t *document)
{
	struct campaign_figures *list, sum = {};
	size_t count;
	bool shown[CAMPAIGN_MEASURES];
	struct reader reader = reader_of(cx);
	json_t *rows = json_array();
	TRY(campaign_figures(cx, db, c->workspace, c->id, &list, &count));
	for (size_t i = 0; i < count; i++)
		add(&sum, &list[i]);
	json_t *measures = measures_shape(cx, &sum, shown);
	json_t *figures = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "sent", doc_number(cx->lang, sum.sent), "comments", doc_number(cx->lang, sum.comments), "measures", measures,
				    "values", values_shape(cx, &sum, shown), "channels", rows, "has_channels", count > 0, "told_at", doc_instant(&reader, sum.told_at));
	doc_set(document, "figures", figures);
	for (size_t i = 0; i < count; i++) {
		struct channel channel;
		TRY(channel_get(cx, db, c->workspace, list[i].channel, &channel));
		json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(channel.id), "name", doc_text(channel.name), "network",
						      doc_network(cx->lang, channel.network), "sent", doc_number(cx->lang, list[i].sent), "comments",
						      doc_number(cx->lang, list[i].comments), "values", values_shape(cx, &list[i], shown)));
	}
	return OK;
}
