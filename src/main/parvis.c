/* parvis.c: the program's door: which command, its options, the settings; and the one place that prints a failure. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/nursery.h"
#include "main/command.h"
#include "web/asset.h"

#include <jansson.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *language_of_terminal(void)
{
	static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < COUNT(names); i++) {
		struct str value = str_of(getenv(names[i]));
		if (value.len)
			return lang_of(str_head(value, 2));
	}
	return "en";
}

const struct command *command_of(struct str name)
{
	for (size_t i = 0; i < command_count; i++)
		if (str_eq(name, str_of(commands[i]->name)))
			return commands[i];
	return NULL;
}

static void print_commands(struct cx *cx, FILE *to)
{
	fprintf(to, "%s\n\n", _("Parvis, the community manager's desk."));
	fprintf(to, "%s parvis COMMAND [OPTION…]\n\n", _("Usage:"));
	for (int roles = 0; roles < 2; roles++) {
		for (size_t i = 0; i < command_count; i++)
			if (!!(commands[i]->flags & COMMAND_ROLE) == roles && !(commands[i]->flags & COMMAND_INSIDE))
				fprintf(to, "  %-10s %s\n", commands[i]->name, _(commands[i]->about));
		fputc('\n', to);
	}
	fprintf(to, "%s\n", _("“parvis COMMAND --help” tells more. Settings: --config FILE, --NAME=VALUE, or PARVIS_NAME in the environment."));
}

void command_help(struct cx *cx, const struct command *command, struct buf *out)
{
	buf_addf(out, "%s parvis %s%s%s%s\n\n%s\n", _("Usage:"), command->name, command->options ? " [OPTION…]" : "", *command->words ? " " : "",
		 command->words, _(command->about));
	if (command->more)
		buf_addf(out, "\n%s\n", _(command->more));
	if (command->list) {
		buf_addc(out, '\n');
		command->list(cx, out);
	}
	if (!command->options)
		return;
	buf_addc(out, '\n');
	for (const struct option_row *o = command->options; o->name; o++) {
		char left[64];
		snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
		buf_addf(out, "  %-24s %s\n", left, _(o->about));
	}
}

/* The story of a wrong command line, told by fail(). */
static int fault(struct cx *cx, enum err error)
{
	must(error != OK);
	fprintf(stderr, "parvis: %s\n%s\n", cx->story, _("“parvis --help” lists what there is."));
	return EXIT_USAGE;
}

struct line {
	struct cx *cx;
	struct program *program;
	const char *config;
	struct {
		struct str name, value;
	} settings[32];
	size_t setting_count;
};

/* --name, --name value, --name=value: the command's own, else a setting. 0 when fine, else the exit status. */
static int read_option(struct line *line, int argc, char **argv, int *at)
{
	struct program *p = line->program;
	struct str rest = str_of(argv[*at] + 2), name = str_cut(&rest, '=');
	bool has_value = rest.at;
	int index = command_option(p->command, name);
	bool is_config = str_eq(name, S("config"));
	if (index >= 0 && !p->command->options[index].value) {
		if (has_value)
			return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("--%.*s takes no value."), STR_ARG(name)));
		p->options[index] = S("yes");
		return 0;
	}
	bool setting = !(p->command->flags & COMMAND_NO_SETTINGS) && setting_known(name);
	if (index < 0 && !is_config && !setting)
		return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("There is no option --%.*s here."), STR_ARG(name)));
	if (!has_value) {
		if (*at + 1 >= argc)
			return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("--%.*s needs a value."), STR_ARG(name)));
		rest = str_of(argv[++*at]);
	}
	if (index >= 0) {
		p->options[index] = rest;
		if (p->given_count == WORDS_MAX)
			return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("Too many words, from “%s” on."), argv[*at]));
		p->given[p->given_count].option = index;
		p->given[p->given_count++].value = rest;
	} else if (is_config) {
		line->config = rest.at;
	} else if (line->setting_count < COUNT(line->settings)) {
		line->settings[line->setting_count].name = name;
		line->settings[line->setting_count++].value = rest;
	} else {
		return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("Too many words, from “%s” on."), argv[*at]));
	}
	return 0;
}

static int read_line(struct line *line, int argc, char **argv)
{
	struct program *p = line->program;
	bool words_only = false;
	for (int i = 2; i < argc; i++) {
		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
		} else if (!words_only && argv[i][0] == '-' && argv[i][1] == '-') {
			int status = read_option(line, argc, argv, &i);
			if (status)
				return status;
		} else if (!words_only && argv[i][0] == '-' && argv[i][1]) {
			return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("There is no option %s here."), argv[i]));
		} else if (!*p->command->words) {
			return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("Nothing is known to do with “%s” here."), argv[i]));
		} else if (p->word_count < WORDS_MAX) {
			p->words[p->word_count++] = str_of(argv[i]);
		} else {
			return fault(line->cx, fail(line->cx, ERR_BAD_INPUT, N_("Too many words, from “%s” on."), argv[i]));
		}
	}
	return 0;
}

/* "parvis help run" and "parvis run --help" say the same. */
static int help(struct cx *cx, int argc, char **argv)
{
	if (argc < 3) {
		print_commands(cx, stdout);
		return 0;
	}
	const struct command *command = command_of(str_of(argv[2]));
	if (!command)
		return fault(cx, fail(cx, ERR_BAD_INPUT, N_("There is no command “%s”."), argv[2]));
	CLEANUP(buf_free) struct buf out = {};
	command_help(cx, command, &out);
	fputs(buf_cstr(&out), stdout);
	return 0;
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* A variable with a slip in its name is not used; without a word, nobody would see why. “parvis check” has findings for them, and what
 * `run` starts was told of them already. */
static void tell_strange(struct cx *cx, const struct command *command)
{
	struct strange_variable list[STRANGE_MOST];
	size_t count = strcmp(command->name, "check") == 0 || getenv("PARVIS_READY") ? 0 : settings_strange(cx->arena, list, COUNT(list));
	bool logs = strcmp(command->name, "run") == 0 || command->flags & COMMAND_ROLE;
	for (size_t i = 0; i < count; i++) {
		const char *nearest = list[i].nearest;
		if (logs)
			log_line(LOG_WARN, "unknown_variable", "name=%.*s nearest=%s", STR_ARG(list[i].name), nearest ? nearest : "-");
		else if (nearest)
			fprintf(stderr, "parvis %s: %.*s\n", command->name, STR_ARG(arena_printf(cx->arena, _("%.*s is no setting and was not used. Is %s meant?"), STR_ARG(list[i].name), nearest)));
		else
			fprintf(stderr, "parvis %s: %.*s\n", command->name, STR_ARG(arena_printf(cx->arena, _("%.*s is no setting and was not used."), STR_ARG(list[i].name))));
	}
}

static enum err load_settings(struct line *line)
{
	struct cx *cx = line->cx;
	struct settings *settings = &line->program->settings;
	TRY(settings_load(cx, line->config, settings));
	for (size_t i = 0; i < line->setting_count; i++)
		TRY(settings_set(cx, settings, line->settings[i].name, line->settings[i].value));
	TRY(settings_finish(cx, settings));
	must(log_format(arena_cstr(cx->arena, settings->log)));
	log_least(settings_log_level(settings));
	tell_strange(cx, line->program->command);
	return OK;
}

static int exit_status(const struct cx *cx)
{
	switch (cx->err) {
	case ERR_BAD_INPUT:
	case ERR_CONFLICT:
	case ERR_UNSUPPORTED:
		return 1;
	default:
		return 2;
	}
}

int main(int argc, char **argv)
{
	/* Requests take and give back blocks of up to a megabyte: keep them instead of asking the system each time. */
	mallopt(M_MMAP_THRESHOLD, 8 << 20);
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	json_set_alloc_funcs(nursery_take, nursery_give);
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	asset_add_catalogues();
	struct cx cx = cx_new(arena);
	cx.lang = language_of_terminal();
	if (argc < 2) {
		print_commands(&cx, stderr);
		return EXIT_USAGE;
	}
	if (is_help(argv[1]) || strcmp(argv[1], "help") == 0)
		return help(&cx, argc, argv);
	struct str name = strcmp(argv[1], "--version") == 0 ? S("version") : str_of(argv[1]);
	struct program program = {.command = command_of(name), .path = "/proc/self/exe"};
	if (!program.command)
		return fault(&cx, fail(&cx, ERR_BAD_INPUT, N_("There is no command “%.*s”."), STR_ARG(name)));
	for (int i = 2; i < argc && strcmp(argv[i], "--"); i++)
		if (is_help(argv[i]))
			return help(&cx, 3, (char *[]){argv[0], argv[1], (char *)(uintptr_t)program.command->name});
	struct line line = {.cx = &cx, .program = &program};
	int status = read_line(&line, argc, argv);
	if (status)
		return status;
	bool settings = !(program.command->flags & COMMAND_NO_SETTINGS);
	if (settings && load_settings(&line) != OK)
		status = EXIT_SETUP;
	else if (program.command->run(&cx, &program) != OK)
		status = exit_status(&cx);
	if (status)
		fprintf(stderr, "parvis %s: %s\n", program.command->name, cx.story[0] ? cx.story : tr(cx.lang, err_row(cx.err)->title));
	return status;
}
