/* contest.h: contests as rows: the game and its published rules (contest.c); who takes part, frozen lists, those who won, points of a jury (contest_entry.c).
 * Only flow/contest* write them. Nothing is deleted; entries lose their names when their time is over. */
#pragma once
#include "model/contest.h"
#include "model/message.h"
#include "store/list.h"
#include "sys/db.h"

struct contest {
	i64 id, workspace, campaign; /* campaign 0: none */
	struct str name;
	enum contest_kind kind;
	enum contest_state state;
	struct str organiser, rules; /* rules: JSON by language */
	struct str prizes, country;
	i64 starts_at, ends_at;
	struct str zone;
	i64 winners, substitutes, per_person;
	i64 ways;                    /* bits WAY_… */
	struct str hashtag, words, left_out;
	bool team_out;
	i64 winners_out_days, answer_days, keep_days;
	struct str salt;
	i64 read_to;
	struct str story;
	i64 owner, created_by, created_at, opened_at, decided_at, unnamed_at, archived_at;
	struct str seen; /* with contest_keep(): the mark of what was seen (flow/seen.h); no column */
};
enum err contest_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contest *ret_contest);              /* ERR_MISSING */
enum err contest_by_name(struct cx *cx, struct db *db, i64 workspace, struct str name, struct contest *ret_contest); /* ERR_MISSING without a story */
enum err contest_save(struct cx *cx, struct db *db, const struct contest *contest); /* inserts, or writes over by id; who made it and its salt stay */
enum err contest_read_to(struct cx *cx, struct db *db, const struct contest *contest); /* read_to alone */

enum contest_list {
	CONTESTS_RUNNING, /* being written, open, to be decided */
	CONTESTS_OVER,    /* decided or stopped */
	CONTESTS_AWAY,    /* put away */
	CONTESTS_PUBLIC,  /* those that everybody sees: opened once, not put away */
};
/* The last to end first; places are (ends_at, id). */
enum err contests_list(struct cx *cx, struct db *db, i64 workspace, enum contest_list which, struct list_place from, size_t limit, struct contest **ret_contests,
		       size_t *ret_count);
enum err contests_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_counts); /* ret_counts[3], by enum contest_list */
enum err contests_of_campaign(struct cx *cx, struct db *db, i64 workspace, i64 campaign, size_t limit, struct contest **ret_contests, size_t *ret_count); /* the newest first */
/* Over all workspaces, for the working role: those that entries come into; those whose entries are to lose their names. */
enum err contests_open(struct cx *cx, struct db *db, size_t limit, struct contest **ret_contests, size_t *ret_count);
enum err contests_to_unname(struct cx *cx, struct db *db, i64 now, size_t limit, struct contest **ret_contests, size_t *ret_count);

struct contest_rules {
	i64 number, person, at;
	struct str document;
};
enum err contest_rules_add(struct cx *cx, struct db *db, const struct contest *contest, struct str document);
enum err contest_rules_list(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_rules **ret_rules, size_t *ret_count); /* the newest first */

struct contest_post {
	i64 post;
	struct str title;       /* or the beginning of its text */
	struct str url;         /* where it stands, on one of its channels; empty: it has not left */
};
enum err contest_posts(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_post **ret_posts, size_t *ret_count);
enum err contest_posts_set(struct cx *cx, struct db *db, i64 workspace, i64 contest, const i64 *posts, size_t count);
/* The threads under its posts, wherever they left: homes of messages. */
enum err contest_homes(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 **ret_homes, size_t *ret_count);
