/* Squeezed bytes: what was written is read, in about as few bits as it has news; damaged or cut, it is refused or something, never outside. */
#include "test.h"

#include "text/squeeze.h"

#include <string.h>

#define STEPS 5000
#define CONTEXTS 40u

static u32 next(u32 *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static const u32 numbers[] = {0, 1, 2, 3, 4, 255, 65535, 65536, 65537, 131071, 131072, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};

/* Context 0: always the same; 1: rare ones; others: any byte; none is written in the last. */
static u8 byte_in(u32 context, u32 *seed)
{
	return context == 0 ? 7 : context == 1 ? (next(seed) % 500 ? 3 : 200) : (u8)next(seed);
}

static struct str write_all(struct arena *arena)
{
	struct squeezer *s = squeezer_new(arena, CONTEXTS);
	struct buf *out = buf_in_arena(arena);
	u32 seed = 1;
	for (size_t i = 0; i < STEPS; i++) {
		u32 context = next(&seed) % (CONTEXTS - 2), bits = next(&seed) % (SQUEEZE_BITS_MAX + 1);
		squeezer_add(s, context, byte_in(context, &seed));
		squeezer_add_bits(s, next(&seed) & ((1u << bits) - 1), bits);
		squeezer_add_number(s, CONTEXTS - 2, numbers[i % COUNT(numbers)]);
	}
	squeezer_end(s, out);
	return buf_str(out);
}

static bool read_all(struct arena *arena, struct str bytes, bool *ret_same)
{
	struct unsqueezer *u = unsqueezer_new(arena, bytes, CONTEXTS);
	u32 seed = 1;
	*ret_same = u;
	for (size_t i = 0; u && i < STEPS; i++) {
		u32 context = next(&seed) % (CONTEXTS - 2), bits = next(&seed) % (SQUEEZE_BITS_MAX + 1);
		bool same = unsqueezer_next(u, context) == byte_in(context, &seed);
		same = (unsqueezer_bits(u, bits) == (next(&seed) & ((1u << bits) - 1))) & same;
		*ret_same &= (unsqueezer_number(u, CONTEXTS - 2) == numbers[i % COUNT(numbers)]) & same;
	}
	return u && unsqueezer_done(u);
}

static void test_gives_back(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	bool same;
	assert_true(read_all(arena, write_all(arena), &same) && same);
	struct buf *out = buf_in_arena(arena);
	squeezer_end(squeezer_new(arena, 1), out); /* nothing at all */
	struct unsqueezer *u = unsqueezer_new(arena, buf_str(out), 1);
	assert_non_null(u);
	assert_true(unsqueezer_done(u));
	unsqueezer_next(u, 0); /* nothing is there to be read */
	assert_false(unsqueezer_done(u));
}

/* A byte that comes once in sixteen times, among one other: 0.34 bits each. */
static void test_takes_few_bits(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct squeezer *s = squeezer_new(arena, 1);
	struct buf *out = buf_in_arena(arena);
	u32 seed = 1;
	for (size_t i = 0; i < 80000; i++)
		squeezer_add(s, 0, next(&seed) % 16 == 0);
	squeezer_end(s, out);
	assert_true(out->len < 3450 && out->len > 3200);
}

static void test_refuses_damage(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str whole = write_all(arena);
	bool same;
	for (size_t len = 0; len < whole.len; len += len < 64 ? 1 : 997) {
		CLEANUP(arena_freep) struct arena *scratch = arena_new();
		char *copy = arena_alloc(scratch, len + 1);
		memcpy(copy, whole.at, len);
		assert_false(read_all(scratch, (struct str){copy, len}, &same));
	}
	u32 seed = 3;
	for (size_t round = 0; round < 400; round++) {
		CLEANUP(arena_freep) struct arena *scratch = arena_new();
		char *copy = arena_alloc(scratch, whole.len);
		memcpy(copy, whole.at, whole.len);
		size_t at = next(&seed) % (round % 2 ? 2000 : (u32)whole.len);
		copy[at] = (char)(copy[at] ^ (1 << round % 8));
		assert_false(read_all(scratch, (struct str){copy, whole.len}, &same) && same);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_gives_back), cmocka_unit_test(test_takes_few_bits), cmocka_unit_test(test_refuses_damage)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
