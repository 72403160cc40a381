/* series.h: posts that come again, as rows: what they say, by which rule or queue, and the posts that were made of it, one an occurrence. An occurrence is
 * made once: its row is its key. Only flow/series writes them. */
#pragma once
#include "sys/db.h"

struct series {
	i64 id, workspace;
	i64 post;             /* whose words these are, and from which the approval comes */
	struct str document;  /* JSON: what each of them says (flow/post.c, as versions keep it) */
	struct str rule;      /* RRULE (model/recurrence.h); empty: by the hours of its queue */
	struct str wall_time, zone; /* of the first one */
	i64 queue, rest;      /* 0; of a queue: microseconds from one to the next, at least */
	i64 approved_at;      /* these words were approved then; 0: not yet */
	i64 made_until;       /* the last instant that an occurrence was made for */
	i64 due_at;           /* when to look again */
	struct str story;     /* why the next one could not be made; empty */
	i64 created_by, created_at, ended_at;
};

struct series_post {
	i64 series, at, post; /* at: as the rule has it; post 0: its hour had gone by when it was to be made */
};

enum err series_insert(struct cx *cx, struct db *db, const struct series *series);
enum err series_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct series *ret_series); /* ERR_MISSING */
enum err series_save(struct cx *cx, struct db *db, const struct series *series); /* post, document, approved_at, made_until, due_at, story, ended_at */
enum err series_list(struct cx *cx, struct db *db, i64 workspace, struct series **ret_list, size_t *ret_count); /* 200 at the most; those that go on first, the newest first */
enum err series_due(struct cx *cx, struct db *db, size_t limit, struct series **ret_list, size_t *ret_count); /* over all workspaces: at cx->now */
enum err series_next_due(struct cx *cx, struct db *db, i64 *ret_at); /* over all workspaces; 0: none goes on */

enum err series_post_insert(struct cx *cx, struct db *db, i64 workspace, const struct series_post *post); /* ERR_CONFLICT without a story: it is there */
enum err series_of_post(struct cx *cx, struct db *db, i64 workspace, i64 post, struct series_post *ret_post); /* ERR_MISSING without a story */
enum err series_posts(struct cx *cx, struct db *db, i64 workspace, i64 series, i64 after, size_t limit, struct series_post **ret_posts, size_t *ret_count); /* by their instants */
enum err series_counts(struct cx *cx, struct db *db, i64 workspace, i64 series, i64 *ret_made, i64 *ret_missed);
/* When this text is, or was, said last on a network; 0: never. */
enum err series_said_last(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str text, i64 *ret_at);
