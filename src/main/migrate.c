#include "base/lang.h"
#include "main/command.h"
#include "store/migrate.h"

#include <stdio.h>

static enum err migrate(struct cx *cx, struct program *program)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct migrate_status status;
	i64 count = 0;
	bool look = option_given(program, "status");
	if (!look)
		TRY(settings_make_folders(cx, &program->settings));
	TRY(db_open(cx, arena_cstr(cx->arena, program->settings.database), look ? DB_READ : DB_CREATE, &db));
	if (!look)
		TRY(migrate_up(cx, db, &count));
	TRY(migrate_status(cx, db, &status));
	printf(_("The database is at migration %lld of %lld."), (long long)status.applied, (long long)status.known);
	fputc('\n', stdout);
	return OK;
}

static const struct option_row options[] = {
	{"status", NULL, N_("Only say where it stands; change nothing")},
	{},
};

const struct command command_migrate = {
	.name = "migrate",
	.words = "",
	.about = N_("Bring the database to the shape that this program needs"),
	.more = N_("Goes forward only. Make a backup before upgrading. “parvis run” does this by itself for SQLite."),
	.options = options,
	.run = migrate,
	.file = __FILE__,
};
