/* alarm.h: alarms as rows: an event in the mentions of a listening query, or in all that is said in a workspace (query 0), that is not usual,
 * with its evidence, until it is over; and what alarms are hushed: kept, and nobody is told. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct alarm {
	i64 id, workspace, query;
	struct str measure;  /* "volume", "negative", "harmful": what was unusual first */
	i64 at, since, score; /* score in whole percent */
	struct str evidence; /* a JSON object: insight/watch.h */
	i64 hush;            /* nobody was told, because of this; 0: they were */
	i64 ended_at;        /* 0: it goes on */
	struct str query_name; /* read only; empty of all that is said */
};

enum err alarm_insert(struct cx *cx, struct db *db, const struct alarm *alarm);
enum err alarm_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct alarm *ret_alarm); /* ERR_MISSING */
/* The one of a query that goes on; id 0 when there is none. */
enum err alarm_open(struct cx *cx, struct db *db, i64 workspace, i64 query, struct alarm *ret_alarm);
enum err alarms_open(struct cx *cx, struct db *db, i64 workspace, struct alarm **ret_alarms, size_t *ret_count); /* a hundred at most */
/* It went higher: what was known at its height. */
enum err alarm_grow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 score, struct str evidence);
enum err alarm_end(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);
#define ALARMS_OF_ALL (-1) /* as the query of alarm_list: of every one */
/* Newest first, by id; of one query, of all that is said (0), or of every one. */
enum err alarm_list(struct cx *cx, struct db *db, i64 workspace, i64 query, struct list_place from, size_t limit, struct alarm **ret_alarms, size_t *ret_count);

/* ---- hushed ---- */

struct hush {
	i64 id, workspace, query; /* 0: of all that is said */
	struct str reason;
	i64 person, at;
	i64 until;                /* 0: for ever */
	i64 undone_at;
	struct str person_name, query_name; /* read only */
};
enum err hush_insert(struct cx *cx, struct db *db, const struct hush *hush);
enum err hush_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct hush *ret_hush); /* ERR_MISSING */
/* The one in force at an instant; id 0: none. */
enum err hush_now(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 at, struct hush *ret_hush);
enum err hush_list(struct cx *cx, struct db *db, i64 workspace, i64 at, struct hush **ret_list, size_t *ret_count); /* in force; a hundred at most */
enum err hush_undo(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at); /* 0: in force again */
