/* login.h: connecting a channel by signing in at its network (OAuth 2). The listening role sends the person there and takes what they come
 * back with; it holds no secret of the network: the code is sealed at once, a row stands for it, and the working role, which alone reaches
 * the network, makes Parvis known there where that is needed, redeems the code and seals what it brought.
 *
 * What must stay true: `state` is a code that only this installation can make, for one try and one session; a try is used once; a code is
 * short-lived and gone from the database before the network is asked for what it stands for. */
#pragma once
#include "channel/channel.h"
#include "flow/outbox.h"
#include "flow/outside.h"
#include "store/login.h"

#define LOGIN_PATH "/channels/login" /* where networks send people back to: public_url and this, exactly */
#define LOGIN_PATIENCE (15 * MINUTE) /* for a person, over there */

/* Begin: the row, "ready" when the network knows us, "register" when the working role has to see to that first. Who acts signs in; ERR_CONFLICT
 * when only the operator can make Parvis known there. */
enum err login_start(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, i64 channel, struct login *ret_login);
/* Where the person goes; of a try that is ready. */
struct str login_address(struct cx *cx, const struct outside *outside, const struct channel_kind *kind, const struct login *login);

/* The host where they sign in, for people; arena. */
struct str login_place(struct cx *cx, const struct channel_kind *kind, const struct channel *channel);

/* What they came back with. */
struct login_answer {
	struct str state, code, iss, error, description;
};
/* Whose try is it? Reads only; the story of a refusal is for the person. ERR_DENIED: not theirs, or none of ours; ERR_CONFLICT: used, or too old;
 * ERR_REMOTE: the network refused. */
enum err login_check(struct cx *cx, struct db *db, const struct outside *outside, i64 workspace, const struct login_answer *answer, struct login *ret_login);
/* Take it: the code is kept for the working role, once; a refusal ends the try. */
enum err login_take(struct cx *cx, struct db *db, const struct outside *outside, const struct public_key *work, i64 workspace, const struct login_answer *answer,
		    struct login *ret_login);

/* What the working role needs to know. */
struct login_keys {
	const struct key_pair *work;
};
/* Register, redeem: a few that are due. */
enum err login_turn(struct cx *cx, struct db *db, struct outbox *outbox, const struct login_keys *keys, i64 *ret_count);

/* ---- by what names networks know this installation (login_client.c) ---- */

struct login_client; /* store/login.h */
struct login_client_wish {
	const struct channel_kind *kind;
	struct str server;         /* where the network has several; the settings of the page know none */
	struct str client, secret; /* an empty secret: the one that is kept, while the id stays the same */
};

/* They are the whole installation's: may who acts set channels in every workspace of it? */
enum err login_clients_may(struct cx *cx, struct db *db, bool *ret_may);
enum err login_clients(struct cx *cx, struct db *db, struct login_client **ret_clients, size_t *ret_count);
/* Sealed, and told by the installation's audit log, without the secret. ERR_CONFLICT where the settings file says it. */
enum err login_keep_client(struct cx *cx, struct db *db, const struct login_client_wish *wish, const struct public_key *work);
/* Who is connected goes on: a credential has what renews it. Nothing: there was none. */
enum err login_drop_client(struct cx *cx, struct db *db, const struct channel_kind *kind);
/* By the working role as it starts: "youtube ID SECRET, twitter ID SECRET" of the settings stands above what was typed; what it said before and says no more is
 * forgotten. ERR_BAD_INPUT names the first that is none; the others are taken. */
enum err login_take_settings(struct cx *cx, struct db *db, struct str text, const struct public_key *work);
/* What a client's secret is sealed for. */
struct str login_client_context(struct cx *cx, i64 id);
