#include "store/contest.h"

#include "model/actor.h"
#include "store/sql.h"

#include <string.h>

#define COLUMNS                                                                                                                \
	"id, workspace_id, campaign_id, name, kind, state, organiser, rules, prizes, country, starts_at, ends_at, zone, winners, substitutes, per_person, ways," \
	" hashtag, words, left_out, team_out, winners_out_days, answer_days, keep_days, salt, read_to, story, owner_id, created_by, created_at, opened_at, decided_at," \
	" unnamed_at, archived_at"
#define CONTEST "SELECT " COLUMNS " FROM contest "

static struct contest read_contest(struct cx *cx, const struct row *row)
{
	enum contest_kind kind;
	enum contest_state state;
	must(contest_kind_of(row_text(row, 4), &kind) && contest_state_of(row_text(row, 5), &state));
	return (struct contest){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .campaign = row_i64(row, 2), .name = row_str(row, 3, cx->arena), .kind = kind, .state = state,
		.organiser = row_str(row, 6, cx->arena), .rules = row_str(row, 7, cx->arena), .prizes = row_str(row, 8, cx->arena), .country = row_str(row, 9, cx->arena),
		.starts_at = row_i64(row, 10), .ends_at = row_i64(row, 11), .zone = row_str(row, 12, cx->arena), .winners = row_i64(row, 13), .substitutes = row_i64(row, 14),
		.per_person = row_i64(row, 15), .ways = row_i64(row, 16), .hashtag = row_str(row, 17, cx->arena), .words = row_str(row, 18, cx->arena),
		.left_out = row_str(row, 19, cx->arena), .team_out = row_i64(row, 20) != 0, .winners_out_days = row_i64(row, 21), .answer_days = row_i64(row, 22),
		.keep_days = row_i64(row, 23), .salt = row_str(row, 24, cx->arena), .read_to = row_i64(row, 25), .story = row_str(row, 26, cx->arena), .owner = row_i64(row, 27),
		.created_by = row_i64(row, 28), .created_at = row_i64(row, 29), .opened_at = row_i64(row, 30), .decided_at = row_i64(row, 31), .unnamed_at = row_i64(row, 32),
		.archived_at = row_i64(row, 33),
	};
}

static enum err collect(struct cx *cx, struct row *row, struct contest **ret_contests, size_t *ret_count)
{
	struct contest *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_contest(cx, row);
	*ret_contests = list;
	*ret_count = count;
	return OK;
}

enum err contest_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contest *ret_contest)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, CONTEST "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This contest is not of this workspace."));
	TRY(e);
	*ret_contest = read_contest(cx, row);
	return OK;
}

enum err contest_by_name(struct cx *cx, struct db *db, i64 workspace, struct str name, struct contest *ret_contest)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, CONTEST "WHERE workspace_id = ?1 AND name = ?2", db_i64(workspace), db_text(name)));
	*ret_contest = read_contest(cx, row);
	return OK;
}

enum err contest_save(struct cx *cx, struct db *db, const struct contest *c)
{
	const struct db_value values[] = {
		db_null(), db_i64(c->id), db_i64(c->workspace), db_id(c->campaign), db_text(c->name), db_text(str_of(contest_kind_word(c->kind))),
		db_text(str_of(contest_state_word(c->state))), db_text(c->organiser), db_text(c->rules), db_text(c->prizes), db_text(c->country), db_i64(c->starts_at),
		db_i64(c->ends_at), db_text(c->zone), db_i64(c->winners), db_i64(c->substitutes), db_i64(c->per_person), db_i64(c->ways), db_text(c->hashtag), db_text(c->words),
		db_text(c->left_out), db_bool(c->team_out), db_i64(c->winners_out_days), db_i64(c->answer_days), db_i64(c->keep_days), db_text(c->salt), db_i64(c->read_to),
		db_text(c->story), db_id(c->owner), db_id(c->created_by), db_i64(c->created_at), db_i64(c->opened_at), db_i64(c->decided_at), db_i64(c->unnamed_at),
		db_i64(c->archived_at),
	};
	return db_run_values(cx, db, NULL,
			     "INSERT INTO contest (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24,"
				 " ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34) ON CONFLICT (id) DO UPDATE SET campaign_id = excluded.campaign_id, name = excluded.name,"
				 " kind = excluded.kind, state = excluded.state, organiser = excluded.organiser, rules = excluded.rules, prizes = excluded.prizes, country = excluded.country,"
				 " starts_at = excluded.starts_at, ends_at = excluded.ends_at, zone = excluded.zone, winners = excluded.winners, substitutes = excluded.substitutes,"
				 " per_person = excluded.per_person, ways = excluded.ways, hashtag = excluded.hashtag, words = excluded.words, left_out = excluded.left_out,"
				 " team_out = excluded.team_out, winners_out_days = excluded.winners_out_days, answer_days = excluded.answer_days, keep_days = excluded.keep_days,"
				 " read_to = excluded.read_to, story = excluded.story, owner_id = excluded.owner_id, opened_at = excluded.opened_at, decided_at = excluded.decided_at,"
				 " unnamed_at = excluded.unnamed_at, archived_at = excluded.archived_at WHERE contest.workspace_id = excluded.workspace_id",
			     values, COUNT(values) - 1);
}

enum err contest_read_to(struct cx *cx, struct db *db, const struct contest *c)
{
	return db_run(cx, db, NULL, "UPDATE contest SET read_to = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(c->workspace), db_i64(c->id), db_i64(c->read_to));
}

/* ---- lists ---- */

#define WHICH " AND (archived_at > 0) = (?2 = 2) AND (?2 = 2 OR (?2 = 3 AND opened_at > 0) OR (?2 < 2 AND (state = 'decided' OR state = 'stopped') = (?2 = 1)))"

enum err contests_list(struct cx *cx, struct db *db, i64 workspace, enum contest_list which, struct list_place from, size_t limit, struct contest **ret_contests,
		       size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 edge = from.is_back ? 0 : INT64_MAX, key = from.is_given ? from.key : edge, id = from.is_given ? from.id : edge;
	if (!from.is_back)
		TRY(db_query(cx, db, &row, CONTEST "WHERE workspace_id = ?1" WHICH " AND (ends_at, id) < (?3, ?4) ORDER BY ends_at DESC, id DESC LIMIT ?5", db_i64(workspace),
			     db_i64(which), db_i64(key), db_i64(id), db_i64((i64)limit)));
	else
		TRY(db_query(cx, db, &row, CONTEST "WHERE workspace_id = ?1" WHICH " AND (ends_at, id) > (?3, ?4) ORDER BY ends_at, id LIMIT ?5", db_i64(workspace), db_i64(which),
			     db_i64(key), db_i64(id), db_i64((i64)limit)));
	TRY(collect(cx, row, ret_contests, ret_count));
	if (from.is_back)
		list_turn(*ret_contests, sizeof **ret_contests, *ret_count);
	return OK;
}

enum err contests_of_campaign(struct cx *cx, struct db *db, i64 workspace, i64 campaign, size_t limit, struct contest **ret_contests, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, CONTEST "WHERE workspace_id = ?1 AND campaign_id = ?2 AND archived_at = 0 ORDER BY id DESC LIMIT ?3", db_i64(workspace), db_i64(campaign),
		     db_i64((i64)limit)));
	return collect(cx, row, ret_contests, ret_count);
}

enum err contests_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 counts[3] = {};
	TRY(db_query(cx, db, &row,
		     "SELECT CASE WHEN archived_at > 0 THEN 2 WHEN state = 'decided' OR state = 'stopped' THEN 1 ELSE 0 END AS which, COUNT(*) FROM contest WHERE workspace_id = ?1"
			 " GROUP BY 1",
		     db_i64(workspace)));
	FOR_ROWS (cx, row)
		counts[row_i64(row, 0)] = row_i64(row, 1);
	memcpy(ret_counts, counts, sizeof counts);
	return OK;
}

enum err contests_open(struct cx *cx, struct db *db, size_t limit, struct contest **ret_contests, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " CONTEST "WHERE state = 'open' ORDER BY id LIMIT ?1", db_i64((i64)limit)));
	return collect(cx, row, ret_contests, ret_count);
}

enum err contests_to_unname(struct cx *cx, struct db *db, i64 now, size_t limit, struct contest **ret_contests, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ " CONTEST "WHERE (state = 'decided' OR state = 'stopped') AND unnamed_at = 0 AND decided_at + keep_days * 86400000000 <= ?1 ORDER BY id LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	return collect(cx, row, ret_contests, ret_count);
}

/* ---- its rules ---- */

enum err contest_rules_add(struct cx *cx, struct db *db, const struct contest *c, struct str document)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO contest_rules (contest_id, number, workspace_id, document, person_id, at) SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, CAST(?4 AS BIGINT), ?5 FROM contest_rules"
			  " WHERE workspace_id = ?2 AND contest_id = ?1",
		      db_i64(c->id), db_i64(c->workspace), db_text(document), db_id(cx->actor ? cx->actor->user : 0), db_i64(cx->now));
}

enum err contest_rules_list(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_rules **ret_rules, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct contest_rules *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT number, person_id, at, document FROM contest_rules WHERE workspace_id = ?1 AND contest_id = ?2 ORDER BY number DESC LIMIT 200",
		     db_i64(workspace), db_i64(contest)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct contest_rules){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_str(row, 3, cx->arena)};
	*ret_rules = list;
	*ret_count = count;
	return OK;
}

/* ---- its posts ---- */

enum err contest_posts(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct contest_post **ret_posts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct contest_post *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT p.id, CASE WHEN p.title <> '' THEN p.title ELSE substr(p.body, 1, 80) END, COALESCE((SELECT MAX(u.remote_url) FROM post_variant v CROSS JOIN publication u"
			 " WHERE v.post_id = p.id AND v.workspace_id = ?1 AND u.workspace_id = ?1 AND u.variant_id = v.id AND u.part = 0 AND u.state = 'sent'), '')"
			 " FROM contest_post c JOIN post p ON p.id = c.post_id AND p.workspace_id = ?1 WHERE c.workspace_id = ?1 AND c.contest_id = ?2 ORDER BY p.id",
		     db_i64(workspace), db_i64(contest)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct contest_post){row_i64(row, 0), row_str(row, 1, cx->arena), row_str(row, 2, cx->arena)};
	*ret_posts = list;
	*ret_count = count;
	return OK;
}

enum err contest_posts_set(struct cx *cx, struct db *db, i64 workspace, i64 contest, const i64 *posts, size_t count)
{
	TRY(db_run(cx, db, NULL, "DELETE FROM contest_post WHERE workspace_id = ?1 AND contest_id = ?2", db_i64(workspace), db_i64(contest)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO contest_post (contest_id, post_id, workspace_id) VALUES (?1, ?2, ?3) ON CONFLICT (contest_id, post_id) DO NOTHING",
			   db_i64(contest), db_i64(posts[i]), db_i64(workspace)));
	return OK;
}

enum err contest_homes(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 **ret_homes, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT DISTINCT m.home_id FROM contest_post c CROSS JOIN post_variant v CROSS JOIN publication u CROSS JOIN message m WHERE c.workspace_id = ?1 AND c.contest_id = ?2"
			 " AND v.post_id = c.post_id AND v.workspace_id = ?1 AND u.workspace_id = ?1 AND u.variant_id = v.id AND u.state = 'sent' AND m.id = u.message_id"
			 " AND m.workspace_id = ?1 ORDER BY 1",
		     db_i64(workspace), db_i64(contest)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_i64(row, 0);
	*ret_homes = list;
	*ret_count = count;
	return OK;
}
