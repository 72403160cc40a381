/* setup: the first run, step by step; each can be left for later. The first one makes the owner, and asks for proof that the
 * installation is theirs: the link that the program printed, or the key in it. Rules and team are in files of their own. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/account.h"
#include "flow/desk.h"
#include "page/channel_look.h"
#include "page/choices.h"
#include "page/hours_form.h"
#include "page/setup/setup.h"
#include "store/member.h"

#include <string.h>

#define SESSION_COOKIE "parvis_session"
#define PROOF_COOKIE "parvis_set_up" /* the token of the link, while the form is filled in */

/* ---- you first ---- */

static enum err proves(struct cx *cx, struct db *db, struct str token, bool *ret_right)
{
	enum err e = token.len ? account_may_set_up(cx, db, token) : ERR_DENIED;
	*ret_right = e == OK;
	cx_forget(cx);
	return e == ERR_DENIED ? OK : e;
}

static enum err show_account(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	bool first, right, kept;
	struct str token = param_text(request, "token");
	TRY(account_is_first_run(cx, db, &first));
	if (!first) {
		reply_redirect(reply, cx->actor ? "/set-up/workspace" : "/sign-in");
		return OK;
	}
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(setup_frame(cx, db, STEP_ACCOUNT, document));
	TRY(proves(cx, db, token, &right));
	TRY(proves(cx, db, request_cookie(request, PROOF_COOKIE), &kept));
	if (right)
		reply_cookie(reply, PROOF_COOKIE, token, HOUR / SECOND);
	json_object_set_new(document, "must_prove", json_boolean(!right && !kept));
	json_object_set_new(document, "form", json_pack("{s:s, s:s}", "name", "", "email", ""));
	json_object_set_new(document, "langs", choices_of_languages(typed_or(request, "lang", str_of(cx->lang))));
	json_object_set_new(document, "password_least", json_integer(PASSWORD_MIN));
	return OK;
}

static enum err do_account(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str key = param_text(request, "key"), lang = param_text(request, "lang"), link, token;
	i64 person, workspace;
	bool right;
	TRY(proves(cx, db, key.len ? str_trim(key) : request_cookie(request, PROOF_COOKIE), &right));
	if (!right)
		return request_fault(cx, request, "key", N_("This is not the key of this installation. It stands at the end of the link that the program printed when it started."));
	if (lang.len && !lang_known(lang))
		return request_fault(cx, request, "lang", N_("Choose one of the languages that Parvis speaks."));
	const char *spoken = lang.len ? lang_of(lang) : cx->lang;
	struct first_run run = {.name = param_text(request, "name"), .email = param_text(request, "email"), .password = param_text(request, "password"), .lang = str_of(spoken),
				.zone = str_eq(str_of(spoken), S("fr")) ? S("Europe/Paris") : S("UTC"), .workspace_name = str_of(tr(spoken, N_("Our house")))};
	TRY(account_first_run(cx, db, &run, &person, &workspace));
	struct sign_in in = {.address = request_address(request), .agent = request_header(request, "User-Agent"), .session_days = page_setup.session_days};
	TRY(account_link(cx, db, person, "sign_in", MINUTE, &link));
	TRY(account_sign_in_by_link(cx, db, link, &in, &token));
	reply_cookie(reply, SESSION_COOKIE, token, page_setup.session_days * 86400);
	reply_cookie(reply, PROOF_COOKIE, S("-"), -1);
	reply_redirect(reply, "/set-up/workspace");
	return OK;
}

/* ---- the workspace ---- */

static const struct pattern {
	const char *word, *title, *about;
	int days, opens, closes; /* days 0: none of these */
} patterns[] = {
	{"week", N_("On weekdays"), N_("Monday to Friday, 9 am to 6 pm"), 5, 540, 1080},
	{"every_day", N_("Every day"), N_("9 am to 8 pm"), 7, 540, 1200},
	{"always", N_("Without a pause"), N_("Every hour counts"), 0, 0, 0},
	{"own", N_("Your own hours"), N_("Day by day, below"), 0, 0, 0},
};

static size_t openings_of(const struct pattern *p, struct opening openings[7])
{
	for (int day = 0; day < p->days; day++)
		openings[day] = (struct opening){day, p->opens, p->closes};
	return (size_t)p->days;
}

static const struct pattern *pattern_of_hours(const struct hours *hours)
{
	struct opening wanted[7];
	if (!hours->opening_count)
		return &patterns[2];
	for (size_t i = 0; i < 2; i++)
		if (openings_of(&patterns[i], wanted) == hours->opening_count && memcmp(wanted, hours->openings, sizeof *wanted * hours->opening_count) == 0)
			return &patterns[i];
	return &patterns[3];
}

static enum err show_workspace(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct hours hours;
	struct opening usual[7];
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	TRY(setup_frame(cx, db, STEP_WORKSPACE, document));
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(hours_get(cx, db, here(cx), &hours));
	if (!hours.opening_count && !setup_is_done(&w, STEP_WORKSPACE)) {
		hours.opening_count = openings_of(&patterns[0], usual);
		hours.openings = usual;
	}
	json_object_set_new(document, "form", json_pack("{s:o, s:o}", "name", doc_text(w.name), "slug", doc_text(w.slug)));
	json_object_set_new(document, "zones", choices_of_zones(cx, typed_or(request, "zone", w.zone)));
	json_object_set_new(document, "langs", choices_of_languages(typed_or(request, "lang", w.lang)));
	struct str chosen = typed_or(request, "pattern", str_of(pattern_of_hours(&hours)->word));
	for (size_t i = 0; i < COUNT(patterns); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "word", patterns[i].word, "title", _(patterns[i].title), "about", _(patterns[i].about),
						      "is_selected", str_eq(chosen, str_of(patterns[i].word))));
	json_object_set_new(document, "patterns", list);
	json_object_set_new(document, "days", hours_form_shape(cx, request, &hours));
	json_object_set_new(document, "public_url", doc_text(arena_printf(cx->arena, "%.*s/c/", STR_ARG(page_setup.public_url))));
	return OK;
}

/* The first person's own clock follows the first house; who opens another one keeps the clock they have. */
static enum err follow_zone(struct cx *cx, struct db *db, struct str zone)
{
	struct person p;
	struct member *places;
	size_t count;
	TRY(member_workspaces(cx, db, cx->actor->user, &places, &count));
	if (count > 1)
		return OK;
	TRY(person_get(cx, db, cx->actor->user, &p));
	if (str_eq(p.zone, zone))
		return OK;
	p.zone = zone;
	return account_update(cx, db, &p);
}

static enum err do_workspace(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct workspace_wish wish = {.name = param_text(request, "name"), .slug = param_text(request, "slug"), .zone = param_text(request, "zone"),
				      .lang = param_text(request, "lang"), .undo_seconds = -1};
	struct opening usual[7], *own;
	TRY(workspace_get(cx, db, here(cx), &w));
	bool fresh = !setup_is_done(&w, STEP_WORKSPACE);
	for (size_t i = 0; i < COUNT(patterns); i++)
		if (str_eq(param_text(request, "pattern"), str_of(patterns[i].word)))
			wish.opening_count = openings_of(&patterns[i], usual);
	wish.openings = usual;
	if (str_eq(param_text(request, "pattern"), S("own"))) {
		TRY(hours_form_read(cx, request, &own, &wish.opening_count));
		wish.openings = own;
		if (!wish.opening_count)
			return request_fault(cx, request, "opens", N_("Write when somebody answers, day by day, or choose one of the others."));
	}
	TRY(desk_workspace(cx, db, here(cx), &wish));
	if (fresh)
		TRY(follow_zone(cx, db, wish.zone));
	return setup_done(cx, db, STEP_WORKSPACE, reply);
}

/* ---- channels ---- */

static enum err show_channels(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct channel *channels;
	size_t count;
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	json_object_set_new(document, "channels", list);
	TRY(setup_frame(cx, db, STEP_CHANNELS, document));
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		struct channel_look look = channel_look(&channels[i]);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b, s:o}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "network",
						      doc_network(cx->lang, channels[i].network), "state", doc_word(cx->lang, look.word, look.title), "is_ok",
						      str_eq(channels[i].state, S("ok")), "state_story", doc_text_or_null(channels[i].state_story)));
	}
	json_object_set_new(document, "kinds", channel_kinds_shape(cx, S("/set-up/channels")));
	return OK;
}

static enum err do_channels(struct cx *cx, struct request *request, struct reply *reply)
{
	return setup_done(cx, request_db(request), STEP_CHANNELS, reply);
}

/* ---- in and out ---- */

static enum err begin(struct cx *cx, struct request *request, struct reply *reply)
{
	struct workspace w;
	TRY(workspace_get(cx, request_db(request), here(cx), &w));
	for (int i = STEP_WORKSPACE; i < STEP_READY; i++)
		if (!setup_is_done(&w, (enum setup_step)i)) {
			reply_redirect(reply, "/set-up/%s", setup_word((enum setup_step)i));
			return OK;
		}
	reply_redirect(reply, "/set-up/ready");
	return OK;
}

static enum err later(struct cx *cx, struct request *request, struct reply *reply)
{
	reply_flash(reply, str_of(_(N_("The rest waits for you under Settings."))), (struct str){});
	reply_redirect(reply, "/today");
	return OK;
}

static const char *const pattern_words[] = {"week", "every_day", "always", "own", NULL};
static const struct param token_params[] = {{.name = "token", .in = IN_QUERY, .type = P_SECRET, .max = 100, .about = "What the printed link carries."}, {}};
static const struct param account_params[] = {
	{.name = "key", .in = IN_FORM, .type = P_SECRET, .max = 100, .about = "The key of the installation."},
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "The first person's name."},
	{.name = "email", .in = IN_FORM, .type = P_EMAIL, .flags = PARAM_REQUIRED, .about = "Their address."},
	{.name = "password", .in = IN_FORM, .type = P_SECRET, .flags = PARAM_REQUIRED, .max = PASSWORD_MAX, .about = "Their password."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .max = 8, .about = "Language of the pages."},
	{},
};
static const struct param workspace_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 100, .about = "Name of the workspace."},
	{.name = "slug", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "Its public address."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .flags = PARAM_REQUIRED, .about = "Its time zone."},
	{.name = "lang", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 8, .about = "Its language."},
	{.name = "pattern", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = pattern_words, .about = "The hours to start from."},
	HOURS_FORM_PARAMS,
	{},
};

#define OUTSIDE .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY
#define INSIDE .permission = MAY_MANAGE_WORKSPACE, .flags = ROUTE_PAGE_ONLY
static const struct route routes[] = {
	{.method = "GET", .path = "/set-up", INSIDE, .handle = begin, .about = "Go on where the setting up was left."},
	{.method = "GET", .path = "/set-up/account", OUTSIDE, .params = token_params, .template = "setup/account", .handle = show_account, .about = "The first person."},
	{.method = "POST", .path = "/set-up/account", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY | ROUTE_SLOW, .params = account_params, .template = "setup/account",
	 .handle = do_account, .form = "/set-up/account", .per_minute = 20, .about = "Make the first person, owner of the installation."},
	{.method = "GET", .path = "/set-up/workspace", INSIDE, .template = "setup/workspace", .handle = show_workspace, .about = "The workspace."},
	{.method = "POST", .path = "/set-up/workspace", INSIDE, .params = workspace_params, .template = "setup/workspace", .handle = do_workspace,
	 .form = "/set-up/workspace", .about = "Name the workspace, say its hours."},
	{.method = "GET", .path = "/set-up/channels", INSIDE, .template = "setup/channels", .handle = show_channels, .about = "The first channels."},
	{.method = "POST", .path = "/set-up/channels", INSIDE, .handle = do_channels, .about = "Go on from the channels."},
	{.method = "GET", .path = "/set-up/charter", INSIDE, .template = "setup/charter", .handle = setup_show_charter, .about = "House rules and tone."},
	{.method = "POST", .path = "/set-up/charter", INSIDE, .params = setup_charter_params, .template = "setup/charter", .handle = setup_do_charter,
	 .form = "/set-up/charter", .about = "Choose house rules and a tone."},
	{.method = "GET", .path = "/set-up/team", INSIDE, .template = "setup/team", .handle = setup_show_team, .about = "People and promises."},
	{.method = "POST", .path = "/set-up/team", INSIDE, .params = setup_team_params, .template = "setup/team", .handle = setup_do_team, .form = "/set-up/team",
	 .per_minute = 20, .about = "Invite people, promise answers."},
	{.method = "GET", .path = "/set-up/ready", INSIDE, .template = "setup/ready", .handle = setup_show_ready, .about = "What is set up, and what waits."},
	{.method = "POST", .path = "/set-up/later", INSIDE, .handle = later, .about = "Leave the rest for later."},
	{},
};

const struct page page_setup_wizard = {"setup", routes, .file = __FILE__};
