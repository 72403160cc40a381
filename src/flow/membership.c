/* membership.c: the second half of account.h: first run, workspaces, invitations, roles, API keys. */
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/account.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/member.h"
#include "store/setting.h"
#include "store/workspace.h"

#define INVITATION_LIFE (7 * DAY)
#define SLUG_MAX 40

static struct str user_subject(struct cx *cx, i64 person)
{
	return arena_printf(cx->arena, "user:%lld", (long long)person);
}

/* ---- workspaces ---- */

/* "Levain & Co" to "levain-co", with a number when it is taken. */
static enum err free_slug(struct cx *cx, struct db *db, struct str name, struct str *ret_slug)
{
	CLEANUP(buf_free) struct buf folded = {}, slug = {};
	buf_add_folded(&folded, name);
	struct str text = buf_str(&folded);
	for (size_t i = 0; i < text.len && slug.len < SLUG_MAX; i++) {
		char c = text.at[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		if (plain)
			buf_addc(&slug, c);
		else if (slug.len && slug.at[slug.len - 1] != '-')
			buf_addc(&slug, '-');
	}
	while (slug.len && slug.at[slug.len - 1] == '-')
		slug.len--;
	struct str base = slug.len ? buf_keep(&slug, cx->arena) : S("desk");
	for (int n = 1; n < 1000; n++) {
		struct workspace taken;
		struct str wanted = n == 1 ? base : arena_printf(cx->arena, "%.*s-%d", STR_ARG(base), n);
		enum err e = workspace_by_slug(cx, db, wanted, &taken);
		if (e == ERR_MISSING) {
			cx_forget(cx);
			*ret_slug = wanted;
			return OK;
		}
		TRY(e);
	}
	return fail_field(cx, "name", N_("Too many workspaces have this name. Choose another."));
}

static enum err check_place(struct cx *cx, struct str lang, struct str zone)
{
	if (!lang_known(lang))
		return fail_field(cx, "lang", N_("Choose one of the languages that Parvis speaks."));
	if (!zone_known(zone))
		return fail_field(cx, "zone", N_("This time zone is unknown. Write it like “Europe/Paris”."));
	return OK;
}

static enum err make_workspace(struct cx *cx, struct db *db, i64 person, struct str name, struct str lang, struct str zone, i64 *ret_workspace)
{
	struct workspace w = {.id = id_new(), .name = str_trim(name), .zone = zone, .lang = lang, .created_at = cx->now};
	if (!w.name.len)
		return fail_field(cx, "name", N_("Give the workspace a name: your brand, client or country."));
	TRY(check_place(cx, lang, zone));
	TRY(free_slug(cx, db, w.name, &w.slug));
	TRY(workspace_insert(cx, db, &w));
	struct member m = {.id = id_new(), .workspace = w.id, .person = person, .role = ROLE_OWNER};
	TRY(member_insert(cx, db, &m));
	TRY(audit(cx, db, w.id, "workspace.create", user_subject(cx, person), (struct str){}));
	*ret_workspace = w.id;
	return OK;
}

enum err account_add_workspace(struct cx *cx, struct db *db, struct str name, struct str lang, struct str zone, i64 *ret_workspace)
{
	return IN_TRANSACTION(cx, db, make_workspace(cx, db, cx->actor->user, name, lang, zone, ret_workspace));
}

enum err account_owns_all(struct cx *cx, struct db *db, bool *ret_owns)
{
	struct workspace *workspaces;
	struct member *places;
	size_t count, place_count, owned = 0;
	*ret_owns = false;
	if (!actor_may(cx->actor, MAY_READ_INSTALLATION))
		return OK;
	TRY(workspace_list(cx, db, &workspaces, &count));
	TRY(member_workspaces(cx, db, cx->actor->user, &places, &place_count));
	for (size_t i = 0; i < place_count; i++)
		owned += places[i].role == ROLE_OWNER && !places[i].removed_at;
	*ret_owns = owned == count;
	return OK;
}

/* ---- people ---- */

static enum err make_person(struct cx *cx, struct db *db, struct str name, struct str email, struct str password_hash_text, struct str lang, struct str zone,
			    i64 *ret_person)
{
	struct person p = {.id = id_new(), .email = account_address(cx, email), .name = str_trim(name), .password = password_hash_text, .lang = lang, .zone = zone,
			   .created_at = cx->now};
	if (!p.name.len)
		return fail_field(cx, "name", N_("Write the name that colleagues will see."));
	if (p.email.len < 3 || p.email.len > 254 || str_find_byte(p.email, '@') < 1)
		return fail_field(cx, "email", N_("Write an address like name@example.org."));
	TRY(check_place(cx, lang, zone));
	TRY(person_insert(cx, db, &p));
	*ret_person = p.id;
	return OK;
}

enum err account_is_first_run(struct cx *cx, struct db *db, bool *ret_first)
{
	i64 count;
	TRY(person_count(cx, db, &count));
	*ret_first = count == 0;
	return OK;
}

enum err account_set_up_link(struct cx *cx, struct db *db, struct str *ret_token)
{
	char token[TOKEN_LEN + 1];
	CLEANUP(buf_free) struct buf hex = {};
	token_new(token);
	struct str text = arena_str(cx->arena, str_of(token)), hash = hash_text(cx->arena, text);
	buf_add_hex(&hex, hash.at, hash.len);
	TRY(setting_set(cx, db, "set_up_token", buf_str(&hex)));
	*ret_token = text;
	return OK;
}

enum err account_may_set_up(struct cx *cx, struct db *db, struct str token)
{
	struct str wanted, hash = hash_text(cx->arena, token);
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, hash.at, hash.len);
	TRY(setting_get(cx, db, "set_up_token", &wanted));
	if (wanted.len && str_eq_secret(wanted, buf_str(&hex)))
		return OK;
	return fail(cx, ERR_DENIED, N_("Open the link that “parvis run” printed when it started: it shows that this installation is yours."));
}

static enum err first_run(struct cx *cx, struct db *db, const struct first_run *f, struct str hash, i64 *ret_person, i64 *ret_workspace)
{
	bool first;
	TRY(account_is_first_run(cx, db, &first));
	if (!first)
		return fail(cx, ERR_CONFLICT, N_("Parvis is set up already. Sign in, or ask for an invitation."));
	TRY(make_person(cx, db, f->name, f->email, hash, f->lang, f->zone, ret_person));
	return make_workspace(cx, db, *ret_person, f->workspace_name, f->lang, f->zone, ret_workspace);
}

enum err account_first_run(struct cx *cx, struct db *db, const struct first_run *first, i64 *ret_person, i64 *ret_workspace)
{
	struct str hash;
	TRY(account_check_password(cx, first->password, first->email, first->name));
	TRY(password_hash(cx, first->password, &hash));
	return IN_TRANSACTION(cx, db, first_run(cx, db, first, hash, ret_person, ret_workspace));
}

static enum err add_person(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str email, struct str hash, enum role role, struct str lang,
			   struct str zone, i64 *ret_person)
{
	i64 person;
	TRY(make_person(cx, db, name, email, hash, lang, zone, &person));
	if (workspace) {
		struct member m = {.id = id_new(), .workspace = workspace, .person = person, .role = role};
		TRY(member_insert(cx, db, &m));
	}
	TRY(audit(cx, db, workspace, "people.add", user_subject(cx, person), (struct str){}));
	*ret_person = person;
	return OK;
}

enum err account_add_person(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str email, struct str password, enum role role,
			    struct str lang, struct str zone, i64 *ret_person)
{
	struct str hash = {};
	if (password.len) {
		TRY(account_check_password(cx, password, email, name));
		TRY(password_hash(cx, password, &hash));
	}
	return IN_TRANSACTION(cx, db, add_person(cx, db, workspace, name, email, hash, role, lang, zone, ret_person));
}

/* ---- invitations ---- */

static enum err may_give(struct cx *cx, enum role role)
{
	if (!actor_may(cx->actor, MAY_MANAGE_PEOPLE))
		return fail(cx, ERR_DENIED, N_("Your role does not invite people."));
	if (role == ROLE_OWNER && cx->actor->role != ROLE_OWNER)
		return fail_field(cx, "role", N_("Only an owner makes another one."));
	return OK;
}

static enum err invite(struct cx *cx, struct db *db, i64 workspace, struct str email, enum role role, struct str *ret_token)
{
	TRY(may_give(cx, role));
	struct person known;
	struct member member;
	enum err e = person_by_email(cx, db, email, &known);
	if (e == OK) {
		e = member_get(cx, db, workspace, known.id, &member);
		if (e == OK && !member.removed_at)
			return fail_field(cx, "email", N_("%.*s is in this workspace already."), STR_ARG(known.name));
	}
	if (e != OK && e != ERR_MISSING)
		return e;
	cx_forget(cx);
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct invitation i = {.id = id_new(), .workspace = workspace, .email = email, .role = str_of(role_word(role)), .invited_by = cx->actor->user,
			       .created_at = cx->now, .expires_at = cx->now + INVITATION_LIFE};
	struct str text = arena_str(cx->arena, str_of(token));
	TRY(invitation_insert(cx, db, &i, hash_text(cx->arena, text)));
	TRY(audit(cx, db, workspace, "people.invite", arena_printf(cx->arena, "invitation:%lld", (long long)i.id),
		  arena_printf(cx->arena, "{\"role\":\"%s\"}", role_word(role))));
	*ret_token = text;
	return OK;
}

enum err account_invite(struct cx *cx, struct db *db, i64 workspace, struct str email, enum role role, struct str *ret_token)
{
	email = account_address(cx, email);
	if (email.len < 3 || str_find_byte(email, '@') < 1)
		return fail_field(cx, "email", N_("Write an address like name@example.org."));
	return IN_TRANSACTION(cx, db, invite(cx, db, workspace, email, role, ret_token));
}

static enum err uninvite(struct cx *cx, struct db *db, i64 workspace, i64 invitation)
{
	TRY(invitation_close(cx, db, workspace, invitation, false));
	return audit(cx, db, workspace, "people.uninvite", arena_printf(cx->arena, "invitation:%lld", (long long)invitation), (struct str){});
}

enum err account_uninvite(struct cx *cx, struct db *db, i64 workspace, i64 invitation)
{
	return IN_TRANSACTION(cx, db, uninvite(cx, db, workspace, invitation));
}

enum err account_look_invitation(struct cx *cx, struct db *db, struct str invitation_token, bool *ret_usable, struct invitation *ret_invitation,
				 bool *ret_has_account)
{
	struct person known;
	enum err e = invitation_by_token(cx, db, hash_text(cx->arena, invitation_token), ret_invitation);
	*ret_usable = e == OK;
	*ret_has_account = false;
	if (e == OK) {
		e = person_by_email(cx, db, ret_invitation->email, &known);
		*ret_has_account = e == OK;
	}
	if (e == ERR_MISSING)
		cx_forget(cx);
	return e == ERR_MISSING ? OK : e;
}

static enum err accept_invitation(struct cx *cx, struct db *db, const struct invitation *i, i64 known, const struct newcomer *who, struct str hash, i64 *ret_person)
{
	struct member m = {.id = id_new(), .workspace = i->workspace, .person = known, .role = ROLE_GUEST};
	role_of(i->role, &m.role);
	if (!known)
		TRY(make_person(cx, db, who->name, i->email, hash, who->lang, who->zone, &m.person));
	TRY(invitation_close(cx, db, i->workspace, i->id, true));
	TRY(member_insert(cx, db, &m));
	TRY(audit(cx, db, i->workspace, "people.join", user_subject(cx, m.person), arena_printf(cx->arena, "{\"role\":\"%.*s\"}", STR_ARG(i->role))));
	*ret_person = m.person;
	return OK;
}

enum err account_accept(struct cx *cx, struct db *db, struct str invitation_token, const struct newcomer *who, const struct sign_in *from, struct str *ret_token,
			bool *ret_second_factor)
{
	struct invitation i;
	struct person known;
	struct session session;
	struct sign_in in = *from;
	struct str hash = {};
	i64 person;
	TRY(invitation_by_token(cx, db, hash_text(cx->arena, invitation_token), &i));
	in.email = i.email;
	enum err e = person_by_email(cx, db, i.email, &known);
	if (e != OK && e != ERR_MISSING)
		return e;
	bool is_new = e == ERR_MISSING;
	if (is_new) {
		TRY(account_check_password(cx, in.password, i.email, who->name));
		TRY(password_hash(cx, in.password, &hash));
	} else { /* a link that somebody made opens no account of somebody else: this is a sign-in like any other, with its limits */
		e = account_sign_in(cx, db, &in, ret_token, ret_second_factor);
		if (e == ERR_UNAUTHENTICATED)
			return fail_field(cx, "password", N_("You have an account with this address. Type its password."));
		TRY(e);
	}
	TRY(IN_TRANSACTION(cx, db, accept_invitation(cx, db, &i, is_new ? 0 : known.id, who, hash, &person)));
	if (is_new)
		TRY(account_sign_in(cx, db, &in, ret_token, ret_second_factor));
	TRY(session_by_token(cx, db, hash_text(cx->arena, *ret_token), &session));
	return session_set_workspace(cx, db, session.id, i.workspace);
}

/* ---- roles ---- */

static enum err other_owner_left(struct cx *cx, struct db *db, i64 workspace, i64 but)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, workspace, &members, &count));
	for (size_t i = 0; i < count; i++)
		if (members[i].role == ROLE_OWNER && members[i].person != but && !members[i].disabled)
			return OK;
	return fail(cx, ERR_CONFLICT, N_("A workspace needs an owner. Make somebody else owner first."));
}

static enum err change_member(struct cx *cx, struct db *db, i64 workspace, i64 person, enum role role, bool remove)
{
	struct member m;
	TRY(may_give(cx, role));
	TRY(member_get(cx, db, workspace, person, &m));
	if (m.removed_at)
		return fail(cx, ERR_MISSING, N_("This person is not in this workspace."));
	if (m.role == ROLE_OWNER) {
		if (cx->actor->role != ROLE_OWNER)
			return fail(cx, ERR_DENIED, N_("Only an owner changes an owner."));
		if (remove || role != ROLE_OWNER)
			TRY(other_owner_left(cx, db, workspace, person));
	}
	struct str detail = arena_printf(cx->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", role_word(m.role), remove ? "" : role_word(role));
	if (remove)
		m.removed_at = cx->now;
	else
		m.role = role;
	TRY(member_update(cx, db, &m));
	TRY(audit(cx, db, workspace, remove ? "people.remove" : "people.role", user_subject(cx, person), detail));
	if (remove)
		TRY(change_add(cx, db, 0, person, CHANGE_ACCESS, 0));
	return change_add(cx, db, workspace, 0, "people", person);
}

enum err account_set_role(struct cx *cx, struct db *db, i64 workspace, i64 person, enum role role)
{
	return IN_TRANSACTION(cx, db, change_member(cx, db, workspace, person, role, false));
}

enum err account_remove(struct cx *cx, struct db *db, i64 workspace, i64 person)
{
	return IN_TRANSACTION(cx, db, change_member(cx, db, workspace, person, ROLE_GUEST, true));
}

/* ---- API keys ---- */

static enum err add_key(struct cx *cx, struct db *db, const struct api_key *key, struct str token)
{
	TRY(api_key_insert(cx, db, key, hash_text(cx->arena, token)));
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"scopes\":");
	buf_add_json(&detail, key->scopes);
	buf_addc(&detail, '}');
	return audit(cx, db, key->workspace, "key.create", arena_printf(cx->arena, "key:%lld", (long long)key->id), buf_keep(&detail, cx->arena));
}

enum err account_key_new(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str scopes, i64 expires_at, struct str *ret_token)
{
	struct str rest = scopes;
	size_t count = 0;
	name = str_trim(name);
	if (!name.len)
		return fail_field(cx, "name", N_("Name the key after what will use it."));
	while (rest.at && rest.len) {
		enum permission permission;
		struct str word = str_cut(&rest, ' ');
		if (!permission_of(word, &permission))
			return fail_field(cx, "scope", N_("“%.*s” is no scope."), STR_ARG(word));
		if (!actor_may(cx->actor, permission))
			return fail_field(cx, "scope", N_("You cannot give what your role does not have: “%.*s”."), STR_ARG(word));
		count++;
	}
	if (!count)
		return fail_field(cx, "scope", N_("Choose what the key may do."));
	if (expires_at && expires_at <= cx->now)
		return fail_field(cx, "lifetime", N_("Choose a time that is still to come."));
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct str text = arena_printf(cx->arena, "pv_%s", token);
	struct api_key key = {.id = id_new(), .workspace = workspace, .person = cx->actor->user, .name = name, .hint = arena_str(cx->arena, str_head(text, 8)),
			      .scopes = scopes, .created_at = cx->now, .expires_at = expires_at};
	TRY(IN_TRANSACTION(cx, db, add_key(cx, db, &key, text)));
	*ret_token = text;
	return OK;
}

static enum err revoke_key(struct cx *cx, struct db *db, i64 workspace, i64 key)
{
	TRY(api_key_revoke(cx, db, workspace, cx->actor->user, key));
	return audit(cx, db, workspace, "key.revoke", arena_printf(cx->arena, "key:%lld", (long long)key), (struct str){});
}

enum err account_key_revoke(struct cx *cx, struct db *db, i64 workspace, i64 key)
{
	return IN_TRANSACTION(cx, db, revoke_key(cx, db, workspace, key));
}
