/* files.h: files and folders: read whole with a limit, written whole or not at all, spooled while they arrive, walked, locked.
 * Every failure tells the path, what happened and what to do: ERR_MISSING when it is not there, ERR_FULL when the disk is
 * full, ERR_TOO_LARGE past a maximum, ERR_SYSTEM for rights and the rest. (Not "file.h": the C library has a sys/file.h.)
 *
 * What must stay true: a reader never sees half of a file written by file_write(); what file_write() announced survives a power
 * cut; folders made here are open to their owner only (0700); symbolic links are not followed when walking. */
#pragma once
#include "base/cx.h"

/* The whole file, in the arena, NUL-terminated behind its end. ERR_TOO_LARGE past `max` bytes. */
enum err file_read(struct cx *cx, const char *path, size_t max, struct str *ret_bytes);
/* Temporary file beside it, fsync, rename over `path`, fsync of the folder. `mode` as for open(2): 0600, 0644. */
enum err file_write(struct cx *cx, const char *path, unsigned mode, struct str bytes);
/* Put bytes behind the first `at` of a file, which is made for at 0, on the disk when it returns. ERR_CONFLICT without a story: it is not that long, or somebody else is
 * writing to it. What could be written only in part is not written. */
enum err file_append(struct cx *cx, const char *path, i64 at, struct str bytes);
enum err file_remove(struct cx *cx, const char *path); /* one that is not there is fine */
bool file_there(const char *path);                     /* anything at all by that name */
enum err file_size(struct cx *cx, const char *path, i64 *ret_bytes);

/* The story of a failed system call on `path`, by its errno, for those who call one themselves. */
enum err file_failed(struct cx *cx, const char *path, int error);

/* "a/b" + "c" → "a/b/c", in the arena. */
const char *path_join(struct arena *arena, const char *folder, const char *name);
const char *path_folder(struct arena *arena, const char *path); /* "a/b/c" → "a/b"; "c" → "." ; "/c" → "/" */

/* ---- folders ---- */

/* With its parents, 0700. One that is there stays as it is; ERR_SYSTEM when something else has its name or it cannot be
 * written to. */
enum err folder_make(struct cx *cx, const char *path);
enum err folder_sync(struct cx *cx, const char *path); /* its entries are on the disk */
/* Take the folder for this process (flock on FOLDER/.lock). ERR_CONFLICT names the process that holds it. *ret_lock is a file
 * descriptor, close-on-exec; the folder is free again when it is closed, by whatever end of the process. Children made
 * by fork() hold it too. */
enum err folder_lock(struct cx *cx, const char *path, int *ret_lock);
/* Bytes that may still be written to the file system of `path`. */
enum err disk_free(struct cx *cx, const char *path, i64 *ret_bytes);

struct file_entry {
	const char *path;  /* from the walk's start: "b/c.txt"; borrowed */
	const char *full;  /* to open it; borrowed */
	bool folder;
	i64 size;
	i64 changed_at;    /* microseconds UTC */
};
/* Visit files and folders, each folder before what is in it, in bytewise order of names. Links, sockets and devices are
 * skipped. At most `depth` folders deep (1 = the folder's own entries); deeper ones are skipped. Stops at the visitor's first
 * error and returns it. */
typedef enum err file_visitor(struct cx *cx, void *subject, const struct file_entry *entry);
enum err folder_walk(struct cx *cx, const char *path, int depth, file_visitor *visit, void *subject);
/* Remove a folder and all in it. For our own temporary folders; one that is not there is fine. */
enum err folder_remove(struct cx *cx, const char *path);

/* ---- spool: a file while it arrives (uploads, downloads, exports) ---- */

/* The spool and its file go with the arena unless spool_keep() gave it a place. What a crash left is removed by spool_sweep(). */
struct spool;
enum err spool_open(struct cx *cx, const char *folder, struct spool **ret_spool);
enum err spool_add(struct cx *cx, struct spool *spool, struct str bytes);
const char *spool_path(const struct spool *spool);
int spool_fd(const struct spool *spool);
i64 spool_size(const struct spool *spool);
/* fsync and move to `path` (same file system), over what is there. */
enum err spool_keep(struct cx *cx, struct spool *spool, const char *path, unsigned mode);
void spool_drop(struct spool *spool); /* at once, before the arena goes; may be called twice */
/* Remove spool files older than `age` microseconds from a folder; other files are never touched. */
enum err spool_sweep(struct cx *cx, const char *folder, i64 age);
