/* sign_in: coming in: password, second factor, a forgotten one, links and invitations. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/account.h"
#include "flow/mail.h"
#include "page/account_letter.h"
#include "page/page.h"
#include "store/member.h"
#include "store/workspace.h"
#include "ui/document.h"

#define SESSION_COOKIE "parvis_session"
#define WAITING_COOKIE "parvis_factor"  /* a session that still waits for its second factor */

static const struct {
	const char *word, *title;
} languages[] = {{"en", "English"}, {"fr", "Français"}};

/* The other languages, for people nobody knows yet. A chosen one is kept in a cookie. */
static void add_languages(struct cx *cx, struct request *request, struct reply *reply, json_t *document)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(languages); i++) {
		if (!lang_known(str_of(languages[i].word)) || str_eq(str_of(cx->lang), str_of(languages[i].word)))
			continue;
		struct str url = arena_printf(cx->arena, "?lang=%s", languages[i].word);
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", languages[i].word, "title", languages[i].title, "url", doc_text(url)));
	}
	json_object_set_new(document, "languages", list);
	if (str_find(request_query(request), S("lang=")) >= 0)
		reply_cookie(reply, "parvis_lang", str_of(cx->lang), 365 * 86400);
}

static struct sign_in from(const struct request *request, i64 days)
{
	return (struct sign_in){.address = request_address(request), .agent = request_header(request, "User-Agent"), .session_days = days};
}

static void let_in(struct cx *cx, struct reply *reply, struct str token, bool remember, struct str next)
{
	reply_cookie(reply, SESSION_COOKIE, token, remember ? page_setup.session_days * 86400 : 0);
	reply_cookie(reply, WAITING_COOKIE, S("-"), -1);
	reply_redirect(reply, "%s", next.len ? arena_cstr(cx->arena, next) : "/today");
}

/* ---- password ---- */

static enum err show_sign_in(struct cx *cx, struct request *request, struct reply *reply)
{
	struct workspace *places;
	size_t count;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(workspace_list(cx, request_db(request), &places, &count));
	bool first;
	TRY(account_is_first_run(cx, request_db(request), &first));
	if (first) {
		reply_redirect(reply, "/set-up/account");
		return OK;
	}
	bool out = str_find(request_query(request), S("out=yes")) >= 0;
	json_object_set_new(document, "form", json_pack("{s:s, s:o, s:b}", "email", "", "next", doc_text_or_null(param_text(request, "next")), "is_remembered", true));
	json_object_set_new(document, "workspace",
			    count == 1 ? json_pack("{s:o, s:o}", "name", doc_text(places[0].name), "avatar", doc_avatar(places[0].name)) : json_null());
	json_object_set_new(document, "notice", out ? json_string(_(N_("You are signed out."))) : json_null());
	add_languages(cx, request, reply, document);
	return OK;
}

/* For whoever watches the log; the address they typed may be a password typed in the wrong place. */
static void tell_refusal(struct cx *cx, const struct request *request, const char *what, enum err e)
{
	if (e == ERR_UNAUTHENTICATED || e == ERR_LATER || e == ERR_BAD_INPUT)
		log_line(LOG_WARN, "sign_in_refused", "what=%s address=%.*s request=%lld", what, STR_ARG(log_quote(cx->arena, request_address(request))),
			 (long long)cx->request);
}

/* The password was right: in, or to the second factor. */
static void go_on(struct cx *cx, struct reply *reply, struct str token, bool second, bool remember, struct str next)
{
	if (!second) {
		let_in(cx, reply, token, remember, next);
		return;
	}
	reply_cookie(reply, WAITING_COOKIE, arena_printf(cx->arena, "%c%.*s", remember ? 'r' : '-', STR_ARG(token)), 600);
	if (next.len)
		reply_redirect(reply, "/sign-in/second-factor?next=%.*s", STR_ARG(next));
	else
		reply_redirect(reply, "/sign-in/second-factor");
}

static enum err do_sign_in(struct cx *cx, struct request *request, struct reply *reply)
{
	bool remember = param_bool(request, "remember"), second;
	struct sign_in in = from(request, remember ? page_setup.session_days : 1);
	struct str token, next = param_text(request, "next");
	in.email = param_text(request, "email");
	in.password = param_text(request, "password");
	enum err e = account_sign_in(cx, request_db(request), &in, &token, &second);
	tell_refusal(cx, request, "password", e);
	if (e == ERR_UNAUTHENTICATED) /* they are at the form for signing in already: it comes back, with what was typed and why */
		return fail_field(cx, "password", "%s", arena_cstr(cx->arena, str_of(cx->story)));
	TRY(e);
	if (cx->actor && cx->actor->kind == ACTOR_USER && cx->actor->session) /* the cookie is about to forget the session it held */
		TRY(account_sign_out(cx, request_db(request), request_token(request)));
	go_on(cx, reply, token, second, remember, next);
	return OK;
}

static enum err show_second_factor(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	struct str next = param_text(request, "next");
	enum err e = account_waiting(cx, request_db(request), str_skip(request_cookie(request, WAITING_COOKIE), 1), &p);
	if (e == ERR_MISSING) { /* nobody came from the first page, or long ago */
		cx_forget(cx);
		if (next.len)
			reply_redirect(reply, "/sign-in?next=%.*s", STR_ARG(next));
		else
			reply_redirect(reply, "/sign-in");
		return OK;
	}
	TRY(e);
	json_t *document = json_object();
	reply_json(reply, document);
	json_object_set_new(document, "person", json_pack("{s:o, s:o}", "name", doc_text(p.name), "email", doc_text(p.email)));
	json_object_set_new(document, "is_recovery", json_boolean(str_find(request_query(request), S("recovery=yes")) >= 0));
	json_object_set_new(document, "form", json_pack("{s:o}", "next", doc_text_or_null(param_text(request, "next"))));
	add_languages(cx, request, reply, document);
	return OK;
}

static enum err do_second_factor(struct cx *cx, struct request *request, struct reply *reply)
{
	struct account_keys keys = {page_setup.totp, page_setup.recovery};
	struct str cookie = request_cookie(request, WAITING_COOKIE), token = str_skip(cookie, 1);
	bool remember = cookie.len && cookie.at[0] == 'r';
	enum err e = account_second_factor(cx, request_db(request), &keys, token, param_text(request, "code"));
	tell_refusal(cx, request, "second_factor", e);
	if (e == ERR_UNAUTHENTICATED) { /* it took too long */
		reply_flash(reply, str_of(arena_cstr(cx->arena, str_of(cx->story))), (struct str){});
		reply_redirect(reply, "/sign-in");
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	TRY(account_prolong(cx, request_db(request), token, remember ? page_setup.session_days : 1));
	let_in(cx, reply, token, remember, param_text(request, "next"));
	return OK;
}

static enum err sign_out(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_sign_out(cx, request_db(request), request_token(request)));
	reply_cookie(reply, SESSION_COOKIE, S("-"), -1);
	reply_redirect(reply, "/sign-in?out=yes");
	return OK;
}

/* ---- a forgotten password ---- */

static enum err forgotten_document(struct cx *cx, struct request *request, struct reply *reply, bool sent)
{
	json_t *document = json_object();
	reply_json(reply, document);
	json_object_set_new(document, "form", json_pack("{s:s}", "email", ""));
	json_object_set_new(document, "is_sent", json_boolean(sent));
	json_object_set_new(document, "link_lifetime", json_string(_(N_("one hour"))));
	json_object_set_new(document, "can_mail", json_boolean(page_setup.mail));
	add_languages(cx, request, reply, document);
	return OK;
}

static enum err show_forgotten(struct cx *cx, struct request *request, struct reply *reply)
{
	return forgotten_document(cx, request, reply, false);
}

static enum err do_forgotten(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str token = {};
	struct person p;
	if (page_setup.mail)
		TRY(account_ask_reset(cx, request_db(request), param_text(request, "email"), &token, &p));
	if (token.len) {
		const char *lang = lang_of(p.lang);
		struct str text = arena_printf(cx->arena,
					       tr(lang, N_("Hello %.*s,\n\nsomebody, probably you, asked for a new password. Choose it here within an hour:\n\n%.*s/password/reset/%.*s\n\nIf it was not you, nothing has changed and you need do nothing.")),
					       STR_ARG(p.name), STR_ARG(page_setup.public_url), STR_ARG(token));
		struct letter letter = {p.email, p.name, str_of(tr(lang, N_("Choose a new password"))), text, {}};
		TRY(mail_queue(cx, request_db(request), 0, &letter));
	}
	return forgotten_document(cx, request, reply, true);
}

static enum err show_reset(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object();
	struct person p = {};
	bool usable;
	reply_json(reply, document);
	TRY(account_look_link(cx, request_db(request), "reset", param_text(request, "token"), &usable, &p));
	json_object_set_new(document, "token", doc_text(param_text(request, "token")));
	json_object_set_new(document, "is_usable", json_boolean(usable));
	json_object_set_new(document, "person", usable ? json_pack("{s:o}", "email", doc_text(p.email)) : json_null());
	json_object_set_new(document, "password_least", json_integer(PASSWORD_MIN));
	add_languages(cx, request, reply, document);
	return OK;
}

static enum err do_reset(struct cx *cx, struct request *request, struct reply *reply)
{
	if (!str_eq_secret(param_text(request, "password"), param_text(request, "again")))
		return request_fault(cx, request, "again", N_("The two are not the same."));
	struct person p = {};
	bool usable;
	TRY(account_look_link(cx, request_db(request), "reset", param_text(request, "token"), &usable, &p));
	TRY(account_reset(cx, request_db(request), param_text(request, "token"), param_text(request, "password")));
	account_tell(cx, request_db(request), request, p.id, RESET_PASSWORD);
	reply_flash(reply, str_of(_(N_("Your new password is set. Sign in with it."))), (struct str){});
	reply_redirect(reply, "/sign-in");
	return OK;
}

/* ---- links and invitations ---- */

static enum err show_link(struct cx *cx, struct request *request, struct reply *reply)
{
	json_t *document = json_object();
	struct person p = {};
	bool usable;
	reply_json(reply, document);
	TRY(account_look_link(cx, request_db(request), "sign_in", param_text(request, "token"), &usable, &p));
	json_object_set_new(document, "token", doc_text(param_text(request, "token")));
	json_object_set_new(document, "is_usable", json_boolean(usable));
	json_object_set_new(document, "person", usable ? json_pack("{s:o, s:o}", "name", doc_text(p.name), "email", doc_text(p.email)) : json_null());
	add_languages(cx, request, reply, document);
	return OK;
}

static enum err use_link(struct cx *cx, struct request *request, struct reply *reply)
{
	struct sign_in in = from(request, page_setup.session_days);
	struct str token;
	TRY(account_sign_in_by_link(cx, request_db(request), param_text(request, "token"), &in, &token));
	let_in(cx, reply, token, true, (struct str){});
	return OK;
}

static enum err add_choices(struct cx *cx, json_t *document)
{
	static const char *const zones[] = {"Europe/Paris", "Europe/Brussels", "Europe/Zurich", "Europe/Luxembourg", "Europe/London", "Europe/Berlin", "Europe/Madrid",
					    "Europe/Rome", "Europe/Lisbon", "Africa/Casablanca", "Africa/Dakar", "Africa/Tunis", "Indian/Reunion", "America/Guadeloupe",
					    "America/Montreal", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "Australia/Sydney", "Pacific/Noumea", "UTC"};
	json_t *zone_list = json_array(), *lang_list = json_array();
	for (size_t i = 0; i < COUNT(zones); i++)
		json_array_append_new(zone_list, json_pack("{s:s, s:b}", "word", zones[i], "is_selected", i == 0));
	for (size_t i = 0; i < COUNT(languages); i++)
		json_array_append_new(lang_list, json_pack("{s:s, s:s, s:b}", "word", languages[i].word, "title", languages[i].title, "is_selected",
							   str_eq(str_of(cx->lang), str_of(languages[i].word))));
	json_object_set_new(document, "zones", zone_list);
	json_object_set_new(document, "langs", lang_list);
	return OK;
}

static enum err show_invitation(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct invitation i = {};
	struct str token = param_text(request, "token");
	bool known = false, usable;
	json_t *document = json_object(), *shape = json_null();
	reply_json(reply, document);
	TRY(account_look_invitation(cx, db, token, &usable, &i, &known));
	if (usable) {
		struct workspace w;
		struct person by = {};
		enum role role = ROLE_GUEST;
		struct reader reader = reader_of(cx);
		role_of(i.role, &role);
		TRY(workspace_get(cx, db, i.workspace, &w));
		if (i.invited_by)
			TRY(person_get(cx, db, i.invited_by, &by));
		shape = json_pack("{s:o, s:{s:o, s:o}, s:o, s:{s:s, s:s, s:s}, s:o}", "email", doc_text(i.email), "workspace", "name", doc_text(w.name), "avatar",
				  doc_avatar(w.name), "invited_by", doc_text_or_null(by.name), "role", "word", role_word(role), "title", tr(cx->lang, role_title(role)),
				  "about", tr(cx->lang, role_about(role)), "expires", doc_instant(&reader, i.expires_at));
	}
	json_object_set_new(document, "invitation", shape);
	json_object_set_new(document, "token", doc_text(token));
	json_object_set_new(document, "is_usable", json_boolean(usable));
	json_object_set_new(document, "has_account", json_boolean(known));
	json_object_set_new(document, "is_signed_in", json_boolean(cx->actor && known));
	json_object_set_new(document, "sign_in_url", doc_text(arena_printf(cx->arena, "/sign-in?next=/invitations/%.*s", STR_ARG(token))));
	json_object_set_new(document, "form", json_pack("{s:s}", "name", ""));
	json_object_set_new(document, "password_least", json_integer(PASSWORD_MIN));
	add_languages(cx, request, reply, document);
	return add_choices(cx, document);
}

static enum err do_invitation(struct cx *cx, struct request *request, struct reply *reply)
{
	struct sign_in in = from(request, page_setup.session_days);
	struct str token, lang = param_text(request, "lang"), zone = param_text(request, "zone");
	struct newcomer who = {param_text(request, "name"), lang.len ? lang : str_of(cx->lang), zone.len ? zone : S("Europe/Paris")};
	bool second;
	in.password = param_text(request, "password");
	enum err e = account_accept(cx, request_db(request), param_text(request, "token"), &who, &in, &token, &second);
	tell_refusal(cx, request, "invitation", e);
	TRY(e);
	go_on(cx, reply, token, second, true, (struct str){});
	return OK;
}

/* ---- the rows ---- */

#define TOKEN_PARAM {.name = "token", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .min = 10, .max = 80, .about = "The secret of the link."}
#define NEXT_QUERY {.name = "next", .in = IN_QUERY, .type = P_PATH, .about = "Where to go afterwards."}

static const struct param next_params[] = {NEXT_QUERY, {}};
static const struct param token_params[] = {TOKEN_PARAM, {}};
static const struct param sign_in_params[] = {
	{.name = "email", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 254, .about = "The address of the account."},
	{.name = "password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "Its password."},
	{.name = "remember", .in = IN_FORM, .type = P_BOOL, .about = "Stay signed in on this device."},
	{.name = "next", .in = IN_FORM, .type = P_PATH, .about = "Where to go afterwards."},
	{},
};
static const struct param factor_params[] = {
	{.name = "code", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = 40, .about = "Six digits, or a recovery code."},
	{.name = "next", .in = IN_FORM, .type = P_PATH, .about = "Where to go afterwards."},
	{},
};
static const struct param forgotten_params[] = {
	{.name = "email", .in = IN_FORM, .type = P_EMAIL, .flags = PARAM_REQUIRED, .about = "The address of the account."},
	{},
};
static const struct param reset_params[] = {
	TOKEN_PARAM,
	{.name = "password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "The new password."},
	{.name = "again", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "The same once more."},
	{},
};
static const struct param invitation_params[] = {
	TOKEN_PARAM,
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = 100, .about = "The name that colleagues will see."},
	{.name = "password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "A new password, or that of the account there is."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 8, .about = "Language of the pages."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Time zone."},
	{},
};

#define OUTSIDE (ROUTE_PUBLIC | ROUTE_PAGE_ONLY)
static const struct route routes[] = {
	{.method = "GET", .path = "/sign-in", .flags = OUTSIDE, .params = next_params, .template = "sign_in/sign_in", .handle = show_sign_in, .about = "The sign-in form."},
	{.method = "POST", .path = "/sign-in", .flags = OUTSIDE | ROUTE_SLOW, .params = sign_in_params, .template = "sign_in/sign_in", .handle = do_sign_in,
	 .about = "Sign in.", .per_minute = 20, .form = "/sign-in"},
	{.method = "GET", .path = "/sign-in/second-factor", .flags = OUTSIDE, .params = next_params, .template = "sign_in/second_factor", .handle = show_second_factor,
	 .about = "The form for the second factor."},
	{.method = "POST", .path = "/sign-in/second-factor", .flags = OUTSIDE, .params = factor_params, .template = "sign_in/second_factor",
	 .handle = do_second_factor, .about = "Give the second factor.", .per_minute = 20, .form = "/sign-in/second-factor"},
	{.method = "POST", .path = "/sign-out", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .handle = sign_out, .about = "Sign out."},
	{.method = "GET", .path = "/password/forgotten", .flags = OUTSIDE, .template = "sign_in/forgotten", .handle = show_forgotten, .about = "The form for a forgotten password."},
	{.method = "POST", .path = "/password/forgotten", .flags = OUTSIDE, .params = forgotten_params, .template = "sign_in/forgotten", .handle = do_forgotten,
	 .about = "Ask for a new password.", .per_minute = 10, .form = "/password/forgotten"},
	{.method = "GET", .path = "/password/reset/{token}", .flags = OUTSIDE, .params = token_params, .template = "sign_in/reset", .handle = show_reset, .about = "Choose a new password."},
	{.method = "POST", .path = "/password/reset/{token}", .flags = OUTSIDE | ROUTE_SLOW, .params = reset_params, .template = "sign_in/reset", .handle = do_reset,
	 .about = "Set a new password.", .per_minute = 20, .form = "/password/reset/{token}"},
	{.method = "GET", .path = "/sign-in/link/{token}", .flags = OUTSIDE, .params = token_params, .template = "sign_in/link", .handle = show_link, .about = "A one-time sign-in link."},
	{.method = "POST", .path = "/sign-in/link/{token}", .flags = OUTSIDE, .params = token_params, .template = "sign_in/link", .handle = use_link,
	 .about = "Sign in by a one-time link.", .per_minute = 20, .form = "/sign-in/link/{token}"},
	{.method = "GET", .path = "/invitations/{token}", .flags = OUTSIDE, .params = token_params, .template = "sign_in/invitation", .handle = show_invitation, .about = "An invitation."},
	{.method = "POST", .path = "/invitations/{token}", .flags = OUTSIDE | ROUTE_SLOW, .params = invitation_params, .template = "sign_in/invitation",
	 .handle = do_invitation, .about = "Accept an invitation.", .per_minute = 20, .form = "/invitations/{token}"},
	{},
};

const struct page page_sign_in = {"sign_in", routes, .file = __FILE__};
