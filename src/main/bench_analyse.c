#include "main/bench_analyse.h"

#include "base/clock.h"
#include "base/lang.h"
#include "main/models.h"
#include "simulator/texts.h"
#include "sys/lines.h"
#include "text/analyser.h"

#include <stdio.h>

#define POSTS_MOST 1000000
#define POSTS_MADE 40000
#define POST_BYTES 90 /* at least, of one that is put together */
#define ROUNDS 3      /* the best counts: the machine has other work too */

struct posts {
	struct str *items;
	size_t count, bytes;
};

static enum err read_posts(struct cx *cx, const char *path, struct posts *posts)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	struct line_read line;
	size_t capacity = 0;
	TRY(lines_open(cx, path, READING_BYTES, &lines));
	while (posts->count < POSTS_MOST) {
		TRY(lines_next(cx, lines, &line));
		if (!line.more)
			break;
		*arena_push(cx->arena, posts->items, posts->count, capacity) = arena_str(cx->arena, line.text);
	}
	return OK;
}

/* Texts of one language one behind the other, from another beginning for each post. */
static enum err make_posts(struct cx *cx, struct posts *posts)
{
	struct texts texts;
	TRY(texts_load(cx, cx->arena, NULL, &texts));
	posts->items = arena_array(cx->arena, struct str, POSTS_MADE);
	CLEANUP(buf_free) struct buf post = {};
	for (size_t i = 0; posts->count < POSTS_MADE; i++) {
		const struct text *first = &texts.rows[i * 7919 % texts.count];
		buf_clear(&post);
		for (size_t n = i * 7919 + i / texts.count; post.len < POST_BYTES; n++) {
			const struct text *text = &texts.rows[n % texts.count];
			if (!str_eq(text->language, first->language) || str_eq(text->kind, S("word")))
				continue;
			buf_adds(&post, post.len ? " " : "");
			buf_add(&post, text->text);
		}
		posts->items[posts->count++] = buf_keep(&post, cx->arena);
	}
	return OK;
}

enum part { PART_READING, PART_FEATURES, PART_ALL, PARTS };

struct desk {
	const struct analyser *analyser;
	struct analyser_scratch *scratch;
	struct reading *reading;
	struct features *features;
	struct str lang;
	size_t sure;
};

static void do_part(struct desk *d, enum part part, struct str post)
{
	struct analysis found;
	if (part == PART_ALL) {
		analyser_of(d->analyser, d->scratch, post, d->lang, &found);
		for (int i = 0; i < ANALYSER_TASKS; i++)
			d->sure += found.of[i].sure;
		return;
	}
	reading_of(d->reading, post);
	if (part == PART_FEATURES)
		features_of(d->features, d->reading);
}

/* Microseconds a post. */
static double measure(struct desk *d, enum part part, const struct posts *posts)
{
	i64 best = INT64_MAX;
	for (int round = 0; round < ROUNDS; round++) {
		i64 started = time_worked();
		d->sure = 0;
		for (size_t i = 0; i < posts->count; i++)
			do_part(d, part, posts->items[i]);
		i64 took = time_worked() - started;
		best = took < best ? took : best;
	}
	return (double)best / (double)posts->count;
}

enum err bench_analyse(struct cx *cx, const char *path)
{
	struct posts posts = {};
	struct analyser *analyser;
	TRY(path ? read_posts(cx, path, &posts) : make_posts(cx, &posts));
	if (!posts.count)
		return fail(cx, ERR_BAD_INPUT, N_("There is no post in this file."));
	for (size_t i = 0; i < posts.count; i++)
		posts.bytes += posts.items[i].len;
	i64 started = time_worked();
	TRY(models_open(cx, &analyser));
	i64 opened = time_worked() - started;
	struct desk d = {.analyser = analyser, .scratch = analyser_scratch_new(cx->arena), .reading = reading_new(cx->arena), .features = features_new(cx->arena)};
	double reading = measure(&d, PART_READING, &posts), features = measure(&d, PART_FEATURES, &posts), all = measure(&d, PART_ALL, &posts);
	double sure = (double)d.sure / (double)posts.count;
	d.lang = S("en");
	double told = measure(&d, PART_ALL, &posts);
	printf(_(N_("language and %d tasks: %.0f posts/s of a core (%zu posts of %.0f bytes; of a post %.1f tasks are sure); opened in %.3f s\n")), ANALYSER_TASKS,
	       1e6 / all, posts.count, (double)posts.bytes / (double)posts.count, sure, (double)opened / 1e6);
	printf(_(N_("  microseconds: reading %.2f, features %.2f, language %.2f, all tasks %.2f\n")), reading, features - reading, all - told, told - features);
	return OK;
}
