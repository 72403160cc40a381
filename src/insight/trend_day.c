#include "insight/trend_day.h"

#include <stdlib.h>
#include <string.h>

#define MAGIC 0x31445254u /* "TRD1" */

struct head {
	u32 magic, lost, count, hours[24];
};
static_assert(sizeof(struct head) == 108 && sizeof(struct trend_entry) == 16, "as they are kept");

void trend_day_read(struct arena *arena, struct str bytes, struct trend_day *ret_day)
{
	struct head head;
	*ret_day = (struct trend_day){};
	if (bytes.len < sizeof head)
		return;
	memcpy(&head, bytes.at, sizeof head);
	if (head.magic != MAGIC || head.count > 2 * TREND_DAY_TERMS || bytes.len != sizeof head + head.count * sizeof(struct trend_entry))
		return;
	ret_day->lost = head.lost;
	ret_day->count = head.count;
	memcpy(ret_day->hours, head.hours, sizeof head.hours);
	ret_day->entries = arena_array(arena, struct trend_entry, head.count + 1u);
	memcpy(ret_day->entries, bytes.at + sizeof head, head.count * sizeof(struct trend_entry));
}

struct str trend_day_write(struct arena *arena, const struct trend_day *day)
{
	struct head head = {.magic = MAGIC, .lost = day->lost, .count = (u32)day->count};
	size_t len = sizeof head + day->count * sizeof(struct trend_entry);
	char *bytes = arena_alloc(arena, len);
	memcpy(head.hours, day->hours, sizeof head.hours);
	memcpy(bytes, &head, sizeof head);
	if (day->count)
		memcpy(bytes + sizeof head, day->entries, day->count * sizeof(struct trend_entry));
	return (struct str){bytes, len};
}

u32 trend_day_people(const struct trend_day *day, u64 key)
{
	size_t low = 0, high = day->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (day->entries[middle].key == key)
			return day->entries[middle].people;
		if (day->entries[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

static int by_key(const void *a, const void *b)
{
	const struct trend_mark *x = a, *y = b;
	return x->key != y->key ? (x->key > y->key ? 1 : -1) : (x->number > y->number) - (x->number < y->number);
}

static int by_people(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;
	return (x < y) - (x > y);
}

/* Those that the most people said stay; of those that as many said as the first that goes, none does. */
static void prune(struct arena *arena, struct trend_day *day)
{
	size_t kept = 0;
	u32 *people = arena_array(arena, u32, day->count + 1);
	for (size_t i = 0; i < day->count; i++)
		people[i] = day->entries[i].people;
	qsort(people, day->count, sizeof *people, by_people);
	u32 least = people[TREND_DAY_TERMS];
	for (size_t i = 0; i < day->count; i++)
		if (day->entries[i].people > least)
			day->entries[kept++] = day->entries[i];
	day->count = kept;
	day->lost += least;
}

void trend_day_merge(struct arena *arena, struct trend_day *day, struct trend_mark *marks, size_t count)
{
	if (!count)
		return;
	struct trend_entry *merged = arena_array(arena, struct trend_entry, day->count + count);
	size_t out = 0, old = 0;
	qsort(marks, count, sizeof *marks, by_key);
	for (size_t i = 0; i < count;) {
		while (old < day->count && day->entries[old].key < marks[i].key)
			merged[out++] = day->entries[old++];
		struct trend_entry e = {.key = marks[i].key};
		bool is_known = old < day->count && day->entries[old].key == e.key;
		if (is_known)
			e = day->entries[old++];
		for (; i < count && marks[i].key == e.key; i++) {
			e.people += !is_known || e.last != marks[i].by;
			e.last = marks[i].by;
			is_known = true;
		}
		merged[out++] = e;
	}
	while (old < day->count)
		merged[out++] = day->entries[old++];
	day->entries = merged;
	day->count = out;
	if (out > TREND_DAY_TERMS + TREND_DAY_SLACK)
		prune(arena, day);
}
