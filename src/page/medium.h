/* medium.h: a picture or file of the media library, as its pages and the composer show it. Shapes are new references, texts are in the arena of cx. */
#pragma once
#include "store/media.h"

#include <jansson.h>

struct str medium_size(struct cx *cx, i64 bytes);                        /* "1.2 MB" */
const char *medium_kind(struct str kind);                                /* msgid: "Picture" */
struct str medium_lang(struct cx *cx, struct str lang);                    /* of its subtitles: "French", "Portuguese (BR)" */
struct str medium_measures(struct cx *cx, const struct media *media);    /* "1200 × 800, 1.2 MB" */
/* The address of its rendition, or null until it is made, with why it could not be. */
enum err medium_picture(struct cx *cx, struct db *db, const struct media *media, const char *format, json_t **ret_url, struct str *ret_story);
enum err medium_add(struct cx *cx, struct db *db, const struct media *media, json_t *list); /* the shape Medium */
