/* talk.h: what is said in the mentions of a query, by whom and in which languages: the newest mentions of a span, held against as many of the
 * span before it that is as long. Words are counted once a mention; those that say nothing by themselves (the, les, und) are left out, and
 * so are those that the query asks for.
 *
 * What must stay true: everything is counted over the mentions read (`read` of them, TALK_READ at the most); it only reads. Results live
 * in cx->arena. */
#pragma once
#include "store/listening.h"

#define TALK_READ 3000
#define TALK_TERMS 12
#define TALK_AUTHORS 8
#define TALK_KINDS 8

struct talk_term {
	struct str text;       /* "#" stands before a hashtag */
	i64 mentions, negative;
	double before;         /* mentions of the span before (where only a part was read: were it as busy); -1: there was none to hold it against */
};
struct talk_author {
	i64 identity;
	struct str name, handle, network;
	i64 mentions, negative, followers;
	double before;         /* as of a term */
};
struct talk_kind {
	struct str code;       /* of a language, a word of MEANING_EMOTION, a place; "" where nobody can tell */
	i64 mentions;
	double before;
};
struct talk {
	i64 read, read_before;
	bool is_part;          /* there are more mentions than were read */
	struct talk_term terms[TALK_TERMS], tags[TALK_TERMS];
	size_t term_count, tag_count;
	struct talk_author authors[TALK_AUTHORS];
	size_t author_count;
	struct talk_kind languages[TALK_KINDS], emotions[TALK_KINDS], places[TALK_KINDS]; /* emotions and places: of those that are known */
	size_t language_count, emotion_count, place_count;
	i64 felt, placed;      /* mentions whose emotion is sure; whose author's place is known */
};

/* The span goes from `since` to just before `until`. `words` are those that the query looks for. */
enum err talk_of(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str words, i64 since, i64 until, struct talk *ret_talk);
/* The same of mentions that were read already: those of now, and those they are held against (more or fewer, as may be). */
void talk_over(struct cx *cx, struct str words, const struct mention_row *now, size_t count, const struct mention_row *before, size_t before_count,
	       struct talk *ret_talk);
