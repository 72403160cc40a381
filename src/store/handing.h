/* handing.h: what a person publishes by hand, as rows beside their publications (PUBLICATION_HANDED): since when it is in their hands, who is on it just now,
 * when they are told again, who said what became of it. One person is on it at a time; nothing here deletes. */
#pragma once
#include "store/list.h"
#include "store/publication.h"

struct handing {
	i64 publication, workspace;
	i64 handed_at;        /* the last time */
	i64 taken_by;         /* who is on it until taken_until, or said what became of it; 0 nobody */
	i64 taken_until;      /* 0: nobody is on it */
	i64 remind_at;        /* 0: no more */
	i64 reminded;
	i64 closed_at;        /* 0: it is still to be done */
	struct str taken_by_name; /* read along; empty */
};

/* It is in their hands from now on, and nobody is on it. */
enum err handing_begin(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 remind_at);
enum err handing_get(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct handing *ret_handing); /* ERR_MISSING */
/* What is to be done, what was handed over first before the others. */
enum err handings_open(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct handing **ret_list, size_t *ret_count); /* by handed_at */
/* What somebody said of since then, the newest first. */
enum err handings_closed(struct cx *cx, struct db *db, i64 workspace, i64 since, struct list_place from, size_t limit, struct handing **ret_list, size_t *ret_count); /* by closed_at */
/* `person` is on it until then, unless another one is now. *ret_taken: it is theirs. */
enum err handing_take(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 person, i64 until, bool *ret_taken);
enum err handing_free(struct cx *cx, struct db *db, i64 workspace, i64 publication); /* nobody is on it */
/* Taken back by those who planned it: *ret_closed, unless somebody is on it. */
enum err handing_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 publication, bool *ret_closed);
enum err handing_close(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 person);
enum err handing_reopen(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 person, i64 taken_until, i64 remind_at);
/* Of all workspaces: those to tell of again, whom nobody is on. */
enum err handings_to_remind(struct cx *cx, struct db *db, size_t limit, struct handing **ret_list, size_t *ret_count);
enum err handing_reminded(struct cx *cx, struct db *db, i64 workspace, i64 publication, i64 remind_at, bool counts);
