/* backends.h: other models that a workspace has asked too: set up, paused, put away; and asked, by a duty of the working role, about what came in
 * and was understood already. Nothing waits for them: what they say takes the place of what the models that ship said, and says so (the
 * table judgement); where they are silent, everything stays as it was.
 *
 * What must stay true: none asks unless somebody who may set the workspace wrote down what leaves and where to (`agreed`); a text that leaves
 * is masked (text/mask.h); a question has one back-end at the most; what a person said stays; a day's limit holds over restarts; one that
 * fails is left alone for longer and longer, and tried with a single text before it is trusted again. */
#pragma once
#include "base/cx.h"
#include "store/backend.h"

struct net;
struct public_key;

struct backend_wish {
	i64 id;                  /* 0: a new one */
	struct str kind, name;   /* kind: of a new one */
	unsigned tasks;
	const struct str *names, *values; /* the kind's fields; those not named stay; an empty secret stays too */
	size_t count;
	bool takes_private, agreed;
	i64 a_day;               /* 0: as the kind says */
	const struct public_key *work; /* secrets are sealed to it */
};

/* Needs MAY_MANAGE_WORKSPACE, as all four. ERR_BAD_INPUT on "kind", "name", "task", "a_day", "agreed", "setting" and the kind's fields. */
enum err backends_save(struct cx *cx, struct db *db, i64 workspace, const struct backend_wish *wish, i64 *ret_id);
enum err backends_pause(struct cx *cx, struct db *db, i64 workspace, i64 id);
enum err backends_resume(struct cx *cx, struct db *db, i64 workspace, i64 id); /* or try again at once */
enum err backends_archive(struct cx *cx, struct db *db, i64 workspace, i64 id); /* its key is forgotten */

/* ---- the working role ---- */

struct judging_place {
	struct net *net;
	struct str allow, models, library; /* backend/backend.h */
	enum err (*open_secret)(struct cx *cx, void *subject, i64 backend, struct str sealed, struct str *ret_secret);
	void *subject;
	bool (*ending)(void); /* asked between two texts; may be NULL */
};
struct judging; /* what stays open between turns: models, connections */
struct judging *judging_new(const struct judging_place *place); /* for one thread, for as long as the process */
void judging_free(struct judging *judging);

/* Every back-end whose time has come, a batch each. Calls happen outside of transactions. *ret_done: texts asked about; *ret_wake: when one is
 * due again, 0: soon. */
enum err judge_turn(struct cx *cx, struct db *db, struct judging *judging, i64 *ret_done, i64 *ret_wake);

/* What an answer without a probability is kept as: enough to be shown, less than what is very sure. */
#define JUDGED_PLAINLY 90
