/* audit.h: the audit log's rows. Only flow/audit writes them; nobody changes them. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct audit_entry {
	i64 workspace, sequence, at;
	struct str actor, actor_name, address, act, subject, detail;
	struct str previous, hash; /* 32 bytes each */
};

enum err audit_last(struct cx *cx, struct db *db, i64 workspace, i64 *ret_sequence, struct str *ret_hash); /* 0 and empty for none */
enum err audit_insert(struct cx *cx, struct db *db, const struct audit_entry *entry);
/* In order from `after` on, `limit` at most. */
enum err audit_walk(struct cx *cx, struct db *db, i64 workspace, i64 after, size_t limit, struct audit_entry **ret_entries, size_t *ret_count);
struct audit_filter {
	struct str actor;   /* "user:1" */
	struct str subject; /* "conversation:1" */
	struct str act;     /* the act's beginning: "conversation." */
	struct str words;   /* in act, subject or detail */
	i64 since, until;   /* 0: open */
};
/* Newest first, places are sequences; empty members are any. */
enum err audit_list(struct cx *cx, struct db *db, i64 workspace, const struct audit_filter *filter, struct list_place from, size_t limit,
		    struct audit_entry **ret_entries, size_t *ret_count);
enum err audit_get(struct cx *cx, struct db *db, i64 workspace, i64 sequence, struct audit_entry *ret_entry);
