/* desk.h: how the desk is arranged: what people set for themselves, who may do what in which team, the workspace's hours and promises. Each
 * verb is one transaction: the permission is checked, an audit entry and a change for open pages are left. Input errors name the
 * field of the form. */
#pragma once
#include "model/permission.h"
#include "store/team.h"
#include "store/workspace.h"

/* ---- oneself ---- */

/* `until` an instant, 0 here again, -1 until further notice. `hand_back`: one's open conversations are nobody's again. */
enum err desk_away(struct cx *cx, struct db *db, i64 workspace, i64 until, bool hand_back);
enum err desk_signature(struct cx *cx, struct db *db, i64 workspace, struct str signature);
enum err desk_end_session(struct cx *cx, struct db *db, i64 session);
enum err desk_end_other_sessions(struct cx *cx, struct db *db);

/* ---- people and teams ---- */

struct member_wish {
	i64 person;
	enum role role;
	i64 capacity;      /* 0: no limit */
	bool away;
	const i64 *teams;  /* all of theirs */
	size_t team_count;
};
enum err desk_member(struct cx *cx, struct db *db, i64 workspace, const struct member_wish *wish);
/* They leave; their open conversations are nobody's again. */
enum err desk_remove(struct cx *cx, struct db *db, i64 workspace, i64 person);

/* id 0: a new one, *ret_team its id. `members` all of them; NULL leaves them as they are. */
enum err desk_team(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str name, enum team_assignment assignment, const i64 *members, size_t count,
		   i64 *ret_team);
enum err desk_team_archive(struct cx *cx, struct db *db, i64 workspace, i64 team, bool archive);

/* ---- the workspace ---- */

struct workspace_wish {
	struct str name, slug, zone, lang;
	const struct opening *openings; /* none: always open */
	size_t opening_count;
	bool keep_hours;                /* leave them as they are */
	i64 undo_seconds;               /* -1: these stay as they are */
	bool approve_all;
	i64 appeal_days;
	double alarms_a_month;          /* 0: nobody is told of any; below 0: as it is */
	struct str signature;
};
enum err desk_workspace(struct cx *cx, struct db *db, i64 workspace, const struct workspace_wish *wish);
/* One member of the workspace's settings: JSON text, "null" takes it out. `act` for the audit. */
enum err desk_setting(struct cx *cx, struct db *db, i64 workspace, const char *name, struct str json);
enum err desk_closing_day(struct cx *cx, struct db *db, i64 workspace, i64 day, struct str name); /* empty name: open again */

/* id 0: a new promise, at the end. */
enum err desk_policy(struct cx *cx, struct db *db, i64 workspace, const struct sla_policy *policy, i64 *ret_policy);
enum err desk_policy_move(struct cx *cx, struct db *db, i64 workspace, i64 policy, i64 by); /* up: -1, down: 1 */
enum err desk_policy_archive(struct cx *cx, struct db *db, i64 workspace, i64 policy);
/* By when a flagged message is decided on; 0: no clock. Clocks that run keep their end. */
enum err desk_moderation(struct cx *cx, struct db *db, i64 workspace, i64 delay, bool business_hours);
