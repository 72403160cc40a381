/* by_hand.h: assisted publication: where no program may publish (BY_HAND), the ledger hands a post at its minute to whoever is in charge of the channel, and they
 * say what became of it: it is there (with its address), later, or not at all, with a reason.
 *
 * What must stay true: handed over and written down is one commit, so nothing is handed twice; what was handed over never goes out by itself; one person is on it at
 * a time, and what became of it is said once; a confirmation is taken back within the seconds of undo, or not at all. In charge are the channel's person, while
 * they are away its team, without either whoever may publish. Verbs are one transaction each, with their event, audit entry and a change for open pages. */
#pragma once
#include "channel/by_hand.h"
#include "flow/post.h"
#include "store/channel.h"
#include "store/handing.h"
#include "store/message.h"

#define BY_HAND_TAKEN (20 * MINUTE)  /* as long somebody is on it who says nothing more */
#define BY_HAND_REASON_MAX 500       /* characters */
#define BY_HAND_REMINDERS 3
#define BY_HAND_REMIND HOUR          /* where the channel says nothing */
#define BY_HAND_MOST 200             /* counted */

/* ---- for the outbox: in the transaction that took it; its lease ends, it is in a person's hands ---- */
enum err by_hand_give(struct cx *cx, struct db *db, const struct publication *publication, const struct channel *channel, struct str token);

/* ---- what is to be done ---- */

struct by_hand_task {
	struct publication publication;
	struct handing handing;
	struct channel channel;
	const struct by_hand_network *network;
	struct post post;
	struct message message;         /* its text as it leaves, its files as the network shows them (attachments_of) */
	struct post_text text;          /* of which `parts` and `first_comment` go below it */
	struct str in_charge;           /* a name; empty: nobody in particular */
	i64 asks_at;                    /* since then it is late, and asks whether it is to go at all */
	bool may, is_mine;              /* the actor may say what became of it; is on it */
	bool is_held;                   /* publishing is paused there */
	bool can_undo;                  /* it was said to be there, and may be taken back still */
};
enum err by_hand_task_get(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct by_hand_task *ret_task); /* ERR_MISSING; done ones too */
/* By handing.handed_at, the longest waiting first. */
enum err by_hand_open(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct by_hand_task **ret_tasks, size_t *ret_count);
/* By handing.closed_at, the newest first; since 0: all. */
enum err by_hand_told(struct cx *cx, struct db *db, i64 workspace, i64 since, struct list_place from, size_t limit, struct by_hand_task **ret_tasks, size_t *ret_count);
/* How many wait, up to BY_HAND_MOST: for the actor (in charge by name or team, or whoever may publish where nobody in particular is), or `all` that they may do. */
enum err by_hand_count(struct cx *cx, struct db *db, i64 workspace, bool all, i64 *ret_count);

/* ---- what people do: ERR_DENIED, ERR_CONFLICT (another one is on it, or told already), ERR_MISSING ---- */

enum err by_hand_take(struct cx *cx, struct db *db, i64 workspace, i64 publication);  /* I am on it; again: longer. ERR_CONFLICT while publishing is paused */
enum err by_hand_leave(struct cx *cx, struct db *db, i64 workspace, i64 publication); /* I am not */
enum err by_hand_done(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str address); /* field error "address" */
enum err by_hand_undo(struct cx *cx, struct db *db, i64 workspace, i64 publication);
enum err by_hand_not(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str reason);   /* field error "reason" */
enum err by_hand_later(struct cx *cx, struct db *db, i64 workspace, i64 publication, struct str wall_time, struct str zone); /* field errors "wall_time", "zone" */

/* For the working role: who is in charge is told again. Its own transactions. */
enum err by_hand_sweep(struct cx *cx, struct db *db, i64 *ret_count);
