/* shapes.c: a channel and its kind as the templates want them. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "page/channels/channels.h"
#include "page/choices.h"
#include "ui/format.h"


struct str channel_reads(struct cx *cx, const struct channel_kind *kind)
{
	if (kind && (kind->can & IS_PUSHED))
		return str_of(_(N_("pushed in")));
	if (!kind || !kind->fetch)
		return (struct str){};
	if (kind->fetch_every < MINUTE)
		return arena_printf(cx->arena, "%lld s", (long long)(kind->fetch_every / SECOND));
	CLEANUP(buf_free) struct buf b = {};
	buf_add_duration(&b, cx->lang, kind->fetch_every);
	return buf_keep(&b, cx->arena);
}

static void add_can(struct cx *cx, json_t *list, const char *icon, const char *text, bool able)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "icon", icon, "text", _(text), "is_able", able));
}

json_t *channel_can_shape(struct cx *cx, const struct channel_kind *kind)
{
	json_t *list = json_array();
	unsigned can = kind ? kind->can : 0;
	if (can & IS_PUSHED)
		add_can(cx, list, "download", N_("Take messages that are pushed in"), true);
	else
		add_can(cx, list, "eye", N_("Read what is said, by itself"), can & CAN_FETCH);
	add_can(cx, list, "reply", N_("Answer in public"), can & CAN_REPLY);
	add_can(cx, list, "lock", N_("Answer in private"), can & CAN_REPLY_PRIVATE);
	if (can & HIDES_FOR_GOOD)
		add_can(cx, list, "hide", N_("Take away on the network, for good, a minute after the decision"), true);
	else
		add_can(cx, list, "hide", N_("Hide on the network, and show again"), can & CAN_HIDE);
	add_can(cx, list, "calendar-check", N_("Publish posts"), can & CAN_POST);
	add_can(cx, list, "heart", N_("Like messages"), can & CAN_REACT);
	add_can(cx, list, "listen", N_("Search its network for what you listen for"), can & CAN_SEARCH);
	add_can(cx, list, "search", N_("After a doubt, look on the network before sending again"), can & CAN_LOOK);
	return list;
}

/* ---- the form ---- */

static struct str kept_value(struct cx *cx, const json_t *settings, const struct channel_field *f)
{
	const json_t *value = json_object_get(settings, f->name);
	if (json_is_boolean(value))
		return json_is_true(value) ? S("yes") : S("no");
	if (json_is_number(value))
		return arena_json(cx->arena, value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10));
	return arena_str(cx->arena, str_of(json_string_value(value)));
}

static bool typed_value(const struct request *request, const char *name, struct str *ret_value)
{
	for (size_t i = 0; i < 100; i++) {
		struct str setting = request_typed_at(request, "setting", i);
		if (!setting.at)
			return false;
		if (!str_eq(setting, str_of(name)))
			continue;
		*ret_value = request_typed_at(request, "value", i);
		return ret_value->at;
	}
	return false;
}

json_t *channel_fields_shape(struct cx *cx, const struct request *request, const struct channel_kind *kind, const struct channel *c)
{
	json_t *list = json_array(), *settings = c ? json_loadb(c->settings.at, c->settings.len, 0, NULL) : NULL;
	for (const struct channel_field *f = kind ? kind->fields : NULL; f && f->name; f++) {
		struct str value = kept_value(cx, settings, f);
		bool kept = f->type == FIELD_SECRET && c && c->secret.len;
		json_t *error = json_null();
		if (typed_value(request, f->name, &value) && channels_check_field(cx, f, value, kept) != OK) {
			error = json_string(cx->story);
			cx_forget(cx);
		}
		json_t *choices = json_array();
		for (const struct channel_choice *choice = f->type == FIELD_CHOICE ? f->choices : NULL; choice && choice->word; choice++)
			json_array_append_new(choices, json_pack("{s:s, s:s, s:b}", "word", choice->word, "title", _(choice->title), "is_selected", str_eq(value, str_of(choice->word))));
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:o}", "name", f->name, "title", _(f->title),
						      "about", f->about ? json_string(_(f->about)) : json_null(), "value",
						      f->type == FIELD_SECRET ? json_string("") : doc_text(value), "error", error, "is_required", f->required,
						      "is_line", f->type == FIELD_LINE || f->type == FIELD_SERVER, "is_url", f->type == FIELD_URL, "is_secret", f->type == FIELD_SECRET,
						      "is_number", f->type == FIELD_NUMBER, "is_bool", f->type == FIELD_BOOL, "has_secret", kept, "is_on",
						      str_eq(value, S("yes")), "is_choice", f->type == FIELD_CHOICE, "choices", choices));
	}
	json_decref(settings);
	return list;
}

enum err channel_by_hand_shape(struct cx *cx, struct request *request, const struct channel_kind *kind, const struct channel *c, json_t **ret_shape)
{
	json_t *people;
	i64 person = request_typed(request, "person_id").at ? 0 : c ? c->person : 0;
	*ret_shape = json_null();
	if (!kind || !(kind->can & BY_HAND))
		return OK;
	str_to_i64(request_typed(request, "person_id"), &person);
	TRY(choices_of_people(cx, request_db(request), here(cx), person, MAY_WRITE_POSTS, &people));
	*ret_shape = json_pack("{s:o}", "people", people);
	return OK;
}
