/* ab_tests: two ways to say something, compared: the list, the form that fixes the rules, and one of them with its result in words. Until it is decided no
 * figure of it is shown here: whoever looks early and stops finds differences that are none. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/ab_test.h"
#include "page/choices.h"
#include "page/page.h"
#include "store/channel.h"
#include "store/post.h"
#include "ui/document.h"

#include <math.h>

#define SHOWN 200
#define POSTS_OFFERED 100

static const char *const metric_titles[AB_METRICS] = {[AB_CLICKS] = N_("Clicks"), [AB_REACTIONS] = N_("Likes"), [AB_COMMENTS] = N_("Comments"), [AB_REACH] = N_("People reached")};

/* ---- pieces ---- */

static struct str number(struct cx *cx, double value, int digits)
{
	CLEANUP(buf_free) struct buf b = {};
	if (value > 1000)
		return str_of(_(N_("more than 1,000")));
	buf_add_decimal(&b, cx->lang, value, digits);
	return buf_keep(&b, cx->arena);
}

static json_t *verdict_chip(struct cx *cx, const struct ab_test *t)
{
	static const struct {
		const char *tone, *icon, *title;
	} looks[AB_VERDICTS] = {[AB_OPEN] = {"act", "hourglass", N_("Under way")}, [AB_A] = {"ok", "trophy", N_("A did better")}, [AB_B] = {"ok", "trophy", N_("B did better")},
				[AB_NONE] = {"line", "scale", N_("No difference shown")}, [AB_FEW] = {"line", "minus", N_("Too little came in")}};
	if (t->state == AB_STOPPED)
		return json_pack("{s:s, s:s, s:s}", "tone", "line", "icon", "x", "title", _(N_("Stopped")));
	return json_pack("{s:s, s:s, s:s}", "tone", looks[t->verdict].tone, "icon", looks[t->verdict].icon, "title", _(looks[t->verdict].title));
}

static struct str rules_text(struct cx *cx, const struct ab_test *t)
{
	i64 days = t->after / DAY;
	struct str time = arena_printf(cx->arena, tr_n(cx->lang, "%lld day after each post left", "%lld days after each post left", days), (long long)days);
	struct str least = arena_printf(cx->arena, tr_n(cx->lang, "%lld at the least", "%lld at the least", t->least), (long long)t->least);
	return arena_printf(cx->arena, "%s, %.*s, %lld %%, %.*s", _(metric_titles[t->metric]), STR_ARG(time), (long long)t->confidence, STR_ARG(least));
}

static enum err row_shape(struct cx *cx, struct db *db, const struct ab_test *t, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct channel channel;
	TRY(channel_get(cx, db, here(cx), t->channel, &channel));
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o}", "id", doc_id(t->id), "url", doc_text(arena_printf(cx->arena, "/ab-tests/%lld", (long long)t->id)),
			       "name", doc_text(t->name), "channel", doc_text(channel.name), "channel_id", doc_id(t->channel), "network", doc_network(cx->lang, channel.network), "metric",
			       ab_metric_word(t->metric), "state", ab_state_word(t->state), "verdict", ab_verdict_word(t->verdict), "chip", verdict_chip(cx, t), "rules",
			       doc_text(rules_text(cx, t)), "at", doc_instant(&reader, t->decided_at ? t->decided_at : t->created_at));
	return OK;
}

/* ---- the list ---- */

static enum err show_list(struct cx *cx, struct request *request, struct reply *reply)
{
	struct ab_test *list;
	size_t count;
	json_t *document = json_object(), *rows = json_array(), *row;
	reply_json(reply, document);
	doc_set(document, "tests", rows);
	TRY(ab_tests(cx, request_db(request), here(cx), SHOWN, &list, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(row_shape(cx, request_db(request), &list[i], &row));
		json_array_append_new(rows, row);
	}
	doc_set(document, "has_tests", json_boolean(count > 0));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_WRITE_POSTS)));
	return OK;
}

/* ---- the form ---- */

static bool typed_has(const struct request *request, const char *name, i64 id)
{
	struct str typed;
	for (size_t i = 0; i < POSTS_OFFERED && (typed = request_typed_at(request, name, i)).at; i++) {
		i64 one = 0;
		if (str_to_i64(typed, &one) && one == id)
			return true;
	}
	return false;
}

static struct str heading(const struct post *post)
{
	struct str line = post->body;
	return post->title.len ? post->title : str_trim(str_line(&line));
}

/* Those that go to the channel and have not left. */
static enum err offered(struct cx *cx, struct request *request, i64 channel, json_t *list)
{
	struct post_filter filter = {.state = -1, .channel = channel};
	struct reader reader = reader_of(cx);
	struct post *posts;
	size_t count;
	TRY(posts_list(cx, request_db(request), here(cx), &filter, LIST_START, POSTS_OFFERED, &posts, &count));
	for (size_t i = 0; i < count; i++) {
		const struct post *p = &posts[i];
		if (!p->published_at && !post_state_begun(p->state))
			json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "id", doc_id(p->id), "heading", doc_excerpt(heading(p), 80), "planned_at",
							      doc_instant(&reader, p->planned_at), "state", doc_word(cx->lang, post_state_word(p->state), post_state_title(p->state)),
							      "is_a", typed_has(request, "a", p->id) || param_id(request, "a") == p->id, "is_b",
							      typed_has(request, "b", p->id) || param_id(request, "b") == p->id));
	}
	return OK;
}

static enum err channels_shape(struct cx *cx, struct request *request, i64 *chosen, json_t *list)
{
	struct channel *channels;
	size_t count;
	TRY(channel_list(cx, request_db(request), here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if (!kind || !(kind->can & CAN_POST))
			continue;
		if (!*chosen)
			*chosen = channels[i].id;
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected", channels[i].id == *chosen));
	}
	return OK;
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	static const char *const confidences[] = {"80", "90", "95", "99"};
	json_t *document = json_object(), *channels = json_array(), *posts = json_array(), *metrics = json_array(), *levels = json_array();
	struct str typed = request_typed(request, "channel");
	i64 channel = param_id(request, "channel");
	reply_json(reply, document);
	doc_set(document, "channels", channels);
	doc_set(document, "posts", posts);
	doc_set(document, "metrics", metrics);
	doc_set(document, "confidences", levels);
	if (typed.at)
		str_to_i64(typed, &channel);
	TRY(channels_shape(cx, request, &channel, channels));
	TRY(offered(cx, request, channel, posts));
	for (int m = 0; m < AB_METRICS; m++)
		json_array_append_new(metrics, choice(ab_metric_word((enum ab_metric)m), _(metric_titles[m]), str_eq(typed_or(request, "metric", S("clicks")), str_of(ab_metric_word((enum ab_metric)m)))));
	for (size_t i = 0; i < COUNT(confidences); i++)
		json_array_append_new(levels, choice(confidences[i], arena_printf(cx->arena, "%s %%", confidences[i]).at, str_eq(typed_or(request, "confidence", S("95")), str_of(confidences[i]))));
	doc_set(document, "channel_id", doc_id(channel));
	doc_set(document, "has_posts", json_boolean(json_array_size(posts) > 1));
	doc_set(document, "name", doc_text(typed_or(request, "name", (struct str){})));
	doc_set(document, "days", doc_text(typed_or(request, "days", S("3"))));
	doc_set(document, "least", doc_text(typed_or(request, "least", S("100"))));
	return OK;
}

/* ---- one ---- */

static struct str measured(struct cx *cx, const struct ab_test *t, const struct trial_arm *arm, i64 posts)
{
	struct str count = arena_printf(cx->arena, "%s: %lld", _(metric_titles[t->metric]), (long long)arm->count);
	struct str of = arena_printf(cx->arena, tr_n(cx->lang, "%lld post", "%lld posts", posts), (long long)posts);
	return arm->exposed > 0 ? arena_printf(cx->arena, _(N_("%.*s, of %lld who saw it (%.*s)")), STR_ARG(count), (long long)arm->exposed, STR_ARG(of))
				: arena_printf(cx->arena, "%.*s (%.*s)", STR_ARG(count), STR_ARG(of));
}

/* What it comes to, and how that is known. */
static void result_shape(struct cx *cx, const struct ab_test *t, const struct ab_post *posts, size_t count, json_t *document)
{
	struct trial_arm a = ab_sum(posts, count, false), b = ab_sum(posts, count, true);
	struct trial_result r = ab_result(t, posts, count);
	struct str words;
	i64 in_b = 0;
	for (size_t i = 0; i < count; i++)
		in_b += posts[i].is_b;
	if (t->verdict == AB_FEW)
		words = arena_printf(cx->arena, _(N_("Too little came in to say anything: %lld, where %lld were wanted.")), (long long)(a.count + b.count), (long long)t->least);
	else if (t->verdict == AB_NONE)
		words = arena_printf(cx->arena, _(N_("No difference could be shown. B got %.*s times what A got; between %.*s and %.*s times would fit as well.")), STR_ARG(number(cx, r.ratio, 2)),
				     STR_ARG(number(cx, r.low, 2)), STR_ARG(number(cx, r.high, 2)));
	else if (t->verdict == AB_B)
		words = arena_printf(cx->arena, _(N_("B did better: %.*s times what A got, between %.*s and %.*s times.")), STR_ARG(number(cx, r.ratio, 2)), STR_ARG(number(cx, r.low, 2)),
				     STR_ARG(number(cx, r.high, 2)));
	else
		words = arena_printf(cx->arena, _(N_("A did better: %.*s times what B got, between %.*s and %.*s times.")), STR_ARG(number(cx, 1 / r.ratio, 2)), STR_ARG(number(cx, 1 / r.high, 2)),
				     STR_ARG(number(cx, 1 / r.low, 2)));
	doc_set(document, "result", json_pack("{s:o, s:o, s:o, s:f, s:f, s:f, s:f}", "text", doc_text(words), "a", doc_text(measured(cx, t, &a, (i64)count - in_b)), "b",
					      doc_text(measured(cx, t, &b, in_b)), "ratio", r.ratio, "low", r.low, "high", r.high, "p", r.p));
}

static struct str doubt_of(struct cx *cx, const struct ab_test *t)
{
	if (t->past_posts < TRIAL_PAST_LEAST)
		return str_of(_(N_("Too few posts left here before to know how much they differ anyway: the margin is that of chance alone, and true margins are wider.")));
	return arena_printf(cx->arena, _(N_("How much posts differ anyway is taken from %lld that left here before: %.*s times what chance alone makes. The margin allows for it.")),
			    (long long)t->past_posts, STR_ARG(number(cx, (double)t->unevenness / 1000, 1)));
}

static enum err posts_shape(struct cx *cx, struct db *db, const struct ab_test *t, const struct ab_post *posts, size_t count, json_t *list)
{
	struct reader reader = reader_of(cx);
	for (size_t i = 0; i < count; i++) {
		struct post post;
		struct ab_left left = {};
		TRY(post_get(cx, db, here(cx), posts[i].post, &post));
		enum err e = ab_post_left(cx, db, here(cx), posts[i].post, t->channel, &left);
		if (e == ERR_MISSING)
			cx_forget(cx);
		else
			TRY(e);
		bool shown = t->state == AB_DECIDED;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(post.id), "url",
						      doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)post.id)), "heading", doc_excerpt(heading(&post), 100), "is_b", posts[i].is_b,
						      "planned_at", doc_instant(&reader, left.at ? 0 : post.planned_at), "left_at", doc_instant(&reader, left.at), "counts_at",
						      doc_instant(&reader, left.at && !posts[i].measured_at ? left.at + t->after : 0), "count",
						      shown ? doc_number(cx->lang, posts[i].count) : json_null(), "exposed", shown ? doc_number_or_null(cx->lang, posts[i].exposed) : json_null()));
	}
	return OK;
}

/* Where the winner may go besides. */
static enum err others_shape(struct cx *cx, struct db *db, i64 but, json_t *list)
{
	struct channel *channels;
	size_t count;
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if (kind && kind->can & CAN_POST && channels[i].id != but)
			json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "network", doc_network(cx->lang, channels[i].network)));
	}
	return OK;
}

static enum err show_one(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct ab_test t;
	struct ab_post *posts;
	size_t count;
	json_t *document = json_object(), *row, *list = json_array(), *others = json_array();
	bool writes = actor_may(cx->actor, MAY_WRITE_POSTS);
	reply_json(reply, document);
	doc_set(document, "posts", list);
	doc_set(document, "others", others);
	doc_set(document, "result", json_null());
	TRY(ab_test_get(cx, db, here(cx), param_id(request, "id"), &t));
	TRY(ab_posts(cx, db, here(cx), t.id, &posts, &count));
	TRY(row_shape(cx, db, &t, &row));
	doc_set(document, "test", row);
	TRY(posts_shape(cx, db, &t, posts, count, list));
	TRY(others_shape(cx, db, t.channel, others));
	if (t.state == AB_DECIDED)
		result_shape(cx, &t, posts, count, document);
	doc_set(document, "doubt", doc_text(doubt_of(cx, &t)));
	doc_set(document, "is_running", json_boolean(t.state == AB_RUNNING));
	doc_set(document, "is_clear", json_boolean(t.verdict == AB_A || t.verdict == AB_B));
	doc_set(document, "stopped", t.state == AB_STOPPED ? doc_text(str_eq(t.story, S("late")) ? str_of(_(N_("Some of its posts never left."))) : t.story) : json_null());
	doc_set(document, "can_stop", json_boolean(writes && t.state == AB_RUNNING));
	doc_set(document, "can_use", json_boolean(writes && t.state == AB_DECIDED && json_array_size(others)));
	return OK;
}

/* ---- writing ---- */

static const i64 *ids_of(struct cx *cx, struct request *request, const char *name, size_t *ret_count)
{
	size_t count = param_count(request, name);
	i64 *ids = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		ids[i] = param_id_at(request, name, i);
	*ret_count = count;
	return ids;
}

static enum err start(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id;
	struct ab_wish wish = {.name = param_text(request, "name"), .channel = param_id(request, "channel"), .confidence = 95, .days = param_int(request, "days"),
			       .least = param_int(request, "least")};
	(void)ab_metric_of(param_text(request, "metric"), &wish.metric);
	str_to_i64(param_text(request, "confidence"), &wish.confidence);
	wish.a = ids_of(cx, request, "a", &wish.a_count);
	wish.b = ids_of(cx, request, "b", &wish.b_count);
	TRY(ab_test_start(cx, request_db(request), here(cx), &wish, &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("The rules are fixed. The result comes by itself."))), (struct str){});
	reply_redirect(reply, "/ab-tests/%lld", (long long)id);
	return OK;
}

static enum err stop(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(ab_test_stop(cx, request_db(request), here(cx), id, param_text(request, "why")));
	reply_flash(reply, str_of(_(N_("Stopped, without a result. Its posts leave as they were planned."))), (struct str){});
	reply_redirect(reply, "/ab-tests/%lld", (long long)id);
	return OK;
}

static enum err use(struct cx *cx, struct request *request, struct reply *reply)
{
	size_t count;
	i64 post;
	const i64 *channels = ids_of(cx, request, "channels", &count);
	TRY(ab_test_use(cx, request_db(request), here(cx), param_id(request, "id"), str_eq(param_text(request, "which"), S("b")), channels, count, &post));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(post)));
	reply_flash(reply, str_of(_(N_("A draft with these words. Nothing leaves before you say so."))), (struct str){});
	reply_redirect(reply, "/posts/%lld", (long long)post);
	return OK;
}

/* ---- the rows ---- */

static const char *const metric_words[] = {"clicks", "reactions", "comments", "reach", NULL};
static const char *const confidence_words[] = {"80", "90", "95", "99", NULL};
static const char *const which_words[] = {"a", "b", NULL};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The comparison."}
static const struct param new_params[] = {{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Where both are shown."},
	{.name = "a", .in = IN_QUERY, .type = P_ID, .about = "What is chosen as A."}, {.name = "b", .in = IN_QUERY, .type = P_ID, .about = "What is chosen as B."}, {}};
static const struct param start_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 120, .about = "What you want to know."},
	{.name = "channel", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "Where both are shown."},
	{.name = "metric", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = metric_words, .about = "What is counted."},
	{.name = "confidence", .in = IN_FORM, .type = P_WORD, .words = confidence_words, .about = "How sure, per cent; else 95."},
	{.name = "days", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = 60, .about = "So long after each post left it is counted."},
	{.name = "least", .in = IN_FORM, .type = P_INT, .min = 0, .max = 1000000, .about = "Of both together; fewer are too little to say anything."},
	{.name = "a", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Posts that are given as A."},
	{.name = "b", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Posts that are given as B."},
	{},
};
static const struct param stop_params[] = {ID_PARAM, {.name = "why", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 300, .about = "Why."}, {}};
static const struct param use_params[] = {
	ID_PARAM, {.name = "channels", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Where the draft goes."},
	{.name = "which", .in = IN_FORM, .type = P_WORD, .words = which_words, .about = "Where neither won: whose words; else A's."}, {},
};

static const struct shape shapes[] = {
	{"AbTest", "{id: id, url: url, name: text, channel: text, channel_id: id, network: Network, metric: 'clicks' | 'reactions' | 'comments' | 'reach', "
	 "state: 'running' | 'decided' | 'stopped', verdict: '' | 'a' | 'b' | 'none' | 'few', chip: Chip, rules: text, at: Instant}",
	 "Two ways to say something, compared; verdict “none”: no difference could be shown, “few”: too little came in."},
	{"AbTests", "{tests: [AbTest], has_tests: bool, can_write: bool}"},
	{"AbPost", "{id: id, url: url, heading: text, is_b: bool, planned_at: Instant?, left_at: Instant?, counts_at: Instant?, count: Number?, exposed: Number?}",
	 "A post that is given as A or as B; counts are told when it is decided."},
	{"AbTestPage", "{test: AbTest, posts: [AbPost], others: [{id: id, name: text, network: Network}], result: {text: text, a: text, b: text, ratio: number, low: number, high: number, p: number}?, "
	 "doubt: text, is_running: bool, is_clear: bool, stopped: text?, can_stop: bool, can_use: bool}",
	 "A comparison; ratio: of B's rate to A's, with its interval."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/ab-tests", .permission = MAY_READ_POSTS, .template = "ab_tests/page", .handle = show_list, .answer = "AbTests",
	 .about = "Comparisons of two ways to say something, the newest first."},
	{.method = "GET", .path = "/ab-tests/new", .permission = MAY_WRITE_POSTS, .flags = ROUTE_PAGE_ONLY, .params = new_params, .template = "ab_tests/new", .handle = show_new,
	 .about = "Fix the rules of a comparison."},
	{.method = "POST", .path = "/ab-tests", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = start_params, .handle = start, .form = "/ab-tests/new", .answer = "Made",
	 .about = "Start a comparison: its rules are fixed."},
	{.method = "GET", .path = "/ab-tests/{id}", .permission = MAY_READ_POSTS, .template = "ab_tests/test", .handle = show_one, .answer = "AbTestPage",
	 .about = "A comparison, with its result once it is decided."},
	{.method = "POST", .path = "/ab-tests/{id}/stop", .permission = MAY_WRITE_POSTS, .params = stop_params, .handle = stop, .form = "/ab-tests/{id}",
	 .about = "Stop a comparison: it has no result."},
	{.method = "POST", .path = "/ab-tests/{id}/use", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = use_params, .handle = use, .answer = "Made",
	 .about = "A draft with the winner's words for other channels."},
	{},
};

const struct page page_ab_tests = {"ab_tests", routes, shapes, .file = __FILE__};
