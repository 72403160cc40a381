/* react.h: a like on a message of theirs, and its taking back. It is an act of the outbox like an answer: the intention is kept first, it leaves
 * by itself, once. What we like is what the newest act says that was neither refused nor withdrawn; there is no other place for it. */
#pragma once
#include "flow/undo.h"

struct channel_kind;
struct message;

/* May this message be liked at all: on a network that knows it, and neither hidden nor gone. */
bool react_can(const struct channel_kind *kind, const struct message *message);
enum err react_is_liked(struct cx *cx, struct db *db, i64 workspace, i64 message, bool *ret_liked);
/* As it is already: nothing happens. ERR_UNSUPPORTED where the network cannot; ERR_CONFLICT while the act before is on its way. `undo` may be NULL. */
enum err react_set(struct cx *cx, struct db *db, i64 workspace, i64 message, bool liked, struct undo *undo);
