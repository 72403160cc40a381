#include "text/query_lex.h"

#include "base/err.h"
#include "base/utf8.h"

bool query_fault_at(struct query_fault *fault, struct str at, const char *story)
{
	*fault = (struct query_fault){story, at};
	return false;
}

/* Also the blanks and quotation marks that word processors put. */
static bool blank(u32 code)
{
	return code <= ' ' || code == 0x7F || code == 0xA0 || (code >= 0x2000 && code <= 0x200B) || code == 0x202F || code == 0x3000 || code == 0xFEFF;
}

static bool quote(u32 code)
{
	return code == '"' || code == 0x201C || code == 0x201D || code == 0x201E || code == 0xAB || code == 0xBB;
}

static struct str skip_blanks(struct str s)
{
	while (s.len) {
		struct str before = s;
		if (!blank(utf8_next(&s)))
			return before;
	}
	return s;
}

/* Up to the next quotation mark; *ret_rest stands behind it. */
static bool read_quoted(struct str rest, struct str *ret_inside, struct str *ret_rest)
{
	struct str inside = rest;
	while (rest.len) {
		struct str before = rest;
		if (!quote(utf8_next(&rest)))
			continue;
		*ret_inside = str_span(inside.at, before.at);
		*ret_rest = rest;
		return true;
	}
	return false;
}

static bool lex_quoted(struct query_lexer *l, struct str at, struct str inside_on, struct query_fault *fault)
{
	struct str after;
	if (!read_quoted(inside_on, &l->value, &after))
		return query_fault_at(fault, at, N_("The quotation mark that opens here is not closed: close it, or take it out."));
	l->at = str_span(l->at.at, after.at);
	l->rest = after;
	return true;
}

/* "lang:" of "lang:fr": letters before the first colon. */
static bool field_name(struct str raw, struct str *ret_name)
{
	ptrdiff_t colon = str_find_byte(raw, ':');
	if (colon <= 0)
		return false;
	for (ptrdiff_t i = 0; i < colon; i++)
		if ((raw.at[i] | 32) < 'a' || (raw.at[i] | 32) > 'z')
			return false;
	*ret_name = str_head(raw, (size_t)colon);
	return true;
}

/* "{brand}" is another way to write saved:brand. */
static bool lex_piece(struct query_lexer *l, struct query_fault *fault)
{
	ptrdiff_t end = str_find_byte(l->rest, '}');
	if (end < 0)
		return query_fault_at(fault, l->at, N_("The brace that opens here is not closed: write {name} for a saved piece, or take it out."));
	l->piece = PIECE_FIELD;
	l->name = S("saved");
	l->at = str_head(l->rest, (size_t)end + 1);
	l->value = str_skip(str_head(l->at, (size_t)end), 1);
	l->rest = str_skip(l->rest, (size_t)end + 1);
	return true;
}

static bool lex_near(struct query_lexer *l, struct query_fault *fault)
{
	l->piece = PIECE_NEAR;
	if (l->at.len > 5 && str_to_i64(str_skip(l->at, 5), &l->distance) && l->distance >= 1 && l->distance <= QUERY_NEAR_MAX)
		return true;
	return query_fault_at(fault, l->at, N_("NEAR takes the number of words, from 1 to 100: write NEAR/5. To look for the word itself, write it small."));
}

static bool lex_words(struct query_lexer *l, struct query_fault *fault)
{
	struct str rest = l->rest;
	while (rest.len) {
		struct str before = rest;
		u32 code = utf8_next(&rest);
		if (blank(code) || quote(code) || code == '(' || code == ')') {
			rest = before;
			break;
		}
	}
	l->at = l->value = str_span(l->rest.at, rest.at);
	l->rest = rest;
	l->piece = str_eq(l->at, S("AND")) ? PIECE_AND : str_eq(l->at, S("OR")) ? PIECE_OR : str_eq(l->at, S("NOT")) ? PIECE_NOT : PIECE_WORDS;
	if (str_eq(l->at, S("NEAR")) || str_starts(l->at, S("NEAR/")))
		return lex_near(l, fault);
	if (l->piece != PIECE_WORDS || !field_name(l->at, &l->name))
		return true;
	l->piece = PIECE_FIELD;
	l->value = str_skip(l->at, l->name.len + 1);
	struct str inside = rest;
	if (l->value.len || !rest.len || !quote(utf8_next(&inside)))
		return true;
	return lex_quoted(l, str_span(rest.at, inside.at), inside, fault);
}

bool query_lex(struct query_lexer *l, struct query_fault *fault)
{
	l->rest = skip_blanks(l->rest);
	l->at = str_head(l->rest, l->rest.len ? 1 : 0);
	if (!l->rest.len) {
		l->piece = PIECE_END;
		return true;
	}
	struct str after = l->rest;
	u32 code = utf8_next(&after);
	if (code == '(' || code == ')') {
		l->piece = code == '(' ? PIECE_OPEN : PIECE_CLOSE;
		l->rest = after;
		return true;
	}
	if (code == '{')
		return lex_piece(l, fault);
	if (!quote(code))
		return lex_words(l, fault);
	l->piece = PIECE_QUOTED;
	l->at = str_span(l->rest.at, after.at);
	return lex_quoted(l, l->at, after, fault);
}
