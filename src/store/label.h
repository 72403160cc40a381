/* label.h: labels and views: the marks and the saved filters of a workspace. */
#pragma once
#include "sys/db.h"

struct label {
	i64 id, workspace;
	struct str name, about, tone; /* tone: line, sun, red, ok, act, plum */
	i64 archived_at;
	i64 used; /* conversations that carry it; filled by label_list and label_page */
};

enum err label_save(struct cx *cx, struct db *db, const struct label *label); /* inserts or updates; ERR_CONFLICT when the name is taken */
enum err label_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct label *ret_label);
enum err label_list(struct cx *cx, struct db *db, i64 workspace, bool with_use, struct label **ret_labels, size_t *ret_count);
/* How many stand before it in the list of those in use, by name; -1: it is none of them. */
enum err label_rank(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_rank);
/* A part of that list, with the use of each. */
enum err label_page(struct cx *cx, struct db *db, i64 workspace, i64 skip, size_t limit, struct label **ret_labels, size_t *ret_count);
enum err label_list_archived(struct cx *cx, struct db *db, i64 workspace, struct label **ret_labels, size_t *ret_count);
enum err conversation_label_set(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 label, bool on);

struct view {
	i64 id, workspace, person; /* person 0: shared */
	struct str name, icon, filter; /* filter: the inbox's query string */
	i64 position, archived_at;
};
enum err view_save(struct cx *cx, struct db *db, const struct view *view);
enum err view_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct view *ret_view);
enum err view_list(struct cx *cx, struct db *db, i64 workspace, i64 person, struct view **ret_views, size_t *ret_count); /* shared and own */
