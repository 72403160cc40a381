/* subtitle.h: what is said in films of the media library, a row a language and version; the newest of a language that was not put away is the one. Only flow/subtitle writes
 * them. Nothing here deletes. */
#pragma once
#include "sys/db.h"

struct subtitle {
	i64 id, workspace, media;
	struct str lang;          /* "fr", "pt-BR" */
	struct str vtt;           /* WebVTT as model/subtitles.h writes it; empty in lists */
	struct str name;          /* of the file that was brought */
	i64 cues;
	i64 created_by, created_at, archived_at;
};

enum err subtitle_insert(struct cx *cx, struct db *db, const struct subtitle *subtitle);
enum err subtitle_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct subtitle *ret_subtitle); /* ERR_MISSING */
enum err subtitle_of(struct cx *cx, struct db *db, i64 workspace, i64 media, struct str lang, struct subtitle *ret_subtitle); /* the one; ERR_MISSING */
/* Those of a film, by language, with their text or without. */
enum err subtitles_of(struct cx *cx, struct db *db, i64 workspace, i64 media, bool with_text, struct subtitle **ret_list, size_t *ret_count);
enum err subtitle_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 archived_at); /* 0: it is the one again */
