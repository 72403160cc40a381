/* moderation.h: what the files of this page share: the review queue's document, the decisions' and what they show of a decision.
 * Shapes are new references, everything lives in the request's arena. */
#pragma once
#include "page/pager.h"
#include "page/rules.h"
#include "store/appeal.h"
#include "store/message.h"

/* The queue with one case open: `message` 0 opens the first. ERR_MISSING with a story when that message waits for nothing. */
struct queue_request {
	i64 message;
	struct list_place from; /* of the list behind the case; its id is a message */
	struct str network;   /* empty: any */
	bool overdue;         /* only what is late */
	struct request *request;
};
enum err queue_document(struct cx *cx, struct db *db, const struct queue_request *queue, json_t *document);
/* The message that comes after `message` in the queue; 0 at the end. */
enum err queue_next(struct cx *cx, struct db *db, i64 message, i64 *ret_next);

enum err show_decisions(struct cx *cx, struct request *request, struct reply *reply);
enum err show_decision(struct cx *cx, struct request *request, struct reply *reply);
enum err show_evidence(struct cx *cx, struct request *request, struct reply *reply);
enum err restore_by_decision(struct cx *cx, struct request *request, struct reply *reply);

enum err show_appeals(struct cx *cx, struct request *request, struct reply *reply);
enum err show_appeal(struct cx *cx, struct request *request, struct reply *reply);
enum err decide_appeal(struct cx *cx, struct request *request, struct reply *reply);
enum err record_appeal(struct cx *cx, struct request *request, struct reply *reply);
enum err show_contest(struct cx *cx, struct request *request, struct reply *reply);
enum err contest(struct cx *cx, struct request *request, struct reply *reply);
enum err decide_many(struct cx *cx, struct request *request, struct reply *reply);

/* "counts": {"queue", "appeals"}, each null or {"count", "text"}. */
enum err counts_shape(struct cx *cx, struct db *db, json_t *document);
/* "decision", "message", "conversation", "evidence", "history" of one decision. */
enum err decision_document(struct cx *cx, struct db *db, const struct decision *decision, struct message *ret_message, json_t *document);
/* "history" and "has_history": what was reported, decided and contested about a message, in order; the decision `shown` is marked. */
enum err history_shape(struct cx *cx, struct db *db, i64 message, i64 shown, json_t *document);
struct act {
	const char *word, *title, *tone, *icon;
};
const struct act *act_of(struct str word); /* of a decision; title is a msgid */
/* {"id", "url", "at", "due", "clock", "text", "road", "recorded_by", "outcome": {"word", "title"}, "tone", "icon", "is_open", "reason",
 * "decided_by", "decided", "is_alone"} */
json_t *appeal_shape(struct cx *cx, const struct appeal *appeal);

json_t *queue_count(struct cx *cx, i64 count); /* counts.queue */
struct str subject_text(struct cx *cx, struct str subject, struct str author_name);
/* One line of a text, at most a few words. */
struct str preview_text(struct cx *cx, struct str body);

/* answers.c: the shapes of what is answered. */
extern const struct shape moderation_shapes[];
