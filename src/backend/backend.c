#include "backend/backend.h"

#include "base/lang.h"

#include <stdlib.h>
#include <string.h>

#define ANSWER_MAX 4096u

const struct backend_kind *backend_kind_of(struct str word)
{
	for (size_t i = 0; i < backend_kind_count; i++)
		if (str_eq(word, str_of(backend_kinds[i]->word)))
			return backend_kinds[i];
	return NULL;
}

struct str backend_setting(const json_t *settings, const char *name)
{
	const json_t *value = json_object_get(settings, name);
	return json_is_string(value) ? (struct str){json_string_value(value), json_string_length(value)} : (struct str){};
}

/* ---- the answer of a language model ---- */

static size_t set_answer(enum meaning_task task, struct str word, struct backend_answer *of)
{
	u8 label;
	if (!meaning_label_of(task, word, &label))
		return 0;
	of[task] = (struct backend_answer){label, meaning_is_yes_no(task) && label == MEANING_NO ? 0 : 100};
	return 1;
}

/* Language models like to put a fence around it. */
static struct str without_fence(struct str s)
{
	s = str_trim(s);
	if (!str_starts(s, S("```")) || !str_ends(s, S("```")) || s.len < 6)
		return s;
	s = str_head(str_skip(s, 3), s.len - 6);
	if (str_starts(s, S("json")))
		s = str_skip(s, 4);
	return str_trim(s);
}

static size_t read_object(const json_t *object, unsigned tasks, struct backend_answer *of)
{
	size_t count = 0;
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		enum meaning_task task;
		if (!meaning_task_of(str_of(key), &task) || !(tasks >> task & 1) || !json_is_string(value))
			return 0;
		size_t known = set_answer(task, (struct str){json_string_value(value), json_string_length(value)}, of);
		if (!known && json_string_length(value)) /* "": it would rather not say */
			return 0;
		count += known;
	}
	return count;
}

static size_t read_word(struct str word, unsigned tasks, struct backend_answer *of)
{
	if (!tasks || tasks & (tasks - 1))
		return 0; /* of several questions nobody knows which is meant */
	if (word.len >= 2 && str_starts(word, S("\"")) && str_ends(word, S("\"")))
		word = str_head(str_skip(word, 1), word.len - 2);
	return set_answer((enum meaning_task)__builtin_ctz(tasks), word, of);
}

size_t backend_answer_read(struct str content, unsigned tasks, struct backend_answer ret_of[MEANING_TASKS])
{
	struct backend_answer of[MEANING_TASKS] = {};
	size_t count = 0;
	content = content.len <= ANSWER_MAX ? without_fence(content) : (struct str){};
	tasks &= BACKEND_TASKS;
	if (str_starts(content, S("{"))) {
		json_t *object = json_loadb(content.at, content.len, JSON_REJECT_DUPLICATES, NULL);
		count = json_is_object(object) ? read_object(object, tasks, of) : 0;
		json_decref(object);
	} else if (content.len) {
		count = read_word(content, tasks, of);
	}
	memset(ret_of, 0, sizeof of);
	if (count)
		memcpy(ret_of, of, sizeof of);
	return count;
}

/* ---- the outputs of a classifier ---- */

static struct str words_of(struct cx *cx, enum meaning_task task)
{
	CLEANUP(buf_free) struct buf words = {};
	const char *word;
	for (u8 label = 1; (word = meaning_label_word(task, label)); label++)
		buf_addf(&words, "%s%s", label > 1 ? ", " : "", word);
	return buf_keep(&words, cx->arena);
}

enum err backend_labels_read(struct cx *cx, enum meaning_task task, struct str labels, u8 ret_labels[BACKEND_OUTPUTS_MAX], size_t *ret_count)
{
	u8 read[BACKEND_OUTPUTS_MAX];
	size_t count = 0;
	bool any = false;
	for (struct str rest = labels; rest.at && rest.len;) {
		struct str word = str_trim(str_cut(&rest, ','));
		if (count == BACKEND_OUTPUTS_MAX)
			return fail_field(cx, "labels", N_("%u outputs at the most."), BACKEND_OUTPUTS_MAX);
		read[count] = 0;
		if (!str_eq(word, S("-")) && !meaning_label_of(task, word, &read[count]))
			return fail_field(cx, "labels", N_("“%.*s” is none of the answers to that question: %.*s; or “-” for an output that means none of them."),
					  STR_ARG(str_head(word, 40)), STR_ARG(words_of(cx, task)));
		any |= read[count++] != 0;
	}
	if (!any)
		return fail_field(cx, "labels", N_("Write what the model's outputs mean, in their order, parted by commas: %.*s; or “-” for none of them."),
				  STR_ARG(words_of(cx, task)));
	memcpy(ret_labels, read, count);
	*ret_count = count;
	return OK;
}
