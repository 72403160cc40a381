/* once.h: what a write gives a person to see a single time (a key, links, recovery codes) or to bring back (the secret of a second factor
 * that is not confirmed yet): it travels in a cookie of theirs, sealed by the serving role to this person and this name, and dies after a
 * quarter of an hour. Nothing of it is kept here. */
#pragma once
#include "page/page.h"

void once_put(struct cx *cx, struct reply *reply, const char *name, struct str text);
/* False when there is none, or it is not theirs, or too old. */
bool once_look(struct cx *cx, const struct request *request, const char *name, struct str *ret_text);
void once_forget(struct reply *reply, const char *name);
/* Look and forget. */
bool once_take(struct cx *cx, const struct request *request, struct reply *reply, const char *name, struct str *ret_text);
