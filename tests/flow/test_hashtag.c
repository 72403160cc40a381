/* Hashtags for a text: what we posted, heard and set down, never what is made up, forbidden, private or there already. */
#include "test.h"

#include "desk.h"

#include "flow/trend.h"
#include "insight/hashtag_suggest.h"
#include "insight/trend.h"
#include "store/glossary.h"
#include "store/hashtag.h"
#include "store/post_tag.h"
#include "store/writing_aid.h"

static i64 say(struct test_desk *d, struct inbound inbound)
{
	enum ingest_result result;
	i64 message = 0;
	inbound.author_followers = -1;
	assert_ok(d->cx, db_begin(d->cx, d->db));
	assert_ok(d->cx, ingest_take(d->cx, d->db, &d->ingest, &inbound, &result, &message));
	assert_ok(d->cx, ingest_settle(d->cx, d->db, &d->ingest));
	assert_ok(d->cx, db_commit(d->cx, d->db));
	return message;
}

static void post(struct test_desk *d, int n, const char *body, const char *tags, i64 acts)
{
	struct str id = arena_printf(d->cx->arena, "p%d", n);
	i64 at = d->cx->now - (10 + n) * DAY;
	struct post_figure figure = {.workspace = d->workspace, .channel = d->channel, .at = at, .acts = acts, .reach = -1, .tags = str_of(tags), .told_at = d->cx->now};
	figure.message = say(d, (struct inbound){.kind = KIND_POST, .ours = true, .remote_id = id, .thread_id = id, .body = str_of(body), .at = at});
	assert_ok(d->cx, post_figure_save(d->cx, d->db, &figure));
}

/* Bread goes round, brioche does not; a dozen people speak of sourdough with butter. */
static struct test_desk desk_with_posts(void **state)
{
	struct test_desk d = desk_open(state);
	for (int n = 0; n < 40; n++)
		if (n % 2)
			post(&d, n, "Fresh loaves of sourdough bread from our oven", "Bread boulangerie", 40 + n % 7);
		else
			post(&d, n, "The brioche recipe of Sunday, with raisins", n % 4 ? "Brioche" : "brioche boulangerie", 10 + n % 5);
	for (int n = 0; n < 12; n++) {
		struct str id = arena_printf(d.cx->arena, "m%d", n);
		say(&d, (struct inbound){.kind = KIND_COMMENT, .remote_id = id, .thread_id = id, .author_id = id, .author_name = id, .at = d.cx->now,
					 .body = n < 9 ? S("Nothing beats #sourdough with #ButterOnTop, and #slowfood") : S("My #sourdough #painaulevain sleeps #slowfood")});
	}
	for (int n = 0; n < 6; n++) {
		struct str id = arena_printf(d.cx->arena, "s%d", n);
		say(&d, (struct inbound){.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .remote_id = id, .thread_id = id, .author_id = id, .author_name = id, .at = d.cx->now,
					 .body = S("Between us: #sourdough #secret")});
	}
	for (int n = 0; n < 4; n++) {
		struct str id = arena_printf(d.cx->arena, "r%d", n);
		i64 rude = say(&d, (struct inbound){.kind = KIND_COMMENT, .remote_id = id, .thread_id = id, .author_id = id, .author_name = id, .at = d.cx->now, .body = S("#sourdough #rudeword")});
		assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE message SET sure = 64, offence_p = 90 WHERE workspace_id = ?1 AND id = ?2", db_i64(d.workspace), db_i64(rude)));
	}
	d.cx->now += 3 * MINUTE;
	struct trend_counts counts;
	do {
		assert_ok(d.cx, trend_count(d.cx, d.db, d.workspace, &counts));
		assert_ok(d.cx, trend_counted(d.cx, d.db, d.workspace, &counts, 0));
	} while (counts.to != counts.from);
	return d;
}

static size_t advise(struct test_desk *d, const struct hashtag_wish *wish, const char *text, struct hashtag_suggestion **ret_list)
{
	struct hashtag_adviser *adviser;
	size_t count;
	assert_ok(d->cx, hashtag_adviser_new(d->cx, d->db, wish, &adviser));
	assert_ok(d->cx, hashtag_advise(d->cx, d->db, adviser, S("fake"), str_of(text), ret_list, &count));
	return count;
}

static const struct hashtag_suggestion *of(const struct hashtag_suggestion *list, size_t count, const char *tag)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].tag, str_of(tag)))
			return &list[i];
	return NULL;
}

static void test_evidence(void **state)
{
	struct test_desk d = desk_with_posts(state);
	struct hashtag_wish wish = {.workspace = d.workspace, .figures = true};
	struct hashtag_suggestion *list;
	const struct hashtag_suggestion *one;
	size_t count = advise(&d, &wish, "Today: sourdough bread, warm from the oven", &list);
	one = of(list, count, "Bread");
	assert_true(one == &list[0] && str_eq(one->said, S("bread")) && one->near == 12 && one->near_of == 12 && !one->heard);
	assert_true(one->row && one->row->effect.posts == 20 && one->row->effect.verdict == HASHTAG_BETTER && one->row->effect.factor > 2);
	one = of(list, count, "boulangerie");
	assert_true(one && !one->said.len && one->near == 12 && one->row->effect.posts == 30);
	one = of(list, count, "sourdough");
	assert_true(one && str_eq(one->said, S("sourdough")) && one->heard == 12 && !one->row); /* what was said in private, or did harm, is not counted */
	one = of(list, count, "ButterOnTop");
	assert_true(one && str_eq(one->with, S("sourdough")) && one->together == 9 && one->together_of == 12 && one->heard == 9);
	assert_null(of(list, count, "Brioche"));
	assert_null(of(list, count, "secret"));
	assert_null(of(list, count, "rudeword"));
	for (size_t i = 1; i < count; i++)
		assert_true(list[i - 1].score >= list[i].score && list[i].relevance >= HASHTAG_RELEVANCE_MIN);

	/* What it has already is not proposed, and is what others are heard with. */
	count = advise(&d, &wish, "Look #Sourdough #bread", &list);
	assert_true(!of(list, count, "sourdough") && !of(list, count, "Bread") && of(list, count, "ButterOnTop"));
	/* A phrase of the text, its words parted. */
	count = advise(&d, &wish, "Notre pain au levain", &list);
	one = of(list, count, "PainAuLevain");
	assert_true(one && str_eq(one->said, S("pain au levain")) && one->heard == 3);
	assert_int_equal(advise(&d, &wish, "Nothing of the kind", &list), 0);
	assert_int_equal(advise(&d, &wish, "", &list), 0);
	/* On a network that we have no posts on, nothing is told of how they did. */
	struct hashtag_adviser *adviser;
	assert_ok(d.cx, hashtag_adviser_new(d.cx, d.db, &wish, &adviser));
	assert_ok(d.cx, hashtag_advise(d.cx, d.db, adviser, S("elsewhere"), S("sourdough bread"), &list, &count));
	assert_true((one = of(list, count, "Bread")) && !one->row);
	/* Without the right to read figures. */
	wish.figures = false;
	count = advise(&d, &wish, "Today: sourdough bread, warm from the oven", &list);
	one = of(list, count, "Bread");
	assert_true(one && !one->row && !of(list, count, "sourdough") && !of(list, count, "ButterOnTop"));
}

static void test_house(void **state)
{
	struct test_desk d = desk_with_posts(state);
	struct hashtag_wish wish = {.workspace = d.workspace, .figures = true, .campaign = 5, .campaign_name = S("Été")};
	struct hashtag_suggestion *list;
	struct glossary_entry careful = {.id = id_new(), .workspace = d.workspace, .word = S("slow food"), .variants = S("loaf, Butter"), .risk = S("A mark of others"), .created_at = 1};
	struct writing_aid set = {.id = id_new(), .workspace = d.workspace, .kind = AID_HASHTAGS, .name = S("ete"), .body = S("#Terrasse #bread"), .created_at = 1};
	size_t before = advise(&d, &wish, "sourdough", &list);
	assert_true(of(list, before, "slowfood") || of(list, before, "ButterOnTop"));
	assert_ok(d.cx, glossary_save(d.cx, d.db, &careful));
	assert_ok(d.cx, writing_aid_save(d.cx, d.db, &set));
	size_t count = advise(&d, &wish, "sourdough", &list);
	assert_true(!of(list, count, "slowfood") && !of(list, count, "ButterOnTop"));
	const struct hashtag_suggestion *one = of(list, count, "Terrasse");
	assert_true(one && str_eq(one->set, S("ete")) && one->relevance == 0.4);
	wish.campaign_name = S("Winter"); /* a set of something else speaks for nothing by itself */
	count = advise(&d, &wish, "sourdough", &list);
	assert_null(of(list, count, "Terrasse"));
}

static void test_heard(void **state)
{
	struct test_desk d = desk_with_posts(state);
	const struct str keys[] = {S("sourdough"), S("slowfood"), S("secret"), S("none")};
	i64 counts[4];
	assert_ok(d.cx, hashtags_heard_count(d.cx, d.db, d.workspace, keys, 4, counts));
	assert_true(counts[0] == 12 && counts[1] == 12 && counts[2] == 0 && counts[3] == 0);
	assert_ok(d.cx, hashtags_heard_count(d.cx, d.db, d.workspace + 1, keys, 4, counts));
	assert_int_equal(counts[0], 0);
	/* They go after thirty days, with the next that is counted. */
	d.cx->now += HASHTAG_HEARD + DAY;
	desk_say(&d, "zoe", "late", "late", "At last");
	struct trend_counts late;
	assert_ok(d.cx, trend_count(d.cx, d.db, d.workspace, &late));
	assert_ok(d.cx, trend_counted(d.cx, d.db, d.workspace, &late, 0));
	assert_ok(d.cx, hashtags_heard_count(d.cx, d.db, d.workspace, keys, 4, counts));
	assert_true(counts[0] == 0 && counts[1] == 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_evidence), DATABASE_TEST(test_house), DATABASE_TEST(test_heard)};
	return on_both_engines(tests);
}
