#include "flow/import.h"

#include "base/lang.h"
#include "channel/archive.h"
#include "main/import_export.h"
#include "main/models.h"
#include "main/media.h"
#include "main/visit.h"
#include "store/channel.h"
#include "store/migrate.h"
#include "sys/files.h"
#include "sys/keys.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define REFUSALS_SHOWN 10

/* One call of the command: its files, their sum, and where refusals are written. */
struct imports {
	struct visit visit;
	struct import_request request;
	struct import_hooks hooks;
	struct progress progress;
	const char *file;     /* the one at hand */
	FILE *report;
	const char *report_path;
	struct import_run sum;
	i64 shown, unread;
};

static enum err step(struct cx *cx, void *subject, const struct import_run *run)
{
	struct imports *all = subject;
	progress_step(&all->progress, run->bytes_done, run->bytes_all);
	return visit_beat(cx, &all->visit);
}

static void csv_field(FILE *to, struct str text, char after)
{
	fputc('"', to);
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			fputc('"', to);
		fputc(text.at[i], to);
	}
	fputc('"', to);
	fputc(after, to);
}

static enum err refused(struct cx *cx, void *subject, const struct import_refusal *r)
{
	struct imports *all = subject;
	if (all->shown++ < REFUSALS_SHOWN) {
		progress_end(&all->progress);
		fprintf(stderr, "%s: %.*s: %.*s\n", all->file, STR_ARG(r->place), STR_ARG(r->reason));
	}
	if (!all->report)
		return OK;
	csv_field(all->report, str_of(all->file), ',');
	csv_field(all->report, r->place, ',');
	csv_field(all->report, r->reason, ',');
	csv_field(all->report, r->excerpt, '\n');
	return OK;
}

static void print_left_out(struct cx *cx, struct db *db, const struct import_run *run)
{
	struct import_run kept;
	if (import_run_get(cx, db, run->workspace, run->id, &kept) != OK) {
		cx_forget(cx);
		return;
	}
	json_t *list = json_loadb(kept.left_out.at, kept.left_out.len, 0, NULL), *one;
	size_t index;
	json_array_foreach(list, index, one)
		printf("  %s: %s (%lld)\n", _("Left out"), json_string_value(json_object_get(one, "what")),
		       (long long)json_integer_value(json_object_get(one, "count")));
	json_decref(list);
}

static void print_counts(struct cx *cx, const char *name, const struct import_run *run)
{
	printf(_("%s: %lld items: %lld new, %lld changed, %lld unchanged, %lld refused"), name, (long long)run->items, (long long)run->created,
	       (long long)run->changed, (long long)run->unchanged, (long long)run->refused);
	fputc('\n', stdout);
}

static void add_to_sum(struct import_run *sum, const struct import_run *run)
{
	sum->items += run->items;
	sum->created += run->created;
	sum->changed += run->changed;
	sum->unchanged += run->unchanged;
	sum->refused += run->refused;
}

/* A file that cannot be read is told, and the next one goes on; trouble of our own ends the command. */
static enum err import_one(struct cx *cx, struct imports *all)
{
	struct import_run run = {};
	progress_start(&all->progress, all->file);
	all->request.path = all->file;
	enum err e = import_file(cx, all->visit.db, &all->request, &all->hooks, &run);
	progress_end(&all->progress);
	add_to_sum(&all->sum, &run);
	if (e == ERR_LATER || e == ERR_SYSTEM || e == ERR_LIMIT || e == ERR_FULL || e == ERR_CONFLICT || str_eq(str_of(cx->field), S("format")))
		return e;
	if (e != OK) {
		if (str_starts(str_of(cx->story), str_of(all->file))) /* a story that names the file says it once */
			fprintf(stderr, "%s\n", cx->story);
		else
			fprintf(stderr, "%s: %s\n", all->file, cx->story);
		cx_forget(cx);
		all->unread++;
		return OK;
	}
	print_counts(cx, all->file, &run);
	print_left_out(cx, all->visit.db, &run);
	return OK;
}

static enum err find_channel(struct cx *cx, struct db *db, struct str wanted, i64 workspace, i64 *ret_channel)
{
	struct channel *list;
	size_t count;
	i64 id = 0;
	str_to_i64(wanted, &id);
	TRY(channel_list(cx, db, workspace, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (list[i].id == id || str_eq(list[i].name, wanted)) {
			*ret_channel = list[i].id;
			return OK;
		}
	return fail_field(cx, "channel", N_("There is no channel “%.*s” in this workspace."), STR_ARG(wanted));
}

static enum err open_report(struct cx *cx, struct imports *all)
{
	if (!all->report_path)
		return OK;
	all->report = fopen(all->report_path, "w");
	if (!all->report)
		return fail(cx, ERR_BAD_INPUT, N_("The report cannot be written to %s: %s."), all->report_path, strerror(errno));
	fputs("file,place,reason,excerpt\n", all->report);
	return OK;
}

static enum err close_report(struct cx *cx, struct imports *all)
{
	if (!all->report)
		return OK;
	bool broken = ferror(all->report);
	if (fclose(all->report) != 0 || broken)
		return fail(cx, ERR_FULL, N_("The report %s is not complete: the disk is full."), all->report_path);
	return OK;
}

static enum err run_all(struct cx *cx, const struct program *program, struct imports *all)
{
	TRY(program_workspace(cx, program, all->visit.db, &all->request.workspace));
	if (option_value(program, "channel").len)
		TRY(find_channel(cx, all->visit.db, option_value(program, "channel"), all->request.workspace, &all->request.channel));
	TRY(open_report(cx, all));
	enum err e = OK;
	for (size_t i = 0; i < program->word_count && e == OK; i++) {
		all->file = program->words[i].at;
		e = import_one(cx, all);
	}
	if (program->word_count > 1)
		print_counts(cx, _("In all"), &all->sum);
	if (all->shown > REFUSALS_SHOWN && !all->report) {
		fprintf(stderr, _("… and %lld more were refused; --report FILE writes them all."), (long long)(all->shown - REFUSALS_SHOWN));
		fputc('\n', stderr);
	}
	if (e != OK)
		(void)!close_report(cx, all);
	else
		e = close_report(cx, all);
	return e;
}

/* Coming home to an empty folder, or an empty database of a server, needs no other command before it. */
static enum err make_home(struct cx *cx, const struct program *program)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct migrate_status status;
	for (size_t i = 0; i < program->word_count; i++)
		if (!file_there(program->words[i].at))
			return fail(cx, ERR_MISSING, N_("%s does not exist."), program->words[i].at);
	TRY(settings_make_folders(cx, &program->settings));
	TRY(db_open(cx, arena_cstr(cx->arena, program->settings.database), DB_CREATE, &db));
	TRY(migrate_status(cx, db, &status));
	if (status.applied)
		return OK; /* an older one is told by whoever opens it */
	TRY(keys_make(cx, program_data(cx, program)));
	return migrate_up(cx, db, NULL);
}

static enum err import(struct cx *cx, struct program *program)
{
	struct str report = option_value(program, "report");
	if (!program->word_count)
		return fail_field(cx, "FILE", N_("Name the file to import; “parvis parse” lists the formats."));
	struct imports all = {
		.request = {.format = option_value(program, "format"), .account = option_value(program, "account"),
			    .network = option_value(program, "network"), .dry_run = option_given(program, "dry-run")},
		.hooks = {.store_blob = media_store, .blobs = (void *)media_folder(cx, program), .refused = refused, .step = step},
		.report_path = report.len ? report.at : NULL,
	};
	all.hooks.subject = &all;
	bool ours = str_eq(all.request.format, S(EXPORT_FORMAT));
	if (all.request.format.len && !ours && !archive_format_of(all.request.format))
		return fail_field(cx, "format", N_("There is no format “%.*s”; “parvis parse” lists them."), STR_ARG(all.request.format));
	models_use();
	if (ours && !all.request.dry_run)
		TRY(make_home(cx, program));
	TRY(visit_start(cx, program, &all.visit));
	enum err e = OK;
	if (!ours)
		e = run_all(cx, program, &all);
	for (size_t i = 0; ours && i < program->word_count && e == OK; i++)
		e = import_export(cx, program, &all.visit, program->words[i].at, option_value(program, "workspace"), all.request.dry_run);
	visit_end(&all.visit);
	TRY(e);
	if (all.unread)
		return fail(cx, ERR_UNSUPPORTED, N_("%lld of %lld files could not be read; what was said above tells why."), (long long)all.unread,
			    (long long)program->word_count);
	return OK;
}

static const struct option_row options[] = {
	{"workspace", "NAME", N_("The workspace, when there are several")},
	{"format", "KIND", N_("The format, when it is not recognised; “parvis parse” lists them")},
	{"account", "NAME", N_("Whose export it is: what this account said is ours")},
	{"network", "NAME", N_("The network, for tables that do not say")},
	{"channel", "NAME", N_("Into this channel, instead of one for the format and account")},
	{"dry-run", NULL, N_("Read all of it and tell what would come in; keep nothing")},
	{"report", "FILE", N_("Write everything that was refused to a CSV file")},
	{},
};

const struct command command_import = {
	.name = "import",
	.words = "FILE…",
	.about = N_("Bring in a network's export, a table, a mailbox"),
	.more = N_("A file imported twice, or again after an interruption, ends with every message once. Ends with status 1 when a file could not be read."
		   " “--format parvis-export” brings back what “parvis export” wrote: whole workspaces;"
		   " an empty data folder is made ready for them."),
	.options = options,
	.run = import,
	.file = __FILE__,
};
