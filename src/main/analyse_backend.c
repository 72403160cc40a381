#include "main/analyse_backend.h"

#include "backend/backend.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "main/command.h"
#include "sys/files.h"
#include "sys/net.h"
#include "text/mask.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define KEY_MAX 4096
#define FIELDS_MAX 16

struct trial {
	const struct backend_kind *kind;
	void *session;
	unsigned tasks;
	bool labels;
	struct mask *mask; /* of no names: handles, addresses and numbers */
	struct buf out;
};

static void release(void *json)
{
	json_decref(json);
}

static void close_net(void *net)
{
	net_close(net);
}

/* "name=value", several times. */
static enum err read_fields(struct cx *cx, const struct program *program, const struct backend_kind *kind, json_t *settings)
{
	struct str given[FIELDS_MAX];
	size_t count = option_values(program, "with", given, COUNT(given));
	for (size_t i = 0; i < count; i++) {
		struct str value = given[i], name = str_cut(&value, '=');
		bool known = false;
		for (const struct backend_field *f = kind->fields; f->name; f++)
			known |= f->type != BACKEND_SECRET && str_eq(name, str_of(f->name));
		if (!known || !value.at || !utf8_valid(value))
			return fail_field(cx, "with", N_("“%.*s” is no setting of this kind of model; --help lists them. A key goes into a file, named by --key-file."),
					  STR_ARG(str_head(given[i], 60)));
		json_object_set_new(settings, arena_cstr(cx->arena, name), json_stringn(value.at, value.len));
	}
	for (const struct backend_field *f = kind->fields; f->name; f++)
		if (f->required && !backend_setting(settings, f->name).len)
			return fail_field(cx, "with", N_("Say --with %s=…: %s"), f->name, _(f->title));
	return OK;
}

/* All that can be asked; of kinds that answer one question, the first, unless it is said. */
static enum err read_tasks(struct cx *cx, const struct program *program, const struct backend_kind *kind, unsigned *ret_tasks)
{
	struct str word = option_value(program, "task");
	enum meaning_task task = MEANING_SENTIMENT;
	if (word.len && (!meaning_task_of(str_eq(word, S("offensive")) ? S("offence") : word, &task) || task == MEANING_LANGUAGE))
		return fail_field(cx, "task", N_("Other models are not asked about “%.*s”."), STR_ARG(str_head(word, 40)));
	if (!word.len && option_given(program, "labels"))
		return fail_field(cx, "labels", N_("Of one task alone: say which with --task."));
	*ret_tasks = word.len || kind->one_task ? 1u << task : BACKEND_TASKS;
	return OK;
}

/* The folder as it was typed: its name and where it lies. */
static enum err split_folder(struct cx *cx, json_t *settings, struct str *ret_models)
{
	char real[PATH_MAX];
	struct str folder = backend_setting(settings, "folder");
	if (!folder.len)
		return OK;
	if (!realpath(arena_cstr(cx->arena, folder), real))
		return fail(cx, ERR_MISSING, N_("There is no folder %.*s."), STR_ARG(str_head(folder, 200)));
	const char *parent = path_folder(cx->arena, real);
	struct str whole = str_of(real), name = str_skip(whole, str_of(parent).len + (parent[1] ? 1 : 0));
	json_object_set_new(settings, "folder", json_stringn(name.at, name.len));
	*ret_models = arena_str(cx->arena, str_of(parent));
	return OK;
}

/* Whoever types the address may reach it, inside of the house too. */
static enum err open_place(struct cx *cx, const json_t *settings, struct backend_place *place)
{
	struct net_url url;
	if (net_url_parse(cx->arena, backend_setting(settings, "url"), &url))
		place->allow = arena_printf(cx->arena, str_find_byte(url.host, ':') >= 0 ? "[%.*s]:%d" : "%.*s:%d", STR_ARG(url.host), url.port);
	struct net_settings net = {.allow = place->allow};
	TRY(net_open(cx, &net, &place->net));
	arena_defer(cx->arena, close_net, place->net);
	return OK;
}

static enum err open_trial(struct cx *cx, const struct program *program, struct trial *t)
{
	struct backend_place place = {.library = option_value(program, "onnx-library")};
	struct backend_said said;
	json_t *settings = json_object();
	struct str key = {};
	arena_defer(cx->arena, release, settings);
	t->kind = backend_kind_of(option_value(program, "back-end"));
	if (!t->kind)
		return fail_field(cx, "back-end", N_("There is no kind of back-end “%.*s”; --help lists them."), STR_ARG(str_head(option_value(program, "back-end"), 40)));
	TRY(read_tasks(cx, program, t->kind, &t->tasks));
	TRY(read_fields(cx, program, t->kind, settings));
	TRY(split_folder(cx, settings, &place.models));
	if (option_given(program, "key-file"))
		TRY(file_read(cx, arena_cstr(cx->arena, option_value(program, "key-file")), KEY_MAX, &key));
	TRY(open_place(cx, settings, &place));
	struct backend_account account = {t->tasks, settings, str_trim(key)};
	TRY(t->kind->open(cx, &place, &account, &t->session, &said));
	return said.outcome == BACKEND_ANSWERED ? OK : fail(cx, ERR_SYSTEM, "%.*s", STR_ARG(said.story));
}

static void add_answer(struct trial *t, enum meaning_task task, struct backend_answer a)
{
	const char *word = meaning_label_word(task, a.label);
	buf_addf(&t->out, "\"%s\":{\"label\":", meaning_task_word(task));
	if (word)
		buf_addf(&t->out, "\"%s\"", word);
	else
		buf_adds(&t->out, "null");
	if (word && !t->kind->plain)
		buf_addf(&t->out, ",\"p\":%.2f", (double)(meaning_is_yes_no(task) && a.label == MEANING_NO ? 100 - a.p : a.p) / 100);
	buf_addc(&t->out, '}');
}

static void add_line(struct trial *t, const struct backend_said *said)
{
	const char *parted = "";
	if (t->labels) {
		enum meaning_task task = (enum meaning_task)__builtin_ctz(t->tasks);
		const char *word = meaning_label_word(task, said->of[task].label);
		buf_addf(&t->out, "%s\n", word ? word : "");
		return;
	}
	buf_addc(&t->out, '{');
	for (int i = 0; i < MEANING_TASKS; i++)
		if (t->tasks >> i & 1) {
			buf_adds(&t->out, parted);
			add_answer(t, (enum meaning_task)i, said->of[i]);
			parted = ",";
		}
	buf_adds(&t->out, "}\n");
}

static enum err ask(struct cx *cx, struct trial *t, struct str line)
{
	struct backend_said said;
	CLEANUP(buf_free) struct buf masked = {}, clean = {};
	buf_add_clean(&clean, line);
	struct str text = utf8_head(buf_str(&clean), BACKEND_TEXT_MAX);
	if (t->kind->leaves) {
		buf_add_masked(&masked, t->mask, text);
		text = buf_str(&masked);
	}
	TRY(t->kind->ask(cx, t->session, text, &said));
	if (said.outcome != BACKEND_ANSWERED)
		return fail(cx, said.outcome == BACKEND_LATER ? ERR_LATER : ERR_REMOTE, "%.*s", STR_ARG(said.story));
	add_line(t, &said);
	bool whole = fwrite(t->out.at, 1, t->out.len, stdout) == t->out.len && fflush(stdout) == 0;
	buf_clear(&t->out);
	return whole ? OK : fail(cx, ERR_FULL, N_("The answers cannot be written to standard output."));
}

enum err analyse_backend(struct cx *cx, const struct program *program, bool (*next_line)(void *, struct str *), void *subject)
{
	struct trial t = {.labels = option_given(program, "labels"), .mask = mask_new(cx->arena, NULL, 0)};
	struct str line;
	enum err e = open_trial(cx, program, &t);
	while (e == OK && next_line(subject, &line)) {
		CLEANUP(arena_freep) struct arena *arena = arena_new(); /* a line's own */
		struct cx of_line = cx_new(arena);
		of_line.lang = cx->lang;
		e = ask(&of_line, &t, line);
		if (e != OK)
			e = fail(cx, e, "%s", of_line.story);
	}
	if (t.session)
		t.kind->close(t.session);
	buf_free(&t.out);
	return e;
}

void list_backends(struct cx *cx, struct buf *out)
{
	buf_addf(out, "%s\n", _(N_("Kinds of back-ends, and what to say of each by --with:")));
	for (size_t i = 0; i < backend_kind_count; i++) {
		buf_addf(out, "  %-12s %s\n", backend_kinds[i]->word, _(backend_kinds[i]->title));
		for (const struct backend_field *f = backend_kinds[i]->fields; f->name; f++)
			if (f->type == BACKEND_SECRET)
				buf_addf(out, "    %-10s %s\n", "--key-file", _(f->title));
			else
				buf_addf(out, "    %-10s %s\n", f->name, _(f->title));
	}
}
