/* handoff.h: a case that another team settles, by mail: what was said goes to them from one of our mailboxes, with a word of ours before it;
 * their answers come back into a conversation of its own, which the same colleague keeps. Both conversations say where the other is.
 *
 * What must stay true: private notes and hidden messages stay here; it leaves by the outbox, once, after the seconds of undo, and waits for
 * approval where answers do; the person who wrote to us sees nothing of it. */
#pragma once
#include "base/cx.h"
#include "sys/db.h"

struct handoff_request {
	i64 conversation;
	i64 channel;           /* the mailbox it leaves by; 0: the workspace's first */
	struct str to;         /* their address */
	struct str word;       /* what we ask of them */
	struct str public_url; /* of this desk */
};

/* *ret_conversation: theirs. ERR_BAD_INPUT on "to", "word" or "channel_id". */
enum err handoff_by_mail(struct cx *cx, struct db *db, i64 workspace, const struct handoff_request *request, i64 *ret_conversation);
/* Is there a mailbox that it could leave by? */
enum err handoff_possible(struct cx *cx, struct db *db, i64 workspace, bool *ret_possible);
