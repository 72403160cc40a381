/* appeal.h: what authors say against the decisions that hid their messages, as rows: one for each decision, open until its outcome is
 * written, once. Nothing here takes one away. Texts are in the task's arena. */
#pragma once
#include "store/list.h"
#include "sys/db.h"

struct appeal {
	i64 id, workspace, decision, message;
	struct str road; /* page, reply, email, telephone, letter, person */
	struct str text;
	i64 recorded_by; /* 0: its author, on their own page */
	i64 at, due_at;
	struct str outcome; /* empty while it is open; accepted, rejected */
	struct str reason;
	i64 decided_by, decided_at;
	bool alone; /* decided by who had decided first, there being nobody else */
	struct str recorded_name, decided_name; /* filled when read */
};

enum err appeal_insert(struct cx *cx, struct db *db, const struct appeal *appeal);
enum err appeal_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct appeal *ret_appeal);
/* Of a decision; the open one of a message. id 0 when there is none. */
enum err appeal_of_decision(struct cx *cx, struct db *db, i64 workspace, i64 decision, struct appeal *ret_appeal);
enum err appeal_open_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct appeal *ret_appeal);
/* All of a message, oldest first. */
enum err appeals_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct appeal **ret_appeals, size_t *ret_count);
/* Writes outcome, reason, who and when. ERR_CONFLICT when it was decided meanwhile. */
enum err appeal_settle(struct cx *cx, struct db *db, const struct appeal *appeal);

/* For lists, with what they show of the message and of the decision. */
struct appeal_row {
	struct appeal appeal;
	struct str network, author_name, preview, lang, first_decider;
	i64 first_decider_id, second_person, article_number;
};
/* Open ones, what is due first before the rest; 1,000 at most. */
enum err appeals_open(struct cx *cx, struct db *db, i64 workspace, struct appeal_row **ret_rows, size_t *ret_count);
/* Decided ones, the newest appeal first. */
enum err appeals_decided(struct cx *cx, struct db *db, i64 workspace, struct list_place from, size_t limit, struct appeal_row **ret_rows, size_t *ret_count);
enum err appeals_open_count(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count); /* up to 1,000 */

/* Open ones that ran out of time and were not told yet, with who had decided; then they are. */
struct late_appeal {
	i64 id, decided_by, second_person; /* second_person 0: none */
};
enum err appeals_late(struct cx *cx, struct db *db, i64 workspace, i64 now, struct late_appeal **ret_appeals, size_t *ret_count);
enum err appeals_told(struct cx *cx, struct db *db, i64 workspace, i64 now);

struct appeal_figures {
	i64 open, overdue, accepted, rejected; /* the last two since an instant */
};
enum err appeal_figures(struct cx *cx, struct db *db, i64 workspace, i64 since, struct appeal_figures *ret_figures);
