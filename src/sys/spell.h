/* spell.h: the wall to Hunspell: is a word of a language, and what may have been meant. Dictionaries are those of the machine
 * (Debian: hunspell-fr, hunspell-en-gb …), each loaded when it is first asked for (up to half a second and 15 MB) and kept as long
 * as the process.
 *
 * What must stay true: any bytes are taken; a language without a dictionary is an answer, no failure; for all threads (a dictionary
 * answers one at a time). The same word gives the same answer as long as the process lives. */
#pragma once
#include "base/arena.h"

#define SPELL_WORD_MAX 64u /* bytes; longer words count as known */

struct spell;

/* "fr", "fr-CA", "en-GB"; the language's own way where there is none for the country (fr for fr-SN, en_GB, else en_US, for en).
 * NULL: there is none. */
struct spell *spell_of(struct str lang);
bool spell_knows(struct spell *spell, struct str word);
/* Words at one slip from it (a letter missing, too many, changed, two of them swapped, accents forgotten), the likeliest first, in
 * some milliseconds. Returns how many, `most` at the most; the arena owns them. */
size_t spell_near(struct spell *spell, struct arena *arena, struct str word, struct str *ret_words, size_t most);
/* The same by Hunspell itself, which finds more and takes 50 to 400 ms. */
size_t spell_suggest(struct spell *spell, struct arena *arena, struct str word, struct str *ret_words, size_t most);
