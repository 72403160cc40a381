#include "flow/operator.h"

#include "base/id.h"
#include "flow/account.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "store/member.h"

static struct str subject_of(struct cx *cx, i64 person)
{
	return arena_printf(cx->arena, "user:%lld", (long long)person);
}

enum err operator_find(struct cx *cx, struct db *db, struct str email, struct person *ret_person)
{
	enum err e = person_by_email(cx, db, account_address(cx, email), ret_person);
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no account with the address “%.*s”; “parvis user list” shows those there are."), STR_ARG(email));
	return e;
}

/* ---- let in ---- */

static enum err join(struct cx *cx, struct db *db, i64 workspace, i64 person, enum role role)
{
	struct member m;
	enum err e = member_get(cx, db, workspace, person, &m);
	if (e == OK && !m.removed_at)
		return fail(cx, ERR_CONFLICT, N_("%.*s is in this workspace already."), STR_ARG(m.name));
	if (e == OK) {
		m.removed_at = 0;
		m.role = role;
		TRY(member_update(cx, db, &m));
	} else {
		if (e != ERR_MISSING)
			return e;
		cx_forget(cx);
		m = (struct member){.id = id_new(), .workspace = workspace, .person = person, .role = role};
		TRY(member_insert(cx, db, &m));
	}
	return audit(cx, db, workspace, "people.add", subject_of(cx, person), arena_printf(cx->arena, "{\"role\":\"%s\"}", role_word(role)));
}

/* A workspace is always somebody's: for a moment, the operator acts as them. */
static enum err add_workspace(struct cx *cx, struct db *db, struct str name, const struct operator_person *who, i64 person)
{
	struct actor actor = *cx->actor;
	const struct actor *before = cx->actor;
	i64 workspace;
	actor.user = person;
	cx->actor = &actor;
	enum err e = account_add_workspace(cx, db, name, who->lang, who->zone, &workspace);
	cx->actor = before;
	return e;
}

static enum err add(struct cx *cx, struct db *db, i64 workspace, struct str workspace_name, const struct operator_person *who, i64 *ret_person)
{
	struct person known;
	enum err e = person_by_email(cx, db, account_address(cx, who->email), &known);
	if (e == OK) {
		*ret_person = known.id;
		return workspace ? join(cx, db, workspace, known.id, who->role) : add_workspace(cx, db, workspace_name, who, known.id);
	}
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	TRY(account_add_person(cx, db, workspace, who->name, who->email, who->password, who->role, who->lang, who->zone, ret_person));
	return workspace ? OK : add_workspace(cx, db, workspace_name, who, *ret_person);
}

enum err operator_add(struct cx *cx, struct db *db, i64 workspace, struct str workspace_name, const struct operator_person *who, i64 *ret_person)
{
	return IN_TRANSACTION(cx, db, add(cx, db, workspace, workspace_name, who, ret_person));
}

/* ---- the rest ---- */

static enum err set_password(struct cx *cx, struct db *db, i64 person, struct str hash)
{
	TRY(person_set_password(cx, db, person, hash));
	TRY(sessions_end(cx, db, person, 0));
	return audit(cx, db, 0, "account.password_set", subject_of(cx, person), (struct str){});
}

enum err operator_set_password(struct cx *cx, struct db *db, i64 person, struct str password)
{
	struct str hash;
	struct person p;
	TRY(person_get(cx, db, person, &p));
	TRY(account_check_password(cx, password, p.email, p.name));
	TRY(password_hash(cx, password, &hash));
	return IN_TRANSACTION(cx, db, set_password(cx, db, person, hash));
}

static enum err set_disabled(struct cx *cx, struct db *db, i64 id, bool disabled)
{
	struct person p;
	TRY(person_get(cx, db, id, &p));
	p.disabled_at = disabled ? cx->now : 0;
	TRY(person_update(cx, db, &p));
	if (disabled)
		TRY(sessions_end(cx, db, id, 0));
	else
		TRY(sign_in_tries_forget(cx, db, arena_printf(cx->arena, "email:%.*s", STR_ARG(p.email))));
	return audit(cx, db, 0, disabled ? "account.disable" : "account.enable", subject_of(cx, id), (struct str){});
}

enum err operator_set_disabled(struct cx *cx, struct db *db, i64 person, bool disabled)
{
	return IN_TRANSACTION(cx, db, set_disabled(cx, db, person, disabled));
}

static enum err factor_off(struct cx *cx, struct db *db, i64 person)
{
	TRY(person_set_totp(cx, db, person, (struct str){}, 0));
	TRY(recovery_codes_set(cx, db, person, NULL, 0));
	TRY(sessions_end(cx, db, person, 0));
	return audit(cx, db, 0, "account.factor_off", subject_of(cx, person), (struct str){});
}

enum err operator_factor_off(struct cx *cx, struct db *db, i64 person)
{
	return IN_TRANSACTION(cx, db, factor_off(cx, db, person));
}
