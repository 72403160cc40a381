/* incoming.h: a file that comes to the media library in pieces, so that what broke off goes on where it was: the offsets of tus 1.0 (docs/decisions/0022-uploads.md). What
 * is there of it lies in DATA/spool/incoming, with what it is to be beside it; its length says how far it is. Whole, it becomes a medium (media_take()).
 *
 * What must stay true: a piece is put behind what is there, or not at all; who did not begin it does not find it; what nobody goes on with is gone after a day. No
 * database is needed before it is whole. Results live in the arena of cx. */
#pragma once
#include "flow/media.h"

#define INCOMING_PIECE_MAX ((size_t)8 << 20) /* bytes in one request */
#define INCOMING_KEPT DAY
#define INCOMING_OPEN_MAX 64                 /* of a workspace, unfinished */

struct incoming {
	struct str token;  /* what it is called in addresses */
	struct str name;   /* of the file; empty: nobody said */
	i64 workspace, person;
	i64 length, offset; /* bytes it is to have, and has */
	i64 media;         /* what became of it; 0: it is not whole yet */
};

/* By cx->actor. ERR_TOO_LARGE, ERR_LIMIT. */
enum err incoming_start(struct cx *cx, const char *folder, i64 length, struct str name, struct incoming *ret_incoming);
enum err incoming_find(struct cx *cx, const char *folder, struct str token, struct incoming *ret_incoming); /* ERR_MISSING */
/* The piece that begins at `offset`. ERR_CONFLICT: it is not that far, or further; ERR_TOO_LARGE: more than was said. The last one makes a medium of it: what is wrong with
 * that is told as media_take() does, and it is gone. */
enum err incoming_add(struct cx *cx, struct db *db, const char *folder, const char *blobs, struct str token, i64 offset, struct str bytes, struct incoming *ret_incoming);

/* The name in "filename Rm91cm5pbC5wbmc=,filetype aW1hZ2UvcG5n" (tus 1.0, Upload-Metadata: words and base64); empty when there is none. ERR_BAD_INPUT when it is no such list. */
enum err incoming_name(struct cx *cx, struct str metadata, struct str *ret_name);
