#include "store/team.h"

#include "store/sql.h"

static const char *const words[TEAM_ASSIGNMENT_COUNT] = {[TEAM_MANUAL] = "manual", [TEAM_ROUND_ROBIN] = "round_robin", [TEAM_LOAD] = "load"};

const char *team_assignment_word(enum team_assignment assignment)
{
	must(assignment < TEAM_ASSIGNMENT_COUNT);
	return words[assignment];
}

bool team_assignment_of(struct str word, enum team_assignment *ret_assignment)
{
	for (int i = 0; i < TEAM_ASSIGNMENT_COUNT; i++)
		if (str_eq(word, str_of(words[i]))) {
			*ret_assignment = (enum team_assignment)i;
			return true;
		}
	return false;
}

static struct team read_team(struct cx *cx, const struct row *row)
{
	struct team t = {.id = row_i64(row, 0), .workspace = row_i64(row, 1), .name = row_str(row, 2, cx->arena), .archived_at = row_i64(row, 4)};
	team_assignment_of(row_text(row, 3), &t.assignment);
	return t;
}

enum err team_save(struct cx *cx, struct db *db, const struct team *t)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO team (id, workspace_id, name, assignment, archived_at) VALUES (?1, ?2, ?3, ?4, ?5)"
			  " ON CONFLICT (id) DO UPDATE SET name = excluded.name, assignment = excluded.assignment,"
			  " archived_at = excluded.archived_at WHERE team.workspace_id = excluded.workspace_id",
		      db_i64(t->id), db_i64(t->workspace), db_text(t->name), db_text(str_of(team_assignment_word(t->assignment))),
		      db_i64(t->archived_at));
}

enum err team_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct team *ret_team)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "SELECT id, workspace_id, name, assignment, archived_at FROM team WHERE workspace_id = ?1 AND id = ?2",
			    db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This team does not exist in this workspace."));
	TRY(e);
	*ret_team = read_team(cx, row);
	return OK;
}

enum err team_list(struct cx *cx, struct db *db, i64 workspace, struct team **ret_teams, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct team *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT id, workspace_id, name, assignment, archived_at FROM team WHERE workspace_id = ?1 AND archived_at = 0"
			 " ORDER BY name LIMIT 200",
		     db_i64(workspace)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_team(cx, row);
	*ret_teams = list;
	*ret_count = count;
	return OK;
}

enum err team_member_set(struct cx *cx, struct db *db, i64 workspace, i64 team, i64 person, bool is_member)
{
	struct team t;
	TRY(team_get(cx, db, workspace, team, &t)); /* it is ours */
	if (!is_member)
		return db_run(cx, db, NULL, "DELETE FROM team_member WHERE team_id = ?1 AND person_id = ?2", db_i64(team), db_i64(person));
	return db_run(cx, db, NULL, "INSERT INTO team_member (team_id, person_id) VALUES (?1, ?2) ON CONFLICT (team_id, person_id) DO NOTHING",
		      db_i64(team), db_i64(person));
}

enum err team_members(struct cx *cx, struct db *db, i64 workspace, i64 team, i64 **ret_persons, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT m.person_id FROM team_member m JOIN team t ON t.id = m.team_id WHERE t.workspace_id = ?1 AND t.id = ?2"
			 " ORDER BY m.person_id LIMIT 500",
		     db_i64(workspace), db_i64(team)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_i64(row, 0);
	*ret_persons = list;
	*ret_count = count;
	return OK;
}

enum err team_next(struct cx *cx, struct db *db, const struct team *team, i64 *ret_person)
{
	i64 person = 0;
	TRY(db_number(cx, db, 0, &person,
		      "SELECT person_id FROM (SELECT m.person_id, m.capacity, m.assigned_at, m.id, (SELECT COUNT(*) FROM conversation c"
			  " WHERE c.workspace_id = ?1 AND c.assignee_id = m.person_id AND c.status = 'open') AS load"
			  " FROM team_member tm JOIN membership m ON m.person_id = tm.person_id AND m.workspace_id = ?1"
			  " WHERE tm.team_id = ?2 AND m.removed_at = 0 AND m.away_until >= 0 AND m.away_until < ?3) candidates"
			  " WHERE capacity = 0 OR load < capacity"
			  " ORDER BY CASE WHEN ?4 = 1 THEN load ELSE 0 END, assigned_at, id LIMIT 1",
		      db_i64(team->workspace), db_i64(team->id), db_i64(cx->now), db_bool(team->assignment == TEAM_LOAD)));
	if (person) /* after whoever got the last one, though it be within one instant */
		TRY(db_run(cx, db, NULL,
			   "UPDATE membership SET assigned_at = GREATEST(?3, (SELECT MAX(l.assigned_at) FROM membership l WHERE l.workspace_id = ?1) + 1)"
			       " WHERE workspace_id = ?1 AND person_id = ?2",
			   db_i64(team->workspace), db_i64(person), db_i64(cx->now)));
	*ret_person = person;
	return OK;
}
