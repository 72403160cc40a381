/* moderation.h: what the files of this page share: the review queue's document, the decisions' and what they show of a decision.
 * Shapes are new references, everything lives in the request's arena. */
#pragma once
#include "page/rules.h"

/* The queue with one case open: `message` 0 opens the first. ERR_MISSING with a story when that message waits for nothing. */
struct queue_request {
	i64 message, after;   /* after: the list goes on behind this message */
	struct str network;   /* empty: any */
	struct request *request;
};
enum err queue_document(struct cx *cx, struct db *db, const struct queue_request *queue, json_t *document);
/* The message that comes after `message` in the queue; 0 at the end. */
enum err queue_next(struct cx *cx, struct db *db, i64 message, i64 *ret_next);

enum err show_decisions(struct cx *cx, struct request *request, struct reply *reply);
enum err show_decision(struct cx *cx, struct request *request, struct reply *reply);
enum err show_evidence(struct cx *cx, struct request *request, struct reply *reply);
enum err restore_by_decision(struct cx *cx, struct request *request, struct reply *reply);

json_t *queue_count(struct cx *cx, i64 count); /* counts.queue */
struct str subject_text(struct cx *cx, struct str subject, struct str author_name);
/* One line of a text, at most a few words. */
struct str preview_text(struct cx *cx, struct str body);
