/* undo.h: taking back. An act notes what was before; for some seconds one form puts it back exactly, unless somebody changed the same
 * conversation since. What one act did to several conversations is taken back on each that did not move on. A step is a JSON object
 * {"do": "restore", "conversation": …} made and read here alone. */
#pragma once
#include "store/conversation.h"

#include <jansson.h>

/* Notes of an act, before it happens and after it: put in order by undo_close(). */
struct undo {
	json_t *steps;
	i64 id; /* after undo_close(): to give to the page; 0 when there is nothing to take back */
};

void undo_open(struct cx *cx, struct undo *undo); /* steps live in the task's arena (released with it) */
void undo_note_conversation(struct undo *undo, const struct conversation *before, i64 version_after);
void undo_note_merge(struct undo *undo, const struct conversation *from_before, const struct conversation *into_before, i64 into_version_after);
void undo_note_split(struct undo *undo, const struct conversation *fresh, const struct conversation *before, i64 version_after);
void undo_note(struct undo *undo, const char *act, i64 subject); /* "withdraw" a message, "reopen" a moderation decision, "untell" its author, "unmerge_contact", "uncorrect", "hush" and "unhush" a trend, "alarm_unhush", "alarm_rehush" */
void undo_note_pair(struct undo *undo, const char *act, i64 subject, i64 other); /* contacts: "rejoin" one that was split off, "unrefuse" a pair. "subtitle": what is shown now, what was before; 0: none */
void undo_note_state(struct undo *undo, const char *act, i64 subject, json_t *state); /* takes the reference: what the act reads when it puts back */
enum err undo_close(struct cx *cx, struct db *db, i64 workspace, struct undo *undo);

/* How many steps were taken back, and how many were left because what they changed has moved on since. An act on one conversation
 * is taken back whole or not at all (ERR_CONFLICT); so is one of which nothing could be taken back. */
struct undone {
	i64 back, left;
};
enum err undo_run(struct cx *cx, struct db *db, i64 workspace, i64 id, struct undone *ret_undone);
