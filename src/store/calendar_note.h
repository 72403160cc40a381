/* calendar_note.h: what a house writes into its calendar itself: notes for the team, and events of the company. Days are those of the calendar on
 * the wall, "2027-03-24", without an hour or a zone. Nothing is deleted: a note is put away.
 */
#pragma once
#include "sys/db.h"

struct calendar_note {
	i64 id, workspace;
	struct str kind;            /* note, event, quiet: nothing goes out on it */
	struct str day, until_day;  /* the last day belongs to it; the same for one day */
	struct str title, body;
	i64 created_by, created_at, updated_at, archived_at;
	struct str seen;            /* with calendar_note_keep(): the mark of what was seen (flow/seen.h); no column */
};

enum err calendar_note_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct calendar_note *ret_note); /* ERR_MISSING */
enum err calendar_note_save(struct cx *cx, struct db *db, const struct calendar_note *note);                     /* inserts or updates by id */
/* Those in use that touch a day from one to another (both belong), by day. */
enum err calendar_notes(struct cx *cx, struct db *db, i64 workspace, struct str from, struct str to, size_t limit, struct calendar_note **ret_notes, size_t *ret_count);
