#include "check/inclusive.h"

static void look(struct check_run *run)
{
	inclusive_look(run, RULES_INCLUSIVE_FR, "fr");
}

const struct check_kind check_inclusive_fr = {
	.word = "inclusive-fr",
	.title = N_("Inclusive language, French"),
	.about = N_("French words that leave people out or put them down, with others to say"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
