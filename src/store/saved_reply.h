/* saved_reply.h: prepared answers and macros, shared or one's own. */
#pragma once
#include "sys/db.h"

struct saved_reply {
	i64 id, workspace, person; /* person 0: shared */
	struct str shortcut, title, body, lang;
	i64 used_count, used_at, updated_at, archived_at;
};
enum err saved_reply_save(struct cx *cx, struct db *db, const struct saved_reply *reply); /* inserts or updates by id */
enum err saved_reply_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct saved_reply *ret_reply);
/* Shared and one's own, by shortcut after `after` (empty: from the start). */
enum err saved_reply_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str after, size_t limit, struct saved_reply **ret_replies,
			  size_t *ret_count);
/* Those that somebody may use: shared and their own, what is used most first. */
enum reply_scope { REPLIES_ALL, REPLIES_SHARED, REPLIES_OWN };
struct saved_reply_filter {
	i64 person;
	enum reply_scope scope;
	struct str words; /* in shortcut, title or text, in this order; empty: any */
};
/* How many stand before it there; -1: it is none of them. */
enum err saved_reply_rank(struct cx *cx, struct db *db, i64 workspace, const struct saved_reply_filter *filter, i64 id, i64 *ret_rank);
enum err saved_reply_page(struct cx *cx, struct db *db, i64 workspace, const struct saved_reply_filter *filter, i64 skip, size_t limit,
			  struct saved_reply **ret_replies, size_t *ret_count);
enum err saved_reply_count(struct cx *cx, struct db *db, i64 workspace, const struct saved_reply_filter *filter, i64 *ret_count);
/* Another one of those with this shortcut, in any case; ERR_MISSING without a story. */
enum err saved_reply_by_shortcut(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str shortcut, i64 but, struct saved_reply *ret_reply);
enum err saved_reply_used(struct cx *cx, struct db *db, i64 workspace, i64 id);

struct macro {
	i64 id, workspace, person;
	struct str name;
	struct str actions; /* JSON list of {"act": …} that flow/macro understands */
	i64 archived_at;
};
enum err macro_save(struct cx *cx, struct db *db, const struct macro *macro);
enum err macro_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct macro *ret_macro);
enum err macro_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct macro **ret_macros, size_t *ret_count); /* the first 200 by name */
enum err macro_rank(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 id, i64 *ret_rank); /* -1: it is none of them */
enum err macro_page(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 skip, size_t limit, struct macro **ret_macros, size_t *ret_count);
