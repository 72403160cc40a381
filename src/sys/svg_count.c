/* svg_count.c: how much a drawing draws once each reference is followed. Elements are numbered in the order of the file, so that all below one are a stretch of
 * numbers; what one draws is its stretch and what the references in it draw. Each name's sum is made once. */
#include "base/lang.h"
#include "sys/svg_inside.h"

struct reference {
	size_t element;
	struct str name;
	i64 times;
};

struct named {
	size_t element;
	i64 sum;
	enum { NEW, BUSY, DONE } state;
};

struct svg_count {
	struct arena *arena;
	size_t *ends, count, capacity; /* by number: one past the last element below */
	struct reference *references;
	size_t reference_count, reference_capacity;
	struct map *names;             /* → struct named */
};

struct svg_count *svg_count_new(struct arena *arena)
{
	struct svg_count *c = arena_new_of(arena, struct svg_count);
	*c = (struct svg_count){.arena = arena, .names = map_new(arena)};
	return c;
}

size_t svg_count_open(struct svg_count *c)
{
	*arena_push(c->arena, c->ends, c->count, c->capacity) = 0;
	return c->count - 1;
}

void svg_count_close(struct svg_count *c, size_t element)
{
	c->ends[element] = c->count;
}

void svg_count_name(struct svg_count *c, size_t element, struct str id)
{
	if (map_get(c->names, id))
		return;
	struct named *named = arena_new_of(c->arena, struct named);
	named->element = element;
	map_put(c->names, id, named);
}

void svg_count_refer(struct svg_count *c, size_t element, struct str id, i64 times)
{
	*arena_push(c->arena, c->references, c->reference_count, c->reference_capacity) =
		(struct reference){element, arena_str(c->arena, id), times};
}

/* The first reference of an element from `element` on: they are in the order of the file. */
static size_t first_reference(const struct svg_count *c, size_t element)
{
	size_t from = 0, to = c->reference_count;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (c->references[middle].element < element)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static enum err sum_of(struct cx *cx, struct svg_count *c, size_t element, int depth, i64 *ret_sum)
{
	i64 sum = (i64)(c->ends[element] - element);
	if (depth > SVG_NESTED_MAX)
		return fail(cx, ERR_TOO_LARGE, N_("In this SVG, parts are made of parts that are made of parts, more than %d deep. Such files are refused."), SVG_NESTED_MAX);
	for (size_t i = first_reference(c, element); i < c->reference_count && c->references[i].element < c->ends[element]; i++) {
		struct named *named = map_get(c->names, c->references[i].name);
		if (!named)
			continue;
		if (named->state == BUSY)
			return fail(cx, ERR_BAD_INPUT, N_("In this SVG a part is made of itself. Such files are refused."));
		if (named->state == NEW) {
			named->state = BUSY;
			TRY(sum_of(cx, c, named->element, depth + 1, &named->sum));
			named->state = DONE;
		}
		i64 part;
		if (__builtin_mul_overflow(named->sum, c->references[i].times, &part) || __builtin_add_overflow(sum, part, &sum) || sum > SVG_DRAWN_MAX)
			return fail(cx, ERR_TOO_LARGE, N_("Drawn, this SVG would be more than %d parts, because the same ones are used again and again. Such files are refused."), SVG_DRAWN_MAX);
	}
	*ret_sum = sum;
	return OK;
}

enum err svg_count_all(struct cx *cx, struct svg_count *c, i64 *ret_drawn)
{
	*ret_drawn = 0;
	return c->count ? sum_of(cx, c, 0, 0, ret_drawn) : OK;
}
