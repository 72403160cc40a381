/* letter.h: what a code point is to a reader of posts (a letter, a digit, a picture …), its lower case, and the plain letter under its
 * accents. A table for the common planes is made once, by whoever asks first; the rest is looked up in utf8proc.
 * Pure functions, no memory of the caller's; any 32-bit number may be asked for. */
#pragma once
#include "base/types.h"

enum letter_kind {
	LETTER_SPACE,   /* and controls: parts words */
	LETTER_WORD,    /* letters, and the marks that some scripts write words with */
	LETTER_DIGIT,
	LETTER_ALONE,   /* a word by itself: scripts written without spaces (Han, kana) */
	LETTER_POINT,   /* punctuation and symbols */
	LETTER_EMOJI,
	LETTER_NOTHING, /* no trace of it is kept: joiners, direction marks, accents that stand apart, skin tones */
};

struct letter {
	u32 lower;  /* lower case, accents kept; compatibility forms (full width, mathematical) made plain */
	u32 plain;  /* and without accents */
	u8 kind;    /* enum letter_kind */
	bool upper; /* was a capital */
};

#define LETTER_TABLE 0x3100u /* the first of them, at once: */
const struct letter *letter_table(void);
struct letter letter_of(u32 code);
