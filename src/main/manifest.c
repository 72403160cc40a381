#include "main/manifest.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/map.h"
#include "base/parser.h"
#include "store/count.h"
#include "store/migrate.h"

#include <string.h>

#define FORMAT 1 /* of the manifest itself */

static void release(void *json)
{
	json_decref(json);
}

json_t *manifest_new(struct cx *cx, const char *kind)
{
	struct str now = time_text(cx->arena, cx->now);
	return json_pack("{s:s, s:i, s:s, s:s%, s:[]}", "parvis", kind, "format", FORMAT, "version", PARVIS_VERSION, "made_at", now.at, now.len, "files");
}

void manifest_add_file(json_t *manifest, const char *name, i64 size, const struct hash *hash)
{
	CLEANUP(buf_free) struct buf hex = {};
	buf_add_hex(&hex, hash->at, sizeof hash->at);
	json_array_append_new(json_object_get(manifest, "files"),
			      json_pack("{s:s, s:I, s:s}", "name", name, "size", (json_int_t)size, "blake2b", buf_cstr(&hex)));
}

enum err manifest_add_database(struct cx *cx, json_t *manifest, struct db *db)
{
	struct migrate_status status;
	struct table_count *counts;
	size_t count;
	TRY(migrate_status(cx, db, &status));
	TRY(table_counts(cx, db, &counts, &count));
	json_t *all = json_object();
	for (size_t i = 0; i < count; i++)
		json_object_set_new(all, arena_cstr(cx->arena, counts[i].name), json_integer(counts[i].rows));
	json_object_set_new(manifest, "engine", json_string(db_kind(db) == DB_SQLITE ? "sqlite" : "postgres"));
	json_object_set_new(manifest, "migration", json_integer(status.applied));
	json_object_set_new(manifest, "counts", all);
	return OK;
}

struct str manifest_text(struct cx *cx, const json_t *manifest)
{
	return arena_json(cx->arena, manifest, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
}

enum err manifest_read(struct cx *cx, struct str text, const char *kind, json_t **ret_manifest)
{
	json_t *manifest = json_loadb(text.at, text.len, 0, NULL);
	arena_defer(cx->arena, release, manifest);
	const char *is = json_string_value(json_object_get(manifest, "parvis"));
	if (!is || strcmp(is, kind) != 0 || !json_is_array(json_object_get(manifest, "files")))
		return fail(cx, ERR_BAD_INPUT, N_("Its %s cannot be read: this is no %s of Parvis, or it was changed."), MANIFEST_NAME, kind);
	if (json_integer_value(json_object_get(manifest, "format")) > FORMAT)
		return fail(cx, ERR_CONFLICT, N_("It was made by a newer Parvis (%s). Use that program, or a newer one."),
			    json_string_value(json_object_get(manifest, "version")));
	*ret_manifest = manifest;
	return OK;
}

enum err manifest_check(struct cx *cx, const json_t *manifest, const struct map *found)
{
	json_t *files = json_object_get(manifest, "files"), *file;
	struct map *listed = map_new(cx->arena);
	size_t index;
	json_array_foreach(files, index, file)
	{
		const char *name = json_string_value(json_object_get(file, "name")), *wanted = json_string_value(json_object_get(file, "blake2b"));
		if (!name || !wanted)
			return fail(cx, ERR_BAD_INPUT, N_("Its %s is damaged."), MANIFEST_NAME);
		const char *is = map_get(found, str_of(name));
		if (!is)
			return fail(cx, ERR_BAD_INPUT, N_("The file %s is missing from it: it is not complete."), name);
		if (strcmp(is, wanted) != 0)
			return fail(cx, ERR_BAD_INPUT, N_("The file %s in it was changed or damaged: its checksum is another one."), name);
		map_put(listed, str_of(name), file);
	}
	for (size_t i = 0; i < map_count(found); i++)
		if (!map_get(listed, map_key(found, i)))
			return fail(cx, ERR_BAD_INPUT, N_("The file %.*s in it is not of it: somebody put it there."), STR_ARG(map_key(found, i)));
	return OK;
}

enum err manifest_check_database(struct cx *cx, const json_t *manifest, struct db *db)
{
	struct table_count *counts;
	size_t count;
	json_t *wanted = json_object_get(manifest, "counts");
	TRY(table_counts(cx, db, &counts, &count));
	for (size_t i = 0; i < count; i++) {
		const char *name = arena_cstr(cx->arena, counts[i].name);
		json_t *rows = json_object_get(wanted, name);
		if (rows && json_integer_value(rows) != counts[i].rows)
			return fail(cx, ERR_BAD_INPUT, N_("The table %s holds %lld rows, and should hold %lld."), name, (long long)counts[i].rows,
				    (long long)json_integer_value(rows));
	}
	return OK;
}

static enum err read_manifest(struct cx *cx, struct str input, struct buf *out)
{
	json_t *manifest;
	if (manifest_read(cx, input, "backup", &manifest) != OK)
		TRY(manifest_read(cx, input, "export", &manifest));
	struct map *listed = map_new(cx->arena);
	json_t *file;
	size_t index;
	json_array_foreach(json_object_get(manifest, "files"), index, file)
		if (json_is_string(json_object_get(file, "name")) && json_is_string(json_object_get(file, "blake2b")))
			map_put(listed, str_of(json_string_value(json_object_get(file, "name"))), (void *)json_string_value(json_object_get(file, "blake2b")));
	TRY(manifest_check(cx, manifest, listed));
	buf_add_value(out, manifest, JSON_COMPACT | JSON_PRESERVE_ORDER);
	buf_addc(out, '\n');
	return OK;
}

const struct parser parser_manifest = {"manifest", N_("What a backup or an export says of itself (manifest.json)"), read_manifest};
