/* What the house wants of checks: levels that really block, at every door; who lets a post leave all the same, and when that ends; words and phrases that
 * are right here, and taken back; links that are asked, die, and hold a post. */
#define FAKE_MORE
#define FAKE_CAN_MORE CAN_POST
#include "desk.h"

#include "base/zone.h"
#include "flow/house_check.h"
#include "flow/link.h"
#include "flow/post_look.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

static struct str wall(struct test_desk *d, i64 from_now)
{
	struct civil c = zone_civil(S("Europe/Paris"), d->cx->now + from_now);
	return arena_printf(d->cx->arena, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static struct post get(struct test_desk *d, i64 id)
{
	struct post post;
	assert_ok(d->cx, post_get(d->cx, d->db, d->workspace, id, &post));
	return post;
}

static struct post write_post(struct test_desk *d, i64 id, const char *body, struct str wall_time, const char *options)
{
	struct post_variant_request variant = {.channel = d->channel};
	struct post post;
	struct post_request r = {.id = id, .revision = id ? get(d, id).revision : 0, .title = S("Bread"), .lang = S("en"), .options = str_of(options), .text = {.body = str_of(body)},
				 .variants = &variant, .variant_count = 1, .wall_time = wall_time};
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	return post;
}

static enum err make_ready(struct test_desk *d, i64 id)
{
	struct post post;
	enum err e = post_ready(d->cx, d->db, d->workspace, id, get(d, id).revision, &post);
	cx_forget(d->cx);
	return e;
}

static void set_level(struct test_desk *d, const char *check, enum finding_level level)
{
	struct check_setting one = {str_of(check), level};
	struct house_wish wish = {.settings = &one, .setting_count = 1};
	assert_ok(d->cx, house_checks_set(d->cx, d->db, d->workspace, &wish));
}

static size_t blocks(struct test_desk *d, i64 id, struct post_block **ret_blocks)
{
	size_t count;
	struct post post = get(d, id);
	assert_ok(d->cx, post_blocks(d->cx, d->db, &post, ret_blocks, &count));
	return count;
}

/* ---- blocks ---- */

/* "Left to be filled in" blocks as it comes: at asking, at another hour, at once. */
static void test_blocks_at_every_door(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_block *list;
	struct post post = write_post(&d, 0, "Sign up here: [insert link]", wall(&d, 2 * HOUR), "");
	assert_int_equal(post_ready(d.cx, d.db, d.workspace, post.id, post.revision, &post), ERR_BAD_INPUT);
	assert_non_null(strstr(d.cx->story, "[insert link]"));
	cx_forget(d.cx);
	assert_int_equal(blocks(&d, post.id, &list), 1);
	assert_true(str_eq(str_of(list[0].kind->word), S("placeholder")));
	set_level(&d, "placeholder", CHECK_WARN);
	assert_int_equal(make_ready(&d, post.id), OK);
	assert_int_equal(get(&d, post.id).state, POST_SCHEDULED);
	/* it blocks again: what is scheduled leaves as it was approved, and is not planned anew */
	set_level(&d, "placeholder", CHECK_BLOCK);
	post = get(&d, post.id);
	assert_int_equal(post_plan(d.cx, d.db, d.workspace, post.id, post.revision, wall(&d, 3 * HOUR), (struct str){}, &post), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_int_equal(post_publish(d.cx, d.db, d.workspace, post.id, post.revision, &post), ERR_BAD_INPUT);
	cx_forget(d.cx);
	assert_int_equal(get(&d, post.id).state, POST_SCHEDULED);
	set_level(&d, "placeholder", CHECK_OFF);
	assert_int_equal(blocks(&d, post.id, &list), 0);
}

/* What the house's countries ask of a paid post blocks it, on each network that has other words. */
static void test_paid_posts(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_block *list;
	struct str countries[] = {S("FR"), S("GB")};
	struct house_wish wish = {.says_countries = true, .countries = countries, .country_count = 2};
	struct post post = write_post(&d, 0, "We love this new oven.", wall(&d, HOUR), "{\"deal\":[\"sponsored\"]}");
	assert_int_equal(blocks(&d, post.id, &list), 0); /* without countries nothing is said */
	assert_ok(d.cx, house_checks_set(d.cx, d.db, d.workspace, &wish));
	assert_int_equal(blocks(&d, post.id, &list), 2);
	assert_int_equal(make_ready(&d, post.id), ERR_BAD_INPUT);
	countries[0] = S("France");
	assert_err(house_checks_set(d.cx, d.db, d.workspace, &wish), ERR_BAD_INPUT);
	bool flag;
	struct str options = post_deal_put(d.cx->arena, S("{\"utm\":1}"), CHECK_GIFT | CHECK_SPONSORED, true);
	assert_int_equal(post_deal_of(options, &flag), CHECK_GIFT | CHECK_SPONSORED);
	assert_true(flag && str_find(options, S("\"utm\":1")) >= 0);
}

static void test_overrides(void **state)
{
	struct test_desk d = desk_open(state);
	struct post_block *list;
	struct post_override *overrides;
	size_t count;
	i64 id;
	struct post post = write_post(&d, 0, "Sign up here: [insert link]", wall(&d, 2 * HOUR), "");
	assert_int_equal(blocks(&d, post.id, &list), 1);
	assert_err(post_override(d.cx, d.db, d.workspace, post.id, S("placeholder"), list[0].found, S("  "), &id), ERR_BAD_INPUT);
	assert_err(post_override(d.cx, d.db, d.workspace, post.id, S("spelling"), list[0].found, S("So it is."), &id), ERR_MISSING);
	d.cx->actor = &d.agent;
	assert_err(post_override(d.cx, d.db, d.workspace, post.id, S("placeholder"), list[0].found, S("So it is."), &id), ERR_DENIED);
	d.cx->actor = &d.owner;
	assert_ok(d.cx, post_override(d.cx, d.db, d.workspace, post.id, S("placeholder"), list[0].found, S("The joke of the day."), &id));
	assert_int_equal(blocks(&d, post.id, &list), 0);
	assert_int_equal(make_ready(&d, post.id), OK);
	assert_ok(d.cx, post_overrides(d.cx, d.db, d.workspace, post.id, &overrides, &count));
	assert_int_equal(count, 1);
	assert_true(str_eq(overrides[0].reason, S("The joke of the day.")) && overrides[0].finding.len && overrides[0].person == d.owner.user && !overrides[0].voided_at);
	/* taken back: what is scheduled is not sent */
	assert_ok(d.cx, post_override_end(d.cx, d.db, d.workspace, post.id, id));
	assert_int_equal(get(&d, post.id).state, POST_APPROVED);
	assert_err(post_override_end(d.cx, d.db, d.workspace, post.id, id), ERR_MISSING);
	assert_int_equal(blocks(&d, post.id, &list), 1);
	assert_ok(d.cx, post_override(d.cx, d.db, d.workspace, post.id, S("placeholder"), list[0].found, S("Once more."), &id));
	/* another hour keeps it, other words end it */
	write_post(&d, post.id, "Sign up here: [insert link]", wall(&d, 4 * HOUR), "");
	assert_int_equal(blocks(&d, post.id, &list), 0);
	write_post(&d, post.id, "Sign up, all of you, here: [insert link]", wall(&d, 4 * HOUR), "");
	assert_int_equal(blocks(&d, post.id, &list), 1);
	assert_int_equal(make_ready(&d, post.id), ERR_BAD_INPUT);
}

/* ---- what is right here ---- */

static size_t told(struct test_desk *d, i64 id, const char *check)
{
	struct post post = get(d, id);
	struct post_request draft;
	struct post_looked *looked;
	size_t count, found = 0;
	assert_ok(d->cx, post_draft_load(d->cx, d->db, &post, &draft));
	assert_ok(d->cx, post_look(d->cx, d->db, d->workspace, &post, &draft, false, &looked, &count));
	for (size_t n = 0; n < count; n++)
		for (size_t i = 0; i < looked[n].found.count; i++)
			found += str_eq(str_of(looked[n].found.items[i].kind->word), str_of(check));
	return found;
}

static void test_words_and_phrases(void **state)
{
	struct test_desk d = desk_open(state);
	struct check_exception_row word = {.workspace = d.workspace, .check = S("spelling"), .found = S("Croustidouce")}, phrase = {.workspace = d.workspace, .check = S("inclusive-en"), .found = S("hey guys")};
	i64 id, same, other;
	struct post post = write_post(&d, 0, "Hey guys, come and try a croustidouce with us tomorrow.", (struct str){}, "");
	assert_int_equal(told(&d, post.id, "spelling"), 1);
	assert_int_equal(told(&d, post.id, "inclusive-en"), 1);
	d.cx->actor = &d.guest; /* writes posts, and does not say what is right in this house */
	assert_err(house_exception_add(d.cx, d.db, &word, &id), ERR_DENIED);
	d.cx->actor = &d.agent;
	assert_ok(d.cx, house_exception_add(d.cx, d.db, &word, &id));
	assert_int_equal(told(&d, post.id, "spelling"), 0);
	assert_ok(d.cx, house_exception_add(d.cx, d.db, &phrase, &other));
	assert_int_equal(told(&d, post.id, "inclusive-en"), 0);
	assert_ok(d.cx, house_exception_end(d.cx, d.db, d.workspace, other, true));
	assert_int_equal(told(&d, post.id, "inclusive-en"), 1);
	assert_ok(d.cx, house_exception_end(d.cx, d.db, d.workspace, other, false));
	assert_int_equal(told(&d, post.id, "inclusive-en"), 0);
	assert_ok(d.cx, house_exception_add(d.cx, d.db, &word, &same)); /* the same word is the same row */
	assert_int_equal(same, id);
	/* a check that blocks is not gone round by an exception */
	struct check_exception_row round = {.workspace = d.workspace, .check = S("placeholder"), .found = S("[insert link]")};
	assert_err(house_exception_add(d.cx, d.db, &round, &id), ERR_DENIED);
	struct check_setting off = {S("placeholder"), CHECK_OFF};
	struct house_wish wish = {.settings = &off, .setting_count = 1};
	assert_err(house_checks_set(d.cx, d.db, d.workspace, &wish), ERR_DENIED);
	d.cx->actor = &d.owner;
	assert_ok(d.cx, house_exception_add(d.cx, d.db, &round, &id));
	off.check = S("length");
	assert_err(house_checks_set(d.cx, d.db, d.workspace, &wish), ERR_BAD_INPUT);
	off.check = S("no such thing");
	assert_err(house_checks_set(d.cx, d.db, d.workspace, &wish), ERR_BAD_INPUT);
	assert_err(house_exception_end(d.cx, d.db, d.workspace + 1, id, true), ERR_MISSING);
}

/* ---- links ---- */

static struct {
	int socket, port;
	atomic_int status;  /* what "/page" answers */
	atomic_bool ending;
	pthread_t thread;
} site;

static void answer(int client)
{
	char text[2048], out[512];
	ssize_t len = recv(client, text, sizeof text - 1, 0);
	if (len <= 0)
		return;
	text[len] = 0;
	bool head = strncmp(text, "HEAD ", 5) == 0;
	char *path = strchr(text, ' ') + 1;
	int status = strncmp(path, "/page ", 6) == 0 ? atomic_load(&site.status) : strncmp(path, "/moved ", 7) == 0 ? 301 : strncmp(path, "/wall ", 6) == 0 ? 403 :
		     strncmp(path, "/nohead", 7) == 0 ? (head ? 405 : 200) : 404;
	int n = snprintf(out, sizeof out, "HTTP/1.1 %d Said\r\n%sContent-Length: 2\r\nConnection: close\r\n\r\n%s", status, status == 301 ? "Location: /page\r\n" : "", head ? "" : "ok");
	assert_true(send(client, out, (size_t)n, MSG_NOSIGNAL) == n);
}

static void *serve(void *unused)
{
	while (!atomic_load(&site.ending)) {
		struct pollfd p = {.fd = site.socket, .events = POLLIN};
		if (poll(&p, 1, 50) <= 0)
			continue;
		int client = accept(site.socket, NULL, NULL);
		if (client >= 0) {
			answer(client);
			close(client);
		}
	}
	return NULL;
}

static void site_open(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	site.socket = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(site.socket, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(site.socket, 16), 0);
	assert_int_equal(getsockname(site.socket, (struct sockaddr *)&at, &len), 0);
	site.port = ntohs(at.sin_port);
	atomic_store(&site.ending, false);
	assert_int_equal(pthread_create(&site.thread, NULL, serve, NULL), 0);
}

static void site_close(void)
{
	atomic_store(&site.ending, true);
	pthread_join(site.thread, NULL);
	close(site.socket);
}

static struct str state_of(struct test_desk *d, struct net *net, const char *path)
{
	struct link_look k = {.url = arena_printf(d->cx->arena, "http://127.0.0.1:%d%s", site.port, path)}, found;
	assert_ok(d->cx, link_ask(d->cx, net, &k, &found));
	return found.state;
}

static void test_what_links_say(void **state)
{
	struct test_desk d = desk_open(state);
	struct net *net, *outside;
	struct link_look k = {.url = S("not an address at all")}, found;
	site_open();
	atomic_store(&site.status, 200);
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){.allow = S("127.0.0.1")}, &net));
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){}, &outside));
	assert_true(str_eq(state_of(&d, net, "/page"), S("alive")));
	assert_true(str_eq(state_of(&d, net, "/none"), S("dead")));
	assert_true(str_eq(state_of(&d, net, "/moved"), S("moved")));
	assert_true(str_eq(state_of(&d, net, "/nohead"), S("alive")));
	assert_true(str_eq(state_of(&d, net, "/wall"), S(""))); /* it turns programs away: nothing is known */
	assert_true(str_eq(state_of(&d, outside, "/none"), S(""))); /* a place inside is not looked at */
	assert_ok(d.cx, link_ask(d.cx, net, &k, &found));
	assert_true(str_eq(found.state, S("")) && !found.asked_at);
	atomic_store(&site.status, 503);
	k.url = arena_printf(d.cx->arena, "http://127.0.0.1:%d/page", site.port);
	for (int i = 0; i < 3; i++) { /* a hiccup is no death */
		assert_ok(d.cx, link_ask(d.cx, net, &k, &found));
		assert_true(str_eq(found.state, i < 2 ? S("") : S("dead")));
		assert_int_equal(found.asked_at > 0, i < 2);
		k = found;
	}
	net_close(net);
	net_close(outside);
	site_close();
}

static void look(struct test_desk *d, struct net *net, i64 later)
{
	i64 done, wake = 0, asked;
	const struct actor *was = d->cx->actor;
	d->cx->actor = NULL; /* the program itself */
	time_set(d->cx->now += later);
	assert_ok(d->cx, link_sweep(d->cx, d->db, &asked));
	assert_ok(d->cx, link_turn(d->cx, d->db, net, NULL, &done, &wake));
	d->cx->actor = was;
}

static i64 notified(struct test_desk *d, const char *kind)
{
	i64 count;
	assert_ok(d->cx, db_number(d->cx, d->db, 0, &count, "SELECT COUNT(*) FROM notification WHERE workspace_id = ?1 AND kind = ?2", db_i64(d->workspace), db_text(str_of(kind))));
	return count;
}

/* It lived when the post was planned, and dies within the hour before it leaves. */
static void test_link_dies(void **state)
{
	struct test_desk d = desk_open(state);
	struct net *net;
	struct publication *acts;
	size_t count;
	i64 sent;
	site_open();
	atomic_store(&site.status, 200);
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){.allow = S("127.0.0.1")}, &net));
	const char *body = arena_printf(d.cx->arena, "The menu: http://127.0.0.1:%d/page", site.port).at;
	set_level(&d, "link-dead", CHECK_BLOCK);
	struct post post = write_post(&d, 0, "The menu: http://127.0.0.1/hal", wall(&d, 5 * HOUR), "");
	struct link_look *asked;
	write_post(&d, post.id, body, wall(&d, 5 * HOUR), ""); /* half an address, saved while it was typed, is never asked */
	assert_ok(d.cx, links_asked(d.cx, d.db, 10, &asked, &count));
	assert_int_equal(count, 1);
	look(&d, net, 10 * SECOND);
	assert_int_equal(told(&d, post.id, "link-dead"), 0);
	assert_int_equal(make_ready(&d, post.id), OK);
	atomic_store(&site.status, 404);
	look(&d, net, 3 * HOUR); /* its hour is far: it is not asked */
	assert_int_equal(get(&d, post.id).state, POST_SCHEDULED);
	look(&d, net, HOUR + 30 * MINUTE);
	assert_int_equal(get(&d, post.id).state, POST_TROUBLE);
	assert_int_equal(told(&d, post.id, "link-dead"), 1);
	assert_int_equal(notified(&d, "post_link_held"), 1);
	time_set(d.cx->now += HOUR);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &sent));
	assert_int_equal(fake.published, 0);
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, post.id, &acts, &count));
	assert_int_equal(acts[0].state, PUBLICATION_LATE);
	assert_str(acts[0].asks, "link"); /* not that its minute went by */
	/* sent after all only when somebody said why */
	assert_err(post_act_again(d.cx, d.db, d.workspace, acts[0].id), ERR_BAD_INPUT);
	struct post_block *list;
	i64 id;
	assert_int_equal(blocks(&d, post.id, &list), 1);
	assert_ok(d.cx, post_override(d.cx, d.db, d.workspace, post.id, S("link-dead"), list[0].found, S("The page opens at noon."), &id));
	assert_ok(d.cx, post_act_again(d.cx, d.db, d.workspace, acts[0].id));
	assert_ok(d.cx, post_acts(d.cx, d.db, d.workspace, post.id, &acts, &count));
	assert_str(acts[0].asks, "");
	time_set(d.cx->now += MINUTE);
	assert_ok(d.cx, outbox_turn(d.cx, d.db, &d.outbox, &sent));
	assert_int_equal(fake.published, 1);
	/* where it only warns, who planned it is told, and it leaves */
	set_level(&d, "link-dead", CHECK_WARN);
	atomic_store(&site.status, 200);
	body = arena_printf(d.cx->arena, "The evening menu: http://127.0.0.1:%d/nohead?evening", site.port).at;
	post = write_post(&d, 0, body, wall(&d, 5 * HOUR), "");
	look(&d, net, 10 * SECOND);
	assert_int_equal(make_ready(&d, post.id), OK);
	site_close(); /* nothing answers any more: three looks, minutes apart */
	look(&d, net, 4 * HOUR + 30 * MINUTE);
	look(&d, net, 2 * MINUTE);
	assert_int_equal(notified(&d, "post_link_dead"), 0);
	look(&d, net, 6 * MINUTE);
	assert_int_equal(notified(&d, "post_link_dead"), 1);
	assert_int_equal(get(&d, post.id).state, POST_SCHEDULED);
	net_close(net);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		DATABASE_TEST(test_blocks_at_every_door), DATABASE_TEST(test_paid_posts), DATABASE_TEST(test_overrides), DATABASE_TEST(test_words_and_phrases),
		DATABASE_TEST(test_what_links_say), DATABASE_TEST(test_link_dies),
	};
	return on_both_engines(tests);
}
