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
