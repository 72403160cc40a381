/* What is known beforehand: learnt from one set, of use for another; given back to plain weights; not trusted where it saw the very texts. */
#include "test.h"

#include "text/lore.h"
#include "text/train.h"

#include <math.h>
#include <string.h>

#define TEXTS 240

static const char *const good[] = {"superb", "charming", "delicious", "splendid", "gorgeous", "lovely", "brilliant", "wonderful"};
static const char *const bad[] = {"dreadful", "rotten", "hideous", "awful", "dismal", "nasty", "horrid", "ghastly"};
static const char *const things[] = {"soup", "train", "garden", "concert", "hotel", "window", "teacher", "river", "market", "keyboard"};

/* Sentences with one of `of` words that tell, from the `from`th on. */
static void tell(struct cx *cx, struct example *examples, size_t count, size_t from, size_t of, u32 seed)
{
	for (size_t i = 0; i < count; i++) {
		seed = seed * 1664525u + 1013904223u;
		const char *word = (i % 2 ? good : bad)[from + (seed >> 8) % of], *thing = things[(seed >> 16) % COUNT(things)];
		examples[i].label = i % 2 ? S("good") : S("bad");
		examples[i].text = arena_printf(cx->arena, "the %s %s number %u was %s", thing, things[(seed >> 20) % COUNT(things)], seed >> 24, word);
	}
}

static struct lore *learn(struct cx *cx, const struct example *examples, size_t count, struct buf *out)
{
	struct buf *model = buf_in_arena(cx->arena);
	struct trained trained;
	struct training training = {.task = S("labels"), .examples = examples, .count = count};
	struct lore *lore;
	assert_ok(cx, train_classifier(cx, &training, model, &trained));
	struct lore_source sources[2] = {{S("things"), trained.weights, trained.weight_count, trained.scales, trained.spreads, trained.heads, examples, count}};
	assert_ok(cx, lore_words(cx, S("english"), S("# words\n= ly\n+ fine grand*\n- bleak poor*\n"), &sources[1]));
	assert_ok(cx, lore_write(cx, sources, 2, out));
	assert_ok(cx, lore_open(cx, buf_str(out), &lore));
	return lore;
}

static double asked(struct cx *cx, const struct example *learnt, size_t count, const struct lore *lore, const struct example *asked, size_t asked_count)
{
	struct buf *model = buf_in_arena(cx->arena);
	struct trained trained;
	struct training training = {.task = S("labels"), .examples = learnt, .count = count, .lore = lore};
	struct classifier *classifier;
	struct reading *reading = reading_new(cx->arena);
	struct features *features = features_new(cx->arena);
	struct verdict *verdict = arena_new_of(cx->arena, struct verdict);
	size_t right = 0;
	assert_ok(cx, train_classifier(cx, &training, model, &trained));
	assert_ok(cx, classifier_open(cx, buf_str(model), &classifier));
	for (size_t i = 0; i < asked_count; i++) {
		reading_of(reading, asked[i].text);
		features_of(features, reading);
		classifier_judge(classifier, features, verdict);
		right += str_eq(classifier_label(classifier, verdict->label), asked[i].label);
	}
	return (double)right / (double)asked_count;
}

static void test_knows_words_it_was_not_taught(void **state)
{
	struct arena *arena = arena_new();
	struct cx cx = {.arena = arena};
	struct example known[TEXTS], few[40], later[TEXTS];
	tell(&cx, known, TEXTS, 0, 8, 1);
	tell(&cx, few, 40, 0, 3, 2);
	tell(&cx, later, TEXTS, 3, 5, 3); /* none of the words that the few have */
	struct lore *lore = learn(&cx, known, TEXTS, buf_in_arena(arena));
	double alone = asked(&cx, few, 40, NULL, later, TEXTS), with = asked(&cx, few, 40, lore, later, TEXTS);
	assert_true(alone < 0.65);
	assert_true(with > alone + 0.15);
	arena_free(arena);
}

static void test_recognises_its_own_texts(void **state)
{
	struct arena *arena = arena_new();
	struct cx cx = {.arena = arena};
	struct example known[TEXTS], others[TEXTS];
	size_t from, to, seen = 0;
	tell(&cx, known, TEXTS, 0, 8, 1);
	tell(&cx, others, TEXTS, 0, 8, 9);
	struct lore *lore = learn(&cx, known, TEXTS, buf_in_arena(arena));
	assert_int_equal(lore_sources(lore), 2);
	assert_true(str_eq(lore_source(lore, 0, &from, &to), S("things")));
	for (size_t i = 0; i < TEXTS; i++) {
		assert_true(lore_saw(lore, 0, known[i].text));
		assert_false(lore_saw(lore, 1, known[i].text)); /* a list has seen nothing */
		seen += lore_saw(lore, 0, others[i].text);
	}
	assert_true(seen < TEXTS / 10);
	/* For its own texts nothing but the list is left, and that has nothing to say about them. */
	struct buf *model = buf_in_arena(arena);
	struct trained trained;
	struct training training = {.task = S("labels"), .examples = known, .count = TEXTS, .lore = lore};
	assert_ok(&cx, train_classifier(&cx, &training, model, &trained));
	assert_int_equal(trained.columns, 0);
	training.examples = others;
	assert_ok(&cx, train_classifier(&cx, &training, model, &trained));
	assert_int_equal(trained.columns, 1);
	arena_free(arena);
}

static float sum_of(struct cx *cx, const struct lore *lore, const char *text, size_t column)
{
	float sums[LORE_COLUMNS_MAX];
	struct reading *reading = reading_new(cx->arena);
	struct features *features = features_new(cx->arena);
	reading_of(reading, str_of(text));
	features_of(features, reading);
	lore_sums(lore, features, sums);
	return sums[column];
}

static void test_reads_lists_of_words(void **state)
{
	struct arena *arena = arena_new();
	struct cx cx = {.arena = arena};
	struct lore_source source;
	struct lore *lore;
	struct buf *out = buf_in_arena(arena);
	assert_ok(&cx, lore_words(&cx, S("english"), S("# words\n= ly\n+ fine grand*\n- bleak poor*\n"), &source));
	assert_ok(&cx, lore_write(&cx, &source, 1, out));
	assert_ok(&cx, lore_open(&cx, buf_str(out), &lore));
	assert_true(sum_of(&cx, lore, "a FINE day", 0) > 0);
	assert_true(sum_of(&cx, lore, "a fine day", 1) == 0);
	assert_true(sum_of(&cx, lore, "poorly", 1) > 0);     /* a common ending */
	assert_true(sum_of(&cx, lore, "grandeur", 0) == 0);  /* an ending that no line gives */
	assert_true(sum_of(&cx, lore, "finely", 0) == 0);    /* no star */
	assert_true(sum_of(&cx, lore, "not fine", 0) < 0);
	assert_true(sum_of(&cx, lore, "not bleak", 1) < 0);
	assert_err(lore_words(&cx, S("english"), S("fine\n"), &source), ERR_BAD_INPUT);
	arena_free(arena);
}

/* Two words of one kind stand nearer to each other than to one of another kind, though no text has them both, and no label was looked at. */
static void test_knows_words_by_their_company(void **state)
{
	static const char *const fruits[] = {"apple", "pear", "plum"}, *const boats[] = {"canoe", "ferry", "kayak"};
	static const char *const eaten[] = {"peel", "ripe", "sweet", "juicy"}, *const sailed[] = {"row", "harbour", "paddle", "river"};
	struct arena *arena = arena_new();
	struct cx cx = {.arena = arena};
	struct example *heard = arena_array(arena, struct example, 600);
	u32 seed = 3;
	for (size_t i = 0; i < 600; i++) {
		seed = seed * 1664525u + 1013904223u;
		const char *const *what = i % 2 ? fruits : boats, *const *around = i % 2 ? eaten : sailed;
		heard[i].text = arena_printf(arena, "%s the %s %s", around[seed >> 8 & 3], what[(seed >> 12) % 3], around[seed >> 20 & 3]);
		heard[i].label = S("-");
	}
	struct lore_source source;
	struct lore *lore;
	struct buf *out = buf_in_arena(arena);
	assert_err(lore_company(&cx, S("company"), heard, 600, 40, &source), ERR_BAD_INPUT); /* fifteen words for forty directions */
	assert_err(lore_company(&cx, S("company"), heard, 600, 0, &source), ERR_BAD_INPUT);
	assert_err(lore_company(&cx, S("company"), NULL, 0, 2, &source), ERR_BAD_INPUT);
	for (size_t i = 0; i < 30; i++) /* words enough */
		for (size_t n = 0; n < 25; n++)
			heard[i * 20 % 600].text = arena_printf(arena, "%.*s\nfiller%zu", STR_ARG(heard[i * 20 % 600].text), i);
	assert_ok(&cx, lore_company(&cx, S("company"), heard, 600, 2, &source));
	assert_int_equal(source.head_count, 2);
	assert_ok(&cx, lore_write(&cx, &source, 1, out));
	assert_ok(&cx, lore_open(&cx, buf_str(out), &lore));
	double alike = 0, apart = 0;
	for (size_t k = 0; k < 2; k++) {
		double apple = (double)sum_of(&cx, lore, "apple", k), pear = (double)sum_of(&cx, lore, "pear", k), ferry = (double)sum_of(&cx, lore, "ferry", k);
		alike += (apple - pear) * (apple - pear);
		apart += (apple - ferry) * (apple - ferry);
	}
	assert_true(alike < apart / 4);
	arena_free(arena);
}

/* Any byte another, any length: refused, or lore that reads nothing outside (the sanitizers see to it). */
static void test_takes_any_bytes(void **state)
{
	struct arena *arena = arena_new();
	struct cx cx = {.arena = arena};
	struct example known[60];
	struct buf *out = buf_in_arena(arena);
	tell(&cx, known, 60, 0, 8, 1);
	learn(&cx, known, 60, out);
	u32 seed = 7;
	for (int round = 0; round < 300; round++) {
		CLEANUP(arena_freep) struct arena *scratch = arena_new();
		struct cx inner = {.arena = scratch};
		struct lore *lore;
		seed = seed * 1664525u + 1013904223u;
		size_t len = round % 3 ? out->len : (seed >> 4) % out->len;
		char *bytes = arena_alloc(scratch, len + 1);
		memcpy(bytes, out->at, len);
		for (int i = 0; i < 3 && len; i++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[(seed >> 8) % (round % 2 ? 200 < len ? 200 : len : len)] = (char)(seed >> 3);
		}
		if (lore_open(&inner, (struct str){bytes, len}, &lore) != OK)
			continue;
		(void)sum_of(&inner, lore, "the superb soup was dreadful", 0);
		size_t from, to;
		for (size_t i = 0; i < lore_sources(lore); i++) {
			lore_source(lore, i, &from, &to);
			assert_true(from <= to && to <= lore_columns(lore));
			(void)lore_saw(lore, i, S("anything"));
		}
	}
	arena_free(arena);
}

/* Runs of neighbours (an event after the other) are held out together: what tells only within an event is not believed. */
static void test_holds_out_runs(void **state)
{
	struct arena *arena = arena_new();
	struct cx cx = {.arena = arena};
	enum { EVENTS = 10, EACH = 160 };
	static struct example examples[EVENTS * EACH];
	struct buf *model = buf_in_arena(arena);
	struct trained trained;
	u32 seed = 5;
	for (size_t i = 0; i < COUNT(examples); i++) {
		bool on = i % 2;
		seed = seed * 1664525u + 1013904223u;
		examples[i].label = on ? S("on") : S("off");
		/* A name of its own tells each event's texts surely; what all events share tells less often. */
		char name[8];
		u32 letters = (u32)(i / EACH * 2 + on + 1) * 2654435761u;
		for (int n = 0; n < 5; n++)
			name[n] = (char)('a' + (letters >> 5 * n & 31) % 26);
		name[5] = 0;
		examples[i].text = arena_printf(arena, "%s %s %s", (seed >> 8) % 10 < 6 ? on ? "help" : "party" : "so", name, things[(seed >> 16) % COUNT(things)]);
	}
	struct training training = {.task = S("labels"), .examples = examples, .count = COUNT(examples)};
	assert_ok(&cx, train_classifier(&cx, &training, model, &trained));
	double in_runs = trained.measure;
	for (size_t i = COUNT(examples); i-- > 1;) { /* the same ones in no order */
		seed = seed * 1664525u + 1013904223u;
		size_t other = (seed >> 8) % (i + 1);
		struct example kept = examples[i];
		examples[i] = examples[other];
		examples[other] = kept;
	}
	assert_ok(&cx, train_classifier(&cx, &training, model, &trained));
	assert_true(trained.measure > 0.99);
	assert_true(in_runs < trained.measure);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knows_words_it_was_not_taught),
		cmocka_unit_test(test_recognises_its_own_texts),
		cmocka_unit_test(test_reads_lists_of_words),
		cmocka_unit_test(test_knows_words_by_their_company), cmocka_unit_test(test_takes_any_bytes),
		cmocka_unit_test(test_holds_out_runs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
