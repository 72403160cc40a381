/* The first line is the language said to be known, the second a message; what stands behind them is a model, opened beside a small one of
 * the fuzzer's own, or alone where its first byte is doubled. Whatever the bytes: a story or an analyser, answers that are labels with
 * probabilities, the same twice, and reasons that lie inside the message. */
#include "base/err.h"
#include "text/analyser.h"
#include "text/train.h"

#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define REASONS 6

static struct analyser_scratch *scratch;
static struct str own;

static void make_own(void)
{
	struct arena *arena = arena_new(); /* stays */
	struct cx cx = cx_new(arena);
	static const struct example examples[] = {
		{S("spam"), S("win a free prize")}, {S("none"), S("see you at noon")}, {S("spam"), S("free money here")},  {S("none"), S("the bread is good")},
		{S("spam"), S("claim your prize")}, {S("none"), S("merci à vous")},    {S("spam"), S("http://free.biz")}, {S("none"), S("at the bakery")},
	};
	struct training training = {.task = S("spam"), .examples = examples, .count = COUNT(examples), .most = 300, .languages = S("en fr")};
	struct trained trained;
	struct buf *out = buf_in_arena(arena);
	must(train_classifier(&cx, &training, out, &trained) == OK);
	own = buf_keep(out, arena);
	scratch = analyser_scratch_new(arena);
}

static void check(const struct analyser *a, struct str message, struct str lang)
{
	struct analysis found, again;
	struct analyser_word words[REASONS];
	analyser_of(a, scratch, message, lang, &found);
	for (enum analyser_task task = 0; task < ANALYSER_TASKS; task++) {
		const struct finding *f = &found.of[task];
		must(f->label == ANALYSER_NO_LABEL ? !f->sure : f->label < analyser_label_count(task));
		must(f->p >= 0 && f->p <= 1.001f);
		size_t count = analyser_why(a, scratch, task, f->label, words, REASONS);
		for (size_t i = 0; i < count; i++)
			must(words[i].from < words[i].to && words[i].to <= message.len && words[i].weight > 0 && (!i || words[i].weight <= words[i - 1].weight));
	}
	analyser_of(a, scratch, message, lang, &again);
	for (enum analyser_task task = 0; task < ANALYSER_TASKS; task++)
		must(found.of[task].label == again.of[task].label && found.of[task].sure == again.of[task].sure && found.of[task].p == again.of[task].p);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str rest = {(const char *)data, size}, lang = str_cut(&rest, '\n'), message = str_cut(&rest, '\n');
	if (!scratch)
		make_own();
	bool alone = rest.len > 1 && rest.at[0] == rest.at[1];
	struct str files[] = {own, str_skip(rest, alone ? 1 : 0)};
	struct analyser *analyser;
	if (analyser_open(&cx, alone ? files + 1 : files, rest.len && !alone ? 2 : 1, &analyser) != OK) {
		must(cx.story[0]);
		must(analyser_open(&cx, files, 1, &analyser) == OK);
	}
	check(analyser, message, lang);
	return 0;
}
