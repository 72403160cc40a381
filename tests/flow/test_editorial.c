/* Editorial objects: pillars and the share they have, ideas from the board to a draft, campaigns and what came of their posts. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/zone.h"
#include "flow/campaign.h"
#include "flow/idea.h"
#include "flow/pillar.h"
#include "flow/post.h"
#include "store/audit.h"
#include "store/channel.h"
#include "store/message.h"
#include "store/metric_point.h"
#include "store/short_link.h"

static i64 pillar(struct test_desk *d, const char *name, i64 share)
{
	struct pillar p = {.workspace = d->workspace, .name = str_of(name), .share = share};
	assert_ok(d->cx, pillar_keep(d->cx, d->db, &p));
	return p.id;
}

static i64 campaign(struct test_desk *d, const char *name, const char *from, const char *to)
{
	struct campaign c = {.workspace = d->workspace, .name = str_of(name), .starts_on = str_of(from), .ends_on = str_of(to), .owner = d->owner.user};
	assert_ok(d->cx, campaign_keep(d->cx, d->db, &c));
	return c.id;
}

static i64 idea(struct test_desk *d, const char *title, i64 pillar_id, i64 campaign_id)
{
	struct idea i = {.workspace = d->workspace, .title = str_of(title), .body = S("Show the blade."), .url = S("https://levain.example/blade"), .pillar = pillar_id,
			 .campaign = campaign_id};
	assert_ok(d->cx, idea_keep(d->cx, d->db, &i));
	return i.id;
}

static struct idea look(struct test_desk *d, i64 id)
{
	struct idea i;
	assert_ok(d->cx, idea_get(d->cx, d->db, d->workspace, id, &i));
	return i;
}

static struct str wall(struct test_desk *d, i64 from_now)
{
	struct civil c = zone_civil(S("Europe/Paris"), d->cx->now + from_now);
	return arena_printf(d->cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static struct post write(struct test_desk *d, const char *title, i64 pillar_id, i64 campaign_id, i64 from_now)
{
	struct post_variant_request v = {.channel = d->channel};
	struct post_request r = {.title = str_of(title), .text = {.body = str_of(title)}, .variants = &v, .variant_count = 1, .pillar = pillar_id, .campaign = campaign_id,
				 .wall_time = from_now ? wall(d, from_now) : (struct str){}};
	struct post post;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post;
}

static i64 acts_of(struct test_desk *d, const char *act)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 count = 0;
	assert_ok(d->cx, db_query(d->cx, d->db, &row, "SELECT act FROM audit_entry WHERE workspace_id = ?1", db_i64(d->workspace)));
	for (bool more = true; row_next(d->cx, row, &more) == OK && more;)
		count += str_eq(row_text(row, 0), str_of(act));
	return count;
}

/* ---- the editorial line ---- */

static void test_pillars(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct pillar *list, p = {.workspace = d.workspace, .name = S("Craft"), .share = 10};
	struct pillar_use *uses;
	size_t count;
	i64 craft = pillar(&d, "Craft", 60), taste = pillar(&d, "  Taste ", 40);
	assert_err(pillar_keep(cx, d.db, &p), ERR_BAD_INPUT); /* the name is taken */
	assert_string_equal(cx->field, "name");
	p.name = S("Third");
	assert_err(pillar_keep(cx, d.db, &p), ERR_BAD_INPUT); /* the hundred is full */
	assert_string_equal(cx->field, "share");
	p = (struct pillar){.id = taste, .workspace = d.workspace, .name = S("Taste"), .share = 41};
	assert_err(pillar_keep(cx, d.db, &p), ERR_BAD_INPUT);
	p.share = 40;
	p.about = S("What it tastes like");
	assert_ok(cx, pillar_keep(cx, d.db, &p));

	assert_ok(cx, pillar_put_away(cx, d.db, d.workspace, taste, true));
	i64 third = pillar(&d, "Third", 30); /* its share was free */
	assert_err(pillar_put_away(cx, d.db, d.workspace, taste, false), ERR_CONFLICT);
	assert_ok(cx, pillar_put_away(cx, d.db, d.workspace, third, true));
	assert_ok(cx, pillar_put_away(cx, d.db, d.workspace, taste, false));
	assert_ok(cx, pillars_list(cx, d.db, d.workspace, false, 10, &list, &count));
	assert_int_equal(count, 2);
	assert_str(list[1].name, "Taste");
	assert_int_equal(acts_of(&d, "pillar.archive"), 2);

	write(&d, "One", craft, 0, HOUR);
	write(&d, "Two", craft, 0, 2 * HOUR);
	write(&d, "Three", taste, 0, 3 * HOUR);
	write(&d, "Of none", 0, 0, 4 * HOUR);
	write(&d, "Without an hour", taste, 0, 0);
	assert_ok(cx, pillar_uses(cx, d.db, d.workspace, cx->now - DAY, cx->now + DAY, &uses, &count));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(uses[i].planned, uses[i].pillar == craft ? 2 : 1);

	desk_act_as(&d, &d.agent);
	p = (struct pillar){.workspace = d.workspace, .name = S("Mine")};
	assert_err(pillar_keep(cx, d.db, &p), ERR_DENIED);
	assert_err(pillar_put_away(cx, d.db, d.workspace, craft, true), ERR_DENIED);
}

/* What posts serve must be of the workspace, and in use unless it was so before. */
static void test_line_of_posts(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 craft = pillar(&d, "Craft", 0), easter = campaign(&d, "Easter", "2027-03-20", "2027-03-29");
	struct post post = write(&d, "One", craft, easter, 0);
	struct post_request r = {.id = post.id, .revision = post.revision, .title = S("One"), .text = {.body = S("One, changed")}, .pillar = craft, .campaign = easter};
	assert_ok(cx, pillar_put_away(cx, d.db, d.workspace, craft, true));
	assert_ok(cx, campaign_put_away(cx, d.db, d.workspace, easter, true));
	assert_ok(cx, post_write(cx, d.db, d.workspace, &r, &post)); /* it keeps them */
	struct post_request other = {.text = {.body = S("Two")}, .pillar = craft};
	assert_err(post_write(cx, d.db, d.workspace, &other, &post), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "pillar");
	other = (struct post_request){.text = {.body = S("Two")}, .campaign = easter};
	assert_err(post_write(cx, d.db, d.workspace, &other, &post), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "campaign");
	other = (struct post_request){.text = {.body = S("Two")}, .idea = 77};
	assert_err(post_write(cx, d.db, d.workspace, &other, &post), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "idea");
}

/* An approval holds on, and what has left may be filed still. */
static void test_filed(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 craft = pillar(&d, "Craft", 0), count;
	struct post post = write(&d, "Bread", 0, 0, HOUR);
	assert_ok(cx, post_ready(cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	assert_ok(cx, post_file(cx, d.db, d.workspace, post.id, craft, 0, &post));
	assert_int_equal(post.state, POST_SCHEDULED);
	time_set(cx->now += HOUR + MINUTE);
	assert_ok(cx, outbox_turn(cx, d.db, &d.outbox, &count));
	assert_int_equal(fake.published, 1);
	i64 easter = campaign(&d, "Easter", "", "");
	assert_ok(cx, post_file(cx, d.db, d.workspace, post.id, craft, easter, &post));
	assert_ok(cx, post_get(cx, d.db, d.workspace, post.id, &post));
	assert_int_equal(post.state, POST_PUBLISHED);
	assert_int_equal(post.campaign, easter);
	assert_int_equal(acts_of(&d, "post.filed"), 2);
	assert_ok(cx, post_file(cx, d.db, d.workspace, post.id, craft, easter, &post)); /* as it is: nothing happened */
	assert_int_equal(acts_of(&d, "post.filed"), 2);
}

/* ---- ideas ---- */

static void test_board(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct idea_row *list;
	size_t count;
	i64 counts[IDEA_STATE_COUNT], ids[5];
	i64 craft = pillar(&d, "Craft", 0);
	for (int i = 0; i < 5; i++) {
		cx->now += SECOND;
		ids[i] = idea(&d, arena_printf(cx->arena, "Idea %d", i).at, i % 2 ? craft : 0, 0);
	}
	struct idea_filter open = {.state = IDEA_OPEN}, of_craft = {.state = IDEA_OPEN, .pillar = craft}, words = {.state = IDEA_OPEN, .words = S("IDEA 3")}, aside = {.state = IDEA_ASIDE};
	assert_ok(cx, ideas_list(cx, d.db, d.workspace, &open, LIST_START, 3, &list, &count));
	assert_int_equal(count, 3);
	assert_int_equal(list[0].idea.id, ids[4]);
	struct list_place last = list_after(list[2].idea.updated_at, list[2].idea.id);
	assert_ok(cx, ideas_list(cx, d.db, d.workspace, &open, last, 3, &list, &count));
	assert_int_equal(count, 2);
	assert_int_equal(list[1].idea.id, ids[0]);
	last = list_after(list[0].idea.updated_at, list[0].idea.id);
	last.is_back = true;
	assert_ok(cx, ideas_list(cx, d.db, d.workspace, &open, last, 2, &list, &count));
	assert_int_equal(list[0].idea.id, ids[3]);
	assert_int_equal(list[1].idea.id, ids[2]);
	assert_ok(cx, ideas_list(cx, d.db, d.workspace, &of_craft, LIST_START, 10, &list, &count));
	assert_int_equal(count, 2);
	assert_ok(cx, ideas_list(cx, d.db, d.workspace, &words, LIST_START, 10, &list, &count));
	assert_int_equal(count, 1);

	assert_ok(cx, idea_move(cx, d.db, d.workspace, ids[0], IDEA_ASIDE));
	assert_ok(cx, ideas_list(cx, d.db, d.workspace, &aside, LIST_START, 10, &list, &count));
	assert_int_equal(count, 1);
	assert_ok(cx, idea_move(cx, d.db, d.workspace, ids[0], IDEA_OPEN));
	assert_ok(cx, ideas_count(cx, d.db, d.workspace, counts));
	assert_int_equal(counts[IDEA_OPEN], 5);
	assert_int_equal(acts_of(&d, "idea.aside"), 1);
	assert_int_equal(acts_of(&d, "idea.open"), 1);

	struct idea bad = {.workspace = d.workspace, .title = S("   ")};
	assert_err(idea_keep(cx, d.db, &bad), ERR_BAD_INPUT);
	bad = (struct idea){.workspace = d.workspace, .title = S("x"), .url = S("javascript:alert(1)")};
	assert_err(idea_keep(cx, d.db, &bad), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "url");
	assert_err(idea_move(cx, d.db, d.workspace + 1, ids[1], IDEA_ASIDE), ERR_MISSING);
}

static void test_used(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 craft = pillar(&d, "Craft", 0), easter = campaign(&d, "Easter", "", ""), id = idea(&d, "The blade", craft, easter);
	struct post post, second;
	struct idea_post *posts;
	size_t count;
	assert_ok(cx, idea_use(cx, d.db, d.workspace, id, false, &post));
	assert_int_equal(post.state, POST_DRAFT);
	assert_true(post.pillar == craft && post.campaign == easter && post.idea == id);
	assert_str(post.title, "The blade");
	assert_str(post.body, "Show the blade.\n\nhttps://levain.example/blade");
	assert_int_equal(look(&d, id).state, IDEA_USED);
	assert_err(idea_use(cx, d.db, d.workspace, id, false, &second), ERR_CONFLICT); /* somebody was faster: no second draft */
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM post WHERE workspace_id = ?1", d.workspace), 1);
	assert_ok(cx, campaign_put_away(cx, d.db, d.workspace, easter, true));
	assert_ok(cx, idea_use(cx, d.db, d.workspace, id, true, &second));
	assert_int_equal(second.campaign, 0); /* what was put away is not carried on */
	assert_int_equal(second.pillar, craft);
	assert_ok(cx, idea_posts(cx, d.db, d.workspace, id, 10, &posts, &count));
	assert_int_equal(count, 2);
	assert_int_equal(posts[0].id, second.id);
	assert_int_equal(acts_of(&d, "idea.use"), 1);

	/* A post that names an idea uses it, whichever way it was begun. */
	i64 other = idea(&d, "Another", 0, 0);
	struct post_request r = {.text = {.body = S("By hand")}, .idea = other};
	assert_ok(cx, post_write(cx, d.db, d.workspace, &r, &post));
	assert_int_equal(look(&d, other).state, IDEA_USED);
}

static void test_said(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 message = desk_say(&d, "nadia", "t1", "m1", "Why do you cut it?\nI always wondered.");
	struct idea first, again;
	struct idea_source source;
	struct idea_mark *marks;
	struct post post;
	size_t count;
	bool is_new;
	assert_ok(cx, idea_from_message(cx, d.db, d.workspace, message, IDEA_OPEN, &first, &is_new));
	assert_true(is_new);
	assert_str(first.title, "Why do you cut it?");
	assert_int_equal(first.body.len, 0);
	assert_ok(cx, idea_from_message(cx, d.db, d.workspace, message, IDEA_OPEN, &again, &is_new));
	assert_true(!is_new && again.id == first.id);
	assert_ok(cx, idea_source_get(cx, d.db, d.workspace, message, &source));
	assert_str(source.author_name, "nadia");
	assert_true(str_starts(source.said, S("Why do you cut it?\nI always")));
	assert_ok(cx, ideas_of_messages(cx, d.db, d.workspace, message - 1, message + 1, 10, &marks, &count));
	assert_true(count == 1 && marks[0].idea == first.id);
	assert_ok(cx, idea_use(cx, d.db, d.workspace, first.id, false, &post));
	assert_int_equal(post.body.len, 0); /* the words of others are not ours */
	assert_ok(cx, idea_from_message(cx, d.db, d.workspace, message, IDEA_ASIDE, &again, &is_new));
	assert_int_equal(again.state, IDEA_USED); /* what a post came of stays */

	i64 insult = desk_say(&d, "troll", "t2", "m2", "You idiots");
	struct hide_request hide = {.message = insult, .article = d.article, .reason = S("insult")};
	assert_ok(cx, moderate_hide(cx, d.db, d.workspace, &hide, NULL));
	assert_err(idea_from_message(cx, d.db, d.workspace, insult, IDEA_OPEN, &again, &is_new), ERR_CONFLICT);

	/* A key that may write posts and not read the inbox learns nothing of what was said. */
	struct actor key = d.owner;
	key.permissions = 1ull << MAY_WRITE_POSTS | 1ull << MAY_READ_POSTS;
	desk_act_as(&d, &key);
	i64 more = desk_say(&d, "nadia", "t3", "m3", "Between us");
	assert_err(idea_from_message(cx, d.db, d.workspace, more, IDEA_OPEN, &again, &is_new), ERR_DENIED);
	key.permissions = 1ull << MAY_READ_INBOX | 1ull << MAY_READ_POSTS;
	desk_act_as(&d, &key);
	assert_err(idea_from_message(cx, d.db, d.workspace, more, IDEA_OPEN, &again, &is_new), ERR_DENIED);
}

/* What feeds bring is proposed until it is kept or set aside; nothing else is. */
static void test_articles(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct article *list;
	struct idea made;
	bool is_new;
	size_t count;
	enum ingest_result result;
	i64 ids[3];
	struct channel c = {.id = id_new(), .workspace = d.workspace, .kind = S("feed"), .network = S("feed"), .name = S("Agri"), .created_at = cx->now};
	assert_ok(cx, channel_insert(cx, d.db, &c));
	struct ingest ingest;
	assert_ok(cx, ingest_start(cx, d.db, d.workspace, c.id, false, cx->arena, &ingest));
	for (int i = 0; i < 3; i++) {
		struct str id = arena_printf(cx->arena, "a%d", i);
		struct inbound in = {.kind = KIND_POST, .remote_id = id, .thread_id = id, .author_id = S("agri"), .author_name = S("Agri"), .author_followers = -1,
				     .subject = arena_printf(cx->arena, "Article %d", i), .url = arena_printf(cx->arena, "https://agri.example/%d", i), .body = S("Wheat is cheaper."), .at = cx->now + i};
		assert_ok(cx, db_begin(cx, d.db));
		assert_ok(cx, ingest_take(cx, d.db, &ingest, &in, &result, &ids[i]));
		assert_ok(cx, ingest_settle(cx, d.db, &ingest));
		assert_ok(cx, db_commit(cx, d.db));
	}
	desk_say(&d, "nadia", "t1", "m1", "No article");
	assert_ok(cx, articles_list(cx, d.db, d.workspace, 0, LIST_START, 2, &list, &count));
	assert_int_equal(count, 2);
	assert_int_equal(list[0].message, ids[2]);
	assert_str(list[0].title, "Article 2");
	assert_ok(cx, articles_list(cx, d.db, d.workspace, c.id, list_after(list[1].at, list[1].message), 2, &list, &count));
	assert_int_equal(count, 1);
	assert_int_equal(list[0].message, ids[0]);
	assert_ok(cx, articles_list(cx, d.db, d.workspace, d.channel, LIST_START, 2, &list, &count));
	assert_int_equal(count, 0);
	assert_ok(cx, idea_from_message(cx, d.db, d.workspace, ids[0], IDEA_OPEN, &made, &is_new));
	assert_str(made.title, "Article 0");
	assert_str(made.url, "https://agri.example/0");
	assert_ok(cx, idea_from_message(cx, d.db, d.workspace, ids[1], IDEA_ASIDE, &made, &is_new));
	assert_int_equal(made.state, IDEA_ASIDE);
	assert_ok(cx, articles_list(cx, d.db, d.workspace, 0, LIST_START, 5, &list, &count));
	assert_int_equal(count, 1);
	assert_int_equal(list[0].message, ids[2]);
}

/* ---- campaigns ---- */

static void test_campaigns(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	struct campaign *list, c = {.workspace = d.workspace, .name = S("Turned"), .starts_on = S("2027-03-20"), .ends_on = S("2027-03-19")};
	size_t count;
	i64 counts[3];
	assert_err(campaign_keep(cx, d.db, &c), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "ends_on");
	c = (struct campaign){.workspace = d.workspace, .name = S("Euro"), .currency = S("XYZ")};
	assert_err(campaign_keep(cx, d.db, &c), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "currency");
	c = (struct campaign){.workspace = d.workspace, .name = S("Whose"), .owner = 5};
	assert_err(campaign_keep(cx, d.db, &c), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "owner");

	i64 summer = campaign(&d, "Summer", "2027-06-01", "2027-08-31"), easter = campaign(&d, "Easter", "2027-03-20", "2027-03-29"), always = campaign(&d, "Always", "", "");
	i64 winter = campaign(&d, "Winter", "2026-12-01", "2027-02-01"), autumn = campaign(&d, "Autumn", "2026-09-01", "2026-11-01");
	assert_ok(cx, campaigns_list(cx, d.db, d.workspace, CAMPAIGNS_OPEN, S("2027-03-24"), LIST_START, 2, &list, &count));
	assert_true(count == 2 && list[0].id == always && list[1].id == easter); /* the first to begin first */
	struct list_place place = list_after(campaign_key(CAMPAIGNS_OPEN, &list[1]), list[1].id);
	assert_ok(cx, campaigns_list(cx, d.db, d.workspace, CAMPAIGNS_OPEN, S("2027-03-24"), place, 2, &list, &count));
	assert_true(count == 1 && list[0].id == summer);
	place = list_after(campaign_key(CAMPAIGNS_OPEN, &list[0]), list[0].id);
	place.is_back = true;
	assert_ok(cx, campaigns_list(cx, d.db, d.workspace, CAMPAIGNS_OPEN, S("2027-03-24"), place, 1, &list, &count));
	assert_true(count == 1 && list[0].id == easter);
	assert_ok(cx, campaigns_list(cx, d.db, d.workspace, CAMPAIGNS_OVER, S("2027-03-24"), LIST_START, 1, &list, &count));
	assert_true(count == 1 && list[0].id == winter); /* the last to begin first */
	place = list_after(campaign_key(CAMPAIGNS_OVER, &list[0]), list[0].id);
	assert_ok(cx, campaigns_list(cx, d.db, d.workspace, CAMPAIGNS_OVER, S("2027-03-24"), place, 5, &list, &count));
	assert_true(count == 1 && list[0].id == autumn);

	assert_ok(cx, campaign_put_away(cx, d.db, d.workspace, autumn, true));
	assert_ok(cx, campaigns_count(cx, d.db, d.workspace, S("2027-03-24"), counts));
	assert_true(counts[CAMPAIGNS_OPEN] == 3 && counts[CAMPAIGNS_OVER] == 1 && counts[CAMPAIGNS_AWAY] == 1);
	assert_ok(cx, campaign_put_away(cx, d.db, d.workspace, autumn, false));
	desk_act_as(&d, &d.agent);
	assert_err(campaign_put_away(cx, d.db, d.workspace, autumn, true), ERR_DENIED);
	desk_act_as(&d, &d.owner);
	c = (struct campaign){.workspace = d.workspace, .name = S("Easter")};
	assert_err(campaign_keep(cx, d.db, &c), ERR_BAD_INPUT);
	assert_string_equal(cx->field, "name");
}

static void told(struct test_desk *d, i64 message, const char *measure, i64 value, i64 at)
{
	struct metric_point p = {.id = id_new(), .workspace = d->workspace, .channel = d->channel, .message = message, .measure = str_of(measure), .value = value, .at = at, .told_at = at};
	assert_ok(d->cx, metric_point_take(d->cx, d->db, &p));
}

/* Of each post the last that the network told, of the post itself; a thread's parts and another campaign's posts are not counted in. */
/* A link of a post on a channel, and how it was followed on a day. */
static void followed(struct test_desk *d, i64 post, i64 channel, const char *code, i64 day, i64 people, i64 robots)
{
	struct short_link link = {.id = id_new(), .workspace = d->workspace, .code = str_of(code), .target = S("https://levain.example/"), .post = post, .channel = channel, .created_at = d->cx->now}, kept;
	bool made;
	assert_ok(d->cx, short_link_insert(d->cx, d->db, &link, &made));
	assert_ok(d->cx, short_link_by_code(d->cx, d->db, link.code, &kept));
	struct short_link_day of = {.link = kept.id, .workspace = d->workspace, .day = day, .counts = {[CLICK_DIRECT] = people, [CLICK_SEARCH] = people, [CLICK_ROBOT] = robots}};
	assert_ok(d->cx, short_link_clicked(d->cx, d->db, &of));
}

static void test_results(void **state)
{
	struct test_desk d = desk_open(state);
	struct cx *cx = d.cx;
	i64 easter = campaign(&d, "Easter", "", ""), other = campaign(&d, "Other", "", ""), done;
	struct str parts[] = {S("Part two")};
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.text = {.body = S("One"), .parts = parts, .part_count = 1}, .variants = &v, .variant_count = 1, .campaign = easter, .wall_time = wall(&d, HOUR)};
	struct post posts[3];
	struct publication *acts;
	struct campaign_figures *figures;
	size_t count;
	assert_ok(cx, post_write(cx, d.db, d.workspace, &r, &posts[0]));
	posts[1] = write(&d, "Two", 0, easter, HOUR);
	posts[2] = write(&d, "Three", 0, other, HOUR);
	struct post draft = write(&d, "A draft of it", 0, easter, 0);
	for (int i = 0; i < 3; i++)
		assert_ok(cx, post_ready(cx, d.db, d.workspace, posts[i].id, posts[i].revision, &posts[i]));
	time_set(cx->now += HOUR + MINUTE);
	for (int i = 0; i < 3; i++, time_set(cx->now += SECOND))
		assert_ok(cx, outbox_turn(cx, d.db, &d.outbox, &done));
	i64 messages[3], part = 0;
	struct str remote = {};
	for (int i = 0; i < 3; i++) {
		assert_ok(cx, post_acts(cx, d.db, d.workspace, posts[i].id, &acts, &count));
		messages[i] = acts[0].message;
		if (i == 0) {
			assert_int_equal(count, 2);
			part = acts[1].message;
			remote = acts[0].remote_id;
		}
	}
	told(&d, messages[0], "likes", 5, cx->now);
	told(&d, messages[0], "likes", 8, cx->now + HOUR);
	told(&d, messages[1], "likes", 2, cx->now);
	told(&d, messages[1], "views", 100, cx->now);
	told(&d, part, "likes", 50, cx->now);
	told(&d, messages[2], "likes", 70, cx->now);
	desk_say(&d, "nadia", arena_cstr(cx->arena, remote), "c1", "Until when?");
	desk_say(&d, "paul", arena_cstr(cx->arena, remote), "c2", "Nice");
	assert_ok(cx, campaign_figures(cx, d.db, d.workspace, easter, &figures, &count));
	assert_int_equal(count, 1);
	assert_int_equal(figures[0].channel, d.channel);
	assert_int_equal(figures[0].sent, 2);
	assert_int_equal(figures[0].comments, 2);
	assert_true(figures[0].value[CAMPAIGN_LIKES] == 10 && figures[0].told[CAMPAIGN_LIKES] == 2);
	assert_true(figures[0].value[CAMPAIGN_VIEWS] == 100 && figures[0].told[CAMPAIGN_VIEWS] == 1);
	assert_int_equal(figures[0].told[CAMPAIGN_REACH], 0);
	assert_int_equal(figures[0].told_at, cx->now + HOUR);
	/* Clicks of people alone, by day and link; of what is there, on its channel, of this campaign. */
	assert_int_equal(figures[0].told[CAMPAIGN_CLICKS], 0);
	followed(&d, posts[0].id, d.channel, "aaaaaaa", 20000, 3, 90);
	followed(&d, posts[0].id, d.channel, "aaaaaaa", 20001, 2, 0);
	followed(&d, posts[0].id, d.channel, "bbbbbbb", 20001, 1, 5);
	const struct channel elsewhere = {.id = id_new(), .workspace = d.workspace, .kind = S("fake"), .network = S("fake"), .name = S("Elsewhere"), .created_at = cx->now};
	assert_ok(cx, channel_insert(cx, d.db, &elsewhere));
	followed(&d, posts[0].id, elsewhere.id, "ccccccc", 20001, 1000, 0);
	followed(&d, posts[2].id, d.channel, "ddddddd", 20001, 1000, 0);
	followed(&d, draft.id, d.channel, "eeeeeee", 20001, 1000, 0);
	assert_ok(cx, campaign_figures(cx, d.db, d.workspace, easter, &figures, &count));
	assert_int_equal(count, 1);
	assert_true(figures[0].value[CAMPAIGN_CLICKS] == 12 && figures[0].told[CAMPAIGN_CLICKS] == 1);
	assert_true(figures[0].value[CAMPAIGN_LIKES] == 10 && figures[0].sent == 2);
	i64 states[POST_STATE_COUNT];
	assert_ok(cx, campaign_states(cx, d.db, d.workspace, easter, states));
	assert_true(states[POST_PUBLISHED] == 2 && states[POST_DRAFT] == 1);
}

static void test_money(void **state)
{
	static const struct {
		const char *text;
		i64 hundredths; /* -1: refused */
	} cases[] = {{"1200", 120000}, {"1 200,50", 120050}, {"1,200.50", 120050}, {"1.200,5", 120050}, {"1 200", 120000}, {"1,200", 120000}, {"0", 0}, {",50", 50}, {"12.", 1200},
		     {"", -1}, {"abc", -1}, {"12 EUR", -1}, {"-5", -1}, {"1e5", -1}, {"99999999999999999999", -1}, {"1000000000", 100000000000}, {"1000000000.01", -1}, {".", -1}, {"\xff", -1}};
	for (size_t i = 0; i < COUNT(cases); i++) {
		i64 value = -1;
		assert_int_equal(money_read(str_of(cases[i].text), &value), cases[i].hundredths >= 0);
		assert_int_equal(value, cases[i].hundredths);
	}
	char room[32];
	struct buf b = BUF_IN(room);
	buf_add_money(&b, 120050);
	assert_str(buf_str(&b), "1200.50");
	buf_free(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_pillars), DATABASE_TEST(test_line_of_posts), DATABASE_TEST(test_filed), DATABASE_TEST(test_board), DATABASE_TEST(test_used),
		DATABASE_TEST(test_said), DATABASE_TEST(test_articles), DATABASE_TEST(test_campaigns), DATABASE_TEST(test_results), cmocka_unit_test(test_money),
	};
	return on_both_engines(tests);
}
