/* emoji.c: emoji as a screen reader says them: each with its name ("face with tears of joy"), repeated ones again and again, those
 * in the place of a word in the middle of the sentence, those in front of each line before every line. */
#include "check/run.h"

#define MANY 6u      /* in a text */
#define WORDS_EACH 6u /* words to one emoji, where there are many */
#define SAME 3u      /* in a row */
#define LINES 3u     /* that begin with one */

static void tell_rows(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	for (size_t i = 0; i < r->count;) {
		size_t end = i + 1;
		while (end < r->count && r->pieces[i].kind == PIECE_EMOJI && r->pieces[end].kind == PIECE_EMOJI &&
			str_eq(r->pieces[end].lower, r->pieces[i].lower))
			end++;
		if (end - i >= SAME) {
			struct finding *f = check_tell(run, r, r->pieces[i].from, r->pieces[end - 1].to, r->pieces[i].lower);
			f->reason = arena_printf(cx->arena, _("The same emoji %zu times: a screen reader says its name %zu times."),
				end - i, end - i);
			f->remedy = str_of(_("Once is enough."));
			check_replace(f, str_span(r->text.at + r->pieces[i].from, r->text.at + r->pieces[i].to));
		}
		i = end;
	}
}

/* "Prenez un ☕ avec nous": behind an article or the like, a word is missing for those who do not see it. */
static void tell_words(struct check_run *run, const struct check_reading *r)
{
	static const char *const french[] = {"un", "une", "le", "la", "les", "l'", "du", "des", "d'", "de", "au", "mon", "ma",
		"mes", "votre", "vos", "notre", "nos", "ce", "cette", "ces"};
	static const char *const english[] = {"a", "an", "the", "of", "your", "our", "my", "some", "this", "these", "that"};
	struct cx *cx = run->cx;
	bool fr = check_speaks(r, "fr"), en = check_speaks(r, "en");
	for (size_t i = 1; i < r->count; i++) {
		const struct piece *p = &r->pieces[i], *before = p - 1;
		if (p->kind != PIECE_EMOJI || before->kind != PIECE_WORD || p->flags & PIECE_LINE)
			continue;
		/* "le 🎂 gâteau": the word comes after all; a picture between is no harm but a pause */
		if (i + 1 < r->count && p[1].kind == PIECE_WORD && !(p[1].flags & PIECE_LINE)) {
			static const char *const go_on[] = {"de", "du", "des", "et", "avec", "pour", "à", "au", "en", "dans", "sur",
				"qui", "que", "ou", "chez", "with", "and", "for", "to", "in", "on", "at", "of", "or", "is", "est"};
			if (!str_in(p[1].lower, go_on, COUNT(go_on)))
				continue;
		}
		if (!(fr && str_in(before->lower, french, COUNT(french))) &&
			!(en && str_in(before->lower, english, COUNT(english))))
			continue;
		struct finding *f = check_tell(run, r, before->from, p->to, p->lower);
		f->reason = arena_printf(cx->arena, _("“%.*s”: the emoji stands for a word. Read aloud, or where it is not shown, the sentence breaks."), STR_ARG(f->excerpt));
		f->remedy = str_of(_("Write the word, and put the emoji behind the sentence."));
	}
}

static void tell_load(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	size_t lines = 0;
	for (size_t i = 0; i < r->count; i++)
		lines += r->pieces[i].kind == PIECE_EMOJI && r->pieces[i].flags & PIECE_LINE;
	if (r->emoji > MANY && r->emoji * WORDS_EACH > r->words) {
		struct finding *f = check_tell_part(run, r->part, r->index, r->lang, S("many"));
		f->reason = arena_printf(cx->arena, _("%zu emoji to %zu words: a screen reader says the name of each."), r->emoji,
			r->words);
		f->remedy = arena_printf(cx->arena, _("Keep those that say something, behind the sentences: %u at the most."),
			MANY / 2);
	} else if (lines >= LINES) {
		struct finding *f = check_tell_part(run, r->part, r->index, r->lang, S("bullets"));
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("%zu lines begin with an emoji: its name is read out before each."), lines);
		f->remedy = str_of(_("Begin the lines with a dash or nothing, and keep emoji for their ends."));
	}
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		if (!r->emoji)
			continue;
		tell_rows(run, r);
		tell_words(run, r);
		tell_load(run, r);
	}
}

const struct check_kind check_emoji = {
	.word = "emoji",
	.title = N_("Emoji load"),
	.about = N_("Too many emoji, repeated ones, those in the place of words or of bullets"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
