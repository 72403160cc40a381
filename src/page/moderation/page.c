/* moderation: the review queue, the decisions taken under the house rules, and the way back. */
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/moderate.h"
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
	struct queue_request queue = {.message = param_id(request, "case"), .after = param_id(request, "after"), .network = param_text(request, "network")};
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
	struct decide_request r = {m.id, param_id(request, "article_id"), private ? S("keep") : act, param_text(request, "reason"),
				   param_bool(request, "notify_author"), param_bool(request, "warn")};
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

/* ---- the rows ---- */

static const char *const act_words[] = {"keep", "hide", "private", "ask_second", "restore", NULL};
static const char *const done_words[] = {"", "keep", "hide", "restore", "warn", "ask_second", NULL};

static const struct param queue_params[] = {
	{.name = "case", .in = IN_QUERY, .type = P_ID, .about = "The message to open; without it the one that waits longest."},
	{.name = "network", .in = IN_QUERY, .type = P_LINE, .max = 40, .about = "Only messages of this network."},
	{.name = "after", .in = IN_QUERY, .type = P_ID, .about = "List what follows this message."},
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
	{.name = "before", .in = IN_QUERY, .type = P_ID, .about = "Those that are older than this decision."},
	{.name = "after", .in = IN_QUERY, .type = P_ID, .about = "Those that are newer than this decision."},
	{},
};
static const struct param restore_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The decision that hid the message."},
	{.name = "reason", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "Why it goes back online."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/moderation", .permission = MAY_MODERATE, .params = queue_params, .template = "moderation/queue", .handle = show_queue,
	 .about = "The review queue with one case open."},
	{.method = "GET", .path = "/moderation/cases/{id}", .permission = MAY_MODERATE, .template = "moderation/queue", .handle = show_case,
	 .about = "The review queue with the case of this message open."},
	{.method = "POST", .path = "/messages/{id}/decide", .permission = MAY_MODERATE, .params = decide_params, .handle = decide, .form = "/moderation/cases/{id}",
	 .about = "Decide on a message under the house rules."},
	{.method = "GET", .path = "/moderation/decisions", .permission = MAY_READ_INBOX, .params = decisions_params, .template = "moderation/decisions",
	 .handle = show_decisions, .about = "What was decided, newest first, thirty at a time."},
	{.method = "GET", .path = "/moderation/decisions/{id}", .permission = MAY_READ_INBOX, .template = "moderation/decision", .handle = show_decision,
	 .about = "One decision, its sealed copy and what followed."},
	{.method = "GET", .path = "/moderation/decisions/{id}/evidence", .permission = MAY_MODERATE, .handle = show_evidence,
	 .about = "The sealed copy that a decision was taken on."},
	{.method = "POST", .path = "/moderation/decisions/{id}/restore", .permission = MAY_MODERATE, .params = restore_params, .handle = restore_by_decision,
	 .form = "/moderation/decisions/{id}", .about = "Put the message of this decision back online."},
	{},
};

const struct page page_moderation = {"moderation", routes};
