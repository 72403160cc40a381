/* keep.h: kept files (sys/blob.h) in a bucket too (sys/bucket.h), the folder then being a cache of a bounded size. For the working role: the only one that calls the bucket.
 *
 * What must stay true: a file is in its folder, durably, before anything refers to it, and leaves the folder only when the bucket said, at that very moment, that it has it in
 * full length; what comes back is in the folder only if it has the hash of its name. So nothing is lost by a bucket that lies, falters or is emptied while the folder still has a
 * file: it is looked up before it is sent and before it is dropped, and what is missing there is sent again. Killed anywhere, what was under way is done again: names are hashes. */
#pragma once
#include "sys/bucket.h"
#include "sys/db.h"

#define KEEP_SHELVES 256               /* the folders 00 … ff in the folder of kept files */
#define KEEP_USED_NOW (5 * SECOND)     /* what was used that lately is not dropped */
#define KEEP_PAUSE_FIRST (2 * SECOND)  /* after a failure, doubled by each that follows */
#define KEEP_PAUSE_MOST (5 * MINUTE)

struct keep_place {
	const char *blobs, *wanted; /* the folder, and that of wishes; borrowed */
	struct bucket *bucket;
	i64 bound;                  /* bytes that the folder may hold of what is in the bucket too */
	bool (*ending)(void);
};

/* What is known of a shelf without looking at it again: whoever keeps a file changes the time of its folder. */
struct keep_shelf {
	i64 changed_at; /* of the folder when it was read; 0: never */
	i64 read_at;
	i64 bytes;
	i64 waiting, waiting_bytes;
};

struct keep {
	struct keep_place place;
	struct keep_shelf shelves[KEEP_SHELVES];
	char last[65];      /* the last name that was tried: others come before it is tried again */
	i64 failures, trouble_since, again_at;
	char trouble[480];  /* what is wrong, for people; "" */
	i64 drop_at;        /* not before that: nothing could be dropped */
	i64 told_at;        /* when the database was last told how it is, where that had changed */
};

/* What a role keeps of it as long as it runs begins as zeros with its place. */
/* Send what waits, drop what is too much, note how it is. Trouble with the bucket is no failure of the turn: it is noted, logged once, and tried again later. */
enum err keep_turn(struct cx *cx, struct db *db, struct keep *keep, i64 *ret_done, i64 *ret_wake);

/* Bring what is wished for whose names begin with the digits of this share. Waits for wishes by itself, a second at the most. `watch`: blob_wanted_watch(). */
enum err keep_bring_turn(struct cx *cx, const struct keep_place *place, int share, int shares, int watch, i64 *ret_done);
/* One file, into `folder` under its name's place there ("ab/abcdef…"), on the disk and with the right hash when it returns. ERR_MISSING, ERR_REMOTE … with a story. */
enum err keep_bring(struct cx *cx, struct bucket *bucket, const char *folder, struct str name);

/* ---- how it is, for pages, metrics and `parvis check` ---- */

struct keep_state {
	bool is_on;
	i64 waiting, waiting_bytes; /* files that are not in the bucket yet */
	i64 cached;                 /* bytes in the folder */
	i64 trouble_since;          /* 0: all is well */
	struct str trouble;
};
enum err keep_state(struct cx *cx, struct db *db, struct keep_state *ret_state);
enum err keep_state_off(struct cx *cx, struct db *db); /* no bucket is set (any more) */

/* ---- inside: a shelf ---- */

struct keep_file {
	struct str name;
	i64 size, used_at;
	bool is_kept; /* in the bucket, as the ledger says */
};
const char *keep_shelf_path(struct arena *arena, const char *blobs, int shelf);
i64 keep_shelf_changed(const char *path); /* 0: there is none */
/* Its files in order of names, each with what the ledger says. */
enum err keep_shelf_read(struct cx *cx, struct db *db, const struct keep_place *place, int shelf, struct keep_file **ret_files, size_t *ret_count);
