#include "simulator/network.h"

#include "base/clock.h"
#include "simulator/inside.h"
#include "sys/crypto.h"

#include <math.h>

#define STEP_EVENTS_MAX 300
#define THREADS_ALIVE 40 /* the newest threads are where people talk */
#define FOLLOW_UP_MEAN (25 * SECOND)
#define PAST_ANSWERED 45 /* percent */

const struct dial dials[] = {
	{"per_minute", 6, 0, 60000, N_("Messages that members say in a minute; 0 is silence.")},
	{"french", 60, 0, 100, N_("Share of French, in percent.")},
	{"private", 20, 0, 100, N_("Share of private messages, in percent.")},
	{"reviews", 10, 0, 100, N_("Share of reviews, in percent.")},
	{"mentions", 8, 0, 100, N_("Share of mentions, in percent.")},
	{"harm", 6, 0, 100, N_("Share of comments that break house rules, in percent.")},
	{"recall", 0, 0, 100, N_("Share of comments and mentions that speak of a recall of the walnut bread, in percent.")},
	{"reports", 70, 0, 100, N_("Share of comments that break house rules that other members report, in percent; of harmless ones, a fortieth of it.")},
	{"edits", 3, 0, 100, N_("Share of messages that are edited later, in percent.")},
	{"removals", 2, 0, 100, N_("Share of messages that are removed later, in percent.")},
	{"answers", 65, 0, 100, N_("Share of our answers that a member answers, in percent.")},
	{"post_comments", 3, 0, 200, N_("Comments that members write under each post of ours.")},
	{"post_likes", 12, 0, 100000, N_("Members who like each post of ours, within the hour.")},
	{"duplicates", 3, 0, 100, N_("Share of events that are delivered twice, in percent.")},
	{"disorder", 3, 0, 100, N_("Share of events that come before an older one, in percent.")},
	{"limited", 0, 0, 100, N_("Share of requests refused as too many (429), in percent.")},
	{"broken", 0, 0, 100, N_("Share of requests that fail with 500 or 503, in percent.")},
	{"lost_before", 0, 0, 100, N_("Share of requests whose connection breaks before anything is accepted, in percent.")},
	{"lost_after", 0, 0, 100, N_("Share of requests that are accepted and whose answer is lost, in percent.")},
	{"rubbish", 0, 0, 100, N_("Share of answers that are no JSON, in percent.")},
	{"first_call", 0, 0, 3, N_("How the first call for each idempotency key fails: 1 before it is accepted, 2 after, with no answer, 3 after, with half an answer; 0: it does not.")},
	{"denied", 0, 0, 1, N_("1: the token has expired, every request gets 401.")},
	{"token_life", 0, 0, 31536000, N_("Seconds that a token lasts; 0: for ever.")},
	{"grant_life", 0, 0, 3650, N_("Days that a token can be renewed; 0: for ever.")},
	{"refresh_denied", 0, 0, 1, N_("1: no token is renewed any more.")},
	{"withdrawn", 0, 0, 15, N_("Rights that were taken back: 1 answering, 2 answering in private, 4 hiding, 8 publishing posts, added up.")},
	{"quota", 0, 0, 1000000, N_("Requests that are allowed in a day; 0: as many as wanted.")},
	{"outage_in", 0, 0, 720, N_("Hours until an outage that the network announces; 0: none.")},
	{"outage_hours", 4, 0, 720, N_("How long it lasts.")},
	{"honour_keys", 1, 0, 1, N_("1: the same idempotency key is accepted once; 0: keys are ignored.")},
	{"seed", 1, 0, 4294967295.0, N_("What chance starts from.")},
	{},
};
const size_t dial_count = COUNT(dials) - 1;

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS dial (name TEXT PRIMARY KEY, value REAL NOT NULL);"
	"CREATE TABLE IF NOT EXISTS number (name TEXT PRIMARY KEY, value INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS item (id TEXT PRIMARY KEY, thread TEXT NOT NULL, parent TEXT NOT NULL, kind TEXT NOT NULL, member INTEGER NOT NULL,"
	" ours INTEGER NOT NULL, private INTEGER NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, lang TEXT NOT NULL, rating INTEGER NOT NULL,"
	" at INTEGER NOT NULL, edited_at INTEGER NOT NULL DEFAULT 0, removed_at INTEGER NOT NULL DEFAULT 0, hidden_at INTEGER NOT NULL DEFAULT 0,"
	" key TEXT NOT NULL DEFAULT '');"
	"CREATE INDEX IF NOT EXISTS item_thread ON item (thread, at);"
	"CREATE INDEX IF NOT EXISTS item_key ON item (key) WHERE key <> '';"
	"CREATE TABLE IF NOT EXISTS tried (key TEXT PRIMARY KEY);"
	"CREATE TABLE IF NOT EXISTS liked (item TEXT PRIMARY KEY, at INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS post (id TEXT PRIMARY KEY, warning TEXT NOT NULL, media TEXT NOT NULL, poll TEXT NOT NULL, likes INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS thread (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, lang TEXT NOT NULL, member INTEGER NOT NULL, n INTEGER NOT NULL);"
	"CREATE INDEX IF NOT EXISTS thread_n ON thread (n);"
	"CREATE TABLE IF NOT EXISTS said (thread TEXT NOT NULL, text INTEGER NOT NULL, PRIMARY KEY (thread, text));"
	"CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, item TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '');"
	"CREATE TABLE IF NOT EXISTS profile (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS plan (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, act TEXT NOT NULL, item TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '');"
	"CREATE INDEX IF NOT EXISTS plan_at ON plan (at);";

enum err network_open(struct cx *cx, struct db *db, const struct texts *texts, struct network *ret_network)
{
	TRY(db_script(cx, db, str_of(schema)));
	*ret_network = (struct network){db, texts};
	return OK;
}

/* ---- numbers that are kept ---- */

enum err network_number(struct cx *cx, struct network *n, const char *name, i64 initial, i64 *ret_value)
{
	return db_number(cx, n->db, initial, ret_value, "SELECT value FROM number WHERE name = ?1", db_text(str_of(name)));
}

enum err network_set_number(struct cx *cx, struct network *n, const char *name, i64 value)
{
	return db_run(cx, n->db, NULL, "INSERT INTO number (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		      db_text(str_of(name)), db_i64(value));
}

enum err network_count_up(struct cx *cx, struct network *n, const char *name, i64 *ret_value)
{
	i64 value;
	TRY(network_number(cx, n, name, 0, &value));
	TRY(network_set_number(cx, n, name, value + 1));
	*ret_value = value + 1;
	return OK;
}

enum err network_tried(struct cx *cx, struct network *n, struct str key, bool *ret_first)
{
	i64 changed = 0;
	TRY(db_run(cx, n->db, &changed, "INSERT INTO tried (key) VALUES (?1) ON CONFLICT DO NOTHING", db_text(key)));
	*ret_first = changed == 1;
	return OK;
}

static const struct dial *dial_of(struct str name)
{
	for (size_t i = 0; i < dial_count; i++)
		if (str_eq(name, str_of(dials[i].name)))
			return &dials[i];
	return NULL;
}

double network_dial(struct cx *cx, struct network *n, const char *name)
{
	CLEANUP(row_endp) struct row *row = NULL;
	const struct dial *dial = dial_of(str_of(name));
	must(dial);
	enum err e = db_one(cx, n->db, &row, "SELECT value FROM dial WHERE name = ?1", db_text(str_of(name)));
	return e == OK ? row_double(row, 0) : dial->initial;
}

static enum err plan_outage(struct cx *cx, struct network *n, double hours)
{
	i64 from = hours > 0 ? cx->now + (i64)(hours * HOUR) : 0;
	return network_set_number(cx, n, "outage_from", from);
}

enum err network_dial_set(struct cx *cx, struct network *n, struct str name, double value)
{
	const struct dial *dial = dial_of(name);
	if (!dial)
		return fail_field(cx, "name", N_("The simulated network has no dial “%.*s”."), STR_ARG(name));
	if (!(value >= dial->least && value <= dial->most))
		return fail_field(cx, dial->name, N_("This dial goes from %g to %g."), dial->least, dial->most);
	if (str_eq(name, S("outage_in")))
		TRY(plan_outage(cx, n, value));
	return db_run(cx, n->db, NULL, "INSERT INTO dial (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", db_text(name),
		      db_double(value));
}

json_t *network_dials(struct cx *cx, struct network *n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < dial_count; i++)
		json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:f, s:s}", "name", dials[i].name, "value", network_dial(cx, n, dials[i].name), "least",
						      dials[i].least, "most", dials[i].most, "about", dials[i].about));
	return json_pack("{s:o}", "dials", list);
}

struct chance network_throw(struct cx *cx, struct network *n, enum chance_stream stream, i64 index)
{
	return chance_of((u64)network_dial(cx, n, "seed"), stream, (u64)index);
}

/* ---- what is said ---- */

enum err network_announce(struct cx *cx, struct network *n, struct str item, const char *type, struct str detail)
{
	i64 seq;
	TRY(network_count_up(cx, n, "event", &seq));
	return db_run(cx, n->db, NULL, "INSERT INTO event (seq, type, item, detail) VALUES (?1, ?2, ?3, ?4)", db_i64(seq), db_text(str_of(type)), db_text(item),
		      db_text(detail));
}

enum err network_put(struct cx *cx, struct network *n, const struct item *i)
{
	TRY(db_run(cx, n->db, NULL,
		   "INSERT INTO item (id, thread, parent, kind, member, ours, private, subject, body, lang, rating, at, key)"
		   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
		   db_text(i->id), db_text(i->thread), db_text(i->parent), db_text(i->kind), db_i64(i->member), db_bool(i->ours), db_bool(i->private),
		   db_text(i->subject), db_text(i->body), db_text(i->lang), db_i64(i->rating), db_i64(i->at), db_text(i->key)));
	return network_announce(cx, n, i->id, "created", (struct str){});
}

enum err network_plan(struct cx *cx, struct network *n, i64 at, const char *act, struct str item, struct str detail)
{
	i64 number_of_plan;
	TRY(network_count_up(cx, n, "plan", &number_of_plan));
	return db_run(cx, n->db, NULL, "INSERT INTO plan (n, at, act, item, detail) VALUES (?1, ?2, ?3, ?4, ?5)", db_i64(number_of_plan), db_i64(at),
		      db_text(str_of(act)), db_text(item), db_text(detail));
}

/* ---- whose turn a text is ---- */

/* The texts of a kind and mood in a language, ours and those recorded elsewhere, are gone through one by one, each round in another order:
 * none comes again before all the others came, whatever its slots are filled with. */
struct pile {
	struct str kind, lang, mood;
	size_t own, size;
};

static struct pile pile_of(const struct texts *texts, struct str kind, struct str lang, struct str mood)
{
	struct pile p = {kind, lang, mood, texts_count(texts, kind, lang, mood, true), 0};
	p.size = p.own + texts_count(texts, kind, lang, mood, false);
	return p;
}

static const struct text *text_of(const struct texts *texts, const struct pile *p, size_t index)
{
	return index < p->own ? texts_at(texts, p->kind, p->lang, p->mood, true, index) : texts_at(texts, p->kind, p->lang, p->mood, false, index - p->own);
}

static enum err was_said(struct cx *cx, struct network *n, struct str thread, i64 text, bool *ret_said)
{
	i64 count = 0;
	if (thread.len)
		TRY(db_number(cx, n->db, 0, &count, "SELECT COUNT(*) FROM said WHERE thread = ?1 AND text = ?2", db_text(thread), db_i64(text)));
	*ret_said = count > 0;
	return OK;
}

/* The next text of a pile that was not said in the thread (empty: any will do); when all were, the next. NULL: there are none. English
 * where the language has none. */
enum err network_deal(struct cx *cx, struct network *n, struct str kind, struct str lang, struct str mood, struct str thread, const struct text **ret_text)
{
	struct pile p = pile_of(n->texts, kind, lang, mood);
	if (!p.size)
		p = pile_of(n->texts, kind, S("en"), mood);
	*ret_text = NULL;
	if (!p.size)
		return OK;
	struct str name = arena_printf(cx->arena, "pile:%.*s:%.*s:%.*s", STR_ARG(kind), STR_ARG(p.lang), STR_ARG(mood));
	u64 walk = 0;
	i64 turn, row = 0;
	bool said = true;
	for (size_t i = 0; i < name.len; i++)
		walk = walk * 131 + (unsigned char)name.at[i];
	TRY(network_number(cx, n, arena_cstr(cx->arena, name), 0, &turn));
	u64 seed = (u64)network_dial(cx, n, "seed");
	for (size_t tries = 0; said && tries < p.size; tries++) {
		*ret_text = text_of(n->texts, &p, chance_walk(seed, walk, (u64)turn++, p.size));
		row = *ret_text - n->texts->rows;
		TRY(was_said(cx, n, thread, row, &said));
	}
	TRY(network_set_number(cx, n, arena_cstr(cx->arena, name), turn));
	return thread.len ? db_run(cx, n->db, NULL, "INSERT INTO said (thread, text) VALUES (?1, ?2) ON CONFLICT (thread, text) DO NOTHING", db_text(thread), db_i64(row)) : OK;
}

/* Members write in one language, always: their own where it is one of the two that talk is in, else one of them. */
static struct str spoken(const struct network *n, i64 member)
{
	struct str own = n->texts->members[member].language;
	return str_eq(own, S("fr")) || str_eq(own, S("en")) ? own : member % 2 ? S("fr") : S("en");
}

i64 network_pick_member(struct network *n, struct str lang, struct chance *chance)
{
	i64 member = (i64)chance_below(chance, n->texts->member_count);
	for (size_t tries = 0; tries < 200 && !str_eq(spoken(n, member), lang); tries++)
		member = (i64)chance_below(chance, n->texts->member_count);
	return member;
}

static const char *kind_of_talk(struct cx *cx, struct network *n, struct chance *chance)
{
	const double private = network_dial(cx, n, "private"), reviews = network_dial(cx, n, "reviews"), mentions = network_dial(cx, n, "mentions");
	const double rest = 100 - private - reviews - mentions, weights[] = {private, reviews, mentions, rest > 0 ? rest : 0};
	static const char *const kinds[] = {"direct", "review", "mention", "comment"};
	return kinds[chance_weighted(chance, weights, 4)];
}

struct str network_mood(struct cx *cx, struct network *n, const char *kind, struct chance *chance)
{
	static const char *const harmful[] = {"insult", "hate", "spam", "threat", "lookalike"};
	static const char *const usual[] = {"question", "question", "praise", "praise", "complaint", "complaint", "joke", "neutral"};
	static const char *const ratings[] = {"praise", "praise", "complaint", "neutral", "angry"};
	static const char *const private_moods[] = {"question", "question", "complaint", "purchase", "urgent"};
	static const char *const mention_moods[] = {"praise", "question", "complaint"};
	if (str_eq(str_of(kind), S("review")))
		return str_of(ratings[chance_below(chance, COUNT(ratings))]);
	if (str_eq(str_of(kind), S("direct")))
		return str_of(private_moods[chance_below(chance, COUNT(private_moods))]);
	if (str_eq(str_of(kind), S("mention")))
		return str_of(mention_moods[chance_below(chance, COUNT(mention_moods))]);
	return str_of(chance_percent(chance, network_dial(cx, n, "harm")) ? harmful[chance_below(chance, COUNT(harmful))] : usual[chance_below(chance, COUNT(usual))]);
}

/* An incident: people speak of little else. While it is off chance goes as if it was not there. */
static bool is_of_recall(struct cx *cx, struct network *n, const char *kind, struct chance *chance)
{
	double recall = network_dial(cx, n, "recall");
	return recall > 0 && (str_eq(str_of(kind), S("comment")) || str_eq(str_of(kind), S("mention"))) && chance_percent(chance, recall);
}

static i64 rating_of(struct str mood, struct chance *chance)
{
	if (str_eq(mood, S("praise")))
		return chance_between(chance, 4, 5);
	if (str_eq(mood, S("neutral")))
		return 3;
	return str_eq(mood, S("angry")) ? 1 : chance_between(chance, 1, 2);
}

/* A comment goes under one of the newest posts; the rest are threads of their own. */
static enum err find_thread(struct cx *cx, struct network *n, struct item *i, struct chance *chance)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 made, threads;
	TRY(network_number(cx, n, "post", 0, &threads));
	bool comment = str_eq(i->kind, S("comment"));
	if (comment && threads && !chance_percent(chance, 12)) {
		i64 wanted = threads - (i64)chance_below(chance, (u64)(threads < THREADS_ALIVE ? threads : THREADS_ALIVE));
		TRY(db_one(cx, n->db, &row, "SELECT id, subject FROM thread WHERE n = ?1", db_i64(wanted)));
		i->thread = row_str(row, 0, cx->arena);
		i->subject = row_str(row, 1, cx->arena);
		/* Each member's words are a conversation of their own under the post. */
		i->thread = arena_printf(cx->arena, "%.*s:%lld", STR_ARG(i->thread), (long long)i->member);
		return OK;
	}
	if (comment) {
		const struct text *about;
		TRY(network_deal(cx, n, S("subject"), i->lang, (struct str){}, (struct str){}, &about));
		TRY(network_count_up(cx, n, "post", &made));
		i->subject = about ? texts_fill(n->texts, cx->arena, about, chance) : (struct str){};
		struct str post = arena_printf(cx->arena, "post%lld", (long long)made);
		TRY(db_run(cx, n->db, NULL, "INSERT INTO thread (id, kind, subject, lang, member, n) VALUES (?1, 'comment', ?2, ?3, ?4, ?5)", db_text(post),
			   db_text(i->subject), db_text(i->lang), db_i64(i->member), db_i64(made)));
		i->thread = arena_printf(cx->arena, "%.*s:%lld", STR_ARG(post), (long long)i->member);
		return OK;
	}
	TRY(network_count_up(cx, n, "thread", &made));
	i->thread = str_eq(i->kind, S("direct")) ? arena_printf(cx->arena, "private:%lld", (long long)i->member) : arena_printf(cx->arena, "%.*s%lld", STR_ARG(i->kind), (long long)made);
	return OK;
}

static enum err plan_changes(struct cx *cx, struct network *n, const struct item *i, struct chance *chance)
{
	if (chance_percent(chance, network_dial(cx, n, "edits")))
		TRY(network_plan(cx, n, i->at + chance_wait(chance, MINUTE), "edit", i->id, (struct str){}));
	if (chance_percent(chance, network_dial(cx, n, "removals")))
		TRY(network_plan(cx, n, i->at + chance_wait(chance, 3 * MINUTE), "remove", i->id, (struct str){}));
	return OK;
}

/* Other members complain of what breaks house rules, and now and then of what does not. */
static enum err plan_report(struct cx *cx, struct network *n, const struct item *i, struct str mood, struct chance *chance)
{
	static const char *const harmful[] = {"insult", "hate", "spam", "threat"};
	bool breaks = str_in(mood, harmful, COUNT(harmful));
	if (i->private || !chance_percent(chance, network_dial(cx, n, "reports") / (breaks ? 1 : 40)))
		return OK;
	const struct text *reason;
	TRY(network_deal(cx, n, S("report"), i->lang, breaks ? mood : S("harmless"), (struct str){}, &reason));
	return reason ? network_plan(cx, n, i->at + chance_wait(chance, MINUTE), "report", i->id, texts_fill(n->texts, cx->arena, reason, chance)) : OK;
}

static enum err talk(struct cx *cx, struct network *n, i64 at, struct item *ret_item, struct str *ret_mood)
{
	i64 number_of_talk;
	TRY(network_count_up(cx, n, "talk", &number_of_talk));
	struct chance chance = network_throw(cx, n, CHANCE_TALK, number_of_talk);
	const char *kind = kind_of_talk(cx, n, &chance);
	struct item i = {.id = arena_printf(cx->arena, "s%lld", (long long)number_of_talk), .kind = str_of(kind), .at = at};
	i.lang = chance_percent(&chance, network_dial(cx, n, "french")) ? S("fr") : S("en");
	i.member = network_pick_member(n, i.lang, &chance);
	i.private = str_eq(i.kind, S("direct"));
	struct str mood = is_of_recall(cx, n, kind, &chance) ? S("recall") : network_mood(cx, n, kind, &chance);
	TRY(find_thread(cx, n, &i, &chance));
	const struct text *text;
	TRY(network_deal(cx, n, i.kind, i.lang, mood, i.thread, &text));
	if (!text)
		TRY(network_deal(cx, n, i.kind, i.lang, (struct str){}, i.thread, &text));
	must(text);
	i.lang = text->language;
	i.body = texts_fill(n->texts, cx->arena, text, &chance);
	i.rating = str_eq(i.kind, S("review")) ? rating_of(mood, &chance) : 0;
	TRY(network_put(cx, n, &i));
	TRY(plan_report(cx, n, &i, mood, &chance));
	*ret_item = i;
	*ret_mood = mood;
	return plan_changes(cx, n, &i, &chance);
}

/* ---- what happens later ---- */

static enum err change(struct cx *cx, struct network *n, struct str item, const char *type, struct chance *chance)
{
	if (str_eq(str_of(type), S("removed"))) {
		TRY(db_run(cx, n->db, NULL, "UPDATE item SET removed_at = ?2 WHERE id = ?1", db_text(item), db_i64(cx->now)));
	} else {
		CLEANUP(row_endp) struct row *row = NULL;
		const struct text *note;
		TRY(db_one(cx, n->db, &row, "SELECT lang FROM item WHERE id = ?1", db_text(item)));
		TRY(network_deal(cx, n, S("edit"), row_str(row, 0, cx->arena), (struct str){}, (struct str){}, &note));
		TRY(db_run(cx, n->db, NULL, "UPDATE item SET body = body || ' ' || ?2, edited_at = ?3 WHERE id = ?1 AND removed_at = 0", db_text(item),
			   db_text(note ? texts_fill(n->texts, cx->arena, note, chance) : S("…")), db_i64(cx->now)));
	}
	return network_announce(cx, n, item, type, (struct str){});
}

/* The member whom we answered answers us, in the same thread and language. */
static enum err follow_up(struct cx *cx, struct network *n, struct str ours, i64 at, struct chance *chance)
{
	static const char *const moods[] = {"thanks", "thanks", "thanks", "question", "dissatisfied"};
	struct item i = {.kind = S("comment"), .at = at, .parent = ours};
	i64 number_of_talk;
	{
		CLEANUP(row_endp) struct row *row = NULL;
		enum err e = db_one(cx, n->db, &row,
				    "SELECT t.thread, t.subject, t.lang, t.member, t.private, t.kind FROM item o JOIN item t ON t.thread = o.thread AND t.ours = 0"
				    " WHERE o.id = ?1 ORDER BY t.at DESC LIMIT 1",
				    db_text(ours));
		if (e == ERR_MISSING)
			return OK;
		TRY(e);
		i.thread = row_str(row, 0, cx->arena);
		i.subject = row_str(row, 1, cx->arena);
		i.lang = row_str(row, 2, cx->arena);
		i.member = row_i64(row, 3);
		i.private = row_i64(row, 4);
		if (i.private)
			i.kind = S("direct");
	}
	const struct text *text;
	TRY(network_deal(cx, n, S("followup"), i.lang, str_of(moods[chance_below(chance, COUNT(moods))]), i.thread, &text));
	must(text);
	TRY(network_count_up(cx, n, "talk", &number_of_talk));
	i.id = arena_printf(cx->arena, "s%lld", (long long)number_of_talk);
	i.body = texts_fill(n->texts, cx->arena, text, chance);
	return network_put(cx, n, &i);
}

static enum err carry_out(struct cx *cx, struct network *n, bool *ret_done)
{
	struct str act, item, detail;
	i64 number_of_plan;
	{
		CLEANUP(row_endp) struct row *row = NULL;
		enum err e = db_one(cx, n->db, &row, "SELECT n, act, item, detail FROM plan WHERE at <= ?1 ORDER BY at, n LIMIT 1", db_i64(cx->now));
		*ret_done = e == OK;
		if (e == ERR_MISSING)
			return OK;
		TRY(e);
		number_of_plan = row_i64(row, 0);
		act = row_str(row, 1, cx->arena);
		item = row_str(row, 2, cx->arena);
		detail = row_str(row, 3, cx->arena);
	}
	struct chance chance = network_throw(cx, n, CHANCE_CHANGE, number_of_plan);
	TRY(db_run(cx, n->db, NULL, "DELETE FROM plan WHERE n = ?1", db_i64(number_of_plan)));
	if (str_eq(act, S("comment")))
		return network_comment(cx, n, item, &chance);
	if (str_eq(act, S("answer")))
		return follow_up(cx, n, item, cx->now, &chance);
	if (str_eq(act, S("report"))) /* 0 silences also those that were planned before */
		return network_dial(cx, n, "reports") > 0 ? network_announce(cx, n, item, "reported", detail) : OK;
	return change(cx, n, item, str_eq(act, S("edit")) ? "edited" : "removed", &chance);
}

enum err network_step(struct cx *cx, struct network *n)
{
	double per_minute = network_dial(cx, n, "per_minute");
	i64 next;
	TRY(network_number(cx, n, "next_talk", 0, &next));
	if (next == 0 || next < cx->now - 10 * MINUTE) /* new, or asleep for long: no flood of what was missed */
		next = cx->now;
	bool done = true;
	for (int count = 0; done && count < STEP_EVENTS_MAX; count++)
		TRY(carry_out(cx, n, &done));
	for (int count = 0; per_minute > 0 && next <= cx->now && count < STEP_EVENTS_MAX; count++) {
		i64 said;
		struct item item;
		struct str mood;
		TRY(talk(cx, n, next, &item, &mood));
		TRY(network_number(cx, n, "talk", 0, &said));
		struct chance chance = network_throw(cx, n, CHANCE_PACE, said);
		next += chance_wait(&chance, (i64)((double)MINUTE / per_minute));
	}
	return network_set_number(cx, n, "next_talk", next);
}

/* What the team said before it had a desk: an answer to one in so many, and now and then a word back. */
static enum err answer_of_the_past(struct cx *cx, struct network *n, const struct item *to, struct str mood, i64 k)
{
	struct chance chance = network_throw(cx, n, CHANCE_PAST, k);
	const struct text *text;
	i64 at = to->at + 2 * MINUTE + chance_wait(&chance, 12 * MINUTE);
	if (at > cx->now - 5 * MINUTE || !chance_percent(&chance, PAST_ANSWERED))
		return OK;
	TRY(network_deal(cx, n, S("answer"), to->lang, mood, to->thread, &text));
	if (!text)
		return OK;
	struct item i = {
		.id = arena_printf(cx->arena, "past%lld", (long long)k),
		.thread = to->thread,
		.parent = to->id,
		.kind = S("reply"),
		.body = texts_fill(n->texts, cx->arena, text, &chance),
		.ours = true,
		.private = to->private,
		.at = at,
	};
	TRY(network_put(cx, n, &i));
	at += MINUTE + chance_wait(&chance, 10 * MINUTE);
	return at < cx->now && chance_percent(&chance, PAST_ANSWERED) ? follow_up(cx, n, i.id, at, &chance) : OK;
}

enum err network_fill(struct cx *cx, struct network *n, i64 count)
{
	i64 said;
	TRY(network_number(cx, n, "talk", 0, &said));
	for (i64 k = said; k < count; k++) { /* over six hours, closer and closer towards now */
		struct item item;
		struct str mood;
		TRY(talk(cx, n, cx->now - (i64)((double)(6 * HOUR) * pow(1.0 - (double)k / (double)count, 2)), &item, &mood));
		TRY(answer_of_the_past(cx, n, &item, mood, k));
	}
	return OK;
}

/* ---- what others see ---- */

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

static json_t *item_json(struct cx *cx, const struct network *n, const struct row *row)
{
	i64 member = row_i64(row, 6), edited = row_i64(row, 13);
	json_t *message = json_object();
	const char *const names[] = {"id", "thread", "parent", "kind", "subject", "text", "lang"};
	const int columns[] = {2, 3, 4, 5, 9, 10, 11};
	for (size_t i = 0; i < COUNT(names); i++)
		json_object_set_new(message, names[i], text_json(row_text(row, columns[i])));
	json_object_set_new(message, "ours", json_boolean(row_i64(row, 7)));
	json_object_set_new(message, "private", json_boolean(row_i64(row, 8)));
	json_object_set_new(message, "at", text_json(time_text(cx->arena, row_i64(row, 12))));
	if (edited)
		json_object_set_new(message, "edited_at", text_json(time_text(cx->arena, edited)));
	if (row_i64(row, 14))
		json_object_set_new(message, "rating", json_integer(row_i64(row, 14)));
	if (!row_i64(row, 7)) {
		const struct text_member *m = &n->texts->members[(size_t)member % n->texts->member_count];
		json_object_set_new(message, "author",
				    json_pack("{s:o, s:o, s:o, s:o, s:I}", "id", text_json(arena_printf(cx->arena, "member%lld", (long long)member)), "handle", text_json(m->handle),
					      "name", text_json(m->name), "place", text_json(m->place), "followers", (json_int_t)m->followers));
	}
	return message;
}

enum err network_feed(struct cx *cx, struct network *n, i64 cursor, i64 limit, json_t **ret_page)
{
	CLEANUP(row_endp) struct row *row = NULL;
	json_t *events = json_array();
	i64 count = 0, last = cursor;
	double duplicates = network_dial(cx, n, "duplicates"), disorder = network_dial(cx, n, "disorder");
	TRY(db_query(cx, n->db, &row,
		     "SELECT e.seq, e.type, i.id, i.thread, i.parent, i.kind, i.member, i.ours, i.private, i.subject, i.body, i.lang, i.at, i.edited_at, i.rating, e.detail"
		     " FROM event e JOIN item i ON i.id = e.item WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2",
		     db_i64(cursor), db_i64(limit)));
	for (bool more; row_next(cx, row, &more) == OK && more; count++) {
		last = row_i64(row, 0);
		struct chance chance = network_throw(cx, n, CHANCE_DELIVERY, last);
		json_t *event = json_pack("{s:o, s:o, s:o}", "cursor", text_json(arena_printf(cx->arena, "%lld", (long long)last)), "type", text_json(row_text(row, 1)),
					  "message", item_json(cx, n, row));
		if (str_eq(row_text(row, 1), S("reported")))
			json_object_set_new(event, "report", json_pack("{s:o, s:o}", "id", text_json(arena_printf(cx->arena, "r%lld", (long long)last)), "reason",
								       text_json(row_text(row, 15))));
		if (chance_percent(&chance, duplicates))
			json_array_append(events, event);
		if (chance_percent(&chance, disorder) && json_array_size(events))
			json_array_insert_new(events, json_array_size(events) - 1, event);
		else
			json_array_append_new(events, event);
	}
	*ret_page = json_pack("{s:o, s:o, s:b}", "events", events, "cursor", text_json(arena_printf(cx->arena, "%lld", (long long)last)), "more", count == limit);
	return OK;
}

/* ---- what we send ---- */

enum err network_known_key(struct cx *cx, struct network *n, struct str key, struct str *ret_id)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, n->db, &row, "SELECT id FROM item WHERE key = ?1 ORDER BY at LIMIT 1", db_text(key)));
	*ret_id = row_str(row, 0, cx->arena);
	return OK;
}

enum err network_accept(struct cx *cx, struct network *n, const struct network_post *post, struct str *ret_id)
{
	i64 ours, there;
	if (post->key.len && network_dial(cx, n, "honour_keys") > 0) {
		enum err e = network_known_key(cx, n, post->key, ret_id);
		if (e != ERR_MISSING)
			return e;
	}
	TRY(db_number(cx, n->db, 0, &there, "SELECT COUNT(*) FROM item WHERE thread = ?1 LIMIT 1", db_text(post->thread)));
	if (!there)
		return fail(cx, ERR_MISSING, N_("There is no such thread on the simulated network."));
	TRY(network_count_up(cx, n, "ours", &ours));
	struct item i = {.id = arena_printf(cx->arena, "o%lld", (long long)ours), .thread = post->thread, .parent = post->parent, .kind = S("reply"), .body = post->text,
			 .ours = true, .private = post->private, .at = cx->now, .key = post->key};
	TRY(network_put(cx, n, &i));
	struct chance chance = network_throw(cx, n, CHANCE_ANSWER, ours);
	if (chance_percent(&chance, network_dial(cx, n, "answers")))
		TRY(network_plan(cx, n, cx->now + 2 * SECOND + chance_wait(&chance, FOLLOW_UP_MEAN), "answer", i.id, (struct str){}));
	*ret_id = i.id;
	return OK;
}

enum err network_hide(struct cx *cx, struct network *n, struct str id, bool hidden)
{
	i64 changed = 0;
	TRY(db_run(cx, n->db, &changed, "UPDATE item SET hidden_at = ?2 WHERE id = ?1", db_text(id), db_i64(hidden ? cx->now : 0)));
	return changed ? OK : fail(cx, ERR_MISSING, N_("There is no such message on the simulated network."));
}

enum err network_like(struct cx *cx, struct network *n, struct str id, bool liked)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, n->db, &row, "SELECT id FROM item WHERE id = ?1", db_text(id));
	if (e == ERR_MISSING)
		return fail(cx, ERR_MISSING, N_("There is no such message on the simulated network."));
	TRY(e);
	if (liked)
		return db_run(cx, n->db, NULL, "INSERT INTO liked (item, at) VALUES (?1, ?2) ON CONFLICT (item) DO NOTHING", db_text(id), db_i64(cx->now));
	return db_run(cx, n->db, NULL, "DELETE FROM liked WHERE item = ?1", db_text(id));
}

enum err network_say(struct cx *cx, struct network *n, struct str kind, struct str thread, struct str text, i64 member, struct str *ret_id)
{
	i64 number_of_talk;
	TRY(network_count_up(cx, n, "talk", &number_of_talk));
	member %= (i64)n->texts->member_count;
	struct item i = {.id = arena_printf(cx->arena, "s%lld", (long long)number_of_talk), .kind = kind, .thread = thread, .body = text, .lang = spoken(n, member),
			 .member = member, .private = str_eq(kind, S("direct")), .at = cx->now};
	if (!thread.len)
		i.thread = arena_printf(cx->arena, "said%lld", (long long)number_of_talk);
	bool under; /* a post of ours */
	TRY(network_is_post(cx, n, thread, &under));
	if (under)
		i.parent = thread;
	TRY(network_put(cx, n, &i));
	*ret_id = i.id;
	return OK;
}

enum err network_complain(struct cx *cx, struct network *n, struct str message, struct str reason)
{
	i64 there;
	TRY(db_number(cx, n->db, 0, &there, "SELECT COUNT(*) FROM item WHERE id = ?1", db_text(message)));
	return there ? network_announce(cx, n, message, "reported", reason) : fail(cx, ERR_MISSING, N_("There is no such message on the simulated network."));
}

json_t *network_sent(struct cx *cx, struct network *n, struct str key)
{
	struct str id = {};
	enum err e = network_known_key(cx, n, key, &id);
	return json_pack("{s:b, s:o}", "accepted", e == OK, "id", text_json(id));
}

json_t *network_ledger(struct cx *cx, struct network *n)
{
	CLEANUP(row_endp) struct row *row = NULL;
	json_t *keys = json_array();
	i64 items = 0, most = 0;
	if (db_query(cx, n->db, &row, "SELECT key, COUNT(*) FROM item WHERE ours = 1 AND key <> '' GROUP BY key ORDER BY key") == OK)
		for (bool more; row_next(cx, row, &more) == OK && more;) {
			i64 count = row_i64(row, 1);
			items += count;
			most = count > most ? count : most;
			json_array_append_new(keys, json_pack("{s:o, s:I}", "key", text_json(row_text(row, 0)), "count", (json_int_t)count));
		}
	return json_pack("{s:I, s:o, s:I}", "items", (json_int_t)items, "keys", keys, "most", (json_int_t)most);
}

/* ---- tokens, quota, outages ---- */

/* What nobody can guess who does not know the first token's hash. */
static struct str token_of(struct cx *cx, struct str seed, const char *what, i64 generation)
{
	CLEANUP(buf_free) struct buf hex = {};
	struct hash hash = hash_of(arena_printf(cx->arena, "%.*s:%s:%lld", STR_ARG(seed), what, (long long)generation));
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	return buf_keep(&hex, cx->arena);
}

enum err network_lets_in(struct cx *cx, struct network *n, struct str seed, struct str token, bool is_first, bool *ret_in)
{
	i64 generation, until;
	if (network_dial(cx, n, "token_life") == 0) {
		*ret_in = is_first;
		if (is_first)
			return OK;
	}
	TRY(network_number(cx, n, "token_generation", 0, &generation));
	TRY(network_number(cx, n, "token_until", 0, &until));
	*ret_in = generation && until > cx->now && str_eq_secret(token, token_of(cx, seed, "access", generation));
	return OK;
}

enum err network_renew(struct cx *cx, struct network *n, struct str seed, struct str refresh, bool is_first, json_t **ret_answer, bool *ret_refused)
{
	i64 generation, ends;
	double life = network_dial(cx, n, "token_life"), days = network_dial(cx, n, "grant_life");
	*ret_refused = false;
	*ret_answer = json_object();
	if (life == 0)
		return OK;
	TRY(network_number(cx, n, "token_generation", 0, &generation));
	TRY(network_number(cx, n, "grant_until", 0, &ends));
	bool is_last = generation && str_eq_secret(refresh, token_of(cx, seed, "refresh", generation));
	if (network_dial(cx, n, "refresh_denied") > 0 || (!is_first && !is_last) || (is_last && ends && ends <= cx->now)) {
		*ret_refused = true; /* one that was used before, too */
		json_object_set_new(*ret_answer, "error", json_string("invalid_grant"));
		return OK;
	}
	if (is_first) { /* somebody granted it anew */
		ends = days > 0 ? cx->now + (i64)(days * DAY) : 0;
		TRY(network_set_number(cx, n, "grant_until", ends));
	}
	TRY(network_set_number(cx, n, "token_generation", ++generation));
	TRY(network_set_number(cx, n, "token_until", cx->now + (i64)(life * SECOND)));
	struct str access = token_of(cx, seed, "access", generation), next = token_of(cx, seed, "refresh", generation);
	json_object_set_new(*ret_answer, "access_token", json_stringn(access.at, access.len));
	json_object_set_new(*ret_answer, "refresh_token", json_stringn(next.at, next.len));
	json_object_set_new(*ret_answer, "token_type", json_string("Bearer"));
	json_object_set_new(*ret_answer, "expires_in", json_integer((json_int_t)life));
	if (ends)
		json_object_set_new(*ret_answer, "refresh_token_expires_in", json_integer((ends - cx->now) / SECOND));
	return OK;
}

enum err network_count(struct cx *cx, struct network *n, struct network_quota *ret_quota)
{
	struct network_quota q = {.limit = (i64)network_dial(cx, n, "quota")};
	i64 day = cx->now / DAY, counted, used;
	if (q.limit) {
		TRY(network_number(cx, n, "quota_day", 0, &counted));
		TRY(network_number(cx, n, "quota_used", 0, &used));
		used = counted == day ? used + 1 : 1;
		TRY(network_set_number(cx, n, "quota_day", day));
		TRY(network_set_number(cx, n, "quota_used", used));
		q.left = used < q.limit ? q.limit - used : 0;
		q.is_over = used > q.limit;
		q.reset_at = (day + 1) * DAY;
	}
	*ret_quota = q;
	return OK;
}

enum err network_outage(struct cx *cx, struct network *n, i64 *ret_from, i64 *ret_until)
{
	TRY(network_number(cx, n, "outage_from", 0, ret_from));
	*ret_until = *ret_from ? *ret_from + (i64)(network_dial(cx, n, "outage_hours") * HOUR) : 0;
	return OK;
}
