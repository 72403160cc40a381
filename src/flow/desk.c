/* desk.c: people: what they set for themselves, roles, teams. The workspace is in desk_workspace.c. */
#include "flow/desk.h"

#include "base/id.h"
#include "base/utf8.h"
#include "flow/account.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "store/conversation.h"
#include "store/event.h"
#include "store/member.h"

#define HAND_BACK_BATCH 200
#define CAPACITY_MAX 1000

static struct str user_subject(struct cx *cx, i64 person)
{
	return arena_printf(cx->arena, "user:%lld", (long long)person);
}

static enum err member_here(struct cx *cx, struct db *db, i64 workspace, i64 person, struct member *ret_member)
{
	TRY(member_get(cx, db, workspace, person, ret_member));
	return ret_member->removed_at ? fail(cx, ERR_MISSING, N_("This person is not in this workspace.")) : OK;
}

/* ---- oneself ---- */

static enum err give_back(struct cx *cx, struct db *db, i64 workspace, i64 person)
{
	for (;;) {
		struct conversation_filter filter = {.status = STATUS_OPEN, .kind = -1, .assignee = person, .sort = SORT_OLDEST};
		struct conversation_row *rows;
		size_t count;
		TRY(conversation_list(cx, db, workspace, &filter, LIST_START, HAND_BACK_BATCH, &rows, &count));
		for (size_t i = 0; i < count; i++) {
			struct conversation *c = &rows[i].conversation;
			c->assignee = 0; /* its team keeps it; nobody in particular is given it */
			TRY(conversation_save(cx, db, c));
			TRY(event_add(cx, db, workspace, c->id, "assigned", S("{\"assignee\":\"0\",\"assignee_name\":\"\"}")));
			TRY(change_add(cx, db, workspace, 0, "conversation", c->id));
		}
		if (count < HAND_BACK_BATCH)
			return OK;
	}
}

static enum err away(struct cx *cx, struct db *db, i64 workspace, i64 until, bool hand_back)
{
	struct member m;
	TRY(member_here(cx, db, workspace, cx->actor->user, &m));
	m.away_until = until;
	TRY(member_update(cx, db, &m));
	if (hand_back)
		TRY(give_back(cx, db, workspace, m.person));
	TRY(audit(cx, db, workspace, until ? "people.away" : "people.back", user_subject(cx, m.person),
		  arena_printf(cx->arena, "{\"handed_back\":%s}", hand_back ? "true" : "false")));
	return change_add(cx, db, workspace, 0, "people", m.person);
}

enum err desk_away(struct cx *cx, struct db *db, i64 workspace, i64 until, bool hand_back)
{
	return IN_TRANSACTION(cx, db, away(cx, db, workspace, until, hand_back));
}

static enum err set_signature(struct cx *cx, struct db *db, i64 workspace, struct str signature)
{
	struct member m;
	TRY(member_here(cx, db, workspace, cx->actor->user, &m));
	if (utf8_count(signature) > 120)
		return fail_field(cx, "signature", N_("Choose a shorter signature: 120 characters at the most."));
	if (str_eq(m.signature, signature))
		return OK;
	m.signature = signature;
	TRY(member_update(cx, db, &m));
	return audit(cx, db, workspace, "people.signature", user_subject(cx, m.person), (struct str){});
}

enum err desk_signature(struct cx *cx, struct db *db, i64 workspace, struct str signature)
{
	return IN_TRANSACTION(cx, db, set_signature(cx, db, workspace, str_trim(signature)));
}

static enum err end_sessions(struct cx *cx, struct db *db, i64 session)
{
	TRY(session ? session_end(cx, db, cx->actor->user, session) : sessions_end(cx, db, cx->actor->user, cx->actor->session));
	return audit(cx, db, 0, "account.sign_out", session ? arena_printf(cx->arena, "session:%lld", (long long)session) : user_subject(cx, cx->actor->user),
		     (struct str){});
}

enum err desk_end_session(struct cx *cx, struct db *db, i64 session)
{
	return IN_TRANSACTION(cx, db, end_sessions(cx, db, session));
}

enum err desk_end_other_sessions(struct cx *cx, struct db *db)
{
	return IN_TRANSACTION(cx, db, end_sessions(cx, db, 0));
}

/* ---- people ---- */

static enum err may_people(struct cx *cx)
{
	return actor_may(cx->actor, MAY_MANAGE_PEOPLE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not arrange people and teams."));
}

static bool holds(const i64 *ids, size_t count, i64 id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static enum err set_member(struct cx *cx, struct db *db, i64 workspace, const struct member_wish *w)
{
	struct member m;
	struct team *teams;
	size_t count;
	TRY(may_people(cx));
	TRY(member_here(cx, db, workspace, w->person, &m));
	if (w->capacity < 0 || w->capacity > CAPACITY_MAX)
		return fail_field(cx, "capacity", N_("Choose between 0, for no limit, and %d."), CAPACITY_MAX);
	if (m.role != w->role)
		TRY(account_set_role(cx, db, workspace, w->person, w->role));
	TRY(member_here(cx, db, workspace, w->person, &m));
	m.capacity = w->capacity;
	if (w->away != (m.away_until < 0 || m.away_until > cx->now))
		m.away_until = w->away ? -1 : 0;
	TRY(member_update(cx, db, &m));
	TRY(team_list(cx, db, workspace, &teams, &count));
	for (size_t i = 0; i < count; i++)
		TRY(team_member_set(cx, db, workspace, teams[i].id, w->person, holds(w->teams, w->team_count, teams[i].id)));
	TRY(audit(cx, db, workspace, "people.change", user_subject(cx, w->person),
		  arena_printf(cx->arena, "{\"capacity\":%lld,\"away\":%s,\"teams\":%zu}", (long long)w->capacity, w->away ? "true" : "false", w->team_count)));
	return change_add(cx, db, workspace, 0, "people", w->person);
}

enum err desk_member(struct cx *cx, struct db *db, i64 workspace, const struct member_wish *wish)
{
	return IN_TRANSACTION(cx, db, set_member(cx, db, workspace, wish));
}

static enum err remove_member(struct cx *cx, struct db *db, i64 workspace, i64 person)
{
	struct team *teams;
	size_t count;
	TRY(account_remove(cx, db, workspace, person));
	TRY(team_list(cx, db, workspace, &teams, &count));
	for (size_t i = 0; i < count; i++)
		TRY(team_member_set(cx, db, workspace, teams[i].id, person, false));
	return give_back(cx, db, workspace, person);
}

enum err desk_remove(struct cx *cx, struct db *db, i64 workspace, i64 person)
{
	return IN_TRANSACTION(cx, db, remove_member(cx, db, workspace, person));
}

/* ---- teams ---- */

static enum err trace_team(struct cx *cx, struct db *db, const struct team *t, const char *act)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"name\":");
	buf_add_json(&detail, t->name);
	buf_addf(&detail, ",\"assignment\":\"%s\"}", team_assignment_word(t->assignment));
	TRY(audit(cx, db, t->workspace, act, arena_printf(cx->arena, "team:%lld", (long long)t->id), buf_str(&detail)));
	return change_add(cx, db, t->workspace, 0, "people", t->id);
}

static enum err set_members(struct cx *cx, struct db *db, i64 workspace, i64 team, const i64 *members, size_t count)
{
	i64 *before;
	size_t before_count;
	TRY(team_members(cx, db, workspace, team, &before, &before_count));
	for (size_t i = 0; i < before_count; i++)
		if (!holds(members, count, before[i]))
			TRY(team_member_set(cx, db, workspace, team, before[i], false));
	for (size_t i = 0; i < count; i++) {
		struct member m;
		TRY(member_here(cx, db, workspace, members[i], &m));
		TRY(team_member_set(cx, db, workspace, team, members[i], true));
	}
	return OK;
}

static enum err save_team(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str name, enum team_assignment assignment, const i64 *members, size_t count,
			  i64 *ret_team)
{
	struct team t = {.id = id_new(), .workspace = workspace}, *teams;
	size_t team_count;
	TRY(may_people(cx));
	if (id)
		TRY(team_get(cx, db, workspace, id, &t));
	if (!name.len || utf8_count(name) > 60)
		return fail_field(cx, "name", N_("Give the team a name of 60 characters at the most."));
	TRY(team_list(cx, db, workspace, &teams, &team_count));
	for (size_t i = 0; i < team_count; i++)
		if (teams[i].id != t.id && str_eq(teams[i].name, name))
			return fail_field(cx, "name", N_("There is a team of this name already."));
	t.name = name;
	t.assignment = assignment;
	enum err e = team_save(cx, db, &t);
	if (e == ERR_CONFLICT)
		return fail_field(cx, "name", N_("A team that was put away has this name. Choose another, or take that one out again."));
	TRY(e);
	if (members)
		TRY(set_members(cx, db, workspace, t.id, members, count));
	*ret_team = t.id;
	return trace_team(cx, db, &t, id ? "team.change" : "team.create");
}

enum err desk_team(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str name, enum team_assignment assignment, const i64 *members, size_t count,
		   i64 *ret_team)
{
	return IN_TRANSACTION(cx, db, save_team(cx, db, workspace, id, str_trim(name), assignment, members, count, ret_team));
}

static enum err archive_team(struct cx *cx, struct db *db, i64 workspace, i64 id, bool archive)
{
	struct team t;
	TRY(may_people(cx));
	TRY(team_get(cx, db, workspace, id, &t));
	t.archived_at = archive ? cx->now : 0;
	TRY(team_save(cx, db, &t));
	return trace_team(cx, db, &t, archive ? "team.archive" : "team.restore");
}

enum err desk_team_archive(struct cx *cx, struct db *db, i64 workspace, i64 team, bool archive)
{
	return IN_TRANSACTION(cx, db, archive_team(cx, db, workspace, team, archive));
}
