/* post_check.h: what a house says to its checks, as rows: what is right here though a check says no, and posts that may leave in spite of a
 * finding. Nothing is deleted: an exception is taken back, an override voided. */
#pragma once
#include "sys/db.h"

#define CHECK_EXCEPTIONS_MOST 5000

struct check_exception_row {
	i64 id, workspace;
	struct str check, found, context; /* as struct check_exception (check/check.h): context empty: wherever it stands */
	struct str excerpt;               /* as it stood there */
	i64 person, created_at, removed_at;
};

/* Made, or taken out again when there was such a one; *ret_id its id then. */
enum err check_exception_put(struct cx *cx, struct db *db, const struct check_exception_row *exception, i64 *ret_id);
enum err check_exception_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct check_exception_row *ret_exception); /* ERR_MISSING */
enum err check_exception_remove(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at); /* at 0: it counts again */
enum err check_exceptions_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count); /* that count */
/* Those that count, the newest first; `check` empty: of all. At most CHECK_EXCEPTIONS_MOST. */
enum err check_exceptions(struct cx *cx, struct db *db, i64 workspace, struct str check, struct check_exception_row **ret_list, size_t *ret_count);

struct post_override {
	i64 id, workspace, post;
	struct str check, found, excerpt;
	struct str finding; /* what the check said */
	struct str reason;
	i64 person, at, voided_at;
};
enum err post_override_insert(struct cx *cx, struct db *db, const struct post_override *override);
/* All there ever were of a post, the oldest first; at most 200. */
enum err post_overrides(struct cx *cx, struct db *db, i64 workspace, i64 post, struct post_override **ret_list, size_t *ret_count);
enum err post_overrides_void(struct cx *cx, struct db *db, i64 workspace, i64 post); /* all of them */
enum err post_override_void(struct cx *cx, struct db *db, i64 workspace, i64 post, i64 id); /* ERR_MISSING: it does not stand */
