/* account.c: coming in. Sessions, passwords, second factors; people of a workspace are in membership.c. */
#include "flow/account.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/password.h"
#include "store/member.h"
#include "sys/totp.h"

#include <string.h>

#define TRIES_WINDOW (15 * MINUTE)
#define TRIES_OF_ACCOUNT 10
#define TRIES_OF_ADDRESS 50
#define SECOND_FACTOR_LIFE (10 * MINUTE)
#define RESET_LIFE HOUR
#define OWN_MOST 8 /* parts of an address and a name that a password is held against */
#define SEEN_EVERY MINUTE

static struct str new_token(struct cx *cx)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	return arena_str(cx->arena, str_of(token));
}

struct str account_address(struct cx *cx, struct str typed)
{
	CLEANUP(buf_free) struct buf b = {};
	typed = str_trim(typed);
	for (size_t i = 0; i < typed.len; i++)
		buf_addc(&b, typed.at[i] >= 'A' && typed.at[i] <= 'Z' ? (char)(typed.at[i] + 32) : typed.at[i]);
	return buf_keep(&b, cx->arena);
}

enum err account_check_password(struct cx *cx, struct str password, struct str email, struct str name)
{
	struct str own[OWN_MOST];
	size_t count = 0;
	if (utf8_count(password) < PASSWORD_MIN)
		return fail_field(cx, "password", N_("Choose at least %d characters; a sentence is easy to keep in mind."), PASSWORD_MIN);
	if (password.len > PASSWORD_MAX)
		return fail_field(cx, "password", N_("Choose at most %d characters."), PASSWORD_MAX);
	struct str house = email;
	own[count++] = str_cut(&house, '@');
	own[count++] = str_cut(&house, '.');
	for (struct str rest = name; rest.len && count < COUNT(own);)
		own[count++] = str_cut(&rest, ' ');
	if (password_is_usual(password, own, count))
		return fail_field(cx, "password", N_("Everybody tries this one first: usual words, names, rows of keys or digits. Choose another."));
	return OK;
}

/* ---- signing in ---- */

static enum err open_session(struct cx *cx, struct db *db, i64 person, const struct sign_in *from, bool waits, struct str *ret_token)
{
	struct member *places;
	size_t count;
	TRY(member_workspaces(cx, db, person, &places, &count));
	i64 days = from->session_days > 0 ? from->session_days : 30;
	struct session s = {
		.id = id_new(),
		.person = person,
		.workspace = count ? places[0].workspace : 0,
		.address = from->address,
		.agent = utf8_head(from->agent, 300),
		.created_at = cx->now,
		.seen_at = cx->now,
		.expires_at = cx->now + (waits ? SECOND_FACTOR_LIFE : days * DAY),
		.waits_for_second_factor = waits,
	};
	struct str token = new_token(cx);
	TRY(session_insert(cx, db, &s, hash_text(cx->arena, token)));
	*ret_token = token;
	return OK;
}

/* At the door of an account nobody acts yet: who got in is the one who did it; who did not is somebody from outside. */
static enum err audit_door(struct cx *cx, struct db *db, const struct person *p, const char *act, bool got_in, struct str address, struct str detail)
{
	const struct actor *before = cx->actor;
	struct actor who = {.kind = got_in ? ACTOR_USER : ACTOR_OUTSIDE, .user = got_in ? p->id : 0, .name = got_in ? p->name : (struct str){}, .address = address};
	cx->actor = &who;
	enum err e = audit(cx, db, 0, act, arena_printf(cx->arena, "user:%lld", (long long)p->id), detail);
	cx->actor = before;
	return e;
}

/* By what and from where: the installation's log, whatever workspace they go to. */
static enum err note_door(struct cx *cx, struct db *db, const struct person *p, const char *act, bool got_in, const char *by, struct str address)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"by\":\"%s\",\"address\":", by);
	buf_add_json(&detail, address);
	buf_addc(&detail, '}');
	return audit_door(cx, db, p, act, got_in, address, buf_str(&detail));
}

static enum err note_arrival(struct cx *cx, struct db *db, i64 person, const char *by, struct str address)
{
	struct person p;
	TRY(person_get(cx, db, person, &p));
	return note_door(cx, db, &p, "account.sign_in", true, by, address);
}

static enum err arrive(struct cx *cx, struct db *db, i64 person, const struct sign_in *from, bool waits, struct str *ret_token)
{
	TRY(open_session(cx, db, person, from, waits, ret_token));
	return waits ? OK : note_arrival(cx, db, person, "password", from->address);
}

static enum err throttle(struct cx *cx, struct db *db, struct str subject, i64 most)
{
	i64 first;
	TRY(sign_in_tries(cx, db, subject, cx->now - TRIES_WINDOW, most, &first));
	if (!first)
		return OK;
	i64 left = first + TRIES_WINDOW - cx->now;
	left = left < SECOND ? SECOND : left > TRIES_WINDOW ? TRIES_WINDOW : left; /* tries are noted by the clock, which went on meanwhile */
	i64 seconds = (left + SECOND - 1) / SECOND, minutes = (seconds + 59) / 60;
	return fail_wait(cx, seconds, tr_n(cx->lang, "Try again in %lld minute. Nothing else has changed.", "Try again in %lld minutes. Nothing else has changed.", minutes),
			 (long long)minutes);
}

/* Of an address that nobody has, nothing is kept there. */
static enum err note_refusal(struct cx *cx, struct db *db, const struct person *p, const char *by, struct str address)
{
	return note_door(cx, db, p, "account.sign_in_refused", false, by, address);
}

static enum err count_try(struct cx *cx, struct db *db, const struct person *person, struct str account, const struct sign_in *in)
{
	TRY(sign_in_try_add(cx, db, account));
	TRY(sign_in_try_add(cx, db, arena_printf(cx->arena, "address:%.*s", STR_ARG(in->address))));
	return person ? note_refusal(cx, db, person, "password", in->address) : OK;
}

enum err account_sign_in(struct cx *cx, struct db *db, const struct sign_in *in, struct str *ret_token, bool *ret_second_factor)
{
	struct str email = account_address(cx, in->email);
	struct str account = arena_printf(cx->arena, "email:%.*s", STR_ARG(email)), address = arena_printf(cx->arena, "address:%.*s", STR_ARG(in->address));
	struct person p;
	TRY(throttle(cx, db, account, TRIES_OF_ACCOUNT));
	TRY(throttle(cx, db, address, TRIES_OF_ADDRESS));
	enum err e = person_by_email(cx, db, email, &p);
	if (e != OK && e != ERR_MISSING)
		return e;
	bool known = e == OK, right = known && !p.disabled_at ? password_verify(p.password, in->password) : (password_verify_nobody(in->password), false);
	if (!right) {
		TRY(IN_TRANSACTION(cx, db, count_try(cx, db, known ? &p : NULL, account, in)));
		return fail(cx, ERR_UNAUTHENTICATED, N_("Address and password do not fit together. Check both, or ask for a new password."));
	}
	bool waits = p.totp_secret.len > 0;
	struct str token;
	if (password_needs_rehash(p.password)) {
		struct str fresh;
		TRY(password_hash(cx, in->password, &fresh));
		TRY(person_set_password(cx, db, p.id, fresh));
	}
	TRY(sign_in_tries_forget(cx, db, account));
	TRY(IN_TRANSACTION(cx, db, arrive(cx, db, p.id, in, waits, &token)));
	*ret_token = token;
	*ret_second_factor = waits;
	return OK;
}

enum err account_waiting(struct cx *cx, struct db *db, struct str token, struct person *ret_person)
{
	struct session s;
	TRY(session_by_token(cx, db, hash_text(cx->arena, token), &s));
	if (!s.waits_for_second_factor)
		return fail(cx, ERR_MISSING, "This session waits for nothing.");
	return person_get(cx, db, s.person, ret_person);
}

static bool totp_fits(struct cx *cx, const struct account_keys *keys, const struct person *p, struct str code, i64 *ret_step)
{
	struct str secret, context = arena_printf(cx->arena, "person:%lld:totp", (long long)p->id);
	if (seal_open(cx, keys->totp, context, p->totp_secret, &secret) != OK)
		return false;
	return totp_check(secret, code, cx->now, p->totp_step, ret_step);
}

static enum err pass_second_factor(struct cx *cx, struct db *db, const struct account_keys *keys, struct str token, struct str code, bool *ret_right)
{
	struct session s;
	struct person p;
	i64 step;
	*ret_right = false;
	enum err e = session_by_token(cx, db, hash_text(cx->arena, token), &s);
	if (e == ERR_MISSING || (e == OK && !s.waits_for_second_factor))
		return fail(cx, ERR_UNAUTHENTICATED, N_("This took too long. Sign in again."));
	TRY(e);
	struct str subject = arena_printf(cx->arena, "factor:%lld", (long long)s.person);
	TRY(throttle(cx, db, subject, TRIES_OF_ACCOUNT));
	TRY(person_get(cx, db, s.person, &p));
	const char *by = "code";
	if (totp_fits(cx, keys, &p, code, &step)) {
		TRY(person_use_totp_step(cx, db, p.id, step));
	} else {
		cx_forget(cx);
		struct hash hash = recovery_code_hash(keys->recovery, p.id, code);
		e = recovery_code_use(cx, db, p.id, hash_str(&hash));
		if (e == ERR_MISSING) {
			TRY(note_refusal(cx, db, &p, "code", s.address));
			return sign_in_try_add(cx, db, subject);
		}
		TRY(e);
		by = "recovery code";
	}
	TRY(note_arrival(cx, db, p.id, by, s.address));
	TRY(session_complete(cx, db, s.id));
	TRY(sign_in_tries_forget(cx, db, subject));
	*ret_right = true;
	return OK;
}

enum err account_second_factor(struct cx *cx, struct db *db, const struct account_keys *keys, struct str token, struct str code)
{
	bool right;
	TRY(IN_TRANSACTION(cx, db, pass_second_factor(cx, db, keys, token, code, &right)));
	return right ? OK : fail_field(cx, "code", N_("This code is not right. Codes change every 30 seconds; a recovery code works once."));
}

enum err account_link(struct cx *cx, struct db *db, i64 person, const char *purpose, i64 lifetime, struct str *ret_token)
{
	struct str token = new_token(cx);
	TRY(one_time_insert(cx, db, person, purpose, hash_text(cx->arena, token), cx->now + lifetime));
	*ret_token = token;
	return OK;
}

static enum err use_link(struct cx *cx, struct db *db, struct str link_token, const struct sign_in *from, struct str *ret_token)
{
	i64 id;
	struct person p;
	TRY(one_time_use(cx, db, "sign_in", hash_text(cx->arena, link_token), &id));
	TRY(person_get(cx, db, id, &p));
	if (p.disabled_at)
		return fail(cx, ERR_DENIED, N_("This account is closed."));
	TRY(note_arrival(cx, db, id, "link", from->address));
	return open_session(cx, db, id, from, false, ret_token);
}

enum err account_sign_in_by_link(struct cx *cx, struct db *db, struct str link_token, const struct sign_in *from, struct str *ret_token)
{
	return IN_TRANSACTION(cx, db, use_link(cx, db, link_token, from, ret_token));
}

enum err account_prolong(struct cx *cx, struct db *db, struct str token, i64 days)
{
	struct session s;
	TRY(session_by_token(cx, db, hash_text(cx->arena, token), &s));
	return session_set_end(cx, db, s.id, cx->now + days * DAY);
}

enum err account_look_link(struct cx *cx, struct db *db, const char *purpose, struct str link_token, bool *ret_usable, struct person *ret_person)
{
	i64 person;
	enum err e = one_time_look(cx, db, purpose, hash_text(cx->arena, link_token), &person);
	*ret_usable = e == OK;
	if (e == OK)
		return person_get(cx, db, person, ret_person);
	if (e == ERR_MISSING)
		cx_forget(cx);
	return e == ERR_MISSING ? OK : e;
}

enum err account_sign_out(struct cx *cx, struct db *db, struct str token)
{
	struct session s;
	enum err e = session_by_token(cx, db, hash_text(cx->arena, token), &s);
	if (e == ERR_MISSING)
		return OK;
	TRY(e);
	return IN_TRANSACTION(cx, db, session_end(cx, db, s.person, s.id));
}

/* ---- who is it? ---- */

static enum err fill_actor(struct cx *cx, struct db *db, i64 workspace, i64 person, struct actor *actor)
{
	struct person p;
	TRY(person_get(cx, db, person, &p));
	if (p.disabled_at)
		return OK;
	actor->user = person;
	actor->name = p.name;
	actor->zone = p.zone;
	actor->lang = lang_of(p.lang);
	actor->theme = p.theme;
	actor->settings = p.settings;
	if (!workspace)
		return OK;
	struct member m;
	enum err e = member_get(cx, db, workspace, person, &m);
	if (e == ERR_MISSING || (e == OK && m.removed_at)) {
		cx_forget(cx);
		return OK; /* signed in, but not of this workspace any more */
	}
	TRY(e);
	actor->workspace = workspace;
	actor->membership = m.id;
	actor->role = m.role;
	actor->away_until = m.away_until;
	actor->permissions = role_permissions(m.role);
	return OK;
}

static u64 scope_bits(struct str scopes)
{
	u64 bits = 0;
	enum permission permission;
	while (scopes.at && scopes.len)
		if (permission_of(str_cut(&scopes, ' '), &permission))
			bits |= (u64)1 << permission;
	return bits;
}

enum err account_identify(struct cx *cx, struct db *db, struct str session_token, struct str api_key, struct actor *ret_actor, bool *ret_waits)
{
	struct actor actor = {};
	*ret_waits = false;
	if (api_key.len) {
		struct api_key key;
		enum err e = api_key_by_token(cx, db, hash_text(cx->arena, api_key), &key);
		if (e == OK) {
			TRY(fill_actor(cx, db, key.workspace, key.person, &actor));
			actor.kind = ACTOR_API_KEY;
			actor.session = key.id;
			actor.permissions &= scope_bits(key.scopes);
		} else if (e != ERR_MISSING) {
			return e;
		}
	} else if (session_token.len) {
		struct session s;
		enum err e = session_by_token(cx, db, hash_text(cx->arena, session_token), &s);
		if (e == OK && s.waits_for_second_factor) {
			*ret_waits = true;
		} else if (e == OK) {
			TRY(fill_actor(cx, db, s.workspace, s.person, &actor));
			actor.session = s.id;
		} else if (e != ERR_MISSING) {
			return e;
		}
	}
	*ret_actor = actor;
	return OK;
}

enum err account_seen(struct cx *cx, struct db *db, const struct actor *actor)
{
	if (!actor->user)
		return OK;
	if (actor->kind == ACTOR_API_KEY)
		return api_key_used(cx, db, actor->workspace, actor->session);
	struct person p;
	TRY(person_get(cx, db, actor->user, &p));
	if (p.seen_at > cx->now - SEEN_EVERY)
		return OK;
	TRY(session_seen(cx, db, actor->session));
	return person_seen(cx, db, actor->user);
}

enum err account_choose_workspace(struct cx *cx, struct db *db, i64 session, i64 person, i64 workspace)
{
	struct member m;
	TRY(member_get(cx, db, workspace, person, &m));
	if (m.removed_at)
		return fail(cx, ERR_DENIED, N_("You are no longer in this workspace."));
	return session_set_workspace(cx, db, session, workspace);
}

/* ---- passwords ---- */

enum err account_ask_reset(struct cx *cx, struct db *db, struct str email, struct str *ret_token, struct person *ret_person)
{
	struct person p;
	*ret_token = (struct str){};
	struct str subject = arena_printf(cx->arena, "reset:%.*s", STR_ARG(account_address(cx, email)));
	i64 fifth;
	TRY(sign_in_tries(cx, db, subject, cx->now - HOUR, 5, &fifth));
	if (fifth) /* five mails an hour are enough, whoever asks */
		return OK;
	TRY(sign_in_try_add(cx, db, subject));
	enum err e = person_by_email(cx, db, account_address(cx, email), &p);
	if (e == ERR_MISSING || (e == OK && p.disabled_at))
		return OK;
	TRY(e);
	TRY(account_link(cx, db, p.id, "reset", RESET_LIFE, ret_token));
	*ret_person = p;
	return OK;
}

static enum err reset(struct cx *cx, struct db *db, struct str token, struct str hash)
{
	i64 person;
	TRY(one_time_use(cx, db, "reset", hash_text(cx->arena, token), &person));
	TRY(person_set_password(cx, db, person, hash));
	TRY(sessions_end(cx, db, person, 0));
	struct person p;
	TRY(person_get(cx, db, person, &p));
	return audit_door(cx, db, &p, "account.password_reset", true, (struct str){}, (struct str){});
}

enum err account_reset(struct cx *cx, struct db *db, struct str reset_token, struct str password)
{
	struct str hash = {};
	struct person p = {};
	bool usable;
	TRY(account_look_link(cx, db, "reset", reset_token, &usable, &p));
	TRY(account_check_password(cx, password, p.email, p.name));
	if (usable) /* a link that serves no more costs nobody the work of a hash */
		TRY(password_hash(cx, password, &hash));
	return IN_TRANSACTION(cx, db, reset(cx, db, reset_token, hash));
}

static enum err change_password(struct cx *cx, struct db *db, struct str hash, i64 keep_session)
{
	TRY(person_set_password(cx, db, cx->actor->user, hash));
	TRY(sessions_end(cx, db, cx->actor->user, keep_session));
	return audit(cx, db, 0, "account.password", arena_printf(cx->arena, "user:%lld", (long long)cx->actor->user), (struct str){});
}

/* That it is still they who act: by their password, or, where `keys` are given, by a code of the application just as well. */
static enum err confirm(struct cx *cx, struct db *db, const struct account_keys *keys, const char *field, struct str proof)
{
	struct person p;
	i64 step;
	struct str subject = arena_printf(cx->arena, "factor:%lld", (long long)cx->actor->user);
	TRY(throttle(cx, db, subject, TRIES_OF_ACCOUNT));
	TRY(person_get(cx, db, cx->actor->user, &p));
	if (p.password.len && password_verify(p.password, proof))
		return OK;
	if (keys && p.totp_secret.len && totp_fits(cx, keys, &p, proof, &step))
		return person_use_totp_step(cx, db, p.id, step);
	cx_forget(cx);
	TRY(sign_in_try_add(cx, db, subject));
	return keys ? fail_field(cx, field, N_("This is neither your password nor the code that your app shows now.")) : fail_field(cx, field, N_("This is not your password."));
}

enum err account_change_password(struct cx *cx, struct db *db, struct str now, struct str wanted, i64 keep_session)
{
	struct person p;
	struct str hash;
	TRY(person_get(cx, db, cx->actor->user, &p));
	if (p.password.len) /* whoever came by a link chooses the first one */
		TRY(confirm(cx, db, NULL, "current_password", now));
	TRY(account_check_password(cx, wanted, p.email, p.name));
	TRY(password_hash(cx, wanted, &hash));
	return IN_TRANSACTION(cx, db, change_password(cx, db, hash, keep_session));
}

static enum err update(struct cx *cx, struct db *db, const struct person *p)
{
	TRY(person_update(cx, db, p));
	return audit(cx, db, 0, "account.update", arena_printf(cx->arena, "user:%lld", (long long)p->id), (struct str){});
}

enum err account_update(struct cx *cx, struct db *db, const struct person *person)
{
	struct person p = *person;
	must(p.id == cx->actor->user);
	p.name = str_trim(p.name);
	p.email = account_address(cx, p.email);
	if (!p.name.len)
		return fail_field(cx, "name", N_("Write the name that colleagues will see."));
	return IN_TRANSACTION(cx, db, update(cx, db, &p));
}

/* ---- second factor ---- */

enum err account_totp_begin(struct cx *cx, struct str *ret_secret)
{
	u8 *secret = arena_alloc(cx->arena, TOTP_SECRET_BYTES);
	totp_secret_new(secret);
	*ret_secret = (struct str){(const char *)secret, TOTP_SECRET_BYTES};
	return OK;
}

static enum err new_codes(struct cx *cx, struct db *db, const struct account_keys *keys, struct str *ret_codes)
{
	struct str hashes[RECOVERY_CODES];
	for (int i = 0; i < RECOVERY_CODES; i++) {
		char code[RECOVERY_CODE_LEN + 1];
		recovery_code_new(code);
		ret_codes[i] = arena_str(cx->arena, str_of(code));
		struct hash hash = recovery_code_hash(keys->recovery, cx->actor->user, ret_codes[i]);
		hashes[i] = arena_str(cx->arena, hash_str(&hash));
	}
	return recovery_codes_set(cx, db, cx->actor->user, hashes, RECOVERY_CODES);
}

static enum err totp_on(struct cx *cx, struct db *db, const struct account_keys *keys, struct str secret, i64 step, struct str *ret_codes)
{
	struct str subject = arena_printf(cx->arena, "user:%lld", (long long)cx->actor->user);
	struct str context = arena_printf(cx->arena, "person:%lld:totp", (long long)cx->actor->user);
	struct person p;
	TRY(person_get(cx, db, cx->actor->user, &p));
	if (p.totp_secret.len) /* one that is on is not replaced without proof: it is turned off first */
		return fail(cx, ERR_CONFLICT, N_("The second factor is on already. Turn it off first."));
	TRY(person_set_totp(cx, db, cx->actor->user, seal(cx->arena, keys->totp, context, secret), step));
	TRY(new_codes(cx, db, keys, ret_codes));
	return audit(cx, db, 0, "account.second_factor_on", subject, (struct str){});
}

enum err account_totp_confirm(struct cx *cx, struct db *db, const struct account_keys *keys, struct str secret, struct str code, struct str *ret_codes,
			      size_t *ret_count)
{
	i64 step;
	if (secret.len != TOTP_SECRET_BYTES)
		return fail_field(cx, "code", N_("Start again: the secret on screen was damaged on its way."));
	if (!totp_check(secret, code, cx->now, 0, &step))
		return fail_field(cx, "code", N_("This code does not fit. Check the clock of your telephone and type the newest one."));
	*ret_count = RECOVERY_CODES;
	return IN_TRANSACTION(cx, db, totp_on(cx, db, keys, secret, step, ret_codes));
}

static enum err totp_off(struct cx *cx, struct db *db)
{
	TRY(person_set_totp(cx, db, cx->actor->user, (struct str){}, 0));
	TRY(recovery_codes_set(cx, db, cx->actor->user, NULL, 0));
	return audit(cx, db, 0, "account.second_factor_off", arena_printf(cx->arena, "user:%lld", (long long)cx->actor->user), (struct str){});
}

enum err account_totp_off(struct cx *cx, struct db *db, const struct account_keys *keys, struct str proof)
{
	TRY(confirm(cx, db, keys, "proof", proof));
	return IN_TRANSACTION(cx, db, totp_off(cx, db));
}

static enum err replace_codes(struct cx *cx, struct db *db, const struct account_keys *keys, struct str *ret_codes)
{
	TRY(new_codes(cx, db, keys, ret_codes));
	return audit(cx, db, 0, "account.recovery_codes", arena_printf(cx->arena, "user:%lld", (long long)cx->actor->user), (struct str){});
}

enum err account_recovery_codes(struct cx *cx, struct db *db, const struct account_keys *keys, struct str proof, struct str *ret_codes, size_t *ret_count)
{
	TRY(confirm(cx, db, keys, "proof", proof));
	*ret_count = RECOVERY_CODES;
	return IN_TRANSACTION(cx, db, replace_codes(cx, db, keys, ret_codes));
}
