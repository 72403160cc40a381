/* export.c: everything of an installation, or of one workspace, in open formats (docs/export-format.md), while the desk runs. */
#include "flow/export.h"

#include "base/lang.h"
#include "base/map.h"
#include "main/archive.h"
#include "main/away.h"
#include "main/command.h"
#include "main/manifest.h"
#include "main/media.h"
#include "store/bucket_file.h"
#include "store/check.h"
#include "store/workspace.h"
#include "sys/blob.h"
#include "sys/files.h"
#include "sys/pack.h"

#include <stdio.h>
#include <string.h>

#define BLOBS_A_LOOK 1000

struct export {
	const char *path, *spool_folder, *media;
	struct pack *pack;
	json_t *manifest;
	struct map *blobs;     /* packed already */
	struct progress progress;

	struct arena *file;    /* of the file at hand */
	struct spool *spool;
	char name[256];
	i64 files, missing;
	struct away away;
	enum err (*step)(struct cx *cx, void *to, i64 rows); /* NULL: a bar on the terminal */
	void *to;
};

static enum err told(struct cx *cx, struct cx *part, enum err error)
{
	if (error == OK)
		return OK;
	part->arena = cx->arena;
	*cx = *part;
	return error;
}

static enum err file_begin(struct cx *cx, void *subject, const char *name)
{
	struct export *x = subject;
	arena_reset(x->file);
	struct cx part = *cx;
	part.arena = x->file;
	snprintf(x->name, sizeof x->name, "%s", name);
	return told(cx, &part, spool_open(&part, x->spool_folder, &x->spool));
}

static enum err file_add(struct cx *cx, void *subject, struct str bytes)
{
	struct export *x = subject;
	i64 rows = 0;
	for (size_t i = 0; x->step && i < bytes.len; i++)
		rows += bytes.at[i] == '\n';
	TRY(spool_add(cx, x->spool, bytes));
	return x->step ? x->step(cx, x->to, rows) : OK;
}

static enum err pack_one(struct cx *cx, struct export *x, const char *name, const char *from)
{
	struct hash hash;
	i64 size;
	struct cx part = *cx;
	part.arena = x->file;
	TRY(told(cx, &part, pack_file(&part, x->pack, name, from, &hash, &size)));
	manifest_add_file(x->manifest, name, size, &hash);
	x->files++;
	return OK;
}

static enum err file_end(struct cx *cx, void *subject)
{
	struct export *x = subject;
	enum err e = pack_one(cx, x, x->name, spool_path(x->spool));
	spool_drop(x->spool);
	return e;
}

/* Not here: is it in the bucket? */
static enum err add_away(struct cx *cx, struct db *db, struct export *x, struct str name, const char *inside)
{
	struct cx part = *cx;
	const char *path = NULL;
	bool known;
	part.arena = x->file;
	TRY(bucket_file_known(cx, db, name, &known));
	if (known)
		away_bring(&part, &x->away, name, &path);
	else
		x->missing++;
	enum err e = path ? pack_one(cx, x, inside, path) : OK;
	if (path)
		away_done(path);
	return e;
}

static enum err add_blob(struct cx *cx, struct db *db, struct export *x, struct str name)
{
	const char *path;
	arena_reset(x->file);
	struct cx part = *cx;
	part.arena = x->file;
	TRY(told(cx, &part, blob_path(&part, x->media, name, &path)));
	if (map_get(x->blobs, name))
		return OK;
	map_put(x->blobs, name, x);
	const char *inside = arena_printf(x->file, "media/%.2s/%.*s", name.at, STR_ARG(name)).at;
	enum err e = file_there(path) ? pack_one(cx, x, inside, path) : ERR_MISSING;
	if (e != ERR_MISSING)
		return e;
	cx_forget(cx); /* dropped meanwhile, perhaps: the bucket has it then */
	return add_away(cx, db, x, name, inside);
}

static enum err add_blobs(struct cx *cx, struct db *db, struct export *x, i64 workspace)
{
	struct str *names, after = {};
	size_t count;
	do {
		TRY(check_blobs(cx, db, workspace, after, BLOBS_A_LOOK, &names, &count));
		for (size_t i = 0; i < count; i++)
			TRY(add_blob(cx, db, x, names[i]));
		after = count ? names[count - 1] : after;
	} while (count == BLOBS_A_LOOK);
	return OK;
}

static enum err add_workspace(struct cx *cx, struct db *db, struct export *x, const struct workspace *w)
{
	struct export_sink sink = {file_begin, file_add, file_end, x};
	json_t *counts = json_object();
	json_array_append_new(json_object_get(x->manifest, "workspaces"),
			      json_pack("{s:s%, s:o, s:s%, s:o}", "slug", w->slug.at, w->slug.len, "id", json_sprintf("%lld", (long long)w->id), "name",
					w->name.at, w->name.len, "counts", counts));
	const char *folder = arena_printf(cx->arena, "workspaces/%.*s", STR_ARG(w->slug)).at;
	return workspace_export(cx, db, w->id, folder, &sink, counts);
}

static enum err fill(struct cx *cx, struct db *db, struct export *x, i64 only)
{
	struct workspace *list;
	size_t count;
	TRY(workspace_list(cx, db, &list, &count));
	if (!x->step)
		progress_start(&x->progress, _("Export"));
	for (size_t i = 0; i < count; i++) {
		if (only && list[i].id != only)
			continue;
		if (!x->step)
			progress_step(&x->progress, (i64)i, (i64)count);
		TRY(add_workspace(cx, db, x, &list[i]));
	}
	for (size_t i = 0; i < count; i++)
		if (!only || list[i].id == only)
			TRY(add_blobs(cx, db, x, list[i].id));
	TRY(pack_bytes(cx, x->pack, MANIFEST_NAME, manifest_text(cx, x->manifest), NULL));
	return pack_finish(cx, x->pack);
}

static void describe(json_t *manifest)
{
	static const char *const left_out[] = {"passwords", "second factors and recovery codes", "sessions and one-time links", "invitations", "API keys",
					       "credentials of channels", "settings of the installation"};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(left_out); i++)
		json_array_append_new(list, json_string(left_out[i]));
	json_object_set_new(manifest, "left_out", list);
	json_object_set_new(manifest, "workspaces", json_array());
}

/* A bucket that cannot be opened leaves out what is there alone, which is said. */
static enum err open_away(struct cx *cx, struct program *program, struct away *away)
{
	char story[sizeof cx->story];
	if (away_open(cx, program, true, away) == OK)
		return OK;
	memcpy(story, cx->story, sizeof story);
	cx_forget(cx);
	TRY(away_open(cx, program, false, away));
	memcpy(away->story, story, sizeof story);
	return OK;
}

/* In a transaction of the caller's. */
static enum err write_all(struct cx *cx, struct program *program, struct db *db, struct export *x, i64 only)
{
	x->media = media_folder(cx, program);
	x->manifest = manifest_new(cx, "export");
	x->blobs = map_new(cx->arena);
	x->spool_folder = path_join(cx->arena, program_data(cx, program), "spool");
	x->file = arena_new();
	describe(x->manifest);
	enum err e = folder_make(cx, x->spool_folder);
	e = e ? e : open_away(cx, program, &x->away);
	e = e ? e : pack_open(cx, x->path, &x->pack);
	e = e ? e : fill(cx, db, x, only);
	away_close(&x->away);
	arena_free(x->file);
	pack_drop(x->pack);
	json_decref(x->manifest);
	return e;
}

enum err archive_workspace(struct cx *cx, void *program, struct db *read, i64 workspace, const char *path, enum err (*step)(struct cx *cx, void *to, i64 rows),
			   void *to, i64 *ret_missing)
{
	struct export x = {.path = path, .step = step, .to = to};
	TRY(write_all(cx, program, read, &x, workspace));
	*ret_missing = x.missing + x.away.left;
	return OK;
}

static enum err export(struct cx *cx, struct program *program)
{
	CLEANUP(db_closep) struct db *db = NULL;
	i64 only = 0;
	if (program->word_count != 1)
		return fail_field(cx, "FOLDER", N_("Name an empty folder, or a file that ends with .tar.zst."));
	TRY(program_open(cx, program, false, &db));
	if (option_value(program, "workspace").len)
		TRY(program_workspace(cx, program, db, &only));
	struct export x = {.path = program->words[0].at};
	TRY(db_begin(cx, db)); /* one instant for all of it */
	enum err e = write_all(cx, program, db, &x, only);
	db_rollback(db);
	progress_end(&x.progress);
	TRY(e);
	printf(_("%s: %lld files. Passwords, keys and credentials are not in it; everything else is."), x.path, (long long)x.files);
	fputc('\n', stdout);
	away_tell(cx, &x.away);
	if (x.missing)
		fprintf(stderr, _("%lld kept files are missing from the folder “media”, and so from the export."), (long long)x.missing), fputc('\n', stderr);
	return OK;
}

static const struct option_row options[] = {
	{"workspace", "NAME", N_("This workspace only; else all of them")},
	{},
};

const struct command command_export = {
	.name = "export",
	.words = "FOLDER|FILE.tar.zst",
	.about = N_("Write everything in open formats: JSON lines a table, messages a channel, files"),
	.more = N_("Runs beside the desk, and is of one instant. No secret is in it. “parvis import --format parvis-export” brings a workspace back,"
		   " here or elsewhere, on either database. The file docs/export-format.md tells what each column is."),
	.options = options,
	.run = export,
	.file = __FILE__,
};
