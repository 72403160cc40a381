/* blob_cache.c: files that are away for now. A wish is an empty file named as what is wished for; a letter in it says why it could not be brought. */
#include "base/lang.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LOOK_EVERY (15 * MILLISECOND)
#define TOUCH_EVERY SECOND /* less than what was used now is spared for (flow/keep.h) */
#define NOWHERE 'm'
#define LATER 'l'

static struct {
	const char *wanted;
	i64 patience;
} cache;

void blob_cache_use(const char *wanted, i64 patience)
{
	cache.wanted = wanted;
	cache.patience = patience;
}

static i64 microseconds(const struct timespec *at)
{
	return (i64)at->tv_sec * SECOND + at->tv_nsec / 1000;
}

/* When it was last used is the time of its last reading, set by hand: disks are mounted without. */
static bool is_there(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0)
		return false;
	if (cache.wanted && microseconds(&status.st_atim) < time_now() - TOUCH_EVERY) {
		const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_nsec = UTIME_OMIT}};
		if (utimensat(AT_FDCWD, path, times, 0) != 0)
			errno = 0; /* it is dropped sooner than it should, and brought again */
	}
	return true;
}

/* ---- wishing ---- */

/* What the wish says: 0, nothing yet; '-', there is none; else why not, while that is fresh. */
static char said(const char *wish)
{
	struct stat status;
	char letter = 0;
	int fd = open(wish, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return '-';
	bool fresh = fstat(fd, &status) == 0 && microseconds(&status.st_mtim) > time_now() - BLOB_REFUSED_FOR;
	if (read(fd, &letter, 1) != 1)
		letter = 0;
	close(fd);
	return letter && !fresh ? '-' : letter;
}

static void put(const char *wish, char letter)
{
	int fd = open(wish, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return; /* whoever waits is told that it comes later */
	if (letter && write(fd, &letter, 1) != 1)
		errno = 0;
	close(fd);
}

static enum err later(struct cx *cx)
{
	return fail(cx, ERR_LATER, N_("This file is kept in the bucket and is being brought back, which takes longer than usual. It is safe; try again in a moment."));
}

static enum err wait_for(struct cx *cx, const char *path, const char *wish)
{
	i64 until = time_monotonic() + cache.patience;
	for (;;) {
		char letter = said(wish);
		if (is_there(path)) /* after that: a wish that is over is gone */
			return OK;
		if (letter == NOWHERE)
			return fail(cx, ERR_MISSING, N_("This file is neither here nor in the bucket. A backup may hold it: its name there is %s."), strrchr(path, '/') + 1);
		if (letter == LATER || time_monotonic() > until)
			return later(cx);
		if (letter == '-')
			put(wish, 0);
		nanosleep(&(struct timespec){.tv_nsec = LOOK_EVERY * 1000}, NULL);
	}
}

enum err blob_find(struct cx *cx, const char *folder, struct str name, const char **ret_path)
{
	const char *path;
	TRY(blob_path(cx, folder, name, &path));
	if (!is_there(path) && cache.wanted)
		TRY(wait_for(cx, path, path_join(cx->arena, cache.wanted, arena_cstr(cx->arena, name))));
	*ret_path = path;
	return OK;
}

enum err blob_read(struct cx *cx, const char *folder, struct str name, size_t max, struct str *ret_bytes)
{
	const char *path;
	TRY(blob_find(cx, folder, name, &path));
	return file_read(cx, path, max, ret_bytes);
}

/* ---- granting ---- */

enum err blob_wanted(struct cx *cx, const char *wanted, struct str **ret_names, size_t *ret_count)
{
	struct str *names = NULL;
	size_t count = 0, capacity = 0;
	DIR *folder = opendir(wanted);
	if (!folder)
		return file_failed(cx, wanted, errno);
	for (struct dirent *entry; (entry = readdir(folder));) {
		if (!blob_named(str_of(entry->d_name)))
			continue;
		char letter = said(path_join(cx->arena, wanted, entry->d_name));
		if (!letter)
			*arena_push(cx->arena, names, count, capacity) = arena_str(cx->arena, str_of(entry->d_name));
		else if (letter == '-')
			unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	*ret_names = names;
	*ret_count = count;
	return OK;
}

void blob_wanted_over(struct cx *cx, const char *wanted, struct str name, enum err came)
{
	const char *wish = path_join(cx->arena, wanted, arena_cstr(cx->arena, name));
	if (came == OK)
		unlink(wish);
	else
		put(wish, came == ERR_MISSING ? NOWHERE : LATER);
}

int blob_wanted_watch(const char *wanted)
{
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (watch >= 0 && inotify_add_watch(watch, wanted, IN_CREATE | IN_CLOSE_WRITE) < 0) {
		close(watch);
		watch = -1;
	}
	return watch;
}

void blob_wanted_wait(int watch, i64 microseconds)
{
	char events[4096];
	struct pollfd poll_for = {.fd = watch, .events = POLLIN};
	poll(&poll_for, watch >= 0, (int)(microseconds / MILLISECOND));
	while (watch >= 0 && read(watch, events, sizeof events) > 0)
		;
}
