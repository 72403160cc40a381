/* restore.c: a backup back into an empty folder, after every bit of it was looked at. */
#include "base/lang.h"
#include "base/map.h"
#include "flow/audit.h"
#include "flow/check.h"
#include "flow/transaction.h"
#include "main/command.h"
#include "main/manifest.h"
#include "store/migrate.h"
#include "store/process.h"
#include "store/publication.h"
#include "sys/blob.h"
#include "sys/db.h"
#include "sys/files.h"
#include "sys/keys.h"
#include "sys/unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct restore {
	const char *file, *data;
	const char *work;     /* where it is unpacked, beside what it becomes */
	struct map *found;    /* name → hash */
	struct str manifest_text;
	json_t *manifest;
	struct progress progress;
	bool has_database;
};

/* What a backup can hold; anything else was put there by somebody. */
static bool known_name(struct str name)
{
	static const char *const names[] = {"parvis.db", "keys/serve.key", "keys/work.key", "keys/work.pub"};
	return str_in(name, names, COUNT(names)) ||
	       (str_starts(name, S("media/")) && name.len == 9 + BLOB_NAME_LEN && blob_named(str_skip(name, 9)) && str_eq(str_head(str_skip(name, 6), 2), str_head(str_skip(name, 9), 2)));
}

static enum err unpack_entry(struct cx *cx, struct restore *r, struct unpack *unpack, struct str name)
{
	struct hasher hasher;
	struct str piece;
	const char *path = path_join(cx->arena, r->work, arena_cstr(cx->arena, name));
	struct spool *spool;
	hasher_start(&hasher, NULL);
	TRY(folder_make(cx, path_folder(cx->arena, path)));
	TRY(spool_open(cx, path_folder(cx->arena, path), &spool));
	do {
		TRY(unpack_piece(cx, unpack, &piece));
		hasher_add(&hasher, piece);
		TRY(spool_add(cx, spool, piece));
	} while (piece.len);
	TRY(spool_keep(cx, spool, path, str_eq(name, S("keys/work.pub")) ? 0644 : 0600));
	spool_drop(spool);
	struct hash hash = hasher_end(&hasher);
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	map_put(r->found, name, (void *)buf_keep(&hex, cx->arena).at);
	return OK;
}

static enum err unpack_all(struct cx *cx, struct restore *r)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	static const struct unpack_limits limits = {.entries = 100000000, .entry_bytes = (i64)1 << 50, .total_bytes = (i64)1 << 50, .ratio = 100000};
	struct unpack_entry entry;
	bool more;
	TRY(unpack_open(cx, r->file, &limits, &unpack));
	for (;;) {
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		progress_step(&r->progress, entry.done, entry.all);
		struct str name = arena_str(cx->arena, entry.name);
		if (entry.folder)
			continue;
		if (str_eq(name, S(MANIFEST_NAME)))
			TRY(unpack_read(cx, unpack, MANIFEST_MAX, &r->manifest_text));
		else if (known_name(name) && !map_get(r->found, name))
			TRY(unpack_entry(cx, r, unpack, name));
		else
			return fail(cx, ERR_BAD_INPUT, N_("The file %.*s in it is not of it: somebody put it there."), STR_ARG(str_head(name, 200)));
	}
}

/* ---- is it sound? ---- */

static enum err verify_database(struct cx *cx, struct restore *r)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct migrate_status status;
	struct check check = {};
	TRY(db_open(cx, path_join(cx->arena, r->work, "parvis.db"), DB_WRITE, &db));
	TRY(migrate_status(cx, db, &status));
	if (status.applied != json_integer_value(json_object_get(r->manifest, "migration")))
		return fail(cx, ERR_BAD_INPUT, N_("Its database is of another shape than it says."));
	if (status.applied < status.known)
		TRY(migrate_up(cx, db, NULL));
	TRY(db_check(cx, db));
	TRY(manifest_check_database(cx, r->manifest, db));
	check_desk(cx, db, path_join(cx->arena, r->work, "media"), &check);
	for (size_t i = 0; i < check.count; i++) {
		const struct check_finding *f = &check.findings[i];
		bool of_the_data = strcmp(f->area, "outbox") != 0 && strcmp(f->area, "channels") != 0 && strcmp(f->area, "import") != 0;
		if (f->level == CHECK_ERROR && of_the_data) /* that something waited is no fault of a backup */
			return fail(cx, ERR_BAD_INPUT, "%.*s", STR_ARG(f->what));
		if (of_the_data)
			printf("%.*s\n", STR_ARG(f->what));
	}
	return OK;
}

static enum err verify(struct cx *cx, struct restore *r)
{
	struct working_keys keys;
	if (!r->manifest_text.len)
		return fail(cx, ERR_BAD_INPUT, N_("%s holds no %s: this is no backup of Parvis, or it is not complete."), r->file, MANIFEST_NAME);
	TRY(manifest_read(cx, r->manifest_text, "backup", &r->manifest));
	TRY(manifest_check(cx, r->manifest, r->found));
	r->has_database = map_get(r->found, S("parvis.db"));
	if (map_get(r->found, S("keys/work.key"))) {
		TRY(keys_for_working(cx, r->work, &keys));
		wipe_object(&keys);
	}
	if (r->has_database)
		return verify_database(cx, r);
	fprintf(stderr, "%s\n", _("It holds no database: that one was in PostgreSQL; bring it back with pg_restore."));
	return OK;
}

static void print_counts(struct cx *cx, const struct restore *r)
{
	const char *name;
	json_t *rows, *counts = json_object_get(r->manifest, "counts");
	json_object_foreach(counts, name, rows)
		if (json_integer_value(rows))
			printf("%-20s %lld\n", name, (long long)json_integer_value(rows));
	printf(_("%lld files, all with the checksums of the manifest; made at %s by Parvis %s."), (long long)map_count(r->found),
	       json_string_value(json_object_get(r->manifest, "made_at")), json_string_value(json_object_get(r->manifest, "version")));
	fputc('\n', stdout);
}

/* ---- its place ---- */

/* What left after the backup was made is not known here: nothing leaves a second time without a look. */
static enum err doubt(struct cx *cx, struct db *db, const struct restore *r, i64 *ret_count)
{
	TRY(publications_doubt(cx, db, 0, ret_count));
	return audit(cx, db, 0, "installation.restore", S("installation"),
		     arena_printf(cx->arena, "{\"made_at\":\"%s\",\"in_doubt\":%lld}", json_string_value(json_object_get(r->manifest, "made_at")), (long long)*ret_count));
}

static enum err doubt_outbox(struct cx *cx, const struct restore *r)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct process process;
	i64 count = 0;
	TRY(db_open(cx, path_join(cx->arena, r->work, "parvis.db"), DB_WRITE, &db));
	TRY(process_join(cx, db, "restore", &process));
	enum err e = IN_TRANSACTION(cx, db, doubt(cx, db, r, &count));
	TRY(e);
	TRY(process_leave(cx, db, &process));
	if (count) {
		printf(_("%lld answers were about to leave when the backup was made: the network is asked before one leaves again."), (long long)count);
		fputc('\n', stdout);
	}
	return OK;
}

static enum err move(struct cx *cx, const struct restore *r, const char *name)
{
	const char *from = path_join(cx->arena, r->work, name), *to = path_join(cx->arena, r->data, name);
	if (!file_there(from))
		return OK;
	if (rename(from, to) != 0)
		return fail(cx, ERR_SYSTEM, N_("%s cannot be moved to %s: %m. What was unpacked is kept in %s."), from, to, r->work);
	return OK;
}

/* The database last: a folder without one is no installation yet, and can be restored into again. */
static enum err settle(struct cx *cx, const struct restore *r)
{
	if (r->has_database)
		TRY(doubt_outbox(cx, r));
	TRY(move(cx, r, "keys"));
	TRY(move(cx, r, "media"));
	TRY(move(cx, r, "parvis.db"));
	return folder_sync(cx, r->data);
}

static enum err refuse_used(struct cx *cx, const char *data)
{
	static const char *const ours[] = {"parvis.db", "keys", "media"};
	for (size_t i = 0; i < COUNT(ours); i++)
		if (file_there(path_join(cx->arena, data, ours[i])))
			return fail(cx, ERR_CONFLICT, N_("%s holds an installation already (%s). Nothing is written over: name an empty folder."), data, ours[i]);
	return OK;
}

static enum err restore(struct cx *cx, struct program *program)
{
	bool look_only = option_given(program, "verify-only");
	struct str into = option_value(program, "into");
	if (program->word_count != 1)
		return fail_field(cx, "FILE", N_("Name the backup."));
	if (!into.len && !look_only)
		return fail_field(cx, "into", N_("Name the folder for it with --into FOLDER, or look at the backup only, with --verify-only."));
	const char *temporary = getenv("TMPDIR");
	struct restore r = {.file = program->words[0].at, .data = into.len ? arena_cstr(cx->arena, into) : temporary ? temporary : "/tmp"};
	char token[TOKEN_LEN + 1];
	int lock = -1;
	token_new(token);
	r.found = map_new(cx->arena);
	r.work = path_join(cx->arena, r.data, arena_printf(cx->arena, ".parvis-restore-%.8s", token).at);
	if (!look_only) {
		TRY(folder_make(cx, r.data));
		TRY(folder_lock(cx, r.data, &lock));
		TRY(refuse_used(cx, r.data));
	}
	TRY(folder_make(cx, r.work));
	progress_start(&r.progress, r.file);
	enum err e = unpack_all(cx, &r);
	progress_end(&r.progress);
	if (e == OK)
		e = verify(cx, &r);
	if (e == OK)
		print_counts(cx, &r);
	if (e == OK && !look_only)
		e = settle(cx, &r);
	struct cx last = *cx;
	if (folder_remove(&last, r.work) != OK)
		fprintf(stderr, "%s\n", last.story);
	if (lock >= 0)
		close(lock);
	TRY(e);
	if (look_only)
		puts(_("The backup is sound."));
	else
		printf(_("It is restored. Start it with “parvis run --data %s”."), r.data), fputc('\n', stdout);
	return OK;
}

static const struct option_row options[] = {
	{"into", "FOLDER", N_("The new data folder; it must hold no installation")},
	{"verify-only", NULL, N_("Look at all of it, and write nothing but a temporary copy")},
	{},
};

const struct command command_restore = {
	.name = "restore",
	.words = "FILE.tar.zst",
	.about = N_("Bring a backup back, after a look at every bit of it"),
	.more = N_("Every checksum, the integrity of the database, its counts, the audit log and the sealed copies are verified before anything takes its"
		   " place. Answers that may have left since the backup was made do not leave again before the network was asked."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = restore,
	.file = __FILE__,
};
