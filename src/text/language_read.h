/* language_read.h: a text as what tells languages sees it: the letters of its main script, lower-cased, words parted by one space, without
 * links, mentions, signs and figures; and the pieces of one to five letters, and whole words, each as a number by hashing. Only language*.c
 * see it, and both learning and asking go through it, so that they see the same.
 *
 * What must stay true: the same bytes give the same letters and pieces, for ever: models stand on them (change LANGUAGE_VERSION with
 * anything here). No memory but what the caller hands in. */
#pragma once
#include "base/str.h"

#define LANGUAGE_VERSION 2u
#define LANGUAGE_LETTERS 640u /* that are kept of a text */

enum script { /* files hold the numbers: new ones come behind */
	SCRIPT_NONE, SCRIPT_LATIN, SCRIPT_GREEK, SCRIPT_CYRILLIC, SCRIPT_ARMENIAN, SCRIPT_HEBREW, SCRIPT_ARABIC, SCRIPT_DEVANAGARI, SCRIPT_BENGALI,
	SCRIPT_GURMUKHI, SCRIPT_GUJARATI, SCRIPT_TAMIL, SCRIPT_TELUGU, SCRIPT_THAI, SCRIPT_GEORGIAN, SCRIPT_HANGUL, SCRIPT_KANA, SCRIPT_HAN,
	SCRIPT_KANNADA, SCRIPT_MALAYALAM, SCRIPT_ORIYA, SCRIPT_SINHALA, SCRIPT_LAO, SCRIPT_KHMER, SCRIPT_MYANMAR, SCRIPT_TIBETAN, SCRIPT_ETHIOPIC,
	SCRIPT_THAANA,
	SCRIPTS,
};

/* What language_read() must be called after, once; any thread may. */
void language_read_start(void);

struct language_letters {
	u8 script;       /* enum script: the one that most of it is in; SCRIPT_NONE: there is no letter */
	u32 letters;     /* of that script */
	u32 len;         /* in `at`: the letters, and a space before, between and behind words; 0: there are none */
	uint16_t at[2 * LANGUAGE_LETTERS + 4];
};
void language_read(struct str text, struct language_letters *ret_letters);

/* ---- pieces: hashes of spans of `at` ---- */

#define LANGUAGE_PIECE 5u       /* letters at most, the space before or behind a word counted */
#define LANGUAGE_WORD 4u        /* letters at least of words that are looked up whole */
#define LANGUAGE_PIECES (LANGUAGE_PIECE + 1) /* that begin at one place, at most */

#define LANGUAGE_HASH_PIECE 0x243F6A8885A308D3u
#define LANGUAGE_HASH_WORD 0x13198A2E03707344u

static inline u64 language_hash(u64 hash, uint16_t code)
{
	hash = (hash ^ code) * 0x9E3779B97F4A7C15u;
	return hash ^ hash >> 32;
}

/* The hashes of what begins at `from`: pieces inside a word, or with its space; at a space, also the word behind it, which comes last and
 * is told by *ret_word. Returns how many. */
static inline u32 language_pieces(const struct language_letters *l, u32 from, u64 *ret_hashes, bool *ret_word)
{
	u32 count = 0;
	u64 hash = language_hash(LANGUAGE_HASH_PIECE, l->at[from]);
	bool space = l->at[from] == ' ';
	*ret_word = false;
	if (!space)
		ret_hashes[count++] = hash;
	for (u32 n = 1; n < LANGUAGE_PIECE && from + n < l->len; n++) {
		uint16_t code = l->at[from + n];
		hash = language_hash(hash, code);
		ret_hashes[count++] = hash;
		if (code == ' ')
			break;
	}
	if (!space || from + 1 >= l->len)
		return count;
	u32 to = from + 1;
	hash = LANGUAGE_HASH_WORD;
	for (; l->at[to] != ' '; to++)
		hash = language_hash(hash, l->at[to]);
	if (to - from > LANGUAGE_WORD) {
		ret_hashes[count++] = hash;
		*ret_word = true;
	}
	return count;
}
