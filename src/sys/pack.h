/* pack.h: the sibling of unpack.h: many files into one, a tar compressed by zstd (NAME.tar.zst), or into a plain folder. What is
 * written appears under its name only when it is whole and on the disk; every file's size and BLAKE2b-256 are told as it goes in,
 * for a manifest. The pack owns its memory.
 *
 * What must stay true: an existing file or folder is never written over; files are opened for their owner only. */
#pragma once
#include "sys/crypto.h"

struct pack;

/* `path` ends with ".tar.zst" for a file, else it is a folder (which must be empty or not there). ERR_CONFLICT when it exists. */
enum err pack_open(struct cx *cx, const char *path, struct pack **ret_pack);
/* `name` with '/' between, as unpack_next() gives it back. ret_ may be NULL. */
enum err pack_bytes(struct cx *cx, struct pack *pack, const char *name, struct str bytes, struct hash *ret_hash);
enum err pack_file(struct cx *cx, struct pack *pack, const char *name, const char *from, struct hash *ret_hash, i64 *ret_size);
/* All of it is on the disk, under its name. */
enum err pack_finish(struct cx *cx, struct pack *pack);
void pack_drop(struct pack *pack); /* what was not finished is removed; NULL is allowed */
void pack_dropp(struct pack **pack);
