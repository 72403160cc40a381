#include "sys/blob.h"

#include "sys/files.h"

bool blob_named(struct str name)
{
	if (name.len != BLOB_NAME_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++)
		if (!((name.at[i] >= '0' && name.at[i] <= '9') || (name.at[i] >= 'a' && name.at[i] <= 'f')))
			return false;
	return true;
}

enum err blob_path(struct cx *cx, const char *folder, struct str name, const char **ret_path)
{
	if (!blob_named(name))
		return fail(cx, ERR_BAD_INPUT, N_("“%.*s” is not the name of a kept file."), STR_ARG(str_head(name, 80)));
	*ret_path = arena_printf(cx->arena, "%s/%.2s/%.*s", folder, name.at, STR_ARG(name)).at;
	return OK;
}

static void add_name(struct buf *hex, struct str bytes)
{
	struct hash hash = hash_of(bytes);
	buf_add_hex(hex, hash.at, sizeof hash.at);
}

bool blob_is(struct str bytes, struct str name)
{
	CLEANUP(buf_free) struct buf hex = {};
	add_name(&hex, bytes);
	return str_eq(buf_str(&hex), name);
}

enum err blob_store(struct cx *cx, const char *folder, struct str bytes, struct str *ret_name)
{
	CLEANUP(buf_free) struct buf hex = {};
	add_name(&hex, bytes);
	struct str name = buf_keep(&hex, cx->arena);
	const char *path;
	TRY(blob_path(cx, folder, name, &path));
	if (!file_there(path)) {
		TRY(folder_make(cx, path_folder(cx->arena, path)));
		TRY(file_write(cx, path, 0600, bytes));
	}
	*ret_name = name;
	return OK;
}
