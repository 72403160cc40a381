/* command.h: the commands of the program, a row each: `const struct command command_NAME` in NAME.c, and its word in the list of
 * src/main/meson.build. Help, usage errors, completions and man pages come from the rows. A command returns an error with its
 * story in cx; parvis.c prints it once and turns it into an exit status. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "main/settings.h"

struct db;

#define EXIT_USAGE 64     /* sysexits.h: wrong words on the command line */
#define EXIT_SETUP 78     /* the set-up is wrong; starting again does not help */

struct option_row {
	const char *name;   /* "dry-run" */
	const char *value;  /* what follows it, in usage: "FILE"; NULL: a switch */
	const char *about;  /* msgid */
};

#define OPTIONS_MAX 32 /* of one command */
#define WORDS_MAX 1024 /* files of an import, by a shell pattern */

/* The command line, read against the row. */
struct program {
	const struct command *command;
	struct settings settings;
	struct str options[OPTIONS_MAX]; /* by row; at == NULL: not given; a switch gives S("yes") */
	struct str words[WORDS_MAX];
	size_t word_count;
	struct {
		int option;
		struct str value;
	} given[WORDS_MAX];              /* every option with a value, in order: those that may come several times */
	size_t given_count;
	const char *path;                /* of this program, to start roles */
};

#define COMMAND_NO_SETTINGS 1u /* needs no settings: version, parse */
#define COMMAND_INSIDE 4u      /* the program starts it for itself: people are not told of it */
#define COMMAND_ROLE 2u        /* a role of `run`; not among the commands people type first */

struct command {
	const char *name;
	const char *words;               /* usage of what follows the options: "FILE…"; "" for nothing */
	const char *about;               /* msgid, one line */
	const char *more;                /* msgid, paragraphs for --help and the man page; may be NULL */
	const struct option_row *options; /* ends with a row whose name is NULL; may be NULL */
	void (*list)(struct cx *cx, struct buf *out); /* what its words can be, for --help; may be NULL */
	unsigned flags;
	enum err (*run)(struct cx *cx, struct program *program);
	const char *file;                /* __FILE__, for `parvis map` */
};

extern const struct command *const commands[];
extern const size_t command_count;
const struct command *command_of(struct str name);

/* Its place among the command's options; -1 = there is none. */
int command_option(const struct command *command, struct str name);
bool option_given(const struct program *program, const char *name);
struct str option_value(const struct program *program, const char *name); /* empty when not given; the last, when several times */
size_t option_values(const struct program *program, const char *name, struct str *ret_values, size_t most);

void command_help(struct cx *cx, const struct command *command, struct buf *out);

/* ---- what commands share ---- */

/* DATA/audit.ends, the note of where the audit log ends (flow/audit.h). */
#define AUDIT_NOTE_MAX ((size_t)1 << 20)
const char *audit_note(struct cx *cx, const struct program *program);
/* The database as the settings say, migrated as this program needs it (ERR_CONFLICT with what to do otherwise). */
enum err program_open(struct cx *cx, const struct program *program, bool write, struct db **ret_db);
/* The one workspace, or the one named by the option "workspace" (slug or id). */
enum err program_workspace(struct cx *cx, const struct program *program, struct db *db, i64 *ret_workspace);
const char *program_data(struct cx *cx, const struct program *program); /* the data folder, NUL-terminated */

/* Progress of long work: a bar on a terminal, a line every ten seconds elsewhere; on standard error. */
struct progress {
	const char *title; /* as shown */
	i64 shown_at;
	bool bar;
};
void progress_start(struct progress *progress, const char *title);
void progress_step(struct progress *progress, i64 done, i64 all);
void progress_end(struct progress *progress);
