/* typography.c: signs and spaces. French: a space that does not break before ; : ! ? » and behind «, « quotes » and not "quotes", a
 * space before % and €, 2e and not 2ème, M. and not Mr (Lexique des règles typographiques en usage à l'Imprimerie nationale, 2002).
 * Both: three points as one sign, no space before a comma, one behind it, none doubled, a dash that is longer than a hyphen. What a
 * keyboard cannot easily write, and stands all over a text (plain spaces before signs, straight apostrophes), is told once, with
 * how often. */
#include "check/run.h"

#include <string.h>

#define NARROW "\u202f" /* before ; ! ? */
#define FIRM "\u00a0"   /* before : » % €, behind « */
#define QUOTE_MOST 300u /* bytes between quotes */

struct proofs {
	struct check_run *run;
	const struct check_reading *r;
	size_t plain_count, plain_from, plain_to; /* plain spaces where firm ones belong: the first of them */
	struct str plain_with;
	size_t straight_count, straight_from;
	size_t dash_count, dash_from;
	size_t closing; /* one behind the piece that closes the last quotes */
};

static struct str with(struct proofs *t, const char *before, struct str sign)
{
	return arena_printf(t->run->cx->arena, "%s%.*s", before, STR_ARG(sign));
}

static void tell(struct proofs *t, size_t from, size_t to, const char *key, struct str replacement, const char *reason)
{
	struct cx *cx = t->run->cx;
	struct finding *f = check_tell(t->run, t->r, from, to, str_of(key));
	f->reason = str_of(reason);
	f->remedy = str_of(_("Take the proposal: it changes signs and spaces only."));
	check_replace(f, replacement);
}

/* What stands before a byte: 0 nothing or the line's beginning, ' ' a plain space, 'f' a firm one, 'x' anything else. */
static char before(struct str text, size_t at)
{
	if (!at || text.at[at - 1] == '\n')
		return 0;
	if (text.at[at - 1] == ' ')
		return ' ';
	if ((at >= 2 && memcmp(text.at + at - 2, FIRM, 2) == 0) || (at >= 3 && memcmp(text.at + at - 3, NARROW, 3) == 0))
		return 'f';
	return 'x';
}

static bool is_sign(const struct check_reading *r, size_t i, const char *sign)
{
	return i < r->count && r->pieces[i].kind == PIECE_SIGN && str_eq(str_span(r->text.at + r->pieces[i].from,
		r->text.at + r->pieces[i].to), str_of(sign));
}

static bool is_any_sign(const struct check_reading *r, size_t i, const char *signs)
{
	return i < r->count && r->pieces[i].kind == PIECE_SIGN && r->pieces[i].to - r->pieces[i].from == 1 &&
		strchr(signs, r->text.at[r->pieces[i].from]);
}

static void note_plain(struct proofs *t, size_t from, size_t to, struct str replacement)
{
	if (!t->plain_count++) {
		t->plain_from = from;
		t->plain_to = to;
		t->plain_with = replacement;
	}
}

/* ---- French ---- */

/* A sign that wants a firm space before it. */
static void look_before(struct proofs *t, size_t i, const char *space)
{
	const struct check_reading *r = t->r;
	const struct piece *p = &r->pieces[i];
	struct cx *cx = t->run->cx;
	struct str sign = str_span(r->text.at + p->from, r->text.at + p->to);
	char there = before(r->text, p->from);
	if (!there || there == 'f' || !i || is_any_sign(r, i - 1, "!?:;(-/<=") || is_sign(r, i - 1, "…"))
		return;
	if (there == ' ')
		note_plain(t, p->from - 1, p->to, with(t, space, sign));
	else if (r->pieces[i - 1].kind == PIECE_WORD || r->pieces[i - 1].kind == PIECE_NUMBER || is_any_sign(r, i - 1, ")\"") ||
		is_sign(r, i - 1, "»"))
		tell(t, p->from, p->to, "space", with(t, space, sign),
			_("In French a space that does not break stands before this sign."));
}

static void look_at_quotes(struct proofs *t, size_t i)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	size_t from = r->pieces[i].from, inside = r->pieces[i].to;
	for (size_t n = i + 1; n < r->count && r->pieces[n].from < inside + QUOTE_MOST && !(r->pieces[n].flags & PIECE_LINE); n++)
		if (is_sign(r, n, "\"")) {
			struct str text = str_trim(str_span(r->text.at + inside, r->text.at + r->pieces[n].from));
			t->closing = n + 1;
			if (text.len)
				tell(t, from, r->pieces[n].to, "quotes",
					arena_printf(cx->arena, "«" FIRM "%.*s" FIRM "»", STR_ARG(text)),
					_("French quotes are « these »."));
			return;
		}
}

static void look_at_guillemet(struct proofs *t, size_t i)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	size_t end = r->pieces[i].to;
	struct str rest = str_skip(r->text, end);
	if (!rest.len || str_starts(rest, S(FIRM)) || str_starts(rest, S(NARROW)) || rest.at[0] == '\n')
		return;
	if (rest.at[0] == ' ')
		note_plain(t, r->pieces[i].from, end + 1, S("«" FIRM));
	else
		tell(t, r->pieces[i].from, end, "space", S("«" FIRM),
			_("In French a space that does not break stands behind this sign."));
}

static void look_at_number(struct proofs *t, size_t i)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	const struct piece *p = &r->pieces[i], *next = p + 1;
	if (i + 1 >= r->count || next->sentence != p->sentence)
		return;
	struct str word = str_span(r->text.at + next->from, r->text.at + next->to);
	if (next->kind == PIECE_SIGN && (str_eq(word, S("%")) || str_eq(word, S("€")))) {
		char there = before(r->text, next->from);
		if (there == ' ')
			note_plain(t, next->from - 1, next->to, with(t, FIRM, word));
		else if (there == 'x')
			tell(t, next->from, next->to, "space", with(t, FIRM, word),
				_("In French a space that does not break stands before this sign."));
	} else if (next->kind == PIECE_WORD && !(next->flags & PIECE_SPACED)) {
		static const char *const long_forms[] = {"ème", "eme", "ième", "ieme", "èmes", "emes"};
		if (str_in(next->lower, long_forms, COUNT(long_forms)))
			tell(t, next->from, next->to, "ordinal", S("e"), _("The short form is 2e, 10e: one letter."));
		else if (str_eq(next->lower, S("ère")) || str_eq(next->lower, S("ere")))
			tell(t, next->from, next->to, "ordinal", S("re"), _("The short form of “première” is 1re."));
	}
}

static void look_french(struct proofs *t, size_t i)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	const struct piece *p = &r->pieces[i];
	bool last = i + 1 == r->count || r->pieces[i + 1].flags & (PIECE_SPACED | PIECE_LINE);
	if (p->kind == PIECE_NUMBER)
		look_at_number(t, i);
	else if (is_any_sign(r, i, "!?;") && (last || is_any_sign(r, i + 1, "!?\")") || is_sign(r, i + 1, "»")))
		look_before(t, i, NARROW);
	else if (is_sign(r, i, ":") && last)
		look_before(t, i, FIRM);
	else if (is_sign(r, i, "»"))
		look_before(t, i, FIRM);
	else if (is_sign(r, i, "«"))
		look_at_guillemet(t, i);
	else if (p->kind == PIECE_WORD && str_eq(str_span(r->text.at + p->from, r->text.at + p->to), S("Mr")) && i + 1 < r->count &&
		p[1].flags & PIECE_CAPITAL)
		tell(t, p->from, p->to, "title", S("M."), _("“Monsieur” is shortened to “M.” in French; “Mr” is English."));
	if (p->flags & PIECE_ELIDED && r->text.at[p->to - 1] == '\'') {
		if (!t->straight_count++)
			t->straight_from = p->to - 1;
	}
}

/* ---- both languages ---- */

static void look_at_points(struct proofs *t, size_t *i)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	size_t end = *i;
	while (is_sign(r, end, ".") && (end == *i || !(r->pieces[end].flags & PIECE_SPACED)))
		end++;
	if (end - *i >= 3)
		tell(t, r->pieces[*i].from, r->pieces[end - 1].to, "points", S("…"),
			_("Three points are one sign: screen readers and line breaks take it as such."));
	if (end > *i + 1)
		*i = end - 1;
}

static void look_both(struct proofs *t, size_t i, bool french)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	const struct piece *p = &r->pieces[i];
	bool last = i + 1 == r->count || r->pieces[i + 1].flags & (PIECE_SPACED | PIECE_LINE);
	bool follows = i && !(p->flags & PIECE_LINE) && before(r->text, p->from) == ' ' &&
		(r->pieces[i - 1].kind == PIECE_WORD || r->pieces[i - 1].kind == PIECE_NUMBER);
	if (follows && last && (is_any_sign(r, i, ",.") || (!french && is_any_sign(r, i, "!?;:"))) && !is_sign(r, i + 1, "."))
		tell(t, p->from - 1, p->to, "space-before", str_span(r->text.at + p->from, r->text.at + p->to),
			_("No space stands before this sign."));
	if (is_sign(r, i, ",") && i && i + 1 < r->count && r->pieces[i - 1].kind == PIECE_WORD && p[1].kind == PIECE_WORD &&
		!(p[1].flags & PIECE_SPACED))
		tell(t, p->from, p->to, "space-after", S(", "), _("A space stands behind a comma."));
	if (!french && p->kind == PIECE_NUMBER && is_sign(r, i + 1, "%") && before(r->text, p[1].from) == ' ')
		tell(t, p->to, p[1].to, "space-before", S("%"), _("No space stands before this sign."));
	if (is_sign(r, i, "-") && follows && last && i + 1 < r->count && p[1].kind == PIECE_WORD && !(p[1].flags & PIECE_LINE) &&
		r->pieces[i - 1].kind == PIECE_WORD && !t->dash_count++)
		t->dash_from = p->from;
}

static void look_at_spaces(struct proofs *t)
{
	struct str text = t->r->text;
	struct cx *cx = t->run->cx;
	for (size_t i = 1; i + 1 < text.len; i++) {
		size_t end = i;
		while (end < text.len && text.at[end] == ' ')
			end++;
		if (end - i >= 2 && text.at[i - 1] != '\n' && end < text.len && text.at[end] != '\n')
			tell(t, i, end, "double", S(" "), _("Two spaces where one is meant."));
		i = end > i ? end : i;
	}
}

static void tell_once(struct proofs *t)
{
	struct cx *cx = t->run->cx;
	if (t->plain_count) {
		struct finding *f = check_tell(t->run, t->r, t->plain_from, t->plain_to, S("plain"));
		check_lower(t->run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("A plain space before or behind such a sign lets it begin a line alone (%zu in this text)."), t->plain_count);
		f->remedy = str_of(_("Put spaces there that do not break, or leave it where lines are short."));
		check_replace(f, t->plain_with);
	}
	if (t->straight_count) {
		struct finding *f = check_tell(t->run, t->r, t->straight_from, t->straight_from + 1, S("apostrophe"));
		check_lower(t->run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("Straight apostrophes where French has curved ones (%zu in this text)."),
			t->straight_count);
		f->remedy = str_of(_("Take ’ for '. Search finds both."));
		check_replace(f, S("’"));
	}
	if (t->dash_count) {
		struct finding *f = check_tell(t->run, t->r, t->dash_from, t->dash_from + 1, S("dash"));
		check_lower(t->run, f, CHECK_INFORM);
		f->reason = arena_printf(cx->arena, _("A hyphen stands where a dash is meant (%zu in this text)."), t->dash_count);
		f->remedy = str_of(_("Take the proposal: it changes signs and spaces only."));
		check_replace(f, S("–"));
	}
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct proofs t = {.run = run, .r = r};
		bool french = check_speaks(r, "fr");
		if (!french && !check_speaks(r, "en"))
			continue;
		for (size_t i = 0; i < r->count; i++) {
			if (is_sign(r, i, ".") && is_sign(r, i + 1, ".")) {
				look_at_points(&t, &i);
				continue;
			}
			if (french && is_sign(r, i, "\"") && i + 1 > t.closing)
				look_at_quotes(&t, i);
			else if (french)
				look_french(&t, i);
			look_both(&t, i, french);
		}
		look_at_spaces(&t);
		tell_once(&t);
	}
}

const struct check_kind check_typography = {
	.word = "typography",
	.title = N_("Typography"),
	.about = N_("Signs and spaces as French and English set them: quotes, spaces before signs, points, dashes, ordinals"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
