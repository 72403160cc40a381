/* handoff.h: a case that another team settles: what was said goes to them with a word of ours before it, by mail from one of our mailboxes, or to
 * their program at the address of a channel that takes cases (TAKES_CASES), signed; their answers come back, by the same way, into a conversation of
 * its own, which the same colleague keeps. Both conversations say where the other is.
 *
 * What must stay true: private notes and hidden messages stay here; it leaves by the outbox, once, after the seconds of undo, and waits for
 * approval where answers do; the person who wrote to us sees nothing of it. */
#pragma once
#include "base/cx.h"
#include "store/channel.h"

struct handoff_request {
	i64 conversation;
	i64 channel;           /* the mailbox it leaves by, or the program's channel; 0: the workspace's first mailbox */
	struct str to;         /* their address; of a program none is needed */
	struct str word;       /* what we ask of them */
	struct str public_url; /* of this desk */
};

/* *ret_conversation: theirs; *ret_by_mail: it goes by mail. ERR_BAD_INPUT on "to", "word" or "channel_id". */
enum err handoff(struct cx *cx, struct db *db, i64 workspace, const struct handoff_request *request, i64 *ret_conversation, bool *ret_by_mail);
/* The ways there are among the channels of a workspace: is there a mailbox, and the channels of programs that take cases. */
struct handoff_ways {
	bool mail;
	struct channel *machines;
	size_t machine_count;
};
struct handoff_ways handoff_ways(struct cx *cx, const struct channel *channels, size_t count);
