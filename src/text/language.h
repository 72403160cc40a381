/* language.h: in which language a text is written: one of 75 and more, by the letters alone. The script leaves few candidates; pieces of one
 * to five letters and short words, looked up in a small table, give each of them a sum; the sums become a probability. Links, mentions,
 * signs, figures and emoji are passed over, so that short noisy posts are judged by their words.
 *
 * What must stay true: any bytes are taken; time is bounded (no more than LANGUAGE_BYTES of a text are looked at, and of one that is clear
 * early no more than makes it clear), nothing is allocated while asking, and the same bytes always give the same answer. Whatever the
 * bytes of a model, opening them either fails with a story or gives a model that never reads outside them. The bytes belong to the caller
 * and must outlive the model, whose few own bytes are the arena's; any number of threads may ask one model. */
#pragma once
#include "base/cx.h"

#define LANGUAGE_BYTES 4096u  /* of a text that are looked at; more of it changes no answer worth the time */
#define LANGUAGES_MAX 128u
#define LANGUAGE_SURE 0.8f     /* from which probability on it is told as sure */
#define LANGUAGE_NONE 0xFFu   /* nothing to tell by: "und" */

struct language_model;

bool language_recognised(struct str bytes); /* a model of languages, by its first bytes */
/* ERR_BAD_INPUT: no model, or a damaged one; ERR_UNSUPPORTED: one of another version. */
enum err language_open(struct cx *cx, struct str bytes, struct language_model **ret_model);

size_t language_count(const struct language_model *model);
struct str language_code(const struct language_model *model, size_t language); /* ISO 639-1, "fr"; "und" for LANGUAGE_NONE */

struct language {
	u8 index;        /* of language_code(); LANGUAGE_NONE */
	u8 second;       /* the next likely; LANGUAGE_NONE */
	float p;         /* how likely the first is, 0 to 1; 0 with LANGUAGE_NONE */
	float p_second;
};
void language_of(const struct language_model *model, struct str text, struct language *ret_language);
