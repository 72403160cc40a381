#include "sys/pack.h"

#include "base/clock.h"
#include "sys/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)256 << 10)
#define LEVEL "9"

struct pack {
	struct arena *arena;
	const char *path, *part;   /* what it will be, and what it is meanwhile */
	struct archive *archive;   /* NULL: a folder */
	int fd;                    /* of the archive */
	bool finished;
	char *piece;
	locale_t locale;
};

static enum err trouble(struct cx *cx, const struct pack *pack)
{
	int error = archive_errno(pack->archive);
	if (error == ENOSPC || error == EDQUOT || error == EACCES || error == EIO)
		return file_failed(cx, pack->path, error);
	const char *reason = archive_error_string(pack->archive);
	return fail(cx, ERR_SYSTEM, N_("%s cannot be written: %.200s. What was there before is untouched."), pack->path, reason ? reason : "?");
}

static enum err start_archive(struct cx *cx, struct pack *pack)
{
	pack->fd = open(pack->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (pack->fd < 0)
		return file_failed(cx, pack->part, errno);
	pack->archive = archive_write_new();
	must(pack->archive);
	if (archive_write_set_format_pax_restricted(pack->archive) != ARCHIVE_OK || archive_write_add_filter_zstd(pack->archive) != ARCHIVE_OK ||
	    archive_write_set_filter_option(pack->archive, "zstd", "compression-level", LEVEL) != ARCHIVE_OK ||
	    archive_write_open_fd(pack->archive, pack->fd) != ARCHIVE_OK)
		return trouble(cx, pack);
	return OK;
}

static enum err empty(struct cx *cx, void *subject, const struct file_entry *entry)
{
	return fail(cx, ERR_CONFLICT, N_("The folder %s is not empty (%s). Name another one; nothing was written."), (const char *)subject, entry->path);
}

static enum err start_folder(struct cx *cx, struct pack *pack)
{
	if (file_there(pack->path)) {
		TRY(folder_walk(cx, pack->path, 1, empty, (void *)pack->path));
		if (rmdir(pack->path) != 0)
			return file_failed(cx, pack->path, errno);
	}
	return folder_make(cx, pack->part);
}

enum err pack_open(struct cx *cx, const char *path, struct pack **ret_pack)
{
	struct str name = str_of(path);
	while (name.len > 1 && str_ends(name, S("/")))
		name.len--;
	bool is_file = str_ends(name, S(".tar.zst"));
	if (is_file && file_there(path))
		return fail(cx, ERR_CONFLICT, N_("%s is there already and is not written over. Name another file."), path);
	const char *above = path_folder(cx->arena, arena_cstr(cx->arena, name));
	if (!file_there(above))
		return fail(cx, ERR_MISSING, N_("The folder %s does not exist. Make it first, or name another one; nothing was written."), above);
	struct arena *arena = arena_new();
	struct pack *pack = arena_new_of(arena, struct pack);
	char token[TOKEN_LEN + 1];
	token_new(token);
	*pack = (struct pack){.arena = arena, .path = arena_cstr(arena, name), .fd = -1, .piece = arena_alloc(arena, PIECE)};
	pack->part = arena_printf(arena, "%s.part-%.8s", pack->path, token).at;
	pack->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	enum err e = is_file ? start_archive(cx, pack) : start_folder(cx, pack);
	if (e != OK) {
		pack_drop(pack);
		return e;
	}
	*ret_pack = pack;
	return OK;
}

/* ---- what goes in ---- */

static enum err begin(struct cx *cx, struct pack *pack, const char *name, i64 size)
{
	struct archive_entry *entry = archive_entry_new();
	must(entry);
	locale_t before = pack->locale ? uselocale(pack->locale) : (locale_t)0;
	archive_entry_set_pathname_utf8(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	archive_entry_set_size(entry, size);
	archive_entry_set_mtime(entry, (time_t)(cx->now / SECOND), 0);
	int result = archive_write_header(pack->archive, entry);
	if (before)
		uselocale(before);
	archive_entry_free(entry);
	return result < ARCHIVE_WARN ? trouble(cx, pack) : OK;
}

/* A file of the folder, made with the folders above it. */
static enum err open_in_folder(struct cx *cx, struct pack *pack, const char *name, int *ret_fd)
{
	const char *path = path_join(cx->arena, pack->part, name);
	TRY(folder_make(cx, path_folder(cx->arena, path)));
	*ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return *ret_fd < 0 ? file_failed(cx, path, errno) : OK;
}

static enum err put(struct cx *cx, struct pack *pack, int fd, struct str bytes)
{
	while (bytes.len) {
		ssize_t wrote = pack->archive ? archive_write_data(pack->archive, bytes.at, bytes.len) : write(fd, bytes.at, bytes.len);
		if (wrote < 0 && !pack->archive && errno == EINTR)
			continue;
		if (wrote <= 0)
			return pack->archive ? trouble(cx, pack) : file_failed(cx, pack->path, errno);
		bytes = str_skip(bytes, (size_t)wrote);
	}
	return OK;
}

static enum err end_entry(struct cx *cx, struct pack *pack, int fd)
{
	if (pack->archive)
		return archive_write_finish_entry(pack->archive) < ARCHIVE_WARN ? trouble(cx, pack) : OK;
	int failed = fsync(fd) != 0 ? errno : 0;
	if (close(fd) != 0 && !failed)
		failed = errno;
	return failed ? file_failed(cx, pack->path, failed) : OK;
}

/* From a file, or from memory when `from` is negative. */
static enum err add(struct cx *cx, struct pack *pack, const char *name, int from, struct str bytes, i64 size, struct hash *ret_hash)
{
	struct hasher hasher;
	int fd = -1;
	i64 left = size;
	hasher_start(&hasher, NULL);
	if (pack->archive)
		TRY(begin(cx, pack, name, size));
	else
		TRY(open_in_folder(cx, pack, name, &fd));
	enum err e = OK;
	while (left > 0 && e == OK) {
		struct str piece = from < 0 ? bytes : (struct str){pack->piece, 0};
		if (from >= 0) {
			ssize_t got = read(from, pack->piece, left < (i64)PIECE ? (size_t)left : PIECE);
			if (got < 0 && errno == EINTR)
				continue;
			if (got <= 0) {
				e = fail(cx, ERR_CONFLICT, N_("The file %s became shorter while it was copied. Try again."), name);
				break;
			}
			piece.len = (size_t)got;
		}
		hasher_add(&hasher, piece);
		e = put(cx, pack, fd, piece);
		left -= (i64)piece.len;
	}
	if (e == OK)
		e = end_entry(cx, pack, fd);
	else if (fd >= 0)
		close(fd);
	TRY(e);
	if (ret_hash)
		*ret_hash = hasher_end(&hasher);
	return OK;
}

enum err pack_bytes(struct cx *cx, struct pack *pack, const char *name, struct str bytes, struct hash *ret_hash)
{
	return add(cx, pack, name, -1, bytes, (i64)bytes.len, ret_hash);
}

enum err pack_file(struct cx *cx, struct pack *pack, const char *name, const char *from, struct hash *ret_hash, i64 *ret_size)
{
	struct stat status;
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_failed(cx, from, errno);
	enum err e = fstat(fd, &status) != 0 ? file_failed(cx, from, errno) : add(cx, pack, name, fd, (struct str){}, status.st_size, ret_hash);
	close(fd);
	TRY(e);
	if (ret_size)
		*ret_size = status.st_size;
	return OK;
}

/* ---- the end ---- */

enum err pack_finish(struct cx *cx, struct pack *pack)
{
	if (pack->archive && (archive_write_close(pack->archive) != ARCHIVE_OK))
		return trouble(cx, pack);
	if (pack->archive && fsync(pack->fd) != 0)
		return file_failed(cx, pack->path, errno);
	if (!pack->archive)
		TRY(folder_sync(cx, pack->part));
	if (renameat2(AT_FDCWD, pack->part, AT_FDCWD, pack->path, RENAME_NOREPLACE) != 0 && /* not every file system knows it */
	    (errno != EINVAL || file_there(pack->path) || rename(pack->part, pack->path) != 0))
		return file_failed(cx, pack->path, errno);
	pack->finished = true;
	return folder_sync(cx, path_folder(cx->arena, pack->path));
}

void pack_drop(struct pack *pack)
{
	if (!pack)
		return;
	bool is_file = pack->archive;
	if (pack->archive)
		archive_write_free(pack->archive);
	if (pack->fd >= 0)
		close(pack->fd);
	if (!pack->finished && (is_file || pack->fd >= 0)) {
		unlink(pack->part);
	} else if (!pack->finished) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct cx cx = cx_new(arena);
		(void)!folder_remove(&cx, pack->part); /* what stays is named .part */
	}
	if (pack->locale)
		freelocale(pack->locale);
	arena_free(pack->arena);
}

void pack_dropp(struct pack **pack)
{
	pack_drop(*pack);
}
