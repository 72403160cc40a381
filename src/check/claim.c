/* claim.c: figures and claims that nothing stands behind: shares of people, "three times more", "the first", "proven", words about
 * the environment. A link in the post, or a word that names a source in the same sentence, is a source. Rules:
 * share/checks/claim.tsv. Columns: phrases; language ("-" as ever: right as it is); kind (superlative, proof, health, green,
 * source); source of the rule, where there is one. What green claims are asked for: directive (EU) 2024/825, in force since 27
 * September 2026. */
#include "check/rules.h"
#include "check/run.h"

static bool is_of_language(const struct rule *rule, const void *subject)
{
	const struct check_reading *r = subject;
	return str_eq(rule->columns[1], S("-")) || (r->lang.len >= 2 && str_eq_fold(str_head(r->lang, 2), rule->columns[1]));
}

/* Praise of oneself is for reading; what the law asks proof for is more. */
static void say(struct check_run *run, struct finding *f, struct str kind)
{
	struct cx *cx = run->cx;
	if (str_eq(kind, S("superlative")))
		check_lower(run, f, CHECK_INFORM);
	if (str_eq(kind, S("figure"))) {
		f->reason = arena_printf(cx->arena, _("“%.*s”: a figure, and nothing says where it comes from."),
			STR_ARG(f->excerpt));
		f->remedy = str_of(_("Name the source and its date, or link to it."));
	} else if (str_eq(kind, S("green"))) {
		f->reason = arena_printf(cx->arena, _("“%.*s” is a claim about the environment; it has to be exact and provable, and some are forbidden as such."), STR_ARG(f->excerpt));
		f->remedy = str_of(_("Say what exactly was measured, by whom, and link to it; or leave it out."));
	} else if (str_eq(kind, S("health"))) {
		f->reason = arena_printf(cx->arena, _("“%.*s” promises health; without proof and permission that is not allowed."),
			STR_ARG(f->excerpt));
		f->remedy = str_of(_("Say what it is instead of what it cures, or name the study and the permission."));
	} else if (str_eq(kind, S("proof"))) {
		f->reason = arena_printf(cx->arena, _("“%.*s” says that there is proof, and shows none."), STR_ARG(f->excerpt));
		f->remedy = str_of(_("Name the study or the test, or link to it."));
	} else {
		f->reason = arena_printf(cx->arena, _("“%.*s” puts you above all others, and nothing says by which measure."),
			STR_ARG(f->excerpt));
		f->remedy = str_of(_("Say by which measure and whose, or say what is good about it instead."));
	}
}

/* A share of people or things, "80 % des", "9 out of 10", "three times more": which last piece it has, or 0. */
static size_t figure_at(const struct check_reading *r, size_t i)
{
	static const char *const share_words[] = {"des", "de", "d'", "of", "plus", "moins", "more", "less", "fewer", "better",
		"faster"};
	static const char *const left_out[] = {"réduction", "remise", "rabais", "ristourne", "coton", "laine", "lin", "cacao",
		"matière", "discount", "alcool", "alcohol"};
	static const char *const times[] = {"fois", "times"};
	static const char *const more[] = {"plus", "moins", "more", "less", "fewer", "better", "faster"};
	static const char *const out_of[] = {"sur", "out", "in"};
	const struct piece *p = &r->pieces[i];
	size_t left = r->count - i;
	if (p->kind != PIECE_NUMBER)
		return 0;
	if (left > 2 && p[1].kind == PIECE_SIGN && str_eq(p[1].lower, S("%")) &&
		str_in(p[2].lower, share_words, COUNT(share_words)) && p[2].sentence == p->sentence) {
		if (i && r->pieces[i - 1].kind == PIECE_SIGN && (str_eq(r->pieces[i - 1].lower, S("-")) ||
			str_eq(r->pieces[i - 1].lower, S("−"))))
			return 0; /* -20 % : a price */
		if (left > 3 && str_in(p[3].lower, left_out, COUNT(left_out)))
			return 0;
		return i + 3;
	}
	if (left > 2 && str_in(p[1].lower, times, COUNT(times)) && str_in(p[2].lower, more, COUNT(more)))
		return i + 3;
	/* "9 clients sur 10", "9 out of 10 customers" */
	for (size_t n = 1; n < 4 && n + 1 < left; n++)
		if (str_in(p[n].lower, out_of, COUNT(out_of)) && p[n].sentence == p->sentence) {
			size_t at = str_eq(p[n].lower, S("out")) ? n + 2 : n + 1;
			if (at < left && p[at].kind == PIECE_NUMBER &&
				(str_eq(p[at].lower, S("10")) || str_eq(p[at].lower, S("100"))) && p->to - p->from <= 2)
				return i + at + 1;
		}
	return 0;
}

static bool has_source(const struct check_reading *r, const struct rule_hit *hits, size_t count, u32 sentence)
{
	for (size_t i = 0; i < count; i++) {
		u32 there = r->pieces[hits[i].first].sentence;
		if (str_eq(hits[i].rule->columns[2], S("source")) && there + 1 >= sentence && there <= sentence + 1)
			return true;
	}
	return false;
}

static void look_at(struct check_run *run, const struct check_reading *r)
{
	struct rule_hit *hits;
	size_t count = rules_find(run->cx->arena, rules_of(RULES_CLAIM), r, is_of_language, r, &hits);
	for (size_t i = 0; i < count; i++) {
		const struct piece *first = &r->pieces[hits[i].first], *last = &r->pieces[hits[i].last - 1];
		struct str kind = hits[i].rule->columns[2];
		if (!str_eq(kind, S("source")) && !has_source(r, hits, count, first->sentence))
			say(run, check_tell(run, r, first->from, last->to, first->lower), kind);
	}
	for (size_t i = 0; i < r->count; i++) {
		size_t end = figure_at(r, i);
		if (!end || has_source(r, hits, count, r->pieces[i].sentence))
			continue;
		say(run, check_tell(run, r, r->pieces[i].from, r->pieces[end - 1].to, r->pieces[i].lower), S("figure"));
		i = end - 1;
	}
}

static void look(struct check_run *run)
{
	if (check_has_link(run))
		return;
	for (size_t n = 0; n < run->reading_count; n++)
		if (check_is_written(&run->readings[n]))
			look_at(run, &run->readings[n]);
}

const struct check_kind check_claim = {
	.word = "claim",
	.title = N_("Figures and claims without a source"),
	.about = N_("Shares, comparisons, superlatives, proof, health and the environment, where no link and no source stands beside them"),
	.level = CHECK_WARN,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
