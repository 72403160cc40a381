/* hashtag_suggest.h: hashtags for a text that is being written, each with what speaks for it, out of the workspace's own figures alone: what the text itself says,
 * our posts that are most like it, the posts of its campaign or pillar, the house's sets, and what others say together with it. None is made up: what nobody of us
 * used, no set has, and fewer than HASHTAG_HEARD_MIN messages had in thirty days is not proposed, nor is what the text has already, nor what the house is
 * careful with (words of its glossary with a risk, or that sound negative).
 *
 * The order: by relevance × factor. factor is how posts of ours did with it on this network (hashtag.h), 1 where too few tell. relevance is how likely such a text
 * bears it, the pieces of evidence put together as causes that each suffice (noisy or: J. Pearl 1988, Probabilistic Reasoning in Intelligent Systems, 4.3.2):
 * 1 - product of (1 - r), where a share "a of b" is drawn towards none by posts or messages that are thought along without it:
 *	said       the text has the words of it                                            r = 0.6
 *	near       a of the b posts of ours that are most like it, each by how like        r = a / (b + 2)
 *	line       a of the b newest posts of its campaign (or pillar, else)               r = a / (b + 5)
 *	together   a of the b newest messages heard with a hashtag of the text             r = a / (b + 10)
 *	set        in a set named as its campaign or pillar 0.4, in another                r = 0.05
 * Below HASHTAG_RELEVANCE_MIN it is not shown. How like a post is: the rarity ln(1 + posts / posts with it) of the terms (text/term.h) that both have, as a share of
 * those of the text that any post has.
 *
 * What must stay true: time is bounded: HASHTAG_ADVISED_BY posts, a dozen indexed questions a text; the same workspace and text give the same list. It only reads. */
#pragma once
#include "insight/hashtag.h"

#define HASHTAG_ADVISED_BY 600     /* of our newest posts of a year */
#define HASHTAG_SUGGESTED_MOST 8
#define HASHTAG_RELEVANCE_MIN 0.1
#define HASHTAG_HEARD_MIN 3

struct hashtag_suggestion {
	struct str tag;           /* without its sign, a capital for each word where that is known */
	double score, relevance;
	struct str said;          /* the words of the text that it is made of; empty: none */
	i64 near, near_of;        /* posts most like it: with it, of so many */
	i64 line, line_of;        /* posts of its campaign, or pillar */
	struct str with;          /* what it is heard with, and in how many of so many messages */
	i64 together, together_of;
	struct str set;           /* a set of the house that has it */
	i64 heard;                /* messages of thirty days, HASHTAG_COUNTED: so many or more */
	const struct hashtag_row *row; /* how our posts did with it there; NULL: none has it */
};

struct hashtag_wish {
	i64 workspace, post, campaign, pillar; /* post: that is being written, 0: a new one */
	struct str campaign_name, pillar_name;
	bool figures;             /* who asks may read figures: without, nothing is told of how posts did and what was heard */
};

struct hashtag_adviser;
/* For all the texts of a post; everything is cx->arena's. */
enum err hashtag_adviser_new(struct cx *cx, struct db *db, const struct hashtag_wish *wish, struct hashtag_adviser **ret_adviser);
/* `text`: all that leaves together: its parts and its first comment, a line each. The best first. */
enum err hashtag_advise(struct cx *cx, struct db *db, struct hashtag_adviser *adviser, struct str network, struct str text, struct hashtag_suggestion **ret_list, size_t *ret_count);
