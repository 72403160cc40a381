/* listening_search.h: the networks that are asked for what a query listens for, a row for each channel by which that is done: how far it came, how
 * it went, when it is done again (flow/seek.h); and what was found so and is nobody's conversation yet. */
#pragma once
#include "sys/db.h"

struct listening_search {
	i64 workspace, query, channel;
	struct str cursors;   /* JSON object: by what was asked, as the connector gave it */
	struct str state;     /* ok, failing (it is tried again by itself), refused (a person may do something about it) */
	struct str story;
	i64 failures;         /* one after the other */
	i64 asked_at;         /* last, and answered; 0: never */
	i64 due_at;
	i64 lease_at;         /* since when a worker does it; 0: none does */
	i64 looked;           /* posts that came back, some of them more than once */
	i64 found, found_at;  /* of them, mentions that were new; when the last came */
	i64 created_by, created_at;
};

enum err listening_search_add(struct cx *cx, struct db *db, const struct listening_search *search); /* is there: stays as it is */
enum err listening_search_remove(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 channel);
enum err listening_search_get(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 channel, struct listening_search *ret_search); /* ERR_MISSING without a story */
enum err listening_searches_of_query(struct cx *cx, struct db *db, i64 workspace, i64 query, struct listening_search **ret_searches, size_t *ret_count);
/* Of queries in use; 200 at the most. */
enum err listening_searches_of_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct listening_search **ret_searches, size_t *ret_count);
enum err listening_searches_count(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 *ret_count); /* of those that are done */
/* What is asked changed: again soon, whoever does it just now. */
enum err listening_search_rewind(struct cx *cx, struct db *db, i64 workspace, i64 query);

/* Over all workspaces, of queries and channels in use: those whose time has come and that nobody does (a lease from before `since` is over), oldest first. */
enum err listening_searches_due(struct cx *cx, struct db *db, i64 now, i64 since, size_t limit, struct listening_search **ret_searches, size_t *ret_count);
enum err listening_searches_next_due(struct cx *cx, struct db *db, i64 since, i64 *ret_instant); /* 0: none */
/* Leases one as it was read, from cx->now on, which becomes its lease_at; *ret_ours is false when another worker was faster. */
enum err listening_search_lease(struct cx *cx, struct db *db, struct listening_search *search, bool *ret_ours);
/* Everything but who made it, and whether the lease goes on. *ret_ours is false when it was changed or taken over since search->lease_at; nothing is written then. */
enum err listening_search_save(struct cx *cx, struct db *db, const struct listening_search *search, bool goes_on, bool *ret_ours);
enum err listening_searches_leases_end(struct cx *cx, struct db *db); /* of workers that are no more: of all workspaces */

/* ---- found, and nothing more ---- */

enum err sought_add(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 message);
/* *ret_was: it had been found by a search alone. */
enum err sought_end(struct cx *cx, struct db *db, i64 workspace, i64 message, bool *ret_was);
