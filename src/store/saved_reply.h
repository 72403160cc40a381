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
enum err saved_reply_used(struct cx *cx, struct db *db, i64 workspace, i64 id);

struct macro {
	i64 id, workspace, person;
	struct str name;
	struct str actions; /* JSON list of {"act": …} that flow/macro understands */
	i64 archived_at;
};
enum err macro_save(struct cx *cx, struct db *db, const struct macro *macro);
enum err macro_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct macro *ret_macro);
enum err macro_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct macro **ret_macros, size_t *ret_count);
