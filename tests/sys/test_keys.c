#include "test.h"

#include "folder.h"
#include "sys/keys.h"

#include <sys/stat.h>

static struct arena *arena;
static struct cx cx;

static int setup(void **state)
{
	arena = arena_new();
	cx = cx_new(arena);
	test_folder_make();
	return 0;
}

static int teardown(void **state)
{
	test_folder_remove(&cx);
	arena_free(arena);
	return 0;
}

static void test_made_once(void **state)
{
	const char *data = in_folder(arena, "data");
	struct serving_keys serving, again;
	struct working_keys working;
	assert_err(keys_for_serving(&cx, data, &serving), ERR_MISSING);
	assert_err(keys_for_working(&cx, data, &working), ERR_MISSING);
	assert_false(file_there(data)); /* reading makes nothing */
	assert_ok(&cx, keys_make(&cx, data));
	assert_ok(&cx, keys_for_serving(&cx, data, &serving));
	assert_ok(&cx, keys_for_working(&cx, data, &working));
	assert_ok(&cx, keys_make(&cx, data));
	assert_ok(&cx, keys_for_serving(&cx, data, &again));
	assert_memory_equal(&serving, &again, sizeof serving);
	assert_memory_equal(&serving.work, &working.pair.public, sizeof serving.work);
	assert_memory_not_equal(&serving.csrf, &serving.flash, sizeof serving.csrf);
	assert_false(file_there(in_folder(arena, "data/keys.new")));

	struct str plain, sealed = seal_to(arena, &serving.work, S("channel:1"), S("token"));
	assert_ok(&cx, seal_to_open(&cx, &working.pair, S("channel:1"), sealed, &plain));
	assert_str(plain, "token");
	char a[KEYS_MARK_LEN + 1], b[KEYS_MARK_LEN + 1];
	keys_mark(&serving.work, a);
	keys_mark(&working.pair.public, b);
	assert_string_equal(a, b);
	assert_int_equal(strlen(a), KEYS_MARK_LEN);

	const char *paths[3];
	keys_paths(arena, data, paths);
	static const unsigned modes[3] = {0600, 0600, 0644};
	for (int i = 0; i < 3; i++) {
		struct stat status;
		assert_int_equal(stat(paths[i], &status), 0);
		assert_int_equal(status.st_mode & 0777, modes[i]);
	}
}

static void test_missing(void **state)
{
	const char *data = in_folder(arena, "data"), *paths[3];
	struct serving_keys serving, again;
	struct working_keys working;
	keys_paths(arena, data, paths);
	assert_ok(&cx, keys_make(&cx, data));
	assert_ok(&cx, keys_for_serving(&cx, data, &serving));
	/* the public half follows from the secret one */
	assert_ok(&cx, file_remove(&cx, paths[2]));
	assert_err(keys_for_serving(&cx, data, &again), ERR_MISSING);
	assert_ok(&cx, keys_make(&cx, data));
	assert_ok(&cx, keys_for_serving(&cx, data, &again));
	assert_memory_equal(&serving, &again, sizeof serving);
	/* a secret one is never made anew beside others */
	assert_ok(&cx, file_remove(&cx, paths[1]));
	assert_err(keys_make(&cx, data), ERR_SYSTEM);
	assert_non_null(strstr(cx.story, "work.key"));
	assert_ok(&cx, keys_for_serving(&cx, data, &again)); /* which does not touch work.key */
	assert_err(keys_for_working(&cx, data, &working), ERR_MISSING);
	assert_non_null(strstr(cx.story, "backup"));
}

static void test_damaged(void **state)
{
	const char *data = in_folder(arena, "data"), *paths[3];
	struct serving_keys serving;
	struct working_keys working;
	keys_paths(arena, data, paths);
	assert_ok(&cx, keys_make(&cx, data));
	struct str line, other;
	assert_ok(&cx, file_read(&cx, paths[0], 200, &line));
	assert_ok(&cx, file_read(&cx, paths[1], 200, &other));
	assert_ok(&cx, file_write(&cx, paths[1], 0600, line)); /* serve.key under the name of work.key */
	assert_err(keys_for_working(&cx, data, &working), ERR_SYSTEM);
	assert_ok(&cx, file_write(&cx, paths[1], 0600, str_head(other, other.len - 3)));
	assert_err(keys_for_working(&cx, data, &working), ERR_SYSTEM);
	assert_ok(&cx, file_write(&cx, paths[1], 0600, S("")));
	assert_err(keys_for_working(&cx, data, &working), ERR_SYSTEM);
	assert_ok(&cx, file_write(&cx, paths[1], 0600, other));
	assert_ok(&cx, keys_for_working(&cx, data, &working));
	assert_int_equal(chmod(paths[1], 0640), 0);
	assert_err(keys_for_working(&cx, data, &working), ERR_SYSTEM);
	assert_non_null(strstr(cx.story, "chmod 600"));
	assert_int_equal(chmod(paths[0], 0604), 0);
	assert_err(keys_for_serving(&cx, data, &serving), ERR_SYSTEM);
}

static void test_interrupted(void **state)
{
	const char *data = in_folder(arena, "data");
	struct serving_keys serving;
	/* a crash before the rename: half a folder under the other name, and an empty one under the right one */
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "data/keys.new")));
	assert_ok(&cx, file_write(&cx, in_folder(arena, "data/keys.new/serve.key"), 0600, S("half")));
	assert_ok(&cx, folder_make(&cx, in_folder(arena, "data/keys")));
	assert_ok(&cx, keys_make(&cx, data));
	assert_ok(&cx, keys_for_serving(&cx, data, &serving));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_made_once, setup, teardown), cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown), cmocka_unit_test_setup_teardown(test_interrupted, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
