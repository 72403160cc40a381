#include "base/map.h"

#include "base/err.h"

#include <string.h>
#include <sys/random.h>

struct entry {
	struct str key;
	void *value;
	u64 hash;
};

struct map {
	struct arena *arena;
	struct entry *entries; /* in order of insertion */
	size_t count, capacity;
	u32 *slots; /* index of the entry + 1; 0 is free */
	size_t slot_count;
};

/* The first thread to ask decides for all. */
static u64 seed(void)
{
	static u64 value;
	u64 known = __atomic_load_n(&value, __ATOMIC_RELAXED), mine;
	if (known)
		return known;
	if (getrandom(&mine, sizeof mine, 0) != (ssize_t)sizeof mine || !mine)
		mine = 0x5bd1e995u;
	return __atomic_compare_exchange_n(&value, &known, mine, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED) ? mine : known;
}

struct map *map_new(struct arena *arena)
{
	struct map *map = arena_new_of(arena, struct map);
	map->arena = arena;
	map->slot_count = 16;
	map->slots = arena_array(arena, u32, map->slot_count);
	return map;
}

static u32 *slot_of(const struct map *map, struct str key, u64 hash)
{
	for (size_t at = hash & (map->slot_count - 1);; at = (at + 1) & (map->slot_count - 1)) {
		u32 index = map->slots[at];
		if (!index)
			return &map->slots[at];
		const struct entry *entry = &map->entries[index - 1];
		if (entry->hash == hash && str_eq(entry->key, key))
			return &map->slots[at];
	}
}

void *map_get(const struct map *map, struct str key)
{
	u32 index = *slot_of(map, key, str_hash(key) ^ seed());
	return index ? map->entries[index - 1].value : NULL;
}

void map_put(struct map *map, struct str key, void *value)
{
	u64 hash = str_hash(key) ^ seed();
	u32 *slot = slot_of(map, key, hash);
	if (*slot) {
		map->entries[*slot - 1].value = value;
		return;
	}
	struct entry *entry = arena_push(map->arena, map->entries, map->count, map->capacity);
	*entry = (struct entry){arena_str(map->arena, key), value, hash};
	*slot = (u32)map->count;
	if (map->count * 4 < map->slot_count * 3)
		return;
	map->slot_count *= 2;
	map->slots = arena_array(map->arena, u32, map->slot_count);
	for (size_t i = 0; i < map->count; i++)
		*slot_of(map, map->entries[i].key, map->entries[i].hash) = (u32)i + 1;
}

size_t map_count(const struct map *map)
{
	return map->count;
}

struct str map_key(const struct map *map, size_t index)
{
	must(index < map->count);
	return map->entries[index].key;
}

void *map_value(const struct map *map, size_t index)
{
	must(index < map->count);
	return map->entries[index].value;
}
