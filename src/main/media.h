/* media.h: where files that came with messages are kept: DATA/media, by content (sys/blob.h). */
#pragma once
#include "main/command.h"

const char *media_folder(struct cx *cx, const struct program *program);
const char *exports_folder(struct cx *cx, const struct program *program); /* DATA/exports: what was taken out, for some days */
/* For flow's hooks; `folder` is media_folder(). */
enum err media_read(struct cx *cx, void *folder, struct str hash, struct str *ret_bytes);
enum err media_store(struct cx *cx, void *folder, struct str bytes, struct str *ret_hash);
