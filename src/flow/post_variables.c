#include "flow/post_variables.h"

#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "flow/post_parts.h"
#include "flow/writing_aid.h"
#include "store/workspace.h"

#define NAME_MOST 40 /* bytes */

/* ---- days, as people write them ---- */

static struct str written_day(struct cx *cx, struct str lang, int year, int month, int day)
{
	static const char *const french[] = {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"};
	static const char *const english[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
	if (str_starts(lang, S("fr")))
		return arena_printf(cx->arena, "%d%s %s %d", day, day == 1 ? "er" : "", french[month - 1], year);
	if (str_starts(lang, S("en")))
		return arena_printf(cx->arena, "%d %s %d", day, english[month - 1], year);
	return arena_printf(cx->arena, "%04d-%02d-%02d", year, month, day);
}

/* ---- names in texts ---- */

/* The next {{name}} at or behind `at`: where it stands, and its name in small letters. */
static bool next_name(struct str text, size_t at, size_t *ret_from, size_t *ret_to, char ret_name[static NAME_MOST + 1])
{
	for (;;) {
		ptrdiff_t open = str_find(str_skip(text, at), S("{{"));
		if (open < 0)
			return false;
		size_t from = at + (size_t)open, i = from + 2, len = 0;
		while (i < text.len && text.at[i] == ' ')
			i++;
		for (; i < text.len && len < NAME_MOST; i++) {
			char c = text.at[i];
			c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
			if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
				break;
			ret_name[len++] = c;
		}
		while (i < text.len && text.at[i] == ' ')
			i++;
		if (len && i + 1 < text.len && text.at[i] == '}' && text.at[i + 1] == '}') {
			ret_name[len] = 0;
			*ret_from = from;
			*ret_to = i + 2;
			return true;
		}
		at = from + 1;
	}
}

static struct variable_value given(const struct post_words *w, const struct channel *channel, struct str name)
{
	struct variable_value v = {.name = name, .is_known = true};
	if (str_eq(name, S("date")))
		v.value = w->day;
	else if (str_eq(name, S("campaign")))
		v.value = w->campaign;
	else if (str_eq(name, S("workspace")))
		v.value = w->workspace_name;
	else if (channel)
		v.value = str_eq(name, S("channel")) ? channel->name : channel->network;
	return v;
}

static struct variable_value value_of(const struct post_words *w, const struct channel *channel, struct str name)
{
	if (variable_is_given(name))
		return given(w, channel, name);
	for (size_t i = 0; i < w->value_count; i++)
		if (str_eq(w->values[i].name, name))
			return w->values[i];
	return (struct variable_value){.name = name};
}

/* As it stands in the text; empty: it cannot. */
static struct str shown(struct cx *cx, const struct post_words *w, const struct variable_value *v)
{
	i64 year, month, day;
	if (!v->value.len || !variable_fits(v->type, v->value))
		return (struct str){};
	if (v->type == VARIABLE_DATE && str_to_i64(str_head(v->value, 4), &year) && str_to_i64(str_head(str_skip(v->value, 5), 2), &month) && str_to_i64(str_skip(v->value, 8), &day))
		return written_day(cx, w->lang, (int)year, (int)month, (int)day);
	return v->value;
}

static struct str fill(struct cx *cx, const struct post_words *w, const struct channel *channel, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	char name[NAME_MOST + 1];
	size_t at = 0, from, to;
	while (next_name(text, at, &from, &to, name)) {
		struct variable_value v = value_of(w, channel, str_of(name));
		struct str value = shown(cx, w, &v);
		buf_add(&b, str_head(str_skip(text, at), from - at));
		buf_add(&b, value.len ? value : str_head(str_skip(text, from), to - from));
		at = to;
	}
	if (!at)
		return text;
	buf_add(&b, str_skip(text, at));
	return buf_keep(&b, cx->arena);
}

struct post_text post_variables_fill(struct cx *cx, const struct post_words *w, const struct channel *channel, const struct post_text *text)
{
	struct post_text filled = *text;
	struct str *parts = arena_array(cx->arena, struct str, text->part_count + 1);
	filled.body = fill(cx, w, channel, text->body);
	filled.first_comment = fill(cx, w, channel, text->first_comment);
	for (size_t i = 0; i < text->part_count; i++)
		parts[i] = fill(cx, w, channel, text->parts[i]);
	filled.parts = parts;
	return filled;
}

struct names {
	struct variable_value *list;
	size_t count, capacity;
};

static void collect(struct cx *cx, const struct post_words *w, const struct channel *channel, struct str text, struct names *n)
{
	char name[NAME_MOST + 1];
	size_t from, to;
	for (size_t at = 0; n->count < VARIABLES_MAX && next_name(text, at, &from, &to, name); at = to) {
		bool there = false;
		for (size_t i = 0; i < n->count; i++)
			there |= str_eq(n->list[i].name, str_of(name));
		if (there)
			continue;
		struct variable_value *v = arena_push(cx->arena, n->list, n->count, n->capacity);
		*v = value_of(w, channel, arena_str(cx->arena, str_of(name)));
	}
}

size_t post_words_variables(struct cx *cx, const struct post_words *w, const struct channel *channel, const struct post_text *text, struct variable_value **ret_values)
{
	struct names n = {};
	collect(cx, w, channel, text->body, &n);
	for (size_t i = 0; i < text->part_count; i++)
		collect(cx, w, channel, text->parts[i], &n);
	collect(cx, w, channel, text->first_comment, &n);
	*ret_values = n.list;
	return n.count;
}

struct str variable_fault(struct cx *cx, const struct variable_value *v)
{
	static const char *const forms[VARIABLE_TYPES] = {[VARIABLE_TEXT] = N_("Write it."), [VARIABLE_NUMBER] = N_("Write a number."),
							  [VARIABLE_DATE] = N_("Write a date as 2027-03-24."), [VARIABLE_URL] = N_("Write an address with https://.")};
	if (!v->value.len && variable_is_given(v->name))
		return arena_printf(cx->arena, _(N_("{{%.*s}} stands for nothing here: the post has none.")), STR_ARG(v->name));
	if (!v->value.len && !v->is_known)
		return arena_printf(cx->arena, _(N_("{{%.*s}} is no variable of this workspace, and the post does not say what it stands for.")), STR_ARG(v->name));
	if (!v->value.len)
		return arena_printf(cx->arena, _(N_("{{%.*s}} has no value yet.")), STR_ARG(v->name));
	if (!variable_fits(v->type, v->value))
		return arena_printf(cx->arena, _(N_("“%.*s” does not fit {{%.*s}}. %s")), STR_ARG(v->value), STR_ARG(v->name), _(forms[v->type]));
	return (struct str){};
}

/* ---- values ---- */

static void add_own(struct cx *cx, struct str options, struct names *n)
{
	json_t *json = json_loadb(options.at ? options.at : "", options.len, 0, NULL), *value;
	const char *name;
	json_object_foreach(json_object_get(json, "variables"), name, value) {
		struct variable_value *v = NULL;
		struct str text = {json_string_value(value), json_string_length(value)};
		for (size_t i = 0; i < n->count; i++)
			if (str_eq(n->list[i].name, str_of(name)))
				v = &n->list[i];
		if (!v && text.len) {
			v = arena_push(cx->arena, n->list, n->count, n->capacity);
			*v = (struct variable_value){.name = arena_str(cx->arena, str_of(name))};
		}
		if (v && text.len) {
			v->value = arena_str(cx->arena, text);
			v->is_own = true;
		}
	}
	json_decref(json);
}

enum err post_variables_load(struct cx *cx, struct db *db, const struct post *post, struct post_words *words)
{
	struct writing_aid *aids;
	struct workspace w;
	struct names n = {};
	size_t count;
	TRY(workspace_get(cx, db, post->workspace, &w));
	TRY(writing_aids(cx, db, post->workspace, false, &aids, &count));
	for (size_t i = 0; i < count; i++)
		if (aids[i].kind == AID_VARIABLE)
			*arena_push(cx->arena, n.list, n.count, n.capacity) =
				(struct variable_value){.name = aids[i].name, .value = aids[i].body, .title = aids[i].about, .type = aids[i].type, .is_known = true};
	add_own(cx, post->options, &n);
	words->workspace_name = w.name;
	words->lang = post->lang.len ? post->lang : w.lang;
	struct civil day = zone_civil(post->zone.len ? post->zone : w.zone, post->planned_at ? post->planned_at : cx->now);
	words->day = written_day(cx, words->lang, day.year, day.month, day.day);
	words->values = n.list;
	words->value_count = n.count;
	return OK;
}

struct str post_variables_put(struct cx *cx, struct str options, const struct variable_value *values, size_t count)
{
	json_t *json = json_loadb(options.at ? options.at : "", options.len, 0, NULL), *object = json_object();
	if (!json_is_object(json)) {
		json_decref(json);
		json = json_object();
	}
	for (size_t i = 0; i < count && json_object_size(object) < VARIABLES_MAX; i++)
		if (values[i].value.len && values[i].name.len && values[i].name.len <= NAME_MOST)
			json_object_setn_new(object, values[i].name.at, values[i].name.len, json_stringn(values[i].value.at, values[i].value.len));
	if (json_object_size(object)) {
		json_object_set_new(json, "variables", object);
	} else {
		json_object_del(json, "variables");
		json_decref(object);
	}
	struct str kept = arena_json(cx->arena, json, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(json);
	return kept;
}

enum err post_variables_hold(struct cx *cx, struct db *db, struct post *post)
{
	struct post_words words;
	struct post_variant *variants;
	struct names n = {};
	size_t count, kept = 0;
	TRY(post_words_load(cx, db, post, &words));
	TRY(post_variants(cx, db, post->workspace, post->id, &variants, &count));
	collect(cx, &words, NULL, post->title, &n);
	collect(cx, &words, NULL, post->warning, &n);
	for (size_t i = 0; i <= count; i++) {
		struct variable_value *values;
		struct post_text text = post_text_of(cx, post, i < count ? &variants[i] : NULL);
		size_t value_count = post_words_variables(cx, &words, NULL, &text, &values);
		for (size_t v = 0; v < value_count; v++)
			*arena_push(cx->arena, n.list, n.count, n.capacity) = values[v];
	}
	for (size_t i = 0; i < n.count; i++)
		if (!variable_is_given(n.list[i].name) && n.list[i].value.len)
			n.list[kept++] = n.list[i];
	if (kept)
		post->options = post_variables_put(cx, post->options, n.list, kept);
	return OK;
}
