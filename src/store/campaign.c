#include "store/campaign.h"

#include "store/sql.h"

#include <string.h>

#define COLUMNS "id, workspace_id, name, brief, goal, starts_on, ends_on, budget, spent, currency, owner_id, created_by, created_at, archived_at"
#define CAMPAIGN "SELECT " COLUMNS " FROM campaign "

static struct campaign read_campaign(struct cx *cx, const struct row *row)
{
	return (struct campaign){
		.id = row_i64(row, 0), .workspace = row_i64(row, 1), .name = row_str(row, 2, cx->arena), .brief = row_str(row, 3, cx->arena),
		.goal = row_str(row, 4, cx->arena), .starts_on = row_str(row, 5, cx->arena), .ends_on = row_str(row, 6, cx->arena), .budget = row_i64(row, 7),
		.spent = row_i64(row, 8), .currency = row_str(row, 9, cx->arena), .owner = row_i64(row, 10), .created_by = row_i64(row, 11),
		.created_at = row_i64(row, 12), .archived_at = row_i64(row, 13),
	};
}

enum err campaign_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct campaign *ret_campaign)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, CAMPAIGN "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This campaign is not of this workspace."));
	TRY(e);
	*ret_campaign = read_campaign(cx, row);
	return OK;
}

enum err campaign_by_name(struct cx *cx, struct db *db, i64 workspace, struct str name, struct campaign *ret_campaign)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, CAMPAIGN "WHERE workspace_id = ?1 AND name = ?2", db_i64(workspace), db_text(name)));
	*ret_campaign = read_campaign(cx, row);
	return OK;
}

enum err campaign_save(struct cx *cx, struct db *db, const struct campaign *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO campaign (id, workspace_id, name, brief, goal, starts_on, ends_on, budget, spent, currency, owner_id, created_by, created_at, archived_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (id) DO UPDATE SET name = excluded.name, brief = excluded.brief,"
			  " goal = excluded.goal, starts_on = excluded.starts_on, ends_on = excluded.ends_on, budget = excluded.budget, spent = excluded.spent,"
			  " currency = excluded.currency, owner_id = excluded.owner_id, archived_at = excluded.archived_at WHERE campaign.workspace_id = excluded.workspace_id",
		      db_i64(c->id), db_i64(c->workspace), db_text(c->name), db_text(c->brief), db_text(c->goal), db_text(c->starts_on), db_text(c->ends_on),
		      db_i64(c->budget), db_i64(c->spent), db_text(c->currency), db_id(c->owner), db_id(c->created_by), db_i64(c->created_at), db_i64(c->archived_at));
}

/* ---- lists ---- */

/* The day it begins as a number, 20270301; an open beginning is before every other. Counted from far ahead, the order is turned round. */
#define KEY "ABS(?2 - CAST('0' || REPLACE(starts_on, '-', '') AS BIGINT) - 1)"
#define WHICH " AND (archived_at > 0) = (?3 = 2) AND (?3 = 2 OR (ends_on <> '' AND ends_on < ?4) = (?3 = 1))"

static i64 counted_from(enum campaign_list which)
{
	return which == CAMPAIGNS_OPEN ? 0 : 100000000;
}

i64 campaign_key(enum campaign_list which, const struct campaign *c)
{
	i64 key = 0;
	for (size_t i = 0; i < c->starts_on.len; i++)
		if (c->starts_on.at[i] != '-')
			key = key * 10 + (c->starts_on.at[i] - '0');
	key = counted_from(which) - key - 1;
	return key < 0 ? -key : key;
}

enum err campaigns_list(struct cx *cx, struct db *db, i64 workspace, enum campaign_list which, struct str today, struct list_place from, size_t limit,
			struct campaign **ret_campaigns, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct campaign *list = NULL;
	size_t count = 0, capacity = 0;
	i64 edge = from.is_back ? INT64_MAX : 0, key = from.is_given ? from.key : edge, id = from.is_given ? from.id : edge;
	const struct db_value values[] = {db_null(), db_i64(workspace), db_i64(counted_from(which)), db_i64(which), db_text(today), db_i64(key), db_i64(id), db_i64((i64)limit)};
	if (!from.is_back)
		TRY(db_query_values(cx, db, &row, CAMPAIGN "WHERE workspace_id = ?1" WHICH " AND (" KEY ", id) > (?5, ?6) ORDER BY " KEY ", id LIMIT ?7", values, 7));
	else
		TRY(db_query_values(cx, db, &row, CAMPAIGN "WHERE workspace_id = ?1" WHICH " AND (" KEY ", id) < (?5, ?6) ORDER BY " KEY " DESC, id DESC LIMIT ?7", values, 7));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_campaign(cx, row);
	if (from.is_back)
		list_turn(list, sizeof *list, count);
	*ret_campaigns = list;
	*ret_count = count;
	return OK;
}

enum err campaigns_count(struct cx *cx, struct db *db, i64 workspace, struct str today, i64 *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 counts[3] = {};
	TRY(db_query(cx, db, &row,
		     "SELECT CASE WHEN archived_at > 0 THEN 2 WHEN ends_on <> '' AND ends_on < ?2 THEN 1 ELSE 0 END AS which, COUNT(*) FROM campaign WHERE workspace_id = ?1"
			 " GROUP BY 1",
		     db_i64(workspace), db_text(today)));
	FOR_ROWS (cx, row)
		counts[row_i64(row, 0)] = row_i64(row, 1);
	memcpy(ret_counts, counts, sizeof counts);
	return OK;
}

enum err campaign_states(struct cx *cx, struct db *db, i64 workspace, i64 campaign, i64 *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 counts[POST_STATE_COUNT] = {};
	TRY(db_query(cx, db, &row, "SELECT state, COUNT(*) FROM post WHERE workspace_id = ?1 AND campaign_id = ?2 AND archived_at = 0 GROUP BY state", db_i64(workspace),
		     db_i64(campaign)));
	FOR_ROWS (cx, row) {
		enum post_state state;
		if (post_state_of(row_text(row, 0), &state))
			counts[state] = row_i64(row, 1);
	}
	memcpy(ret_counts, counts, sizeof counts);
	return OK;
}

/* ---- what came of it ---- */

static const char *const measures[CAMPAIGN_MEASURES] = {
	[CAMPAIGN_REACH] = "reach", [CAMPAIGN_VIEWS] = "views", [CAMPAIGN_LIKES] = "likes", [CAMPAIGN_SHARES] = "shares", [CAMPAIGN_REPLIES] = "replies",
	[CAMPAIGN_CLICKS] = "clicks",
};

const char *campaign_measure_word(enum campaign_measure measure)
{
	must(measure < CAMPAIGN_MEASURES);
	return measures[measure];
}

/* Its posts that are there, each on its channel, without what follows them: p the post, v its variant, u the act. The order of the joins is ours: SQLite
 * would begin with all that ever left. */
#define LEFT " FROM post p CROSS JOIN post_variant v CROSS JOIN publication u"
#define OF                                                                                                                     \
	" WHERE p.workspace_id = ?1 AND p.campaign_id = ?2 AND v.post_id = p.id AND v.workspace_id = ?1 AND u.workspace_id = ?1 AND u.variant_id = v.id AND u.part = 0" \
	" AND u.state = 'sent'"

static enum err read_sent(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct campaign_figures **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct campaign_figures *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, "SELECT u.channel_id, COUNT(*)" LEFT OF " GROUP BY u.channel_id ORDER BY u.channel_id", db_i64(workspace), db_i64(campaign)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct campaign_figures){.channel = row_i64(row, 0), .sent = row_i64(row, 1)};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

static struct campaign_figures *of_channel(struct campaign_figures *list, size_t count, i64 channel)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].channel == channel)
			return &list[i];
	return NULL;
}

static enum err read_comments(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct campaign_figures *list, size_t count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT u.channel_id, COUNT(*)" LEFT " CROSS JOIN message o CROSS JOIN message m" OF " AND o.workspace_id = ?1 AND o.id = u.message_id AND m.workspace_id = ?1"
		     " AND m.conversation_id = o.conversation_id AND m.direction = 'in' GROUP BY u.channel_id",
		     db_i64(workspace), db_i64(campaign)));
	FOR_ROWS (cx, row) {
		struct campaign_figures *f = of_channel(list, count, row_i64(row, 0));
		if (f)
			f->comments = row_i64(row, 1);
	}
	return OK;
}

static enum err read_told(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct campaign_figures *list, size_t count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT u.channel_id, f.measure, CAST(SUM(f.value) AS BIGINT), COUNT(*), MAX(f.told_at)" LEFT
		     " CROSS JOIN metric_point f" OF " AND f.workspace_id = ?1 AND f.channel_id = u.channel_id AND f.message_id = u.message_id AND NOT EXISTS (SELECT 1"
		     " FROM metric_point g WHERE g.workspace_id = ?1 AND g.channel_id = f.channel_id AND g.message_id = f.message_id AND g.measure = f.measure AND g.at > f.at)"
		     " GROUP BY u.channel_id, f.measure",
		     db_i64(workspace), db_i64(campaign)));
	FOR_ROWS (cx, row) {
		struct campaign_figures *f = of_channel(list, count, row_i64(row, 0));
		if (!f)
			continue;
		for (int m = 0; m < CAMPAIGN_MEASURES; m++)
			if (str_eq(row_text(row, 1), str_of(measures[m]))) {
				f->value[m] = row_i64(row, 2);
				f->told[m] = row_i64(row, 3);
				f->told_at = row_i64(row, 4) > f->told_at ? row_i64(row, 4) : f->told_at;
			}
	}
	return OK;
}

/* People who followed its own short links: no network tells of these. */
static enum err read_clicks(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct campaign_figures *list, size_t count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT u.channel_id, CAST(COALESCE(SUM(d.direct + d.network + d.search + d.other), 0) AS BIGINT), COUNT(DISTINCT p.id)" LEFT
		     " CROSS JOIN short_link l LEFT JOIN short_link_day d ON d.link_id = l.id AND d.workspace_id = ?1" OF " AND l.workspace_id = ?1 AND l.post_id = p.id"
		     " AND l.channel_id = u.channel_id GROUP BY u.channel_id",
		     db_i64(workspace), db_i64(campaign)));
	FOR_ROWS (cx, row) {
		struct campaign_figures *f = of_channel(list, count, row_i64(row, 0));
		if (!f)
			continue;
		f->value[CAMPAIGN_CLICKS] = row_i64(row, 1);
		f->told[CAMPAIGN_CLICKS] = row_i64(row, 2);
	}
	return OK;
}

enum err campaign_figures(struct cx *cx, struct db *db, i64 workspace, i64 campaign, struct campaign_figures **ret_figures, size_t *ret_count)
{
	struct campaign_figures *list;
	size_t count;
	TRY(read_sent(cx, db, workspace, campaign, &list, &count));
	TRY(read_comments(cx, db, workspace, campaign, list, count));
	TRY(read_told(cx, db, workspace, campaign, list, count));
	TRY(read_clicks(cx, db, workspace, campaign, list, count));
	*ret_figures = list;
	*ret_count = count;
	return OK;
}
