/* search.c: full-text search over messages: the one port with two bodies. Both index the folded words of text and author; both
 * answer newest first, so that a common word stops at the first page instead of ranking millions. On SQLite each row carries
 * its workspace as one more word, so that the engine intersects instead of reading rows of others. */
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "store/message.h"
#include "store/sql.h"

#include <utf8proc.h>

#define QUERY_TERMS_MAX 32

static struct str scope_word(struct arena *arena, i64 workspace)
{
	return arena_printf(arena, "w%lld", (long long)workspace);
}

/* What goes into the index, and must come out again the same. */
static struct str indexed_text(struct arena *arena, struct str body, struct str author_name)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_folded(&b, author_name);
	buf_addc(&b, '\n');
	buf_add_folded(&b, body);
	return buf_keep(&b, arena);
}

enum err message_index(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body, struct str author_name)
{
	struct str text = indexed_text(cx->arena, body, author_name);
	if (db_kind(db) == DB_SQLITE)
		return db_run(cx, db, NULL, "/* sqlite */ /* all workspaces */ INSERT INTO message_fts (rowid, scope, body) VALUES (?1, ?2, ?3)", db_i64(id),
			      db_text(scope_word(cx->arena, workspace)), db_text(text));
	return db_run(cx, db, NULL,
		      "/* postgres */ INSERT INTO message_fts (message_id, workspace_id, words) VALUES (?1, ?2, to_tsvector('simple', ?3))"
				   " ON CONFLICT (message_id) DO UPDATE SET words = excluded.words",
		      db_i64(id), db_i64(workspace), db_text(text));
}

enum err message_unindex(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body, struct str author_name)
{
	struct str text = indexed_text(cx->arena, body, author_name);
	if (db_kind(db) == DB_SQLITE)
		return db_run(cx, db, NULL, "/* sqlite */ /* all workspaces */ INSERT INTO message_fts (message_fts, rowid, scope, body) VALUES ('delete', ?1, ?2, ?3)",
			      db_i64(id), db_text(scope_word(cx->arena, workspace)), db_text(text));
	return db_run(cx, db, NULL, "/* postgres */ DELETE FROM message_fts WHERE workspace_id = ?1 AND message_id = ?2", db_i64(workspace),
		      db_i64(id));
}

/* ---- the query ---- */

struct term {
	struct str words; /* folded; several for a phrase */
	bool prefix, excluded;
};

static bool word_character(u32 code)
{
	switch (utf8proc_category((utf8proc_int32_t)code)) {
	case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
	case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_CO:
		return true;
	default:
		return false;
	}
}

/* The words of `text` separated by one space; empty when there is none. */
static struct str plain_words(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf folded = {}, out = {};
	buf_add_folded(&folded, text);
	struct str rest = buf_str(&folded);
	bool gap = false;
	while (rest.len) {
		struct str before = rest;
		if (!word_character(utf8_next(&rest))) {
			gap = out.len > 0;
			continue;
		}
		if (gap)
			buf_addc(&out, ' ');
		gap = false;
		buf_add(&out, str_head(before, before.len - rest.len));
	}
	return buf_keep(&out, arena);
}

static size_t split_query(struct arena *arena, struct str query, struct term terms[QUERY_TERMS_MAX])
{
	size_t count = 0;
	while (count < QUERY_TERMS_MAX && (query = str_trim(query)).len) {
		struct term term = {};
		struct str raw;
		if (query.at[0] == '-') {
			term.excluded = true;
			query = str_skip(query, 1);
		}
		if (query.len && query.at[0] == '"') {
			query = str_skip(query, 1);
			raw = str_cut(&query, '"');
		} else {
			raw = str_cut(&query, ' ');
			term.prefix = raw.len && raw.at[raw.len - 1] == '*';
		}
		term.words = plain_words(arena, raw);
		if (term.words.len)
			terms[count++] = term;
	}
	return count;
}

/* "a b"* AND … NOT …: quotes make every FTS5 operator a plain word. */
static void add_fts5(struct buf *out, const struct term *t)
{
	buf_adds(out, "body : ");
	buf_addc(out, '"');
	buf_add(out, t->words); /* letters, digits and spaces only */
	buf_adds(out, t->prefix ? "\" *" : "\"");
}

static struct str fts5_query(struct arena *arena, i64 workspace, const struct term *terms, size_t count)
{
	CLEANUP(buf_free) struct buf out = {};
	buf_addf(&out, "(scope : \"%.*s\"", STR_ARG(scope_word(arena, workspace)));
	for (size_t i = 0; i < count; i++)
		if (!terms[i].excluded) {
			buf_adds(&out, " AND ");
			add_fts5(&out, &terms[i]);
		}
	buf_addc(&out, ')');
	for (size_t i = 0; i < count; i++)
		if (terms[i].excluded) {
			buf_adds(&out, " NOT ");
			add_fts5(&out, &terms[i]);
		}
	return buf_keep(&out, arena);
}

/* 'a' <-> 'b':* & !'c' */
static struct str tsquery(struct arena *arena, const struct term *terms, size_t count)
{
	CLEANUP(buf_free) struct buf out = {};
	for (size_t i = 0; i < count; i++) {
		buf_adds(&out, i ? " & " : "");
		buf_adds(&out, terms[i].excluded ? "!(" : "(");
		struct str words = terms[i].words;
		for (bool first = true; words.at && words.len; first = false) {
			struct str word = str_cut(&words, ' ');
			buf_adds(&out, first ? "'" : " <-> '");
			buf_add(&out, word);
			buf_addc(&out, '\'');
		}
		buf_adds(&out, terms[i].prefix ? ":*)" : ")");
	}
	return buf_keep(&out, arena);
}

/* What either engine is asked, as a row of base/parser.h. */
static enum err read_search(struct cx *cx, struct str input, struct buf *out)
{
	struct term terms[QUERY_TERMS_MAX];
	size_t count = split_query(cx->arena, input, terms), wanted = 0;
	for (size_t i = 0; i < count; i++)
		wanted += !terms[i].excluded;
	if (!wanted)
		return fail_field(cx, "q", N_("Type at least one word to look for."));
	buf_adds(out, "{\"sqlite\":");
	buf_add_json(out, fts5_query(cx->arena, 1, terms, count));
	buf_adds(out, ",\"postgres\":");
	buf_add_json(out, tsquery(cx->arena, terms, count));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_search = {"search", N_("Words to look for, as each database is asked"), read_search};

#define HIT                                                                                                                    \
	"SELECT m.id, COALESCE(p.name, ''), h.name, h.network, c.status"
#define FOUND                                                                                                                  \
	" JOIN conversation c ON c.id = m.conversation_id JOIN channel h ON h.id = m.channel_id"                                 \
	" LEFT JOIN contact p ON p.id = c.contact_id WHERE m.workspace_id = ?1"

enum err message_search(struct cx *cx, struct db *db, i64 workspace, struct str query, i64 before_id, size_t limit,
			struct message_hit **ret_hits, size_t *ret_count)
{
	struct term terms[QUERY_TERMS_MAX];
	size_t term_count = split_query(cx->arena, query, terms), wanted = 0;
	for (size_t i = 0; i < term_count; i++)
		wanted += !terms[i].excluded;
	if (wanted == 0)
		return fail_field(cx, "q", N_("Type at least one word to look for."));
	bool sqlite = db_kind(db) == DB_SQLITE;
	struct str match = sqlite ? fts5_query(cx->arena, workspace, terms, term_count) : tsquery(cx->arena, terms, term_count);
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     sqlite ? "/* sqlite */ " HIT " FROM (SELECT rowid AS found FROM message_fts WHERE message_fts MATCH ?2 AND rowid < ?3"
						  " ORDER BY rowid DESC LIMIT ?4) f JOIN message m ON m.id = f.found" FOUND " ORDER BY m.id DESC"
				 : "/* postgres */ " HIT " FROM (SELECT message_id AS found FROM message_fts WHERE workspace_id = ?1"
						    " AND words @@ to_tsquery('simple', ?2) AND message_id < ?3 ORDER BY message_id DESC"
						    " LIMIT ?4) f JOIN message m ON m.id = f.found" FOUND " ORDER BY m.id DESC",
		     db_i64(workspace), db_text(match), db_i64(before_id ? before_id : INT64_MAX), db_i64((i64)limit)));
	struct message_hit *hits = arena_array(cx->arena, struct message_hit, limit);
	size_t count = 0;
	FOR_ROWS (cx, row) {
		struct message_hit *hit = &hits[count++];
		hit->message.id = row_i64(row, 0);
		hit->contact_name = row_str(row, 1, cx->arena);
		hit->channel_name = row_str(row, 2, cx->arena);
		hit->channel_network = row_str(row, 3, cx->arena);
		status_of(row_text(row, 4), &hit->status);
	}
	for (size_t i = 0; i < count; i++)
		TRY(message_get(cx, db, workspace, hits[i].message.id, &hits[i].message));
	*ret_hits = hits;
	*ret_count = count;
	return OK;
}
