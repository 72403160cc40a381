/* calendar_source.h: calendars of others brought into ours (iCalendar): as a file, or under an address that the working role reads again and again. Each of
 * their events becomes a note or an event of the house, once by what their calendar calls it: what is read again makes nothing twice, what changed there
 * changes here, what is there no more is put away, and what people put away here stays so. From 30 days back to 400 days ahead. By whoever may arrange the desk. */
#pragma once
#include "store/calendar_source.h"
#include "sys/crypto.h"
#include "sys/net.h"

struct calendar_brought {
	i64 source;
	i64 made, changed, gone, same; /* notes */
	i64 left_out;                  /* events that could not be read, or not in full */
	struct str why;                /* of the first of these */
};

/* A file: into the calendar of that name, which is begun where there is none; an empty name is the file's own. Field errors "name", "file", "kind". */
enum err calendar_source_bring(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str kind, struct str text, struct calendar_brought *ret_brought);
enum err calendar_source_open(struct cx *cx, const char *path, struct str *ret_text); /* field "file" */
/* An address (http, https, webcal), to be read soon; one of this name that is read under an address has this one from now on. It is sealed to `work`: of it the host alone is shown. Field
 * errors "name", "url", "kind". */
enum err calendar_source_follow(struct cx *cx, struct db *db, i64 workspace, struct str name, struct str kind, struct str url, const struct public_key *work, i64 *ret_source);
enum err calendar_source_again(struct cx *cx, struct db *db, i64 workspace, i64 source); /* read it soon */
enum err calendar_source_put_away(struct cx *cx, struct db *db, i64 workspace, i64 source, bool away); /* with its notes */

/* The working role: reads one that is due. Its own transactions; no call within one. */
enum err calendar_source_turn(struct cx *cx, struct db *db, struct net *net, const struct key_pair *work, i64 *ret_done, i64 *ret_wake);
