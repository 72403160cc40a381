#include "channel/thread_root.h"

#include "base/map.h"

struct said {
	struct said *parent; /* shortened to the root by threads_root(); NULL at a root */
	struct str id;
	bool added, on_way;
};

struct threads {
	struct arena *arena;
	struct map *all;
};

struct threads *threads_new(struct arena *arena)
{
	struct threads *threads = arena_new_of(arena, struct threads);
	*threads = (struct threads){.arena = arena, .all = map_new(arena)};
	return threads;
}

static struct said *said_of(struct threads *threads, struct str id)
{
	struct said *said = map_get(threads->all, id);
	if (!said) {
		said = arena_new_of(threads->arena, struct said);
		said->id = arena_str(threads->arena, id);
		map_put(threads->all, id, said);
	}
	return said;
}

void threads_add(struct threads *threads, struct str id, struct str parent)
{
	if (id.len == 0)
		return;
	struct said *said = said_of(threads, id);
	if (said->added)
		return;
	said->added = true;
	if (parent.len && !str_eq(parent, id))
		said->parent = said_of(threads, parent);
}

struct str threads_root(struct threads *threads, struct str id)
{
	struct said *from = map_get(threads->all, id);
	if (!from)
		return id;
	struct said *root = from;
	for (; root->parent && !root->on_way; root = root->parent)
		root->on_way = true;
	/* Shorten the way: each message of it points at the root from now on, so that long chains cost once. */
	for (struct said *at = from; at->on_way;) {
		struct said *next = at->parent;
		at->on_way = false;
		at->parent = at == root ? NULL : root;
		at = next;
	}
	return root->id;
}
