/* inbox.h: what colleagues do with conversations. Each verb is one transaction of its own, or part of the caller's: it checks that the
 * actor may, changes the conversation, leaves an event, an audit entry and a change for open pages, and notes how to take it
 * back. `version` is the one the person saw (0: whatever it is now); ERR_CONFLICT when it moved on. */
#pragma once
#include "flow/reply_files.h"
#include "flow/undo.h"
#include "model/message.h"

enum err inbox_assign(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 version, i64 person, i64 team, struct undo *undo);
/* open, pending, resolved */
enum err inbox_set_status(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 version, enum status status, struct undo *undo);
/* `until` an instant, or SNOOZED_UNTIL_ANSWER */
enum err inbox_snooze(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 version, i64 until, struct undo *undo);
enum err inbox_set_priority(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 version, enum priority priority, struct undo *undo);
enum err inbox_label(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 label, bool on, struct undo *undo);

/* A private note; colleagues called by @name are told. */
enum err inbox_note(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str body, const struct reply_files *files, i64 *ret_message);

/* Messages of `from` move to `into`; `from` points there for good, its thread on the network goes on in `into`. */
enum err inbox_merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, struct undo *undo);
enum err inbox_unmerge(struct cx *cx, struct db *db, i64 workspace, i64 from); /* messages go back to the thread they came by */
/* `message` and what came after it in the thread (or it alone) go to a new conversation. */
enum err inbox_split(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 message, bool with_following, i64 *ret_conversation,
		     struct undo *undo); /* undone: joined again */

/* A colleague has it open, or types. Tells the others when that is news; what told the colleague of it is read now. */
enum err inbox_presence(struct cx *cx, struct db *db, i64 workspace, i64 conversation, bool typing);

/* The working role: snoozes that ended. Its own transactions. */
enum err inbox_wake_sweep(struct cx *cx, struct db *db, i64 *ret_count);
