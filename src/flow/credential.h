/* credential.h: a channel's account as its connector is given it for a call: settings, what was found out of it, and the secret, opened. A
 * secret that a call hands back renewed is sealed and kept at once, in a transaction of its own, unless a person set another one
 * meanwhile. One that its kind renews by itself is renewed first when that is due (flow/renew.h). Texts are in the arena of the task. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"

struct credential {
	struct channel_account account; /* for the connector */
	struct str sealed;              /* as it is kept now */
	struct db *db;
	struct outbox *outbox;
	i64 workspace;
};

/* The credential stays where it is while its account is used; the channel is read anew where it was renewed. No gate may be set. ERR_SYSTEM when the
 * secret cannot be opened. */
enum err credential_open(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, struct credential *ret_credential);
/* A call was denied. *ret_again: there is a newer credential by now, the account has it, and the call may be made once more. Requests of a
 * renewal pass the gate that is set. */
enum err credential_denied(struct cx *cx, struct credential *credential, struct channel *channel, bool *ret_again);
