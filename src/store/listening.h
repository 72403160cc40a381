/* listening.h: what is listened for, as rows: a workspace's named queries and the saved pieces they use, and what they found: a mention
 * is a message that a query matches, kept with its instant, channel and tone; a rollup counts them by query, hour, channel and tone, for
 * charts and share of voice. Finer buckets (alarms) are counted from the mentions themselves, whose index is in the order of time.
 *
 * What must stay true: queries and pieces are put away, never deleted; mentions and the rollup follow from queries and messages alone, so
 * they can be made again at any time (past_before). `version` grows with every change to what a workspace listens for. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

#define PAST_ALL INT64_MAX /* past_before: none of the past was matched yet */

enum listening_kind { LISTEN_OWN, LISTEN_COMPETITOR, LISTEN_SECTOR, LISTEN_TOPIC, LISTEN_KINDS };
const char *listening_kind_word(enum listening_kind kind);
const char *listening_kind_title(enum listening_kind kind); /* msgid */
bool listening_kind_of(struct str word, enum listening_kind *ret_kind);

/* What a message surely sounds like; the numbers are those of MEANING_SENTIMENT's labels (model/meaning.h). */
enum mention_tone { TONE_UNKNOWN, TONE_NEGATIVE, TONE_NEUTRAL, TONE_POSITIVE, TONES };
const char *mention_tone_word(enum mention_tone tone); /* "" for unknown */
bool mention_tone_of(struct str word, enum mention_tone *ret_tone);

struct listening_query {
	i64 id, workspace;
	struct str name, words;
	enum listening_kind kind;
	bool active;     /* else it hears nothing new */
	i64 version;
	i64 past_before; /* messages from this id on were matched; 0: all were */
	i64 created_by, created_at, changed_at, archived_at;
};

enum err listening_query_save(struct cx *cx, struct db *db, const struct listening_query *query); /* inserts or updates, past_before too */
enum err listening_query_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct listening_query *ret_query); /* ERR_MISSING */
/* The oldest first; those in use, or those put away. */
enum err listening_query_list(struct cx *cx, struct db *db, i64 workspace, bool archived, struct list_place from, size_t limit,
			      struct listening_query **ret_queries, size_t *ret_count);
/* The one in use of this name; 0 none. */
enum err listening_query_named(struct cx *cx, struct db *db, i64 workspace, struct str name, i64 *ret_id);
enum err listening_query_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count); /* in use */
enum err listening_version(struct cx *cx, struct db *db, i64 workspace, i64 *ret_version); /* 0: nothing was ever listened for */
/* What changed since a version, put away too, in the order of versions; `limit` at most (several may have one version: ask again from
 * (version, id) of the last). */
enum err listening_query_changed(struct cx *cx, struct db *db, i64 workspace, i64 version, i64 id, size_t limit, struct listening_query **ret_queries,
				 size_t *ret_count);

struct listening_piece {
	i64 id, workspace;
	struct str name, words;
	i64 created_by, created_at, changed_at, archived_at;
};
enum err listening_piece_save(struct cx *cx, struct db *db, const struct listening_piece *piece);
enum err listening_piece_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct listening_piece *ret_piece);
enum err listening_piece_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct listening_piece **ret_pieces,
			      size_t *ret_count); /* in use, the oldest first */

/* ---- mentions ---- */

struct mention {
	i64 message, query, workspace, channel, at;
	enum mention_tone tone;
	bool is_harmful; /* surely rude, hateful, poisonous or unwanted */
};
enum err mention_add(struct cx *cx, struct db *db, const struct mention *mention); /* what is there already stays */
enum err mention_remove(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 query);
enum err mentions_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct mention **ret_mentions, size_t *ret_count);
/* How many messages since an instant both queries found. */
enum err mentions_shared(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 other, i64 since, i64 *ret_count);
/* Of the messages from one id to just before another, by message. */
enum err mentions_between(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 until, struct mention **ret_mentions, size_t *ret_count);
/* The rollup, told of so many more mentions (or fewer) in the hour of `at`. */
enum err mention_count(struct cx *cx, struct db *db, const struct mention *mention, i64 more);

/* ---- messages, as queries see them ---- */

struct heard {
	i64 message, channel, at;
	struct str body, lang, author, author_name; /* author: the handle */
	struct str attachments;  /* their kinds, separated by spaces */
	struct str network, channel_name;
	i64 followers;           /* -1: not known */
	struct str place;        /* where the author is, as their card says, else they themselves */
	enum mention_tone tone;
	bool is_harmful;
	i64 identity;            /* read from the store alone */
	bool counts;             /* said by somebody outside, and not taken away */
};
enum err heard_get(struct cx *cx, struct db *db, i64 workspace, i64 message, struct heard *ret_heard);
/* The messages just before an id, newest first, among the `limit` that the installation holds there and not before `least`; *ret_before is
 * where to go on: below it nothing was looked at. */
enum err heard_before(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 least, size_t limit, struct heard **ret_heard, size_t *ret_count,
		      i64 *ret_before);

/* ---- the past of new queries ---- */

/* The workspace whose past waits to be matched, or 0; the place of the queries that go on next (the newest queries first), and the next
 * place below it, where others wait. */
enum err listening_past_next(struct cx *cx, struct db *db, i64 *ret_workspace, i64 *ret_before, i64 *ret_below);
enum err listening_past_queries(struct cx *cx, struct db *db, i64 workspace, i64 before, struct listening_query **ret_queries, size_t *ret_count);
enum err listening_past_move(struct cx *cx, struct db *db, i64 workspace, i64 before, i64 to);
enum err message_ids(struct cx *cx, struct db *db, i64 workspace, i64 *ret_first, i64 *ret_last); /* 0, 0: none */

/* ---- figures ---- */

struct mention_sum {
	i64 hour;     /* its start */
	i64 key;      /* a channel or a query, where that is asked */
	enum mention_tone tone;
	i64 mentions;
	i64 harmful;  /* of them; where buckets are asked for (mention_series) */
};
enum mention_by { BY_HOUR, BY_CHANNEL };
/* Of a query, from one instant to just before another: by hour and tone in the order of time, or by channel and tone. */
enum err mention_sums(struct cx *cx, struct db *db, i64 workspace, i64 query, enum mention_by by, i64 since, i64 until, struct mention_sum **ret_sums,
		      size_t *ret_count);
/* Of all queries in use, by query and tone. */
enum err mention_shares(struct cx *cx, struct db *db, i64 workspace, i64 since, i64 until, struct mention_sum **ret_sums, size_t *ret_count);
/* Buckets of `step` microseconds from the mentions themselves: exact to the microsecond, for spans of some days. */
enum err mention_series(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 step, i64 since, i64 until, struct mention_sum **ret_sums,
			size_t *ret_count);

struct mention_row {
	struct mention mention;
	i64 conversation, identity, hidden_at, rating;
	struct str author_name, handle, body, lang, channel_name, channel_network, url;
	struct str emotion, place; /* what is surely felt; where the author is, as their card says, else they themselves; empty: nobody knows */
	i64 followers;
};
struct mention_filter {
	i64 query;
	int tone;      /* -1 any */
	i64 channel;   /* 0 any */
	i64 since, until; /* 0 open */
};
/* Newest first; the place is (at, message). */
enum err mention_list(struct cx *cx, struct db *db, i64 workspace, const struct mention_filter *filter, struct list_place from, size_t limit,
		      struct mention_row **ret_rows, size_t *ret_count);
/* One of a query's, when it still is one. */
enum err mention_get(struct cx *cx, struct db *db, i64 workspace, i64 query, i64 message, struct mention_row *ret_row, bool *ret_there);
