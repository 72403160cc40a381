/* map.h: a table from text to pointer, in an arena, keeping insertion order. Keys are copied. Seeded per process, so that
 * outside text cannot choose its collisions. */
#pragma once
#include "base/arena.h"

struct map;
struct map *map_new(struct arena *arena);
void *map_get(const struct map *map, struct str key); /* NULL when it is not there */
void map_put(struct map *map, struct str key, void *value);
size_t map_count(const struct map *map);
struct str map_key(const struct map *map, size_t index);
void *map_value(const struct map *map, size_t index);
