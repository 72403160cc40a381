/* person.h: accounts and what lets one in: passwords, sessions, one-time tokens, second factors, invitations, API keys. Tokens are
 * kept as their BLAKE2b-256 only; secrets arrive here sealed. (A person's place in a workspace is in member.h.) */
#pragma once
#include "sys/db.h"

struct person {
	i64 id;
	struct str email, name, password, lang, zone, theme;
	struct str settings;    /* JSON: keys_off, notify_by_mail, … */
	struct str totp_secret; /* sealed; empty = no second factor */
	i64 totp_step, disabled_at, created_at, seen_at;
};

enum err person_insert(struct cx *cx, struct db *db, const struct person *person); /* ERR_CONFLICT: the address is taken */
enum err person_get(struct cx *cx, struct db *db, i64 id, struct person *ret_person);
enum err person_by_email(struct cx *cx, struct db *db, struct str email, struct person *ret_person); /* ERR_MISSING without a story */
/* All, by address, after one (empty: from the start). */
enum err person_list(struct cx *cx, struct db *db, struct str after_email, size_t limit, struct person **ret_persons, size_t *ret_count);
enum err person_count(struct cx *cx, struct db *db, i64 *ret_count);
enum err person_update(struct cx *cx, struct db *db, const struct person *person); /* all but the sign-in fields */
enum err person_set_password(struct cx *cx, struct db *db, i64 id, struct str password);
enum err person_set_totp(struct cx *cx, struct db *db, i64 id, struct str sealed, i64 step);
enum err person_use_totp_step(struct cx *cx, struct db *db, i64 id, i64 step); /* ERR_CONFLICT when it was used meanwhile */
enum err person_seen(struct cx *cx, struct db *db, i64 id);

enum err recovery_codes_set(struct cx *cx, struct db *db, i64 person, const struct str *hashes, size_t count); /* replaces all */
enum err recovery_code_use(struct cx *cx, struct db *db, i64 person, struct str hash); /* ERR_MISSING without a story */
enum err recovery_codes_left(struct cx *cx, struct db *db, i64 person, i64 *ret_count);

struct session {
	i64 id, person;
	i64 workspace; /* on screen; 0 none yet */
	struct str address, agent;
	i64 created_at, seen_at, expires_at, ended_at;
	bool waits_for_second_factor;
};
enum err session_insert(struct cx *cx, struct db *db, const struct session *session, struct str token_hash);
enum err session_by_token(struct cx *cx, struct db *db, struct str token_hash, struct session *ret_session); /* live ones; ERR_MISSING without a story */
enum err session_list(struct cx *cx, struct db *db, i64 person, struct session **ret_sessions, size_t *ret_count); /* live ones, newest first */
enum err session_seen(struct cx *cx, struct db *db, i64 id);
enum err session_set_end(struct cx *cx, struct db *db, i64 id, i64 expires_at);
enum err session_set_workspace(struct cx *cx, struct db *db, i64 id, i64 workspace);
enum err session_complete(struct cx *cx, struct db *db, i64 id); /* the second factor was right */
/* These two, and the end of an API key, end the person's live updates too (CHANGE_ACCESS of store/event.h): in a transaction. */
enum err session_end(struct cx *cx, struct db *db, i64 person, i64 id);
enum err sessions_end(struct cx *cx, struct db *db, i64 person, i64 but); /* all of a person's but one (0: all) */

enum err one_time_insert(struct cx *cx, struct db *db, i64 person, const char *purpose, struct str token_hash, i64 expires_at);
enum err one_time_look(struct cx *cx, struct db *db, const char *purpose, struct str token_hash, i64 *ret_person); /* ERR_MISSING with a story */
enum err one_time_use(struct cx *cx, struct db *db, const char *purpose, struct str token_hash, i64 *ret_person);

struct invitation {
	i64 id, workspace;
	struct str email, role;
	i64 invited_by, created_at, expires_at, accepted_at, revoked_at;
};
enum err invitation_insert(struct cx *cx, struct db *db, const struct invitation *invitation, struct str token_hash);
enum err invitation_by_token(struct cx *cx, struct db *db, struct str token_hash, struct invitation *ret_invitation); /* still open; ERR_MISSING with a story */
enum err invitation_list(struct cx *cx, struct db *db, i64 workspace, struct invitation **ret_invitations, size_t *ret_count); /* open ones */
enum err invitation_close(struct cx *cx, struct db *db, i64 workspace, i64 id, bool accepted);

struct api_key {
	i64 id, workspace, person;
	struct str name, hint, scopes; /* scopes: permission words separated by spaces */
	i64 created_at, used_at, expires_at, revoked_at;
};
enum err api_key_insert(struct cx *cx, struct db *db, const struct api_key *key, struct str token_hash);
enum err api_key_by_token(struct cx *cx, struct db *db, struct str token_hash, struct api_key *ret_key); /* live; ERR_MISSING without a story */
enum err api_key_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct api_key **ret_keys, size_t *ret_count); /* live ones of a person */
enum err api_key_used(struct cx *cx, struct db *db, i64 workspace, i64 id);
enum err api_key_revoke(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 id);

/* Throttling: failed tries of a subject ("email:…", "address:…"). */
enum err sign_in_try_add(struct cx *cx, struct db *db, struct str subject);
/* When the try before the `most` - 1 newest ones since an instant was made; 0: there were fewer than `most`. */
enum err sign_in_tries(struct cx *cx, struct db *db, struct str subject, i64 since, i64 most, i64 *ret_at);
enum err sign_in_tries_forget(struct cx *cx, struct db *db, struct str subject);
enum err sign_in_prune(struct cx *cx, struct db *db); /* old tries, tokens and ended sessions */
