/* What a workspace adds: the same lessons give the same bytes, what is alike follows, what is not stays; and no bytes do harm. */
#include "test.h"

#include "base/clock.h"
#include "text/own.h"

#include <math.h>
#include <string.h>

struct school {
	struct cx *cx;
	struct reading *reading;
	struct features *features;
	struct own_row rows[2100];
	size_t count;
};

static struct school *school_new(struct cx *cx)
{
	struct school *s = arena_new_of(cx->arena, struct school);
	*s = (struct school){.cx = cx, .reading = reading_new(cx->arena), .features = features_new(cx->arena)};
	return s;
}

static void read_text(struct school *s, struct str text)
{
	reading_of(s->reading, text);
	features_of(s->features, s->reading);
}

static size_t add(struct school *s, struct str text)
{
	read_text(s, text);
	s->rows[s->count] = own_row_of(s->cx->arena, s->reading, s->features);
	return s->count++;
}

static float sum_of(struct school *s, const struct own *own, const char *text, u8 head)
{
	float sums[OWN_HEADS] = {};
	read_text(s, str_of(text));
	own_sums(own, s->reading, s->features, sums);
	return sums[head];
}

static struct str learn(struct school *s, const struct own_lesson *lessons, size_t count)
{
	struct buf *out = buf_in_arena(s->cx->arena);
	assert_ok(s->cx, own_learn(s->cx, s->rows, s->count, lessons, count, out));
	return buf_keep(out, s->cx->arena);
}

static void test_what_is_alike_follows(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct school *s = school_new(&cx);
	struct own *own;
	struct own_lesson lessons[] = {
		{add(s, S("the zwieback festival is back")), 3, 4, 20}, {add(s, S("the bread is good")), 3, 0, 1}, {add(s, S("is the shop open")), 3, 0, 1},
	};
	struct str bytes = learn(s, lessons, COUNT(lessons)), again = learn(s, lessons, COUNT(lessons));
	assert_true(str_eq(bytes, again));
	assert_ok(&cx, own_open(&cx, bytes, &own));
	assert_true(sum_of(s, own, "the zwieback festival is back", 3) > 3);
	assert_true(sum_of(s, own, "Zwieback FESTIVAL today", 3) > 1.5f);
	assert_true(fabsf(sum_of(s, own, "the bread is open", 3)) < 0.5f);
	assert_true(sum_of(s, own, "the zwieback festival is back", 2) == 0); /* another answer */
	float parts[READING_TOKENS] = {};
	read_text(s, S("a zwieback of yours"));
	own_why(own, s->reading, s->features, 3, parts);
	assert_true(parts[1] > parts[0] && parts[1] > parts[2] && parts[1] > 0.5f);
	struct str nothing = learn(s, NULL, 0);
	assert_ok(&cx, own_open(&cx, nothing, &own));
	assert_true(sum_of(s, own, "the zwieback festival", 3) == 0);
}

static void test_thousands_in_a_moment(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct school *s = school_new(&cx);
	struct own_lesson *lessons = arena_array(arena, struct own_lesson, 4000);
	u64 chance = 7;
	for (size_t i = 0; i < 2000; i++) {
		CLEANUP(buf_free) struct buf text = {};
		for (int w = 0; w < 15; w++) {
			chance = chance * 6364136223846793005u + 1442695040888963407u;
			buf_addf(&text, "word%u ", (unsigned)(chance >> 33) % 3000);
		}
		size_t row = add(s, buf_str(&text));
		lessons[2 * i] = (struct own_lesson){row, 9, i % 2 ? 2 : -2, 20};
		lessons[2 * i + 1] = (struct own_lesson){row, 10, i % 2 ? -2 : 2, 20};
	}
	i64 started = time_worked();
	struct str bytes = learn(s, lessons, 4000);
	i64 took = time_worked() - started;
	print_message("2,000 corrections learnt in %lld ms of processor time, %zu bytes\n", (long long)(took / MILLISECOND), bytes.len);
	struct own *own;
	assert_ok(&cx, own_open(&cx, bytes, &own));
	assert_true(bytes.len < 3u << 20);
}

static void test_any_bytes(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct school *s = school_new(&cx);
	struct own *own;
	struct own_lesson lesson = {add(s, S("the zwieback festival is back")), 3, 4, 20};
	struct str bytes = learn(s, &lesson, 1);
	for (size_t len = 0; len < bytes.len; len++) {
		struct str cut = arena_str(arena, str_head(bytes, len));
		assert_int_not_equal(own_open(&cx, cut, &own), OK);
	}
	u64 chance = 11;
	for (int round = 0; round < 2000; round++) {
		struct str copy = arena_str(arena, bytes);
		chance = chance * 6364136223846793005u + 1442695040888963407u;
		((char *)copy.at)[(chance >> 33) % copy.len] ^= (char)(1 + (chance >> 20) % 255);
		if (own_open(&cx, copy, &own) == OK)
			sum_of(s, own, "another zwieback festival", 3);
		cx_forget(&cx);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_alike_follows), cmocka_unit_test(test_thousands_in_a_moment), cmocka_unit_test(test_any_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
