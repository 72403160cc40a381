/* query_words.h: how listening queries cut text into words: lower-cased (Unicode, in full: İ, final ς), then runs of letters, figures and
 * underscore; a # or @ directly before such a run, and not directly after one, stays with it. No stemming, no folding of accents: queries
 * find what is written. Queries and posts are cut by this alone, so that they meet.
 *
 * What must stay true: `lower` keeps at least QUERY_WORDS_PAD readable bytes behind each word; a signed word has its sign directly before
 * it. The words own their memory (query_words_free), and are used again for the next text without asking for more. */
#pragma once
#include "base/buf.h"

#define QUERY_WORDS_PAD 16

struct query_word {
	u32 at;   /* in `lower`: of the word, without its sign */
	u32 len;
	char sign; /* '#', '@' or 0 */
};

struct query_words {
	struct buf lower;
	struct buf room;  /* of the items */
	size_t count;
};

/* Bytes of any kind; broken UTF-8 parts words. A text of up to 1 GiB. */
void query_words_cut(struct query_words *words, struct str text);
void query_words_free(struct query_words *words);

static inline const struct query_word *query_words_items(const struct query_words *words)
{
	return (const struct query_word *)words->room.at;
}
static inline struct str query_word_text(const struct query_words *words, const struct query_word *word)
{
	return (struct str){words->lower.at + word->at, word->len};
}

/* Lower-cased the same way, but not cut. */
void buf_add_query_lower(struct buf *b, struct str text);
