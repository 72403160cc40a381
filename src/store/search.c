/* search.c: full-text search over messages: the one port with two bodies. Both index the folded words of text and author; both
 * answer newest first, so that a common word stops at the first page instead of ranking millions. Beside its words each
 * message carries marks: its workspace, channel, kind, author, language, day … as one more word each, so that what narrows a
 * search is intersected by the engine as fast as a word is. What changes without the message (the status of its conversation) is
 * held against each row found, a bounded number of them. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/parser.h"
#include "base/utf8.h"
#include "model/search.h"
#include "store/message.h"
#include "store/search_walk.h"
#include "store/sql.h"

#define SHORT 1024 /* bytes; what most messages need */
#define ROUND_FIRST 64
#define ROUND_MOST 1024
#define EXAMINED_MOST 20000
#define EXAMINED_TIME (20 * MILLISECOND) /* of work; then the next page goes on */
#define COUNTED_TIME (8 * MILLISECOND)   /* a number is worth less than what is found */
#define SPREAD_MOST 100
#define DAYS_MOST 62   /* a longer time is told by months; its days are told row by row */

/* ---- marks ---- */

static void word_mark(struct buf *out, const char *before, const char *word)
{
	buf_adds(out, before);
	buf_adds(out, word);
}

static void number_mark(struct buf *out, const char *before, const char *word, i64 number)
{
	word_mark(out, before, word);
	buf_add_i64(out, number);
}

static void add_day(struct buf *out, const char *before, i64 at, bool whole)
{
	int year, month, day;
	date_of_days(at / DAY, &year, &month, &day);
	word_mark(out, before, whole ? "d" : "m");
	buf_add_digits(out, year, 4);
	buf_add_digits(out, month, 2);
	if (whole)
		buf_add_digits(out, day, 2);
}

/* The language without its country: "pt-BR" is "lpt". */
static void add_lang(struct buf *out, const char *before, struct str lang)
{
	word_mark(out, before, "l");
	for (size_t i = 0; i < lang.len && i < 8 && lang.at[i] != '-' && lang.at[i] != '_'; i++) {
		char c = (char)(lang.at[i] | 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_addc(out, c);
	}
}

/* `before` stands before each: a space for FTS5, which has a column for them, " =" for tsvector, which has none. */
static void add_marks(struct buf *out, const struct message *m, const char *before)
{
	number_mark(out, before, "w", m->workspace);
	number_mark(out, before, "c", m->channel);
	word_mark(out, before, "k");
	buf_adds(out, message_kind_word(m->kind));
	word_mark(out, before, "x");
	buf_adds(out, direction_word(m->direction));
	add_day(out, before, m->at, false);
	add_day(out, before, m->at, true);
	if (m->lang.len)
		add_lang(out, before, m->lang);
	if (m->identity)
		number_mark(out, before, "i", m->identity);
	if (m->author)
		number_mark(out, before, "p", m->author);
	if (m->hidden_at)
		word_mark(out, before, "hidden");
	if (m->removed_at)
		word_mark(out, before, "removed");
}

struct str message_folded(struct arena *arena, struct str body)
{
	char room[SHORT];
	CLEANUP(buf_free) struct buf b = BUF_IN(room);
	buf_add_folded(&b, body);
	return buf_keep(&b, arena);
}

/* What goes into the index, and must come out again the same. */
static struct str indexed_text(struct arena *arena, const struct message *m, struct str folded)
{
	char room[SHORT];
	CLEANUP(buf_free) struct buf b = BUF_IN(room);
	buf_add_folded(&b, m->author_name);
	buf_addc(&b, '\n');
	buf_add(&b, folded);
	return buf_keep(&b, arena);
}

static struct str marks_text(struct arena *arena, const struct message *m)
{
	char room[SHORT];
	CLEANUP(buf_free) struct buf b = BUF_IN(room);
	add_marks(&b, m, " ");
	return buf_keep(&b, arena);
}

/* 'pain':1 'chaud':2 '=c31' …: written out, so that words are cut as they are for FTS5 and not by the parser of PostgreSQL. */
static struct str tsvector(struct arena *arena, const struct message *m, struct str folded)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str words = search_plain(arena, indexed_text(arena, m, folded));
	for (i64 place = 1; words.at && words.len; place++) {
		struct str word = utf8_head(str_cut(&words, ' '), 400);
		buf_addf(&b, "'%.*s':%lld ", STR_ARG(word), (long long)(place < 16383 ? place : 16383));
	}
	add_marks(&b, m, " =");
	return buf_keep(&b, arena);
}

enum err message_index(struct cx *cx, struct db *db, const struct message *m)
{
	return message_index_folded(cx, db, m, message_folded(cx->arena, m->body));
}

enum err message_index_folded(struct cx *cx, struct db *db, const struct message *m, struct str folded)
{
	if (db_kind(db) == DB_SQLITE)
		return db_run(cx, db, NULL, "/* sqlite */ /* all workspaces */ INSERT INTO message_fts (rowid, scope, body) VALUES (?1, ?2, ?3)", db_i64(m->id),
			      db_text(marks_text(cx->arena, m)), db_text(indexed_text(cx->arena, m, folded)));
	return db_run(cx, db, NULL,
		      "/* postgres */ INSERT INTO message_fts (message_id, workspace_id, words) VALUES (?1, ?2, CAST(?3 AS TSVECTOR))"
				   " ON CONFLICT (workspace_id, message_id) DO UPDATE SET words = excluded.words",
		      db_i64(m->id), db_i64(m->workspace), db_text(tsvector(cx->arena, m, folded)));
}

enum err message_unindex(struct cx *cx, struct db *db, const struct message *m)
{
	if (db_kind(db) == DB_SQLITE)
		return db_run(cx, db, NULL, "/* sqlite */ /* all workspaces */ INSERT INTO message_fts (message_fts, rowid, scope, body) VALUES ('delete', ?1, ?2, ?3)",
			      db_i64(m->id), db_text(marks_text(cx->arena, m)), db_text(indexed_text(cx->arena, m, message_folded(cx->arena, m->body))));
	return db_run(cx, db, NULL, "/* postgres */ DELETE FROM message_fts WHERE workspace_id = ?1 AND message_id = ?2", db_i64(m->workspace), db_i64(m->id));
}

/* ---- the query, in either engine's words ---- */

/* The words there are that begin as a term with a star ends. FTS5 gathers every message of all of them before it gives the newest, ten
 * milliseconds for each hundred thousand; a choice of whole words it reads as far as is asked. */
struct spread {
	struct str words[SPREAD_MOST];
	size_t count; /* 0: the star is left to the engine: there are none, or too many to name */
};

struct query {
	struct buf text;
	bool is_sqlite, is_begun;
};

static void join(struct query *q, bool excluded)
{
	if (q->is_sqlite)
		buf_adds(&q->text, !q->is_begun ? "" : excluded ? " NOT " : " AND ");
	else
		buf_adds(&q->text, q->is_begun ? (excluded ? " & !" : " & ") : excluded ? "!" : "");
	q->is_begun = true;
}

static void add_mark(struct query *q, const char *mark)
{
	if (q->is_sqlite)
		buf_addf(&q->text, "scope : \"%s\"", mark);
	else
		buf_addf(&q->text, "'=%s'", mark);
}

static void require_mark(struct query *q, const char *mark)
{
	join(q, false);
	add_mark(q, mark);
}

/* One of several, each given by `add`. */
static void add_choice(struct query *q, bool first, const char *mark)
{
	if (first) {
		join(q, false);
		buf_addc(&q->text, '(');
	} else {
		buf_adds(&q->text, q->is_sqlite ? " OR " : " | ");
	}
	add_mark(q, mark);
}

/* The months or days that a time touches. */
static void require_time(struct query *q, i64 since, i64 until)
{
	i64 first = since / DAY, last = (until - 1) / DAY;
	bool by_day = last - first < DAYS_MOST;
	int seen = 0;
	bool begun = false;
	for (i64 day = first; day <= last; day++) {
		int year, month, date;
		date_of_days(day, &year, &month, &date);
		if (!by_day && year * 12 + month == seen)
			continue;
		seen = year * 12 + month;
		CLEANUP(buf_free) struct buf mark = {};
		add_day(&mark, "", day * DAY, by_day);
		add_choice(q, !begun, buf_cstr(&mark));
		begun = true;
	}
	if (begun)
		buf_addc(&q->text, ')');
}

static void require_author(struct query *q, const struct message_filter *f)
{
	for (size_t i = 0; i < f->identity_count; i++) {
		CLEANUP(buf_free) struct buf mark = {};
		buf_addf(&mark, "i%lld", (long long)f->identities[i]);
		add_choice(q, i == 0, buf_cstr(&mark));
	}
	if (f->author) {
		CLEANUP(buf_free) struct buf mark = {};
		buf_addf(&mark, "p%lld", (long long)f->author);
		add_choice(q, f->identity_count == 0, buf_cstr(&mark));
	}
	if (f->identity_count || f->author)
		buf_addc(&q->text, ')');
}

/* What stands behind the last space. */
static struct str last_word(struct str words)
{
	size_t from = words.len;
	while (from && words.at[from - 1] != ' ')
		from--;
	return str_skip(words, from);
}

/* Its words up to the last one, and each that the last one may be. */
static void add_spread(struct query *q, const struct search_term *t, const struct spread *s)
{
	struct str before = str_head(t->words, t->words.len - last_word(t->words).len);
	for (size_t i = 0; i < s->count; i++)
		buf_addf(&q->text, "%sbody : \"%.*s%.*s\"", i ? " OR " : "(", STR_ARG(before), STR_ARG(s->words[i]));
	buf_addc(&q->text, ')');
}

static void add_term(struct query *q, const struct search_term *t, const struct spread *s)
{
	if (s && s->count) {
		add_spread(q, t, s);
		return;
	}
	if (q->is_sqlite) { /* quotes make every operator of FTS5 a plain word */
		buf_addf(&q->text, t->is_prefix ? "body : \"%.*s\" *" : "body : \"%.*s\"", STR_ARG(t->words));
		return;
	}
	struct str words = t->words;
	buf_addc(&q->text, '(');
	for (bool first = true; words.at && words.len; first = false) {
		struct str word = str_cut(&words, ' ');
		bool is_last = !words.at || !words.len;
		buf_addf(&q->text, "%s'%.*s'%s", first ? "" : " <-> ", STR_ARG(word), is_last && t->is_prefix ? ":*" : "");
	}
	buf_addc(&q->text, ')');
}

#define YEARS_MOST 60

static struct str query_text(struct cx *cx, bool is_sqlite, i64 workspace, const struct search_words *words, const struct spread *spreads,
			     const struct message_filter *f)
{
	struct query q = {.is_sqlite = is_sqlite};
	CLEANUP(buf_free) struct buf mark = {};
	buf_addf(&mark, "w%lld", (long long)workspace);
	require_mark(&q, buf_cstr(&mark));
	if (f->channel) {
		buf_clear(&mark);
		buf_addf(&mark, "c%lld", (long long)f->channel);
		require_mark(&q, buf_cstr(&mark));
	}
	if (f->kind >= 0) {
		buf_clear(&mark);
		buf_addf(&mark, "k%s", message_kind_word((enum message_kind)f->kind));
		require_mark(&q, buf_cstr(&mark));
	}
	if (f->direction >= 0) {
		buf_clear(&mark);
		buf_addf(&mark, "x%s", direction_word((enum direction)f->direction));
		require_mark(&q, buf_cstr(&mark));
	}
	if (f->lang.len) {
		buf_clear(&mark);
		add_lang(&mark, "", f->lang);
		require_mark(&q, buf_cstr(&mark));
	}
	require_author(&q, f);
	if (f->since || f->until) {
		i64 until = f->until ? f->until : cx->now + DAY, least = until - YEARS_MOST * 366 * DAY;
		i64 since = f->since > least ? f->since : least;
		if (since < until)
			require_time(&q, since < 0 ? 0 : since, until);
	}
	if (f->state == MESSAGE_HIDDEN)
		require_mark(&q, "hidden");
	if (f->state == MESSAGE_REMOVED)
		require_mark(&q, "removed");
	for (size_t i = 0; i < words->count; i++)
		if (!words->terms[i].is_excluded) {
			join(&q, false);
			add_term(&q, &words->terms[i], spreads ? &spreads[i] : NULL);
		}
	for (size_t i = 0; i < words->count; i++)
		if (words->terms[i].is_excluded) {
			join(&q, true);
			add_term(&q, &words->terms[i], spreads ? &spreads[i] : NULL);
		}
	if (f->state == MESSAGE_VISIBLE) {
		join(&q, true);
		add_mark(&q, "hidden");
		join(&q, true);
		add_mark(&q, "removed");
	}
	if (f->direction == MESSAGE_NO_NOTES) {
		join(&q, true);
		add_mark(&q, "xnote");
	}
	struct str text = buf_keep(&q.text, cx->arena);
	buf_free(&q.text);
	return text;
}

/* What either engine is asked, as a row of base/parser.h. */
static enum err read_search(struct cx *cx, struct str input, struct buf *out)
{
	struct search_words words;
	struct search_fault fault;
	struct message_filter any = MESSAGE_FILTER;
	if (!search_read(cx->arena, input, &words, &fault))
		return fail_field(cx, "q", "%s", tr(cx->lang, fault.story));
	if (!words.wanted)
		return fail_field(cx, "q", N_("Type at least one word to look for."));
	buf_adds(out, "{\"sqlite\":");
	buf_add_json(out, query_text(cx, true, 1, &words, NULL, &any));
	buf_adds(out, ",\"postgres\":");
	buf_add_json(out, query_text(cx, false, 1, &words, NULL, &any));
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_search = {"search", N_("Words to look for, as each database is asked"), read_search};

static bool is_narrow(const struct message_filter *f)
{
	return f->channel || f->kind >= 0 || f->direction >= 0 || f->lang.len || f->identity_count || f->author || f->since || f->until || f->state != MESSAGE_ANY_STATE ||
	       f->status >= 0;
}

static enum err read_words(struct cx *cx, const struct message_filter *f, struct search_words *ret_words)
{
	struct search_fault fault;
	if (!search_read(cx->arena, f->words, ret_words, &fault))
		return fail_field(cx, "q", "%s", tr(cx->lang, fault.story));
	if (!ret_words->wanted && !is_narrow(f))
		return fail_field(cx, "q", N_("Type at least one word to look for."));
	return OK;
}

static enum err spread_one(struct cx *cx, struct db *db, struct str begins, struct spread *s)
{
	struct str last = arena_printf(cx->arena, "%.*s\U0010FFFF", STR_ARG(begins)), next = begins;
	while (s->count < SPREAD_MOST) {
		CLEANUP(row_endp) struct row *row = NULL;
		enum err e = db_one(cx, db, &row, "/* sqlite */ /* all workspaces */ SELECT term FROM message_word WHERE term >= ?1 AND term < ?2 LIMIT 1",
				    db_text(next), db_text(last));
		if (e == ERR_MISSING)
			return OK;
		TRY(e);
		struct str word = s->words[s->count++] = row_str(row, 0, cx->arena);
		next = arena_printf(cx->arena, "%.*s\x01", STR_ARG(word)); /* the least that comes after it */
	}
	s->count = 0;
	return OK;
}

struct message_effort {
	struct search_words words;
	const struct spread *spreads; /* one for each term */
	bool whole;                   /* no star is left to the engine */
	i64 started;                  /* as time_worked() */
};

static enum err begin(struct cx *cx, struct db *db, const struct message_filter *f, const struct message_effort **ret_effort)
{
	if (f->effort) {
		*ret_effort = f->effort;
		return OK;
	}
	struct message_effort *effort = arena_new_of(cx->arena, struct message_effort);
	effort->started = time_worked();
	TRY(read_words(cx, f, &effort->words));
	const struct search_words *words = &effort->words;
	struct spread *spreads = arena_array(cx->arena, struct spread, words->count + 1);
	bool whole = true;
	for (size_t i = 0; i < words->count; i++) {
		if (!words->terms[i].is_prefix)
			continue;
		if (db_kind(db) == DB_SQLITE)
			TRY(spread_one(cx, db, last_word(words->terms[i].words), &spreads[i]));
		whole &= spreads[i].count > 0;
	}
	effort->spreads = spreads;
	effort->whole = whole;
	*ret_effort = effort;
	return OK;
}

enum err message_prepare(struct cx *cx, struct db *db, struct message_filter *f)
{
	return begin(cx, db, f, &f->effort);
}

/* ---- what was found ---- */

#define FOUND                                                                                                                  \
	"SELECT m.id, COALESCE(p.name, ''), h.name, h.network, c.status, c.message_count, CASE WHEN (?5 = '' OR c.status = ?5) AND m.at >= ?6"    \
	" AND (?7 = 0 OR m.at < ?7) THEN 1 ELSE 0 END FROM ("
#define JOINED                                                                                                                 \
	") f JOIN message m ON m.id = f.found JOIN conversation c ON c.id = m.conversation_id JOIN channel h ON h.id = m.channel_id" \
	" LEFT JOIN contact p ON p.id = c.contact_id WHERE m.workspace_id = ?1 ORDER BY m.id"
#define FTS5 "/* sqlite */ " FOUND "SELECT rowid AS found FROM message_fts WHERE message_fts MATCH ?2 AND rowid "
/* PostgreSQL plans a prepared text without knowing the words, so the plan is written out (OFFSET 0 lets nothing through): either all the
 * messages of a stretch are looked at, or all that the index of words gives. */
#define EACH "/* postgres */ " FOUND "SELECT message_id AS found FROM (SELECT message_id, words FROM message_fts WHERE workspace_id = ?1 AND message_id "
#define EACH_IS " OFFSET 0) each_one WHERE words @@ CAST(?2 AS TSQUERY) ORDER BY message_id "
#define ALL                                                                                                                    \
	"/* postgres */ " FOUND "SELECT message_id AS found FROM (SELECT message_id FROM message_fts WHERE workspace_id = ?1"       \
	" AND words @@ CAST(?2 AS TSQUERY) OFFSET 0) all_of_them WHERE message_id "

static enum err one_round(struct cx *cx, struct db *db, i64 workspace, struct str query, const struct message_filter *f, const struct walk *w, size_t limit,
			  struct message_hit *hits, bool *fits, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str status = f->status >= 0 ? str_of(status_word((enum status)f->status)) : S("");
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     db_kind(db) == DB_SQLITE ? (w->is_back ? FTS5 "> ?3 AND rowid <= ?8 ORDER BY rowid LIMIT ?4" JOINED
							    : FTS5 "< ?3 AND rowid >= ?8 ORDER BY rowid DESC LIMIT ?4" JOINED " DESC")
		     : !w->span		      ? (w->is_back ? ALL "> ?3 AND message_id <= ?8 ORDER BY message_id LIMIT ?4" JOINED
							    : ALL "< ?3 AND message_id >= ?8 ORDER BY message_id DESC LIMIT ?4" JOINED " DESC")
					      : (w->is_back ? EACH "> ?3 AND message_id <= ?8" EACH_IS "LIMIT ?4" JOINED
							    : EACH "< ?3 AND message_id >= ?8" EACH_IS "DESC LIMIT ?4" JOINED " DESC"),
		     db_i64(workspace), db_text(query), db_i64(w->at), db_i64((i64)limit), db_text(status), db_i64(f->since ? f->since : INT64_MIN),
		     db_i64(f->until), db_i64(w->end)));
	FOR_ROWS (cx, row) {
		struct message_hit *hit = &hits[count];
		fits[count++] = row_i64(row, 6);
		*hit = (struct message_hit){.message.id = row_i64(row, 0)};
		if (!fits[count - 1])
			continue;
		hit->contact_name = row_str(row, 1, cx->arena);
		hit->channel_name = row_str(row, 2, cx->arena);
		hit->channel_network = row_str(row, 3, cx->arena);
		status_of(row_text(row, 4), &hit->status);
		hit->message_count = row_i64(row, 5);
	}
	*ret_count = count;
	return OK;
}

enum err message_find(struct cx *cx, struct db *db, i64 workspace, const struct message_filter *f, struct list_place from, size_t limit,
		      struct message_hit **ret_hits, size_t *ret_count, i64 *ret_reached)
{
	const struct message_effort *effort;
	TRY(begin(cx, db, f, &effort));
	struct str query = query_text(cx, db_kind(db) == DB_SQLITE, workspace, &effort->words, effort->spreads, f);
	struct message_hit *hits = arena_array(cx->arena, struct message_hit, limit + 1), *found;
	struct walk walk;
	i64 reached = 0;
	bool by_row = f->status >= 0 || f->since || f->until, more = true;
	size_t count = 0, examined = 0, round = by_row ? ROUND_FIRST : limit;
	TRY(walk_start(cx, db, workspace, effort->whole, from, &walk));
	while (more && count < limit) {
		if (examined >= EXAMINED_MOST || walk_tired(&walk, EXAMINED_TIME)) {
			reached = walk.at;
			break;
		}
		size_t read;
		bool *fits = arena_array(cx->arena, bool, round);
		found = arena_array(cx->arena, struct message_hit, round);
		TRY(one_round(cx, db, workspace, query, f, &walk, round, found, fits, &read));
		for (size_t i = 0; i < read && count < limit; i++)
			if (fits[i])
				hits[count++] = found[i];
		if (read)
			walk.at = found[read - 1].message.id;
		examined += read;
		if (read < round)
			TRY(walk_on(cx, db, workspace, examined > 0, &walk, &more));
		round = round * 4 > ROUND_MOST ? ROUND_MOST : round * 4;
	}
	for (size_t i = 0; i < count; i++)
		TRY(message_get(cx, db, workspace, hits[i].message.id, &hits[i].message));
	if (from.is_back)
		list_turn(hits, sizeof *hits, count);
	*ret_hits = hits;
	*ret_count = count;
	*ret_reached = reached;
	return OK;
}

enum err message_search(struct cx *cx, struct db *db, i64 workspace, struct str words, struct list_place from, size_t limit, struct message_hit **ret_hits,
			size_t *ret_count, i64 *ret_reached)
{
	struct message_filter filter = MESSAGE_FILTER;
	i64 reached;
	filter.words = words;
	return message_find(cx, db, workspace, &filter, from, limit, ret_hits, ret_count, ret_reached ? ret_reached : &reached);
}

enum err message_found_count(struct cx *cx, struct db *db, i64 workspace, const struct message_filter *f, size_t most, i64 *ret_count)
{
	const struct message_effort *effort;
	TRY(begin(cx, db, f, &effort));
	*ret_count = -1;
	if (db_kind(db) != DB_SQLITE || f->status >= 0 || f->since || f->until || !effort->whole)
		return OK;
	struct str query = query_text(cx, true, workspace, &effort->words, effort->spreads, f);
	struct walk walk;
	i64 count = 0, more;
	TRY(walk_start(cx, db, workspace, effort->whole, LIST_START, &walk));
	for (bool on = true; on && count < (i64)most;) {
		if (walk_tired(&walk, COUNTED_TIME) || time_worked() - effort->started > EXAMINED_TIME)
			return OK;
		TRY(db_number(cx, db, 0, &more,
			      "/* sqlite */ /* all workspaces */ SELECT COUNT(*) FROM (SELECT rowid FROM message_fts WHERE message_fts MATCH ?1 AND rowid < ?3"
				  " AND rowid >= ?4 LIMIT ?2) found",
			      db_text(query), db_i64((i64)most - count), db_i64(walk.at), db_i64(walk.end)));
		count += more;
		TRY(walk_on(cx, db, workspace, true, &walk, &on));
	}
	*ret_count = count;
	return OK;
}
