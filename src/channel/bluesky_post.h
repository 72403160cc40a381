/* bluesky_post.h: a post of the AT Protocol (app.bsky.feed.post) as an inbound, for the connector, the archives and the stream. A post reaches us in
 * three wrappings: a view of the AppView (record with author and embed), a lone record, and a record out of a repository or a stream, whose
 * author is the repository's owner. Texts are borrowed from the documents, what is made is in the arena. */
#pragma once
#include "base/arena.h"
#include "model/inbound.h"

#include <jansson.h>

struct bluesky_post {
	const json_t *record;  /* app.bsky.feed.post */
	const json_t *author;  /* a profile view, or NULL */
	const json_t *embed;   /* the view's embed with addresses of pictures, or NULL */
	struct str uri;        /* at://DID/app.bsky.feed.post/KEY; empty for a lone record */
	struct str did;        /* of the author, when there is no profile */
	struct str handle;
	i64 indexed_at;        /* stands for a missing createdAt */
	bool ours, mention;
};

/* The post as an inbound; texts are borrowed from the documents, what is made is in the arena. */
void bluesky_inbound(struct arena *arena, const struct bluesky_post *post, struct inbound *ret_inbound);
/* A view of the AppView (app.bsky.feed.defs#postView, or a notification) as a post. */
struct bluesky_post bluesky_view(const json_t *view);
/* at://DID/COLLECTION/KEY in its parts; empty where it is none. */
struct str bluesky_did_of(struct str uri);
struct str bluesky_key_of(struct str uri);
/* The page people see of a post; empty for anything else. */
struct str bluesky_page_of(struct arena *arena, struct str uri);
