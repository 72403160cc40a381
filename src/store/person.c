#include "store/person.h"

#include "base/clock.h"
#include "store/event.h"
#include "store/sql.h"

#define PERSON                                                                                                                 \
	"SELECT id, email, name, password, lang, zone, theme, settings, totp_secret, totp_step, disabled_at, created_at, seen_at FROM person "

static struct person read_person(struct cx *cx, const struct row *row)
{
	return (struct person){
		.id = row_i64(row, 0),
		.email = row_str(row, 1, cx->arena),
		.name = row_str(row, 2, cx->arena),
		.password = row_str(row, 3, cx->arena),
		.lang = row_str(row, 4, cx->arena),
		.zone = row_str(row, 5, cx->arena),
		.theme = row_str(row, 6, cx->arena),
		.settings = row_str(row, 7, cx->arena),
		.totp_secret = arena_str(cx->arena, row_blob(row, 8)),
		.totp_step = row_i64(row, 9),
		.disabled_at = row_i64(row, 10),
		.created_at = row_i64(row, 11),
		.seen_at = row_i64(row, 12),
	};
}

enum err person_insert(struct cx *cx, struct db *db, const struct person *p)
{
	enum err e = db_run(cx, db, NULL,
			    "INSERT INTO person (id, email, name, password, lang, zone, theme, settings, created_at)"
			    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
			    db_i64(p->id), db_text(p->email), db_text(p->name), db_text(p->password), db_text(p->lang), db_text(p->zone),
			    db_text(p->theme.len ? p->theme : S("system")), db_text(p->settings.len ? p->settings : S("{}")), db_i64(p->created_at));
	if (e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE)
		return fail(cx, e, N_("There is an account with this address already. Sign in with it."));
	return e;
}

enum err person_get(struct cx *cx, struct db *db, i64 id, struct person *ret_person)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, PERSON "WHERE id = ?1", db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This person has no account here."));
	TRY(e);
	*ret_person = read_person(cx, row);
	return OK;
}

enum err person_by_email(struct cx *cx, struct db *db, struct str email, struct person *ret_person)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, PERSON "WHERE email = ?1", db_text(email)));
	*ret_person = read_person(cx, row);
	return OK;
}

enum err person_list(struct cx *cx, struct db *db, struct str after_email, size_t limit, struct person **ret_persons, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct person *list = arena_array(cx->arena, struct person, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row, PERSON "WHERE email > ?1 ORDER BY email LIMIT ?2", db_text(after_email), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = read_person(cx, row);
	*ret_persons = list;
	*ret_count = count;
	return OK;
}

enum err person_count(struct cx *cx, struct db *db, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM (SELECT id FROM person LIMIT 1000) people");
}

enum err person_update(struct cx *cx, struct db *db, const struct person *p)
{
	enum err e = db_run(cx, db, NULL,
			    "UPDATE person SET email = ?2, name = ?3, lang = ?4, zone = ?5, theme = ?6, settings = ?7, disabled_at = ?8 WHERE id = ?1",
			    db_i64(p->id), db_text(p->email), db_text(p->name), db_text(p->lang), db_text(p->zone), db_text(p->theme), db_text(p->settings),
			    db_i64(p->disabled_at));
	if (e == ERR_CONFLICT && db_constraint(db) == DB_UNIQUE)
		return fail_field(cx, "email", N_("Another account has this address."));
	return e;
}

enum err person_set_password(struct cx *cx, struct db *db, i64 id, struct str password)
{
	return db_run(cx, db, NULL, "UPDATE person SET password = ?2 WHERE id = ?1", db_i64(id), db_text(password));
}

enum err person_set_totp(struct cx *cx, struct db *db, i64 id, struct str sealed, i64 step)
{
	return db_run(cx, db, NULL, "UPDATE person SET totp_secret = ?2, totp_step = ?3 WHERE id = ?1", db_i64(id), sealed.len ? db_blob(sealed) : db_null(),
		      db_i64(step));
}

enum err person_use_totp_step(struct cx *cx, struct db *db, i64 id, i64 step)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE person SET totp_step = ?2 WHERE id = ?1 AND totp_step < ?2", db_i64(id), db_i64(step)));
	return changed == 1 ? OK : fail_field(cx, "code", N_("This code was used already. Wait for the next one."));
}

enum err person_seen(struct cx *cx, struct db *db, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE person SET seen_at = ?2 WHERE id = ?1", db_i64(id), db_i64(cx->now));
}

/* ---- recovery codes ---- */

enum err recovery_codes_set(struct cx *cx, struct db *db, i64 person, const struct str *hashes, size_t count)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM recovery_code WHERE person_id = ?1", db_i64(person)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO recovery_code (person_id, hash) VALUES (?1, ?2)", db_i64(person), db_blob(hashes[i])));
	return OK;
}

enum err recovery_code_use(struct cx *cx, struct db *db, i64 person, struct str hash)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE recovery_code SET used_at = ?3 WHERE person_id = ?1 AND hash = ?2 AND used_at = 0", db_i64(person),
		   db_blob(hash), db_i64(cx->now)));
	return changed == 1 ? OK : ERR_MISSING;
}

enum err recovery_codes_left(struct cx *cx, struct db *db, i64 person, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count, "SELECT COUNT(*) FROM recovery_code WHERE person_id = ?1 AND used_at = 0", db_i64(person));
}

/* ---- sessions ---- */

#define SESSION                                                                                                                \
	"SELECT id, person_id, workspace_id, address, agent, created_at, seen_at, expires_at, ended_at, second_factor FROM session "

static struct session read_session(struct cx *cx, const struct row *row)
{
	return (struct session){
		.id = row_i64(row, 0),
		.person = row_i64(row, 1),
		.workspace = row_i64(row, 2),
		.address = row_str(row, 3, cx->arena),
		.agent = row_str(row, 4, cx->arena),
		.created_at = row_i64(row, 5),
		.seen_at = row_i64(row, 6),
		.expires_at = row_i64(row, 7),
		.ended_at = row_i64(row, 8),
		.waits_for_second_factor = row_i64(row, 9),
	};
}

enum err session_insert(struct cx *cx, struct db *db, const struct session *s, struct str token_hash)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO session (id, person_id, token_hash, workspace_id, address, agent, created_at, seen_at, expires_at, second_factor)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
		      db_i64(s->id), db_i64(s->person), db_blob(token_hash), db_id(s->workspace), db_text(s->address), db_text(s->agent),
		      db_i64(s->created_at), db_i64(s->seen_at), db_i64(s->expires_at), db_bool(s->waits_for_second_factor));
}

enum err session_by_token(struct cx *cx, struct db *db, struct str token_hash, struct session *ret_session)
{
	CLEANUP(row_endp) struct row *row = NULL;
	/* By the person's own secret, whatever the workspace. */
	TRY(db_one(cx, db, &row, "/* all workspaces */ " SESSION "WHERE token_hash = ?1 AND ended_at = 0 AND expires_at > ?2", db_blob(token_hash),
		   db_i64(cx->now)));
	*ret_session = read_session(cx, row);
	return OK;
}

enum err session_list(struct cx *cx, struct db *db, i64 person, struct session **ret_sessions, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct session *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " SESSION "WHERE person_id = ?1 AND ended_at = 0 AND expires_at > ?2 ORDER BY seen_at DESC, id DESC LIMIT 100",
		     db_i64(person), db_i64(cx->now)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_session(cx, row);
	*ret_sessions = list;
	*ret_count = count;
	return OK;
}

enum err session_seen(struct cx *cx, struct db *db, i64 id)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE session SET seen_at = ?2 WHERE id = ?1", db_i64(id), db_i64(cx->now));
}

enum err session_set_end(struct cx *cx, struct db *db, i64 id, i64 expires_at)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE session SET expires_at = ?2 WHERE id = ?1", db_i64(id), db_i64(expires_at));
}

enum err session_set_workspace(struct cx *cx, struct db *db, i64 id, i64 workspace)
{
	return db_run(cx, db, NULL, "UPDATE session SET workspace_id = ?2 WHERE id = ?1", db_i64(id), db_id(workspace));
}

enum err session_complete(struct cx *cx, struct db *db, i64 id)
{
	return db_run(cx, db, NULL, "/* all workspaces */ UPDATE session SET second_factor = 0 WHERE id = ?1", db_i64(id));
}

enum err session_end(struct cx *cx, struct db *db, i64 person, i64 id)
{
	TRY(db_run(cx, db, NULL, "/* all workspaces */ UPDATE session SET ended_at = ?3 WHERE person_id = ?1 AND id = ?2 AND ended_at = 0", db_i64(person),
		   db_i64(id), db_i64(cx->now)));
	return change_add(cx, db, 0, person, CHANGE_ACCESS, 0);
}

enum err sessions_end(struct cx *cx, struct db *db, i64 person, i64 but)
{
	TRY(db_run(cx, db, NULL, "/* all workspaces */ UPDATE session SET ended_at = ?3 WHERE person_id = ?1 AND id <> ?2 AND ended_at = 0",
		   db_i64(person), db_i64(but), db_i64(cx->now)));
	return change_add(cx, db, 0, person, CHANGE_ACCESS, 0);
}

/* ---- one-time tokens ---- */

enum err one_time_insert(struct cx *cx, struct db *db, i64 person, const char *purpose, struct str token_hash, i64 expires_at)
{
	return db_run(cx, db, NULL, "INSERT INTO one_time_token (token_hash, person_id, purpose, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
		      db_blob(token_hash), db_i64(person), db_text(str_of(purpose)), db_i64(cx->now), db_i64(expires_at));
}

enum err one_time_look(struct cx *cx, struct db *db, const char *purpose, struct str token_hash, i64 *ret_person)
{
	i64 person = 0;
	TRY(db_number(cx, db, 0, &person, "SELECT person_id FROM one_time_token WHERE token_hash = ?1 AND purpose = ?2 AND used_at = 0 AND expires_at > ?3",
		      db_blob(token_hash), db_text(str_of(purpose)), db_i64(cx->now)));
	if (!person)
		return fail(cx, ERR_MISSING, N_("This link was used already, or is too old. Ask for a new one."));
	*ret_person = person;
	return OK;
}

enum err one_time_use(struct cx *cx, struct db *db, const char *purpose, struct str token_hash, i64 *ret_person)
{
	i64 person, changed = 0;
	TRY(one_time_look(cx, db, purpose, token_hash, &person));
	TRY(db_run(cx, db, &changed, "UPDATE one_time_token SET used_at = ?2 WHERE token_hash = ?1 AND used_at = 0", db_blob(token_hash), db_i64(cx->now)));
	if (changed != 1)
		return fail(cx, ERR_MISSING, N_("This link was used already, or is too old. Ask for a new one."));
	*ret_person = person;
	return OK;
}

/* ---- invitations ---- */

#define INVITATION "SELECT id, workspace_id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at FROM invitation "

static struct invitation read_invitation(struct cx *cx, const struct row *row)
{
	return (struct invitation){row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_i64(row, 4),
				   row_i64(row, 5), row_i64(row, 6), row_i64(row, 7), row_i64(row, 8)};
}

enum err invitation_insert(struct cx *cx, struct db *db, const struct invitation *i, struct str token_hash)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO invitation (id, workspace_id, email, role, token_hash, invited_by, created_at, expires_at)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(i->id), db_i64(i->workspace), db_text(i->email), db_text(i->role), db_blob(token_hash), db_id(i->invited_by),
		      db_i64(i->created_at), db_i64(i->expires_at));
}

enum err invitation_by_token(struct cx *cx, struct db *db, struct str token_hash, struct invitation *ret_invitation)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, INVITATION "WHERE token_hash = ?1 AND accepted_at = 0 AND revoked_at = 0 AND expires_at > ?2", db_blob(token_hash),
			    db_i64(cx->now));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This invitation was used, taken back, or is too old. Ask whoever invited you for a new one."));
	TRY(e);
	*ret_invitation = read_invitation(cx, row);
	return OK;
}

enum err invitation_list(struct cx *cx, struct db *db, i64 workspace, struct invitation **ret_invitations, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct invitation *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, INVITATION "WHERE workspace_id = ?1 AND accepted_at = 0 AND revoked_at = 0 ORDER BY id DESC LIMIT 200", db_i64(workspace)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_invitation(cx, row);
	*ret_invitations = list;
	*ret_count = count;
	return OK;
}

enum err invitation_close(struct cx *cx, struct db *db, i64 workspace, i64 id, bool accepted)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE invitation SET accepted_at = CASE WHEN ?3 = 1 THEN ?4 ELSE 0 END, revoked_at = CASE WHEN ?3 = 1 THEN 0 ELSE ?4 END"
		   " WHERE workspace_id = ?1 AND id = ?2 AND accepted_at = 0 AND revoked_at = 0",
		   db_i64(workspace), db_i64(id), db_bool(accepted), db_i64(cx->now)));
	return changed == 1 ? OK : fail(cx, ERR_CONFLICT, N_("This invitation was used or taken back meanwhile."));
}

/* ---- API keys ---- */

#define API_KEY "SELECT id, workspace_id, person_id, name, hint, scopes, created_at, used_at, expires_at, revoked_at FROM api_key "

static struct api_key read_api_key(struct cx *cx, const struct row *row)
{
	return (struct api_key){row_i64(row, 0),	row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena),
				row_str(row, 5, cx->arena), row_i64(row, 6), row_i64(row, 7), row_i64(row, 8), row_i64(row, 9)};
}

enum err api_key_insert(struct cx *cx, struct db *db, const struct api_key *k, struct str token_hash)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO api_key (id, workspace_id, person_id, name, token_hash, hint, scopes, created_at, expires_at)"
		      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
		      db_i64(k->id), db_i64(k->workspace), db_i64(k->person), db_text(k->name), db_blob(token_hash), db_text(k->hint), db_text(k->scopes),
		      db_i64(k->created_at), db_i64(k->expires_at));
}

enum err api_key_by_token(struct cx *cx, struct db *db, struct str token_hash, struct api_key *ret_key)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, API_KEY "WHERE token_hash = ?1 AND revoked_at = 0 AND (expires_at = 0 OR expires_at > ?2)", db_blob(token_hash),
		   db_i64(cx->now)));
	*ret_key = read_api_key(cx, row);
	return OK;
}

enum err api_key_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct api_key **ret_keys, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct api_key *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, API_KEY "WHERE workspace_id = ?1 AND person_id = ?2 AND revoked_at = 0 ORDER BY id DESC LIMIT 100", db_i64(workspace),
		     db_i64(person)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_api_key(cx, row);
	*ret_keys = list;
	*ret_count = count;
	return OK;
}

enum err api_key_used(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE api_key SET used_at = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(cx->now));
}

enum err api_key_revoke(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 id)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed, "UPDATE api_key SET revoked_at = ?4 WHERE workspace_id = ?1 AND person_id = ?2 AND id = ?3 AND revoked_at = 0",
		   db_i64(workspace), db_i64(person), db_i64(id), db_i64(cx->now)));
	return changed == 1 ? change_add(cx, db, 0, person, CHANGE_ACCESS, 0) : fail(cx, ERR_MISSING, N_("This key does not exist, or was revoked already."));
}

/* ---- throttling ---- */

enum err sign_in_try_add(struct cx *cx, struct db *db, struct str subject)
{
	return db_run(cx, db, NULL, "INSERT INTO sign_in_try (subject, at) VALUES (?1, ?2) ON CONFLICT (subject, at) DO NOTHING", db_text(subject),
		      db_i64(time_now()));
}

enum err sign_in_tries(struct cx *cx, struct db *db, struct str subject, i64 since, i64 most, i64 *ret_at)
{
	return db_number(cx, db, 0, ret_at, "SELECT at FROM sign_in_try WHERE subject = ?1 AND at > ?2 ORDER BY at DESC LIMIT 1 OFFSET ?3", db_text(subject),
			 db_i64(since), db_i64(most - 1));
}

enum err sign_in_tries_forget(struct cx *cx, struct db *db, struct str subject)
{
	return db_run(cx, db, NULL, "DELETE FROM sign_in_try WHERE subject = ?1", db_text(subject));
}

enum err sign_in_prune(struct cx *cx, struct db *db)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM sign_in_try WHERE at < ?1", db_i64(cx->now - DAY)));
	TRY(db_run(cx, db, NULL, "DELETE FROM one_time_token WHERE expires_at < ?1", db_i64(cx->now - 30 * DAY)));
	return db_run(cx, db, NULL, "/* all workspaces */ DELETE FROM session WHERE expires_at < ?1", db_i64(cx->now - 30 * DAY));
}
