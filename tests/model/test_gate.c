#include "test.h"

#include "base/clock.h"
#include "model/gate.h"

#define NOW (1800000000 * SECOND)
static const struct gate_news fine = {.limit = -1, .left = -1}, broken = {.failed = true, .limit = -1, .left = -1};

static void test_backoff(void **state)
{
	for (u64 chance = 0; chance < 1000; chance += 7) {
		i64 before = 0;
		for (i64 n = 1; n < 60; n++) {
			i64 wait = backoff(SECOND, HOUR, n, chance * 1000003);
			assert_true(wait >= SECOND / 2 && wait <= HOUR);
			assert_true(n > 12 || wait * 2 >= before);
			before = wait;
		}
	}
	assert_true(backoff(8 * SECOND, HOUR, 1, 0) == 4 * SECOND && backoff(8 * SECOND, HOUR, 1, 4 * SECOND) == 8 * SECOND);
}

static void test_circuit(void **state)
{
	struct gate gate = {};
	i64 at = 0, last = 0;
	for (int i = 0; i < 4; i++) {
		gate_note(&gate, &broken, NOW, 1);
		assert_true(gate_is_open(&gate, GATE_ACTING, NOW, &at));
	}
	for (int i = 0; i < 20; i++) { /* closed for longer and longer, at most a quarter of an hour; each time one is let through */
		gate_note(&gate, &broken, NOW, UINT32_MAX);
		assert_false(gate_is_open(&gate, GATE_ACTING, NOW, &at));
		assert_false(gate_is_open(&gate, GATE_READING, NOW, &at));
		assert_true(at > NOW && at <= NOW + 15 * MINUTE && at - NOW >= last / 2);
		last = at - NOW;
		assert_true(gate_is_open(&gate, GATE_READING, at, &at));
	}
	gate_note(&gate, &fine, NOW, 1);
	assert_true(gate_is_open(&gate, GATE_ACTING, NOW, &at) && gate.failures == 0 && gate.answered_at == NOW);
}

static void test_pause(void **state)
{
	struct gate gate = {};
	i64 at = 0;
	gate_note(&gate, &(struct gate_news){.retry_at = NOW + MINUTE, .limit = -1, .left = -1}, NOW, 1);
	assert_false(gate_is_open(&gate, GATE_ACTING, NOW, &at));
	assert_true(at == NOW + MINUTE && gate_is_open(&gate, GATE_ACTING, at, &at));
	gate_note(&gate, &fine, NOW, 1);
	assert_true(gate_is_open(&gate, GATE_ACTING, NOW, &at));
}

static void test_quota(void **state)
{
	struct gate gate = {};
	i64 at = 0;
	gate_note(&gate, &(struct gate_news){.limit = 300, .left = 31, .reset_at = NOW + MINUTE}, NOW, 1);
	assert_true(gate_is_open(&gate, GATE_READING, NOW, &at));
	gate_note(&gate, &(struct gate_news){.limit = 300, .left = 30, .reset_at = NOW + MINUTE}, NOW, 1);
	assert_false(gate_is_open(&gate, GATE_READING, NOW, &at)); /* the last tenth is for answers */
	assert_true(at == NOW + MINUTE && gate_is_open(&gate, GATE_ACTING, NOW, &at));
	gate_note(&gate, &(struct gate_news){.limit = 300, .left = 0, .reset_at = NOW + MINUTE}, NOW, 1);
	assert_false(gate_is_open(&gate, GATE_ACTING, NOW, &at));
	gate_note(&gate, &fine, NOW, 1); /* an answer that says nothing of it changes nothing */
	assert_false(gate_is_open(&gate, GATE_ACTING, NOW, &at));
	assert_true(gate_is_open(&gate, GATE_ACTING, NOW + MINUTE, &at));
	gate_note(&gate, &(struct gate_news){.limit = -1, .left = 0}, NOW, 1); /* nobody says until when */
	assert_false(gate_is_open(&gate, GATE_ACTING, NOW, &at));
	assert_true(at == NOW + MINUTE);
	gate_note(&gate, &(struct gate_news){.limit = 10, .left = 0, .reset_at = NOW + 30 * DAY}, NOW, 1);
	assert_false(gate_is_open(&gate, GATE_ACTING, NOW, &at));
	assert_true(at == NOW + DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_backoff), cmocka_unit_test(test_circuit), cmocka_unit_test(test_pause), cmocka_unit_test(test_quota)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
