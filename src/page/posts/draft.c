/* draft.c: a post as it is being written: what was sent, over what its rows say. */
#include "base/clock.h"
#include "page/posts/posts.h"

#include <string.h>

#define DEFAULT_HOURS 24 /* that a poll stays open, unless told */

/* ---- what was sent: by parameters that were checked, or as it was typed ---- */

struct said {
	struct request *request;
	bool typed;
};

static struct str said_at(const struct said *said, const char *name, size_t index)
{
	if (said->typed)
		return request_typed_at(said->request, name, index);
	return index < param_count(said->request, name) ? param_text_at(said->request, name, index) : (struct str){};
}

static struct str said_text(const struct said *said, const char *name)
{
	struct str text = said->typed ? request_typed(said->request, name) : param_text(said->request, name);
	return str_trim(text);
}

static size_t said_count(const struct said *said, const char *name)
{
	size_t count = 0;
	if (!said->typed)
		return param_count(said->request, name);
	while (request_typed_at(said->request, name, count).at)
		count++;
	return count;
}

static i64 said_id_at(const struct said *said, const char *name, size_t index)
{
	i64 id = 0;
	if (!said->typed)
		return param_id_at(said->request, name, index);
	str_to_i64(str_trim(said_at(said, name, index)), &id);
	return id;
}

static bool says(const struct said *said, const char *name)
{
	return said->typed || page_says(said->request, name);
}

static bool names(const struct said *said, const char *name, i64 id)
{
	for (size_t i = 0; i < said_count(said, name); i++)
		if (said_id_at(said, name, i) == id)
			return true;
	return false;
}

/* Texts of a list; those that are empty were begun and left. */
static size_t said_texts(struct cx *cx, const struct said *said, const char *name, const char *owner, i64 of, const struct str **ret_texts)
{
	size_t count = said_count(said, name), kept = 0;
	struct str *texts = arena_array(cx->arena, struct str, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct str text = str_trim(said_at(said, name, i));
		if (text.len && (!owner || said_id_at(said, owner, i) == of))
			texts[kept++] = text;
	}
	*ret_texts = texts;
	return kept;
}

/* A form has a box for each channel: what is written in it are its own words, an empty one takes the common text. */
static void own_words(struct cx *cx, const struct said *said, const struct post_text *common, struct post_variant_request *v)
{
	size_t count = said_count(said, "variant");
	for (size_t i = 0; i < count; i++) {
		if (said_id_at(said, "variant", i) != v->channel)
			continue;
		struct post_text text = {.body = str_trim(said_at(said, "variant_body", i)), .first_comment = str_trim(said_at(said, "variant_comment", i))};
		text.part_count = said_texts(cx, said, "variant_part", "variant_part_of", v->channel, &text.parts);
		v->adapted = text.body.len || text.part_count || text.first_comment.len;
		if (v->adapted && !text.body.len)
			text.body = common->body; /* it is the rest that is its own */
		v->text = text;
	}
}

static struct str member_text(struct cx *cx, const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return json_is_string(value) ? str_trim(arena_str(cx->arena, (struct str){json_string_value(value), json_string_length(value)})) : (struct str){};
}

/* [{"channel": id, "body", "parts", "first_comment"}]: words of their own for channels, as programs send them. */
static enum err variants_of_json(struct cx *cx, const json_t *list, struct post_request *draft, struct post_variant_request *variants)
{
	size_t index;
	json_t *item, *part;
	if (!json_is_array(list))
		return fail_field(cx, "variants", N_("This must be a list."));
	json_array_foreach(list, index, item) {
		struct post_variant_request *v = NULL;
		i64 channel = 0;
		if (!json_is_object(item) || !str_to_i64(member_text(cx, item, "channel"), &channel))
			return fail_field(cx, arena_printf(cx->arena, "variants[%zu].channel", index).at, N_("Name the channel by its id."));
		for (size_t i = 0; i < draft->variant_count; i++)
			if (variants[i].channel == channel)
				v = &variants[i];
		if (!v)
			return fail_field(cx, arena_printf(cx->arena, "variants[%zu].channel", index).at, N_("The post does not go to this channel: name it in “channels” too."));
		const json_t *parts = json_object_get(item, "parts");
		struct str *texts = arena_array(cx->arena, struct str, json_array_size(parts) + 1);
		v->adapted = true;
		v->text = (struct post_text){.body = member_text(cx, item, "body"), .first_comment = member_text(cx, item, "first_comment"), .parts = texts};
		for (size_t p = 0; p < json_array_size(parts); p++) {
			part = json_array_get(parts, p);
			texts[v->text.part_count++] = arena_str(cx->arena, (struct str){json_string_value(part), json_string_length(part)});
		}
	}
	return OK;
}

/* Those of the channels that want it otherwise than by itself; a form says "choices_said" beside its boxes, since boxes without a tick are not sent. */
static void say_choices(const struct said *said, struct post_variant_request *variants, size_t count)
{
	bool all = said->typed ? said_text(said, "choices_said").len > 0 : param_given(said->request, "choices_said");
	bool forms = all || (!said->typed && param_given(said->request, "stories")), cards = all || (!said->typed && param_given(said->request, "no_cards"));
	for (size_t i = 0; i < count; i++) {
		if (forms)
			variants[i].form = names(said, "stories", variants[i].channel) ? FORM_STORY : FORM_POST;
		if (cards)
			variants[i].no_card = names(said, "no_cards", variants[i].channel);
	}
}

static enum err say_channels(struct cx *cx, const struct said *said, struct post_request *draft)
{
	bool is_list = says(said, "channels"), by_program = !said->typed && param_json(said->request, "variants");
	size_t count = is_list ? said_count(said, "channels") : draft->variant_count;
	struct post_variant_request *variants = arena_array(cx->arena, struct post_variant_request, count + 1);
	for (size_t i = 0; i < count; i++) {
		variants[i] = is_list ? (struct post_variant_request){.channel = said_id_at(said, "channels", i)} : draft->variants[i];
		for (size_t n = 0; is_list && n < draft->variant_count; n++)
			if (draft->variants[n].channel == variants[i].channel)
				variants[i] = draft->variants[n];
		if (by_program)
			variants[i].adapted = false; /* those named below are */
		else
			own_words(cx, said, &draft->text, &variants[i]);
	}
	say_choices(said, variants, count);
	draft->variants = variants;
	draft->variant_count = count;
	return by_program ? variants_of_json(cx, param_json(said->request, "variants"), draft, variants) : OK;
}

/* In the order sent; one that is named twice is there once. A form's button may take one out, or move it before the one before. */
static void say_media(struct cx *cx, const struct said *said, struct post_request *draft)
{
	size_t count = said_count(said, "media"), kept = 0;
	struct post_media *media = arena_array(cx->arena, struct post_media, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct post_media one = {.media = said_id_at(said, "media", i), .alt = str_trim(said_at(said, "alt", i))};
		bool out = !one.media || names(said, "media_out", one.media);
		for (size_t n = 0; n < kept; n++)
			out |= media[n].media == one.media;
		if (out)
			continue;
		bool up = kept > 0 && names(said, "media_up", one.media);
		if (up)
			media[kept] = media[kept - 1];
		media[up ? kept - 1 : kept] = one;
		kept++;
	}
	draft->media = media;
	draft->media_count = kept;
}

/* Choices that are left empty are none; without any there is no poll. */
static void say_poll(struct cx *cx, const struct said *said, struct post_request *draft)
{
	i64 hours = DEFAULT_HOURS;
	struct poll poll = {.question = said_text(said, "poll_question")};
	poll.count = said_texts(cx, said, "poll", NULL, 0, &poll.choices);
	if (said->typed)
		str_to_i64(said_text(said, "poll_hours"), &hours);
	else if (param_given(said->request, "poll_hours"))
		hours = param_int(said->request, "poll_hours");
	poll.lasting = hours > 0 && hours < 10000 ? hours * HOUR : 0;
	poll.several = said->typed ? said_text(said, "poll_several").len > 0 : param_bool(said->request, "poll_several");
	draft->options = post_options_with_poll(cx, draft->options, &poll);
}

static void say_id(const struct said *said, const char *name, i64 *id)
{
	if (says(said, name) && (said->typed ? said_text(said, name).at != NULL : param_given(said->request, name))) {
		*id = 0;
		if (said->typed)
			str_to_i64(said_text(said, name), id);
		else
			*id = param_id(said->request, name);
	}
}

/* Of its links; the two words first. An empty text is as the workspace says. */
static void say_tracking(struct cx *cx, const struct said *said, struct post_request *draft)
{
	struct post_tracking t = post_tracking_of(cx, draft->options);
	const struct {
		const char *name;
		struct str *text;
	} texts[] = {{"tags", &t.tags}, {"shortens", &t.shortens}, {"utm_source", &t.source}, {"utm_medium", &t.medium}, {"utm_campaign", &t.campaign}, {"utm_content", &t.content}};
	bool any = false;
	for (size_t i = 0; i < COUNT(texts); i++) {
		if (said->typed ? !said_text(said, texts[i].name).at : !param_given(said->request, texts[i].name))
			continue;
		struct str text = said_text(said, texts[i].name);
		*texts[i].text = str_eq(text, S("workspace")) && i < 2 ? (struct str){} : text;
		any = true;
	}
	if (any)
		draft->options = post_tracking_put(cx, draft->options, &t);
}

/* What its variables stand for: all of those that are told. */
static void say_variables(struct cx *cx, const struct said *said, struct post_request *draft)
{
	size_t count = said_count(said, "variables");
	struct variable_value *values = arena_array(cx->arena, struct variable_value, count + 1);
	if (!count)
		return;
	for (size_t i = 0; i < count; i++)
		values[i] = (struct variable_value){.name = str_trim(said_at(said, "variables", i)), .value = str_trim(said_at(said, "values", i))};
	draft->options = post_variables_put(cx, draft->options, values, count);
}

enum err post_draft_say(struct cx *cx, struct request *request, bool typed, struct post_request *draft)
{
	const struct said said = {request, typed};
	struct {
		const char *name;
		struct str *text;
	} texts[] = {{"title", &draft->title}, {"body", &draft->text.body}, {"first_comment", &draft->text.first_comment}, {"lang", &draft->lang},
		     {"warning", &draft->warning}, {"wall_time", &draft->wall_time}, {"zone", &draft->zone}};
	for (size_t i = 0; i < COUNT(texts); i++)
		if (says(&said, texts[i].name))
			*texts[i].text = said_text(&said, texts[i].name);
	if (says(&said, "parts"))
		draft->text.part_count = said_texts(cx, &said, "parts", NULL, 0, &draft->text.parts);
	if (says(&said, "media"))
		say_media(cx, &said, draft);
	post_deal_say(cx, request, typed, draft);
	if (says(&said, "poll"))
		say_poll(cx, &said, draft);
	say_tracking(cx, &said, draft);
	say_variables(cx, &said, draft);
	say_id(&said, "pillar", &draft->pillar);
	say_id(&said, "campaign", &draft->campaign);
	say_id(&said, "idea", &draft->idea);
	return say_channels(cx, &said, draft);
}
