/* keys.h: the key files of an installation, in DATA/keys (folder 0700, files 0600): `serve.key`, the master secret of the
 * listening role; `work.key`, the secret that opens the channels' credentials; `work.pub`, its public half, with which the
 * listening role seals them. Lost keys make what they sealed unreadable, so a backup holds them beside the database.
 *
 * What must stay true: the listening role never reads work.key; keys are made once, on the first start, all together, and
 * never again behind the operator's back: a missing file of an installation that has run is an error with what to do. */
#pragma once
#include "sys/crypto.h"

/* Each derived from serve.key for one purpose. */
struct serving_keys {
	struct key csrf;          /* form tokens */
	struct key flash;         /* one-time messages in cookies */
	struct key totp;          /* seals the secrets of second factors */
	struct key recovery;      /* hashes recovery codes */
	struct key link;          /* signs links that are sent out: unsubscribe, appeals, landing pages */
	struct key seal;          /* seals what else the listening role keeps */
	struct public_key work;   /* seals for the working role */
};

struct working_keys {
	struct key_pair pair;
};

/* Make what a new installation needs. Does nothing when the three files are there; writes work.pub anew when only that one is
 * missing; ERR_SYSTEM when serve.key or work.key is missing beside others. For the command that starts an installation. */
enum err keys_make(struct cx *cx, const char *data);

/* Read what the role needs, and nothing else. ERR_MISSING when there is none, ERR_SYSTEM when a file is damaged, is another
 * file, or can be read by other users. On several machines the operator copies the files: the story says which. */
enum err keys_for_serving(struct cx *cx, const char *data, struct serving_keys *ret_keys);
enum err keys_for_working(struct cx *cx, const char *data, struct working_keys *ret_keys);
/* Short and public: tells whether two roles hold halves of one pair ("3f9a-1c2b-77d0-e512"). */
#define KEYS_MARK_LEN 19
void keys_mark(const struct public_key *work, char ret_mark[KEYS_MARK_LEN + 1]);

/* For backups: the paths of the three files (arena), in the order serve.key, work.key, work.pub. */
void keys_paths(struct arena *arena, const char *data, const char *ret_paths[3]);
