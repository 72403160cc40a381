#include "base/clock.h"
#include "base/lang.h"
#include "flow/account.h"
#include "flow/operator.h"
#include "main/visit.h"
#include "model/actor.h"
#include "store/member.h"
#include "store/workspace.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define LINK_LIFE HOUR
#define PAGE 500

/* ---- a password, from a person or a pipe ---- */

static enum err read_password(struct cx *cx, struct str *ret_password)
{
	char line[PASSWORD_MAX + 2];
	struct termios before, quiet;
	bool person = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &before) == 0;
	if (person) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		fprintf(stderr, "%s ", _("Password:"));
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	char *got = fgets(line, sizeof line, stdin);
	if (person) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	if (!got)
		return fail_field(cx, "password", N_("No password came by standard input."));
	struct str rest = str_of(line), password = str_line(&rest);
	*ret_password = arena_str(cx->arena, password);
	wipe(line, sizeof line);
	return OK;
}

/* ---- what is done ---- */

static enum err print_link(struct cx *cx, const struct program *program, struct db *db, i64 person)
{
	struct str token;
	TRY(account_link(cx, db, person, "sign_in", LINK_LIFE, &token));
	printf("%.*s/sign-in/link/%.*s\n", STR_ARG(program->settings.public_url), STR_ARG(token));
	fprintf(stderr, "%s\n", _("The link signs in once, within an hour."));
	return OK;
}

/* The one named, the only one, or a new one: when that is asked for, or there is none at all. */
static enum err where(struct cx *cx, const struct program *program, struct db *db, i64 *ret_workspace, struct str *ret_name)
{
	struct workspace *list;
	size_t count;
	TRY(workspace_list(cx, db, &list, &count));
	*ret_workspace = 0;
	*ret_name = option_value(program, "new-workspace");
	if (count && !ret_name->len)
		return program_workspace(cx, program, db, ret_workspace);
	if (!ret_name->len)
		*ret_name = option_value(program, "workspace");
	if (!ret_name->len)
		return fail_field(cx, "workspace", N_("There is no workspace yet. Name the first one with --workspace NAME; this person will own it."));
	return OK;
}

static enum err add(struct cx *cx, const struct program *program, struct db *db)
{
	struct operator_person who = {
		.name = option_value(program, "name"), .email = program->word_count > 1 ? program->words[1] : option_value(program, "email"), .role = ROLE_AGENT,
		.lang = option_value(program, "lang"), .zone = option_value(program, "zone"),
	};
	struct str role = option_value(program, "role"), workspace_name;
	i64 workspace, person;
	TRY(where(cx, program, db, &workspace, &workspace_name));
	if (!who.email.len)
		return fail_field(cx, "email", N_("Write an address like name@example.org."));
	if (!workspace)
		who.role = ROLE_OWNER;
	else if (role.len && !role_of(role, &who.role))
		return fail_field(cx, "role", N_("There is no role “%.*s”; “parvis map roles” shows them."), STR_ARG(role));
	if (!who.lang.len)
		who.lang = str_of(cx->lang);
	if (!who.zone.len)
		who.zone = S("Europe/Paris");
	if (option_given(program, "password-stdin"))
		TRY(read_password(cx, &who.password));
	TRY(operator_add(cx, db, workspace, workspace_name, &who, &person));
	return who.password.len ? OK : print_link(cx, program, db, person);
}

static enum err print_person(struct cx *cx, struct db *db, const struct person *p)
{
	struct member *places;
	struct workspace w;
	size_t count;
	printf("%.*s\t%.*s\t%s%s%s\t", STR_ARG(p->email), STR_ARG(p->name), p->disabled_at ? _("closed") : _("open"),
	       p->totp_secret.len ? ", " : "", p->totp_secret.len ? _("second factor") : "");
	TRY(member_workspaces(cx, db, p->id, &places, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(workspace_get(cx, db, places[i].workspace, &w));
		printf("%s%.*s: %s", i ? ", " : "", STR_ARG(w.slug), role_word(places[i].role));
	}
	fputc('\n', stdout);
	return OK;
}

static enum err list(struct cx *cx, struct db *db)
{
	struct person *persons;
	struct str after = {};
	size_t count;
	do {
		TRY(person_list(cx, db, after, PAGE, &persons, &count));
		for (size_t i = 0; i < count; i++)
			TRY(print_person(cx, db, &persons[i]));
		after = count ? persons[count - 1].email : after;
	} while (count == PAGE);
	return OK;
}

/* A key of the API in this person's name, with the scopes of --scopes or all that their role has. */
static enum err print_key(struct cx *cx, const struct program *program, struct db *db, const struct person *p)
{
	CLEANUP(buf_free) struct buf all = {};
	struct member m;
	struct str scopes = option_value(program, "scopes"), token;
	struct member *places;
	size_t place_count;
	i64 workspace;
	TRY(member_workspaces(cx, db, p->id, &places, &place_count));
	if (place_count == 1 && !option_value(program, "workspace").len)
		workspace = places[0].workspace;
	else
		TRY(program_workspace(cx, program, db, &workspace));
	TRY(member_get(cx, db, workspace, p->id, &m));
	struct actor actor = {.kind = ACTOR_USER, .workspace = workspace, .user = p->id, .role = m.role, .permissions = role_permissions(m.role), .name = p->name,
			      .zone = p->zone, .lang = lang_of(p->lang)};
	for (int i = 1; i < PERMISSION_COUNT; i++)
		if (actor.permissions >> i & 1)
			buf_addf(&all, all.len ? " %s" : "%s", permission_word((enum permission)i));
	const struct actor *before = cx->actor;
	cx->actor = &actor;
	enum err e = account_key_new(cx, db, workspace, S("parvis user key"), scopes.len ? scopes : buf_str(&all), 0, &token);
	cx->actor = before;
	TRY(e);
	printf("%.*s\n", STR_ARG(token));
	return OK;
}

static enum err to_person(struct cx *cx, const struct program *program, struct db *db, struct str act, struct str email)
{
	struct person p;
	struct str password;
	TRY(operator_find(cx, db, email, &p));
	if (str_eq(act, S("link"))) {
		if (p.disabled_at)
			return fail(cx, ERR_CONFLICT, N_("This account is closed; “parvis user enable” opens it again."));
		return print_link(cx, program, db, p.id);
	}
	if (str_eq(act, S("password"))) {
		TRY(read_password(cx, &password));
		return operator_set_password(cx, db, p.id, password);
	}
	if (str_eq(act, S("key")))
		return print_key(cx, program, db, &p);
	if (str_eq(act, S("factor-off")))
		return operator_factor_off(cx, db, p.id);
	return operator_set_disabled(cx, db, p.id, str_eq(act, S("disable")));
}

static enum err user(struct cx *cx, struct program *program)
{
	static const char *const with_email[] = {"link", "key", "password", "disable", "enable", "factor-off"};
	struct str act = program->word_count ? program->words[0] : (struct str){};
	bool alone = str_eq(act, S("add")) || str_eq(act, S("list")), one = str_in(act, with_email, COUNT(with_email));
	if (!alone && !one)
		return fail_field(cx, "WORD", N_("Say what to do: add, list, link, key, password, disable, enable or factor-off."));
	bool may_name = str_eq(act, S("add")) && !option_given(program, "email");
	if (program->word_count != (one ? 2u : 1u) && !(may_name && program->word_count == 2))
		return fail_field(cx, "EMAIL", one ? N_("Name one account by its address.") : N_("Nothing more is named here; see --help."));
	CLEANUP(visit_end) struct visit visit = {};
	TRY(visit_start(cx, program, &visit));
	if (str_eq(act, S("add")))
		return add(cx, program, visit.db);
	if (str_eq(act, S("list")))
		return list(cx, visit.db);
	return to_person(cx, program, visit.db, act, program->words[1]);
}

static const struct option_row options[] = {
	{"email", "ADDRESS", N_("add: whose account it is, where EMAIL does not say so")},
	{"name", "NAME", N_("add: as colleagues will see it")},
	{"role", "ROLE", N_("add: owner, administrator, manager, agent, moderator, analyst or guest; agent unless told")},
	{"workspace", "NAME", N_("add, key: the workspace, when there are several; add, when there is none, the name of the first")},
	{"new-workspace", "NAME", N_("add: open another workspace, which this person owns")},
	{"lang", "LANG", N_("add: en or fr")},
	{"zone", "ZONE", N_("add: time zone; Europe/Paris unless told")},
	{"scopes", "WORDS", N_("key: what it may do, words separated by spaces; all that the person may unless told")},
	{"password-stdin", NULL, N_("add: read the password from standard input; else a sign-in link is printed")},
	{},
};

const struct command command_user = {
	.name = "user",
	.words = "add|list|link|key|password|disable|enable|factor-off [EMAIL]",
	.about = N_("Let people in, lock them out, help who lost a password or a second factor"),
	.more = N_("“add EMAIL” makes an account, or lets somebody who has one into another workspace. “link EMAIL” prints a one-time sign-in link that lasts an hour. “key EMAIL” prints a key of the API, once. “password EMAIL” reads the new password from standard input."
		   " “factor-off EMAIL” takes a lost second factor off; whoever is changed is signed out everywhere."),
	.options = options,
	.run = user,
	.file = __FILE__,
};
