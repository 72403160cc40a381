/* typography.c: what is not set as print has it (text/typography.h): the spaces of French, quotes, apostrophes, points, units,
 * hours, ordinals; and besides, "Mr" in French and a hyphen where a dash is meant. What no keyboard writes by itself and stands all
 * over a text (plain spaces beside signs, straight apostrophes, hyphens as dashes) is told once, with how often.
 *
 * As the check comes (inform), what is typed all through as keyboards type it (straight quotes and apostrophes, three points,
 * hyphens as dashes, plain spaces before signs) is left alone: two posts of three have some (docs/checks.md has the figures). It is told where the same text
 * has the printed sign too, and all of it where the house wants more than to be informed. */
#include "text/typography.h"

#include "check/run.h"

#include <string.h>

#define FOUND_MOST 400u /* of a text; what is told once is counted among them */

/* Of what is told once. */
struct heap {
	size_t count, from, to;
	struct str with;
};

struct proofs {
	struct check_run *run;
	const struct check_reading *r;
	struct typography_finding *found; /* room for FOUND_MOST */
	struct heap plain, straight, dash, hours;
};

static void add(struct heap *heap, size_t from, size_t to, struct str with)
{
	if (!heap->count++) {
		heap->from = from;
		heap->to = to;
		heap->with = with;
	}
}

static void tell(struct proofs *t, size_t from, size_t to, const char *key, struct str with, const char *reason)
{
	struct cx *cx = t->run->cx;
	struct finding *f = check_tell(t->run, t->r, from, to, str_of(key));
	f->reason = str_of(reason);
	f->remedy = str_of(_("Take the proposal: it changes signs and spaces only."));
	check_replace(f, with);
}

static void tell_heap(struct proofs *t, const struct heap *heap, const char *key, const char *reason, const char *remedy)
{
	struct finding *f = check_tell(t->run, t->r, heap->from, heap->to, str_of(key));
	check_lower(t->run, f, CHECK_INFORM);
	f->reason = str_of(reason);
	f->remedy = str_of(remedy);
	check_replace(f, heap->with);
}

static void tell_heaps(struct proofs *t)
{
	struct cx *cx = t->run->cx;
	if (t->run->level <= CHECK_INFORM && str_find(t->r->text, S("–")) < 0 && str_find(t->r->text, S("—")) < 0)
		t->dash.count = 0; /* as keyboards type it, all through */
	if (t->plain.count)
		tell_heap(t, &t->plain, "plain",
			arena_printf(cx->arena, _("A plain space before or behind such a sign lets it begin a line alone (%zu in this text)."),
				t->plain.count).at,
			_("Put spaces there that do not break, or leave it where lines are short."));
	if (t->straight.count)
		tell_heap(t, &t->straight, "apostrophe",
			arena_printf(cx->arena, _("Straight apostrophes where print has curved ones (%zu in this text)."),
				t->straight.count).at,
			_("Take ’ for '. Search finds both."));
	if (t->hours.count)
		tell_heap(t, &t->hours, "hour", _(typography_rule_reason(TYPOGRAPHY_HOUR)),
			_("Take the proposal: it changes signs and spaces only."));
	if (t->dash.count)
		tell_heap(t, &t->dash, "dash",
			arena_printf(cx->arena, _("A hyphen stands where a dash is meant (%zu in this text)."), t->dash.count).at,
			_("Take the proposal: it changes signs and spaces only."));
}

/* Only a space is changed for another: what a keyboard writes. */
static bool is_plain_space(struct str text, const struct typography_finding *found)
{
	struct str was = str_span(text.at + found->from, text.at + found->to), with = str_of(found->with);
	if (found->rule == TYPOGRAPHY_SPACE_TOO_MANY || found->rule == TYPOGRAPHY_SPACE_TWICE || str_find_byte(was, ' ') < 0)
		return false;
	while (was.len && with.len) {
		if (was.at[0] == ' ') {
			was = str_skip(was, 1);
			with = str_skip(with, str_starts(with, S("\u202f")) ? 3 : str_starts(with, S("\u00a0")) ? 2 : 0);
		} else if (was.at[0] == with.at[0]) {
			was = str_skip(was, 1);
			with = str_skip(with, 1);
		} else {
			return false;
		}
	}
	return !was.len && !with.len;
}

/* What a keyboard types, in a text that has nothing better of the kind. */
static bool is_habit(const struct proofs *t, const struct typography_finding *f)
{
	static const char *const printed[][4] = {
		[TYPOGRAPHY_APOSTROPHE] = {"’"}, [TYPOGRAPHY_QUOTE] = {"«", "“"}, [TYPOGRAPHY_ELLIPSIS] = {"…"}, [TYPOGRAPHY_SPACE_BEFORE] = {"\u202f", "\u00a0"},
	};
	enum typography_rule rule = is_plain_space(t->r->text, f) ? TYPOGRAPHY_SPACE_BEFORE : f->rule;
	bool may_be = rule == TYPOGRAPHY_APOSTROPHE || rule == TYPOGRAPHY_QUOTE || rule == TYPOGRAPHY_ELLIPSIS || is_plain_space(t->r->text, f);
	if (!may_be || t->run->level > CHECK_INFORM)
		return false;
	for (size_t i = 0; i < COUNT(printed[rule]) && printed[rule][i]; i++)
		if (str_find(t->r->text, str_of(printed[rule][i])) >= 0)
			return false;
	return true;
}

static void look_by_rule(struct proofs *t)
{
	struct cx *cx = t->run->cx;
	size_t count = typography_of(t->r->text, t->r->lang, t->found, FOUND_MOST);
	for (size_t i = 0; i < count; i++) {
		const struct typography_finding *f = &t->found[i];
		struct str with = arena_str(cx->arena, str_of(f->with));
		if (is_habit(t, f))
			continue;
		if (is_plain_space(t->r->text, f))
			add(&t->plain, f->from, f->to, with);
		else if (f->rule == TYPOGRAPHY_APOSTROPHE)
			add(&t->straight, f->from, f->to, with);
		else if (f->rule == TYPOGRAPHY_HOUR)
			add(&t->hours, f->from, f->to, with);
		else
			tell(t, f->from, f->to, typography_rule_word(f->rule), with, _(typography_rule_reason(f->rule)));
	}
}

/* What stands in no rule there. */
static void look_besides(struct proofs *t, size_t i)
{
	const struct check_reading *r = t->r;
	struct cx *cx = t->run->cx;
	const struct piece *p = &r->pieces[i], *next = p + 1;
	struct str text = str_span(r->text.at + p->from, r->text.at + p->to);
	if (i + 1 >= r->count || next->flags & PIECE_LINE)
		return;
	if (check_speaks(r, "fr") && p->kind == PIECE_WORD && str_eq(text, S("Mr")) && next->kind == PIECE_WORD &&
		next->flags & PIECE_CAPITAL)
		tell(t, p->from, p->to, "title", S("M."), _("“Monsieur” is shortened to “M.” in French; “Mr” is English."));
	if (i && p->kind == PIECE_SIGN && str_eq(text, S("-")) && !(p->flags & PIECE_LINE) && p->flags & PIECE_SPACED &&
		next->flags & PIECE_SPACED &&
		(p - 1)->kind == PIECE_WORD && next->kind == PIECE_WORD)
		add(&t->dash, p->from, p->to, S("–"));
}

static void look(struct check_run *run)
{
	struct typography_finding *found = arena_array(run->cx->arena, struct typography_finding, FOUND_MOST);
	for (size_t n = 0; n < run->reading_count; n++) {
		const struct check_reading *r = &run->readings[n];
		struct proofs t = {.run = run, .r = r, .found = found};
		look_by_rule(&t);
		for (size_t i = 0; i < r->count; i++)
			look_besides(&t, i);
		tell_heaps(&t);
	}
}

const struct check_kind check_typography = {
	.word = "typography",
	.title = N_("Typography"),
	.about = N_("Signs and spaces as print has them: quotes, apostrophes, spaces beside signs, points, dashes, units, hours, ordinals"),
	.level = CHECK_INFORM,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
