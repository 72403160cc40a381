/* desk_tools.h: the tools people make for themselves or for the team: saved replies, macros, labels, views. Each verb is one transaction:
 * the permission is checked (shared ones need it, one's own need nothing), an audit entry and a change for open pages are left.
 * Nothing is deleted: what is put away stays in its row. Input errors name the field of the form. */
#pragma once
#include "store/label.h"
#include "store/saved_reply.h"

#include <jansson.h>

/* id 0: a new one, then its id. person 0: shared. */
enum err tools_saved_reply(struct cx *cx, struct db *db, struct saved_reply *reply);
enum err tools_saved_reply_archive(struct cx *cx, struct db *db, i64 workspace, i64 id);

/* Name and whose; the acts of a new one are none. */
enum err tools_macro(struct cx *cx, struct db *db, struct macro *macro);
enum err tools_macro_add(struct cx *cx, struct db *db, i64 workspace, i64 id, json_t *act); /* takes the reference; as flow/macro.h says */
enum err tools_macro_move(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 number, i64 by); /* number from 1; by 0: take it out */
enum err tools_macro_archive(struct cx *cx, struct db *db, i64 workspace, i64 id);

enum err tools_label(struct cx *cx, struct db *db, struct label *label);
enum err tools_label_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive);

enum err tools_view(struct cx *cx, struct db *db, struct view *view);
enum err tools_view_move(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 by); /* up: -1, down: 1 */
enum err tools_view_archive(struct cx *cx, struct db *db, i64 workspace, i64 id);
