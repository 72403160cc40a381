/* moderation: the review queue, the decisions taken under the house rules, and the way back. */
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/appeal.h"
#include "flow/outside.h"
#include "page/moderation/moderation.h"
#include "store/channel.h"
#include "store/message.h"

static enum err show(struct cx *cx, struct request *request, struct reply *reply, struct queue_request *queue)
{
	json_t *document = json_object();
	reply_json(reply, document);
	queue->request = request;
	enum err e = queue_document(cx, request_db(request), queue, document);
	if (e != ERR_MISSING || !queue->message)
		return e;
	struct decision *decisions;
	size_t count;
	TRY(decisions_of(cx, request_db(request), here(cx), queue->message, &decisions, &count));
	if (!count || request_wants_json(request))
		return e;
	cx_forget(cx); /* decided meanwhile: what was decided */
	reply_redirect(reply, "/moderation/decisions/%lld", (long long)decisions[count - 1].id);
	return OK;
}

static enum err show_queue(struct cx *cx, struct request *request, struct reply *reply)
{
	struct queue_request queue = {.message = param_id(request, "case"), .network = param_text(request, "network"), .overdue = param_bool(request, "overdue")};
	struct pager pager;
	pager_of(request, 0, &pager);
	queue.from = pager.from;
	return show(cx, request, reply, &queue);
}

static enum err show_case(struct cx *cx, struct request *request, struct reply *reply)
{
	struct queue_request queue = {.message = param_id(request, "id")};
	return show(cx, request, reply, &queue);
}

/* What must be there, all of it said at once. */
static enum err check(struct cx *cx, struct request *request, struct str act)
{
	enum err e = OK;
	bool keeps = str_eq(act, S("keep")) || str_eq(act, S("private")), warns = param_bool(request, "warn");
	if (!act.len)
		e = request_fault(cx, request, "act", N_("Choose a decision."));
	if ((!keeps || warns) && act.len && !str_eq(act, S("restore")) && !param_id(request, "article_id"))
		e = request_fault(cx, request, "article_id", N_("Choose the article that applies."));
	if ((!keeps || warns) && act.len && !param_text(request, "reason").len)
		e = request_fault(cx, request, "reason", N_("Say why, in a sentence."));
	return e;
}

/* A hidden message stays readable where the network cannot hide: that is said, not glossed over. */
static enum err hidden_text(struct cx *cx, struct db *db, const struct message *m, struct str *ret_text)
{
	struct channel channel;
	TRY(channel_get(cx, db, here(cx), m->channel, &channel));
	const struct channel_kind *kind = channel_kind_of(channel.kind);
	if (kind && (kind->can & HIDES_FOR_GOOD))
		*ret_text = str_of(_(N_("Hidden here. In a minute it is taken away on the network, for good.")));
	else
		*ret_text = str_of(kind && (kind->can & CAN_HIDE) ? _(N_("Hidden, with its article and its reason."))
								  : _(N_("Hidden here. This network cannot hide: there it stays readable.")));
	return OK;
}

static enum err decide(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str act = param_text(request, "act"), text;
	struct message m;
	struct undo undo;
	i64 next;
	bool private = str_eq(act, S("private"));
	TRY(check(cx, request, act));
	TRY(message_get(cx, db, here(cx), param_id(request, "id"), &m));
	TRY(queue_next(cx, db, m.id, &next));
	struct decide_request r = {.message = m.id, .article = param_id(request, "article_id"), .act = private ? S("keep") : act, .reason = param_text(request, "reason"),
				   .notify_author = param_bool(request, "notify_author"), .warn = param_bool(request, "warn"), .outside = page_setup.outside};
	undo_open(cx, &undo);
	TRY(moderate_decide(cx, db, here(cx), &r, &undo));
	TRY(undo_close(cx, db, here(cx), &undo));
	if (str_eq(act, S("hide")))
		TRY(hidden_text(cx, db, &m, &text));
	else if (str_eq(act, S("ask_second")))
		text = str_of(_(N_("Your colleagues who moderate are asked to decide.")));
	else if (str_eq(act, S("restore")))
		text = str_of(_(N_("Restored: the same text, by the same author.")));
	else
		text = str_of(private ? _(N_("Left online. Write to them in private here.")) : _(N_("Left online.")));
	reply_flash(reply, text, undo.id ? arena_printf(cx->arena, "/undo/%lld", (long long)undo.id) : (struct str){});
	if (private)
		reply_redirect(reply, "/conversations/%lld?answer=%lld", (long long)m.conversation, (long long)m.id);
	else if (next)
		reply_redirect(reply, "/moderation?case=%lld", (long long)next);
	else
		reply_redirect(reply, "/moderation");
	return OK;
}

/* Several at once, under one article and for one reason. */
enum err decide_many(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str act = param_text(request, "bulk_act");
	size_t count = param_count(request, "message");
	struct undo undo;
	enum err e = OK;
	if (!count)
		e = request_fault(cx, request, "message", N_("Tick the messages to decide on."));
	if (!act.len)
		e = request_fault(cx, request, "bulk_act", N_("Choose a decision."));
	if (str_eq(act, S("hide")) && !param_id(request, "bulk_article"))
		e = request_fault(cx, request, "bulk_article", N_("Choose the article that applies."));
	if (str_eq(act, S("hide")) && !param_text(request, "bulk_reason").len)
		e = request_fault(cx, request, "bulk_reason", N_("Say why, in a sentence."));
	TRY(e);
	i64 *messages = arena_array(cx->arena, i64, count);
	for (size_t i = 0; i < count; i++)
		messages[i] = param_id_at(request, "message", i);
	struct decide_request r = {.act = act, .article = param_id(request, "bulk_article"), .reason = param_text(request, "bulk_reason"),
				   .notify_author = param_bool(request, "bulk_notify"), .outside = page_setup.outside};
	undo_open(cx, &undo);
	TRY(moderate_decide_many(cx, db, here(cx), messages, count, &r, &undo));
	TRY(undo_close(cx, db, here(cx), &undo));
	CLEANUP(buf_free) struct buf text = {};
	const char *done = str_eq(act, S("hide")) ? tr_n(cx->lang, "{n} message is hidden, with its article and its reason.", "{n} messages are hidden, with their article and their reason.", (i64)count)
						  : tr_n(cx->lang, "{n} message stays online.", "{n} messages stay online.", (i64)count);
	buf_add_filled(&text, done, number_text(cx, (i64)count));
	reply_json(reply, json_pack("{s:I}", "decided", (json_int_t)count));
	reply_flash(reply, buf_str(&text), undo.id ? arena_printf(cx->arena, "/undo/%lld", (long long)undo.id) : (struct str){});
	reply_redirect(reply, "/moderation");
	return OK;
}

/* ---- the rows ---- */

static const char *const act_words[] = {"keep", "hide", "private", "ask_second", "restore", NULL};
static const char *const done_words[] = {"", "keep", "hide", "restore", "warn", "ask_second", "reopen", NULL};
static const char *const bulk_words[] = {"keep", "hide", NULL};
static const char *const state_words[] = {"", "overdue", "decided", NULL};
static const char *const outcome_words[] = {"accepted", "rejected", NULL};

static const struct param queue_params[] = {
	{.name = "case", .in = IN_QUERY, .type = P_ID, .about = "The message to open; without it the one that waits longest."},
	{.name = "network", .in = IN_QUERY, .type = P_LINE, .max = 40, .about = "Only messages of this network."},
	{.name = "overdue", .in = IN_QUERY, .type = P_BOOL, .about = "Only messages that should have been decided on by now."},
	PAGER_PARAMS,
	{},
};
static const struct param decide_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The message."},
	{.name = "act", .in = IN_FORM, .type = P_WORD, .words = act_words, .about = "What is decided; private leaves it online and answers aside."},
	{.name = "article_id", .in = IN_FORM, .type = P_ID, .about = "The article of the house rules in force; needed to hide, to warn and to ask a second person."},
	{.name = "reason", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "Why, in a sentence; needed for everything but leaving it online."},
	{.name = "notify_author", .in = IN_FORM, .type = P_BOOL, .about = "Tell the author the article's notice and how to appeal, where the network can."},
	{.name = "warn", .in = IN_FORM, .type = P_BOOL, .about = "Count it as a warning to the author."},
	{},
};
static const struct param decisions_params[] = {
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 200, .about = "Words of the message or of the reason."},
	{.name = "act", .in = IN_QUERY, .type = P_WORD, .words = done_words, .about = "Only decisions of this kind."},
	{.name = "article", .in = IN_QUERY, .type = P_ID, .about = "Only those under this article, in whatever version."},
	{.name = "person", .in = IN_QUERY, .type = P_ID, .about = "Only those of this person."},
	PAGER_PARAMS,
	{},
};
static const struct param restore_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The decision that hid the message."},
	{.name = "reason", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "Why it goes back online."},
	{},
};

static const struct param bulk_params[] = {
	{.name = "message", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "The messages, up to 100."},
	{.name = "bulk_act", .in = IN_FORM, .type = P_WORD, .words = bulk_words, .about = "What is decided on each of them."},
	{.name = "bulk_article", .in = IN_FORM, .type = P_ID, .about = "The article of the version in force; needed to hide."},
	{.name = "bulk_reason", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "Why; needed to hide."},
	{.name = "bulk_notify", .in = IN_FORM, .type = P_BOOL, .about = "Tell the authors, and how to appeal."},
	{},
};
static const struct param appeals_params[] = {
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = state_words, .about = "Open ones when absent."},
	PAGER_PARAMS,
	{},
};
static const struct param verdict_params[] = {
	{.name = "outcome", .in = IN_FORM, .type = P_WORD, .words = outcome_words, .about = "accepted: the message is restored. rejected: it stays hidden."},
	{.name = "reason", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "Why; the author is told."},
	{},
};
static const struct param record_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The decision that hid the message."},
	{.name = "road", .in = IN_FORM, .type = P_LINE, .max = 20, .about = "How it came: reply, email, telephone, letter, person."},
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .max = APPEAL_TEXT_MAX, .about = "What the author says."},
	{},
};
static const struct param contest_params[] = {
	{.name = "pass", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = OUTSIDE_PASS_MAX, .about = "What the author was given."},
	{.name = "lang", .in = IN_QUERY, .type = P_LINE, .max = 8, .about = "Language of the page."},
	{},
};
static const struct param contest_form_params[] = {
	{.name = "pass", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = OUTSIDE_PASS_MAX, .about = "What the author was given."},
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .max = APPEAL_TEXT_MAX, .about = "Why the decision was wrong."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/moderation", .permission = MAY_MODERATE, .params = queue_params, .template = "moderation/queue", .handle = show_queue,
	 .answer = "ModerationPage", .about = "The review queue with one case open."},
	{.method = "GET", .path = "/moderation/cases/{id}", .permission = MAY_MODERATE, .template = "moderation/queue", .handle = show_case,
	 .answer = "ModerationPage", .about = "The review queue with the case of this message open."},
	{.method = "POST", .path = "/messages/{id}/decide", .permission = MAY_MODERATE, .params = decide_params, .handle = decide, .form = "/moderation/cases/{id}",
	 .about = "Decide on a message under the house rules."},
	{.method = "GET", .path = "/moderation/decisions", .permission = MAY_READ_INBOX, .params = decisions_params, .template = "moderation/decisions",
	 .handle = show_decisions, .answer = "DecisionsPage", .about = "What was decided, newest first, thirty at a time."},
	{.method = "GET", .path = "/moderation/decisions/{id}", .permission = MAY_READ_INBOX, .template = "moderation/decision", .handle = show_decision,
	 .answer = "DecisionPage", .about = "One decision, its sealed copy and what followed."},
	{.method = "GET", .path = "/moderation/decisions/{id}/evidence", .permission = MAY_MODERATE, .handle = show_evidence,
	 .answer = "EvidenceDocument", .about = "The sealed copy that a decision was taken on."},
	{.method = "POST", .path = "/moderation/decisions/{id}/restore", .permission = MAY_MODERATE, .params = restore_params, .handle = restore_by_decision,
	 .form = "/moderation/decisions/{id}", .about = "Put the message of this decision back online."},
	{.method = "POST", .path = "/moderation/decide", .permission = MAY_MODERATE, .params = bulk_params, .handle = decide_many, .form = "/moderation",
	 .answer = "Decided", .about = "Decide on several messages at once, all or none."},
	{.method = "GET", .path = "/moderation/appeals", .permission = MAY_READ_INBOX, .params = appeals_params, .template = "moderation/appeals", .handle = show_appeals,
	 .answer = "AppealsPage", .about = "Decisions that their authors contest, what is due first before the rest."},
	{.method = "GET", .path = "/moderation/appeals/{id}", .permission = MAY_READ_INBOX, .template = "moderation/appeal", .handle = show_appeal,
	 .answer = "AppealPage", .about = "One appeal beside the decision that it is about."},
	{.method = "POST", .path = "/moderation/appeals/{id}/decide", .permission = MAY_MODERATE, .params = verdict_params, .handle = decide_appeal,
	 .form = "/moderation/appeals/{id}", .about = "Accept or reject an appeal; never by who decided first while anybody else may."},
	{.method = "POST", .path = "/moderation/decisions/{id}/appeal", .permission = MAY_TRIAGE, .flags = ROUTE_MAKES, .params = record_params, .handle = record_appeal,
	 .form = "/moderation/decisions/{id}", .answer = "Made", .about = "Write down an appeal that came by another road."},
	{.method = "GET", .path = "/contest/{pass}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .params = contest_params, .template = "moderation/contest",
	 .handle = show_contest, .per_minute = 60, .about = "For its author: what was decided on a message, why, and how to contest it."},
	{.method = "POST", .path = "/contest/{pass}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .params = contest_form_params, .handle = contest, .form = "/contest/{pass}",
	 .body_max = 64 << 10, .per_minute = 10, .about = "Contest a decision."},
	{},
};

const struct page page_moderation = {"moderation", routes, moderation_shapes, .file = __FILE__};
