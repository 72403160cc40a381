/* queue.c: the review queue: what waits, in the order in which it came, and what the month was like. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/moderate.h"
#include "model/message.h"
#include "page/moderation/case.h"
#include "store/workspace.h"
#include "ui/format.h"

#define NEXT_ROWS 10
#define SECONDS_ROWS 5
#define NETWORKS_MAX 12

json_t *queue_count(struct cx *cx, i64 count)
{
	if (count >= 1000)
		return json_pack("{s:I, s:s}", "count", (json_int_t)count, "text", "999+");
	return doc_number_or_null(cx->lang, count);
}

struct str subject_text(struct cx *cx, struct str subject, struct str author_name)
{
	if (subject.len)
		return subject;
	return arena_printf(cx->arena, _(N_("Conversation with %.*s")), STR_ARG(author_name));
}

struct str preview_text(struct cx *cx, struct str body)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str rest = body;
	for (size_t characters = 0; rest.len && characters < PREVIEW_CHARACTERS; characters++) {
		u32 c = utf8_next(&rest);
		buf_add_utf8(&b, c == '\n' || c == '\t' ? ' ' : c);
	}
	if (rest.len)
		buf_adds(&b, "…");
	return buf_keep(&b, cx->arena);
}

static bool is_late(const struct cx *cx, const struct case_row *row)
{
	return row->open.due_at && row->open.due_at < cx->now;
}

static bool goes_first(const struct case_row *row)
{
	return row->open.flags >= 3 || row->priority >= PRIORITY_URGENT;
}

static struct str case_url(struct cx *cx, i64 message, const struct queue_request *q)
{
	struct str network = q && q->network.len ? arena_printf(cx->arena, "&network=%.*s", STR_ARG(q->network)) : (struct str){};
	return arena_printf(cx->arena, "/moderation?case=%lld%.*s%s", (long long)message, STR_ARG(network), q && q->overdue ? "&overdue=yes" : "");
}

/* Whether the clocks stand still now, with nobody there. */
static enum err clocks_load(struct cx *cx, struct db *db, struct queue_clocks *ret_clocks)
{
	struct workspace_settings settings;
	struct hours hours;
	TRY(workspace_settings(cx, db, here(cx), &settings));
	TRY(hours_get(cx, db, here(cx), &hours));
	*ret_clocks = (struct queue_clocks){.reader = reader_of(cx), .is_paused = settings.moderation_hours && !hours_open(&hours, cx->now)};
	return OK;
}

json_t *case_clock(const struct queue_clocks *clocks, const struct case_row *row)
{
	return doc_clock(&clocks->reader, row->open.at, row->open.due_at, 0, clocks->is_paused);
}

static json_t *next_shape(struct cx *cx, const struct case_row *row, const struct queue_request *q, const struct queue_clocks *clocks)
{
	json_t *chips = json_array();
	struct str flags = arena_printf(cx->arena, tr_n(cx->lang, "%lld report", "%lld reports", row->open.flags), (long long)row->open.flags);
	json_array_append_new(chips, json_pack("{s:s, s:s, s:o}", "tone", "line", "icon", "flag", "title", doc_text(flags)));
	if (goes_first(row))
		json_array_append_new(chips, json_pack("{s:s, s:s, s:s}", "tone", "red", "icon", "urgent", "title", _(N_("To decide first"))));
	if (row->asked)
		json_array_append_new(chips, json_pack("{s:s, s:s, s:s}", "tone", "sun", "icon", "users", "title", _(N_("Second person wanted"))));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(row->open.message), "url",
			 doc_text(case_url(cx, row->open.message, q)), "author_name", doc_text(row->author_name), "avatar", doc_avatar(row->author_name),
			 "network", doc_network(cx->lang, row->network), "subject", doc_text(subject_text(cx, row->subject, row->author_name)), "preview",
			 doc_text(preview_text(cx, row->preview)), "lang", doc_text_or_null(row->lang), "clock", case_clock(clocks, row), "chips", chips, "can_keep", !row->asked);
}

static void add_filter(struct cx *cx, json_t *filters, struct str title, i64 count, struct str url, bool current)
{
	struct str text = arena_printf(cx->arena, "%.*s %lld", STR_ARG(title), (long long)count);
	json_array_append_new(filters, json_pack("{s:o, s:o, s:b}", "title", doc_text(text), "url", doc_text(url), "is_current", current));
}

/* All, what is overdue, and each network that has cases. */
static json_t *filters_shape(struct cx *cx, const struct case_row *rows, size_t count, const struct queue_request *q)
{
	struct {
		struct str word;
		i64 count;
	} networks[NETWORKS_MAX];
	size_t known = 0;
	i64 late = 0;
	json_t *filters = json_array();
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		late += is_late(cx, &rows[i]);
		while (k < known && !str_eq(networks[k].word, rows[i].network))
			k++;
		if (k == known && known < NETWORKS_MAX)
			networks[known].word = rows[i].network, networks[known++].count = 0;
		if (k < known)
			networks[k].count++;
	}
	add_filter(cx, filters, str_of(_(N_("All"))), (i64)count, S("/moderation"), !q->network.len && !q->overdue);
	if (late || q->overdue)
		add_filter(cx, filters, str_of(_(N_("Overdue"))), late, S("/moderation?overdue=yes"), q->overdue);
	for (size_t k = 0; k < known && known > 1; k++) {
		json_t *network = doc_network(cx->lang, networks[k].word);
		add_filter(cx, filters, str_of(json_string_value(json_object_get(network, "title"))), networks[k].count,
			   arena_printf(cx->arena, "/moderation?network=%.*s", STR_ARG(networks[k].word)), str_eq(networks[k].word, q->network));
		json_decref(network);
	}
	return filters;
}

static enum err seconds_shape(struct cx *cx, struct db *db, const struct case_row *rows, size_t count, const struct queue_clocks *clocks, json_t *document)
{
	json_t *list = json_array();
	struct reader reader = clocks->reader;
	doc_set(document, "seconds", list);
	for (size_t i = 0; i < count && json_array_size(list) < SECONDS_ROWS; i++) {
		if (!rows[i].asked)
			continue;
		struct decision d;
		struct charter_article a;
		TRY(decision_get(cx, db, here(cx), rows[i].asked, &d));
		TRY(charter_article_get(cx, db, here(cx), d.article, &a));
		CLEANUP(buf_free) struct buf when = {};
		buf_add_instant(&when, &reader, d.at);
		struct str story = arena_printf(cx->arena, _(N_("Asked by %.*s, %s, art. %lld.")), STR_ARG(d.decided_by_name), buf_cstr(&when), (long long)a.number);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(rows[i].open.message), "url",
						      doc_text(case_url(cx, rows[i].open.message, NULL)), "preview",
						      doc_text(preview_text(cx, rows[i].preview)), "lang", doc_text_or_null(rows[i].lang), "story", doc_text(story), "clock",
						      case_clock(clocks, &rows[i])));
	}
	doc_set(document, "has_seconds", json_boolean(json_array_size(list)));
	return OK;
}

static enum err figures_shape(struct cx *cx, struct db *db, const struct rules_in_force *rules, const struct case_row *rows, size_t row_count, json_t *document)
{
	i64 late = 0;
	struct article_use *uses;
	struct workspace w;
	size_t count;
	json_t *figures, *reasons = json_array();
	TRY(rules_figures(cx, db, here(cx), &figures));
	doc_set(document, "figures", figures);
	doc_set(figures, "reasons", reasons);
	for (size_t i = 0; i < row_count; i++)
		late += is_late(cx, &rows[i]);
	doc_set(figures, "waiting", doc_text(number_text(cx, (i64)row_count)));
	doc_set(figures, "overdue", doc_text(number_text(cx, late)));
	doc_set(figures, "is_overdue", json_boolean(late));
	TRY(article_uses(cx, db, here(cx), rules_since(cx), &uses, &count));
	for (size_t i = 0; i < count; i++) {
		struct str title = {};
		for (size_t k = 0; k < rules->count; k++)
			if (rules->articles[k].number == uses[i].number)
				title = text_in(cx, rules->articles[k].title, cx->lang);
		json_array_append_new(reasons, json_pack("{s:o, s:o, s:o, s:I, s:b}", "number", doc_text(number_text(cx, uses[i].number)), "title", doc_text(title),
							 "count", doc_text(number_text(cx, uses[i].hidden)), "share",
							 (json_int_t)(percent_of(uses[i].hidden, uses[0].hidden)), "is_grave", false));
	}
	doc_set(figures, "has_reasons", json_boolean(count));
	TRY(workspace_get(cx, db, here(cx), &w));
	doc_set(figures, "register_url", rules->version.id ? doc_text(arena_printf(cx->arena, "/c/%.*s/charter", STR_ARG(w.slug))) : json_null());
	return OK;
}

static enum err rules_load(struct cx *cx, struct db *db, struct rules_in_force *ret_rules)
{
	struct rules_in_force rules = {};
	enum err e = charter_in_force(cx, db, here(cx), &rules.version);
	if (e == ERR_MISSING)
		cx_forget(cx);
	else if (e != OK)
		return e;
	else
		TRY(charter_articles(cx, db, here(cx), rules.version.id, &rules.articles, &rules.count));
	*ret_rules = rules;
	return OK;
}

/* Only the rows asked for; the same array. */
static size_t narrow(const struct cx *cx, struct case_row *rows, size_t count, const struct queue_request *q)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if ((!q->network.len || str_eq(rows[i].network, q->network)) && (!q->overdue || is_late(cx, &rows[i])))
			rows[kept++] = rows[i];
	return kept;
}

static size_t place_of(const struct case_row *rows, size_t count, i64 message)
{
	size_t i = 0;
	while (i < count && rows[i].open.message != message)
		i++;
	return i;
}

enum err queue_next(struct cx *cx, struct db *db, i64 message, i64 *ret_next)
{
	struct case_row *rows;
	size_t count;
	TRY(cases_list(cx, db, here(cx), &rows, &count));
	size_t at = place_of(rows, count, message);
	*ret_next = at + 1 < count ? rows[at + 1].open.message : 0;
	return OK;
}

/* What waits after the case that is open, a page at a time. */
static void add_next(struct cx *cx, const struct queue_request *q, const struct case_row *rows, size_t count, size_t current,
		     const struct queue_clocks *clocks, json_t *document)
{
	json_t *next = json_array();
	size_t start = current + 1, from = start, place = place_of(rows, count, q->from.id);
	if (q->from.is_given && place < count)
		from = q->from.is_back ? place - (place > NEXT_ROWS ? NEXT_ROWS : place) : place + 1;
	if (from < start)
		from = start;
	size_t i = from;
	for (; i < count && i < from + NEXT_ROWS; i++)
		json_array_append_new(next, next_shape(cx, &rows[i], q, clocks));
	doc_set(document, "has_next", json_boolean(count > 1));
	doc_set(document, "next", next);
	struct str base = case_url(cx, rows[current].open.message, q), before = {}, after = {};
	if (from > start)
		before = from < count ? arena_printf(cx->arena, "%.*s&before=%lld", STR_ARG(base), (long long)rows[from].open.message) : base;
	if (i < count)
		after = arena_printf(cx->arena, "%.*s&after=%lld", STR_ARG(base), (long long)rows[i - 1].open.message);
	doc_set(document, "pager", pager_shape(before, after));
}

/* The form that decides on several at once. */
static json_t *bulk_shape(struct cx *cx, const struct request *request, const struct rules_in_force *rules)
{
	json_t *articles = json_array();
	struct str chosen = request_typed(request, "bulk_article"), act = request_typed(request, "bulk_act");
	for (size_t i = 0; i < rules->count; i++) {
		const struct charter_article *a = &rules->articles[i];
		json_array_append_new(articles, json_pack("{s:o, s:o, s:o, s:b}", "id", doc_id(a->id), "number", doc_text(number_text(cx, a->number)), "title",
							  doc_text(text_in(cx, a->title, cx->lang)), "is_selected",
							  str_eq(chosen, arena_printf(cx->arena, "%lld", (long long)a->id))));
	}
	return json_pack("{s:o, s:b, s:b, s:b, s:b}", "articles", articles, "can_hide", rules->version.id != 0, "is_hide", str_eq(act, S("hide")), "is_keep",
			 str_eq(act, S("keep")), "is_open", act.at || request_typed(request, "bulk_reason").at);
}

enum err queue_document(struct cx *cx, struct db *db, const struct queue_request *q, json_t *document)
{
	struct case_row *rows;
	struct rules_in_force rules;
	struct queue_clocks clocks;
	size_t count, all, first = 0;
	TRY(rules_load(cx, db, &rules));
	TRY(cases_list(cx, db, here(cx), &rows, &all));
	for (size_t i = 0; i < all; i++)
		first += goes_first(&rows[i]);
	TRY(clocks_load(cx, db, &clocks));
	TRY(counts_shape(cx, db, document));
	doc_set(document, "priority_count", json_integer((json_int_t)first));
	doc_set(document, "charter", rules.version.id ? json_pack("{s:o, s:s}", "number", doc_text(number_text(cx, rules.version.number)), "url", "/charter") : json_null());
	TRY(seconds_shape(cx, db, rows, all, &clocks, document));
	TRY(figures_shape(cx, db, &rules, rows, all, document));
	doc_set(document, "filters", filters_shape(cx, rows, all, q));
	doc_set(document, "bulk", bulk_shape(cx, q->request, &rules));
	doc_set(document, "is_overdue", json_boolean(q->overdue));
	count = narrow(cx, rows, all, q);
	size_t at = q->message ? place_of(rows, count, q->message) : 0;
	if (q->message && at == count)
		return fail(cx, ERR_MISSING, N_("This message waits for no decision any more."));
	doc_set(document, "case", json_null());
	doc_set(document, "form", json_null());
	if (!count) {
		doc_set(document, "has_next", json_false());
		doc_set(document, "next", json_array());
		doc_set(document, "pager", json_null());
		return OK;
	}
	add_next(cx, q, rows, count, at, &clocks, document);
	struct case_place place = {
		.row = &rows[at],
		.clocks = &clocks,
		.position = (i64)at + 1,
		.total = (i64)count,
		.previous_url = at ? case_url(cx, rows[at - 1].open.message, q) : (struct str){},
		.next_url = at + 1 < count ? case_url(cx, rows[at + 1].open.message, q) : (struct str){},
		.is_priority = goes_first(&rows[at]),
	};
	return case_document(cx, db, &place, &rules, q->request, document);
}
