/* The first byte is the size of a part, the rest a JSON text. Whatever it holds, cutting comes to an end; of good JSON every part is
 * good JSON, no larger than it may be, and of the same kind. */
#include "channel/json_split.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct whole {
	bool good;
	size_t most;
	char kind;
};

static enum err part(struct cx *cx, void *subject, struct str text, i64 first)
{
	const struct whole *whole = subject;
	must(text.len && text.len <= whole->most * 10 + 64 && first >= -1);
	if (!whole->good)
		return OK;
	json_t *root = json_loadb(text.at, text.len, 0, NULL);
	must(root && text.at[0] == whole->kind);
	json_decref(root);
	return OK;
}

static enum err too_large(struct cx *cx, void *subject, struct str value, i64 first)
{
	return OK;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct str text = {(const char *)data + 1, size ? size - 1 : 0};
	const char *behind = json_value_end(text);
	if (!behind)
		return 0;
	must(behind >= text.at && behind <= text.at + text.len);
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	text.len = (size_t)(behind - text.at);
	json_t *root = json_loadb(text.at, text.len, 0, NULL);
	struct whole whole = {.good = root, .most = 1 + (size_t)data[0], .kind = text.len ? *text.at : ' '};
	struct json_parts parts = {.most = whole.most, .subject = &whole, .part = part, .too_large = too_large};
	must(json_split(&cx, text, &parts) == OK);
	json_decref(root);
	arena_free(arena);
	return 0;
}
