/* program.c: what commands share. */
#include "base/clock.h"
#include "base/lang.h"
#include "main/command.h"
#include "store/migrate.h"
#include "store/workspace.h"

#include <stdio.h>
#include <unistd.h>

int command_option(const struct command *command, struct str name)
{
	for (int i = 0; command->options && command->options[i].name; i++)
		if (str_eq(name, str_of(command->options[i].name))) {
			must(i < OPTIONS_MAX);
			return i;
		}
	return -1;
}

bool option_given(const struct program *program, const char *name)
{
	int index = command_option(program->command, str_of(name));
	must(index >= 0);
	return program->options[index].at;
}

struct str option_value(const struct program *program, const char *name)
{
	int index = command_option(program->command, str_of(name));
	must(index >= 0);
	return program->options[index];
}

size_t option_values(const struct program *program, const char *name, struct str *ret_values, size_t most)
{
	int index = command_option(program->command, str_of(name));
	size_t count = 0;
	must(index >= 0);
	for (size_t i = 0; i < program->given_count && count < most; i++)
		if (program->given[i].option == index)
			ret_values[count++] = program->given[i].value;
	return count;
}

const char *program_data(struct cx *cx, const struct program *program)
{
	return arena_cstr(cx->arena, program->settings.data);
}

const char *audit_note(struct cx *cx, const struct program *program)
{
	return arena_printf(cx->arena, "%.*s/audit.ends", STR_ARG(program->settings.data)).at;
}

enum err program_open(struct cx *cx, const struct program *program, bool write, struct db **ret_db)
{
	CLEANUP(db_closep) struct db *db = NULL;
	TRY(db_open(cx, arena_cstr(cx->arena, program->settings.database), write ? DB_WRITE : DB_READ, &db));
	TRY(migrate_check(cx, db));
	*ret_db = db;
	db = NULL;
	return OK;
}

enum err program_workspace(struct cx *cx, const struct program *program, struct db *db, i64 *ret_workspace)
{
	struct str wanted = option_value(program, "workspace");
	struct workspace *list;
	size_t count;
	TRY(workspace_list(cx, db, &list, &count));
	if (!count)
		return fail(cx, ERR_MISSING, N_("There is no workspace yet. Start “parvis run” and follow the set-up first."));
	if (!wanted.len && count == 1) {
		*ret_workspace = list[0].id;
		return OK;
	}
	if (!wanted.len)
		return fail_field(cx, "workspace", N_("There are several workspaces; say which with --workspace NAME."));
	i64 id = 0;
	str_to_i64(wanted, &id);
	for (size_t i = 0; i < count; i++)
		if (list[i].id == id || str_eq(list[i].slug, wanted)) {
			*ret_workspace = list[i].id;
			return OK;
		}
	return fail_field(cx, "workspace", N_("There is no workspace “%.*s”."), STR_ARG(wanted));
}

/* ---- progress ---- */

#define BAR_WIDTH 30
#define BAR_EVERY (100 * MILLISECOND)
#define LINE_EVERY (10 * SECOND)

void progress_start(struct progress *progress, const char *title)
{
	*progress = (struct progress){.title = title, .bar = isatty(STDERR_FILENO), .shown_at = time_monotonic() - BAR_EVERY};
}

void progress_step(struct progress *progress, i64 done, i64 all)
{
	i64 now = time_monotonic();
	if (now - progress->shown_at < (progress->bar ? BAR_EVERY : LINE_EVERY))
		return;
	progress->shown_at = now;
	int percent = all > 0 ? (int)(done * 100 / all) : 0;
	if (!progress->bar) {
		fprintf(stderr, "%s: %d %%\n", progress->title, percent);
		return;
	}
	fprintf(stderr, "\r%s [", progress->title);
	for (int i = 0; i < BAR_WIDTH; i++)
		fputc(i * 100 < percent * BAR_WIDTH ? '#' : ' ', stderr);
	fprintf(stderr, "] %3d %%", percent);
}

void progress_end(struct progress *progress)
{
	if (progress->bar)
		fputs("\r\033[K", stderr);
}
