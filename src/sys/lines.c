#include "sys/lines.h"

#include "base/buf.h"
#include "base/lang.h"
#include "sys/files.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((size_t)128 << 10)

struct lines {
	struct arena *arena;
	const char *name;
	struct archive *archive;
	int fd;             /* -1: standard input, which is not ours to close */
	struct str block;   /* unpacked and not read yet; borrowed from the archive */
	struct buf line;    /* one that goes over from a block to the next */
	size_t max;
	bool ended;
};

void lines_close(struct lines *lines)
{
	if (!lines)
		return;
	archive_read_free(lines->archive);
	if (lines->fd >= 0)
		close(lines->fd);
	buf_free(&lines->line);
	arena_free(lines->arena);
}

void lines_closep(struct lines **lines)
{
	lines_close(*lines);
}

static enum err unreadable(struct cx *cx, const struct lines *lines)
{
	const char *reason = archive_error_string(lines->archive);
	return fail(cx, ERR_BAD_INPUT, N_("%s is damaged, or did not arrive whole (%.100s). Nothing behind this place can be read; fetch it again."),
		    lines->name, reason ? reason : "?");
}

/* "Raw" is any file as one entry; "empty" is one without a byte. */
static enum err begin(struct cx *cx, struct lines *lines, int fd)
{
	struct archive_entry *entry;
	lines->archive = archive_read_new();
	must(lines->archive);
	archive_read_support_filter_gzip(lines->archive);
	archive_read_support_filter_zstd(lines->archive);
	archive_read_support_format_raw(lines->archive);
	archive_read_support_format_empty(lines->archive);
	if (archive_read_open_fd(lines->archive, fd, BLOCK) != ARCHIVE_OK)
		return unreadable(cx, lines);
	int read = archive_read_next_header(lines->archive, &entry);
	if (read != ARCHIVE_OK && read != ARCHIVE_EOF)
		return unreadable(cx, lines);
	lines->ended = read == ARCHIVE_EOF;
	return OK;
}

enum err lines_open(struct cx *cx, const char *path, size_t line_max, struct lines **ret_lines)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	if (fd < 0)
		return file_failed(cx, path, errno);
	struct stat about;
	if (fstat(fd, &about) == 0 && S_ISDIR(about.st_mode)) {
		if (path)
			close(fd);
		return fail(cx, ERR_BAD_INPUT, N_("%s is a folder, and lines of a file are wanted."), path ? path : "-");
	}
	struct arena *arena = arena_new();
	struct lines *lines = arena_new_of(arena, struct lines);
	*lines = (struct lines){.arena = arena, .name = path ? arena_cstr(arena, str_of(path)) : "-", .fd = path ? fd : -1, .max = line_max};
	lines->line.max = line_max;
	enum err e = begin(cx, lines, fd);
	if (e != OK) {
		lines_close(lines);
		return e;
	}
	*ret_lines = lines;
	return OK;
}

static enum err next_block(struct cx *cx, struct lines *lines)
{
	const void *at = NULL;
	size_t len = 0;
	la_int64_t offset;
	int read = lines->ended ? ARCHIVE_EOF : archive_read_data_block(lines->archive, &at, &len, &offset);
	if (read != ARCHIVE_OK && read != ARCHIVE_EOF)
		return unreadable(cx, lines);
	lines->ended = read == ARCHIVE_EOF;
	lines->block = (struct str){at, read == ARCHIVE_OK ? len : 0};
	return OK;
}

/* What of `piece` still fits. */
static void keep(struct lines *lines, struct str piece, bool *is_cut)
{
	size_t room = lines->max - lines->line.len;
	*is_cut = *is_cut || piece.len > room;
	buf_add(&lines->line, str_head(piece, room));
}

static struct str without_return(struct str line)
{
	return str_ends(line, S("\r")) ? str_head(line, line.len - 1) : line;
}

enum err lines_next(struct cx *cx, struct lines *lines, struct line_read *ret_line)
{
	bool is_cut = false, any = false;
	buf_clear(&lines->line);
	for (;;) {
		while (!lines->block.len && !lines->ended)
			TRY(next_block(cx, lines));
		if (!lines->block.len)
			break;
		any = true;
		ptrdiff_t end = str_find_byte(lines->block, '\n');
		struct str piece = end < 0 ? lines->block : str_head(lines->block, (size_t)end);
		lines->block = str_skip(lines->block, piece.len + (end >= 0));
		if (end >= 0 && !lines->line.len && piece.len <= lines->max) { /* whole in its block: most are */
			*ret_line = (struct line_read){.text = without_return(piece), .is_cut = is_cut, .more = true};
			return OK;
		}
		keep(lines, piece, &is_cut);
		if (end >= 0)
			break;
	}
	*ret_line = (struct line_read){.text = without_return(buf_str(&lines->line)), .is_cut = is_cut, .more = any};
	return OK;
}
