/* analyser.h: the one entry for all that is understood of a message: its language, and for each task (sentiment, emotion, irony …) a label, how
 * likely it is, and whether that is enough to say it. Opened once from the bytes of the shipped models (share/models), shared by all
 * threads; each thread asks with a scratch of its own, which holds the message's one reading. "Why" is asked afterwards, of that scratch.
 *
 * What must stay true: tasks and labels keep their numbers and words for ever (the database and other programs hold both; new ones
 * come behind); a task that has no model, or none for the message's language, has no label rather than a guess; nothing is allocated
 * while asked; any bytes are taken in bounded time. The model bytes may go once opened; the arenas own the rest. */
#pragma once
#include "base/cx.h"
#include "text/feature.h"

enum analyser_task {
	ANALYSER_SENTIMENT,
	ANALYSER_EMOTION,
	ANALYSER_IRONY,
	ANALYSER_OFFENSIVE,
	ANALYSER_HATE,
	ANALYSER_TOXICITY,
	ANALYSER_SPAM,
	ANALYSER_URGENCY,
	ANALYSER_INTENT,
	ANALYSER_TASKS,
};

#define ANALYSER_LABELS_MAX 8u
#define ANALYSER_NO_LABEL 0xFFu

struct str analyser_task_word(enum analyser_task task);         /* "sentiment" */
enum analyser_task analyser_task_of(struct str word);           /* ANALYSER_TASKS: there is none */
size_t analyser_label_count(enum analyser_task task);
struct str analyser_label_word(enum analyser_task task, u8 label); /* "negative"; empty for ANALYSER_NO_LABEL and what is none */
u8 analyser_label_of(enum analyser_task task, struct str word); /* ANALYSER_NO_LABEL: there is none */
/* The label that says that there is nothing to say ("neutral", "none", "other"): no chip is worth showing for it. */
bool analyser_label_is_plain(enum analyser_task task, u8 label);
/* For people, msgids: "Sentiment", "Negative". */
const char *analyser_task_title(enum analyser_task task);
const char *analyser_label_title(enum analyser_task task, u8 label);

/* ---- opening ---- */

struct analyser;

/* Any models of tasks and labels named above, each task at most once for a language; their order does not matter. No files: an
 * analyser that finds nothing. Another task's model is refused with a story. */
enum err analyser_open(struct cx *cx, const struct str *files, size_t count, struct analyser **ret_analyser);
bool analyser_has(const struct analyser *analyser, enum analyser_task task);

/* ---- asking ---- */

struct finding {
	u8 label;  /* the likeliest; ANALYSER_NO_LABEL: not asked of this language, or no model */
	bool sure; /* likely enough to be shown and counted; else keep silent about it */
	float p;   /* of the label, 0 to 1 */
};

struct analysis {
	char lang[4];  /* "fr"; "": not known */
	float lang_p;  /* 1 when the caller knew it */
	struct finding of[ANALYSER_TASKS];
};

bool analyser_language_is_sure(const struct analysis *analysis);

struct analyser_scratch;

struct analyser_scratch *analyser_scratch_new(struct arena *arena); /* a few MB: one a thread, kept */
/* `lang`: the language where it is known for certain ("fr"); empty: it is found. */
void analyser_of(const struct analyser *analyser, struct analyser_scratch *scratch, struct str message, struct str lang, struct analysis *ret_analysis);
/* As it was read in the last analyser_of(): for whoever wants more of it (terms, a workspace's own models). Borrowed. */
const struct reading *analyser_reading(const struct analyser_scratch *scratch);
const struct features *analyser_features(const struct analyser_scratch *scratch);

struct analyser_word {
	u32 from, to;  /* in the message, bytes */
	float weight;  /* what it gave to the label against the others, in the unit of the log odds; above 0 */
};

/* The words that spoke for `label` in the message last asked about, most first; returns how many there are, at most `most`. */
size_t analyser_why(const struct analyser *analyser, struct analyser_scratch *scratch, enum analyser_task task, u8 label, struct analyser_word *ret_words, size_t most);
