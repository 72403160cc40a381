/* language_file.h: how a model that tells languages lies in its file: a header, the languages, the scripts and their languages, and, squeezed
 * (language_fold.c), a table of buckets and the lists: of each piece, by its hash, the weights of some languages. Numbers are little endian.
 * Only language*.c see it.
 *
 * A bucket's word says where its lists begin (in units of two bytes; they end where the next bucket's begin), and in its high bits which
 * of eleven kinds of hash are there at all: most pieces of a text are in no bucket, and one look says so. A list is a unit with ten more
 * bits of the hash and how many pairs of column (a language's place in its script) and weight follow less one, then the pairs; or, where
 * there would be many, the weight of every column. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"
#include "text/language_read.h"

#define LANGUAGE_MAGIC "PVLANGS1"
#define LANGUAGE_LENGTHS 8u       /* classes of how many letters a text has, each with its slope */
#define LANGUAGE_AMONG 64u        /* languages of a script at most */
#define LANGUAGE_LANES 16u        /* whole rows are of so many columns, or twice, three, four times */
#define LANGUAGE_ROW 63u          /* in place of the number of pairs: a whole row follows */
#define LANGUAGE_ROW_FROM 18u     /* pairs, from which on a row is written */
#define LANGUAGE_OFFSET_BITS 21u
#define LANGUAGE_OFFSET_MASK ((1u << LANGUAGE_OFFSET_BITS) - 1)
#define LANGUAGE_UNITS_MAX LANGUAGE_OFFSET_MASK
#define LANGUAGE_BITS_MAX 20u     /* of the number of buckets */
#define LANGUAGE_STEPS 16         /* of a weight: one in the unit of the log odds */
#define LANGUAGE_GRAIN 2          /* steps that are told apart: finer ones change one answer in four hundred, where two are as likely */
#define LANGUAGE_STEP_MOST 126    /* a weight */
#define LANGUAGE_CONSTANT_MOST 10000
#define LANGUAGE_AHEAD 48u        /* pieces that are looked up in a step */
#define LANGUAGE_CLEAR 17         /* log odds between the first and the second from which, after a step, the rest of a text is not looked at: of
				     dev texts none is told otherwise by reading on, and half of the time is saved */

struct language_header {
	char magic[8];
	u32 version, languages, scripts, bucket_bits, units, width; /* of a row */
	float slopes[LANGUAGE_LENGTHS];
};

struct language_script {
	u8 script, count, pad[2];
	float sure;                        /* how often texts of this script are of one of these languages */
	u8 among[LANGUAGE_AMONG];          /* the languages, by number */
	i32 constants[LANGUAGE_AMONG];     /* of their sums */
};

struct language_pair {
	u8 column;
	signed char weight;
};

static_assert(sizeof(struct language_header) == 64 && sizeof(struct language_script) == 8 + 5 * LANGUAGE_AMONG && sizeof(struct language_pair) == 2);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "model files are read as they are");

static inline u32 language_bucket(u64 hash, u32 bits) { return (u32)(hash >> (64 - bits)); }
static inline u32 language_filter(u64 hash) { return (u32)((hash >> 24 & 0xFFFFu) * 11u >> 16); } /* 0 to 10 */
static inline u32 language_tag(u64 hash) { return (u32)hash & 1023u; }

/* The class of a text of so many letters: 1 to 3, to 6, 10, 16, 32, 64, 128, more. */
static inline u32 language_length(u32 letters)
{
	static const u8 ends[LANGUAGE_LENGTHS - 1] = {3, 6, 10, 16, 32, 64, 128};
	u32 class = 0;
	while (class < LANGUAGE_LENGTHS - 1 && letters > ends[class])
		class++;
	return class;
}

/* ---- buckets and lists ---- */

struct language_lists {
	const u32 *buckets;    /* 1 << bucket_bits, and one more */
	const uint16_t *lists;
	u32 bucket_bits, width; /* of a row */
};

/* Of a list, by its first one. */
static inline u32 language_units(uint16_t first, u32 width) { return (first & 63u) == LANGUAGE_ROW ? 1 + width / 2 : (first & 63u) + 2; }

void language_fold(const struct language_lists *lists, struct buf *out);
/* Of bits and width given; false: they are damaged. Of sound ones every list lies inside and names columns below LANGUAGE_AMONG. */
bool language_unfold(struct arena *arena, struct str bytes, u32 units, struct language_lists *ret_lists);

/* ---- writing ---- */

struct language_piece { /* one with its pairs */
	u64 hash;
	u32 first, count;      /* in pairs */
};

struct language_plan {
	const struct str *codes;               /* of the languages: ISO 639-1 */
	size_t languages;
	const struct language_script *scripts;
	size_t script_count;
	float slopes[LANGUAGE_LENGTHS];
	struct language_piece *pieces;         /* are sorted by hash */
	size_t piece_count;
	const struct language_pair *pairs;
};
enum err language_write(struct cx *cx, const struct language_plan *plan, struct buf *out);
