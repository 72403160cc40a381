/* archive_packed.h: the part of archive_file.h that looks into zip and tar files, through sys/unpack. */
#pragma once
#include "channel/archive_file.h"

/* One file's bytes to `each`, UTF-16 turned into UTF-8 on the way. */
enum err archive_hand_over(struct cx *cx, struct str name, struct str bytes,
	enum err (*each)(struct cx *, void *, struct str, struct str),
			   void *subject);
enum err archive_each_packed(struct cx *cx, const char *path, size_t max, bool (*wanted)(struct str name),
			     enum err (*each)(struct cx *cx, void *subject, struct str name, struct str bytes), void *subject);
/* The same in pieces; the name comes with the first piece of each file only. */
enum err archive_each_packed_piece(struct cx *cx, const char *path, bool (*wanted)(struct str name),
				   enum err (*each)(struct cx *cx, void *subject, struct str file, struct str piece, i64 done,
					i64 all), void *subject);
/* Name and first bytes (up to 64 KiB) of the first file inside that could be one of a format; untouched when there is none. */
enum err archive_packed_head(struct cx *cx, const char *path, struct str *ret_name, struct str *ret_head);
