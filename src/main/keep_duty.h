/* keep_duty.h: the working role's duties with a bucket (flow/keep.h): one sends and drops, some bring what is wished for, each with a client of its own. */
#pragma once
#include "main/duty.h"

#define KEEP_BRINGERS 3 /* so that one large file holds no picture of a page back */
#define KEEP_DUTIES (1 + KEEP_BRINGERS)

enum err keep_duty_start(struct cx *cx, struct duty *duty);
enum err keep_duty_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake);
enum err bring_duty_start(struct cx *cx, struct duty *duty);
enum err bring_duty_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake);
void bring_duty_end(struct duty *duty);
