/* svg_prolog.c: what stands before the root of an XML document, read and taken away, so that libxml2 never sees a document type. Illustrator writes names of
 * languages as entities (<!ENTITY ns_ai "http://…">): those of a plain value are put in by us, each once and not one inside of another; all others refuse the file. */
#include "base/lang.h"
#include "sys/svg_inside.h"

#include <string.h>

#define ENTITIES_MAX 64
#define ENTITY_BYTES_MAX 512

struct entity {
	struct str name, value;
};

struct prolog {
	struct str rest;
	struct entity entities[ENTITIES_MAX];
	size_t entity_count;
	bool doctype;
	struct str comment;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_space(struct str *s)
{
	while (s->len && is_space(*s->at))
		*s = str_skip(*s, 1);
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ':' || c == '.';
}

static struct str take_name(struct str *s)
{
	size_t len = 0;
	while (len < s->len && is_name(s->at[len]))
		len++;
	struct str name = str_head(*s, len);
	*s = str_skip(*s, len);
	return name;
}

/* Up to and past `end`; false when it never comes. */
static bool take_until(struct str *s, struct str end, struct str *ret_text)
{
	ptrdiff_t at = str_find(*s, end);
	if (at < 0)
		return false;
	*ret_text = str_head(*s, (size_t)at);
	*s = str_skip(*s, (size_t)at + end.len);
	return true;
}

static bool take_quoted(struct str *s, struct str *ret_text)
{
	skip_space(s);
	if (!s->len || (*s->at != '"' && *s->at != '\''))
		return false;
	struct str quote = str_head(*s, 1);
	*s = str_skip(*s, 1);
	return take_until(s, quote, ret_text);
}

static enum err broken(struct cx *cx)
{
	return fail(cx, ERR_BAD_INPUT, N_("This is no whole SVG: what stands before its drawing cannot be read."));
}

/* ---- declarations inside of the document type ---- */

static enum err entity(struct cx *cx, struct prolog *p)
{
	struct entity e;
	skip_space(&p->rest);
	e.name = take_name(&p->rest);
	if (!e.name.len || !take_quoted(&p->rest, &e.value)) /* "%", SYSTEM, PUBLIC */
		return fail(cx, ERR_BAD_INPUT, N_("This SVG declares parts that would be brought from elsewhere, or put together (an entity). Such files are refused."));
	for (size_t i = 0; i < e.value.len; i++)
		if (strchr("&%<>\"'", e.value.at[i]) || (u8)e.value.at[i] < ' ')
			return fail(cx, ERR_BAD_INPUT, N_("This SVG declares parts that are put together from others (entities of entities). Such files are refused."));
	if (e.value.len > ENTITY_BYTES_MAX || p->entity_count == ENTITIES_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("This SVG declares more parts than a drawing needs (entities). Such files are refused."));
	p->entities[p->entity_count++] = e;
	skip_space(&p->rest);
	struct str rest;
	return take_until(&p->rest, S(">"), &rest) && !rest.len ? OK : broken(cx);
}

static enum err other_declaration(struct cx *cx, struct prolog *p)
{
	struct str ignored;
	while (p->rest.len && *p->rest.at != '>')
		if (*p->rest.at == '"' || *p->rest.at == '\'') {
			if (!take_quoted(&p->rest, &ignored))
				return broken(cx);
		} else {
			p->rest = str_skip(p->rest, 1);
		}
	if (!p->rest.len)
		return broken(cx);
	p->rest = str_skip(p->rest, 1);
	return OK;
}

static bool took(struct str *s, struct str word)
{
	bool there = str_starts(*s, word);
	*s = str_skip(*s, there ? word.len : 0);
	return there;
}

static enum err subset(struct cx *cx, struct prolog *p)
{
	struct str ignored;
	for (;;) {
		skip_space(&p->rest);
		if (took(&p->rest, S("]")))
			return OK;
		if (took(&p->rest, S("<!--"))) {
			if (!take_until(&p->rest, S("-->"), &ignored))
				return broken(cx);
		} else if (took(&p->rest, S("<?"))) {
			if (!take_until(&p->rest, S("?>"), &ignored))
				return broken(cx);
		} else if (took(&p->rest, S("<!ENTITY"))) {
			TRY(entity(cx, p));
		} else if (took(&p->rest, S("<!"))) {
			TRY(other_declaration(cx, p));
		} else if (str_starts(p->rest, S("%"))) {
			return fail(cx, ERR_BAD_INPUT, N_("This SVG declares parts that would be brought from elsewhere, or put together (an entity). Such files are refused."));
		} else {
			return broken(cx);
		}
	}
}

static enum err doctype(struct cx *cx, struct prolog *p)
{
	struct str ignored;
	if (p->doctype)
		return broken(cx);
	p->doctype = true;
	while (p->rest.len && *p->rest.at != '>' && *p->rest.at != '[')
		if (*p->rest.at == '"' || *p->rest.at == '\'') {
			if (!take_quoted(&p->rest, &ignored))
				return broken(cx);
		} else {
			p->rest = str_skip(p->rest, 1);
		}
	if (took(&p->rest, S("[")))
		TRY(subset(cx, p));
	skip_space(&p->rest);
	return took(&p->rest, S(">")) ? OK : broken(cx);
}

/* ---- the whole of it ---- */

/* "<?xml … encoding="…"?>" says another one than UTF-8. */
static bool is_utf8(struct str declaration)
{
	ptrdiff_t at = str_find(declaration, S("encoding"));
	struct str rest = str_skip(declaration, at < 0 ? declaration.len : (size_t)at + 8), value;
	skip_space(&rest);
	if (at < 0 || !took(&rest, S("=")) || !take_quoted(&rest, &value))
		return true;
	return str_eq_fold(value, S("utf-8")) || str_eq_fold(value, S("us-ascii")) || str_eq_fold(value, S("ascii"));
}

static enum err instruction(struct cx *cx, struct prolog *p)
{
	struct str text;
	if (!take_until(&p->rest, S("?>"), &text))
		return broken(cx);
	if (str_starts(text, S("xml")) && text.len > 3 && is_space(text.at[3]) && !is_utf8(text))
		return fail(cx, ERR_UNSUPPORTED, N_("This SVG is not written in UTF-8. Save it as UTF-8 and bring that."));
	return OK; /* also a style sheet from elsewhere: nobody will ask for it */
}

static enum err read_prolog(struct cx *cx, struct prolog *p)
{
	took(&p->rest, S("\xef\xbb\xbf"));
	for (;;) {
		struct str comment;
		skip_space(&p->rest);
		if (took(&p->rest, S("<?"))) {
			TRY(instruction(cx, p));
		} else if (took(&p->rest, S("<!--"))) {
			if (!take_until(&p->rest, S("-->"), &comment))
				return broken(cx);
			p->comment = p->comment.len ? p->comment : comment;
		} else if (took(&p->rest, S("<!DOCTYPE"))) {
			TRY(doctype(cx, p));
		} else {
			return p->rest.len > 1 && *p->rest.at == '<' && is_name(p->rest.at[1]) ? OK : broken(cx);
		}
	}
}

static struct str local_name(struct str name)
{
	ptrdiff_t colon = str_find_byte(name, ':');
	return colon < 0 ? name : str_skip(name, (size_t)colon + 1);
}

static struct str root_of(struct str rest)
{
	rest = str_skip(rest, 1);
	return take_name(&rest);
}

bool svg_begins(struct str bytes)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct prolog *p = arena_new_of(arena, struct prolog);
	p->rest = bytes;
	if (read_prolog(&cx, p) == OK)
		return str_eq(local_name(root_of(p->rest)), S("svg"));
	/* Broken in front of it, but meant as one: what is wrong is told there. */
	struct str head = str_head(bytes, 4096);
	return str_find(head, S("<!DOCTYPE svg")) >= 0 || str_find(head, S("<svg")) >= 0;
}

static const struct entity *entity_of(const struct prolog *p, struct str name)
{
	for (size_t i = 0; i < p->entity_count; i++)
		if (str_eq(p->entities[i].name, name))
			return p->entities + i;
	return NULL;
}

/* Each "&name;" of a declared name becomes its value, which holds no reference. */
static struct str put_in(struct cx *cx, const struct prolog *p)
{
	struct buf *body = buf_in_arena(cx->arena);
	body->max = SVG_BYTES_MAX;
	struct str rest = p->rest;
	for (ptrdiff_t at; (at = str_find_byte(rest, '&')) >= 0;) {
		struct str after = str_skip(rest, (size_t)at + 1), name = take_name(&after);
		const struct entity *found = str_starts(after, S(";")) ? entity_of(p, name) : NULL;
		buf_add(body, str_head(rest, (size_t)at + !found));
		if (found)
			buf_add(body, found->value);
		rest = found ? str_skip(after, 1) : str_skip(rest, (size_t)at + 1);
	}
	buf_add(body, rest);
	return buf_ok(body) ? buf_str(body) : (struct str){};
}

enum err svg_prolog(struct cx *cx, struct str bytes, struct svg_prolog *ret_prolog)
{
	struct prolog *p = arena_new_of(cx->arena, struct prolog);
	p->rest = bytes;
	TRY(read_prolog(cx, p));
	struct svg_prolog prolog = {.body = p->rest, .root = root_of(p->rest), .doctype = p->doctype};
	if (p->entity_count)
		prolog.body = put_in(cx, p);
	if (!prolog.body.len)
		return fail(cx, ERR_TOO_LARGE, N_("This SVG is larger than %zu MiB once its parts are put in."), SVG_BYTES_MAX >> 20);
	static const char *const makers[] = {"Adobe Illustrator", "Inkscape", "Sketch", "Figma", "CorelDRAW", "Affinity"};
	for (size_t i = 0; i < COUNT(makers) && !prolog.made_by.len; i++)
		if (str_find(p->comment, str_of(makers[i])) >= 0)
			prolog.made_by = str_of(makers[i]);
	*ret_prolog = prolog;
	return OK;
}
