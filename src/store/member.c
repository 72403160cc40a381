#include "store/member.h"

#include "store/sql.h"

#include <stdlib.h>

#define MEMBER                                                                                                                 \
	"SELECT m.id, m.workspace_id, m.person_id, p.name, p.email, p.lang, p.zone, m.signature, m.role, m.away_until, m.capacity," \
	" m.removed_at, p.seen_at, m.created_at, p.disabled_at, CASE WHEN p.totp_secret IS NULL THEN 0 ELSE 1 END"               \
	" FROM membership m JOIN person p ON p.id = m.person_id "

static struct member read_member(struct cx *cx, const struct row *row)
{
	struct member m = {
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.person = row_i64(row, 2),
		.name = row_str(row, 3, cx->arena),
		.email = row_str(row, 4, cx->arena),
		.lang = row_str(row, 5, cx->arena),
		.zone = row_str(row, 6, cx->arena),
		.signature = row_str(row, 7, cx->arena),
		.role = ROLE_GUEST,
		.away_until = row_i64(row, 9),
		.capacity = row_i64(row, 10),
		.removed_at = row_i64(row, 11),
		.seen_at = row_i64(row, 12),
		.created_at = row_i64(row, 13),
		.disabled = row_i64(row, 14) != 0,
		.has_second_factor = row_i64(row, 15),
	};
	role_of(row_text(row, 8), &m.role);
	return m;
}

enum err member_insert(struct cx *cx, struct db *db, const struct member *m)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO membership (id, workspace_id, person_id, role, signature, away_until, capacity, removed_at, created_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)"
			  " ON CONFLICT (workspace_id, person_id) DO UPDATE SET role = excluded.role, removed_at = 0",
		      db_i64(m->id), db_i64(m->workspace), db_i64(m->person), db_text(str_of(role_word(m->role))), db_text(m->signature),
		      db_i64(m->away_until), db_i64(m->capacity), db_i64(cx->now));
}

enum err member_get(struct cx *cx, struct db *db, i64 workspace, i64 person, struct member *ret_member)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, MEMBER "WHERE m.workspace_id = ?1 AND m.person_id = ?2", db_i64(workspace), db_i64(person));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This person is not in this workspace."));
	TRY(e);
	*ret_member = read_member(cx, row);
	return OK;
}

static enum err collect(struct cx *cx, struct row *row, struct member **ret_members, size_t *ret_count)
{
	struct member *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_member(cx, row);
	*ret_members = list;
	*ret_count = count;
	return OK;
}

static int by_name(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int order = str_cmp(x->name, y->name);
	return order ? order : (x->id > y->id) - (x->id < y->id);
}

enum err member_list(struct cx *cx, struct db *db, i64 workspace, struct member **ret_members, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, MEMBER "WHERE m.workspace_id = ?1 AND m.removed_at = 0 LIMIT 1000", db_i64(workspace)));
	TRY(collect(cx, row, ret_members, ret_count));
	if (*ret_count)
		qsort(*ret_members, *ret_count, sizeof **ret_members, by_name);
	return OK;
}

enum err member_update(struct cx *cx, struct db *db, const struct member *m)
{
	return db_run(cx, db, NULL,
		      "UPDATE membership SET role = ?3, signature = ?4, away_until = ?5, capacity = ?6, removed_at = ?7"
			  " WHERE workspace_id = ?1 AND person_id = ?2",
		      db_i64(m->workspace), db_i64(m->person), db_text(str_of(role_word(m->role))), db_text(m->signature), db_i64(m->away_until),
		      db_i64(m->capacity), db_i64(m->removed_at));
}

enum err member_workspaces(struct cx *cx, struct db *db, i64 person, struct member **ret_members, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, "/* all workspaces */ " MEMBER "WHERE m.person_id = ?1 AND m.removed_at = 0 ORDER BY m.id LIMIT 200", db_i64(person)));
	return collect(cx, row, ret_members, ret_count);
}

/* ---- notifications ---- */

#define NOTIFICATION "SELECT id, workspace_id, person_id, kind, conversation_id, message_id, detail, read_at FROM notification "

static enum err collect_notifications(struct cx *cx, struct row *row, size_t limit, struct notification **ret_list, size_t *ret_count)
{
	struct notification *list = arena_array(cx->arena, struct notification, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		list[count++] = (struct notification){
			.id = row_i64(row, 0),
			.workspace = row_i64(row, 1),
			.person = row_i64(row, 2),
			.kind = row_str(row, 3, cx->arena),
			.conversation = row_i64(row, 4),
			.message = row_i64(row, 5),
			.detail = row_str(row, 6, cx->arena),
			.read_at = row_i64(row, 7),
		};
	*ret_list = list;
	*ret_count = count;
	return OK;
}

enum err notification_insert(struct cx *cx, struct db *db, const struct notification *n, bool by_mail)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO notification (id, workspace_id, person_id, kind, conversation_id, message_id, detail, mail_state)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		      db_i64(n->id), db_i64(n->workspace), db_i64(n->person), db_text(n->kind), db_id(n->conversation), db_id(n->message),
		      db_text(n->detail.len ? n->detail : S("{}")), db_text(by_mail ? S("due") : S("none")));
}

enum err notifications_of(struct cx *cx, struct db *db, i64 workspace, i64 person, struct list_place from, size_t limit, struct notification **ret_list,
			  size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     from.is_back ? NOTIFICATION "WHERE workspace_id = ?1 AND person_id = ?2 AND id > ?3 ORDER BY id LIMIT ?4"
				  : NOTIFICATION "WHERE workspace_id = ?1 AND person_id = ?2 AND id < ?3 ORDER BY id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(person), db_i64(from.is_given ? from.id : INT64_MAX), db_i64((i64)limit)));
	TRY(collect_notifications(cx, row, limit, ret_list, ret_count));
	if (from.is_back)
		list_turn(*ret_list, sizeof **ret_list, *ret_count);
	return OK;
}

enum err notifications_unread_of(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str kind, size_t limit, struct notification **ret_list,
				 size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     NOTIFICATION "WHERE workspace_id = ?1 AND person_id = ?2 AND read_at = 0 AND kind = ?3 ORDER BY id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(person), db_text(kind), db_i64((i64)limit)));
	return collect_notifications(cx, row, limit, ret_list, ret_count);
}

enum err notification_say(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str detail)
{
	return db_run(cx, db, NULL, "UPDATE notification SET detail = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_text(detail));
}

enum err notifications_seen(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 conversation, i64 *ret_changed)
{
	return db_run(cx, db, ret_changed,
		      "UPDATE notification SET read_at = ?4 WHERE workspace_id = ?1 AND person_id = ?2 AND read_at = 0 AND conversation_id = ?3",
		      db_i64(workspace), db_i64(person), db_i64(conversation), db_i64(cx->now));
}

enum err notifications_unread(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 *ret_count)
{
	return db_number(cx, db, 0, ret_count,
			 "SELECT COUNT(*) FROM (SELECT id FROM notification WHERE workspace_id = ?1 AND person_id = ?2 AND read_at = 0 LIMIT 100) unread",
			 db_i64(workspace), db_i64(person));
}

enum err notifications_read(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 up_to_id)
{
	return db_run(cx, db, NULL,
		      "UPDATE notification SET read_at = ?4 WHERE workspace_id = ?1 AND person_id = ?2 AND read_at = 0 AND id <= ?3",
		      db_i64(workspace), db_i64(person), db_i64(up_to_id), db_i64(cx->now));
}

enum err notifications_to_mail(struct cx *cx, struct db *db, i64 before_id, i64 alarms_before_id, size_t limit, struct notification **ret_list, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row, NOTIFICATION "WHERE mail_state = 'due' AND id < ?3 AND (id < ?1 OR kind = 'alarm') AND read_at = 0 ORDER BY id LIMIT ?2",
		     db_i64(before_id), db_i64((i64)limit), db_i64(alarms_before_id)));
	return collect_notifications(cx, row, limit, ret_list, ret_count);
}

enum err notification_mailed(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE notification SET mail_state = 'sent' WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
}

enum err notification_unread(struct cx *cx, struct db *db, i64 workspace, i64 id, bool *ret_unread)
{
	CLEANUP(row_endp) struct row *row = NULL;
	bool unread = false;
	TRY(db_query(cx, db, &row, "SELECT read_at FROM notification WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id)));
	FOR_ROWS (cx, row)
		unread = row_i64(row, 0) == 0;
	*ret_unread = unread;
	return OK;
}
