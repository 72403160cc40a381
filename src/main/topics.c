/* topics.c: what many texts are about. */
#include "base/lang.h"
#include "main/command.h"
#include "sys/lines.h"
#include "text/alike.h"
#include "text/token.h"
#include "text/topic.h"

#include <stdio.h>

#define COPY_SHARE 0.7

static enum err read_texts(struct cx *cx, struct str **ret_texts, size_t *ret_count)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct str *texts = NULL;
	size_t count = 0, capacity = 0;
	struct line_read line;
	TRY(lines_open(cx, NULL, READING_BYTES, &lines));
	for (;;) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			break;
		if (count == TOPIC_TEXTS_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("These are more than %u texts: give a part of them."), TOPIC_TEXTS_MAX);
		*arena_push(cx->arena, texts, count, capacity) = arena_str(cx->arena, line.text);
	}
	*ret_texts = texts;
	*ret_count = count;
	return OK;
}

static void print_numbers(const u32 *of, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (of[i] == TOPIC_NONE)
			puts("-");
		else
			printf("%u\n", of[i]);
}

static void print_topics(const struct topics *topics, const struct str *texts)
{
	CLEANUP(buf_free) struct buf out = {};
	for (size_t i = 0; i < topics->count; i++) {
		const struct topic *t = &topics->items[i];
		buf_addf(&out, "{\"texts\":%u,\"name\":", t->texts);
		buf_add_json(&out, t->name);
		buf_adds(&out, ",\"typical\":");
		buf_add_json(&out, texts[t->typical]);
		buf_adds(&out, "}\n");
	}
	fwrite(out.at, 1, out.len, stdout);
}

static enum err topics(struct cx *cx, struct program *program)
{
	struct str *texts = NULL;
	size_t count = 0;
	i64 wanted = 0;
	if (option_given(program, "count") && (!str_to_i64(option_value(program, "count"), &wanted) || wanted < 1 || wanted > TOPIC_GROUPS_MAX))
		return fail_field(cx, "count", N_("Write a number of topics from 1 to %u."), TOPIC_GROUPS_MAX);
	TRY(read_texts(cx, &texts, &count));
	if (option_given(program, "copies")) {
		struct copies copies;
		copies_of(cx->arena, texts, count, COPY_SHARE, &copies);
		print_numbers(copies.of, count);
		return OK;
	}
	if (option_given(program, "alike")) {
		struct alike alike;
		if (count > ALIKE_TEXTS_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("These are more than %u texts: give a part of them."), ALIKE_TEXTS_MAX);
		alike_of(cx->arena, texts, count, ALIKE_LEAST, &alike);
		print_numbers(alike.of, count);
		return OK;
	}
	struct topics found;
	topics_of(cx->arena, texts, count, (size_t)wanted, &found);
	if (option_given(program, "numbers"))
		print_numbers(found.of, count);
	else
		print_topics(&found, texts);
	return OK;
}

static const struct option_row options[] = {
	{"count", "NUMBER", N_("so many topics; without it, as many as the texts ask for")},
	{"numbers", NULL, N_("print for each line the number of its topic, or - where it is like no others")},
	{"copies", NULL, N_("print for each line the number of the first line (from 0) that it is a copy of, or - where it is none")},
	{"alike", NULL, N_("print for each line the number of its group of those that ask or say nearly the same, or - where it is alone")},
	{},
};

const struct command command_topics = {
	.name = "topics",
	.words = "",
	.about = N_("What many texts are about, and which are copies of others"),
	.more = N_("Reads texts from standard input, a line each (.gz and .zst too), and prints a JSON object for each topic, the largest first: how many texts it"
		   " has, the words that set it apart, and its most typical text."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = topics,
	.file = __FILE__,
};
