/* manifest.h: what a backup says of itself: the file manifest.json at its end, with the version, the shape of the database, how many rows
 * each table holds, and size and BLAKE2b-256 of every file. What stays true: a backup with one bit changed does not pass
 * manifest_check(). */
#pragma once
#include "base/cx.h"
#include "base/str.h"
#include "sys/crypto.h"

#include <jansson.h>

#define MANIFEST_NAME "manifest.json"
#define MANIFEST_MAX ((size_t)1 << 30)

struct db;

/* `kind` "backup" or "export". The object is the caller's. */
json_t *manifest_new(struct cx *cx, const char *kind);
void manifest_add_file(json_t *manifest, const char *name, i64 size, const struct hash *hash);
enum err manifest_add_database(struct cx *cx, json_t *manifest, struct db *db); /* migration, counts, engine */
struct str manifest_text(struct cx *cx, const json_t *manifest);

/* ERR_BAD_INPUT when it is none, ERR_CONFLICT when a newer program made it. *ret_manifest goes with cx->arena. */
enum err manifest_read(struct cx *cx, struct str text, const char *kind, json_t **ret_manifest);

/* Files found, by name → hexadecimal hash: all there are in the manifest, no more, no less. */
struct map;
enum err manifest_check(struct cx *cx, const json_t *manifest, const struct map *found);
/* The same for the rows of a database. Tables that the manifest does not know are left out. */
enum err manifest_check_database(struct cx *cx, const json_t *manifest, struct db *db);
