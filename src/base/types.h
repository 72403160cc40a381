/* types.h: the short names of the fixed-width integers, and the attributes every header uses.
 * Nothing here allocates or can fail. */
#pragma once
#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define i32 int32_t
#define u32 uint32_t
#define i64 int64_t
#define u64 uint64_t
#define u8 uint8_t

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PRINTF(format_at, first) __attribute__((format(printf, format_at, first)))
#define CLEANUP(function) __attribute__((cleanup(function)))
#define UNUSED __attribute__((unused))
#define thread_local _Thread_local /* a keyword only from gcc 13 on */
