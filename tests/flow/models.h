/* models.h: small models of a test's own making, so that what is understood is known beforehand: "lovely" is positive, "awful" negative and
 * rude, "when" asks. */
#pragma once
#include "test.h"

#include "flow/understand.h"
#include "text/analyser.h"
#include "text/train.h"

struct lesson {
	const char *label, *words[6];
};

static const char *const lesson_frames[] = {"the bread is %s today", "what a %s shop", "%s service", "my order was %s", "a %s morning in town", "they are %s, really"};

static struct str lesson_train(struct cx *cx, const char *task, const struct lesson *lessons, size_t count)
{
	struct example *examples = arena_array(cx->arena, struct example, count * 6 * COUNT(lesson_frames));
	size_t made = 0;
	for (size_t l = 0; l < count; l++)
		for (size_t w = 0; w < 6; w++)
			for (size_t f = 0; f < COUNT(lesson_frames); f++) {
				struct str rest = str_of(lesson_frames[f]), head = str_cut(&rest, '%');
				examples[made++] = (struct example){
					str_of(lessons[l].label), arena_printf(cx->arena, "%.*s%s%s", STR_ARG(head), lessons[l].words[w], rest.at + 1)};
			}
	struct training training = {.task = str_of(task), .examples = examples, .count = made};
	struct trained trained;
	struct buf *out = buf_in_arena(cx->arena);
	assert_ok(cx, train_classifier(cx, &training, out, &trained));
	return buf_keep(out, cx->arena);
}

#define GOOD {"lovely", "wonderful", "delicious", "perfect", "splendid", "charming"}
#define BAD {"awful", "rotten", "horrible", "disgusting", "dreadful", "nasty"}
#define PLAIN {"open", "monday", "listed", "usual", "nearby", "early"}

UNUSED static void models_for_test(struct cx *cx)
{
	static const struct lesson sentiment[] = {{"negative", BAD}, {"neutral", PLAIN}, {"positive", GOOD}};
	static const struct lesson offence[] = {{"none", GOOD}, {"none", PLAIN}, {"offensive", {"awful", "idiots", "morons", "stupid", "scum", "nasty"}}};
	static const struct lesson intent[] = {{"other", PLAIN}, {"complaint", BAD}, {"praise", GOOD}};
	struct str files[] = {lesson_train(cx, "sentiment", sentiment, COUNT(sentiment)), lesson_train(cx, "offensive", offence, COUNT(offence)),
			      lesson_train(cx, "intent", intent, COUNT(intent))};
	struct analyser *analyser;
	assert_ok(cx, analyser_open(cx, files, COUNT(files), &analyser));
	understand_with(analyser, 7);
}
