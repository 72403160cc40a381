/* A post leaves before anybody read its link's page: one look in haste brings its card's words; a page that is slow, gone or inside holds nothing up and fails nothing. */
#include "test.h"

#include "channel/channel.h"

static const struct channel_limit card_limits[] = {{LIMIT_BODY, 500, TEXT_CHARACTERS, "2026-11-22", "tests"}, {}};
static void caught(const struct outbound *outbound);
#define FAKE_CALL(cx, net, ret_sent) (caught(outbound), false)
#define FAKE_KIND_OF(word_) (str_eq(word_, S("bluesky")) ? &kind_bluesky : NULL)
#define FAKE_KINDS                                                                                                             \
	static const struct channel_kind kind_bluesky = {.word = "bluesky", .title = "bluesky", .network = "bluesky", .can = CAN_REPLY | CAN_POST | SENDS_CARD, .limits = card_limits, .publish = fake_publish};
#include "desk.h"

#include "../sys/rude.h"
#include "base/zone.h"
#include "flow/link_card.h"
#include "flow/post.h"
#include "sys/net.h"

static struct {
	char title[200], description[200];
	int published;
} network;

static void caught(const struct outbound *o)
{
	network.published++;
	snprintf(network.title, sizeof network.title, "%.*s", STR_ARG(o->card.title));
	snprintf(network.description, sizeof network.description, "%.*s", STR_ARG(o->card.description));
}

/* /page answers at once, /slow never ends, /none is gone. */
static void serve(struct rude *rude, int connection)
{
	static const char page[] = "<!doctype html><html><head><title>Walnut bread</title><meta property=\"og:description\" content=\"Of rye.\"></head><body></body></html>";
	char room[2048];
	ssize_t got = read(connection, room, sizeof room - 1);
	if (got <= 0)
		return;
	room[got] = '\0';
	atomic_fetch_add(&rude->requests, 1);
	if (strncmp(room, "GET /slow", 9) == 0) {
		dprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\n<html>");
		for (int i = 0; i < 100 && dprintf(connection, " ") > 0; i++)
			usleep(100000);
	} else if (strncmp(room, "GET /page", 9) == 0)
		dprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", sizeof page - 1, page);
	else
		dprintf(connection, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

static i64 channel(struct test_desk *d)
{
	struct channel c = {.id = id_new(), .workspace = d->workspace, .kind = S("bluesky"), .network = S("bluesky"), .name = S("bluesky"), .created_at = d->cx->now};
	assert_ok(d->cx, channel_insert(d->cx, d->db, &c));
	return c.id;
}

/* Approved and leaving now: nobody looked at its links. *ret_took: how long its turn was. */
static struct post leave(struct test_desk *d, i64 to, bool no_card, const char *body, i64 *ret_took)
{
	struct post_variant_request v = {.channel = to, .no_card = no_card};
	struct post_request r = {.text = {.body = str_of(body)}, .variants = &v, .variant_count = 1};
	struct post post;
	i64 done;
	assert_ok(d->cx, post_write(d->cx, d->db, d->workspace, &r, &post));
	assert_ok(d->cx, post_ready(d->cx, d->db, d->workspace, post.id, post.revision, &post));
	assert_ok(d->cx, post_publish(d->cx, d->db, d->workspace, post.id, post.revision, &post));
	memset(&network, 0, sizeof network);
	time_set(d->cx->now += MINUTE);
	i64 since = time_worked();
	assert_ok(d->cx, outbox_turn(d->cx, d->db, &d->outbox, &done));
	*ret_took = time_worked() - since;
	assert_int_equal(network.published, 1);
	assert_ok(d->cx, post_get(d->cx, d->db, d->workspace, post.id, &post));
	assert_int_equal(post.state, POST_PUBLISHED);
	return post;
}

static void test_in_haste(void **state)
{
	struct test_desk d = desk_open(state);
	CLEANUP(net_closep) struct net *net = NULL, *outside = NULL;
	struct rude rude = {};
	i64 to = channel(&d), took;
	rude_start(&rude, serve);
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){.allow = S("127.0.0.1")}, &net));
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){}, &outside));
	d.outbox.net = net;
	leave(&d, to, false, arena_printf(d.cx->arena, "Today: http://127.0.0.1:%d/page", rude.port).at, &took);
	assert_string_equal(network.title, "Walnut bread");
	assert_string_equal(network.description, "Of rye.");
	leave(&d, to, false, arena_printf(d.cx->arena, "Today: http://127.0.0.1:%d/none", rude.port).at, &took);
	assert_string_equal(network.title, "");
	int asked = atomic_load(&rude.requests);
	leave(&d, to, true, arena_printf(d.cx->arena, "Today: http://127.0.0.1:%d/page?no", rude.port).at, &took);
	leave(&d, to, false, "Today: nothing to read.", &took);
	assert_int_equal(atomic_load(&rude.requests), asked); /* who wants no card, and who has no link, asks for nothing */
	leave(&d, to, false, arena_printf(d.cx->arena, "Today: http://127.0.0.1:%d/slow", rude.port).at, &took);
	assert_string_equal(network.title, "");
	assert_true(took < LINK_CARD_HASTE + 2 * SECOND);
	/* A place inside is not reached. */
	d.outbox.net = outside;
	asked = atomic_load(&rude.requests);
	leave(&d, to, false, arena_printf(d.cx->arena, "Today: http://127.0.0.1:%d/page?inside", rude.port).at, &took);
	assert_string_equal(network.title, "");
	assert_int_equal(atomic_load(&rude.requests), asked);
	d.outbox.net = NULL;
	rude_stop(&rude);
	time_set(0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_in_haste)};
	return on_both_engines(tests);
}
