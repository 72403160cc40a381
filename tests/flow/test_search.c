/* What is found, and pages of lists in both directions: on both engines. */
#include "desk.h"

#include "flow/inbox.h"
#include "store/charter.h"
#include "store/conversation.h"
#include "store/message.h"

static i64 say(struct test_desk *d, const char *author, enum message_kind kind, const char *lang, i64 at, const char *text)
{
	static int number;
	struct inbound i = {.kind = kind, .author_id = str_of(author), .author_name = str_of(author), .author_followers = -1, .body = str_of(text), .at = at, .lang = str_of(lang)};
	i.remote_id = arena_printf(d->cx->arena, "m%d", ++number);
	i.thread_id = arena_printf(d->cx->arena, "t%d", number);
	enum ingest_result result;
	i64 message = 0;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, &message));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	return message;
}

static struct message get(struct test_desk *d, i64 id)
{
	struct message m;
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, id, &m));
	return m;
}

/* On a slow machine a search stops on the way: go on from where it stopped. */
static size_t find_from(struct test_desk *d, const struct message_filter *f, struct list_place place, size_t limit, struct message_hit **ret_hits)
{
	struct message_hit *list = arena_array(d->cx->arena, struct message_hit, limit), *hits;
	size_t found = 0, count = 0;
	i64 reached;
	do { /* a busy machine finds less at a time */
		assert_ok(d->cx, message_find(d->cx, d->db, d->workspace, f, place, limit - found, &hits, &count, &reached));
		memcpy(list + found, hits, count * sizeof *hits);
		found += count;
		place.id = reached;
		place.is_given = true;
	} while (reached && found < limit);
	*ret_hits = list;
	return found;
}

static size_t find(struct test_desk *d, const struct message_filter *f, struct message_hit **ret_hits)
{
	struct list_place place = LIST_START;
	size_t all = 0, count;
	i64 reached;
	do {
		assert_ok(d->cx, message_find(d->cx, d->db, d->workspace, f, place, 50, ret_hits, &count, &reached));
		all += count;
		place = list_after(0, reached);
	} while (reached);
	return all;
}

#define FOUND(expected, ...)                                                                                                   \
	do {                                                                                                                   \
		struct message_filter f_ = MESSAGE_FILTER;                                                                     \
		struct message_hit *hits_;                                                                                     \
		__VA_ARGS__;                                                                                                   \
		size_t count_ = find(&d, &f_, &hits_);                                                                         \
		if (count_ != (expected))                                                                                      \
			fail_msg("%s: %zu found", #__VA_ARGS__, count_);                                                       \
	} while (0)

static void test_filters(void **state)
{
	struct test_desk d = desk_open(state);
	i64 now = d.cx->now, note;
	say(&d, "nadia", KIND_COMMENT, "fr", now - 400 * DAY, "Le pain d'il y a longtemps");
	i64 bad = say(&d, "fred", KIND_REVIEW, "fr-FR", now - 3 * DAY, "Le pain est mauvais, voir example.com/pain");
	i64 plain = say(&d, "nadia", KIND_COMMENT, "en", now - HOUR, "Good pain au chocolat");
	assert_ok(d.cx, inbox_note(d.cx, d.db, d.workspace, get(&d, plain).conversation, S("Le pain de nadia"), NULL, &note));
	FOUND(4, f_.words = S("pain"));
	FOUND(3, f_.words = S("pain"); f_.direction = MESSAGE_NO_NOTES);
	FOUND(1, f_.words = S("pain"); f_.kind = KIND_NOTE);
	FOUND(1, f_.kind = KIND_REVIEW); /* no words */
	FOUND(2, f_.words = S("pain"); f_.lang = S("fr"));
	FOUND(1, f_.lang = S("en"));
	FOUND(0, f_.words = S("pain"); f_.channel = d.channel + 1);
	FOUND(3, f_.channel = d.channel; f_.direction = DIRECTION_IN);
	FOUND(1, f_.words = S("\"voir example com\""));
	FOUND(1, f_.author = d.owner.user);
	i64 identity = get(&d, plain).identity;
	FOUND(2, f_.identities = &identity; f_.identity_count = 1);
	FOUND(1, f_.identities = &identity; f_.identity_count = 1; f_.words = S("-longtemps chocolat"));
	FOUND(1, f_.words = S("pain"); f_.since = now - 2 * HOUR; f_.direction = DIRECTION_IN); /* to the instant */
	FOUND(0, f_.words = S("pain"); f_.since = now - 30 * MINUTE; f_.direction = DIRECTION_IN);
	FOUND(1, f_.words = S("pain"); f_.until = now - 30 * DAY);
	FOUND(2, f_.words = S("pain"); f_.since = now - 800 * DAY; f_.until = now - 2 * DAY); /* by months */
	struct conversation c;
	assert_ok(d.cx, conversation_get(d.cx, d.db, d.workspace, get(&d, bad).conversation, &c));
	assert_ok(d.cx, inbox_set_status(d.cx, d.db, d.workspace, c.id, 0, STATUS_RESOLVED, NULL));
	FOUND(1, f_.words = S("pain"); f_.status = STATUS_RESOLVED);
	FOUND(3, f_.words = S("pain"); f_.status = STATUS_OPEN);
	struct hide_request r = {.message = bad, .article = d.article, .reason = S("Insulte")};
	assert_ok(d.cx, moderate_hide(d.cx, d.db, d.workspace, &r, NULL));
	FOUND(1, f_.words = S("pain"); f_.state = MESSAGE_HIDDEN);
	FOUND(3, f_.words = S("pain"); f_.state = MESSAGE_VISIBLE);
	assert_ok(d.cx, moderate_restore(d.cx, d.db, d.workspace, bad, S("Erreur")));
	FOUND(0, f_.words = S("pain"); f_.state = MESSAGE_HIDDEN);
	FOUND(4, f_.words = S("pain"); f_.state = MESSAGE_VISIBLE);
	FOUND(1, f_.words = S("mauvais")); /* once, after having been taken out and put back */
	i64 count;
	struct message_filter f = MESSAGE_FILTER;
	f.words = S("pain");
	assert_ok(d.cx, message_found_count(d.cx, d.db, d.workspace, &f, 3, &count));
	assert_int_equal(count, db_kind(d.db) == DB_SQLITE ? 3 : -1);
	f.words = S("\"pain");
	struct message_hit *hits;
	size_t n;
	assert_err(message_find(d.cx, d.db, d.workspace, &f, LIST_START, 5, &hits, &n, &count), ERR_BAD_INPUT);
	assert_string_equal(d.cx->field, "q");
}

/* Behind more than is looked at one by one. */
static void test_long_ago(void **state)
{
	struct test_desk d = desk_open(state);
	i64 now = d.cx->now;
	say(&d, "nadia", KIND_COMMENT, "fr", now, "Un kouglof, jadis");
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (int i = 0; i < 4200; i++) {
		struct inbound m = {.kind = KIND_COMMENT, .author_id = S("fred"), .author_name = S("fred"), .author_followers = -1, .body = S("Du pain"), .at = now};
		m.remote_id = m.thread_id = arena_printf(d.cx->arena, "far%d", i);
		enum ingest_result result;
		assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &m, &result, NULL));
	}
	assert_ok(d.cx, ingest_settle(d.cx, d.db, &d.ingest));
	assert_ok(d.cx, db_commit(d.cx, d.db));
	say(&d, "nadia", KIND_COMMENT, "fr", now, "Une tarte");
	FOUND(1, f_.words = S("kouglof"));
	FOUND(1, f_.words = S("tarte"));
	FOUND(50, f_.words = S("pain"));
	FOUND(0, f_.words = S("kouglof pain"));
	struct message_filter f = MESSAGE_FILTER;
	struct message_hit *hits;
	f.words = S("nadia");
	assert_int_equal(find_from(&d, &f, LIST_START, 2, &hits), 2); /* one near, one far */
	struct list_place before = list_after(0, hits[1].message.id);
	before.is_back = true;
	assert_int_equal(find_from(&d, &f, before, 2, &hits), 1);
	f.words = S("tarte");
	assert_int_equal(find_from(&d, &f, before, 2, &hits), 1);
}

static i64 how_many(struct test_desk *d, const char *words)
{
	struct message_filter f = MESSAGE_FILTER;
	i64 count;
	f.words = str_of(words);
	assert_ok(d->cx, message_found_count(d->cx, d->db, d->workspace, &f, 500, &count));
	return count;
}

/* A star is told as the words that there are, or left to the engine when these are too many: the same is found. */
static void test_beginnings(void **state)
{
	struct test_desk d = desk_open(state);
	i64 now = d.cx->now;
	say(&d, "nadia", KIND_COMMENT, "fr", now, "Boulangerie fermée, brioches parties");
	say(&d, "fred", KIND_COMMENT, "fr", now, "Une brioche au beurre");
	say(&d, "omar", KIND_COMMENT, "fr", now, "Pain au levain, BRIOCHÉ");
	say(&d, "omar", KIND_COMMENT, "zz", now, "wagon");
	FOUND(3, f_.words = S("brio*"));
	FOUND(3, f_.words = S("brioche*"));
	FOUND(1, f_.words = S("brioches*"));
	FOUND(0, f_.words = S("brioz*"));
	FOUND(2, f_.words = S("brio* -bou*"));
	FOUND(1, f_.words = S("\"au levain brio*\""));
	FOUND(1, f_.words = S("brio* pai*"));
	FOUND(1, f_.words = S("wag*")); /* and no mark that begins so */
	FOUND(0, f_.words = S("lzz*"));
	if (db_kind(d.db) == DB_SQLITE)
		assert_int_equal(how_many(&d, "brio*"), 3);
	for (int i = 0; i < 130; i++)
		say(&d, "fred", KIND_COMMENT, "fr", now, arena_printf(d.cx->arena, "commande xx%d", 1000 + i).at);
	FOUND(50, f_.words = S("xx1*")); /* more words than are named; a page of them */
	FOUND(10, f_.words = S("xx100*"));
	FOUND(1, f_.words = S("xx100* xx1001"));
	FOUND(0, f_.words = S("comm* -xx1*"));
}

static void test_removed_on_the_network(void **state)
{
	struct test_desk d = desk_open(state);
	i64 id = desk_say(&d, "omar", "t1", "m1", "Brioche partie");
	struct inbound gone = {.kind = KIND_COMMENT, .remote_id = S("m1"), .thread_id = S("t1"), .author_id = S("omar"), .author_name = S("omar"),
			       .author_followers = -1, .at = d.cx->now, .removed = true};
	enum ingest_result result;
	assert_ok(d.cx, ingest_take(d.cx, d.db, &d.ingest, &gone, &result, &id));
	FOUND(1, f_.words = S("brioche"); f_.state = MESSAGE_REMOVED);
	FOUND(0, f_.words = S("brioche"); f_.state = MESSAGE_VISIBLE);
}

/* Every page forward, then every page back: the same rows in the same order. */
static void test_found_both_ways(void **state)
{
	struct test_desk d = desk_open(state);
	i64 ids[23];
	for (size_t i = 0; i < COUNT(ids); i++)
		ids[COUNT(ids) - 1 - i] = say(&d, "nadia", KIND_COMMENT, "fr", d.cx->now, i % 2 ? "pain rassis" : "pain frais");
	struct message_hit *hits;
	struct list_place place = LIST_START;
	size_t seen = 0, count;
	do {
		assert_ok(d.cx, message_search(d.cx, d.db, d.workspace, S("pain"), place, 5, &hits, &count, NULL));
		for (size_t i = 0; i < count; i++)
			assert_true(hits[i].message.id == ids[seen++]);
		if (count)
			place = list_after(0, hits[count - 1].message.id);
	} while (count == 5);
	assert_int_equal(seen, COUNT(ids));
	place = (struct list_place){.id = ids[20], .is_given = true, .is_back = true};
	for (size_t at = 20; at > 0; at -= count) {
		assert_ok(d.cx, message_search(d.cx, d.db, d.workspace, S("pain"), place, 5, &hits, &count, NULL));
		assert_true(count == 5 && hits[0].message.id == ids[at - 5] && hits[4].message.id == ids[at - 1]);
		place.id = hits[0].message.id;
	}
}

/* What is held against each row is found also past the first rounds. */
static void test_rounds(void **state)
{
	struct test_desk d = desk_open(state);
	i64 done[2] = {};
	for (int i = 0; i < 400; i++) {
		i64 id = say(&d, "nadia", KIND_COMMENT, "fr", d.cx->now, "pain");
		if (i == 3 || i == 330) {
			assert_ok(d.cx, inbox_set_status(d.cx, d.db, d.workspace, get(&d, id).conversation, 0, STATUS_RESOLVED, NULL));
			done[i == 3] = id;
		}
	}
	struct message_filter f = MESSAGE_FILTER;
	struct message_hit *hits;
	f.words = S("pain");
	f.status = STATUS_RESOLVED;
	assert_int_equal(find_from(&d, &f, LIST_START, 1, &hits), 1);
	assert_true(hits[0].message.id == done[0]);
	assert_int_equal(find_from(&d, &f, list_after(0, done[0]), 5, &hits), 1);
	assert_true(hits[0].message.id == done[1]);
	struct list_place back = {.id = done[1], .is_given = true, .is_back = true};
	assert_int_equal(find_from(&d, &f, back, 5, &hits), 1);
	assert_true(hits[0].message.id == done[0]);
}

static void walk(struct test_desk *d, enum conversation_sort sort)
{
	struct conversation_filter filter = {.status = STATUS_OPEN, .kind = -1, .sort = sort};
	struct conversation_row *all, *rows;
	size_t count, n, at = 0;
	struct list_place place = LIST_START;
	assert_ok(d->cx, conversation_list(d->cx, d->db, d->workspace, &filter, LIST_START, 100, &all, &count));
	assert_int_equal(count, 17);
	do {
		assert_ok(d->cx, conversation_list(d->cx, d->db, d->workspace, &filter, place, 4, &rows, &n));
		for (size_t i = 0; i < n; i++)
			assert_true(rows[i].conversation.id == all[at++].conversation.id);
		if (n)
			place = list_after(conversation_sort_key(&rows[n - 1].conversation, sort), rows[n - 1].conversation.id);
	} while (n == 4);
	assert_int_equal(at, 17);
	const struct conversation *last = &all[16].conversation;
	place = (struct list_place){conversation_sort_key(last, sort), last->id, true, true};
	for (at = 16; at > 0; at -= n) {
		assert_ok(d->cx, conversation_list(d->cx, d->db, d->workspace, &filter, place, 4, &rows, &n));
		assert_int_equal(n, 4);
		for (size_t i = 0; i < n; i++)
			assert_true(rows[i].conversation.id == all[at - 4 + i].conversation.id);
		place.key = conversation_sort_key(&rows[0].conversation, sort);
		place.id = rows[0].conversation.id;
	}
}

static void test_lists_both_ways(void **state)
{
	struct test_desk d = desk_open(state);
	for (int i = 0; i < 17; i++)
		say(&d, "nadia", KIND_COMMENT, "fr", d.cx->now - (i % 5) * HOUR, "Bonjour");
	for (enum conversation_sort sort = 0; sort < SORT_COUNT; sort++)
		walk(&d, sort);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_filters),
		DATABASE_TEST(test_beginnings),
		DATABASE_TEST(test_long_ago),
		DATABASE_TEST(test_removed_on_the_network),
		DATABASE_TEST(test_found_both_ways),
		DATABASE_TEST(test_rounds),
		DATABASE_TEST(test_lists_both_ways),
	};
	return on_both_engines(tests);
}
