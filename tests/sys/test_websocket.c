/* Frames of a WebSocket, whole and in pieces of every size, joined and cut by what stands between them; and all that ends the reading. */
#include "test.h"

#include "sys/websocket.h"

struct heard {
	struct buf all;
	int count, most;
};

static bool hear(void *subject, struct str message)
{
	struct heard *h = subject;
	buf_add(&h->all, message);
	buf_addc(&h->all, '|');
	return ++h->count != h->most;
}

/* Feeds `step` bytes at a time; what was heard, and how it ended. */
static void expect(struct str bytes, size_t step, int most, const char *wanted, bool goes_on, bool whole)
{
	struct heard h = {.most = most};
	struct websocket_reader r = {.message_max = 300, .text = hear, .subject = &h};
	bool on = true;
	for (size_t at = 0; at < bytes.len && on; at += step)
		on = websocket_feed(&r, str_head(str_skip(bytes, at), step));
	assert_string_equal(buf_cstr(&h.all), wanted);
	assert_int_equal(on, goes_on);
	assert_int_equal(websocket_is_whole(&r), whole);
	websocket_end(&r);
	buf_free(&h.all);
}

#define EXPECT(bytes, most, wanted, goes_on, whole)                                 \
	do {                                                                        \
		for (size_t step_ = 1; step_ < 20; step_++)                         \
			expect(S(bytes), step_, most, wanted, goes_on, whole);      \
	} while (0)

static void test_messages(void **state)
{
	EXPECT("", 0, "", true, true);
	EXPECT("\x81\x02hi\x81\x00\x81\x01!", 0, "hi||!|", true, true);
	EXPECT("\x01\x02" "a-\x89\x04ping\x00\x01" "b\x80\x01" "c\x8A\x00\x81\x01" "d", 0, "a-bc|d|", true, true); /* in pieces, pinged in between */
	EXPECT("\x82\x03" "bin\x81\x01x", 0, "x|", true, true);
	EXPECT("\x81\x7E\x00\x02" "hi", 0, "hi|", true, true);
	EXPECT("\x81\x7F\x00\x00\x00\x00\x00\x00\x00\x02hi", 0, "hi|", true, true);
	EXPECT("\x81\x02hi\x81\x05hel", 0, "hi|", true, false); /* cut within a frame, within a message */
	EXPECT("\x81\x02hi\x01\x02he", 0, "hi|", true, false);
}

static void test_ends(void **state)
{
	EXPECT("\x81\x01" "a\x88\x02\x03\xE8\x81\x01" "b", 0, "a|", false, true); /* goodbye */
	EXPECT("\x81\x01" "a\x81\x01" "b\x81\x01" "c", 2, "a|b|", false, true);   /* enough */
	EXPECT("\xC1\x01" "a", 0, "", false, false);                              /* a bit that means nothing here */
	EXPECT("\x81\x81" "mask?", 0, "", false, false);
	EXPECT("\x83\x01" "a", 0, "", false, false);
	EXPECT("\x80\x01" "a", 0, "", false, false);                              /* goes on with nothing */
	EXPECT("\x01\x01" "a\x81\x01" "b", 0, "", false, false);                  /* begins anew within one */
	EXPECT("\x09\x00", 0, "", false, false);                                  /* a ping in pieces */
	EXPECT("\x89\x7E\x00\x7E", 0, "", false, false);                          /* too long for one */
	EXPECT("\x81\x7E\x01\x2D", 0, "", false, false);                          /* 301 bytes: refused by its head alone */
	EXPECT("\x81\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 0, "", false, false);
	CLEANUP(buf_free) struct buf many = {};
	for (int i = 0; i < 4; i++) { /* 400 bytes in four frames */
		buf_add(&many, i ? S("\x00\x64") : S("\x01\x64"));
		for (int n = 0; n < 100; n++)
			buf_addc(&many, 'x');
	}
	expect(buf_str(&many), 7, 0, "", false, false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_messages), cmocka_unit_test(test_ends)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
