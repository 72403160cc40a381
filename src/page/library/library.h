/* library.h: what the files of page/library/ share. */
#pragma once
#include "page/page.h"

/* uploads.c: files that come in pieces */
enum err library_upload_start(struct cx *cx, struct request *request, struct reply *reply);
enum err library_upload_show(struct cx *cx, struct request *request, struct reply *reply);
enum err library_upload_add(struct cx *cx, struct request *request, struct reply *reply);
