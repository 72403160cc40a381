/* Texts, a line each: their topics and copies, and what says the same. Whatever they are, each is in a topic there is, or in none; each copy is of a text that is the
 * first of its copies. */
#include "base/cx.h"
#include "text/alike.h"
#include "text/topic.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define LINES_MAX 120

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str rest = {(const char *)data, size}, texts[LINES_MAX];
	struct topics topics;
	struct copies copies;
	struct alike alike;
	struct nearest *near;
	size_t count = 0;
	while (rest.len && count < LINES_MAX)
		texts[count++] = str_line(&rest);
	topics_of(arena, texts, count, size % 4, &topics);
	copies_of(arena, texts, count, 0.7, &copies);
	alike_of(arena, texts, count, ALIKE_LEAST, &alike);
	nearest_of(arena, texts, count / 2, texts + count / 2, count - count / 2, &near);
	for (size_t i = 0; i < count; i++) {
		must(alike.of[i] == ALIKE_NONE || alike.of[i] < alike.count);
		must(topics.of[i] == TOPIC_NONE || topics.of[i] < topics.count);
		must(copies.of[i] == TOPIC_NONE || (copies.of[i] <= i && copies.of[copies.of[i]] == copies.of[i]));
	}
	for (size_t i = 0; i < topics.count; i++)
		must(topics.items[i].typical < count && topics.of[topics.items[i].typical] == i);
	for (size_t i = 0; i < alike.count; i++)
		must(alike.groups[i].texts > 1 && alike.of[alike.groups[i].typical] == i);
	for (size_t i = 0; i < count / 2; i++)
		must(near[i].likeness >= 0 && near[i].likeness < 1.001 && (near[i].other == ALIKE_NONE || near[i].other < count - count / 2));
	return 0;
}
