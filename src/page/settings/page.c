/* settings: the workspace: name, address, language, hours, closing days, undo, approval. What is promised is in sla_policies.c. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/desk.h"
#include "page/choices.h"
#include "page/hours_form.h"
#include "page/page.h"
#include "ui/document.h"

static const struct {
	const char *word, *title, *about;
} approvals[] = {
	{"guests", N_("Those of roles that propose"), N_("Moderators and guests; the others answer alone")},
	{"all", N_("All of them"), N_("Somebody else reads every answer before it leaves")},
};
static const struct {
	const char *word, *title;
	double month;
} alarms[] = {
	{"none", N_("None is told: they stand on the page alone"), 0},
	{"low", N_("One in four months"), 0.25},
	{"normal", N_("One a month"), 1},
	{"high", N_("One a week"), 4},
};
static const char *const alarm_words[] = {"none", "low", "normal", "high", NULL};
static const char *const undo_words[] = {"0", "5", "8", "15", "30", "60", NULL};

static json_t *undo_shape(struct cx *cx, const struct request *request, i64 seconds)
{
	json_t *list = json_array();
	struct str chosen = typed_or(request, "undo_seconds", arena_printf(cx->arena, "%lld", (long long)seconds));
	bool found = false;
	for (size_t i = 0; undo_words[i]; i++) {
		CLEANUP(buf_free) struct buf text = {};
		buf_add_filled(&text, i ? tr_n(cx->lang, "{n} second", "{n} seconds", 2) : _(N_("none")), str_of(undo_words[i]));
		found |= str_eq(chosen, str_of(undo_words[i]));
		json_array_append_new(list, choice(undo_words[i], buf_cstr(&text), str_eq(chosen, str_of(undo_words[i]))));
	}
	if (!found && seconds > 0) { /* set by the API */
		CLEANUP(buf_free) struct buf text = {};
		buf_add_filled(&text, tr_n(cx->lang, "{n} second", "{n} seconds", seconds), chosen);
		json_array_append_new(list, choice(chosen.at, buf_cstr(&text), true));
	}
	return list;
}

static json_t *alarms_shape(struct cx *cx, const struct request *request, double month)
{
	json_t *list = json_array();
	struct str typed = request_typed(request, "alarms");
	for (size_t i = 0; i < COUNT(alarms); i++)
		json_array_append_new(list, choice(alarms[i].word, _(alarms[i].title), typed.at ? str_eq(typed, str_of(alarms[i].word)) : month == alarms[i].month));
	return list;
}

static double alarms_of(struct str word)
{
	for (size_t i = 0; i < COUNT(alarms); i++)
		if (str_eq(word, str_of(alarms[i].word)))
			return alarms[i].month;
	return -1; /* not told: as it is */
}

static json_t *approval_shape(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(approvals); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "word", approvals[i].word, "title", _(approvals[i].title), "about", _(approvals[i].about),
						      "is_selected", str_eq(chosen, str_of(approvals[i].word))));
	return list;
}

static i64 today(struct cx *cx, struct str zone)
{
	struct civil c = zone_civil(zone, cx->now);
	return days_of_date(c.year, c.month, c.day);
}

static enum err closing_shape(struct cx *cx, struct db *db, struct str zone, json_t *document)
{
	struct reader reader = {.lang = cx->lang, .zone = S("UTC"), .now = cx->now};
	json_t *names = json_array(), *list = json_array(), *one;
	size_t i;
	json_object_set_new(document, "closing_days", list);
	enum err e = closing_day_names(cx, db, here(cx), names);
	json_array_foreach(names, i, one)
	{
		i64 day = json_integer_value(json_object_get(one, "day"));
		CLEANUP(buf_free) struct buf text = {};
		buf_add_day(&text, &reader, day * DAY + 12 * HOUR);
		json_array_append_new(list, json_pack("{s:o, s:o, s:O, s:b}", "day", doc_id(day), "text", doc_text(buf_str(&text)), "name", json_object_get(one, "name"),
						      "is_past", day < today(cx, zone)));
	}
	json_decref(names);
	json_object_set_new(document, "has_closing_days", json_boolean(json_array_size(list)));
	return e;
}

static struct str summary_of(struct cx *cx, const struct hours *hours)
{
	CLEANUP(buf_free) struct buf n = {}, text = {};
	i64 minutes = hours_form_minutes(hours);
	if (!minutes)
		return str_of(_(N_("Always open.")));
	buf_add_decimal(&n, cx->lang, (double)minutes / 60, minutes % 60 ? 1 : 0);
	buf_add_filled(&text, tr_n(cx->lang, "{n} hour a week.", "{n} hours a week.", minutes / 60), buf_str(&n));
	return buf_keep(&text, cx->arena);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct workspace_settings s;
	struct hours hours;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(workspace_settings(cx, db, here(cx), &s));
	TRY(hours_get(cx, db, here(cx), &hours));
	json_object_set_new(document, "form", json_pack("{s:o, s:o, s:s, s:s}", "name", doc_text(w.name), "slug", doc_text(w.slug), "closing_day", "", "closing_name", ""));
	json_object_set_new(document, "public_url", doc_text(arena_printf(cx->arena, "%.*s/c/", STR_ARG(page_setup.public_url))));
	json_object_set_new(document, "zones", choices_of_zones(cx, typed_or(request, "zone", w.zone)));
	json_object_set_new(document, "langs", choices_of_languages(typed_or(request, "lang", w.lang)));
	struct str always = request_typed(request, "always_open");
	json_object_set_new(document, "is_always_open", json_boolean(always.at ? str_eq(always, S("yes")) : hours.opening_count == 0));
	json_object_set_new(document, "days", hours_form_shape(cx, request, &hours));
	json_object_set_new(document, "hours_summary", doc_text(summary_of(cx, &hours)));
	json_object_set_new(document, "undo", undo_shape(cx, request, s.undo_seconds));
	json_object_set_new(document, "approval", approval_shape(cx, typed_or(request, "approval", s.approve_all ? S("all") : S("guests"))));
	json_object_set_new(document, "appeal_days", doc_text(arena_printf(cx->arena, "%lld", (long long)s.appeal_days)));
	json_object_set_new(document, "alarms", alarms_shape(cx, request, s.alarms_a_month));
	json_object_set_new(document, "signature", doc_text_or_null(s.signature));
	return closing_shape(cx, db, w.zone, document);
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply)
{
	struct workspace_wish wish = {.name = param_text(request, "name"), .slug = param_text(request, "slug"), .zone = param_text(request, "zone"),
				      .lang = param_text(request, "lang"), .approve_all = str_eq(param_text(request, "approval"), S("all")),
				      .appeal_days = param_int(request, "appeal_days"), .alarms_a_month = alarms_of(param_text(request, "alarms")), .signature = param_text(request, "signature")};
	struct opening *openings = NULL;
	str_to_i64(param_text(request, "undo_seconds"), &wish.undo_seconds);
	if (!param_bool(request, "always_open")) {
		TRY(hours_form_read(cx, request, &openings, &wish.opening_count));
		if (!wish.opening_count)
			return request_fault(cx, request, "opens", N_("Write when somebody answers, or choose “Always”."));
	}
	wish.openings = openings;
	TRY(desk_workspace(cx, request_db(request), here(cx), &wish));
	reply_flash(reply, str_of(_(N_("The settings are kept."))), (struct str){});
	reply_redirect(reply, "/settings");
	return OK;
}

static bool read_day(struct str text, i64 *ret_day)
{
	i64 year, month, day;
	int y, m, d;
	struct str rest = text, first = str_cut(&rest, '-'), second = str_cut(&rest, '-');
	if (first.len != 4 || second.len != 2 || rest.len != 2 || !str_to_i64(first, &year) || !str_to_i64(second, &month) || !str_to_i64(rest, &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	i64 days = days_of_date((int)year, (int)month, (int)day);
	date_of_days(days, &y, &m, &d);
	*ret_day = days;
	return m == month && d == day;
}

static enum err close_day(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 day;
	if (!read_day(param_text(request, "closing_day"), &day))
		return request_fault(cx, request, "closing_day", N_("Choose a day."));
	TRY(desk_closing_day(cx, request_db(request), here(cx), day, param_text(request, "closing_name")));
	reply_flash(reply, str_of(_(N_("No deadline runs on that day."))), (struct str){});
	reply_redirect(reply, "/settings#closing-days");
	return OK;
}

static enum err open_day(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(desk_closing_day(cx, request_db(request), here(cx), param_id(request, "day"), (struct str){}));
	reply_redirect(reply, "/settings#closing-days");
	return OK;
}

static const char *const approval_words[] = {"guests", "all", NULL};
static const struct param settings_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "Name of the workspace."},
	{.name = "slug", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "Its public address."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .flags = PARAM_REQUIRED, .about = "Its time zone."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 8, .about = "Its language."},
	{.name = "always_open", .in = IN_FORM, .type = P_BOOL, .about = "Every hour counts."},
	HOURS_FORM_PARAMS,
	{.name = "approval", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = approval_words, .about = "Whose answers somebody approves."},
	{.name = "undo_seconds", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 0, .max = 120, .about = "How long an answer can be taken back."},
	{.name = "appeal_days", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = 90, .about = "Days to answer an appeal."},
	{.name = "alarms", .in = IN_FORM, .type = P_WORD, .words = alarm_words, .about = "How many false alarms of listening are fine: low, one in four months; normal, one a month; high, one a week; none: nobody is told. Without it: as it is."},
	{.name = "signature", .in = IN_FORM, .type = P_LINE, .max = 120, .about = "For those who have none of their own."},
	{},
};
static const struct param closing_params[] = {
	{.name = "closing_day", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 10, .about = "A day, 2026-05-01."},
	{.name = "closing_name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 80, .about = "Why."},
	{},
};

#define MANAGE .permission = MAY_MANAGE_WORKSPACE
/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"OpeningDay", "{number: text, weekday: text, title: text, is_second: bool, opens: text, closes: text, error: text?}",
	 "When a day of the week is worked."},
	{"ClosingDay", "{day: text, text: text, name: text, is_past: bool}", "A day that is closed."},
	{"SlaPolicy", "{id: id, url: url, name: text, position: text, is_first: bool, is_last: bool, about: text, first_answer: text?, "
	 "resolution: text?, business_hours: bool, is_current: bool, kept: text?}",
	 "A promise to those who write."},
	{"SlaPolicyForm", "{id: id?, name: text, first_answer: text, first_unit: [Choice], resolution: text, resolution_unit: [Choice], "
	 "kinds: [Choice], channels: [NamedChoice], priorities: [Choice], business_hours: bool}",
	 "A promise, open for a change."},
	{"SettingsPage", "{form: {name: text, slug: text, closing_day: text, closing_name: text}, public_url: url, zones: [{word: text, "
	 "is_selected: bool}], langs: [Choice], is_always_open: bool, days: [OpeningDay], hours_summary: text, "
	 "undo: [Choice], approval: [ChoiceAbout], appeal_days: text, alarms: [Choice], signature: text?, closing_days: [ClosingDay], "
	 "has_closing_days: bool}"},
	{"SlaPoliciesPage", "{policies: [SlaPolicy], edit: SlaPolicyForm?, can_manage: bool, has_policies: bool, hours_url: url, "
	 "is_always_open: bool, moderation: {delay: text, delay_unit: [Choice], text: text?, hours: bool}}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/settings", MANAGE, .template = "settings/page", .handle = show,
	 .answer = "SettingsPage", .about = "The workspace's settings."},
	{.method = "POST", .path = "/settings", MANAGE, .params = settings_params, .template = "settings/page", .handle = keep, .form = "/settings",
	 .about = "Change the workspace's settings."},
	{.method = "POST", .path = "/closing-days", MANAGE, .params = closing_params, .template = "settings/page", .handle = close_day, .form = "/settings",
	 .about = "Close a day: no deadline runs."},
	{.method = "POST", .path = "/closing-days/{day}/remove", MANAGE, .handle = open_day, .about = "Open a day again."},
	{},
};

const struct page page_settings = {"settings", routes, shapes, .file = __FILE__};
