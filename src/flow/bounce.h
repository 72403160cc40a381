/* bounce.h: an answer of ours that was sent, and came back: a server says that it could not be delivered. It is marked as failed, whoever
 * wrote it is told, and the conversation waits for somebody again: the other side has read nothing. */
#pragma once
#include "store/message.h"

/* In the caller's transaction, on an answer that is out of the index of words already. *ret_changed is false when it was known, or is none of ours. */
enum err bounce_take(struct cx *cx, struct db *db, const struct message *message, struct str story, bool *ret_changed);
