/* undo.h: taking back. An act notes what was before; for some seconds one form puts it back, unless somebody changed the same
 * conversation since. A step is a JSON object {"do": "restore", "conversation": …} made and read here alone. */
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
void undo_note(struct undo *undo, const char *act, i64 subject); /* "withdraw" a message, "unmerge" a conversation, "restore" a hidden message */
enum err undo_close(struct cx *cx, struct db *db, i64 workspace, struct undo *undo);
enum err undo_run(struct cx *cx, struct db *db, i64 workspace, i64 id);
