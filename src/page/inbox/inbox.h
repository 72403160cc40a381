/* inbox.h: what the files of this page share: the address of a list as a query, the room (what a workspace has, read once a request),
 * and the shapes of the document that the templates of this folder describe. Everything lives in the request's arena; each shape
 * is a new reference. */
#pragma once
#include "page/event_text.h"
#include "page/pager.h"
#include "page/promise.h"
#include "page/tally.h"
#include "store/contact.h"
#include "store/label.h"
#include "store/member.h"
#include "store/message.h"
#include "store/saved_reply.h"
#include "store/team.h"
#include "store/channel.h"
#include "store/workspace.h"
#include "ui/document.h"

#define PAGE_ROWS 25

/* ---- the address of a list ---- */

enum inbox_part { PART_VIEW, PART_STATUS, PART_KIND, PART_CHANNEL, PART_LABEL, PART_ASSIGNEE, PART_TEAM, PART_PRIORITY, PART_DUE, PART_TONE, PART_INTENT,
		  PART_SIGN, PART_LANGUAGE, PART_CONTACT, PART_Q,
		  PART_SORT, PART_COUNT };
extern const char *const inbox_part_names[PART_COUNT];

struct inbox_query {
	struct str given[PART_COUNT];  /* as the address says; empty where it says nothing */
	struct view saved;             /* id 0: none */
	struct str title;
	struct str text;               /* what was given, as an address says it: inbox_query_text() without a change */
	struct str words;              /* searched; empty for a list */
	struct conversation_filter filter;
	bool mentioned;                /* only where a note names me */
	bool is_desk;                  /* one of the desk's own views, with nothing narrowing it */
	struct list_place from;
};

/* Read what an address carries. `text` is a query string; parts that do not fit are passed over (the routes refuse them). */
enum err inbox_query_read(struct cx *cx, struct db *db, struct str text, struct inbox_query *ret_query);
/* "view=open&sort=due", one part replaced (PART_COUNT: none; an empty value: without it). Arena. */
struct str inbox_query_text(struct cx *cx, const struct inbox_query *query, enum inbox_part part, struct str value);
struct str inbox_list_url(struct cx *cx, const struct inbox_query *query, enum inbox_part part, struct str value);
/* "/conversations/5?view=open", and more behind it: "pane=contact" or NULL. */
struct str inbox_conversation_url(struct cx *cx, const struct inbox_query *query, i64 conversation, const char *more);

/* ---- what the workspace has ---- */

struct room {
	i64 workspace, me;
	struct reader reader;
	struct inbox_query query;
	struct label *labels;
	struct member *members;
	struct team *teams;
	struct channel *channels;
	struct view *views;
	struct macro *macros;
	struct promises promises;
	struct message *waiting;   /* answers that have not left, the newest first */
	bool waiting_all;          /* these are all of them */
	i64 *mentions;             /* conversations where an unread note names me */
	struct common *common;     /* values that rows have in common (room.c) */
	struct request *draw_for;  /* its page is drawn: rows come as HTML, kept from page to page (drawn.c); NULL: as JSON */
	size_t label_count, member_count, team_count, channel_count, view_count, macro_count, waiting_count, mention_count;
};
enum err room_load(struct cx *cx, struct db *db, struct str query_text, struct room *ret_room);
const struct channel *room_channel(const struct room *room, i64 id);  /* NULL when unknown */
bool room_mentions(const struct room *room, i64 conversation);
const struct member *room_member(const struct room *room, i64 person);

/* ---- shapes ---- */

json_t *person_shape(const struct room *room, i64 person, struct str name); /* {"id", "name", "avatar", "is_me"}; null for 0 */
json_t *labels_shape(const struct room *room, struct str label_ids);
json_t *row_shape(struct cx *cx, const struct room *room, const struct conversation_row *row, i64 current);
/* The rows as row.mustache draws them, one after the other. */
enum err rows_drawn(struct cx *cx, const struct room *room, const struct conversation_row *rows, size_t count, i64 current, struct buf *ret_html);

enum err views_shape(struct cx *cx, struct db *db, const struct room *room, json_t **ret_views);
json_t *filter_shape(struct cx *cx, const struct room *room);
json_t *filter_number(struct cx *cx, const struct room *room); /* how many filters are set; null for none */
enum err filter_drawn(struct cx *cx, const struct room *room, struct buf *ret_html); /* as filter.mustache draws them */
json_t *choices_shape(struct cx *cx, const struct room *room);
enum err list_shape(struct cx *cx, struct db *db, struct room *room, i64 current, json_t **ret_list);
/* The rows of the list, a page at most, and the places (`before=…`, `after=…`) of the pages beside; "" where there is none. */
enum err list_rows(struct cx *cx, struct db *db, const struct room *room, size_t limit, struct conversation_row **ret_rows, size_t *ret_count,
		   struct str *ret_previous, struct str *ret_next);
/* Is it (still) in the list that the address names? */
bool list_has(const struct room *room, const struct conversation *conversation, i64 now);

/* What the address of a conversation asks for. */
struct open_request {
	i64 answer, hide, split, saved;
	i64 before_at, before_id; /* messages before this place */
	bool pane_contact;
	struct str visibility;    /* as typed, when the form is shown again; empty: as it fits */
};
/* What else the contact of a conversation began: the newest few, but this one, and the newest rating among them all. */
struct elsewhere {
	json_t *list; /* the caller's */
	int rating;   /* 0: none */
};
enum err elsewhere_of(struct cx *cx, struct db *db, const struct room *room, const struct conversation *conversation, struct elsewhere *ret_elsewhere);
enum err conversation_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, const struct elsewhere *elsewhere,
			    const struct open_request *open, json_t **ret_conversation);
enum err thread_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, const struct open_request *open,
		      const struct message *in_box, json_t *conversation);
/* What the channel takes, in words; null where it can be answered: why it cannot, and where instead (can.c). `name`: who it is said to. */
json_t *reply_can_shape(struct cx *cx, const struct channel *channel, unsigned can, const struct message *parent, struct str name, bool suspended);
json_t *reply_closed_shape(struct cx *cx, const struct channel *channel, const struct message *parent);
enum err reply_box_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation_row *row, const struct open_request *open,
			 struct message *ret_in_box, json_t **ret_reply);
/* How the house speaks, for an answer to this conversation in `lang`: {"way", "checks" [{"word", "title", "any", "none"}], "liked", "url"}; null
 * where nobody chose a tone. `house` signs where the workspace has no signature. */
json_t *guide_shape(struct cx *cx, const struct room *room, const struct conversation_row *row, const struct workspace_settings *settings, struct str lang,
		    struct str house);
enum err contact_shape(struct cx *cx, struct db *db, const struct room *room, const struct conversation *conversation, const struct elsewhere *elsewhere,
		       json_t **ret_contact);
enum err others_here_shape(struct cx *cx, struct db *db, const struct room *room, i64 conversation, json_t **ret_others);

/* ---- after a write ---- */

struct undo;
/* The document of a conversation, `whole` with the list beside it: for the API, and for a form shown again. */
enum err conversation_document(struct cx *cx, struct db *db, i64 conversation, struct str query_text, const struct open_request *open, bool whole,
			       json_t *document);
/* An act on a conversation is done: say so, with its undo (NULL: none), then to the next one where the act took it off the list that the
 * form came from. `before` is how it was; NULL: stay. The API gets the conversation as it is now, and undo_url. */
enum err go_on(struct cx *cx, struct request *request, struct reply *reply, i64 conversation, const struct conversation *before, struct undo *undo,
	       const char *flash);
/* Read it for an act that holds it against the version of the form. */
enum err hold(struct cx *cx, struct db *db, i64 conversation, i64 version, struct conversation *ret_conversation);
/* An instant, "2026-03-24T09:42" in the reader's zone, or "answer" (SNOOZED_UNTIL_ANSWER). */
bool until_of(struct cx *cx, struct str text, i64 *ret_until);
struct str undo_url(struct cx *cx, const struct undo *undo, struct str next); /* empty when there is nothing to take back */

enum err conversation_reply(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_aside(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_aside_close(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_note(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_assign(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_status(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_snooze(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_priority(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_labels(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_handoff(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_merge(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_split(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_macro(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_read(struct cx *cx, struct request *request, struct reply *reply);
enum err conversation_typing(struct cx *cx, struct request *request, struct reply *reply);
enum err conversations_bulk(struct cx *cx, struct request *request, struct reply *reply);
enum err message_withdraw(struct cx *cx, struct request *request, struct reply *reply);
enum err message_edit(struct cx *cx, struct request *request, struct reply *reply);
enum err message_approve(struct cx *cx, struct request *request, struct reply *reply);
enum err message_return(struct cx *cx, struct request *request, struct reply *reply);
enum err message_retry(struct cx *cx, struct request *request, struct reply *reply);
enum err message_settle(struct cx *cx, struct request *request, struct reply *reply);
enum err message_reschedule(struct cx *cx, struct request *request, struct reply *reply);
enum err message_hide(struct cx *cx, struct request *request, struct reply *reply);
enum err message_restore(struct cx *cx, struct request *request, struct reply *reply);
enum err message_like(struct cx *cx, struct request *request, struct reply *reply);
enum err message_unlike(struct cx *cx, struct request *request, struct reply *reply);
enum err message_flag(struct cx *cx, struct request *request, struct reply *reply);

/* answers.c: the shapes of what is answered. */
extern const struct shape inbox_shapes[];
