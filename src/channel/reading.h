/* reading.h: one run of an archive reader: the gate every item passes, and the count of what was taken, refused and left out.
 * A reader fills a struct inbound from whatever it parses (jansson, libxml2, GMime …) and calls reading_item(); the gate cleans
 * texts, checks what model/inbound.h requires, settles `ours`, `kind` and the defaults, and hands it to the taker or refuses it.
 *
 * What stays true: nothing unchecked reaches the taker; one bad item never stops a reading; a reading that found neither an item
 * nor anything to refuse fails and says what the file is. The reading's `item` arena is emptied after each item: what must live
 * longer belongs to cx->arena. */
#pragma once
#include "channel/archive.h"

struct threads;
struct map;

#define READING_ITEMS_MAX 20000000 /* items of one file; beyond it the reading stops with ERR_TOO_LARGE */

struct reading {
	struct cx *cx;
	const struct archive_format *format;
	const struct archive_options *options;
	const struct archive_taker *taker;
	struct arena *item; /* memory of the item at hand */
	i64 now;

	/* The place of the item at hand, told when it is refused: "file, line 12" or "file #/list/3". */
	struct str file;    /* empty for a plain file */
	const char *list;   /* path of the list within the document, or NULL */
	i64 index;          /* in the list, or the line when `list` is NULL; -1 unknown */
	i64 document;       /* of several documents in one file: its line, else 0 */

	/* A large document comes in parts (json_read.h). With `learns`, all parts come once before, with `learning` on: items and refusals
	 * go nowhere then, and who answers whom goes into `threads`, which both passes share. */
	bool learns, learning;
	struct threads *threads;
	i64 offset;         /* added to index: elements in the parts before */

	struct map *media;  /* files of the export that attachments may name; NULL for none (archive_file.h) */

	i64 taken, refused, strange; /* strange: of those refused, what could not be read as this format at all */
	struct {
		const char *what; /* msgid */
		i64 count;
	} left_out[24];
	char kind_of_file[120]; /* what a file without messages is, for the story; "" unknown */
};

enum err reading_start(struct cx *cx, const struct archive_format *format, const struct archive_options *options,
		       const struct archive_taker *taker, struct reading *ret_reading);
/* Hand the item over, or refuse it. Fields may be borrowed from anywhere; the item is cleaned in place. */
enum err reading_item(struct reading *r, struct inbound *inbound);
/* Refuse something at the place of now. `reason` is translated by the caller. */
enum err reading_refuse(struct reading *r, struct str reason, struct str excerpt);
/* A file of an export that cannot be read at all (ERR_UNSUPPORTED) is refused and the reading goes on; other errors, and those of a
 * plain file, stay what they are. */
enum err reading_forgive(struct reading *r, enum err error);
/* Something that is no message, counted under its msgid (a plural: N_("likes")), which must be a constant. */
void reading_leave_out(struct reading *r, const char *what);
void reading_leave_out_many(struct reading *r, const char *what, i64 count);
/* The file is something else: `what` (msgid, "an error answer") is told when nothing is found in it. */
void reading_is(struct reading *r, const char *what);
/* Tell what was left out; fail when the file held no message at all. */
enum err reading_end(struct reading *r);

/* Clean text: UTF-8 repaired, control characters off, CRLF to LF; the same bytes when there is nothing to do. */
struct str clean_text(struct arena *arena, struct str s);
/* The same on one line, cut to `characters` at most, trimmed. */
struct str clean_line(struct arena *arena, struct str s, size_t characters);
/* The address when it is http(s) and not too long; else empty. */
struct str clean_url(struct arena *arena, struct str s);
/* The text itself when it is UTF-8; else its bytes taken as Windows-1252, which old Western files are. */
struct str western_text(struct arena *arena, struct str s);
/* A stable id for a message whose source gives none: 16 hexadecimal digits over the parts. */
struct str id_of_parts(struct arena *arena, const struct str *parts, size_t count);
