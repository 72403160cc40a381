/* channel_warning.h: what people were told of a channel before it broke: a row for each thing that is coming, how near it was when it was told last.
 * What is over is forgotten, so that it is told again when it comes back. */
#pragma once
#include "sys/db.h"

struct channel_warning {
	i64 workspace, channel;
	struct str what, about; /* "expiry", ""; "right", "write:favourites" */
	i64 stage;              /* higher: nearer */
	struct str headline, story; /* the headline is a msgid */
	i64 act_by;             /* until when a person must act; 0: no date */
	i64 since_at, told_at, seen_at;
};

enum err channel_warnings(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_warning **ret_warnings, size_t *ret_count);
enum err channel_warning_save(struct cx *cx, struct db *db, const struct channel_warning *warning);
enum err channel_warning_over(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str what, struct str about);
