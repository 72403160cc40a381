/* mustache.h: templates. Standard Mustache (the specification's cases pass: core, ~inheritance, ~dynamic-names), escaping
 * HTML by default, over JSON values (jansson). A template is compiled once for each language into a flat program and
 * rendered many times from several threads at once; rendering allocates nothing but the output.
 *
 * Besides the specification, texts for people are translated when the template is compiled, so that rendering costs nothing:
 *   {{#_}}Reply to {{name}}{{/_}}             the inner text, white space folded, is the msgid; the translation is compiled
 *                                             in its place (it may use the same tags in another order)
 *   {{#_n.count}}{{count}} message|{{count}} messages{{/_n.count}}   plural: msgid | msgid_plural, chosen by the value `count`
 *                                             (a number, or the length of a list); `count` is not pushed as a context
 * `_` and `_n` are reserved names. tools/catalogue collects these texts. Literal text in templates is otherwise never translated.
 *
 * Where the specification leaves a choice: false, null, an empty list, an empty text and the number 0 are falsy, everything
 * else (an empty object too) is truthy; objects and lists interpolate as nothing, true and false as these words. Inside an
 * argument ({{<layout}}{{$content}}…) blocks belong to the template that wrote it, so a page may use a component whose blocks
 * are named like the layout's. A partial that does not exist renders as nothing; template_check() complains of it. */
#pragma once
#include "base/buf.h"
#include "base/cx.h"

#include <jansson.h>

#define TEMPLATE_PARTIALS_MAX 100 /* partials, parents and blocks within each other */
#define TEMPLATE_SECTIONS_MAX 200 /* sections within each other, over all partials */

struct template_set;

/* Gives the source of a template by name ("inbox/list"); false when there is none. It must stay as it is for as long as
 * `arena` lives: allocated there, or static. May be called by several threads at once. */
typedef bool template_source(void *subject, struct arena *arena, struct str name, struct str *ret_source);

/* A set compiles templates on demand and keeps them for each language. Thread-safe. `always_fresh` compiles anew each time
 * (development, with a source that reads from disk). */
struct template_set *template_set_new(template_source *source, void *subject, bool always_fresh);
void template_set_free(struct template_set *set);

/* Compile (or find) and render `name` over a stack of contexts (8 at most), outermost first. A missing template is ERR_MISSING;
 * a broken one, or one that recurses without end, ERR_SYSTEM with the template's name and line told. Output is appended to
 * `out`; on failure `out` is as long as it was. */
enum err template_render(struct cx *cx, struct template_set *set, struct str name, const char *lang, json_t *const *contexts,
			 size_t context_count, struct buf *out);
/* Render a single block ({{$name}}…{{/name}}) of a page instead of the page: the fragment of a partial update. The block is
 * looked for in the page, then in the parents it names; sections around it do not count. ERR_MISSING when nobody has it. */
enum err template_render_block(struct cx *cx, struct template_set *set, struct str name, struct str block, const char *lang,
			       json_t *const *contexts, size_t context_count, struct buf *out);
/* Check that a template and all it includes compile and exist. */
enum err template_check(struct cx *cx, struct template_set *set, struct str name, const char *lang);

/* For tests: until told otherwise, every name that no context holds while this thread renders ("a.b" where `a` is null is held).
 * NULL stops it. */
typedef void template_miss(void *subject, struct str name);
void template_watch(template_miss *told, void *subject);
