/* alarms.h: what was unusual of late in what is listened for, as pages show it. */
#pragma once
#include "page/page.h"
#include "store/alarm.h"

json_t *alarm_shape(struct cx *cx, const struct alarm *alarm); /* a ListeningAlarm */
enum err alarms_shape(struct cx *cx, struct db *db, i64 query, json_t **ret_alarms); /* of late, as alarm_list() has them; not those that are hushed */
