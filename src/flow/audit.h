/* audit.h: who did what: a chain of entries for each workspace (0: the installation), each holding the hash of the one before, so
 * that nothing can be changed or taken out unseen. Every write of flow records itself here, in its own transaction. */
#pragma once
#include "store/audit.h"
#include "sys/db.h"

/* Is the entry what its own hash says? (Whether it follows the one before is the walk's business.) */
bool audit_entry_sound(const struct audit_entry *entry);

/* `act` "conversation.assign", `subject` "conversation:123", `detail` a JSON object (before and after); never a secret, never a
 * member's words. The actor is cx->actor. */
enum err audit(struct cx *cx, struct db *db, i64 workspace, const char *act, struct str subject, struct str detail);

/* Walk the chain. ERR_SYSTEM with the first entry that does not fit; else *ret_count entries are sound. */
enum err audit_verify(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count);

/* Where each chain ends, a line each: "WORKSPACE SEQUENCE HASH". Kept outside the database it shows what a walk cannot: that the newest
 * entries were taken out. */
enum err audit_ends(struct cx *cx, struct db *db, struct str *ret_lines);
/* ERR_SYSTEM with the first chain that no longer holds the entry that such a line names; a workspace that is gone counts as one. */
enum err audit_holds_ends(struct cx *cx, struct db *db, struct str lines);

/* What the last walk found, kept for those who look at the log. */
struct audit_check {
	i64 at;       /* 0: never walked */
	i64 sequence; /* sound up to this entry */
	i64 broken;   /* the first entry that does not fit; 0: none */
};
enum err audit_checked(struct cx *cx, struct db *db, i64 workspace, struct audit_check *ret_check);
/* Walk and keep what was found: all of the chain, or (`whole` false) what came after the last walk. A broken chain is a finding, no error. */
enum err audit_check(struct cx *cx, struct db *db, i64 workspace, bool whole, struct audit_check *ret_check);
/* The working role: go on with every chain, the installation's too, whose last walk is older than `age`. */
enum err audit_sweep(struct cx *cx, struct db *db, i64 age);
