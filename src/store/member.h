/* member.h: the people of a workspace: who they are, their role, whether they are away. (Accounts, passwords and sessions are in
 * person.h.) */
#pragma once
#include "model/permission.h"
#include "store/list.h"
#include "sys/db.h"

struct member {
	i64 id, workspace, person; /* id: the membership */
	struct str name, email, lang, zone, signature;
	enum role role;
	i64 away_until;            /* 0 here, -1 until further notice */
	i64 capacity, removed_at, seen_at, created_at;
	bool disabled, has_second_factor;
};

enum err member_insert(struct cx *cx, struct db *db, const struct member *member);
enum err member_get(struct cx *cx, struct db *db, i64 workspace, i64 person, struct member *ret_member); /* ERR_MISSING; removed ones too */
enum err member_list(struct cx *cx, struct db *db, i64 workspace, struct member **ret_members, size_t *ret_count); /* not the removed */
enum err member_update(struct cx *cx, struct db *db, const struct member *member); /* role, signature, away, capacity, removed */
enum err member_workspaces(struct cx *cx, struct db *db, i64 person, struct member **ret_members, size_t *ret_count);

struct notification {
	i64 id, workspace, person;
	struct str kind;
	i64 conversation, message;
	struct str detail; /* JSON object */
	i64 read_at;
};
enum err notification_insert(struct cx *cx, struct db *db, const struct notification *notification, bool by_mail);
/* Newest first. */
enum err notifications_of(struct cx *cx, struct db *db, i64 workspace, i64 person, struct list_place from, size_t limit, struct notification **ret_list,
			  size_t *ret_count);
/* Unread ones of a kind, newest first. */
enum err notifications_unread_of(struct cx *cx, struct db *db, i64 workspace, i64 person, struct str kind, size_t limit, struct notification **ret_list,
				 size_t *ret_count);
/* What an unread one says grows. */
enum err notification_say(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str detail);
/* The person looked at the conversation: what told of it is read; *ret_changed how many. */
enum err notifications_seen(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 conversation, i64 *ret_changed);
enum err notifications_unread(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 *ret_count); /* counted up to 100 */
enum err notifications_read(struct cx *cx, struct db *db, i64 workspace, i64 person, i64 up_to_id);
/* Mails that wait: read ones are not sent. */
enum err notifications_to_mail(struct cx *cx, struct db *db, i64 before_id, i64 alarms_before_id, size_t limit, struct notification **ret_list, size_t *ret_count);
/* Is it still to be read? */
enum err notification_unread(struct cx *cx, struct db *db, i64 workspace, i64 id, bool *ret_unread);
enum err notification_mailed(struct cx *cx, struct db *db, i64 workspace, i64 id);
