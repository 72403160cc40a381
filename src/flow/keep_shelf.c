/* keep_shelf.c: the folders of kept files, read beside the ledger of what is in the bucket. */
#include "base/clock.h"
#include "flow/keep.h"
#include "store/bucket_file.h"
#include "sys/blob.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LEDGER_PAGE 1000

const char *keep_shelf_path(struct arena *arena, const char *blobs, int shelf)
{
	return arena_printf(arena, "%s/%02x", blobs, (unsigned)shelf).at;
}

static i64 microseconds(const struct timespec *at)
{
	return (i64)at->tv_sec * SECOND + at->tv_nsec / 1000;
}

i64 keep_shelf_changed(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 ? microseconds(&status.st_mtim) : 0;
}

static int by_name(const void *a, const void *b)
{
	return memcmp(((const struct keep_file *)a)->name.at, ((const struct keep_file *)b)->name.at, BLOB_NAME_LEN);
}

static void read_folder(struct cx *cx, const char *path, struct keep_file **ret_files, size_t *ret_count)
{
	struct keep_file *files = NULL;
	size_t count = 0, capacity = 0;
	DIR *folder = opendir(path);
	for (struct dirent *entry; folder && (entry = readdir(folder));) {
		struct stat status;
		if (!blob_named(str_of(entry->d_name)) || fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
			continue;
		i64 used = microseconds(&status.st_atim), made = microseconds(&status.st_ctim); /* renamed into its place: then it came */
		*arena_push(cx->arena, files, count, capacity) = (struct keep_file){arena_str(cx->arena, str_of(entry->d_name)), status.st_size, used > made ? used : made, false};
	}
	if (folder)
		closedir(folder);
	if (count)
		qsort(files, count, sizeof *files, by_name);
	*ret_files = files;
	*ret_count = count;
}

enum err keep_shelf_read(struct cx *cx, struct db *db, const struct keep_place *place, int shelf, struct keep_file **ret_files, size_t *ret_count)
{
	struct bucket_file *known;
	size_t count, known_count, at = 0;
	read_folder(cx, keep_shelf_path(cx->arena, place->blobs, shelf), ret_files, &count);
	struct str after = arena_printf(cx->arena, "%02x", (unsigned)shelf), before = shelf + 1 < KEEP_SHELVES ? arena_printf(cx->arena, "%02x", (unsigned)shelf + 1) : (struct str){};
	do {
		TRY(bucket_files(cx, db, bucket_place(place->bucket), after, before, LEDGER_PAGE, &known, &known_count));
		for (size_t k = 0; k < known_count; k++) {
			while (at < count && memcmp((*ret_files)[at].name.at, known[k].name.at, BLOB_NAME_LEN) < 0)
				at++;
			if (at < count && str_eq((*ret_files)[at].name, known[k].name))
				(*ret_files)[at].is_kept = known[k].size == (*ret_files)[at].size;
		}
		after = known_count ? known[known_count - 1].name : after;
	} while (known_count == LEDGER_PAGE);
	*ret_count = count;
	return OK;
}
