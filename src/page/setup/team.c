/* team.c: who else works here, what is promised, and the last page: what is set up and what waits. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/account.h"
#include "flow/desk.h"
#include "flow/moderate.h"
#include "page/choices.h"
#include "page/invite.h"
#include "page/once.h"
#include "page/setup/setup.h"
#include "store/channel.h"
#include "store/member.h"

#define ROWS 4
#define WAITING_SHOWN 3

static const struct promise {
	enum message_kind kind;
	const char *field;
	i64 usual; /* minutes */
} promises[] = {{KIND_DIRECT, "first_answer_direct", 60}, {KIND_COMMENT, "first_answer_comment", 240}, {KIND_MENTION, "first_answer_mention", 240},
		{KIND_REVIEW, "first_answer_review", 240}};
static const i64 choices[] = {30, 60, 120, 240, 480, 1440};

/* ---- the form ---- */

static const char *fault_of(struct cx *cx, struct db *db, struct str email)
{
	struct person known;
	struct member member;
	ptrdiff_t at = str_find_byte(email, '@');
	if (at < 1 || (size_t)at + 3 > email.len || str_find_byte(email, ' ') >= 0)
		return N_("Write an address like name@example.org.");
	bool here_already = person_by_email(cx, db, email, &known) == OK && member_get(cx, db, here(cx), known.id, &member) == OK && !member.removed_at;
	cx_forget(cx);
	return here_already ? N_("This person is in this workspace already.") : NULL;
}

static json_t *rows_shape(struct cx *cx, struct db *db, const struct request *request)
{
	json_t *list = json_array();
	for (size_t i = 0; i < ROWS; i++) {
		struct str email = str_trim(request_typed_at(request, "email", i));
		const char *fault = email.len ? fault_of(cx, db, email) : NULL;
		enum role role = i ? ROLE_AGENT : ROLE_MANAGER;
		role_of(request_typed_at(request, "role", i), &role);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "number", doc_text(arena_printf(cx->arena, "%zu", i + 1)), "email", doc_text(email), "error",
						      fault ? json_string(_(fault)) : json_null(), "roles",
						      choices_of_roles(cx, role, cx->actor->role == ROLE_OWNER, true)));
	}
	return list;
}

static const struct sla_policy *policy_of(const struct sla_policy *policies, size_t count, enum message_kind kind)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(policies[i].kinds, str_of(message_kind_word(kind))) && !policies[i].channel)
			return &policies[i];
	return NULL;
}

static json_t *choices_shape(struct cx *cx, i64 chosen)
{
	json_t *list = json_array();
	bool found = chosen == 0;
	for (size_t i = 0; i < COUNT(choices); i++) {
		struct str word = arena_printf(cx->arena, "%lld", (long long)choices[i]);
		found |= choices[i] == chosen;
		json_array_append_new(list, choice(word.at, span_text(cx, choices[i] * MINUTE).at, choices[i] == chosen));
	}
	if (!found)
		json_array_append_new(list, choice(arena_printf(cx->arena, "%lld", (long long)chosen).at, span_text(cx, chosen * MINUTE).at, true));
	json_array_append_new(list, choice("0", _(N_("Nothing promised")), chosen == 0));
	return list;
}

enum err setup_show_team(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct sla_policy *policies;
	size_t count;
	json_t *document = json_object(), *roles = json_array(), *list = json_array();
	reply_json(reply, document);
	TRY(setup_frame(cx, db, STEP_TEAM, document));
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(sla_policies_get(cx, db, here(cx), &policies, &count));
	bool fresh = !setup_is_done(&w, STEP_TEAM);
	json_object_set_new(document, "invitations", rows_shape(cx, db, request));
	for (int i = 0; i < ROLE_COUNT; i++)
		json_array_append_new(roles, json_pack("{s:s, s:s}", "title", _(role_title((enum role)i)), "about", _(role_about((enum role)i))));
	json_object_set_new(document, "roles", roles);
	for (size_t i = 0; i < COUNT(promises); i++) {
		const struct sla_policy *p = policy_of(policies, count, promises[i].kind);
		i64 minutes = p ? p->first_answer / MINUTE : fresh ? promises[i].usual : 0;
		str_to_i64(request_typed(request, promises[i].field), &minutes);
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", message_kind_word(promises[i].kind), "title", _(message_kind_title(promises[i].kind)), "choices",
						      choices_shape(cx, minutes)));
	}
	json_object_set_new(document, "promises", list);
	json_object_set_new(document, "can_mail", json_boolean(page_setup.mail));
	return OK;
}

/* ---- what is done ---- */

static enum err keep_promise(struct cx *cx, struct db *db, const struct promise *promise, i64 minutes, const struct sla_policy *policies, size_t count)
{
	const struct sla_policy *known = policy_of(policies, count, promise->kind);
	struct sla_policy p = known ? *known : (struct sla_policy){.name = str_of(_(message_kind_title(promise->kind))), .kinds = str_of(message_kind_word(promise->kind)),
								   .business_hours = true};
	i64 id;
	if (!minutes)
		return known ? desk_policy_archive(cx, db, here(cx), known->id) : OK;
	if (known && known->first_answer == minutes * MINUTE)
		return OK;
	p.first_answer = minutes * MINUTE;
	if (p.resolution && p.resolution < p.first_answer)
		p.resolution = p.first_answer;
	return desk_policy(cx, db, here(cx), &p, &id);
}

static enum err check_rows(struct cx *cx, struct request *request)
{
	enum err e = OK;
	if (param_count(request, "email") > ROWS || param_count(request, "email") != param_count(request, "role"))
		return request_fault(cx, request, "email", N_("Send each address with its role."));
	for (size_t i = 0; i < param_count(request, "email"); i++) {
		struct str email = param_text_at(request, "email", i);
		const char *fault = email.len ? fault_of(cx, request_db(request), email) : NULL;
		if (fault)
			e = request_fault(cx, request, "email", "%s", _(fault));
	}
	return e;
}

enum err setup_do_team(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct sla_policy *policies;
	size_t count;
	CLEANUP(buf_free) struct buf links = {};
	TRY(check_rows(cx, request));
	TRY(sla_policies_get(cx, db, here(cx), &policies, &count));
	for (size_t i = 0; i < COUNT(promises); i++)
		TRY(keep_promise(cx, db, &promises[i], param_int(request, promises[i].field), policies, count));
	for (size_t i = 0; i < param_count(request, "email"); i++) {
		struct str email = param_text_at(request, "email", i), url;
		enum role role = ROLE_AGENT;
		if (!email.len)
			continue;
		role_of(param_text_at(request, "role", i), &role);
		TRY(invite_by_page(cx, db, email, role, &url));
		if (url.len)
			buf_addf(&links, "%.*s %s %.*s\n", STR_ARG(email), role_word(role), STR_ARG(url));
	}
	if (links.len)
		once_put(cx, reply, SETUP_LINKS, buf_str(&links));
	return setup_done(cx, db, STEP_TEAM, reply);
}

/* ---- the door ---- */

static void add_done(struct cx *cx, json_t *list, const char *title, struct str about, const char *url)
{
	json_array_append_new(list, json_pack("{s:s, s:o, s:s}", "title", _(title), "about", doc_text(about), "url", url));
}

static void add_waiting(struct cx *cx, json_t *list, bool waits, const char *title, const char *about, const char *url, const char *verb)
{
	if (waits && json_array_size(list) < WAITING_SHOWN)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "title", _(title), "about", _(about), "url", url, "verb", _(verb)));
}

static struct str counted(struct cx *cx, const char *text, i64 count)
{
	CLEANUP(buf_free) struct buf n = {}, b = {};
	buf_add_number(&n, cx->lang, count);
	buf_add_filled(&b, text, buf_str(&n));
	return buf_keep(&b, cx->arena);
}

static void add_links(struct cx *cx, const struct request *request, struct reply *reply, json_t *document)
{
	struct str links = {};
	json_t *list = json_array();
	bool any = once_take(cx, request, reply, SETUP_LINKS, &links);
	for (size_t number = 1; any && links.at && links.len; number++) {
		struct str line = str_cut(&links, '\n'), email = str_cut(&line, ' '), word = str_cut(&line, ' ');
		enum role role = ROLE_AGENT;
		role_of(word, &role);
		json_array_append_new(list, json_pack("{s:o, s:o, s:{s:s}, s:o}", "number", doc_text(arena_printf(cx->arena, "%zu", number)), "email", doc_text(email), "role",
						      "title", _(role_title(role)), "url", doc_text(line)));
	}
	json_object_set_new(document, "links", list);
	json_object_set_new(document, "has_links", json_boolean(any));
}

enum err setup_show_ready(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace w;
	struct person me;
	struct channel *channels;
	struct member *members;
	struct invitation *invited;
	struct charter_version version;
	struct charter_article *articles;
	size_t channel_count, member_count, invited_count, article_count = 0;
	json_t *document = json_object(), *done = json_array(), *waiting = json_array();
	reply_json(reply, document);
	json_object_set_new(document, "done", done);
	json_object_set_new(document, "waiting", waiting);
	TRY(setup_frame(cx, db, STEP_READY, document));
	TRY(workspace_get(cx, db, here(cx), &w));
	TRY(person_get(cx, db, cx->actor->user, &me));
	TRY(channel_list(cx, db, here(cx), &channels, &channel_count));
	TRY(member_list(cx, db, here(cx), &members, &member_count));
	TRY(invitation_list(cx, db, here(cx), &invited, &invited_count));
	enum err e = charter_in_force(cx, db, here(cx), &version);
	if (e == OK)
		TRY(charter_articles(cx, db, here(cx), version.id, &articles, &article_count));
	else if (e != ERR_MISSING)
		return e;
	cx_forget(cx);
	json_object_set_new(document, "workspace", json_pack("{s:o, s:o}", "name", doc_text(w.name), "slug", doc_text(w.slug)));
	add_done(cx, done, N_("Account"), arena_printf(cx->arena, "%.*s, %s", STR_ARG(me.name), _(role_title(cx->actor->role))), "/account");
	add_done(cx, done, N_("Workspace"), arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(w.name), STR_ARG(w.zone)), "/settings");
	if (channel_count)
		add_done(cx, done, N_("Channels"), counted(cx, tr_n(cx->lang, "{n} channel", "{n} channels", (i64)channel_count), (i64)channel_count), "/channels");
	if (article_count)
		add_done(cx, done, N_("House rules"), counted(cx, tr_n(cx->lang, "{n} article, published", "{n} articles, published", (i64)article_count), (i64)article_count),
			 "/charter");
	if (member_count > 1 || invited_count)
		add_done(cx, done, N_("Team"), counted(cx, tr_n(cx->lang, "{n} invitation", "{n} invitations", (i64)invited_count), (i64)invited_count), "/team");
	add_waiting(cx, waiting, !channel_count, N_("Connect a first channel"), N_("What is said there arrives in the inbox"), "/channels#connect", N_("Connect"));
	add_waiting(cx, waiting, !article_count, N_("Publish house rules"), N_("Nobody's message can be hidden before"), "/charter", N_("Write"));
	add_waiting(cx, waiting, !me.totp_secret.len, N_("Set up the second factor"), N_("A stolen password is not enough then; it takes two minutes"),
		    "/account?tab=security", N_("Set up"));
	add_waiting(cx, waiting, true, N_("Write a first saved reply"), N_("The one that you write most often"), "/saved-replies", N_("Write"));
	add_waiting(cx, waiting, true, N_("Bring in what you have"), N_("A network's export, a table, a mailbox"), "/imports", N_("Import"));
	add_links(cx, request, reply, document);
	return OK;
}

#define PROMISE(name_text, what) {.name = name_text, .in = IN_FORM, .type = P_INT, .min = 0, .max = 14400, .about = what}
const struct param setup_team_params[] = {
	{.name = "email", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 254, .about = "Addresses to invite."},
	{.name = "role", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 30, .about = "Their roles, in the same order."},
	PROMISE("first_answer_direct", "Minutes to a first answer to private messages; 0: none promised."),
	PROMISE("first_answer_comment", "The same for comments."),
	PROMISE("first_answer_mention", "The same for mentions."),
	PROMISE("first_answer_review", "The same for reviews."),
	{},
};
