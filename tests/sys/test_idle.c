#include "test.h"

#include "base/clock.h"
#include "rude.h"
#include "sys/imap_idle.h"

#include <strings.h>

static struct arena *arena;
static struct cx cx;
static struct rude server;
static atomic_int standing, again;      /* IDLEs that were taken; of them, those after a DONE */
static atomic_bool ring, leave, silent; /* what the server is asked to do */

/* A mailbox that behaves as its user's name says. */
static void serve(struct rude *rude, int fd)
{
	char line[4096], user[100] = "", tag[40], word[40];
	FILE *in = fdopen(dup(fd), "r");
	if (silent) { /* not even a greeting */
		while (fgets(line, sizeof line, in))
			;
		fclose(in);
		return;
	}
	say(fd, "* OK [CAPABILITY IMAP4rev1 IDLE] here\r\n");
	while (fgets(line, sizeof line, in) && sscanf(line, "%39s %39s", tag, word) >= 1) {
		char done[200];
		bool is_idle = strcasecmp(word, "IDLE") == 0;
		if (strcasecmp(word, "CAPABILITY") == 0)
			say(fd, "* CAPABILITY IMAP4rev1 IDLE\r\n");
		if (strcasecmp(word, "LOGIN") == 0)
			sscanf(line, "%*s %*s %99s", user);
		if (strcasecmp(word, "LOGIN") == 0 && strstr(user, "denied")) {
			snprintf(done, sizeof done, "%s NO [AUTHENTICATIONFAILED] no\r\n", tag);
			say(fd, done);
			continue;
		}
		if (is_idle && strstr(user, "never")) {
			snprintf(done, sizeof done, "%s BAD what?\r\n", tag);
			say(fd, done);
			continue;
		}
		if (is_idle && strstr(user, "full"))
			break;
		if (is_idle) {
			say(fd, strstr(user, "early") ? "+ idling\r\n* 5 EXISTS\r\n" : "+ idling\r\n");
			standing++;
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_usec = 20000}, sizeof(struct timeval));
			while (!fgets(line, sizeof line, in)) {
				if (feof(in) || leave)
					break;
				clearerr(in);
				if (atomic_exchange(&ring, false))
					say(fd, "* OK Still here\r\n* 3 EXPUNGE\r\n* 6 EXI"), say(fd, "STS\r\n* 1 RECENT\r\n");
			}
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){}, sizeof(struct timeval));
			if (leave)
				say(fd, "* BYE going down\r\n");
			if (leave || feof(in))
				break;
			again++;
			if (strstr(user, "deaf")) /* hears DONE, and says no more */
				continue;
		}
		snprintf(done, sizeof done, "%s OK done\r\n", tag);
		say(fd, done);
	}
	fclose(in);
}

static struct idle_lines *lines_of(i64 hold)
{
	struct idle_lines *lines;
	char allow[40];
	snprintf(allow, sizeof allow, "127.0.0.1:%d", server.port);
	struct idle_settings settings = {.net = {.allow = str_of(allow), .patience = 2 * SECOND}, .hold = hold};
	assert_ok(&cx, idle_open(&cx, &settings, &lines));
	return lines;
}

static i64 begin(struct idle_lines *lines, const char *user)
{
	struct idle_wish wish = {{arena_printf(arena, "imap://127.0.0.1:%d", server.port), str_of(user), S("secret")}, S("INBOX")};
	return idle_begin(lines, &wish);
}

/* The next thing told, within ten seconds. */
static struct idle_event next(struct idle_lines *lines)
{
	static struct idle_event events[IDLE_EVENTS_MAX];
	static size_t at, count;
	for (i64 until = time_monotonic() + 10 * SECOND; at >= count && time_monotonic() < until;) {
		idle_wait(lines, 200 * MILLISECOND, events, &count);
		at = 0;
	}
	assert_true(at < count);
	return events[at++];
}

static void expect(struct idle_lines *lines, i64 line, enum idle_news news, int status)
{
	struct idle_event e = next(lines);
	assert_int_equal(e.line, line);
	assert_int_equal(e.news, news);
	assert_int_equal(e.status, status);
}

static void rings(void **state)
{
	struct idle_lines *lines = lines_of(0);
	i64 line = begin(lines, "jane");
	expect(lines, line, IDLE_STANDS, 0);
	ring = true;
	expect(lines, line, IDLE_RANG, 0);
	ring = true;
	expect(lines, line, IDLE_RANG, 0);
	leave = true;
	expect(lines, line, IDLE_ENDED, 0);
	leave = false;
	line = begin(lines, "early"); /* said with the "+": the line stands, which means the same */
	expect(lines, line, IDLE_STANDS, 0);
	idle_end(lines, line);
	idle_end(lines, line);
	idle_close(lines);
	idle_close(NULL);
}

static void is_said_anew(void **state)
{
	struct idle_lines *lines = lines_of(200 * MILLISECOND);
	struct idle_event events[IDLE_EVENTS_MAX];
	size_t count;
	again = 0;
	i64 line = begin(lines, "jane");
	expect(lines, line, IDLE_STANDS, 0);
	for (i64 until = time_monotonic() + 10 * SECOND; again < 3 && time_monotonic() < until;) {
		idle_wait(lines, 100 * MILLISECOND, events, &count);
		assert_int_equal(count, 0);
	}
	assert_true(again >= 3);
	ring = true;
	expect(lines, line, IDLE_RANG, 0);
	idle_close(lines);
}

static void what_does_not_stand_is_told(void **state)
{
	struct idle_lines *lines = lines_of(0);
	i64 line = begin(lines, "denied");
	expect(lines, line, IDLE_ENDED, 401);
	line = begin(lines, "never");
	expect(lines, line, IDLE_ENDED, 422);
	line = begin(lines, "full");
	expect(lines, line, IDLE_ENDED, 0);
	struct idle_wish wish = {{S("imap://10.1.2.3"), S("jane"), S("secret")}, S("INBOX")}; /* not a public address */
	line = idle_begin(lines, &wish);
	expect(lines, line, IDLE_ENDED, 0);
	wish.folder = S("In\r\nA LOGOUT");
	line = idle_begin(lines, &wish);
	expect(lines, line, IDLE_ENDED, 422);
	idle_close(lines);
}

/* A server that says nothing holds up no other line, and nobody who wants to end. */
static void silence_holds_nobody_up(void **state)
{
	struct idle_lines *lines = lines_of(0);
	silent = true;
	int before = server.connections;
	i64 mute = begin(lines, "jane");
	while (server.connections == before)
		sched_yield();
	usleep(50000);
	silent = false;
	i64 line = begin(lines, "jane");
	expect(lines, line, IDLE_STANDS, 0);
	expect(lines, mute, IDLE_ENDED, 0); /* when its patience is over */
	silent = true;
	before = server.connections;
	begin(lines, "jane");
	while (server.connections == before)
		sched_yield();
	i64 start = time_monotonic();
	idle_close(lines);
	assert_true(time_monotonic() - start < 1900 * MILLISECOND); /* not its patience */
	silent = false;
}

static void many_at_once(void **state)
{
	struct idle_lines *lines = lines_of(0);
	size_t stood = 0;
	for (int i = 0; i < 120; i++)
		begin(lines, "jane");
	while (stood < 120) {
		assert_int_equal(next(lines).news, IDLE_STANDS);
		stood++;
	}
	leave = true;
	while (stood) {
		assert_int_equal(next(lines).news, IDLE_ENDED);
		stood--;
	}
	leave = false;
	idle_close(lines);
}

/* Folders as people write them (RFC 3501, 5.1.3 has the first). */
static void folders(void **state)
{
	static const char *const rows[][2] = {
		{"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"}, {"Éléments envoyés", "&AMk-l&AOk-ments envoy&AOk-s"}, {"Sent Items", "Sent Items"},
		{"&AMk-l", "&AMk-l"}, {"Bons & mauvais é", "Bons &- mauvais &AOk-"}, {"😀", "&2D3eAA-"}, {"\xff", ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_str(imap_folder(arena, str_of(rows[i][0])), rows[i][1]);
}

int main(void)
{
	arena = arena_new();
	cx = cx_new(arena);
	rude_start(&server, serve);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rings), cmocka_unit_test(is_said_anew), cmocka_unit_test(what_does_not_stand_is_told),
		cmocka_unit_test(silence_holds_nobody_up), cmocka_unit_test(many_at_once), cmocka_unit_test(folders),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rude_stop(&server);
	arena_free(arena);
	return failed;
}
