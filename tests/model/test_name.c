#include "test.h"

#include "model/name.h"

static void test_first(void **state)
{
	static const struct {
		const char *name, *first;
	} cases[] = {
		{"Nadia Ferhat", "Nadia"}, {" Jean-Paul  Roux ", "Jean-Paul"}, {"Élodie Garnier", "Élodie"}, {"Émile", "Émile"}, {"lea.mange.lyon", "lea.mange.lyon"},
		{"Sœur Marie-Ange", "Sœur Marie-Ange"}, {"Señora Patricia Íñiguez", "Señora Patricia Íñiguez"}, {"Dr. Karim Benali", "Dr. Karim Benali"},
		{"M. Perret", "M. Perret"}, {"MME PERRET", "MME PERRET"}, {"Le Progrès", "Le Progrès"}, {"The Corner Bakery", "The Corner Bakery"},
		{"Association des habitants de la Guillotière", "Association des habitants de la Guillotière"}, {"Maxime Le Goff", "Maxime"}, {"Léa", "Léa"},
		{"محمد عبد الرحمن", "محمد"}, {"Wei Ling Tan", "Wei"}, {"田中太郎", "田中太郎"}, {"😀😀😀", ""}, {"😀 Nadia", "😀 Nadia"}, {"", ""}, {"  ", ""}, {"123", ""},
		{"\xff\xfe", ""},
	};
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_str(name_first(str_of(cases[i].name)), cases[i].first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_first)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
