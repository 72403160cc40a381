/* writing_aid.h: what helps to write posts: texts to begin with (templates), sets of hashtags, and the variables that texts may hold ({{product}}). */
#pragma once
#include "sys/db.h"

enum aid_kind { AID_TEMPLATE, AID_HASHTAGS, AID_VARIABLE, AID_KINDS };
const char *aid_kind_word(enum aid_kind kind); /* "template" */
bool aid_kind_of(struct str word, enum aid_kind *ret_kind);

enum variable_type { VARIABLE_TEXT, VARIABLE_NUMBER, VARIABLE_DATE, VARIABLE_URL, VARIABLE_TYPES };
const char *variable_type_word(enum variable_type type); /* "text" */
bool variable_type_of(struct str word, enum variable_type *ret_type);

struct writing_aid {
	i64 id, workspace;
	enum aid_kind kind;
	struct str name;          /* of a variable: what stands between the braces */
	struct str about;
	struct str body;          /* the text; the hashtags, "#pain #levain"; of a variable: what it is where the post says nothing, empty: it has to say */
	enum variable_type type;  /* of a variable */
	i64 shows;                /* of hashtags: so many at a time, others the next time; 0: all, always */
	i64 used_count, created_by, created_at, updated_at, archived_at;
	struct str seen;          /* with writing_aid_keep(): the mark of what was seen (flow/seen.h); no column */
};

enum err writing_aid_save(struct cx *cx, struct db *db, const struct writing_aid *aid); /* inserts, or updates by id */
enum err writing_aid_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct writing_aid *ret_aid); /* ERR_MISSING */
/* Another of its kind that is in use and has this name, in any case; ERR_MISSING without a story. */
enum err writing_aid_by_name(struct cx *cx, struct db *db, i64 workspace, enum aid_kind kind, struct str name, i64 but, struct writing_aid *ret_aid);
/* By kind and name; `archived`: those that were put away instead. 1,000 at the most. */
enum err writing_aids(struct cx *cx, struct db *db, i64 workspace, bool archived, struct writing_aid **ret_aids, size_t *ret_count);
/* The sets of hashtags in use, those used most first; `limit` at the most. */
enum err hashtag_sets(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct writing_aid **ret_aids, size_t *ret_count);
enum err writing_aid_used(struct cx *cx, struct db *db, i64 workspace, i64 id);
