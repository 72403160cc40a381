/* tally.h: how much there is: counts of conversations for the rail, the inbox's views and Today, each counted up to 1,000 and at most
 * once a second, whatever the number of people who look. Shared by the serving role's threads. */
#pragma once
#include "store/conversation.h"

#include <jansson.h>

#define TALLY_MOST 1000

/* What waits in a workspace, by every mark at once. */
struct board {
	i64 workspace, at;
	i64 open, unassigned, urgent;
	i64 pending, snoozed;
	bool whole; /* fewer than TALLY_MOST are open: the parts below are exact; else they are what is known, at least */
	i64 kinds[KIND_COUNT];
	struct board_part {
		i64 id, count;
	} channels[64], people[128];
	size_t channel_count, person_count;
};

enum err tally_board(struct cx *cx, struct db *db, i64 workspace, struct board *ret_board);
i64 board_channel(const struct board *board, i64 channel);
/* Open conversations of a person: from the board when it is whole. */
enum err tally_person(struct cx *cx, struct db *db, const struct board *board, i64 person, i64 *ret_count);
/* Any filter. */
enum err tally(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 *ret_count);
/* Messages that wait for a decision. */
enum err tally_cases(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count);

/* A number that somebody else counted, kept for the same second: of somebody, in a workspace. */
enum tally_word { TALLY_TODO };
void tally_keep(const struct cx *cx, i64 workspace, enum tally_word word, i64 person, i64 count);
bool tally_kept(const struct cx *cx, i64 workspace, enum tally_word word, i64 person, i64 *ret_count);

/* {"count", "text"}: "12", "12+" when there may be more, "999+"; null for 0. */
json_t *tally_shape(const char *lang, i64 count, bool whole);
