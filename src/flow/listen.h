/* listen.h: listening: a workspace's queries and saved pieces are made, changed and put away (each verb one transaction, audited, to be taken
 * back), and what they match becomes mentions: at once for every message that comes in, in its own transaction; again when it is edited or
 * taken away; and over the past, slice by slice, for a query that is new or was changed.
 *
 * What must stay true: a mention stands for a message from outside that its query matches as it is written today, but for the past that
 * listening_query.past_before says is still to come; the rollup counts exactly the mentions. The compiled queries of a workspace are
 * kept by the process (flow/listen_match.c) and follow the version of what it listens for. */
#pragma once
#include "flow/undo.h"
#include "store/listening.h"

#define LISTEN_QUERIES_MAX 100000
#define LISTEN_PIECES_MAX 1000
#define LISTEN_NAME_MAX 80

/* What is wrong with the words of a query, and where. */
struct listen_fault {
	const char *story;            /* msgid; NULL: nothing is wrong */
	struct str before, at, after; /* the words, cut at the fault */
	size_t column;                /* characters, from 1 */
};
/* `name`: of the piece whose words these are, empty for a query's: a piece may hold language alone, and not itself. */
enum err listen_check(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str words, struct listen_fault *ret_fault);

/* id 0: a new one, then its id. Of a known one name, kind, words and active are written. Field errors: "name", "words". */
enum err listen_query(struct cx *cx, struct db *db, struct listening_query *query, struct undo *undo);
enum err listen_query_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive, struct undo *undo);
/* The name of a known piece stays. What its queries found is found anew. */
enum err listen_piece(struct cx *cx, struct db *db, struct listening_piece *piece, struct undo *undo);
enum err listen_piece_archive(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive, struct undo *undo);
/* For undo.c: ERR_CONFLICT when somebody changed it since. */
enum err listen_put_back(struct cx *cx, struct db *db, i64 workspace, const json_t *step);

/* ---- what comes in ---- */

/* What a batch of messages was found to mention and the store was not told yet. */
struct listening {
	struct mention *found;
	size_t count, capacity;
	bool is_fresh; /* the compiled queries were held to the version in this transaction */
};
/* What the queries that are compiled here match, found before the transaction began; it holds while they and the author's card are the same. */
struct listened {
	i64 version;              /* of what is listened for; 0: nothing is compiled here yet */
	i64 *queries;
	size_t count;
	struct str author, author_name, place;
};
/* In the arena. Any thread may. */
void listen_ahead(i64 workspace, struct arena *arena, const struct heard *heard, struct listened *ret_listened);
/* Does any live query ask where authors are? Who does not ask need not look it up. */
enum err listen_asks_place(struct cx *cx, struct db *db, i64 workspace, struct listening *listening, bool *ret_asks);
/* A new message: what it mentions is noted in `memory`. `listened` may be NULL. */
enum err listen_hear(struct cx *cx, struct db *db, i64 workspace, struct arena *memory, struct listening *listening, const struct heard *heard,
		     const struct listened *listened);
/* Before the commit. Open pages are told unless `quiet`. */
enum err listen_settle(struct cx *cx, struct db *db, i64 workspace, struct listening *listening, bool quiet);
/* A known message was edited, taken away, or understood otherwise. */
enum err listen_again(struct cx *cx, struct db *db, i64 workspace, i64 message);
/* The transaction was rolled back: what was read in it may never have been. */
void listen_forget(i64 workspace, struct listening *listening);

/* ---- the past ---- */

/* One slice of the past of queries that wait for it, a transaction of its own, the newest messages first. *ret_done: messages looked at. */
enum err listen_past_turn(struct cx *cx, struct db *db, i64 *ret_done);
/* How much of the past was matched, in percent by the time it came in (100: all), and back to when. */
struct listen_progress {
	int percent;
	i64 back_to;
};
enum err listen_progress(struct cx *cx, struct db *db, const struct listening_query *query, struct listen_progress *ret_progress);

/* What words would have found since an instant, without keeping anything: counted from the newest message back until `patience` is over. */
struct listen_preview {
	i64 found, looked;
	i64 back_to;            /* 0: all of it was looked at */
	struct heard newest[3];
	size_t newest_count;
};
enum err listen_preview(struct cx *cx, struct db *db, i64 workspace, struct str words, i64 since, i64 patience, struct listen_preview *ret_preview);
