/* Everything that is handed over reaches the taker once, in its order, understood as it would be by itself; or the taker's failure reaches
 * the reader, and nothing hangs. */
#include "test.h"

#include "flow/ahead.h"
#include "models.h"

#include <stdio.h>
#include <string.h>

#define MANY (4 * AHEAD_BATCH + 37)

struct taken {
	size_t count, batches, largest, fail_at;
	size_t not_understood;
	bool says_known;
};

static const struct understanding nothing_own;

static const char *text_of(size_t n)
{
	static const char *const texts[] = {"what a lovely shop", "awful morons, nasty and stupid", "open on monday"};
	return texts[n % COUNT(texts)];
}

static enum err take(struct cx *cx, void *subject, const struct inbound *items, size_t count, size_t *ret_new)
{
	struct taken *t = subject;
	t->batches++;
	t->largest = count > t->largest ? count : t->largest;
	for (size_t i = 0; i < count; i++) {
		char id[32], thread[32];
		if (t->fail_at && t->count == t->fail_at)
			return fail(cx, ERR_LATER, "Not now.");
		snprintf(id, sizeof id, "m%zu", t->count);
		snprintf(thread, sizeof thread, "t%zu", t->count / 10);
		assert_str(items[i].remote_id, id);
		assert_str(items[i].thread_id, thread);
		assert_str(items[i].body, text_of(t->count));
		if (items[i].meaning) {
			struct meaning wanted = {};
			understand(&nothing_own, items[i].body, (struct str){}, &wanted);
			assert_memory_equal(items[i].meaning->of, wanted.of, sizeof wanted.of);
			assert_true(items[i].meaning->sure == wanted.sure && items[i].meaning->by == 7);
		}
		t->not_understood += !items[i].meaning;
		t->count++;
	}
	*ret_new = t->says_known ? 0 : count;
	return OK;
}

static void prepare(void *subject, struct arena *arena, struct inbound *items, size_t count)
{
	static const struct channel channel = {.id = 1, .workspace = 1};
	ingest_prepare(&nothing_own, &channel, arena, items, count);
}

/* The reader's texts are gone as soon as they were handed over. */
static enum err add(struct cx *cx, struct ahead *ahead, size_t n, bool ours)
{
	char id[32], thread[32], body[64];
	snprintf(id, sizeof id, "m%zu", n);
	snprintf(thread, sizeof thread, "t%zu", n / 10);
	snprintf(body, sizeof body, "%s", text_of(n));
	struct inbound i = {.remote_id = str_of(id), .thread_id = str_of(thread), .author_id = S("a"), .body = str_of(body), .at = 1, .ours = ours};
	enum err e = ahead_add(cx, ahead, &i);
	memset(id, '!', sizeof id);
	memset(thread, '!', sizeof thread);
	memset(body, '!', sizeof body);
	return e;
}

static void test_in_order(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	models_for_test(&cx);
	static const size_t counts[] = {0, 1, AHEAD_BATCH - 1, AHEAD_BATCH, AHEAD_BATCH + 1, 2 * AHEAD_BATCH, MANY};
	for (size_t c = 0; c < COUNT(counts); c++) {
		CLEANUP(arena_freep) struct arena *memory = arena_new();
		struct taken taken = {};
		struct ahead *ahead = ahead_new(memory, &(struct ahead_calls){&taken, prepare, take});
		for (size_t n = 0; n < counts[c]; n++)
			assert_ok(&cx, add(&cx, ahead, n, false));
		assert_ok(&cx, ahead_settle(&cx, ahead));
		assert_int_equal(taken.count, counts[c]);
		assert_int_equal(taken.not_understood, 0);
		assert_true(taken.largest <= AHEAD_BATCH && taken.batches <= counts[c] / AHEAD_BATCH + 1);
		assert_ok(&cx, ahead_settle(&cx, ahead)); /* nothing twice */
		assert_int_equal(taken.count, counts[c]);
	}
}

/* What is ours is not judged; what was known before is not read again for nothing. */
static void test_not_understood(void **state)
{
	CLEANUP(arena_freep) struct arena *memory = arena_new();
	struct cx cx = cx_new(memory);
	models_for_test(&cx);
	struct taken ours = {}, known = {.says_known = true};
	struct ahead *ahead = ahead_new(memory, &(struct ahead_calls){&ours, prepare, take});
	for (size_t n = 0; n < MANY; n++)
		assert_ok(&cx, add(&cx, ahead, n, true));
	assert_ok(&cx, ahead_settle(&cx, ahead));
	assert_int_equal(ours.not_understood, MANY);
	ahead = ahead_new(memory, &(struct ahead_calls){&known, prepare, take});
	for (size_t n = 0; n < MANY; n++)
		assert_ok(&cx, add(&cx, ahead, n, false));
	assert_ok(&cx, ahead_settle(&cx, ahead));
	assert_int_equal(known.count, MANY);
	assert_true(known.not_understood >= MANY - 2 * AHEAD_BATCH);
}

static void test_failure(void **state)
{
	static const size_t at[] = {1, AHEAD_BATCH - 1, AHEAD_BATCH, AHEAD_BATCH + 1, 3 * AHEAD_BATCH + 5};
	for (size_t i = 0; i < COUNT(at); i++) {
		CLEANUP(arena_freep) struct arena *memory = arena_new();
		struct cx cx = cx_new(memory);
		models_for_test(&cx);
		struct taken taken = {.fail_at = at[i]};
		struct ahead *ahead = ahead_new(memory, &(struct ahead_calls){&taken, prepare, take});
		enum err e = OK;
		for (size_t n = 0; n < MANY && e == OK; n++)
			e = add(&cx, ahead, n, false);
		if (e == OK)
			e = ahead_settle(&cx, ahead);
		assert_int_equal(e, ERR_LATER);
		assert_int_equal(taken.count, at[i]);
	} /* the thread may be at work: it ends */
}

static enum err take_files(struct cx *cx, void *subject, const struct inbound *items, size_t count, size_t *ret_new)
{
	size_t *next = subject;
	for (size_t i = 0; i < count; i++) {
		i64 number;
		assert_true(str_to_i64(items[i].remote_id, &number) && (size_t)number == *next);
		size_t wanted = *next % 3 == 2 ? 5u << 20 : 1u << 20;
		assert_int_equal(items[i].attachment_count, 1);
		assert_int_equal(items[i].attachments[0].bytes.len, wanted);
		assert_true(items[i].attachments[0].bytes.at[wanted - 1] == (char)('a' + *next));
		assert_str(items[i].attachments[0].name, "picture.png");
		++*next;
	}
	assert_true(count <= 4); /* no more is held than a batch may weigh */
	*ret_new = count;
	return OK;
}

/* Attachments count: what is heavy is not gathered, and the order stays. */
static void test_heavy(void **state)
{
	CLEANUP(arena_freep) struct arena *memory = arena_new();
	struct cx cx = cx_new(memory);
	models_for_test(&cx);
	size_t next = 0;
	struct ahead *ahead = ahead_new(memory, &(struct ahead_calls){&next, prepare, take_files});
	char *bytes = arena_alloc(memory, 5u << 20);
	for (size_t n = 0; n < 20; n++) {
		char id[32];
		snprintf(id, sizeof id, "%zu", n);
		memset(bytes, (int)('a' + n), 5u << 20);
		struct inbound_attachment file = {.name = S("picture.png"), .bytes = {bytes, n % 3 == 2 ? 5u << 20 : 1u << 20}};
		struct inbound i = {.remote_id = str_of(id), .thread_id = S("t"), .author_id = S("a"), .body = S("Look"), .at = 1, .attachments = &file, .attachment_count = 1};
		assert_ok(&cx, ahead_add(&cx, ahead, &i));
	}
	assert_ok(&cx, ahead_settle(&cx, ahead));
	assert_int_equal(next, 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_order), cmocka_unit_test(test_not_understood), cmocka_unit_test(test_failure), cmocka_unit_test(test_heavy)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
