/* reading.c: how hard the text is to read, and which sentences make it so. English: Flesch, A new readability yardstick, Journal of
 * Applied Psychology 32 (1948): 206.835 - 1.015 words a sentence - 84.6 syllables a word. French: Kandel and Moles, Application de
 * l'indice de Flesch à la langue française, Cahiers d'études de radio-télévision 19 (1958): 207 - 1.015 words a sentence - 73.6
 * syllables a word. Syllables are counted by groups of vowels, less what is silent at the end: right for most words, so the figure
 * is told in tens. Short posts say too little for it. */
#include "base/utf8.h"
#include "check/run.h"

#include <string.h>
#include <uchar.h>

#define WORDS 60u       /* of a text at least */
#define HARD 40.0
#define LONG_FRENCH 35u /* words of a sentence; French ones are longer */
#define LONG_ENGLISH 30u

static bool is_vowel(u32 c)
{
	static const char32_t vowels[] = U"aeiouyàâäéèêëîïôöùûüÿœæ";
	for (const char32_t *v = vowels; *v; v++)
		if (*v == c)
			return true;
	return false;
}

static size_t syllables(struct str word, bool french)
{
	u32 letters[64], count = 0, groups = 0;
	for (struct str rest = word; rest.len && count < COUNT(letters);)
		letters[count++] = utf8_next(&rest);
	for (u32 i = 0; i < count; i++)
		groups += is_vowel(letters[i]) && !(i && is_vowel(letters[i - 1]));
	if (count > 2 && groups > 1) { /* what is silent at the end */
		if (letters[count - 1] == 'e' && !is_vowel(letters[count - 2]) && !(!french && letters[count - 2] == 'l'))
			groups--;
		else if (letters[count - 1] == 's' && letters[count - 2] == 'e' && !is_vowel(letters[count - 3]) && french)
			groups--;
		else if (french && count > 4 && letters[count - 1] == 't' && letters[count - 2] == 'n' &&
			letters[count - 3] == 'e' && letters[count - 4] != 'm' && !is_vowel(letters[count - 4]))
			groups--;
		else if (!french && letters[count - 1] == 'd' && letters[count - 2] == 'e' && letters[count - 3] != 't' &&
			letters[count - 3] != 'd' && !is_vowel(letters[count - 3]))
			groups--;
	}
	return groups ? groups : 1;
}

static void tell_sentence(struct check_run *run, const struct check_reading *r, const struct sentence *s, size_t most)
{
	struct cx *cx = run->cx;
	struct finding *f = check_tell(run, r, r->pieces[s->first].from, r->pieces[s->last - 1].to, S("sentence"));
	f->reason = arena_printf(cx->arena, _("This sentence has %u words; above %zu many readers lose the thread."), s->words,
		most);
	f->remedy = str_of(_("Make two of it, or leave out what can be left out."));
}

static void look_at(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	bool french = check_speaks(r, "fr");
	size_t most = french ? LONG_FRENCH : LONG_ENGLISH, words = 0, sentences = 0, sounds = 0;
	for (size_t i = 0; i < r->sentence_count; i++) {
		sentences += r->sentences[i].words > 0;
		if (r->sentences[i].words > most)
			tell_sentence(run, r, &r->sentences[i], most);
	}
	for (size_t i = 0; i < r->count; i++)
		if (r->pieces[i].kind == PIECE_WORD && !(r->pieces[i].flags & PIECE_ELIDED)) {
			words++;
			sounds += syllables(r->pieces[i].lower, french);
		}
	if (words < WORDS || !sentences)
		return;
	double a_sentence = (double)words / (double)sentences, a_word = (double)sounds / (double)words;
	double ease = french ? 207 - 1.015 * a_sentence - 73.6 * a_word : 206.835 - 1.015 * a_sentence - 84.6 * a_word;
	if (ease >= HARD)
		return;
	struct finding *f = check_tell(run, r, 0, r->text.len, S("level"));
	int tens = ease < 0 ? 0 : (int)(ease / 10 + 0.5) * 10;
	f->reason = arena_printf(cx->arena, _("Hard to read: about %d of 100 on the Flesch scale, with %.0f words a sentence; everyday language has 60 to 80."), tens, a_sentence);
	f->remedy = str_of(_("Shorter sentences, shorter words, verbs instead of nouns."));
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++)
		if (check_is_written(&run->readings[n]) && (check_speaks(&run->readings[n], "fr") ||
			check_speaks(&run->readings[n], "en")))
			look_at(run, &run->readings[n]);
}

const struct check_kind check_reading = {
	.word = "reading",
	.title = N_("Reading level"),
	.about = N_("Long sentences, and how hard a longer text is to read (Flesch; Kandel and Moles for French)"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
