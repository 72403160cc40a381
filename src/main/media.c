#include "main/media.h"

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
