/* understand.h: what a message says, for the columns of its row: the models that ship (text/analyser.h) asked once a message. The
 * program hands the opened models in, once, before its threads; without them messages are kept and wait to be understood (the duty
 * understand_turn()).
 *
 * What must stay true: only what comes from outside is judged, never an answer or a note of ours; what a person said (a correction)
 * stays whatever the models say; understanding is pure and needs no transaction. Any thread may ask: each has a scratch of its own. */
#pragma once
#include "model/meaning.h"
#include "sys/db.h"

struct analyser;
struct message;

/* Borrowed for ever; `version` tells these models from others. NULL: nothing is understood. */
void understand_with(const struct analyser *analyser, i64 version);
bool understand_ready(void);

/* What a workspace adds to the models. Loaded once for many messages; in cx->arena. */
struct understanding {
	i64 workspace;
};
enum err understanding_load(struct cx *cx, struct db *db, i64 workspace, struct understanding *ret_understanding);

/* meaning->by is 0 where there are no models: it waits. What was corrected in *meaning stays. */
void understand(const struct understanding *own, struct str body, struct meaning *meaning);

/* Messages that nobody understood yet, whatever the workspace: a slice of them. *ret_done: how many. */
enum err understand_turn(struct cx *cx, struct db *db, i64 *ret_done);

struct moderation_hint {
	enum meaning_task task;
	u8 p;
};
/* Is it perhaps harmful, and what of it most surely? */
bool understand_harm(const struct meaning *meaning, struct moderation_hint *ret_hint);
