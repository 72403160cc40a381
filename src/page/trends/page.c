/* trends: what begins to rise, with its evidence; what does not matter is hushed, what does becomes a listening query; and queries side by
 * side. A partial request gets the fragment #rises. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/listen.h"
#include "flow/trend.h"
#include "insight/trend.h"
#include "page/trends/trends.h"

#define SHOWN_FOR (7 * DAY) /* after it is over */
#define LOOKED 100
#define SHOWN_MOST 20       /* of each */

static enum err add(struct cx *cx, struct db *db, const struct trend *t, json_t *list)
{
	json_t *rise;
	if (json_array_size(list) >= SHOWN_MOST)
		return OK;
	TRY(rise_shape(cx, db, t, &rise));
	json_array_append_new(list, rise);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct trend *trends;
	size_t count;
	i64 days;
	json_t *document = json_object(), *rising = json_array(), *over = json_array(), *hushed = json_array();
	reply_json(reply, document);
	doc_set(document, "rising", rising);
	doc_set(document, "over", over);
	doc_set(document, "hushed", hushed);
	TRY(trend_list(cx, db, here(cx), cx->now - TREND_HUSHED, LOOKED, &trends, &count));
	for (size_t i = 0; i < count; i++) {
		bool is_over = trends[i].ended_at != 0;
		if (trends[i].hushed_at)
			TRY(add(cx, db, &trends[i], hushed));
		else if (!is_over || trends[i].ended_at > cx->now - SHOWN_FOR)
			TRY(add(cx, db, &trends[i], is_over ? over : rising));
	}
	TRY(trend_days_before(cx, db, here(cx), cx->now / DAY, &days));
	doc_set(document, "is_learning", json_boolean(days < TREND_PAST_LEAST));
	doc_set(document, "has_rising", json_boolean(json_array_size(rising) > 0));
	doc_set(document, "has_over", json_boolean(json_array_size(over) > 0));
	doc_set(document, "has_hushed", json_boolean(json_array_size(hushed) > 0));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	if (request_is_partial(request) && !request_wants_json(request) && str_eq(request_header(request, "HX-Target"), S("rises")))
		reply_template(reply, "trends/rises");
	return OK;
}

static enum err finish(struct cx *cx, struct request *request, struct reply *reply, struct undo *undo, i64 id, const char *flash)
{
	TRY(undo_close(cx, request_db(request), here(cx), undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(flash), undo->id ? arena_printf(cx->arena, "/undo/%lld?next=/trends", (long long)undo->id) : (struct str){});
	reply_redirect(reply, "/trends");
	return OK;
}

static enum err set_hush(struct cx *cx, struct request *request, struct reply *reply, bool hush)
{
	struct undo undo;
	i64 id = param_id(request, "id");
	undo_open(cx, &undo);
	TRY(trend_hush(cx, request_db(request), here(cx), id, hush, &undo));
	return finish(cx, request, reply, &undo, id, hush ? _(N_("Hushed. It is not shown again while it goes on.")) : _(N_("Shown again.")));
}

static enum err hush(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_hush(cx, request, reply, true);
}

static enum err unhush(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_hush(cx, request, reply, false);
}

static enum err follow(struct cx *cx, struct request *request, struct reply *reply)
{
	struct undo undo;
	i64 query;
	undo_open(cx, &undo);
	TRY(trend_follow(cx, request_db(request), here(cx), param_id(request, "id"), &query, &undo));
	return finish(cx, request, reply, &undo, query, _(N_("A listening query follows it. What was said before is being read.")));
}

/* Whom a query is about: the rest of it stays. */
static enum err mark(struct cx *cx, struct request *request, struct reply *reply)
{
	struct listening_query q;
	struct undo undo;
	undo_open(cx, &undo);
	TRY(listening_query_get(cx, request_db(request), here(cx), param_id(request, "id"), &q));
	listening_kind_of(param_text(request, "kind"), &q.kind);
	TRY(listen_query(cx, request_db(request), &q, &undo));
	TRY(undo_close(cx, request_db(request), here(cx), &undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(q.id)));
	reply_flash(reply, str_of(_(N_("The query is kept."))), undo.id ? arena_printf(cx->arena, "/undo/%lld?next=/trends/compare", (long long)undo.id) : (struct str){});
	reply_redirect(reply, "/trends/compare");
	return OK;
}

/* ---- rows ---- */

static const char *const kind_words[] = {"own", "competitor", "sector", "topic", NULL};
static const struct param compare_params[] = {
	{.name = "query", .in = IN_QUERY, .type = P_LINE, .flags = PARAM_LIST, .max = 20, .about = "The queries to compare, six at the most; without any: those about us, competitors and the sector."},
	{.name = "span", .in = IN_QUERY, .type = P_WORD, .words = side_spans, .about = "The time that is compared: 30 days unless told."},
	{},
};
static const struct param mark_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The query."},
	{.name = "kind", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = kind_words, .about = "Whom it is about: us, a competitor, the sector, or a topic."},
	{},
};

static const struct shape shapes[] = {
	{"TrendPart", "{name: text, mentions: Number, is_first: bool}", "A network or a language of a trend's messages."},
	{"Spark", "{curve: text, area: text, last_x: text, last_y: text}", "A small drawing of figures."},
	{"Trend", "{id: id, term: text, since: Instant, seen_at: Instant, ended_at: Instant?, is_hushed: bool, people: Number, messages: Number, expected: number, "
	 "surprise: number, text: text, odds: text, copied: int?, tone: {negative: int, positive: int, neutral: int, neutral_x: int, positive_x: int}?, "
	 "networks: [TrendPart], languages: [TrendPart], also: [{text: text, is_first: bool}], has_also: bool, days: [int], spark: Spark, "
	 "query: {id: id, name: text, url: url}?, examples: [{id: id, url: url, author_name: text, avatar: Avatar, network: Network, at: Instant, text: text}], has_examples: bool}",
	 "A term that began to rise: people: who said it since; expected: how many are usual; surprise: minus the decimal logarithm of the chance of it; copied: percent "
	 "of nearly the same text, from 50 on; days: people of 27 days, and of the last 24 hours; query: what follows it; ended_at null: it goes on."},
	{"TrendsPage", "{rising: [Trend], over: [Trend], hushed: [Trend], has_rising: bool, has_over: bool, has_hushed: bool, is_learning: bool, can_write: bool}",
	 "What rises, what rose in seven days, what was hushed. is_learning: there is too little past to know what is usual."},
	{"ComparedSide", "{id: id, url: url, name: text, kind: Word, kinds: [Choice], look: text, mentions: Number, before: Number, change: text?, share: int, share_width: text, read: Number, "
	 "tone: {negative: int, positive: int, neutral: int, neutral_x: int, positive_x: int}?, emotions: [{word: text, title: text, percent: int}], has_emotions: bool, "
	 "words: [{text: text, people: Number, score: number, is_first: bool}], has_words: bool, days: [int], spark: Spark}",
	 "A query beside others: before: in as long a time before; share: of the mentions of all that are compared, in percent; words: that set it apart, with how many people "
	 "said them and how many deviations from what the others say."},
	{"ComparePage", "{sides: [ComparedSide], has_sides: bool, is_alone: bool, spans: [{word: text, title: text, url: url, is_current: bool}], span: text, queries: [NamedChoice], "
	 "has_queries: bool, can_write: bool, limit: int}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/trends", .permission = MAY_READ_FIGURES, .template = "trends/page", .handle = show, .answer = "TrendsPage",
	 .about = "What begins to rise in what people say, with its evidence."},
	{.method = "GET", .path = "/trends/compare", .permission = MAY_READ_FIGURES, .params = compare_params, .template = "trends/compare", .handle = sides_show,
	 .answer = "ComparePage", .about = "Listening queries side by side: volume, share of voice, tone, emotions, and the words that set each apart."},
	{.method = "POST", .path = "/trends/compare/{id}", .permission = MAY_LISTEN, .params = mark_params, .handle = mark, .form = "/trends/compare", .answer = "Made",
	 .about = "Say whom a query is about: us, a competitor, the sector."},
	{.method = "POST", .path = "/trends/{id}/follow", .permission = MAY_LISTEN, .flags = ROUTE_MAKES, .handle = follow, .answer = "Made",
	 .about = "Make a listening query of what rises; its id."},
	{.method = "POST", .path = "/trends/{id}/hush", .permission = MAY_LISTEN, .handle = hush, .answer = "Made", .about = "It does not matter: do not show it any more."},
	{.method = "POST", .path = "/trends/{id}/unhush", .permission = MAY_LISTEN, .handle = unhush, .answer = "Made", .about = "Show it again."},
	{},
};

const struct page page_trends = {"trends", routes, shapes, .file = __FILE__};
