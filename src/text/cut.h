/* cut.h: a message cut finely, for what stands at exact places in it: runs of letters, runs of digits, every other sign alone ("9am" is two
 * pieces, "john's" three), each with where it stands in bytes and in code points and how it reads in lower case without accents.
 *
 * What must stay true: any bytes are taken; of a message no more than CUTS_MOST pieces and CUT_BYTES bytes are looked at; pieces do not
 * overlap and stand in order. Made once by cuts_new() and used for one message after the other; the arena owns it. */
#pragma once
#include "base/arena.h"

#define CUTS_MOST 1024u
#define CUT_BYTES 8192u

enum piece_kind {
	CUT_WORD,
	CUT_DIGITS,
	CUT_SIGN,
};

struct cut {
	u8 kind;
	bool spaced;          /* white space before it, or the beginning */
	bool capital, upper;  /* its first letter; all of two at least */
	u32 from, to;         /* in the message: bytes */
	u32 start, end;       /* code points */
	struct str plain;     /* lower case, no accents */
	u64 hash;             /* of that */
};

struct cuts {
	size_t count;
	struct cut items[CUTS_MOST + 1];
	char plain[4 * CUT_BYTES + 8]; /* one after the other, without spaces */
	size_t plain_len;
};

struct cuts *cuts_new(struct arena *arena);
void cuts_of(struct cuts *pieces, struct str message);
