/* choices.h: what forms of several pages let people choose from: languages, time zones, teams, roles. Each gives a new reference. */
#pragma once
#include "base/cx.h"
#include "model/permission.h"

#include <jansson.h>

struct db;
struct request;

json_t *choices_of_languages(struct str chosen);                /* [{word, title, is_selected}] */
json_t *choices_of_zones(struct cx *cx, struct str chosen);     /* [{word, is_selected}]; the chosen one is among them */
/* [{id, name, is_selected}] of the teams in use. */
enum err choices_of_teams(struct cx *cx, struct db *db, i64 workspace, i64 chosen, json_t **ret_list);
/* [{id, name, is_selected}] of the people whose role may do that. */
enum err choices_of_people(struct cx *cx, struct db *db, i64 workspace, i64 chosen, enum permission permission, json_t **ret_list);
/* [{word, title, about, is_selected, is_disabled}]: `owners`: may who asks make owners? Else that one is left out, or disabled. */
json_t *choices_of_roles(const struct cx *cx, enum role chosen, bool owners, bool leave_out);
json_t *choice(const char *word, const char *title, bool selected); /* title as it is */

bool minutes_read(struct str text, int *ret_minutes); /* "08:30" to 510; "24:00" is 1440 */

struct str span_text(struct cx *cx, i64 span); /* "40 min", "4 h", "1 h 30": of business time, which has no days; empty for 0 */

/* What was typed into a form shown again, else what there is. */
struct str typed_or(const struct request *request, const char *name, struct str value);
