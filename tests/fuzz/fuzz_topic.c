/* Texts, a line each: their topics and copies. Whatever they are, each is in a topic there is, or in none; each copy is of a text that is the
 * first of its copies. */
#include "base/cx.h"
#include "text/topic.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define LINES_MAX 120

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str rest = {(const char *)data, size}, texts[LINES_MAX];
	struct topics topics;
	struct copies copies;
	size_t count = 0;
	while (rest.len && count < LINES_MAX)
		texts[count++] = str_line(&rest);
	topics_of(arena, texts, count, size % 4, &topics);
	copies_of(arena, texts, count, 0.7, &copies);
	for (size_t i = 0; i < count; i++) {
		must(topics.of[i] == TOPIC_NONE || topics.of[i] < topics.count);
		must(copies.of[i] == TOPIC_NONE || (copies.of[i] <= i && copies.of[copies.of[i]] == copies.of[i]));
	}
	for (size_t i = 0; i < topics.count; i++)
		must(topics.items[i].typical < count && topics.of[topics.items[i].typical] == i);
	return 0;
}
