/* query.h: a listening query as a tree: words, "phrases", beginnings*, #tags, @names and NEAR/n, what a post carries beside its text
 * (lang:fr, author:x, near:lyon …) and saved pieces, put together by AND, OR, NOT and parentheses (docs/queries.md tells people). It is read from what
 * people write, with faults that point at their place and say the remedy, and printed back.
 *
 * What must stay true: reading what was printed gives the same tree; every tree is bounded (the limits below) and anchored: whatever it
 * matches, it needs a word, a phrase, an author or a channel for it, so no query matches everything. Words are in the lower case of
 * query_words.h. A tree lives in the arena it was read into and borrows nothing from the text. */
#pragma once
#include "base/buf.h"

#define QUERY_BYTES_MAX ((size_t)64 << 10) /* of a query's text */
#define QUERY_TERMS_MAX 2000               /* leaves, saved pieces opened */
#define QUERY_DEPTH_MAX 24                 /* parentheses and saved pieces within each other */
#define QUERY_PHRASE_MAX 32                /* words */
#define QUERY_WORD_MAX 128                 /* bytes */
#define QUERY_NEAR_MAX 100

enum query_kind {
	QUERY_WORD,   /* words[0], with or without a sign in the text */
	QUERY_SIGNED, /* words[0] with its sign before it: #tag, @name */
	QUERY_PREFIX, /* words[0], or a sign and what begins so */
	QUERY_PHRASE, /* two words or more, one after the other */
	QUERY_NEAR,   /* parts[0] and parts[1], each a word, a signed one, a beginning or a phrase; at most `number` from each other */
	QUERY_FIELD,
	QUERY_SAVED,  /* words[0] is its name, parts[0] what it holds */
	QUERY_NOT,    /* parts[0]; stands in an AND alone */
	QUERY_AND,
	QUERY_OR,
};

enum query_field {
	QUERY_LANG, QUERY_CHANNEL, QUERY_AUTHOR, QUERY_SENTIMENT, QUERY_HAS, QUERY_PLACE, /* words[0] is the value */
	QUERY_FOLLOWERS_OVER, QUERY_FOLLOWERS_UNDER,                         /* than `number` */
};

struct query {
	enum query_kind kind;
	enum query_field field;
	i64 number;
	size_t count;              /* of the words or the parts */
	const struct str *words;
	const struct query **parts;
};

/* What is wrong, and where: `at` lies in the text that was read. */
struct query_fault {
	const char *story; /* msgid: what is wrong and what to write instead */
	struct str at;
};
size_t query_column(struct str text, const struct query_fault *fault); /* characters, from 1 */

/* Where saved:NAME comes from: false = there is none of this name. */
struct query_pieces {
	bool (*find)(void *subject, struct str name, struct str *ret_text);
	void *subject;
};

/* False: *ret_fault says why, *ret_query is untouched. `pieces` may be NULL: then there are none. */
bool query_read(struct arena *arena, struct str text, const struct query_pieces *pieces, const struct query **ret_query, struct query_fault *ret_fault);

void buf_add_query(struct buf *b, const struct query *query);
bool query_same(const struct query *a, const struct query *b);
size_t query_terms(const struct query *query); /* leaves, saved pieces opened */
const char *query_field_word(enum query_field field); /* "lang" … */
struct str query_author(struct str name); /* without the @ before it: as it is compared */
