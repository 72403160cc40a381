/* culture.c: gestures, animals, colours, flowers, numbers and drinks that mean something else to a part of the audience: rules of
 * share/checks/culture.tsv. Columns: phrases (words or emoji); countries; why, in English; why, in French; source.
 * A rule says what may be understood, never what people of a country are like; so it informs, unless a workspace wants more. */
#include "check/rules.h"
#include "check/run.h"

#include <string.h>

static bool is_for(const struct rule *rule, const void *subject)
{
	const struct check_post *post = subject;
	if (str_eq(rule->columns[1], S("*")))
		return true;
	for (size_t i = 0; i < post->country_count; i++)
		if (rule_lists(rule->columns[1], post->countries[i]))
			return true;
	return false;
}

/* Those of the audience it is about, by name. */
static struct str countries_of(struct cx *cx, const struct check_post *post, const struct rule *rule)
{
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < post->country_count; i++)
		if (rule_lists(rule->columns[1], post->countries[i])) {
			buf_adds(&b, b.len ? ", " : "");
			buf_add(&b, check_country(cx, post->countries[i]));
		}
	return buf_keep(&b, cx->arena);
}

static void look(struct check_run *run)
{
	struct cx *cx = run->cx;
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct rule_hit *hits;
		size_t count = rules_find(cx->arena, rules_of(RULES_CULTURE), r, is_for, run->post, &hits);
		for (size_t i = 0; i < count; i++) {
			const struct piece *first = &r->pieces[hits[i].first], *last = &r->pieces[hits[i].last - 1];
			const struct rule *rule = hits[i].rule;
			struct finding *f = check_tell(run, r, first->from, last->to, first->lower);
			struct str why = rule->columns[strcmp(cx->lang, "fr") == 0 ? 3 : 2];
			if (str_eq(rule->columns[1], S("*"))) {
				f->reason = arena_printf(cx->arena, _("“%.*s”: %.*s"), STR_ARG(f->excerpt), STR_ARG(why));
				f->remedy = str_of(_("Choose another sign if it could be taken so, or ask somebody who lives there."));
				continue;
			}
			f->reason = arena_printf(cx->arena, _("“%.*s”, seen from %.*s: %.*s"), STR_ARG(f->excerpt),
				STR_ARG(countries_of(cx, run->post, rule)),
						 STR_ARG(why));
			f->remedy = str_of(_("Choose another sign if it could be taken so, or ask somebody who lives there."));
		}
	}
}

const struct check_kind check_culture = {
	.word = "culture",
	.title = N_("Cultural sensitivity"),
	.about = N_("Gestures, emoji, animals, colours, flowers and numbers that are understood otherwise in a country of the audience"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
