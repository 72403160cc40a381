/* spelling.c: words that the dictionary of their language does not have. Names, the house's words, its glossary, links, mentions,
 * figures and units are left alone; a word with a capital may be a name, so it is only mentioned. */
#include "base/map.h"
#include "check/run.h"
#include "sys/spell.h"

#include <string.h>

#define SHORT_FORM 4u /* letters of "tv", "gmbh" */
#define HELPED 3u /* unknown words of a post that get proposals at once: each costs some milliseconds; for others somebody asks (check_suggest) */

struct speller {
	struct check_run *run;
	const struct check_reading *r;
	struct spell *spell, *cousin, *other; /* British and American; the other language that people mix in */
	const char *other_name;
	bool other_opened;
	size_t *helped;
	struct map **house;
};

/* Each word of it, as the reader writes words. */
static void know(struct check_run *run, struct map *words, struct str text)
{
	struct check_reading r = {.lang = run->post->lang, .text = text};
	check_read(run->cx->arena, &r);
	for (size_t i = 0; i < r.count; i++) {
		struct str rest = r.pieces[i].lower;
		map_put(words, rest, words);
		while (rest.at && r.pieces[i].kind == PIECE_WORD)
			map_put(words, str_cut(&rest, '-'), words);
	}
}

/* The house's words, made when the first unknown word is met. */
static bool is_of_the_house(struct check_run *run, struct map **words, struct str word)
{
	const struct check_post *post = run->post;
	if (!*words) {
		*words = map_new(run->cx->arena);
		for (size_t i = 0; i < post->house_word_count && i < CHECK_WORDS; i++)
			know(run, *words, post->house_words[i]);
		for (size_t i = 0; i < post->glossary_count && i < CHECK_WORDS; i++)
			if (!post->glossary[i].never) {
				know(run, *words, post->glossary[i].word);
				know(run, *words, post->glossary[i].variants);
			}
	}
	return map_get(*words, word) != NULL;
}

/* The word as it is written, with straight apostrophes, which is what dictionaries have. */
static struct str written(struct arena *arena, const struct check_reading *r, const struct piece *p)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str word = str_span(r->text.at + p->from, r->text.at + p->to);
	while (word.len) {
		if (str_starts(word, S("’"))) {
			buf_addc(&b, '\'');
			word = str_skip(word, 3);
		} else {
			buf_addc(&b, word.at[0]);
			word = str_skip(word, 1);
		}
	}
	return buf_keep(&b, arena);
}

/* What stands before a hyphen only. */
static bool is_prefix(struct str part)
{
	static const char *const prefixes[] = {"anti", "auto", "bio", "co", "demi", "eco", "ex", "hyper", "inter", "intra", "macro",
		"méga", "mega", "micro", "mini", "mono", "multi", "neo", "néo", "non", "pluri", "poly",
		"post", "pre", "pré", "pro", "proto", "pseudo", "re", "self", "semi", "socio", "sous", "super", "trans", "ultra",
			"vice", "éco"};
	return part.len < 2 || str_in(part, prefixes, COUNT(prefixes));
}

static bool knows_parts(struct spell *spell, struct str word)
{
	if (str_find_byte(word, '-') < 0)
		return false;
	while (word.at) {
		struct str part = str_cut(&word, '-');
		if (!is_prefix(part) && !spell_knows(spell, part))
			return false;
	}
	return true;
}

/* "Etat" with the accent that its capital lacks; empty: that is not it. */
static struct str accented(struct speller *s, struct str word)
{
	static const char *const capitals[] = {"EÉ", "EÈ", "EÊ", "AÀ", "IÎ", "OÔ", "CÇ"};
	if (!check_speaks(s->r, "fr"))
		return (struct str){};
	for (size_t i = 0; i < COUNT(capitals); i++) {
		if (!word.len || word.at[0] != capitals[i][0])
			continue;
		struct str with = arena_printf(s->run->cx->arena, "%s%.*s", capitals[i] + 1, STR_ARG(str_skip(word, 1)));
		if (spell_knows(s->spell, with))
			return with;
	}
	return (struct str){};
}

/* "coeur" as print has it; empty: that is not it. */
static struct str ligature(struct speller *s, struct str word)
{
	ptrdiff_t at = check_speaks(s->r, "fr") ? str_find(word, S("oe")) : -1;
	if (at < 0)
		return (struct str){};
	struct str with = arena_printf(s->run->cx->arena, "%.*sœ%.*s", (int)at, word.at, STR_ARG(str_skip(word, (size_t)at + 2)));
	return spell_knows(s->spell, with) ? with : (struct str){};
}

/* "tv", "ok", "ue": what is known in capitals is no mistake in small letters. */
static bool is_short_form(struct speller *s, const struct piece *p, struct str word)
{
	char upper[SHORT_FORM];
	if (p->flags & PIECE_CAPITAL || word.len > SHORT_FORM)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] < 'a' || word.at[i] > 'z')
			return false;
		upper[i] = (char)(word.at[i] - 32);
	}
	return spell_knows(s->spell, (struct str){upper, word.len});
}

/* Cut short, or drawn out: what it was is not known. */
static bool is_cut(const struct check_reading *r, const struct piece *p)
{
	struct str rest = str_skip(r->text, p->to);
	return str_starts(rest, S("...")) || str_starts(rest, S("…"));
}

static bool is_left_alone(const struct check_reading *r, size_t i)
{
	const struct piece *p = &r->pieces[i];
	size_t letters = p->end - p->start;
	if (p->kind != PIECE_WORD || letters < 2 || letters > 40 || p->flags & (PIECE_FANCY | PIECE_DOTTED | PIECE_ELIDED))
		return true;
	if (p->flags & PIECE_UPPER && letters <= 5)
		return true;
	if (i && (p - 1)->kind == PIECE_NUMBER && (!(p->flags & PIECE_SPACED) || letters <= 3)) /* 2e, 10km, 15 min */
		return true;
	if (i && !(p->flags & PIECE_SPACED) && (p - 1)->kind == PIECE_SIGN && strchr("@#/\\_&{<[.", r->text.at[(p - 1)->from]))
		return true;
	for (size_t at = p->from + 1; at < p->to; at++) { /* iPhone, YouTube, mp3 */
		char c = r->text.at[at];
		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z' && !(p->flags & PIECE_UPPER) && r->text.at[at - 1] != '-' &&
			r->text.at[at - 1] != '\''))
			return true;
	}
	for (struct str rest = p->lower; rest.len; rest = str_skip(rest, 1)) /* other scripts have other dictionaries */
		if ((u8)rest.at[0] >= 0xCA)
			return true;
	return false;
}

/* English that names no country may be American. Opened when it is needed, as seven megabytes come with it. */
static bool is_of_the_cousin(struct speller *s, struct str word)
{
	if (!str_eq(s->r->lang, S("en")))
		return false;
	s->cousin = s->cousin ? s->cousin : spell_of(S("en-US"));
	return s->cousin && s->cousin != s->spell && spell_knows(s->cousin, word);
}

static bool is_of_the_other(struct speller *s, struct str word)
{
	if (!s->other_opened) {
		s->other_opened = true;
		s->other_name = check_speaks(s->r, "en") ? "fr" : "en";
		s->other = spell_of(str_of(s->other_name));
	}
	return s->other && word.len > 1 && spell_knows(s->other, word);
}

static void propose(struct speller *s, struct finding *f, struct str word, bool may_help)
{
	struct cx *cx = s->run->cx;
	struct str words[CHECK_REPLACEMENTS];
	for (size_t i = 0; i < s->run->count; i++) { /* it was asked already, further up */
		const struct finding *before = &s->run->items[i];
		if (before != f && before->kind == f->kind && before->replacement_count && str_eq(before->key, f->key) &&
			str_eq(before->place.lang, f->place.lang)) {
			for (size_t n = 0; n < before->replacement_count; n++)
				check_replace(f, before->replacements[n]);
			return;
		}
	}
	if (!may_help || *s->helped >= HELPED)
		return;
	++*s->helped;
	size_t count = spell_near(s->spell, cx->arena, word, words, CHECK_REPLACEMENTS);
	for (size_t i = 0; i < count; i++)
		check_replace(f, words[i]);
}

static void tell_unknown(struct speller *s, const struct piece *p, struct str word)
{
	struct check_run *run = s->run;
	struct cx *cx = run->cx;
	bool name = p->flags & PIECE_CAPITAL && !(p->flags & PIECE_UPPER);
	struct finding *f = check_tell(run, s->r, p->from, p->to, p->lower);
	if (f == &run->nowhere)
		return;
	struct str with = p->flags & PIECE_CAPITAL ? accented(s, word) : (struct str){};
	if (with.len) { /* many houses leave it out */
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("“%.*s” lacks the accent of its capital: “%.*s”."), STR_ARG(f->excerpt),
			STR_ARG(with));
		f->remedy = str_of(_("Capitals have accents in French as small letters do."));
		check_replace(f, with);
		return;
	}
	with = ligature(s, word);
	if (with.len) {
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("“%.*s” is written “%.*s” in print."), STR_ARG(f->excerpt), STR_ARG(with));
		f->remedy = str_of(_("Take the proposal: it changes signs and spaces only."));
		check_replace(f, with);
		return;
	}
	if (is_cut(s->r, p))
		check_lower(run, f, CHECK_INFORM);
	if (is_of_the_other(s, word)) {
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, str_eq(str_of(s->other_name), S("en")) ? _("“%.*s” is an English word.") :
			_("“%.*s” is a French word."), STR_ARG(f->excerpt));
		f->remedy = str_of(_("Fine if your readers use it. Otherwise say it in the language of the post."));
		return;
	}
	propose(s, f, word, !name || p->flags & PIECE_STARTS);
	if (name && !(p->flags & PIECE_STARTS && f->replacement_count)) {
		check_lower(run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("“%.*s” is in no dictionary. It may be a name."), STR_ARG(f->excerpt));
		f->remedy = str_of(_("Compare it with how the name is really written, and add it to the house's words."));
		return;
	}
	f->reason = arena_printf(cx->arena, _("The dictionary does not know “%.*s”."), STR_ARG(f->excerpt));
	f->remedy = str_of(f->replacement_count ? _("Take one of the proposals, or add the word to the house's words if it is right.") :
						  _("Write it another way, or add the word to the house's words if it is right."));
}

static void look_at(struct speller *s)
{
	const struct check_reading *r = s->r;
	struct cx *cx = s->run->cx;
	for (size_t i = 0; i < r->count; i++) {
		const struct piece *p = &r->pieces[i];
		if (is_left_alone(r, i))
			continue;
		struct str word = written(cx->arena, r, p);
		if (spell_knows(s->spell, word) || is_of_the_cousin(s, word) || knows_parts(s->spell, word) || is_short_form(s, p, word) ||
			is_of_the_house(s->run, s->house, p->lower))
			continue;
		tell_unknown(s, p, word);
	}
}

static void tell_no_dictionary(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	struct str key = arena_printf(cx->arena, "dictionary:%.*s", STR_ARG(r->lang));
	for (size_t i = 0; i < run->count; i++)
		if (run->items[i].kind == run->kind && str_eq(run->items[i].key, key))
			return;
	struct finding *f = check_tell_part(run, CHECK_POST, 0, (struct str){}, key);
	check_lower(run, f, CHECK_INFORM);
	f->reason = arena_printf(cx->arena, _("The spelling was not looked at: this machine has no dictionary for the language “%.*s”."), STR_ARG(r->lang));
	f->remedy = str_of(_("Whoever looks after the machine can install it (Debian: hunspell-fr-comprehensive, hunspell-en-gb, hunspell-de-de …)."));
}

static void look(struct check_run *run)
{
	size_t helped = 0;
	struct map *house = NULL;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		if (!r->words || !r->lang.len)
			continue;
		struct speller s = {.run = run, .r = r, .spell = spell_of(r->lang), .helped = &helped, .house = &house};
		if (s.spell)
			look_at(&s);
		else
			tell_no_dictionary(run, r);
	}
}

const struct check_kind check_spelling = {
	.word = "spelling",
	.title = N_("Spelling"),
	.about = N_("Words that the dictionary of the language and the house do not know, in the text, the first comment, alternative texts and subtitles"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
