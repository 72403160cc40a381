/* count.h: how many rows each lasting table holds, over all workspaces: what a backup says of itself, and a restored one is held to. */
#pragma once
#include "sys/db.h"

struct table_count {
	struct str name;
	i64 rows;
};

enum err table_counts(struct cx *cx, struct db *db, struct table_count **ret_counts, size_t *ret_count); /* by name */
/* Tables that are not counted, for the test that none was forgotten. */
#define TABLES_NOT_COUNTED "channel_warning", "channel_window", "channel_mark", "login", "channel_gate", "channel_act", "process", "presence", "undo", "change", "session", "one_time_token", "sign_in_try", "contact_fts", "message_fts", "message_word", "job", "migration"
