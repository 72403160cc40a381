#include "test.h"

#include "flow/understand.h"
#include "main/models.h"
#include "text/analyser.h"
#include "text/classifier.h"
#include "text/lore.h"

#include <string.h>

/* A change of how texts are read (FEATURE_VERSION) wants the models made anew: bench/models FOLDER. */
static void test_open(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	size_t bytes = 0;
	struct str known;
	struct lore *lore;
	static const struct understanding nothing;
	struct meaning meaning = {};
	models_use();
	assert_true(understand_ready() && models_version());
	understand(&nothing, S("I love this shop, thank you so much"), S("en"), &meaning); /* opens them */
	assert_true(meaning.by == models_version() && meaning.of[MEANING_SENTIMENT].label);
	for (const struct model_file *f = model_files; f->name; f++)
		bytes += str_starts(str_of(f->name), S("lore")) ? 0 : model_bytes(f).len;
	assert_true(bytes > 1000000 && bytes < 12000000);
	assert_true(models_find("lore", &known) && known.len < 4000000); /* bench/lore FOLDER */
	assert_ok(&cx, lore_open(&cx, known, &lore));
	assert_true(models_find("lore-intents", &known) && known.len < 4000000);
	assert_ok(&cx, lore_open(&cx, known, &lore));
}

static const struct {
	const char *text, *lang;
	enum analyser_task task;
	const char *label;
} said[] = {
	{"I love this bakery, the bread is wonderful!", "en", ANALYSER_SENTIMENT, "positive"},
	{"This is the worst service ever, I hate it", "en", ANALYSER_SENTIMENT, "negative"},
	{"Merci beaucoup, c'est magnifique, bravo à toute l'équipe", "fr", ANALYSER_SENTIMENT, "positive"},
	{"Quelle honte, service nul, je suis très déçu", "fr", ANALYSER_SENTIMENT, "negative"},
	{"I am so angry, this makes me furious", "en", ANALYSER_EMOTION, "anger"},
	{"you are a stupid bitch, fuck off", "en", ANALYSER_OFFENSIVE, "offensive"},
	{"you are a stupid bitch, fuck off", "en", ANALYSER_TOXICITY, "toxic"},
	{"ferme ta gueule espèce de connard", "fr", ANALYSER_OFFENSIVE, "offensive"},
	{"Congratulations! You have won a £1000 cash prize, call 09061701461 now to claim", "en", ANALYSER_SPAM, "spam"},
	{"Gagnez 500 € depuis chez vous, inscription gratuite www.gagnez-vite.info", "fr", ANALYSER_SPAM, "spam"},
	{"See you at the bakery tomorrow morning", "en", ANALYSER_SPAM, "none"},
	{"URGENT my card was stolen, please block it immediately", "en", ANALYSER_URGENCY, "urgent"},
	{"Urgent : mon compte a été piraté, bloquez-le tout de suite", "fr", ANALYSER_URGENCY, "urgent"},
	{"what time do you open on sunday?", "en", ANALYSER_INTENT, "question"},
	{"À quelle heure ouvrez-vous dimanche ?", "fr", ANALYSER_INTENT, "question"},
	{"Je voudrais commander deux gâteaux pour samedi", "fr", ANALYSER_INTENT, "purchase"},
	{"My order never arrived and nobody answers my emails", "en", ANALYSER_INTENT, "complaint"},
	{"Tolle Arbeit, vielen Dank, ich liebe es", "de", ANALYSER_SENTIMENT, "positive"},
	{"Tolle Arbeit, vielen Dank, ich liebe es", "de", ANALYSER_IRONY, ""},
	{"Merci beaucoup, c'est magnifique", "fr", ANALYSER_EMOTION, ""},
};

static void test_said(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct analyser *a;
	struct analyser_scratch *s = analyser_scratch_new(arena);
	struct analysis found;
	assert_ok(&cx, models_open(&cx, &a));
	for (size_t i = 0; i < COUNT(said); i++) {
		analyser_of(a, s, str_of(said[i].text), str_of(said[i].lang), &found);
		struct str word = analyser_label_word(said[i].task, found.of[said[i].task].label);
		if (!str_eq(word, str_of(said[i].label)))
			fail_msg("“%s” is %.*s", said[i].text, STR_ARG(word));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_open), cmocka_unit_test(test_said)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
