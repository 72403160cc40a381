/* parsers.c: what back-ends bring in, as rows of base/parser.h. */
#include "backend/backend.h"
#include "base/lang.h"
#include "base/parser.h"

/* As the answer to all questions; the first line alone, as the answer to one. */
static enum err read_answer(struct cx *cx, struct str input, struct buf *out)
{
	struct backend_answer of[MEANING_TASKS];
	const char *parted = "";
	size_t count = backend_answer_read(input, BACKEND_TASKS, of);
	if (!count)
		count = backend_answer_read(input, 1u << MEANING_SENTIMENT, of);
	if (!count)
		return fail(cx, ERR_BAD_INPUT, N_("This is not the answer to a question that was asked."));
	buf_addc(out, '{');
	for (int i = 0; i < MEANING_TASKS; i++) {
		enum meaning_task task = (enum meaning_task)i;
		const char *word = meaning_label_word(task, of[i].label);
		if (!word)
			continue;
		buf_addf(out, "%s\"%s\":\"%s\"", parted, meaning_task_word(task), word);
		parted = ",";
		count--;
	}
	must(!count);
	buf_adds(out, "}\n");
	return OK;
}

const struct parser parser_answer = {"answer", N_("The answer of a language model, as it is understood"), read_answer};

/* The first line is the question's word. */
static enum err read_outputs(struct cx *cx, struct str input, struct buf *out)
{
	enum meaning_task task;
	u8 labels[BACKEND_OUTPUTS_MAX];
	size_t count;
	struct str first = str_line(&input);
	if (!meaning_task_of(first, &task) || task == MEANING_LANGUAGE)
		return fail(cx, ERR_BAD_INPUT, N_("The first line is a question's word, as “sentiment”."));
	TRY(backend_labels_read(cx, task, str_trim(input), labels, &count));
	buf_adds(out, "{\"outputs\":[");
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s\"%s\"", i ? "," : "", labels[i] ? meaning_label_word(task, labels[i]) : "-");
	buf_adds(out, "]}\n");
	return OK;
}

const struct parser parser_outputs = {"outputs", N_("What the outputs of a model mean; the first line is the question"), read_outputs};
