/* Profiles: a kit in versions, what of it differs where, read at its pace, put there once by the ledger, and what somebody changed over there told and never written over. */
#include "test.h"

#include "base/clock.h"
#include "channel/channel.h"
#include "channel/profile.h"

static enum err fake_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile);
static enum err fake_write(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent);
static const struct channel_profile_field fake_fields[] = {
	{PROFILE_NAME, 20, TEXT_CHARACTERS, true, true, "2026-11-22", "test"},
	{PROFILE_ABOUT, 30, TEXT_CHARACTERS, true, true, "2026-11-22", "test"},
	{PROFILE_WEBSITE, 0, TEXT_CHARACTERS, true, false, "2026-11-22", "test"},
	{PROFILE_PLACE, 0, TEXT_CHARACTERS, false, false, "2026-11-22", "test"},
	{},
};
static const struct channel_right fake_rights[] = {{"speak", "speak", true}, {"profile", "set the profile", false, true}, {}};
#define FAKE_MORE .rights = fake_rights, .profile_right = "profile", .profile = fake_profile, .write_profile = fake_write, .profile_fields = fake_fields, .profile_place = "https://fake.example/me",
#define FAKE_CAN_MORE 0
#include "desk.h"

#include "flow/profile.h"
#include "flow/weather.h"
#include "store/publication.h"

static struct {
	char name[100], about[200], website[100];
	int read, written;
	enum err trouble;
	enum outcome outcome;
	bool accepts; /* with OUTCOME_UNKNOWN */
} there;

static enum err fake_profile(struct cx *cx, struct net *net, const struct channel_account *account, struct channel_profile *ret_profile)
{
	there.read++;
	if (there.trouble)
		return fail(cx, there.trouble, "not now");
	*ret_profile = (struct channel_profile){.name = str_of(there.name), .about = str_of(there.about), .website = str_of(there.website), .followers = -1, .following = -1, .posts = -1};
	return OK;
}

static enum err fake_write(struct cx *cx, struct net *net, const struct channel_account *account, const struct profile_change *change, struct sent *ret_sent)
{
	there.written++;
	if (there.outcome == OUTCOME_DONE || (there.outcome == OUTCOME_UNKNOWN && there.accepts)) {
		if (change->wants[PROFILE_NAME])
			snprintf(there.name, sizeof there.name, "%.*s", STR_ARG(change->text[PROFILE_NAME]));
		if (change->wants[PROFILE_ABOUT])
			snprintf(there.about, sizeof there.about, "%.*s", STR_ARG(change->text[PROFILE_ABOUT]));
	}
	*ret_sent = (struct sent){.outcome = there.outcome, .story = S("so says the fake")};
	return OK;
}

static void forward(struct test_desk *d, i64 later)
{
	time_set(d->cx->now += later);
}

static void read_turn(struct test_desk *d, i64 later)
{
	i64 count;
	forward(d, later);
	assert_ok(d->cx, profile_turn(d->cx, d->db, &d->outbox, NULL, &count));
}

static void send_turn(struct test_desk *d, i64 later)
{
	i64 count;
	forward(d, later);
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &count));
}

static const struct profile_bio bios[] = {{{"en", 2}, {"Sourdough bread, and much patience.", 35}}, {{"en", 2}, {"Sourdough bread.", 16}}, {{"fr", 2}, {"Pain au levain.", 15}}};

static void keep_kit(struct test_desk *d, const char *name)
{
	struct profile_kit kit = {.name = str_of(name), .website = S("https://example.org"), .place = S("Lyon"), .bios = bios, .bio_count = 3};
	assert_ok(d->cx, profile_kit_keep(d->cx, d->db, d->workspace, &kit, 0, 0, (struct str){}));
}

static struct profile_look look(struct test_desk *d)
{
	struct profile_now now;
	struct profile_look l;
	struct channel c;
	bool has;
	assert_ok(d->cx, profile_kit_now(d->cx, d->db, d->workspace, &now));
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &c));
	assert_ok(d->cx, profile_look(d->cx, d->db, &now, &c, &l, &has));
	assert_true(has);
	return l;
}

/* A desk with a kit, whose channel says something else. */
static struct test_desk begin(void **state)
{
	struct test_desk d = desk_open(state);
	struct channel c;
	memset(&there, 0, sizeof there);
	snprintf(there.name, sizeof there.name, "Levain");
	snprintf(there.about, sizeof there.about, "Bread.");
	snprintf(there.website, sizeof there.website, "https://example.org/");
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	c.verified_at = d.cx->now;
	assert_ok(d.cx, channel_verified(d.cx, d.db, &c));
	read_turn(&d, 0); /* without a kit nothing is read */
	assert_int_equal(there.read, 0);
	keep_kit(&d, "Levain");
	read_turn(&d, SECOND);
	assert_int_equal(there.read, 1);
	return d;
}

static void put(struct test_desk *d, enum err expected)
{
	bool wants[PROFILE_FIELDS];
	i64 publication;
	for (int i = 0; i < PROFILE_FIELDS; i++)
		wants[i] = true;
	enum err e = profile_put(d->cx, d->db, d->workspace, d->channel, wants, &publication);
	assert_int_equal(e, expected);
	cx_forget(d->cx);
}

static void end(struct test_desk *d)
{
	time_set(0);
}

static void test_kit(void **state)
{
	struct test_desk d = desk_open(state);
	struct profile_version *list;
	struct profile_now now;
	struct seen seen;
	size_t count;
	keep_kit(&d, "Levain");
	keep_kit(&d, "Levain"); /* nothing is another: no version */
	forward(&d, SECOND);
	keep_kit(&d, "Levain et fils");
	assert_ok(d.cx, profile_versions(d.cx, d.db, d.workspace, 10, &list, &count));
	assert_int_equal(count, 2);
	assert_true(str_find(profile_kit_words(d.cx, &list[0]), S("Name: Levain et fils\n")) == 0 && str_find(profile_kit_words(d.cx, &list[1]), S("Name: Levain\n")) == 0);
	assert_ok(d.cx, profile_kit_now(d.cx, d.db, d.workspace, &now));
	profile_kit_seen(d.cx->arena, &now, &seen);
	struct str mark = seen_mark(d.cx->arena, &seen);
	struct profile_kit kit = {.name = S("Other")}, nameless = {}, wrong = {.name = S("A"), .website = S("example.org")};
	keep_kit(&d, "Levain");
	assert_int_equal(profile_kit_keep(d.cx, d.db, d.workspace, &kit, 0, 0, mark), ERR_CONFLICT); /* somebody was faster */
	cx_forget(d.cx);
	assert_int_equal(profile_kit_keep(d.cx, d.db, d.workspace, &nameless, 0, 0, (struct str){}), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_int_equal(profile_kit_keep(d.cx, d.db, d.workspace, &wrong, 0, 0, (struct str){}), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_int_equal(profile_kit_keep(d.cx, d.db, d.workspace, &kit, 12345, 0, (struct str){}), ERR_BAD_INPUT); /* no such picture */
	cx_forget(d.cx);
	desk_act_as(&d, &d.agent);
	assert_int_equal(profile_kit_keep(d.cx, d.db, d.workspace, &kit, 0, 0, (struct str){}), ERR_DENIED);
	cx_forget(d.cx);
	end(&d);
}

static void test_differences(void **state)
{
	struct test_desk d = begin(state);
	struct profile_look l = look(&d);
	i64 count;
	assert_int_equal(l.fields[PROFILE_NAME].state, PROFILE_SAME);
	assert_int_equal(l.fields[PROFILE_ABOUT].state, PROFILE_DIFFERS);
	assert_true(str_eq(l.fields[PROFILE_ABOUT].want.text, S("Sourdough bread."))); /* the longest that fits into thirty */
	assert_int_equal(l.fields[PROFILE_WEBSITE].state, PROFILE_SAME);
	assert_int_equal(l.fields[PROFILE_PLACE].state, PROFILE_UNTOLD);
	assert_int_equal(l.fields[PROFILE_COVER].state, PROFILE_UNKNOWN_THERE);
	assert_true(l.asking == 1 && l.can_put == 1 && str_eq(l.place, S("https://fake.example/me")));
	keep_kit(&d, "A very long name of a bakery");
	assert_int_equal(look(&d).fields[PROFILE_NAME].state, PROFILE_TOO_LONG);
	assert_false(look(&d).fields[PROFILE_NAME].can_put);
	struct str own[PROFILE_FIELDS] = {[PROFILE_NAME] = S("Levain"), [PROFILE_ABOUT] = S("Bread.")}, wrong[PROFILE_FIELDS] = {[PROFILE_WEBSITE] = S("javascript:alert(1)")};
	assert_int_equal(profile_channel_keep(d.cx, d.db, d.workspace, d.channel, S("fr"), wrong), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_ok(d.cx, profile_channel_keep(d.cx, d.db, d.workspace, d.channel, S("fr"), own));
	l = look(&d);
	assert_true(l.fields[PROFILE_NAME].state == PROFILE_ON_PURPOSE && l.fields[PROFILE_ABOUT].state == PROFILE_ON_PURPOSE && !l.asking);
	assert_ok(d.cx, channel_profiles_asking(d.cx, d.db, d.workspace, &count));
	assert_int_equal(count, 0); /* as it should be: not told on Today */
	own[PROFILE_ABOUT] = (struct str){};
	assert_ok(d.cx, profile_channel_keep(d.cx, d.db, d.workspace, d.channel, S("fr"), own));
	assert_true(str_eq(look(&d).fields[PROFILE_ABOUT].want.text, S("Pain au levain.")));
	end(&d);
}

static void test_put_once(void **state)
{
	struct test_desk d = begin(state);
	there.outcome = OUTCOME_DONE;
	desk_act_as(&d, &d.agent);
	put(&d, ERR_DENIED);
	desk_act_as(&d, &d.owner);
	put(&d, OK);
	put(&d, ERR_CONFLICT); /* one is under way */
	assert_int_equal(there.written, 0);
	send_turn(&d, SECOND);
	assert_true(there.written == 1 && strcmp(there.about, "Sourdough bread.") == 0 && strcmp(there.name, "Levain") == 0);
	assert_int_equal(look(&d).order.state, PUBLICATION_SENT);
	assert_int_equal(look(&d).fields[PROFILE_ABOUT].state, PROFILE_DIFFERS); /* what the network said last */
	read_turn(&d, MINUTE);
	struct profile_look l = look(&d);
	assert_true(l.fields[PROFILE_ABOUT].state == PROFILE_SAME && !l.row.drifted.len && !l.asking);
	put(&d, ERR_CONFLICT); /* nothing to put there */
	end(&d);
}

static void test_never_written_over(void **state)
{
	struct test_desk d = begin(state);
	there.outcome = OUTCOME_DONE;
	put(&d, OK);
	snprintf(there.about, sizeof there.about, "Closed on Monday!"); /* meanwhile */
	send_turn(&d, SECOND);
	struct profile_look l = look(&d);
	assert_true(there.written == 0 && l.order.state == PUBLICATION_FAILED && l.order.story.len);
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM notification WHERE workspace_id = ?1 AND kind = 'profile'", d.workspace), 0); /* who did it is told on the page */
	read_turn(&d, MINUTE);
	put(&d, OK); /* now it was seen */
	send_turn(&d, SECOND);
	assert_true(there.written == 1 && strcmp(there.about, "Sourdough bread.") == 0);
	end(&d);
}

static void test_doubt(void **state)
{
	struct test_desk d = begin(state);
	there.outcome = OUTCOME_UNKNOWN;
	there.accepts = true;
	put(&d, OK);
	send_turn(&d, SECOND);
	assert_int_equal(look(&d).order.state, PUBLICATION_UNKNOWN);
	put(&d, ERR_CONFLICT);
	send_turn(&d, 5 * MINUTE); /* read before anything is sent again: it is there */
	assert_true(there.written == 1 && look(&d).order.state == PUBLICATION_SENT);
	/* one that did not arrive is sent again, once it was missing twice */
	snprintf(there.about, sizeof there.about, "Bread.");
	read_turn(&d, MINUTE);
	there.accepts = false;
	put(&d, OK);
	send_turn(&d, SECOND);
	assert_int_equal(there.written, 2);
	send_turn(&d, 5 * MINUTE);
	assert_int_equal(there.written, 2);
	there.outcome = OUTCOME_DONE;
	for (int i = 0; i < 4 && look(&d).order.state != PUBLICATION_SENT; i++)
		send_turn(&d, 5 * MINUTE);
	assert_true(there.written == 3 && look(&d).order.state == PUBLICATION_SENT && strcmp(there.about, "Sourdough bread.") == 0);
	end(&d);
}

/* A network that refuses a profile holds nothing else of the channel back. */
static void test_refused(void **state)
{
	struct test_desk d = begin(state);
	struct channel c;
	there.outcome = OUTCOME_HOLD;
	put(&d, OK);
	send_turn(&d, SECOND);
	struct profile_look l = look(&d);
	assert_true(l.order.state == PUBLICATION_FAILED && l.order.story.len && !l.is_under_way);
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_true(str_eq(c.state, S("ok")));
	there.outcome = OUTCOME_DONE; /* and it may be put there again at once */
	put(&d, OK);
	send_turn(&d, SECOND);
	assert_int_equal(look(&d).order.state, PUBLICATION_SENT);
	/* the channel is denied while it is looked up: looked again, held never */
	read_turn(&d, MINUTE);
	snprintf(there.about, sizeof there.about, "Bread.");
	read_turn(&d, DAY + HOUR);
	there.outcome = OUTCOME_UNKNOWN;
	put(&d, OK);
	send_turn(&d, SECOND);
	there.trouble = ERR_DENIED;
	send_turn(&d, 5 * MINUTE);
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_true(str_eq(c.state, S("ok")) && look(&d).order.state == PUBLICATION_UNKNOWN);
	end(&d);
}

/* A right that was never granted: the channel is well, nothing is coming over it, and a person sets the profile. */
static void test_lacks_a_right(void **state)
{
	struct test_desk d = begin(state);
	struct weather w;
	struct channel c;
	assert_true(!look(&d).lacks && look(&d).can_put == 1); /* not told: it is tried */
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	c.known = S("{\"rights\":[\"speak\"],\"missing\":[\"profile\"]}");
	assert_ok(d.cx, channel_verified(d.cx, d.db, &c));
	struct profile_look l = look(&d);
	assert_true(l.lacks && strcmp(l.lacks->word, "profile") == 0 && !l.can_put && l.asking == 1);
	put(&d, ERR_CONFLICT);
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_ok(d.cx, weather_read(d.cx, d.db, &c, &w));
	assert_int_equal(w.warning_count, 0);
	end(&d);
}

static void test_pause_and_take_back(void **state)
{
	struct test_desk d = begin(state);
	i64 count;
	there.outcome = OUTCOME_DONE;
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "INSERT INTO suspension (id, workspace_id, reason, holds_answers, began_at, ended_at) VALUES (?1, ?2, 'storm', 0, 1, 0)", db_i64(id_new()),
			       db_i64(d.workspace)));
	put(&d, OK);
	send_turn(&d, MINUTE);
	assert_int_equal(there.written, 0);
	assert_ok(d.cx, profile_take_back(d.cx, d.db, d.workspace, d.channel));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE suspension SET ended_at = 2 WHERE workspace_id = ?1", db_i64(d.workspace)));
	send_turn(&d, MINUTE);
	assert_int_equal(there.written, 0);
	put(&d, OK);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &count));
	assert_int_equal(there.written, 1);
	end(&d);
}

static void test_drift(void **state)
{
	struct test_desk d = begin(state);
	struct weather w;
	struct channel c;
	i64 count;
	assert_true(!look(&d).row.drifted.len); /* it differed from the beginning: nobody changed it */
	snprintf(there.name, sizeof there.name, "Levain (old)");
	read_turn(&d, HOUR);
	assert_int_equal(there.read, 1); /* once a day */
	read_turn(&d, DAY);
	struct profile_look l = look(&d);
	assert_true(there.read == 2 && str_eq(l.row.drifted, S("name")) && l.row.drifted_at);
	assert_ok(d.cx, channel_profiles_asking(d.cx, d.db, d.workspace, &count));
	assert_int_equal(count, 1);
	assert_ok(d.cx, channel_get(d.cx, d.db, d.workspace, d.channel, &c));
	assert_ok(d.cx, weather_read(d.cx, d.db, &c, &w));
	assert_true(w.warning_count == 1 && str_eq(w.warnings[0].what, S("profile")));
	assert_ok(d.cx, profile_drift_seen(d.cx, d.db, d.workspace, d.channel));
	assert_ok(d.cx, weather_read(d.cx, d.db, &c, &w));
	assert_int_equal(w.warning_count, 0);
	read_turn(&d, DAY + HOUR);
	assert_true(!look(&d).row.drifted.len); /* told once */
	there.trouble = ERR_REMOTE;
	read_turn(&d, DAY + HOUR);
	l = look(&d);
	assert_true(l.row.story.len && l.row.read_at && l.fields[PROFILE_NAME].state == PROFILE_DIFFERS); /* what was read stays */
	there.trouble = OK;
	assert_ok(d.cx, profile_read_soon(d.cx, d.db, d.workspace, d.channel));
	read_turn(&d, SECOND);
	assert_false(look(&d).row.story.len);
	end(&d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_kit), DATABASE_TEST(test_differences), DATABASE_TEST(test_put_once), DATABASE_TEST(test_never_written_over), DATABASE_TEST(test_doubt), DATABASE_TEST(test_refused), DATABASE_TEST(test_lacks_a_right),
					   DATABASE_TEST(test_pause_and_take_back), DATABASE_TEST(test_drift)};
	return on_both_engines(tests);
}
