#include "base/lang.h"
#include "web/mustache_program.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONTEXTS_MAX 8
#define INDENT_MAX 256
#define STEPS_MAX 1000000 /* runs of node lists: what a template that includes itself twice would take for ever */

/* The arguments of a parent in use: its direct block children. `outer` are those in use where it was written. */
struct arguments {
	const struct template *template;
	const struct node *parent;
	const struct arguments *outer;
};

struct render {
	struct cx *cx;
	struct template_finder finder;
	struct buf *out;
	const struct arguments *arguments;
	bool skip_line_start; /* the indentation of the coming line stands there already */
	unsigned partials, steps;
	size_t depth;         /* of the stack */
	size_t stack_max;
	size_t indent_from, indent_to;
	char indent[INDENT_MAX];
	json_t *stack[CONTEXTS_MAX + TEMPLATE_SECTIONS_MAX];
};

static enum err run(struct render *r, const struct template *template, u32 from, u32 to);

static enum err stuck(struct render *r, const struct template *template, const struct node *node, const char *what)
{
	return fail(r->cx, ERR_SYSTEM, "Template %.*s, line %u: %s (%.*s).", STR_ARG(template->name), node->line,
		    tr(r->cx->lang, what), (int)(node->text.len > 60 ? 60 : node->text.len), node->text.at ? node->text.at : "");
}

/* ---- values ---- */

static thread_local template_miss *miss_told;
static thread_local void *miss_subject;

void template_watch(template_miss *told, void *subject)
{
	miss_told = told;
	miss_subject = subject;
}

static json_t *lookup(const struct render *r, const struct node *node)
{
	if (!node->part_count)
		return r->stack[r->depth - 1];
	const struct str *part = node->parts;
	json_t *value = NULL;
	for (size_t i = r->depth; i-- > 0 && !value;)
		if (json_is_object(r->stack[i]))
			value = json_object_getn(r->stack[i], part->at, part->len);
	bool missing = !value;
	for (u32 i = 1; i < node->part_count && value; i++) {
		part++;
		bool inside = json_is_object(value);
		value = inside ? json_object_getn(value, part->at, part->len) : NULL;
		missing = inside && !value;
	}
	if (missing && miss_told)
		miss_told(miss_subject, node->text);
	return value;
}

static bool truthy(const json_t *value)
{
	if (!value)
		return false;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
	case JSON_TRUE: return true;
	case JSON_ARRAY: return json_array_size(value) > 0;
	case JSON_STRING: return json_string_length(value) > 0;
	case JSON_INTEGER: return json_integer_value(value) != 0;
	case JSON_REAL: return json_real_value(value) != 0;
	default: return false;
	}
}

static void add_real(struct buf *out, double value)
{
	char text[40];
	for (int digits = 15; digits <= 17; digits++) { /* the shortest that reads back the same */
		double back;
		snprintf(text, sizeof text, "%.*g", digits, value);
		if (str_to_double(str_of(text), &back) && back == value)
			break;
	}
	buf_adds(out, text);
}

static void add_value(struct buf *out, const json_t *value, bool raw)
{
	if (!value)
		return;
	switch (json_typeof(value)) {
	case JSON_STRING: {
		struct str text = {json_string_value(value), json_string_length(value)};
		if (raw)
			buf_add(out, text);
		else
			buf_add_html(out, text);
		break;
	}
	case JSON_INTEGER: buf_add_i64(out, json_integer_value(value)); break;
	case JSON_REAL: add_real(out, json_real_value(value)); break;
	case JSON_TRUE: buf_add(out, S("true")); break;
	case JSON_FALSE: buf_add(out, S("false")); break;
	default: break;
	}
}

static bool is_plural(const char *lang, const json_t *value)
{
	if (json_is_array(value))
		return lang_plural(lang, (i64)json_array_size(value));
	if (json_is_real(value)) {
		double number = json_real_value(value), whole = trunc(number);
		if (!(fabs(whole) < 1e18))
			return true;
		/* A fraction counts like nothing in English ("1.5 hours", "0 hours"), like its whole part in French. */
		return lang_plural(lang, (i64)whole) || (number != whole && lang_plural(lang, 0));
	}
	i64 count = json_is_integer(value) ? json_integer_value(value) : 0;
	if (json_is_string(value) && !str_to_i64((struct str){json_string_value(value), json_string_length(value)}, &count))
		count = 0;
	return lang_plural(lang, count);
}

/* ---- lines and their indentation ---- */

static struct str indent_now(const struct render *r)
{
	return (struct str){r->indent + r->indent_from, r->indent_to - r->indent_from};
}

static void begin_line(struct render *r)
{
	if (r->skip_line_start)
		r->skip_line_start = false;
	else if (r->indent_to > r->indent_from)
		buf_add(r->out, indent_now(r));
}

static void indent_more(struct render *r, struct str indent)
{
	size_t len = indent.len < INDENT_MAX - r->indent_to ? indent.len : INDENT_MAX - r->indent_to;
	if (len)
		memcpy(r->indent + r->indent_to, indent.at, len);
	r->indent_to += len;
}

static void add_text(struct render *r, struct str text)
{
	if (r->indent_to == r->indent_from) {
		buf_add(r->out, text);
		return;
	}
	struct str indent = indent_now(r);
	for (const char *newline; text.len && (newline = memchr(text.at, '\n', text.len - 1));) {
		size_t len = (size_t)(newline - text.at) + 1;
		buf_add_bytes(r->out, text.at, len);
		buf_add(r->out, indent);
		text = str_skip(text, len);
	}
	buf_add(r->out, text);
}

/* ---- nodes ---- */

static enum err run_section(struct render *r, const struct template *template, const struct node *node)
{
	json_t *value = lookup(r, node);
	u32 from = (u32)(node - template->nodes) + 1;
	if (node->kind == NODE_INVERTED)
		return truthy(value) ? OK : run(r, template, from, node->end);
	if (!truthy(value))
		return OK;
	if (r->depth == r->stack_max)
		return stuck(r, template, node, N_("sections are nested too deeply"));
	size_t top = r->depth++;
	enum err error = OK;
	if (json_is_array(value)) {
		size_t count = json_array_size(value);
		for (size_t i = 0; i < count && error == OK; i++) {
			r->stack[top] = json_array_get(value, i);
			error = run(r, template, from, node->end);
		}
	} else {
		r->stack[top] = value;
		error = run(r, template, from, node->end);
	}
	r->depth = top;
	return error;
}

static enum err find_target(struct render *r, const struct node *node, const struct template **ret_target)
{
	*ret_target = node->template;
	if (!node->dynamic)
		return OK;
	json_t *name = lookup(r, node);
	if (!json_is_string(name))
		return OK;
	return r->finder.find(r->cx, r->finder.subject, (struct str){json_string_value(name), json_string_length(name)}, ret_target);
}

static enum err run_partial(struct render *r, const struct template *template, const struct node *node)
{
	struct arguments arguments = {template, node, r->arguments};
	if (node->kind == NODE_PARENT && !node->standalone)
		buf_add(r->out, node->indent);
	const struct template *target;
	TRY(find_target(r, node, &target));
	if (!target)
		return OK;
	if (r->partials == TEMPLATE_PARTIALS_MAX)
		return stuck(r, template, node, N_("templates include each other too deeply"));
	size_t from = r->indent_from, to = r->indent_to;
	if (node->standalone) {
		indent_more(r, node->indent);
	} else { /* it begins within a line: only its own lines count, and they are not moved */
		r->indent_from = to;
		r->skip_line_start = false;
	}
	if (node->kind == NODE_PARENT)
		r->arguments = &arguments;
	r->partials++;
	enum err error = run(r, target, 0, (u32)target->count);
	r->partials--;
	r->arguments = arguments.outer;
	r->indent_from = from;
	r->indent_to = to;
	return error;
}

/* The outermost argument of that name: who is nearest to the page decides. */
static const struct node *argument_of(const struct render *r, struct str name, const struct arguments **ret_arguments)
{
	const struct node *found = NULL;
	for (const struct arguments *a = r->arguments; a; a = a->outer) {
		const struct node *nodes = a->template->nodes;
		for (u32 i = (u32)(a->parent - nodes) + 1; i < a->parent->end; i = nodes[i].end)
			if (nodes[i].kind == NODE_BLOCK && str_eq(nodes[i].text, name)) {
				found = &nodes[i];
				*ret_arguments = a;
				break;
			}
	}
	return found;
}

static enum err run_block(struct render *r, const struct template *template, const struct node *node)
{
	if (r->partials == TEMPLATE_PARTIALS_MAX)
		return stuck(r, template, node, N_("templates include each other too deeply"));
	const struct arguments *outer = r->arguments, *given = NULL;
	const struct node *content = argument_of(r, node->text, &given);
	size_t to = r->indent_to;
	const struct template *owner = template;
	if (content) {
		owner = given->template;
		r->arguments = given->outer;
		indent_more(r, node->indent);
		bool own_line = content->standalone;
		u32 first = (u32)(content - owner->nodes) + 1;
		if (!node->standalone)
			r->skip_line_start = own_line && first < content->end;
		else if (!own_line && first < content->end)
			begin_line(r);
	} else {
		content = node;
		if (node->standalone)
			indent_more(r, node->indent);
	}
	r->partials++;
	enum err error = run(r, owner, (u32)(content - owner->nodes) + 1, content->end);
	r->partials--;
	r->skip_line_start = false;
	r->arguments = outer;
	r->indent_to = to;
	return error;
}

static enum err run_plural(struct render *r, const struct template *template, const struct node *node)
{
	u32 from = (u32)(node - template->nodes) + 1;
	return is_plural(template->lang, lookup(r, node)) ? run(r, template, node->middle, node->end)
							   : run(r, template, from, node->middle);
}

static enum err run(struct render *r, const struct template *template, u32 from, u32 to)
{
	const struct node *nodes = template->nodes;
	if (++r->steps > STEPS_MAX)
		return from < to ? stuck(r, template, &nodes[from], N_("the page does not come to an end")) : OK;
	for (u32 i = from; i < to; i = nodes[i].end) {
		const struct node *node = &nodes[i];
		if (node->line_start)
			begin_line(r);
		switch ((enum node_kind)node->kind) {
		case NODE_TEXT: add_text(r, node->text); break;
		case NODE_VALUE: add_value(r->out, lookup(r, node), false); break;
		case NODE_RAW: add_value(r->out, lookup(r, node), true); break;
		case NODE_SECTION:
		case NODE_INVERTED: TRY(run_section(r, template, node)); break;
		case NODE_PARTIAL:
		case NODE_PARENT: TRY(run_partial(r, template, node)); break;
		case NODE_BLOCK: TRY(run_block(r, template, node)); break;
		case NODE_PLURAL: TRY(run_plural(r, template, node)); break;
		}
	}
	if (r->out->broken)
		return fail(r->cx, ERR_SYSTEM, "Template %.*s: the page grew past the %zu bytes it may have.", STR_ARG(template->name),
			    r->out->max ? r->out->max : BUF_MAX_DEFAULT);
	return OK;
}

/* The block `name` of the template or, where it has none, of the first parent that has it, with the arguments on the way. */
static enum err run_named_block(struct render *r, const struct template *template, struct str name, bool *ret_found)
{
	for (size_t i = 0; i < template->count; i++)
		if (template->nodes[i].kind == NODE_BLOCK && str_eq(template->nodes[i].text, name)) {
			*ret_found = true;
			return run(r, template, (u32)i + 1, template->nodes[i].end);
		}
	if (r->partials == TEMPLATE_PARTIALS_MAX || ++r->steps > STEPS_MAX)
		return OK;
	for (size_t i = 0; i < template->count && !*ret_found; i++) {
		const struct node *node = &template->nodes[i];
		if (node->kind != NODE_PARENT || !node->template)
			continue;
		struct arguments arguments = {template, node, r->arguments};
		r->arguments = &arguments;
		r->partials++;
		enum err error = run_named_block(r, node->template, name, ret_found);
		r->partials--;
		r->arguments = arguments.outer;
		TRY(error);
	}
	return OK;
}

enum err template_run(struct cx *cx, const struct template *template, const struct str *block, struct template_finder finder,
		      json_t *const *contexts, size_t context_count, struct buf *out)
{
	must(context_count > 0 && context_count <= CONTEXTS_MAX);
	struct render r; /* the stack and the indentation are filled as they grow */
	r.cx = cx;
	r.finder = finder;
	r.out = out;
	r.arguments = NULL;
	r.skip_line_start = false;
	r.partials = r.steps = 0;
	r.indent_from = r.indent_to = 0;
	r.depth = context_count;
	r.stack_max = context_count + TEMPLATE_SECTIONS_MAX;
	memcpy(r.stack, contexts, context_count * sizeof *contexts);
	size_t len = out->len;
	bool found = !block;
	enum err error = block ? run_named_block(&r, template, *block, &found) : run(&r, template, 0, (u32)template->count);
	if (error == OK && !found)
		error = fail(cx, ERR_MISSING, "Template %.*s has no block %.*s.", STR_ARG(template->name), STR_ARG(*block));
	if (error != OK)
		out->len = len;
	return error;
}
