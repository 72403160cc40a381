/* token.h: a message read once: its letters made lower and plain, cut into words, numbers, links, mentions, hashtags with the words in
 * them, emoji, emoticons and punctuation, with what is loud, drawn out, negated or disguised (sh1t, a$$) marked. Everything that `text`
 * concludes stands on this one pass. A reading is made once, by reading_new(), and used for one message after the other.
 *
 * What must stay true: any bytes are taken; time and memory are bounded, because no more than READING_BYTES of a message are looked at
 * (the rest changes no answer); the same bytes always give the same reading. The arena owns it; not for sharing between threads. */
#pragma once
#include "base/arena.h"

#define READING_BYTES 32768u
#define READING_TOKENS 16384u
#define READING_LINE (3 * READING_BYTES + 2) /* a hashtag stands there whole and in parts */

enum token_kind {
	TOKEN_WORD,
	TOKEN_NUMBER,
	TOKEN_LINK,
	TOKEN_MENTION,
	TOKEN_HASHTAG,
	TOKEN_EMOJI,
	TOKEN_EMOTICON,
	TOKEN_POINT,
};

enum token_flag {
	TOKEN_LOUD = 1,     /* all capitals, two letters at least */
	TOKEN_LONG = 2,     /* drawn out: "sooo", or repeated; three of a letter are kept as two */
	TOKEN_NEGATED = 4,  /* within the reach of a "not" */
	TOKEN_PART = 8,     /* of the hashtag or link before it */
	TOKEN_ACCENTED = 16,
	TOKEN_DISGUISED = 32, /* signs or digits stand for letters */
	TOKEN_CAPITAL = 64, /* the first letter alone */
};

struct token {
	u8 kind, flags;
	u32 at, len;   /* in reading.line and reading.plain */
	u32 from, to;  /* in the message: bytes */
	u64 hash;      /* of the line's letters */
	u64 plain;     /* of the letters without accents; of a disguised word: with the letters meant */
};

/* Counted over the whole message. */
struct token_counts {
	u32 letters, capitals, words, loud, drawn, exclamations, questions, emoji, links, mentions, hashtags, numbers;
};

struct reading {
	struct token tokens[READING_TOKENS];
	size_t token_count;
	struct token_counts counts;
	/* The tokens one after the other, a space before, between and behind them; links, mentions and digits as their class. */
	u32 line[READING_LINE], plain[READING_LINE];
	uint16_t owner[READING_LINE]; /* the token a place belongs to; of a space, the one before it */
	size_t line_len;
	/* The message's code points, for the pass itself. */
	struct {
		u32 lower, plain, from;
		u8 kind;
		bool upper;
	} code[READING_BYTES + 1];
	size_t code_count;
};

#define TOKEN_LINK_CODE 0xE001u
#define TOKEN_MENTION_CODE 0xE002u

struct reading *reading_new(struct arena *arena);
void reading_of(struct reading *reading, struct str message);
/* A comma or a full stop may weigh in a model, and explains nothing to anybody: it is not told among the words that spoke. */
bool token_is_told(const struct reading *reading, const struct token *token);

/* One step of the hashes above, which features go on with. */
static inline u64 token_hash(u64 hash, u64 code)
{
	hash = (hash ^ code) * 0x9E3779B97F4A7C15u;
	return hash ^ hash >> 29;
}
#define TOKEN_HASH_START 0x243F6A8885A308D3u
