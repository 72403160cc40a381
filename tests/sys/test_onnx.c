/* Without ONNX Runtime nothing breaks, and what is told says what to install. (With it: tests/play/backends.mjs.) */
#include "test.h"

#include "sys/onnx.h"

#include <string.h>

static void test_a_machine_without_it(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	const struct onnx *onnx;
	assert_int_equal(onnx_open(&cx, S("/nowhere/libonnxruntime.so"), &onnx), ERR_MISSING);
	assert_non_null(strstr(cx.story, "onnx_library"));
	assert_non_null(strstr(cx.story, "/nowhere/libonnxruntime.so"));
}

static void test_another_library(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	const struct onnx *onnx;
	assert_int_equal(onnx_open(&cx, S("libm.so.6"), &onnx), ERR_MISSING);
	assert_non_null(strstr(cx.story, "not ONNX Runtime"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_machine_without_it), cmocka_unit_test(test_another_library)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
