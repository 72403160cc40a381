#include "page/gist.h"

#include "base/lang.h"
#include "ui/document.h"

#define ROW_CHIPS 3

const struct gist_sign gist_signs[] = {
	{"urgent", N_("Seems urgent"), 1u << MEANING_URGENCY},
	{"harm", N_("Perhaps harmful"), MEANING_HARM},
	{"irony", N_("Perhaps ironic"), 1u << MEANING_IRONY},
};
const size_t gist_sign_count = COUNT(gist_signs);

/* The gravest first: what a list has no room for is what matters least. */
static const enum meaning_task order[] = {MEANING_HATE, MEANING_OFFENCE, MEANING_TOXICITY, MEANING_SPAM, MEANING_URGENCY, MEANING_IRONY, MEANING_SENTIMENT, MEANING_INTENT,
					  MEANING_EMOTION, MEANING_LANGUAGE};

struct str meaning_url(struct cx *cx, i64 message, enum meaning_task task)
{
	return task == MEANING_TASKS ? arena_printf(cx->arena, "/messages/%lld/meaning", (long long)message)
				     : arena_printf(cx->arena, "/messages/%lld/meaning?task=%s", (long long)message, meaning_task_word(task));
}

struct str meaning_language(struct cx *cx, struct str code)
{
	CLEANUP(buf_free) struct buf name = {};
	buf_add_language(&name, cx->lang, code);
	return buf_keep(&name, cx->arena);
}

static json_t *chip(struct cx *cx, enum meaning_task task, u8 label, const char *language)
{
	const char *tone = meaning_label_tone(task, label);
	json_t *title = task == MEANING_LANGUAGE ? doc_text(meaning_language(cx, str_of(language))) : json_string(_(meaning_label_title(task, label)));
	json_t *chip = json_object();
	doc_set(chip, "tone", json_string_nocheck(*tone ? tone : "line"));
	doc_set(chip, "icon", json_string_nocheck(meaning_label_icon(task, label)));
	doc_set(chip, "title", title);
	return chip;
}

/* Rude, hateful and hurtful are one thing at a glance: the gravest stands for all. */
static bool said_already(enum meaning_task task, unsigned told)
{
	const unsigned insult = 1u << MEANING_HATE | 1u << MEANING_OFFENCE | 1u << MEANING_TOXICITY;
	return (insult & 1u << task) && (insult & told);
}

json_t *gist_chips(struct cx *cx, const struct gist *g)
{
	json_t *list = json_array();
	unsigned told = 0;
	for (size_t i = 0; i < COUNT(order) && json_array_size(list) < ROW_CHIPS; i++) {
		enum meaning_task task = order[i];
		u8 label = task == MEANING_SENTIMENT ? g->sentiment : task == MEANING_INTENT ? g->intent : g->signs & 1u << task ? MEANING_YES : 0;
		bool foreign = task == MEANING_LANGUAGE && *g->language && !str_eq(str_of(g->language), str_of(cx->lang));
		if (!foreign && (!label || meaning_is_plain(task, label) || said_already(task, told)))
			continue;
		told |= 1u << task;
		json_array_append_new(list, chip(cx, task, label, g->language));
	}
	return list;
}

json_t *meaning_chips(struct cx *cx, const struct message *m)
{
	json_t *list = json_array();
	unsigned told = 0;
	for (size_t i = 0; i < COUNT(order); i++) {
		enum meaning_task task = order[i];
		u8 label = 0;
		if (m->direction != DIRECTION_IN || !meaning_sure(&m->meaning, task, &label) || said_already(task, told))
			continue;
		if (task == MEANING_LANGUAGE ? str_eq(str_of(m->meaning.language), str_of(cx->lang)) : meaning_is_plain(task, label))
			continue;
		told |= 1u << task;
		json_t *shape = chip(cx, task, label, m->meaning.language);
		json_object_set_new(shape, "word", json_string(meaning_task_word(task)));
		json_object_set_new(shape, "url", doc_text(meaning_url(cx, m->id, task)));
		json_array_append_new(list, shape);
	}
	return list;
}
