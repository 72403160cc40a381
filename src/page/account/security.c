/* security.c: password, second factor, recovery codes, sessions. */
#include "base/lang.h"
#include "flow/desk.h"
#include "page/account/account.h"
#include "page/account_letter.h"
#include "page/once.h"
#include "sys/qr.h"
#include "sys/totp.h"

#include <string.h>

#define PENDING "factor"  /* the secret on screen, until it is confirmed */
#define CODES "codes"
#define CODES_LOW 3

static struct account_keys keys(void)
{
	return (struct account_keys){page_setup.totp, page_setup.recovery};
}

/* ---- the page ---- */

/* "Firefox, Linux" of what a browser says of itself. */
static struct str device_of(struct cx *cx, struct str agent)
{
	static const struct {
		const char *mark, *name;
	} browsers[] = {{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"},
			{"Safari/", "Safari"}, {"curl/", "curl"}},
	  systems[] = {{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"},
		       {"Linux", "Linux"}};
	const char *browser = NULL, *system = NULL;
	for (size_t i = 0; i < COUNT(browsers) && !browser; i++)
		browser = str_find(agent, str_of(browsers[i].mark)) >= 0 ? browsers[i].name : NULL;
	for (size_t i = 0; i < COUNT(systems) && !system; i++)
		system = str_find(agent, str_of(systems[i].mark)) >= 0 ? systems[i].name : NULL;
	if (browser && system)
		return arena_printf(cx->arena, "%s, %s", browser, system);
	return str_of(browser ? browser : system ? system : _(N_("Unknown device")));
}

static enum err sessions_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct session *sessions;
	size_t count, others = 0;
	json_t *list = json_array();
	json_object_set_new(document, "sessions", list);
	TRY(session_list(cx, db, cx->actor->user, &sessions, &count));
	for (size_t i = 0; i < count; i++) {
		const struct session *s = &sessions[i];
		bool current = s->id == cx->actor->session;
		if (s->waits_for_second_factor)
			continue;
		others += !current;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(s->id), "device", doc_text(device_of(cx, s->agent)), "address",
						      doc_text(s->address), "created", doc_instant(&reader, s->created_at), "seen", doc_instant(&reader, s->seen_at),
						      "is_current", current));
	}
	json_object_set_new(document, "has_others", json_boolean(others));
	return OK;
}

/* In groups of four, as people copy it. */
static json_t *grouped(struct str secret)
{
	CLEANUP(buf_free) struct buf plain = {}, text = {};
	buf_add_base32(&plain, secret);
	for (size_t i = 0; i < plain.len; i++) {
		if (i && i % 4 == 0)
			buf_addc(&text, ' ');
		buf_addc(&text, plain.at[i]);
	}
	return doc_text(buf_str(&text));
}

static enum err qr_shape(struct cx *cx, const struct person *p, struct str secret, json_t **ret_shape)
{
	CLEANUP(buf_free) struct buf url = {}, path = {};
	int side;
	buf_add_otpauth(&url, S("Parvis"), p->email, secret);
	TRY(qr_path(cx, buf_str(&url), &path, &side));
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o}", "size_with_margin", doc_text(arena_printf(cx->arena, "%d", side + 8)), "path", doc_text(buf_str(&path)), "secret",
			       grouped(secret), "url", doc_text(buf_str(&url)));
	return OK;
}

static enum err factor_shape(struct cx *cx, struct request *request, const struct person *p, json_t *document)
{
	struct str secret;
	i64 left = 0;
	CLEANUP(buf_free) struct buf n = {}, text = {};
	bool on = p->totp_secret.len > 0, pending = !on && once_look(cx, request, PENDING, &secret) && secret.len == TOTP_SECRET_BYTES;
	json_t *qr = json_null();
	if (pending)
		TRY(qr_shape(cx, p, secret, &qr));
	json_object_set_new(document, "qr", qr);
	TRY(recovery_codes_left(cx, request_db(request), p->id, &left));
	buf_add_number(&n, cx->lang, left);
	buf_add_filled(&text, tr_n(cx->lang, "{n} recovery code is left.", "{n} recovery codes are left.", left), buf_str(&n));
	json_object_set_new(document, "second_factor", json_pack("{s:b, s:b, s:n, s:o, s:b}", "is_on", on, "is_pending", pending, "since", "codes_left",
								 on ? doc_text(buf_str(&text)) : json_null(), "codes_low", on && left < CODES_LOW));
	return OK;
}

enum err account_show_security(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	struct str codes = {};
	json_t *document = json_object(), *code_list = json_array();
	reply_json(reply, document);
	reply_template(reply, "account/security");
	TRY(account_by_person(cx));
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	json_object_set_new(document, "has_password", json_boolean(p.password.len));
	json_object_set_new(document, "password_least", json_integer(PASSWORD_MIN));
	bool fresh = once_take(cx, request, reply, CODES, &codes);
	while (fresh && codes.at && codes.len)
		json_array_append_new(code_list, doc_text(str_cut(&codes, ' ')));
	json_object_set_new(document, "recovery_codes", code_list);
	json_object_set_new(document, "has_recovery_codes", json_boolean(fresh));
	TRY(factor_shape(cx, request, &p, document));
	return sessions_shape(cx, request_db(request), document);
}

/* ---- what is done there ---- */

static void back(struct reply *reply, const char *told)
{
	if (told)
		reply_flash(reply, str_of(told), (struct str){});
	reply_redirect(reply, "/account?tab=security");
}

static void show_codes(struct cx *cx, struct reply *reply, const struct str *codes, size_t count)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_addc(&b, ' ');
		buf_add(&b, codes[i]);
	}
	once_put(cx, reply, CODES, buf_str(&b));
}

static enum err change_password(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_by_person(cx));
	if (!str_eq_secret(param_text(request, "password"), param_text(request, "again")))
		return request_fault(cx, request, "again", N_("The two are not the same."));
	TRY(account_change_password(cx, request_db(request), param_text(request, "current_password"), param_text(request, "password"), cx->actor->session));
	account_tell(cx, request_db(request), request, cx->actor->user, CHANGED_PASSWORD);
	back(reply, _(N_("Your password is changed; your other sessions have ended.")));
	return OK;
}

static enum err begin_factor(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str secret;
	struct person p;
	TRY(account_by_person(cx));
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	if (p.totp_secret.len)
		return fail(cx, ERR_CONFLICT, N_("The second factor is on already. Turn it off first."));
	TRY(account_totp_begin(cx, &secret));
	once_put(cx, reply, PENDING, secret);
	back(reply, NULL);
	return OK;
}

static enum err confirm_factor(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str secret, codes[RECOVERY_CODES];
	size_t count;
	struct account_keys with = keys();
	TRY(account_by_person(cx));
	if (!once_look(cx, request, PENDING, &secret))
		return fail(cx, ERR_CONFLICT, N_("This took too long. Set up the second factor again; the square will be another one."));
	TRY(account_totp_confirm(cx, request_db(request), &with, secret, param_text(request, "code"), codes, &count));
	once_forget(reply, PENDING);
	show_codes(cx, reply, codes, count);
	account_tell(cx, request_db(request), request, cx->actor->user, FACTOR_ON);
	back(reply, _(N_("The second factor is on.")));
	return OK;
}

static enum err cancel_factor(struct cx *cx, struct request *request, struct reply *reply)
{
	once_forget(reply, PENDING);
	back(reply, NULL);
	return OK;
}

/* Two forms of the page ask for the same proof, each in a field of its own. */
static enum err told_beside(struct cx *cx, struct request *request, const char *field, enum err e)
{
	if (e == ERR_BAD_INPUT && strcmp(cx->field, "proof") == 0)
		return request_fault(cx, request, field, "%s", arena_str(cx->arena, str_of(cx->story)).at);
	return e;
}

static enum err factor_off(struct cx *cx, struct request *request, struct reply *reply)
{
	struct account_keys with = keys();
	TRY(account_by_person(cx));
	TRY(told_beside(cx, request, "off_password", account_totp_off(cx, request_db(request), &with, param_text(request, "off_password"))));
	account_tell(cx, request_db(request), request, cx->actor->user, FACTOR_OFF);
	back(reply, _(N_("The second factor is off.")));
	return OK;
}

static enum err new_codes(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str codes[RECOVERY_CODES];
	size_t count;
	struct person p;
	struct account_keys with = keys();
	TRY(account_by_person(cx));
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	if (!p.totp_secret.len)
		return fail(cx, ERR_CONFLICT, N_("Recovery codes go with a second factor. Set that up first."));
	TRY(told_beside(cx, request, "codes_password", account_recovery_codes(cx, request_db(request), &with, param_text(request, "codes_password"), codes, &count)));
	account_tell(cx, request_db(request), request, cx->actor->user, NEW_CODES);
	show_codes(cx, reply, codes, count);
	back(reply, NULL);
	return OK;
}

static enum err end_session(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_by_person(cx));
	TRY(desk_end_session(cx, request_db(request), param_id(request, "id")));
	back(reply, _(N_("That session has ended.")));
	return OK;
}

static enum err end_others(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_by_person(cx));
	TRY(desk_end_other_sessions(cx, request_db(request)));
	back(reply, _(N_("Your other sessions have ended.")));
	return OK;
}

#define SECRET(field, text) {.name = field, .in = IN_FORM, .type = P_SECRET, .max = PASSWORD_MAX, .about = text}
static const struct param password_params[] = {
	SECRET("current_password", "The password until now."),
	{.name = "password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "The new one."},
	{.name = "again", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "The same once more."},
	{},
};
static const struct param code_params[] = {
	{.name = "code", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = 20, .about = "The code that the application shows."},
	{},
};
static const struct param off_params[] = {
	{.name = "off_password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "The password, or a code of the application."},
	{},
};
static const struct param codes_params[] = {
	{.name = "codes_password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "The password, or a code of the application."},
	{},
};

#define OWN (ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY)
#define FORM .template = "account/security", .form = "/account/security"
static const struct route routes[] = {
	{.method = "GET", .path = "/account/security", .flags = OWN, .template = "account/security", .handle = account_show_security, .about = "Password, second factor, sessions."},
	{.method = "POST", .path = "/account/password", .flags = OWN | ROUTE_SLOW, .params = password_params, FORM, .handle = change_password, .per_minute = 20,
	 .about = "Change the password."},
	{.method = "POST", .path = "/account/second-factor", .flags = OWN, .handle = begin_factor, .about = "Begin to set up a second factor."},
	{.method = "POST", .path = "/account/second-factor/confirm", .flags = OWN, .params = code_params, FORM, .handle = confirm_factor, .per_minute = 20,
	 .about = "Turn the second factor on."},
	{.method = "POST", .path = "/account/second-factor/cancel", .flags = OWN, .handle = cancel_factor, .about = "Forget the second factor that was begun."},
	{.method = "POST", .path = "/account/second-factor/off", .flags = OWN | ROUTE_SLOW, .params = off_params, FORM, .handle = factor_off, .per_minute = 20,
	 .about = "Turn the second factor off."},
	{.method = "POST", .path = "/account/recovery-codes", .flags = OWN | ROUTE_SLOW, .params = codes_params, FORM, .handle = new_codes, .per_minute = 20,
	 .about = "Make new recovery codes."},
	{.method = "POST", .path = "/sessions/end-others", .flags = OWN, .handle = end_others, .about = "End all sessions but this one."},
	{.method = "POST", .path = "/sessions/{id}/end", .flags = OWN, .handle = end_session, .about = "End a session."},
	{},
};

const struct page page_account_security = {"account_security", routes, .file = __FILE__};
