/* event.h: the grey lines of a thread (who did what, and the reason of each state), and the change feed that open pages live on. */
#pragma once
#include "sys/db.h"

struct event {
	i64 id, at, person;
	struct str actor_name, kind;
	struct str detail; /* JSON object */
};

/* `detail` is JSON text. Made in the same transaction as what it tells. */
enum err event_add(struct cx *cx, struct db *db, i64 workspace, i64 conversation, const char *kind, struct str detail);
enum err events_of(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 since, size_t limit, struct event **ret_events, size_t *ret_count);

/* What colleagues and clocks did in a workspace since an instant, newest first: hidings, restorings, merges, broken promises, answers
 * that did not leave; found among the last few hundred events. */
struct recent_event {
	struct event event;
	i64 conversation;
};
enum err events_recent(struct cx *cx, struct db *db, i64 workspace, i64 since, size_t limit, struct recent_event **ret_events, size_t *ret_count);

struct change {
	i64 id, workspace, person, subject;
	struct str kind;
};
/* The kind by which a person's live updates end, in every workspace: what they may has become less. Whoever still may asks again. */
#define CHANGE_ACCESS "access"
/* Tell open pages, and the roles that watch, that something happened; `person` 0 for everybody in the workspace. Notifies. */
enum err change_add(struct cx *cx, struct db *db, i64 workspace, i64 person, const char *kind, i64 subject);
/* What was committed since the start, each once. Numbers are given before a commit and not by it: for a while after, what comes with an
 * earlier number is still found. *ret_more: there are more to be read at once. */
#define CHANGES_A_LOOK 2000
struct change_feed {
	i64 floor;               /* nothing up to here comes any more */
	i64 told[CHANGES_A_LOOK]; /* above it, in order */
	size_t told_count;
};
enum err change_feed_start(struct cx *cx, struct db *db, struct change_feed *ret_feed);
enum err changes_new(struct cx *cx, struct db *db, struct change_feed *feed, struct change **ret_changes, size_t *ret_count, bool *ret_more);
enum err changes_prune(struct cx *cx, struct db *db, i64 before_id);

struct presence {
	i64 person;
	struct str name;
	i64 reading_at, typing_at;
};
enum err presence_set(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 person, bool typing, bool *ret_news);
enum err presence_list(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 since, struct presence **ret_list, size_t *ret_count);
enum err presence_leave(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 person);

/* What can be taken back: JSON steps that flow/undo understands. `key`: the API key that acts for the person, 0 for themselves. */
enum err undo_insert(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 key, i64 expires_at, struct str steps, i64 *ret_id);
/* Marks it used. ERR_MISSING when it is not theirs, or not this key's, ERR_CONFLICT when it is used or too late. */
enum err undo_take(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 key, i64 id, struct str *ret_steps);
