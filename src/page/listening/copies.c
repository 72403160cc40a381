/* copies.c: which mentions are nearly the same text, by whom and when; and the messages of one topic, question or set of copies, where these
 * alone are shown. */
#include "base/lang.h"
#include "page/listening/listening.h"
#include "ui/format.h"

#include <stdlib.h>

bool ids_have(const json_t *ids, i64 id)
{
	for (size_t i = 0; i < json_array_size(ids); i++) {
		const char *one = json_string_value(json_array_get(ids, i));
		if (one && strtoll(one, NULL, 10) == id)
			return true;
	}
	return false;
}

static i64 number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

/* The one of a list whose messages this one is among; NULL: none. */
static const json_t *one_with(const json_t *list, i64 id)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (ids_have(json_object_get(json_array_get(list, i), "ids"), id))
			return json_array_get(list, i);
	return NULL;
}

static struct str set_text(struct cx *cx, const json_t *set)
{
	i64 together = number(set, "together"), accounts = number(set, "accounts"), count = number(set, "count");
	if (together && number(set, "together_until") - number(set, "together_from") <= HOUR)
		return arena_printf(cx->arena, tr_n(cx->lang, "The same text by %lld account within an hour", "The same text by %lld accounts within an hour", together), (long long)together);
	if (together)
		return arena_printf(cx->arena, tr_n(cx->lang, "The same text by %lld account within 2 hours", "The same text by %lld accounts within 2 hours", together), (long long)together);
	if (accounts > 1)
		return arena_printf(cx->arena, tr_n(cx->lang, "Nearly the same text by %lld account", "Nearly the same text by %lld accounts", accounts), (long long)accounts);
	return arena_printf(cx->arena, tr_n(cx->lang, "Nearly the same text %lld time by one account", "Nearly the same text %lld times by one account", count), (long long)count);
}

json_t *copy_shape(struct cx *cx, const json_t *copies, i64 query, i64 message)
{
	const json_t *set = one_with(json_object_get(copies, "sets"), message);
	if (!set)
		return json_null();
	return json_pack("{s:o, s:o, s:b, s:o, s:o}", "text", doc_text(set_text(cx, set)), "url",
			 doc_text(arena_printf(cx->arena, "/listening/%lld?copies=%lld#mentions", (long long)query, (long long)message)), "is_together", number(set, "together") > 0,
			 "accounts", doc_number(cx->lang, number(set, "accounts")), "count", doc_number(cx->lang, number(set, "count")));
}

static json_t *who_shape(struct cx *cx, const json_t *set)
{
	struct reader reader = reader_of(cx);
	json_t *list = json_array();
	const json_t *who = json_object_get(set, "who");
	for (size_t i = 0; i < json_array_size(who); i++) {
		const json_t *one = json_array_get(who, i);
		const char *name = json_string_value(json_object_get(one, "name")), *network = json_string_value(json_object_get(one, "network"));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "name", doc_text(str_of(name ? name : "")), "network", doc_network(cx->lang, str_of(network ? network : "")), "at",
						      doc_instant(&reader, number(one, "at"))));
	}
	return list;
}

static void set_focus(struct cx *cx, const json_t *found, const struct listening_query *q, struct str title, struct focus *ret_focus)
{
	struct reader reader = reader_of(cx);
	json_t *who = who_shape(cx, found);
	size_t count = json_array_size(who);
	*ret_focus = (struct focus){.ids = json_object_get(found, "ids")};
	ret_focus->shape = json_pack("{s:o, s:o, s:b, s:o, s:o, s:o}", "title", doc_text(title), "all_url",
				     doc_text(arena_printf(cx->arena, "/listening/%lld#mentions", (long long)q->id)), "has_who", count > 0, "who", who, "from",
				     doc_instant(&reader, number(found, "from")), "until", doc_instant(&reader, count ? number(found, "until") : 0));
}

enum err focus_of(struct cx *cx, struct request *request, const struct listening_query *q, const struct surveyed *s, struct focus *ret_focus)
{
	i64 topic = param_id(request, "topic"), asked = param_id(request, "group"), copies = param_id(request, "copies");
	const json_t *found = NULL;
	struct focus focus = {.shape = json_null()};
	if (topic && (found = one_with(json_object_get(s->said, "topics"), topic)))
		set_focus(cx, found, q, arena_printf(cx->arena, _(N_("Topic: %s")), json_string_value(json_object_get(found, "name"))), &focus);
	else if (asked && (found = one_with(json_object_get(json_object_get(s->said, "asks"), "groups"), asked)))
		set_focus(cx, found, q, arena_printf(cx->arena, _(N_("Asked: %s")), json_string_value(json_object_get(found, "text"))), &focus);
	else if (copies && (found = one_with(json_object_get(s->copies, "sets"), copies)))
		set_focus(cx, found, q, set_text(cx, found), &focus);
	*ret_focus = focus;
	return OK;
}
