/* Where the history of a mail begins: as the common programs write it, in English and French; and what must not be folded. */
#include "test.h"

#include "model/quote.h"

#include <stdio.h>
#include <string.h>

static const char *const folded[][2] = {
	{"Thanks!\n\n", "On Sat, Nov 21, 2026 at 10:00 AM Jane Doe <jane@example.org> wrote:\n> Hello\n> there\n"},
	{"Thanks!\n\n", "On Sat, Nov 21, 2026 at 10:00 AM Jane Doe\n<jane@example.org> wrote:\n\n> Hello\n"},
	{"Merci !\n\n", "Le sam. 21 nov. 2026 à 10:00, Jane <jane@example.org> a écrit :\n> Bonjour"},
	{"Merci !\n\n", "Le sam. 21 nov. 2026 à 10:00, Jane <jane@example.org> a écrit\u00A0:\n\nBonjour, ceci n'est pas marqué."},
	{"Merci !\n\n", "Le 21/11/2026 à 10:00, Jane a écrit :\n> Bonjour\n>> Avant\n\n-- \nJane"},
	{"Bien reçu.\n\n", "De : Jane <jane@example.org>\nEnvoyé : samedi 21 novembre 2026 10:00\nÀ : desk@example.org\nObjet : Horaires\n\nBonjour"},
	{"Noted.\n\n", "From: Jane <jane@example.org>\nSent: Saturday, November 21, 2026\nTo: desk\nSubject: Hours\n\nHello"},
	{"Noted.\n", "________________________________\nFrom: Jane <jane@example.org>\nSent: Saturday\n\nHello"},
	{"Noted.\n", "-----Original Message-----\nFrom: Jane\nHello"},
	{"D'accord.\n", "-----Message d'origine-----\nDe : Jane"},
	{"Oui.\n\n", "Envoyé de mon iPhone\n\nLe 21 nov. 2026 à 10:00, Jane <jane@example.org> a écrit :\n\nBonjour"},
	{"Yes.\n\n", "Sent from my iPhone"},
	{"Yes.\n", "-- \nJane Doe\nBaker"},
	{"Yes.\n\n", "> Hello\n> there"},
	{"> Hello\nMy answer between.\n", "> more"},
};

static const char *const whole[] = {
	"", "Hello", "> only a quotation", "On Monday we are closed.\nOn Tuesday he wrote: hello", "> Hello\nMy answer.\n> More\nAnother answer.",
	"On Sat, Jane wrote:\n> Hello\nMy answer below.", "---------- Forwarded message ---------\nFrom: Jane <jane@example.org>\nLook at this",
	"Le prix est de 12 euros :\nvoilà", "From: the bakery\nwith love", "a -- b\nc",
};

static void test_folded(void **state)
{
	for (size_t i = 0; i < COUNT(folded); i++) {
		char text[2000];
		int len = snprintf(text, sizeof text, "%s%s", folded[i][0], folded[i][1]);
		size_t at = quote_begins((struct str){text, (size_t)len});
		if (at != strlen(folded[i][0]))
			fail_msg("“%s” begins at %zu, not at %zu", text, at, strlen(folded[i][0]));
	}
}

static void test_whole(void **state)
{
	for (size_t i = 0; i < COUNT(whole); i++)
		if (quote_begins(str_of(whole[i])) != strlen(whole[i]))
			fail_msg("“%s” is folded at %zu", whole[i], quote_begins(str_of(whole[i])));
}

/* Made to be read again and again. */
static void test_long(void **state)
{
	static char text[100000];
	for (size_t i = 0; i + 20 < sizeof text; i += 20)
		memcpy(text + i, "On x a wrote:\n> abc\n", 20);
	text[sizeof text - 2] = 'x';
	assert_int_equal(quote_begins((struct str){text, sizeof text - 1}), sizeof text - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_folded), cmocka_unit_test(test_whole), cmocka_unit_test(test_long)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
