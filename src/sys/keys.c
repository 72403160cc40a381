#include "sys/keys.h"

#include "sys/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A key file is one line: what it is, and 32 bytes as base64url. */
struct key_file {
	const char *name, *head;
	bool secret;
};
enum { SERVE_KEY, WORK_KEY, WORK_PUB };
static const struct key_file files[] = {
	[SERVE_KEY] = {"serve.key", "parvis-serve-key-1", true},
	[WORK_KEY] = {"work.key", "parvis-work-key-1", true},
	[WORK_PUB] = {"work.pub", "parvis-work-public-1", false},
};

static const char *folder_of(struct arena *arena, const char *data)
{
	return path_join(arena, data, "keys");
}

static const char *path_of(struct arena *arena, const char *folder, int which)
{
	return path_join(arena, folder, files[which].name);
}

void keys_paths(struct arena *arena, const char *data, const char *ret_paths[3])
{
	for (int i = 0; i < 3; i++)
		ret_paths[i] = path_of(arena, folder_of(arena, data), i);
}

/* ---- one file ---- */

static enum err write_key(struct cx *cx, const char *folder, int which, const u8 key[32])
{
	CLEANUP(buf_free) struct buf line = {};
	buf_addf(&line, "%s ", files[which].head);
	buf_add_base64(&line, (struct str){(const char *)key, 32}, BASE64_URL);
	buf_addc(&line, '\n');
	enum err error = file_write(cx, path_of(cx->arena, folder, which), files[which].secret ? 0600 : 0644, buf_str(&line));
	wipe(line.at, line.len);
	return error;
}

static enum err check_rights(struct cx *cx, const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return file_failed(cx, path, errno);
	if (status.st_mode & 077)
		return fail(cx, ERR_SYSTEM, "%s can be read by other users of this machine. Take that right away: chmod 600 %s", path, path);
	return OK;
}

static enum err read_key(struct cx *cx, const char *folder, int which, u8 ret_key[32])
{
	const char *path = path_of(cx->arena, folder, which);
	if (!file_there(path))
		return fail(cx, ERR_MISSING,
			    "The key %s is missing. If this installation has run before, bring it back from a backup, or copy it from the machine "
			    "where “parvis migrate” made it; never make a new one, or the secrets kept so far cannot be read.",
			    path);
	if (files[which].secret)
		TRY(check_rights(cx, path));
	struct str text, bytes;
	TRY(file_read(cx, path, 200, &text));
	struct str rest = str_trim(text), head = str_cut(&rest, ' ');
	CLEANUP(buf_free) struct buf b = {.max = 64};
	bool good = str_eq(head, str_of(files[which].head)) && base64_read(rest, BASE64_URL, &b);
	bytes = buf_str(&b);
	good = good && bytes.len == 32;
	if (good)
		memcpy(ret_key, bytes.at, 32);
	if (b.at)
		wipe(b.at, b.len);
	wipe((char *)(uintptr_t)text.at, text.len);
	if (!good)
		return fail(cx, ERR_SYSTEM, "%s is not the key file it should be. Bring it back from a backup.", path);
	return OK;
}

/* ---- making ---- */

/* All three in a folder beside, which then gets its name at once: a crash leaves either none or all. */
static enum err make_all(struct cx *cx, const char *data, const char *folder)
{
	const char *fresh = path_join(cx->arena, data, "keys.new");
	TRY(folder_remove(cx, fresh));
	TRY(folder_make(cx, fresh));
	struct key serve;
	struct key_pair work;
	key_new(&serve);
	key_pair_new(&work);
	enum err error = write_key(cx, fresh, SERVE_KEY, serve.at);
	if (error == OK)
		error = write_key(cx, fresh, WORK_KEY, work.secret.at);
	if (error == OK)
		error = write_key(cx, fresh, WORK_PUB, work.public.at);
	wipe_object(&serve);
	wipe_object(&work);
	TRY(error);
	rmdir(folder); /* an empty one is in the way of nothing; one with files in it stays, and the rename says so */
	if (rename(fresh, folder) != 0)
		return file_failed(cx, folder, errno == ENOTEMPTY ? EEXIST : errno);
	return folder_sync(cx, data);
}

enum err keys_make(struct cx *cx, const char *data)
{
	TRY(folder_make(cx, data));
	const char *folder = folder_of(cx->arena, data);
	bool there[3];
	for (int i = 0; i < 3; i++)
		there[i] = file_there(path_of(cx->arena, folder, i));
	if (!there[SERVE_KEY] && !there[WORK_KEY] && !there[WORK_PUB])
		return make_all(cx, data, folder);
	for (int i = SERVE_KEY; i <= WORK_KEY; i++)
		if (!there[i])
			return fail(cx, ERR_SYSTEM,
				    "The key %s is missing, though others are there. Bring it back from a backup: what it protects cannot be read "
				    "without it.",
				    path_of(cx->arena, folder, i));
	if (there[WORK_PUB])
		return OK;
	struct working_keys keys;
	TRY(keys_for_working(cx, data, &keys));
	enum err error = write_key(cx, folder, WORK_PUB, keys.pair.public.at);
	wipe_object(&keys);
	return error;
}

/* ---- reading ---- */

enum err keys_for_serving(struct cx *cx, const char *data, struct serving_keys *ret_keys)
{
	const char *folder = folder_of(cx->arena, data);
	struct key master;
	struct public_key work;
	TRY(read_key(cx, folder, WORK_PUB, work.at));
	TRY(read_key(cx, folder, SERVE_KEY, master.at));
	ret_keys->work = work;
	key_derive(&master, S("csrf"), &ret_keys->csrf);
	key_derive(&master, S("flash"), &ret_keys->flash);
	key_derive(&master, S("totp"), &ret_keys->totp);
	key_derive(&master, S("recovery"), &ret_keys->recovery);
	key_derive(&master, S("link"), &ret_keys->link);
	key_derive(&master, S("seal"), &ret_keys->seal);
	wipe_object(&master);
	return OK;
}

enum err keys_for_working(struct cx *cx, const char *data, struct working_keys *ret_keys)
{
	struct key secret;
	TRY(read_key(cx, folder_of(cx->arena, data), WORK_KEY, secret.at));
	key_pair_of(&secret, &ret_keys->pair);
	wipe_object(&secret);
	return OK;
}

void keys_mark(const struct public_key *work, char ret_mark[KEYS_MARK_LEN + 1])
{
	struct hash hash = hash_of((struct str){(const char *)work->at, sizeof work->at});
	snprintf(ret_mark, KEYS_MARK_LEN + 1, "%02x%02x-%02x%02x-%02x%02x-%02x%02x", hash.at[0], hash.at[1], hash.at[2], hash.at[3], hash.at[4],
		 hash.at[5], hash.at[6], hash.at[7]);
}
