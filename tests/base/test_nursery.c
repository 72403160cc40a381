#include "test.h"

#include "base/nursery.h"

#include <pthread.h>
#include <string.h>

#define PIECES 40000 /* some blocks full */

static u64 fill_of(size_t i)
{
	return (u64)i * 0x9e3779b97f4a7c15u;
}

static void fill(void **pieces)
{
	for (size_t i = 0; i < PIECES; i++) {
		pieces[i] = nursery_take(8 + i % 120);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % 16, 0);
		*(u64 *)pieces[i] = fill_of(i);
	}
}

static void *give_every_second(void *pieces)
{
	for (size_t i = 0; i < PIECES; i += 2)
		nursery_give(((void **)pieces)[i]);
	return NULL;
}

static void test_pieces_keep_what_is_in_them(void **state)
{
	static void *pieces[PIECES];
	for (int round = 0; round < 3; round++) {
		fill(pieces);
		for (size_t i = 0; i < PIECES; i++)
			assert_true(*(u64 *)pieces[i] == fill_of(i));
		for (size_t i = PIECES; i-- > 0;)
			nursery_give(pieces[i]);
	}
	nursery_give(NULL);
}

static void test_large_pieces(void **state)
{
	char *large = nursery_take((size_t)3 << 20);
	memset(large, 7, (size_t)3 << 20);
	nursery_give(large);
}

/* Given back by two threads at once while the one that took them goes on taking. */
static void test_another_thread_gives_back(void **state)
{
	static void *pieces[PIECES], *more[PIECES];
	for (int round = 0; round < 5; round++) {
		pthread_t other;
		fill(pieces);
		assert_int_equal(pthread_create(&other, NULL, give_every_second, pieces), 0);
		for (size_t i = 1; i < PIECES; i += 2) {
			assert_true(*(u64 *)pieces[i] == fill_of(i));
			nursery_give(pieces[i]);
		}
		fill(more);
		pthread_join(other, NULL);
		for (size_t i = 0; i < PIECES; i++) {
			assert_true(*(u64 *)more[i] == fill_of(i));
			nursery_give(more[i]);
		}
	}
}

static void *take_and_end(void *pieces)
{
	fill(pieces);
	return NULL;
}

/* What a thread took outlives it, and its blocks are found again: many such threads do not use up the room. */
static void test_threads_that_end(void **state)
{
	static void *pieces[PIECES];
	for (int round = 0; round < 50; round++) {
		pthread_t other;
		assert_int_equal(pthread_create(&other, NULL, take_and_end, pieces), 0);
		pthread_join(other, NULL);
		for (size_t i = 0; i < PIECES; i++) {
			assert_true(*(u64 *)pieces[i] == fill_of(i));
			nursery_give(pieces[i]);
		}
	}
}

#ifndef NURSERY_IS_WATCHED
static void test_an_empty_block_begins_again(void **state)
{
	void *first = nursery_take(64);
	nursery_give(first);
	assert_ptr_equal(nursery_take(64), first);
	nursery_give(first);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifndef NURSERY_IS_WATCHED
		cmocka_unit_test(test_an_empty_block_begins_again),
#endif
		cmocka_unit_test(test_pieces_keep_what_is_in_them), cmocka_unit_test(test_large_pieces),
		cmocka_unit_test(test_another_thread_gives_back), cmocka_unit_test(test_threads_that_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
