/* fit.h: whether a text fits what a network takes, and where it is cut into a thread when it does not. Pure. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"
#include "model/length.h"

struct fit {
	size_t length; /* in the unit */
	i64 remaining; /* below zero: so many too many */
	bool fits;
};

/* `most` 0: the network sets no limit, and everything fits with nothing remaining. A text that the network refuses (length.h) does not fit. */
struct fit text_fit(enum text_unit unit, size_t most, struct str text);

/* ---- threads ---- */

#define THREAD_BYTES ((size_t)256 << 10) /* of a text that is cut */

enum thread_number {
	THREAD_PLAIN,
	THREAD_NUMBERED, /* " 1/3" behind each part, and counted; not when there is one alone */
};

enum thread_end { /* why a part ends where it does; the first is the worst */
	THREAD_END_FORCED,    /* within a link, a name or a tag that is longer than a part */
	THREAD_END_SIGN,      /* within a word that is */
	THREAD_END_WORD,
	THREAD_END_SENTENCE,
	THREAD_END_LINE,
	THREAD_END_PARAGRAPH, /* an empty line follows, or nothing */
};

struct thread_part {
	struct str text;      /* as it stands in the whole, without the white space around it, without its number */
	size_t from, to;      /* bytes of the whole */
	size_t start, end;    /* code points of the whole */
	size_t length;        /* in the unit, with its number */
	enum thread_end why;
};

/* Cuts a text into parts of at most `most` each, in the arena; returns how many. Each takes in as much as it can, and ends after a paragraph,
 * a line or a sentence when that leaves it at least half full, else between words (of scripts without spaces: where a line may break), never
 * within a link, a name, a tag or a sign unless one alone is longer than a part, and not between a French mark and the word it goes
 * with. `lang` helps to tell sentences ("fr"; empty: any). 0: nothing but white space, more than THREAD_BYTES, or `most` leaves no
 * room beside the number. */
size_t thread_cut(struct arena *arena, enum text_unit unit, size_t most, struct str text, struct str lang, enum thread_number number, struct thread_part **ret_parts);
/* The part as it is sent, with its number: `index` from 0. */
void buf_add_thread_part(struct buf *b, const struct thread_part *parts, size_t count, size_t index, enum thread_number number);
