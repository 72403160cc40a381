/* called.c: one port with two bodies, as search.c: FTS5 with the workspace as one more word, and tsvector. */
#include "store/called.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "model/search.h"
#include "store/sql.h"

#define WORDS_MOST 8
#define LOOKED_AT_MOST 500
#define WORD_BYTES 100

static struct str scope_of(struct arena *arena, i64 workspace)
{
	return arena_printf(arena, "w%lld", (long long)workspace);
}

/* 'marie':1 'dupont':2, or as they are. */
static struct str words_of(struct cx *cx, const struct db *db, struct str name, struct str other)
{
	struct str words = search_plain(cx->arena, arena_printf(cx->arena, "%.*s\n%.*s", STR_ARG(name), STR_ARG(other)));
	if (db_kind(db) == DB_SQLITE)
		return words;
	CLEANUP(buf_free) struct buf b = {};
	for (int place = 1; words.at && words.len && place < 1000; place++) {
		struct str word = utf8_head(str_cut(&words, ' '), WORD_BYTES);
		buf_addf(&b, "'%.*s':%d ", STR_ARG(word), place);
	}
	return buf_keep(&b, cx->arena);
}

enum err called_add(struct cx *cx, struct db *db, i64 workspace, i64 subject, struct str name, struct str other)
{
	struct str words = words_of(cx, db, name, other);
	if (db_kind(db) == DB_SQLITE)
		return db_run(cx, db, NULL, "/* sqlite */ /* all workspaces */ INSERT INTO contact_fts (rowid, scope, words) VALUES (?1, ?2, ?3)", db_i64(subject),
			      db_text(scope_of(cx->arena, workspace)), db_text(words));
	return db_run(cx, db, NULL, "/* postgres */ INSERT INTO contact_fts (subject_id, workspace_id, words) VALUES (?1, ?2, CAST(?3 AS TSVECTOR))",
		      db_i64(subject), db_i64(workspace), db_text(words));
}

enum err called_set(struct cx *cx, struct db *db, i64 workspace, i64 subject, struct str name, struct str other)
{
	struct str words = words_of(cx, db, name, other);
	if (db_kind(db) == DB_SQLITE) /* mostly nothing but a number changed */
		return db_run(cx, db, NULL, "/* sqlite */ /* all workspaces */ UPDATE contact_fts SET words = ?2 WHERE rowid = ?1 AND words <> ?2", db_i64(subject),
			      db_text(words));
	return db_run(cx, db, NULL, "/* postgres */ UPDATE contact_fts SET words = CAST(?3 AS TSVECTOR) WHERE workspace_id = ?2 AND subject_id = ?1",
		      db_i64(subject), db_i64(workspace), db_text(words));
}

/* Empty: there is no word to look for. */
static struct str query_of(struct cx *cx, const struct db *db, i64 workspace, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	bool sqlite = db_kind(db) == DB_SQLITE;
	struct str words = search_plain(cx->arena, text);
	if (sqlite)
		buf_addf(&b, "scope : \"%.*s\"", STR_ARG(scope_of(cx->arena, workspace)));
	size_t count = 0;
	for (; words.at && words.len && count < WORDS_MOST; count++) {
		struct str word = utf8_head(str_cut(&words, ' '), WORD_BYTES);
		if (sqlite)
			buf_addf(&b, " AND words : \"%.*s\" *", STR_ARG(word));
		else
			buf_addf(&b, "%s'%.*s':*", count ? " & " : "", STR_ARG(word));
	}
	return count ? buf_keep(&b, cx->arena) : (struct str){};
}

#define CONTACTS_IN                                                                                                            \
	"SELECT c.id FROM contact c WHERE +c.workspace_id = ?1 AND c.merged_into IS NULL AND c.id IN"                             \
	" (SELECT COALESCE(i.contact_id, f.found) FROM ("
#define BY_ACCOUNT ") f LEFT JOIN identity i ON i.id = f.found AND i.workspace_id = ?1) ORDER BY c.last_at DESC, c.id DESC LIMIT ?4"

/* PostgreSQL gathers all that a beginning has before it gives the newest: so the newest people are looked at one by one first. */
#define NEAR "SELECT subject_id AS found FROM (SELECT subject_id, words FROM contact_fts WHERE workspace_id = ?1 ORDER BY subject_id DESC LIMIT 4096) near_ones" \
	     " WHERE words @@ CAST(?2 AS TSQUERY) ORDER BY subject_id DESC LIMIT ?3"
#define ALL "SELECT subject_id AS found FROM (SELECT subject_id FROM contact_fts WHERE workspace_id = ?1 AND words @@ CAST(?2 AS TSQUERY) OFFSET 0) all_of_them" \
	    " ORDER BY subject_id DESC LIMIT ?3"

static enum err find(struct cx *cx, struct db *db, i64 workspace, struct str query, bool near, size_t limit, i64 *list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     db_kind(db) == DB_SQLITE
			     ? "/* sqlite */ " CONTACTS_IN "SELECT rowid AS found FROM contact_fts WHERE contact_fts MATCH ?2 ORDER BY rowid DESC LIMIT ?3" BY_ACCOUNT
		     : near  ? "/* postgres */ " CONTACTS_IN NEAR BY_ACCOUNT
			     : "/* postgres */ " CONTACTS_IN ALL BY_ACCOUNT,
		     db_i64(workspace), db_text(query), db_i64(LOOKED_AT_MOST), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		list[count++] = row_i64(row, 0);
	*ret_count = count;
	return OK;
}

enum err called_find(struct cx *cx, struct db *db, i64 workspace, struct str words, size_t limit, i64 **ret_contacts, size_t *ret_count)
{
	i64 *list = arena_array(cx->arena, i64, limit + 1);
	size_t count = 0;
	struct str query = query_of(cx, db, workspace, words);
	if (query.len && db_kind(db) == DB_POSTGRES)
		TRY(find(cx, db, workspace, query, true, limit, list, &count));
	if (query.len && count < limit)
		TRY(find(cx, db, workspace, query, false, limit, list, &count));
	*ret_contacts = list;
	*ret_count = count;
	return OK;
}

/* ---- their accounts on one network ---- */

/* The network is held against (network || ''), so that no planner walks all accounts of a network by its unique index. */

#define NEWEST_MOST 300 /* people, where no word narrows them */
#define KEYS_MOST 5000  /* that begin so, on whatever network */
#define ACCOUNT "SELECT i.id, c.last_at, i.network, i.handle, i.url, CASE WHEN c.name <> '' THEN c.name ELSE i.name END FROM "
#define ACCOUNT_ORDER " AND i.handle <> '' ORDER BY c.last_at DESC, i.id DESC LIMIT ?5"
/* What was found is a person or an account: all accounts of the one, or the other. */
#define OF_FOUND "i.id IN (SELECT f.found FROM those f UNION SELECT o.id FROM those f JOIN identity o ON o.workspace_id = ?1 AND o.contact_id = f.found)"

static bool goes_before(const struct called_account *a, const struct called_account *b)
{
	return a->last_at != b->last_at ? a->last_at > b->last_at : a->identity > b->identity;
}

/* The first of them by goes_before(), in whatever order the rows come. */
static enum err accounts(struct cx *cx, struct row *row, size_t limit, struct called_account *list, size_t *ret_count)
{
	size_t count = 0;
	FOR_ROWS (cx, row) {
		struct called_account a = {
			row_i64(row, 0), row_i64(row, 1), row_str(row, 2, cx->arena), row_str(row, 3, cx->arena), row_str(row, 4, cx->arena), row_str(row, 5, cx->arena),
		};
		size_t at = count < limit ? count++ : limit;
		for (; at && goes_before(&a, &list[at - 1]); at--)
			list[at] = list[at - 1];
		list[at] = a; /* there is room for one more than the limit */
	}
	*ret_count = count;
	return OK;
}

enum err called_newest_on(struct cx *cx, struct db *db, i64 workspace, struct str network, size_t limit, struct called_account **ret_accounts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	*ret_accounts = arena_array(cx->arena, struct called_account, limit + 1);
	TRY(db_query(cx, db, &row,
		     ACCOUNT "(SELECT id, name, last_at FROM contact WHERE workspace_id = ?1 AND merged_into IS NULL ORDER BY last_at DESC, id DESC LIMIT ?3) c"
			     " CROSS JOIN identity i WHERE i.workspace_id = ?1 AND i.contact_id = c.id AND i.network || '' = ?2 AND i.handle <> ''",
		     db_i64(workspace), db_text(network), db_i64(NEWEST_MOST)));
	return accounts(cx, row, limit, *ret_accounts, ret_count);
}

/* Of the index alone first; bytes are compared, as PostgreSQL's own order of texts knows no beginnings. */
#define BEGINS(key, from, to)                                                                                                  \
	ACCOUNT "(SELECT k.id FROM (SELECT id, network FROM identity WHERE workspace_id = ?1 AND " key " " from " ?2 AND " key " " to " ?3 AND " key " <> '' LIMIT ?4) k" \
		" WHERE k.network = ?5 LIMIT ?6) those CROSS JOIN identity i CROSS JOIN contact c WHERE i.id = those.id AND i.workspace_id = ?1 AND i.handle <> ''" \
		" AND c.id = i.contact_id AND c.workspace_id = ?1"

enum err called_begin_on(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str key, bool by_handle, size_t limit, struct called_account **ret_accounts,
			 size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str until = arena_printf(cx->arena, "%.*s\xF4\x8F\xBF\xBF", STR_ARG(key)); /* behind every letter */
	*ret_accounts = arena_array(cx->arena, struct called_account, limit + 1);
	TRY(db_query(cx, db, &row,
		     db_kind(db) == DB_SQLITE ? (by_handle ? "/* sqlite */ " BEGINS("handle_key", ">=", "<") : "/* sqlite */ " BEGINS("name_key", ">=", "<"))
		     : by_handle	      ? "/* postgres */ " BEGINS("handle_key", "~>=~", "~<~")
					      : "/* postgres */ " BEGINS("name_key", "~>=~", "~<~"),
		     db_i64(workspace), db_text(key), db_text(until), db_i64(KEYS_MOST), db_text(network), db_i64((i64)limit)));
	return accounts(cx, row, limit, *ret_accounts, ret_count);
}

static enum err found_on(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str query, bool near, size_t limit, struct called_account *list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     db_kind(db) == DB_SQLITE
			     ? "/* sqlite */ WITH those AS MATERIALIZED (SELECT rowid AS found FROM contact_fts WHERE contact_fts MATCH ?2 ORDER BY rowid DESC LIMIT ?3) " ACCOUNT
			       "identity i JOIN contact c ON c.id = i.contact_id AND +c.workspace_id = ?1 WHERE +i.workspace_id = ?1 AND i.network || '' = ?4 AND " OF_FOUND ACCOUNT_ORDER
		     : near  ? "/* postgres */ WITH those AS MATERIALIZED (" NEAR ") " ACCOUNT "identity i JOIN contact c ON c.id = i.contact_id AND c.workspace_id = ?1"
			       " WHERE i.workspace_id + 0 = ?1 AND i.network || '' = ?4 AND " OF_FOUND ACCOUNT_ORDER
			     : "/* postgres */ WITH those AS MATERIALIZED (" ALL ") " ACCOUNT "identity i JOIN contact c ON c.id = i.contact_id AND c.workspace_id = ?1"
			       " WHERE i.workspace_id + 0 = ?1 AND i.network || '' = ?4 AND " OF_FOUND ACCOUNT_ORDER,
		     db_i64(workspace), db_text(query), db_i64(LOOKED_AT_MOST), db_text(network), db_i64((i64)limit)));
	return accounts(cx, row, limit, list, ret_count);
}

enum err called_on(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str words, size_t limit, struct called_account **ret_accounts, size_t *ret_count)
{
	struct called_account *list = arena_array(cx->arena, struct called_account, limit + 1);
	size_t count = 0;
	struct str query = query_of(cx, db, workspace, words);
	if (query.len && db_kind(db) == DB_POSTGRES)
		TRY(found_on(cx, db, workspace, network, query, true, limit, list, &count));
	if (query.len && count < limit)
		TRY(found_on(cx, db, workspace, network, query, false, limit, list, &count));
	*ret_accounts = list;
	*ret_count = count;
	return OK;
}
