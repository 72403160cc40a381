/* post_line.h: lines of tables that became posts, by what they said: the same line brought again is the same post (flow/post_table.h). */
#pragma once
#include "sys/db.h"

/* `hash` is that of the line's words. ERR_MISSING without a story: it was never brought. */
enum err post_line_get(struct cx *cx, struct db *db, i64 workspace, struct str hash, i64 *ret_post);
enum err post_line_insert(struct cx *cx, struct db *db, i64 workspace, struct str hash, i64 post);
