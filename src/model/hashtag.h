/* hashtag.h: the hashtags of texts: found as networks find them (mark.h), known by a key whatever their capitals and accents are, and how the words in one
 * are told apart: a capital begins each, so that eyes and screen readers part them. Pure. */
#pragma once
#include "base/arena.h"

struct hashtag {
	struct str tag;   /* as it is written, without its sign; borrowed from the text */
	struct str key;   /* small letters without accents; the arena's */
};

struct str hashtag_key(struct arena *arena, struct str tag);
/* Those of a text that are not in the list yet, behind those that are, `most` of them altogether: each once, as it is written first. */
void hashtags_add(struct arena *arena, struct str text, struct hashtag *list, size_t *count, size_t most);
/* Does a capital begin a word within it? "PainAuLevain" yes, "pain", "Pain", "PAIN" no. */
bool hashtag_is_parted(struct str tag);
/* "pain au levain" → "PainAuLevain"; what is no letter or digit goes. */
struct str hashtag_of_words(struct arena *arena, struct str words);
