/* check.h: questions that a sound database answers with nothing: circles of merges, counters that differ from what they count, acts
 * that stand still, channels that do not work. Only reads. */
#pragma once
#include "sys/db.h"

/* Rows that are merged into each other in a circle: nobody could open them. */
enum err check_merge_circles(struct cx *cx, struct db *db, i64 workspace, i64 *ret_conversations, i64 *ret_contacts);
/* Of the newest `sample` conversations: how many say another number of messages than they hold, and one of them. */
enum err check_counters(struct cx *cx, struct db *db, i64 workspace, i64 sample, i64 *ret_wrong, i64 *ret_one);
/* Messages that are in no full-text index, of the newest `sample`; PostgreSQL only (0 elsewhere: SQLite's index checks itself). */
enum err check_index(struct cx *cx, struct db *db, i64 workspace, i64 sample, i64 *ret_missing);

struct check_acts {
	i64 leased;  /* by somebody who is gone since `leased_before` */
	i64 overdue; /* due since then, and nobody took them */
	i64 unknown; /* wait for a person to say whether they arrived */
	i64 held;    /* wait for a channel */
};
enum err check_publications(struct cx *cx, struct db *db, i64 workspace, i64 before, struct check_acts *ret_acts);

/* Instants later than a day from now: the clock was wrong once. */
enum err check_future(struct cx *cx, struct db *db, i64 workspace, i64 *ret_messages);
/* Imports whose reader is gone. */
enum err check_imports(struct cx *cx, struct db *db, i64 workspace, i64 *ret_stuck);
/* Names of kept files (blob_hash) after one, in order; for whoever looks whether they are there. */
enum err check_blobs(struct cx *cx, struct db *db, i64 workspace, struct str after, size_t limit, struct str **ret_names, size_t *ret_count);
