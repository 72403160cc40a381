/* contest_entry.h: what takes part in contests as rows, the lists that were frozen of it, those who won, and what a jury gave. */
#pragma once
#include "store/contest.h"

/* ---- entries ---- */

struct contest_entry {
	i64 id, workspace, contest, message; /* message 0: it lost its name */
	enum entry_state state;
	enum entry_reason reason;
	struct str said;
	i64 person, at, judged_at;
	struct str hash, group;
};
/* With what it was judged by, as it is today. */
struct contest_said {
	struct contest_entry entry;
	i64 identity, contact, conversation;
	struct str network, handle, remote_author, author_name, remote_id, body, url;
	enum visibility visibility;
	i64 received_at, edited_at, removed_at, hidden_at;
	bool of_team, won_before;
};
enum err contest_entry_add(struct cx *cx, struct db *db, const struct contest_entry *entry, bool *ret_new); /* once a message */
enum err contest_entry_get(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 id, struct contest_said *ret_said); /* ERR_MISSING */
enum err contest_entry_judge(struct cx *cx, struct db *db, const struct contest_entry *entry); /* state, reason, said, person, judged_at */
enum err contest_entry_freeze(struct cx *cx, struct db *db, const struct contest_entry *entry); /* its hashes */
enum err contest_entry_unlink(struct cx *cx, struct db *db, i64 workspace, i64 id); /* it loses its message, and so its name */
/* All of a contest that still have their message, by person and then by when it was said; `contact` 0: of everybody. `won_since`: who won a contest since then
 * is told; 0: nobody. */
enum err contest_said_by(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 contact, i64 won_since, struct contest_said **ret_said, size_t *ret_count);
/* Contacts whose entries changed on the network since they were judged: edited, taken away, hidden or shown again. */
enum err contest_changed(struct cx *cx, struct db *db, i64 workspace, i64 contest, size_t limit, i64 **ret_contacts, size_t *ret_count);

struct contest_filter {
	int state;  /* -1: any */
	int reason; /* -1: any */
	struct str words; /* in the name, handle or text; empty: any */
};
/* The last first; places are (at, id). */
enum err contest_entries(struct cx *cx, struct db *db, i64 workspace, i64 contest, const struct contest_filter *filter, struct list_place from, size_t limit,
			 struct contest_said **ret_said, size_t *ret_count);
enum err contest_entry_counts(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 *ret_states, i64 *ret_reasons); /* by ENTRY_STATES, by ENTRY_REASONS */
/* Those in the list whose author has this handle (as lot_handle() has it). */
enum err contest_hashes_of(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct str handle, size_t limit, struct str **ret_hashes, size_t *ret_count);
enum err contest_entry_by_hash(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct str hash, i64 *ret_entry); /* ERR_MISSING without a story */
/* Every entry but those of winners loses its message. */
enum err contest_unname(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 *ret_count);

/* What may be an entry: messages from outside after an id, in the order of their ids. */
struct contest_heard {
	i64 id, home, at, contact;
	enum message_kind kind;
	struct str body;
};
enum err contest_newest(struct cx *cx, struct db *db, i64 *ret_id); /* of all messages of all workspaces; 0: there is none */
enum err contest_hear(struct cx *cx, struct db *db, i64 workspace, i64 after, size_t limit, struct contest_heard **ret_heard, size_t *ret_count);

/* ---- draws ---- */

struct contest_draw {
	i64 id, workspace, contest, number;
	struct str list, list_hash;
	i64 entries, winners, substitutes;
	enum lot_source source;
	i64 round;
	struct str sealed;            /* the secret of a word's draw, to the working role; empty once it is drawn, or of another installation */
	struct str secret;            /* the same, open: once it is drawn */
	struct str secret_hash, word, seed, relay;
	enum lot_typed typed;
	struct str reason;
	i64 due_at;
	struct str story;
	i64 frozen_by, frozen_at, drawn_by, drawn_at;
};
enum err contest_draw_insert(struct cx *cx, struct db *db, const struct contest_draw *draw);
enum err contest_draw_done(struct cx *cx, struct db *db, const struct contest_draw *draw);  /* word, seed, relay, typed, due_at, story, secret, drawn_*; drawn: its seal is forgotten. ERR_CONFLICT: it was drawn already */
/* The newest first, without their lists. */
enum err contest_draws(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_draw **ret_draws, size_t *ret_count);
enum err contest_draw_get(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 number, struct contest_draw *ret_draw); /* with its list; ERR_MISSING */
/* Over all workspaces: those that the working role has to look at. */
enum err contest_draws_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct contest_draw **ret_draws, size_t *ret_count);
enum err contest_draws_next(struct cx *cx, struct db *db, i64 *ret_due); /* over all workspaces: when the next is due; 0: none */

/* ---- winners ---- */

struct contest_winner {
	i64 id, workspace, contest, draw, entry, place;
	enum winner_state state;
	i64 points;
	struct str shown_as;
	i64 reply, told_at, answer_by, reminded_at, settled_at, settled_by;
	/* read with it: */
	struct str hash, network, handle, author_name;
	i64 conversation, message, draw_number;
	enum reply_state reply_state; /* of what tells them */
};
enum err contest_winner_save(struct cx *cx, struct db *db, const struct contest_winner *winner); /* inserts, or writes over by id */
enum err contest_winner_get(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 id, struct contest_winner *ret_winner); /* ERR_MISSING */
enum err contest_winners(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_winner **ret_winners, size_t *ret_count); /* by draw, then place */
enum err contest_winner_of_entry(struct cx *cx, struct db *db, i64 workspace, i64 entry, struct contest_winner *ret_winner); /* ERR_MISSING without a story; void ones left out */
/* Over all workspaces, of an id above `after`: those whom a message is on its way to. */
enum err contest_winners_leaving(struct cx *cx, struct db *db, i64 after, size_t limit, struct contest_winner **ret_winners, size_t *ret_count);
/* Over all workspaces: told, and to be reminded of or given up by now. */
enum err contest_winners_waiting(struct cx *cx, struct db *db, i64 now, i64 soon, size_t limit, struct contest_winner **ret_winners, size_t *ret_count);

/* ---- a jury ---- */

struct contest_points {
	i64 entry, person, points, at;
};
enum err contest_points_set(struct cx *cx, struct db *db, i64 workspace, const struct contest_points *points);
enum err contest_points_of(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 person, struct contest_points **ret_points, size_t *ret_count); /* person 0: all */
