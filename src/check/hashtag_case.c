/* hashtag_case.c: several words in one hashtag without capitals: a screen reader reads #lesmisesajour as one word that does not
 * exist. The words are found with the dictionary: the fewest and longest that make up the whole. */
#include "base/utf8.h"
#include "check/run.h"
#include "sys/spell.h"
#include "text/letter.h"

#include <string.h>

#define LETTERS_MIN 8u
#define LETTERS_MAX 32u
#define WORD_MAX 16u
#define ASKED 6u       /* hashtags of a post */
#define LONG 18u       /* letters: so long, and in no dictionary's words, it is told without a proposal */

static bool is_small_word(struct str word)
{
	static const char *const words[] = {"a", "à", "y", "i", "au", "ce", "de", "du", "en", "et", "il", "la", "le", "ma", "me",
		"mi", "ne", "ni", "nu", "on", "or", "ou", "où", "sa", "se", "si", "ta", "te", "tu", "un",
		"an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is", "it", "my", "no", "of", "so", "to", "up", "us",
			"we", "les", "des", "une", "the", "and", "for"};
	return str_in(word, words, COUNT(words));
}

/* As it is, as a name, or where an accent was left out that hashtags often lack, among the last `reach` letters: nouveautes,
 * beaute. */
static bool knows(struct spell *spell, const u32 *letters, size_t count, struct str word, size_t reach)
{
	if (spell_knows(spell, word))
		return true;
	if (count >= 5 && letters[0] >= 'a' && letters[0] <= 'z') { /* friday, paris */
		char room[4 * LETTERS_MAX];
		struct buf name = BUF_IN(room);
		buf_addc(&name, (char)(letters[0] - 32));
		buf_add(&name, str_skip(word, 1));
		bool known = spell_knows(spell, buf_str(&name));
		buf_free(&name);
		if (known)
			return true;
	}
	for (size_t at = count; at-- > 0 && count >= 5;) {
		char room[4 * LETTERS_MAX];
		struct buf other = BUF_IN(room);
		if (letters[at] != 'e' || at + reach < count)
			continue;
		for (size_t i = 0; i < count; i++)
			buf_add_utf8(&other, i == at ? 0xE9 : letters[i]);
		bool known = spell_knows(spell, buf_str(&other));
		buf_free(&other);
		if (known)
			return true;
	}
	return false;
}

/* Where the words begin, as bits of letters; 0: it does not part into known words. One word alone counts as none. */
static u64 parted(struct spell *spell, const u32 *letters, size_t count)
{
	u32 cost[LETTERS_MAX + 1];
	u8 from[LETTERS_MAX + 1];
	u64 starts = 0;
	for (size_t end = 1; end <= count; end++) {
		cost[end] = UINT32_MAX;
		for (size_t begin = end > WORD_MAX ? end - WORD_MAX : 0; begin < end; begin++) {
			char room[4 * WORD_MAX];
			struct buf word = BUF_IN(room);
			u32 before = begin ? cost[begin] : 0, price;
			if (before == UINT32_MAX)
				continue;
			for (size_t i = begin; i < end; i++)
				buf_add_utf8(&word, letters[i]);
			/* short words of dictionaries are mostly none of life's */
			price = end - begin >= 4 ? 10 : is_small_word(buf_str(&word)) ? 11 : end - begin == 3 ? 17 : UINT32_MAX;
			bool known = price != UINT32_MAX && before + price < cost[end] &&
				knows(spell, letters + begin, end - begin, buf_str(&word), 2);
			buf_free(&word);
			if (!known)
				continue;
			cost[end] = before + price;
			from[end] = (u8)begin;
		}
	}
	if (cost[count] == UINT32_MAX || from[count] == 0)
		return 0;
	for (size_t end = count; end; end = from[end])
		starts |= (u64)1 << from[end];
	return starts;
}

static void look_at(struct check_run *run, const struct check_reading *r, const struct piece *p)
{
	struct cx *cx = run->cx;
	struct str body = str_skip(str_span(r->text.at + p->from, r->text.at + p->to), 1);
	u32 letters[LETTERS_MAX];
	size_t count = 0, capitals = 0;
	for (struct str rest = body; rest.len;) {
		u32 code = utf8_next(&rest);
		struct letter l = letter_of(code);
		if (l.kind != LETTER_WORD || l.lower >= 0x250 || count == LETTERS_MAX)
			return; /* figures and underlines part the words already */
		capitals += l.upper && count;
		letters[count++] = l.lower;
	}
	if (count < LETTERS_MIN || capitals)
		return;
	struct spell *spell = spell_of(r->lang);
	if (spell && knows(spell, letters, count, str_skip(p->lower, 1), count))
		return;
	u64 starts = spell ? parted(spell, letters, count) : 0;
	if (!starts && count < LONG)
		return;
	struct finding *f = check_tell(run, r, p->from, p->to, p->lower);
	f->reason = arena_printf(cx->arena, _("“%.*s” is read out as one word; with a capital for each, screen readers part them, and so do eyes."), STR_ARG(f->excerpt));
	f->remedy = str_of(_("Begin each of its words with a capital."));
	if (!starts)
		return;
	CLEANUP(buf_free) struct buf with = {};
	buf_addc(&with, '#');
	for (size_t i = 0; i < count; i++) {
		bool ascii = letters[i] >= 'a' && letters[i] <= 'z', accented = letters[i] >= 0xE0 && letters[i] <= 0xFE &&
			letters[i] != 0xF7;
		buf_add_utf8(&with, starts >> i & 1 && (ascii || accented) ? letters[i] - 32 : letters[i]);
	}
	check_replace(f, buf_keep(&with, cx->arena));
}

static void look(struct check_run *run)
{
	size_t asked = 0;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		for (size_t i = 0; check_is_written(r) && i < r->count && asked < ASKED; i++)
			if (r->pieces[i].kind == PIECE_HASHTAG) {
				look_at(run, r, &r->pieces[i]);
				asked++;
			}
	}
}

const struct check_kind check_hashtag_case = {
	.word = "hashtag-case",
	.title = N_("Hashtag without capitals"),
	.about = N_("Several words in one hashtag, written as one"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
