/* mastodon.h: between the files of this folder: the messages found in a document, before each is read. A node is borrowed from the
 * document; threads are those of the whole document. */
#pragma once
#include "channel/reading.h"
#include "channel/thread_root.h"

#include <jansson.h>

enum mastodon_shape { SHAPE_STATUS, SHAPE_ACTIVITY, SHAPE_OBJECT };

struct mastodon_found {
	json_t *node;
	enum mastodon_shape shape;
	bool mention;      /* a notification says that it names us */
	const char *list;  /* its place, as in struct reading */
	i64 index;
};

/* Whose archive it is, by its actor.json; empty texts where unknown. Lives as long as the reading. */
struct mastodon_owner {
	struct str id, handle, name;
};

struct mastodon_file {
	struct threads *threads;
	struct mastodon_owner owner;
	bool own_outbox;   /* outbox.json of an archive: everything in it is the account's */
};

/* The message within an activity, or the node itself. */
const json_t *activity_object(const json_t *node);
struct str activity_parent(const json_t *object);
struct str activity_author(const json_t *node);
/* https://example.org/users/felix or …/@felix -> felix@example.org */
struct str activity_handle(struct arena *arena, struct str actor);
/* A Status of the interface as an inbound, but what only its place tells: thread, kind, ours. Texts are borrowed, or in the arena. */
void mastodon_status(struct arena *arena, const json_t *status, struct inbound *ret_inbound);
enum err mastodon_read_activity(struct reading *r, const struct mastodon_file *file, const struct mastodon_found *found);
enum err mastodon_read_status(struct reading *r, const struct mastodon_file *file, const struct mastodon_found *found);
