/* analyse.c: what a model makes of texts, a line each. */
#include "base/lang.h"
#include "base/utf8.h"
#include "main/analyse_backend.h"
#include "main/analyse_built_in.h"
#include "main/analyse_language.h"
#include "main/command.h"
#include "main/label_sets.h"
#include "sys/files.h"
#include "text/classifier.h"
#include "text/entity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MODEL_MAX ((size_t)1 << 30)
#define WHY_MOST 8 /* words */

/* Lines of standard input; of a longer one as much as a reading looks at. */
struct lines {
	char piece[1 << 16];
	size_t at, len;
	struct buf line;
};

static bool next_line(struct lines *l, struct str *ret_line)
{
	bool any = false;
	buf_clear(&l->line);
	for (;;) {
		if (l->at == l->len) {
			l->at = 0;
			if (!(l->len = fread(l->piece, 1, sizeof l->piece, stdin)))
				break;
		}
		any = true;
		struct str rest = {l->piece + l->at, l->len - l->at};
		ptrdiff_t end = str_find_byte(rest, '\n');
		size_t take = end < 0 ? rest.len : (size_t)end, room = READING_BYTES - l->line.len;
		buf_add(&l->line, str_head(rest, take < room ? take : room));
		l->at += take + (end >= 0);
		if (end >= 0)
			break;
	}
	*ret_line = buf_str(&l->line);
	if (str_ends(*ret_line, S("\r")))
		ret_line->len--;
	return any;
}

struct desk {
	const struct language_model *languages; /* asked alone, when it is there */
	const struct classifier *classifier;
	const struct entity_model *entities; /* NULL: it was taught none */
	struct entity_scratch *pieces;
	struct reading *reading;
	struct features *features;
	struct verdict verdict;
	float parts[READING_TOKENS];
	bool labels, why;
	struct buf out;
};

static void add_label(struct desk *d, size_t label)
{
	buf_adds(&d->out, "{\"label\":");
	buf_add_json(&d->out, classifier_label(d->classifier, label));
	buf_addf(&d->out, ",\"p\":%.4f", (double)d->verdict.p[label]);
}

static void add_answers(struct desk *d)
{
	bool first = true;
	buf_adds(&d->out, ",\"labels\":[");
	for (size_t i = 0; i < classifier_labels(d->classifier); i++) {
		if (!d->verdict.is[i])
			continue;
		if (!first)
			buf_addc(&d->out, ',');
		add_label(d, i);
		buf_addc(&d->out, '}');
		first = false;
	}
	buf_addc(&d->out, ']');
}

/* The words that spoke for the answer, most first. */
static void add_why(struct desk *d, struct str line)
{
	classifier_why(d->classifier, d->features, d->reading, d->verdict.label, d->parts);
	for (size_t i = 0; i < d->reading->token_count; i++)
		if (!token_is_told(d->reading, &d->reading->tokens[i]))
			d->parts[i] = 0;
	buf_adds(&d->out, ",\"why\":[");
	for (int n = 0; n < WHY_MOST; n++) {
		size_t best = 0;
		for (size_t i = 1; i < d->reading->token_count; i++)
			if (d->parts[i] > d->parts[best])
				best = i;
		if (!d->reading->token_count || d->parts[best] <= 0)
			break;
		const struct token *t = &d->reading->tokens[best];
		buf_adds(&d->out, n ? ",{\"word\":" : "{\"word\":");
		buf_add_json(&d->out, (struct str){line.at + t->from, t->to - t->from});
		buf_addf(&d->out, ",\"from\":%u,\"to\":%u,\"weight\":%.3f}", t->from, t->to, (double)d->parts[best]);
		d->parts[best] = 0;
	}
	buf_addc(&d->out, ']');
}

/* Bytes that are no UTF-8 become U+FFFD. */
static void add_said(struct desk *d, struct str said)
{
	CLEANUP(buf_free) struct buf clean = {};
	buf_add_clean(&clean, said);
	buf_add_json(&d->out, buf_str(&clean));
}

static void add_span(struct desk *d, struct str line, u32 start, u32 end, u32 from, u32 to)
{
	buf_addf(&d->out, ",\"start\":%u,\"end\":%u,\"text\":", start, end);
	add_said(d, (struct str){line.at + from, to - from});
}

/* What the model was taught to find, and beside it what is known by rule. An entity that is one of these says what it is worth. */
static void add_entities(struct desk *d, struct str line)
{
	struct entity found[ENTITIES_MOST];
	const struct value *values;
	size_t count = entity_find(d->entities, d->pieces, line, classifier_label(d->classifier, d->verdict.label), found);
	size_t value_count = entity_values(d->pieces, &values);
	buf_adds(&d->out, ",\"entities\":[");
	for (size_t i = 0; i < count; i++) {
		buf_adds(&d->out, i ? ",{\"name\":" : "{\"name\":");
		buf_add_json(&d->out, entity_name(d->entities, found[i].name));
		add_span(d, line, found[i].start, found[i].end, found[i].from, found[i].to);
		for (size_t v = 0; v < value_count; v++)
			if (values[v].from == found[i].from && values[v].to == found[i].to) {
				buf_adds(&d->out, ",\"value\":");
				add_said(d, str_of(values[v].text));
			}
		buf_addc(&d->out, '}');
	}
	buf_adds(&d->out, "],\"values\":[");
	for (size_t v = 0; v < value_count; v++) {
		buf_addf(&d->out, "%s{\"kind\":\"%s\"", v ? "," : "", value_word(values[v].kind));
		add_span(d, line, values[v].start, values[v].end, values[v].from, values[v].to);
		buf_adds(&d->out, ",\"value\":");
		add_said(d, str_of(values[v].text));
		buf_addc(&d->out, '}');
	}
	buf_addc(&d->out, ']');
}

static void add_words(struct desk *d)
{
	bool first = true;
	for (size_t i = 0; i < classifier_labels(d->classifier); i++) {
		if (!d->verdict.is[i])
			continue;
		if (!first)
			buf_addc(&d->out, ',');
		buf_add(&d->out, classifier_label(d->classifier, i));
		first = false;
	}
	buf_addc(&d->out, '\n');
}

static void judge(struct desk *d, struct str line)
{
	if (d->languages) {
		buf_add_language_told(&d->out, d->languages, line, d->labels);
		return;
	}
	reading_of(d->reading, line);
	features_of(d->features, d->reading);
	classifier_judge(d->classifier, d->features, &d->verdict);
	if (d->labels) {
		add_words(d);
		return;
	}
	add_label(d, d->verdict.label);
	if (classifier_kind(d->classifier) == CLASSIFIER_MANY)
		add_answers(d);
	if (d->verdict.outside)
		buf_adds(&d->out, ",\"out_of_scope\":true");
	if (d->entities)
		add_entities(d, line);
	if (d->why)
		add_why(d, line);
	buf_adds(&d->out, "}\n");
}

static enum err flush(struct cx *cx, struct buf *out)
{
	bool whole = fwrite(out->at, 1, out->len, stdout) == out->len && fflush(stdout) == 0;
	buf_clear(out);
	return whole ? OK : fail(cx, ERR_FULL, N_("The answers cannot be written to standard output."));
}

static enum err open_model(struct cx *cx, const struct program *program, struct desk *d)
{
	struct str bytes;
	struct classifier *classifier;
	struct language_model *languages;
	if (str_eq(option_value(program, "task"), S("language"))) {
		TRY(language_model_read(cx, option_value(program, "model"), &languages));
		d->languages = languages;
		return OK;
	}
	TRY(file_read(cx, arena_cstr(cx->arena, option_value(program, "model")), MODEL_MAX, &bytes));
	struct str intents, entities;
	TRY(entity_part(cx, bytes, &intents, &entities));
	TRY(classifier_open(cx, intents, &classifier));
	d->classifier = classifier;
	if (entities.len) {
		struct entity_model *model;
		TRY(entity_open(cx, entities, &model));
		d->entities = model;
		d->pieces = entity_scratch_new(cx->arena);
	}
	return OK;
}

static bool next_of(void *lines, struct str *ret_line)
{
	return next_line(lines, ret_line);
}

static enum err ask_another(struct cx *cx, const struct program *program)
{
	struct lines *lines = arena_new_of(cx->arena, struct lines);
	enum err e = analyse_backend(cx, program, next_of, lines);
	buf_free(&lines->line);
	return e;
}

static void list_words(struct cx *cx, struct buf *out)
{
	list_label_sets(cx, out);
	buf_addc(out, '\n');
	list_backends(cx, out);
}

static enum err analyse(struct cx *cx, struct program *program)
{
	struct str line;
	if (option_given(program, "back-end"))
		return ask_another(cx, program);
	if (!option_given(program, "model") && !str_eq(option_value(program, "task"), S("language")))
		return analyse_built_in(cx, program);
	struct desk *d = arena_new_of(cx->arena, struct desk);
	struct lines *lines = arena_new_of(cx->arena, struct lines);
	struct str set = option_value(program, "labels-as"); /* of a model of one's own, they are those it learnt */
	if (!option_given(program, "model") && set.len && !label_set_of_languages(set))
		return fail_field(cx, "labels-as", N_("No data set called “%.*s” has labels for this task; see --help."), STR_ARG(set));
	*d = (struct desk){.reading = reading_new(cx->arena), .features = features_new(cx->arena), .labels = option_given(program, "labels") || option_given(program, "labels-as"),
			   .why = option_given(program, "why")};
	TRY(open_model(cx, program, d));
	enum err e = OK;
	while (e == OK && next_line(lines, &line)) {
		judge(d, line);
		if (d->out.len >= 1 << 16)
			e = flush(cx, &d->out);
	}
	if (e == OK)
		e = flush(cx, &d->out);
	buf_free(&d->out);
	buf_free(&lines->line);
	return e;
}

static const struct option_row options[] = {
	{"task", "TASK", N_("this one alone")},
	{"lang", "CODE", N_("the language of all lines, like fr, where it is known")},
	{"labels", NULL, N_("print the label of the task alone; several are parted by commas")},
	{"labels-as", "NAME", N_("the same, in the words of this data set")},
	{"model", "FILE", N_("ask this model instead, as “parvis train” wrote it")},
	{"why", NULL, N_("say which words made the label")},
	{"back-end", "KIND", N_("ask a model that does not ship: onnx, openai (listed below)")},
	{"with", "NAME=VALUE", N_("a setting of it; may be given several times")},
	{"key-file", "FILE", N_("a file that holds its key alone")},
	{"onnx-library", "FILE", N_("where ONNX Runtime is; else it is looked for")},
	{},
};

const struct command command_analyse = {
	.name = "analyse",
	.words = "",
	.about = N_("Say what texts mean, a line each: language, sentiment, emotion and more"),
	.more = N_("Reads lines from standard input and prints a JSON object for each, in order: for each task the label, how likely it is, whether that is enough"
		   " to be sure, and with --why the words that spoke for it. A label is null where nothing is known of the task in that language. Of a line"
		   " longer than 32 KiB the beginning counts. With --back-end another model is asked, of what --with and --key-file say; texts that"
		   " leave this machine lose handles, addresses, links and long numbers before."),
	.options = options,
	.list = list_words,
	.flags = COMMAND_NO_SETTINGS,
	.run = analyse,
	.file = __FILE__,
};
