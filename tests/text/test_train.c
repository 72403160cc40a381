#include "test.h"

#include "text/classifier.h"
#include "text/train.h"

#include <math.h>
#include <string.h>

static const char *const good[] = {"great", "lovely", "super", "wonderful", "perfect", "délicieux"};
static const char *const bad[] = {"awful", "horrible", "rotten", "terrible", "nasty", "dégoûtant"};
static const char *const plain[] = {"open", "monday", "address", "street", "hours", "list"};
static const char *const around[] = {"the bread is %s today", "what a %s shop", "%s service", "my order was %s", "a %s morning in town", "they are %s, really"};

static struct str text_of(struct cx *cx, const char *frame, const char *word)
{
	struct str rest = str_of(frame), head = str_cut(&rest, '%');
	return arena_printf(cx->arena, "%.*s%s%s", STR_ARG(head), word, rest.at + 1);
}

static size_t fill(struct cx *cx, const char *label, const char *const *words, struct example *to)
{
	size_t count = 0;
	for (size_t w = 0; w < 6; w++)
		for (size_t f = 0; f < COUNT(around); f++)
			to[count++] = (struct example){str_of(label), text_of(cx, around[f], words[w])};
	return count;
}

/* Bytes of a model, where they may be used in place. */
static struct str train(struct cx *cx, const char *task, const struct example *examples, size_t count, struct str outside)
{
	struct training training = {.task = str_of(task), .examples = examples, .count = count, .outside = outside};
	struct trained trained;
	struct buf *out = buf_in_arena(cx->arena);
	assert_ok(cx, train_classifier(cx, &training, out, &trained));
	assert_true(trained.measure > 0.5 && trained.measure <= 1 && trained.held > 0);
	return buf_keep(out, cx->arena);
}

struct judge {
	struct classifier *c;
	struct reading *r;
	struct features *f;
	struct verdict v;
};

static struct str ask(struct judge *j, const char *text)
{
	reading_of(j->r, str_of(text));
	features_of(j->f, j->r);
	classifier_judge(j->c, j->f, &j->v);
	return classifier_label(j->c, j->v.label);
}

static struct judge judge_of(struct cx *cx, struct str bytes)
{
	struct judge j = {.r = reading_new(cx->arena), .f = features_new(cx->arena)};
	assert_ok(cx, classifier_open(cx, bytes, &j.c));
	return j;
}

static void test_two(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[72];
	float parts[READING_TOKENS];
	size_t count = fill(&cx, "good", good, examples);
	count += fill(&cx, "bad", bad, examples + count);
	struct str bytes = train(&cx, "sentiment", examples, count, (struct str){});
	struct judge j = judge_of(&cx, bytes);
	assert_str(classifier_task(j.c), "sentiment");
	assert_int_equal(classifier_kind(j.c), CLASSIFIER_TWO);
	assert_str(ask(&j, "a LOVELY day"), "good");
	assert_true(j.v.p[1] > 0.7f && fabsf(j.v.p[0] + j.v.p[1] - 1) < 1e-5f && j.v.is[1] && !j.v.is[0]);
	assert_str(ask(&j, "degoutant"), "bad"); /* without its accents too */
	assert_str(ask(&j, "a horrible day"), "bad");
	classifier_why(j.c, j.f, j.r, 0, parts);
	assert_true(parts[1] > parts[0] && parts[1] > parts[2] && parts[1] > 0);
	classifier_why(j.c, j.f, j.r, 1, parts);
	assert_true(parts[1] < 0);
	/* the same examples, the same bytes */
	struct str again = train(&cx, "sentiment", examples, count, (struct str){});
	assert_true(str_eq(bytes, again));
}

static void test_one_of(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[108];
	size_t count = fill(&cx, "good", good, examples);
	count += fill(&cx, "bad", bad, examples + count);
	count += fill(&cx, "neutral", plain, examples + count);
	struct judge j = judge_of(&cx, train(&cx, "labels", examples, count, (struct str){}));
	assert_int_equal(classifier_kind(j.c), CLASSIFIER_ONE_OF);
	assert_int_equal(classifier_labels(j.c), 3);
	assert_str(ask(&j, "terrible"), "bad");
	assert_str(ask(&j, "perfect"), "good");
	assert_str(ask(&j, "your address"), "neutral");
	assert_true(fabsf(j.v.p[0] + j.v.p[1] + j.v.p[2] - 1) < 1e-4f && j.v.p[j.v.label] > 0.4f);
}

static void test_many(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[108];
	size_t count = fill(&cx, "joy", good, examples);
	count += fill(&cx, "anger", bad, examples + count);
	for (size_t i = 0; i < 36; i++)
		examples[count++] = (struct example){S("joy,anger"), arena_printf(arena, "%.*s and %.*s", STR_ARG(examples[i].text), STR_ARG(examples[i + 36].text))};
	struct judge j = judge_of(&cx, train(&cx, "emotion", examples, count, (struct str){}));
	assert_int_equal(classifier_kind(j.c), CLASSIFIER_MANY);
	ask(&j, "wonderful and horrible, really");
	assert_true(j.v.is[0] && j.v.is[1]);
	ask(&j, "wonderful");
	assert_true(!j.v.is[0] && j.v.is[1]);
}

static void test_outside(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[72];
	size_t count = fill(&cx, "good", good, examples);
	count += fill(&cx, "bad", bad, examples + count);
	struct judge j = judge_of(&cx, train(&cx, "intent", examples, count, S("none")));
	assert_int_equal(classifier_labels(j.c), 3);
	assert_str(ask(&j, "the bread is great today"), "good");
	assert_false(j.v.outside);
	assert_str(ask(&j, "zwölf Boxkämpfer jagen Viktor quer durch Sylt"), "none");
	assert_true(j.v.outside);
}

static void test_refused(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct trained trained;
	struct buf *out = buf_in_arena(arena);
	struct example one[] = {{S("a"), S("x")}, {S("a"), S("y")}}, commas[] = {{S("a,b"), S("x")}, {S("b"), S("y")}};
	struct training training = {.task = S("labels"), .examples = one, .count = 2};
	assert_err(train_classifier(&cx, &training, out, &trained), ERR_BAD_INPUT);
	training = (struct training){.task = S("labels"), .examples = commas, .count = 2, .outside = S("none")};
	assert_err(train_classifier(&cx, &training, out, &trained), ERR_BAD_INPUT);
	struct example *many = arena_array(arena, struct example, 300);
	for (int i = 0; i < 300; i++)
		many[i] = (struct example){arena_printf(arena, "label %d", i), S("text")};
	training = (struct training){.task = S("intent"), .examples = many, .count = 300};
	assert_err(train_classifier(&cx, &training, out, &trained), ERR_TOO_LARGE);
	assert_int_equal(out->len, 0);
}

/* The small form keeps the weightiest features, answers like the large one, and says for whom it is. */
static void test_small(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[216];
	size_t count = fill(&cx, "good", good, examples);
	count += fill(&cx, "bad", bad, examples + count);
	count += fill(&cx, "neutral", plain, examples + count);
	for (size_t labels = 2; labels <= 3; labels++) {
		struct training training = {.task = S("labels"), .examples = examples, .dev = examples, .count = labels * 36, .dev_count = labels * 36, .most = 300, .languages = S("en fr")};
		struct trained trained;
		struct buf *out = buf_in_arena(arena);
		assert_ok(&cx, train_classifier(&cx, &training, out, &trained));
		assert_true(trained.features <= 300 && out->len < 300 * 8 + 2000);
		struct judge j = judge_of(&cx, buf_keep(out, arena));
		assert_true(classifier_features(j.c) <= 300 && classifier_features(j.c) > 100);
		assert_str(ask(&j, "a LOVELY day"), "good");
		assert_str(ask(&j, "a horrible day"), "bad");
		assert_true(classifier_knows(j.c, S("fr")) && classifier_knows(j.c, S("en")) && !classifier_knows(j.c, S("e")) && !classifier_knows(j.c, S("")));
		for (size_t label = 0; label < labels; label++)
			assert_true(classifier_trust(j.c, label) >= 0 && classifier_trust(j.c, label) < 1);
	}
	struct judge any = judge_of(&cx, train(&cx, "labels", examples, count, (struct str){}));
	assert_true(classifier_knows(any.c, S("")) && classifier_trust(any.c, 0) == 0);
}

/* Models of another version say so, and are not read. */
static void test_versions(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[] = {{S("yes"), S("of course")}, {S("no"), S("never")}};
	struct training training = {.task = S("intent"), .examples = examples, .count = COUNT(examples), .most = 40};
	struct trained trained;
	struct buf *out = buf_in_arena(arena);
	struct classifier *c;
	assert_ok(&cx, train_classifier(&cx, &training, out, &trained));
	assert_ok(&cx, classifier_open(&cx, buf_str(out), &c));
	out->at[7] = 's'; /* how small models were written before they were squeezed */
	assert_err(classifier_open(&cx, buf_str(out), &c), ERR_UNSUPPORTED);
	assert_non_null(strstr(cx.story, "another version"));
}

/* A label's own name is an example of it, where there are few: but not that of what fits none. */
static void test_names(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[60];
	for (size_t i = 0; i < 20; i++) {
		examples[3 * i] = (struct example){S("cancel_booking"), arena_printf(arena, "forget about number %zu", 1000 + i)};
		examples[3 * i + 1] = (struct example){S("WeatherReport"), arena_printf(arena, "will it rain in town %zu", 1000 + i)};
		examples[3 * i + 2] = (struct example){S("strangePurple"), arena_printf(arena, "la di da %zu", 1000 + i)};
	}
	struct judge j = judge_of(&cx, train(&cx, "intent", examples, COUNT(examples), S("strangePurple")));
	assert_str(ask(&j, "cancel my booking"), "cancel_booking");
	ask(&j, "weather report"); /* WeatherReport, or else what fits none: no other */
	assert_true(j.v.p[0] > j.v.p[1]);
	ask(&j, "cancel");
	float sum = j.v.sums[1];
	j = judge_of(&cx, train(&cx, "labels", examples, COUNT(examples), S("strangePurple")));
	ask(&j, "cancel");
	assert_true(j.v.sums[1] < sum); /* other sets of labels are left as they are */
}

/* Cut off anywhere or changed anywhere, a model is refused, or answers with one of its labels. */
static void damage(size_t most)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(arena_freep) struct arena *turn = arena_new();
	struct cx cx = cx_new(arena);
	struct example examples[] = {{S("yes"), S("of course")}, {S("no"), S("never")}, {S("yes"), S("please do")}, {S("no"), S("do not")}};
	struct training training = {.task = S("intent"), .examples = examples, .count = COUNT(examples), .most = most, .languages = S("en")};
	struct trained trained;
	struct buf *out = buf_in_arena(arena);
	assert_ok(&cx, train_classifier(&cx, &training, out, &trained));
	struct str whole = buf_keep(out, arena);
	struct reading *r = reading_new(arena);
	struct features *f = features_new(arena);
	struct verdict v;
	reading_of(r, S("never, please"));
	features_of(f, r);
	for (size_t i = 0; i < 2 * whole.len; i++) {
		struct cx task = cx_new(turn);
		struct classifier *c;
		char *bytes = (char *)arena_cstr(turn, whole);
		struct str damaged = {bytes, i < whole.len ? i : whole.len};
		if (i >= whole.len)
			bytes[i - whole.len] = (char)(bytes[i - whole.len] + 1 + (int)(i % 200));
		if (classifier_open(&task, damaged, &c) == OK) {
			assert_true(i >= whole.len);
			classifier_judge(c, f, &v);
			assert_true(v.label < classifier_labels(c) && isfinite(v.p[v.label]));
		}
		arena_reset(turn);
	}
}

static void test_damaged(void **state)
{
	damage(0);
	damage(40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_two),     cmocka_unit_test(test_one_of),  cmocka_unit_test(test_many),
					   cmocka_unit_test(test_outside), cmocka_unit_test(test_refused), cmocka_unit_test(test_small), cmocka_unit_test(test_versions),
					   cmocka_unit_test(test_damaged), cmocka_unit_test(test_names)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
