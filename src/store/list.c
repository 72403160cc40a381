#include "store/list.h"

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
