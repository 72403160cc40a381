/* best_times: when our posts do better, by the workspace's own figures: by hour and by weekday, each with its number of posts, its interval and the doubt. */
#include "base/clock.h"
#include "base/lang.h"
#include "insight/best_time.h"
#include "model/slot.h"
#include "page/page.h"
#include "store/channel.h"
#include "store/workspace.h"
#include "ui/document.h"

#define POSTS_MOST 2000 /* the newest; a hundredth of a second a thousand */

static json_t *decimal(struct cx *cx, double number)
{
	char room[40];
	struct buf text = BUF_IN(room);
	buf_add_decimal(&text, cx->lang, number, 1);
	json_t *shape = doc_text(buf_str(&text));
	buf_free(&text);
	return shape;
}

static json_t *group_shape(struct cx *cx, const struct best_view *view, size_t g)
{
	const struct best_group *group = &view->group[g];
	CLEANUP(buf_free) struct buf title = {};
	if (view->groups == 7)
		buf_add_weekday(&title, cx->lang, (int)g);
	else
		buf_add_minutes_of_day(&title, cx->lang, (i64)g * 60);
	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:f, s:b, s:I}", "group", (json_int_t)g, "title", doc_text(buf_str(&title)), "posts", doc_number(cx->lang, (i64)group->count),
			 "factor_text", decimal(cx, group->factor), "low_text", decimal(cx, group->low), "high_text", decimal(cx, group->high), "factor", group->factor, "low", group->low, "high",
			 group->high, "is_better", group->is_better, "width", (json_int_t)(group->factor > 2 ? 100 : group->factor * 50 + 0.5));
}

static json_t *view_shape(struct cx *cx, const struct best_view *view)
{
	json_t *groups = json_array();
	for (size_t g = 0; g < view->groups; g++)
		if (view->group[g].count)
			json_array_append_new(groups, group_shape(cx, view, g));
	struct str doubt = arena_printf(cx->arena, _(N_("Chance alone differs as much %d times in 100.")), (int)(view->doubt * 100 + 0.5));
	if (view->doubt < 0.01)
		doubt = str_of(_(N_("Chance alone differs as much less than once in 100.")));
	return json_pack("{s:o, s:b, s:f, s:o, s:b}", "groups", groups, "differs", view->differs, "doubt", view->doubt, "doubt_text", doc_text(doubt), "has_groups", json_array_size(groups) > 0);
}

static struct str story_of(struct cx *cx, const struct best_time *b)
{
	if (b->verdict == BEST_TOO_FEW)
		return arena_printf(cx->arena, tr_n(cx->lang, "Not enough to tell: %lld post with figures, and %d are needed.", "Not enough to tell: %lld posts with figures, and %d are needed.",
						    (i64)b->count), (long long)b->count, BEST_TIME_POSTS_MIN);
	if (b->verdict == BEST_NO_DIFFERENCE)
		return arena_printf(cx->arena, _(N_("No hour and no day stands out among %zu posts: what differs could be chance.")), b->count);
	return arena_printf(cx->arena, _(N_("Some hours or days stand out among %zu posts. This was observed, not tried: what you post then counts as much as when.")), b->count);
}

static const char *const verdict_words[] = {[BEST_TOO_FEW] = "too_few", [BEST_NO_DIFFERENCE] = "no_difference", [BEST_TELLS] = "tells"};

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct reader reader = reader_of(cx);
	struct workspace w;
	struct channel *channels;
	struct best_time best;
	i64 instants[BEST_TIME_PROPOSALS], channel = param_id(request, "channel");
	size_t channel_count;
	json_t *document = json_object(), *places = json_array(), *next = json_array();
	reply_json(reply, document);
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(channel_list(cx, db, here(cx), &channels, &channel_count));
	for (size_t i = 0; i < channel_count; i++)
		json_array_append_new(places, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected", channels[i].id == channel));
	TRY(best_time_read(cx, db, here(cx), channel, w.zone, POSTS_MOST, &best));
	size_t proposed = best_time_next(&best, w.zone, cx->now + HOUR, instants);
	for (size_t i = 0; i < proposed; i++)
		json_array_append_new(next, json_pack("{s:o, s:o, s:o}", "wall_time", doc_text(slot_wall(cx->arena, w.zone, instants[i])), "at", doc_instant(&reader, instants[i]), "url",
						      doc_text(arena_printf(cx->arena, "/posts/new?at=%.*s", STR_ARG(slot_wall(cx->arena, w.zone, instants[i]))))));
	doc_set(document, "verdict", json_string(verdict_words[best.verdict]));
	doc_set(document, "story", doc_text(story_of(cx, &best)));
	doc_set(document, "count", doc_number(cx->lang, (i64)best.count));
	doc_set(document, "since", doc_instant(&reader, best.since));
	doc_set(document, "zone", doc_text(w.zone));
	doc_set(document, "hours", view_shape(cx, &best.hours));
	doc_set(document, "weekdays", view_shape(cx, &best.weekdays));
	doc_set(document, "is_told", json_boolean(best.verdict != BEST_TOO_FEW));
	doc_set(document, "next", next);
	doc_set(document, "has_next", json_boolean(proposed > 0));
	doc_set(document, "channels", places);
	return OK;
}

static const struct param params[] = {{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Posts of this channel alone."}, {}};

static const struct shape shapes[] = {
	{"BestTimeGroup", "{group: int, title: text, posts: Number, factor: number, low: number, high: number, factor_text: text, low_text: text, high_text: text, is_better: bool, width: int}",
	 "An hour of the day, or a weekday (0 Monday). factor: what a post had then, of what one of its channel has on the average; low to high holds the truth nine times of ten."},
	{"BestTimeView", "{groups: [BestTimeGroup], differs: bool, doubt: number, doubt_text: text, has_groups: bool}", "doubt: how often chance alone differs as much."},
	{"BestTimesPage", "{verdict: 'too_few' | 'no_difference' | 'tells', story: text, count: Number, since: Instant?, zone: text, hours: BestTimeView, weekdays: BestTimeView, is_told: bool, "
	 "next: [{wall_time: text, at: Instant, url: url}], has_next: bool, channels: [NamedChoice]}",
	 "When our posts did better: likes, shares and replies of a year. next: hours to come that they speak for."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/best-times", .permission = MAY_READ_FIGURES, .params = params, .template = "best_times/page", .handle = show, .answer = "BestTimesPage",
	 .about = "When our posts do better, by our own figures, and how sure that is."},
	{},
};

const struct page page_best_times = {"best_times", routes, shapes, .file = __FILE__};
