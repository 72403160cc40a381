/* visitor.h: who wrote on a public form and left an email, so that the answers come there too: a row for the thread that began there. The
 * code that opens the thread for them is kept sealed to the working role, which writes the letters. */
#pragma once
#include "sys/db.h"

struct visitor {
	i64 conversation, workspace; /* the thread's own conversation, whatever it was merged into */
	struct str email, lang;
	struct str pass;             /* sealed; empty: it came from another installation, whose addresses open nothing here */
	i64 at, off_at;              /* off_at: they want no letters any more; 0 = they do */
};

enum err visitor_insert(struct cx *cx, struct db *db, const struct visitor *visitor);
enum err visitor_get(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct visitor *ret_visitor); /* ERR_MISSING without a story */
enum err visitor_set_off(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 off_at);
