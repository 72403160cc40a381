/* placeholder.c: what was meant to be filled in: {name}, [link], lorem ipsum, "TO" "DO". */
#include "check/run.h"

#include <string.h>

#define INSIDE 40u /* bytes between brackets */

static void tell(struct check_run *run, const struct check_reading *r, size_t from, size_t to)
{
	struct cx *cx = run->cx;
	struct finding *f = check_tell(run, r, from, to, str_span(r->text.at + from, r->text.at + to));
	f->reason = arena_printf(cx->arena, _("“%.*s” looks like something that was still to be filled in."), STR_ARG(f->excerpt));
	f->remedy = str_of(_("Fill it in, or take it out."));
}

static bool is_slot(struct check_run *run, struct str inside)
{
	static const char *const words[] = {"lien", "link", "url", "nom", "name", "prénom", "date", "titre", "title", "image",
		"photo", "texte", "text", "heure", "time", "lieu", "place", "prix", "price", "code",
		"insérer", "insert", "compléter", "remplir", "xx", "xxx", "...", "…", "à", "ajouter", "add", "ville", "city",
			"produit", "product", "marque", "brand", "votre", "your"};
	struct str rest = inside, first = str_cut(&rest, ' ');
	struct check_reading r = {.lang = S("fr"), .text = first};
	check_read(run->cx->arena, &r);
	if (str_eq(first, S("...")) || str_eq(first, S("…")))
		return true;
	return r.count == 1 && str_in(r.pieces[0].lower, words, COUNT(words)) && (!str_eq(r.pieces[0].lower, S("à")) || rest.len);
}

/* From an opening sign: where its closing one is, 0: not near. */
static size_t closing(struct str text, size_t at, char close)
{
	for (size_t i = at + 1; i < text.len && i <= at + INSIDE; i++) {
		if (text.at[i] == '\n')
			return 0;
		if (text.at[i] == close)
			return i;
	}
	return 0;
}

static bool is_filled(struct check_run *run, struct str name)
{
	for (size_t i = 0; i < run->post->filled_count; i++)
		if (str_eq_fold(name, run->post->filled[i]))
			return true;
	return false;
}

static void look_at_brackets(struct check_run *run, const struct check_reading *r)
{
	struct str text = r->text;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		size_t end = c == '{' ? closing(text, i, '}') : c == '[' ? closing(text, i, ']') : c == '<' ?
			closing(text, i, '>') : 0;
		if (!end || end == i + 1)
			continue;
		struct str inside = str_span(text.at + i + 1, text.at + end);
		if (c == '{') {
			if (inside.at[0] == '{' && end + 1 < text.len && text.at[end + 1] == '}')
				end++;
			if (is_filled(run, str_trim(str_skip(inside, 1))) && inside.at[0] == '{') {
				i = end;
				continue;
			}
			tell(run, r, i, end + 1);
		} else if (is_slot(run, inside)) {
			tell(run, r, i, end + 1);
		} else {
			continue;
		}
		i = end;
	}
}

/* It begins what stands in brackets, and look_at_brackets() told of that. */
static bool is_in_brackets(struct str text, size_t from)
{
	char c = from ? text.at[from - 1] : 0;
	return (c == '{' && closing(text, from - 1, '}')) || (c == '[' && closing(text, from - 1, ']')) || (c == '<' && closing(text, from - 1, '>'));
}

static void look_at_words(struct check_run *run, const struct check_reading *r)
{
	static const char *const signs[] = {"TO" "DO", "TBD", "TBC", "X" "XX", "XXXX", "FIX" "ME", "ÀCOMPLÉTER"};
	static const char *const phrases[][2] = {{"lorem", "ipsum"}, {"à", "compléter"}, {"insert", "link"}, {"insérer", "lien"},
		{"texte", "ici"}, {"text", "here"}, {"lien", "ici"}};
	for (size_t i = 0; i < r->count; i++) {
		const struct piece *p = &r->pieces[i];
		struct str word = str_span(r->text.at + p->from, r->text.at + p->to);
		if (p->kind == PIECE_WORD && str_in(word, signs, COUNT(signs)))
			tell(run, r, p->from, p->to);
		for (size_t n = 0; i + 1 < r->count && n < COUNT(phrases); n++)
			if (str_eq(p->lower, str_of(phrases[n][0])) && str_eq(p[1].lower, str_of(phrases[n][1])) &&
				(n == 0 || !(p->flags & PIECE_SPACED) || p->flags & PIECE_LINE) && !is_in_brackets(r->text, p->from))
				tell(run, r, p->from, p[1].to);
		if (p->kind == PIECE_LINK) {
			struct str host = check_host(word);
			if (check_host_under(host, S("example.com")) || check_host_under(host, S("example.org")) ||
				check_host_under(host, S("localhost")))
				tell(run, r, p->from, p->to);
		}
	}
}

static void look(struct check_run *run)
{
	for (size_t n = 0; n < run->reading_count; n++) {
		look_at_brackets(run, &run->readings[n]);
		look_at_words(run, &run->readings[n]);
	}
}

const struct check_kind check_placeholder = {
	.word = "placeholder",
	.title = N_("Left to be filled in"),
	.about = N_("Names in brackets, dummy text and notes to oneself that would go out as they are"),
	.level = CHECK_BLOCK,
	.may_block = true,
	.look = look,
	.file = __FILE__,
};
