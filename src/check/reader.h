/* reader.h: a text of a post cut into what people see in it: words, numbers, links, mentions, hashtags, addresses, emoji, signs,
 * each with where it stands in bytes and in code points, and the sentences they make. All checks stand on this one pass.
 *
 * What must stay true: any bytes are taken, CHECK_BYTES of them at the most; pieces stand in order and do not overlap; the same
 * bytes in the same language give the same pieces. The arena owns it. Pure. */
#pragma once
#include "check/check.h"

enum piece_kind { PIECE_WORD, PIECE_NUMBER, PIECE_LINK, PIECE_MENTION, PIECE_HASHTAG, PIECE_ADDRESS, PIECE_EMOJI, PIECE_SIGN };

enum piece_flag {
	PIECE_CAPITAL = 1,   /* its first letter */
	PIECE_UPPER = 2,     /* all its letters, two at least */
	PIECE_SPACED = 4,    /* white space before it, or the beginning */
	PIECE_STARTS = 8,    /* a sentence */
	PIECE_LINE = 16,     /* a line */
	PIECE_FANCY = 32,    /* made of mathematical or encircled letters */
	PIECE_ELIDED = 64,   /* ends with an apostrophe: l', qu' */
	PIECE_DOTTED = 128,  /* middle dots in it: étudiant·es */
};

struct piece {
	u8 kind, flags;
	u32 from, to;     /* bytes of the text */
	u32 start, end;   /* code points */
	u32 sentence;
	/* lower case with its accents, apostrophes made straight, fancy letters plain; of emoji: without tone and form */
	struct str lower;
};

struct sentence {
	u32 first, last;  /* pieces; last is one behind */
	u32 words;        /* words and numbers */
};

struct check_reading {
	enum check_part part;
	size_t index;         /* as in struct check_place */
	struct str lang;      /* "fr", "fr-CA" */
	struct str text;      /* as far as it is looked at */
	struct piece *pieces;
	size_t count;
	struct sentence *sentences;
	size_t sentence_count;
	size_t words, emoji, hashtags, code_points;
};

/* part, index, lang and text are given; the rest is filled in. */
void check_read(struct arena *arena, struct check_reading *reading);
