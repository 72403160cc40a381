#include "test.h"

#include "model/password.h"

static const struct str own[] = {{"nadia.ferhat", 12}, {"levain", 6}, {"Nadia", 5}, {"Ferhat", 6}, {"Al", 2}};

static void test_usual(void **state)
{
	static const char *const cases[] = {
		"", "password1234", "P4$$w0rd2024!", "Passw0rd!!!!", "motdepasse2024", "MotDePasse!123", "azertyuiop123", "qwertyuiop[]", "1234567890123", "098765432109",
		"aaaaaaaaaaaaaa", "abababababab", "abcdefghijklm", "zyxwvutsrqponm", "iloveyou2025", "Bonjour-2026!", "soleil soleil", "parvis-parvis", "Parvis2026!!",
		"admin admin admin", "changeme1234", "Nadia.Ferhat.1", "levain levain", "nadia12345678", "31122026311220", "qsdfghjklm12", "Camille1987!!", "!!!!!!!!!!!!",
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		if (!password_is_usual(str_of(cases[i]), own, COUNT(own)))
			fail_msg("not found usual: %s", cases[i]);
}

static void test_own(void **state)
{
	static const char *const cases[] = {
		"correct horse battery", "horse battery staple", "une longue phrase à moi", "four words of my own", "quite a long one", "a long enough sentence",
		"Xk9$2mQ8vB7zLr", "839204718263", "le pain de Nadia est tiède", "greatest hits of ours", "pain-au-levain-du-mardi", "密码是我自己的一句长话", "ключ под ковриком лежит",
		"mot de passe du grenier", "Tr0ub4dor&3 xyz",
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		if (password_is_usual(str_of(cases[i]), own, COUNT(own)))
			fail_msg("found usual: %s", cases[i]);
	char any[512];
	for (size_t i = 0; i < sizeof any; i++)
		any[i] = (char)i;
	assert_false(password_is_usual((struct str){any, sizeof any}, own, COUNT(own)));
	assert_true(password_is_usual((struct str){any, 0}, NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_usual), cmocka_unit_test(test_own)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
