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
	assert_true(models_find("lore", &known) && known.len < 2500000); /* bench/lore FOLDER */
	assert_ok(&cx, lore_open(&cx, known, &lore));
	assert_true(models_find("lore-intents", &known) && known.len < 3200000);
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
	{"Merci beaucoup, c'est magnifique", "fr", ANALYSER_IRONY, ""},
	{"बहुत बढ़िया, मुझे यह पसंद है", "hi", ANALYSER_SENTIMENT, ""}, /* nothing that it learnt tells Hindi from chance */
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

static const char *const harmless[] = {
	"Le beurre est bien meilleur à température ambiante.",
	"Je prends une crêpe au beurre et au sucre, merci.",
	"Bonjour, avez-vous du beurre sans lactose ?",
	"Nous avons goûté un gâteau à la fleur d'oranger délicieux.",
	"Ma voisine marocaine m'apprend à faire le couscous.",
	"Le député a répondu à notre courrier ce matin.",
	"Quel délice, cette mousse au chocolat noir !",
	"La salle des fêtes est réservée jusqu'à minuit.",
	"Les chiens sont-ils acceptés dans votre camping ?",
	"Mon vieux vélo roule encore très bien.",
	"La chatte de mes parents ronronne près du feu.",
	"Deux femmes ont remporté le prix de la meilleure boulangère.",
	"Je ne suis pas d'accord avec cet article, mais merci de l'avoir publié.",
	"Mon colis a trois jours de retard, pouvez-vous vérifier ?",
	"La soupe était froide et un peu trop salée.",
	"Les élèves visiteront une mosquée et une synagogue jeudi.",
	"Attention, la route est glissante après le pont.",
	"The butter in this shop is really good.",
	"My grandmother bakes black bread every Friday.",
	"The rooster wakes the whole village at five.",
	"Are dogs allowed on the terrace?",
	"The soup was cold and the waiter forgot our drinks.",
	"Two women run the best bakery in town.",
	"My parcel is three days late, can you check?",
	"We visited a mosque and a synagogue with the school.",
	"I disagree with this article, but thank you for publishing it.",
	"The chicken breast was a bit dry.",
	"Our neighbours from Mexico cooked for the street party.",
	"He shot three goals and killed the match in ten minutes.",
	"My old cat sleeps on the radiator.",
};

static const char *const harmful[] = {
	"Tu n'es qu'un idiot, tout le monde le sait.",
	"Vous êtes une bande d'imbéciles.",
	"Quel crétin celui qui a écrit ça.",
	"Espèce d'abruti, apprends à conduire.",
	"Ta gueule, gros nul.",
	"Ferme ta gueule, pauvre débile.",
	"Dégage, sale menteuse.",
	"Ce type est un connard.",
	"Va te faire foutre.",
	"Tu es une ordure, tu me dégoûtes.",
	"Bande de cons, rendez l'argent.",
	"Espèce de grosse vache stupide.",
	"Espèce de sale con, tu vas le payer.",
	"Pauvre conne, retourne à l'école.",
	"Ces gens sont des parasites, dehors.",
	"You are a complete idiot.",
	"Shut up, you stupid liar.",
	"What a bunch of morons you are.",
	"You are a disgusting pig, get lost.",
	"Your staff are stupid bitches.",
	"This guy is a total asshole.",
	"Go to hell, you ugly cow.",
	"Nobody likes you, you pathetic loser.",
	"Shut the fuck up, moron.",
	"You dumb piece of trash.",
	"She is an ugly whore.",
	"I hate you, you filthy bastard.",
	"These people are vermin, kick them all out.",
	"What a dumb bitch.",
	"You are all retarded clowns.",
};

/* Is it said to be offensive, hateful or toxic, so surely that a person is shown it? */
static bool is_marked(const struct analyser *a, struct analyser_scratch *s, const char *text)
{
	static const enum analyser_task harms[] = {ANALYSER_OFFENSIVE, ANALYSER_HATE, ANALYSER_TOXICITY};
	struct analysis found;
	bool marked = false;
	analyser_of(a, s, str_of(text), (struct str){}, &found);
	for (size_t i = 0; i < COUNT(harms); i++)
		marked |= found.of[harms[i]].sure && !analyser_label_is_plain(harms[i], found.of[harms[i]].label);
	return marked;
}

/* Who writes of butter is left alone; who is insulted is seen. None of these sentences has taught anything. */
static void test_harm(void **state)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct analyser *a;
	struct analyser_scratch *s = analyser_scratch_new(arena);
	size_t seen = 0;
	assert_ok(&cx, models_open(&cx, &a));
	for (size_t i = 0; i < COUNT(harmless); i++)
		if (is_marked(a, s, harmless[i]))
			fail_msg("“%s” is marked", harmless[i]);
	for (size_t i = 0; i < COUNT(harmful); i++)
		seen += is_marked(a, s, harmful[i]);
	assert_true(seen * 10 >= COUNT(harmful) * 9); /* nine in ten at least */
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_open), cmocka_unit_test(test_said), cmocka_unit_test(test_harm)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
