/* trend_look.h: what the files of a look share: the messages of late with their terms, what is usual, and what was found to rise. All of it
 * lives in the look's own arena. */
#pragma once
#include "insight/burst.h"
#include "insight/trend.h"
#include "insight/trend_day.h"
#include "text/term.h"

#define TREND_SPANS 5

struct said {
	i64 id, at;
	u32 author, network, lang; /* places in lists */
	enum mention_tone tone;
	struct str body;
	size_t first, count; /* its keys */
};

/* Numbers from 0 on for what is met, in its order. */
struct numbers {
	struct slot {
		u64 key;
		u32 number, messages, people, last; /* number is one more; the rest of a term */
	} *slots;
	size_t count, capacity;
};

struct names {
	struct str *list;
	size_t count, capacity;
};

/* One look: everything of it lives in an arena of its own. */
struct look {
	struct arena *arena;
	i64 now, reach;
	struct said *said;
	size_t count, capacity;
	u64 *keys;
	size_t key_count, key_capacity;
	struct numbers authors, terms;
	struct names networks, languages;
	struct terms *cutter;
	/* the past */
	struct past_day {
		i64 day;
		double exposure;
		struct trend_day counts;
	} days[TREND_DAYS_KEPT + 2];
	size_t day_count;
	double week[168];
	struct span {
		i64 length;
		bool is_asked;
		double exposure, past, lost, louder; /* past: exposure of its days */
		size_t first, until;                 /* days */
	} spans[TREND_SPANS];
	size_t asked, span_count;
};

struct rise {
	u64 key;
	u32 *said;          /* who said it: messages, the newest first */
	size_t count, since_count; /* since_count: of them, since it began */
	u32 people[TREND_SPANS], day_people;
	struct burst best;
	i64 since;
	double people_since;
	size_t rank;
	struct rise *with;  /* it is one with this */
};


i64 trend_day_of(i64 at); /* days since 1970-01-01, of UTC */
/* What is told of `first` and those of `found` that are one with it. */
void trend_tell(struct cx *cx, struct look *look, struct rise **found, size_t count, struct rise *first, struct trend *ret_trend);
