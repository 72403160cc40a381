/* The spools of files.h: a file while it arrives, under a name of its own until it is kept. */
#include "sys/files.h"

#include "base/clock.h"
#include "sys/crypto.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPOOL_PREFIX ".spool-"

struct spool {
	const char *path;
	int fd;      /* -1 once it is dropped or kept */
	i64 size;
};

static void drop(void *spool)
{
	spool_drop(spool);
}

enum err spool_open(struct cx *cx, const char *folder, struct spool **ret_spool)
{
	char token[TOKEN_LEN + 1];
	token_new(token);
	struct spool *spool = arena_new_of(cx->arena, struct spool);
	spool->path = path_join(cx->arena, folder, arena_printf(cx->arena, SPOOL_PREFIX "%.16s", token).at);
	spool->fd = open(spool->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (spool->fd < 0)
		return file_failed(cx, folder, errno);
	arena_defer(cx->arena, drop, spool);
	*ret_spool = spool;
	return OK;
}

enum err spool_add(struct cx *cx, struct spool *spool, struct str bytes)
{
	must(spool->fd >= 0);
	while (bytes.len) {
		ssize_t wrote = write(spool->fd, bytes.at, bytes.len);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return file_failed(cx, spool->path, errno);
		spool->size += wrote;
		bytes = str_skip(bytes, (size_t)wrote);
	}
	return OK;
}

const char *spool_path(const struct spool *spool)
{
	return spool->path;
}

int spool_fd(const struct spool *spool)
{
	return spool->fd;
}

i64 spool_size(const struct spool *spool)
{
	return spool->size;
}

enum err spool_keep(struct cx *cx, struct spool *spool, const char *path, unsigned mode)
{
	must(spool->fd >= 0);
	if (fchmod(spool->fd, mode) != 0 || fsync(spool->fd) != 0 || rename(spool->path, path) != 0)
		return file_failed(cx, path, errno);
	close(spool->fd);
	spool->fd = -1;
	return folder_sync(cx, path_folder(cx->arena, path));
}

void spool_drop(struct spool *spool)
{
	if (spool->fd < 0)
		return;
	close(spool->fd);
	unlink(spool->path);
	spool->fd = -1;
}

enum err spool_sweep(struct cx *cx, const char *folder, i64 age)
{
	DIR *open_folder = opendir(folder);
	if (!open_folder)
		return file_failed(cx, folder, errno);
	i64 before = cx->now - age;
	for (struct dirent *entry; (entry = readdir(open_folder));) {
		struct stat status;
		if (!str_starts(str_of(entry->d_name), S(SPOOL_PREFIX)) ||
		    fstatat(dirfd(open_folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
			continue;
		if ((i64)status.st_mtim.tv_sec * SECOND + status.st_mtim.tv_nsec / 1000 < before)
			unlinkat(dirfd(open_folder), entry->d_name, 0); /* if it cannot be, the next sweep tries again */
	}
	closedir(open_folder);
	return OK;
}
