#include "test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

static void test_str(void **state)
{
	struct str rest = S("a,,b"), bare = S("");
	assert_str(str_cut(&rest, ','), "a");
	assert_str(str_cut(&rest, ','), "");
	assert_str(str_cut(&rest, ','), "b");
	assert_null(rest.at);
	assert_str(str_line(&(struct str){"x\r\ny", 4}), "x");
	assert_str(str_trim(S(" \t a b \n")), "a b");
	assert_true(str_eq(str_trim(S("  ")), bare));
	assert_int_equal(str_find(S("abcabd"), S("abd")), 3);
	assert_int_equal(str_find(S("abc"), S("abd")), -1);
	assert_true(str_cmp(S("ab"), S("abc")) < 0);
	i64 n = 7;
	assert_true(str_to_i64(S("-9223372036854775808"), &n) && n == INT64_MIN);
	assert_false(str_to_i64(S("9223372036854775808"), &n));
	assert_false(str_to_i64(S("12x"), &n) || str_to_i64(S(""), &n) || str_to_i64(S("-"), &n) || str_to_i64(S("+1"), &n));
	assert_true(n == INT64_MIN);
	assert_true(str_eq_secret(S("abc"), S("abc")) && !str_eq_secret(S("abc"), S("abd")) && !str_eq_secret(S("abc"), S("ab")));
}

static void test_buf(void **state)
{
	CLEANUP(buf_free) struct buf b = {.max = 10};
	buf_adds(&b, "0123456789");
	assert_true(buf_ok(&b));
	buf_addc(&b, 'x');
	assert_false(buf_ok(&b));
	assert_int_equal(buf_str(&b).len, 0);
	buf_clear(&b);
	b.max = 0;
	buf_add_html(&b, S("<a href='x'>\"&</a>"));
	assert_str(buf_str(&b), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&lt;/a&gt;");
	buf_clear(&b);
	buf_add_json(&b, S("a\"\\\n\x01é"));
	assert_str(buf_str(&b), "\"a\\\"\\\\\\n\\u0001é\"");
	buf_clear(&b);
	buf_add_i64(&b, INT64_MIN);
	buf_addc(&b, ' ');
	buf_add_i64(&b, 0);
	buf_addf(&b, " %0300d", 1);
	assert_true(str_starts(buf_str(&b), S("-9223372036854775808 0 000")));
	assert_int_equal(buf_str(&b).len, 20 + 3 + 300);
	buf_clear(&b);
	buf_add_url(&b, S("a b/é"));
	assert_str(buf_str(&b), "a%20b%2F%C3%A9");
}

static void count_call(void *subject)
{
	++*(int *)subject;
}

static void test_lent_buf(void **state)
{
	char room[8];
	struct buf b = BUF_IN(room);
	buf_adds(&b, "1234567");
	assert_true(b.at == room);
	assert_string_equal(buf_cstr(&b), "1234567");
	buf_adds(&b, "89");
	assert_true(b.at != room);
	assert_string_equal(buf_cstr(&b), "123456789");
	buf_free(&b);
	struct buf unused = BUF_IN(room);
	buf_free(&unused);
	assert_null(unused.at);
}

static void test_arena(void **state)
{
	struct arena *arena = arena_new();
	int calls = 0;
	arena_defer(arena, count_call, &calls);
	for (size_t i = 1; i < 3000; i += 7) {
		char *at = arena_alloc(arena, i);
		for (size_t j = 0; j < i; j++)
			assert_int_equal(at[j], 0);
		memset(at, 0xff, i);
	}
	assert_str(arena_printf(arena, "%s-%d", "a", 5), "a-5");
	arena_reset(arena);
	assert_int_equal(calls, 1);
	arena_reset(arena);
	assert_int_equal(calls, 1);
	int *numbers = NULL;
	size_t count = 0, capacity = 0;
	for (int i = 0; i < 100; i++)
		*arena_push(arena, numbers, count, capacity) = i;
	for (int i = 0; i < 100; i++)
		assert_int_equal(numbers[i], i);
	arena_free(arena);
}

/* What is given back is what is handed out next, of its size; the rest stays as it was. */
static void test_pool(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct pool *pool = pool_new(arena);
	for (size_t bytes = 1; bytes < 100000; bytes += 1 + bytes / 7) {
		size_t size = pool_size(bytes);
		assert_true(size >= bytes && size >= 16 && size <= (bytes < 16 ? 16 : bytes * 2) && pool_size(size) == size);
		char *piece = pool_take(pool, bytes), *other = pool_take(pool, bytes);
		memset(piece, 'a', size);
		memset(other, 'b', size);
		assert_int_equal(piece[size - 1], 'a');
		pool_give(pool, piece, bytes);
		assert_ptr_equal(pool_take(pool, size), piece);
		char *grown = pool_resize(pool, other, bytes, bytes, size * 3);
		assert_true(grown[0] == 'b' && grown[bytes - 1] == 'b');
		pool_give(pool, piece, size);
		pool_give(pool, grown, size * 3);
		assert_int_equal(pool_bytes(pool), 0);
	}
	pool_give(pool, NULL, 0);
}

static void test_time(void **state)
{
	i64 t = 0;
	assert_true(time_parse(S("2026-03-24T09:42:00Z"), &t));
	assert_true(t == 1774345320 * SECOND);
	assert_true(time_parse(S("2026-03-24T10:42:00.250+01:00"), &t));
	assert_true(t == 1774345320 * SECOND + 250 * MILLISECOND);
	assert_false(time_parse(S("2026-02-29T00:00:00Z"), &t) || time_parse(S("2026-13-01T00:00:00Z"), &t) ||
		     time_parse(S("2026-03-24T09:42:00"), &t) || time_parse(S("2026-03-24T25:00:00Z"), &t));
	static const char *const same[] = {"Tue, 24 Mar 2026 10:42:00 +0100", "Tue Mar 24 09:42:00 +0000 2026", "2026-03-24 09:42:00 UTC",
					   "2026-03-24 09:42", "24 Mar 2026 09:42:00 GMT", "Tue Mar 24 09:42:00 2026"};
	for (size_t i = 0; i < COUNT(same); i++) {
		t = 0;
		if (!time_parse_loose(str_of(same[i]), &t) || t != 1774345320 * SECOND)
			fail_msg("%s", same[i]);
	}
	CLEANUP(buf_free) struct buf b = {};
	for (i64 day = -800000; day < 800000; day += 97) {
		buf_clear(&b);
		buf_add_time(&b, day * DAY + 3661 * SECOND);
		i64 back;
		if (time_parse(buf_str(&b), &back)) /* years 1 to 9999 */
			assert_true(back == day * DAY + 3661 * SECOND);
	}
	static const struct {
		i64 at;
		const char *text;
	} written[] = {{0, "1970-01-01T00:00:00Z"},
		       {1774345320 * SECOND, "2026-03-24T09:42:00Z"},
		       {1774345320 * SECOND + 7 * MILLISECOND, "2026-03-24T09:42:00.007Z"},
		       {1774345320 * SECOND + 7, "2026-03-24T09:42:00.000007Z"},
		       {-1, "1969-12-31T23:59:59.999999Z"}};
	for (size_t i = 0; i < COUNT(written); i++) {
		buf_clear(&b);
		buf_add_time(&b, written[i].at);
		assert_string_equal(buf_cstr(&b), written[i].text);
	}
	char three[4];
	struct buf small = BUF_IN(three);
	small.max = 3;
	for (int i = 0; i < 5; i++)
		buf_addc(&small, 'x');
	assert_true(small.len == 3 && small.broken);
}

static void test_zone(void **state)
{
	assert_true(zone_known(S("Europe/Paris")) && !zone_known(S("Europe/Atlantis")));
	struct civil c = zone_civil(S("Europe/Paris"), 1774345320 * SECOND);
	assert_int_equal(c.hour, 10);
	assert_int_equal(c.weekday, 1);
	/* The gap of 29 March 2026, 2:00 to 3:00, and the hour that comes twice on 25 October. */
	i64 gap = zone_instant(S("Europe/Paris"), (struct civil){.year = 2026, .month = 3, .day = 29, .hour = 2, .minute = 30});
	assert_true(gap == 1774746000 * SECOND);
	i64 twice = zone_instant(S("Europe/Paris"), (struct civil){.year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30});
	/* Days of 23 and of 25 hours; midnight itself is of its day. */
	i64 noon = zone_instant(S("Europe/Paris"), (struct civil){.year = 2026, .month = 3, .day = 30, .hour = 12});
	assert_int_equal(zone_day(S("Europe/Paris"), noon, 0) - zone_day(S("Europe/Paris"), noon, 1), 23 * HOUR);
	assert_int_equal(zone_day(S("Europe/Paris"), twice, -1) - zone_day(S("Europe/Paris"), twice, 0), 25 * HOUR);
	assert_int_equal(zone_day(S("Asia/Kolkata"), zone_day(S("Asia/Kolkata"), noon, 0), 0), zone_day(S("Asia/Kolkata"), noon, 0));
	assert_true(twice == 1792888200 * SECOND);
	/* To the second of each change, asked in both orders and after more spans than are kept. */
	for (int round = 0; round < 2; round++) {
		assert_int_equal(zone_civil(S("Europe/Paris"), 1774746000 * SECOND - 1).offset, HOUR);
		assert_int_equal(zone_civil(S("Europe/Paris"), 1774746000 * SECOND).offset, 2 * HOUR);
		assert_int_equal(zone_civil(S("Europe/Paris"), 1792890000 * SECOND - 1).offset, 2 * HOUR);
		assert_int_equal(zone_civil(S("Europe/Paris"), 1792890000 * SECOND).offset, HOUR);
		for (int year = 0; year < 20; year++)
			assert_int_equal(zone_civil(S("Europe/Paris"), (i64)(year * 365 + 10) * DAY + 13000 * DAY).offset % HOUR, 0);
		assert_int_equal(zone_civil(S("UTC"), -5000000000 * SECOND).offset, 0);
	}
}

static void test_id(void **state)
{
	id_set_node(5);
	i64 before = 0;
	for (int i = 0; i < 20000; i++) {
		i64 id = id_new();
		assert_true(id > before);
		before = id;
	}
	i64 now = time_now();
	assert_true(llabs(id_time(before) - now) < 60 * SECOND);
	assert_true(id_at(now + 3600 * SECOND, 0) > before && id_at(now - 3600 * SECOND, 0) < before);
}

static void test_map_and_utf8(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct map *map = map_new(arena);
	int values[500];
	for (int i = 0; i < 500; i++)
		map_put(map, arena_printf(arena, "key %d", i), &values[i]);
	for (int i = 0; i < 500; i++)
		assert_ptr_equal(map_get(map, arena_printf(arena, "key %d", i)), &values[i]);
	assert_null(map_get(map, S("key 500")));
	assert_str(map_key(map, 499), "key 499");

	assert_true(utf8_valid(S("héé \xf0\x9f\x8d\x9e")) && !utf8_valid(S("\xc3(")) && !utf8_valid(S("\xed\xa0\x80")));
	assert_true(utf8_valid(S("twelve bytes")) && !utf8_valid(S("twelve byte\xff")) && !utf8_valid(S("1234567\x80")) && !utf8_valid(S("12345678\xc3")));
	assert_int_equal(utf8_count(S("é\xf0\x9f\x8d\x9e!")), 3);
	assert_str(utf8_head(S("éàü"), 2), "éà");
	CLEANUP(buf_free) struct buf b = {};
	buf_add_clean(&b, (struct str){"a\0b\x07\xff\n", 6});
	assert_str(buf_str(&b), "ab\xef\xbf\xbd\n");
	buf_clear(&b);
	buf_add_folded(&b, S("Crème BRÛLÉE \xef\xac\x81n"));
	assert_str(buf_str(&b), "creme brulee fin");
}

static void test_fail_and_lang(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	assert_err(fail_field(&cx, "name", "%d is too many", 5), ERR_BAD_INPUT);
	assert_string_equal(cx.field, "name");
	assert_string_equal(cx.story, "5 is too many");
	assert_false(lang_add("xx", "nonsense that is no catalogue at all", 36));
	assert_string_equal(tr("en", "unchanged"), "unchanged");
	assert_string_equal(tr_n("fr", "one", "many", 0), "one");
	assert_string_equal(tr_n("en", "one", "many", 0), "many");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str),  cmocka_unit_test(test_buf), cmocka_unit_test(test_lent_buf), cmocka_unit_test(test_arena),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_time), cmocka_unit_test(test_zone), cmocka_unit_test(test_id),
		cmocka_unit_test(test_map_and_utf8), cmocka_unit_test(test_fail_and_lang),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
