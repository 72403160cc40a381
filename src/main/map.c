/* map.c: every table of the program with its rows and the files they live in: what can be listed, the program can print. */
#include "backend/backend.h"
#include "base/lang.h"
#include "base/parser.h"
#include "check/check.h"
#include "channel/archive.h"
#include "channel/channel.h"
#include "main/command.h"
#include "model/permission.h"
#include "page/page.h"
#include "store/migrate.h"

#include <stdio.h>
#include <string.h>

/* "../src/page/labels/page.c", as the compiler was given it, from the project's folder on. */
static const char *source_of(const char *file)
{
	const char *found = file ? file : "-"; /* a row that does not say: the test of the command line finds it */
	for (const char *at = found; (at = strstr(at, "src/")); at++)
		found = at;
	return found;
}

static void pages_map(struct cx *cx)
{
	for (size_t i = 0; i < page_count; i++) {
		printf("%s\t%s\n", pages[i]->name, source_of(pages[i]->file));
		for (const struct route *r = pages[i]->routes; r && r->method; r++)
			printf("\t%-6s %s\t%s\t%s\t%s\n", r->method, r->path, r->permission ? permission_word(r->permission) : "-",
			       r->template ? r->template : "-", r->about ? r->about : "");
	}
}

static void channels_map(struct cx *cx)
{
	static const struct {
		unsigned can;
		const char *word;
	} words[] = {{CAN_REPLY, "reply"}, {CAN_REPLY_PRIVATE, "reply-private"}, {CAN_HIDE, "hide"}, {CAN_LOOK, "look"}, {CAN_FETCH, "fetch"},
		     {IS_PUSHED, "pushed"}, {CAN_REACT, "react"}, {CAN_POST, "post"}, {CAN_SEARCH, "search"}, {CAN_RECEIVE, "receive"}, {HIDES_FOR_GOOD, "hides-for-good"}};
	for (size_t i = 0; i < channel_kind_count; i++) {
		const struct channel_kind *k = channel_kinds[i];
		printf("%s\tsrc/channel/%s/channel.c\t%s\t", k->word, k->word, _(k->title));
		for (size_t n = 0; n < COUNT(words); n++)
			if (k->can & words[n].can)
				printf("%s ", words[n].word);
		putchar('\n');
		for (const struct channel_field *f = k->fields; f && f->name; f++)
			printf("\t%s%s\t%s\n", f->name, f->required ? " *" : "", _(f->title));
		for (const struct channel_limit *l = k->limits; l && l->of; l++)
			printf("\tlimit %s\t%lld %s\t%s\t%s\n", channel_limit_word(l->of), (long long)l->most,
			       l->of <= LIMIT_SUBJECT || l->of == LIMIT_ALT ? text_unit_word(l->unit) : "", l->as_of, l->source);
		for (const struct channel_right *r = k->rights; r && r->word; r++)
			printf("\tright %s%s\t%s\n", r->word, r->required ? " *" : "", _(r->need));
		for (const struct channel_reader *r = k->readers; r && r->call; r++)
			printf("\treads %s\t%s\n", r->call, _(r->about));
	}
}

static void backends_map(struct cx *cx)
{
	for (size_t i = 0; i < backend_kind_count; i++) {
		const struct backend_kind *k = backend_kinds[i];
		printf("%s\t%s\t%s\n", k->word, source_of(k->file), _(k->title));
		for (const struct backend_field *f = k->fields; f->name; f++)
			printf("\t%s%s\t%s\n", f->name, f->required ? " *" : "", _(f->title));
	}
}

static void checks_map(struct cx *cx)
{
	for (size_t i = 0; i < check_kind_count; i++) {
		const struct check_kind *k = check_kinds[i];
		printf("%s\t%s\t%s%s\t%s\n", k->word, source_of(k->file), check_level_word(k->level), k->may_block ? "" : ", never block", _(k->title));
	}
}

static void formats_map(struct cx *cx)
{
	for (size_t i = 0; i < archive_format_count; i++)
		printf("%s\tsrc/channel/%s/archive.c\t%s\t%s\n", archive_formats[i]->word, archive_formats[i]->word, archive_formats[i]->network,
		       _(archive_formats[i]->title));
}

static void parsers_map(struct cx *cx)
{
	for (size_t i = 0; i < parser_count; i++)
		printf("%s\t%s\n", parsers[i]->word, _(parsers[i]->title));
}

static void roles_map(struct cx *cx)
{
	printf("%-20s", "src/model/permission.def");
	for (enum role role = 0; role < ROLE_COUNT; role++)
		printf(" %s", role_word(role));
	putchar('\n');
	for (unsigned p = 1; p < PERMISSION_COUNT; p++) {
		printf("%-20s", permission_word(p));
		for (enum role role = 0; role < ROLE_COUNT; role++)
			printf(" %c", role_permissions(role) >> p & 1 ? 'x' : '.');
		printf("  %s\n", _(permission_about(p)));
	}
}

static void commands_map(struct cx *cx)
{
	for (size_t i = 0; i < command_count; i++) {
		printf("%s\t%s\t%s\n", commands[i]->name, source_of(commands[i]->file), _(commands[i]->about));
		for (const struct option_row *o = commands[i]->options; o && o->name; o++)
			printf("\t--%s%s%s\t%s\n", o->name, o->value ? " " : "", o->value ? o->value : "", _(o->about));
	}
}

static void settings_map(struct cx *cx)
{
	puts("src/main/settings.c");
	for (size_t i = 0; i < setting_row_count; i++)
		printf("%s\t%s\t%s\n", setting_rows[i].name, setting_rows[i].initial[0] ? setting_rows[i].initial : "\"\"", _(setting_rows[i].about));
}

static void migrations_map(struct cx *cx)
{
	for (size_t i = 0; i < migration_count; i++)
		printf("%lld\tsrc/store/migrations/%03lld-%s.sql\t%.16s\n", (long long)migrations[i].number, (long long)migrations[i].number,
		       migrations[i].name, migrations[i].hash);
}

static void errors_map(struct cx *cx)
{
	puts("src/base/err.def");
	for (int e = OK + 1; e < ERR_COUNT; e++) {
		const struct err_row *row = err_row((enum err)e);
		printf("%s\t%d\t%s\t%s\n", row->word, row->http, row->retry ? "retry" : "-", _(row->title));
	}
}

static const struct {
	const char *name, *about;
	void (*print)(struct cx *cx);
} tables[] = {
	{"pages", N_("Pages and their routes: method, path, permission, template"), pages_map},
	{"channels", N_("Kinds of channels, what they can, their fields"), channels_map},
	{"back-ends", N_("Kinds of models that can be asked too, and their fields"), backends_map},
	{"checks", N_("What is looked at before a post leaves, and how grave it is unless a workspace says otherwise"), checks_map},
	{"formats", N_("Formats of files that can be imported"), formats_map},
	{"parsers", N_("What else reads text from outside: “parvis parse” tries each"), parsers_map},
	{"roles", N_("Permissions, and the roles that have them"), roles_map},
	{"commands", N_("Commands and their options"), commands_map},
	{"settings", N_("Settings, with their defaults"), settings_map},
	{"migrations", N_("Shapes of the database"), migrations_map},
	{"errors", N_("Kinds of failure"), errors_map},
};

static enum err map(struct cx *cx, struct program *program)
{
	if (program->word_count > 1)
		return fail_field(cx, "TABLE", N_("Name one table, or none for all of them."));
	bool found = false;
	for (size_t i = 0; i < COUNT(tables); i++) {
		if (program->word_count && !str_eq(program->words[0], str_of(tables[i].name)))
			continue;
		if (!program->word_count)
			printf("%s# %s: %s\n", i ? "\n" : "", tables[i].name, _(tables[i].about));
		tables[i].print(cx);
		found = true;
	}
	if (!found)
		return fail_field(cx, "TABLE", N_("There is no table “%.*s”; “parvis map” prints them all."), STR_ARG(program->words[0]));
	return OK;
}

const struct command command_map = {
	.name = "map",
	.words = "[TABLE]",
	.about = N_("Print what this program consists of: pages, channels, formats, roles, commands, settings"),
	.flags = COMMAND_NO_SETTINGS,
	.run = map,
	.file = __FILE__,
};
