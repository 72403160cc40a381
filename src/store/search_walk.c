#include "store/search_walk.h"

#define STRETCHES 64
#define STRETCH_TIME (3 * MILLISECOND)
#define LOOKED_AT 4096 /* messages of a stretch that is looked at one by one */

static i64 worked(const struct walk *w)
{
	return w->is_aside ? time_monotonic() : time_worked();
}

/* Where the stretch of so many messages ends: PostgreSQL. */
static enum err count_off(struct cx *cx, struct db *db, i64 workspace, struct walk *w)
{
	i64 none = w->is_back ? INT64_MAX : INT64_MIN;
	return db_number(cx, db, none, &w->end,
			 w->is_back ? "/* postgres */ SELECT message_id FROM message_fts WHERE workspace_id = ?1 AND message_id > ?2 ORDER BY message_id LIMIT 1 OFFSET ?3"
				    : "/* postgres */ SELECT message_id FROM message_fts WHERE workspace_id = ?1 AND message_id < ?2 ORDER BY message_id DESC LIMIT 1 OFFSET ?3",
			 db_i64(workspace), db_i64(w->at), db_i64(w->span - 1));
}

static enum err next_end(struct cx *cx, struct db *db, i64 workspace, struct walk *w)
{
	w->stretch_started = worked(w);
	i64 none = w->is_back ? INT64_MAX : INT64_MIN;
	if (!w->span)
		w->end = none;
	else if (w->is_aside)
		TRY(count_off(cx, db, workspace, w));
	else if (w->is_back)
		w->end = w->last - w->at > w->span ? w->at + w->span : none;
	else
		w->end = w->at - w->first > w->span ? w->at - w->span : none;
	w->is_last = w->end == none;
	return OK;
}

enum err walk_start(struct cx *cx, struct db *db, i64 workspace, bool whole, struct list_place from, struct walk *ret_walk)
{
	struct walk w = {.is_back = from.is_back, .is_aside = db_kind(db) == DB_POSTGRES, .at = from.is_given ? from.id : INT64_MAX};
	w.started = worked(&w);
	if (w.is_aside) {
		w.span = LOOKED_AT;
	} else if (whole) {
		TRY(db_number(cx, db, 0, &w.first, "/* sqlite */ /* all workspaces */ SELECT id FROM message ORDER BY id LIMIT 1"));
		TRY(db_number(cx, db, 0, &w.last, "/* sqlite */ /* all workspaces */ SELECT id FROM message ORDER BY id DESC LIMIT 1"));
		w.span = (w.last - w.first) / STRETCHES + 1;
		if (!w.is_back && w.at > w.last)
			w.at = w.last + 1;
		if (w.is_back && w.at < w.first)
			w.at = w.first - 1;
	}
	TRY(next_end(cx, db, workspace, &w));
	*ret_walk = w;
	return OK;
}

enum err walk_on(struct cx *cx, struct db *db, i64 workspace, bool found, struct walk *w, bool *ret_more)
{
	*ret_more = !w->is_last;
	if (w->is_last)
		return OK;
	w->at = w->end;
	i64 took = worked(w) - w->stretch_started;
	if (!w->is_aside)
		w->span *= took < MILLISECOND ? 8 : took < STRETCH_TIME ? 2 : 1;
	else
		w->span = found ? w->span * 2 : 0;
	return next_end(cx, db, workspace, w);
}

bool walk_tired(const struct walk *w, i64 most)
{
	return worked(w) - w->started > most;
}
