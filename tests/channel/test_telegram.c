/* A page of Telegram's updates: in whatever order, albums whole, not too many files; and what a message becomes. */
#include "test.h"

#include "base/clock.h"
#include "channel/telegram/connector.h"

#define NOW 1795262400 /* 2026-11-21T12:00:00Z */

static struct {
	struct inbound items[200];
	size_t count;
} taken;

static enum err take(struct cx *cx, void *subject, const struct inbound *inbound)
{
	taken.items[taken.count++] = *inbound;
	return OK;
}

static json_t *message(i64 number, i64 age, const char *text)
{
	return json_pack("{s:I, s:I, s:{s:i, s:b, s:s}, s:{s:i, s:s}, s:s}", "message_id", (json_int_t)number, "date", (json_int_t)(NOW - age), "from", "id", 5, "is_bot", 0, "first_name", "Ana", "chat", "id", 5,
			 "type", "private", "text", text);
}

static json_t *picture(i64 number, i64 age, const char *album)
{
	json_t *m = message(number, age, "");
	json_object_set_new(m, "photo", json_pack("[{s:s, s:i}, {s:s, s:i}]", "file_id", "small", "file_size", 9, "file_id", "large", "file_size", 21 << 20));
	if (album)
		json_object_set_new(m, "media_group_id", json_string(album));
	return m;
}

static void add(json_t *list, i64 id, json_t *m)
{
	json_array_append_new(list, json_pack("{s:I, s:o}", "update_id", (json_int_t)id, "message", m));
}

/* How many are taken of the page, and what they become. */
static size_t read_page(struct cx *cx, json_t *list, bool is_full, bool *ret_waits)
{
	struct channel_account account = {};
	struct telegram_updates updates = telegram_sorted(cx, list);
	size_t end = telegram_whole(cx, &updates, is_full, ret_waits);
	taken.count = 0;
	assert_ok(cx, telegram_take_updates(cx, &account, &updates, end, take, NULL));
	return end;
}

static void test_pages(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	bool waits;
	cx.now = NOW * SECOND;
	json_t *list = json_array();
	assert_true(read_page(&cx, list, false, &waits) == 0 && !waits && !taken.count);
	add(list, 9, picture(3, 60, "a")); /* out of order, and twice */
	add(list, 7, message(1, 60, "one"));
	add(list, 8, picture(2, 60, "a"));
	add(list, 9, picture(3, 60, "a"));
	add(list, 10, message(4, 60, "in between"));
	add(list, 11, picture(5, 60, "a"));
	assert_true(read_page(&cx, list, false, &waits) == 5 && !waits && taken.count == 3);
	assert_true(str_eq(taken.items[1].remote_id, S("5/2")) && taken.items[1].attachment_count == 3 && str_eq(taken.items[2].body, S("in between")));
	assert_str(taken.items[1].attachments[0].reference, "small"); /* the largest that a bot may have */
	json_decref(list);

	list = json_array(); /* one that is still arriving stays where it is */
	add(list, 1, message(1, 1, "one"));
	add(list, 2, picture(2, 1, "b"));
	assert_true(read_page(&cx, list, false, &waits) == 1 && waits && taken.count == 1);
	cx.now += 5 * SECOND;
	assert_true(read_page(&cx, list, false, &waits) == 2 && !waits && taken.count == 2);
	cx.now = NOW * SECOND;
	assert_true(read_page(&cx, list, true, &waits) == 1 && !waits); /* the end of a full page is not the end of an album */
	json_decref(list);

	list = json_array(); /* clocks that differ hold nothing back for ever */
	add(list, 2, picture(2, -3600, "c"));
	assert_true(read_page(&cx, list, false, &waits) == 1 && !waits && taken.count == 1);
	json_decref(list);

	list = json_array();
	for (i64 i = 0; i < 30; i++)
		add(list, i, picture(i + 1, 60, NULL));
	assert_true(read_page(&cx, list, false, &waits) == 10 && !waits && taken.count == 10);
	json_decref(list);

	list = json_array(); /* more of one album than the network has: nothing is lost */
	for (i64 i = 0; i < 14; i++)
		add(list, i, picture(i + 1, 60, "d"));
	size_t pictures = 0;
	assert_true(read_page(&cx, list, false, &waits) == 14);
	for (size_t i = 0; i < taken.count; i++)
		pictures += taken.items[i].attachment_count;
	assert_true(taken.count == 2 && pictures == 14);
	json_decref(list);
}

static void test_rubbish(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	bool waits;
	cx.now = NOW * SECOND;
	static const char *const pages[] = {"[]", "[null, 7, \"x\", [], {}]", "[{\"update_id\": -1}]", "[{\"update_id\": 5, \"message\": 7}]",
		"[{\"update_id\": 9223372036854775807, \"message\": {}}]", "[{\"update_id\": 1, \"message\": {\"media_group_id\": \"x\", \"photo\": [1, {}]}}]",
		"[{\"update_id\": 1, \"message\": {\"message_id\": 1, \"date\": 99999999999999999, \"from\": {\"id\": 1}, \"chat\": {\"id\": 1}, \"text\": \"x\"}}]"};
	for (size_t i = 0; i < COUNT(pages); i++) {
		json_t *list = json_loads(pages[i], 0, NULL);
		assert_non_null(list);
		read_page(&cx, list, i & 1, &waits);
		assert_true(taken.count == 0);
		json_decref(list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_pages), cmocka_unit_test(test_rubbish)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
