/* match.h: tens of thousands of listening queries against each post, exactly. What queries have in common, the words, beginnings, phrases
 * and NEARs (here: leaves), is looked for once a post; each query waits at the rarest leaves that one of must be there for it to match, and
 * is looked at only when one is. How rare they are is learned from the posts, and queries move to better places as it goes on.
 *
 * What must stay true: match_post() gives exactly the queries that are true of the post; adding and removing one costs about its own
 * size, at any time. The arena owns the memory, which is used again for later queries; one thread at a time. */
#pragma once
#include "text/query.h"

/* Longer texts are looked at up to here, or to the end of a word before it. */
#define MATCH_TEXT_MAX ((size_t)256 << 10)
struct str match_head(struct str text);

#define MATCH_HAS_LINK 1u
#define MATCH_HAS_IMAGE 2u
#define MATCH_HAS_VIDEO 4u
#define MATCH_HAS_MEDIA 8u    /* an image, a video, a sound, a file */
#define MATCH_HAS_QUESTION 16u

/* What a post is asked for. What is not known is empty: a field of a query is then not true of it. */
struct match_text {
	struct str text;
	struct str lang;      /* "fr" */
	struct str channel, network; /* channel: finds either */
	struct str author, author_name; /* author: finds either */
	struct str sentiment; /* "positive", "negative", "neutral" */
	struct str place;     /* where the author is, as it is said; needed only when match_asks_place() */
	i64 followers;        /* of the author; -1: not known */
	unsigned has;         /* MATCH_HAS_… */
};

struct match;

struct match *match_new(struct arena *arena);
/* The number that stands for the query until it is removed: the smallest that is free, or close to it. */
u32 match_add(struct match *match, const struct query *query);
void match_remove(struct match *match, u32 number); /* one that match_add() gave */
size_t match_count(const struct match *match);
bool match_asks_place(const struct match *match); /* any of its queries has near: */
size_t match_bytes(const struct match *match); /* memory of all queries */

/* The numbers of the queries that match, in no order; borrowed until the next call. */
size_t match_post(struct match *match, const struct match_text *post, const u32 **ret_numbers);

/* For measures: how many queries were looked at so far that were not certain by one leaf alone. */
u64 match_looked_at(const struct match *match);
