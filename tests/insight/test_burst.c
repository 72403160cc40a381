/* test_burst.c: the surprise is the chance it says, chance alone tells of one look in a hundred at the most, uneven terms need more, and a count
 * of a day is what it was, pruned or not; a message is cut into what it speaks of. */
#include "../base/test.h"

#include "insight/burst.h"
#include "insight/trend_day.h"
#include "noise.h"
#include "text/term.h"

static struct arena *arena;

/* P(X >= count) by adding up all that is below. */
static double slowly(int count, double mean, double variance)
{
	double below = 0, size = variance > mean ? mean * mean / (variance - mean) : 0;
	for (int k = 0; k < count; k++)
		below += size > 0 ? exp(lgamma(k + size) - lgamma(size) - lgamma(k + 1) + size * log(size / (size + mean)) + k * log(mean / (size + mean)))
				  : exp(k * log(mean) - mean - lgamma(k + 1));
	return -log10(1 - below);
}

static void test_tail(void **state)
{
	static const struct {
		int count;
		double mean, variance;
	} cases[] = {{5, 1, 1}, {5, 1, 3}, {4, 0.2, 0.2}, {30, 12, 20}, {12, 2.5, 9}, {3, 2, 2.0001}};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_true(fabs(burst_tail(cases[i].count, cases[i].mean, cases[i].variance) - slowly(cases[i].count, cases[i].mean, cases[i].variance)) < 1e-3);
	assert_true(fabs(burst_tail(5, 1, 1) - 2.4365) < 1e-3); /* 0.00366, as tables of the Poisson have it */
	assert_true(burst_tail(2, 3, 3) == 0 && burst_tail(0, 1, 1) == 0 && burst_tail(5, 0, 0) == 0);
	assert_true(burst_tail(1e9, 1, 1) == BURST_SURPRISE_MAX);
	assert_true(burst_tail(10, 1, 1) > burst_tail(10, 1, 5)); /* uneven terms need more */
}

static void test_the_less_is_known_the_less_surprises(void **state)
{
	struct burst_past month = {.people = 28, .exposure = 28, .unevenness = 1, .louder = 1}, days = {.people = 3, .exposure = 3, .unevenness = 1, .louder = 1};
	assert_true(burst_of(6, &month).surprise > burst_of(6, &days).surprise);
	struct burst_past loud = month;
	loud.louder = 3;
	assert_true(burst_of(6, &month).surprise > burst_of(6, &loud).surprise && burst_of(6, &loud).expected > 3);
	double even[] = {5, 4, 6, 5, 5, 4, 6}, uneven[] = {0, 0, 20, 0, 0, 15, 0}, alike[] = {1, 1, 1, 1, 1, 1, 1};
	assert_true(burst_unevenness(even, alike, 7) == 1 && burst_unevenness(uneven, alike, 7) > 5);
	double weekend[] = {2, 2, 2, 2, 2, 20, 20}, usual[] = {1, 1, 1, 1, 1, 10, 10};
	assert_true(burst_unevenness(weekend, usual, 7) == 1); /* what is usual for a day is not uneven */
}

/* Looks at terms in which nothing happens, of all frequencies: hardly one in a hundred finds anything. A true rise is found at once. */
static void test_chance_and_truth(void **state)
{
	int looks = 400, terms = 500, false_looks = 0, found = 0;
	noise_seed(7);
	for (int look = 0; look < looks; look++) {
		bool any = false;
		for (int t = 0; t < terms; t++) {
			double rate = pow(10, -2 + 3 * noise_chance()), past = 0;
			for (int d = 0; d < 28; d++)
				past += noise_count(rate);
			struct burst_past p = {.people = past, .exposure = 28, .unevenness = 1, .louder = 1};
			any |= burst_of(noise_count(rate), &p).surprise >= burst_least((size_t)terms, 1);
			if (t == 0)
				found += burst_of(noise_count(rate + 4 * sqrt(rate) + 8), &p).surprise >= burst_least((size_t)terms, 1);
		}
		false_looks += any;
	}
	print_message("# %d false looks of %d; %d of %d rises found\n", false_looks, looks, found, looks);
	assert_true(false_looks <= looks / 100 * 3);
	assert_true(found > looks / 2);
}

static void test_days(void **state)
{
	struct trend_day day, again;
	trend_day_read(arena, S("not a day"), &day);
	assert_int_equal(day.count, 0);
	struct trend_mark marks[] = {{9, 1, 0}, {5, 1, 0}, {9, 1, 1}, {9, 2, 2}, {9, 1, 3}};
	trend_day_merge(arena, &day, marks, COUNT(marks));
	day.hours[3] = 4;
	assert_int_equal(trend_day_people(&day, 9), 3); /* 1, 2, 1 again; twice in a row is once */
	assert_int_equal(trend_day_people(&day, 5), 1);
	assert_int_equal(trend_day_people(&day, 6), 0);
	trend_day_read(arena, trend_day_write(arena, &day), &again);
	struct trend_mark more[] = {{5, 1, 0}, {6, 7, 0}, {9, 3, 1}};
	trend_day_merge(arena, &again, more, COUNT(more));
	assert_true(trend_day_people(&again, 5) == 1 && trend_day_people(&again, 6) == 1 && trend_day_people(&again, 9) == 4 && again.hours[3] == 4);
}

/* Far more terms than are kept: what many said stays, and no count is off by more than `lost`. */
static void test_days_are_bounded(void **state)
{
	struct trend_day day = {};
	u32 *truth = arena_array(arena, u32, 400000);
	noise_seed(3);
	for (u32 slice = 0; slice < 20; slice++) {
		struct trend_mark *marks = arena_array(arena, struct trend_mark, 20000);
		for (u32 i = 0; i < 20000; i++) {
			u64 key = (u64)(noise_chance() * noise_chance() * noise_chance() * 400000);
			marks[i] = (struct trend_mark){key + 1, slice * 20000 + i, i};
			truth[key]++;
		}
		trend_day_merge(arena, &day, marks, 20000);
		assert_true(day.count <= TREND_DAY_TERMS + TREND_DAY_SLACK);
	}
	assert_true(day.lost > 0);
	for (u32 key = 0; key < 400000; key++) {
		u32 kept = trend_day_people(&day, key + 1);
		assert_true(kept <= truth[key] && truth[key] - kept <= day.lost);
	}
	assert_true(trend_day_write(arena, &day).len < 400000);
}

static bool has(struct terms *cutter, struct str message, struct str term, enum term_kind kind)
{
	const struct term *list;
	size_t count = terms_of(cutter, message, &list);
	for (size_t i = 0; i < count; i++)
		if (str_eq((struct str){message.at + list[i].from, list[i].to - list[i].from}, term) && list[i].kind == kind)
			return true;
	return false;
}

static void test_terms(void **state)
{
	struct terms *cutter = terms_new(arena);
	struct str m = S("Les frais de port sont trop chers, #PortGate @levain https://x.example/frais Frais de port 42");
	assert_true(has(cutter, m, S("frais"), TERM_WORD) && has(cutter, m, S("frais de port"), TERM_PHRASE) && has(cutter, m, S("#PortGate"), TERM_HASHTAG));
	assert_false(has(cutter, m, S("Les"), TERM_WORD) || has(cutter, m, S("de port"), TERM_PHRASE) || has(cutter, m, S("@levain"), TERM_WORD));
	assert_false(has(cutter, m, S("chers, #PortGate"), TERM_PHRASE) || has(cutter, m, S("frais de"), TERM_PHRASE) || has(cutter, m, S("42"), TERM_WORD));
	m = S("Queue à Saint-Étienne - Part-Dieu aussi, porte-à-faux"); /* a hyphen holds a name together, a dash does not */
	assert_true(has(cutter, m, S("Saint-Étienne"), TERM_PHRASE) && has(cutter, m, S("Part-Dieu"), TERM_PHRASE) && has(cutter, m, S("Étienne"), TERM_WORD));
	assert_false(has(cutter, m, S("Étienne - Part"), TERM_PHRASE) || has(cutter, m, S("porte-à"), TERM_PHRASE));
	const struct term *list;
	size_t count = terms_of(cutter, S("Sésame sesame SÉSAME"), &list);
	size_t words = 0;
	for (size_t i = 0; i < count; i++)
		words += list[i].kind == TERM_WORD;
	assert_int_equal(words, 1); /* whatever its capitals and accents are */
	count = terms_of(cutter, S("\xff\xfe #\xc3 \xe2\x80"), &list);
	assert_true(count <= TERMS_MAX);
	CLEANUP(buf_free) struct buf long_one = {};
	for (int i = 0; i < 5000; i++)
		buf_addf(&long_one, "word%d ", i);
	assert_true(terms_of(cutter, buf_str(&long_one), &list) <= TERMS_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tail), cmocka_unit_test(test_the_less_is_known_the_less_surprises), cmocka_unit_test(test_chance_and_truth), cmocka_unit_test(test_days),
		cmocka_unit_test(test_days_are_bounded), cmocka_unit_test(test_terms),
	};
	arena = arena_new();
	int bad = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return bad;
}
