#include "page/choices.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "page/page.h"
#include "store/member.h"
#include "store/team.h"
#include "ui/document.h"

json_t *choice(const char *word, const char *title, bool selected)
{
	return json_pack("{s:s, s:s, s:b}", "word", word, "title", title, "is_selected", selected);
}

json_t *choices_of_languages(struct str chosen)
{
	static const struct {
		const char *word, *title;
	} languages[] = {{"en", "English"}, {"fr", "Français"}};
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(languages); i++)
		if (lang_known(str_of(languages[i].word)))
			json_array_append_new(list, choice(languages[i].word, languages[i].title, str_eq(chosen, str_of(languages[i].word))));
	return list;
}

static void add_zone(json_t *list, struct str name, bool selected)
{
	json_array_append_new(list, json_pack("{s:o, s:b}", "word", doc_text(name), "is_selected", selected));
}

json_t *choices_of_zones(struct cx *cx, struct str chosen)
{
	struct str *names;
	size_t count = zone_list(cx->arena, &names);
	json_t *list = json_array();
	bool found = str_eq(chosen, S("UTC"));
	add_zone(list, S("UTC"), found);
	for (size_t i = 0; i < count; i++) {
		bool is = str_eq(names[i], chosen);
		found |= is;
		if (str_find_byte(names[i], '/') > 0 && !str_starts(names[i], S("Etc/")))
			add_zone(list, names[i], is);
	}
	if (!found && chosen.len) /* another name of a place in the list */
		add_zone(list, chosen, true);
	return list;
}

enum err choices_of_teams(struct cx *cx, struct db *db, i64 workspace, i64 chosen, json_t **ret_list)
{
	struct team *teams;
	size_t count;
	TRY(team_list(cx, db, workspace, &teams, &count));
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(teams[i].id), "name", doc_text(teams[i].name), "is_selected",
						      teams[i].id == chosen));
	*ret_list = list;
	return OK;
}

enum err choices_of_people(struct cx *cx, struct db *db, i64 workspace, i64 chosen, enum permission permission, json_t **ret_list)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, workspace, &members, &count));
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		if (!members[i].disabled && role_permissions(members[i].role) >> permission & 1)
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(members[i].person), "name", doc_text(members[i].name), "is_selected",
							      members[i].person == chosen));
	*ret_list = list;
	return OK;
}

json_t *choices_of_roles(const struct cx *cx, enum role chosen, bool owners, bool leave_out)
{
	json_t *list = json_array();
	for (int i = 0; i < ROLE_COUNT; i++) {
		bool barred = i == ROLE_OWNER && !owners;
		if (barred && leave_out)
			continue;
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:b, s:b}", "word", role_word((enum role)i), "title", tr(cx->lang, role_title((enum role)i)),
						      "about", tr(cx->lang, role_about((enum role)i)), "is_selected", i == (int)chosen, "is_disabled", barred));
	}
	return list;
}

bool minutes_read(struct str text, int *ret_minutes)
{
	i64 hour, minute;
	struct str rest = str_trim(text), head = str_cut(&rest, ':');
	if (!head.len || head.len > 2 || rest.len != 2 || !str_to_i64(head, &hour) || !str_to_i64(rest, &minute))
		return false;
	if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > 1440)
		return false;
	*ret_minutes = (int)(hour * 60 + minute);
	return true;
}

struct str span_text(struct cx *cx, i64 span)
{
	CLEANUP(buf_free) struct buf b = {};
	i64 minutes = span / MINUTE;
	if (!minutes)
		return (struct str){};
	if (minutes % 60 && minutes < 48 * 60) {
		buf_add_duration(&b, cx->lang, span);
	} else {
		buf_add_number(&b, cx->lang, minutes / 60);
		buf_adds(&b, "\xc2\xa0h");
	}
	return buf_keep(&b, cx->arena);
}

struct str typed_or(const struct request *request, const char *name, struct str value)
{
	struct str typed = request_typed(request, name);
	return typed.at ? typed : value;
}
