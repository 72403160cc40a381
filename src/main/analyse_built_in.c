#include "main/analyse_built_in.h"

#include "base/lang.h"
#include "main/label_sets.h"
#include "main/models.h"
#include "sys/lines.h"
#include "text/analyser.h"
#include "text/classifier.h"

#include <stdio.h>
#include <string.h>

#define WHY_MOST 8 /* words */
#define LANG_LEN 2

struct desk {
	const struct analyser *analyser;
	struct analyser_scratch *scratch;
	struct analysis found;
	struct str lang;            /* given; empty: found */
	enum analyser_task task;    /* the one wanted; ANALYSER_TASKS: all */
	bool why;
	const struct label_set *set;
	const struct classifier *models[LABEL_SET_MODELS]; /* of the set */
	struct verdict verdict;
	struct buf out;
};

/* ---- a data set's label alone ---- */

static const struct classifier *model_for(const struct desk *d)
{
	struct str lang = str_of(d->found.lang);
	for (size_t i = 0; i < LABEL_SET_MODELS && d->models[i]; i++)
		if (classifier_knows(d->models[i], lang))
			return d->models[i];
	return d->models[0];
}

static void add_set_labels(struct desk *d)
{
	const struct classifier *c = model_for(d);
	bool first = true;
	classifier_judge(c, analyser_features(d->scratch), &d->verdict);
	for (size_t i = 0; i < classifier_labels(c); i++) {
		if (!d->verdict.is[i])
			continue;
		if (!first)
			buf_addc(&d->out, ',');
		buf_add(&d->out, label_set_word(d->set, classifier_label(c, i)));
		first = false;
	}
	buf_addc(&d->out, '\n');
}

/* ---- an object ---- */

static void add_why(struct desk *d, struct str line, enum analyser_task task)
{
	struct analyser_word words[WHY_MOST];
	size_t count = analyser_why(d->analyser, d->scratch, task, d->found.of[task].label, words, WHY_MOST);
	buf_adds(&d->out, ",\"why\":[");
	for (size_t i = 0; i < count; i++) {
		buf_adds(&d->out, i ? ",{\"word\":" : "{\"word\":");
		buf_add_json(&d->out, (struct str){line.at + words[i].from, words[i].to - words[i].from});
		buf_addf(&d->out, ",\"from\":%u,\"to\":%u,\"weight\":%.3f}", words[i].from, words[i].to, (double)words[i].weight);
	}
	buf_addc(&d->out, ']');
}

static void add_answer(struct desk *d, struct str label, float p, bool sure)
{
	buf_adds(&d->out, "\"label\":");
	if (label.len)
		buf_add_json(&d->out, label);
	else
		buf_adds(&d->out, "null");
	buf_addf(&d->out, ",\"p\":%.4f,\"sure\":%s", (double)p, sure ? "true" : "false");
}

static void add_task(struct desk *d, struct str line, enum analyser_task task)
{
	const struct finding *f = &d->found.of[task];
	buf_add_json(&d->out, analyser_task_word(task));
	buf_adds(&d->out, ":{");
	add_answer(d, analyser_label_word(task, f->label), f->p, f->sure);
	if (d->why)
		add_why(d, line, task);
	buf_addc(&d->out, '}');
}

static void add_language(struct desk *d)
{
	buf_adds(&d->out, "\"language\":{");
	add_answer(d, str_of(d->found.lang), d->found.lang_p, analyser_language_is_sure(&d->found));
	buf_addc(&d->out, '}');
}

/* All tasks; or one, whose label and probability stand at the top too. */
static void add_object(struct desk *d, struct str line)
{
	buf_addc(&d->out, '{');
	if (d->task == ANALYSER_TASKS)
		add_language(d);
	for (enum analyser_task task = 0; task < ANALYSER_TASKS; task++) {
		if (d->task != ANALYSER_TASKS && d->task != task)
			continue;
		if (d->task == ANALYSER_TASKS)
			buf_addc(&d->out, ',');
		add_task(d, line, task);
	}
	if (d->task != ANALYSER_TASKS) {
		const struct finding *f = &d->found.of[d->task];
		buf_addc(&d->out, ',');
		add_answer(d, analyser_label_word(d->task, f->label), f->p, f->sure);
	}
	buf_adds(&d->out, "}\n");
}

static void answer(struct desk *d, struct str line)
{
	analyser_of(d->analyser, d->scratch, line, d->lang, &d->found);
	if (d->set)
		add_set_labels(d);
	else
		add_object(d, line);
}

/* ---- opening ---- */

static enum err open_set(struct cx *cx, struct desk *d)
{
	for (size_t i = 0; i < LABEL_SET_MODELS && d->set->models[i]; i++) {
		struct classifier *c;
		struct str bytes;
		if (!models_find(d->set->models[i], &bytes))
			return fail(cx, ERR_MISSING, N_("The model “%s” was not built into this program."), d->set->models[i]);
		TRY(classifier_open(cx, bytes, &c));
		d->models[i] = c;
	}
	return OK;
}

static enum err read_options(struct cx *cx, const struct program *program, struct desk *d)
{
	struct str task = option_value(program, "task"), name = option_value(program, "labels-as");
	bool labels = option_given(program, "labels") || option_given(program, "labels-as");
	d->lang = option_value(program, "lang");
	d->why = option_given(program, "why");
	d->task = task.len ? analyser_task_of(task) : ANALYSER_TASKS;
	if (d->lang.len && d->lang.len != LANG_LEN)
		return fail_field(cx, "lang", N_("Give the language by its two letters, like --lang fr."));
	if (task.len && d->task == ANALYSER_TASKS)
		return fail_field(cx, "task", N_("There is no task “%.*s”; see --help."), STR_ARG(task));
	if (!labels)
		return OK;
	if (!task.len && !name.len)
		return fail_field(cx, "labels", N_("Say of which task the labels are wanted: --task sentiment --labels."));
	d->set = label_set_of(task, name);
	if (!d->set && !task.len)
		return fail_field(cx, "labels-as", N_("No one data set is called “%.*s”: say of which task too, like --task sentiment --labels-as umsab; see --help."), STR_ARG(name));
	if (!d->set)
		return fail_field(cx, "labels-as", N_("No data set called “%.*s” has labels for this task; see --help."), STR_ARG(name));
	return open_set(cx, d);
}

static enum err flush(struct cx *cx, struct buf *out)
{
	bool whole = fwrite(out->at, 1, out->len, stdout) == out->len && fflush(stdout) == 0;
	buf_clear(out);
	return whole ? OK : fail(cx, ERR_FULL, N_("The answers cannot be written to standard output."));
}

static enum err answer_lines(struct cx *cx, struct desk *d)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct line_read line;
	TRY(lines_open(cx, NULL, READING_BYTES, &lines));
	for (;;) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			return flush(cx, &d->out);
		answer(d, line.text);
		if (d->out.len >= 1 << 16)
			TRY(flush(cx, &d->out));
	}
}

enum err analyse_built_in(struct cx *cx, const struct program *program)
{
	struct analyser *analyser;
	struct desk *d = arena_new_of(cx->arena, struct desk);
	TRY(read_options(cx, program, d));
	TRY(models_open(cx, &analyser));
	d->analyser = analyser;
	d->scratch = analyser_scratch_new(cx->arena);
	enum err e = answer_lines(cx, d);
	buf_free(&d->out);
	return e;
}

void list_label_sets(struct cx *cx, struct buf *out)
{
	buf_addf(out, "%s\n", _("TASK is language or one of these; NAME says whose labels are printed, the first when none is named:"));
	for (enum analyser_task task = 0; task < ANALYSER_TASKS; task++) {
		buf_addf(out, "  %-10.*s", STR_ARG(analyser_task_word(task)));
		for (size_t i = 0; i < label_set_count; i++)
			if (str_eq(analyser_task_word(task), str_of(label_sets[i].task)))
				buf_addf(out, " %s", label_sets[i].name);
		buf_addc(out, '\n');
	}
	buf_addf(out, "  %-10s lingua tweets\n", "language");
	buf_addf(out, "%s\n", _("A set may be called by its folder too, like sentiment_umsab, and the three of GoEmotions original, ekman and group."));
}
