/* Calendars of others brought into ours: as a file and under an address; nothing twice, what changed changes, what is gone goes, what people put away stays so. */
#include "desk.h"

#include "../sys/rude.h"
#include "base/zone.h"
#include "flow/calendar.h"
#include "flow/calendar_source.h"
#include "store/calendar_note.h"
#include "sys/net.h"

static struct key_pair keys; /* of the working role */

static i64 at(int year, int month, int day, int hour, int minute)
{
	return zone_instant(S("Europe/Paris"), (struct civil){.year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

static struct test_desk open_at(void **state)
{
	time_set(at(2027, 3, 1, 10, 0));
	return desk_open(state);
}

#define EVENT(uid, start, summary) "BEGIN:VEVENT\r\nUID:" uid "\r\nDTSTAMP:20270101T000000Z\r\n" start "\r\nSUMMARY:" summary "\r\nEND:VEVENT\r\n"
#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nX-WR-CALNAME:Fair\r\n" events "END:VCALENDAR\r\n"
#define BREAD EVENT("bread", "DTSTART:20270310T083000Z\r\nDTEND:20270310T100000Z\r\nLOCATION:Hall 4", "Bread show")
#define FAIR EVENT("fair", "DTSTART;VALUE=DATE:20270320\r\nDTEND;VALUE=DATE:20270323", "The fair")
#define WEEKLY EVENT("weekly", "DTSTART:20270304T170000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3", "Tasting")

static struct calendar_brought bring(struct test_desk *d, const char *text)
{
	struct calendar_brought b;
	assert_ok(d->cx, calendar_source_bring(d->cx, d->db, d->workspace, (struct str){}, S("event"), str_of(text), &b));
	return b;
}

static size_t notes(struct test_desk *d, struct calendar_note **ret_notes)
{
	size_t count;
	assert_ok(d->cx, calendar_notes(d->cx, d->db, d->workspace, S("2027-01-01"), S("2028-12-31"), 100, ret_notes, &count));
	return count;
}

static void test_file(void **state)
{
	struct test_desk d = open_at(state);
	struct calendar_note *list;
	struct calendar_brought b = bring(&d, CALENDAR(BREAD FAIR WEEKLY));
	assert_true(b.made == 5 && !b.changed && !b.gone && !b.left_out);
	assert_int_equal(notes(&d, &list), 5);
	assert_str(list[1].title, "09:30 Bread show");
	assert_str(list[1].body, "Hall 4");
	assert_str(list[4].title, "The fair");
	assert_true(str_eq(list[4].day, S("2027-03-20")) && str_eq(list[4].until_day, S("2027-03-22")) && str_eq(list[4].kind, S("event")));
	b = bring(&d, CALENDAR(WEEKLY FAIR BREAD)); /* again, in another order */
	assert_true(!b.made && !b.changed && !b.gone && b.same == 5);
	assert_ok(d.cx, calendar_note_put_away(d.cx, d.db, d.workspace, list[4].id, true));
	b = bring(&d, CALENDAR(EVENT("bread", "DTSTART:20270310T083000Z", "Bread and rye show") FAIR));
	assert_true(b.changed == 1 && b.gone == 3 && b.same == 1 && !b.made);
	assert_int_equal(notes(&d, &list), 1); /* what somebody put away stays so */
	assert_str(list[0].title, "09:30 Bread and rye show");
	b = bring(&d, CALENDAR(BREAD FAIR WEEKLY)); /* it is there again */
	assert_true(b.changed == 4 && !b.made);
	assert_int_equal(notes(&d, &list), 4);
	assert_ok(d.cx, calendar_source_put_away(d.cx, d.db, d.workspace, b.source, true));
	assert_int_equal(notes(&d, &list), 0);
	assert_ok(d.cx, calendar_source_put_away(d.cx, d.db, d.workspace, b.source, false));
	assert_int_equal(notes(&d, &list), 4);
	assert_int_equal(calendar_source_bring(d.cx, d.db, d.workspace, S("x"), S("event"), S("no calendar"), &b), ERR_BAD_INPUT);
	assert_str(str_of(d.cx->field), "file");
	desk_act_as(&d, &d.agent);
	assert_int_equal(calendar_source_bring(d.cx, d.db, d.workspace, S("x"), S("event"), S(CALENDAR(BREAD)), &b), ERR_DENIED);
	time_set(0);
}

/* ---- under an address ---- */

static _Atomic int answer_now; /* 0 the calendar, 1 not modified when it has the tag, 2 gone, 3 no calendar */

static void serve(struct rude *rude, int fd)
{
	rude->last[0] = 0;
	const char *body = answer_now == 3 ? "<html>sign in</html>" : CALENDAR(BREAD FAIR);
	char text[2000];
	size_t len = 0;
	for (ssize_t n = 1; n > 0 && len < sizeof rude->last - 1 && !strstr(rude->last, "\r\n\r\n"); len += n > 0 ? (size_t)n : 0) {
		n = recv(fd, rude->last + len, sizeof rude->last - 1 - len, 0);
		rude->last[len + (n > 0 ? (size_t)n : 0)] = 0;
	}
	rude->requests++;
	if (answer_now == 2)
		snprintf(text, sizeof text, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
	else if (answer_now == 1 && strstr(rude->last, "If-None-Match: \"one\""))
		snprintf(text, sizeof text, "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
	else
		snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nETag: \"one\"\r\nContent-Type: text/calendar\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n%s", strlen(body), body);
	say(fd, text);
}

static struct calendar_source turn(struct test_desk *d, struct net *net, i64 source, i64 later)
{
	struct calendar_source s;
	i64 done, wake;
	time_set(d->cx->now += later);
	assert_ok(d->cx, calendar_source_turn(d->cx, d->db, net, &keys, &done, &wake));
	assert_ok(d->cx, calendar_source_get(d->cx, d->db, d->workspace, source, &s));
	return s;
}

static void test_address(void **state)
{
	struct test_desk d = open_at(state);
	CLEANUP(net_closep) struct net *net = NULL;
	struct rude rude = {};
	struct calendar_note *list;
	i64 id, done, wake;
	answer_now = 0; /* the engine before left it elsewhere */
	rude_start(&rude, serve);
	struct str url = arena_printf(d.cx->arena, "http://127.0.0.1:%d/fair.ics", rude.port);
	assert_int_equal(calendar_source_follow(d.cx, d.db, d.workspace, S("Fair"), S("event"), S("file:///etc/passwd"), &keys.public, &id), ERR_BAD_INPUT);
	assert_ok(d.cx, calendar_source_follow(d.cx, d.db, d.workspace, S("Fair"), S("event"), url, &keys.public, &id));
	/* an address inside is not reached unless the operator allows it */
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){}, &net));
	struct calendar_source s = turn(&d, net, id, 0);
	assert_true(s.story.len > 0 && s.failures == 1 && rude.requests == 0);
	net_close(net);
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){.allow = S("127.0.0.1")}, &net));
	s = turn(&d, net, id, HOUR);
	assert_true(!s.story.len && !s.failures && s.held == 2);
	assert_int_equal(notes(&d, &list), 2);
	answer_now = 1;
	s = turn(&d, net, id, HOUR); /* not due */
	assert_int_equal(rude.requests, 1);
	s = turn(&d, net, id, 6 * HOUR);
	assert_int_equal(rude.requests, 2);
	assert_true(s.read_at == d.cx->now && s.held == 2);
	answer_now = 2;
	s = turn(&d, net, id, 7 * HOUR);
	assert_true(s.story.len > 0);
	answer_now = 3;
	s = turn(&d, net, id, HOUR);
	assert_true(s.failures == 2);
	assert_int_equal(notes(&d, &list), 2); /* what could not be read takes nothing away */
	assert_ok(d.cx, calendar_source_put_away(d.cx, d.db, d.workspace, id, true));
	assert_ok(d.cx, calendar_source_turn(d.cx, d.db, net, &keys, &done, &wake));
	assert_true(!done && !wake);
	rude_stop(&rude);
	time_set(0);
}

/* Many such addresses are as good as a password: what is kept opens with the working role's key alone, and for this calendar alone; people see the host. */
static void test_sealed(void **state)
{
	struct test_desk d = open_at(state);
	CLEANUP(net_closep) struct net *net = NULL;
	struct calendar_source s, other;
	struct key_pair stranger;
	struct str plain;
	i64 id, second, same, done, wake;
	assert_ok(d.cx, net_open(d.cx, &(struct net_settings){}, &net));
	assert_ok(d.cx, calendar_source_follow(d.cx, d.db, d.workspace, S("Private"), S("note"), S("webcal://calendar.example.org/private-8f2e/basic.ics?key=1"), &keys.public, &id));
	assert_ok(d.cx, calendar_source_follow(d.cx, d.db, d.workspace, S("Other"), S("note"), S("https://calendar.example.org/other.ics"), &keys.public, &second));
	assert_ok(d.cx, calendar_source_get(d.cx, d.db, d.workspace, id, &s));
	assert_ok(d.cx, calendar_source_get(d.cx, d.db, d.workspace, second, &other));
	assert_str(s.url, "https://calendar.example.org/\u2026");
	assert_true(str_find(s.secret, S("private-8f2e")) < 0);
	assert_ok(d.cx, seal_to_open(d.cx, &keys, arena_printf(d.cx->arena, "calendar_source:%lld", (long long)id), s.secret, &plain));
	assert_str(plain, "https://calendar.example.org/private-8f2e/basic.ics?key=1");
	assert_int_equal(desk_number(&d, "SELECT COUNT(*) FROM audit_entry WHERE workspace_id = ?1 AND detail LIKE '%private-8f2e%'", d.workspace), 0);
	/* Rows cannot be swapped, and another installation's key opens nothing: that is said, and nothing is asked any more. */
	s.secret = other.secret;
	assert_ok(d.cx, calendar_source_save(d.cx, d.db, &s));
	assert_ok(d.cx, calendar_source_turn(d.cx, d.db, net, &keys, &done, &wake));
	assert_ok(d.cx, calendar_source_get(d.cx, d.db, d.workspace, id, &s));
	assert_true(strstr(arena_cstr(d.cx->arena, s.story), "another installation") && !s.due_at);
	key_pair_new(&stranger);
	assert_ok(d.cx, calendar_source_turn(d.cx, d.db, net, &stranger, &done, &wake));
	assert_ok(d.cx, calendar_source_get(d.cx, d.db, d.workspace, second, &other));
	assert_true(other.story.len && !other.due_at);
	/* The same name again is another address of the same. */
	assert_ok(d.cx, calendar_source_follow(d.cx, d.db, d.workspace, S("Private"), S("event"), S("https://cloud.example.org/new.ics"), &keys.public, &same));
	assert_int_equal(same, id);
	assert_ok(d.cx, calendar_source_get(d.cx, d.db, d.workspace, id, &s));
	assert_true(str_eq(s.url, S("https://cloud.example.org/\u2026")) && !s.story.len && s.due_at == d.cx->now);
	time_set(0);
}

int main(void)
{
	key_pair_new(&keys);
	static const struct CMUnitTest tests[] = {DATABASE_TEST(test_file), DATABASE_TEST(test_address), DATABASE_TEST(test_sealed)};
	return on_both_engines(tests);
}
