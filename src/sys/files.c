#include "sys/files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum err file_failed(struct cx *cx, const char *path, int error)
{
	char reason[128];
	switch (error) {
	case ENOENT:
		return fail(cx, ERR_MISSING, "%s does not exist.", path);
	case EACCES:
	case EPERM:
		return fail(cx, ERR_SYSTEM,
			    "%s: the user that Parvis runs as has no right to it. Check the owner and the rights of it and of the folders "
			    "above it (chown, chmod).",
			    path);
	case EROFS:
		return fail(cx, ERR_SYSTEM, "%s cannot be written: it is on a read-only disk. Mount it for writing, or choose another folder.",
			    path);
	case ENOSPC:
	case EDQUOT:
		return fail(cx, ERR_FULL, "The disk that holds %s is full. Nothing that was there is lost; free some space and try again.",
			    path);
	case ENOTDIR:
	case EEXIST:
		return fail(cx, ERR_SYSTEM, "%s: a file stands where a folder is needed. Move it away, or choose another name.", path);
	case EISDIR:
		return fail(cx, ERR_SYSTEM, "%s is a folder where a file is needed. Move it away, or choose another name.", path);
	case EMFILE:
	case ENFILE:
		return fail(cx, ERR_LATER, "%s: too many files are open just now. Try again in a moment, or raise the limit (ulimit -n).", path);
	default:
		return fail(cx, ERR_SYSTEM, "%s could not be used: %s.", path, strerror_r(error, reason, sizeof reason));
	}
}

/* ---- growing ---- */

static enum err append_all(struct cx *cx, const char *path, int fd, i64 at, struct str bytes)
{
	struct stat status;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? ERR_CONFLICT : file_failed(cx, path, errno);
	if (fstat(fd, &status) != 0)
		return file_failed(cx, path, errno);
	if (status.st_size != at)
		return ERR_CONFLICT;
	for (size_t done = 0; done < bytes.len;) {
		ssize_t put = write(fd, bytes.at + done, bytes.len - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			int error = errno;
			if (ftruncate(fd, at) != 0) /* then its length says how much there is, and that is true too */
				return file_failed(cx, path, errno);
			return file_failed(cx, path, error);
		}
		done += (size_t)put;
	}
	return fdatasync(fd) == 0 ? OK : file_failed(cx, path, errno);
}

enum err file_append(struct cx *cx, const char *path, i64 at, struct str bytes)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (at ? 0 : O_CREAT), 0600);
	if (fd < 0)
		return file_failed(cx, path, errno);
	enum err e = append_all(cx, path, fd, at, bytes);
	close(fd);
	return e;
}

/* ---- reading ---- */

static enum err read_all(struct cx *cx, const char *path, int fd, size_t max, struct str *ret_bytes)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return file_failed(cx, path, errno);
	if (S_ISDIR(status.st_mode))
		return file_failed(cx, path, EISDIR);
	/* What the size says is only a guess: files in /proc say 0, others grow. */
	size_t capacity = status.st_size > 0 && (u64)status.st_size < max ? (size_t)status.st_size + 1 : max < 4096 ? max + 1 : 4096, len = 0;
	char *at = arena_alloc(cx->arena, capacity + 1);
	for (;;) {
		ssize_t got = read(fd, at + len, capacity - len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return file_failed(cx, path, errno);
		if (got == 0)
			break;
		len += (size_t)got;
		if (len > max)
			return fail(cx, ERR_TOO_LARGE, "%s is larger than the %zu bytes that are allowed here.", path, max);
		if (len == capacity) {
			size_t wider = capacity < max / 2 ? capacity * 2 : max + 1;
			char *copy = arena_alloc(cx->arena, wider + 1);
			memcpy(copy, at, len);
			at = copy;
			capacity = wider;
		}
	}
	at[len] = '\0';
	*ret_bytes = (struct str){at, len};
	return OK;
}

enum err file_read(struct cx *cx, const char *path, size_t max, struct str *ret_bytes)
{
	must(max < SIZE_MAX / 4);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return file_failed(cx, path, errno);
	enum err error = read_all(cx, path, fd, max, ret_bytes);
	close(fd);
	return error;
}

/* ---- writing ---- */

enum err file_write(struct cx *cx, const char *path, unsigned mode, struct str bytes)
{
	/* The spool is a temporary file beside the target: it goes on every failure, and keeping it is the rename. */
	struct spool *spool;
	TRY(spool_open(cx, path_folder(cx->arena, path), &spool));
	enum err error = spool_add(cx, spool, bytes);
	if (error == OK)
		error = spool_keep(cx, spool, path, mode);
	spool_drop(spool);
	return error;
}

enum err file_remove(struct cx *cx, const char *path)
{
	if (unlink(path) != 0 && errno != ENOENT)
		return file_failed(cx, path, errno);
	return OK;
}

bool file_there(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0;
}

enum err file_size(struct cx *cx, const char *path, i64 *ret_bytes)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return file_failed(cx, path, errno);
	*ret_bytes = status.st_size;
	return OK;
}

/* ---- paths ---- */

const char *path_join(struct arena *arena, const char *folder, const char *name)
{
	size_t len = strlen(folder);
	return arena_printf(arena, "%s%s%s", folder, len && folder[len - 1] == '/' ? "" : "/", name).at;
}

const char *path_folder(struct arena *arena, const char *path)
{
	struct str rest = str_of(path);
	while (rest.len > 1 && str_ends(rest, S("/")))
		rest.len--;
	while (rest.len && rest.at[rest.len - 1] != '/')
		rest.len--;
	while (rest.len > 1 && str_ends(rest, S("/")))
		rest.len--;
	return rest.len ? arena_cstr(arena, rest) : ".";
}
