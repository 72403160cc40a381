/* unpack.h: the wall to libarchive: the entries of a zip, tar, tar.gz, tar.zst or 7z file, or of a plain folder, one after the other.
 * Archives are hostile: everything is limited, nothing is written to disk, and a name that comes out can be joined to a folder
 * without leaving it. The unpack owns its memory; pieces are borrowed until the next call.
 *
 * What must stay true: limits hold on what really comes out, not on what the archive says; links, devices and entries whose
 * name is empty after cleaning are skipped. */
#pragma once
#include "base/cx.h"

struct unpack;

struct unpack_limits { /* 0 = the default */
	i64 entries;      /* 200,000; ERR_TOO_LARGE past it */
	i64 entry_bytes;  /* of one entry: 4 GiB; past it reading that entry fails with ERR_TOO_LARGE */
	i64 total_bytes;  /* of all that was read: 64 GiB */
	i64 ratio;        /* bytes out for each byte in, looked at from 16 MiB out: 200 */
};

struct unpack_entry {
	struct str name;    /* "statuses/2024/1.json": UTF-8, '/' between, no "..", not absolute; borrowed until the next entry */
	bool folder;
	i64 size;           /* as the archive says; -1 when it does not */
	i64 changed_at;     /* microseconds UTC, 0 when unknown */
	i64 done, all;      /* bytes of the archive read so far, and its size: for a progress bar; of a folder both are 0 */
};

/* ERR_MISSING, ERR_UNSUPPORTED when it is none of these formats. `limits` may be NULL. */
enum err unpack_open(struct cx *cx, const char *path, const struct unpack_limits *limits, struct unpack **ret_unpack);
void unpack_close(struct unpack *unpack); /* NULL is allowed */
void unpack_closep(struct unpack **unpack);

/* Is it an archive by its first bytes (or a folder), rather than a plain file? */
bool unpack_recognised(const char *path);

/* The next entry; what was left unread of the one before is skipped. ERR_DENIED when it is encrypted, ERR_BAD_INPUT when the
 * archive is damaged, ERR_TOO_LARGE past a limit. */
enum err unpack_next(struct cx *cx, struct unpack *unpack, struct unpack_entry *ret_entry, bool *ret_more);

/* The entry that unpack_next() gave: whole, into cx->arena, NUL-terminated behind its end; or in pieces, an empty one at the end. */
enum err unpack_read(struct cx *cx, struct unpack *unpack, size_t max, struct str *ret_bytes);
enum err unpack_piece(struct cx *cx, struct unpack *unpack, struct str *ret_piece);

/* The names of all files in it, one a line, at most `max` bytes of them (the rest is left out), in the arena. */
enum err unpack_names(struct cx *cx, const char *path, size_t max, struct str *ret_names);
/* Open, go to the entry of this name and read it whole. ERR_MISSING when there is none. */
enum err unpack_one(struct cx *cx, const char *path, struct str name, size_t max, struct str *ret_bytes);
