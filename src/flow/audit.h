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
