/* lore.c: what is known before anything is learnt, from sets of labelled texts and lists of words: share/models/lore.model, built in. */
#include "text/lore.h"

#include "base/lang.h"
#include "main/command.h"
#include "main/examples.h"
#include "sys/files.h"
#include "text/train.h"

#include <stdio.h>

#define LIST_MAX ((size_t)1 << 20)

struct made {
	struct lore_source sources[LORE_SOURCES_MAX];
	size_t count;
};

/* "NAME=TASK=FILE": learnt from alone; its weights are what is kept. */
static enum err learn(struct cx *cx, struct str source, size_t most, struct made *made)
{
	struct str rest = source, name = str_cut(&rest, '='), task = str_cut(&rest, '=');
	struct examples examples = {};
	struct trained trained;
	CLEANUP(buf_free) struct buf model = {.max = (size_t)1 << 30};
	if (!rest.len || !task.len || !name.len)
		return fail_field(cx, "set", N_("Say a name, a task and a file: --set jokes=irony=jokes.tsv."));
	if (made->count == LORE_SOURCES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("There are more than %u sources."), LORE_SOURCES_MAX);
	TRY(examples_read(cx, rest, &examples));
	struct training training = {.task = task, .examples = examples.items, .count = examples.count, .most = most};
	TRY(train_classifier(cx, &training, &model, &trained));
	made->sources[made->count++] = (struct lore_source){name, trained.weights, trained.weight_count, trained.scales, trained.spreads,
								     trained.heads, examples.items, examples.count};
	fprintf(stderr, _(N_("%.*s: %zu examples, %zu columns, %zu weights; %s %.3f\n")), STR_ARG(name), examples.count, trained.heads, trained.weight_count, trained.measured,
		trained.measure);
	return OK;
}

/* A list of words; its name is the file's. */
static enum err read_list(struct cx *cx, struct str path, struct made *made)
{
	struct str list, name = path;
	while (str_find_byte(name, '/') >= 0)
		str_cut(&name, '/');
	name = str_cut(&name, '.');
	if (made->count == LORE_SOURCES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("There are more than %u sources."), LORE_SOURCES_MAX);
	TRY(file_read(cx, arena_cstr(cx->arena, path), LIST_MAX, &list));
	TRY(lore_words(cx, name, list, &made->sources[made->count]));
	fprintf(stderr, _(N_("%.*s: %zu words\n")), STR_ARG(name), made->sources[made->count++].weight_count / 2);
	return OK;
}

/* All files named are heard together, as one source. */
static enum err hear(struct cx *cx, const struct program *program, struct made *made)
{
	struct str paths[LORE_SOURCES_MAX];
	struct examples heard = {};
	i64 columns = 96;
	size_t count = option_values(program, "company", paths, LORE_SOURCES_MAX);
	if (option_given(program, "directions") && (!str_to_i64(option_value(program, "directions"), &columns) || columns < 1 || columns > LORE_COLUMNS_MAX))
		return fail_field(cx, "directions", N_("Say along how many directions words are told apart: --directions 96."));
	for (size_t i = 0; i < count; i++)
		TRY(examples_read(cx, paths[i], &heard));
	if (!count)
		return OK;
	if (made->count == LORE_SOURCES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("There are more than %u sources."), LORE_SOURCES_MAX);
	TRY(lore_company(cx, S("company"), heard.items, heard.count, (size_t)columns, &made->sources[made->count]));
	fprintf(stderr, _(N_("company of words: %zu texts, %zu weights\n")), heard.count, made->sources[made->count++].weight_count);
	return OK;
}

static enum err make(struct cx *cx, struct program *program)
{
	struct str values[LORE_SOURCES_MAX];
	struct made made = {};
	i64 most = 40000;
	if (!option_given(program, "out") || program->word_count)
		return fail_field(cx, "out", N_("Say where it goes: --out FILE."));
	if (option_given(program, "features") && (!str_to_i64(option_value(program, "features"), &most) || most < 1))
		return fail_field(cx, "features", N_("Say how many features of each set are kept: --features 40000."));
	size_t count = option_values(program, "set", values, LORE_SOURCES_MAX);
	for (size_t i = 0; i < count; i++)
		TRY(learn(cx, values[i], (size_t)most, &made));
	count = option_values(program, "words", values, LORE_SOURCES_MAX);
	for (size_t i = 0; i < count; i++)
		TRY(read_list(cx, values[i], &made));
	TRY(hear(cx, program, &made));
	CLEANUP(buf_free) struct buf out = {};
	TRY(lore_write(cx, made.sources, made.count, &out));
	return file_write(cx, arena_cstr(cx->arena, option_value(program, "out")), 0644, buf_str(&out));
}

static const struct option_row options[] = {
	{"set", "SET", N_("labelled texts as “train” takes them, as NAME=TASK=FILE; may be given several times")},
	{"words", "FILE", N_("a list of words: lines “+ good words”, “- bad words”, “= endings” of those with a star; may be given several times")},
	{"company", "FILE", N_("texts, as “train” takes them, from which is learnt which words keep the same company; labels are not looked at; may be given several times")},
	{"directions", "NUMBER", N_("along how many directions words are told apart by their company; 96 unless told")},
	{"features", "NUMBER", N_("how many features of each set are kept, the weightiest; 40000 unless told")},
	{"out", "FILE", N_("where it goes")},
	{},
};

const struct command command_lore = {
	.name = "lore",
	.words = "",
	.about = N_("Make what is known before anything is learnt"),
	.more = N_("The program has such lore built in (share/models/lore.model), and “train” begins with it unless told --alone. bench/lore makes it anew."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = make,
	.file = __FILE__,
};
