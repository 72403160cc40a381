/* capitals.c: whole phrases in capitals: they are harder to read for everybody, some screen readers spell them, and they sound like
 * shouting. Short forms (SNCF, OK, TVA) are none. */
#include "base/utf8.h"
#include "check/run.h"
#include "text/letter.h"

#include <string.h>

#define WORDS 3u  /* in a row */
#define LETTERS 4u /* a word that is more than a short form; two of them at least */

static struct str lowered(struct cx *cx, struct str text, bool starts)
{
	CLEANUP(buf_free) struct buf b = {};
	bool first = starts;
	while (text.len) {
		u32 code = utf8_next(&text);
		struct letter l = letter_of(code);
		buf_add_utf8(&b, l.kind == LETTER_WORD && !first && code < 0x250 ? l.lower : code);
		first = first && l.kind != LETTER_WORD;
	}
	return buf_keep(&b, cx->arena);
}

static void look_at(struct check_run *run, const struct check_reading *r)
{
	struct cx *cx = run->cx;
	for (size_t i = 0; i < r->count;) {
		size_t end = i, last = i, words = 0, large = 0;
		while (end < r->count && ((r->pieces[end].kind == PIECE_SIGN &&
			!strchr(",;/|()[]$_=+", r->text.at[r->pieces[end].from])) || r->pieces[end].kind == PIECE_NUMBER ||
			r->pieces[end].flags & PIECE_UPPER ||
					  (r->pieces[end].kind == PIECE_WORD && words && r->pieces[end].flags & PIECE_CAPITAL &&
						r->pieces[end].end - r->pieces[end].start == 1))) {
			if (r->pieces[end].kind == PIECE_WORD) {
				words++;
				large += r->pieces[end].end - r->pieces[end].start >= LETTERS;
				last = end;
			}
			if (!words)
				break;
			end++;
		}
		if (words >= WORDS && large >= 2) {
			const struct piece *first = &r->pieces[i];
			struct finding *f = check_tell(run, r, first->from, r->pieces[last].to, first->lower);
			f->reason = arena_printf(cx->arena, _("%zu words in capitals: hard to read, spelt out by some screen readers, and it sounds like shouting."), words);
			f->remedy = str_of(_("Write it as any sentence; a word at the beginning carries as far."));
			check_replace(f, lowered(cx, str_span(r->text.at + first->from, r->text.at + r->pieces[last].to),
				first->flags & PIECE_STARTS));
		}
		i = end > i ? end : i + 1;
	}
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++)
		look_at(run, &run->readings[n]);
}

const struct check_kind check_capitals = {
	.word = "capitals",
	.title = N_("All capitals"),
	.about = N_("Phrases of three words and more in capitals"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
