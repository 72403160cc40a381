#include "base/lang.h"
#include "base/parser.h"
#include "channel/archive.h"
#include "channel/channel.h"
#include "channel/parse.h"
#include "main/command.h"
#include "sys/image_box.h"
#include "sys/image_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define INPUT_MAX ((size_t)1 << 30)
#define TEXT_MAX ((size_t)256 << 20) /* of what is read in memory */

extern const struct parser parser_image;

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
			e = fail(cx, ERR_FULL, N_("The input does not fit on the disk."));
	}
	close(file);
	TRY(e);
	*ret_path = path;
	return OK;
}

static void add_kind(struct buf *out, const char *word, const char *title)
{
	buf_addf(out, "  %-12s %s\n", word, title);
}

static void add_kinds(struct cx *cx, struct buf *out)
{
	buf_addf(out, "%s\n", _("Exports of networks, and tables:"));
	for (size_t i = 0; i < archive_format_count; i++)
		add_kind(out, archive_formats[i]->word, _(archive_formats[i]->title));
	buf_addf(out, "\n%s\n", _("What else Parvis reads:"));
	for (size_t i = 0; i < parser_count; i++)
		add_kind(out, parsers[i]->word, _(parsers[i]->title));
}

static enum err list_kinds(struct cx *cx)
{
	CLEANUP(buf_free) struct buf out = {};
	add_kinds(cx, &out);
	fwrite(out.at, 1, out.len, stdout);
	return OK;
}

static const struct parser *parser_of(struct str word)
{
	for (size_t i = 0; i < parser_count; i++)
		if (str_eq(word, str_of(parsers[i]->word)))
			return parsers[i];
	return NULL;
}

static enum err parse_archive(struct cx *cx, const struct archive_format *format, struct buf *out, struct buf *notes)
{
	const char *path;
	TRY(spool_input(cx, &path));
	return parse_to_json(cx, format, path, out, notes);
}

static enum err parse_text(struct cx *cx, const struct parser *parser, struct buf *out)
{
	CLEANUP(buf_free) struct buf input = {.max = TEXT_MAX};
	char *room;
	size_t got;
	while ((room = buf_room(&input, 65536)) && (got = fread(room, 1, 65536, stdin)) > 0)
		buf_grew(&input, got);
	if (!buf_ok(&input))
		return fail(cx, ERR_TOO_LARGE, N_("The input is larger than %zu MiB."), TEXT_MAX >> 20);
	CLEANUP(buf_free) struct buf whole = {.max = INPUT_MAX};
	enum err e = parser->read(cx, buf_str(&input), &whole);
	if (e == OK && parser == &parser_image && (e = image_make(cx, &image_box_self, buf_str(&input), NULL, 0, NULL)) != OK) { /* it says that it is one; is it? */
		buf_clear(&whole);
		image_print_refused(cx, &whole);
	}
	if (e != OK && !parser->tells)
		return e;
	if (!buf_ok(&whole))
		return fail(cx, ERR_TOO_LARGE, N_("What was read is more than can be printed at once."));
	buf_add(out, buf_str(&whole));
	return e;
}

static void release(void *json)
{
	json_decref(json);
}

struct taken {
	struct buf *out;
	size_t count;
};

static enum err take(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct taken *taken = subject;
	buf_adds(taken->out, taken->count++ ? "," : "");
	inbound_add_json(taken->out, inbound);
	return buf_ok(taken->out) ? OK : fail(cx, ERR_TOO_LARGE, N_("What was read is more than can be printed at once."));
}

/* What a network answers to a call, or delivers, read by its connector without it: {"messages": […]}. */
static enum err parse_network(struct cx *cx, struct program *program, struct str word, struct buf *out)
{
	struct str network = option_value(program, "network"), call = str_eq(word, S("webhook")) ? word : option_value(program, "call");
	const struct channel_kind *kind = channel_kind_of(network);
	const struct channel_reader *reader = kind ? kind->readers : NULL;
	const struct channel_account account = {};
	CLEANUP(buf_free) struct buf input = {.max = TEXT_MAX};
	json_error_t where;
	char *room;
	size_t got;
	while (reader && reader->call && !str_eq(call, str_of(reader->call)))
		reader++;
	if (!kind)
		return fail_field(cx, "network", N_("There is no kind of channel “%.*s”; “parvis map channels” shows them."), STR_ARG(network));
	if (!reader || !reader->call)
		return fail_field(cx, "call", N_("“%.*s” reads no answer of the call “%.*s”; “parvis map channels” shows them."), STR_ARG(network), STR_ARG(call));
	while ((room = buf_room(&input, 65536)) && (got = fread(room, 1, 65536, stdin)) > 0)
		buf_grew(&input, got);
	if (!buf_ok(&input))
		return fail(cx, ERR_TOO_LARGE, N_("The input is larger than %zu MiB."), TEXT_MAX >> 20);
	json_t *document = json_loadb(input.at ? input.at : "", input.len, 0, &where);
	arena_defer(cx->arena, release, document);
	if (!document)
		return fail(cx, ERR_BAD_INPUT, N_("This is no JSON (line %d)."), where.line);
	struct taken taken = {out, 0};
	buf_adds(out, "{\"messages\": [");
	TRY(reader->read(cx, &account, document, take, &taken));
	buf_adds(out, "]}\n");
	return OK;
}

static enum err parse(struct cx *cx, struct program *program)
{
	if (program->word_count == 0)
		return list_kinds(cx);
	if (program->word_count > 1)
		return fail_field(cx, "KIND", N_("Name one kind; the file comes by standard input."));
	struct str word = program->words[0];
	const struct archive_format *format = archive_format_of(word);
	const struct parser *parser = parser_of(word);
	bool network = option_given(program, "network") && (str_eq(word, S("answer")) || str_eq(word, S("webhook")));
	if (!format && !parser && !network)
		return fail_field(cx, "KIND", N_("There is no kind “%.*s”; “parvis parse” lists them."), STR_ARG(word));
	CLEANUP(buf_free) struct buf out = {.max = INPUT_MAX}, notes = {.max = INPUT_MAX};
	enum err e = network ? parse_network(cx, program, word, &out) : format ? parse_archive(cx, format, &out, &notes) : parse_text(cx, parser, &out);
	if (e != OK && !(parser && parser->tells))
		return e;
	fwrite(out.at, 1, out.len, stdout);
	fwrite(notes.at, 1, notes.len, stderr);
	return e;
}

static const struct option_row options[] = {
	{"network", "NAME", N_("answer, webhook: the kind of channel whose connector reads it")},
	{"call", "CALL", N_("answer: what was asked for")},
	{},
};

const struct command command_parse = {
	.name = "parse",
	.words = "KIND < FILE",
	.about = N_("Show what would be read from a file, as JSON lines"),
	.more = N_("Without KIND it lists the kinds. Ends with status 1 and a reason when the file is not of that kind."),
	.options = options,
	.list = add_kinds,
	.flags = COMMAND_NO_SETTINGS,
	.run = parse,
	.file = __FILE__,
};
