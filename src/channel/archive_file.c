#include "channel/archive_packed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 20)
#define TEXT_FILE_MAX ((size_t)512 << 20)

static void close_file(int *file)
{
	if (*file >= 0)
		close(*file);
}

static enum err open_plain(struct cx *cx, const char *path, int *ret_file, size_t *ret_size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (file < 0 || fstat(file, &status) != 0) {
		int error = errno;
		close_file(&file);
		return fail(cx, error == ENOENT ? ERR_MISSING : ERR_SYSTEM, "This file cannot be opened: %s.", strerror(error));
	}
	if (!S_ISREG(status.st_mode)) {
		close_file(&file);
		return fail(cx, ERR_BAD_INPUT, "This is no file, but a folder or a device. Give the export as one file.");
	}
	*ret_file = file;
	*ret_size = (size_t)status.st_size;
	return OK;
}

static enum err read_up_to(struct cx *cx, int file, size_t most, struct buf *b)
{
	while (b->len < most) {
		char *room = buf_room(b, most - b->len);
		if (!room)
			return fail(cx, ERR_TOO_LARGE, "This file does not fit into memory.");
		ssize_t got = read(file, room, most - b->len);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail(cx, ERR_SYSTEM, "This file cannot be read to its end: %s.", strerror(errno));
		if (got == 0)
			break;
		buf_grew(b, (size_t)got);
	}
	return OK;
}

enum err archive_head(struct cx *cx, const char *path, size_t most, struct str *ret_head)
{
	CLEANUP(close_file) int file = -1;
	size_t size = 0;
	TRY(open_plain(cx, path, &file, &size));
	struct buf *b = buf_in_arena(cx->arena);
	b->max = most;
	TRY(read_up_to(cx, file, most, b));
	*ret_head = buf_str(b);
	return OK;
}

static u32 unit_at(struct str s, size_t at, bool big)
{
	unsigned char a = (unsigned char)s.at[at], b = (unsigned char)s.at[at + 1];
	return big ? (u32)a << 8 | b : (u32)b << 8 | a;
}

static void add_utf16(struct buf *b, struct str s, bool big)
{
	for (size_t i = 0; i + 1 < s.len; i += 2) {
		u32 unit = unit_at(s, i, big), next = i + 3 < s.len ? unit_at(s, i + 2, big) : 0;
		if (unit >= 0xD800 && unit < 0xDC00 && next >= 0xDC00 && next < 0xE000) {
			unit = 0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00);
			i += 2;
		}
		buf_add_utf8(b, unit);
	}
}

enum err archive_hand_over(struct cx *cx, struct str name, struct str bytes,
	enum err (*each)(struct cx *, void *, struct str, struct str),
			  void *subject)
{
	bool big = str_starts(bytes, S("\xFE\xFF"));
	if (!big && !str_starts(bytes, S("\xFF\xFE")))
		return each(cx, subject, name, bytes);
	CLEANUP(buf_free) struct buf b = {.max = bytes.len * 2 + 4};
	add_utf16(&b, str_skip(bytes, 2), big);
	return each(cx, subject, name, buf_str(&b));
}

static struct str base_name(struct str path)
{
	const char *slash = path.len ? memrchr(path.at, '/', path.len) : NULL;
	return slash ? str_skip(path, (size_t)(slash - path.at) + 1) : path;
}

enum err archive_each_file(struct cx *cx, const char *path, size_t max, bool (*wanted)(struct str name),
			   enum err (*each)(struct cx *cx, void *subject, struct str name, struct str bytes), void *subject)
{
	if (archive_is_packed(path))
		return archive_each_packed(cx, path, max, wanted, each, subject);
	CLEANUP(close_file) int file = -1;
	size_t size = 0;
	TRY(open_plain(cx, path, &file, &size));
	if (size > max)
		return fail(cx, ERR_TOO_LARGE,
			"This file has %zu MiB; at most %zu are read. Cut it in parts and import them one by one.",
			    size >> 20, max >> 20);
	CLEANUP(buf_free) struct buf b = {.max = size + 1};
	TRY(read_up_to(cx, file, size, &b));
	return archive_hand_over(cx, base_name(str_of(path)), buf_str(&b), each, subject);
}

struct pieces {
	enum err (*each)(struct cx *, void *, struct str, struct str, i64, i64);
	void *subject;
};

static enum err whole_piece(struct cx *cx, void *subject, struct str name, struct str bytes)
{
	struct pieces *pieces = subject;
	i64 size = (i64)bytes.len;
	return pieces->each(cx, pieces->subject, (struct str){}, bytes, size, size);
}

enum err archive_each_piece(struct cx *cx, const char *path, bool (*wanted)(struct str name),
			    enum err (*each)(struct cx *cx, void *subject, struct str file, struct str piece, i64 done, i64 all),
				void *subject)
{
	if (archive_is_packed(path))
		return archive_each_packed_piece(cx, path, wanted, each, subject);
	CLEANUP(close_file) int file = -1;
	size_t size = 0, done = 0;
	TRY(open_plain(cx, path, &file, &size));
	CLEANUP(buf_free) struct buf b = {.max = PIECE_BYTES};
	do {
		buf_clear(&b);
		TRY(read_up_to(cx, file, PIECE_BYTES, &b));
		struct str piece = buf_str(&b);
		if (done == 0 && (str_starts(piece, S("\xFE\xFF")) || str_starts(piece, S("\xFF\xFE"))))
			return archive_each_file(cx, path, TEXT_FILE_MAX, NULL, whole_piece, &(struct pieces){each, subject});
		done += piece.len;
		if (piece.len)
			TRY(each(cx, subject, (struct str){}, piece, (i64)done, (i64)(done > size ? done : size)));
	} while (b.len == PIECE_BYTES);
	return OK;
}

struct walk {
	struct reading *r;
	enum err (*each)(struct reading *r, struct str name, struct str bytes);
	struct str plain;
};

static enum err read_one(struct cx *cx, void *subject, struct str name, struct str bytes)
{
	struct walk *walk = subject;
	walk->r->file = str_eq(name, walk->plain) ? (struct str){} : name;
	return reading_forgive(walk->r, walk->each(walk->r, name, bytes));
}

enum err archive_read_files(struct cx *cx, const struct archive_format *format, const char *path,
	const struct archive_options *options,
			    const struct archive_taker *taker, size_t max, bool (*wanted)(struct str name),
			    enum err (*each)(struct reading *r, struct str name, struct str bytes))
{
	struct reading r;
	TRY(reading_start(cx, format, options, taker, &r));
	TRY(archive_media(&r, path));
	struct walk walk = {.r = &r, .each = each, .plain = base_name(str_of(path))};
	TRY(archive_each_file(cx, path, max, wanted, read_one, &walk));
	return reading_end(&r);
}
