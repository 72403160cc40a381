/* subtitle.h: what is said in films of the media library, one file a language: WebVTT or SubRip, read (model/subtitles.h) and kept as WebVTT of our own writing. One that is brought
 * again replaces the one there was; both acts, and taking one away, can be taken back. Texts live in the arena of cx. */
#pragma once
#include "flow/undo.h"
#include "model/subtitles.h"
#include "store/media.h"
#include "store/subtitle.h"

#define SUBTITLE_LANGS_MAX 20 /* of a film: as many as the one network takes that takes most */

/* Of a film alone; field errors name "file" (with the line at fault) and "lang". `undo` may be NULL. */
enum err subtitle_bring(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct str bytes, struct str name, struct undo *undo, struct subtitle *ret_subtitle,
			bool *ret_replaced);
/* The same of a file of the disk. */
enum err subtitle_bring_file(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, const char *path, struct str name, struct undo *undo,
			     struct subtitle *ret_subtitle, bool *ret_replaced);
enum err subtitle_take_away(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct undo *undo); /* ERR_MISSING */
/* For undo alone: what `now` is (0: none) becomes again what `before` was (0: none). ERR_CONFLICT: somebody brought others since. */
enum err subtitle_put_back(struct cx *cx, struct db *db, i64 workspace, i64 now, i64 before);

/* What is kept, as cues. ERR_BAD_INPUT: it was written elsewhere, and cannot be read. */
enum err subtitle_read(struct cx *cx, const struct subtitle *subtitle, struct subtitles *ret_subtitles);
/* Is this film to have some: does something play in which something may be said that nobody can read yet? */
bool subtitle_wanted(const struct media *media);
/* "film.fr.vtt": the name of a film's subtitles as a file. */
struct str subtitle_file_name(struct arena *arena, struct str film, struct str lang);
