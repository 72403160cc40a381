/* post_dates.h: the days that mean something for a post's planned day, for the check of dates: key dates of the countries of its audience and of the regions that
 * the workspace follows (its settings, as flow/calendar.h keeps them: "FR", "FR/GP"), and the days on which the house itself said that nothing goes out (notes of
 * its calendar of the kind "quiet"). Where no country of the audience was named, the places that the workspace follows are it. */
#pragma once
#include "check/check.h"
#include "sys/db.h"

/* Sets dates and date_count (arena). By post->planned_at and zone; nothing without an hour. */
enum err post_dates(struct cx *cx, struct db *db, i64 workspace, struct check_post *post);
