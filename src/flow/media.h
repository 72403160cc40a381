/* media.h: the media library: what is brought is told apart by its bytes, kept once a workspace, described in each language, cut around its focus for each network's
 * formats (model/media_format.h), and put away, never deleted. The listening role keeps and looks; decoding is the working role's (media_turn()).
 *
 * What must stay true: nothing is served that strangers made but what we made anew from it (renditions carry no metadata); an SVG or a Photoshop file never leaves as it
 * came but to whoever saves it; a rendition that was made is of the focus that holds when it is written. */
#pragma once
#include "model/media_format.h"
#include "store/media.h"
#include "sys/image_box.h"

#define MEDIA_BYTES_MAX ((size_t)128 << 20) /* of one; films too: they are kept as they are */
#define MEDIA_NAME_MAX 200                  /* characters, as of the credit */
#define MEDIA_ALT_MAX 2000
#define MEDIA_RIGHTS_MAX 2000
#define MEDIA_LABELS_MAX 20
#define MEDIA_SOON (30 * DAY)               /* rights that end within that are shown */

/* A file of the disk. Its bytes are kept in the folder `blobs` before the transaction, and no harm if nothing comes of it. Same bytes: the medium there was, brought back if
 * it had been put away; *ret_new tells. Field errors name "file". */
enum err media_take(struct cx *cx, struct db *db, i64 workspace, const char *path, struct str name, struct str source, const char *blobs, struct media *ret_media, bool *ret_new);

/* The same for bytes that we made ourselves: `alt` is JSON by language ("{}": nobody said), for one that is new. Inside of a caller's transaction it joins it. */
enum err media_take_bytes(struct cx *cx, struct db *db, i64 workspace, struct str bytes, struct str name, struct str source, struct str alt, const char *blobs, struct media *ret_media,
			  bool *ret_new);

struct media_alt {
	struct str lang, text;    /* "fr"; empty text: none in that language */
};
struct media_words {
	struct str name, credit, rights;
	i64 rights_until;         /* 0 for good */
	i64 focus_x, focus_y;     /* thousandths */
	struct str speech;        /* as struct media has it */
	const struct media_alt *alt; /* those not named stay */
	size_t alt_count;
	const struct str *labels;
	size_t label_count;
};
/* Field errors name "name", "alt", "labels", "credit", "rights", "focus_x", "focus_y", "speech". A new focus has every rendition made anew. */
enum err media_describe(struct cx *cx, struct db *db, i64 workspace, i64 media, const struct media_words *words);
enum err media_archive(struct cx *cx, struct db *db, i64 workspace, i64 media, bool away);
/* What it shows, in that language, else in any; empty: nobody said. Arena. */
struct str media_alt_text(struct arena *arena, const struct media *media, struct str lang);

/* The rendition of that format, asked for when there is none yet, and once more when it could not be made: `made_at` 0 tells that it is being made. Writes.
 * ERR_BAD_INPUT: no such format, or not of pictures. */
enum err media_want(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str format, struct media_rendition *ret_rendition);

/* ---- rights that end ---- */

#define MEDIA_RIGHTS_WARNED (7 * DAY) /* so long before */

/* Scheduled posts that would leave when rights to what they show have ended are taken back, and who wrote and planned them is told: nothing of it leaves, nothing of it is
 * lost. `workspace` 0: of all. *ret_taken how many posts. */
enum err media_rights_hold(struct cx *cx, struct db *db, i64 workspace, i64 *ret_taken);
/* For the working role: that, and once, who wrote posts still to leave with a picture whose rights end soon, and who brought it, is warned. */
enum err media_rights_sweep(struct cx *cx, struct db *db, i64 *ret_done);

/* ---- the working role ---- */

struct media_hooks {
	const char *blobs;
	const struct image_box *box;
	i64 *after; /* the last medium that is on its way from the bucket: others come first. May be NULL */
};
/* All that waits of one medium, in one process; *ret_done 1 when there was one. Its own transaction. */
enum err media_turn(struct cx *cx, struct db *db, const struct media_hooks *hooks, i64 *ret_done);
/* How a picture is to be made for a format: its kind by whether it is transparent, or moves. */
struct image_wish media_wish(const struct media_format *format, const struct image *source, i64 focus_x, i64 focus_y);
