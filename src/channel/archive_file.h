/* archive_file.h: the files of an export, whether it is one plain file, a zip or a tar: each wanted one is handed over whole, under
 * its name within the export. Text in UTF-16 (as some spreadsheets and shells write it) is turned into UTF-8.
 * What stays true: no file is larger than `max`, nothing is written to disk, and the bytes belong to the walk: they are gone when
 * `each` returns. */
#pragma once
#include "channel/reading.h"

/* `wanted` is asked for the files inside a packed export only (NULL wants all); a plain file is what the person chose. */
enum err archive_each_file(struct cx *cx, const char *path, size_t max, bool (*wanted)(struct str name),
			   enum err (*each)(struct cx *cx, void *subject, struct str name, struct str bytes), void *subject);
/* Is it a zip, a tar or a folder rather than a plain file? */
bool archive_is_packed(const char *path);
/* The names of the files inside, one a line, at most 64 KiB of them, in the arena; empty for a plain file. */
enum err archive_names(struct cx *cx, const char *path, struct str *ret_names);
/* Pictures, films and sounds of a packed export, kept for the reading so that reading_item() can put their bytes beside the
 * attachments whose address is a path in the export, or whose name is one. At most 256 MiB of them and 32 MiB each; the others stay
 * without bytes. Nothing for a plain file. */
enum err archive_media(struct reading *r, const char *path);
struct str archive_medium(const struct reading *r, struct str name); /* the bytes, or nothing */

/* The first bytes of a plain file, up to `most`, in the arena. */
enum err archive_head(struct cx *cx, const char *path, size_t most, struct str *ret_head);

/* Files in pieces of up to a mebibyte, for formats read line by line: any size, little memory. `done` of `all` bytes are read with this
 * piece. The name of a file in a packed export comes with its first piece; all other pieces, and those of a plain file, have none. A
 * plain text in UTF-16 comes in one piece. */
enum err archive_each_piece(struct cx *cx, const char *path, bool (*wanted)(struct str name),
			    enum err (*each)(struct cx *cx, void *subject, struct str file, struct str piece, i64 done, i64 all),
				void *subject);

/* A whole reading over the files: reading_start(), `each` for each wanted file with r->file set, reading_end(). */
enum err archive_read_files(struct cx *cx, const struct archive_format *format, const char *path,
	const struct archive_options *options,
			    const struct archive_taker *taker, size_t max, bool (*wanted)(struct str name),
			    enum err (*each)(struct reading *r, struct str name, struct str bytes));
