/* The channel of feeds over a server that answers as feeds' servers do: unchanged, moved, gone, hidden behind a page. */
#include "test.h"
#include "../sys/rude.h"
#include "base/clock.h"
#include "channel/channel.h"
#include "channel/json_read.h"
#include "sys/net.h"

static struct cx cx;
static struct rude server;
static struct net *net;
static atomic_int edition; /* of the feed: 1 has two entries, 2 one more and an edit */

static const char *const editions[] = {
	"",
	"<rss version='2.0'><channel><title>Levain</title><link>/</link><language>en</language>"
	"<item><title>Second</title><guid isPermaLink='false'>2</guid><pubDate>Tue, 24 Mar 2026 09:42:00 GMT</pubDate><description>&lt;p&gt;At eight&lt;/p&gt;</description></item>"
	"<item><title>First</title><link>/1</link><guid isPermaLink='false'>1</guid><pubDate>Mon, 23 Mar 2026 09:42:00 GMT</pubDate><description>At seven</description>"
	"<author>jane@levain.example (Jane)</author><enclosure url='/bell.mp3' type='audio/mpeg' length='3'/></item></channel></rss>",
	"<rss version='2.0'><channel><title>Levain</title>"
	"<item><title>Third</title><guid isPermaLink='false'>3</guid><pubDate>Wed, 25 Mar 2026 09:42:00 GMT</pubDate><description>At nine</description></item>"
	"<item><title>Second</title><guid isPermaLink='false'>2</guid><pubDate>Tue, 24 Mar 2026 09:42:00 GMT</pubDate><description>At half past eight</description></item>"
	"<item><title>First</title><link>/1</link><guid isPermaLink='false'>1</guid><pubDate>Mon, 23 Mar 2026 09:42:00 GMT</pubDate><description>At seven</description></item></channel></rss>",
	"<rss version='2.0'><channel><title>Levain</title>" /* one id for everything, no dates; the second is said twice */
	"<item><title>Third</title><link>/3</link><guid isPermaLink='false'>levain</guid><description>At nine</description></item>"
	"<item><title>Second</title><link>/2</link><guid isPermaLink='false'>levain</guid><description>At eight</description></item>"
	"<item><title>Second</title><link>/2</link><guid isPermaLink='false'>levain</guid><description>At eight</description></item>"
	"<item><title>Nowhere</title><guid isPermaLink='false'>levain</guid><description>At ten</description></item></channel></rss>",
};

static void answer(int fd, const char *head, const char *body)
{
	char text[400];
	snprintf(text, sizeof text, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", head, strlen(body));
	say(fd, text);
	say(fd, body);
}

static void serve_feed(int fd, const char *request)
{
	char tag[40], head[200];
	int now = edition;
	snprintf(tag, sizeof tag, "If-None-Match: \"v%d\"", now);
	if (strcasestr(request, tag)) {
		answer(fd, "304 Not Modified", "");
		return;
	}
	snprintf(head, sizeof head, "200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nETag: \"v%d\"", now);
	answer(fd, head, editions[now]);
}

static void serve(struct rude *rude, int fd)
{
	static const struct {
		const char *path, *head, *body;
	} rows[] = {
		{"/old ", "301 Moved Permanently\r\nLocation: /older", ""}, {"/older ", "308 Permanent Redirect\r\nLocation: feed", ""},
		{"/detour ", "302 Found\r\nLocation: /feed", ""}, {"/loop ", "302 Found\r\nLocation: /loop", ""}, {"/gone ", "410 Gone", "gone"},
		{"/missing ", "404 Not Found", "no"}, {"/shut ", "401 Unauthorized", "no"}, {"/later ", "503 Busy\r\nRetry-After: 120", ""},
		{"/page ", "200 OK\r\nContent-Type: text/html", "<html><head><link rel=alternate type='application/rss+xml' href='/feed?a=1&amp;b=2'></head><p>x"},
		{"/bare ", "200 OK\r\nContent-Type: text/html", "<html><p>x"}, {"/half ", "200 OK\r\nContent-Type: text/xml", "<rss><channel><item><title>x"},
		{"/private ", "301 Moved\r\nLocation: http://10.1.2.3/feed", ""}, {"/script ", "301 Moved\r\nLocation: javascript:alert(1)", ""},
	};
	char request[4096] = {};
	size_t len = 0;
	while (len < sizeof request - 1 && !strstr(request, "\r\n\r\n")) {
		ssize_t got = recv(fd, request + len, sizeof request - 1 - len, 0);
		if (got <= 0)
			return;
		len += (size_t)got;
	}
	rude->requests++;
	memcpy(rude->last, request, sizeof request);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (strncmp(request + 4, rows[i].path, strlen(rows[i].path)) == 0) {
			answer(fd, rows[i].head, rows[i].body);
			return;
		}
	serve_feed(fd, request);
}

static int start(void **state)
{
	cx = cx_new(arena_new());
	cx.now = 1800000000 * SECOND; /* January 2027 */
	rude_start(&server, serve);
	assert_ok(&cx, net_open(&cx, &(struct net_settings){.allow = S("127.0.0.0/8")}, &net));
	return 0;
}

static int stop(void **state)
{
	net_close(net);
	rude_stop(&server);
	arena_free(cx.arena);
	return 0;
}

/* ---- acts ---- */

struct taken {
	struct inbound items[10];
	size_t count;
};

static enum err take(struct cx *task, void *subject, const struct inbound *inbound)
{
	struct taken *taken = subject;
	assert_true(taken->count < COUNT(taken->items));
	taken->items[taken->count++] = *inbound;
	return OK;
}

static void release(void *json)
{
	json_decref(json);
}

static struct channel_account account_at(const char *path)
{
	json_t *settings = json_pack("{s:o}", "url", json_string(arena_printf(cx.arena, "http://127.0.0.1:%d%s", server.port, path).at));
	arena_defer(cx.arena, release, settings);
	return (struct channel_account){.id = 1, .name = S("Levain"), .settings = settings};
}

static enum err fetch(const char *path, struct str *cursor, struct taken *ret_taken)
{
	struct channel_account account = account_at(path);
	bool more = true;
	cx_forget(&cx);
	*ret_taken = (struct taken){};
	enum err e = channel_kind_of(S("feed"))->fetch(&cx, net, &account, *cursor, take, ret_taken, cursor, &more);
	assert_true(e != OK || !more);
	return e;
}

static void test_fetch(void **state)
{
	struct taken taken;
	struct str cursor = {};
	edition = 1;
	assert_ok(&cx, fetch("/feed", &cursor, &taken));
	assert_int_equal(taken.count, 2);
	const struct inbound *i = &taken.items[0];
	assert_str(i->remote_id, "1");
	assert_str(i->subject, "First");
	assert_str(i->body, "At seven");
	assert_str(i->author_name, "Jane");
	assert_str(i->author_id, "jane@levain.example");
	assert_str(i->lang, "en");
	assert_true(str_ends(i->url, S("/1")) && str_starts(i->url, S("http://127.0.0.1:")));
	assert_int_equal(i->attachment_count, 1);
	assert_str(i->attachments[0].kind, "audio");
	assert_str(taken.items[1].body, "At eight");
	assert_str(taken.items[1].author_name, "Levain");
	assert_true(taken.items[0].at < taken.items[1].at);
	assert_ok(&cx, fetch("/feed", &cursor, &taken)); /* unchanged: it is asked what it knows, and says nothing */
	assert_int_equal(taken.count, 0);
	assert_non_null(strcasestr(server.last, "If-None-Match: \"v1\""));
	edition = 2;
	assert_ok(&cx, fetch("/feed", &cursor, &taken)); /* what is new, and what was edited */
	assert_int_equal(taken.count, 2);
	assert_str(taken.items[0].body, "At half past eight");
	assert_str(taken.items[1].remote_id, "3");
	assert_ok(&cx, fetch("/other", &cursor, &taken)); /* another address begins anew */
	assert_int_equal(taken.count, 3);
}

static void test_one_id(void **state)
{
	struct taken taken;
	struct str cursor = {};
	edition = 3;
	assert_ok(&cx, fetch("/feed", &cursor, &taken));
	assert_int_equal(taken.count, 4);
	assert_str(taken.items[0].body, "At ten"); /* without dates the last is the oldest */
	assert_int_equal(taken.items[0].remote_id.len, 32);
	assert_true(str_eq(taken.items[1].remote_id, taken.items[1].url) && str_ends(taken.items[1].url, S("/2")));
	assert_true(str_eq(taken.items[1].remote_id, taken.items[2].remote_id));
	assert_true(str_ends(taken.items[3].remote_id, S("/3")));
	assert_true(taken.items[0].at == cx.now && taken.items[3].at == cx.now);
}

static void test_moves(void **state)
{
	struct taken taken;
	struct str cursor = {};
	edition = 1;
	assert_ok(&cx, fetch("/old", &cursor, &taken));
	assert_int_equal(taken.count, 2);
	int before = server.requests;
	assert_ok(&cx, fetch("/old", &cursor, &taken)); /* the old address is not asked again */
	assert_int_equal(server.requests, before + 1);
	assert_int_equal(taken.count, 0);
	cursor = arena_printf(cx.arena, "{\"for\":\"http://127.0.0.1:%d/old\",\"url\":\"http://127.0.0.1:%d/gone\",\"etag\":\"\\\"v1\\\"\",\"seen\":\"\"}", server.port, server.port);
	assert_ok(&cx, fetch("/old", &cursor, &taken)); /* where it went is gone, the old address leads on */
	assert_int_equal(taken.count, 2);
	assert_true(str_find(cursor, S("/feed\"")) > 0);
	cursor = arena_printf(cx.arena, "{\"for\":\"http://127.0.0.1:%d/bare\",\"url\":\"http://127.0.0.1:%d/gone\",\"seen\":\"\"}", server.port, server.port);
	assert_int_equal(fetch("/bare", &cursor, &taken), ERR_DENIED);
	assert_non_null(strstr(cx.story, "410"));
	cursor = (struct str){};
	assert_ok(&cx, fetch("/detour", &cursor, &taken));
	before = server.requests;
	assert_ok(&cx, fetch("/detour", &cursor, &taken)); /* a detour is asked each time */
	assert_int_equal(server.requests, before + 2);
	cursor = (struct str){};
	assert_int_equal(fetch("/loop", &cursor, &taken), ERR_REMOTE);
	assert_int_equal(fetch("/private", &cursor, &taken), ERR_DENIED);
	assert_int_equal(fetch("/script", &cursor, &taken), ERR_REMOTE);
	assert_int_equal(cursor.len, 0);
}

static void test_trouble(void **state)
{
	static const struct {
		const char *path;
		enum err err;
	} rows[] = {{"/gone", ERR_DENIED}, {"/missing", ERR_MISSING}, {"/shut", ERR_DENIED}, {"/later", ERR_LIMIT}, {"/bare", ERR_REMOTE}};
	struct taken taken;
	struct str cursor = {};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(fetch(rows[i].path, &cursor, &taken), rows[i].err);
		assert_true(cx.story[0] && taken.count == 0 && cursor.len == 0);
	}
	assert_ok(&cx, fetch("/half", &cursor, &taken)); /* half a feed is read as far as it goes */
	assert_int_equal(taken.count, 1);
	cursor = S("rubbish");
	assert_ok(&cx, fetch("/feed", &cursor, &taken));
}

static void test_verify(void **state)
{
	static const struct {
		const char *path;
		enum outcome outcome;
	} rows[] = {{"/feed", OUTCOME_DONE}, {"/old", OUTCOME_DONE}, {"/page", OUTCOME_DONE}, {"/bare", OUTCOME_NEVER}, {"/gone", OUTCOME_NEVER},
		{"/shut", OUTCOME_HOLD}, {"/later", OUTCOME_LATER}, {"/private", OUTCOME_HOLD}};
	edition = 1;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct channel_account account = account_at(rows[i].path);
		struct verified v;
		assert_ok(&cx, channel_kind_of(S("feed"))->verify(&cx, net, &account, &v));
		assert_int_equal(v.outcome, rows[i].outcome);
		assert_true(v.outcome == OUTCOME_DONE || v.story.len);
		if (v.outcome != OUTCOME_DONE)
			continue;
		assert_str(v.name, "Levain");
		struct str url = json_text(v.known, "url");
		assert_true(str_ends(url, i == 2 ? S("/feed?a=1&b=2") : S("/feed")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetch), cmocka_unit_test(test_one_id), cmocka_unit_test(test_moves), cmocka_unit_test(test_trouble), cmocka_unit_test(test_verify),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
