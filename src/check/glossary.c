/* glossary.c: words that the house does not say: entries of its glossary that are marked so, with what it says instead. */
#include "check/run.h"

#define WORDS_MAX 8u

static bool stands_at(const struct check_reading *r, size_t at, const struct check_reading *words)
{
	if (!words->count || words->count > WORDS_MAX || at + words->count > r->count)
		return false;
	for (size_t i = 0; i < words->count; i++)
		if (!str_eq(r->pieces[at + i].lower, words->pieces[i].lower))
			return false;
	return true;
}

static void look_for(struct check_run *run, const struct check_glossary_entry *entry, struct str phrase)
{
	struct cx *cx = run->cx;
	struct check_reading words = {.lang = run->post->lang, .text = str_trim(phrase)};
	check_read(cx->arena, &words);
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		for (size_t i = 0; i < r->count; i++) {
			if (!stands_at(r, i, &words))
				continue;
			struct finding *f = check_tell(run, r, r->pieces[i].from, r->pieces[i + words.count - 1].to,
				words.pieces[0].lower);
			f->reason = entry->why.len ? arena_printf(cx->arena, _("The house does not say “%.*s”: %.*s"),
				STR_ARG(f->excerpt), STR_ARG(entry->why)) :
						     arena_printf(cx->arena, _("The house does not say “%.*s”."),
							STR_ARG(f->excerpt));
			if (entry->instead.len) {
				f->remedy = arena_printf(cx->arena, _("Say “%.*s” instead."), STR_ARG(entry->instead));
				check_replace(f, entry->instead);
			} else {
				f->remedy = str_of(_("Say it another way; the glossary tells more."));
			}
			i += words.count - 1;
		}
	}
}

static void look(struct check_run *run)
{
	for (size_t i = 0; i < run->post->glossary_count && i < CHECK_WORDS; i++) {
		const struct check_glossary_entry *entry = &run->post->glossary[i];
		if (!entry->never)
			continue;
		look_for(run, entry, entry->word);
		for (struct str rest = entry->variants; rest.at && rest.len;)
			look_for(run, entry, str_cut(&rest, ','));
	}
}

const struct check_kind check_glossary = {
	.word = "glossary",
	.title = N_("Words the house does not say"),
	.about = N_("Entries of the glossary that are marked so, with what to say instead"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
