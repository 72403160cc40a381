#include "main/import_export.h"

#include "base/lang.h"
#include "base/map.h"
#include "flow/export.h"
#include "main/manifest.h"
#include "main/media.h"
#include "store/event.h"
#include "sys/blob.h"
#include "sys/unpack.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES ((size_t)64 << 20)
#define BLOB_MAX ((size_t)2 << 30)

struct returning {
	const char *path, *media;
	struct db *db;
	struct str slug;         /* wanted; empty: all */
	bool dry_run;
	struct map *found;       /* name → hash */
	struct str manifest_text;
	json_t *manifest;
	struct progress progress;

	struct arena *workspace, *entry; /* memory of the one at hand */
	char at_hand[128];       /* its slug; "" none */
	struct intake *intake;
	i64 came;
};

static const struct unpack_limits limits = {.entries = 100000000, .entry_bytes = (i64)1 << 50, .total_bytes = (i64)1 << 50, .ratio = 100000};

typedef enum err entry_taker(struct cx *cx, struct returning *r, struct unpack *unpack, struct str name);

static enum err each_entry(struct cx *cx, struct returning *r, entry_taker *take)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	struct unpack_entry entry;
	bool more;
	TRY(unpack_open(cx, r->path, &limits, &unpack));
	for (;;) {
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		progress_step(&r->progress, entry.done, entry.all);
		arena_reset(r->entry);
		if (entry.folder)
			continue;
		struct cx part = *cx;
		part.arena = r->entry;
		enum err e = take(&part, r, unpack, arena_str(r->entry, entry.name));
		if (e != OK) {
			part.arena = cx->arena;
			*cx = part;
			return e;
		}
	}
}

/* ---- first look: every checksum ---- */

static enum err look(struct cx *cx, struct returning *r, struct unpack *unpack, struct str name)
{
	struct hasher hasher;
	struct str piece;
	if (str_eq(name, S(MANIFEST_NAME))) {
		TRY(unpack_read(cx, unpack, MANIFEST_MAX, &piece));
		CLEANUP(buf_free) struct buf copy = {};
		buf_add(&copy, piece);
		r->manifest_text = buf_keep(&copy, r->workspace);
		return OK;
	}
	hasher_start(&hasher, NULL);
	do {
		TRY(unpack_piece(cx, unpack, &piece));
		hasher_add(&hasher, piece);
	} while (piece.len);
	struct hash hash = hasher_end(&hasher);
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	map_put(r->found, name, (void *)buf_keep(&hex, r->workspace).at);
	return OK;
}

/* ---- second: what is in it ---- */

static const json_t *counts_of(const struct returning *r)
{
	json_t *one;
	size_t index;
	json_array_foreach(json_object_get(r->manifest, "workspaces"), index, one)
	{
		const char *slug = json_string_value(json_object_get(one, "slug"));
		if (slug && strcmp(slug, r->at_hand) == 0)
			return json_object_get(one, "counts");
	}
	return NULL;
}

static enum err finish(struct cx *cx, struct returning *r)
{
	i64 workspace;
	if (!r->at_hand[0])
		return OK;
	TRY(intake_end(cx, r->db, r->intake, counts_of(r), &workspace));
	TRY(change_add(cx, r->db, workspace, 0, "workspace", workspace));
	if (r->dry_run)
		db_rollback(r->db);
	else
		TRY(db_commit(cx, r->db));
	printf(r->dry_run ? _("%s: it would come back whole.") : _("%s: it came back whole, its audit log and sealed copies verified."), r->at_hand);
	fputc('\n', stdout);
	r->at_hand[0] = '\0';
	r->came++;
	return OK;
}

static enum err begin(struct cx *cx, struct returning *r, struct str slug)
{
	if (str_eq(str_of(r->at_hand), slug))
		return OK;
	TRY(finish(cx, r));
	if (slug.len >= sizeof r->at_hand)
		return fail(cx, ERR_BAD_INPUT, N_("The file %.*s in it is not of it: somebody put it there."), STR_ARG(str_head(slug, 200)));
	arena_reset(r->workspace);
	snprintf(r->at_hand, sizeof r->at_hand, "%.*s", STR_ARG(slug));
	TRY(db_begin(cx, r->db));
	struct cx lasting = *cx;
	lasting.arena = r->workspace;
	return intake_start(&lasting, r->db, r->workspace, &r->intake);
}

static enum err take_lines(struct cx *cx, struct returning *r, struct unpack *unpack)
{
	CLEANUP(buf_free) struct buf rest = {.max = LINE_MAX_BYTES};
	struct str piece;
	do {
		TRY(unpack_piece(cx, unpack, &piece));
		buf_add(&rest, piece);
		if (!buf_ok(&rest))
			return fail(cx, ERR_TOO_LARGE, N_("A line of it is longer than %zu MiB."), LINE_MAX_BYTES >> 20);
		struct str all = buf_str(&rest);
		ptrdiff_t end;
		while ((end = str_find_byte(all, '\n')) >= 0) {
			TRY(intake_line(cx, r->db, r->intake, str_head(all, (size_t)end)));
			all = str_skip(all, (size_t)end + 1);
		}
		if (all.len)
			memmove(rest.at, all.at, all.len);
		rest.len = all.len;
	} while (piece.len);
	return rest.len ? intake_line(cx, r->db, r->intake, buf_str(&rest)) : OK;
}

static enum err take(struct cx *cx, struct returning *r, struct unpack *unpack, struct str name)
{
	struct str bytes, kept;
	if (str_starts(name, S("media/")) && !r->dry_run) {
		TRY(unpack_read(cx, unpack, BLOB_MAX, &bytes));
		TRY(blob_store(cx, r->media, bytes, &kept));
		return str_ends(name, kept) ? OK : fail(cx, ERR_BAD_INPUT, N_("The file %.*s in it was changed or damaged: its checksum is another one."), STR_ARG(name));
	}
	if (!str_starts(name, S("workspaces/")))
		return OK;
	struct str rest = str_skip(name, strlen("workspaces/")), slug = str_cut(&rest, '/');
	if (r->slug.len && !str_eq(r->slug, slug))
		return OK;
	TRY(begin(cx, r, slug));
	return intake_file(r->intake, rest) ? take_lines(cx, r, unpack) : OK;
}

static enum err bring_back(struct cx *cx, struct returning *r)
{
	TRY(each_entry(cx, r, look));
	if (!r->manifest_text.len)
		return fail(cx, ERR_BAD_INPUT, N_("%s holds no %s: this is no export of Parvis, or it is not complete."), r->path, MANIFEST_NAME);
	TRY(manifest_read(cx, r->manifest_text, "export", &r->manifest));
	TRY(manifest_check(cx, r->manifest, r->found));
	enum err e = each_entry(cx, r, take);
	e = e ? e : finish(cx, r);
	if (e != OK) {
		db_rollback(r->db);
		return e;
	}
	return r->came ? OK : fail(cx, ERR_MISSING, N_("There is no such workspace in the export."));
}

enum err import_export(struct cx *cx, const struct program *program, struct visit *visit, const char *path, struct str slug, bool dry_run)
{
	struct returning r = {.path = path, .media = media_folder(cx, program), .db = visit->db, .slug = slug, .dry_run = dry_run, .found = map_new(cx->arena),
			      .workspace = arena_new(), .entry = arena_new()};
	progress_start(&r.progress, path);
	enum err e = bring_back(cx, &r);
	progress_end(&r.progress);
	arena_free(r.entry);
	arena_free(r.workspace);
	return e;
}
