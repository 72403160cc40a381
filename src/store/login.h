/* login.h: signing in over there as rows: the names by which networks know this installation, and each try of a person to connect a channel
 * by signing in: what is to be registered, what waits for the person, the code that came back.
 *
 * What must stay true: a code and its verifier are sealed to the working role, stand here until they are used, and are used once: that
 * it begins is committed before the network is asked, and the code goes with it. */
#pragma once
#include "sys/db.h"

struct login_client {
	i64 id;
	struct str kind, server, redirect, client;
	struct str secret; /* sealed; empty: none */
	i64 created_at;
	bool is_fixed;     /* the settings file says it */
	struct str rights; /* those it was registered with by itself, as oauth_scope() writes them */
};
/* The one that was registered with this address, else the operator's. ERR_MISSING without a story. */
enum err login_client_get(struct cx *cx, struct db *db, struct str kind, struct str server, struct str redirect, struct login_client *ret_client);
enum err login_client_save(struct cx *cx, struct db *db, const struct login_client *client); /* in place of the one that stands there */
enum err login_client_forget(struct cx *cx, struct db *db, struct str kind, struct str server, struct str redirect);

enum err login_clients_get(struct cx *cx, struct db *db, struct login_client **ret_clients, size_t *ret_count); /* all, by kind and server */

struct login {
	i64 id, workspace, channel, person, session;
	struct str state, story, server, redirect, client;
	struct str code;   /* sealed, with its verifier */
	i64 due_at, expires_at, created_at;
};
enum err login_insert(struct cx *cx, struct db *db, const struct login *login);
enum err login_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct login *ret_login); /* ERR_MISSING */
enum err login_last(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct login *ret_login); /* id 0: there was none */
/* From one state to another, with story, client, code and due_at; *ret_moved is false when it was no longer there. */
enum err login_move(struct cx *cx, struct db *db, const struct login *login, struct str from, bool *ret_moved);
enum err login_due(struct cx *cx, struct db *db, size_t limit, struct login **ret_logins, size_t *ret_count); /* over all workspaces, for the working role */
enum err logins_prune(struct cx *cx, struct db *db, i64 before); /* over all workspaces */
