/* twitter.h: between the files of this folder: three shapes of a post (the archive's and the first interface's are nearly one, the
 * second interface has its own) and of a private message. */
#pragma once
#include "channel/json_read.h"
#include "channel/thread_root.h"

struct twitter_file {
	struct reading *r;
	struct arena *arena;     /* lives as long as the export is read */
	struct str account, handle, name; /* of the archive's owner; empty unknown */
};

/* The time a post's number tells: since November 2010 they are made of milliseconds. 0 when it is older or no such number. */
i64 twitter_time_of_id(struct str id);
struct str twitter_page(struct arena *arena, struct str handle, struct str id);
/* Text of the network: &amp; &lt; &gt; are escaped in it. */
struct str twitter_plain(struct arena *arena, struct str text);

/* v1.c: a post of the archive ({"tweet": {…}} without its wrapping) or of the first interface. */
enum err twitter_read_v1(struct twitter_file *file, struct threads *threads, const json_t *tweet, bool ours);
/* The first interface's documents: a status, a list of them, {"statuses": […]}. False when the document is none. */
enum err twitter_read_v1_document(struct twitter_file *file, json_t *root, bool *ret_is);
/* v2.c: {"data": …, "includes": …}. */
enum err twitter_read_v2_document(struct twitter_file *file, json_t *root);
