#include "store/hashtag.h"

#include "store/sql.h"

enum err hashtags_heard_add(struct cx *cx, struct db *db, i64 workspace, const struct heard_tag *tags, size_t count)
{
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL, "INSERT INTO hashtag_heard (workspace_id, message_id, key, tag) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace_id, message_id, key) DO NOTHING",
			   db_i64(workspace), db_i64(tags[i].message), db_text(tags[i].key), db_text(tags[i].tag)));
	return OK;
}

enum err hashtags_heard_prune(struct cx *cx, struct db *db, i64 workspace, i64 before)
{
	return db_run(cx, db, NULL, "DELETE FROM hashtag_heard WHERE workspace_id = ?1 AND message_id < ?2", db_i64(workspace), db_i64(before));
}

/* Those not asked for are empty: no hashtag is. */
enum err hashtags_heard_count(struct cx *cx, struct db *db, i64 workspace, const struct str *keys, size_t count, i64 *ret_counts)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct db_value values[HASHTAG_ASKED + 3] = {db_null(), db_i64(workspace), db_i64(HASHTAG_COUNTED)};
	must(count <= HASHTAG_ASKED);
	for (size_t i = 0; i < HASHTAG_ASKED; i++)
		values[3 + i] = db_text(i < count ? keys[i] : S(""));
	for (size_t i = 0; i < count; i++)
		ret_counts[i] = 0;
	TRY(db_query_values(cx, db, &row,
			    "SELECT v.column1, (SELECT COUNT(*) FROM (SELECT 1 FROM hashtag_heard h WHERE h.workspace_id = ?1 AND h.key = v.column1 LIMIT ?2) AS uses) FROM (VALUES"
				" (?3), (?4), (?5), (?6), (?7), (?8), (?9), (?10), (?11), (?12), (?13), (?14), (?15), (?16), (?17), (?18), (?19), (?20), (?21), (?22), (?23), (?24),"
				" (?25), (?26), (?27), (?28), (?29), (?30), (?31), (?32), (?33), (?34), (?35), (?36), (?37), (?38), (?39), (?40), (?41), (?42)) AS v",
			    values, HASHTAG_ASKED + 2));
	FOR_ROWS (cx, row)
		for (size_t i = 0; i < count; i++)
			if (str_eq(keys[i], row_text(row, 0)))
				ret_counts[i] = row_i64(row, 1);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, struct tag_count **ret_tags, size_t *ret_count)
{
	struct tag_count *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = (struct tag_count){row_str(row, 0, cx->arena), row_str(row, 1, cx->arena), row_i64(row, 2)};
	*ret_tags = list;
	*ret_count = count;
	return OK;
}

enum err hashtags_heard_with(struct cx *cx, struct db *db, i64 workspace, struct str key, size_t newest, size_t limit, struct tag_count **ret_tags, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "SELECT o.key, o.tag, COUNT(*) AS times FROM (SELECT message_id FROM hashtag_heard WHERE workspace_id = ?1 AND key = ?2 ORDER BY message_id DESC LIMIT ?3) AS n"
			 " CROSS JOIN hashtag_heard o WHERE o.workspace_id = ?1 AND o.message_id = n.message_id GROUP BY o.key, o.tag ORDER BY times DESC, o.key, o.tag LIMIT ?4",
		     db_i64(workspace), db_text(key), db_i64((i64)newest), db_i64((i64)limit)));
	return collect(cx, row, ret_tags, ret_count);
}

#define OF_LINE(of)                                                                                                            \
	"SELECT COALESCE(t.key, ''), COALESCE(t.tag, ''), p.id FROM (SELECT id FROM post WHERE workspace_id = ?1 AND " of " = ?2 AND id <> ?3 ORDER BY planned_at DESC LIMIT ?4) AS p" \
	" LEFT JOIN post_tag t ON t.post_id = p.id AND t.workspace_id = ?1"

enum err hashtags_of_line(struct cx *cx, struct db *db, i64 workspace, i64 campaign, i64 pillar, i64 but, size_t newest, struct tag_count **ret_tags, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, campaign ? OF_LINE("campaign_id") : OF_LINE("pillar_id"), db_i64(workspace), db_i64(campaign ? campaign : pillar), db_i64(but), db_i64((i64)newest)));
	return collect(cx, row, ret_tags, ret_count);
}
