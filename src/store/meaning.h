/* meaning.h: what people put right of what messages were understood to say, and what a workspace learnt from it. A correction is never
 * deleted: one that was taken back says since when. */
#pragma once
#include "model/meaning.h"
#include "store/list.h"
#include "sys/db.h"

#define CORRECTION_WAS_SURE 1
#define CORRECTION_WAS_CORRECTED 2

struct correction {
	i64 id, workspace, message;
	enum meaning_task task;
	struct str label, was;  /* words; of a language its code */
	int was_p, was_bits;
	i64 person, at, undone_at;
	struct str person_name;         /* read only, as the next two */
	struct str body, author_name, lang;   /* of the message as it is now */
	i64 conversation, edited_at;
};

enum err correction_insert(struct cx *cx, struct db *db, const struct correction *correction);
enum err correction_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct correction *ret_correction); /* ERR_MISSING */
/* Those in force: the newest first, after a place (by id). */
enum err corrections_list(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct correction **ret_list, size_t *ret_count);
/* Those in force of one message, the newest first. */
enum err corrections_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct correction **ret_list, size_t *ret_count);
/* ERR_CONFLICT when it was taken back already. */
enum err correction_undo(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at);

struct own_model {
	i64 workspace;
	bool is_off, keeps_cases;
	i64 stale;        /* how often corrections changed since */
	i64 learnt_at, lesson_count;
	struct str bytes; /* empty: nothing learnt */
};
/* One without a row is as empty as a new one. */
enum err own_model_get(struct cx *cx, struct db *db, i64 workspace, struct own_model *ret_model);
enum err own_model_set(struct cx *cx, struct db *db, i64 workspace, bool is_off, bool keeps_cases);
enum err own_model_stale(struct cx *cx, struct db *db, i64 workspace); /* to be learnt again */
/* Over all workspaces, for the working role: one to be learnt again; 0: none. */
enum err own_model_next(struct cx *cx, struct db *db, i64 *ret_workspace);
/* model->stale is what it was when the corrections were read: those that came meanwhile are still to be learnt. */
enum err own_model_learnt(struct cx *cx, struct db *db, const struct own_model *model);
