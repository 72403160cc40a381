/* The folders of files.h: made, locked, walked, removed. */
#include "sys/files.h"

#include "base/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DEPTH_MAX 64 /* of folder_remove(), and a bound for every walk */

enum err folder_make(struct cx *cx, const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0) {
		if (errno != ENOENT)
			return file_failed(cx, path, errno);
		const char *parent = path_folder(cx->arena, path);
		if (strlen(parent) < strlen(path) && strcmp(parent, ".") != 0)
			TRY(folder_make(cx, parent)); /* each level is a shorter path */
		if (mkdir(path, 0700) != 0 && errno != EEXIST) /* somebody else may have been faster */
			return file_failed(cx, path, errno);
		TRY(folder_sync(cx, parent));
		if (stat(path, &status) != 0)
			return file_failed(cx, path, errno);
	}
	if (!S_ISDIR(status.st_mode))
		return file_failed(cx, path, ENOTDIR);
	if (access(path, W_OK | X_OK) != 0)
		return file_failed(cx, path, errno);
	return OK;
}

enum err folder_sync(struct cx *cx, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return file_failed(cx, path, errno);
	int failed = fsync(fd) != 0 && errno != EINVAL ? errno : 0; /* some file systems cannot sync a folder, and need not */
	close(fd);
	return failed ? file_failed(cx, path, failed) : OK;
}

/* ---- lock ---- */

static enum err locked_by(struct cx *cx, const char *path, int fd)
{
	char text[32] = {};
	ssize_t len = pread(fd, text, sizeof text - 1, 0);
	struct str pid = str_trim((struct str){text, len > 0 ? (size_t)len : 0});
	return fail(cx, ERR_CONFLICT,
		    "Another Parvis (process %.*s) works with the folder %s. Stop it first, or give this one a folder of its own (--data=…).",
		    STR_ARG(pid.len ? pid : S("?")), path);
}

enum err folder_lock(struct cx *cx, const char *path, int *ret_lock)
{
	const char *name = path_join(cx->arena, path, ".lock");
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return file_failed(cx, name, errno);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		enum err error = errno == EWOULDBLOCK ? locked_by(cx, path, fd) : file_failed(cx, name, errno);
		close(fd);
		return error;
	}
	/* The number is for people only, so what cannot be written (a full disk) does no harm. */
	char text[32];
	int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)len, 0) < 0)
		errno = 0;
	*ret_lock = fd;
	return OK;
}

enum err disk_free(struct cx *cx, const char *path, i64 *ret_bytes)
{
	struct statvfs status;
	if (statvfs(path, &status) != 0)
		return file_failed(cx, path, errno);
	u64 bytes;
	if (__builtin_mul_overflow((u64)status.f_bavail, (u64)status.f_frsize, &bytes) || bytes > INT64_MAX)
		bytes = INT64_MAX;
	*ret_bytes = (i64)bytes;
	return OK;
}

/* ---- walk ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names in a folder, sorted, in the arena. Takes the descriptor. */
static enum err names_of(struct cx *cx, const char *path, int fd, const char ***ret_names, size_t *ret_count)
{
	DIR *folder = fdopendir(fd);
	if (!folder) {
		int error = errno;
		close(fd);
		return file_failed(cx, path, error);
	}
	const char **names = NULL;
	size_t count = 0, capacity = 0;
	errno = 0;
	for (struct dirent *entry; (entry = readdir(folder)); errno = 0)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			*arena_push(cx->arena, names, count, capacity) = arena_cstr(cx->arena, str_of(entry->d_name));
	int error = errno;
	closedir(folder);
	if (error)
		return file_failed(cx, path, error);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	*ret_names = names;
	*ret_count = count;
	return OK;
}

struct walk {
	const char *full, *path; /* of this folder; path is "" at the start */
	int fd;                  /* of this folder: entries are looked at through it, so that nothing above can be exchanged */
	int depth;
	file_visitor *visit;
	void *subject;
};

static enum err walk_folder(struct cx *cx, const struct walk *walk);

static enum err walk_entry(struct cx *cx, const struct walk *walk, const char *name)
{
	struct stat status;
	if (fstatat(walk->fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? OK : file_failed(cx, path_join(cx->arena, walk->full, name), errno); /* gone meanwhile */
	bool folder = S_ISDIR(status.st_mode);
	if (!folder && !S_ISREG(status.st_mode))
		return OK;
	struct file_entry entry = {
		.path = *walk->path ? path_join(cx->arena, walk->path, name) : name,
		.full = path_join(cx->arena, walk->full, name),
		.folder = folder,
		.size = folder ? 0 : status.st_size,
		.changed_at = (i64)status.st_mtim.tv_sec * SECOND + status.st_mtim.tv_nsec / 1000,
	};
	TRY(walk->visit(cx, walk->subject, &entry));
	if (!folder || walk->depth <= 1)
		return OK;
	struct walk below = *walk;
	below.full = entry.full;
	below.path = entry.path;
	below.depth--;
	below.fd = openat(walk->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (below.fd < 0)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? OK : file_failed(cx, entry.full, errno);
	enum err error = walk_folder(cx, &below);
	close(below.fd);
	return error;
}

static enum err walk_folder(struct cx *cx, const struct walk *walk)
{
	const char **names;
	size_t count;
	int listing = openat(walk->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (listing < 0)
		return file_failed(cx, walk->full, errno);
	TRY(names_of(cx, walk->full, listing, &names, &count));
	for (size_t i = 0; i < count; i++)
		TRY(walk_entry(cx, walk, names[i]));
	return OK;
}

enum err folder_walk(struct cx *cx, const char *path, int depth, file_visitor *visit, void *subject)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return file_failed(cx, path, errno);
	struct walk walk = {.full = path, .path = "", .fd = fd, .depth = depth < DEPTH_MAX ? depth : DEPTH_MAX, .visit = visit, .subject = subject};
	enum err error = depth > 0 ? walk_folder(cx, &walk) : OK;
	close(fd);
	return error;
}

/* ---- removing ---- */

static enum err remove_below(struct cx *cx, int parent, const char *name, const char *full, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return file_failed(cx, full, errno);
	const char **names;
	size_t count;
	int listing = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err error = listing < 0 ? file_failed(cx, full, errno) : names_of(cx, full, listing, &names, &count);
	for (size_t i = 0; error == OK && i < count; i++) {
		const char *below = path_join(cx->arena, full, names[i]);
		if (unlinkat(fd, names[i], 0) == 0 || errno == ENOENT)
			continue;
		if ((errno != EISDIR && errno != EPERM) || depth <= 1)
			error = file_failed(cx, below, errno);
		else
			error = remove_below(cx, fd, names[i], below, depth - 1);
	}
	close(fd);
	if (error == OK && unlinkat(parent, name, AT_REMOVEDIR) != 0)
		error = file_failed(cx, full, errno);
	return error;
}

enum err folder_remove(struct cx *cx, const char *path)
{
	return file_there(path) ? remove_below(cx, AT_FDCWD, path, path, DEPTH_MAX) : OK;
}
