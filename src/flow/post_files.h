/* post_files.h: what goes with a post, as each of its channels gets it: of a picture the rendition in its network's format, never what was brought (which may say where it
 * was taken); of a film or an MP3 the same one without what says that (model/trace.h); another sound or a document as it was brought. Renditions are asked for as soon as a post names
 * file and channel, made ahead by the working role (media_turn()), and waited for at the door when the minute comes.
 *
 * What must stay true: no picture, no film and no MP3 leaves but a rendition that was made, of the focus that holds; nothing leaves whose rights have ended. Results live in the arena
 * of cx. */
#pragma once
#include "channel/channel.h"
#include "flow/post.h"
#include "store/channel.h"
#include "store/media.h"

struct post_file {
	struct media media;
	struct str alt;              /* as the post says, else as the library does, best in the post's language */
	struct str format;           /* of a picture, a film or an MP3: the word of its rendition; empty: it goes as it was brought */
	struct media_rendition made; /* of it; `blob` empty: with `made_at` 0 it is being made, else `story` says why it cannot be */
};

/* What a channel gets of these, in their order; of a story the picture upright. Reads alone. */
enum err post_files_of(struct cx *cx, struct db *db, const struct post *post, const struct post_media *media, size_t count, const struct channel *channel, enum post_form form,
		       struct post_file **ret_files);
/* All renditions that a post wants are asked for, those there are stay; `anew`: also those that could not be made. Within a transaction. */
enum err post_files_ask(struct cx *cx, struct db *db, const struct post *post, bool anew);

/* What it is called over there: the name that people gave, with the ending of what it is. */
struct str post_file_name(struct arena *arena, struct str name, struct str type);

enum post_door {
	POST_GOES,
	POST_WAITS, /* a picture is still being made */
	POST_STAYS, /* until a person did something: `story` */
};
/* May this act leave now, with what goes with it? Within a transaction: what is still missing is asked for. */
enum err post_door(struct cx *cx, struct db *db, const struct publication *publication, enum post_door *ret_door, struct str *ret_story);
