#include "base/json_text.h"

#include "base/err.h"

static int add_part(const char *part, size_t len, void *buf)
{
	buf_add_bytes(buf, part, len);
	return 0;
}

void buf_add_value(struct buf *b, const json_t *json, size_t flags)
{
	must(json_dump_callback(json, add_part, b, flags) == 0);
}

struct str arena_json(struct arena *arena, const json_t *json, size_t flags)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_value(&b, json, flags);
	return buf_keep(&b, arena);
}
