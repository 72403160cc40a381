#include "test.h"

#include "text/analyser.h"
#include "text/joint.h"
#include "text/train.h"

#include <math.h>
#include <string.h>

/* Words as the database keeps them: never to change. */
static void test_words(void **state)
{
	static const char *const pinned[ANALYSER_TASKS] = {
		"sentiment negative neutral positive", "emotion neutral joy anger sadness fear disgust surprise", "irony none irony", "offensive none offensive",
		"hate none hate", "toxicity none toxic", "spam none spam", "urgency none urgent", "intent other question complaint praise purchase",
	};
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	for (enum analyser_task task = 0; task < ANALYSER_TASKS; task++) {
		struct buf *b = buf_in_arena(arena);
		buf_add(b, analyser_task_word(task));
		size_t plain = 0;
		for (u8 label = 0; label < analyser_label_count(task); label++) {
			struct str word = analyser_label_word(task, label);
			buf_addc(b, ' ');
			buf_add(b, word);
			assert_int_equal(analyser_label_of(task, word), label);
			assert_true(*analyser_label_title(task, label));
			plain += analyser_label_is_plain(task, label);
		}
		assert_str(buf_str(b), pinned[task]);
		assert_int_equal(plain, 1);
		assert_int_equal(analyser_task_of(analyser_task_word(task)), task);
	}
	assert_int_equal(analyser_task_of(S("weather")), ANALYSER_TASKS);
	assert_int_equal(analyser_label_of(ANALYSER_SPAM, S("ham")), ANALYSER_NO_LABEL);
	assert_str(analyser_label_word(ANALYSER_SPAM, ANALYSER_NO_LABEL), "");
}

static struct str model(struct cx *cx, const char *task, const struct example *examples, size_t count)
{
	struct training training = {.task = str_of(task), .examples = examples, .count = count};
	struct trained trained;
	struct buf *out = buf_in_arena(cx->arena);
	assert_ok(cx, train_classifier(cx, &training, out, &trained));
	return buf_keep(out, cx->arena);
}

static struct str spam_model(struct cx *cx)
{
	struct example examples[40];
	for (size_t i = 0; i < COUNT(examples); i++) {
		struct buf *b = buf_in_arena(cx->arena);
		buf_addf(b, i % 2 ? "see you at the bakery at %zu" : "win a free prize, now %zu", i * i % 17);
		examples[i] = (struct example){i % 2 ? S("none") : S("spam"), buf_keep(b, cx->arena)};
	}
	return model(cx, "spam", examples, COUNT(examples));
}

static void test_asked(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct str files[] = {spam_model(&cx)}, message = S("win a FREE prize today");
	struct analyser *a;
	struct analyser_scratch *s = analyser_scratch_new(arena);
	struct analysis found;
	struct analyser_word words[4], many[16];
	assert_ok(&cx, analyser_open(&cx, files, 1, &a));
	assert_true(analyser_has(a, ANALYSER_SPAM) && !analyser_has(a, ANALYSER_HATE));
	analyser_of(a, s, message, S("en"), &found);
	assert_int_equal(found.of[ANALYSER_SPAM].label, 1);
	assert_true(found.of[ANALYSER_SPAM].sure && found.of[ANALYSER_SPAM].p > 0.5f);
	assert_int_equal(found.of[ANALYSER_HATE].label, ANALYSER_NO_LABEL);
	assert_string_equal(found.lang, "en");
	size_t count = analyser_why(a, s, ANALYSER_SPAM, 1, words, COUNT(words));
	assert_true(count >= 2 && words[0].weight >= words[1].weight && words[1].weight > 0);
	for (size_t i = 0; i < count; i++)
		assert_true(words[i].from < words[i].to && words[i].to <= message.len);
	assert_int_equal(analyser_why(a, s, ANALYSER_HATE, 1, words, COUNT(words)), 0);
	analyser_of(a, s, S("a free , . prize , . ; to win !!"), S("en"), &found); /* signs that say nothing are not told */
	count = analyser_why(a, s, ANALYSER_SPAM, 1, many, COUNT(many));
	assert_true(count >= 2);
	for (size_t i = 0; i < count; i++)
		assert_null(strchr(",.;", "a free , . prize , . ; to win !!"[many[i].from]));
	analyser_of(a, s, (struct str){}, S(""), &found);
	assert_int_equal(found.of[ANALYSER_SPAM].label, ANALYSER_NO_LABEL); /* nothing was said */
}

/* The table of many gives what each model alone gives, whatever stands beside it: with few heads two entries in a line, with many one. */
static void test_joint(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	static const char *const texts[] = {"", "win a free prize", "see you at the bakery at 7", "nothing of the kind", "prize prize prize PRIZE!!! http://x.org 1 2 3"};
	struct example examples[240];
	for (size_t i = 0; i < COUNT(examples); i++)
		examples[i] = (struct example){arena_printf(arena, "label %zu", i % 20), arena_printf(arena, "%s %zu of the kind %zu", texts[1 + i % 3], i % 20, i)};
	struct classifier *two, *many;
	assert_ok(&cx, classifier_open(&cx, spam_model(&cx), &two));
	assert_ok(&cx, classifier_open(&cx, model(&cx, "intent", examples, COUNT(examples)), &many));
	const struct classifier *all[] = {two, many, many, two};
	struct reading *r = reading_new(arena);
	struct features *f = features_new(arena);
	struct verdict alone, together;
	float sums[JOINT_HEADS_MAX], parts[4096];
	for (size_t count = 1; count <= COUNT(all); count++) {
		struct joint *joint = joint_new(arena, all, count);
		assert_true(joint_features(joint) >= classifier_features(two) && joint_bytes(joint) >= joint_features(joint) * 32);
		for (size_t t = 0; t < COUNT(texts); t++) {
			reading_of(r, str_of(texts[t]));
			features_of(f, r);
			joint_sums(joint, f, sums);
			for (size_t i = 0, head = 0; i < count; head += classifier_heads(all[i++])) {
				classifier_judge(all[i], f, &alone);
				memcpy(together.sums, sums + head, classifier_heads(all[i]) * sizeof *sums);
				classifier_decide(all[i], &together);
				for (size_t h = 0; h < classifier_heads(all[i]); h++)
					assert_true(fabsf(alone.sums[h] - together.sums[h]) < 0.1f);
				joint_parts(joint, f, head, parts);
				float sum = 0;
				for (size_t n = 0; n < features_count(f); n++)
					sum += parts[n];
				assert_true(fabsf(sum - sums[head]) < 0.002f);
			}
		}
	}
}

static void test_refused(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[] = {{S("rain"), S("wet")}, {S("sun"), S("dry")}, {S("rain"), S("drops")}, {S("sun"), S("light")}};
	struct str weather = model(&cx, "weather", examples, 4), spam = model(&cx, "spam", examples, 4), noise = S("PVWORDS0 but no model of any kind");
	struct analyser *a;
	assert_err(analyser_open(&cx, &weather, 1, &a), ERR_BAD_INPUT);
	assert_err(analyser_open(&cx, &spam, 1, &a), ERR_BAD_INPUT);
	assert_err(analyser_open(&cx, &noise, 1, &a), ERR_UNSUPPORTED);
	assert_ok(&cx, analyser_open(&cx, NULL, 0, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_words), cmocka_unit_test(test_asked), cmocka_unit_test(test_joint), cmocka_unit_test(test_refused)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
