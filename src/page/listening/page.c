/* listening: what is listened for, and what is heard: the list of queries with the share of each, one query with its figures and its mentions,
 * and the form it is made by. A partial request gets the fragment it asks for: #unusual, #mentions, #figures or #preview. */
#include "base/lang.h"
#include "flow/survey.h"
#include "page/choices.h"
#include "page/listening/listening.h"
#include "store/alarm.h"
#include "ui/format.h"

#define A_PAGE 25
#define TABS 6

struct str listen_undo_url(struct cx *cx, const struct undo *undo, const char *next)
{
	return undo->id ? arena_printf(cx->arena, "/undo/%lld?next=%s", (long long)undo->id, next) : (struct str){};
}

static bool is_fragment(const struct request *request, const char *id)
{
	return request_is_partial(request) && !request_wants_json(request) && str_eq(request_header(request, "HX-Target"), str_of(id));
}

/* ---- all queries ---- */

static enum err row_shape(struct cx *cx, struct db *db, const struct listening_query *q, json_t **ret_row)
{
	struct query_sums sums;
	struct listen_progress progress;
	CLEANUP(buf_free) struct buf trend = {};
	TRY(query_sums_of(cx, db, q->id, &sums));
	TRY(listen_progress(cx, db, q, &progress));
	i64 known = sums.mentions - sums.tones[TONE_UNKNOWN];
	if (sums.before > 0 && sums.mentions != sums.before)
		buf_addf(&trend, "%s%lld %%", sums.mentions > sums.before ? "+" : "−", (long long)percent_of(llabs((long long)(sums.mentions - sums.before)), sums.before));
	*ret_row = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:i, s:b}", "id", doc_id(q->id), "url",
			     doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)q->id)), "name", doc_text(q->name), "kind",
			     doc_word(cx->lang, listening_kind_word(q->kind), listening_kind_title(q->kind)), "words", doc_text(q->words), "is_active", q->active, "is_archived",
			     q->archived_at != 0, "week", doc_number(cx->lang, sums.mentions), "before", doc_number(cx->lang, sums.before), "trend",
			     doc_text_or_null(buf_str(&trend)), "negative", known ? json_integer(percent_of(sums.tones[TONE_NEGATIVE], known)) : json_null(), "percent", progress.percent,
			     "is_ready", progress.percent == 100);
	return OK;
}

static enum err show_all(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct listening_query *queries;
	struct pager pager;
	size_t count;
	bool archived = param_bool(request, "archived");
	json_t *document = json_object(), *list = json_array(), *part;
	reply_json(reply, document);
	doc_set(document, "queries", list);
	pager_of(request, A_PAGE, &pager);
	do
		TRY(listening_query_list(cx, db, here(cx), archived, pager.from, pager.limit + 1, &queries, &count));
	while (!pager_fits(&pager, count));
	for (size_t i = 0; i < pager.count; i++) {
		TRY(row_shape(cx, db, &queries[pager.first + i], &part));
		json_array_append_new(list, part);
	}
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? queries[pager.first].id : 0), list_after(0, pager.count ? queries[pager.first + pager.count - 1].id : 0), NULL);
	TRY(share_shape(cx, db, 0, &part));
	doc_set(document, "share", part);
	TRY(alarms_shape(cx, db, ALARMS_OF_ALL, &part));
	doc_set(document, "alarms", part);
	if (is_fragment(request, "unusual")) {
		reply_template(reply, "listening/alarms");
		return OK;
	}
	TRY(reputation_shape(cx, db, &part));
	doc_set(document, "reputation", part);
	if (is_fragment(request, "reputation")) {
		reply_template(reply, "listening/reputation");
		return OK;
	}
	doc_set(document, "has_queries", json_boolean(pager.count > 0));
	doc_set(document, "is_archived", json_boolean(archived));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	return OK;
}

/* ---- one query ---- */

static enum err tabs_shape(struct cx *cx, struct db *db, i64 current, json_t *document)
{
	struct listening_query *queries;
	size_t count;
	json_t *tabs = json_array();
	doc_set(document, "tabs", tabs);
	TRY(listening_query_list(cx, db, here(cx), false, LIST_START, TABS, &queries, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(tabs, json_pack("{s:o, s:o, s:b}", "title", doc_text(queries[i].name), "url",
						      doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)queries[i].id)), "is_current", queries[i].id == current));
	return OK;
}

static enum err past_shape(struct cx *cx, struct db *db, const struct listening_query *q, json_t **ret_past)
{
	struct listen_progress progress;
	struct reader reader = reader_of(cx);
	TRY(listen_progress(cx, db, q, &progress));
	bool waits = progress.percent < 100 && q->active && !q->archived_at;
	*ret_past = waits ? json_pack("{s:i, s:o}", "percent", progress.percent, "back_to", doc_instant(&reader, progress.back_to)) : json_null();
	return OK;
}

static enum err query_shape(struct cx *cx, struct db *db, const struct listening_query *q, json_t **ret_query)
{
	struct query_sums sums;
	json_t *past;
	TRY(query_sums_of(cx, db, q->id, &sums));
	TRY(past_shape(cx, db, q, &past));
	CLEANUP(buf_free) struct buf week = {};
	buf_add_number(&week, cx->lang, sums.mentions);
	*ret_query = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o}", "id", doc_id(q->id), "url", doc_text(arena_printf(cx->arena, "/listening/%lld", (long long)q->id)), "name",
			       doc_text(q->name), "kind", doc_word(cx->lang, listening_kind_word(q->kind), listening_kind_title(q->kind)), "words", doc_text(q->words), "is_active",
			       q->active, "is_archived", q->archived_at != 0, "past", past, "week", doc_number(cx->lang, sums.mentions), "week_text",
			       doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%.*s mention in seven days", "%.*s mentions in seven days", sums.mentions), STR_ARG(buf_str(&week)))));
	return OK;
}

static enum err show_query(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct listening_query q;
	struct span span;
	json_t *document = json_object(), *part;
	reply_json(reply, document);
	TRY(listening_query_get(cx, db, here(cx), param_id(request, "id"), &q));
	if (param_text(request, "span").len)
		span_of(cx, param_text(request, "span"), &span);
	else
		TRY(span_fitting(cx, db, q.id, &span));
	TRY(tabs_shape(cx, db, q.id, document));
	TRY(query_shape(cx, db, &q, &part));
	doc_set(document, "query", part);
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	if (is_fragment(request, "past")) {
		reply_template(reply, "listening/past");
		return OK;
	}
	TRY(alarms_shape(cx, db, q.id, &part));
	doc_set(document, "alarms", part);
	if (is_fragment(request, "unusual")) {
		reply_template(reply, "listening/alarms");
		return OK;
	}
	TRY(searches_shape(cx, db, &q, &part));
	doc_set(document, "searches", part);
	if (is_fragment(request, "searches")) {
		reply_template(reply, "listening/searches");
		return OK;
	}
	struct surveyed surveyed;
	TRY(surveyed_read(cx, db, q.id, &span, &surveyed));
	TRY(stream_shape(cx, request, reply, &q, &surveyed));
	if (is_fragment(request, "mentions")) {
		reply_template(reply, "listening/mentions");
		return OK;
	}
	TRY(query_figures_shape(cx, db, &q, &span, &part));
	doc_set(document, "figures", part);
	TRY(survey_shape(cx, db, &q, &span, &surveyed, param_id(request, "topic"), &part));
	doc_set(document, "survey", part);
	if (is_fragment(request, "figures")) {
		reply_template(reply, "listening/figures");
		return OK;
	}
	TRY(form_shape(cx, request, &q, &part));
	doc_set(document, "form", part);
	doc_set(document, "is_open", json_boolean(param_bool(request, "edit") || param_given(request, "mode") || request_typed(request, "name").at));
	return OK;
}

static enum err bare_document(struct cx *cx, struct request *request, struct reply *reply, json_t *form)
{
	json_t *document = json_object();
	reply_json(reply, document);
	doc_set(document, "form", form);
	doc_set(document, "can_write", json_true());
	doc_set(document, "query", json_null());
	return tabs_shape(cx, request_db(request), 0, document);
}

static enum err show_new(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *form;
	TRY(form_shape(cx, request, &(struct listening_query){}, &form));
	return bare_document(cx, request, reply, form);
}

/* What the query would have found: nothing is kept. */
static enum err look(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct listen_input in;
	json_t *form, *preview;
	input_of(cx, request, &in);
	struct str to = param_text(request, "switch");
	bool beyond = to.len && in.words.len && !listen_form_of(cx, in.words, &in.form);
	if (to.len)
		in.is_writing = str_eq(to, S("words")) || beyond;
	TRY(input_shape(cx, db, &in, param_id(request, "query"), true, &form));
	doc_set(form, "is_beyond", json_boolean(beyond && !str_eq(to, S("words"))));
	TRY(preview_shape(cx, db, in.words, &preview));
	doc_set(form, "preview", preview);
	TRY(bare_document(cx, request, reply, form));
	if (is_fragment(request, "preview"))
		reply_template(reply, "listening/preview");
	return OK;
}

/* ---- writing ---- */

static enum err finish(struct cx *cx, struct request *request, struct reply *reply, struct undo *undo, i64 id, const char *flash)
{
	const char *place = arena_printf(cx->arena, "/listening/%lld", (long long)id).at;
	TRY(undo_close(cx, request_db(request), here(cx), undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(flash), listen_undo_url(cx, undo, place));
	reply_redirect(reply, "%s", place);
	return OK;
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	struct listen_input in;
	struct undo undo;
	undo_open(cx, &undo);
	input_of(cx, request, &in);
	struct listening_query q = {.workspace = here(cx), .name = in.name, .words = in.words, .active = in.active};
	listening_kind_of(in.kind, &q.kind);
	TRY(listen_query(cx, request_db(request), &q, &undo));
	return finish(cx, request, reply, &undo, q.id, _(N_("Listening. What was said before is being read.")));
}

static enum err edit(struct cx *cx, struct request *request, struct reply *reply)
{
	struct listen_input in;
	struct listening_query q;
	struct undo undo;
	undo_open(cx, &undo);
	input_of(cx, request, &in);
	TRY(listening_query_get(cx, request_db(request), here(cx), param_id(request, "id"), &q));
	q.name = page_says(request, "name") ? in.name : q.name;
	q.words = in.words.len || !request_wants_json(request) ? in.words : q.words;
	q.active = param_given(request, "active") ? in.active : q.active;
	if (in.kind.len)
		listening_kind_of(in.kind, &q.kind);
	TRY(listen_query(cx, request_db(request), &q, &undo));
	return finish(cx, request, reply, &undo, q.id, _(N_("The query is kept.")));
}

static enum err set_active(struct cx *cx, struct request *request, struct reply *reply, bool active)
{
	struct listening_query q;
	struct undo undo;
	undo_open(cx, &undo);
	TRY(listening_query_get(cx, request_db(request), here(cx), param_id(request, "id"), &q));
	q.active = active;
	TRY(listen_query(cx, request_db(request), &q, &undo));
	return finish(cx, request, reply, &undo, q.id, active ? _(N_("The query listens again.")) : _(N_("The query is paused: it hears nothing new.")));
}

static enum err pause_it(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_active(cx, request, reply, false);
}

static enum err resume(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_active(cx, request, reply, true);
}

static enum err put_away(struct cx *cx, struct request *request, struct reply *reply, bool archive)
{
	struct undo undo;
	i64 id = param_id(request, "id");
	undo_open(cx, &undo);
	TRY(listen_query_archive(cx, request_db(request), here(cx), id, archive, &undo));
	return finish(cx, request, reply, &undo, id, archive ? _(N_("The query is put away. What it found stays.")) : _(N_("The query is back, and listens again.")));
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	return put_away(cx, request, reply, true);
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	return put_away(cx, request, reply, false);
}

/* ---- surveys ---- */

static enum err survey_again(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id = param_id(request, "id");
	TRY(survey_wanted(cx, request_db(request), here(cx), id));
	reply_flash(reply, str_of(_(N_("It is being worked out; the page shows it by itself."))), (struct str){});
	reply_redirect(reply, "/listening/%lld", (long long)id);
	return OK;
}

/* ---- rows ---- */

static const char *const kind_words[] = {"own", "competitor", "sector", "topic", NULL};
static const char *const mode_words[] = {"builder", "words", NULL};
static const char *const tone_words[] = {"negative", "neutral", "positive", NULL};
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The query."}
#define MODE_PARAM {.name = "mode", .in = IN_QUERY, .type = P_WORD, .words = mode_words, .about = "How the form is shown: choosing (builder), or writing the query (words)."}
#define FIELDS                                                                                                                 \
	{.name = "kind", .in = IN_FORM, .type = P_WORD, .words = kind_words, .about = "Whom it is about: us, a competitor, the sector, or a topic (not in the share of voice)."}, \
	{.name = "mode", .in = IN_FORM, .type = P_WORD, .words = mode_words, .about = "Which of both is taken: the query (words), or what is chosen (builder). Without it: words, when there are any."}, \
	{.name = "words", .in = IN_FORM, .type = P_TEXT, .max = 65536, .about = "The query: docs/queries.md."},                     \
	{.name = "any", .in = IN_FORM, .type = P_TEXT, .about = "One of these terms, separated by commas."},                      \
	{.name = "all", .in = IN_FORM, .type = P_TEXT, .about = "And all of these; a term may be several with OR between."},      \
	{.name = "none", .in = IN_FORM, .type = P_TEXT, .about = "But none of these."},                                           \
	{.name = "near_a", .in = IN_FORM, .type = P_LINE, .about = "A word or phrase …"},                                         \
	{.name = "near_b", .in = IN_FORM, .type = P_LINE, .about = "… near this one,"},                                           \
	{.name = "near", .in = IN_FORM, .type = P_INT, .min = 0, .max = 100, .about = "so many words apart at the most."},        \
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 3, .about = "In this language: fr."},                              \
	{.name = "tone", .in = IN_FORM, .type = P_WORD, .words = tone_words, .about = "Of this tone."},                           \
	{.name = "author", .in = IN_FORM, .type = P_LINE, .about = "By this author."},                                            \
	{.name = "place", .in = IN_FORM, .type = P_LINE, .max = 120, .about = "By authors who are there: Lyon."},                 \
	{.name = "channels", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .about = "On one of these channels or networks, by name."}, \
	{.name = "followers", .in = IN_FORM, .type = P_INT, .min = 0, .max = 1000000000000, .about = "By authors with more followers than that; 0: any."}, \
	{.name = "link", .in = IN_FORM, .type = P_BOOL, .about = "With a link."},                                                 \
	{.name = "media", .in = IN_FORM, .type = P_BOOL, .about = "With an image, a video, a file."},                             \
	{.name = "question", .in = IN_FORM, .type = P_BOOL, .about = "That ask something."},                                      \
	{.name = "active", .in = IN_FORM, .type = P_BOOL, .about = "It listens (as it does without this); else it is paused."}
#define NAME_FIELD {.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = LISTEN_NAME_MAX, .about = "Its name."}
static const struct param list_params[] = {
	{.name = "archived", .in = IN_QUERY, .type = P_BOOL, .about = "Those that were put away instead."}, PAGER_PARAMS, {},
};
static const struct param new_params[] = {MODE_PARAM, {}};
static const struct param show_params[] = {
	ID_PARAM, MODE_PARAM,
	{.name = "edit", .in = IN_QUERY, .type = P_BOOL, .about = "With its form open."},
	{.name = "span", .in = IN_QUERY, .type = P_WORD, .words = span_words, .about = "The time that figures are of: without it 30 days, or 48 hours while nothing older was heard."},
	{.name = "tone", .in = IN_QUERY, .type = P_WORD, .words = tone_words, .about = "Only mentions of this tone."},
	{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Only mentions of this channel."},
	{.name = "topic", .in = IN_QUERY, .type = P_ID, .about = "Only mentions of the topic that this message is of."},
	{.name = "group", .in = IN_QUERY, .type = P_ID, .about = "Only mentions that ask what this message asks."},
	{.name = "copies", .in = IN_QUERY, .type = P_ID, .about = "Only mentions that are nearly the same text as this message."},
	PAGER_PARAMS, {},
};
static const struct param questions_params[] = {
	{.name = "span", .in = IN_QUERY, .type = P_WORD, .words = span_words, .about = "The time in which they were asked: without it 30 days."},
	{.name = "group", .in = IN_QUERY, .type = P_ID, .about = "The one that is open: by any of its messages."},
	PAGER_PARAMS, {},
};
static const struct param reach_params[] = {{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "The channel."}, {}};
static const struct param reach_write_params[] = {
	{.name = "channel", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The channel whose posts these are."},
	{.name = "lines", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 2000000,
	 .about = "A table: headings, then a post a line, between commas, semicolons or tabs. Date and reach are needed; id, format, text or length, link are read."},
	{},
};
static const struct param create_params[] = {NAME_FIELD, FIELDS, {}};
static const struct param edit_params[] = {ID_PARAM, {.name = "name", .in = IN_FORM, .type = P_LINE, .max = LISTEN_NAME_MAX, .about = "Its name."}, FIELDS, {}};
static const struct param search_params[] = {
	ID_PARAM, {.name = "channels", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "All channels whose networks are searched."}, {},
};
static const struct param try_params[] = {
	{.name = "query", .in = IN_FORM, .type = P_ID, .about = "The query that the form is of, when it is not a new one."},
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = LISTEN_NAME_MAX, .about = "Its name, to be shown again."},
	{.name = "switch", .in = IN_FORM, .type = P_WORD, .words = mode_words, .about = "Show it the other way: to be written (words), or chosen (builder) where that can be."},
	FIELDS, {},
};
static const struct param piece_list_params[] = {{.name = "piece", .in = IN_QUERY, .type = P_ID, .about = "The piece that is open in the form."}, PAGER_PARAMS, {}};
#define PIECE_WORDS {.name = "words", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 65536, .about = "What it stands for, as in a query."}
static const struct param piece_create_params[] = {NAME_FIELD, PIECE_WORDS, {}};
static const struct param piece_edit_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The piece."}, PIECE_WORDS, {}};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"ListeningRow", "{id: id, url: url, name: text, kind: Word, words: text, is_active: bool, is_archived: bool, week: Number, before: Number, "
	 "trend: text?, negative: int?, percent: int, is_ready: bool}",
	 "A listening query, with its mentions of seven days and of the seven before, and how much of the past it has read."},
	{"SharePart", "{id: id, name: text, kind: Word, url: url, share: int, mentions: Number, look: text, is_current: bool, text_y: int, bar_y: int, "
	 "width: text, past: {x: text, top: int, bottom: int, share: int}?}",
	 "A query's part of all mentions of 30 days, in percent; past: of the 30 days before."},
	{"ShareOfVoice", "{height: int, has_parts: bool, parts: [SharePart]}", "Whose voice is heard."},
	{"ListeningAlarm", "{id: id, name: text, url: url, page: url, is_negative: bool, is_harmful: bool, is_hushed: bool, text: text, since: Instant, ended_at: Instant?, "
	 "score: int, has_words: bool, words: [{text: text, is_first: bool}], has_authors: bool, authors: [{text: text, is_first: bool}], has_places: bool, "
	 "places: [{text: text, is_first: bool}], has_also: bool, also: [{text: text, is_first: bool}]}",
	 "Something unusual in the mentions of a query, or in all that comes in, with its evidence; ended_at null: it goes on. also: queries that hear the same."},
	{"ReachPage", "{channels: [{id: id, name: text, network: Network, url: url, posts: Number, is_current: bool}], has_channels: bool, channel: id?, can_write: bool, reach: Reach?}"},
	{"Reach", "{posts: Number, since: Instant, until: Instant, is_enough: bool, is_found: bool, is_less: bool, is_wide: bool, text: text, at: text?, from: text?, to: text?, size: int?, low: int?, "
	 "high: int?, change: int?, change_text: text?, before: Number?, after: Number?, parts: [{title: text, percent: int, text: text, is_break: bool}], chart: {curve: text, grid: [{y: text, text_y: text, text: text}], "
	 "break_x: text?, break_text_end: bool, weeks: int, rows: [{since: text, posts: Number, typical: Number?, is_after: bool}]}}",
	 "What posts of a channel reach: the break that remains when one's own habits, the season and a slow trend are taken out (size, low and high in percent, 19 in 20), "
	 "what a typical post reached before and after, and what the change is made of."},
	{"Reputation", "{days: int, is_made: bool, has_score: bool, score: int?, margin: int?, is_doubtful: bool, before: int?, change: text?, made_at: Instant?, "
	 "parts: [{word: text, title: text, about: text, weight: int, is_known: bool, value: int?, margin: int?, before: int?, count: Number, of: text, missing: text, width: text}], "
	 "past: [{until: Instant?, score: int?, margin: int?}], curve: text?, last_y: text}",
	 "How we are spoken of, 0 to 100, with its parts (tone, reviews, voice, answers, harm), each with its weight, its margin of 19 in 20, and its value in the days before."},
	{"ListeningPage", "{pager: Pager?, alarms: [ListeningAlarm], queries: [ListeningRow], share: ShareOfVoice, reputation: Reputation, has_queries: bool, is_archived: bool, can_write: bool}"},
	{"ListeningQuery", "{id: id, url: url, name: text, kind: Word, words: text, is_active: bool, is_archived: bool, "
	 "past: {percent: int, back_to: Instant?}?, week: Number, week_text: text}",
	 "A listening query; past: how much of what was said before it has read, null when it read all."},
	{"Mention", "{id: id, url: url, author_name: text, avatar: Avatar, network: Network, channel_name: text, at: Instant, parts: [MarkedText], "
	 "tone: {word: text, title: text, icon: text, tone: text}?, rating: Rating?, followers: Number?, language: text?, is_hidden: bool, "
	 "copy: {text: text, url: url, is_together: bool, accounts: Number, count: Number}?}",
	 "A message that a query matches; copy: others said nearly the same."},
	{"TopicTones", "{negative: int, positive: int, about: text, bad: text, plain: text, good: text, plain_at: text, good_at: text}",
	 "How the mentions of a topic sound, in percent of those that are sure; and the drawing."},
	{"Topic", "{id: id, url: url, name: text, text: text, now: Number, before: Number, move: text?, tones: TopicTones?, is_current: bool}",
	 "What mentions of a time are about: the words that set it apart, the most typical text, and how many there were in as much time before."},
	{"AskedGroup", "{id: id, url: url, text: text, count: Number, before: Number, move: text?, conversations: Number, people: Number, last_at: Instant?, "
	 "languages: text?, reply: {id: id, url: url, shortcut: text, title: text}?, new_url: url?, is_current: bool}",
	 "A question that is asked again and again: one wording, how often, and the saved reply that may answer it."},
	{"ListeningSurvey", "{made_at: Instant?, is_waiting: bool, is_made: bool, sample: text?, again_url: url, topics: [Topic], has_topics: bool, has_asked: bool, "
	 "asked: [AskedGroup]}",
	 "What the mentions of a time say together, and when that was worked out."},
	{"MentionFocus", "{title: text, all_url: url, has_who: bool, who: [{name: text, network: Network, at: Instant}], from: Instant?, until: Instant?}",
	 "The topic, question or copies whose mentions alone are shown; who posted copies, and when."},
	{"AskingMessage", "{id: id, url: url, author_name: text, avatar: Avatar, network: Network, at: Instant, text: text, language: text?}"},
	{"QuestionsPage", "{pager: Pager?, groups: [AskedGroup], has_groups: bool, spans: [{word: text, title: text, url: url, is_current: bool}], asked: Number, "
	 "alone: Number, is_part: bool, most: Number, made_at: Instant?, is_waiting: bool, open: AskedGroup?, messages: [AskingMessage]}",
	 "The questions that people ask again and again."},
	{"Bars", "{height: int, has_bars: bool, bars: [{name: text, count: Number, text: text, url: url?, percent: int, look: text, width: text, text_y: int, "
	 "bar_y: int, past: {x: text, top: int, bottom: int}?}]}",
	 "A chart of bars; past: where each stood in the span before."},
	{"ListeningVolume", "{about: text, curve: text, band: text?, grid: [{y: text, text_y: text, text: text}], axis: [{x: text, text: text, anchor: text}], "
	 "last_y: text, last_text: text, sum: Number, is_unusual: bool, has_normal: bool, rows: [{since: time, label: text, mentions: Number, negative: Number, "
	 "neutral: Number, positive: Number, normal: text?}]}",
	 "How much is said: the drawing, and its numbers, the newest first; normal: the least and the most of the same weekday of four weeks."},
	{"ListeningTone", "{about: text, note: text, pieces: [{look: text, x: text, width: text, y: text, height: text}], "
	 "labels: [{x: text, text: text, is_minor: bool}], has_tones: bool}",
	 "How it sounds over the span, in 15 columns at the most."},
	{"ListeningFigures", "{spans: [{word: text, title: text, url: url, is_current: bool}], span: text, volume: ListeningVolume, tone: ListeningTone, terms: Bars, "
	 "tags: Bars, languages: Bars, emotions: Bars, places: Bars, felt: int, placed: int, channels: Bars, share: ShareOfVoice, has_mentions: bool, sample: text?, "
	 "authors: [{name: text, handle: text?, avatar: Avatar, network: Network, url: url?, mentions: Number, negative: Number?, followers: Number?, before: Number?, move: text?}]}",
	 "The figures of a query."},
	{"ListeningForm", "{id: id?, name: text, words: text, kinds: [Choice], is_writing: bool, is_active: bool, "
	 "fault: {story: text, column: int, before: text, at: text, after: text}?, preview: {found: Number, looked: Number, text: text, about: text, back_to: Instant?, "
	 "newest: [{author_name: text, network: Network, at: Instant, parts: [MarkedText]}], is_much: bool}?, any: text, all: text, none: text, near_a: text, "
	 "near_b: text, near: text, author: text, place: text, followers: text, link: bool, media: bool, question: bool, languages: [Choice], tones: [Choice], "
	 "channels: [{value: text, title: text, network: Network, is_selected: bool}], has_more: bool, is_beyond: bool}",
	 "A query as its form has it; fault: what is wrong with its words, and where; preview: what it would have found in 30 days."},
	{"ListeningSearches", "{url: url, has_channels: bool, is_any_on: bool, is_waiting: bool, words: text?, story: text?, channels: [{id: id, name: text, url: url, network: Network, about: text, "
	 "is_on: bool, is_refused: bool, state: Word?, story: text?, asked: Instant?, next: Instant?, found: text?}]}",
	 "The networks that are searched for a query: what they are asked for, or why they cannot be; by which channels, and how it goes."},
	{"ListeningOne", "{tabs: [Tab], alarms: [ListeningAlarm], query: ListeningQuery, can_write: bool, mentions: [Mention], has_mentions: bool, "
	 "tones: [{word: text, title: text, icon: text, url: url, is_current: bool}], pager: Pager?, figures: ListeningFigures, survey: ListeningSurvey, "
	 "focus: MentionFocus?, form: ListeningForm, searches: ListeningSearches, is_open: bool}"},
	{"ListeningTry", "{tabs: [Tab], query: ListeningQuery?, form: ListeningForm, can_write: bool}"},
	{"PiecesPage", "{pager: Pager?, pieces: [{id: id, url: url, name: text, use: text, words: text, is_current: bool}], has_pieces: bool, can_write: bool, "
	 "piece: {id: id?, name: text, words: text}}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/listening", .permission = MAY_READ_FIGURES, .params = list_params, .template = "listening/list", .handle = show_all,
	 .answer = "ListeningPage", .about = "What is listened for: the queries, and whose voice is heard."},
	{.method = "POST", .path = "/listening", .permission = MAY_LISTEN, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/listening/new",
	 .answer = "Made", .about = "Listen for something: at once, and over the past."},
	{.method = "GET", .path = "/listening/new", .permission = MAY_LISTEN, .flags = ROUTE_PAGE_ONLY, .params = new_params, .template = "listening/page", .handle = show_new,
	 .about = "The form for a new query."},
	{.method = "POST", .path = "/listening/try", .permission = MAY_LISTEN, .flags = ROUTE_SLOW, .params = try_params, .template = "listening/page", .handle = look,
	 .answer = "ListeningTry", .about = "What a query would have found in the last 30 days; nothing is kept."},
	{.method = "GET", .path = "/listening/pieces", .permission = MAY_READ_FIGURES, .params = piece_list_params, .template = "listening/pieces", .handle = pieces_show,
	 .answer = "PiecesPage", .about = "Saved pieces of queries."},
	{.method = "POST", .path = "/listening/pieces", .permission = MAY_LISTEN, .flags = ROUTE_MAKES, .params = piece_create_params, .handle = pieces_create,
	 .form = "/listening/pieces", .answer = "Made", .about = "Save a piece of queries under a name."},
	{.method = "POST", .path = "/listening/pieces/{id}", .permission = MAY_LISTEN, .params = piece_edit_params, .handle = pieces_edit, .form = "/listening/pieces",
	 .answer = "Made", .about = "Change what a piece stands for; queries with it are matched anew."},
	{.method = "POST", .path = "/listening/pieces/{id}/archive", .permission = MAY_LISTEN, .handle = pieces_archive, .answer = "Made",
	 .about = "Put a piece away that no query stands on."},
	{.method = "GET", .path = "/listening/{id}", .permission = MAY_READ_FIGURES, .params = show_params, .template = "listening/page", .handle = show_query,
	 .answer = "ListeningOne", .about = "A query: its figures and its mentions."},
	{.method = "POST", .path = "/listening/{id}", .permission = MAY_LISTEN, .params = edit_params, .handle = edit, .form = "/listening/{id}",
	 .answer = "Made", .about = "Change a query; new words are matched over the past again."},
	{.method = "POST", .path = "/listening/{id}/pause", .permission = MAY_LISTEN, .handle = pause_it, .answer = "Made", .about = "Hear nothing new."},
	{.method = "POST", .path = "/listening/{id}/resume", .permission = MAY_LISTEN, .handle = resume, .answer = "Made", .about = "Listen again, and catch up."},
	{.method = "POST", .path = "/listening/{id}/archive", .permission = MAY_LISTEN, .handle = archive, .answer = "Made", .about = "Put a query away; what it found stays."},
	{.method = "POST", .path = "/listening/{id}/restore", .permission = MAY_LISTEN, .handle = restore, .answer = "Made", .about = "Take a query out again."},
	{.method = "POST", .path = "/listening/{id}/search", .permission = MAY_LISTEN, .params = search_params, .handle = searches_choose, .answer = "Made",
	 .form = "/listening/{id}", .about = "Search the networks of these channels for a query, now and from time to time, and no others."},
	{.method = "POST", .path = "/listening/{id}/search/now", .permission = MAY_LISTEN, .params = search_params, .handle = searches_again, .answer = "Made",
	 .about = "Search them now."},
	{.method = "POST", .path = "/listening/{id}/survey", .permission = MAY_READ_FIGURES, .handle = survey_again,
	 .about = "Work out anew what the mentions of a query say together."},
	{.method = "GET", .path = "/questions", .permission = MAY_READ_INBOX, .params = questions_params, .template = "listening/questions", .handle = questions_show,
	 .answer = "QuestionsPage", .about = "Questions that people ask again and again, anywhere in the workspace."},
	{.method = "GET", .path = "/reach", .permission = MAY_READ_FIGURES, .flags = ROUTE_SLOW, .params = reach_params, .template = "listening/reach", .handle = reach_show,
	 .answer = "ReachPage", .about = "What posts of a channel reach against their own past, and the break in it: of the channel with the most figures when none is named."},
	{.method = "POST", .path = "/reach", .permission = MAY_IMPORT, .flags = ROUTE_SLOW, .params = reach_write_params, .template = "listening/reach", .handle = reach_write,
	 .form = "/reach", .answer = "Made", .about = "Take in what posts reached: all lines or none."},
	{.method = "POST", .path = "/questions/survey", .permission = MAY_READ_INBOX, .handle = questions_again,
	 .about = "Work them out anew."},
	{},
};

const struct page page_listening = {"listening", routes, shapes, .file = __FILE__};
