/* Lots that anybody can draw again: the same list and seed give the same order and no other; nobody has a better chance by their place in the list; who takes
 * part several times wins once; a list or a beacon's answer that is not exactly of its form is refused. */
#include "test.h"

#include "base/clock.h"
#include "flow/lot.h"

static struct cx cx;

static struct str entry(const char *handle, int message)
{
	return lot_entry(cx.arena, S("5a17"), S("mastodon"), str_of(handle), arena_printf(cx.arena, "%d", message));
}

/* By sha256sum of coreutils. */
static void test_formula(void **state)
{
	assert_str(lot_hash(cx.arena, S("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_str(entry("ana", 7), "502b862f607e8284c8f1c4c1b755ddc2cb1bb42bd9e08c17548147779aed74bb");
	assert_str(entry(" @Ana", 7), "502b862f607e8284c8f1c4c1b755ddc2cb1bb42bd9e08c17548147779aed74bb");
	assert_str(lot_person(cx.arena, S("5a17"), 12), "58d127acaac3dfb3319ae244ac32a178222bfbf7c195d27737c2bc26ca1da774");
	assert_str(lot_seed_of_word(cx.arena, S("00ff"), S("brioche")), "9d71d9dfec5eb8d448c37dbd49a5206fd28403f20ee1cd915e6f0216810fbc77");
	assert_false(str_eq(entry("ana", 7), entry("ana", 8)));
}

static struct str file_of(int people, int times)
{
	struct lot_line *lines = arena_array(cx.arena, struct lot_line, (size_t)(people * times));
	size_t count = 0;
	for (int p = 0; p < people; p++)
		for (int t = 0; t < times; t++)
			lines[count++] = (struct lot_line){entry("x", p * 100 + t), times > 1 ? lot_person(cx.arena, S("5a17"), p) : (struct str){}};
	return lot_write(cx.arena, lines, count);
}

static size_t draw(struct str file, const char *seed, size_t wanted, struct lot_line **ret_lines, size_t **ret_order)
{
	size_t count, taken;
	struct str read;
	assert_ok(&cx, lot_seed(&cx, "seed", str_of(seed), &read));
	assert_ok(&cx, lot_read(&cx, file, ret_lines, &count));
	lot_draw(cx.arena, *ret_lines, count, read, wanted, ret_order, &taken);
	return taken;
}

static void test_draw(void **state)
{
	struct lot_line *lines, *again;
	size_t *order, *same, count;
	struct str file = file_of(20, 1);
	assert_int_equal(draw(file, "00112233445566778899AABBCCDDEEFF", 3, &lines, &order), 3);
	assert_int_equal(draw(file, " 00112233445566778899aabbccddeeff\n", 20, &again, &same), 20);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(order[i], same[i]); /* who wins does not hang on how many do */
	for (size_t i = 0; i < 20; i++)
		for (size_t n = 0; n < i; n++)
			assert_true(same[i] != same[n]);
	assert_int_equal(draw(file, "00112233445566778899aabbccddeefe", 20, &again, &order), 20);
	bool differs = false;
	for (size_t i = 0; i < 20; i++)
		differs |= order[i] != same[i];
	assert_true(differs);
	assert_int_equal(draw(file, "00112233445566778899aabbccddeeff", 100, &again, &order), 20);
	assert_int_equal(draw((struct str){}, "00112233445566778899aabbccddeeff", 3, &again, &order), 0);
	assert_ok(&cx, lot_read(&cx, S(""), &again, &count));
	assert_int_equal(count, 0);
}

/* Three entries each: everybody once. */
static void test_once(void **state)
{
	struct lot_line *lines;
	size_t *order, taken = draw(file_of(7, 3), "00112233445566778899aabbccddeeff", 50, &lines, &order);
	assert_int_equal(taken, 7);
	for (size_t i = 0; i < taken; i++)
		for (size_t n = 0; n < i; n++)
			assert_false(str_eq(lines[order[i]].person, lines[order[n]].person));
}

/* Ten entries, two thousand seeds: each wins 200 times, give or take what chance does (99.9 % of Pearson's chi square with nine degrees: 27.88). */
static void test_fair(void **state)
{
	struct lot_line *lines;
	size_t *order, won[10] = {};
	struct str file = file_of(10, 1);
	double chi = 0;
	for (int i = 0; i < 2000; i++) {
		struct str seed = lot_hash(cx.arena, arena_printf(cx.arena, "seed %d", i));
		draw(file, arena_cstr(cx.arena, seed), 1, &lines, &order);
		won[order[0]]++;
	}
	for (size_t i = 0; i < 10; i++)
		chi += ((double)won[i] - 200) * ((double)won[i] - 200) / 200;
	assert_true(chi < 27.88);
}

static void refused(const char *file, const char *story)
{
	struct lot_line *lines;
	size_t count;
	assert_err(lot_read(&cx, str_of(file), &lines, &count), ERR_BAD_INPUT);
	if (str_find(str_of(cx.story), str_of(story)) < 0)
		fail_msg("told “%s” instead of “%s”", cx.story, story);
	cx_forget(&cx);
}

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
static void test_refusals(void **state)
{
	static const char *const seeds[] = {"", "00", "00112233445566778899aabbccddeef", "0x112233445566778899aabbccddeeff", "00112233445566778899aabbccddeefg"};
	struct str seed;
	refused(A, "does not end");
	refused(A "\n" A "\n", "Line 2");
	refused(B "\n" A "\n", "Line 2");
	refused(A "\r\n", "Line 1");
	refused("\n", "Line 1");
	refused(A " \n", "Line 1");
	refused(A " " B " " B "\n", "Line 1");
	refused("A" A "\n", "Line 1");
	refused("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", "Line 1");
	for (size_t i = 0; i < COUNT(seeds); i++) {
		assert_err(lot_seed(&cx, "seed", str_of(seeds[i]), &seed), ERR_BAD_INPUT);
		assert_string_equal(cx.field, "seed");
		cx_forget(&cx);
	}
}

/* Round 42 of quicknet, as the network published it; the instant of a round as other clients of it work it out. */
static void test_beacon(void **state)
{
	static const char signature[] = "95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce430a91b811fbfaf763900bc998b5d686a";
	struct str seed, answer = arena_printf(cx.arena, "{\"round\":42,\"randomness\":\"8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3\",\"signature\":\"%s\"}", signature);
	i64 instant;
	assert_ok(&cx, beacon_read(&cx, answer, 42, &seed));
	assert_str(seed, "8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3");
	assert_err(beacon_read(&cx, answer, 43, &seed), ERR_BAD_INPUT);
	assert_err(beacon_read(&cx, S("{\"round\":42,\"randomness\":\"" A "\",\"signature\":\"95a9\"}"), 42, &seed), ERR_BAD_INPUT);
	assert_err(beacon_read(&cx, S("[42]"), 42, &seed), ERR_BAD_INPUT);
	assert_err(beacon_read(&cx, S(""), 42, &seed), ERR_BAD_INPUT);
	cx_forget(&cx);
	assert_true(time_parse(S("2026-04-20T00:00:00Z"), &instant));
	assert_int_equal(beacon_round_after(instant), 27946612);
	assert_int_equal(beacon_round_after(instant + 1), 27946613);
	assert_int_equal(beacon_round_after(instant - 3 * SECOND), 27946611);
	assert_int_equal(beacon_time(27946612), instant);
	assert_int_equal(beacon_round_after(0), 1);
	assert_str(beacon_url(cx.arena, S(BEACON_HOST "/"), 42), "https://api.drand.sh/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/42");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_formula), cmocka_unit_test(test_draw), cmocka_unit_test(test_once), cmocka_unit_test(test_fair),
						  cmocka_unit_test(test_refusals), cmocka_unit_test(test_beacon)};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	cx = cx_new(arena);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
