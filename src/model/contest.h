/* contest.h: the words of contests: kinds, states, why an entry does not count, what became of a winner. Each enum has a word (in tables, JSON and URLs)
 * and a title (msgid, for people). Also what networks ask of promotions, and facts of law beside the form, each with its source. Pure. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum contest_kind { CONTEST_DRAW, CONTEST_JURY, CONTEST_CHALLENGE, CONTEST_KINDS };
enum contest_state { CONTEST_DRAFT, CONTEST_OPEN, CONTEST_FROZEN, CONTEST_DECIDED, CONTEST_STOPPED, CONTEST_STATES };
enum entry_state { ENTRY_COUNTED, ENTRY_REFUSED, ENTRY_WITHDRAWN, ENTRY_STATES };
/* In the order in which they are looked at: the first that holds is told. */
enum entry_reason {
	ENTRY_FINE, ENTRY_BY_HAND, ENTRY_REMOVED, ENTRY_HIDDEN, ENTRY_PRIVATE, ENTRY_EARLY, ENTRY_LATE, ENTRY_CLOSED, ENTRY_NOBODY, ENTRY_LEFT_OUT, ENTRY_TEAM, ENTRY_WON_BEFORE,
	ENTRY_HASHTAG, ENTRY_WORDS, ENTRY_AGAIN, ENTRY_REASONS
};
enum winner_state { WINNER_DRAWN, WINNER_STANDBY, WINNER_LEAVING, WINNER_TOLD, WINNER_ACCEPTED, WINNER_DECLINED, WINNER_SILENT, WINNER_VOID, WINNER_STATES };
enum lot_source { LOT_BEACON, LOT_WORD, LOT_NONE, LOT_SOURCES }; /* none: a jury */
enum lot_typed { LOT_FETCHED, LOT_TYPED_BARE, LOT_TYPED_SIGNED }; /* a beacon's value: by the program; by hand, alone; by hand, with the signature that it is the hash of */

/* How one takes part. */
#define WAY_COMMENT 1
#define WAY_HASHTAG 2
#define WAY_MENTION 4

#define CONTEST_NAME_MAX 120
#define CONTEST_RULES_MAX 20000     /* characters of a language */
#define CONTEST_PRIZES_MAX 2000
#define CONTEST_LIST_MAX 2000       /* of words, and of handles */
#define CONTEST_WINNERS_MAX 1000
#define CONTEST_PER_PERSON_MAX 100
#define CONTEST_POINTS_MAX 10
#define CONTEST_POSTS_MAX 50

const char *contest_kind_word(enum contest_kind kind);
const char *contest_kind_title(enum contest_kind kind);
const char *contest_kind_about(enum contest_kind kind); /* msgid, one sentence */
bool contest_kind_of(struct str word, enum contest_kind *ret_kind);
const char *contest_state_word(enum contest_state state);
const char *contest_state_title(enum contest_state state);
bool contest_state_of(struct str word, enum contest_state *ret_state);
const char *entry_state_word(enum entry_state state);
const char *entry_state_title(enum entry_state state);
bool entry_state_of(struct str word, enum entry_state *ret_state);
const char *entry_reason_word(enum entry_reason reason);  /* "" when it is fine */
const char *entry_reason_title(enum entry_reason reason); /* "It came after the end." */
bool entry_reason_of(struct str word, enum entry_reason *ret_reason);
const char *winner_state_word(enum winner_state state);
const char *winner_state_title(enum winner_state state);
bool winner_state_of(struct str word, enum winner_state *ret_state);
const char *lot_source_word(enum lot_source source);
bool lot_source_of(struct str word, enum lot_source *ret_source);

/* ---- what others ask of whoever runs a contest: facts, no advice ---- */

struct contest_fact {
	const char *where;  /* the word of a network, or a country's code */
	const char *text;   /* msgid */
	const char *source; /* where it is written */
	const char *url;    /* "": look for its name */
	const char *as_of;  /* 2026-11-22 */
};
extern const struct contest_fact contest_facts[];
extern const size_t contest_fact_count;
