/* train.c: a model from labelled texts. */
#include "text/train.h"

#include "base/clock.h"
#include "base/lang.h"
#include "main/command.h"
#include "main/examples.h"
#include "main/models.h"
#include "sys/files.h"
#include "text/language_train.h"
#include "text/lore.h"

#include <stdio.h>

#define FILES_MAX 64

static enum err read_files(struct cx *cx, const struct program *program, const char *option, struct examples *examples)
{
	struct str paths[FILES_MAX];
	size_t count = option_values(program, option, paths, FILES_MAX);
	for (size_t i = 0; i < count; i++)
		TRY(examples_read(cx, paths[i], examples));
	return OK;
}

static enum err learn_languages(struct cx *cx, const struct program *program, const struct examples *examples, struct buf *model)
{
	struct examples pieces = {};
	struct language_trained trained;
	i64 started = time_monotonic();
	TRY(read_files(cx, program, "pieces", &pieces));
	struct language_training training = {examples->items, examples->count, pieces.items, pieces.count, 0};
	TRY(train_language(cx, &training, model, &trained));
	fprintf(stderr, _(N_("%zu texts, %zu languages, %zu pieces, %zu kB; %.3f of %zu texts held out told right; %.2f s\n")), examples->count, trained.languages,
		trained.pieces, model->len / 1000, trained.right, trained.held, (double)(time_monotonic() - started) / 1e6);
	return OK;
}

static enum err write_model(struct cx *cx, const struct program *program, const struct buf *model)
{
	if (!buf_ok(model))
		return fail(cx, ERR_TOO_LARGE, N_("The model would be too large: too many different words. Take a part of the examples."));
	return file_write(cx, arena_cstr(cx->arena, option_value(program, "out")), 0644, buf_str(model));
}

/* Behind the model of intents, that of the entities marked in the same examples. */
static enum err add_entities(struct cx *cx, const struct entity_training *training, struct buf *model)
{
	CLEANUP(buf_free) struct buf intents = *model, entities = {.max = (size_t)1 << 30};
	struct entity_learnt learnt;
	*model = (struct buf){.max = intents.max};
	TRY(entity_learn(cx, training, &entities, &learnt));
	entity_join(buf_str(&intents), buf_str(&entities), model);
	fprintf(stderr, _(N_("%zu names of entities, heard as %zu phrases, %zu weights, %zu kB")), learnt.names, learnt.phrases, learnt.weights, entities.len / 1000);
	if (learnt.right >= 0)
		fprintf(stderr, _(N_("; F1 %.3f on the dev part")), learnt.right);
	fprintf(stderr, "\n");
	return buf_ok(&entities) ? OK : fail(cx, ERR_TOO_LARGE, N_("The model would be too large: too many different words. Take a part of the examples."));
}

static enum err train(struct cx *cx, struct program *program)
{
	struct examples examples = {}, dev = {};
	struct trained trained;
	if (program->word_count != 1)
		return fail_field(cx, "TASK", N_("Name one task, like “parvis train intent”; see --help."));
	if (!option_given(program, "in") || !option_given(program, "out"))
		return fail_field(cx, "in", N_("Say where the examples are and where the model goes: --in FILE --out FILE."));
	i64 started = time_monotonic();
	TRY(read_files(cx, program, "in", &examples));
	TRY(read_files(cx, program, "dev", &dev));
	if (!examples.count)
		return fail(cx, ERR_BAD_INPUT, N_("There is no example to learn from in what --in names."));
	CLEANUP(buf_free) struct buf model = {.max = (size_t)1 << 30};
	struct entity_example *marked = NULL, *marked_dev = NULL;
	if (option_given(program, "entities")) {
		if (option_given(program, "small") || str_eq(program->words[0], S("language")))
			return fail_field(cx, "entities", N_("A small model, or one of languages, has no entities. Leave --entities away."));
		TRY(examples_unmark(cx, &examples, &marked));
		TRY(examples_unmark(cx, &dev, &marked_dev));
	}
	if (str_eq(program->words[0], S("language"))) {
		TRY(learn_languages(cx, program, &examples, &model));
		return write_model(cx, program, &model);
	}
	i64 most = 0;
	if (option_given(program, "small") && (!str_to_i64(option_value(program, "small"), &most) || most < 1))
		return fail_field(cx, "small", N_("Say how many features the small model may have: --small 50000."));
	struct training training = {.task = program->words[0], .examples = examples.items, .dev = dev.items, .count = examples.count, .dev_count = dev.count,
				    .outside = option_value(program, "out-of-scope"), .most = (size_t)most, .languages = option_value(program, "languages")};
	struct lore *lore = NULL;
	struct str known;
	if (!option_given(program, "alone") && train_uses_lore(&training) && models_find(task_of(program->words[0])->intents ? "lore-intents" : "lore", &known))
		TRY(lore_open(cx, known, &lore));
	training.lore = lore;
	TRY(train_classifier(cx, &training, &model, &trained));
	struct entity_training entities = {marked, marked_dev, examples.count, dev.count};
	if (marked)
		TRY(add_entities(cx, &entities, &model));
	TRY(write_model(cx, program, &model));
	fprintf(stderr, _(N_("%zu examples, %zu labels, %zu features, %zu kB; %s %.3f on %zu texts held out; %.2f s\n")), examples.count, trained.labels,
		trained.features, model.len / 1000, trained.measured, trained.measure, trained.held, (double)(time_monotonic() - started) / 1e6);
	return OK;
}

static void list_tasks(struct cx *cx, struct buf *out)
{
	buf_addf(out, "%s\n", _("TASK says what is strived for; any other word trains like “labels”:"));
	buf_addf(out, "  %-12s %s\n", "language", _(N_("The language, by pieces of letters; a model of its own kind")));
	for (size_t i = 0; i < task_count; i++) {
		buf_addf(out, "  %-12s %s (%s", tasks[i].word, _(tasks[i].title), measure_word(tasks[i].measure));
		buf_addf(out, tasks[i].label ? " %s)\n" : ")\n", tasks[i].label);
	}
}

static const struct option_row options[] = {
	{"in", "FILE", N_("lines “label TAB text”, plain or gzip; may be given several times")},
	{"dev", "FILE", N_("such lines too, for how hard to fit, probabilities and thresholds; nothing else is learnt from them")},
	{"out", "FILE", N_("where the model goes")},
	{"small", "FEATURES", N_("a model of the weightiest features alone, in few bytes; with the probability from which each label is to be believed")},
	{"languages", "CODES", N_("with --small: the languages it is for, like “en fr”; of others it is not asked")},
	{"pieces", "FILE", N_("of the task language: lines “language TAB piece of letters TAB log10 of how often it is there”; may be given several times")},
	{"alone", NULL, N_("learn from the examples alone, without what is known beforehand (see “parvis lore”)")},
	{"entities", NULL, N_("learn the entities too that are marked in the texts: wake me at [time : nine am]; a bracket behind a backslash is one")},
	{"out-of-scope", "LABEL", N_("the answer where nothing fits; examples of it are welcome and not needed")},
	{},
};

const struct command command_train = {
	.name = "train",
	.words = "TASK",
	.about = N_("Make a model from labelled texts"),
	.more = N_("The same examples give the same model. Labels with commas are taken as several labels of one text. What was held out to choose by is told on"
		   " standard error; it is no test: keep other texts for that."),
	.options = options,
	.list = list_tasks,
	.flags = COMMAND_NO_SETTINGS,
	.run = train,
	.file = __FILE__,
};
