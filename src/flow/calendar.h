/* calendar.h: the verbs of the calendar that are not about posts (those are flow/post.h): the house's own notes and events, and whose key dates are shown. Each is one transaction:
 * with its audit entry and the change "post" that open calendars live on. By whoever may write posts. Nothing is deleted. */
#pragma once
#include "flow/seen.h"
#include "store/calendar_feed.h"
#include "store/calendar_note.h"

#include <jansson.h>

/* id 0: a new one, then its id. Days are "2027-03-24"; an empty until_day is the day itself. Field errors: "day", "until_day", "title". */
void calendar_note_seen(const struct calendar_note *note, struct seen *ret_seen); /* its fields, as its form has them */
enum err calendar_note_keep(struct cx *cx, struct db *db, struct calendar_note *note);
enum err calendar_note_put_away(struct cx *cx, struct db *db, i64 workspace, i64 id, bool away);
/* Whose key dates the calendar shows: ["FR", "FR/GP"], as model/key_date.h knows them; kept in the workspace's settings. Takes the reference. By whoever may
 * arrange the desk. */
enum err calendar_follow(struct cx *cx, struct db *db, i64 workspace, json_t *places);

/* An address for other programs, of the actor's own: id, person and created_at are set; *ret_code (arena) is the secret in it, told this once. */
enum err calendar_feed_make(struct cx *cx, struct db *db, struct calendar_feed *feed, struct str *ret_code);
enum err calendar_feed_end(struct cx *cx, struct db *db, i64 workspace, i64 id); /* one of the actor's own */
