/* meta.h: what Facebook, Instagram and Threads have in common, because one firm makes all three: the Graph interface and its webhooks
 * (meta_graph.c, meta_webhook.c), and "download your information" (meta_download.c). The readers of the two networks' folders choose
 * between them. Texts of a download are repaired here: Meta writes each byte of UTF-8 as one escape. */
#pragma once
#include "channel/json_read.h"

/* An answer of the Graph interface: a node, a list, a map of nodes by id, an error. */
enum err meta_read_graph(struct reading *r, json_t *root);
/* What the platform pushes: {"object": "page", "entry": […]}. */
enum err meta_read_webhook(struct reading *r, json_t *root);

/* Whose download it is. */
struct meta_owner {
	struct str name;   /* as shown; empty unknown */
	struct str handle; /* of Instagram */
};
/* A file of a download; *ret_is tells whether it was one. A profile's file fills `owner`, in `arena`. */
enum err meta_read_download(struct reading *r, json_t *root, struct arena *arena, struct meta_owner *owner, bool *ret_is);
/* Is a file of this name worth reading in a packed download, in the first pass (whose it is) or the second? */
bool meta_download_is_profile(struct str name);
bool meta_download_wanted(struct str name);
/* A whole export: the profile first, then everything that is wanted. */
enum err meta_read_export(struct cx *cx, const struct archive_format *format, const char *path,
	const struct archive_options *options,
			  const struct archive_taker *taker);

/* Text whose characters are the bytes of UTF-8 text, put right; any other text as it is. */
struct str latin_repaired(struct arena *arena, struct str text);
