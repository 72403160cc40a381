/* media.h: the media library as rows: what was given, once a workspace by its bytes; what it shows, in which languages; whose it is and until when; and its
 * renditions, which can be made again at any time. Bytes are in the folder of kept files (sys/blob.h). Only flow/media writes them. Nothing here deletes. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct media {
	i64 id, workspace;
	struct str blob;          /* name of what was given */
	struct str kind, type;    /* image, video, audio, file; "image/jpeg" by its content */
	struct str name;
	i64 size, width, height;  /* bytes; pixels as it is to be seen, 0 unknown */
	i64 duration;             /* microseconds of what plays */
	i64 focus_x, focus_y;     /* thousandths from the left and the top */
	struct str speech;        /* of what plays: empty: it may speak; "none": nothing is said in it; "shown": what is said stands in the picture */
	struct str alt;           /* JSON object by language; "{}": none */
	struct str labels;        /* JSON array of words */
	struct str credit, rights;
	i64 rights_until;         /* 0 for good */
	i64 rights_told_at;       /* when people were warned of that end; 0 not yet */
	struct str source;
	i64 created_by, created_at, archived_at;
};

struct media_filter {
	struct str kind;          /* empty: any */
	struct str words;         /* in its name, what it shows, its labels, its credit */
	bool without_alt;         /* pictures that nobody described */
	i64 rights_before;        /* whose rights end before that instant; 0: whichever */
	bool unused;              /* in no post */
	bool archived;            /* those that were put away, instead of the others */
};

struct media_rendition {
	i64 media, workspace;
	struct str format, blob, type; /* blob empty: not made */
	i64 size, width, height, made_at;
	struct str story;         /* why it could not be made */
};

enum err media_insert(struct cx *cx, struct db *db, const struct media *media); /* ERR_CONFLICT without a story: these bytes are there */
enum err media_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct media *ret_media); /* ERR_MISSING */
enum err media_of_blob(struct cx *cx, struct db *db, i64 workspace, struct str blob, struct media *ret_media); /* ERR_MISSING without a story */
/* Write what people say of it: name, focus, speech, alt, labels, credit, rights, whether it is put away. */
enum err media_save(struct cx *cx, struct db *db, const struct media *media);
/* The newest first; places are ids. */
enum err media_list(struct cx *cx, struct db *db, i64 workspace, const struct media_filter *filter, struct list_place from, size_t limit, struct media **ret_list,
		    size_t *ret_count);
/* How many there are that were not put away: all, without description, with rights that end before `before`. */
enum err media_counts(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 ret_counts[3]);
/* A post that is to leave with a medium whose rights have ended by then. */
struct media_lapse {
	i64 workspace, post, media, until;
	struct str name;
};
/* Those of scheduled posts; `workspace` 0: of all. Of a post with several the first. */
enum err media_lapses(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct media_lapse **ret_list, size_t *ret_count);
/* Over all workspaces: whose rights end before `until`, which are in posts still to leave, and of which nobody was warned; `post` 0. */
enum err media_ending(struct cx *cx, struct db *db, i64 until, size_t limit, struct media_lapse **ret_list, size_t *ret_count);
enum err media_told(struct cx *cx, struct db *db, i64 workspace, i64 id); /* people were warned now */
/* Posts in which it is, those that were put away left out. */
enum err media_uses(struct cx *cx, struct db *db, i64 workspace, i64 media, size_t limit, i64 **ret_posts, size_t *ret_count);

/* It is to be made (again): its row has no bytes until then. `anew` false: one that is there, or was refused, stays. */
enum err media_rendition_ask(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str format, bool anew);
enum err media_rendition_get(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str format, struct media_rendition *ret_rendition); /* ERR_MISSING without a story */
enum err media_renditions(struct cx *cx, struct db *db, i64 workspace, i64 media, struct media_rendition **ret_list, size_t *ret_count);
/* All that were asked for are made again: it is to be cut elsewhere. */
enum err media_renditions_anew(struct cx *cx, struct db *db, i64 workspace, i64 media);
/* Over all workspaces: the medium that waits longest for one, of those behind `after`. ERR_MISSING without a story: none does. */
enum err media_waiting(struct cx *cx, struct db *db, i64 after, i64 *ret_workspace, i64 *ret_media);
enum err media_rendition_made(struct cx *cx, struct db *db, const struct media_rendition *rendition);
