#include "store/same.h"

#include "base/lang.h"
#include "store/sql.h"

#define MANY 20 /* more than so many carry it: it tells nothing, and is not read to its end */
#define OWN_LOOKED_AT 12
#define MERGES_SHOWN 50

/* ---- what looks alike ---- */

struct own {
	struct str network, name_key, handle_key, mail_key; /* network empty: the card */
};

struct looking {
	struct cx *cx;
	struct db *db;
	i64 workspace, contact;
	i64 *apart; /* accounts that somebody said are somebody else's */
	size_t apart_count;
	struct likeness *list;
	size_t count, capacity;
};

static enum err own_of(const struct looking *l, struct own ret_own[OWN_LOOKED_AT + 1], size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	size_t count = 0;
	TRY(db_query(l->cx, l->db, &row,
		     "SELECT network, name_key, handle_key, mail_key FROM identity WHERE workspace_id = ?1 AND contact_id = ?2 LIMIT ?3", db_i64(l->workspace),
		     db_i64(l->contact), db_i64(OWN_LOOKED_AT)));
	FOR_ROWS (l->cx, row) {
		struct arena *a = l->cx->arena;
		ret_own[count++] = (struct own){row_str(row, 0, a), row_str(row, 1, a), row_str(row, 2, a), row_str(row, 3, a)};
	}
	CLEANUP(row_endp) struct row *card = NULL;
	enum err e = db_one(l->cx, l->db, &card, "SELECT email FROM contact WHERE workspace_id = ?1 AND id = ?2", db_i64(l->workspace), db_i64(l->contact));
	if (e != OK && e != ERR_MISSING)
		return e;
	if (e == OK)
		ret_own[count++] = (struct own){.mail_key = row_str(card, 0, l->cx->arena)};
	*ret_count = count;
	return OK;
}

static enum err load_apart(struct looking *l)
{
	CLEANUP(row_endp) struct row *row = NULL;
	size_t capacity = 0;
	TRY(db_query(l->cx, l->db, &row,
		     "SELECT a.other_id FROM identity i CROSS JOIN identity_apart a WHERE i.workspace_id = ?1 AND i.contact_id = ?2"
			 " AND a.workspace_id = ?1 AND a.identity_id = i.id",
		     db_i64(l->workspace), db_i64(l->contact)));
	FOR_ROWS (l->cx, row)
		*arena_push(l->cx->arena, l->apart, l->apart_count, capacity) = row_i64(row, 0);
	return OK;
}

static bool is_apart(const struct looking *l, i64 identity)
{
	for (size_t i = 0; i < l->apart_count; i++)
		if (l->apart[i] == identity)
			return true;
	return false;
}

/* What somebody said is not the same person. */
static enum err drop_apart(struct looking *l)
{
	size_t kept = 0;
	TRY(load_apart(l));
	for (size_t i = 0; i < l->count; i++)
		if (!is_apart(l, l->list[i].theirs.id))
			l->list[kept++] = l->list[i];
	l->count = kept;
	return OK;
}

#define ALIKE "SELECT id, workspace_id, contact_id, network, remote_id, handle, name, url, avatar_url, followers FROM identity WHERE workspace_id = ?1 AND "

/* The rows of one key; those of a key that many carry are dropped. */
static enum err take(struct looking *l, struct row *row, enum evidence_kind kind, struct str network)
{
	struct arena *a = l->cx->arena;
	size_t before = l->count, read = 0;
	FOR_ROWS (l->cx, row) {
		struct likeness found = {
			.kind = kind,
			.theirs = {.id = row_i64(row, 0), .workspace = row_i64(row, 1), .contact = row_i64(row, 2), .network = row_str(row, 3, a),
				   .remote_id = row_str(row, 4, a), .handle = row_str(row, 5, a), .name = row_str(row, 6, a), .url = row_str(row, 7, a),
				   .avatar_url = row_str(row, 8, a), .followers = row_i64(row, 9)},
			.mine = network,
		};
		read++;
		if (found.theirs.contact != l->contact && (kind == SAME_MAIL || !str_eq(found.theirs.network, network)))
			*arena_push(a, l->list, l->count, l->capacity) = found;
	}
	if (read > MANY)
		l->count = before;
	return OK;
}

static enum err by_name(struct looking *l, const struct own *own)
{
	CLEANUP(row_endp) struct row *row = NULL;
	if (!own->name_key.len)
		return OK;
	TRY(db_query(l->cx, l->db, &row, ALIKE "name_key = ?2 AND name_key <> '' LIMIT ?3", db_i64(l->workspace), db_text(own->name_key), db_i64(MANY + 1)));
	return take(l, row, SAME_NAME, own->network);
}

static enum err by_handle(struct looking *l, const struct own *own)
{
	CLEANUP(row_endp) struct row *row = NULL;
	if (!own->handle_key.len)
		return OK;
	TRY(db_query(l->cx, l->db, &row, ALIKE "handle_key = ?2 AND handle_key <> '' LIMIT ?3", db_i64(l->workspace), db_text(own->handle_key), db_i64(MANY + 1)));
	return take(l, row, SAME_HANDLE, own->network);
}

static enum err by_mail(struct looking *l, const struct own *own)
{
	CLEANUP(row_endp) struct row *accounts = NULL, *cards = NULL;
	if (!own->mail_key.len)
		return OK;
	TRY(db_query(l->cx, l->db, &accounts, ALIKE "mail_key = ?2 AND mail_key <> '' LIMIT ?3", db_i64(l->workspace), db_text(own->mail_key), db_i64(MANY + 1)));
	TRY(take(l, accounts, SAME_MAIL, own->network));
	TRY(db_query(l->cx, l->db, &cards,
		     ALIKE "contact_id IN (SELECT id FROM contact WHERE workspace_id = ?1 AND email = ?2 AND email <> '' AND merged_into IS NULL LIMIT ?3) LIMIT ?3",
		     db_i64(l->workspace), db_text(own->mail_key), db_i64(MANY + 1)));
	return take(l, cards, SAME_MAIL, own->network);
}

/* ---- addresses on the web ---- */

struct own_link {
	struct str key, network;
	bool proven;
};

static enum err own_links(const struct looking *l, struct own_link *ret_own, size_t most, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	size_t count = 0;
	TRY(db_query(l->cx, l->db, &row,
		     "SELECT k.link_key, i.network, k.proven FROM identity i CROSS JOIN identity_link k WHERE i.workspace_id = ?1 AND i.contact_id = ?2"
			 " AND k.workspace_id = ?1 AND k.identity_id = i.id LIMIT ?3",
		     db_i64(l->workspace), db_i64(l->contact), db_i64((i64)most)));
	FOR_ROWS (l->cx, row)
		ret_own[count++] = (struct own_link){row_str(row, 0, l->cx->arena), row_str(row, 1, l->cx->arena), row_i64(row, 2) != 0};
	*ret_count = count;
	return OK;
}

static enum err by_link(struct looking *l, const struct own_link *own)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct arena *a = l->cx->arena;
	size_t before = l->count, read = 0;
	TRY(db_query(l->cx, l->db, &row,
		     "SELECT i.id, i.workspace_id, i.contact_id, i.network, i.remote_id, i.handle, i.name, i.url, i.avatar_url, i.followers, k.proven"
			 " FROM identity_link k CROSS JOIN identity i WHERE k.workspace_id = ?1 AND k.link_key = ?2 AND i.id = k.identity_id AND i.workspace_id = ?1 LIMIT ?3",
		     db_i64(l->workspace), db_text(own->key), db_i64(MANY + 1)));
	FOR_ROWS (l->cx, row) {
		struct likeness found = {
			.kind = own->proven && row_i64(row, 10) ? SAME_PROVEN : SAME_LINK,
			.theirs = {.id = row_i64(row, 0), .workspace = row_i64(row, 1), .contact = row_i64(row, 2), .network = row_str(row, 3, a),
				   .remote_id = row_str(row, 4, a), .handle = row_str(row, 5, a), .name = row_str(row, 6, a), .url = row_str(row, 7, a),
				   .avatar_url = row_str(row, 8, a), .followers = row_i64(row, 9)},
			.shared = own->key,
			.mine = own->network,
		};
		read++;
		if (found.theirs.contact != l->contact)
			*arena_push(a, l->list, l->count, l->capacity) = found;
	}
	if (read > MANY)
		l->count = before;
	return OK;
}

enum err likenesses_of(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct likeness **ret_list, size_t *ret_count)
{
	struct looking l = {.cx = cx, .db = db, .workspace = workspace, .contact = contact};
	struct own own[OWN_LOOKED_AT + 1];
	size_t count;
	TRY(own_of(&l, own, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(by_name(&l, &own[i]));
		TRY(by_handle(&l, &own[i]));
		TRY(by_mail(&l, &own[i]));
	}
	struct own_link links[OWN_LOOKED_AT * 2];
	TRY(own_links(&l, links, COUNT(links), &count));
	for (size_t i = 0; i < count; i++)
		TRY(by_link(&l, &links[i]));
	if (l.count)
		TRY(drop_apart(&l));
	*ret_list = l.list;
	*ret_count = l.count;
	return OK;
}

/* ---- saying no ---- */

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
