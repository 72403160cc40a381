/* team: the people of the workspace, what each role may do, invitations, teams. */
#include "base/clock.h"
#include "base/lang.h"
#include "flow/account.h"
#include "flow/transaction.h"
#include "page/choices.h"
#include "page/invite.h"
#include "page/once.h"
#include "page/pager.h"
#include "page/tally.h"
#include "page/team/team.h"

#define LINK "invitation"
#define FACES 4

/* ---- people ---- */

static struct str away_text(struct cx *cx, const struct member *m)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf when = {}, text = {};
	if (m->away_until <= cx->now)
		return (struct str){};
	buf_add_instant(&when, &reader, m->away_until);
	buf_add_filled(&text, _(N_("until {n}")), buf_str(&when));
	return buf_keep(&text, cx->arena);
}

#define A_PAGE 50

static json_t *people_shape(struct cx *cx, const struct team_room *room, const struct pager *pager, size_t *ret_away)
{
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	*ret_away = 0;
	for (size_t i = 0; i < room->member_count; i++) {
		const struct member *m = &room->members[i];
		bool away = member_is_away(cx, m);
		*ret_away += away;
		if (i < pager->first || i >= pager->first + pager->count)
			continue;
		json_t *teams = json_array();
		for (size_t j = 0; j < room->team_count; j++)
			if (team_holds(room, j, m->person))
				json_array_append_new(teams, json_pack("{s:o}", "name", doc_text(room->teams[j].name)));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:b, s:o, s:o, s:b, s:o}", "id", doc_id(m->id), "name", doc_text(m->name),
						      "email", doc_text(m->email), "avatar", doc_avatar(m->name), "role",
						      doc_word(cx->lang, role_word(m->role), role_title(m->role)), "teams", teams, "is_away", away, "away",
						      doc_text_or_null(away_text(cx, m)), "has_second_factor", m->has_second_factor, "open",
						      open_text(cx, room->open[i]), "seen", doc_instant(&reader, m->seen_at), "is_me", m->person == cx->actor->user,
						      "url", doc_text(arena_printf(cx->arena, "/team?person=%lld#person", (long long)m->id))));
	}
	return list;
}

static size_t find_member(const struct team_room *room, i64 membership)
{
	size_t i = 0;
	while (i < room->member_count && room->members[i].id != membership)
		i++;
	return i;
}

static bool typed_team(const struct request *request, i64 team, bool is)
{
	i64 typed;
	if (!request_typed(request, "capacity").at)
		return is;
	for (size_t i = 0; i < 200 && request_typed_at(request, "team", i).at; i++)
		if (str_to_i64(request_typed_at(request, "team", i), &typed) && typed == team)
			return true;
	return false;
}

static json_t *person_shape(struct cx *cx, const struct request *request, const struct team_room *room, i64 membership)
{
	size_t at = find_member(room, membership);
	if (!membership || at == room->member_count)
		return json_null();
	const struct member *m = &room->members[at];
	bool owner = cx->actor->role == ROLE_OWNER, me = m->person == cx->actor->user, manages = actor_may(cx->actor, MAY_MANAGE_PEOPLE);
	const char *why_not = !manages ? _(N_("Your role does not change people.")) : m->role == ROLE_OWNER && !owner ? _(N_("Only an owner changes an owner.")) : NULL;
	enum role role = m->role;
	role_of(request_typed(request, "role"), &role);
	json_t *teams = json_array();
	for (size_t i = 0; i < room->team_count; i++)
		json_array_append_new(teams, json_pack("{s:o, s:o, s:b}", "id", doc_id(room->teams[i].id), "name", doc_text(room->teams[i].name), "is_member",
						       typed_team(request, room->teams[i].id, team_holds(room, i, m->person))));
	bool away = request_typed(request, "capacity").at ? request_typed(request, "away").at != NULL : member_is_away(cx, m);
	return json_pack("{s:o, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:b, s:o, s:b, s:I}", "id", doc_id(m->id), "name", doc_text(m->name), "email", doc_text(m->email),
			 "role_title", _(role_title(m->role)), "is_away", away, "capacity",
			 doc_text(arena_printf(cx->arena, "%lld", (long long)m->capacity)), "roles", choices_of_roles(cx, role, owner, false), "teams", teams, "can_change",
			 !why_not, "why_not", why_not ? json_string(why_not) : json_null(), "can_remove", !why_not && !me, "open", (json_int_t)room->open[at]);
}

/* ---- invitations, teams, roles ---- */

static const struct member *member_of(const struct team_room *room, i64 person)
{
	for (size_t i = 0; i < room->member_count; i++)
		if (room->members[i].person == person)
			return &room->members[i];
	return NULL;
}

static enum err invitations_shape(struct cx *cx, struct db *db, const struct team_room *room, json_t *document)
{
	struct reader reader = reader_of(cx);
	struct invitation *list;
	size_t count = 0;
	json_t *invitations = json_array();
	json_object_set_new(document, "invitations", invitations);
	if (actor_may(cx->actor, MAY_MANAGE_PEOPLE))
		TRY(invitation_list(cx, db, here(cx), &list, &count));
	for (size_t i = 0; i < count; i++) {
		enum role role = ROLE_GUEST;
		const struct member *by = member_of(room, list[i].invited_by);
		role_of(list[i].role, &role);
		json_array_append_new(invitations, json_pack("{s:o, s:o, s:{s:s}, s:o, s:o, s:b}", "id", doc_id(list[i].id), "email", doc_text(list[i].email), "role", "title",
							     _(role_title(role)), "invited_by", by ? doc_text(by->name) : json_null(), "expires",
							     doc_instant(&reader, list[i].expires_at), "is_expired", list[i].expires_at <= cx->now));
	}
	json_object_set_new(document, "has_invitations", json_boolean(count));
	return OK;
}

static enum err teams_shape(struct cx *cx, struct db *db, const struct team_room *room, json_t *document)
{
	json_t *list = json_array();
	json_object_set_new(document, "teams", list);
	json_object_set_new(document, "has_teams", json_boolean(room->team_count));
	for (size_t i = 0; i < room->team_count; i++) {
		json_t *faces = json_array();
		size_t shown = 0, all = 0;
		i64 open;
		struct conversation_filter filter = {.status = STATUS_OPEN, .kind = -1, .team = room->teams[i].id};
		TRY(tally(cx, db, here(cx), &filter, &open));
		for (size_t j = 0; j < room->member_count; j++) {
			const struct member *m = &room->members[j];
			if (!team_holds(room, i, m->person))
				continue;
			all++;
			if (shown < FACES && ++shown)
				json_array_append_new(faces, json_pack("{s:o, s:o}", "name", doc_text(m->name), "avatar", doc_avatar(m->name)));
		}
		CLEANUP(buf_free) struct buf n = {}, text = {};
		buf_add_number(&n, cx->lang, open);
		buf_add_filled(&text, tr_n(cx->lang, "{n} open", "{n} open", open), buf_str(&n));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(room->teams[i].id), "url",
						      doc_text(arena_printf(cx->arena, "/teams/%lld", (long long)room->teams[i].id)), "name", doc_text(room->teams[i].name),
						      "assignment", assignment_word(cx, room->teams[i].assignment), "members", faces, "more",
						      all > shown ? doc_text(arena_printf(cx->arena, "+%zu", all - shown)) : json_null(), "open",
						      doc_text(buf_str(&text))));
	}
	return OK;
}

static void roles_shape(struct cx *cx, const struct team_room *room, json_t *document)
{
	json_t *roles = json_array(), *rights = json_array();
	for (int r = 0; r < ROLE_COUNT; r++) {
		i64 count = 0;
		CLEANUP(buf_free) struct buf n = {};
		for (size_t i = 0; i < room->member_count; i++)
			count += room->members[i].role == (enum role)r;
		buf_add_number(&n, cx->lang, count);
		json_array_append_new(roles, json_pack("{s:s, s:s, s:s, s:o}", "word", role_word((enum role)r), "title", _(role_title((enum role)r)), "about",
						       _(role_about((enum role)r)), "count", doc_text(buf_str(&n))));
	}
	for (int p = 1; p < PERMISSION_COUNT; p++) {
		json_t *cells = json_array();
		for (int r = 0; r < ROLE_COUNT; r++)
			json_array_append_new(cells, json_pack("{s:b, s:s}", "is_able", (int)(role_permissions((enum role)r) >> p & 1), "role", role_word((enum role)r)));
		json_array_append_new(rights, json_pack("{s:s, s:o}", "about", _(permission_about((enum permission)p)), "cells", cells));
	}
	json_object_set_new(document, "roles", roles);
	json_object_set_new(document, "rights", rights);
}

static struct str summary_of(struct cx *cx, size_t people, size_t away)
{
	CLEANUP(buf_free) struct buf text = {}, n = {}, m = {};
	buf_add_number(&n, cx->lang, (i64)people);
	buf_add_filled(&text, tr_n(cx->lang, "{n} person", "{n} people", (i64)people), buf_str(&n));
	if (away) {
		buf_add_number(&m, cx->lang, (i64)away);
		buf_adds(&text, ", ");
		buf_add_filled(&text, tr_n(cx->lang, "{n} away", "{n} away", (i64)away), buf_str(&m));
	}
	return buf_keep(&text, cx->arena);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply, i64 membership)
{
	struct db *db = request_db(request);
	struct team_room room;
	struct str link;
	size_t away;
	enum role invited = ROLE_AGENT;
	json_t *document = json_object();
	bool manages = actor_may(cx->actor, MAY_MANAGE_PEOPLE);
	reply_json(reply, document);
	reply_template(reply, "team/page");
	TRY(team_room(cx, db, &room));
	struct pager pager;
	const struct member *members = room.members;
	pager_of(request, A_PAGE, &pager);
	pager_cut_by_id(&pager, members, room.member_count, membership);
	pager.path = "/team";
	json_object_set_new(document, "can_manage", json_boolean(manages));
	json_object_set_new(document, "can_arrange", json_boolean(actor_may(cx->actor, MAY_ARRANGE)));
	json_object_set_new(document, "people", people_shape(cx, &room, &pager, &away));
	json_object_set_new(document, "summary", doc_text(summary_of(cx, room.member_count, away)));
	json_object_set_new(document, "person", person_shape(cx, request, &room, membership));
	TRY(invitations_shape(cx, db, &room, document));
	role_of(request_typed(request, "role"), &invited);
	json_object_set_new(document, "invite",
			    json_pack("{s:s, s:o}", "email", "", "roles", choices_of_roles(cx, membership ? ROLE_AGENT : invited, cx->actor->role == ROLE_OWNER, true)));
	json_object_set_new(document, "can_mail", json_boolean(page_setup.mail));
	bool made = manages && once_take(cx, request, reply, LINK, &link);
	json_object_set_new(document, "link", made ? doc_text(link) : json_null());
	json_object_set_new(document, "form", json_pack("{s:s}", "team_name", ""));
	roles_shape(cx, &room, document);
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? members[pager.first].id : 0), list_after(0, pager.count ? members[pager.first + pager.count - 1].id : 0),
		  "person");
	return teams_shape(cx, db, &room, document);
}

static enum err show_page(struct cx *cx, struct request *request, struct reply *reply)
{
	return show(cx, request, reply, param_id(request, "person"));
}

static enum err person_of(struct cx *cx, struct request *request, struct member *ret_member)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, request_db(request), here(cx), &members, &count));
	for (size_t i = 0; i < count; i++)
		if (members[i].id == param_id(request, "id")) {
			*ret_member = members[i];
			return OK;
		}
	return fail(cx, ERR_MISSING, N_("This person is not in this workspace."));
}

static enum err show_person(struct cx *cx, struct request *request, struct reply *reply)
{
	struct member m;
	TRY(person_of(cx, request, &m));
	return show(cx, request, reply, m.id);
}

/* A form says all of it, where an empty box is not sent; whoever sends JSON changes what they name. */
static enum err as_it_is(struct cx *cx, struct request *request, const struct member *m, struct member_wish *wish)
{
	struct team *teams;
	size_t count, mine = 0;
	if (!request_wants_json(request))
		return OK;
	if (!param_given(request, "capacity"))
		wish->capacity = m->capacity;
	if (!param_given(request, "away"))
		wish->away = member_is_away(cx, m);
	if (param_given(request, "team"))
		return OK;
	TRY(team_list(cx, request_db(request), here(cx), &teams, &count));
	i64 *ids = arena_array(cx->arena, i64, count + 1), *persons;
	for (size_t i = 0; i < count; i++) {
		size_t persons_count;
		TRY(team_members(cx, request_db(request), here(cx), teams[i].id, &persons, &persons_count));
		for (size_t j = 0; j < persons_count; j++)
			if (persons[j] == m->person)
				ids[mine++] = teams[i].id;
	}
	wish->teams = ids;
	wish->team_count = mine;
	return OK;
}

static enum err change_person(struct cx *cx, struct request *request, struct reply *reply)
{
	struct member m;
	TRY(person_of(cx, request, &m));
	size_t count = param_count(request, "team");
	i64 *teams = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		teams[i] = param_id_at(request, "team", i);
	struct member_wish wish = {.person = m.person, .role = m.role, .capacity = param_int(request, "capacity"), .away = param_bool(request, "away"), .teams = teams,
				   .team_count = count};
	role_of(param_text(request, "role"), &wish.role);
	TRY(as_it_is(cx, request, &m, &wish));
	TRY(desk_member(cx, request_db(request), here(cx), &wish));
	reply_flash(reply, arena_printf(cx->arena, _(N_("%.*s is changed.")), STR_ARG(m.name)), (struct str){});
	reply_redirect(reply, "/team");
	return OK;
}

static enum err remove_person(struct cx *cx, struct request *request, struct reply *reply)
{
	struct member m;
	TRY(person_of(cx, request, &m));
	TRY(desk_remove(cx, request_db(request), here(cx), m.person));
	reply_flash(reply, arena_printf(cx->arena, _(N_("%.*s is no longer in this workspace.")), STR_ARG(m.name)), (struct str){});
	reply_redirect(reply, "/team");
	return OK;
}

static enum err told(struct cx *cx, struct reply *reply, struct str url)
{
	if (url.len)
		once_put(cx, reply, LINK, url);
	else
		reply_flash(reply, str_of(_(N_("The invitation is on its way."))), (struct str){});
	reply_redirect(reply, "/team");
	return OK;
}

static enum err invite(struct cx *cx, struct request *request, struct reply *reply)
{
	enum role role = ROLE_AGENT;
	struct str url;
	role_of(param_text(request, "role"), &role);
	TRY(invite_by_page(cx, request_db(request), param_text(request, "email"), role, &url));
	return told(cx, reply, url);
}

static enum err renewed(struct cx *cx, struct db *db, i64 invitation, struct str *ret_url)
{
	struct invitation *list;
	size_t count;
	enum role role = ROLE_GUEST;
	TRY(invitation_list(cx, db, here(cx), &list, &count));
	for (size_t i = 0; i < count; i++) {
		if (list[i].id != invitation)
			continue;
		role_of(list[i].role, &role);
		TRY(account_uninvite(cx, db, here(cx), invitation));
		return invite_by_page(cx, db, list[i].email, role, ret_url);
	}
	return fail(cx, ERR_MISSING, N_("This invitation was used or taken back meanwhile."));
}

/* Another link; the one before serves no longer. Who may not make it leaves that one as it is. */
static enum err renew(struct cx *cx, struct request *request, struct reply *reply)
{
	struct str url;
	TRY(IN_TRANSACTION(cx, request_db(request), renewed(cx, request_db(request), param_id(request, "id"), &url)));
	return told(cx, reply, url);
}

static enum err revoke(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(account_uninvite(cx, request_db(request), here(cx), param_id(request, "id")));
	reply_flash(reply, str_of(_(N_("The invitation serves no longer."))), (struct str){});
	reply_redirect(reply, "/team");
	return OK;
}

static enum err make_team(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id;
	TRY(desk_team(cx, request_db(request), here(cx), 0, param_text(request, "name"), TEAM_MANUAL, NULL, 0, &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_redirect(reply, "/teams/%lld", (long long)id);
	return OK;
}

/* ---- the rows ---- */

static const char *const role_words[] = {"owner", "administrator", "manager", "agent", "moderator", "analyst", "guest", NULL};
static const struct param page_params[] = {{.name = "person", .in = IN_QUERY, .type = P_ID, .about = "The membership that is open for a change."}, PAGER_PARAMS, {}};
static const struct param one_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The membership."}, PAGER_PARAMS, {}};
static const struct param person_params[] = {
	{.name = "role", .in = IN_FORM, .type = P_WORD, .words = role_words, .about = "The person's role; as it is, when absent."},
	{.name = "capacity", .in = IN_FORM, .type = P_INT, .min = 0, .max = 1000, .about = "Open conversations at most by automatic assignment; 0: no limit."},
	{.name = "away", .in = IN_FORM, .type = P_BOOL, .about = "Away: gets nothing assigned by itself."},
	{.name = "team", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "All of the person's teams."},
	{},
};
static const struct param invite_params[] = {
	{.name = "email", .in = IN_FORM, .type = P_EMAIL, .flags = PARAM_REQUIRED, .about = "Whom to invite."},
	{.name = "role", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = role_words, .about = "The role they get."},
	{},
};
static const struct param make_params[] = {{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "Name of the team."}, {}};
static const struct param team_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "Name of the team."},
	{.name = "assignment", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = assignment_words, .about = "How conversations are given out."},
	{.name = "member", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "All of its people."},
	{},
};

#define MANAGE .permission = MAY_MANAGE_PEOPLE
/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"Member", "{id: id, name: text, email: text, avatar: Avatar, role: Word, teams: [{name: text}], is_away: bool, "
	 "away: text?, has_second_factor: bool, open: text?, seen: Instant?, is_me: bool, url: url}",
	 "Somebody of the workspace."},
	{"MemberForm", "{id: id, name: text, email: text, role_title: text, is_away: bool, capacity: text, roles: [RoleChoice], "
	 "teams: [{id: id, name: text, is_member: bool}], can_change: bool, why_not: text?, can_remove: bool, open: int}",
	 "Somebody of the workspace, open for a change."},
	{"RoleChoice", "{word: text, title: text, about: text, is_selected: bool, is_disabled: bool}", "A role that can be given."},
	{"Invitation", "{id: id, email: text, role: {title: text}, invited_by: text?, expires: Instant, is_expired: bool}",
	 "Somebody who was invited."},
	{"Team", "{id: id, url: url, name: text, assignment: Word, members: [{name: text, avatar: Avatar}], more: text?, "
	 "open: text}",
	 "A team as the list shows it."},
	{"TeamDetail", "{id: id, name: text, is_archived: bool, open: text, conversations_url: url}", "A team."},
	{"TeamPerson", "{id: id, name: text, avatar: Avatar, role: {title: text}, is_member: bool, is_away: bool, load: text?}",
	 "Somebody who is in the team, or could be."},
	{"TeamPage", "{can_manage: bool, can_arrange: bool, people: [Member], pager: Pager?, summary: text, person: MemberForm?, "
	 "invitations: [Invitation], has_invitations: bool, invite: {email: text, roles: [RoleChoice]}, can_mail: bool, "
	 "link: text?, form: {team_name: text}, roles: [{word: text, title: text, about: text, count: text}], "
	 "rights: [{about: text, cells: [{is_able: bool, role: text}]}], teams: [Team], has_teams: bool}"},
	{"TeamRoomPage", "{team: TeamDetail, can_manage: bool, form: {name: text}, modes: [ChoiceAbout], people: [TeamPerson], "
	 "channels: [{id: id, url: url, name: text, network: Network}]}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/team", .params = page_params, .template = "team/page", .handle = show_page,
	 .answer = "TeamPage", .about = "People, roles, invitations and teams."},
	{.method = "GET", .path = "/memberships/{id}", MANAGE, .params = one_params, .template = "team/page", .handle = show_person,
	 .answer = "TeamPage", .about = "The same, a person open for a change."},
	{.method = "POST", .path = "/memberships/{id}", MANAGE, .params = person_params, .template = "team/page", .handle = change_person, .form = "/memberships/{id}",
	 .about = "Change a person's role, teams, limit and absence."},
	{.method = "POST", .path = "/memberships/{id}/remove", MANAGE, .handle = remove_person, .about = "Remove a person from the workspace."},
	{.method = "POST", .path = "/invitations", MANAGE, .params = invite_params, .flags = ROUTE_PAGE_ONLY, .template = "team/page", .handle = invite, .form = "/team",
	 .per_minute = 30, .about = "Invite somebody."},
	{.method = "POST", .path = "/invitations/{id}/renew", MANAGE, .flags = ROUTE_PAGE_ONLY, .handle = renew, .per_minute = 30, .about = "Make a new link for an invitation."},
	{.method = "POST", .path = "/invitations/{id}/revoke", MANAGE, .handle = revoke, .about = "Take an invitation back."},
	{.method = "POST", .path = "/teams", MANAGE, .flags = ROUTE_MAKES, .params = make_params, .template = "team/page", .handle = make_team, .form = "/team",
	 .answer = "Made", .about = "Make a team."},
	{.method = "GET", .path = "/teams/{id}", .template = "team/team", .handle = team_show,
	 .answer = "TeamRoomPage", .about = "A team: its people, how conversations are given out."},
	{.method = "POST", .path = "/teams/{id}", MANAGE, .params = team_params, .template = "team/team", .handle = team_keep, .form = "/teams/{id}", .about = "Change a team."},
	{.method = "POST", .path = "/teams/{id}/archive", MANAGE, .handle = team_put_away, .about = "Put a team away."},
	{.method = "POST", .path = "/teams/{id}/restore", MANAGE, .handle = team_take_out, .about = "Take a team out again."},
	{},
};

const struct page page_team = {"team", routes, shapes, .file = __FILE__};
