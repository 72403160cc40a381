/* editorial.h: what the pages of posts, ideas, campaigns and the editorial line have in common: pillars and campaigns by their names, and to choose from;
 * what an idea came from. Read once a request; everything lives in its arena, shapes are new references. */
#pragma once
#include "page/page.h"
#include "store/calendar.h"
#include "store/idea.h"
#include "ui/document.h"

struct editorial {
	struct calendar_line *pillars, *campaigns; /* those in use */
	size_t pillar_count, campaign_count;
};
enum err editorial_load(struct cx *cx, struct db *db, struct editorial *ret_editorial);

/* A Reference {id, name}, also of one that was put away; null for 0. */
enum err editorial_pillar(struct cx *cx, struct db *db, const struct editorial *editorial, i64 id, json_t **ret_reference);
enum err editorial_campaign(struct cx *cx, struct db *db, const struct editorial *editorial, i64 id, json_t **ret_reference);
/* [NamedChoice]: those in use, and the chosen one whatever became of it. */
enum err editorial_pillars(struct cx *cx, struct db *db, const struct editorial *editorial, i64 chosen, json_t **ret_list);
enum err editorial_campaigns(struct cx *cx, struct db *db, const struct editorial *editorial, i64 chosen, json_t **ret_list);
/* What was chosen in a form that is shown again, else what there is. */
i64 editorial_typed(struct request *request, const char *name, i64 value);

/* An IdeaSource: who said it, where, and how it begins; null where it came from nothing that was said, or the reader may not read that. */
json_t *editorial_source(struct cx *cx, const struct idea *idea, const struct idea_source *source);
