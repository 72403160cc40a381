/* transfer.h: every lasting table of a workspace, row by row, for leaving Parvis and for coming back: which columns there are and what
 * each is. A table is a row of transfer_tables[], in an order in which whatever a row refers to stands before it. Secrets
 * (passwords, tokens, sealed credentials, second factors) are no columns here, so they cannot leave.
 *
 * The kinds of columns, a letter each: i an id or a reference (0 or NULL: none), z one that is 0 for none, t an instant, n a number, s a text, j a text that is
 * JSON, b bytes, m a reference within the same table that is set when all its rows are there. */
#pragma once
#include "sys/db.h"

struct transfer_table {
	const char *name;
	const char *columns;  /* "id, workspace_id, name"; the keys come first */
	const char *kinds;    /* "iis" */
	int keys;             /* 1: column 0; 2: columns 0 and 1 */
	/* A page of rows of the workspace in the order of the keys, after the place (key, key2; both INT64_MIN start; with one key both are it). */
	enum err (*page)(struct cx *cx, struct db *db, i64 workspace, i64 key, i64 key2, i64 limit, struct row **ret_row);
	enum err (*insert)(struct cx *cx, struct db *db, const struct db_value *values, size_t count); /* values[1] is the first column */
	enum err (*refer)(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 to);                 /* of the column m; else NULL */
};
extern const struct transfer_table transfer_tables[];
extern const size_t transfer_table_count;

#define TRANSFER_COLUMNS_MAX 48
size_t transfer_columns(const struct transfer_table *table, struct str ret_names[TRANSFER_COLUMNS_MAX]);

/* The messages of a channel as they were said on the network, in the order of their ids, with what the native format tells. */
struct said {
	i64 id;
	struct str kind, visibility, remote_id, parent_id, thread_id, subject, subject_url, network;
	struct str author_id, author_handle, author_name, author_url, author_avatar, author_place;
	i64 author_followers;
	struct str body, lang, url;
	i64 rating, at, edited_at, removed_at, attachment_count;
	bool ours;
};
enum err transfer_said(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 after_id, size_t limit, struct said **ret_said, size_t *ret_count);
