/* appeals.c: decisions that their authors contest: the list with its clocks, one appeal beside the decision it is about, and the second
 * reading of it. */
#include "base/lang.h"
#include "flow/appeal.h"
#include "page/moderation/moderation.h"

#define ROWS 30

/* ---- shapes ---- */

static const struct outcome {
	const char *word, *title, *tone, *icon;
} outcomes[] = {
	{"", N_("To be read again"), "sun", "scale"},
	{"accepted", N_("Accepted: restored"), "act", "undo-2"},
	{"rejected", N_("Rejected: stays hidden"), "plum", "hide"},
};

static const struct outcome *outcome_of(struct str word)
{
	for (size_t i = 1; i < COUNT(outcomes); i++)
		if (str_eq(word, str_of(outcomes[i].word)))
			return &outcomes[i];
	return &outcomes[0];
}

static const char *road_title(struct str word)
{
	for (size_t i = 0; i < appeal_road_count; i++)
		if (str_eq(word, str_of(appeal_roads[i].word)))
			return appeal_roads[i].title;
	return N_("By its author, on their page");
}

json_t *appeal_shape(struct cx *cx, const struct appeal *a)
{
	struct reader reader = reader_of(cx);
	const struct outcome *outcome = outcome_of(a->outcome);
	json_t *shape = json_object();
	doc_set(shape, "id", doc_id(a->id));
	doc_set(shape, "url", doc_text(arena_printf(cx->arena, "/moderation/appeals/%lld", (long long)a->id)));
	doc_set(shape, "at", doc_instant(&reader, a->at));
	doc_set(shape, "due", doc_instant(&reader, a->due_at));
	doc_set(shape, "clock", doc_clock(&reader, a->at, a->due_at, a->decided_at, false));
	doc_set(shape, "text", doc_text(a->text));
	doc_set(shape, "road", doc_word(cx->lang, arena_cstr(cx->arena, a->road), road_title(a->road)));
	doc_set(shape, "recorded_by", doc_text_or_null(a->recorded_name));
	doc_set(shape, "outcome", doc_word(cx->lang, *outcome->word ? outcome->word : "open", outcome->title));
	doc_set(shape, "tone", json_string(outcome->tone));
	doc_set(shape, "icon", json_string(outcome->icon));
	doc_set(shape, "is_open", json_boolean(!a->outcome.len));
	doc_set(shape, "reason", doc_text_or_null(a->reason));
	doc_set(shape, "decided_by", doc_text_or_null(a->decided_name));
	doc_set(shape, "decided", doc_instant(&reader, a->decided_at));
	doc_set(shape, "is_alone", json_boolean(a->alone));
	return shape;
}

enum err counts_shape(struct cx *cx, struct db *db, json_t *document)
{
	i64 waiting, contested;
	TRY(cases_count(cx, db, here(cx), &waiting));
	TRY(appeals_open_count(cx, db, here(cx), &contested));
	doc_set(document, "counts", json_pack("{s:o, s:o}", "queue", queue_count(cx, waiting), "appeals", queue_count(cx, contested)));
	return OK;
}

/* ---- the list ---- */

static json_t *row_shape(struct cx *cx, const struct appeal_row *row)
{
	json_t *shape = appeal_shape(cx, &row->appeal);
	i64 me = cx->actor->user;
	doc_set(shape, "author_name", doc_text(row->author_name));
	doc_set(shape, "avatar", doc_avatar(row->author_name));
	doc_set(shape, "network", doc_network(cx->lang, row->network));
	doc_set(shape, "preview", doc_text(preview_text(cx, row->preview)));
	doc_set(shape, "lang", doc_text_or_null(row->lang));
	doc_set(shape, "said", doc_text(preview_text(cx, row->appeal.text)));
	doc_set(shape, "article_number", doc_text(number_text(cx, row->article_number)));
	doc_set(shape, "first_decider", doc_text(row->first_decider));
	doc_set(shape, "is_own", json_boolean(!row->appeal.outcome.len && (row->first_decider_id == me || row->second_person == me)));
	return shape;
}

static void add_filter(struct cx *cx, json_t *filters, const char *word, const char *title, i64 count, struct str current)
{
	struct str text = count < 0 ? str_of(title) : arena_printf(cx->arena, "%s %lld", title, (long long)count);
	json_array_append_new(filters, json_pack("{s:o, s:o, s:b}", "title", doc_text(text), "url",
						 doc_text(*word ? arena_printf(cx->arena, "/moderation/appeals?state=%s", word) : S("/moderation/appeals")), "is_current",
						 str_eq(current, str_of(word))));
}

enum err show_appeals(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str state = param_text(request, "state");
	bool decided = str_eq(state, S("decided")), late_only = str_eq(state, S("overdue"));
	struct appeal_row *rows;
	struct appeal_figures figures;
	struct pager pager;
	size_t count;
	json_t *document = json_object(), *list = json_array(), *filters = json_array(), *shape;
	reply_json(reply, document);
	doc_set(document, "appeals", list);
	doc_set(document, "filters", filters);
	TRY(counts_shape(cx, db, document));
	TRY(appeal_figures(cx, db, here(cx), rules_since(cx), &figures));
	pager_of(request, ROWS, &pager);
	if (decided)
		do
			TRY(appeals_decided(cx, db, here(cx), pager.from, pager.limit + 1, &rows, &count));
		while (!pager_fits(&pager, count));
	else
		TRY(appeals_open(cx, db, here(cx), &rows, &count));
	if (decided && count) /* no rows: no array */
		rows += pager.first;
	count = decided ? pager.count : count;
	for (size_t i = 0; i < count; i++)
		if (!late_only || rows[i].appeal.due_at < cx->now)
			json_array_append_new(list, row_shape(cx, &rows[i]));
	add_filter(cx, filters, "", _(N_("Open")), figures.open, state);
	add_filter(cx, filters, "overdue", _(N_("Overdue")), figures.overdue, state);
	add_filter(cx, filters, "decided", _(N_("Decided")), -1, state);
	doc_set(document, "has_appeals", json_boolean(json_array_size(list)));
	doc_set(document, "is_decided", json_boolean(decided));
	if (decided)
		pager_put(cx, request, reply, &pager, list_after(0, count ? rows[0].appeal.id : 0), list_after(0, count ? rows[count - 1].appeal.id : 0), NULL);
	else
		doc_set(document, "pager", json_null());
	TRY(rules_figures(cx, db, here(cx), &shape));
	doc_set(document, "figures", shape);
	return OK;
}

/* ---- one ---- */

static enum err judge_shape(struct cx *cx, struct db *db, const struct appeal *a, const struct decision *d, json_t *document)
{
	enum appeal_judge judge;
	TRY(appeal_judge(cx, db, d, &judge));
	bool open = !a->outcome.len;
	doc_set(document, "can_decide", json_boolean(open && judge != APPEAL_OTHERS));
	doc_set(document, "is_alone", json_boolean(open && judge == APPEAL_ALONE));
	doc_set(document, "is_others", json_boolean(open && judge == APPEAL_OTHERS && actor_may(cx->actor, MAY_MODERATE)));
	return OK;
}

enum err show_appeal(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct appeal a;
	struct decision d;
	struct message m;
	struct str outcome = request_typed(request, "outcome");
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(appeal_get(cx, db, here(cx), param_id(request, "id"), &a));
	TRY(decision_get(cx, db, here(cx), a.decision, &d));
	doc_set(document, "appeal", appeal_shape(cx, &a));
	TRY(decision_document(cx, db, &d, &m, document));
	TRY(judge_shape(cx, db, &a, &d, document));
	doc_set(document, "form", json_pack("{s:b, s:b, s:s}", "is_accepted", str_eq(outcome, S("accepted")), "is_rejected", str_eq(outcome, S("rejected")), "reason", ""));
	return OK;
}

enum err decide_appeal(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str outcome = param_text(request, "outcome");
	struct appeal_verdict v = {.appeal = param_id(request, "id"), .accepted = str_eq(outcome, S("accepted")), .reason = param_text(request, "reason"),
				   .notify_author = true, .outside = page_setup.outside};
	enum err e = OK;
	if (!outcome.len)
		e = request_fault(cx, request, "outcome", N_("Choose one of the two."));
	if (!v.reason.len)
		e = request_fault(cx, request, "reason", N_("Say why; the author is told."));
	TRY(e);
	TRY(appeal_decide(cx, request_db(request), here(cx), &v));
	reply_flash(reply, str_of(v.accepted ? _(N_("Accepted: the message is back as it was, and its author is told where the network allows it."))
					     : _(N_("Rejected: the message stays hidden, and its author is told why where the network allows it."))),
		    (struct str){});
	reply_redirect(reply, "/moderation/appeals/%lld", (long long)v.appeal);
	return OK;
}

enum err record_appeal(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id;
	enum err e = OK;
	if (!param_text(request, "road").len)
		e = request_fault(cx, request, "road", N_("Choose how it came."));
	if (!param_text(request, "text").len)
		e = request_fault(cx, request, "text", N_("Say in a few words why the decision was wrong."));
	TRY(e);
	TRY(appeal_record(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "road"), param_text(request, "text"), &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("Written down. Somebody else than who decided first reads it again."))), (struct str){});
	reply_redirect(reply, "/moderation/appeals/%lld", (long long)id);
	return OK;
}
