/* post_poll.c: the poll of a post, which its options hold: {"poll": {"question", "choices", "seconds", "several"}}. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/post_parts.h"

#define SHORTEST (5 * MINUTE)
#define LONGEST (32 * DAY)

struct poll post_poll(struct cx *cx, struct str options)
{
	json_t *all = options.len ? json_loadb(options.at, options.len, 0, NULL) : NULL, *one;
	const json_t *member = json_object_get(all, "poll"), *list = json_object_get(member, "choices");
	struct str *choices = arena_array(cx->arena, struct str, json_array_size(list) + 1);
	struct poll poll = {.choices = choices, .question = arena_str(cx->arena, str_of(json_string_value(json_object_get(member, "question")))),
			    .several = json_is_true(json_object_get(member, "several"))};
	i64 seconds = json_integer_value(json_object_get(member, "seconds"));
	size_t index;
	json_array_foreach(list, index, one)
		choices[poll.count++] = arena_str(cx->arena, str_of(json_string_value(one)));
	poll.lasting = seconds > 0 && seconds <= LONGEST / SECOND ? seconds * SECOND : 0;
	json_decref(all);
	return poll;
}

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

struct str post_options_with_poll(struct cx *cx, struct str options, const struct poll *poll)
{
	json_t *all = options.len ? json_loadb(options.at, options.len, 0, NULL) : NULL;
	if (!json_is_object(all)) {
		json_decref(all);
		all = json_object();
	}
	json_object_del(all, "poll");
	if (poll->count) {
		json_t *choices = json_array();
		for (size_t i = 0; i < poll->count; i++)
			json_array_append_new(choices, text_json(poll->choices[i]));
		json_object_set_new(all, "poll", json_pack("{s:o, s:o, s:I, s:b}", "question", text_json(poll->question), "choices", choices, "seconds",
							   (json_int_t)(poll->lasting / SECOND), "several", poll->several));
	}
	struct str text = arena_json(cx->arena, all, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(all);
	return text;
}

enum err post_poll_check(struct cx *cx, struct str options)
{
	struct poll poll = post_poll(cx, options);
	if (!poll.count)
		return OK;
	if (poll.count < 2 || poll.count > POLL_CHOICES_MAX)
		return fail_field(cx, "poll", N_("A poll has 2 to %d choices."), POLL_CHOICES_MAX);
	for (size_t i = 0; i < poll.count; i++) {
		if (!poll.choices[i].len || text_length(TEXT_CHARACTERS, poll.choices[i]) > POLL_CHOICE_MAX)
			return fail_field(cx, "poll", N_("A choice of a poll has 1 to %d characters."), POLL_CHOICE_MAX);
		for (size_t n = 0; n < i; n++)
			if (str_eq(poll.choices[n], poll.choices[i]))
				return fail_field(cx, "poll", N_("“%.*s” is there twice among the choices."), STR_ARG(poll.choices[i]));
	}
	if (text_length(TEXT_CHARACTERS, poll.question) > POLL_QUESTION_MAX)
		return fail_field(cx, "poll_question", N_("A question has %d characters at the most."), POLL_QUESTION_MAX);
	if (poll.lasting < SHORTEST || poll.lasting > LONGEST)
		return fail_field(cx, "poll_hours", N_("A poll stays open for five minutes at the least, 32 days at the most."));
	return OK;
}
