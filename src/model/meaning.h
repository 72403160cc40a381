/* meaning.h: what a message is understood to say, a question each: the language it is written in, how it sounds, what is felt, what is wanted,
 * and whether it is urgent, ironic, rude, hateful, poisonous or unwanted. Each question has a word (in tables, JSON and addresses),
 * a title for people, and the answers it may get; a probability is a whole percent.
 *
 * What must stay true: nothing is shown, filtered by or proposed that is not sure (meaning_sure): saying nothing is an answer too. What
 * a person said is sure and stays, whatever a model says later. */
#pragma once
#include "base/err.h"
#include "base/str.h"

enum meaning_task {
	MEANING_LANGUAGE,  /* its answers are ISO codes */
	MEANING_SENTIMENT,
	MEANING_EMOTION,
	MEANING_INTENT,
	MEANING_URGENCY,   /* from here on yes or no: p is how likely it is so */
	MEANING_IRONY,
	MEANING_OFFENCE,
	MEANING_HATE,
	MEANING_TOXICITY,
	MEANING_SPAM,
	MEANING_TASKS,
};

#define MEANING_YES 1 /* of a question of yes or no, as a person's answer */
#define MEANING_NO 2
#define MEANING_LABELS_MAX 12

struct meaning_answer {
	u8 label; /* the likeliest: its place among the labels, from 1; 0: nobody knows, and of a language */
	u8 p;     /* percent; of yes or no: that it is so */
};

struct meaning {
	char language[4];   /* "fr", "yue"; "" */
	struct meaning_answer of[MEANING_TASKS];
	unsigned sure;      /* bits 1 << task: likely enough to be told */
	unsigned corrected; /* the same: a person said so */
	i64 by;             /* the version of the models that said so; 0: nobody looked yet */
};

const char *meaning_task_word(enum meaning_task task);   /* "sentiment" */
const char *meaning_task_title(enum meaning_task task);  /* msgid: "How it sounds" */
bool meaning_task_of(struct str word, enum meaning_task *ret_task);
bool meaning_is_yes_no(enum meaning_task task);
bool meaning_is_harm(enum meaning_task task);            /* what a moderator may want to see */

/* The answers of a question, from 1: "negative" …; NULL past the last. Yes or no: "yes", "no". A language has none. */
const char *meaning_label_word(enum meaning_task task, u8 label);
const char *meaning_label_title(enum meaning_task task, u8 label); /* msgid, as a chip says it: "Negative", "Perhaps ironic" */
const char *meaning_label_icon(enum meaning_task task, u8 label);
const char *meaning_label_tone(enum meaning_task task, u8 label);  /* of the chip: "red", "ok", "" */
bool meaning_label_of(enum meaning_task task, struct str word, u8 *ret_label); /* false too for "" */

u8 meaning_least(enum meaning_task task);               /* the percent below which nothing is sure */
bool meaning_is_plain(enum meaning_task task, u8 label); /* it says that there is nothing to say: "neutral", "other", "no" */

/* Sure enough to be told: *ret_label (may be NULL) is the answer; yes or no is told only when it is yes. */
bool meaning_sure(const struct meaning *meaning, enum meaning_task task, u8 *ret_label);
void meaning_set_language(struct meaning *meaning, struct str code);
/* Bits 1 << task of the questions of yes or no that are surely yes. */
unsigned meaning_signs(const struct meaning *meaning);
#define MEANING_HARM (1u << MEANING_OFFENCE | 1u << MEANING_HATE | 1u << MEANING_TOXICITY | 1u << MEANING_SPAM)
