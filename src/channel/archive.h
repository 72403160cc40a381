/* archive.h: readers of the files people really have: each network's own export, and the documented CSV and JSONL. One
 * constant row a format, `const struct archive_format archive_NAME`, in the folder of its network (channel/NETWORK/archive.c),
 * and its word in the list of src/channel/meson.build. A reader turns a file into inbound items, in any order; it keeps
 * nothing and decides nothing. Files are hostile: sizes, depths and counts are limited, a bad item is refused with its place
 * and reason and the reading goes on; a file that is not of the format at all fails as a whole. */
#pragma once
#include "base/cx.h"
#include "model/inbound.h"

/* Where items go. Both return an error to stop the reading. */
struct archive_taker {
	void *subject;
	enum err (*item)(struct cx *cx, void *subject, const struct inbound *inbound);
	/* `place` says where ("line 12", "comments.json #/items/3"), `reason` why, for people, `excerpt` what (cut to 200 bytes). */
	enum err (*refused)(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt);
	void (*progress)(void *subject, i64 bytes_done, i64 bytes_all); /* may be NULL */
};

/* What the caller can tell about whose export it is. */
struct archive_options {
	struct str account; /* handle or id of our own account: its messages are `ours`; empty = as the archive says */
	struct str network; /* for CSV and JSONL without a network column */
	i64 now;
};

struct archive_format {
	const char *word, *title; /* "mastodon", msgid "Mastodon archive" */
	const char *network;      /* default network of what it holds */
	const char *about;        /* msgid: where to get such a file, and which files are read */
	/* Could this be such a file? `name` is the file's name, `head` its first bytes (up to 64 KiB; of an archive: the list of
	 * the names in it, one a line, in `names`). 0 no … 100 certainly. */
	int (*recognise)(struct str name, struct str head, struct str names);
	/* Read the file at `path`: a plain file, or a zip or tar(.gz) where the export is one. */
	enum err (*read)(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker);
};

extern const struct archive_format *const archive_formats[];
extern const size_t archive_format_count;
const struct archive_format *archive_format_of(struct str word);
/* The likeliest format of a file; ERR_UNSUPPORTED with the list of formats when none recognises it. */
enum err archive_recognise(struct cx *cx, const char *path, const struct archive_format **ret_format);

/* HTML to the text a person would read: tags off, <br> and <p> to line breaks, entities decoded, scripts dropped (libxml2). */
struct str html_to_text(struct arena *arena, struct str html);
