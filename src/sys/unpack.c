#include "sys/unpack.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "sys/files.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE ((size_t)64 << 10)
#define NAME_MAX_BYTES 4096
#define DEPTH_MAX 32
#define RATIO_FROM ((i64)16 << 20) /* so little may come out of anything */

struct unpack {
	struct arena *arena;
	const char *path;
	struct unpack_limits limits;
	i64 file_bytes;          /* of the archive */
	i64 entries, total;      /* seen; bytes that came out so far */
	i64 entry_total;         /* of the current entry */
	struct buf name;
	char *piece;
	bool inside;             /* an entry is open for reading */
	/* an archive */
	struct archive *archive;
	/* or a folder */
	bool is_folder;
	struct file_entry *found;
	size_t found_count, found_capacity, found_at;
	int fd;                  /* of the open file; -1 */
};

/* ---- the locale: libarchive converts names through it, and Parvis runs in "C" ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t utf8_locale;

static void make_locale(void)
{
	utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static locale_t locale_enter(void)
{
	pthread_once(&once, make_locale);
	return utf8_locale ? uselocale(utf8_locale) : (locale_t)0;
}

static void locale_leave(locale_t before)
{
	if (before)
		uselocale(before);
}

/* ---- failures ---- */

static enum err damaged(struct cx *cx, const struct unpack *unpack)
{
	const char *reason = archive_error_string(unpack->archive);
	if (archive_read_has_encrypted_entries(unpack->archive) > 0)
		return fail(cx, ERR_DENIED, "%s is protected by a password. Unpack it first, and give it without the password.", unpack->path);
	return fail(cx, ERR_BAD_INPUT, "%s is damaged, or did not arrive whole (%.100s). Nothing behind this place can be read; fetch it again.",
		    unpack->path, reason ? reason : "?");
}

static enum err too_large(struct cx *cx, const struct unpack *unpack, i64 bytes)
{
	return fail(cx, ERR_TOO_LARGE, "%s holds more than %lld MiB, which is more than is read here.", unpack->path, (long long)(bytes >> 20));
}

/* Count what came out, against every limit. `skipped`: of an entry that nobody reads. */
static enum err count(struct cx *cx, struct unpack *unpack, size_t len, bool skipped)
{
	unpack->total += (i64)len;
	unpack->entry_total += (i64)len;
	if (unpack->total > unpack->limits.total_bytes)
		return too_large(cx, unpack, unpack->limits.total_bytes);
	if (!skipped && unpack->entry_total > unpack->limits.entry_bytes)
		return fail(cx, ERR_TOO_LARGE, "“%.*s” in %s is larger than %lld MiB, which is more than is read here.",
			    STR_ARG(str_head(buf_str(&unpack->name), 100)), unpack->path, (long long)(unpack->limits.entry_bytes >> 20));
	if (!unpack->is_folder && unpack->total > RATIO_FROM && unpack->total / unpack->limits.ratio > unpack->file_bytes)
		return fail(cx, ERR_TOO_LARGE, "%s is small and unpacks to more than anything real would; it looks made to fill the disk.",
			    unpack->path);
	return OK;
}

/* ---- opening ---- */

static enum err open_archive(struct cx *cx, struct unpack *unpack)
{
	unpack->archive = archive_read_new();
	must(unpack->archive);
	archive_read_support_filter_gzip(unpack->archive);
	archive_read_support_filter_zstd(unpack->archive);
	archive_read_support_format_zip(unpack->archive);
	archive_read_support_format_tar(unpack->archive);
	archive_read_support_format_7zip(unpack->archive);
	locale_t before = locale_enter();
	int result = archive_read_open_filename(unpack->archive, unpack->path, PIECE);
	locale_leave(before);
	if (result == ARCHIVE_OK || result == ARCHIVE_WARN)
		return OK;
	return fail(cx, ERR_UNSUPPORTED, "%s is no archive that can be read here. zip, tar, tar.gz, tar.zst and 7z can be.", unpack->path);
}

static enum err found(struct cx *cx, void *subject, const struct file_entry *entry)
{
	struct unpack *unpack = subject;
	if ((i64)unpack->found_count >= unpack->limits.entries)
		return fail(cx, ERR_TOO_LARGE, "%s holds more than %lld files.", unpack->path, (long long)unpack->limits.entries);
	struct file_entry copy = *entry;
	copy.path = arena_cstr(unpack->arena, str_of(entry->path));
	copy.full = arena_cstr(unpack->arena, str_of(entry->full));
	*arena_push(unpack->arena, unpack->found, unpack->found_count, unpack->found_capacity) = copy;
	return OK;
}

static enum err open_any(struct cx *cx, struct unpack *unpack)
{
	struct stat status;
	if (stat(unpack->path, &status) != 0)
		return file_failed(cx, unpack->path, errno);
	unpack->is_folder = S_ISDIR(status.st_mode);
	if (unpack->is_folder)
		return folder_walk(cx, unpack->path, DEPTH_MAX, found, unpack);
	unpack->file_bytes = status.st_size;
	return open_archive(cx, unpack);
}

enum err unpack_open(struct cx *cx, const char *path, const struct unpack_limits *limits, struct unpack **ret_unpack)
{
	struct arena *arena = arena_new();
	struct unpack *unpack = arena_new_of(arena, struct unpack);
	*unpack = (struct unpack){.arena = arena, .path = arena_cstr(arena, str_of(path)), .fd = -1, .name.max = NAME_MAX_BYTES};
	if (limits)
		unpack->limits = *limits;
	struct unpack_limits *set = &unpack->limits;
	set->entries = set->entries ? set->entries : 200000;
	set->entry_bytes = set->entry_bytes ? set->entry_bytes : (i64)4 << 30;
	set->total_bytes = set->total_bytes ? set->total_bytes : (i64)64 << 30;
	set->ratio = set->ratio ? set->ratio : 200;
	unpack->piece = arena_alloc(arena, PIECE);
	enum err error = open_any(cx, unpack);
	if (error != OK) {
		unpack_close(unpack);
		return error;
	}
	*ret_unpack = unpack;
	return OK;
}

void unpack_close(struct unpack *unpack)
{
	if (!unpack)
		return;
	if (unpack->archive)
		archive_read_free(unpack->archive);
	if (unpack->fd >= 0)
		close(unpack->fd);
	buf_free(&unpack->name);
	arena_free(unpack->arena);
}

void unpack_closep(struct unpack **unpack)
{
	unpack_close(*unpack);
}

bool unpack_recognised(const char *path)
{
	char head[512];
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return false;
	bool folder = fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
	ssize_t len = folder ? 0 : read(fd, head, sizeof head);
	close(fd);
	struct str s = {head, len > 0 ? (size_t)len : 0};
	return folder || str_starts(s, S("PK\x03\x04")) || str_starts(s, S("PK\x05\x06")) || str_starts(s, S("7z\xbc\xaf\x27\x1c")) ||
	       str_starts(s, S("\x1f\x8b")) || str_starts(s, S("\x28\xb5\x2f\xfd")) || (s.len == sizeof head && str_starts(str_skip(s, 257), S("ustar")));
}

/* ---- names ---- */

/* What can be joined to a folder without leaving it. False when nothing is left, or it is longer than any real name. */
static bool clean_name(struct str raw, struct buf *b)
{
	CLEANUP(buf_free) struct buf text = {.max = NAME_MAX_BYTES};
	buf_add_clean(&text, raw);
	buf_clear(b);
	struct str rest = buf_str(&text);
	for (size_t i = 0; i < rest.len; i++)
		if (text.at[i] == '\\' || text.at[i] == '\n' || text.at[i] == '\t') /* Windows separates with \; lists are by line */
			text.at[i] = text.at[i] == '\\' ? '/' : ' ';
	while (rest.len) {
		struct str part = str_cut(&rest, '/');
		bool drive = !b->len && part.len == 2 && part.at[1] == ':';
		if (!part.len || str_eq(part, S(".")) || str_eq(part, S("..")) || drive)
			continue;
		if (b->len)
			buf_addc(b, '/');
		buf_add(b, part);
	}
	return buf_ok(&text) && buf_ok(b) && b->len > 0;
}

static bool take_name(struct unpack *unpack, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname_utf8(entry);
	if (!name)
		name = archive_entry_pathname(entry); /* in an unknown encoding: what is no UTF-8 shows as U+FFFD */
	return name && clean_name(str_of(name), &unpack->name);
}

/* ---- walking ---- */

static enum err read_some(struct cx *cx, struct unpack *unpack, bool skipped, struct str *ret_piece)
{
	ssize_t len;
	do {
		if (unpack->is_folder)
			len = unpack->fd < 0 ? 0 : read(unpack->fd, unpack->piece, PIECE);
		else
			len = archive_read_data(unpack->archive, unpack->piece, PIECE);
	} while (unpack->is_folder ? len < 0 && errno == EINTR : len == ARCHIVE_RETRY);
	if (len < 0)
		return unpack->is_folder ? file_failed(cx, unpack->path, errno) : damaged(cx, unpack);
	TRY(count(cx, unpack, (size_t)len, skipped));
	*ret_piece = (struct str){unpack->piece, (size_t)len};
	return OK;
}

/* Step over what is left of the current entry. A zip can jump; the others must be unpacked to get past, which is counted. */
static enum err skip_rest(struct cx *cx, struct unpack *unpack)
{
	if (!unpack->inside)
		return OK;
	unpack->inside = false;
	if (unpack->is_folder) {
		if (unpack->fd >= 0)
			close(unpack->fd);
		unpack->fd = -1;
		return OK;
	}
	if ((archive_format(unpack->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP)
		return archive_read_data_skip(unpack->archive) < ARCHIVE_WARN ? damaged(cx, unpack) : OK;
	struct str piece;
	do
		TRY(read_some(cx, unpack, true, &piece));
	while (piece.len);
	return OK;
}

static enum err next_in_folder(struct cx *cx, struct unpack *unpack, struct unpack_entry *ret_entry, bool *ret_more)
{
	for (;;) {
		if (unpack->found_at == unpack->found_count) {
			*ret_more = false;
			return OK;
		}
		const struct file_entry *file = &unpack->found[unpack->found_at++];
		if (!clean_name(str_of(file->path), &unpack->name))
			continue;
		if (!file->folder && (unpack->fd = open(file->full, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) < 0) {
			if (errno == ENOENT || errno == ELOOP) /* gone or exchanged meanwhile */
				continue;
			return file_failed(cx, file->full, errno);
		}
		unpack->inside = true;
		*ret_entry = (struct unpack_entry){
			.name = buf_str(&unpack->name), .folder = file->folder, .size = file->size, .changed_at = file->changed_at,
		};
		*ret_more = true;
		return OK;
	}
}

static enum err next_header(struct cx *cx, struct unpack *unpack, struct archive_entry **ret_entry)
{
	locale_t before = locale_enter();
	int result = ARCHIVE_RETRY;
	for (int tries = 0; result == ARCHIVE_RETRY && tries < 100; tries++)
		result = archive_read_next_header(unpack->archive, ret_entry);
	locale_leave(before);
	if (result == ARCHIVE_EOF) {
		*ret_entry = NULL;
		return OK;
	}
	if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
		return damaged(cx, unpack);
	return OK;
}

static enum err next_in_archive(struct cx *cx, struct unpack *unpack, struct unpack_entry *ret_entry, bool *ret_more)
{
	for (;;) {
		struct archive_entry *entry;
		TRY(next_header(cx, unpack, &entry));
		*ret_more = entry;
		if (!entry)
			return OK;
		if (++unpack->entries > unpack->limits.entries)
			return fail(cx, ERR_TOO_LARGE, "%s holds more than %lld files.", unpack->path, (long long)unpack->limits.entries);
		unpack->inside = true;
		bool folder = archive_entry_filetype(entry) == AE_IFDIR;
		locale_t before = locale_enter();
		bool named = take_name(unpack, entry);
		locale_leave(before);
		if (!named || (!folder && archive_entry_filetype(entry) != AE_IFREG) || archive_entry_hardlink(entry)) {
			TRY(skip_rest(cx, unpack));
			continue;
		}
		if (archive_entry_is_data_encrypted(entry) || archive_entry_is_metadata_encrypted(entry))
			return fail(cx, ERR_DENIED, "%s is protected by a password. Unpack it first, and give it without the password.",
				    unpack->path);
		*ret_entry = (struct unpack_entry){
			.name = buf_str(&unpack->name), .folder = folder,
			.size = archive_entry_size_is_set(entry) ? archive_entry_size(entry) : -1,
			.changed_at = archive_entry_mtime_is_set(entry) ? (i64)archive_entry_mtime(entry) * SECOND : 0,
			.done = archive_filter_bytes(unpack->archive, -1), .all = unpack->file_bytes,
		};
		return OK;
	}
}

enum err unpack_next(struct cx *cx, struct unpack *unpack, struct unpack_entry *ret_entry, bool *ret_more)
{
	struct unpack_entry entry = {};
	bool more;
	TRY(skip_rest(cx, unpack));
	unpack->entry_total = 0;
	if (unpack->is_folder)
		TRY(next_in_folder(cx, unpack, &entry, &more));
	else
		TRY(next_in_archive(cx, unpack, &entry, &more));
	if (more)
		*ret_entry = entry;
	*ret_more = more;
	return OK;
}

/* ---- reading ---- */

enum err unpack_piece(struct cx *cx, struct unpack *unpack, struct str *ret_piece)
{
	must(unpack->inside);
	return read_some(cx, unpack, false, ret_piece);
}

enum err unpack_read(struct cx *cx, struct unpack *unpack, size_t max, struct str *ret_bytes)
{
	struct buf *b = buf_in_arena(cx->arena);
	b->max = max;
	for (;;) {
		struct str piece;
		TRY(unpack_piece(cx, unpack, &piece));
		if (!piece.len)
			break;
		buf_add(b, piece);
		if (!buf_ok(b))
			return fail(cx, ERR_TOO_LARGE, "“%.*s” in %s is larger than the %zu bytes that are read here.",
				    STR_ARG(str_head(buf_str(&unpack->name), 100)), unpack->path, max);
	}
	*ret_bytes = (struct str){buf_cstr(b), b->len};
	return OK;
}

enum err unpack_names(struct cx *cx, const char *path, size_t max, struct str *ret_names)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	TRY(unpack_open(cx, path, NULL, &unpack));
	struct buf *names = buf_in_arena(cx->arena);
	for (;;) {
		struct unpack_entry entry;
		bool more;
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more || names->len + entry.name.len + 1 > max)
			break;
		if (entry.folder)
			continue;
		buf_add(names, entry.name);
		buf_addc(names, '\n');
	}
	*ret_names = (struct str){buf_cstr(names), names->len};
	return OK;
}

enum err unpack_one(struct cx *cx, const char *path, struct str name, size_t max, struct str *ret_bytes)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	TRY(unpack_open(cx, path, NULL, &unpack));
	for (;;) {
		struct unpack_entry entry;
		bool more;
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return fail(cx, ERR_MISSING, "There is no “%.*s” in %s.", STR_ARG(str_head(name, 100)), path);
		if (!entry.folder && str_eq(entry.name, name))
			return unpack_read(cx, unpack, max, ret_bytes);
	}
}
