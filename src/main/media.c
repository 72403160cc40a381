#include "main/media.h"

#include "base/log.h"
#include "flow/media.h"
#include "sys/blob.h"
#include "sys/files.h"

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
	const char *path;
	if (blob_path(cx, folder, hash, &path) != OK || file_read(cx, path, MEDIA_BYTES_MAX, ret_bytes) != OK) {
		log_failure(cx, "file_gone");
		cx_forget(cx);
		return fail(cx, ERR_MISSING, N_("A file that goes with it is no longer there. Attach it again."));
	}
	return OK;
}
