/* meaning_own.h: what understanding (understand.c) and learning from corrections (correct.c) share: how the answers of questions are numbered
 * for text/own.h, and how sure the models are without the workspace. Nobody else needs it. Pure; arenas own the rows. */
#pragma once
#include "model/meaning.h"
#include "text/own.h"

#define HEADS_A_TASK 9u
static_assert(HEADS_A_TASK * MEANING_TASKS <= OWN_HEADS, "each answer has a number of its own");

u8 meaning_head(enum meaning_task task, u8 label);
/* In the unit of the log odds; of yes or no the first is yes against no, the second 0. */
void meaning_odds(const struct meaning *meaning, enum meaning_task task, float ret_odds[MEANING_LABELS_MAX]);
/* What the models say without the workspace, and the features they say it by. */
void understand_plainly(struct arena *arena, struct str body, struct str hint, struct meaning *ret_meaning, struct own_row *ret_row);
