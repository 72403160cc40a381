/* test_weather_letter.c: how all channels stand, on Monday mornings of who owns the workspace: once a week whatever is killed when, not to who said no, and what it
 * says: fine until when, or what to do before which day. */
#include "test.h"

#include "base/cx.h"
#include "channel/channel.h"

static enum err fake_verify(struct cx *cx, struct net *net, const struct channel_account *account, struct verified *ret_verified)
{
	*ret_verified = (struct verified){.followers = -1};
	return OK;
}
#define FAKE_MORE .verify = fake_verify,
#define FAKE_CAN_MORE 0
#include "desk.h"

#include "flow/weather_letter.h"
#include "store/channel.h"

#include <string.h>

#define URL S("https://desk.levain.fr")
/* Numbers only grow, so the runs on the other engine are a year later (of whole weeks). */
#define AT(text)                                                                                                               \
	({                                                                                                                     \
		i64 at_ = 0;                                                                                                   \
		assert_true(time_parse(S(text), &at_));                                                                        \
		at_ + (postgres ? 364 * DAY : 0);                                                                              \
	})

static struct test_desk desk_at(void **state, i64 instant)
{
	struct place *p = *state;
	time_set(instant);
	p->cx.now = instant;
	struct test_desk d = desk_open(state);
	d.cx->lang = "en";
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE person SET email = name || '@levain.fr'"));
	return d;
}

static void at(struct test_desk *d, i64 instant)
{
	d->cx->now = instant;
	time_set(instant);
}

static i64 letters(struct test_desk *d)
{
	assert_ok(d->cx, weather_letters(d->cx, d->db, URL));
	struct row *row = NULL;
	assert_ok(d->cx, db_one(d->cx, d->db, &row, "SELECT COUNT(*) FROM job WHERE kind = 'mail' AND workspace_id = ?1", db_i64(d->workspace)));
	i64 count = row_i64(row, 0);
	row_end(row);
	return count;
}

static void wish(struct test_desk *d, i64 person, const char *settings)
{
	assert_ok(d->cx, db_run(d->cx, d->db, NULL, "UPDATE person SET settings = ?2 WHERE id = ?1", db_i64(person), db_text(str_of(settings))));
}

static struct weather_letter written(struct test_desk *d)
{
	struct weather_letter letter;
	assert_ok(d->cx, weather_letter_write(d->cx, d->db, d->workspace, S("Europe/Paris"), URL, &letter));
	assert_true(letter.has_channels);
	return letter;
}

static void test_when(void **state)
{
	struct test_desk d = desk_at(state, AT("2027-01-10T20:00:00Z")); /* a Sunday */
	assert_int_equal(letters(&d), 0);
	at(&d, AT("2027-01-11T06:59:00Z")); /* 7:59 in Paris */
	assert_int_equal(letters(&d), 0);
	at(&d, AT("2027-01-11T07:01:00Z"));
	for (i64 n = 1; letters(&d) == 0; n++) /* killed anywhere: none is half made */
		assert_true(n < 2);
	assert_int_equal(letters(&d), 1); /* to the owner alone, once */
	at(&d, AT("2027-01-11T11:00:00Z"));
	assert_int_equal(letters(&d), 1);
	at(&d, AT("2027-01-12T07:30:00Z"));
	assert_int_equal(letters(&d), 1);
	wish(&d, d.owner.user, "{\"weather_letter\":false}");
	at(&d, AT("2027-01-18T07:30:00Z"));
	assert_int_equal(letters(&d), 1);
	wish(&d, d.owner.user, "{\"quiet_from\":\"10:00\",\"quiet_to\":\"18:00\"}"); /* hours of their own */
	assert_int_equal(letters(&d), 1);
	at(&d, AT("2027-01-18T09:05:00Z"));
	assert_int_equal(letters(&d), 2);
	wish(&d, d.agent.user, "{\"weather_letter\":true}"); /* who does not set channels gets none */
	at(&d, AT("2027-01-25T15:30:00Z")); /* and the morning is over */
	assert_int_equal(letters(&d), 2);
	struct actor adam = desk_person(&d, "adam", ROLE_ADMINISTRATOR);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE person SET email = 'adam@levain.fr' WHERE id = ?1", db_i64(adam.user)));
	at(&d, AT("2027-02-01T09:30:00Z"));
	assert_int_equal(letters(&d), 3); /* the owner */
	wish(&d, adam.user, "{\"weather_letter\":true}");
	assert_int_equal(letters(&d), 4);
	time_set(0);
}

static void test_what(void **state)
{
	struct test_desk d = desk_at(state, AT("2027-03-01T07:30:00Z"));
	struct channel c;
	assert_true(str_find(written(&d).subject, S("all channels fine")) > 0);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET expires_at = ?2 WHERE id = ?1", db_i64(d.channel), db_i64(d.cx->now + 60 * DAY)));
	struct weather_letter letter = written(&d);
	assert_true(str_find(letter.subject, S("fine until 30/04/")) > 0 || str_find(letter.subject, S("fine until 29/04/")) > 0 || str_find(letter.subject, S("fine until 28/04/")) > 0);
	assert_true(str_find(letter.text, S("Nothing is to be done")) > 0);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET expires_at = ?2 WHERE id = ?1", db_i64(d.channel), db_i64(d.cx->now + 10 * DAY)));
	letter = written(&d);
	assert_true(str_find(letter.subject, S("act on your channels before")) > 0);
	assert_true(str_find(letter.text, S("Its access ends soon")) > 0 && str_find(letter.html, S("/weather\">Fake</a>")) > 0);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET state = 'broken', state_story = 'The network <refuses>.', expires_at = 0 WHERE id = ?1", db_i64(d.channel)));
	letter = written(&d);
	assert_true(str_find(letter.subject, S("1 channel needs you now")) > 0);
	assert_true(str_find(letter.text, S("The network <refuses>.")) > 0 && str_find(letter.html, S("The network &lt;refuses&gt;.")) > 0);
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE channel SET archived_at = 1 WHERE id = ?1", db_i64(d.channel)));
	struct weather_letter none;
	assert_ok(d.cx, weather_letter_write(d.cx, d.db, d.workspace, S("Europe/Paris"), URL, &none));
	assert_false(none.has_channels);
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_when), DATABASE_TEST(test_what)};
	return on_both_engines(tests);
}
