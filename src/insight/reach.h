/* reach.h: did the reach of posts break, when, and by how much, once everything of one's own making is taken out? Given the posts of a
 * channel with what each reached, it takes out their format, length and links, the hour and weekday, how often one posts, the season of the
 * year and a slow trend, and looks for the one moment from which on something else takes reach away or gives it. Pure functions.
 *
 * What must stay true: season alone, a change of one's own habits alone, or a slow trend alone is no break; the parts multiply to the change
 * there is; what cannot be told apart (all habits changed on the very day) is not claimed. Posts are the caller's; scratch memory is the
 * arena's. */
#pragma once
#include "base/arena.h"

#define REACH_FORMATS 8   /* text, picture, video …: the caller's numbers */
#define REACH_LENGTHS 3   /* short, middle, long */
#define REACH_POSTS_MIN 40
#define REACH_POSTS_MAX 20000
#define REACH_DAYS_MIN 28

struct reach_post {
	i64 at;          /* in the hours that the readers live by */
	double reach;    /* people, impressions; 0 or more */
	u8 format, length;
	bool has_link;
};

enum reach_part {
	REACH_MIX,       /* formats, lengths, links, hours of the day */
	REACH_FREQUENCY, /* how many posts in the week before each */
	REACH_SEASON,    /* weekday and time of the year */
	REACH_TREND,     /* a slow decline or rise */
	REACH_BREAK,     /* what remains: the break */
	REACH_PARTS,
};

struct reach_finding {
	bool is_enough;  /* REACH_POSTS_MIN posts over REACH_DAYS_MIN days */
	bool is_found;
	/* Only where something was found: */
	i64 at;          /* the first post after it */
	i64 from, to;    /* where it may as well have been */
	double size;     /* -0.35: a third less, all else equal */
	double low, high; /* 19 in 20 */
	double change;   /* mean reach (of the logarithm) after against before, as it is */
	double parts[REACH_PARTS]; /* the same kind of figure; (1 + part) multiply to 1 + change */
	double strength; /* of the evidence: REACH_EVIDENCE and above is found */
};

/* Chance alone comes this far in about one of a hundred channels (measured on made-up ones). */
#define REACH_EVIDENCE 16.0

/* `posts` in order of time; more than REACH_POSTS_MAX: the last ones count. */
void reach_look(struct arena *arena, const struct reach_post *posts, size_t count, struct reach_finding *ret_finding);
