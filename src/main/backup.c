/* backup.c: database, keys and kept files into one file, while the desk runs. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/map.h"
#include "main/away.h"
#include "main/command.h"
#include "main/manifest.h"
#include "main/media.h"
#include "store/bucket_file.h"
#include "store/migrate.h"
#include "sys/blob.h"
#include "sys/db.h"
#include "sys/files.h"
#include "sys/keys.h"
#include "sys/pack.h"
#include "ui/format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "parvis-"
#define SUFFIX ".tar.zst"
#define AWAY_A_LOOK 500

struct backup {
	const char *path, *data;
	const char *copy; /* of the database, in DATA/spool; NULL: PostgreSQL */
	struct pack *pack;
	json_t *manifest;
	struct progress progress;
	struct away away;
	const char *media;
	struct map *packed; /* names of kept files that are in it */
	i64 files, bytes;
};

static void step(void *subject, i64 done, i64 all)
{
	progress_step(subject, done, all);
}

static enum err add_file(struct cx *cx, struct backup *b, const char *name, const char *from)
{
	struct hash hash;
	i64 size;
	TRY(pack_file(cx, b->pack, name, from, &hash, &size));
	manifest_add_file(b->manifest, name, size, &hash);
	b->files++;
	b->bytes += size;
	return OK;
}

static void unlink_copy(void *path)
{
	unlink(path);
}

/* The copy is of one instant, however much is written meanwhile. */
static enum err add_database(struct cx *cx, struct backup *b, struct db *db)
{
	if (db_kind(db) != DB_SQLITE) {
		TRY(manifest_add_database(cx, b->manifest, db));
		fprintf(stderr, "%s\n",
			_("The database is in PostgreSQL: back it up with its own tool, “pg_dump --format=custom DATABASE > parvis.pgdump”, at the same time. Keys and"
			  " kept files are backed up here."));
		return OK;
	}
	char token[TOKEN_LEN + 1];
	token_new(token);
	const char *spool = path_join(cx->arena, b->data, "spool");
	TRY(folder_make(cx, spool));
	b->copy = path_join(cx->arena, spool, arena_printf(cx->arena, ".spool-backup-%.8s", token).at);
	arena_defer(cx->arena, unlink_copy, (void *)b->copy);
	progress_start(&b->progress, _("Database"));
	enum err e = db_copy_to(cx, db, b->copy, step, &b->progress);
	progress_end(&b->progress);
	TRY(e);
	CLEANUP(db_closep) struct db *copy = NULL;
	TRY(db_open(cx, b->copy, DB_WRITE, &copy));
	TRY(migrate_check(cx, copy));
	if (db_check(cx, copy) != OK) /* better none than one that cannot be restored */
		return fail(cx, ERR_SYSTEM, N_("The database is damaged, so no backup was made of it; earlier ones are untouched. “parvis check” tells more; restore the"
					       " newest backup that “parvis restore --verify-only” finds sound."));
	TRY(manifest_add_database(cx, b->manifest, copy));
	db_close(copy); /* what its journal holds is in the file by now */
	copy = NULL;
	return add_file(cx, b, "parvis.db", b->copy);
}

static enum err add_keys(struct cx *cx, struct backup *b)
{
	const char *paths[3];
	keys_paths(cx->arena, b->data, paths);
	for (size_t i = 0; i < COUNT(paths); i++)
		if (file_there(paths[i]))
			TRY(add_file(cx, b, arena_printf(cx->arena, "keys/%s", strrchr(paths[i], '/') + 1).at, paths[i]));
	return OK;
}

static enum err add_medium(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct backup *b = subject;
	const char *name = strrchr(entry->path, '/');
	if (entry->folder || !name || name[1] == '.') /* a file that is only just arriving */
		return OK;
	enum err e = add_file(cx, b, arena_printf(cx->arena, "media/%s", entry->path).at, entry->full);
	if (e == ERR_MISSING) { /* dropped meanwhile: the bucket has it */
		cx_forget(cx);
		return OK;
	}
	map_put(b->packed, str_of(name + 1), b);
	return e;
}

/* What the folder of kept files held and holds no longer went into the bucket; what came back meanwhile is in the backup once. */
static enum err add_away(struct cx *cx, struct backup *b, struct str name)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx part = *cx;
	const char *path;
	part.arena = arena;
	const char *inside = arena_printf(arena, "media/%.2s/%.*s", name.at, STR_ARG(name)).at;
	if (map_get(b->packed, name))
		return OK;
	away_bring(&part, &b->away, name, &path);
	enum err e = path ? add_file(cx, b, arena_cstr(cx->arena, str_of(inside)), path) : OK;
	if (path)
		away_done(path);
	return e;
}

static enum err add_all_away(struct cx *cx, struct backup *b, struct db *db)
{
	struct bucket_file *list;
	struct str after = {}, place = b->away.bucket ? bucket_place(b->away.bucket) : (struct str){};
	size_t count;
	do {
		TRY(bucket_files(cx, db, place, after, (struct str){}, AWAY_A_LOOK, &list, &count));
		for (size_t i = 0; i < count; i++)
			TRY(add_away(cx, b, list[i].name));
		after = count ? list[count - 1].name : after;
	} while (count == AWAY_A_LOOK);
	return OK;
}

static enum err fill(struct cx *cx, struct backup *b, struct program *program, struct db *db)
{
	TRY(pack_open(cx, b->path, &b->pack));
	TRY(add_database(cx, b, db)); /* first: every file that it names is in the folder by now, and stays */
	TRY(add_keys(cx, b));
	b->media = media_folder(cx, program);
	b->packed = map_new(cx->arena);
	if (file_there(b->media))
		TRY(folder_walk(cx, b->media, 3, add_medium, b));
	TRY(add_all_away(cx, b, db));
	TRY(pack_bytes(cx, b->pack, MANIFEST_NAME, manifest_text(cx, b->manifest), NULL));
	return pack_finish(cx, b->pack);
}

/* ---- into a folder, the newest few ---- */

struct kept {
	struct arena *arena;
	const char **paths;
	size_t count, capacity;
};

static enum err note_backup(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct kept *kept = subject;
	if (!entry->folder && str_starts(str_of(entry->path), S(PREFIX)) && str_ends(str_of(entry->path), S(SUFFIX)))
		*arena_push(kept->arena, kept->paths, kept->count, kept->capacity) = arena_cstr(kept->arena, str_of(entry->full));
	return OK;
}

/* Names sort by time. */
static enum err drop_old(struct cx *cx, const char *folder, i64 keep)
{
	struct kept kept = {.arena = cx->arena};
	TRY(folder_walk(cx, folder, 1, note_backup, &kept));
	for (size_t i = 0; i + (size_t)keep < kept.count; i++)
		TRY(file_remove(cx, kept.paths[i]));
	return OK;
}

static const char *name_in(struct cx *cx, const char *folder)
{
	CLEANUP(buf_free) struct buf name = {};
	struct str now = time_text(cx->arena, cx->now - cx->now % SECOND);
	buf_adds(&name, PREFIX);
	for (size_t i = 0; i < now.len; i++)
		if (now.at[i] != ':' && now.at[i] != '-')
			buf_addc(&name, now.at[i]);
	buf_adds(&name, SUFFIX);
	return path_join(cx->arena, folder, buf_cstr(&name));
}

static enum err backup(struct cx *cx, struct program *program)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct stat status;
	if (program->word_count != 1)
		return fail_field(cx, "FILE", N_("Name one file that ends with .tar.zst, or a folder that is there."));
	const char *wanted = program->words[0].at;
	bool folder = stat(wanted, &status) == 0 && S_ISDIR(status.st_mode);
	if (!folder && !str_ends(program->words[0], S(SUFFIX)))
		return fail_field(cx, "FILE", N_("Name one file that ends with .tar.zst, or a folder that is there."));
	TRY(program_open(cx, program, false, &db));
	struct backup b = {.path = folder ? name_in(cx, wanted) : wanted, .data = program_data(cx, program), .manifest = manifest_new(cx, "backup")};
	TRY(away_open(cx, program, !option_given(program, "here-only"), &b.away));
	enum err e = fill(cx, &b, program, db);
	pack_drop(b.pack);
	if (e == OK)
		away_tell(cx, &b.away);
	away_close(&b.away);
	json_decref(b.manifest);
	TRY(e);
	i64 size;
	TRY(file_size(cx, b.path, &size));
	CLEANUP(buf_free) struct buf whole = {}, packed = {};
	buf_add_size(&whole, cx->lang, b.bytes);
	buf_add_size(&packed, cx->lang, size);
	printf(tr_n(cx->lang, "%s: %lld file, %s, packed to %s.", "%s: %lld files, %s, packed to %s.", b.files), b.path, (long long)b.files, buf_cstr(&whole),
	       buf_cstr(&packed));
	fputc('\n', stdout);
	return folder ? drop_old(cx, wanted, program->settings.backup_keep) : OK;
}

static const struct option_row options[] = {
	{"here-only", NULL, N_("Leave out kept files that are in the bucket alone (setting media_store)")},
	{},
};

const struct command command_backup = {
	.name = "backup",
	.words = "FILE.tar.zst|FOLDER",
	.about = N_("Put database, keys and kept files into one file, while the desk runs"),
	.more = N_("What is in the bucket alone (setting media_store) is brought for it. Into a folder it is named by the time, and the newest backup_keep are kept. The file holds the keys that open what is sealed:"
		   " keep it as safe as the installation itself. “parvis restore FILE --verify-only” proves that it is sound."),
	.options = options,
	.run = backup,
	.file = __FILE__,
};
