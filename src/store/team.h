/* team.h: teams, and whose turn it is: automatic assignment by round robin or by load, skipping who is away, full or gone. */
#pragma once
#include "sys/db.h"

enum team_assignment { TEAM_MANUAL, TEAM_ROUND_ROBIN, TEAM_LOAD, TEAM_ASSIGNMENT_COUNT };
const char *team_assignment_word(enum team_assignment assignment);
bool team_assignment_of(struct str word, enum team_assignment *ret_assignment);

struct team {
	i64 id, workspace;
	struct str name;
	enum team_assignment assignment;
	i64 archived_at;
};

enum err team_save(struct cx *cx, struct db *db, const struct team *team); /* inserts or updates; ERR_CONFLICT when the name is taken */
enum err team_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct team *ret_team);
enum err team_list(struct cx *cx, struct db *db, i64 workspace, struct team **ret_teams, size_t *ret_count);
enum err team_member_set(struct cx *cx, struct db *db, i64 workspace, i64 team, i64 person, bool is_member);
enum err team_members(struct cx *cx, struct db *db, i64 workspace, i64 team, i64 **ret_persons, size_t *ret_count);

/* Whose turn is it? *ret_person 0 when nobody can take one. Takes the turn. */
enum err team_next(struct cx *cx, struct db *db, const struct team *team, i64 *ret_person);
