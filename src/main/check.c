/* check.c: is this installation sound? Settings, folder, keys, database, data, network: what is wrong, and how to mend it. */
#include "flow/check.h"

#include "base/clock.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/keep.h"
#include "main/command.h"
#include "main/media.h"
#include "main/port.h"
#include "store/bucket_file.h"
#include "store/migrate.h"
#include "store/process.h"
#include "sys/files.h"
#include "sys/keys.h"
#include "sys/mail.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DISK_LOW ((i64)1 << 30)
#define DISK_FULL ((i64)100 << 20)

/* ---- the machine ---- */

static void check_folder(struct cx *cx, const char *data, struct check *check)
{
	struct stat status;
	i64 bytes;
	if (stat(data, &status) != 0 || !S_ISDIR(status.st_mode)) {
		check_add(cx, check, CHECK_ERROR, "data", N_("Start “parvis run”: it makes the folder; or name another one with --data."),
			  N_("The data folder %s does not exist."), data);
		return;
	}
	if (access(data, R_OK | W_OK | X_OK) != 0)
		check_add(cx, check, CHECK_ERROR, "data", N_("Give the folder to the user that runs Parvis (chown)."), N_("The data folder %s cannot be written to."), data);
	else if (status.st_mode & 077)
		check_add(cx, check, CHECK_WARNING, "data", N_("chmod 700 on it: what people wrote is in there."), N_("Other users of this machine can look into %s."), data);
	else
		check_add(cx, check, CHECK_FINE, "data", NULL, N_("The data folder %s is there and ours alone."), data);
	if (disk_free(cx, data, &bytes) != OK)
		check_add_failure(cx, check, "disk", NULL);
	else
		check_add(cx, check, bytes < DISK_FULL ? CHECK_ERROR : bytes < DISK_LOW ? CHECK_WARNING : CHECK_FINE, "disk",
			  bytes < DISK_LOW ? N_("Make room: without it nothing can be received or sent.") : NULL, N_("%lld MiB are free for the data folder."),
			  (long long)(bytes >> 20));
}

static void check_keys(struct cx *cx, const char *data, struct check *check)
{
	struct serving_keys serving;
	struct working_keys working;
	const char *mend = N_("Copy the folder “keys” of a backup back, readable by the user of Parvis alone (chmod 600).");
	if (keys_for_serving(cx, data, &serving) != OK || keys_for_working(cx, data, &working) != OK) {
		check_add_failure(cx, check, "keys", mend);
		return;
	}
	char serve_mark[KEYS_MARK_LEN + 1], work_mark[KEYS_MARK_LEN + 1];
	keys_mark(&serving.work, serve_mark);
	keys_mark(&working.pair.public, work_mark);
	wipe_object(&serving);
	wipe_object(&working);
	if (strcmp(serve_mark, work_mark) != 0)
		check_add(cx, check, CHECK_ERROR, "keys", mend, N_("work.key and work.pub are no pair (%s, %s): channels' credentials cannot be opened."), work_mark,
			  serve_mark);
	else
		check_add(cx, check, CHECK_FINE, "keys", NULL, N_("The keys are there, private, and fit together (%s)."), work_mark);
}

static void check_mail(struct cx *cx, const struct settings *settings, struct check *check)
{
	CLEANUP(mailer_closep) struct mailer *mailer = NULL;
	if (mailer_open(cx, settings->mail_url, settings->mail_from, &mailer) != OK)
		check_add_failure(cx, check, "mail", N_("Correct mail_url and mail_from in the settings."));
	else if (!mailer_works(mailer))
		check_add(cx, check, CHECK_FINE, "mail", NULL, N_("No mail server is set: invitations and links are shown instead of sent."));
	else
		check_add(cx, check, CHECK_FINE, "mail", NULL, N_("The mail settings can be read; sending was not tried."));
}

/* Written to and read from, and how far the sending is. */
static void check_bucket(struct cx *cx, struct program *program, struct check *check)
{
	CLEANUP(net_closep) struct net *net = NULL;
	struct bucket *bucket = NULL;
	if (!program->settings.media_store.len)
		return;
	if (media_bucket(cx, program, &net, &bucket) != OK || bucket_try(cx, bucket) != OK)
		check_add_failure(cx, check, "bucket", N_("Kept files stay in the data folder meanwhile, and are sent when it works. Look here again when you have mended it."));
	else
		check_add(cx, check, CHECK_FINE, "bucket", NULL, N_("The bucket %.*s takes files and gives them back."), STR_ARG(bucket_place(bucket)));
}

static void check_bucket_state(struct cx *cx, struct db *db, struct check *check)
{
	struct keep_state state;
	if (keep_state(cx, db, &state) != OK)
		check_add_failure(cx, check, "bucket", NULL);
	else if (state.is_on && state.trouble_since)
		check_add(cx, check, CHECK_WARNING, "bucket", N_("It is tried again by itself, each time a little later; nothing is lost."), N_("%lld kept files wait to be sent to the bucket: %.*s"),
			  (long long)state.waiting, STR_ARG(state.trouble));
	else if (state.is_on)
		check_add(cx, check, CHECK_FINE, "bucket", NULL, N_("%lld kept files wait to be sent to the bucket; the data folder holds %lld MiB."), (long long)state.waiting,
			  (long long)(state.cached >> 20));
}

/* Files that left for a bucket that is set no longer. */
static void check_bucket_place(struct cx *cx, struct program *program, struct db *db, struct check *check)
{
	struct bucket_file *list;
	size_t count;
	if (program->settings.media_store.len)
		return;
	if (bucket_files(cx, db, (struct str){}, (struct str){}, (struct str){}, 1, &list, &count) != OK)
		check_add_failure(cx, check, "bucket", NULL);
	else if (count)
		check_add(cx, check, CHECK_WARNING, "bucket", N_("Set media_store and its neighbours as they were; or copy the bucket's folder into “media” of the data folder."),
			  N_("Kept files were sent to a bucket, and none is set: those that are there alone cannot be shown or sent."));
}

static bool serves(const struct process *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].role, "serve") == 0)
			return true;
	return false;
}

static void check_port(struct cx *cx, const struct settings *settings, const struct process *list, size_t count, struct check *check)
{
	const char *address;
	int port;
	if (settings_listen(cx, settings->listen, &address, &port) != OK) {
		check_add_failure(cx, check, "port", NULL);
		return;
	}
	int trouble = port_trouble(address, port);
	if (trouble == EADDRINUSE && serves(list, count))
		check_add(cx, check, CHECK_FINE, "port", NULL, N_("Port %d is held by the running desk."), port);
	else if (trouble)
		check_add(cx, check, CHECK_WARNING, "port", N_("End the other program, or choose another address with --listen."),
			  N_("Port %d of %s cannot be listened on: %s."), port, address, strerror(trouble));
	else if (serves(list, count))
		check_add(cx, check, CHECK_FINE, "port", NULL, N_("Port %d is free; the desk runs with other settings, on another port."), port);
	else
		check_add(cx, check, CHECK_FINE, "port", NULL, N_("Port %d is free; the desk does not run."), port);
}

static void check_variables(struct cx *cx, struct check *check)
{
	struct strange_variable list[STRANGE_MOST];
	size_t count = settings_strange(cx->arena, list, COUNT(list));
	const char *mend = N_("Correct its name, or take it out of the environment; “parvis settings” shows all there are.");
	for (size_t i = 0; i < count; i++) {
		if (list[i].nearest)
			check_add(cx, check, CHECK_WARNING, "settings", mend, N_("%.*s is no setting and was not used. Is %s meant?"), STR_ARG(list[i].name), list[i].nearest);
		else
			check_add(cx, check, CHECK_WARNING, "settings", mend, N_("%.*s is no setting and was not used."), STR_ARG(list[i].name));
	}
}

/* ---- the database ---- */

static void check_clock(struct cx *cx, const struct process *list, size_t count, const struct migrate_status *status, struct check *check)
{
	i64 newest = status->at;
	for (size_t i = 0; i < count; i++)
		newest = list[i].beat_at > newest ? list[i].beat_at : newest;
	if (newest > cx->now + MINUTE)
		check_add(cx, check, CHECK_ERROR, "clock", N_("Set the machine's clock by NTP before starting the desk."),
			  N_("This machine's clock is %lld s behind what is written in the database."), (long long)((newest - cx->now) / SECOND));
	else
		check_add(cx, check, CHECK_FINE, "clock", NULL, N_("The clock agrees with the database."));
}

static void check_audit_note(struct cx *cx, const struct program *program, struct db *db, struct check *check)
{
	struct str lines;
	if (file_read(cx, audit_note(cx, program), AUDIT_NOTE_MAX, &lines) != OK)
		cx_forget(cx); /* none yet */
	else if (audit_holds_ends(cx, db, lines) != OK)
		check_add_failure(cx, check, "audit", N_("If you put an older database in place yourself, remove audit.ends from the data folder; else compare with a backup."));
	else
		check_add(cx, check, CHECK_FINE, "audit", NULL, N_("The audit log holds all that was noted outside the database."));
}

static void check_database(struct cx *cx, struct program *program, struct check *check)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct migrate_status status;
	struct process *list = NULL;
	size_t count = 0;
	bool whole = false;
	struct str file = program->settings.database;
	if (db_open(cx, arena_cstr(cx->arena, file), DB_READ, &db) != OK) {
		check_add_failure(cx, check, "database", cx->err == ERR_MISSING ? N_("Start “parvis run” once, or “parvis migrate”; or correct the setting database.") : NULL);
	} else if (migrate_status(cx, db, &status) != OK) {
		check_add_failure(cx, check, "migrations", NULL);
	} else if (status.applied < status.known) {
		check_add(cx, check, CHECK_ERROR, "migrations", N_("Make a backup, then “parvis migrate”."), N_("The database is at migration %lld of %lld."),
			  (long long)status.applied, (long long)status.known);
	} else {
		check_add(cx, check, CHECK_FINE, "migrations", NULL, N_("The database is at migration %lld of %lld."), (long long)status.applied, (long long)status.known);
		whole = true;
	}
	if (whole && str_starts(file, S("sqlite:")) && access(arena_cstr(cx->arena, str_skip(file, strlen("sqlite:"))), W_OK) != 0)
		check_add(cx, check, CHECK_ERROR, "database", N_("Give the file to the user that runs Parvis (chown)."), N_("The database %.*s cannot be written to."),
			  STR_ARG(str_skip(file, strlen("sqlite:"))));
	if (whole && process_list(cx, db, &list, &count) != OK)
		check_add_failure(cx, check, "database", NULL);
	check_port(cx, &program->settings, list, count, check);
	if (!whole)
		return;
	check_clock(cx, list, count, &status, check);
	if (option_given(program, "quick"))
		return;
	if (db_check(cx, db) != OK)
		check_add_failure(cx, check, "database",
				  N_("Do not go on working with this database: restore the newest backup that “parvis restore --verify-only” finds sound."));
	else
		check_add(cx, check, CHECK_FINE, "database", NULL, N_("The database is intact."));
	check_desk(cx, db, media_folder(cx, program), check);
	check_bucket_place(cx, program, db, check);
	check_bucket_state(cx, db, check);
	check_audit_note(cx, program, db, check);
}

/* ---- what is told ---- */

static const char *const level_words[] = {"fine", "warning", "error"};

static json_t *settings_json(struct program *program)
{
	static const char *const origins[] = {"default", "file", "environment", "command-line"};
	json_t *all = json_object();
	for (size_t i = 0; i < setting_row_count; i++) {
		const struct setting_row *row = &setting_rows[i];
		const char *at = (const char *)&program->settings + row->offset;
		json_t *value;
		if (row->type == SETTING_NUMBER || row->type == SETTING_SIZE)
			value = json_integer(*(const i64 *)(const void *)at);
		else if (row->flags & SETTING_IS_SECRET)
			value = json_string(program->settings.origin[i] == FROM_DEFAULT ? "" : "(set)");
		else
			value = json_stringn(((const struct str *)(const void *)at)->len ? ((const struct str *)(const void *)at)->at : "",
					     ((const struct str *)(const void *)at)->len);
		json_object_set_new(all, row->name, json_pack("{s:o, s:s}", "value", value, "origin", origins[program->settings.origin[i]]));
	}
	return all;
}

static void print_json(struct program *program, const struct check *check)
{
	json_t *list = json_array();
	for (size_t i = 0; i < check->count; i++) {
		const struct check_finding *f = &check->findings[i];
		json_array_append_new(list, json_pack("{s:s, s:s, s:s%, s:s%}", "level", level_words[f->level], "area", f->area, "what", f->what.at, f->what.len,
						      "mend", f->mend.len ? f->mend.at : "", f->mend.len));
	}
	json_t *all = json_pack("{s:s, s:o, s:o}", "level", level_words[check->worst], "findings", list, "settings", settings_json(program));
	json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
}

static void print_text(struct cx *cx, struct program *program, const struct check *check)
{
	static const char *const marks[] = {"  ", "! ", "✗ "};
	CLEANUP(buf_free) struct buf settings = {};
	settings_show(cx->arena, &program->settings, &settings);
	if (program->settings.file.len)
		printf("%s %.*s\n", _("Settings file:"), STR_ARG(program->settings.file));
	printf("%s\n", buf_cstr(&settings));
	for (size_t i = 0; i < check->count; i++) {
		const struct check_finding *f = &check->findings[i];
		printf("%s%-13s %.*s\n", marks[f->level], f->area, STR_ARG(f->what));
		if (f->mend.len)
			printf("  %-13s → %.*s\n", "", STR_ARG(f->mend));
	}
}

static enum err run_check(struct cx *cx, struct program *program)
{
	struct check check = {};
	const char *data = program_data(cx, program);
	check_variables(cx, &check);
	check_folder(cx, data, &check);
	check_keys(cx, data, &check);
	check_database(cx, program, &check);
	check_mail(cx, &program->settings, &check);
	check_bucket(cx, program, &check);
	if (option_given(program, "json"))
		print_json(program, &check);
	else
		print_text(cx, program, &check);
	if (check.worst == CHECK_ERROR)
		return fail(cx, ERR_SYSTEM, N_("Something needs mending; each line marked ✗ says how."));
	if (check.worst == CHECK_WARNING)
		return fail(cx, ERR_CONFLICT, N_("It works; the lines marked ! need a look."));
	return OK;
}

static const struct option_row options[] = {
	{"json", NULL, N_("Print the findings and the settings as JSON")},
	{"quick", NULL, N_("Leave out what reads the whole database")},
	{},
};

const struct command command_check = {
	.name = "check",
	.words = "",
	.about = N_("Look over the whole installation and say how to mend what is wrong"),
	.more = N_("Changes nothing here, and can run beside the desk; with a bucket (media_store), the small file “parvis-check” is written there. Ends with status 0 when all is fine, 1 with warnings, 2 with errors."),
	.options = options,
	.run = run_check,
	.file = __FILE__,
};
