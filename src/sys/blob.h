/* blob.h: files kept under the name of their content: FOLDER/ab/abcdef…, the BLAKE2b-256 of the bytes in hexadecimal. The same bytes
 * are kept once, whoever brings them; a blob is never changed, so that whoever reads one needs no lock. A blob that no row
 * names is only lost room. */
#pragma once
#include "base/clock.h"
#include "sys/crypto.h"

#define BLOB_NAME_LEN 64 /* hexadecimal digits */

/* Keeps the bytes and gives their name (cx->arena). One that is there already is not written again. Durable when it returns. */
enum err blob_store(struct cx *cx, const char *folder, struct str bytes, struct str *ret_name);
/* Where it lies (arena). ERR_BAD_INPUT when that is no blob's name: names come from outside too. */
enum err blob_path(struct cx *cx, const char *folder, struct str name, const char **ret_path);
bool blob_is(struct str bytes, struct str name); /* are these the bytes of that name? */
bool blob_named(struct str name); /* could this be one: 64 hexadecimal digits in lower case */

/* ---- a folder that is a cache ----
 *
 * Where files are kept in a bucket too (flow/keep.h), the folder holds those that were used of late. Whoever needs another puts its name into a folder of wishes and waits;
 * the working role, which alone calls the bucket, watches that folder and brings it. What must stay true: nobody reads a file by blob_path() alone where it may be away. */

#define BLOB_REFUSED_FOR (5 * SECOND) /* that a file could not be brought is said so long without asking again */

/* Said once a process, before its threads: the folder of wishes (borrowed for ever), and how long whoever needs a file waits for it. NULL: all files are in their folder. */
void blob_cache_use(const char *wanted, i64 patience);
/* Where it lies, once it is there: it counts as used now. ERR_LATER: it is on its way, or the bucket does not answer; ERR_MISSING: the bucket does not have it. Where nothing is
 * brought, the path alone, as of blob_path(). */
enum err blob_find(struct cx *cx, const char *folder, struct str name, const char **ret_path);
enum err blob_read(struct cx *cx, const char *folder, struct str name, size_t max, struct str *ret_bytes); /* blob_find(), file_read() */

/* For who brings: names that are wished for (arena). Wishes that were refused for long enough are forgotten. */
enum err blob_wanted(struct cx *cx, const char *wanted, struct str **ret_names, size_t *ret_count);
/* The wish is over: OK, brought; ERR_MISSING, nowhere; any other, later perhaps: whoever waits is told. */
void blob_wanted_over(struct cx *cx, const char *wanted, struct str name, enum err came);
/* A watch on the folder: a file descriptor, or -1 (then it is looked at again and again). */
int blob_wanted_watch(const char *wanted);
void blob_wanted_wait(int watch, i64 microseconds); /* until something is wished for, or the time is up */
