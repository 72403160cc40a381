#include "web/mustache.h"

#include "base/lang.h"
#include "base/map.h"
#include "web/mustache_program.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Compiled templates by language and name. They point to each other, so one is only taken in with all that it includes. */
struct library {
	template_source *source;
	void *subject;
	struct arena *arena;
	struct map *templates; /* "fr:inbox/list" -> struct template */
};

struct template_set {
	struct arena *arena; /* holds the set itself */
	bool always_fresh;
	pthread_rwlock_t lock;
	struct library library;
};

/* What a render asks for templates: a library that others use too (lock), or one of its own (lock NULL). */
struct lookup {
	struct library *library;
	pthread_rwlock_t *lock;
	const char *lang;
};

static void library_open(struct library *library, struct arena *arena, const struct library *like)
{
	*library = (struct library){like->source, like->subject, arena, map_new(arena)};
}

static void destroy_lock(void *set)
{
	pthread_rwlock_destroy(&((struct template_set *)set)->lock);
}

struct template_set *template_set_new(template_source *source, void *subject, bool always_fresh)
{
	struct arena *arena = arena_new();
	struct template_set *set = arena_new_of(arena, struct template_set);
	set->arena = arena;
	set->always_fresh = always_fresh;
	must(pthread_rwlock_init(&set->lock, NULL) == 0);
	arena_defer(arena, destroy_lock, set);
	library_open(&set->library, arena, &(struct library){source, subject, NULL, NULL});
	return set;
}

void template_set_free(struct template_set *set)
{
	if (set)
		arena_free(set->arena);
}

/* ---- compiling ---- */

/* Templates compiled together, not yet in the library. */
struct batch {
	struct library *library;
	struct arena *arena;
	const char *lang;
	struct map *templates;
};

static struct str key_of(char *room, size_t size, const char *lang, struct str name)
{
	int len = snprintf(room, size, "%s:%.*s", lang, STR_ARG(name));
	return (struct str){room, len < 0 || (size_t)len >= size ? 0 : (size_t)len}; /* too long for any template: not found */
}

static struct template *known(const struct library *library, const char *lang, struct str name)
{
	char room[256];
	return map_get(library->templates, key_of(room, sizeof room, lang, name));
}

/* The template of that name in the batch or the library, newly compiled if need be; NULL when there is no source. */
static enum err take(struct cx *cx, struct batch *batch, struct str name, struct template **ret_template)
{
	char room[256];
	struct str key = key_of(room, sizeof room, batch->lang, name), source;
	struct template *template = known(batch->library, batch->lang, name);
	if (!template)
		template = map_get(batch->templates, key);
	if (!template && key.len && batch->library->source(batch->library->subject, batch->arena, name, &source)) {
		template = arena_new_of(batch->arena, struct template);
		template->name = arena_str(batch->arena, name);
		template->lang = batch->lang;
		map_put(batch->templates, key, template);
		TRY(template_compile(cx, batch->arena, source, template));
	}
	*ret_template = template;
	return OK;
}

/* Compile `name` and, one after the other, everything that the batch comes to include. */
static enum err compile_batch(struct cx *cx, struct batch *batch, struct str name)
{
	struct template *template = NULL;
	TRY(take(cx, batch, name, &template));
	for (size_t i = 0; i < map_count(batch->templates); i++) {
		template = map_value(batch->templates, i);
		for (size_t n = 0; n < template->count; n++) {
			struct node *node = &template->nodes[n];
			if ((node->kind != NODE_PARTIAL && node->kind != NODE_PARENT) || node->dynamic)
				continue;
			struct template *target;
			TRY(take(cx, batch, node->text, &target));
			node->template = target;
		}
	}
	return OK;
}

static void free_arena(void *arena)
{
	arena_free(arena);
}

static enum err library_add(struct cx *cx, struct library *library, const char *lang, struct str name)
{
	struct arena *arena = arena_new();
	struct batch batch = {library, arena, lang, map_new(arena)};
	enum err error = compile_batch(cx, &batch, name);
	if (error != OK) {
		arena_free(arena);
		return error;
	}
	arena_defer(library->arena, free_arena, arena);
	for (size_t i = 0; i < map_count(batch.templates); i++)
		map_put(library->templates, map_key(batch.templates, i), map_value(batch.templates, i));
	return OK;
}

/* template_finder: *ret_template is NULL when there is none. */
static enum err find(struct cx *cx, void *subject, struct str name, const struct template **ret_template)
{
	struct lookup *lookup = subject;
	if (lookup->lock)
		must(pthread_rwlock_rdlock(lookup->lock) == 0);
	const struct template *template = known(lookup->library, lookup->lang, name);
	if (lookup->lock)
		pthread_rwlock_unlock(lookup->lock);
	enum err error = OK;
	if (!template) {
		if (lookup->lock)
			must(pthread_rwlock_wrlock(lookup->lock) == 0);
		template = known(lookup->library, lookup->lang, name); /* somebody may have been faster */
		if (!template)
			error = library_add(cx, lookup->library, lookup->lang, name);
		if (!template && error == OK)
			template = known(lookup->library, lookup->lang, name);
		if (lookup->lock)
			pthread_rwlock_unlock(lookup->lock);
	}
	if (error == OK)
		*ret_template = template;
	return error;
}

/* ---- rendering ---- */

static enum err find_or_miss(struct cx *cx, struct lookup *lookup, struct str name, const struct template **ret_template)
{
	const struct template *template = NULL;
	TRY(find(cx, lookup, name, &template));
	if (!template)
		return fail(cx, ERR_MISSING, "There is no template %.*s.", STR_ARG(name));
	*ret_template = template;
	return OK;
}

/* The set's library, or a new one in `arena` when everything is to be compiled anew. */
static struct lookup lookup_in(struct template_set *set, const char *lang, struct arena *arena)
{
	struct lookup lookup = {&set->library, &set->lock, lang_of(str_of(lang))};
	if (set->always_fresh) {
		lookup.lock = NULL;
		lookup.library = arena_new_of(arena, struct library);
		library_open(lookup.library, arena, &set->library);
	}
	return lookup;
}

static enum err render(struct cx *cx, struct template_set *set, struct str name, const struct str *block, const char *lang,
		       json_t *const *contexts, size_t context_count, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *arena = set->always_fresh ? arena_new() : NULL;
	struct lookup lookup = lookup_in(set, lang, arena);
	const struct template *template = NULL;
	TRY(find_or_miss(cx, &lookup, name, &template));
	return template_run(cx, template, block, (struct template_finder){find, &lookup}, contexts, context_count, out);
}

enum err template_render(struct cx *cx, struct template_set *set, struct str name, const char *lang, json_t *const *contexts,
			 size_t context_count, struct buf *out)
{
	return render(cx, set, name, NULL, lang, contexts, context_count, out);
}

enum err template_render_block(struct cx *cx, struct template_set *set, struct str name, struct str block, const char *lang,
			       json_t *const *contexts, size_t context_count, struct buf *out)
{
	return render(cx, set, name, &block, lang, contexts, context_count, out);
}

enum err template_check(struct cx *cx, struct template_set *set, struct str name, const char *lang)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct lookup lookup = lookup_in(set, lang, arena);
	const struct template *template = NULL;
	TRY(find_or_miss(cx, &lookup, name, &template));
	struct map *seen = map_new(arena);
	map_put(seen, template->name, (void *)template);
	for (size_t i = 0; i < map_count(seen); i++) {
		template = map_value(seen, i);
		for (size_t n = 0; n < template->count; n++) {
			const struct node *node = &template->nodes[n];
			if ((node->kind != NODE_PARTIAL && node->kind != NODE_PARENT) || node->dynamic)
				continue;
			if (!node->template)
				return fail(cx, ERR_SYSTEM, "Template %.*s, line %u includes %.*s, which does not exist.",
					    STR_ARG(template->name), node->line, STR_ARG(node->text));
			map_put(seen, node->template->name, (void *)node->template);
		}
	}
	return OK;
}
