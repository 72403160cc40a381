/* dials.c: the simulated network's dials as a form, and scenes: settings of several dials at once. Wishes are kept with the channel;
 * the connector takes them to the network at its next reading. */
#include "base/lang.h"
#include "page/channels/channels.h"

#include <stdio.h>

static const struct dial {
	const char *name, *title, *about, *unit;
	double initial, least, most;
} dials[] = {
	{"per_minute", N_("Messages a minute"), N_("What members say of you, on average; 0 is silence."), N_("a minute"), 6, 0, 60000},
	{"answers", N_("Members who answer"), N_("Share of your answers that a member answers."), "%", 65, 0, 100},
	{"harm", N_("Harm"), N_("Share of comments that break house rules."), "%", 6, 0, 100},
	{"recall", N_("An incident"), N_("Share of comments and mentions about a recall of the walnut bread."), "%", 0, 0, 100},
	{"limited", N_("Too many requests"), N_("Share of requests that the network refuses for now."), "%", 0, 0, 100},
	{"broken", N_("Troubles"), N_("Share of requests that fail on the network's side."), "%", 0, 0, 100},
	{"lost_before", N_("Lost on the way there"), N_("Share of requests cut off before anything is accepted."), "%", 0, 0, 100},
	{"lost_after", N_("Lost on the way back"), N_("Share of requests that are accepted, and whose answer is lost."), "%", 0, 0, 100},
	{"rubbish", N_("Rubbish"), N_("Share of answers that nobody can read."), "%", 0, 0, 100},
	{"denied", N_("Access has ended"), N_("1: the network lets nobody in, until it is 0 again."), "", 0, 0, 1},
};

#define SCENE_DIALS 9
static const struct scene {
	const char *word, *title, *about;
	struct {
		const char *name;
		double value;
	} set[SCENE_DIALS];
} scenes[] = {
	{"calm", N_("A calm day"), N_("Every trouble off, six messages a minute"),
	 {{"per_minute", 6}, {"limited", 0}, {"broken", 0}, {"lost_before", 0}, {"lost_after", 0}, {"rubbish", 0}, {"denied", 0}, {"harm", 6}, {"recall", 0}}},
	{"wave", N_("A wave"), N_("Two messages a second"), {{"per_minute", 120}}},
	{"incident", N_("An incident"), N_("Twenty messages a minute, most of them about a recall: an alarm follows within minutes"), {{"per_minute", 20}, {"recall", 85}}},
	{"outage", N_("An outage"), N_("The network does not answer any more"), {{"broken", 100}}},
	{"doubt", N_("Doubts"), N_("Half of the answers get lost after they were accepted"), {{"lost_after", 50}}},
	{"trouble", N_("A troublemaker"), N_("Half of the comments break house rules"), {{"harm", 50}, {"per_minute", 30}}},
	{"expired", N_("Access has ended"), N_("The network refuses the token"), {{"denied", 1}}},
};

static double value_of(const json_t *wishes, const struct dial *dial)
{
	const json_t *value = json_object_get(wishes, dial->name);
	return json_is_number(value) ? json_number_value(value) : dial->initial;
}

static json_t *number(double value)
{
	char text[40];
	snprintf(text, sizeof text, "%.10g", value);
	return json_string(text);
}

json_t *channel_simulator_shape(struct cx *cx, const struct channel *c)
{
	if (!str_eq(c->kind, S("simulator")))
		return json_null();
	json_t *settings = json_loadb(c->settings.at, c->settings.len, 0, NULL), *wishes = json_object_get(settings, "dials");
	json_t *dial_list = json_array(), *scene_list = json_array();
	bool down = false;
	for (size_t i = 0; i < COUNT(dials); i++) {
		const struct dial *d = &dials[i];
		double value = value_of(wishes, d);
		down |= (str_eq(str_of(d->name), S("broken")) && value >= 100) || (str_eq(str_of(d->name), S("denied")) && value > 0);
		json_array_append_new(dial_list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:s}", "name", d->name, "title", _(d->title), "about", _(d->about),
							   "value", number(value), "min", number(d->least), "max", number(d->most), "step", "1", "unit",
							   d->unit[0] ? _(d->unit) : ""));
	}
	for (size_t i = 0; i < COUNT(scenes); i++)
		json_array_append_new(scene_list, json_pack("{s:s, s:s, s:s}", "word", scenes[i].word, "title", _(scenes[i].title), "about", _(scenes[i].about)));
	json_decref(settings);
	return json_pack("{s:o, s:b, s:o}", "dials", dial_list, "is_down", down, "scenes", scene_list);
}

static enum err wish_of(struct cx *cx, struct str name, struct str level, struct dial_wish *ret_wish)
{
	double value;
	for (size_t i = 0; i < COUNT(dials); i++) {
		if (!str_eq(name, str_of(dials[i].name)))
			continue;
		if (!str_to_double(str_trim(level), &value) || !(value >= dials[i].least && value <= dials[i].most))
			return fail_field(cx, dials[i].name, N_("%s: this dial goes from %g to %g."), _(dials[i].title), dials[i].least, dials[i].most);
		*ret_wish = (struct dial_wish){name, value};
		return OK;
	}
	return fail_field(cx, "dial", N_("The simulated network has no dial “%.*s”."), STR_ARG(name));
}

static size_t wishes_of_scene(struct str word, struct dial_wish *wishes)
{
	for (size_t i = 0; i < COUNT(scenes); i++) {
		if (!str_eq(word, str_of(scenes[i].word)))
			continue;
		size_t count = 0;
		for (; count < SCENE_DIALS && scenes[i].set[count].name; count++)
			wishes[count] = (struct dial_wish){str_of(scenes[i].set[count].name), scenes[i].set[count].value};
		return count;
	}
	return 0;
}

enum err channel_simulate(struct cx *cx, struct request *request, struct reply *reply)
{
	struct dial_wish wishes[COUNT(dials) > SCENE_DIALS ? COUNT(dials) : SCENE_DIALS];
	struct str scene = param_text(request, "scene");
	size_t count = param_count(request, "dial");
	if (scene.len) {
		count = wishes_of_scene(scene, wishes);
		if (!count)
			return fail_field(cx, "scene", N_("This is none of the scenes."));
	} else {
		if (!count || count > COUNT(dials) || count != param_count(request, "level"))
			return fail_field(cx, "dial", N_("Send each dial with its level."));
		for (size_t i = 0; i < count; i++)
			TRY(wish_of(cx, param_text_at(request, "dial", i), param_text_at(request, "level", i), &wishes[i]));
	}
	TRY(channels_set_dials(cx, request_db(request), here(cx), param_id(request, "id"), wishes, count));
	reply_flash(reply, str_of(_(N_("The dials are set; the network follows at its next reading."))), (struct str){});
	reply_redirect(reply, "/channels/%lld", (long long)param_id(request, "id"));
	return OK;
}
