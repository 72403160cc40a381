/* media.h: where files that came with messages are kept: DATA/media, by content (sys/blob.h). */
#pragma once
#include "main/command.h"
#include "sys/bucket.h"
#include "sys/net.h"

const char *media_folder(struct cx *cx, const struct program *program);
const char *exports_folder(struct cx *cx, const struct program *program); /* DATA/exports: what was taken out, for some days */
/* For flow's hooks; `folder` is media_folder(). */
enum err media_read(struct cx *cx, void *folder, struct str hash, struct str *ret_bytes);
enum err media_store(struct cx *cx, void *folder, struct str bytes, struct str *ret_hash);

/* ---- in a bucket too (setting media_store; flow/keep.h) ---- */

const char *wanted_folder(struct cx *cx, const struct program *program); /* DATA/spool/wanted: names of files that are to be brought */
/* For roles, before they are confined and before their threads: files that are not here are brought. Nothing without the setting. */
enum err media_use_bucket(struct cx *cx, const struct program *program);
/* ERR_BAD_INPUT on "media_key": there is a bucket, and no secret to it. Commands that need none work all the same. */
enum err media_bucket_check(struct cx *cx, const struct program *program);
/* The bucket, in the arena; NULL without the setting. *ret_net is the caller's to close. */
enum err media_bucket(struct cx *cx, const struct program *program, struct net **ret_net, struct bucket **ret_bucket);
