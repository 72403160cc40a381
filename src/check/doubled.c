/* doubled.c: a small word that stands twice, as a hand that corrects a sentence leaves it: "the the". Words that may be said twice
 * are none. */
#include "check/run.h"

static const char *const french[] = {"le", "la", "les", "de", "du", "des", "un", "une", "et", "à", "au", "aux", "en", "dans",
	"pour", "par", "sur", "avec", "que", "qui", "ne", "ce", "cette",
	"ces", "est", "son", "sa", "ses", "notre", "votre", "nos", "vos", "leur", "leurs", "mais", "ou", "se", "sont", "ont"};
static const char *const english[] = {"the", "a", "an", "of", "to", "and", "in", "for", "on", "with", "is", "are", "at", "this",
	"by", "or", "from", "our", "your", "their", "we", "be", "was", "were",
	"it", "as", "if", "but"};

static void look(struct check_run *run)
{
	struct cx *cx = run->cx;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		bool fr = check_speaks(r, "fr"), en = check_speaks(r, "en");
		for (size_t i = 1; i < r->count; i++) {
			const struct piece *p = &r->pieces[i], *before = p - 1;
			if (p->kind != PIECE_WORD || before->kind != PIECE_WORD || p->sentence != before->sentence ||
				!(p->flags & PIECE_SPACED) || !str_eq(p->lower, before->lower))
				continue;
			if (!(fr && str_in(p->lower, french, COUNT(french))) && !(en && str_in(p->lower, english, COUNT(english))))
				continue;
			struct finding *f = check_tell(run, r, before->from, p->to, p->lower);
			f->reason = arena_printf(cx->arena, _("“%.*s” stands there twice."), STR_ARG(p->lower));
			f->remedy = str_of(_("Take one of them out."));
			check_replace(f, str_span(r->text.at + before->from, r->text.at + before->to));
		}
	}
}

const struct check_kind check_doubled = {
	.word = "doubled",
	.title = N_("Word written twice"),
	.about = N_("A small word that stands twice in a row"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
