/* The score and its parts: what each is of, what is not known weighs nothing, few data leave doubt, and a change within it is none. */
#include "test.h"

#include "base/clock.h"
#include "insight/reputation.h"

#include <math.h>

static struct reputation settled(const struct reputation_sums *sums)
{
	struct reputation r = {};
	reputation_settle(sums, &r);
	return r;
}

static bool near(double a, double b)
{
	return fabs(a - b) < 0.05;
}

static void test_nothing(void **state)
{
	struct reputation r = settled(&(struct reputation_sums){});
	assert_false(r.score.is_known);
	for (int p = 0; p < REPUTATION_PARTS; p++)
		assert_false(r.parts[p].is_known);
	int weights = 0;
	for (int p = 0; p < REPUTATION_PARTS; p++)
		weights += reputation_weight((enum reputation_part)p);
	assert_int_equal(weights, 100);
}

static void test_parts(void **state)
{
	struct reputation_sums s = {.stars = {0, 10, 0, 0, 0, 30}, .own = 60, .all = 80, .due = 50, .kept = 45};
	for (int i = 0; i < 300; i++) /* half good, half bad; the good ones are heard by ten thousand each */
		reputation_add(&s, i % 2 ? TONE_POSITIVE : TONE_NEGATIVE, i % 2 ? 9999 : 0, i % 50 == 0);
	for (int i = 0; i < 100; i++)
		reputation_add(&s, TONE_UNKNOWN, -1, false);
	struct reputation r = settled(&s);
	assert_true(near(r.parts[REPUTATION_TONE].value, 50 + 50 * (5.0 - 1) / 6)); /* 1 + log10(10,000) = 5 against 1 */
	assert_int_equal(r.parts[REPUTATION_TONE].count, 300);
	assert_true(near(r.parts[REPUTATION_REVIEWS].value, 75));
	assert_true(near(r.parts[REPUTATION_VOICE].value, 75));
	assert_true(near(r.parts[REPUTATION_ANSWERS].value, 90));
	assert_true(near(r.parts[REPUTATION_HARM].value, 100 - 5 * 1.5)); /* 6 of 400 */
	assert_true(near(r.score.value, (40 * r.parts[0].value + 20 * 75 + 15 * 75 + 15 * 90 + 10 * 92.5) / 100));
	assert_true(r.score.margin > 1 && r.score.margin < 8);
	assert_int_equal(r.score.count, 400);
	s.all = 0; /* no competitor is listened for: the others share the weight */
	r = settled(&s);
	assert_false(r.parts[REPUTATION_VOICE].is_known);
	assert_true(near(r.score.value, (40 * r.parts[0].value + 20 * 75 + 15 * 90 + 10 * 92.5) / 85));
}

static void test_doubt(void **state)
{
	struct reputation_sums few = {}, many = {}, worse = {}, hardly = {};
	for (int i = 0; i < 3; i++)
		reputation_add(&few, TONE_POSITIVE, -1, false);
	for (int i = 0; i < 1000; i++) {
		reputation_add(&many, i % 10 < 7 ? TONE_POSITIVE : TONE_NEGATIVE, 10, false);
		reputation_add(&worse, i % 10 < 4 ? TONE_POSITIVE : TONE_NEGATIVE, 10, false);
		reputation_add(&hardly, i % 100 < 69 ? TONE_POSITIVE : TONE_NEGATIVE, 10, false);
	}
	struct reputation a = settled(&few), b = settled(&many), c = settled(&worse), d = settled(&hardly);
	assert_true(a.score.margin > REPUTATION_DOUBT && b.score.margin < 4); /* three happy ones are no reputation */
	double change, margin;
	assert_true(reputation_change(&c, &b, &change, &margin) && change < 0 && -change > margin);
	assert_true(reputation_change(&d, &b, &change, &margin) && fabs(change) < margin);
	assert_false(reputation_change(&b, &(struct reputation){}, &change, &margin)); /* nothing in common */
}

/* One whose voice carries far weighs more, but not alone. */
static void test_one_loud_voice(void **state)
{
	struct reputation_sums s = {};
	for (int i = 0; i < 20; i++)
		reputation_add(&s, TONE_POSITIVE, 50, false);
	reputation_add(&s, TONE_NEGATIVE, 100000000, true);
	struct reputation r = settled(&s);
	assert_true(r.parts[REPUTATION_TONE].value > 75 && r.parts[REPUTATION_TONE].value < 100);
	reputation_add(&s, TONE_NEGATIVE, -1, false); /* an audience that nobody knows is the least there is */
	assert_true(settled(&s).parts[REPUTATION_TONE].value > 75);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_one_loud_voice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
