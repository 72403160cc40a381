/* outbox_parts.h: what the files of flow/outbox*.c share: an act on its way, in the steps that it takes. */
#pragma once
#include "channel/channel.h"
#include "flow/gate.h"
#include "flow/outbox.h"
#include "store/conversation.h"
#include "store/link_card.h"
#include "store/message.h"
#include "store/post.h"

#define NEVER_BY_ITSELF INT64_MAX  /* due_at of an unknown that only a person can settle */

struct act {
	struct publication publication;
	struct message message;    /* the answer, or the message to hide */
	struct conversation home;  /* its thread on the network */
	struct str to;             /* of an answer that begins it: who it is for, as they are called there */
	struct post post;          /* of one: what it is written in, and what is said before it */
	enum post_form form;
	struct profile_change profile; /* of an act "profile" */
	bool has_card;             /* of its link, where the network wants it from us */
	struct link_card card;
	struct channel channel;
	const struct channel_kind *kind;
	bool is_late;              /* it does not leave now: its minute went by, what goes with it is not ready, or a person has it in hand */
	struct sent sent;          /* what came of the call */
	i64 answered_at;
	size_t bytes;              /* of the files that went along */
	bool held;                 /* the gate held all of it back */
};

/* It says something: it has words, and a message whose state moves with it. */
bool act_speaks(const struct publication *publication);
/* It puts our profile right: no message goes with it. */
bool act_is_profile(const struct publication *publication);
/* In the transaction that leased it, or after: it has its message, its attempt is written down. What leaves is what stands there in this moment: an edit
 * is before it, or too late. */
enum err act_announce(struct cx *cx, struct db *db, const struct outbox *outbox, const struct publication *publication, struct act *act);
/* The call, outside of any transaction: act->sent, answered_at, held. The keeper was started for its channel. */
void act_call(struct cx *cx, struct db *db, struct outbox *outbox, struct gate_keeper *keeper, struct act *act);
/* In a transaction: it is not called after all, and is as it was before it was announced. */
enum err act_give_back(struct cx *cx, struct db *db, const struct outbox *outbox, const struct act *act);
/* In a transaction, after the call: what came of it. */
enum err act_conclude(struct cx *cx, struct db *db, struct outbox *outbox, struct act *act);
/* In the caller's transaction: a person published it by hand, and says at which address; empty: there is none. */
enum err act_confirmed(struct cx *cx, struct db *db, const struct publication *publication, struct str address);
/* 15 s, 30 s, 1 min … at most an hour, and up to a fifth more by chance, so that what failed together does not come back together; the
 * network's own wish wins when it is later. */
i64 act_next_try(i64 now, i64 attempts, i64 wished);
