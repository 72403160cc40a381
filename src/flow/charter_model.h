/* charter_model.h: house rules to start from, in both languages: a brand, an association, a public service. Texts to be changed word by
 * word before they are published. Constant. */
#pragma once
#include "base/str.h"

struct charter_model_article {
	const char *title_fr, *title_en, *body_fr, *body_en, *notice_fr, *notice_en;
};
struct charter_model {
	const char *word, *title, *about; /* title and about are msgids */
	const char *preamble_fr, *preamble_en;
	const struct charter_model_article *const *articles; /* NULL-terminated */
};
extern const struct charter_model charter_models[];
extern const size_t charter_model_count;
const struct charter_model *charter_model_of(struct str word); /* NULL when unknown */
