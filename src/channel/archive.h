/* archive.h: readers of the files people really have: each network's own export, the JSON its interface answers with, and the
 * documented CSV and JSONL. One constant row a format, `const struct archive_format archive_NAME`, in the folder of its network
 * (channel/NETWORK/archive.c), and its word in the list of src/channel/meson.build. A reader turns a file into inbound items;
 * it keeps nothing and decides nothing.
 *
 * What stays true: files are hostile, so sizes, depths and counts are limited; a bad item is refused with its place and reason
 * and the reading goes on; a file that is not of the format, or holds no message at all, fails as a whole and says what it is.
 * Every item handed over has passed reading_item() (reading.h): ids, author and instant are there and sane, texts are clean.
 * Where a network has no thread ids, thread_id is the id of the earliest ancestor found in the file: who stores items takes the
 * conversation of that message, when it has it already. Texts are borrowed until the callback returns. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "model/inbound.h"

/* Where items go. Callbacks return an error to stop the reading. */
struct archive_taker {
	void *subject;
	enum err (*item)(struct cx *cx, void *subject, const struct inbound *inbound);
	/* `place` says where ("line 12", "comments.json #/items/3"), `reason` why, for people, `excerpt` what (cut to 200 bytes). */
	enum err (*refused)(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt);
	/* Once for each kind of thing that is no message ("likes", translated), at the end of the reading. May be NULL. */
	enum err (*left_out)(struct cx *cx, void *subject, struct str what, i64 count);
	void (*progress)(void *subject, i64 bytes_done, i64 bytes_all); /* may be NULL */
};

/* What the caller can tell about whose export it is. */
struct archive_options {
	struct str account; /* handle or id of our own account: its messages are `ours`; empty = as the archive says */
	struct str network; /* for CSV and JSONL without a network column */
	i64 now;            /* items later than a day after it are refused; 0 = cx->now */
};

struct archive_format {
	const char *word, *title; /* "mastodon", msgid "Mastodon archive" */
	const char *also;         /* other words for it, separated by spaces: "activitypub fediverse"; NULL for none */
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
const struct archive_format *archive_format_of(struct str word); /* by its word or another word for it; NULL when unknown */
/* The likeliest format of a file; ERR_UNSUPPORTED with the list of formats when none recognises it. */
enum err archive_recognise(struct cx *cx, const char *path, const struct archive_format **ret_format);

/* The item as one line of the native JSONL format (docs/import-formats.md), with its line break. What is empty is left away. */
void inbound_add_json(struct buf *out, const struct inbound *inbound);

/* HTML to the text a person would read: tags off, paragraphs and <br> to line breaks, quotations marked with "> ", entities
 * decoded, scripts dropped, links kept as "text (URL)" where the text is not the URL itself, a mention or a hashtag (libxml2).
 * The result is clean UTF-8 of at most a few times HTML_TEXT_MAX bytes; markup deeper than 256 levels loses its structure. */
struct str html_to_text(struct arena *arena, struct str html);
#define HTML_TEXT_MAX ((size_t)1 << 20) /* bytes read of one HTML text; the rest is dropped */
