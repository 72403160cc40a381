/* aids.c: what helps to write a post: templates and sets of hashtags that go in where one writes, and the variables that stand in its texts. */
#include "base/lang.h"
#include "flow/writing_aid.h"
#include "page/posts/posts.h"

/* ---- variables ---- */

static void add(struct cx *cx, struct variable_value **list, size_t *count, size_t *capacity, const struct variable_value *values, size_t value_count)
{
	for (size_t i = 0; i < value_count; i++) {
		bool there = false;
		for (size_t n = 0; n < *count; n++)
			there |= str_eq((*list)[n].name, values[i].name);
		if (!there)
			*arena_push(cx->arena, *list, *count, *capacity) = values[i];
	}
}

/* Those of all its texts, its title and its warning. */
static size_t variables_of(struct composer *c, struct variable_value **ret_values)
{
	struct variable_value *list = NULL, *values;
	size_t count = 0, capacity = 0;
	struct post_text around = {.body = c->draft.title, .first_comment = c->draft.warning};
	size_t found = post_words_variables(c->cx, &c->words, NULL, &c->draft.text, &values);
	add(c->cx, &list, &count, &capacity, values, found);
	found = post_words_variables(c->cx, &c->words, NULL, &around, &values);
	add(c->cx, &list, &count, &capacity, values, found);
	for (size_t i = 0; i < c->draft.variant_count; i++) {
		if (!c->draft.variants[i].adapted)
			continue;
		found = post_words_variables(c->cx, &c->words, NULL, &c->draft.variants[i].text, &values);
		add(c->cx, &list, &count, &capacity, values, found);
	}
	*ret_values = list;
	return count;
}

static struct str default_of(const struct composer *c, const struct variable_value *v)
{
	return v->is_own ? (struct str){} : v->value;
}

static json_t *variables_shape(struct composer *c)
{
	struct variable_value *values;
	size_t count = variables_of(c, &values);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		const struct variable_value *v = &values[i];
		if (variable_is_given(v->name))
			continue;
		struct str fault = variable_fault(c->cx, v);
		json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:o, s:o, s:b, s:o}", "name", doc_text(v->name), "title", doc_text_or_null(v->title), "type",
						      variable_type_word(v->type), "value", doc_text(v->is_own ? v->value : (struct str){}), "otherwise", doc_text(default_of(c, v)),
						      "is_date", v->type == VARIABLE_DATE, "fault", doc_text_or_null(fault)));
	}
	return json_pack("{s:b, s:o}", "has_any", json_array_size(list) > 0, "list", list);
}

/* ---- templates and hashtags ---- */

enum err post_aids_shape(struct composer *c, json_t *document)
{
	struct writing_aid *aids;
	size_t count;
	json_t *templates = json_array(), *hashtags = json_array(), *shape = json_object();
	doc_set(document, "variables", variables_shape(c));
	doc_set(document, "aids", shape);
	doc_set(shape, "templates", templates);
	doc_set(shape, "hashtags", hashtags);
	TRY(writing_aids(c->cx, c->db, here(c->cx), false, &aids, &count));
	for (size_t i = 0; i < count; i++) {
		const struct writing_aid *a = &aids[i];
		struct str text = a->kind == AID_HASHTAGS ? writing_aid_turn(c->cx->arena, a, a->used_count) : a->body;
		if (a->kind != AID_VARIABLE)
			json_array_append_new(a->kind == AID_TEMPLATE ? templates : hashtags,
					      json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(a->id), "name", doc_text(a->name), "about", doc_text_or_null(a->about), "text", doc_excerpt(text, 120)));
	}
	doc_set(shape, "has_templates", json_boolean(json_array_size(templates) > 0));
	doc_set(shape, "has_hashtags", json_boolean(json_array_size(hashtags) > 0));
	doc_set(shape, "can_manage", json_boolean(actor_may(c->cx->actor, MAY_WRITE_TEMPLATES)));
	return OK;
}
