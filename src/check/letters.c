/* letters.c: letters borrowed from mathematics or from lists (𝗯𝗼𝗹𝗱, 𝓼𝓬𝓻𝓲𝓹𝓽, ⓒⓘⓡⓒⓛⓔⓢ): screen readers skip them or say "mathematical
 * bold small b", search does not find them, and some telephones show boxes. */
#include "base/utf8.h"
#include "check/run.h"
#include "text/letter.h"

static struct str plain(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	while (text.len) {
		u32 code = utf8_next(&text);
		struct letter l = letter_of(code);
		bool fancy = (code >= 0x1D400 && code <= 0x1D7FF) || (code >= 0x2460 && code <= 0x24FF) ||
			(code >= 0x1F130 && code <= 0x1F189) || (code >= 0xFF21 && code <= 0xFF5A);
		if (!fancy)
			buf_add_utf8(&b, code);
		else if (l.lower != '(')
			buf_add_utf8(&b, l.upper && l.lower >= 'a' && l.lower <= 'z' ? l.lower - 32 : l.lower);
	}
	return buf_keep(&b, cx->arena);
}

static void look(struct check_run *run)
{
	struct cx *cx = run->cx;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		for (size_t i = 0; i < r->count;) {
			size_t end = i;
			while (end < r->count && r->pieces[end].flags & PIECE_FANCY)
				end++;
			if (end > i) {
				struct str text = str_span(r->text.at + r->pieces[i].from, r->text.at + r->pieces[end - 1].to);
				struct finding *f = check_tell(run, r, r->pieces[i].from, r->pieces[end - 1].to,
					r->pieces[i].lower);
				f->reason = arena_printf(cx->arena,
					_("“%.*s” is written in mathematical signs: screen readers skip or spell them, and search does not find the words."), STR_ARG(f->excerpt));
				f->remedy = str_of(_("Write it in plain letters; networks have no bold, and that is all right."));
				check_replace(f, plain(cx, text));
			}
			i = end > i ? end : i + 1;
		}
	}
}

const struct check_kind check_letters = {
	.word = "letters",
	.title = N_("Letters that are none"),
	.about = N_("Words in mathematical or encircled letters, used as bold or script"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
