/* What begins to rise: found when people say it, not when one repeats it; told once, with its evidence; hushed and followed, and taken back;
 * counted once whatever is repeated. */
#include "desk.h"

#include "../insight/noise.h"
#include "base/id.h"
#include "flow/listen.h"
#include "flow/trend.h"
#include "insight/trend.h"

#include <jansson.h>

#define PAST 24 /* days */
#define A_DAY 30

static const char *const words[] = {"bread", "croissant", "queue", "saturday", "friendly", "market", "flour", "oven", "recipe", "brioche", "morning", "opening", "baker", "seeds"};

static int number;

static void say(struct test_desk *d, int author, struct str body, i64 at)
{
	enum ingest_result result;
	number++;
	struct inbound in = {.kind = KIND_COMMENT, .remote_id = arena_printf(d->cx->arena, "m%d", number), .thread_id = arena_printf(d->cx->arena, "t%d", number % 40),
			     .author_id = arena_printf(d->cx->arena, "a%d", author), .author_name = arena_printf(d->cx->arena, "Author %d", author), .author_followers = -1,
			     .body = body, .at = at};
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &in, &result, NULL));
}

static void settle(struct test_desk *d)
{
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static struct str talk(struct test_desk *d)
{
	CLEANUP(buf_free) struct buf b = {};
	int count = 3 + (int)noise_count(3);
	for (int i = 0; i < count; i++)
		buf_addf(&b, "%s%s", i ? " and " : "", words[(size_t)(noise_chance() * COUNT(words))]);
	return buf_keep(&b, d->cx->arena);
}

static struct test_desk desk_with_past(void **state)
{
	struct test_desk d = desk_open(state);
	noise_seed(5);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (int i = 0; i < PAST * A_DAY; i++)
		say(&d, (int)(noise_chance() * 60), talk(&d), d.cx->now - PAST * DAY + i * (DAY / A_DAY));
	settle(&d);
	return d;
}

/* As `work` does; how many rises were found. */
static size_t look(struct test_desk *d, size_t *ret_new)
{
	struct trend_counts counts;
	struct trend_view view;
	do {
		assert_ok(d->cx, trend_count(d->cx, d->db, d->workspace, &counts));
		assert_ok(d->cx, trend_counted(d->cx, d->db, d->workspace, &counts, 0));
	} while (counts.to != counts.from);
	assert_ok(d->cx, trend_look(d->cx, d->db, d->workspace, &view));
	assert_true(view.days >= PAST - 2);
	assert_ok(d->cx, trends_seen(d->cx, d->db, d->workspace, view.found, view.count, ret_new));
	return view.count;
}

static struct trend only(struct test_desk *d)
{
	struct trend *list;
	size_t count;
	assert_ok(d->cx, trend_list(d->cx, d->db, d->workspace, 0, 10, &list, &count));
	assert_int_equal(count, 1);
	return list[0];
}

static void rise(struct test_desk *d, int people)
{
	assert_ok(d->cx, db_begin(d->cx, d->db));
	for (int i = 0; i < people; i++)
		say(d, 100 + i, arena_printf(d->cx->arena, "%.*s, sesame allergy not on the label #SesameGate", STR_ARG(talk(d))), d->cx->now - 2 * HOUR + i * 10 * MINUTE);
	settle(d);
}

/* Of what was seen in one look, the most surprising comes first; what was not seen any more comes behind. */
static void test_order(void **state)
{
	struct test_desk d = desk_open(state);
	static const char *const terms[] = {"weak", "strong", "gone", "middle"};
	static const i64 scores[] = {31, 90, 200, 50};
	struct trend *list;
	size_t count;
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (size_t i = 0; i < COUNT(terms); i++) {
		struct trend t = {.id = id_new(), .workspace = d.workspace, .term = str_of(terms[i]), .terms = str_of(terms[i]), .since = d.cx->now - HOUR, .at = d.cx->now,
				  .seen_at = d.cx->now - (i == 2) * MINUTE, .score = scores[i], .evidence = S("{}")};
		assert_ok(d.cx, trend_save(d.cx, d.db, &t));
	}
	assert_ok(d.cx, db_commit(d.cx, d.db));
	assert_ok(d.cx, trend_list(d.cx, d.db, d.workspace, 0, 10, &list, &count));
	assert_int_equal(count, 4);
	assert_str(list[0].term, "strong");
	assert_str(list[1].term, "middle");
	assert_str(list[2].term, "weak");
	assert_str(list[3].term, "gone");
}

static void test_rise(void **state)
{
	struct test_desk d = desk_with_past(state);
	size_t fresh;
	d.cx->now += 2 * MINUTE; /* what was just taken in is counted a minute later */
	assert_int_equal(look(&d, &fresh), 0);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (int i = 0; i < 40; i++)
		say(&d, 7, S("cheap sunglasses everywhere #sunglasses"), d.cx->now - HOUR + i * MINUTE);
	settle(&d);
	assert_int_equal(look(&d, &fresh), 0); /* one who repeats is no trend */
	rise(&d, 8);
	d.cx->now += 2 * MINUTE;
	assert_int_equal(look(&d, &fresh), 1);
	assert_int_equal(fresh, 1);
	struct trend t = only(&d);
	assert_str(t.term, "#SesameGate");
	assert_true(t.since >= d.cx->now - 3 * HOUR && t.since < d.cx->now - HOUR && t.ended_at == 0 && t.score > 30);
	json_t *e = json_loadb(t.evidence.at, t.evidence.len, 0, NULL);
	assert_non_null(e);
	assert_int_equal(json_integer_value(json_object_get(e, "people")), 8);
	assert_int_equal(json_integer_value(json_object_get(e, "messages")), 8);
	assert_true(json_number_value(json_object_get(e, "expected")) < 1 && json_array_size(json_object_get(e, "examples")) == 5 &&
		    json_array_size(json_object_get(e, "days")) == 28 && json_array_size(json_object_get(e, "networks")) == 1);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(e, "days"), 27)), 8);
	json_decref(e);
	d.cx->now += 5 * MINUTE;
	assert_int_equal(look(&d, &fresh), 1); /* seen again: the same row */
	assert_int_equal(fresh, 0);
	only(&d);
	d.cx->now += 2 * DAY;
	look(&d, &fresh);
	d.cx->now += 8 * DAY;
	assert_int_equal(look(&d, &fresh), 0);
	assert_true(only(&d).ended_at > 0);
}

static void test_counted_once(void **state)
{
	struct test_desk d = desk_with_past(state);
	struct trend_counts counts;
	struct str once, again;
	d.cx->now += 2 * MINUTE;
	assert_ok(d.cx, trend_count(d.cx, d.db, d.workspace, &counts));
	assert_true(counts.count > 20);
	assert_ok(d.cx, trend_counted(d.cx, d.db, d.workspace, &counts, 0));
	assert_ok(d.cx, trend_day_get(d.cx, d.db, d.workspace, counts.days[5].day, &once));
	/* Killed before it was kept, and counted by another meanwhile: nothing is added. */
	struct trend_day_row wrong = {counts.days[5].day, S("never kept")};
	struct trend_counts late = {.from = counts.from, .to = counts.to, .days = &wrong, .count = 1};
	assert_ok(d.cx, trend_counted(d.cx, d.db, d.workspace, &late, 0));
	assert_ok(d.cx, trend_count(d.cx, d.db, d.workspace, &counts));
	assert_int_equal(counts.count, 0);
	assert_ok(d.cx, trend_day_get(d.cx, d.db, d.workspace, wrong.day, &again));
	assert_true(str_eq(once, again) && once.len > 100);
}

static void test_hush_and_follow(void **state)
{
	struct test_desk d = desk_with_past(state);
	size_t fresh;
	struct undo undo;
	struct undone undone;
	i64 query, other;
	rise(&d, 8);
	d.cx->now += 2 * MINUTE;
	look(&d, &fresh);
	struct trend t = only(&d);
	undo_open(d.cx, &undo);
	assert_ok(d.cx, trend_hush(d.cx, d.db, d.workspace, t.id, true, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	look(&d, &fresh);
	assert_true(fresh == 0 && only(&d).hushed_at > 0); /* seen again, and still hushed */
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_true(only(&d).hushed_at == 0);
	undo_open(d.cx, &undo);
	assert_ok(d.cx, trend_follow(d.cx, d.db, d.workspace, t.id, &query, &undo));
	assert_ok(d.cx, undo_close(d.cx, d.db, d.workspace, &undo));
	assert_ok(d.cx, trend_follow(d.cx, d.db, d.workspace, t.id, &other, NULL));
	assert_true(query == other && only(&d).query == query); /* once is enough */
	struct listening_query q;
	assert_ok(d.cx, listening_query_get(d.cx, d.db, d.workspace, query, &q));
	assert_str(q.words, "#SesameGate");
	assert_ok(d.cx, undo_run(d.cx, d.db, d.workspace, undo.id, &undone));
	assert_ok(d.cx, listening_query_get(d.cx, d.db, d.workspace, query, &q));
	assert_true(q.archived_at > 0);
	struct actor *actor = arena_new_of(d.cx->arena, struct actor);
	*actor = d.guest;
	d.cx->actor = actor;
	assert_int_equal(trend_hush(d.cx, d.db, d.workspace, t.id, true, NULL), ERR_DENIED);
	assert_int_equal(trend_follow(d.cx, d.db, d.workspace, t.id, &query, NULL), ERR_DENIED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_order), DATABASE_TEST(test_rise), DATABASE_TEST(test_counted_once), DATABASE_TEST(test_hush_and_follow)};
	return on_both_engines(tests);
}
