/* Kept files that are away: what settings of a bucket do, what its errors say, wishes and how they end. The bucket itself is played against in tests/play/bucket.mjs. */
#include "test.h"

#include "base/clock.h"
#include "folder.h"
#include "sys/blob.h"
#include "sys/bucket.h"
#include "sys/files.h"

#include <pthread.h>

static struct arena *arena;
static struct cx cx;

static int begin(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	return 0;
}

static int finish(void **state)
{
	blob_cache_use(NULL, 0);
	arena_free(arena);
	return 0;
}

static enum err settings(const char *store, const char *region)
{
	const struct bucket_settings s = {.store = str_of(store), .region = str_of(region), .id = S("id"), .secret = S("secret")};
	return bucket_settings_check(&cx, &s);
}

static void test_settings(void **state)
{
	static const char *const fine[] = {"s3://desk", "s3://desk/", "s3://my.desk-1/a/b_c", "s3://desk/2026/x.y"};
	static const char *const wrong[] = {"", "desk", "http://desk", "s3://", "s3://de", "s3://.desk", "s3://desk//a", "s3://desk/a/../b", "s3://desk/./a", "s3://desk/é", "s3://desk/a b", "s3://desk/a?b"};
	for (size_t i = 0; i < COUNT(fine); i++)
		assert_ok(&cx, settings(fine[i], ""));
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(settings(wrong[i], ""), ERR_BAD_INPUT);
	assert_int_equal(settings("s3://desk", "eu west"), ERR_BAD_INPUT);
	struct bucket *bucket;
	assert_ok(&cx, bucket_open(&cx, &(struct bucket_settings){.store = S("s3://desk/a/"), .region = S("eu-west-3"), .id = S("id")}, NULL, &bucket));
	assert_str(bucket_place(bucket), "https://s3.eu-west-3.amazonaws.com/desk/a");
}

static void test_errors(void **state)
{
	struct bucket_error e = bucket_error_of(S("<?xml version=\"1.0\"?>\n<Error><Code>NoSuchKey</Code><Region>eu-west-3</Region></Error>"));
	assert_str(e.code, "NoSuchKey");
	assert_str(e.region, "eu-west-3");
	/* Pages of others, and what is no word, say nothing. */
	assert_int_equal(bucket_error_of(S("<html><Code>NoSuchKey</Code>")).code.len, 0);
	assert_int_equal(bucket_error_of(S("<Error><Code>No<b>Such</b></Code>")).code.len, 0);
	assert_int_equal(bucket_error_of(S("<Error><Code>%s%n</Code>")).code.len, 0);
	assert_int_equal(bucket_error_of(S("<Error><Code>")).code.len, 0);
	assert_int_equal(bucket_error_of((struct str){}).code.len, 0);
}

/* ---- wishes ---- */

struct granting {
	const char *wanted, *blobs;
	struct str bytes;
	enum err came;
};

static void *grant(void *subject)
{
	struct granting *g = subject;
	struct arena *own = arena_new();
	struct cx mine = cx_new(own);
	int watch = blob_wanted_watch(g->wanted);
	struct str *names, kept;
	size_t count = 0;
	for (int i = 0; i < 100 && !count; i++) {
		assert_int_equal(blob_wanted(&mine, g->wanted, &names, &count), OK);
		if (!count)
			blob_wanted_wait(watch, SECOND / 10);
	}
	assert_int_equal(count, 1);
	if (g->came == OK)
		assert_int_equal(blob_store(&mine, g->blobs, g->bytes, &kept), OK);
	blob_wanted_over(&mine, g->wanted, names[0], g->came);
	assert_int_equal(blob_wanted(&mine, g->wanted, &names, &count), OK);
	assert_int_equal(count, 0);
	close(watch);
	arena_free(own);
	return NULL;
}

static enum err wish(struct str bytes, enum err came, bool granted, struct str *ret_bytes)
{
	struct granting g = {.wanted = in_folder(arena, "wanted"), .blobs = in_folder(arena, "blobs"), .bytes = bytes, .came = came};
	struct str name;
	const char *path;
	pthread_t thread;
	assert_ok(&cx, folder_make(&cx, g.wanted));
	assert_ok(&cx, blob_store(&cx, g.blobs, bytes, &name));
	assert_true(blob_is(bytes, name) && !blob_is(S("other"), name));
	assert_ok(&cx, blob_path(&cx, g.blobs, name, &path));
	assert_ok(&cx, file_remove(&cx, path));
	blob_cache_use(g.wanted, granted ? 10 * SECOND : SECOND / 10);
	if (granted)
		assert_int_equal(pthread_create(&thread, NULL, grant, &g), 0);
	enum err e = blob_read(&cx, g.blobs, name, 100, ret_bytes);
	if (granted)
		pthread_join(thread, NULL);
	return e;
}

static void test_wishes(void **state)
{
	struct str got;
	test_folder_make();
	assert_ok(&cx, wish(S("bread"), OK, true, &got));
	assert_str(got, "bread");
	assert_int_equal(wish(S("salt"), ERR_MISSING, true, &got), ERR_MISSING);
	assert_true(strstr(cx.story, "neither here nor in the bucket"));
	assert_int_equal(wish(S("yeast"), ERR_REMOTE, true, &got), ERR_LATER);
	/* Nobody grants: it takes no longer than who waits is patient, and the wish stays for who comes later. */
	struct str *names;
	size_t count;
	i64 before = time_monotonic();
	assert_int_equal(wish(S("flour"), OK, false, &got), ERR_LATER);
	assert_true(time_monotonic() - before < 5 * SECOND);
	assert_ok(&cx, blob_wanted(&cx, in_folder(arena, "wanted"), &names, &count));
	assert_int_equal(count, 1);
	/* Without a cache nothing is waited for. */
	blob_cache_use(NULL, 0);
	const char *path;
	assert_ok(&cx, blob_find(&cx, in_folder(arena, "blobs"), names[0], &path));
	assert_false(file_there(path));
	test_folder_remove(&cx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_settings, begin, finish),
		cmocka_unit_test_setup_teardown(test_errors, begin, finish),
		cmocka_unit_test_setup_teardown(test_wishes, begin, finish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
