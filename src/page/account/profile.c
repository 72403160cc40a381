/* profile.c: name, language, zone, signature, theme, keys, presence. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/desk.h"
#include "flow/digest.h"
#include "page/account/account.h"
#include "page/choices.h"
#include "page/tally.h"
#include "store/member.h"

#include <string.h>

static const struct {
	const char *word, *title;
} themes[] = {{"system", N_("System")}, {"light", N_("Light")}, {"dark", N_("Dark")}};

static const struct {
	const char *word, *title;
} absences[] = {{"today", N_("the end of the day")}, {"tomorrow", N_("tomorrow morning")}, {"monday", N_("Monday morning")}, {"week", N_("in a week")},
		{"open", N_("I say that I am back")}};

/* Eight in the morning, so many days from now. */
static i64 morning(struct cx *cx, int days)
{
	struct civil c = zone_civil(cx->actor->zone, cx->now);
	i64 day = days_of_date(c.year, c.month, c.day) + days;
	struct civil wanted = {.hour = 8};
	date_of_days(day, &wanted.year, &wanted.month, &wanted.day);
	return zone_instant(cx->actor->zone, wanted);
}

static i64 until_of(struct cx *cx, struct str word)
{
	int weekday = zone_civil(cx->actor->zone, cx->now).weekday;
	if (str_eq(word, S("today")))
		return morning(cx, 1) - 8 * HOUR;
	if (str_eq(word, S("tomorrow")))
		return morning(cx, 1);
	if (str_eq(word, S("monday")))
		return morning(cx, 7 - weekday);
	if (str_eq(word, S("week")))
		return morning(cx, 7);
	return str_eq(word, S("open")) ? -1 : 0;
}

static enum err away_shape(struct cx *cx, struct db *db, const struct member *m, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf until = {};
	bool away = m->away_until < 0 || m->away_until > cx->now;
	i64 open = 0;
	json_t *choices = json_array();
	if (away && m->away_until > 0)
		buf_add_instant(&until, &reader, m->away_until);
	for (size_t i = 0; i < COUNT(absences); i++)
		json_array_append_new(choices, json_pack("{s:s, s:s}", "word", absences[i].word, "title", _(absences[i].title)));
	*ret_shape = json_pack("{s:b, s:o, s:o}", "is_away", away, "until", doc_text_or_null(buf_str(&until)), "choices", choices);
	if (here(cx)) {
		struct conversation_filter mine = {.status = STATUS_OPEN, .kind = -1, .assignee = cx->actor->user};
		TRY(tally(cx, db, here(cx), &mine, &open));
	}
	json_object_set_new(*ret_shape, "open", json_integer(open));
	return OK;
}

enum err account_show_profile(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct person p;
	struct member m = {};
	json_t *document = json_object(), *away = NULL, *theme_list = json_array();
	reply_json(reply, document);
	reply_template(reply, "account/profile");
	TRY(person_get(cx, db, cx->actor->user, &p));
	if (here(cx))
		TRY(member_get(cx, db, here(cx), cx->actor->user, &m));
	json_object_set_new(document, "form", json_pack("{s:o, s:o}", "name", doc_text(p.name), "signature", doc_text(m.signature)));
	json_object_set_new(document, "email", doc_text(p.email));
	json_object_set_new(document, "langs", choices_of_languages(typed_or(request, "lang", p.lang)));
	json_object_set_new(document, "zones", choices_of_zones(cx, typed_or(request, "zone", p.zone)));
	for (size_t i = 0; i < COUNT(themes); i++)
		json_array_append_new(theme_list, choice(themes[i].word, _(themes[i].title), str_eq(p.theme, str_of(themes[i].word))));
	json_object_set_new(document, "themes", theme_list);
	json_object_set_new(document, "has_keys", json_boolean(!json_is_true(json_object_get(account_settings(cx, &p), "keys_off"))));
	enum err e = away_shape(cx, db, &m, &away);
	json_object_set_new(document, "away", away);
	return e;
}

static enum err keep_profile(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct person p;
	TRY(account_by_person(cx));
	TRY(person_get(cx, db, cx->actor->user, &p));
	p.name = param_text(request, "name");
	if (param_text(request, "lang").len) {
		if (!lang_known(param_text(request, "lang")))
			return request_fault(cx, request, "lang", N_("Choose one of the languages that Parvis speaks."));
		p.lang = param_text(request, "lang");
	}
	if (param_text(request, "zone").len)
		p.zone = param_text(request, "zone");
	if (here(cx) && param_given(request, "signature"))
		TRY(desk_signature(cx, db, here(cx), param_text(request, "signature")));
	TRY(account_update(cx, db, &p));
	enum digest_wish digest; /* its morning follows the time zone */
	TRY(digest_wished(cx, db, p.id, &digest));
	TRY(digest_choose(cx, db, digest, page_setup.outside, page_setup.work));
	reply_flash(reply, str_of(tr(lang_of(p.lang), N_("Your profile is kept."))), (struct str){});
	reply_redirect(reply, "/account");
	return OK;
}

static enum err set_away(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 until = until_of(cx, param_text(request, "until"));
	if (!here(cx))
		return fail(cx, ERR_CONFLICT, N_("Choose a workspace first."));
	TRY(desk_away(cx, request_db(request), here(cx), until, until && param_bool(request, "hand_back")));
	reply_flash(reply, str_of(until ? _(N_("Nothing is assigned to you by itself until then.")) : _(N_("Welcome back."))), (struct str){});
	reply_redirect(reply, "/account#away");
	return OK;
}

static enum err set_keys(struct cx *cx, struct request *request, struct reply *reply)
{
	struct person p;
	TRY(account_by_person(cx));
	TRY(person_get(cx, request_db(request), cx->actor->user, &p));
	json_t *settings = account_settings(cx, &p);
	json_object_set_new(settings, "keys_off", json_boolean(!param_bool(request, "keys")));
	TRY(account_keep(cx, request_db(request), &p, settings));
	reply_redirect(reply, "/account#keys-setting");
	return OK;
}

static const char *const away_words[] = {"back", "today", "tomorrow", "monday", "week", "open", NULL};
static const struct param profile_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "The name that colleagues see."},
	{.name = "signature", .in = IN_FORM, .type = P_LINE, .max = 120, .about = "Under one's answers in this workspace."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 8, .about = "Language of the pages."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Time zone."},
	{},
};
static const struct param away_params[] = {
	{.name = "until", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = away_words, .about = "How long one is away; back: not any more."},
	{.name = "hand_back", .in = IN_FORM, .type = P_BOOL, .about = "Give back one's open conversations."},
	{},
};
static const struct param keys_params[] = {{.name = "keys", .in = IN_FORM, .type = P_BOOL, .about = "Single-letter keys work."}, {}};

static const struct route routes[] = {
	{.method = "POST", .path = "/account/profile", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .params = profile_params, .template = "account/profile",
	 .handle = keep_profile, .form = "/account", .about = "Change one's profile."},
	{.method = "POST", .path = "/account/away", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .params = away_params, .template = "account/profile", .handle = set_away,
	 .form = "/account", .about = "Say that one is away, or back."},
	{.method = "POST", .path = "/account/keys", .flags = ROUTE_NO_WORKSPACE | ROUTE_PAGE_ONLY, .params = keys_params, .template = "account/profile",
	 .handle = set_keys, .form = "/account", .about = "Turn single-letter keys on or off."},
	{},
};

const struct page page_account_profile = {"account_profile", routes, .file = __FILE__};
