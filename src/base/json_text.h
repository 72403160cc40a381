/* json_text.h: what a JSON value says, as text. jansson's values live in the nursery (set at the program's start), so what jansson
 * itself hands out as text (its dumps) may not go to free(): everybody calls this instead. `flags` are jansson's (JSON_COMPACT …); a
 * value without the flag JSON_ENCODE_ANY is an object or an array. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

#include <jansson.h>

/* NUL-terminated behind its end, in the arena. */
struct str arena_json(struct arena *arena, const json_t *json, size_t flags);
void buf_add_value(struct buf *b, const json_t *json, size_t flags); /* not buf_ok() when there is no room */
