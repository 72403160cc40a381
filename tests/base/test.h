/* test.h: what every cmocka test includes, in the order that cmocka wants, and short names for our types. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail /* ours is in cx.h */
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#include "base/cx.h"

#define assert_str(actual, expected)                                                                                           \
	do {                                                                                                                   \
		struct str actual_ = (actual), expected_ = str_of(expected);                                                   \
		if (!str_eq(actual_, expected_))                                                                               \
			fail_msg("is \"%.*s\", should be \"%.*s\"", STR_ARG(actual_), STR_ARG(expected_));                     \
	} while (0)

/* The call succeeds, or the test says the story. */
#define assert_ok(cx, call)                                                                                                    \
	do {                                                                                                                   \
		enum err error_ = (call);                                                                                      \
		if (error_ != OK)                                                                                              \
			fail_msg("%s: %s %s: %s", #call, err_row(error_)->word, (cx)->field, (cx)->story);                     \
	} while (0)

#define assert_err(call, error) assert_int_equal((call), (error))
