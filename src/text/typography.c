#include "text/typography.h"

#include "base/err.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "model/mark.h"

#include <string.h>
#include <utf8proc.h>

#define NARROW "\u202F"
#define FIXED "\u00A0"

const char *typography_rule_word(enum typography_rule rule)
{
	static const char *const words[] = {
		[TYPOGRAPHY_SPACE_BEFORE] = "space_before", [TYPOGRAPHY_SPACE_INSIDE] = "space_inside", [TYPOGRAPHY_SPACE_TOO_MANY] = "space_too_many",
		[TYPOGRAPHY_SPACE_TWICE] = "space_twice",   [TYPOGRAPHY_SPACE_AFTER] = "space_after",   [TYPOGRAPHY_QUOTE] = "quote",
		[TYPOGRAPHY_APOSTROPHE] = "apostrophe",     [TYPOGRAPHY_ELLIPSIS] = "ellipsis",         [TYPOGRAPHY_UNIT] = "unit",
		[TYPOGRAPHY_THOUSANDS] = "thousands",       [TYPOGRAPHY_HOUR] = "hour",                 [TYPOGRAPHY_ORDINAL] = "ordinal",
	};
	must((size_t)rule < COUNT(words));
	return words[rule];
}

const char *typography_rule_reason(enum typography_rule rule)
{
	static const char *const reasons[] = {
		[TYPOGRAPHY_SPACE_BEFORE] = N_("French puts a space before this mark, one that does not break, so that the mark never begins a line."),
		[TYPOGRAPHY_SPACE_INSIDE] = N_("Inside French quotes stands a space that does not break."),
		[TYPOGRAPHY_SPACE_TOO_MANY] = N_("No space goes before this mark."),
		[TYPOGRAPHY_SPACE_TWICE] = N_("There are several spaces where one is enough."),
		[TYPOGRAPHY_SPACE_AFTER] = N_("A space goes after a comma."),
		[TYPOGRAPHY_QUOTE] = N_("These are a typewriter's quotes; print has an opening and a closing one."),
		[TYPOGRAPHY_APOSTROPHE] = N_("This is a typewriter's apostrophe; print has a curved one."),
		[TYPOGRAPHY_ELLIPSIS] = N_("Three points are one sign in print, which is never parted."),
		[TYPOGRAPHY_UNIT] = N_("Between a number and its sign stands a space that does not break."),
		[TYPOGRAPHY_THOUSANDS] = N_("Thousands are parted by a narrow space that does not break."),
		[TYPOGRAPHY_HOUR] = N_("In hours, “h” stands between spaces that do not break."),
		[TYPOGRAPHY_ORDINAL] = N_("This ordinal is written shorter in French."),
	};
	must((size_t)rule < COUNT(reasons));
	return reasons[rule];
}

/* ---- one pass ---- */

#define OF_ONE_STEP 16 /* findings: the thousands of a number, at the most */

enum { READERS = 2 }; /* names are longer in the fediverse, links without a scheme are X's */

struct pass {
	struct str text;
	bool french, canadian, english;
	struct typography_finding *found;
	size_t most, count;
	struct mark_reader readers[READERS];
	struct mark next[READERS];
	bool has[READERS];
	size_t link_end; /* of the last link: what stands there may be taken into it */
	size_t mark_end; /* of the last mark of any kind */
	bool quoted;     /* within "…" */
};

static u32 code_at(const struct pass *p, size_t at, size_t *ret_next)
{
	struct str rest = str_skip(p->text, at);
	u32 code = rest.len ? utf8_next(&rest) : '\n';
	*ret_next = p->text.len - rest.len;
	return code;
}

static u32 peek(const struct pass *p, size_t at)
{
	size_t next;
	return code_at(p, at, &next);
}

/* A line's end where there is nothing. */
static u32 code_before(const struct pass *p, size_t at)
{
	size_t from = at;
	while (from && at - from < 4) {
		from--;
		if (((u8)p->text.at[from] & 0xC0) != 0x80)
			break;
	}
	return from < at ? peek(p, from) : '\n';
}

static bool is_digit(u32 code)
{
	return code >= '0' && code <= '9';
}

static bool is_letter(u32 code)
{
	if (code < 0x80)
		return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
	utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

static bool is_line_end(u32 code)
{
	return code == '\n' || code == '\r' || code == 0x2028 || code == 0x2029;
}

static bool is_space(u32 code)
{
	return code == ' ' || code == '\t' || code == 0xA0 || code == 0x202F || code == 0x2009 || code == 0x3000 || is_line_end(code);
}

static bool is_fixed(u32 code)
{
	return code == 0xA0 || code == 0x202F;
}

/* What a mark may close: a word, a number, what is in brackets or quotes. */
static bool ends_word(u32 code)
{
	return is_letter(code) || is_digit(code) || code == ')' || code == ']' || code == 0xBB || code == 0x201D || code == 0x2019 || code == 0x2026 || code == '%' || code == 0x20AC || code == '*' || code == '"' || code == '.';
}

static void tell(struct pass *p, enum typography_rule rule, size_t from, size_t to, const char *with)
{
	if (p->count == p->most)
		return;
	struct typography_finding *f = &p->found[p->count++];
	*f = (struct typography_finding){.rule = rule, .from = from, .to = to};
	must(strlen(with) < sizeof f->with);
	memcpy(f->with, with, strlen(with) + 1);
}

/* ---- what is not touched ---- */

static size_t end_of_token(const struct pass *p, size_t at)
{
	size_t next;
	while (at < p->text.len && !is_space(code_at(p, at, &next)))
		at = next;
	return at;
}

/* ":tada:" */
static size_t end_of_short_name(const struct pass *p, size_t at)
{
	size_t end = at + 1;
	while (is_letter(peek(p, end)) || is_digit(peek(p, end)) || peek(p, end) == '_' || peek(p, end) == '+' || peek(p, end) == '-')
		if (++end - at > 64)
			return at;
	return end > at + 2 && peek(p, end) == ':' ? end + 1 : at;
}

/* Behind what begins here and is to stay as it is; `at` itself: nothing does. */
static size_t behind_guarded(struct pass *p, size_t at)
{
	for (int i = 0; i < READERS; i++) {
		while (p->has[i] && p->next[i].to <= at)
			p->has[i] = mark_next(&p->readers[i], &p->next[i]);
		if (p->has[i] && p->next[i].from <= at) {
			if (p->next[i].kind == MARK_LINK)
				p->link_end = p->next[i].to;
			return p->mark_end = p->next[i].to;
		}
	}
	u32 code = peek(p, at);
	if (code == '`') {
		for (size_t end = at + 1; end < p->text.len && p->text.at[end] != '\n'; end++)
			if (p->text.at[end] == '`')
				return end + 1;
		return at;
	}
	if (code == ':')
		return end_of_short_name(p, at);
	if (at && !is_space(code_before(p, at)))
		return at;
	/* A word with something in it that no word has: an address of another kind, a path, a piece of code. */
	size_t end = end_of_token(p, at);
	struct str token = str_head(str_skip(p->text, at), end - at);
	if (str_find(token, S("://")) >= 0 || str_find_byte(token, '\\') >= 0 || str_find_byte(token, '_') >= 0 || str_find(token, S("()")) >= 0 || str_find_byte(token, '@') > 0 ||
	    (str_find_byte(token, '&') >= 0 && str_find_byte(token, ';') >= 0)) {
		p->link_end = end;
		return end;
	}
	return at;
}

/* ---- marks ---- */

/* Does this mark want a space before it in French, given what follows? NULL: no. */
static const char *space_before(const struct pass *p, u32 mark, size_t behind)
{
	u32 follows = peek(p, behind);
	bool ends = is_space(follows) || follows == 0xBB || follows == '"' || follows == ')' || follows == '.' || follows == 0x2026;
	if (mark == 0xBB)
		return FIXED;
	bool parts = is_space(follows) || follows == 0xAB || follows == 0xBB || follows == '"';
	if (mark == ':')
		return parts ? FIXED : NULL;
	if (p->canadian)
		return NULL;
	if (mark == ';')
		return parts ? NARROW : NULL;
	if (mark == '!' || mark == '?')
		return ends || follows == '!' || follows == '?' || follows >= 0x2000 ? NARROW : NULL;
	return NULL;
}

static enum typography_rule rule_of(u32 mark)
{
	return mark == 0xBB ? TYPOGRAPHY_SPACE_INSIDE : TYPOGRAPHY_SPACE_BEFORE;
}

static void tell_mark(struct pass *p, enum typography_rule rule, size_t from, size_t mark, size_t behind, const char *space)
{
	char with[32];
	size_t len = strlen(space);
	memcpy(with, space, len);
	memcpy(with + len, p->text.at + mark, behind - mark);
	with[len + behind - mark] = 0;
	tell(p, rule, from, behind, with);
}

static size_t take_mark(struct pass *p, size_t at, u32 mark, size_t behind)
{
	const char *space = p->french ? space_before(p, mark, behind) : NULL;
	u32 before = code_before(p, at);
	if (space && at != p->link_end && (ends_word(before) || (mark == 0xBB && !is_space(before) && before != 0xAB)))
		tell_mark(p, rule_of(mark), at, at, behind, space);
	return behind;
}

static size_t take_opening(struct pass *p, size_t at, size_t behind)
{
	u32 follows = peek(p, behind);
	size_t end = behind;
	while (end < p->text.len && p->text.at[end] == ' ')
		end++;
	if (p->french && !is_fixed(follows) && !is_line_end(peek(p, end)) && !is_fixed(peek(p, end)))
		tell(p, TYPOGRAPHY_SPACE_INSIDE, at, end, "«" FIXED);
	else
		end = behind;
	return end;
}

/* ---- spaces ---- */

static bool takes_no_space(const struct pass *p, u32 mark, size_t behind)
{
	bool closes = mark == ',' || mark == '.' || (p->english && (mark == ';' || mark == ':' || mark == '!' || mark == '?'));
	u32 follows = peek(p, behind);
	return closes && (p->english || p->french) && (is_space(follows) || follows == 0xBB || follows == '"' || ((mark == '!' || mark == '?') && (follows == '!' || follows == '?')));
}

/* A run of spaces, in the middle of a line. */
static size_t take_spaces(struct pass *p, size_t at)
{
	size_t end = at, behind;
	while (end < p->text.len && p->text.at[end] == ' ')
		end++;
	u32 before = code_before(p, at), mark = code_at(p, end, &behind);
	if (is_line_end(before) || is_line_end(mark))
		return end;
	const char *space = p->french ? space_before(p, mark, behind) : NULL;
	bool word = ends_word(before) && at != p->link_end;
	if (space && (word || (mark == 0xBB && at != p->link_end))) {
		tell_mark(p, rule_of(mark), at, end, behind, space);
		return behind;
	}
	if (p->french && is_digit(before) && (mark == '%' || mark == 0x20AC)) {
		tell_mark(p, TYPOGRAPHY_UNIT, at, end, behind, FIXED);
		return behind;
	}
	bool points = (before == '.' || before == 0x2026) && mark == '.';
	if (word && !points && takes_no_space(p, mark, behind)) {
		tell_mark(p, TYPOGRAPHY_SPACE_TOO_MANY, at, end, behind, "");
		return behind;
	}
	if (end - at > 1 && !is_fixed(before) && !is_fixed(mark))
		tell(p, TYPOGRAPHY_SPACE_TWICE, at, end, " ");
	return end;
}

/* ---- quotes, apostrophes, points, commas ---- */

static bool closes_later(const struct pass *p, size_t at)
{
	for (; at < p->text.len && p->text.at[at] != '\n'; at++)
		if (p->text.at[at] == '"')
			return !is_space(code_before(p, at));
	return false;
}

static size_t take_quote(struct pass *p, size_t at)
{
	u32 before = code_before(p, at), follows = peek(p, at + 1);
	bool opens = is_space(before) || before == 0xAB || before == '(' || before == '[' || before == 0x2019 || before == '\'';
	if (!p->french && !p->english)
		return at + 1;
	if (!p->quoted && opens && !is_space(follows) && closes_later(p, at + 1)) {
		p->quoted = true;
		tell(p, TYPOGRAPHY_QUOTE, at, at + 1, p->french ? "«" FIXED : "“");
	} else if (p->quoted) {
		p->quoted = false;
		tell(p, TYPOGRAPHY_QUOTE, at, at + 1, p->english ? "”" : at == p->link_end ? " »" : FIXED "»");
	}
	return at + 1;
}

static size_t take_apostrophe(struct pass *p, size_t at)
{
	if ((p->french || p->english) && at != p->mark_end && is_letter(code_before(p, at)) && (is_letter(peek(p, at + 1)) || (p->french && (peek(p, at + 1) == 0xAB || peek(p, at + 1) == '"'))))
		tell(p, TYPOGRAPHY_APOSTROPHE, at, at + 1, "’");
	return at + 1;
}

static size_t take_points(struct pass *p, size_t at)
{
	size_t end = at;
	while (end < p->text.len && p->text.at[end] == '.')
		end++;
	if (end - at == 3 && !is_digit(peek(p, end)) && peek(p, end) != '/')
		tell(p, TYPOGRAPHY_ELLIPSIS, at, end, "…");
	return end;
}

static size_t take_comma(struct pass *p, size_t at)
{
	if ((p->french || p->english) && at != p->link_end && is_letter(code_before(p, at)) && is_letter(peek(p, at + 1)))
		tell(p, TYPOGRAPHY_SPACE_AFTER, at, at + 1, ", ");
	return at + 1;
}

/* ---- numbers, in French ---- */

static size_t digits(const struct pass *p, size_t at)
{
	while (at < p->text.len && is_digit((u8)p->text.at[at]))
		at++;
	return at;
}

static bool may_end_number(u32 code)
{
	return !is_letter(code) && !is_digit(code);
}

static size_t skip_space(const struct pass *p, size_t at)
{
	for (size_t next; at < p->text.len; at = next) {
		u32 code = code_at(p, at, &next);
		if (code != ' ' && !is_fixed(code))
			break;
	}
	return at;
}

/* "10 000": groups of three, none of another length before or behind. */
static size_t take_thousands(struct pass *p, size_t at, size_t end)
{
	size_t spaces[8], groups[8], count = 0, group = end;
	for (size_t begin; count < COUNT(spaces); group = begin + 3) {
		for (begin = group; begin < p->text.len && p->text.at[begin] == ' ';)
			begin++;
		if (begin == group || digits(p, begin) != begin + 3)
			break;
		spaces[count] = group;
		groups[count++] = begin;
	}
	bool goes_on = is_digit(peek(p, skip_space(p, group)));
	if (!count || end - at > 3 || goes_on || !may_end_number(peek(p, group)) || p->text.at[at] == '0')
		return end;
	for (size_t i = 0; i < count; i++)
		tell(p, TYPOGRAPHY_THOUSANDS, spaces[i], groups[i], NARROW);
	return group;
}

/* "18h40", "18 h" */
static size_t take_hour(struct pass *p, size_t at, size_t end)
{
	size_t h = skip_space(p, end), minutes = skip_space(p, h + 1), behind = digits(p, minutes);
	if (end - at > 2 || peek(p, h) != 'h')
		return end;
	bool whole = behind == minutes + 2;
	if (!whole)
		minutes = behind = h + 1;
	if (!may_end_number(peek(p, behind)) || peek(p, behind) == '/' || (!whole && is_digit(peek(p, h + 1))))
		return end;
	bool good = h - end == 2 + (peek(p, end) == 0x202F) && is_fixed(peek(p, end)) && (!whole || (minutes - h == 3 + (size_t)(peek(p, h + 1) == 0x202F) && is_fixed(peek(p, h + 1))));
	if (!good)
		tell(p, TYPOGRAPHY_HOUR, end, minutes, whole ? FIXED "h" FIXED : FIXED "h");
	return behind;
}

static size_t take_ordinal(struct pass *p, size_t at, size_t end)
{
	static const struct {
		const char *long_form, *short_form;
		bool first;
	} forms[] = {
		{"ère", "re", true},  {"ére", "re", true},  {"ere", "re", true},  {"ères", "res", true}, {"eres", "res", true}, {"ème", "e", false},
		{"éme", "e", false},  {"eme", "e", false},  {"ième", "e", false}, {"ieme", "e", false},  {"èmes", "es", false}, {"emes", "es", false},
	};
	bool first = end == at + 1 && p->text.at[at] == '1';
	for (size_t i = 0; i < COUNT(forms); i++) {
		size_t behind = end + strlen(forms[i].long_form);
		if (forms[i].first != first || !str_starts(str_skip(p->text, end), str_of(forms[i].long_form)) || !may_end_number(peek(p, behind)))
			continue;
		tell(p, TYPOGRAPHY_ORDINAL, end, behind, forms[i].short_form);
		return behind;
	}
	return end;
}

static size_t take_number(struct pass *p, size_t at)
{
	size_t end = digits(p, at), behind;
	u32 before = code_before(p, at);
	size_t space = at;
	while (space && p->text.at[space - 1] == ' ')
		space--;
	bool alone = may_end_number(before) && before != '+' && before != '.' && before != ',' && before != '/' && before != ':' && before != '-';
	if (!p->french || !alone || (space < at && is_digit(code_before(p, space))) || (space < at && code_before(p, space) == '+'))
		return end;
	size_t taken = take_hour(p, at, end);
	if (taken == end)
		taken = take_ordinal(p, at, end);
	if (taken > end)
		return taken;
	end = take_thousands(p, at, end);
	if (peek(p, end) == ',' && is_digit(peek(p, end + 1)))
		end = digits(p, end + 1);
	u32 sign = code_at(p, end, &behind);
	if (sign == '%' || sign == 0x20AC) {
		tell_mark(p, TYPOGRAPHY_UNIT, end, end, behind, FIXED);
		return behind;
	}
	return end;
}

/* ---- the whole ---- */

static size_t take(struct pass *p, size_t at)
{
	size_t next;
	u32 code = code_at(p, at, &next);
	switch (code) {
	case ' ':
		return take_spaces(p, at);
	case ':':
	case ';':
	case '!':
	case '?':
	case 0xBB:
		return take_mark(p, at, code, next);
	case 0xAB:
		return take_opening(p, at, next);
	case '"':
		return take_quote(p, at);
	case '\'':
		return take_apostrophe(p, at);
	case '.':
		return take_points(p, at);
	case ',':
		return take_comma(p, at);
	case '\n':
		p->quoted = false;
		return next;
	}
	return is_digit(code) ? take_number(p, at) : next;
}

static struct pass pass_new(struct str text, struct str lang, struct typography_finding *found, size_t most)
{
	struct pass p = {.text = text, .found = found, .most = most, .link_end = SIZE_MAX, .mark_end = SIZE_MAX};
	static const enum mark_dialect dialects[READERS] = {MARK_X, MARK_FEDIVERSE};
	struct str language = str_cut(&lang, '-');
	p.french = str_eq_fold(language, S("fr"));
	p.english = str_eq_fold(language, S("en"));
	p.canadian = p.french && str_eq_fold(lang, S("ca"));
	for (int i = 0; i < READERS; i++) {
		p.readers[i] = mark_reader_new(text, dialects[i], MARK_ALL);
		p.has[i] = mark_next(&p.readers[i], &p.next[i]);
	}
	return p;
}

static size_t step(struct pass *p, size_t at)
{
	size_t guarded = behind_guarded(p, at);
	return guarded > at ? guarded : take(p, at);
}

size_t typography_of(struct str text, struct str lang, struct typography_finding *ret_found, size_t most)
{
	struct pass p = pass_new(text, lang, ret_found, most);
	for (size_t at = 0; at < text.len && p.count < most;)
		at = step(&p, at);
	return p.count;
}

void buf_add_typeset(struct buf *b, struct str text, struct str lang)
{
	struct typography_finding found[OF_ONE_STEP];
	struct pass p = pass_new(text, lang, found, COUNT(found));
	size_t written = 0;
	for (size_t at = 0; at < text.len; p.count = 0) {
		at = step(&p, at);
		for (size_t i = 0; i < p.count; i++) {
			buf_add(b, str_head(str_skip(text, written), found[i].from - written));
			buf_adds(b, found[i].with);
			written = found[i].to;
		}
	}
	buf_add(b, str_skip(text, written));
}
