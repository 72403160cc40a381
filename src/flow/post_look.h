/* post_look.h: the checks over a post as its house wants them: what the composer's panel shows, and what of it keeps the post from leaving. A finding
 * at the level "block" stops asking for approval, planning and sending, through whichever door, until the text is mended, the house excepts it
 * (flow/house_check.h), or somebody who may lets the post leave in spite of it and says why.
 *
 * What must stay true: post_fit(), which all doors pass, asks post_blocks(); an override is of one finding of one post as it stands: any change of
 * what leaves voids it; a channel is looked at with its own words and its own network, also where the panel shows the common text once. */
#pragma once
#include "check/check.h"
#include "flow/house_check.h"
#include "flow/post.h"
#include "store/post_check.h"

#define POST_TEXTS_LOOKED_AT 6 /* different ones, with all checks; a post rarely has more */

/* Bits of what a post is, beside its words: kept in its options as {"deal": ["sponsored", "gift"], "paid_flag": true}. */
unsigned post_deal_of(struct str options, bool *ret_paid_flag); /* enum check_deal */
const char *post_deal_word(unsigned bit);                       /* "sponsored" */
bool post_deal_bit(struct str word, unsigned *ret_bit);
struct str post_deal_put(struct arena *arena, struct str options, unsigned deal, bool paid_flag); /* the options with it */

struct post_looked {
	i64 channel;           /* the first that says it so; 0: it goes to none yet */
	bool adapted;          /* in words of its own */
	struct check_post post;
	struct findings found;
};

/* `draft` over `post` (id 0: a new one), the gravest of each text first. `blocks` true: only checks that block here, and nothing else is read. */
enum err post_look(struct cx *cx, struct db *db, i64 workspace, const struct post *post, const struct post_request *draft, bool blocks, struct post_looked **ret_looked,
		   size_t *ret_count);

/* ---- what keeps it ---- */

struct post_block {
	i64 channel;
	const struct check_kind *kind;
	struct str found, excerpt, reason; /* its key; what stands there; what the check says */
	const char *field;     /* of the form of a post, where it may be mended */
};
/* Findings that block and that nobody accepted, each once. */
enum err post_blocks(struct cx *cx, struct db *db, const struct post *post, struct post_block **ret_blocks, size_t *ret_count);

/* It may leave in spite of this finding, by whoever may (MAY_OVERRIDE_CHECKS). ERR_MISSING: nothing of the kind blocks it. Field errors: "reason". */
enum err post_override(struct cx *cx, struct db *db, i64 workspace, i64 post, struct str check, struct str found, struct str reason, i64 *ret_id);
enum err post_override_end(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 id); /* it blocks again; what is scheduled is taken back */
/* Of a list of post_overrides(): the one that stands for this finding; NULL: none. */
const struct post_override *post_override_for(const struct post_override *list, size_t count, struct str check, struct str found);
/* Its links are looked at once more, and their cards read (flow/link.h). ERR_MISSING, ERR_DENIED. */
enum err post_links_again(struct cx *cx, struct db *db, i64 workspace, i64 post);
/* Its links and its hashtags are those of its texts now; links that nobody tried lately are tried. Within the transaction that wrote it. */
enum err post_links_keep(struct cx *cx, struct db *db, const struct post *post);
