/* survey_duty.h: the duty of the working role that surveys what is said (insight/survey.h): one query a turn, the one that is due the longest,
 * and never more than a tenth of its time. A query is looked at again when something was said since, a quarter of an hour later at the earliest;
 * where nothing is said, ever more seldom, up to two hours; once a day in any case, for its times move on. */
#pragma once
#include "sys/db.h"

/* *ret_wake: when to look again. */
enum err survey_turn(struct cx *cx, struct db *db, i64 *ret_done, i64 *ret_wake);
