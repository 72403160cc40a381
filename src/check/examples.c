/* examples.c: a sentence for each check, and its remedy, in each language of the desk: share/checks/examples.tsv, built in as it is. Ours, so a broken line
 * is a broken promise. */
#include "check/check.h"

extern const char checks_examples[];
extern const size_t checks_examples_len;

bool check_example(const struct check_kind *kind, const char *lang, struct check_example *ret_example)
{
	struct str rest = {checks_examples, checks_examples_len};
	while (rest.at && rest.len) {
		struct str line = str_line(&rest);
		if (str_starts(line, S("# ")))
			continue;
		struct str word = str_cut(&line, '\t'), of = str_cut(&line, '\t');
		if (!str_eq(word, str_of(kind->word)) || !str_eq(of, str_of(lang)))
			continue;
		ret_example->sentence = str_cut(&line, '\t');
		ret_example->remedy = line;
		return true;
	}
	return false;
}
