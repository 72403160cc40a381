/* room.c: who is here, and a team's own page. */
#include "base/lang.h"
#include "page/choices.h"
#include "page/tally.h"
#include "page/team/team.h"
#include "store/channel.h"

enum err team_room(struct cx *cx, struct db *db, struct team_room *ret_room)
{
	struct team_room r = {};
	struct board board;
	TRY(member_list(cx, db, here(cx), &r.members, &r.member_count));
	TRY(team_list(cx, db, here(cx), &r.teams, &r.team_count));
	r.team_people = arena_array(cx->arena, i64 *, r.team_count);
	r.team_people_count = arena_array(cx->arena, size_t, r.team_count);
	r.open = arena_array(cx->arena, i64, r.member_count);
	for (size_t i = 0; i < r.team_count; i++)
		TRY(team_members(cx, db, here(cx), r.teams[i].id, &r.team_people[i], &r.team_people_count[i]));
	TRY(tally_board(cx, db, here(cx), &board));
	for (size_t i = 0; i < r.member_count; i++)
		TRY(tally_person(cx, db, &board, r.members[i].person, &r.open[i]));
	*ret_room = r;
	return OK;
}

bool team_holds(const struct team_room *room, size_t team, i64 person)
{
	for (size_t i = 0; i < room->team_people_count[team]; i++)
		if (room->team_people[team][i] == person)
			return true;
	return false;
}

bool member_is_away(const struct cx *cx, const struct member *m)
{
	return m->away_until < 0 || m->away_until > cx->now;
}

json_t *open_text(struct cx *cx, i64 open)
{
	CLEANUP(buf_free) struct buf n = {}, text = {};
	if (!open)
		return json_null();
	buf_add_number(&n, cx->lang, open);
	buf_add_filled(&text, tr_n(cx->lang, "{n} open", "{n} open", open), buf_str(&n));
	return doc_text(buf_str(&text));
}

/* ---- how conversations are given out ---- */

const char *const assignment_words[] = {"manual", "round_robin", "load", NULL};
static const struct {
	const char *title, *about;
} assignments[TEAM_ASSIGNMENT_COUNT] = {
	[TEAM_MANUAL] = {N_("By hand"), N_("Each takes what is theirs")},
	[TEAM_ROUND_ROBIN] = {N_("In turn"), N_("To whoever waited longest")},
	[TEAM_LOAD] = {N_("To the least busy"), N_("To whoever has the fewest open conversations")},
};

json_t *assignment_word(struct cx *cx, enum team_assignment assignment)
{
	return doc_word(cx->lang, team_assignment_word(assignment), assignments[assignment].title);
}

json_t *assignment_choices(struct cx *cx, struct str chosen)
{
	json_t *list = json_array();
	for (int i = 0; i < TEAM_ASSIGNMENT_COUNT; i++) {
		const char *word = team_assignment_word((enum team_assignment)i);
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b}", "word", word, "title", _(assignments[i].title), "about", _(assignments[i].about), "is_selected",
						      str_eq(chosen, str_of(word))));
	}
	return list;
}

/* ---- one team ---- */

static bool typed_member(const struct request *request, const char *id, bool *ret_is)
{
	if (!request_typed(request, "name").at)
		return false;
	*ret_is = false;
	for (size_t i = 0; i < 500; i++) {
		struct str typed = request_typed_at(request, "member", i);
		if (!typed.at)
			break;
		*ret_is |= str_eq(typed, str_of(id));
	}
	return true;
}

static json_t *people_shape(struct cx *cx, const struct request *request, const struct team_room *room, const i64 *persons, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < room->member_count; i++) {
		const struct member *m = &room->members[i];
		bool is = false;
		struct str id = arena_printf(cx->arena, "%lld", (long long)m->person);
		for (size_t j = 0; j < count; j++)
			is |= persons[j] == m->person;
		typed_member(request, id.at, &is);
		struct str load = {};
		if (m->capacity)
			load = arena_printf(cx->arena, _(N_("%lld of %lld")), (long long)room->open[i], (long long)m->capacity);
		else if (room->open[i])
			load = arena_printf(cx->arena, "%lld", (long long)room->open[i]);
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:{s:s}, s:b, s:b, s:o}", "id", doc_text(id), "name", doc_text(m->name), "avatar", doc_avatar(m->name),
						      "role", "title", _(role_title(m->role)), "is_member", is, "is_away", member_is_away(cx, m), "load",
						      doc_text_or_null(load)));
	}
	return list;
}

static enum err channels_shape(struct cx *cx, struct db *db, i64 team, json_t **ret_list)
{
	struct channel *channels;
	size_t count;
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	json_t *list = *ret_list = json_array();
	for (size_t i = 0; i < count; i++)
		if (channels[i].team == team)
			json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(channels[i].id), "url",
							      doc_text(arena_printf(cx->arena, "/channels/%lld", (long long)channels[i].id)), "name",
							      doc_text(channels[i].name), "network", doc_network(cx->lang, channels[i].network)));
	return OK;
}

enum err team_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct team t;
	struct team_room room;
	i64 open, *persons;
	size_t count;
	json_t *document = json_object(), *channels;
	reply_json(reply, document);
	TRY(team_get(cx, db, here(cx), param_id(request, "id"), &t));
	TRY(team_room(cx, db, &room));
	TRY(team_members(cx, db, here(cx), t.id, &persons, &count));
	struct conversation_filter filter = {.status = STATUS_OPEN, .kind = -1, .team = t.id};
	TRY(tally(cx, db, here(cx), &filter, &open));
	CLEANUP(buf_free) struct buf n = {}, text = {};
	buf_add_number(&n, cx->lang, open);
	buf_add_filled(&text, tr_n(cx->lang, "{n} open conversation", "{n} open conversations", open), buf_str(&n));
	json_object_set_new(document, "team", json_pack("{s:o, s:o, s:b, s:o, s:o}", "id", doc_id(t.id), "name", doc_text(t.name), "is_archived", t.archived_at != 0, "open",
							doc_text(buf_str(&text)), "conversations_url",
							doc_text(arena_printf(cx->arena, "/inbox?team=%lld", (long long)t.id))));
	json_object_set_new(document, "can_manage", json_boolean(actor_may(cx->actor, MAY_MANAGE_PEOPLE)));
	json_object_set_new(document, "form", json_pack("{s:o}", "name", doc_text(t.name)));
	json_object_set_new(document, "modes", assignment_choices(cx, typed_or(request, "assignment", str_of(team_assignment_word(t.assignment)))));
	json_object_set_new(document, "people", people_shape(cx, request, &room, persons, count));
	TRY(channels_shape(cx, db, t.id, &channels));
	json_object_set_new(document, "channels", channels);
	return OK;
}

enum err team_keep(struct cx *cx, struct request *request, struct reply *reply)
{
	size_t count = param_count(request, "member");
	i64 *members = arena_array(cx->arena, i64, count + 1), id;
	enum team_assignment assignment = TEAM_MANUAL;
	for (size_t i = 0; i < count; i++)
		members[i] = param_id_at(request, "member", i);
	team_assignment_of(param_text(request, "assignment"), &assignment);
	TRY(desk_team(cx, request_db(request), here(cx), param_id(request, "id"), param_text(request, "name"), assignment, members, count, &id));
	reply_flash(reply, str_of(_(N_("The team is kept."))), (struct str){});
	reply_redirect(reply, "/teams/%lld", (long long)id);
	return OK;
}

static enum err put(struct cx *cx, struct request *request, struct reply *reply, bool away)
{
	TRY(desk_team_archive(cx, request_db(request), here(cx), param_id(request, "id"), away));
	reply_flash(reply, str_of(away ? _(N_("The team is put away; what it has stays where it is.")) : _(N_("The team is back."))), (struct str){});
	reply_redirect(reply, away ? "/team" : "/teams/%lld", (long long)param_id(request, "id"));
	return OK;
}

enum err team_put_away(struct cx *cx, struct request *request, struct reply *reply)
{
	return put(cx, request, reply, true);
}

enum err team_take_out(struct cx *cx, struct request *request, struct reply *reply)
{
	return put(cx, request, reply, false);
}
