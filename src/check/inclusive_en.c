#include "check/inclusive.h"

static void look(struct check_run *run)
{
	inclusive_look(run, RULES_INCLUSIVE_EN, "en");
}

const struct check_kind check_inclusive_en = {
	.word = "inclusive-en",
	.title = N_("Inclusive language, English"),
	.about = N_("English words that leave people out or put them down, with others to say"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
