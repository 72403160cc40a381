#include "store/list.h"

#include "base/buf.h"

struct str list_pattern(struct arena *arena, struct str words)
{
	CLEANUP(buf_free) struct buf pattern = {};
	buf_addc(&pattern, '%');
	for (size_t i = 0; i < words.len; i++) {
		if (words.at[i] == '%' || words.at[i] == '_' || words.at[i] == '\\')
			buf_addc(&pattern, '\\');
		buf_addc(&pattern, words.at[i]);
	}
	buf_addc(&pattern, '%');
	return buf_keep(&pattern, arena);
}

void list_turn(void *rows, size_t size, size_t count)
{
	char *low = rows, *high = count ? low + (count - 1) * size : low;
	for (; low < high; low += size, high -= size)
		for (size_t i = 0; i < size; i++) {
			char byte = low[i];
			low[i] = high[i];
			high[i] = byte;
		}
}
