#include "flow/house_check.h"

#include "base/id.h"
#include "base/json_text.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"

#include <jansson.h>

#define WORD_MAX 200 /* characters of what is excepted */

bool house_may_choose(const struct check_kind *kind)
{
	return !str_eq(str_of(kind->word), S("length"));
}

/* ---- reading ---- */

static struct str text_in(struct arena *arena, const json_t *value)
{
	return arena_str(arena, (struct str){json_string_value(value), json_string_length(value)});
}

static size_t texts_in(struct arena *arena, const json_t *list, struct str *ret_texts, size_t most)
{
	size_t count = 0, index;
	json_t *value;
	json_array_foreach((json_t *)list, index, value)
		if (json_is_string(value) && count < most)
			ret_texts[count++] = text_in(arena, value);
	return count;
}

static void read_wishes(struct arena *arena, const json_t *checks, struct house_checks *house)
{
	const char *word;
	json_t *level, *levels = json_object_get(checks, "levels");
	house->settings = arena_array(arena, struct check_setting, json_object_size(levels) + 1);
	json_object_foreach(levels, word, level) {
		struct check_setting s = {.check = arena_str(arena, str_of(word))};
		if (check_level_of(str_of(json_string_value(level)), &s.level) && check_kind_of(s.check))
			house->settings[house->setting_count++] = s;
	}
	house->country_count = texts_in(arena, json_object_get(checks, "countries"), house->countries, HOUSE_COUNTRIES);
	house->site_count = texts_in(arena, json_object_get(checks, "sites"), house->sites, HOUSE_SITES);
}

enum err house_checks_load(struct cx *cx, struct db *db, i64 workspace, struct house_checks *ret_house)
{
	struct workspace w;
	struct check_exception_row *rows;
	struct house_checks house = {};
	size_t count;
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL);
	read_wishes(cx->arena, json_object_get(settings, "checks"), &house);
	json_decref(settings);
	TRY(check_exceptions(cx, db, workspace, (struct str){}, &rows, &count));
	house.lang = w.lang;
	house.exceptions = arena_array(cx->arena, struct check_exception, count + 1);
	house.exception_count = count;
	for (size_t i = 0; i < count; i++)
		house.exceptions[i] = (struct check_exception){rows[i].check, rows[i].found, rows[i].context};
	*ret_house = house;
	return OK;
}

enum finding_level house_level(const struct house_checks *house, const struct check_kind *kind)
{
	enum finding_level level = kind->level;
	for (size_t i = 0; i < house->setting_count; i++)
		if (str_eq(house->settings[i].check, str_of(kind->word)))
			level = house->settings[i].level;
	return level == CHECK_BLOCK && !kind->may_block ? CHECK_WARN : level;
}

/* ---- what is wanted ---- */

static bool is_country(struct str code)
{
	return code.len == 2 && code.at[0] >= 'A' && code.at[0] <= 'Z' && code.at[1] >= 'A' && code.at[1] <= 'Z';
}

/* A host alone: no scheme, no path. */
static bool is_host(struct str host)
{
	bool dot = false;
	for (size_t i = 0; i < host.len; i++) {
		unsigned char c = (unsigned char)host.at[i];
		bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c >= 0x80;
		if (!fine)
			return false;
		dot |= c == '.';
	}
	return dot && host.len <= 253 && host.at[0] != '.' && host.at[host.len - 1] != '.';
}

static enum err check_wish(struct cx *cx, const struct house_wish *wish)
{
	for (size_t i = 0; i < wish->setting_count; i++) {
		const struct check_kind *kind = check_kind_of(wish->settings[i].check);
		if (!kind || !house_may_choose(kind))
			return fail_field(cx, "check", N_("There is no check “%.*s” whose level can be chosen."), STR_ARG(wish->settings[i].check));
	}
	if (wish->country_count > HOUSE_COUNTRIES)
		return fail_field(cx, "others", N_("Name %d countries at the most."), (int)HOUSE_COUNTRIES);
	for (size_t i = 0; i < wish->country_count; i++)
		if (!is_country(wish->countries[i]))
			return fail_field(cx, "others", N_("“%.*s” is no country. They are written with two capital letters: FR, BE, MA."), STR_ARG(wish->countries[i]));
	if (wish->site_count > HOUSE_SITES)
		return fail_field(cx, "sites", N_("Name %d sites at the most."), (int)HOUSE_SITES);
	for (size_t i = 0; i < wish->site_count; i++)
		if (!is_host(wish->sites[i]))
			return fail_field(cx, "sites", N_("“%.*s” is no site. Write its name alone: levain.example."), STR_ARG(wish->sites[i]));
	return OK;
}

static json_t *object_in(json_t *parent, const char *name)
{
	json_t *object = json_object_get(parent, name);
	if (!json_is_object(object)) {
		json_object_set_new(parent, name, json_object());
		object = json_object_get(parent, name);
	}
	return object;
}

static void put_texts(json_t *object, const char *name, const struct str *texts, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_stringn(texts[i].at, texts[i].len));
	json_object_set_new(object, name, list);
}

/* What is as it comes is not written down: it follows the program. */
static void put_levels(json_t *checks, const struct house_wish *wish)
{
	json_t *levels = object_in(checks, "levels");
	for (size_t i = 0; i < wish->setting_count; i++) {
		const struct check_kind *kind = check_kind_of(wish->settings[i].check);
		if (wish->settings[i].level == kind->level)
			json_object_del(levels, kind->word);
		else
			json_object_set_new(levels, kind->word, json_string(check_level_word(wish->settings[i].level)));
	}
}

static enum err set(struct cx *cx, struct db *db, i64 workspace, const struct house_wish *wish)
{
	struct workspace w;
	if (!actor_may(cx->actor, MAY_ARRANGE))
		return fail(cx, ERR_DENIED, N_("Your role does not choose what checks count for."));
	TRY(check_wish(cx, wish));
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = json_loadb(w.settings.at ? w.settings.at : "", w.settings.len, 0, NULL);
	settings = json_is_object(settings) ? settings : json_object();
	json_t *checks = object_in(settings, "checks");
	put_levels(checks, wish);
	if (wish->says_countries)
		put_texts(checks, "countries", wish->countries, wish->country_count);
	if (wish->says_sites)
		put_texts(checks, "sites", wish->sites, wish->site_count);
	struct str detail = arena_json(cx->arena, checks, JSON_COMPACT | JSON_SORT_KEYS);
	w.settings = arena_json(cx->arena, settings, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(settings);
	TRY(workspace_update(cx, db, &w));
	TRY(audit(cx, db, workspace, "checks.change", arena_printf(cx->arena, "workspace:%lld", (long long)workspace), detail));
	return change_add(cx, db, workspace, 0, "post", 0);
}

enum err house_checks_set(struct cx *cx, struct db *db, i64 workspace, const struct house_wish *wish)
{
	return IN_TRANSACTION(cx, db, set(cx, db, workspace, wish));
}

/* ---- exceptions ---- */

/* Of a check that blocks here, only by whoever may let a post leave in spite of it. */
static enum err may_except(struct cx *cx, struct db *db, i64 workspace, struct str word)
{
	struct house_checks house;
	const struct check_kind *kind = check_kind_of(word);
	if (!actor_may(cx->actor, MAY_WRITE_CHECKS))
		return fail(cx, ERR_DENIED, N_("Your role does not add words of the house. Ask somebody of the team."));
	if (!kind)
		return fail_field(cx, "check", N_("There is no check “%.*s”."), STR_ARG(word));
	TRY(house_checks_load(cx, db, workspace, &house));
	if (house_level(&house, kind) == CHECK_BLOCK && !actor_may(cx->actor, MAY_OVERRIDE_CHECKS))
		return fail(cx, ERR_DENIED, N_("This check blocks here: what it leaves alone is decided by who may let a post leave in spite of it."));
	return OK;
}

static enum err trace(struct cx *cx, struct db *db, i64 workspace, const char *act, const struct check_exception_row *e)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"check\":");
	buf_add_json(&detail, e->check);
	buf_adds(&detail, ",\"found\":");
	buf_add_json(&detail, e->found);
	buf_addf(&detail, ",\"everywhere\":%s}", e->context.len ? "false" : "true");
	TRY(audit(cx, db, workspace, act, arena_printf(cx->arena, "check_exception:%lld", (long long)e->id), buf_str(&detail)));
	return change_add(cx, db, workspace, 0, "post", 0);
}

static enum err add(struct cx *cx, struct db *db, const struct check_exception_row *wanted, i64 *ret_id)
{
	struct check_exception_row e = *wanted;
	i64 count;
	e.found = str_trim(e.found);
	e.excerpt = e.excerpt.len ? e.excerpt : e.found;
	TRY(may_except(cx, db, e.workspace, e.check));
	if (!e.found.len || utf8_count(e.found) > WORD_MAX || !utf8_valid(e.found))
		return fail_field(cx, "found", N_("Write a word or a few, %d characters at the most."), WORD_MAX);
	TRY(check_exceptions_count(cx, db, e.workspace, &count));
	if (count >= CHECK_EXCEPTIONS_MOST)
		return fail(cx, ERR_LIMIT, N_("The house has %d words and exceptions already. Take out what serves no longer."), CHECK_EXCEPTIONS_MOST);
	e.id = id_new();
	e.person = cx->actor->user;
	e.created_at = cx->now;
	TRY(check_exception_put(cx, db, &e, &e.id));
	TRY(trace(cx, db, e.workspace, "check_exception.create", &e));
	*ret_id = e.id;
	return OK;
}

enum err house_exception_add(struct cx *cx, struct db *db, const struct check_exception_row *exception, i64 *ret_id)
{
	return IN_TRANSACTION(cx, db, add(cx, db, exception, ret_id));
}

static enum err end(struct cx *cx, struct db *db, i64 workspace, i64 id, bool ended)
{
	struct check_exception_row e;
	TRY(check_exception_get(cx, db, workspace, id, &e));
	TRY(may_except(cx, db, workspace, e.check));
	if (!!e.removed_at == ended)
		return OK;
	TRY(check_exception_remove(cx, db, workspace, id, ended ? cx->now : 0));
	return trace(cx, db, workspace, ended ? "check_exception.archive" : "check_exception.restore", &e);
}

enum err house_exception_end(struct cx *cx, struct db *db, i64 workspace, i64 id, bool ended)
{
	return IN_TRANSACTION(cx, db, end(cx, db, workspace, id, ended));
}
