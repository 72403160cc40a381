#include "base/lang.h"
#include "web/mustache_program.h"

#include <string.h>

#define DEDENT_MAX 256

/* A section, parent or block whose end is still to come. */
struct open {
	u32 node;
	u32 dedent;      /* length of compiler.dedent outside of it */
	bool whole_line; /* parents: nothing but white space before the tag on its line */
};

struct compiler {
	struct cx *cx;
	struct arena *arena;
	struct template *template;
	size_t capacity;
	struct buf text;        /* literal text not yet made a node */
	bool text_line_start;   /* it begins at the start of a line */
	bool line_start;        /* we are at the start of a line, and nothing stands for it yet */
	struct open open[TEMPLATE_SECTIONS_MAX];
	size_t depth;
	char dedent[DEDENT_MAX]; /* taken off the start of each line: the indentation of the blocks around */
	size_t dedent_len;
};

/* A piece of source on its way through: the template, or a translated text in it. */
struct reader {
	struct str source;
	size_t at;
	size_t line_from;   /* where the line of `at` begins */
	bool line_has_tag;  /* a tag that counts stands on it before `at` */
	u32 line;
	bool is_text;       /* a translated text: no tag in it has a line for itself */
	size_t depth;       /* of compiler.open where it began */
	struct str opening, closing; /* delimiters */
};

struct tag {
	char sigil;      /* 0 for {{name}} */
	struct str name;
	size_t from, to;
	u32 line;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_space(char c)
{
	return is_blank(c) || c == '\n' || c == '\r';
}

static enum err broken(struct compiler *c, u32 line, const char *what, struct str name)
{
	return fail(c->cx, ERR_SYSTEM, "Template %.*s, line %u: %s (%.*s).", STR_ARG(c->template->name), line,
		    tr(c->cx->lang, what), (int)(name.len > 60 ? 60 : name.len), name.at ? name.at : "");
}

static u32 lines_in(struct str s)
{
	u32 count = 0;
	for (const char *at = s.at, *end = s.at + s.len; s.len && (at = memchr(at, '\n', (size_t)(end - at))); at++)
		count++;
	return count;
}

/* ---- nodes ---- */

static void add_text_node(struct compiler *c, u32 line);

static struct node *add_node(struct compiler *c, enum node_kind kind, u32 line)
{
	if (c->text.len)
		add_text_node(c, line);
	struct template *t = c->template;
	struct node *node = arena_push(c->arena, t->nodes, t->count, c->capacity);
	*node = (struct node){.kind = (u8)kind, .line = line, .end = (u32)t->count, .line_start = c->line_start};
	c->line_start = false;
	return node;
}

static void add_text_node(struct compiler *c, u32 line)
{
	struct str text = buf_keep(&c->text, c->arena);
	bool at_start = c->line_start;
	c->line_start = c->text_line_start;
	buf_clear(&c->text);
	add_node(c, NODE_TEXT, line)->text = text;
	c->line_start = at_start;
}

static bool in_parent(const struct compiler *c)
{
	return c->depth && c->template->nodes[c->open[c->depth - 1].node].kind == NODE_PARENT;
}

static size_t common_prefix(struct str a, const char *b, size_t b_len)
{
	size_t len = 0;
	while (len < a.len && len < b_len && a.at[len] == b[len])
		len++;
	return len;
}

static void add_text(struct compiler *c, struct str text)
{
	if (in_parent(c))
		return;
	while (text.len) {
		if (!c->text.len)
			c->text_line_start = c->line_start;
		if (c->line_start)
			text = str_skip(text, common_prefix(text, c->dedent, c->dedent_len));
		ptrdiff_t newline = str_find_byte(text, '\n');
		size_t len = newline < 0 ? text.len : (size_t)newline + 1;
		if (!len)
			return;
		buf_add(&c->text, str_head(text, len));
		c->line_start = newline >= 0;
		text = str_skip(text, len);
	}
}

static enum err set_name(struct compiler *c, struct node *node, struct str name)
{
	node->text = name;
	if (str_eq(name, S(".")))
		return OK;
	size_t count = 1;
	for (size_t i = 0; i < name.len; i++)
		count += name.at[i] == '.';
	if (count > 1000)
		return broken(c, node->line, N_("a name has too many parts"), name);
	struct str *parts = arena_array(c->arena, struct str, count);
	struct str rest = name;
	for (size_t i = 0; i < count; i++)
		parts[i] = str_cut(&rest, '.');
	node->parts = parts;
	node->part_count = (u32)count;
	return OK;
}

/* ---- tags ---- */

/* Find the next tag. *ret_found is false when only text is left. */
static enum err next_tag(struct compiler *c, const struct reader *r, size_t from, bool *ret_found, struct tag *ret_tag)
{
	ptrdiff_t found = str_find(str_skip(r->source, from), r->opening);
	*ret_found = found >= 0;
	if (found < 0)
		return OK;
	struct tag tag = {.from = from + (size_t)found};
	tag.line = r->line + lines_in(str_span(r->source.at + r->at, r->source.at + tag.from));
	struct str inner = str_skip(r->source, tag.from + r->opening.len);
	if (inner.len && memchr("#^/<$>&!={", inner.at[0], 10)) {
		tag.sigil = inner.at[0];
		inner = str_skip(inner, 1);
	}
	char closing[40];
	size_t closing_len = 0;
	if (tag.sigil == '{' || tag.sigil == '=')
		closing[closing_len++] = tag.sigil == '{' ? '}' : '=';
	memcpy(closing + closing_len, r->closing.at, r->closing.len);
	closing_len += r->closing.len;
	ptrdiff_t len = str_find(inner, (struct str){closing, closing_len});
	if (len < 0)
		return broken(c, tag.line, N_("a tag is opened and never ends"), str_head(str_skip(r->source, tag.from), 20));
	tag.name = str_trim(str_head(inner, (size_t)len));
	tag.to = (size_t)(inner.at - r->source.at) + (size_t)len + closing_len;
	if (!tag.name.len && tag.sigil != '!')
		return broken(c, tag.line, N_("a tag without a name"), str_head(str_skip(r->source, tag.from), 20));
	*ret_tag = tag;
	return OK;
}

/* Does nothing but white space follow until the end of the line? Then *ret_next is the start of the next line. */
static bool ends_line(const struct reader *r, size_t at, size_t *ret_next)
{
	struct str s = r->source;
	while (at < s.len && is_blank(s.at[at]))
		at++;
	if (at + 1 < s.len && s.at[at] == '\r' && s.at[at + 1] == '\n')
		at++;
	if (at < s.len && s.at[at] != '\n')
		return false;
	*ret_next = at < s.len ? at + 1 : at;
	return true;
}

/* Step to the tag: note where its line begins. True when only white space stands before it on its line. */
static bool begins_line(struct reader *r, const struct tag *tag)
{
	for (size_t i = tag->from; i > r->at; i--)
		if (r->source.at[i - 1] == '\n') {
			r->line_from = i;
			r->line_has_tag = false;
			break;
		}
	if (r->is_text || r->line_has_tag)
		return false;
	for (size_t i = r->line_from; i < tag->from; i++)
		if (!is_blank(r->source.at[i]))
			return false;
	return true;
}

/* Text up to the tag, without the white space of the tag's own line when `bare`. */
static void text_before(struct compiler *c, const struct reader *r, const struct tag *tag, bool bare)
{
	size_t stop = bare && r->line_from > r->at ? r->line_from : bare ? r->at : tag->from;
	add_text(c, str_span(r->source.at + r->at, r->source.at + stop));
}

static void go_behind(struct reader *r, const struct tag *tag)
{
	r->line = tag->line + lines_in(str_span(r->source.at + tag->from, r->source.at + tag->to));
	r->at = tag->to;
	r->line_has_tag = true;
}

static void go_to_next_line(struct compiler *c, struct reader *r, const struct tag *tag, size_t next)
{
	go_behind(r, tag);
	r->line += lines_in(str_span(r->source.at + r->at, r->source.at + next));
	r->at = r->line_from = next;
	r->line_has_tag = false;
	c->line_start = true;
}

/* The white space before a tag that begins its line, without what the blocks around take off. */
static struct str indent_of(const struct compiler *c, const struct reader *r, const struct tag *tag)
{
	struct str indent = str_span(r->source.at + r->line_from, r->source.at + tag->from);
	return str_skip(indent, common_prefix(indent, c->dedent, c->dedent_len));
}

static enum err push(struct compiler *c, const struct tag *tag, bool whole_line)
{
	if (c->depth == TEMPLATE_SECTIONS_MAX)
		return broken(c, tag->line, N_("sections are nested too deeply"), tag->name);
	c->open[c->depth++] = (struct open){(u32)c->template->count - 1, (u32)c->dedent_len, whole_line};
	return OK;
}

/* ---- each kind of tag ---- */

static enum err read_comment(struct compiler *c, struct reader *r, const struct tag *tag)
{
	size_t next;
	bool alone = begins_line(r, tag) && ends_line(r, tag->to, &next);
	text_before(c, r, tag, alone);
	if (alone)
		go_to_next_line(c, r, tag, next);
	else
		go_behind(r, tag);
	return OK;
}

static enum err read_delimiters(struct compiler *c, struct reader *r, const struct tag *tag)
{
	struct str opening = tag->name, closing = {};
	for (size_t i = 0; i < tag->name.len && !closing.len; i++)
		if (is_space(tag->name.at[i])) {
			opening = str_head(tag->name, i);
			closing = str_trim(str_skip(tag->name, i));
		}
	bool good = closing.len && opening.len < 32 && closing.len < 32 && !r->is_text && str_find_byte(tag->name, '=') < 0;
	for (size_t i = 0; i < closing.len; i++)
		good &= !is_space(closing.at[i]);
	if (!good)
		return broken(c, tag->line, N_("these delimiters cannot be used"), tag->name);
	TRY(read_comment(c, r, tag));
	r->opening = opening;
	r->closing = closing;
	return OK;
}

static enum err read_value(struct compiler *c, struct reader *r, const struct tag *tag)
{
	begins_line(r, tag);
	text_before(c, r, tag, false);
	go_behind(r, tag);
	if (in_parent(c))
		return OK;
	return set_name(c, add_node(c, tag->sigil ? NODE_RAW : NODE_VALUE, tag->line), tag->name);
}

static enum err read_section(struct compiler *c, struct reader *r, const struct tag *tag)
{
	size_t next;
	bool alone = begins_line(r, tag) && ends_line(r, tag->to, &next);
	text_before(c, r, tag, alone);
	struct node *node = add_node(c, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED, tag->line);
	node->line_start &= !alone;
	TRY(set_name(c, node, tag->name));
	TRY(push(c, tag, alone));
	if (alone)
		go_to_next_line(c, r, tag, next);
	else
		go_behind(r, tag);
	return OK;
}

/* "*name" and "name" of partials and parents. */
static enum err set_target(struct compiler *c, struct node *node, struct str name)
{
	if (name.at[0] != '*') {
		node->text = name;
		return OK;
	}
	node->dynamic = true;
	name = str_trim(str_skip(name, 1));
	if (!name.len)
		return broken(c, node->line, N_("a tag without a name"), S("*"));
	return set_name(c, node, name);
}

static enum err read_partial(struct compiler *c, struct reader *r, const struct tag *tag)
{
	size_t next;
	bool alone = begins_line(r, tag) && ends_line(r, tag->to, &next);
	text_before(c, r, tag, alone);
	if (!in_parent(c)) {
		struct node *node = add_node(c, NODE_PARTIAL, tag->line);
		node->line_start &= !alone;
		node->standalone = alone;
		if (alone)
			node->indent = indent_of(c, r, tag);
		TRY(set_target(c, node, tag->name));
	}
	if (alone)
		go_to_next_line(c, r, tag, next);
	else
		go_behind(r, tag);
	return OK;
}

/* Whether a parent stands alone is known at its end: the white space before it is kept aside until then. */
static enum err read_parent(struct compiler *c, struct reader *r, const struct tag *tag)
{
	bool bare = begins_line(r, tag), had_tag = r->line_has_tag;
	text_before(c, r, tag, bare);
	struct node *node = add_node(c, NODE_PARENT, tag->line);
	if (bare)
		node->indent = indent_of(c, r, tag);
	TRY(set_target(c, node, tag->name));
	TRY(push(c, tag, bare));
	go_behind(r, tag);
	r->line_has_tag = had_tag; /* a block may follow on the same line and count as alone there */
	if (bare && lines_in(str_span(r->source.at + tag->from, r->source.at + tag->to)) == 0)
		r->line_from = tag->to;
	return OK;
}

/* The indentation that the content of a block which begins on the next line has of its own; the tag's, when it is empty. */
static struct str indent_within(const struct compiler *c, const struct reader *r, size_t from, struct str of_tag)
{
	struct str s = r->source;
	for (size_t line = from; line < s.len;) {
		size_t at = line;
		while (at < s.len && is_blank(s.at[at]))
			at++;
		if (at < s.len && is_space(s.at[at])) { /* an empty line tells nothing */
			while (at < s.len && s.at[at] != '\n')
				at++;
			line = at + 1;
			continue;
		}
		struct str rest = str_skip(s, at);
		if (str_starts(rest, r->opening) && str_starts(str_trim(str_skip(rest, r->opening.len)), S("/")))
			break;
		struct str indent = str_span(s.at + line, s.at + at);
		return str_skip(indent, common_prefix(indent, c->dedent, c->dedent_len));
	}
	return of_tag;
}

static enum err read_block(struct compiler *c, struct reader *r, const struct tag *tag)
{
	size_t next;
	bool bare = begins_line(r, tag), alone = bare && ends_line(r, tag->to, &next);
	text_before(c, r, tag, alone);
	struct node *node = add_node(c, NODE_BLOCK, tag->line);
	node->text = tag->name;
	node->standalone = alone;
	node->line_start &= !alone;
	if (bare)
		node->indent = indent_of(c, r, tag);
	TRY(push(c, tag, alone));
	if (!alone) {
		go_behind(r, tag);
		return OK;
	}
	node->indent = indent_within(c, r, next, node->indent);
	size_t len = node->indent.len < DEDENT_MAX - c->dedent_len ? node->indent.len : DEDENT_MAX - c->dedent_len;
	memcpy(c->dedent + c->dedent_len, node->indent.at ? node->indent.at : "", len);
	c->dedent_len += len;
	go_to_next_line(c, r, tag, next);
	return OK;
}

static bool closes(const struct node *node, struct str name)
{
	if (node->dynamic && name.at[0] == '*')
		name = str_trim(str_skip(name, 1));
	return str_eq(node->text, name);
}

static enum err read_close(struct compiler *c, struct reader *r, const struct tag *tag)
{
	if (c->depth <= r->depth)
		return broken(c, tag->line, N_("a section is closed that is not open"), tag->name);
	struct open open = c->open[c->depth - 1];
	struct node *node = &c->template->nodes[open.node];
	if (!closes(node, tag->name))
		return fail(c->cx, ERR_SYSTEM, "Template %.*s, line %u: %.*s is closed where %.*s of line %u is still open.",
			    STR_ARG(c->template->name), tag->line, STR_ARG(str_head(tag->name, 60)), STR_ARG(str_head(node->text, 60)),
			    node->line);
	size_t next = tag->to;
	bool bare = begins_line(r, tag), ends = ends_line(r, tag->to, &next);
	bool is_parent = node->kind == NODE_PARENT;
	bool is_argument = node->kind == NODE_BLOCK && c->depth > 1 &&
			   c->template->nodes[c->open[c->depth - 2].node].kind == NODE_PARENT;
	text_before(c, r, tag, bare && (ends || is_argument));
	if (c->text.len)
		add_text_node(c, tag->line);
	if (c->line_start && !is_parent && !(bare && (ends || is_argument)))
		add_node(c, NODE_TEXT, tag->line); /* carries the start of this line */
	node = &c->template->nodes[open.node]; /* the array may have moved */
	node->end = (u32)c->template->count;
	c->depth--;
	c->dedent_len = open.dedent;
	bool alone = is_parent ? open.whole_line && ends : bare && ends && !is_argument;
	if (is_parent)
		node->standalone = alone;
	if (alone) {
		node->line_start &= !is_parent;
		go_to_next_line(c, r, tag, next);
	} else {
		go_behind(r, tag);
		c->line_start = false;
	}
	return OK;
}

/* ---- texts for people ---- */

static enum err read_text(struct compiler *c, struct reader *r);

static struct str folded(struct compiler *c, struct str s)
{
	s = str_trim(s);
	char *at = arena_alloc(c->arena, s.len + 1);
	size_t len = 0;
	for (size_t i = 0; i < s.len; i++) {
		bool space = is_space(s.at[i]);
		if (!space)
			at[len++] = s.at[i];
		else if (!is_space(s.at[i - 1])) /* trimmed: never the first */
			at[len++] = ' ';
	}
	return (struct str){at, len};
}

static enum err read_translation(struct compiler *c, const struct reader *around, u32 line, const char *text)
{
	struct reader r = {.source = str_of(text), .line = line, .is_text = true, .depth = c->depth, .line_has_tag = true,
			   .opening = around->opening, .closing = around->closing};
	TRY(read_text(c, &r));
	if (c->depth == r.depth)
		return OK;
	return broken(c, line, N_("a section is not closed within the text to be translated"), str_of(text));
}

/* Where `one|many` is cut: the bar that stands outside of tags; -1 when there is none or more than one. */
static enum err find_bar(struct compiler *c, const struct reader *around, struct str inner, ptrdiff_t *ret_bar)
{
	struct reader r = {.source = inner, .line = around->line, .opening = around->opening, .closing = around->closing};
	ptrdiff_t bar = -1;
	for (size_t at = 0;;) {
		struct tag tag;
		bool found;
		TRY(next_tag(c, &r, at, &found, &tag));
		for (size_t i = at, stop = found ? tag.from : inner.len; i < stop; i++)
			if (inner.at[i] == '|') {
				*ret_bar = -1;
				if (bar >= 0)
					return OK;
				bar = (ptrdiff_t)i;
			}
		if (!found)
			break;
		at = tag.to;
	}
	*ret_bar = bar;
	return OK;
}

static enum err add_plural(struct compiler *c, const struct reader *r, const struct tag *tag, struct str inner)
{
	ptrdiff_t bar;
	TRY(find_bar(c, r, inner, &bar));
	if (bar < 0)
		return broken(c, tag->line, N_("a plural needs two forms with one | between them"), tag->name);
	const char *one = folded(c, str_head(inner, (size_t)bar)).at, *many = folded(c, str_skip(inner, (size_t)bar + 1)).at;
	const char *lang = c->template->lang;
	TRY(set_name(c, add_node(c, NODE_PLURAL, tag->line), str_skip(tag->name, 3)));
	u32 index = (u32)c->template->count - 1;
	for (i64 count = 1; count <= 2; count++) {
		TRY(read_translation(c, r, tag->line, tr_n(lang, one, many, count)));
		if (c->text.len)
			add_text_node(c, tag->line);
		if (count == 1)
			c->template->nodes[index].middle = (u32)c->template->count;
	}
	c->template->nodes[index].end = (u32)c->template->count;
	return OK;
}

/* {{#_}}…{{/_}} and {{#_n.name}}…{{/_n.name}}: replaced by their translation, then read like the rest. */
static enum err read_message(struct compiler *c, struct reader *r, const struct tag *tag)
{
	if (r->is_text)
		return broken(c, tag->line, N_("a text to be translated stands within another"), tag->name);
	struct tag end = {.to = tag->to};
	do {
		bool found;
		TRY(next_tag(c, r, end.to, &found, &end));
		if (!found)
			return broken(c, tag->line, N_("a text to be translated is not closed"), tag->name);
		if (end.sigil == '=')
			return broken(c, end.line, N_("these delimiters cannot be used"), end.name);
	} while (end.sigil != '/' || !str_eq(end.name, tag->name));
	struct str inner = str_span(r->source.at + tag->to, r->source.at + end.from);
	begins_line(r, tag);
	text_before(c, r, tag, false);
	if (!in_parent(c)) {
		if (str_eq(tag->name, S("_")))
			TRY(read_translation(c, r, tag->line, tr(c->template->lang, folded(c, inner).at)));
		else
			TRY(add_plural(c, r, tag, inner));
	}
	go_behind(r, &end);
	return OK;
}

static enum err read_text(struct compiler *c, struct reader *r)
{
	for (;;) {
		struct tag tag;
		bool found;
		TRY(next_tag(c, r, r->at, &found, &tag));
		if (!found)
			break;
		switch (tag.sigil) {
		case '!': TRY(read_comment(c, r, &tag)); break;
		case '=': TRY(read_delimiters(c, r, &tag)); break;
		case '#':
			if (str_eq(tag.name, S("_")) || str_starts(tag.name, S("_n."))) {
				TRY(read_message(c, r, &tag));
				break;
			}
			TRY(read_section(c, r, &tag));
			break;
		case '^': TRY(read_section(c, r, &tag)); break;
		case '>': TRY(read_partial(c, r, &tag)); break;
		case '<': TRY(read_parent(c, r, &tag)); break;
		case '$': TRY(read_block(c, r, &tag)); break;
		case '/': TRY(read_close(c, r, &tag)); break;
		default: TRY(read_value(c, r, &tag));
		}
	}
	add_text(c, str_skip(r->source, r->at));
	return OK;
}

static enum err compile(struct compiler *c, struct str source)
{
	struct reader r = {.source = source, .line = 1, .opening = S("{{"), .closing = S("}}")};
	TRY(read_text(c, &r));
	if (c->depth) {
		const struct node *node = &c->template->nodes[c->open[c->depth - 1].node];
		return broken(c, node->line, N_("a section is opened and never closed"), node->text);
	}
	if (c->text.len)
		add_text_node(c, r.line);
	return OK;
}

enum err template_compile(struct cx *cx, struct arena *arena, struct str source, struct template *template)
{
	struct compiler *c = arena_new_of(cx->arena, struct compiler);
	*c = (struct compiler){.cx = cx, .arena = arena, .template = template, .line_start = true};
	enum err error = compile(c, source);
	buf_free(&c->text);
	return error;
}
