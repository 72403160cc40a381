/* lines.h: the lines of a file or of standard input, one after the other however long the file is, unpacked on the way when it is
 * compressed (.gz, .zst; told by its first bytes, not by its name). Memory is that of one line at most.
 *
 * What must stay true: every line of the input is one line here, also an empty one and a last one without its end; a line longer than the
 * maximum comes cut to it, and says so. The lines own their memory; a line is borrowed until the next. */
#pragma once
#include "base/cx.h"

struct lines;

/* `path` NULL: standard input. ERR_MISSING, ERR_SYSTEM as file_read(). */
enum err lines_open(struct cx *cx, const char *path, size_t line_max, struct lines **ret_lines);
void lines_close(struct lines *lines); /* NULL is allowed */
void lines_closep(struct lines **lines);

struct line_read {
	struct str text; /* without its \n or \r\n */
	bool is_cut;     /* there was more of it */
	bool more;       /* false: there are no more lines, and this is none */
};
/* ERR_BAD_INPUT when the compressed file is damaged or does not end. */
enum err lines_next(struct cx *cx, struct lines *lines, struct line_read *ret_line);
