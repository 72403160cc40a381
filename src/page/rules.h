/* rules.h: what the pages about the house rules have in common: figures of a month, languages, short texts made of numbers.
 * Everything is read through store/; shapes are new references, texts are in the task's arena. */
#pragma once
#include "page/page.h"
#include "store/charter.h"
#include "ui/document.h"

#define RULES_DAYS 30

/* {"days", "seen", "kept", "hidden", "restored", "median", "appeals_open", "accepted" (share of the appeals decided)}: texts. */
enum err rules_figures(struct cx *cx, struct db *db, i64 workspace, json_t **ret_figures);
i64 rules_since(const struct cx *cx); /* where that month begins */

struct str number_text(struct cx *cx, i64 number);
struct str duration_text(struct cx *cx, i64 duration);

/* The languages of texts that are JSON by language: "fr", "en". */
#define RULES_LANGS 2
extern const struct rules_lang {
	const char *word, *title;
} rules_langs[RULES_LANGS];
/* What is shown: `wished` when it is one of them, else the reader's. */
const char *rules_lang_of(const struct cx *cx, struct str wished);
/* The text in just this language; empty where it was not written. */
struct str text_just_in(struct cx *cx, struct str by_language, const char *lang);
