/* What is unusual in what is listened for: found within minutes in what came in, told once with its evidence, over when it is calm, silent
 * about the past, and the same after a start in the middle of it. */
#include "desk.h"

#include "../insight/noise.h"
#include "base/id.h"
#include "flow/alarm.h"
#include "flow/hook.h"
#include "flow/listen.h"
#include "flow/notify.h"
#include "flow/pulse.h"
#include "insight/watch.h"
#include "store/setting.h"

#define STEPS_A_DAY ((int)(DAY / WATCH_STEP))
#define PAST 21 /* days */

static i64 told(struct test_desk *d)
{
	return desk_number(d, "SELECT COUNT(*) FROM notification WHERE kind = 'alarm' AND workspace_id = ?1", d->workspace);
}

static i64 alarms(struct test_desk *d)
{
	return desk_number(d, "SELECT COUNT(*) FROM alarm WHERE workspace_id = ?1", d->workspace);
}

/* Messages of one transaction: many come in at once. */
static void say(struct test_desk *d, int count, const char *body, i64 at)
{
	static int number;
	enum ingest_result result;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	for (int i = 0; i < count; i++) {
		struct inbound in = {.kind = KIND_COMMENT, .remote_id = arena_printf(d->cx->arena, "m%d", ++number), .thread_id = S("t"), .author_id = S("nadia"),
				     .author_name = S("Nadia"), .author_followers = -1, .body = str_of(body), .at = at + i};
		assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &in, &result, NULL));
	}
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

/* As `work` does each minute; how many were found. */
static size_t look(struct test_desk *d, struct watch *watch)
{
	struct workspace w;
	struct watch_finding *found;
	struct alarm *open;
	size_t count, open_count;
	bool is_new;
	assert_ok(d->cx, workspace_get(d->cx, d->db, d->workspace, &w));
	assert_ok(d->cx, watch_look(d->cx, d->db, watch, &w, 1, &found, &count));
	for (size_t i = 0; i < count; i++) {
		struct alarm alarm = {.workspace = d->workspace, .query = found[i].query, .query_name = found[i].query_name, .measure = str_of(found[i].measure),
				      .at = d->cx->now, .since = found[i].what.since, .score = (i64)(found[i].what.score * 100), .evidence = found[i].evidence};
		assert_ok(d->cx, alarm_raise(d->cx, d->db, &alarm, S("https://parvis.example"), &is_new));
	}
	assert_ok(d->cx, alarms_open(d->cx, d->db, d->workspace, &open, &open_count));
	for (size_t i = 0; i < open_count; i++)
		if (open[i].at < d->cx->now - WATCH_FRESH && watch_is_calm(watch, d->workspace, open[i].query, d->cx->now))
			assert_ok(d->cx, alarm_over(d->cx, d->db, d->workspace, open[i].id, S("https://parvis.example")));
	return count;
}

static struct test_desk desk_with_past(void **state, i64 *ret_query)
{
	struct test_desk d = desk_open(state);
	struct listening_query q = {.workspace = d.workspace, .name = S("Bread"), .words = S("bread"), .active = true};
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL));
	i64 done;
	do
		assert_ok(d.cx, listen_past_turn(d.cx, d.db, &done));
	while (done);
	i64 start = (d.cx->now - PAST * DAY) / WATCH_STEP * WATCH_STEP;
	noise_seed(21);
	assert_ok(d.cx, db_begin(d.cx, d.db));
	for (int i = 0; i < PAST * STEPS_A_DAY; i++) {
		int count = (int)noise_count(0.4);
		if (count)
			say(&d, count, "Good bread", start + i * WATCH_STEP);
	}
	assert_ok(d.cx, db_commit(d.cx, d.db));
	*ret_query = q.id;
	return d;
}

static json_t *evidence_of(struct test_desk *d, i64 query, struct alarm *ret_alarm)
{
	struct alarm *list;
	size_t count;
	assert_ok(d->cx, alarm_list(d->cx, d->db, d->workspace, query, LIST_START, 10, &list, &count));
	assert_int_equal(count, 1);
	*ret_alarm = list[0];
	json_t *json = json_loadb(list[0].evidence.at, list[0].evidence.len, 0, NULL);
	assert_non_null(json);
	return json;
}

static void test_one_alarm_an_event(void **state)
{
	i64 query;
	struct test_desk d = desk_with_past(state, &query);
	struct watch *watch = watch_new();
	assert_int_equal(look(&d, watch), 0); /* whatever chance gave weeks ago is no news */
	d.cx->now += 2 * MINUTE;
	i64 began = d.cx->now;
	say(&d, 15, "Sesame in the bread, an allergy", began);
	d.cx->now += MINUTE;
	assert_int_equal(look(&d, watch), 1); /* a minute later, before the five are over */
	assert_int_equal(alarms(&d), 1);
	i64 persons = told(&d);
	assert_true(persons >= 1);
	struct alarm alarm;
	json_t *evidence = evidence_of(&d, query, &alarm);
	assert_str(alarm.measure, "volume");
	assert_true(alarm.score >= 50 && alarm.ended_at == 0 && alarm.since <= began && alarm.since > began - HOUR);
	assert_true(json_integer_value(json_object_get(evidence, "mentions")) >= 15);
	assert_true(json_real_value(json_object_get(evidence, "value")) > json_real_value(json_object_get(evidence, "high")));
	const json_t *terms = json_object_get(evidence, "terms"), *channels = json_object_get(evidence, "channels");
	bool names_it = false;
	for (size_t i = 0; i < json_array_size(terms); i++)
		names_it |= strcmp(json_string_value(json_object_get(json_array_get(terms, i), "text")), "sesame") == 0;
	assert_true(names_it && json_array_size(channels) == 1 && json_array_size(json_object_get(evidence, "authors")) == 1);
	json_decref(evidence);
	/* it goes on and grows, and is one */
	for (int i = 0; i < 60; i++) {
		d.cx->now += MINUTE;
		if (i < 30)
			say(&d, 3, "Sesame in the bread", d.cx->now);
		look(&d, watch);
	}
	assert_int_equal(alarms(&d), 1);
	assert_int_equal(told(&d), persons);
	/* one who starts in the middle tells nothing twice */
	struct watch *other = watch_new();
	look(&d, other);
	assert_int_equal(alarms(&d), 1);
	assert_int_equal(told(&d), persons);
	watch_free(other);
	/* calm again, it is over */
	for (int i = 0; i < 12 * 12; i++) {
		d.cx->now += WATCH_STEP;
		if (i % 3 == 0)
			say(&d, 1, "Good bread", d.cx->now);
		look(&d, watch);
	}
	json_decref(evidence_of(&d, query, &alarm));
	assert_true(alarm.ended_at > began + 4 * HOUR);
	/* and the next one is another */
	say(&d, 20, "The bread is blue", d.cx->now);
	d.cx->now += MINUTE;
	look(&d, watch);
	assert_int_equal(alarms(&d), 2);
	assert_int_equal(told(&d), 2 * persons);
	watch_free(watch);
}

/* Two queries hear the same: one alarm, which names the other. */
static void test_one_event_of_two_queries(void **state)
{
	i64 query;
	struct test_desk d = desk_with_past(state, &query);
	struct listening_query q = {.workspace = d.workspace, .name = S("Good things"), .words = S("{good} OR sesame"), .active = true};
	struct listening_piece good = {.workspace = d.workspace, .name = S("Good"), .words = S("{allergies} OR good")}, allergies = {.workspace = d.workspace, .name = S("allergies"), .words = S("allergy OR allergies")};
	assert_ok(d.cx, listen_piece(d.cx, d.db, &allergies, NULL));
	assert_ok(d.cx, listen_piece(d.cx, d.db, &good, NULL));
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL));
	i64 done;
	do
		assert_ok(d.cx, listen_past_turn(d.cx, d.db, &done));
	while (done);
	struct watch *watch = watch_new();
	look(&d, watch);
	d.cx->now += 2 * MINUTE;
	say(&d, 15, "Sesame in the bread, an allergy", d.cx->now);
	d.cx->now += MINUTE;
	assert_int_equal(look(&d, watch), 2);
	assert_int_equal(alarms(&d), 1);
	struct watch_finding told = {.query = q.id, .query_name = q.name, .measure = "volume", .what = {.since = d.cx->now - 5 * MINUTE, .at = d.cx->now - 5 * MINUTE}};
	assert_ok(d.cx, watch_evidence(d.cx, d.db, d.workspace, q.words, &told)); /* what it looks for, in its pieces too, is no news */
	assert_true(str_find(told.evidence, S("allergy")) < 0 && str_find(told.evidence, S("bread")) >= 0);
	struct alarm alarm;
	json_t *evidence = evidence_of(&d, query, &alarm);
	assert_str(str_of(json_string_value(json_array_get(json_object_get(evidence, "also"), 0))), "Good things");
	json_decref(evidence);
	say(&d, 6, "More sesame in the bread", d.cx->now);
	d.cx->now += MINUTE;
	look(&d, watch); /* it grows, and still names it, once */
	evidence = evidence_of(&d, query, &alarm);
	assert_int_equal(json_array_size(json_object_get(evidence, "also")), 1);
	assert_true(json_integer_value(json_object_get(evidence, "mentions")) >= 21);
	json_decref(evidence);
	watch_free(watch);
}

static void test_who_is_told(void **state)
{
	i64 query;
	struct test_desk d = desk_with_past(state, &query);
	struct alarm alarm = {.workspace = d.workspace, .query = query, .query_name = S("Bread"), .measure = S("negative"), .at = d.cx->now, .since = d.cx->now - HOUR,
			      .score = 70, .evidence = S("{\"mentions\":7}")};
	bool is_new;
	struct notification *list;
	size_t count;
	desk_act_as(&d, &(struct actor){.kind = ACTOR_PROGRAM, .workspace = d.workspace});
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	assert_true(is_new);
	assert_ok(d.cx, notifications_of(d.cx, d.db, d.workspace, d.owner.user, LIST_START, 5, &list, &count));
	assert_int_equal(count, 1);
	const struct notify_kind *kind = notify_kind_of(list[0].kind);
	assert_str(notify_text(d.cx->arena, "en", kind, list[0].detail), "Bread: more is negative than usual");
	assert_str(notify_path(d.cx->arena, kind, list[0].detail), arena_printf(d.cx->arena, "/listening/alarms/%lld", (long long)desk_number(&d, "SELECT MAX(id) FROM alarm WHERE workspace_id = ?1", d.workspace)).at);
	assert_ok(d.cx, notifications_of(d.cx, d.db, d.workspace, d.guest.user, LIST_START, 5, &list, &count));
	assert_int_equal(count, 0);
	/* higher, it grows; lower, it stays; nobody is told again */
	i64 before = told(&d);
	struct alarm seen;
	alarm.score = 90;
	alarm.evidence = S("{\"mentions\":9}");
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	assert_false(is_new);
	alarm.score = 60;
	alarm.evidence = S("{}");
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	json_decref(evidence_of(&d, query, &seen));
	assert_int_equal(seen.score, 90);
	assert_str(seen.evidence, "{\"mentions\":9}");
	assert_int_equal(told(&d), before);
	/* hushed: kept, and nobody is told */
	struct workspace w;
	assert_ok(d.cx, alarm_over(d.cx, d.db, d.workspace, seen.id, S("https://parvis.example")));
	assert_ok(d.cx, workspace_get(d.cx, d.db, d.workspace, &w));
	w.settings = S("{\"alarms_a_month\":0}");
	assert_ok(d.cx, workspace_update(d.cx, d.db, &w));
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	assert_true(is_new);
	assert_int_equal(alarms(&d), 2);
	assert_int_equal(told(&d), before);
}

/* ---- all that comes in, without a query ---- */

static void quiet_weeks(struct test_desk *d, i64 until)
{
	noise_seed(5);
	assert_ok(d->cx, db_begin(d->cx, d->db));
	for (i64 at = until - PAST * DAY; at < until; at += WATCH_STEP) {
		struct pulse p = {.workspace = d->workspace, .since = at, .messages = (i64)noise_count(3)};
		for (i64 i = 0; i < p.messages; i++)
			p.negative += noise_chance() < 0.18;
		if (p.messages)
			assert_ok(d->cx, pulse_add(d->cx, d->db, &p));
	}
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static size_t look_for(struct test_desk *d, struct watch *watch, struct watch_finding **ret_found)
{
	struct workspace w;
	size_t count;
	assert_ok(d->cx, setting_set(d->cx, d->db, PULSE_PLACE, arena_printf(d->cx->arena, "%lld", (long long)id_at(d->cx->now, 0))));
	assert_ok(d->cx, workspace_get(d->cx, d->db, d->workspace, &w));
	assert_ok(d->cx, watch_look(d->cx, d->db, watch, &w, 1, ret_found, &count));
	return count;
}

/* A desk of six hours: its channels bring more than of the time before they were connected. That is no event; twenty who say the same are. */
static void test_first_day(void **state)
{
	struct test_desk d = desk_open(state);
	struct listening_query q = {.workspace = d.workspace, .name = S("Bread"), .words = S("bread"), .active = true};
	struct watch *watch = watch_new();
	struct watch_finding *found;
	i64 done;
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL));
	do
		assert_ok(d.cx, listen_past_turn(d.cx, d.db, &done));
	while (done);
	d.cx->now = d.cx->now / WATCH_STEP * WATCH_STEP + MINUTE;
	i64 step = d.cx->now - MINUTE, start = step - 6 * HOUR;
	for (i64 at = start; at < step; at += WATCH_STEP) {
		assert_ok(d.cx, pulse_add(d.cx, d.db, &(struct pulse){.workspace = d.workspace, .since = at, .messages = 1 + (at / WATCH_STEP) % 3}));
		if (at / WATCH_STEP % 6 == 0)
			say(&d, 1, "bread", at);
	}
	assert_int_equal(look_for(&d, watch, &found), 0);
	assert_ok(d.cx, pulse_add(d.cx, d.db, &(struct pulse){.workspace = d.workspace, .since = step, .messages = 40}));
	say(&d, 4, "bread", step);
	assert_int_equal(look_for(&d, watch, &found), 0);
	assert_ok(d.cx, pulse_add(d.cx, d.db, &(struct pulse){.workspace = d.workspace, .since = step, .messages = 16}));
	say(&d, 16, "bread", step);
	assert_int_equal(look_for(&d, watch, &found), 1);
	assert_int_equal(found[0].query, q.id);
	watch_free(watch);
}

static bool raised(struct test_desk *d, i64 query, i64 since, double value, double expected)
{
	bool is_new;
	struct alarm alarm = {.workspace = d->workspace, .query = query, .query_name = query ? S("Bread") : S(""), .measure = S("volume"), .at = d->cx->now, .since = since, .score = 90,
			      .evidence = arena_printf(d->cx->arena, "{\"value\":%.1f,\"expected\":%.2f,\"excess\":%.2f,\"mentions\":%.0f}", value, expected, value - expected, value)};
	assert_ok(d->cx, alarm_raise(d->cx, d->db, &alarm, S("https://parvis.example"), &is_new));
	return is_new;
}

/* Everything rises at once, and what is listened for with it: one event. What rises much more than the rest, or at another time, is its own. */
static void test_a_wave_is_one_event(void **state)
{
	i64 query;
	struct test_desk d = desk_with_past(state, &query);
	i64 since = d.cx->now - 5 * MINUTE;
	assert_true(raised(&d, 0, since, 562, 2.1));
	assert_false(raised(&d, query, since + 5 * MINUTE, 50, 0.17));
	assert_int_equal(alarms(&d), 1);
	struct alarm alarm;
	json_t *evidence = evidence_of(&d, 0, &alarm);
	assert_int_equal(json_array_size(json_object_get(evidence, "also")), 1);
	json_decref(evidence);
	assert_ok(d.cx, alarm_over(d.cx, d.db, d.workspace, alarm.id, S("")));
	assert_true(raised(&d, query, since, 34, 0.12)); /* the other way round: the query was looked at first */
	assert_false(raised(&d, 0, since, 562, 2.1));
	assert_ok(d.cx, alarm_over(d.cx, d.db, d.workspace, desk_number(&d, "SELECT MAX(id) FROM alarm WHERE workspace_id = ?1", d.workspace), S("")));
	assert_true(raised(&d, 0, since, 90, 30)); /* three times as much of everything, and a hundred times of one thing */
	assert_true(raised(&d, query, since, 20, 0.2));
	assert_ok(d.cx, alarm_over(d.cx, d.db, d.workspace, desk_number(&d, "SELECT MAX(id) FROM alarm WHERE workspace_id = ?1", d.workspace), S("")));
	assert_true(raised(&d, query, since + 40 * MINUTE, 1, 0.4)); /* later: another event */
}

static void test_without_a_query(void **state)
{
	struct test_desk d = desk_open(state);
	struct watch *watch = watch_new();
	struct watch_finding *found;
	d.cx->now = d.cx->now / WATCH_STEP * WATCH_STEP + MINUTE;
	i64 step = d.cx->now - MINUTE;
	quiet_weeks(&d, step);
	assert_int_equal(look_for(&d, watch, &found), 0);
	/* as many as ever, and nearly all of them against us */
	size_t count = 0;
	for (int i = 0; i < 12 && !count; i++) {
		assert_ok(d.cx, pulse_add(d.cx, d.db, &(struct pulse){.workspace = d.workspace, .since = step, .messages = 4, .negative = 4}));
		d.cx->now += WATCH_STEP;
		step += WATCH_STEP;
		count = look_for(&d, watch, &found);
	}
	assert_int_equal(count, 1);
	assert_int_equal(found[0].query, 0);
	assert_string_equal(found[0].measure, "negative");
	assert_true(found[0].what.value > 0.3 && found[0].what.value > found[0].what.high && found[0].what.expected < 0.3 && found[0].excess >= 4);
	watch_free(watch);
	/* more of the same mind is no alarm about tone */
	watch = watch_new();
	count = 0;
	for (int i = 0; i < 3 && !count; i++) {
		assert_ok(d.cx, pulse_add(d.cx, d.db, &(struct pulse){.workspace = d.workspace, .since = step + DAY, .messages = 60, .negative = 11}));
		d.cx->now = step + DAY + MINUTE;
		count = look_for(&d, watch, &found);
		step += WATCH_STEP;
	}
	assert_int_equal(count, 1);
	assert_string_equal(found[0].measure, "volume");
	watch_free(watch);
}

static void test_counted_once(void **state)
{
	struct test_desk d = desk_open(state);
	struct pulse *list;
	size_t count;
	i64 done, messages = 0;
	for (int i = 0; i < 30; i++)
		desk_say(&d, "nadia", "t", arena_printf(d.cx->arena, "p%d", i).at, "Good bread");
	d.cx->now = time_now() + MINUTE; /* ids are of the clock */
	for (int i = 0; i < 3; i++)
		assert_ok(d.cx, pulse_turn(d.cx, d.db, &done));
	assert_int_equal(done, 0);
	assert_ok(d.cx, pulse_of(d.cx, d.db, d.workspace, 0, &list, &count));
	for (size_t i = 0; i < count; i++)
		messages += list[i].messages;
	assert_int_equal(messages, 30);
}

/* ---- a machine that is told, and what is hushed ---- */

static void test_what_is_intended(void **state)
{
	i64 query;
	struct test_desk d = desk_with_past(state, &query);
	struct key_pair work;
	struct str secret, again, opened;
	struct hook hook;
	struct alarm alarm = {.workspace = d.workspace, .query = query, .query_name = S("Bread"), .measure = S("harmful"), .at = d.cx->now, .since = d.cx->now,
			      .score = 70, .evidence = S("{\"mentions\":7}")};
	bool is_new;
	i64 id;
	key_pair_new(&work);
	assert_int_equal(hook_set(d.cx, d.db, d.workspace, &(struct hook_wish){.url = S("ftp://example.org")}, &work.public, &secret), ERR_BAD_INPUT);
	assert_int_equal(hook_set(d.cx, d.db, d.workspace, &(struct hook_wish){.url = S("https://example.org/"), .secret = S("whsec_c2hvcnQ=")}, &work.public, &secret), ERR_BAD_INPUT);
	assert_ok(d.cx, hook_set(d.cx, d.db, d.workspace, &(struct hook_wish){.url = S("https://example.org/")}, &work.public, &secret));
	assert_true(str_starts(secret, S("whsec_")) && secret.len == 50);
	assert_ok(d.cx, hook_set(d.cx, d.db, d.workspace, &(struct hook_wish){.url = S("https://example.org/x")}, &work.public, &again));
	assert_int_equal(again.len, 0); /* it stays, and nobody sees it again */
	assert_ok(d.cx, hook_get(d.cx, d.db, d.workspace, &hook));
	assert_true(str_find(hook.secret, str_skip(secret, 6)) < 0);
	assert_ok(d.cx, seal_to_open(d.cx, &work, arena_printf(d.cx->arena, "hook:%lld", (long long)d.workspace), hook.secret, &opened));
	assert_true(str_eq(opened, secret));
	/* told once that it began, once that it is over */
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	alarm.score = 90;
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM hook_call WHERE workspace_id = ?1", d.workspace), 1);
	id = desk_number(&d, "SELECT MAX(id) FROM alarm WHERE workspace_id = ?1", d.workspace);
	assert_ok(d.cx, alarm_over(d.cx, d.db, d.workspace, id, S("https://parvis.example")));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM hook_call WHERE workspace_id = ?1 AND event = 'alarm.ended'", d.workspace), 1);
	/* hushed: kept, and nobody is told; undone, they are */
	i64 before = told(&d), hush;
	assert_int_equal(alarm_hush(d.cx, d.db, d.workspace, query, S(" "), 0, NULL, &hush), ERR_BAD_INPUT);
	assert_ok(d.cx, alarm_hush(d.cx, d.db, d.workspace, query, S("A sale"), d.cx->now + DAY, NULL, &hush));
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	assert_true(is_new);
	assert_int_equal(told(&d), before);
	id = desk_number(&d, "SELECT MAX(id) FROM alarm WHERE workspace_id = ?1 AND hush_id IS NOT NULL", d.workspace);
	assert_ok(d.cx, alarm_over(d.cx, d.db, d.workspace, id, S("https://parvis.example")));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM hook_call WHERE workspace_id = ?1", d.workspace), 2);
	assert_ok(d.cx, alarm_unhush(d.cx, d.db, d.workspace, hush, NULL));
	assert_ok(d.cx, alarm_raise(d.cx, d.db, &alarm, S("https://parvis.example"), &is_new));
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM hook_call WHERE workspace_id = ?1", d.workspace), 3);
	assert_true(told(&d) >= before);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_one_alarm_an_event),
		DATABASE_TEST(test_one_event_of_two_queries),
		DATABASE_TEST(test_who_is_told),
		DATABASE_TEST(test_first_day), DATABASE_TEST(test_a_wave_is_one_event), DATABASE_TEST(test_without_a_query),
		DATABASE_TEST(test_counted_once),
		DATABASE_TEST(test_what_is_intended),
	};
	return on_both_engines(tests);
}
