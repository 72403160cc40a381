#include "store/same.h"

#include "base/lang.h"
#include "store/sql.h"

#define MANY 20 /* more than so many carry it: it tells nothing */
#define MERGES_SHOWN 50

/* CROSS JOIN: SQLite keeps to the order written, from the few of `mine` to their likes. */
/* The accounts of another contact `o`, found by a member of `mine`; MANY + 1 at the most. */
#define OTHER "o.id, o.workspace_id, o.contact_id, o.network, o.remote_id, o.handle, o.name, o.url, o.avatar_url, o.followers, mine.network AS by_network"
#define NOT_APART                                                                                                              \
	" AND o.contact_id <> ?2 AND NOT EXISTS (SELECT 1 FROM identity_apart a JOIN identity m ON m.id = a.identity_id AND m.workspace_id = ?1" \
	" WHERE a.workspace_id = ?1 AND a.other_id = o.id AND m.contact_id = ?2) ORDER BY o.id LIMIT 21"

static const char likeness_sql[] =
	"WITH mine AS (SELECT network, name_key, handle_key, mail_key FROM identity WHERE workspace_id = ?1 AND contact_id = ?2 UNION ALL"
	" SELECT '' AS network, '' AS name_key, '' AS handle_key, email AS mail_key FROM contact WHERE workspace_id = ?1 AND id = ?2 AND email <> '')"
	" SELECT * FROM (SELECT 1 AS kind, " OTHER " FROM mine CROSS JOIN identity o WHERE o.workspace_id = ?1 AND o.name_key = mine.name_key AND o.name_key <> ''"
	" AND o.network <> mine.network" NOT_APART ") AS by_name"
	" UNION ALL SELECT * FROM (SELECT 2 AS kind, " OTHER " FROM mine CROSS JOIN identity o WHERE o.workspace_id = ?1 AND o.handle_key = mine.handle_key"
	" AND o.handle_key <> '' AND o.network <> mine.network" NOT_APART ") AS by_handle"
	" UNION ALL SELECT * FROM (SELECT 3 AS kind, " OTHER " FROM mine CROSS JOIN identity o WHERE o.workspace_id = ?1 AND o.mail_key = mine.mail_key"
	" AND o.mail_key <> '' AND mine.mail_key <> ''" NOT_APART ") AS by_mail"
	" UNION ALL SELECT * FROM (SELECT 3 AS kind, " OTHER " FROM mine CROSS JOIN contact d CROSS JOIN identity o WHERE d.workspace_id = ?1 AND d.email = mine.mail_key"
	" AND d.email <> '' AND d.merged_into IS NULL AND o.workspace_id = ?1 AND o.contact_id = d.id AND mine.mail_key <> ''" NOT_APART ") AS by_card";

enum err likenesses_of(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct likeness **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct likeness *list = NULL;
	size_t count = 0, capacity = 0, kinds[4] = {}, kept = 0;
	TRY(db_query(cx, db, &row, likeness_sql, db_i64(workspace), db_i64(contact)));
	FOR_ROWS (cx, row) {
		struct likeness l = {
			.kind = (enum evidence_kind)row_i64(row, 0),
			.theirs = {
				.id = row_i64(row, 1),
				.workspace = row_i64(row, 2),
				.contact = row_i64(row, 3),
				.network = row_str(row, 4, cx->arena),
				.remote_id = row_str(row, 5, cx->arena),
				.handle = row_str(row, 6, cx->arena),
				.name = row_str(row, 7, cx->arena),
				.url = row_str(row, 8, cx->arena),
				.avatar_url = row_str(row, 9, cx->arena),
				.followers = row_i64(row, 10),
			},
			.mine = row_str(row, 11, cx->arena),
		};
		kinds[l.kind]++;
		*arena_push(cx->arena, list, count, capacity) = l;
	}
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == SAME_MAIL || kinds[list[i].kind] <= MANY)
			list[kept++] = list[i];
	*ret_list = list;
	*ret_count = kept;
	return OK;
}

enum err identities_apart(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other, i64 person)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO identity_apart (workspace_id, identity_id, other_id, person_id, at)"
			  " SELECT i.workspace_id, i.id, o.id, CAST(?4 AS BIGINT), CAST(?5 AS BIGINT) FROM identity i CROSS JOIN identity o"
			  " WHERE i.workspace_id = ?1 AND o.workspace_id = ?1 AND i.contact_id = ?2 AND o.contact_id = ?3 UNION ALL"
			  " SELECT i.workspace_id, i.id, o.id, CAST(?4 AS BIGINT), CAST(?5 AS BIGINT) FROM identity i CROSS JOIN identity o"
			  " WHERE i.workspace_id = ?1 AND o.workspace_id = ?1 AND i.contact_id = ?3 AND o.contact_id = ?2"
			  " ON CONFLICT (workspace_id, identity_id, other_id) DO NOTHING",
		      db_i64(workspace), db_i64(contact), db_i64(other), db_id(person), db_i64(cx->now));
}

enum err identities_apart_forget(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other)
{
	return db_run(cx, db, NULL,
		      "DELETE FROM identity_apart WHERE workspace_id = ?1"
			  " AND ((identity_id IN (SELECT id FROM identity WHERE workspace_id = ?1 AND contact_id = ?2)"
			  " AND other_id IN (SELECT id FROM identity WHERE workspace_id = ?1 AND contact_id = ?3))"
			  " OR (identity_id IN (SELECT id FROM identity WHERE workspace_id = ?1 AND contact_id = ?3)"
			  " AND other_id IN (SELECT id FROM identity WHERE workspace_id = ?1 AND contact_id = ?2)))",
		      db_i64(workspace), db_i64(contact), db_i64(other));
}

/* ---- merges ---- */

#define MERGE                                                                                                                  \
	"SELECT g.id, g.workspace_id, g.from_id, g.into_id, g.person_id, g.at, g.identity_ids, g.filled, g.undone_at, c.name, p.name" \
	" FROM contact_merge g JOIN contact c ON c.id = g.from_id AND c.workspace_id = ?1 LEFT JOIN person p ON p.id = g.person_id "

static struct contact_merge read_merge(struct cx *cx, const struct row *row)
{
	return (struct contact_merge){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.from = row_i64(row, 2),
		.into = row_i64(row, 3),
		.person = row_i64(row, 4),
		.at = row_i64(row, 5),
		.identity_ids = row_str(row, 6, cx->arena),
		.filled = row_str(row, 7, cx->arena),
		.undone_at = row_i64(row, 8),
		.from_name = row_str(row, 9, cx->arena),
		.person_name = row_str(row, 10, cx->arena),
	};
}

enum err contact_merge_insert(struct cx *cx, struct db *db, const struct contact_merge *g)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO contact_merge (id, workspace_id, from_id, into_id, person_id, at, identity_ids, filled)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(g->id), db_i64(g->workspace), db_i64(g->from), db_i64(g->into), db_id(g->person), db_i64(g->at), db_text(g->identity_ids),
		      db_text(g->filled));
}

enum err contact_merge_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contact_merge *ret_merge)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, MERGE "WHERE g.workspace_id = ?1 AND g.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("There is no trace of these two having been joined."));
	TRY(e);
	*ret_merge = read_merge(cx, row);
	return OK;
}

enum err contact_merge_undone(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	i64 changed;
	TRY(db_run(cx, db, &changed, "UPDATE contact_merge SET undone_at = ?3 WHERE workspace_id = ?1 AND id = ?2 AND undone_at = 0", db_i64(workspace),
		   db_i64(id), db_i64(cx->now)));
	return changed ? OK : fail(cx, ERR_CONFLICT, N_("They were taken apart already."));
}

enum err contact_merges(struct cx *cx, struct db *db, i64 workspace, i64 into, struct contact_merge **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct contact_merge *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "WITH RECURSIVE tree(id) AS (SELECT CAST(?2 AS BIGINT) UNION SELECT n.from_id FROM contact_merge n JOIN tree t ON n.into_id = t.id"
			 " WHERE n.workspace_id = ?1 AND n.undone_at = 0) " MERGE
			 "JOIN tree ON tree.id = g.into_id WHERE g.workspace_id = ?1 AND g.undone_at = 0 ORDER BY g.id DESC LIMIT ?3",
		     db_i64(workspace), db_i64(into), db_i64(MERGES_SHOWN)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_merge(cx, row);
	*ret_list = list;
	*ret_count = count;
	return OK;
}
