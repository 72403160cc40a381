/* account.h: who comes in, and how: first run, signing in with a password and a second factor, sessions, resets, invitations, API keys.
 * Tokens are returned once, in clear, to be sent or shown; only their hashes are kept. A wrong password and an unknown
 * address look the same and take the same time. Every verb is one transaction. */
#pragma once
#include "model/actor.h"
#include "model/permission.h"
#include "store/person.h"
#include "sys/crypto.h"

/* Of the serving role: what seals and hashes second factors. */
struct account_keys {
	const struct key *totp, *recovery;
};

struct sign_in {
	struct str email, password;
	struct str address, agent;
	i64 session_days;
};

/* Nobody has an account yet. */
enum err account_is_first_run(struct cx *cx, struct db *db, bool *ret_first);
/* A secret that the first person has to bring: whoever reaches the port first is not the owner for that. It replaces the one before. */
enum err account_set_up_link(struct cx *cx, struct db *db, struct str *ret_token);
enum err account_may_set_up(struct cx *cx, struct db *db, struct str token); /* ERR_DENIED when it is another one */
/* The first person, a workspace of theirs, owner of it. ERR_CONFLICT when somebody was faster. */
struct first_run {
	struct str name, email, password, lang, zone, workspace_name;
};
enum err account_first_run(struct cx *cx, struct db *db, const struct first_run *first, i64 *ret_person, i64 *ret_workspace);
/* Another workspace for who acts, owner of it. */
enum err account_add_workspace(struct cx *cx, struct db *db, struct str name, struct str lang, struct str zone, i64 *ret_workspace);
/* Does who acts own every workspace there is? What concerns the whole installation is theirs. */
enum err account_owns_all(struct cx *cx, struct db *db, bool *ret_owns);
/* A person by the operator's hand (command line): may have no password yet. */
enum err account_add_person(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str email, struct str password, enum role role,
			    struct str lang, struct str zone, i64 *ret_person);

/* *ret_token (arena) for the cookie; *ret_second_factor: it is good for nothing but the second factor yet. ERR_UNAUTHENTICATED on
 * wrong words, ERR_LIMIT after too many tries of the account (10 in 15 minutes) or the address (50). */
enum err account_sign_in(struct cx *cx, struct db *db, const struct sign_in *sign_in, struct str *ret_token, bool *ret_second_factor);
/* Whose session waits for its second factor; ERR_MISSING when none does. */
enum err account_waiting(struct cx *cx, struct db *db, struct str token, struct person *ret_person);
/* A code of the application, or a recovery code. */
enum err account_second_factor(struct cx *cx, struct db *db, const struct account_keys *keys, struct str token, struct str code);
/* A link of the command line or of a mail: signs in without a password, once. */
enum err account_link(struct cx *cx, struct db *db, i64 person, const char *purpose, i64 lifetime, struct str *ret_token); /* sign_in, reset */
enum err account_sign_in_by_link(struct cx *cx, struct db *db, struct str link_token, const struct sign_in *from, struct str *ret_token);
enum err account_prolong(struct cx *cx, struct db *db, struct str token, i64 days); /* after the second factor: the session's whole life */
/* Would it still serve? Changes nothing. */
enum err account_look_link(struct cx *cx, struct db *db, const char *purpose, struct str link_token, bool *ret_usable, struct person *ret_person);
enum err account_look_invitation(struct cx *cx, struct db *db, struct str invitation_token, bool *ret_usable, struct invitation *ret_invitation, bool *ret_has_account);
enum err account_sign_out(struct cx *cx, struct db *db, struct str token);

/* Who is behind a session's token or an API key? ret_actor stays empty (kind user, user 0) when nobody. Works on a reading
 * handle. */
enum err account_identify(struct cx *cx, struct db *db, struct str session_token, struct str api_key, struct actor *ret_actor, bool *ret_waits);
/* Note that they were here; at most once a minute. On a writing handle. */
enum err account_seen(struct cx *cx, struct db *db, const struct actor *actor);
enum err account_choose_workspace(struct cx *cx, struct db *db, i64 session, i64 person, i64 workspace);

/* Mails a link when the address has an account; says nothing either way. ret_token is empty when there is none. */
enum err account_ask_reset(struct cx *cx, struct db *db, struct str email, struct str *ret_token, struct person *ret_person);
enum err account_reset(struct cx *cx, struct db *db, struct str reset_token, struct str password);
enum err account_change_password(struct cx *cx, struct db *db, struct str now, struct str wanted, i64 keep_session);
/* Name, address, language, zone, theme and settings of who acts. */
enum err account_update(struct cx *cx, struct db *db, const struct person *person);
struct str account_address(struct cx *cx, struct str typed); /* an email as accounts are kept by it: in lower case, without what surrounds it */
/* Long enough, and not one that everybody tries first for somebody of this address and name (either may be empty). */
enum err account_check_password(struct cx *cx, struct str password, struct str email, struct str name);

/* Second factor of who acts. begin gives a fresh secret (20 bytes, arena) to show as QR code; nothing is on before confirm. */
enum err account_totp_begin(struct cx *cx, struct str *ret_secret);
enum err account_totp_confirm(struct cx *cx, struct db *db, const struct account_keys *keys, struct str secret, struct str code, struct str *ret_codes,
			      size_t *ret_count); /* recovery codes, shown once */
/* What would make a stolen session worth more asks who acts once more: `proof` is their password, or a code of their application.
 * ERR_BAD_INPUT with the field "proof"; tries are counted as those of signing in. */
enum err account_totp_off(struct cx *cx, struct db *db, const struct account_keys *keys, struct str proof);
enum err account_recovery_codes(struct cx *cx, struct db *db, const struct account_keys *keys, struct str proof, struct str *ret_codes, size_t *ret_count); /* new ones */
#define RECOVERY_CODES 10

/* ---- people of a workspace ---- */

enum err account_invite(struct cx *cx, struct db *db, i64 workspace, struct str email, enum role role, struct str *ret_token);
enum err account_uninvite(struct cx *cx, struct db *db, i64 workspace, i64 invitation);
struct newcomer {
	struct str name, lang, zone;
};
/* Somebody new (who, and the password of `from`), or somebody who has an account: they sign in as ever, second factor and limits of tries
 * included. `from` needs no email. *ret_token and *ret_second_factor as account_sign_in(); the session is in the new workspace. */
enum err account_accept(struct cx *cx, struct db *db, struct str invitation_token, const struct newcomer *who, const struct sign_in *from, struct str *ret_token,
			bool *ret_second_factor);
/* ERR_CONFLICT when the last owner would be gone; only owners make owners. */
enum err account_set_role(struct cx *cx, struct db *db, i64 workspace, i64 person, enum role role);
enum err account_remove(struct cx *cx, struct db *db, i64 workspace, i64 person);

/* ret_token "pv_…" is shown once. Scopes beyond the actor's own permissions are refused. */
enum err account_key_new(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str scopes, i64 expires_at, struct str *ret_token);
enum err account_key_revoke(struct cx *cx, struct db *db, i64 workspace, i64 key);
