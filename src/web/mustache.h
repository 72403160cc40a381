/* mustache.h: templates. Standard Mustache (the specification's cases pass: core, ~inheritance, ~dynamic-names), escaping
 * HTML by default, over JSON values (jansson). A template is compiled once for each language into a flat program and
 * rendered many times from several threads at once; rendering allocates nothing but the output.
 *
 * Besides the specification, texts for people are translated when the template is compiled, so that rendering costs nothing:
 *   {{#_}}Reply to {{name}}{{/_}}             the inner text, white space folded, is the msgid; the translation is compiled
 *                                             in its place (it may use the same tags in another order)
 *   {{#_n.count}}{{count}} message|{{count}} messages{{/_n.count}}   plural: msgid | msgid_plural, chosen by the value `count`
 * `_` and `_n` are reserved names. tools/catalogue collects these texts. Literal text in templates is otherwise never translated. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

#include <jansson.h>

struct template;
struct template_set;

/* Gives the source of a template by name ("inbox/list"); false when there is none. */
typedef bool template_source(void *subject, struct str name, struct str *ret_source);

/* A set compiles templates on demand and keeps them for each language. Thread-safe. `always_fresh` compiles anew each time
 * (development, with a source that reads from disk). */
struct template_set *template_set_new(template_source *source, void *subject, bool always_fresh);
void template_set_free(struct template_set *set);

/* Compile (or find) and render `name` over a stack of contexts, outermost first. A missing template is ERR_MISSING; a broken
 * one ERR_SYSTEM with the line told. Output is appended to `out`. */
enum err template_render(struct cx *cx, struct template_set *set, struct str name, const char *lang, json_t *const *contexts,
			 size_t context_count, struct buf *out);
/* Render a single block ({{$name}}…{{/name}}) of a page instead of the page: the fragment of a partial update. */
enum err template_render_block(struct cx *cx, struct template_set *set, struct str name, struct str block, const char *lang,
			       json_t *const *contexts, size_t context_count, struct buf *out);
/* Check that a template and all it includes compile. */
enum err template_check(struct cx *cx, struct template_set *set, struct str name, const char *lang);
