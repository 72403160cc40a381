/* page.c: the inbox: its lists, its conversations, and the routes of what is done there. A partial request gets the part of the page
 * that its HX-Target names. */
#include "base/lang.h"
#include "page/inbox/inbox.h"

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, value);
}

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
	set(document, "pane", json_pack("{s:b, s:b, s:b}", "is_list", str_eq(str_of(pane), S("list")), "is_conversation", str_eq(str_of(pane), S("conversation")),
					"is_contact", str_eq(str_of(pane), S("contact"))));
	set(document, "query", doc_text(inbox_query_text(cx, &room->query, PART_COUNT, (struct str){})));
	set(document, "q", doc_text(room->query.words));
}

/* What stands beside the conversation: the views, the list, what the menus offer. */
static enum err beside(struct cx *cx, struct db *db, struct room *room, const char *fragment, i64 current, json_t *document)
{
	json_t *part;
	if (wanted(fragment, "views")) {
		TRY(views_shape(cx, db, room, &part));
		set(document, "views", part);
	}
	if (wanted(fragment, "list") || wanted(fragment, "rows")) {
		TRY(list_shape(cx, db, room, current, &part));
		set(document, "list", part);
	}
	if (wanted(fragment, "none"))
		set(document, "filter", filter_shape(cx, room));
	if (wanted(fragment, "conversation"))
		set(document, "choices", choices_shape(cx, room));
	return OK;
}

static enum err inbox_document(struct cx *cx, struct db *db, struct str query, const char *fragment, json_t *document)
{
	struct room room;
	TRY(room_load(cx, db, query, &room));
	common(cx, &room, document, "list");
	set(document, "conversation", json_null());
	set(document, "contact", json_null());
	return beside(cx, db, &room, fragment, 0, document);
}

static enum err open_document(struct cx *cx, struct db *db, i64 id, struct str query, const char *fragment, const struct open_request *open, json_t *document)
{
	struct room room;
	struct conversation_row row;
	json_t *part;
	TRY(room_load(cx, db, query, &room));
	TRY(conversation_row_get(cx, db, room.workspace, id, &row));
	common(cx, &room, document, open->pane_contact ? "contact" : "conversation");
	TRY(beside(cx, db, &room, fragment, row.conversation.id, document));
	if (fragment && str_eq(str_of(fragment), S("others"))) {
		TRY(others_here_shape(cx, db, &room, row.conversation.id, &part));
		set(document, "conversation", json_pack("{s:o, s:o}", "others", part, "back", doc_text(inbox_list_url(cx, &room.query, PART_COUNT, (struct str){}))));
	} else if (wanted(fragment, "conversation") || wanted(fragment, "thread")) {
		TRY(conversation_shape(cx, db, &room, &row, open, &part));
		if (row.conversation.id != id)
			json_object_set_new(part, "merged_into", json_pack("{s:o}", "url", json_incref(json_object_get(part, "url"))));
		set(document, "conversation", part);
	}
	if (wanted(fragment, "conversation")) {
		TRY(contact_shape(cx, db, &room, &row.conversation, &part));
		set(document, "contact", part);
	}
	return OK;
}

/* All reads of a page see one instant. */
#define IN_SNAPSHOT(cx, db, call)                                                                                              \
	({                                                                                                                     \
		enum err done_ = db_begin((cx), (db));                                                                         \
		if (done_ == OK) {                                                                                             \
			done_ = (call);                                                                                        \
			if (done_ == OK)                                                                                       \
				done_ = db_commit((cx), (db));                                                                 \
			else                                                                                                   \
				db_rollback(db);                                                                               \
		}                                                                                                              \
		done_;                                                                                                         \
	})

static enum err show_inbox(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	json_t *document = json_object();
	reply_json(reply, document);
	return IN_SNAPSHOT(cx, db, inbox_document(cx, db, request_query(request), fragment_of(request, reply), document));
}

static struct open_request open_of(const struct request *request)
{
	struct open_request open = {
		.answer = param_id(request, "answer"),
		.hide = param_id(request, "hide"),
		.split = param_id(request, "split"),
		.saved = param_id(request, "saved"),
		.pane_contact = param_text(request, "pane").len > 0,
	};
	struct str place = param_text(request, "before"), at = str_cut(&place, '.');
	if (!str_to_i64(at, &open.before_at) || !str_to_i64(place, &open.before_id))
		open.before_at = open.before_id = 0;
	return open;
}

static enum err show_conversation(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	json_t *document = json_object();
	reply_json(reply, document);
	struct open_request open = open_of(request);
	return IN_SNAPSHOT(cx, db, open_document(cx, db, param_id(request, "id"), request_query(request), fragment_of(request, reply), &open, document));
}

enum err conversation_document(struct cx *cx, struct db *db, i64 conversation, struct str query, json_t **ret_document)
{
	json_t *document = json_object();
	*ret_document = document;
	return open_document(cx, db, conversation, query, NULL, &(struct open_request){}, document);
}

/* ---- parameters ---- */

static const char *const statuses[] = {"open", "pending", "snoozed", "resolved", NULL};
static const char *const kinds[] = {"comment", "mention", "direct", "review", "post", NULL};
static const char *const priorities[] = {"low", "medium", "high", "urgent", NULL};
static const char *const dues[] = {"late", "1h", "4h", "1d", NULL};
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
	{.name = "contact", .in = IN_QUERY, .type = P_ID, .about = "Only this contact's, in whatever state."},                  \
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 200, .about = "Words that were said in them, or the name of somebody."}, \
	{.name = "sort", .in = IN_QUERY, .type = P_WORD, .words = sorts, .about = "By the time left, the newest or the oldest first."}

static const struct param inbox_params[] = {
	LIST_PARAMS,
	{.name = "after", .in = IN_QUERY, .type = P_LINE, .max = 50, .about = "The place to go on from, as list.next says."},
	{},
};
static const struct param conversation_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The conversation; one that was merged leads to where it went."},
	LIST_PARAMS,
	{.name = "pane", .in = IN_QUERY, .type = P_WORD, .words = panes, .about = "What a phone shows: the contact instead of the thread."},
	{.name = "answer", .in = IN_QUERY, .type = P_ID, .about = "The message that the reply box answers."},
	{.name = "saved", .in = IN_QUERY, .type = P_ID, .about = "The saved reply that the reply box starts with."},
	{.name = "hide", .in = IN_QUERY, .type = P_ID, .about = "Ask for the reason to hide this message."},
	{.name = "split", .in = IN_QUERY, .type = P_ID, .about = "Ask whether to split from this message on."},
	{.name = "before", .in = IN_QUERY, .type = P_LINE, .max = 50, .about = "Messages before this place, as conversation.earlier says."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/inbox", .permission = MAY_READ_INBOX, .params = inbox_params, .template = "inbox/page", .handle = show_inbox,
	 .about = "A list of conversations, forty at a time, with what stands around it."},
	{.method = "GET", .path = "/conversations/{id}", .permission = MAY_READ_INBOX, .params = conversation_params, .template = "inbox/page",
	 .handle = show_conversation, .about = "A conversation with its thread, its contact, and the list beside it."},
	{},
};

const struct page page_inbox = {"inbox", routes};
