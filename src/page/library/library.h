/* library.h: what the files of page/library/ share. */
#pragma once
#include "page/page.h"

/* uploads.c: files that come in pieces */
enum err library_upload_start(struct cx *cx, struct request *request, struct reply *reply);
enum err library_upload_show(struct cx *cx, struct request *request, struct reply *reply);
enum err library_upload_add(struct cx *cx, struct request *request, struct reply *reply);

/* subtitles.c: films, and what is said in them */
enum err library_film_shape(struct cx *cx, struct request *request, const struct media *media, json_t *document); /* "film": null of what is none */
enum err library_subtitle_bring(struct cx *cx, struct request *request, struct reply *reply);
enum err library_subtitle_remove(struct cx *cx, struct request *request, struct reply *reply);
enum err library_subtitle_file(struct cx *cx, struct request *request, struct reply *reply);
