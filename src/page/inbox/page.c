/* page.c: the inbox: its lists, its conversations, and the routes of what is done there. A partial request gets the part of the page
 * that its HX-Target names. */
#include "base/lang.h"
#include "flow/reply_files.h"
#include "flow/transaction.h"
#include "page/inbox/inbox.h"

/* ---- reading ---- */

static const struct {
	const char *target, *template;
} fragments[] = {
	{"list", "inbox/list"}, {"rows", "inbox/rows"}, {"views", "inbox/views"}, {"conversation", "inbox/open"}, {"thread", "inbox/thread"}, {"others", "inbox/others"},
};

/* The part asked for: its name; NULL for the whole page. */
static const char *fragment_of(struct request *request, struct reply *reply)
{
	if (!request_is_partial(request) || request_wants_json(request))
		return NULL;
	struct str target = request_header(request, "HX-Target");
	for (size_t i = 0; i < COUNT(fragments); i++)
		if (str_eq(target, str_of(fragments[i].target))) {
			reply_template(reply, fragments[i].template);
			return fragments[i].target;
		}
	return NULL;
}

static bool wanted(const char *fragment, const char *part)
{
	return !fragment || str_eq(str_of(fragment), str_of(part));
}

static void common(struct cx *cx, const struct room *room, json_t *document, const char *pane)
{
	doc_set(document, "pane", json_pack("{s:b, s:b, s:b}", "is_list", str_eq(str_of(pane), S("list")), "is_conversation", str_eq(str_of(pane), S("conversation")),
					"is_contact", str_eq(str_of(pane), S("contact"))));
	doc_set(document, "query", doc_text(inbox_query_text(cx, &room->query, PART_COUNT, (struct str){})));
	doc_set(document, "q", doc_text(room->query.words));
}

static enum err filter_part(struct cx *cx, const struct room *room, json_t **ret_filter)
{
	CLEANUP(buf_free) struct buf html = {};
	if (!room->draw_for) {
		*ret_filter = filter_shape(cx, room);
		return OK;
	}
	TRY(filter_drawn(cx, room, &html));
	*ret_filter = json_pack("{s:o, s:o}", "number", filter_number(cx, room), "drawn", doc_drawn(buf_str(&html)));
	return OK;
}

/* What stands beside the conversation: the views, the list, what the menus offer. */
static enum err beside(struct cx *cx, struct db *db, struct room *room, const char *fragment, i64 current, json_t *document)
{
	json_t *part;
	if (wanted(fragment, "views")) {
		TRY(views_shape(cx, db, room, &part));
		doc_set(document, "views", part);
	}
	if (wanted(fragment, "list") || wanted(fragment, "rows")) {
		TRY(list_shape(cx, db, room, current, &part));
		doc_set(document, "list", part);
	}
	if (wanted(fragment, "none")) {
		TRY(filter_part(cx, room, &part));
		doc_set(document, "filter", part);
	}
	if (wanted(fragment, "conversation"))
		doc_set(document, "choices", choices_shape(cx, room));
	return OK;
}

static enum err inbox_document(struct cx *cx, struct db *db, struct request *request, const char *fragment, json_t *document)
{
	struct room room;
	TRY(room_load(cx, db, request_query(request), &room));
	room.draw_for = request_wants_json(request) ? NULL : request;
	common(cx, &room, document, "list");
	doc_set(document, "conversation", json_null());
	doc_set(document, "contact", json_null());
	return beside(cx, db, &room, fragment, 0, document);
}

/* The conversation, and who it is with. */
static enum err middle_and_right(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, i64 asked,
				 const struct elsewhere *elsewhere, const char *fragment, const struct open_request *open, json_t *document)
{
	json_t *part;
	TRY(conversation_shape(cx, db, room, row, elsewhere, open, &part));
	if (row->conversation.id != asked)
		json_object_set_new(part, "merged_into", json_pack("{s:o}", "url", json_incref(json_object_get(part, "url"))));
	doc_set(document, "conversation", part);
	if (wanted(fragment, "conversation")) {
		TRY(contact_shape(cx, db, room, &row->conversation, elsewhere, &part));
		doc_set(document, "contact", part);
	}
	return OK;
}

/* `draw_for` as in struct room. */
static enum err open_document(struct cx *cx, struct db *db, i64 id, struct str query, struct request *draw_for, const char *fragment, const struct open_request *open,
			      json_t *document)
{
	struct room room;
	struct conversation_row row;
	json_t *part;
	TRY(room_load(cx, db, query, &room));
	room.draw_for = draw_for;
	TRY(conversation_row_get(cx, db, room.workspace, id, &row));
	common(cx, &room, document, open->pane_contact ? "contact" : "conversation");
	TRY(beside(cx, db, &room, fragment, row.conversation.id, document));
	if (fragment && str_eq(str_of(fragment), S("others"))) {
		TRY(others_here_shape(cx, db, &room, row.conversation.id, &part));
		doc_set(document, "conversation", json_pack("{s:o, s:o}", "others", part, "back", doc_text(inbox_list_url(cx, &room.query, PART_COUNT, (struct str){}))));
		return OK;
	}
	if (!wanted(fragment, "conversation") && !wanted(fragment, "thread"))
		return OK;
	struct elsewhere elsewhere;
	enum err e = elsewhere_of(cx, db, &room, &row.conversation, &elsewhere);
	if (!e)
		e = middle_and_right(cx, db, &room, &row, id, &elsewhere, fragment, open, document);
	json_decref(elsewhere.list);
	return e;
}

static enum err show_inbox(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	json_t *document = json_object();
	reply_json(reply, document);
	/* a transaction for reading: the page is of one instant */
	return IN_TRANSACTION(cx, db, inbox_document(cx, db, request, fragment_of(request, reply), document));
}

static struct open_request open_of(const struct request *request)
{
	struct open_request open = {
		.answer = param_id(request, "answer"),
		.hide = param_id(request, "hide"),
		.split = param_id(request, "split"),
		.saved = param_id(request, "saved"),
		.pane_contact = param_text(request, "pane").len > 0,
		.visibility = request_typed(request, "visibility"),
	};
	str_to_i64(request_typed(request, "parent_id"), &open.answer);
	struct list_place earlier = LIST_START;
	list_place_of(param_text(request, "earlier"), &earlier);
	open.before_at = earlier.key;
	open.before_id = earlier.id;
	return open;
}

static enum err show_conversation(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	json_t *document = json_object();
	reply_json(reply, document);
	struct open_request open = open_of(request);
	struct request *draw_for = request_wants_json(request) ? NULL : request;
	return IN_TRANSACTION(cx, db, open_document(cx, db, param_id(request, "id"), request_query(request), draw_for, fragment_of(request, reply), &open, document));
}

enum err conversation_document(struct cx *cx, struct db *db, i64 conversation, struct str query, const struct open_request *open, bool whole, json_t *document)
{
	return open_document(cx, db, conversation, query, NULL, whole ? NULL : "conversation", open, document);
}

/* ---- parameters ---- */

static const char *const statuses[] = {"open", "pending", "snoozed", "resolved", NULL};
static const char *const kinds[] = {"comment", "mention", "direct", "review", "post", NULL};
static const char *const priorities[] = {"low", "medium", "high", "urgent", NULL};
static const char *const dues[] = {"late", "1h", "4h", "1d", NULL};
static const char *const tones[] = {"negative", "neutral", "positive", NULL};
static const char *const intents[] = {"question", "complaint", "praise", "purchase", "other", NULL};
static const char *const signs[] = {"urgent", "harm", "irony", NULL};
static const char *const sorts[] = {"due", "recent", "oldest", NULL};
static const char *const panes[] = {"contact", NULL};

#define LIST_PARAMS                                                                                                            \
	{.name = "view", .in = IN_QUERY, .type = P_LINE, .max = 40,                                                            \
	 .about = "open, mine, unassigned, urgent, mentioned, pending, snoozed, resolved, or the id of a saved view. open when nothing says else."}, \
	{.name = "status", .in = IN_QUERY, .type = P_WORD, .words = statuses, .about = "Only conversations in this state."},     \
	{.name = "kind", .in = IN_QUERY, .type = P_WORD, .words = kinds, .about = "Only conversations that began as this."},     \
	{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Only this channel's."},                                     \
	{.name = "label", .in = IN_QUERY, .type = P_ID, .about = "Only those that carry this label."},                          \
	{.name = "assignee", .in = IN_QUERY, .type = P_LINE, .max = 20, .about = "me, none, or a person's id."},                \
	{.name = "team", .in = IN_QUERY, .type = P_ID, .about = "Only this team's."},                                           \
	{.name = "priority", .in = IN_QUERY, .type = P_WORD, .words = priorities, .about = "Of this priority at least."},       \
	{.name = "due", .in = IN_QUERY, .type = P_WORD, .words = dues, .about = "Only those whose promise is late, or runs out within this time."}, \
	{.name = "tone", .in = IN_QUERY, .type = P_WORD, .words = tones, .about = "Only those whose last message from outside surely sounds so."}, \
	{.name = "intent", .in = IN_QUERY, .type = P_WORD, .words = intents, .about = "Only those whose last message from outside surely wants this."}, \
	{.name = "sign", .in = IN_QUERY, .type = P_WORD, .words = signs, .about = "Only those whose last message seems urgent, harmful or ironic."}, \
	{.name = "language", .in = IN_QUERY, .type = P_LINE, .max = 3, .about = "Only those whose last message is surely in this language, by its code."}, \
	{.name = "contact", .in = IN_QUERY, .type = P_ID, .about = "Only this contact's, in whatever state."},                  \
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 200, .about = "Words that were said in them, or the name of somebody."}, \
	{.name = "sort", .in = IN_QUERY, .type = P_WORD, .words = sorts, .about = "By the time left, the newest or the oldest first."}

static const struct param inbox_params[] = {
	LIST_PARAMS,
	PAGER_PARAMS,
	{},
};
static const struct param conversation_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The conversation; one that was merged leads to where it went."},
	LIST_PARAMS,
	PAGER_PARAMS,
	{.name = "pane", .in = IN_QUERY, .type = P_WORD, .words = panes, .about = "What a phone shows: the contact instead of the thread."},
	{.name = "answer", .in = IN_QUERY, .type = P_ID, .about = "The message that the reply box answers."},
	{.name = "saved", .in = IN_QUERY, .type = P_ID, .about = "The saved reply that the reply box starts with."},
	{.name = "hide", .in = IN_QUERY, .type = P_ID, .about = "Ask for the reason to hide this message."},
	{.name = "split", .in = IN_QUERY, .type = P_ID, .about = "Ask whether to split from this message on."},
	{.name = "earlier", .in = IN_QUERY, .type = P_PLACE, .about = "Messages before this place, as conversation.earlier says."},
	{},
};

#define CONVERSATION                                                                                                           \
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The conversation."},                                             \
	{.name = "version", .in = IN_FORM, .type = P_INT, .min = 0, .max = INT64_MAX,                                          \
	 .about = "The version that was seen; refused (409) when it moved on since. Left out: whatever it is now."},            \
	QUERY
#define MESSAGE {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The message."}, QUERY
#define QUERY {.name = "query", .in = IN_FORM, .type = P_LINE, .max = 2000, .about = "The list that a browser goes on with, as the query of its address."}

static const char *const audiences[] = {"public", "private", "note", NULL};
static const char *const thens[] = {"send", "resolve", "pending", "approval", "later", "draft", NULL};
static const char *const settable[] = {"open", "pending", "resolved", NULL};

#define FILES                                                                                                                  \
	{.name = "file", .in = IN_FILE, .type = P_FILE, .flags = PARAM_LIST, .max = REPLY_FILE_MAX, .about = "Files that go with it (multipart/form-data): pictures, and what else the channel takes."}, \
	{.name = "alt", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_LIST, .max = 10000, .about = "What they show, in the order of the files, for who does not see them."}

static const struct param reply_params[] = {
	CONVERSATION,
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 50000, .about = "The text of the answer."},
	{.name = "visibility", .in = IN_FORM, .type = P_WORD, .words = audiences, .about = "Who reads it: everybody, the contact alone, or (note) the team."},
	{.name = "parent_id", .in = IN_FORM, .type = P_ID, .about = "The message it answers; the last one from outside when left out."},
	{.name = "draft_id", .in = IN_FORM, .type = P_ID, .about = "One's draft that this replaces."},
	{.name = "then", .in = IN_FORM, .type = P_WORD, .words = thens,
	 .about = "send it; and resolve the conversation, or wait for them (pending); ask somebody to approve it; send it later; only keep a draft."},
	{.name = "send_at", .in = IN_FORM, .type = P_TIME, .about = "When it leaves, with then=later."},
	FILES,
	{.name = "drop", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Files of the draft that no longer go with it."},
	{},
};
static const struct param note_params[] = {
	CONVERSATION,
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 50000, .about = "The note; @name calls a colleague."},
	FILES,
	{},
};
static const struct param aside_params[] = {
	CONVERSATION,
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .max = 50000, .about = "What the person is told in private; left out: who is there for them."},
	{.name = "holding", .in = IN_FORM, .type = P_TEXT, .max = 50000, .about = "What is said in public; left out: that it goes on in private."},
	FILES,
	{},
};
static const char *const last_words[] = {"send", "silent", NULL};
static const struct param aside_close_params[] = {
	CONVERSATION,
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .max = 50000, .about = "The last word in public."},
	{.name = "then", .in = IN_FORM, .type = P_WORD, .words = last_words, .about = "Say it, or (silent) close the case without a word."},
	{},
};
static const struct param assign_params[] = {
	CONVERSATION,
	{.name = "assignee_id", .in = IN_FORM, .type = P_ID, .about = "A person of the workspace; left out or empty: nobody in particular."},
	{.name = "team_id", .in = IN_FORM, .type = P_ID, .about = "A team; with its own way of handing out, it chooses the person."},
	{},
};
static const struct param status_params[] = {
	CONVERSATION,
	{.name = "status", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = settable, .about = "What it is from now on."},
	{},
};
static const struct param snooze_params[] = {
	CONVERSATION,
	{.name = "until", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 40, .about = "An instant, or “answer”: until they write."},
	{},
};
static const struct param priority_params[] = {
	CONVERSATION,
	{.name = "priority", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = priorities, .about = "How much it matters."},
	{},
};
static const struct param label_params[] = {
	CONVERSATION,
	{.name = "label_id", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "All labels it carries from now on."},
	{},
};
static const struct param merge_params[] = {
	CONVERSATION,
	{.name = "into", .in = IN_FORM, .type = P_ID, .about = "The conversation that stays."},
	{.name = "into_url", .in = IN_FORM, .type = P_LINE, .max = 1000, .about = "Or its address on this desk."},
	{},
};
static const struct param handoff_params[] = {
	CONVERSATION,
	{.name = "to", .in = IN_FORM, .type = P_LINE, .max = 254, .about = "The mail address of the other team; not wanted where a channel of theirs takes it."},
	{.name = "word", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 10000, .about = "What is asked of them; what was said so far follows it."},
	{.name = "channel_id", .in = IN_FORM, .type = P_ID, .about = "The mailbox it leaves by, or the channel of a program that takes cases; left out: the first mailbox."},
	{},
};
static const struct param split_params[] = {
	CONVERSATION,
	{.name = "message_id", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The first message that leaves."},
	{.name = "alone", .in = IN_FORM, .type = P_BOOL, .about = "Only that message, without those after it."},
	{},
};
static const struct param macro_params[] = {
	CONVERSATION,
	{.name = "macro_id", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The macro to run."},
	{},
};
static const struct param bulk_params[] = {
	{.name = "id", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "The conversations, 500 at the most."},
	{.name = "assignee_id", .in = IN_FORM, .type = P_ID, .about = "Hand them to this person."},
	{.name = "team_id", .in = IN_FORM, .type = P_ID, .about = "Hand them to this team."},
	{.name = "status", .in = IN_FORM, .type = P_WORD, .words = settable, .about = "Set what they are."},
	{.name = "label_id", .in = IN_FORM, .type = P_ID, .about = "Add this label."},
	{.name = "off", .in = IN_FORM, .type = P_BOOL, .about = "Take the label off instead."},
	{.name = "priority", .in = IN_FORM, .type = P_WORD, .words = priorities, .about = "Set how much they matter."},
	{.name = "until", .in = IN_FORM, .type = P_LINE, .max = 40, .about = "Snooze them: an instant, or “answer”."},
	{.name = "macro_id", .in = IN_FORM, .type = P_ID, .about = "Run this macro on each."},
	{.name = "back", .in = IN_FORM, .type = P_PATH, .about = "Where a browser goes on to."},
	{},
};
static const struct param presence_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The conversation."}, {}};
static const struct param message_params[] = {MESSAGE, {}};
static const struct param edit_params[] = {
	MESSAGE,
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 50000, .about = "The new text."},
	{},
};
#define ASKED_AT                                                                                                               \
	{.name = "asked_at", .in = IN_FORM, .type = P_TIME,                                                                    \
	 .about = "approval.asked_at of the text that was read; refused (409) when it was changed since."}

static const struct param approve_params[] = {MESSAGE, ASKED_AT, {.name = "remark", .in = IN_FORM, .type = P_TEXT, .about = "A word to its author."}, {}};
static const struct param return_params[] = {
	MESSAGE,
	ASKED_AT,
	{.name = "remark", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .about = "What should change; its author reads it."},
	{},
};
static const struct param settle_params[] = {
	MESSAGE,
	{.name = "arrived", .in = IN_FORM, .type = P_BOOL, .flags = PARAM_REQUIRED, .about = "It is there on the network; else it is sent again."},
	{},
};
static const struct param reschedule_params[] = {
	MESSAGE,
	{.name = "send_at", .in = IN_FORM, .type = P_TIME, .about = "The new time."},
	{.name = "now", .in = IN_FORM, .type = P_BOOL, .about = "Send it at once instead."},
	{},
};
static const struct param hide_params[] = {
	MESSAGE,
	{.name = "article_id", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The article of the house rules in force that it breaks."},
	{.name = "reason", .in = IN_FORM, .type = P_TEXT, .flags = PARAM_REQUIRED, .max = 2000, .about = "Why, for the team and for whoever reviews it."},
	{.name = "notify_author", .in = IN_FORM, .type = P_BOOL, .about = "Tell the author in private, where the network can."},
	{.name = "notice", .in = IN_FORM, .type = P_TEXT, .max = 4000, .about = "What the author is told; the article's own notice when left out."},
	{},
};
static const struct param reason_params[] = {MESSAGE, {.name = "reason", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "Why."}, {}};

#define POST_CONVERSATION(act, may, row_params, call, tells)                                                                   \
	{.method = "POST", .path = "/conversations/{id}/" act, .permission = may, .params = row_params, .handle = call,        \
	 .form = "/conversations/{id}", .answer = "ConversationChanged", .about = tells}
#define POST_MESSAGE(act, may, row_params, call, tells)                                                                        \
	{.method = "POST", .path = "/messages/{id}/" act, .permission = may, .params = row_params, .handle = call, .answer = "ConversationChanged", \
	 .about = tells}

static const struct route routes[] = {
	{.method = "GET", .path = "/inbox", .permission = MAY_READ_INBOX, .params = inbox_params, .template = "inbox/page", .handle = show_inbox,
	 .answer = "InboxPage", .about = "A list of conversations, twenty-five at a time, with what stands around it."},
	{.method = "GET", .path = "/conversations/{id}", .permission = MAY_READ_INBOX, .params = conversation_params, .template = "inbox/page",
	 .handle = show_conversation, .answer = "ConversationPage", .about = "A conversation with its thread, its contact, and the list beside it."},
	{.method = "POST", .path = "/conversations/bulk", .permission = MAY_TRIAGE, .params = bulk_params, .handle = conversations_bulk,
	
	 .answer = "BulkDone", .about = "One act on several conversations: how many were changed, were so already, or had moved on; one undo for all."},
	POST_CONVERSATION("reply", MAY_PROPOSE, reply_params, conversation_reply, "Answer: now, later, after approval, or only a draft."),
	POST_CONVERSATION("aside", MAY_PROPOSE, aside_params, conversation_aside,
			  "Move it from public to private: a word in public, a message to the person, one case with one point of contact."),
	POST_CONVERSATION("aside/close", MAY_PROPOSE, aside_close_params, conversation_aside_close, "Close the case, with a last word in public."),
	POST_CONVERSATION("note", MAY_NOTE, note_params, conversation_note, "Write a private note."),
	POST_CONVERSATION("assign", MAY_TRIAGE, assign_params, conversation_assign, "Hand it to a person, a team, or nobody."),
	POST_CONVERSATION("status", MAY_TRIAGE, status_params, conversation_status, "Open it, wait for the contact, or mark it as done."),
	POST_CONVERSATION("snooze", MAY_TRIAGE, snooze_params, conversation_snooze, "Out of sight until a time, or until they answer."),
	POST_CONVERSATION("priority", MAY_TRIAGE, priority_params, conversation_priority, "Set how much it matters; the promise may change with it."),
	POST_CONVERSATION("labels", MAY_TRIAGE, label_params, conversation_labels, "Set all of its labels."),
	POST_CONVERSATION("merge", MAY_TRIAGE, merge_params, conversation_merge, "Move its messages into another conversation."),
	POST_CONVERSATION("handoff", MAY_PROPOSE, handoff_params, conversation_handoff, "Hand the case to another team, by mail or to their program, in a conversation of its own."),
	POST_CONVERSATION("split", MAY_TRIAGE, split_params, conversation_split, "Move messages into a conversation of their own."),
	POST_CONVERSATION("macro", MAY_TRIAGE, macro_params, conversation_macro, "Run a macro: several acts in one go."),
	{.method = "POST", .path = "/conversations/{id}/read", .permission = MAY_READ_INBOX, .params = presence_params, .handle = conversation_read,
	 .about = "Say that one has it open."},
	{.method = "POST", .path = "/conversations/{id}/typing", .permission = MAY_READ_INBOX, .params = presence_params, .handle = conversation_typing,
	 .about = "Say that one writes an answer."},
	POST_MESSAGE("withdraw", MAY_PROPOSE, message_params, message_withdraw, "Take an answer back before it leaves."),
	POST_MESSAGE("edit", MAY_PROPOSE, edit_params, message_edit, "Change an answer that has not left."),
	POST_MESSAGE("approve", MAY_APPROVE, approve_params, message_approve, "Approve a colleague's answer: it leaves."),
	POST_MESSAGE("return", MAY_APPROVE, return_params, message_return, "Return a colleague's answer with a remark."),
	POST_MESSAGE("retry", MAY_REPLY, message_params, message_retry, "Send an answer again that was refused or held."),
	POST_MESSAGE("settle", MAY_REPLY, settle_params, message_settle, "Say whether an answer of unknown fate arrived."),
	POST_MESSAGE("reschedule", MAY_REPLY, reschedule_params, message_reschedule, "Let a planned answer leave at another time."),
	POST_MESSAGE("like", MAY_REPLY, message_params, message_like, "Like a message on its network, where that can be."),
	POST_MESSAGE("unlike", MAY_REPLY, message_params, message_unlike, "Take a like back."),
	POST_MESSAGE("hide", MAY_MODERATE, hide_params, message_hide, "Hide a message under an article of the house rules."),
	POST_MESSAGE("restore", MAY_MODERATE, reason_params, message_restore, "Restore a hidden message."),
	POST_MESSAGE("flag", MAY_READ_INBOX, reason_params, message_flag, "Put a message before those who decide."),
	{},
};

const struct page page_inbox = {"inbox", routes, inbox_shapes, .file = __FILE__};
