#include "base/lang.h"
#include "channel/archive.h"
#include "channel/parse.h"
#include "main/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)1 << 30)

static void remove_file(void *path)
{
	unlink(path);
}

/* Standard input, into a file of its own that goes with the task. */
static enum err spool_input(struct cx *cx, const char **ret_path)
{
	char *path = (char *)arena_cstr(cx->arena, S("/tmp/parvis-parse-XXXXXX"));
	int file = mkstemp(path);
	if (file < 0)
		return fail(cx, ERR_SYSTEM, N_("No temporary file could be made in /tmp. Is the disk full?"));
	arena_defer(cx->arena, remove_file, path);
	char piece[65536];
	size_t all = 0, got;
	enum err e = OK;
	while (e == OK && (got = fread(piece, 1, sizeof piece, stdin)) > 0) {
		all += got;
		if (all > INPUT_MAX)
			e = fail(cx, ERR_TOO_LARGE, N_("The input is larger than 1 GiB."));
		else if (write(file, piece, got) != (ssize_t)got)
			e = fail(cx, ERR_LIMIT, N_("The input does not fit on the disk."));
	}
	close(file);
	TRY(e);
	*ret_path = path;
	return OK;
}

static enum err list_formats(struct cx *cx)
{
	for (size_t i = 0; i < archive_format_count; i++)
		printf("%-12s %s\n", archive_formats[i]->word, _(archive_formats[i]->title));
	return OK;
}

static enum err parse(struct cx *cx, struct program *program)
{
	if (program->word_count == 0)
		return list_formats(cx);
	if (program->word_count > 1)
		return fail_field(cx, "KIND", N_("Name one format; the file comes by standard input."));
	const struct archive_format *format = archive_format_of(program->words[0]);
	if (!format)
		return fail_field(cx, "KIND", N_("There is no format “%.*s”; “parvis parse” lists them."), STR_ARG(program->words[0]));
	const char *path;
	CLEANUP(buf_free) struct buf out = {.max = INPUT_MAX}, notes = {.max = INPUT_MAX};
	TRY(spool_input(cx, &path));
	TRY(parse_to_json(cx, format, path, &out, &notes));
	fwrite(out.at, 1, out.len, stdout);
	fwrite(notes.at, 1, notes.len, stderr);
	return OK;
}

const struct command command_parse = {
	.name = "parse",
	.words = "KIND < FILE",
	.about = N_("Show what would be read from a file, as JSON lines"),
	.more = N_("Without KIND it lists the formats. Ends with status 1 and a reason when the file is not of that format."),
	.flags = COMMAND_NO_SETTINGS,
	.run = parse,
};
