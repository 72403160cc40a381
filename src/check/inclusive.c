#include "check/inclusive.h"

#include "base/utf8.h"

#include <string.h>

/* With a capital where one stood. */
static struct str as_here(struct cx *cx, struct str words, bool capital)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str rest = words;
	u32 first = rest.len ? utf8_next(&rest) : 0;
	if (!capital || !((first >= 'a' && first <= 'z') || (first >= 0xE0 && first <= 0xFE)))
		return words;
	buf_add_utf8(&b, first - 32);
	buf_add(&b, rest);
	return buf_keep(&b, cx->arena);
}

void inclusive_look(struct check_run *run, enum rule_file file, const char *lang)
{
	struct cx *cx = run->cx;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct rule_hit *hits;
		size_t count = check_speaks(r, lang) ? rules_find(cx->arena, rules_of(file), r, NULL, NULL, &hits) : 0;
		for (size_t i = 0; i < count; i++) {
			const struct rule *rule = hits[i].rule;
			size_t from = r->pieces[hits[i].first].from, to = r->pieces[hits[i].last - 1].to;
			CLEANUP(buf_free) struct buf key = {};
			for (size_t p = hits[i].first; p < hits[i].last; p++) {
				if (key.len && !(r->pieces[p - 1].flags & PIECE_ELIDED))
					buf_addc(&key, ' ');
				buf_add(&key, r->pieces[p].lower);
			}
			struct finding *f = check_tell(run, r, from, to, buf_str(&key));
			struct str why = rule->columns[strcmp(cx->lang, "fr") == 0 ? 4 : 3];
			f->reason = arena_printf(cx->arena, _("“%.*s”: %.*s"), STR_ARG(f->excerpt), STR_ARG(why));
			for (struct str others = rule->columns[2]; others.at && others.len;)
				check_replace(f, as_here(cx, str_trim(str_cut(&others, '|')),
					r->pieces[hits[i].first].flags & PIECE_CAPITAL));
			f->remedy = str_of(f->replacement_count ? _("Say it another way, for instance as proposed; or accept it here if it is meant so.") :
								  _("Say it another way, or accept it here if it is meant so."));
		}
	}
}
