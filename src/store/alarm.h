/* alarm.h: alarms as rows: an event in the mentions of a listening query that is not usual, with its evidence, until it is over. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct alarm {
	i64 id, workspace, query;
	struct str measure;  /* "volume", "negative": what was unusual first */
	i64 at, since, score; /* score in whole percent */
	struct str evidence; /* a JSON object: insight/watch.h */
	i64 ended_at;        /* 0: it goes on */
	struct str query_name; /* read only */
};

enum err alarm_insert(struct cx *cx, struct db *db, const struct alarm *alarm);
enum err alarm_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct alarm *ret_alarm); /* ERR_MISSING */
/* The one of a query that goes on; id 0 when there is none. */
enum err alarm_open(struct cx *cx, struct db *db, i64 workspace, i64 query, struct alarm *ret_alarm);
enum err alarms_open(struct cx *cx, struct db *db, i64 workspace, struct alarm **ret_alarms, size_t *ret_count); /* a hundred at most */
/* It went higher: what was known at its height. */
enum err alarm_grow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 score, struct str evidence);
enum err alarm_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);
/* Newest first, by id; of one query, or of all (0). */
enum err alarm_list(struct cx *cx, struct db *db, i64 workspace, i64 query, struct list_place from, size_t limit, struct alarm **ret_alarms, size_t *ret_count);
