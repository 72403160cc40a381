/* mustache_program.h: what a template is compiled into, shared by the compiler, the renderer and the set; nobody else includes
 * it. A program is one flat array of nodes in the order of the source; a node with children is followed by them and knows where
 * they end. Everything lives in the arena given to the compiler and never changes afterwards. */
#pragma once
#include "web/mustache.h"

enum node_kind {
	NODE_TEXT,
	NODE_VALUE,    /* {{name}} */
	NODE_RAW,      /* {{{name}}}, {{&name}} */
	NODE_SECTION,  /* {{#name}} */
	NODE_INVERTED, /* {{^name}} */
	NODE_PARTIAL,  /* {{>name}} */
	NODE_PARENT,   /* {{<name}}; its direct children of kind NODE_BLOCK are the arguments, the rest is not rendered */
	NODE_BLOCK,    /* {{$name}} */
	NODE_PLURAL,   /* {{#_n.name}}; children up to `middle` are the singular, the rest the plural */
};

struct node {
	u8 kind;
	bool line_start;   /* it begins a line of the template: the indentation of a standalone partial goes before it */
	bool standalone;   /* PARTIAL, PARENT, BLOCK: the tag had its line for itself, so `indent` goes before each line of what is put in */
	bool dynamic;      /* PARTIAL, PARENT: {{>*name}}: the value of `name` is the name */
	u32 part_count;    /* 0: the name is "." */
	u32 line;
	u32 end;           /* index behind the last child; the next sibling */
	u32 middle;
	struct str text;   /* TEXT: the text; else the name */
	const struct str *parts; /* "a.b.c" cut at its dots */
	struct str indent; /* BLOCK not standalone: for the lines behind the first; PARENT not standalone: stood before it on its line */
	const struct template *template; /* PARTIAL, PARENT: NULL when dynamic or missing */
};

struct template {
	struct str name;
	const char *lang;
	struct node *nodes;
	size_t count;
};

/* Fill template->nodes from `source`, which must live as long as `arena`. Names of partials are left unresolved. ERR_SYSTEM
 * with the line told. */
enum err template_compile(struct cx *cx, struct arena *arena, struct str source, struct template *template);

/* The renderer asks this for dynamic names: NULL when there is none by that name. */
struct template_finder {
	enum err (*find)(struct cx *cx, void *subject, struct str name, const struct template **ret_template);
	void *subject;
};

/* `block` NULL: the whole template. */
enum err template_run(struct cx *cx, const struct template *template, const struct str *block, struct template_finder finder,
		      json_t *const *contexts, size_t context_count, struct buf *out);
