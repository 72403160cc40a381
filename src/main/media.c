#include "main/media.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/media.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <limits.h>
#include <stdio.h>

const char *media_folder(struct cx *cx, const struct program *program)
{
	return path_join(cx->arena, program_data(cx, program), "media");
}

const char *exports_folder(struct cx *cx, const struct program *program)
{
	return path_join(cx->arena, program_data(cx, program), "exports");
}

enum err media_store(struct cx *cx, void *folder, struct str bytes, struct str *ret_hash)
{
	return blob_store(cx, folder, bytes, ret_hash);
}

enum err media_read(struct cx *cx, void *folder, struct str hash, struct str *ret_bytes)
{
	enum err e = blob_read(cx, folder, hash, MEDIA_BYTES_MAX, ret_bytes);
	if (e == OK || e == ERR_LATER)
		return e;
	log_failure(cx, "file_gone");
	cx_forget(cx);
	return fail(cx, ERR_MISSING, N_("A file that goes with it is no longer there. Attach it again."));
}

/* ---- in a bucket too ---- */

#define PATIENCE (4 * SECOND) /* of whoever waits for a file: a page is still looked at then */

const char *wanted_folder(struct cx *cx, const struct program *program)
{
	return arena_printf(cx->arena, "%s/spool/wanted", program_data(cx, program)).at;
}

enum err media_use_bucket(struct cx *cx, const struct program *program)
{
	static char wanted[PATH_MAX];
	if (!program->settings.media_store.len)
		return OK;
	snprintf(wanted, sizeof wanted, "%s", wanted_folder(cx, program));
	TRY(folder_make(cx, wanted));
	blob_cache_use(wanted, PATIENCE);
	return OK;
}

enum err media_bucket_check(struct cx *cx, const struct program *program)
{
	if (!program->settings.media_store.len || program->settings.media_key.len)
		return OK;
	return fail_field(cx, "media_key", "media_store is set, and media_key is not: it takes the secret of the key media_key_id.");
}

enum err media_bucket(struct cx *cx, const struct program *program, struct net **ret_net, struct bucket **ret_bucket)
{
	const struct settings *s = &program->settings;
	const struct bucket_settings settings = settings_bucket(s);
	CLEANUP(net_closep) struct net *net = NULL;
	*ret_bucket = NULL;
	*ret_net = NULL;
	if (!s->media_store.len)
		return OK;
	TRY(media_bucket_check(cx, program));
	TRY(net_open(cx, &(struct net_settings){.allow = s->net_allow, .proxy = s->net_proxy}, &net));
	TRY(bucket_open(cx, &settings, net, ret_bucket));
	*ret_net = net;
	net = NULL;
	return OK;
}
