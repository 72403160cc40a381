/* The input is an archive. Whatever it holds, reading it comes to an end within its limits, and every name that comes out can be
 * joined to a folder without leaving it. */
#include "base/utf8.h"
#include "sys/unpack.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check_name(struct str name)
{
	must(name.len && name.at[0] != '/' && utf8_valid(name) && str_find_byte(name, '\n') < 0 && str_find_byte(name, '\\') < 0);
	while (name.at) {
		struct str part = str_cut(&name, '/');
		must(part.len && !str_eq(part, S(".")) && !str_eq(part, S("..")));
	}
}

static i64 read_all(struct cx *cx, struct unpack *unpack)
{
	i64 total = 0, entries = 0;
	struct unpack_entry entry;
	for (bool more; unpack_next(cx, unpack, &entry, &more) == OK && more;) {
		check_name(entry.name);
		must(++entries <= 50);
		struct str piece = {};
		if (entries % 3) /* some are skipped */
			while (unpack_piece(cx, unpack, &piece) == OK && piece.len)
				total += (i64)piece.len;
	}
	return total;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	int fd = memfd_create("archive", MFD_CLOEXEC);
	must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	const char *path = arena_printf(arena, "/proc/self/fd/%d", fd).at;
	struct unpack *unpack;
	if (unpack_open(&cx, path, &(struct unpack_limits){.entries = 50, .entry_bytes = 1 << 20, .total_bytes = 4 << 20}, &unpack) == OK) {
		must(read_all(&cx, unpack) <= (4 << 20));
		unpack_close(unpack);
	}
	must(cx.err == OK || cx.story[0]);
	close(fd);
	arena_free(arena);
	return 0;
}
