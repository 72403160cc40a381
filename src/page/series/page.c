/* series: posts that come again: by a rule, or evergreen by the hours of a queue; which there are, and what is to become of them. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/post.h"
#include "flow/series.h"
#include "page/page.h"
#include "store/queue.h"
#include "ui/document.h"

#define COMING 5
#define TITLE 80 /* characters */

static enum err title_of(struct cx *cx, struct db *db, const struct series *s, struct str *ret_title)
{
	struct post p;
	TRY(post_get(cx, db, s->workspace, s->post, &p));
	struct str words = str_trim(p.body), line = str_trim(str_line(&words));
	*ret_title = p.title.len ? p.title : line.len ? line : str_of(_(N_("A post without words yet")));
	return OK;
}

static enum err series_shape(struct cx *cx, struct db *db, const struct series *s, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct queue q = {};
	struct str title;
	i64 made, missed, instants[COMING];
	size_t count;
	json_t *coming = json_array(), *shape = json_object();
	*ret_shape = shape;
	doc_set(shape, "coming", coming);
	TRY(title_of(cx, db, s, &title));
	TRY(series_counts(cx, db, s->workspace, s->id, &made, &missed));
	if (series_coming(cx, s, instants, COMING, &count) != OK) {
		cx_forget(cx);
		count = 0;
	}
	if (s->queue)
		TRY(queue_get(cx, db, s->workspace, s->queue, &q));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(coming, doc_instant(&reader, instants[i]));
	doc_set(shape, "id", doc_id(s->id));
	doc_set(shape, "post_id", doc_id(s->post));
	doc_set(shape, "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)s->post)));
	doc_set(shape, "title", doc_excerpt(title, TITLE));
	doc_set(shape, "words", doc_text(series_words(cx, s)));
	doc_set(shape, "rule", doc_text_or_null(s->rule));
	doc_set(shape, "queue", s->queue ? doc_text(q.name) : json_null());
	doc_set(shape, "made", doc_number(cx->lang, made));
	doc_set(shape, "missed", doc_number_or_null(cx->lang, missed));
	doc_set(shape, "is_approved", json_boolean(s->approved_at != 0));
	doc_set(shape, "story", doc_text_or_null(s->story));
	doc_set(shape, "ended_at", doc_instant(&reader, s->ended_at));
	doc_set(shape, "can_end", json_boolean(!s->ended_at && actor_may(cx->actor, MAY_WRITE_POSTS)));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct series *list;
	size_t count;
	json_t *document = json_object(), *shapes = json_array();
	reply_json(reply, document);
	doc_set(document, "series", shapes);
	TRY(series_list(cx, db, here(cx), &list, &count));
	for (size_t i = 0; i < count; i++) {
		json_t *one;
		TRY(series_shape(cx, db, &list[i], &one));
		json_array_append_new(shapes, one);
	}
	doc_set(document, "has_series", json_boolean(count > 0));
	return OK;
}

/* ---- writing ---- */

static const char *const unit_words[] = {"days", "weeks", "months", "years", NULL};
static const char *const unit_rules[] = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};

/* "every 2 weeks until 2027-06-30", as RFC 5545 writes it. */
static enum err rule_of(struct cx *cx, const struct request *request, struct str *ret_rule)
{
	struct str unit = param_text(request, "unit"), until = param_text(request, "until");
	i64 every = param_given(request, "every") ? param_int(request, "every") : 1, times = param_int(request, "times"), day;
	size_t n = 1;
	CLEANUP(buf_free) struct buf b = {};
	if (param_text(request, "rule").len) {
		*ret_rule = param_text(request, "rule");
		return OK;
	}
	for (size_t i = 0; unit_words[i]; i++)
		n = str_eq(unit, str_of(unit_words[i])) ? i : n;
	buf_addf(&b, "FREQ=%s;INTERVAL=%lld", unit_rules[n], (long long)every);
	if (until.len && !day_parse(until, &day))
		return fail_field(cx, "until", N_("Give a day as 2027-03-24."));
	if (until.len)
		buf_addf(&b, ";UNTIL=%.4s%.2s%.2sT235959", until.at, until.at + 5, until.at + 8);
	else if (times > 0)
		buf_addf(&b, ";COUNT=%lld", (long long)times);
	*ret_rule = buf_keep(&b, cx->arena);
	return OK;
}

static enum err begin(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 post = param_id(request, "post"), id;
	struct series_request r = {.queue = param_id(request, "queue"), .rest = param_int(request, "rest") * DAY};
	if (!r.queue)
		TRY(rule_of(cx, request, &r.rule));
	TRY(series_begin(cx, request_db(request), here(cx), post, &r, &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("It comes again. The next ones stand in the calendar in a moment."))), (struct str){});
	reply_redirect(reply, "/posts/%lld", (long long)post);
	return OK;
}

static enum err end(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 away;
	TRY(series_end(cx, request_db(request), here(cx), param_id(request, "id"), param_bool(request, "following"), &away));
	reply_json(reply, json_pack("{s:I}", "put_away", (json_int_t)away));
	reply_flash(reply, str_of(away ? _(N_("It comes no more. Those that had not left are put away.")) : _(N_("It comes no more. Those that are made stay."))), (struct str){});
	reply_redirect(reply, "/series");
	return OK;
}

static enum err set_skip(struct cx *cx, struct request *request, struct reply *reply, bool skip)
{
	i64 post = param_id(request, "post");
	TRY(series_skip(cx, request_db(request), here(cx), post, skip));
	reply_flash(reply, str_of(skip ? _(N_("This one is left out. The others come.")) : _(N_("It comes after all."))),
		    skip ? arena_printf(cx->arena, "/series/posts/%lld/unskip", (long long)post) : (struct str){});
	reply_redirect(reply, "/posts/%lld", (long long)post);
	return OK;
}

static enum err skip(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_skip(cx, request, reply, true);
}

static enum err unskip(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_skip(cx, request, reply, false);
}

static enum err follow(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 post = param_id(request, "post"), changed;
	TRY(series_follow(cx, request_db(request), here(cx), post, &changed));
	reply_json(reply, json_pack("{s:I}", "changed", (json_int_t)changed));
	reply_flash(reply, str_of(_(N_("All that follow say this too. Where the words are new, approval is asked again once."))), (struct str){});
	reply_redirect(reply, "/posts/%lld", (long long)post);
	return OK;
}

/* ---- rows ---- */

static const struct param begin_params[] = {
	{.name = "post", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The first one."},
	{.name = "every", .in = IN_FORM, .type = P_INT, .min = 1, .max = 9999, .about = "Every so many units; 1 unless told."},
	{.name = "unit", .in = IN_FORM, .type = P_WORD, .words = unit_words, .about = "Weeks unless told."},
	{.name = "until", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "The last day it may come, 2027-06-30."},
	{.name = "times", .in = IN_FORM, .type = P_INT, .min = 0, .max = 1000, .about = "Or: so many times, the first one counted."},
	{.name = "rule", .in = IN_FORM, .type = P_LINE, .max = 400, .about = "Instead of these: a rule as RFC 5545 writes it, FREQ=MONTHLY;BYDAY=1TU."},
	{.name = "queue", .in = IN_FORM, .type = P_ID, .about = "Or: evergreen, by the free hours of this queue."},
	{.name = "rest", .in = IN_FORM, .type = P_INT, .min = 0, .max = 730, .about = "Evergreen: days from one to the next, at least."},
	{},
};
static const struct param end_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The series."},
	{.name = "following", .in = IN_FORM, .type = P_BOOL, .about = "Put those away that have not left and that nobody changed."},
	{},
};
static const struct param post_params[] = {{.name = "post", .in = IN_PATH, .type = P_ID, .about = "One of them."}, {}};

static const struct shape shapes[] = {
	{"Series", "{id: id, post_id: id, url: url, title: text, words: text, rule: text?, queue: text?, made: Number, missed: Number?, is_approved: bool, story: text?, coming: [Instant], "
	 "ended_at: Instant?, can_end: bool}",
	 "A post that comes again. made: how many there are; missed: whose hour had gone by when they were to be made; coming: the next ones that are not made yet."},
	{"SeriesPage", "{series: [Series], has_series: bool}"},
	{"SeriesEnded", "{put_away: int}"},
	{"SeriesFollowed", "{changed: int}", "How many that were made say it now."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/series", .permission = MAY_READ_POSTS, .template = "series/page", .handle = show, .answer = "SeriesPage", .about = "Posts that come again."},
	{.method = "POST", .path = "/series", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = begin_params, .handle = begin, .answer = "Made",
	 .about = "Have a post come again: each is a post of its own, made ahead, and approved where its words were."},
	{.method = "POST", .path = "/series/{id}/end", .permission = MAY_WRITE_POSTS, .params = end_params, .handle = end, .answer = "SeriesEnded", .about = "It comes no more."},
	{.method = "POST", .path = "/series/posts/{post}/skip", .permission = MAY_WRITE_POSTS, .params = post_params, .handle = skip, .about = "Leave one out."},
	{.method = "POST", .path = "/series/posts/{post}/unskip", .permission = MAY_WRITE_POSTS, .params = post_params, .handle = unskip, .about = "It comes after all."},
	{.method = "POST", .path = "/series/posts/{post}/follow", .permission = MAY_WRITE_POSTS, .params = post_params, .handle = follow, .answer = "SeriesFollowed",
	 .about = "All that follow say what this one says, but those that somebody changed."},
	{},
};

const struct page page_series = {"series", routes, shapes, .file = __FILE__};
