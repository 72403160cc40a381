/* charter.h: what the files of this page share: a version of the house rules in one language. */
#pragma once
#include "page/rules.h"

/* A version with its articles. */
struct rules_version {
	struct charter_version version;
	struct charter_article *articles;
	size_t count;
};
enum err rules_version_load(struct cx *cx, struct db *db, const struct charter_version *version, struct rules_version *ret_rules);
bool rules_written_in(const struct rules_version *rules, const char *lang); /* any article */
/* The language to show: `wished`, else the reader's, else one that it is written in. */
const char *rules_shown_in(const struct cx *cx, const struct rules_version *rules, struct str wished);
/* [{"word", "title", "url", "is_current"}]: the languages it is written in; url is BASE?lang=. */
json_t *rules_langs_shape(struct cx *cx, const struct rules_version *rules, const char *shown, struct str base);
json_t *rules_articles_shape(struct cx *cx, const struct rules_version *rules, const char *lang); /* [{"number", "title", "body"}] */

enum err show_draft(struct cx *cx, struct request *request, struct reply *reply, const struct charter_version *version);

enum err show_public(struct cx *cx, struct request *request, struct reply *reply);
enum err show_preview(struct cx *cx, struct request *request, struct reply *reply);

/* answers.c: the shapes of what is answered. */
extern const struct shape charter_shapes[];
