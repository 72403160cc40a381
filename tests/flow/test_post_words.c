/* Links of posts as they leave: tagged by the workspace's rules and what the post says; the same in the lengths and in what the network gets. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "flow/link_rule.h"
#include "flow/post.h"
#include "flow/post_words.h"
#include "flow/short_link.h"
#include "store/message.h"

static void set_rules(struct test_desk *d, const struct link_rules *rules)
{
	assert_ok(d->cx, link_rules_set(d->cx, d->db, d->workspace, rules));
}

static const struct link_rules rules = {.tags = true, .source = S("{network}"), .medium = S("social"), .campaign = S("{campaign}"), .content = S("{channel}")};

static struct str leaving(struct test_desk *d, const char *body, struct str options, struct post_link **ret_links, size_t *ret_count)
{
	struct post_words words;
	struct channel channel;
	struct post_text text = {.body = str_of(body)};
	assert_ok(d->cx, channel_get(d->cx, d->db, d->workspace, d->channel, &channel));
	channel.name = S("Le fournil d’Awa");
	struct post post = {.id = 7, .workspace = d->workspace, .options = options};
	assert_ok(d->cx, post_words_load(d->cx, d->db, &post, &words));
	words.campaign = words.campaign.len ? words.campaign : S("Pâques 2027");
	return post_words_leave(d->cx, &words, &channel, &text, ret_links, ret_count).body;
}

static void expect(struct test_desk *d, const char *body, struct str options, const char *wanted, size_t links)
{
	struct post_link *list;
	size_t count;
	struct str left = leaving(d, body, options, &list, &count);
	assert_string_equal(arena_cstr(d->cx->arena, left), wanted);
	assert_int_equal(count, links);
}

#define TAGS "utm_source=fake&utm_medium=social&utm_campaign=paques-2027&utm_content=le-fournil-d-awa"

static void test_rules(void **state)
{
	struct test_desk d = desk_open(state);
	struct link_rules r = rules;
	expect(&d, "https://levain.fr/", (struct str){}, "https://levain.fr/", 0); /* nobody asked for it */
	set_rules(&d, &r);
	expect(&d, "Voir https://levain.fr/ ou https://autre.fr/a#b.", (struct str){}, "Voir https://levain.fr/?" TAGS " ou https://autre.fr/a?" TAGS "#b.", 2);
	expect(&d, "https://levain.fr/?utm_source=lettre", (struct str){}, "https://levain.fr/?utm_source=lettre&utm_medium=social&utm_campaign=paques-2027&utm_content=le-fournil-d-awa", 1);
	expect(&d, "levain.fr, ana@levain.fr", (struct str){}, "levain.fr, ana@levain.fr", 0);
	struct str hosts[] = {S("https://www.levain.fr/accueil")}, excluded[] = {S("boutique.levain.fr")};
	r.hosts = hosts;
	r.host_count = 1;
	r.excluded = excluded;
	r.excluded_count = 1;
	r.content = S("{post}");
	struct link_source source = {d.channel, S("le-reseau")};
	r.sources = &source;
	r.source_count = 1;
	set_rules(&d, &r);
	expect(&d, "https://levain.fr https://autre.fr https://boutique.levain.fr", (struct str){},
	       "https://levain.fr?utm_source=le-reseau&utm_medium=social&utm_campaign=paques-2027&utm_content=7 https://autre.fr https://boutique.levain.fr", 1);
	/* what the post says goes before */
	expect(&d, "https://levain.fr", S("{\"tracking\":{\"source\":\"moi\",\"campaign\":\"{network}-fin\",\"content\":\"{rien}\"}}"),
	       "https://levain.fr?utm_source=moi&utm_medium=social&utm_campaign=fake-fin&utm_content=%7Brien%7D", 1);
	expect(&d, "https://levain.fr", S("{\"tracking\":{\"tags\":\"no\"}}"), "https://levain.fr", 0);
	r.tags = false;
	set_rules(&d, &r);
	expect(&d, "https://levain.fr", (struct str){}, "https://levain.fr", 0);
	expect(&d, "https://levain.fr", S("{\"tracking\":{\"tags\":\"yes\"}}"), "https://levain.fr?utm_source=le-reseau&utm_medium=social&utm_campaign=paques-2027&utm_content=7", 1);
}

static struct str sent_text(struct test_desk *d, i64 post)
{
	struct publication *acts;
	struct message m;
	size_t count;
	assert_ok(d->cx, post_acts(d->cx, d->db, d->workspace, post, &acts, &count));
	assert_int_equal(acts[0].state, PUBLICATION_SENT);
	assert_ok(d->cx, message_get(d->cx, d->db, d->workspace, acts[0].message, &m));
	return m.body;
}

static struct post approved(struct test_desk *d, const char *body, const struct post *before)
{
	struct post_variant_request v = {.channel = d->channel};
	struct post_request r = {.id = before ? before->id : 0, .revision = before ? before->revision : 0, .text = {.body = str_of(body)}, .variants = &v, .variant_count = 1};
	struct post post;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	assert_ok(d->cx, post_ready(d->cx, d->db, d->workspace, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_APPROVED);
	return post;
}

/* What was approved leaves as it was approved, whatever becomes of the rules; written anew, it is approved anew, by the rules of then. */
static void test_frozen(void **state)
{
	struct test_desk d = desk_open(state);
	struct link_rules r = rules;
	i64 done;
	r.campaign = r.content = (struct str){};
	set_rules(&d, &r);
	struct post kept = approved(&d, "https://levain.fr/a", NULL), anew = approved(&d, "https://levain.fr/b", NULL);
	r.source = S("changed");
	r.shortens = true;
	r.address = S("https://go.levain.fr");
	set_rules(&d, &r);
	anew = approved(&d, "https://levain.fr/c", &anew);
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, kept.id, kept.revision, &kept));
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, anew.id, anew.revision, &anew));
	for (int i = 0; i < 3; i++) {
		time_set(d.cx->now += MINUTE);
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &done));
	}
	assert_string_equal(arena_cstr(d.cx->arena, sent_text(&d, kept.id)), "https://levain.fr/a?utm_source=fake&utm_medium=social");
	assert_true(str_starts(sent_text(&d, anew.id), S("https://go.levain.fr/")));
}

static void refuses(struct test_desk *d, struct link_rules r, const char *field)
{
	assert_err(link_rules_set(d->cx, d->db, d->workspace, &r), ERR_BAD_INPUT);
	assert_string_equal(d->cx->field, field);
	cx_forget(d->cx);
}

static void test_refused(void **state)
{
	struct test_desk d = desk_open(state);
	struct str bad[] = {S("https:///rien")};
	struct link_rules r = rules;
	r.source = S(" ");
	refuses(&d, r, "source");
	r = rules;
	r.hosts = bad;
	r.host_count = 1;
	refuses(&d, r, "hosts");
	r = rules;
	r.address = S("https://go.example/suite");
	refuses(&d, r, "address");
	r.address = S("ftp://go.example");
	refuses(&d, r, "address");
	r.address = (struct str){};
	r.shortens = true;
	refuses(&d, r, "address");
	desk_act_as(&d, &d.agent);
	assert_err(link_rules_set(d.cx, d.db, d.workspace, &rules), ERR_DENIED);
}

static void test_options(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_tracking t = {.tags = S("no"), .campaign = S("a \"b\"")}, none = {};
	struct str options = post_tracking_put(d.cx, S("{\"sponsored\":true}"), &t);
	struct post_tracking back = post_tracking_of(d.cx, options);
	assert_true(str_eq(back.tags, t.tags) && str_eq(back.campaign, t.campaign) && !back.source.len);
	assert_string_equal(arena_cstr(d.cx->arena, post_tracking_put(d.cx, options, &none)), "{\"sponsored\":true}");
	assert_string_equal(arena_cstr(d.cx->arena, post_tracking_put(d.cx, S("rubbish"), &none)), "{}");
}

/* The network gets what was counted; a change of what the post says of its links asks for approval again. */
static void test_it_leaves_so(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_variant_request v = {.channel = d.channel};
	struct post post;
	struct publication *acts;
	struct message m;
	size_t count;
	i64 turned;
	struct post_request r = {.text = {.body = S("Voir https://levain.fr/"), .first_comment = S("https://levain.fr/b")}, .variants = &v, .variant_count = 1};
	set_rules(&d, &rules);
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_int_equal(post.state, POST_APPROVED);
	r.id = post.id;
	r.revision = post.revision;
	r.options = S("{\"tracking\":{\"content\":\"x\"}}");
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_int_equal(post.state, POST_DRAFT);
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	for (int i = 0; i < 3; i++) {
		time_set(d.cx->now += MINUTE);
		assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &turned));
	}
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, post.id, &acts, &count));
	assert_int_equal(count, 2);
	for (size_t i = 0; i < count; i++) {
		assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, acts[i].message, &m));
		assert_string_equal(arena_cstr(d.cx->arena, m.body), acts[i].part ? "https://levain.fr/b?utm_source=fake&utm_medium=social&utm_content=x"
										 : "Voir https://levain.fr/?utm_source=fake&utm_medium=social&utm_content=x");
	}
}

/* ---- short links ---- */

static const struct link_rules short_rules = {.tags = true, .source = S("{network}"), .medium = S("social"), .shortens = true, .address = S("https://go.levain.fr/")};

static void test_short(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.text = {.body = S("Voir https://levain.fr/ et https://levain.fr/")}, .variants = &v, .variant_count = 1};
	struct post post;
	struct publication *acts;
	struct short_link link;
	struct message m;
	size_t count;
	i64 turned;
	set_rules(&d, &short_rules);
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	struct str code = short_code(d.cx->arena, post.id, d.channel, S("https://levain.fr/?utm_source=fake&utm_medium=social"));
	assert_int_equal(code.len, SHORT_CODE_LENGTH);
	assert_ok(d.cx, post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	assert_err(short_link_by_code(d.cx, d.db, code, &link), ERR_MISSING); /* a draft has no address */
	cx_forget(d.cx);
	assert_ok(d.cx, post_publish(d.cx, d.db, d.workspace, post.id, post.revision, &post));
	time_set(d.cx->now += MINUTE);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &turned));
	assert_ok(d.cx, short_link_by_code(d.cx, d.db, code, &link));
	assert_string_equal(arena_cstr(d.cx->arena, link.target), "https://levain.fr/?utm_source=fake&utm_medium=social");
	assert_true(link.post == post.id && link.channel == d.channel && link.workspace == d.workspace && str_eq(link.zone, S("Europe/Paris")));
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, post.id, &acts, &count));
	assert_ok(d.cx, message_get(d.cx, d.db, d.workspace, acts[0].message, &m));
	struct str wanted = arena_printf(d.cx->arena, "Voir https://go.levain.fr/l/%.*s et https://go.levain.fr/l/%.*s", STR_ARG(code), STR_ARG(code));
	assert_true(str_eq(m.body, wanted));
	/* what is short already stays; another link with its code has to leave as it is */
	expect(&d, arena_cstr(d.cx->arena, wanted), (struct str){}, wanted.at, 0);
	bool open = true;
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "UPDATE short_link SET target = 'https://autre.fr/' WHERE workspace_id = ?1", db_i64(d.workspace)));
	assert_ok(d.cx, short_link_open(d.cx, d.db, d.workspace, post.id, d.channel, S("https://levain.fr/?utm_source=fake&utm_medium=social"), &open));
	assert_false(open);
}

static void test_clicks(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_variant_request v = {.channel = d.channel};
	struct post_request r = {.text = {.body = S("Voir.")}, .variants = &v, .variant_count = 1};
	struct post post;
	struct short_link_day *days;
	struct short_link link;
	i64 links, people;
	size_t count;
	bool open;
	assert_ok(d.cx, post_write(d.cx, d.db, d.workspace, &r, &post));
	assert_ok(d.cx, short_link_open(d.cx, d.db, d.workspace, post.id, d.channel, S("https://levain.fr/"), &open));
	assert_true(open);
	assert_ok(d.cx, short_link_by_code(d.cx, d.db, short_code(d.cx->arena, post.id, d.channel, S("https://levain.fr/")), &link));
	for (int i = 0; i < 1000; i++)
		assert_true(click_count(&link, 20700 + i % 2, i % 10 ? CLICK_NETWORK : CLICK_ROBOT));
	assert_ok(d.cx, clicks_flush(d.cx, d.db));
	assert_ok(d.cx, clicks_flush(d.cx, d.db)); /* nothing more */
	assert_true(click_count(&link, 20700, CLICK_DIRECT));
	assert_ok(d.cx, clicks_flush(d.cx, d.db));
	assert_ok(d.cx, short_link_days_of_post(d.cx, d.db, d.workspace, post.id, &days, &count));
	assert_int_equal(count, 2);
	assert_int_equal(days[0].counts[CLICK_NETWORK] + days[1].counts[CLICK_NETWORK], 900);
	assert_int_equal(days[0].counts[CLICK_ROBOT], 100);
	assert_int_equal(days[0].counts[CLICK_DIRECT], 1);
	assert_ok(d.cx, short_link_people(d.cx, d.db, d.workspace, post.id, d.channel, &links, &people));
	assert_int_equal(links, 1);
	assert_int_equal(people, 901);
	/* a link that is no more keeps nobody else's from being written down */
	struct short_link gone = {.id = 999, .workspace = d.workspace};
	assert_true(click_count(&link, 20702, CLICK_SEARCH) && click_count(&gone, 20702, CLICK_SEARCH));
	assert_ok(d.cx, clicks_flush(d.cx, d.db));
	assert_ok(d.cx, short_link_people(d.cx, d.db, d.workspace, post.id, d.channel, &links, &people));
	assert_int_equal(people, 902);
	/* what could not be written down stays counted */
	assert_true(click_count(&link, 20703, CLICK_OTHER));
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "ALTER TABLE short_link_day RENAME TO elsewhere"));
	assert_true(clicks_flush(d.cx, d.db) != OK);
	cx_forget(d.cx);
	assert_ok(d.cx, db_run(d.cx, d.db, NULL, "ALTER TABLE elsewhere RENAME TO short_link_day"));
	assert_ok(d.cx, clicks_flush(d.cx, d.db));
	assert_ok(d.cx, short_link_people(d.cx, d.db, d.workspace, post.id, d.channel, &links, &people));
	assert_int_equal(people, 903);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_rules), DATABASE_TEST(test_frozen), DATABASE_TEST(test_refused), DATABASE_TEST(test_options), DATABASE_TEST(test_it_leaves_so),
						   DATABASE_TEST(test_short), DATABASE_TEST(test_clicks)};
	return on_both_engines(tests);
}
