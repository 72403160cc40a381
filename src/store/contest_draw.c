/* contest_draw.c: the frozen lists of contests, those who won, and what a jury gave (contest_entry.h). */
#include "store/contest_entry.h"
#include "store/sql.h"

/* ---- draws ---- */

#define DRAW_REST                                                                                                              \
	", list_hash, entries, winners, substitutes, source, round, secret, secret_hash, word, seed, typed, reason, due_at, story, frozen_by, frozen_at, drawn_by, drawn_at," \
	" relay, sealed"                                                                                                       \
	" FROM contest_draw "
#define DRAW "SELECT id, workspace_id, contest_id, number, '' AS list" DRAW_REST
#define DRAW_WHOLE "SELECT id, workspace_id, contest_id, number, list" DRAW_REST

static struct contest_draw read_draw(struct cx *cx, const struct row *row)
{
	enum lot_source source;
	must(lot_source_of(row_text(row, 9), &source));
	return (struct contest_draw){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .contest = row_i64(row, 2), .number = row_i64(row, 3), .list = row_str(row, 4, cx->arena),
		.list_hash = row_str(row, 5, cx->arena), .entries = row_i64(row, 6), .winners = row_i64(row, 7), .substitutes = row_i64(row, 8), .source = source, .round = row_i64(row, 10),
		.secret = row_str(row, 11, cx->arena), .secret_hash = row_str(row, 12, cx->arena), .word = row_str(row, 13, cx->arena), .seed = row_str(row, 14, cx->arena),
		.typed = (enum lot_typed)row_i64(row, 15), .reason = row_str(row, 16, cx->arena), .due_at = row_i64(row, 17), .story = row_str(row, 18, cx->arena), .frozen_by = row_i64(row, 19),
		.frozen_at = row_i64(row, 20), .drawn_by = row_i64(row, 21), .drawn_at = row_i64(row, 22), .relay = row_str(row, 23, cx->arena),
		.sealed = arena_str(cx->arena, row_blob(row, 24)),
	};
}

enum err contest_draw_insert(struct cx *cx, struct db *db, const struct contest_draw *d)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO contest_draw (id, workspace_id, contest_id, number, list, list_hash, entries, winners, substitutes, source, round, sealed, secret_hash, reason, due_at,"
			  " frozen_by, frozen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
		      db_i64(d->id), db_i64(d->workspace), db_i64(d->contest), db_i64(d->number), db_text(d->list), db_text(d->list_hash), db_i64(d->entries), db_i64(d->winners),
		      db_i64(d->substitutes), db_text(str_of(lot_source_word(d->source))), db_i64(d->round), d->sealed.len ? db_blob(d->sealed) : db_null(), db_text(d->secret_hash), db_text(d->reason),
		      db_i64(d->due_at), db_id(d->frozen_by), db_i64(d->frozen_at));
}

enum err contest_draw_done(struct cx *cx, struct db *db, const struct contest_draw *d)
{
	i64 changed = 0; /* what was drawn stays as it was drawn */
	TRY(db_run(cx, db, &changed,
		   "UPDATE contest_draw SET word = ?3, seed = ?4, typed = ?5, due_at = ?6, story = ?7, drawn_by = ?8, drawn_at = ?9, secret = ?10, relay = ?11,"
		       " sealed = CASE WHEN ?9 > 0 THEN NULL ELSE sealed END WHERE workspace_id = ?1 AND id = ?2 AND drawn_at = 0",
		   db_i64(d->workspace), db_i64(d->id), db_text(d->word), db_text(d->seed), db_i64(d->typed), db_i64(d->due_at), db_text(d->story), db_id(d->drawn_by),
		   db_i64(d->drawn_at), db_text(d->secret), db_text(d->relay)));
	return changed ? OK : fail(cx, ERR_CONFLICT, N_("This was drawn already. A second draw needs a reason of its own."));
}

static enum err collect_draws(struct cx *cx, struct row *row, struct contest_draw **ret_draws, size_t *ret_count)
{
	struct contest_draw *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_draw(cx, row);
	*ret_draws = list;
	*ret_count = count;
	return OK;
}

enum err contest_draws(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_draw **ret_draws, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, DRAW "WHERE workspace_id = ?1 AND contest_id = ?2 ORDER BY number DESC LIMIT 100", db_i64(workspace), db_i64(contest)));
	return collect_draws(cx, row, ret_draws, ret_count);
}

enum err contest_draw_get(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 number, struct contest_draw *ret_draw)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, DRAW_WHOLE "WHERE workspace_id = ?1 AND contest_id = ?2 AND number = ?3", db_i64(workspace), db_i64(contest), db_i64(number));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This contest has no such list."));
	TRY(e);
	*ret_draw = read_draw(cx, row);
	return OK;
}

enum err contest_draws_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct contest_draw **ret_draws, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " DRAW "WHERE drawn_at = 0 AND due_at > 0 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2", db_i64(now),
		     db_i64((i64)limit)));
	return collect_draws(cx, row, ret_draws, ret_count);
}

enum err contest_draws_next(struct cx *cx, struct db *db, i64 *ret_due)
{
	return db_number(cx, db, 0, ret_due, "/* all workspaces */ SELECT COALESCE(MIN(due_at), 0) FROM contest_draw WHERE drawn_at = 0 AND due_at > 0");
}

/* ---- winners ---- */

#define WINNER                                                                                                                 \
	"SELECT w.id, w.workspace_id, w.contest_id, w.draw_id, w.entry_id, w.place, w.state, w.points, w.shown_as, w.reply_id, w.told_at, w.answer_by, w.reminded_at," \
	" w.settled_at, w.settled_by, e.hash, COALESCE(i.network, ''), COALESCE(i.handle, ''), COALESCE(m.author_name, ''), COALESCE(m.conversation_id, 0),"      \
	" COALESCE(e.message_id, 0), COALESCE(d.number, 0), COALESCE(r.reply_state, '') FROM contest_winner w JOIN contest_entry e ON e.id = w.entry_id AND e.workspace_id = w.workspace_id"    \
	" LEFT JOIN contest_draw d ON d.id = w.draw_id AND d.workspace_id = w.workspace_id LEFT JOIN message m ON m.id = e.message_id AND m.workspace_id = w.workspace_id" \
	" LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = w.workspace_id LEFT JOIN message r ON r.id = w.reply_id AND r.workspace_id = w.workspace_id "

static struct contest_winner read_winner(struct cx *cx, const struct row *row)
{
	enum winner_state state;
	enum reply_state reply;
	must(winner_state_of(row_text(row, 6), &state) && reply_state_of(row_text(row, 22), &reply));
	return (struct contest_winner){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .contest = row_i64(row, 2), .draw = row_i64(row, 3), .entry = row_i64(row, 4), .place = row_i64(row, 5), .state = state,
		.points = row_i64(row, 7), .shown_as = row_str(row, 8, cx->arena), .reply = row_i64(row, 9), .told_at = row_i64(row, 10), .answer_by = row_i64(row, 11),
		.reminded_at = row_i64(row, 12), .settled_at = row_i64(row, 13), .settled_by = row_i64(row, 14), .hash = row_str(row, 15, cx->arena),
		.network = row_str(row, 16, cx->arena), .handle = row_str(row, 17, cx->arena), .author_name = row_str(row, 18, cx->arena), .conversation = row_i64(row, 19),
		.message = row_i64(row, 20), .draw_number = row_i64(row, 21), .reply_state = reply,
	};
}

static enum err collect_winners(struct cx *cx, struct row *row, struct contest_winner **ret_winners, size_t *ret_count)
{
	struct contest_winner *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_winner(cx, row);
	*ret_winners = list;
	*ret_count = count;
	return OK;
}

enum err contest_winner_save(struct cx *cx, struct db *db, const struct contest_winner *w)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO contest_winner (id, workspace_id, contest_id, draw_id, entry_id, place, state, points, shown_as, reply_id, told_at, answer_by, reminded_at, settled_at,"
			  " settled_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT (id) DO UPDATE SET place = excluded.place,"
			  " state = excluded.state, points = excluded.points, shown_as = excluded.shown_as, reply_id = excluded.reply_id, told_at = excluded.told_at,"
			  " answer_by = excluded.answer_by, reminded_at = excluded.reminded_at, settled_at = excluded.settled_at, settled_by = excluded.settled_by"
			  " WHERE contest_winner.workspace_id = excluded.workspace_id",
		      db_i64(w->id), db_i64(w->workspace), db_i64(w->contest), db_id(w->draw), db_i64(w->entry), db_i64(w->place), db_text(str_of(winner_state_word(w->state))),
		      db_i64(w->points), db_text(w->shown_as), db_id(w->reply), db_i64(w->told_at), db_i64(w->answer_by), db_i64(w->reminded_at), db_i64(w->settled_at),
		      db_id(w->settled_by));
}

enum err contest_winner_get(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 id, struct contest_winner *ret_winner)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, WINNER "WHERE w.workspace_id = ?1 AND w.contest_id = ?2 AND w.id = ?3", db_i64(workspace), db_i64(contest), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This is nobody who won this contest."));
	TRY(e);
	*ret_winner = read_winner(cx, row);
	return OK;
}

enum err contest_winners(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_winner **ret_winners, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, WINNER "WHERE w.workspace_id = ?1 AND w.contest_id = ?2 ORDER BY COALESCE(d.number, 0) DESC, w.place, w.id LIMIT 20000", db_i64(workspace),
		     db_i64(contest)));
	return collect_winners(cx, row, ret_winners, ret_count);
}

enum err contest_winner_of_entry(struct cx *cx, struct db *db, i64 workspace, i64 entry, struct contest_winner *ret_winner)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, WINNER "WHERE w.workspace_id = ?1 AND w.entry_id = ?2 AND w.state <> 'void' ORDER BY w.id LIMIT 1", db_i64(workspace), db_i64(entry)));
	*ret_winner = read_winner(cx, row);
	return OK;
}

enum err contest_winners_waiting(struct cx *cx, struct db *db, i64 now, i64 soon, size_t limit, struct contest_winner **ret_winners, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " WINNER "WHERE w.state = 'told' AND (w.answer_by <= ?1 OR (w.answer_by <= ?2 AND w.reminded_at = 0)) ORDER BY w.answer_by, w.id LIMIT ?3", db_i64(now),
		     db_i64(soon), db_i64((i64)limit)));
	return collect_winners(cx, row, ret_winners, ret_count);
}

enum err contest_winners_leaving(struct cx *cx, struct db *db, i64 after, size_t limit, struct contest_winner **ret_winners, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " WINNER "WHERE w.state = 'leaving' AND w.id > ?1 ORDER BY w.id LIMIT ?2", db_i64(after), db_i64((i64)limit)));
	return collect_winners(cx, row, ret_winners, ret_count);
}

/* ---- a jury ---- */

enum err contest_points_set(struct cx *cx, struct db *db, i64 workspace, const struct contest_points *p)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO contest_points (entry_id, person_id, workspace_id, points, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (entry_id, person_id) DO UPDATE"
			  " SET points = excluded.points, at = excluded.at WHERE contest_points.workspace_id = excluded.workspace_id",
		      db_i64(p->entry), db_i64(p->person), db_i64(workspace), db_i64(p->points), db_i64(p->at));
}

enum err contest_points_of(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 person, struct contest_points **ret_points, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct contest_points *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT p.entry_id, p.person_id, p.points, p.at FROM contest_points p JOIN contest_entry e ON e.id = p.entry_id AND e.workspace_id = ?1 WHERE p.workspace_id = ?1"
			 " AND e.contest_id = ?2 AND (?3 = 0 OR p.person_id = ?3) ORDER BY p.entry_id, p.person_id",
		     db_i64(workspace), db_i64(contest), db_i64(person)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct contest_points){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3)};
	*ret_points = list;
	*ret_count = count;
	return OK;
}
