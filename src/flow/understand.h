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
/* The same, but opened when the first message is asked about; `open` may give NULL. Before the first thread. */
typedef const struct analyser *models_opener(i64 *ret_version);
void understand_opening(models_opener *open);
bool understand_ready(void);

struct own;
struct glossary;

/* What a workspace adds to the models. Loaded once for many messages; in cx->arena. */
struct understanding {
	i64 workspace;
	const struct glossary *glossary; /* the words of its community; NULL: none */
	const struct own *own; /* learnt from its corrections; NULL: nothing, or switched off */
	bool keeps_cases;      /* nothing is proposed to those who decide */
};
enum err understanding_load(struct cx *cx, struct db *db, i64 workspace, struct understanding *ret_understanding);

/* `hint`: the language as the network says it, for a text too short to tell. meaning->by is 0 where there are no models: it waits. What was corrected in *meaning stays. */
void understand(const struct understanding *own, struct str body, struct str hint, struct meaning *meaning);

/* Messages that nobody understood yet, whatever the workspace: a slice of them. *ret_done: how many. */
enum err understand_turn(struct cx *cx, struct db *db, i64 *ret_done);

/* ---- why ---- */

struct why_word {
	u32 from, to;   /* in the body, bytes */
	float weight;   /* what it gave to the answer, in the unit of the log odds */
	bool is_own;    /* the workspace's corrections gave most of it */
	bool is_glossary; /* the words of its community did */
};
#define WHY_WORDS_MAX 24
struct why {
	struct meaning meaning;          /* as the models and the workspace say it now, without what was said of this message itself */
	u8 label;                        /* what the words spoke for */
	struct why_word words[WHY_WORDS_MAX]; /* in the order of the text */
	size_t word_count;
};
/* What spoke for the answer of a question; for `label` instead when it is not 0. A language is told by all its letters: no words. */
void understand_why(const struct understanding *own, struct str body, struct str hint, enum meaning_task task, u8 label, struct why *ret_why);

/* ---- putting right ---- */

struct undo;
/* A person says what a message says: `label` is a word of the question, an ISO code for a language. Changes the message's columns at
 * once; the workspace learns from it a moment later (learn_turn()). `undo` may be NULL. Needs MAY_TRIAGE. ERR_BAD_INPUT on "label". */
enum err meaning_correct(struct cx *cx, struct db *db, i64 workspace, i64 message, enum meaning_task task, struct str label, struct undo *undo);
/* As it was before it; the workspace forgets it. ERR_CONFLICT when it was taken back already. */
enum err meaning_uncorrect(struct cx *cx, struct db *db, i64 workspace, i64 correction);
/* Corrections teach or they do not; harm is proposed to moderators or it is not. Needs MAY_ARRANGE. */
enum err understanding_set(struct cx *cx, struct db *db, i64 workspace, bool is_off, bool keeps_cases);
/* A workspace whose corrections changed learns them again. *ret_done: one at the most. */
enum err learn_turn(struct cx *cx, struct db *db, i64 *ret_done);

struct moderation_hint {
	enum meaning_task task;
	u8 p;
};
/* Is it perhaps harmful, and what of it most surely? */
bool understand_harm(const struct meaning *meaning, struct moderation_hint *ret_hint);
