/* seek_turn.c: asking the networks. A query's needs (text/query_needs.h) are put into questions of as many as the network takes at once; each question
 * has its cursor, kept under a mark of what it asks, so that a query that was changed goes on where its questions are the same. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/json_text.h"
#include "base/log.h"
#include "channel/channel.h"
#include "flow/credential.h"
#include "flow/gate.h"
#include "flow/ingest.h"
#include "flow/seek.h"
#include "flow/stream.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "text/query_needs.h"

#define A_TURN 10
#define TIME_A_TURN (2 * MINUTE)   /* of one row; far below the lease */
#define ITEMS_A_PAGE_MAX 1000
#define LATEST (6 * HOUR)          /* what fails is tried again later and later, but no later than this */
#define REFUSED_AGAIN DAY
#define OF_A_DAY 80                /* in a hundred */
#define MARKS_BYTES 8              /* of a question */
#define BETWEEN 12                 /* bytes around a need in a question: parentheses, OR */

/* One row being done. */
struct seeking {
	struct db *db;
	struct outbox *outbox;
	struct listening_search search;
	struct listening_query query;
	struct channel channel;
	const struct channel_kind *kind;
	struct credential credential;
	struct ingest in;
	struct gate_keeper keeper;
	struct stream_sieve sieve;
	const char *unsearchable;  /* of a question: why the network cannot be asked it */
	size_t questions, asked;   /* there are; were answered */
	i64 found;
	bool is_first;             /* it was never answered before */
};

/* ---- what is asked ---- */

struct question {
	const struct search_need *needs;
	size_t count;
	struct str mark;
};

static size_t need_bytes(const struct search_need *need)
{
	size_t bytes = BETWEEN;
	for (size_t i = 0; i < need->count; i++)
		bytes += need->all[i].text.len + 3;
	return bytes;
}

static struct search_need *needs_for(struct cx *cx, const struct query_needs *needs)
{
	static const enum search_term_kind kinds[] = {[LITERAL_WORD] = TERM_WORD, [LITERAL_PHRASE] = TERM_PHRASE, [LITERAL_TAG] = TERM_TAG, [LITERAL_NAME] = TERM_NAME};
	struct search_need *list = arena_array(cx->arena, struct search_need, needs->count);
	for (size_t i = 0; i < needs->count; i++) {
		struct search_term *terms = arena_array(cx->arena, struct search_term, QUERY_NEED_LITERALS);
		for (size_t n = 0; n < needs->any[i].count; n++)
			terms[n] = (struct search_term){kinds[needs->any[i].all[n].kind], needs->any[i].all[n].text};
		list[i] = (struct search_need){terms, needs->any[i].count};
	}
	return list;
}

static struct str mark_of(struct cx *cx, const struct question *q)
{
	CLEANUP(buf_free) struct buf b = {}, mark = {};
	for (size_t i = 0; i < q->count; i++)
		for (size_t n = 0; n < q->needs[i].count; n++)
			buf_addf(&b, "%s%d%.*s", n ? "&" : "|", (int)q->needs[i].all[n].kind, STR_ARG(q->needs[i].all[n].text));
	struct hash hash = hash_of(buf_str(&b));
	buf_add_hex(&mark, hash_str(&hash).at, MARKS_BYTES);
	return buf_keep(&mark, cx->arena);
}

static struct question *questions_of(struct cx *cx, const struct channel_search *s, const struct search_need *needs, size_t need_count, size_t *ret_count)
{
	struct question *list = arena_array(cx->arena, struct question, need_count);
	size_t count = 0, bytes = 0;
	for (size_t i = 0; i < need_count; i++) {
		size_t more = need_bytes(&needs[i]);
		bool fits = count && list[count - 1].count < s->needs && (!s->question_max || bytes + more <= s->question_max);
		if (!fits) {
			list[count++] = (struct question){.needs = &needs[i]};
			bytes = 0;
		}
		list[count - 1].count++;
		bytes += more;
	}
	for (size_t i = 0; i < count; i++)
		list[i].mark = mark_of(cx, &list[i]);
	*ret_count = count;
	return list;
}

/* ---- how far it is ---- */

static void release(void *json)
{
	json_decref(json);
}

static json_t *map_in(struct cx *cx, struct str text)
{
	json_t *map = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	if (!json_is_object(map)) {
		json_decref(map);
		map = json_object();
	}
	arena_defer(cx->arena, release, map);
	return map;
}

static struct str cursor_of(struct cx *cx, const struct listening_search *search, struct str mark)
{
	const json_t *kept = json_object_getn(map_in(cx, search->cursors), mark.at, mark.len);
	return arena_str(cx->arena, (struct str){json_string_value(kept), json_string_length(kept)});
}

/* Those of today's questions alone. */
static struct str cursors_of(struct cx *cx, const struct listening_search *search, const struct question *questions, size_t count)
{
	const json_t *all = map_in(cx, search->cursors);
	json_t *kept = map_in(cx, (struct str){});
	for (size_t i = 0; i < count; i++) {
		json_t *one = json_object_getn(all, questions[i].mark.at, questions[i].mark.len);
		if (one)
			json_object_setn(kept, questions[i].mark.at, questions[i].mark.len, one);
	}
	return arena_json(cx->arena, kept, JSON_COMPACT | JSON_SORT_KEYS);
}

/* ---- what came ---- */

struct sought_page {
	struct seeking *s;
	struct inbound *items;
	size_t count, capacity;
	i64 looked;
	struct str cursor;
	bool more;
};

/* Known already, and not changed: nothing of it is looked at again. */
static enum err keep(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct sought_page *page = subject;
	struct seeking *s = page->s;
	struct inbound *kept;
	struct message known;
	page->looked++;
	if (inbound->ours || inbound->visibility == VISIBILITY_PRIVATE)
		return OK;
	if (!inbound->removed && !inbound->edited_at) {
		enum err e = message_by_remote(cx, s->db, s->search.workspace, s->search.channel, inbound->remote_id, &known);
		if (e != ERR_MISSING)
			return e;
		cx_forget(cx);
	}
	TRY(stream_sift(cx, &s->sieve, inbound, &kept));
	if (!kept)
		return OK;
	if (page->count >= ITEMS_A_PAGE_MAX)
		return fail(cx, ERR_LIMIT, N_("The network sent more than %d messages at once."), ITEMS_A_PAGE_MAX);
	*arena_push(cx->arena, page->items, page->count, page->capacity) = *kept;
	return OK;
}

static enum err ask_once(struct cx *cx, struct seeking *s, const struct question *q, struct str cursor, struct sought_page *ret_page)
{
	*ret_page = (struct sought_page){.s = s, .cursor = cursor};
	return s->kind->search(cx, s->outbox->net, &s->credential.account, q->needs, q->count, cursor, keep, ret_page, &ret_page->cursor, &ret_page->more);
}

static enum err ask(struct cx *cx, struct seeking *s, const struct question *q, struct str cursor, struct sought_page *ret_page)
{
	bool again = false;
	enum err e = ask_once(cx, s, q, cursor, ret_page);
	if (e == ERR_DENIED)
		TRY(credential_denied(cx, &s->credential, &s->channel, &again));
	if (!again)
		return e;
	cx_forget(cx);
	return ask_once(cx, s, q, cursor, ret_page);
}

static bool is_of_query(const struct inbound *inbound, i64 query)
{
	const struct listened *l = inbound->prepared ? &inbound->prepared->listened : NULL;
	for (size_t i = 0; l && i < l->count; i++)
		if (l->queries[i] == query)
			return true;
	return false;
}

/* *ret_next: the row as it is then; what the transaction did not keep never happened. */
static enum err take_page(struct cx *cx, struct seeking *s, const struct question *q, const struct sought_page *page, struct listening_search *ret_next)
{
	bool ours;
	i64 fresh = 0;
	struct listening_search next = s->search;
	json_t *cursors = map_in(cx, s->search.cursors);
	for (size_t i = 0; i < page->count; i++) {
		enum ingest_result result;
		enum err e = ingest_take(cx, s->db, &s->in, &page->items[i], &result, NULL);
		if (e == ERR_BAD_INPUT) { /* one bad message must not stop the others */
			log_failure(cx, "message_refused");
			cx_forget(cx);
			continue;
		}
		TRY(e);
		fresh += result == INGEST_CREATED && is_of_query(&page->items[i], s->search.query);
	}
	TRY(ingest_settle(cx, s->db, &s->in));
	json_object_setn_new(cursors, q->mark.at, q->mark.len, json_stringn(page->cursor.at ? page->cursor.at : "", page->cursor.len));
	next.cursors = arena_json(cx->arena, cursors, JSON_COMPACT | JSON_SORT_KEYS);
	next.asked_at = cx->now;
	next.looked += page->looked;
	next.found += fresh;
	next.found_at = fresh ? cx->now : next.found_at;
	TRY(gate_save(cx, s->db, &s->keeper));
	TRY(listening_search_save(cx, s->db, &next, true, &ours));
	*ret_next = next;
	return ours ? OK : fail(cx, ERR_LATER, N_("The query was changed while its networks were asked; they are asked again."));
}

/* Page after page, as many as the network is asked in a turn. */
static enum err ask_question(struct cx *cx, struct seeking *s, const struct question *q)
{
	bool more = true;
	for (int pages = 0; more && pages < s->kind->searching->pages; pages++) {
		struct sought_page page;
		struct listening_search next;
		enum err e = ask(cx, s, q, cursor_of(cx, &s->search, q->mark), &page);
		if (e == ERR_UNSUPPORTED) { /* the other questions may well be taken */
			s->unsearchable = arena_cstr(cx->arena, str_of(cx->story));
			cx_forget(cx);
			return OK;
		}
		TRY(e);
		e = IN_TRANSACTION(cx, s->db, take_page(cx, s, q, &page, &next));
		if (e != OK) {
			ingest_forget(&s->in);
			return e;
		}
		s->found += next.found - s->search.found;
		s->search = next;
		more = page.more;
	}
	s->asked++;
	return OK;
}

/* ---- when it is done again ---- */

/* So that many that began together do not stay together. */
static i64 spread(i64 wait)
{
	return wait + (i64)random_below((u64)(wait / 8 + 1));
}

/* So often that what a day allows lasts for all queries of the channel: of a quota of searching's own nearly all (people press and change too), of
 * units that are counted here half of what is left for reading. */
static enum err pace(struct cx *cx, struct seeking *s, i64 *ret_wait)
{
	const struct channel_search *searching = s->kind->searching;
	i64 wait = searching->every, rows, share;
	TRY(listening_searches_count(cx, s->db, s->search.workspace, s->search.channel, &rows));
	rows = rows ? rows : 1;
	if (searching->a_day) {
		share = DAY / (searching->a_day * OF_A_DAY / 100) * rows * (i64)s->questions * searching->pages;
		wait = share > wait ? share : wait;
	}
	if (s->kind->budget) {
		share = gate_pace(&s->keeper, 0, cx->now) * 2 * rows;
		wait = share > wait ? share : wait;
	}
	*ret_wait = wait;
	return OK;
}

static enum err finish(struct cx *cx, struct seeking *s)
{
	bool ours, was_fine = str_eq(s->search.state, S("ok"));
	i64 wait;
	TRY(pace(cx, s, &wait));
	bool refused = s->unsearchable && !s->asked;
	s->search.state = refused ? S("refused") : S("ok");
	s->search.story = str_of(s->unsearchable);
	s->search.failures = 0;
	s->search.due_at = cx->now + spread(refused && wait < REFUSED_AGAIN ? REFUSED_AGAIN : wait);
	TRY(gate_save(cx, s->db, &s->keeper));
	if (!refused)
		TRY(channel_act_done(cx, s->db, s->search.workspace, s->search.channel, S("search")));
	TRY(listening_search_save(cx, s->db, &s->search, false, &ours));
	return ours && (s->found || s->is_first || was_fine == refused) ? change_add(cx, s->db, s->search.workspace, 0, "listening", s->search.query) : OK;
}

/* Later and later; when the network itself says when, then. What a person has to mend is said to be refused. */
static enum err set_back(struct cx *cx, struct seeking *s)
{
	bool denied = cx->err == ERR_DENIED || cx->err == ERR_UNAUTHENTICATED || cx->err == ERR_BAD_INPUT || cx->err == ERR_UNSUPPORTED, ours, was_fine = str_eq(s->search.state, S("ok"));
	i64 every = s->kind && s->kind->searching ? s->kind->searching->every : HOUR, wait = every;
	for (i64 i = 0; i < s->search.failures && wait < LATEST; i++)
		wait *= 2;
	wait = spread(wait > LATEST && LATEST > every ? LATEST : wait);
	if (denied && wait < LATEST)
		wait = spread(LATEST);
	if (cx->wait)
		wait = cx->wait * SECOND;
	s->search.story = arena_str(cx->arena, str_of(cx->story));
	s->search.state = denied ? S("refused") : S("failing");
	s->search.failures++;
	s->search.due_at = cx->now + wait;
	TRY(listening_search_save(cx, s->db, &s->search, false, &ours));
	if (!ours) /* a person changed it meanwhile: it is done again as it is now */
		return OK;
	TRY(gate_save(cx, s->db, &s->keeper));
	if (s->channel.id && cx->err != ERR_UNSUPPORTED && cx->err != ERR_BAD_INPUT && (denied || s->search.failures > 2)) /* those are the query's, and not the channel's; what passes is not worth a letter */
		TRY(channel_act_failed(cx, s->db, s->search.workspace, s->search.channel, S("search"), s->search.story));
	return was_fine ? change_add(cx, s->db, s->search.workspace, 0, "listening", s->search.query) : OK;
}

/* ---- a row ---- */

static enum err open_all(struct cx *cx, struct seeking *s, struct query_needs *ret_needs)
{
	i64 workspace = s->search.workspace;
	TRY(listening_query_get(cx, s->db, workspace, s->search.query, &s->query));
	TRY(channel_get(cx, s->db, workspace, s->search.channel, &s->channel));
	s->kind = channel_kind_of(s->channel.kind);
	if (!s->kind || !s->kind->search)
		return fail(cx, ERR_UNSUPPORTED, N_("The network of “%.*s” cannot be searched."), STR_ARG(s->channel.name));
	TRY(seek_needs(cx, s->db, workspace, s->query.words, ret_needs));
	if (ret_needs->story)
		return fail(cx, ERR_UNSUPPORTED, "%s", tr(cx->lang, ret_needs->story));
	if (s->kind->verify && !s->channel.verified_at) /* what we say ourselves could not be told from what others say */
		return fail_wait(cx, 60, N_("Which account this is has not been found out yet. Its network is searched then, by itself."));
	TRY(credential_open(cx, s->db, s->outbox, &s->channel, &s->credential));
	TRY(ingest_start(cx, s->db, workspace, s->channel.id, false, cx->arena, &s->in));
	s->in.listened = s->in.sought = true;
	return OK;
}

static enum err do_row(struct cx *cx, struct seeking *s)
{
	struct query_needs needs;
	size_t count;
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	TRY(open_all(cx, s, &needs));
	TRY(stream_start(cx, s->db, &s->in, cx->arena, scratch, &s->sieve));
	TRY(gate_start(cx, s->db, s->outbox->net, s->search.workspace, s->search.channel, GATE_READING, &s->keeper));
	gate_plan(&s->keeper, s->kind->budget, s->credential.account.settings);
	const struct question *questions = questions_of(cx, s->kind->searching, needs_for(cx, &needs), needs.count, &count);
	s->questions = count;
	i64 began = time_monotonic();
	for (size_t i = 0; i < count && time_monotonic() - began < TIME_A_TURN; i++)
		TRY(ask_question(cx, s, &questions[i]));
	s->search.cursors = cursors_of(cx, &s->search, questions, count);
	return OK;
}

static enum err seek_one(struct cx *cx, struct db *db, struct outbox *outbox, const struct listening_search *search, i64 *ret_found)
{
	struct seeking s = {.db = db, .outbox = outbox, .search = *search, .is_first = !search->asked_at};
	TRY(workspace_speak(cx, db, search->workspace));
	enum err e = do_row(cx, &s);
	gate_end(&s.keeper);
	if (e == OK) {
		TRY(IN_TRANSACTION(cx, db, finish(cx, &s)));
	} else {
		log_failure(cx, "network_not_searched");
		TRY(IN_TRANSACTION(cx, db, set_back(cx, &s)));
		cx_forget(cx);
	}
	*ret_found += s.found;
	return OK;
}

static enum err claim(struct cx *cx, struct db *db, struct listening_search **ret_searches, size_t *ret_count)
{
	struct listening_search *due;
	size_t count, taken = 0;
	TRY(listening_searches_due(cx, db, cx->now, cx->now - SEEK_LEASE, 1, &due, &count));
	for (size_t i = 0; i < count; i++) {
		bool ours;
		TRY(listening_search_lease(cx, db, &due[i], &ours));
		if (ours)
			due[taken++] = due[i];
	}
	*ret_searches = due;
	*ret_count = taken;
	return OK;
}

enum err seek_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_found, i64 *ret_wake)
{
	i64 found = 0, due;
	for (int i = 0; i < A_TURN; i++) {
		struct listening_search *searches;
		size_t count;
		TRY(listening_searches_next_due(cx, db, cx->now - SEEK_LEASE, &due));
		if (!due || due > cx->now) /* no lock to find nothing */
			break;
		TRY(IN_TRANSACTION(cx, db, claim(cx, db, &searches, &count)));
		if (count)
			TRY(seek_one(cx, db, outbox, &searches[0], &found));
	}
	TRY(listening_searches_next_due(cx, db, cx->now - SEEK_LEASE, &due));
	*ret_found = found;
	*ret_wake = due;
	return OK;
}
