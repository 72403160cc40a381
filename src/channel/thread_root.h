/* thread_root.h: which message a conversation starts with, told from who answers whom: networks that give only a parent make a
 * conversation of the earliest ancestor known. Memory belongs to the arena; about 200 bytes a message. */
#pragma once
#include "base/arena.h"

struct threads;
struct threads *threads_new(struct arena *arena);
void threads_add(struct threads *threads, struct str id,
	struct str parent); /* parent may be empty or unknown; the first one counts */
/* The earliest ancestor of `id`, be it in the file or only named there; `id` itself without one. Circles end anywhere in them. */
struct str threads_root(struct threads *threads, struct str id);
