#include "test.h"

#include "base/clock.h"
#include "sys/net_quota.h"

#define NOW (1800000000 * SECOND) /* 2027-01-15T08:00:00Z */

static struct net_quota read_all(const char *const *pairs, bool *ret_told)
{
	struct net_header headers[12];
	size_t count = 0;
	struct net_quota quota = {.limit = -7, .left = -7};
	for (; *pairs; pairs += 2)
		headers[count++] = (struct net_header){str_of(pairs[0]), str_of(pairs[1])};
	struct net_answer answer = {.headers = headers, .header_count = count};
	*ret_told = net_quota_read(&answer, NOW, &quota);
	return quota;
}

#define MAX_PAIRS 18
static void test_forms(void **state)
{
	static const struct {
		const char *headers[MAX_PAIRS];
		const char *form;
		i64 limit, left, reset, pause; /* seconds from now; -1: none */
	} cases[] = {
		{{"RateLimit-Limit", "3000", "RateLimit-Remaining", "2999", "RateLimit-Reset", "1800000300", "RateLimit-Policy", "3000;w=300"}, "bluesky", 3000, 2999, 300, -1},
		{{"RateLimit-Limit", "100", "RateLimit-Remaining", "50", "RateLimit-Reset", "30"}, "bluesky", 100, 50, 30, -1},
		{{"RateLimit", "limit=100, remaining=7, reset=30"}, "ietf", 100, 7, 30, -1},
		{{"RateLimit", "\"default\";r=50;t=30"}, "ietf", -1, 50, 30, -1},
		{{"X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "2027-01-15T08:05:00.000000Z"}, "mastodon", 300, 0, 300, -1},
		{{"x-ratelimit-used", "2", "x-ratelimit-remaining", "598.0", "x-ratelimit-reset", "463"}, "mastodon", -1, 598, 463, -1}, /* Reddit */
		{{"x-rate-limit-limit", "900", "x-rate-limit-remaining", "899", "x-rate-limit-reset", "1800000900", "x-user-limit-24hour-limit", "100",
		  "x-user-limit-24hour-remaining", "2", "x-user-limit-24hour-reset", "1800086400"}, "x-user-day", 100, 2, 86400, -1},
		{{"X-RateLimit-Limit", "5", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "1800000001.500", "X-RateLimit-Reset-After", "1.500", "X-RateLimit-Bucket", "abcd"},
		 "discord", 5, 0, 1, -1},
		{{"x-ratelimit-limit-requests", "60", "x-ratelimit-remaining-requests", "59", "x-ratelimit-reset-requests", "6m0s"}, "openai", 60, 59, 360, -1},
		{{"X-App-Usage", "{\"call_count\":28,\"total_time\":91.5,\"total_cputime\":25}"}, "graph-app", 100, 8, -1, -1},
		{{"X-Business-Use-Case-Usage", "{\"1234\":[{\"type\":\"pages\",\"call_count\":100,\"total_cputime\":1,\"total_time\":1,\"estimated_time_to_regain_access\":19}]}"},
		 "graph-business", 100, 0, -1, 19 * 60},
		/* a clock that is a day ahead: its stamps are put right */
		{{"Date", "Sat, 16 Jan 2027 08:00:00 GMT", "X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "2027-01-16T08:05:00Z"}, "mastodon", 300, 0, 300, -1},
		{{"X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "3", "X-RateLimit-Reset", "1700000000"}, "mastodon", 300, 3, 0, -1}, /* over already */
		{{"X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "3", "X-RateLimit-Reset", "99999999999999999"}, "mastodon", 300, 3, -1, -1},
		{{"X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "3", "X-RateLimit-Reset", "99999999"}, "mastodon", 300, 3, 31 * 86400, -1},
		{{"X-RateLimit-Limit", "300", "X-RateLimit-Remaining", "3", "X-RateLimit-Reset", "soon"}, "mastodon", 300, 3, -1, -1},
		{{"X-RateLimit-Limit", "300, 300;w=60", "X-RateLimit-Remaining", "7"}, "mastodon", 300, 7, -1, -1},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool told;
		struct net_quota q = read_all(cases[i].headers, &told);
		i64 reset = cases[i].reset < 0 ? 0 : NOW + cases[i].reset * SECOND, pause = cases[i].pause < 0 ? 0 : NOW + cases[i].pause * SECOND;
		if (!told || !str_eq(str_of(q.form), str_of(cases[i].form)) || q.limit != cases[i].limit || q.left != cases[i].left ||
		    (q.reset_at - reset) / SECOND != 0 || q.pause_until != pause)
			fail_msg("case %zu (%s): %d %s %lld of %lld, reset %lld s, pause %lld s", i, cases[i].headers[0], told, q.form ? q.form : "-", (long long)q.left,
				 (long long)q.limit, q.reset_at ? (long long)((q.reset_at - NOW) / SECOND) : -1, q.pause_until ? (long long)((q.pause_until - NOW) / SECOND) : -1);
	}
}

static void test_nothing(void **state)
{
	static const char *const cases[][5] = {
		{NULL}, {"X-RateLimit-Limit", "100", NULL}, {"X-RateLimit-Remaining", "-5", NULL}, {"X-RateLimit-Remaining", "many", NULL}, {"X-App-Usage", "{\"call_count\":", NULL},
		{"X-App-Usage", "[1,2]", NULL}, {"RateLimit", ";;,,==", NULL}, {"RateLimit", "", NULL}, {"X-RateLimit-Remaining", "nan", NULL}, {"X-App-Usage", "{}", NULL},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool told;
		struct net_quota q = read_all(cases[i], &told);
		if (told || q.left != -7)
			fail_msg("case %zu", i);
	}
}

static void test_rows(void **state)
{
	i64 at;
	for (const struct net_quota_form *f = net_quota_forms; f->word; f++)
		assert_true(f->left && f->source && time_parse_loose(str_of(f->as_of), &at));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms), cmocka_unit_test(test_nothing), cmocka_unit_test(test_rows)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
