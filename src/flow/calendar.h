/* calendar.h: the verbs of the calendar that are not about posts (those are flow/post.h): the house's own notes and events. Each is one transaction:
 * with its audit entry and the change "post" that open calendars live on. By whoever may write posts. Nothing is deleted. */
#pragma once
#include "store/calendar_note.h"

/* id 0: a new one, then its id. Days are "2027-03-24"; an empty until_day is the day itself. Field errors: "day", "until_day", "title". */
enum err calendar_note_keep(struct cx *cx, struct db *db, struct calendar_note *note);
enum err calendar_note_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away);
