#include "flow/charter_model.h"

#include "base/err.h"

static const struct charter_model_article critique = {
	"La critique est la bienvenue", "Criticism is welcome",
	"Dites ce qui ne va pas, même vivement : nos produits, nos choix, nos délais. Un avis négatif n’est jamais masqué pour ce qu’il dit de nous.",
	"Say what is wrong, sharply if need be: our products, our choices, our delays. A bad review is never hidden for what it says about us.",
	"Votre message a été masqué au titre de l’article « La critique est la bienvenue » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “Criticism is welcome” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article respect = {
	"Ni injure, ni menace", "No insults, no threats",
	"On parle de ce que font les gens, pas de ce qu’ils sont. Pas d’insulte, pas de moquerie répétée, pas de menace, envers qui que ce soit.",
	"Talk about what people do, not what they are. No insults, no repeated mockery, no threats, against anybody.",
	"Votre message a été masqué au titre de l’article « Ni injure, ni menace » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “No insults, no threats” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article haine = {
	"Pas de haine", "No hatred",
	"Rien contre une personne ou un groupe pour son origine, sa religion, son genre, son orientation, son âge ou un handicap.",
	"Nothing against a person or a group for their origin, religion, gender, orientation, age or disability.",
	"Votre message a été masqué au titre de l’article « Pas de haine » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “No hatred” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article prive = {
	"La vie privée de chacun", "Everybody’s privacy",
	"Pas de nom complet, de numéro, d’adresse ni de photo d’une personne sans son accord, nos équipes comprises.",
	"No full name, number, address or photo of anybody without their consent, our own people included.",
	"Votre message a été masqué au titre de l’article « La vie privée de chacun » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “Everybody’s privacy” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article pub = {
	"Ni publicité, ni piège", "No advertising, no traps",
	"Pas de démarchage, de messages répétés ni de lien trompeur.",
	"No canvassing, no repeated messages, no misleading links.",
	"Votre message a été masqué au titre de l’article « Ni publicité, ni piège » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “No advertising, no traps” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article sujet = {
	"Restons dans le sujet", "Stay on the subject",
	"Nous pouvons vous inviter à poursuivre ailleurs. Un message hors sujet n’est masqué que s’il empêche les autres de se parler.",
	"We may invite you to go on elsewhere. A message off the subject is hidden only when it keeps others from talking.",
	"Votre message a été masqué au titre de l’article « Restons dans le sujet » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “Stay on the subject” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article debat = {
	"Débattre, sans occuper toute la place", "Debate, and leave room",
	"Chacun parle en son nom et laisse les autres finir. Les désaccords sont normaux ; poster dix fois la même chose ne l’est pas.",
	"Everybody speaks for themselves and lets others finish. Disagreeing is normal; posting the same thing ten times is not.",
	"Votre message a été masqué au titre de l’article « Débattre, sans occuper toute la place » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “Debate, and leave room” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article faux = {
	"Ce qui est faux et nuit", "What is false and harms",
	"Une affirmation manifestement fausse qui met quelqu’un en danger ou en cause est masquée, avec la source qui la dément.",
	"A claim that is plainly false and endangers or accuses somebody is hidden, with the source that refutes it.",
	"Votre message a été masqué au titre de l’article « Ce qui est faux et nuit » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “What is false and harms” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article neutre = {
	"Ni campagne, ni propagande", "No campaigning",
	"Cet espace appartient à tous les usagers : pas de propagande électorale, religieuse ou commerciale.",
	"This place belongs to everybody we serve: no electoral, religious or commercial campaigning.",
	"Votre message a été masqué au titre de l’article « Ni campagne, ni propagande » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “No campaigning” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article dossier = {
	"Votre dossier reste entre nous", "Your file stays between us",
	"Ne donnez pas ici de numéro de dossier, de santé ou de sécurité sociale. Nous masquons le message et vous répondons en privé.",
	"Give no file, health or social security number here. We hide the message and answer you in private.",
	"Votre message a été masqué au titre de l’article « Votre dossier reste entre nous » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “Your file stays between us” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article loi = {
	"Ce que la loi interdit", "What the law forbids",
	"Ce qui est contraire à la loi est masqué, conservé sous scellé et, si la loi le demande, signalé aux autorités.",
	"What is against the law is hidden, kept under seal and, where the law asks for it, reported to the authorities.",
	"Votre message a été masqué au titre de l’article « Ce que la loi interdit » de notre charte. Il est conservé. Vous pouvez demander qu’une autre personne le relise en répondant à ce message.",
	"Your message was hidden under the article “What the law forbids” of our house rules. It is kept. You can ask for somebody else to read it again by answering this message.",
};
static const struct charter_model_article *const of_brand[] = {&critique, &respect, &haine, &prive, &pub, &sujet, NULL};
static const struct charter_model_article *const of_association[] = {&critique, &debat, &respect, &haine, &prive, &faux, &pub, NULL};
static const struct charter_model_article *const of_public[] = {&critique, &respect, &haine, &neutre, &dossier, &prive, &pub, &loi, NULL};

const struct charter_model charter_models[] = {
	{"brand", N_("A brand that listens"), N_("Criticism welcome; six articles"), "Bienvenue. Ici vous parlez avec nous et entre vous. Ces règles valent pour vous comme pour nous.",
	 "Welcome. Here you talk with us and with each other. These rules hold for you as for us.", of_brand},
	{"association", N_("An association"), N_("Debates with room for everybody; seven articles"), "Ici on débat de ce que nous faisons ensemble. Ces règles laissent la place à chacun.",
	 "Here we debate what we do together. These rules leave room for everybody.", of_association},
	{"public", N_("A public service"), N_("Neutral, with files kept private; eight articles"), "Cet espace est ouvert à tous les usagers. Il est tenu par des agents, aux heures d’ouverture.",
	 "This place is open to everybody we serve. It is kept by our staff, in opening hours.", of_public},
};
const size_t charter_model_count = COUNT(charter_models);

const struct charter_model *charter_model_of(struct str word)
{
	for (size_t i = 0; i < charter_model_count; i++)
		if (str_eq(word, str_of(charter_models[i].word)))
			return &charter_models[i];
	return NULL;
}
