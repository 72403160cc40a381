/* listen_match.h: the queries of a workspace compiled, and messages held against them. Only flow/listen*.c see it. */
#pragma once
#include "flow/listen.h"
#include "text/match.h"

/* The saved pieces of a workspace, for reading queries. */
struct piece_box {
	const struct listening_piece *pieces;
	size_t count;
	struct str without;       /* this one is not there */
	const struct listening_piece *instead; /* this one is, whatever the store says; NULL: none */
};
enum err piece_box_load(struct cx *cx, struct db *db, i64 workspace, struct piece_box *ret_box);
bool piece_box_find(void *box, struct str name, struct str *ret_text); /* of struct query_pieces */

/* Some queries compiled for a while, in an arena. */
struct listen_set {
	struct match *match;
	i64 *ids;          /* by the number of the matcher */
	size_t capacity;
};
void listen_set_new(struct arena *arena, struct listen_set *ret_set);
/* False: it cannot be read (a piece of it is gone), and is left out. */
bool listen_set_add(struct arena *arena, struct listen_set *set, struct arena *scratch, const struct listening_query *query, struct piece_box *box);
/* The ids of the queries that match; borrowed until the next call. */
size_t listen_set_match(struct listen_set *set, const struct heard *heard, const u32 **ret_numbers);

/* What a change does to mentions and the rollup, told to the store at once. */
struct mention_change {
	struct mention mention;
	int more; /* 1: it is new; -1: it is none any more */
};
enum err mention_changes_write(struct cx *cx, struct db *db, struct mention_change *changes, size_t count);
struct mention mention_of(i64 workspace, i64 query, const struct heard *heard);
/* Both in the order of (message, query): what has to change so that `before` becomes `now`. */
void mention_changes_between(struct arena *arena, const struct mention *before, size_t before_count, const struct mention *now, size_t now_count,
			     struct mention_change **ret_changes, size_t *ret_count);
void mentions_sort(struct mention *mentions, size_t count); /* by message, then query */
