/* macro.h: several acts on a conversation in one go: all of them happen, or none, and one undo takes them back. The acts are a JSON
 * list kept in the macro's row and understood here alone:
 *   {"act": "assign", "assignee": "me" or "ID" or "", "team": "ID"}    {"act": "status", "status": "resolved"}
 *   {"act": "label", "label": "ID"}   {"act": "unlabel", "label": "ID"}   {"act": "priority", "priority": "high"}
 *   {"act": "snooze", "hours": 24} or {"act": "snooze", "until": "answer"}
 *   {"act": "reply", "saved_reply": "ID", "visibility": "public", "approval": true}   {"act": "note", "body": "…"}
 * Acts that need more than the actor may do are refused, and with them the whole macro. */
#pragma once
#include "flow/undo.h"

#define MACRO_ACTS_MAX 20

/* Is it a list that can be run? ERR_BAD_INPUT on the field "actions". Looks up what is named. */
enum err macro_check(struct cx *cx, struct db *db, i64 workspace, struct str actions);
enum err macro_run(struct cx *cx, struct db *db, i64 workspace, i64 macro, i64 conversation, i64 version, struct undo *undo);
