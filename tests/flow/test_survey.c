/* What many say together on a fake network: days are those of the place, wherever midnight is; topics, questions and copies name their messages;
 * more than is read is told as of all; which query is surveyed next. */
#include "desk.h"

#include "base/zone.h"
#include "flow/listen.h"
#include "flow/survey.h"
#include "insight/buckets.h"
#include "insight/survey.h"
#include "insight/talk.h"

#include <jansson.h>

static i64 make(struct test_desk *d, const char *name, const char *words)
{
	struct listening_query q = {.workspace = d->workspace, .name = str_of(name), .words = str_of(words), .active = true};
	i64 done;
	assert_ok(d->cx, listen_query(d->cx, d->db, &q, NULL));
	do
		assert_ok(d->cx, listen_past_turn(d->cx, d->db, &done));
	while (done);
	return q.id;
}

static int said_count;

static void say(struct test_desk *d, const char *author, const char *body, i64 at)
{
	enum ingest_result result;
	struct inbound i = {.kind = KIND_COMMENT, .remote_id = arena_printf(d->cx->arena, "m%d", said_count), .thread_id = arena_printf(d->cx->arena, "t%d", said_count),
			    .author_id = str_of(author), .author_name = str_of(author), .lang = S("fr"), .body = str_of(body), .at = at};
	said_count++;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &i, &result, NULL));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
}

static json_t *read_document(struct test_desk *d, struct str text)
{
	json_t *json = json_loadb(text.at, text.len, 0, NULL);
	assert_non_null(json);
	return json;
}

static i64 number(const json_t *object, const char *name)
{
	assert_true(json_is_integer(json_object_get(object, name)));
	return json_integer_value(json_object_get(object, name));
}

static void test_days_of_a_place(void **state)
{
	static const char *const zones[] = {"Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "Europe/Paris"};
	struct test_desk d = desk_open(state);
	i64 query = make(&d, "Bread", "bread");
	i64 noon = d.cx->now - d.cx->now % DAY;
	for (i64 at = noon - 3 * DAY; at < noon; at += 20 * MINUTE) /* 72 a day, whatever the day */
		say(&d, "Nadia", "bread", at + MINUTE);
	for (size_t z = 0; z < COUNT(zones); z++) {
		struct bucket days[3] = {};
		struct civil c = zone_civil(str_of(zones[z]), noon - 2 * DAY);
		c.hour = c.minute = c.second = 0;
		for (size_t i = 0; i < 3; i++)
			days[i].start = zone_instant(str_of(zones[z]), c) + (i64)i * DAY;
		assert_ok(d.cx, buckets_fill(d.cx, d.db, d.workspace, query, noon + DAY, days, 3));
		assert_int_equal(days[0].all, 72);
		i64 since = 0;
		for (i64 at = noon - 3 * DAY; at < noon; at += 20 * MINUTE)
			since += at + MINUTE >= days[0].start;
		assert_int_equal(days[0].all + days[1].all + days[2].all, since); /* none is lost, none is of the day before */
	}
	assert_ok(d.cx, buckets_fill(d.cx, d.db, d.workspace, query, noon, NULL, 0));
}

static void test_topics(void **state)
{
	struct test_desk d = desk_open(state);
	static const char *const said[] = {"bread delivery late again, parcel lost", "bread parcel late, delivery lost somewhere", "delivery of bread: parcel late",
					   "bread sesame allergy, label wrong", "allergy to sesame, bread label", "bread label: sesame traces, allergy"};
	i64 query = make(&d, "Bread", "bread");
	struct str document;
	for (int i = 0; i < 24; i++)
		say(&d, "Nadia", said[i % 6], d.cx->now - (i + 1) * HOUR);
	for (int i = 0; i < 6; i++)
		say(&d, "Omar", said[i % 3], d.cx->now - 10 * DAY);
	assert_ok(d.cx, survey_said(d.cx, d.db, d.workspace, query, S("bread"), d.cx->now - 7 * DAY, d.cx->now, &document));
	json_t *json = read_document(&d, document), *topics = json_object_get(json, "topics");
	assert_true(json_array_size(topics) >= 2);
	assert_true(number(json, "one_in") == 1 && number(json, "read") == 24 && number(json, "read_before") == 6);
	i64 now[2] = {}, before[2] = {};
	for (size_t i = 0; i < json_array_size(topics); i++) {
		const json_t *topic = json_array_get(topics, i);
		const char *name = json_string_value(json_object_get(topic, "name"));
		bool late = strstr(name, "parcel") || strstr(name, "late") || strstr(name, "delivery"), allergy = strstr(name, "sesame") || strstr(name, "label") || strstr(name, "allergy");
		assert_true(late != allergy); /* one or the other, never both */
		assert_null(strstr(name, "bread"));
		now[late] += number(topic, "now");
		before[late] += number(topic, "before");
		assert_int_equal(json_array_size(json_object_get(topic, "ids")), number(topic, "now"));
	}
	assert_true(now[0] == 12 && now[1] == 12 && before[0] == 0 && before[1] == 6);
	json_decref(json);
	/* nothing said: nothing found */
	assert_ok(d.cx, survey_said(d.cx, d.db, d.workspace, query, S("bread"), d.cx->now - 90 * DAY, d.cx->now - 80 * DAY, &document));
	json = read_document(&d, document);
	assert_int_equal(json_array_size(json_object_get(json, "topics")), 0);
	json_decref(json);
}

static void test_copies(void **state)
{
	struct test_desk d = desk_open(state);
	i64 query = make(&d, "Bread", "bread");
	struct str document;
	for (int i = 0; i < 7; i++) /* seven accounts in an hour, one of them again two days later; links and points differ */
		say(&d, arena_printf(d.cx->arena, "account%d", i).at, i % 2 ? "Boycott their bread: they throw it away each evening, share this https://a.example/1" : "Boycott their bread, they throw it away each evening! Share this",
		    d.cx->now - 3 * DAY + i * 8 * MINUTE);
	say(&d, "account0", "Boycott their bread: they throw it away each evening, share this", d.cx->now - DAY);
	for (int i = 0; i < 3; i++)
		say(&d, "alone", "My favourite bread of the whole town is the rye one", d.cx->now - i * HOUR);
	for (int i = 0; i < 9; i++)
		say(&d, arena_printf(d.cx->arena, "fan%d", i).at, "Thank you, great bread", d.cx->now - i * MINUTE); /* said by many without copying */
	assert_ok(d.cx, survey_copies(d.cx, d.db, d.workspace, query, &document));
	json_t *json = read_document(&d, document), *sets = json_object_get(json, "sets");
	assert_int_equal(json_array_size(sets), 2);
	const json_t *crowd = json_array_get(sets, 0), *one = json_array_get(sets, 1);
	assert_true(number(crowd, "count") == 8 && number(crowd, "accounts") == 7 && number(crowd, "together") == 7);
	assert_int_equal(number(crowd, "together_until") - number(crowd, "together_from"), 48 * MINUTE);
	assert_int_equal(json_array_size(json_object_get(crowd, "who")), 7);
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(crowd, "who"), 0), "name")), "account0");
	assert_true(number(one, "count") == 3 && number(one, "accounts") == 1 && number(one, "together") == 0);
	json_decref(json);
}

static void test_questions(void **state)
{
	struct test_desk d = desk_open(state);
	struct str document;
	static const char *const asked[] = {"Bonjour. À quelle heure ouvrez-vous le dimanche ? Merci.", "Vous êtes ouverts dimanche ?", "le magasin est-il ouvert dimanche matin ?"};
	for (int i = 0; i < 6; i++)
		say(&d, arena_printf(d.cx->arena, "a%d", i).at, asked[i % 3], d.cx->now - (i + 1) * HOUR);
	say(&d, "b", asked[0], d.cx->now - 10 * DAY);
	say(&d, "c", "Vendez-vous des bicyclettes bleues ?", d.cx->now - HOUR);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "/* all workspaces */ UPDATE message SET intent = 'question', intent_p = 90, sure = 8"));
	say(&d, "d", "Vous êtes ouverts dimanche", d.cx->now - HOUR); /* nobody knows that it asks */
	assert_ok(d.cx, survey_questions(d.cx, d.db, d.workspace, d.cx->now - 7 * DAY, d.cx->now, &document));
	json_t *json = read_document(&d, document), *groups = json_object_get(json, "groups");
	assert_true(number(json, "read") == 7 && number(json, "alone") == 1);
	assert_int_equal(json_array_size(groups), 1);
	const json_t *hours = json_array_get(groups, 0);
	assert_true(number(hours, "count") == 6 && number(hours, "before") == 1 && number(hours, "people") == 6 && number(hours, "conversations") == 6);
	assert_null(strstr(json_string_value(json_object_get(hours, "text")), "Bonjour")); /* what is asked, not what stands around it */
	json_decref(json);
	const struct str questions[] = {S("À quelle heure ouvrez-vous le dimanche ?"), S("Vendez-vous des bicyclettes ?")}, replies[] = {S("Livraison Votre commande part demain"), S("Horaires Le dimanche nous ouvrons à 8 heures")};
	u32 *answers;
	survey_answers(d.cx->arena, questions, 2, replies, 2, &answers);
	assert_true(answers[0] == 1 && answers[1] == ANSWERED_BY_NONE);
}

static void test_which_is_next(void **state)
{
	struct test_desk d = desk_open(state);
	i64 query = make(&d, "Bread", "bread"), missing;
	struct survey s;
	bool found;
	struct str part;
	assert_ok(d.cx, survey_missing(d.cx, d.db, d.workspace, &missing, &found));
	assert_true(found && missing == query);
	assert_ok(d.cx, survey_wanted(d.cx, d.db, d.workspace, query));
	assert_ok(d.cx, survey_missing(d.cx, d.db, d.workspace, &missing, &found));
	assert_false(found); /* it is due already */
	assert_ok(d.cx, survey_next(d.cx, d.db, &s));
	assert_true(s.query == query && s.due_at == 0 && s.made_at == 0);
	const struct survey_document documents[] = {{"said", 7, S("{\"a\":1}")}, {"said", 30, S("{}")}};
	s.made_at = d.cx->now;
	s.due_at = d.cx->now + HOUR;
	assert_ok(d.cx, survey_keep(d.cx, d.db, &s, documents, 2));
	assert_ok(d.cx, survey_part_get(d.cx, d.db, d.workspace, query, "said", 7, &part));
	assert_str(part, "{\"a\":1}");
	assert_ok(d.cx, survey_part_get(d.cx, d.db, d.workspace, query, "said", 90, &part));
	assert_int_equal(part.len, 0);
	assert_ok(d.cx, survey_next(d.cx, d.db, &s));
	assert_int_equal(s.workspace, 0); /* none is due */
	d.cx->now += 2 * HOUR;
	assert_ok(d.cx, survey_next(d.cx, d.db, &s));
	assert_int_equal(s.query, query);
	bool more;
	assert_ok(d.cx, survey_has_more(d.cx, d.db, d.workspace, query, s.made_at, &more));
	assert_false(more);
	say(&d, "Nadia", "bread", d.cx->now);
	assert_ok(d.cx, survey_has_more(d.cx, d.db, d.workspace, query, s.made_at, &more));
	assert_true(more);
	struct listening_query q;
	assert_ok(d.cx, listening_query_get(d.cx, d.db, d.workspace, query, &q));
	q.words = S("bread OR cake");
	assert_ok(d.cx, listen_query(d.cx, d.db, &q, NULL)); /* changed: its past is read first, then it is surveyed anew */
	assert_ok(d.cx, survey_missing(d.cx, d.db, d.workspace, &missing, &found));
	assert_false(found);
	i64 done;
	do
		assert_ok(d.cx, listen_past_turn(d.cx, d.db, &done));
	while (done);
	assert_ok(d.cx, survey_missing(d.cx, d.db, d.workspace, &missing, &found));
	assert_true(found && missing == query);
	assert_int_equal(survey_wanted(d.cx, d.db, d.workspace, 12345), ERR_MISSING);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_days_of_a_place), DATABASE_TEST(test_topics),        DATABASE_TEST(test_copies),
		DATABASE_TEST(test_questions),       DATABASE_TEST(test_which_is_next),
	};
	return on_both_engines(tests);
}
