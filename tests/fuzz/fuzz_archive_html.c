/* HTML of any kind becomes clean text, in one pass and not much longer than it was. */
#include "base/err.h"
#include "base/utf8.h"
#include "channel/archive.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct arena *arena = arena_new();
	struct str text = html_to_text(arena, (struct str){(const char *)data, size});
	must(utf8_valid(text) && text.len <= size * 24 + 100);
	for (size_t i = 0; i < text.len; i++)
		must((unsigned char)text.at[i] >= 0x20 || text.at[i] == '\n' || text.at[i] == '\t');
	arena_free(arena);
	return 0;
}
