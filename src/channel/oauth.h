/* oauth.h: OAuth 2 as a client: the address that a person is sent to (RFC 6749 with PKCE, RFC 7636, S256 alone), making a program known to a
 * server by itself, a code made into a credential, and a credential renewed. What differs from network to network is data
 * (struct channel_login). What a server answers becomes an outcome with a story for people, once, here; errors are read in any status.
 *
 * The credential is JSON: {TOKEN: …, "refresh_token", "granted", "token_url", "token_name", "client_id", "client_secret"}, TOKEN named as the login says. It holds
 * all that renewing takes. Results are in cx->arena. */
#pragma once
#include "channel/exchange.h"

/* The server of a login, without a "/" at its end; empty where the addresses are whole, and where it is at home. */
struct str oauth_server(const struct channel_login *login, const json_t *settings);
/* One of the login's addresses, whole. */
struct str oauth_address(struct cx *cx, const struct channel_login *login, const char *address, struct str server);
/* The rights of the kind, as the network wants them in one text. */
struct str oauth_scope(struct cx *cx, const struct channel_kind *kind);

struct oauth_client {
	struct str id, secret; /* secret: empty for a public client */
};

struct oauth_question {
	const struct channel_kind *kind;
	struct str server, client, redirect, state, verifier;
};
struct str oauth_question_url(struct cx *cx, const struct oauth_question *question);
/* Is `iss` of an answer (RFC 9207) who was asked? True when none was given. */
bool oauth_issuer_is(const struct channel_login *login, struct str server, struct str iss);
/* What the network gave back instead of a code (RFC 6749, 4.1.2.1), for people. */
struct str oauth_refusal(struct cx *cx, struct str error, struct str description);

struct oauth_registered {
	enum outcome outcome; /* DONE, LATER, NEVER */
	struct str story;
	i64 retry_at;
	struct oauth_client client;
};
enum err oauth_register(struct cx *cx, struct net *net, const struct channel_kind *kind, struct str server, struct str redirect, struct oauth_registered *ret_registered);

/* A code, once. UNKNOWN: it may have been used, and what it gave is lost: the person has to begin anew. */
enum err oauth_redeem(struct cx *cx, struct net *net, const struct oauth_question *question, const struct oauth_client *client, struct str code,
		      struct renewed *ret_renewed);
/* For struct channel_kind.renew: by the refresh token, when there is one. A server that gives no new one lets the old one hold. */
enum err oauth_renew(struct cx *cx, struct net *net, const struct channel_account *account, struct renewed *ret_renewed);
/* Reads an answer of a token address. Pure. `before` is the credential that it is about (JSON), whose members stay unless they are given anew. */
enum err oauth_read_token(struct cx *cx, const json_t *document, const char *token, struct str before, struct renewed *ret_renewed);
/* What the credential says was granted: the kind's rights that it covers ("read" covers "read:statuses"), and all that it names. False: it does
 * not say. */
bool oauth_granted(struct cx *cx, const struct channel_kind *kind, struct str secret, const struct str **ret_rights, size_t *ret_count);
