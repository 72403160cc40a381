/* The calendar: what it reads of posts, a bounded number a day however many there are; the house's own notes and events. */
#include "desk.h"

#include "flow/calendar.h"
#include "flow/post_dates.h"
#include "store/calendar.h"
#include "store/post.h"
#include "sys/crypto.h"

#include "base/zone.h"

static const struct calendar_filter any = {.state = -1};

static i64 put(struct test_desk *d, const char *title, const char *body, enum post_state state, i64 at, i64 channel)
{
	struct cx *cx = d->cx;
	struct post p = {.id = id_new(), .workspace = d->workspace, .title = str_of(title), .body = str_of(body), .parts = S("[]"), .options = S("{}"), .state = state,
			 .wall_time = at ? S("2027-03-24T18:40") : S(""), .zone = at ? S("Europe/Paris") : S(""), .planned_at = at, .revision = 1, .created_at = cx->now, .updated_at = cx->now};
	assert_ok(cx, post_insert(cx, d->db, &p));
	if (channel) {
		struct post_variant v = {.id = id_new(), .workspace = d->workspace, .post = p.id, .channel = channel, .parts = S("[]")};
		assert_ok(cx, post_variant_put(cx, d->db, &v));
	}
	return p.id;
}

static void test_days(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct cx *cx = d->cx;
	struct db *db = d->db;
	i64 noon = zone_instant(S("Europe/Paris"), (struct civil){.year = 2027, .month = 3, .day = 24, .hour = 12});
	put(d, "Second", "", POST_SCHEDULED, noon + HOUR, d->channel);
	i64 first = put(d, "", "Words alone", POST_REVIEW, noon, d->channel);
	put(d, "Next day", "", POST_DRAFT, noon + DAY, 0);
	i64 free_one = put(d, "No hour", "", POST_DRAFT, 0, 0);
	put(d, "Left long ago", "", POST_PUBLISHED, 0, 0);

	struct calendar_mark *marks;
	struct calendar_post *posts;
	size_t count;
	assert_ok(cx, calendar_marks(cx, db, d->workspace, &any, noon - HOUR, noon + 12 * HOUR, 100, &marks, &count));
	assert_int_equal(count, 2);
	assert_true(marks[0].at == noon && marks[0].id == first && marks[1].at == noon + HOUR);
	assert_ok(cx, calendar_posts(cx, db, d->workspace, &any, noon, noon + 2 * DAY, LIST_START, 2, &posts, &count));
	assert_int_equal(count, 2);
	assert_true(posts[0].id == first && posts[0].channel_count == 1 && posts[0].channels[0] == d->channel);
	assert_str(posts[0].title, "Words alone");
	assert_str(posts[1].title, "Second");
	assert_ok(cx, calendar_posts(cx, db, d->workspace, &any, noon, noon + 2 * DAY, list_after(posts[1].planned_at, posts[1].id), 2, &posts, &count));
	assert_int_equal(count, 1);
	assert_str(posts[0].title, "Next day");
	assert_ok(cx, calendar_posts(cx, db, d->workspace, &any, noon, noon + 2 * DAY, ((struct list_place){.key = posts[0].planned_at, .id = posts[0].id, .is_given = true, .is_back = true}), 1, &posts, &count));
	assert_int_equal(count, 1);
	assert_str(posts[0].title, "Second");

	const struct calendar_filter channel = {.state = -1, .channel = d->channel}, draft = {.state = POST_DRAFT}, nobody = {.state = -1, .campaign = 7};
	assert_ok(cx, calendar_marks(cx, db, d->workspace, &channel, noon, noon + 2 * DAY, 100, &marks, &count));
	assert_int_equal(count, 2);
	assert_ok(cx, calendar_marks(cx, db, d->workspace, &draft, noon, noon + 2 * DAY, 100, &marks, &count));
	assert_int_equal(count, 1);
	assert_ok(cx, calendar_posts(cx, db, d->workspace, &nobody, noon, noon + 2 * DAY, LIST_START, 10, &posts, &count));
	assert_int_equal(count, 0);
	assert_ok(cx, calendar_posts(cx, db, d->workspace + 1, &any, noon, noon + 2 * DAY, LIST_START, 10, &posts, &count));
	assert_int_equal(count, 0); /* another workspace sees none of them */
	assert_ok(cx, calendar_unplaced(cx, db, d->workspace, &any, 10, &posts, &count));
	assert_int_equal(count, 1);
	assert_true(posts[0].id == free_one && !posts[0].channel_count);
}

/* What is read of a month with 5,000 posts, 160 a day: all their hours, and four posts of each day. */
static void test_many(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct cx *cx = d->cx;
	struct db *db = d->db;
	i64 first = zone_instant(S("Europe/Paris"), (struct civil){.year = 2027, .month = 3, .day = 1});
	assert_ok(cx, db_begin(cx, db));
	for (int i = 0; i < 5000; i++)
		put(d, "A title as people write them", "And a text of some length, as posts have it, that a calendar does not read.", POST_SCHEDULED, first + i * (31 * DAY / 5000), d->channel);
	assert_ok(cx, db_commit(cx, db));
	i64 best = INT64_MAX;
	for (int turn = 0; turn < 3; turn++) {
		i64 since = time_worked();
		struct calendar_mark *marks;
		struct calendar_post *posts;
		size_t count, shown = 0;
		assert_ok(cx, calendar_marks(cx, db, d->workspace, &any, first - DAY, first + 41 * DAY, 50000, &marks, &count));
		assert_int_equal(count, 5000);
		i64 ids[168];
		for (size_t i = 0; i < COUNT(ids); i++)
			ids[i] = marks[i * count / COUNT(ids)].id;
		assert_ok(cx, calendar_posts_of(cx, db, d->workspace, ids, COUNT(ids), &posts, &shown));
		assert_int_equal(shown, COUNT(ids));
		for (size_t i = 0; i < COUNT(ids); i++)
			assert_true(posts[i].id == ids[i] && posts[i].channel_count == 1);
		best = time_worked() - since < best ? time_worked() - since : best;
	}
	print_message("a month of 5,000 posts is read in %.1f ms\n", (double)best / MILLISECOND);
	assert_true(best < 100 * MILLISECOND);
}

static void test_notes(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct cx *cx = d->cx;
	struct db *db = d->db;
	struct calendar_note n = {.workspace = d->workspace, .kind = S("event"), .day = S("2027-03-24"), .until_day = S("2027-03-26"), .title = S("Fair")}, *list;
	size_t count;
	assert_ok(cx, calendar_note_keep(cx, db, &n));
	assert_true(n.id && n.created_by == cx->actor->user);
	assert_ok(cx, calendar_notes(cx, db, d->workspace, S("2027-03-26"), S("2027-03-30"), 10, &list, &count));
	assert_int_equal(count, 1);
	assert_str(list[0].title, "Fair");
	assert_ok(cx, calendar_notes(cx, db, d->workspace, S("2027-03-27"), S("2027-03-30"), 10, &list, &count));
	assert_int_equal(count, 0);
	n.until_day = S("2027-03-23");
	assert_err(calendar_note_keep(cx, db, &n), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "until_day");
	n.until_day = S("2027-02-30");
	assert_err(calendar_note_keep(cx, db, &n), ERR_BAD_INPUT);
	n.until_day = S("");
	n.day = S("2027-04-01");
	assert_ok(cx, calendar_note_keep(cx, db, &n));
	assert_ok(cx, calendar_note_put_away(cx, db, d->workspace, n.id, true));
	assert_ok(cx, calendar_notes(cx, db, d->workspace, S("2027-01-01"), S("2027-12-31"), 10, &list, &count));
	assert_int_equal(count, 0);
	assert_ok(cx, calendar_note_put_away(cx, db, d->workspace, n.id, false));
	assert_ok(cx, calendar_notes(cx, db, d->workspace, S("2027-04-01"), S("2027-04-01"), 10, &list, &count));
	assert_int_equal(count, 1);

	struct actor reader = *cx->actor;
	reader.permissions = 1ULL << MAY_READ_POSTS;
	desk_act_as(d, &reader);
	assert_err(calendar_note_put_away(cx, db, d->workspace, n.id, true), ERR_DENIED);
	assert_err(calendar_note_put_away(cx, db, d->workspace + 1, n.id, true), ERR_DENIED);
}

static void test_feeds(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct cx *cx = d->cx;
	struct calendar_feed f = {.workspace = d->workspace, .name = S("My phone"), .channel = d->channel}, found, *own;
	struct str code;
	size_t count;
	assert_ok(cx, calendar_feed_make(cx, d->db, &f, &code));
	assert_true(token_shaped(code) && f.person == d->owner.user);
	struct hash hash = hash_of(code), other = hash_of(S("guessed"));
	assert_ok(cx, calendar_feed_by_code(cx, d->db, hash_str(&hash), &found));
	assert_true(found.id == f.id && found.channel == d->channel && found.workspace == d->workspace);
	assert_err(calendar_feed_by_code(cx, d->db, hash_str(&other), &found), ERR_MISSING);
	assert_err(calendar_feed_by_code(cx, d->db, code, &found), ERR_MISSING); /* the secret itself stands nowhere */

	desk_act_as(d, &d->agent); /* nobody else sees it, or ends it */
	assert_ok(cx, calendar_feeds_of(cx, d->db, d->workspace, d->agent.user, &own, &count));
	assert_int_equal(count, 0);
	assert_err(calendar_feed_end(cx, d->db, d->workspace, f.id), ERR_MISSING);
	desk_act_as(d, &d->owner);
	assert_ok(cx, calendar_feed_end(cx, d->db, d->workspace, f.id));
	assert_err(calendar_feed_by_code(cx, d->db, hash_str(&hash), &found), ERR_MISSING);

	struct actor key = d->owner;
	key.kind = ACTOR_API_KEY; /* a key that ends leaves no address behind that goes on */
	desk_act_as(d, &key);
	assert_err(calendar_feed_make(cx, d->db, &f, &code), ERR_DENIED);
}

static void test_follow(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct cx *cx = d->cx;
	struct workspace w;
	assert_ok(cx, calendar_follow(cx, d->db, d->workspace, json_pack("[s, s]", "FR", "FR/GP")));
	assert_ok(cx, workspace_get(cx, d->db, d->workspace, &w));
	assert_true(str_find(w.settings, S("\"key_dates\":[\"FR\",\"FR/GP\"]")) >= 0);
	desk_act_as(d, &d->agent);
	assert_err(calendar_follow(cx, d->db, d->workspace, json_array()), ERR_DENIED);
}

/* What the check of dates is handed: of the countries of the audience, of the regions that the workspace follows, and what the house itself keeps free. */
static bool has_date(const struct check_post *post, const char *key)
{
	for (size_t i = 0; i < post->date_count; i++)
		if (str_starts(post->dates[i].key, str_of(key)))
			return true;
	return false;
}

static struct check_post dates_of(struct test_desk *d, const char *country, int year, int month, int day)
{
	struct check_post post = {.zone = S("Europe/Paris"), .planned_at = zone_instant(S("Europe/Paris"), (struct civil){.year = year, .month = month, .day = day, .hour = 12})};
	if (country)
		post.countries[post.country_count++] = str_of(country);
	assert_ok(d->cx, post_dates(d->cx, d->db, d->workspace, &post));
	return post;
}

static void test_check_dates(void **state)
{
	struct test_desk desk = desk_open(state), *d = &desk;
	struct calendar_note quiet = {.workspace = d->workspace, .kind = S("quiet"), .day = S("2027-05-27"), .until_day = S("2027-05-28"), .title = S("In memory of Jeanne")};
	struct calendar_note note = {.workspace = d->workspace, .kind = S("note"), .day = S("2027-05-27"), .title = S("Oven serviced")};
	assert_ok(d->cx, calendar_note_keep(d->cx, d->db, &quiet));
	assert_ok(d->cx, calendar_note_keep(d->cx, d->db, &note));
	struct check_post post = dates_of(d, "FR", 2027, 5, 27);
	assert_true(has_date(&post, "note-") && !has_date(&post, "slavery-abolition"));
	for (size_t i = 0; i < post.date_count; i++)
		assert_int_equal(post.dates[i].no_post, str_eq(post.dates[i].name, S("In memory of Jeanne")));
	assert_ok(d->cx, calendar_follow(d->cx, d->db, d->workspace, json_pack("[s, s]", "FR/GP", "GB/SCT")));
	post = dates_of(d, "FR", 2027, 5, 27);
	assert_true(has_date(&post, "slavery-abolition")); /* of Guadeloupe */
	post = dates_of(d, "DE", 2027, 5, 27);
	assert_false(has_date(&post, "slavery-abolition")); /* which is no part of this audience */
	post = dates_of(d, NULL, 2027, 5, 27);
	assert_true(has_date(&post, "slavery-abolition") && !post.country_count); /* none named: those that are followed */
	post = dates_of(d, "FR", 2027, 7, 14);
	assert_true(post.date_count > 0);
	for (size_t i = 0; i < post.date_count; i++) /* the country's, and the same of its region, are one */
		for (size_t k = 0; k < i; k++)
			assert_false(str_eq(post.dates[i].key, post.dates[k].key) && str_eq(post.dates[i].country, post.dates[k].country));
	post = (struct check_post){};
	assert_ok(d->cx, post_dates(d->cx, d->db, d->workspace, &post));
	assert_int_equal(post.date_count, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_check_dates), DATABASE_TEST(test_days), DATABASE_TEST(test_many), DATABASE_TEST(test_notes), DATABASE_TEST(test_feeds), DATABASE_TEST(test_follow)};
	return on_both_engines(tests);
}
