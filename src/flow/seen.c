#include "flow/seen.h"

#include "base/buf.h"
#include "base/lang.h"
#include "sys/crypto.h"

#include <stdio.h>
#include <string.h>

void seen_add(struct seen *seen, const char *name, const char *title, struct str value)
{
	must(seen->count < SEEN_MOST);
	seen->fields[seen->count++] = (struct seen_field){.name = name, .title = title, .value = value};
}

void seen_add_number(struct arena *arena, struct seen *seen, const char *name, const char *title, i64 value)
{
	seen_add(seen, name, title, value ? arena_printf(arena, "%lld", (long long)value) : (struct str){});
}

struct seen_field *seen_field(struct seen *seen, const char *name)
{
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->fields[i].name, name) == 0)
			return &seen->fields[i];
	must(false);
	return NULL;
}

/* Each value behind its length, so that no two lists of values are one text. */
struct str seen_mark(struct arena *arena, const struct seen *seen)
{
	struct hasher hasher;
	hasher_start(&hasher, NULL);
	for (size_t i = 0; i < seen->count; i++) {
		const struct seen_field *f = &seen->fields[i];
		char head[64];
		int size = snprintf(head, sizeof head, "%s:%zu:", f->name, f->value.len);
		hasher_add(&hasher, (struct str){head, (size_t)size});
		hasher_add(&hasher, f->value);
	}
	struct hash hash = hasher_end(&hasher);
	CLEANUP(buf_free) struct buf b = {};
	for (size_t i = 0; i < SEEN_MARK / 2; i++)
		buf_addf(&b, "%02x", hash.at[i]);
	return buf_keep(&b, arena);
}

enum err seen_holds(struct cx *cx, struct str mark, const struct seen *now)
{
	if (!mark.len || str_eq(mark, seen_mark(cx->arena, now)))
		return OK;
	enum err e = fail(cx, ERR_CONFLICT, N_("Somebody saved this meanwhile. What you wrote is kept here: compare, then save again to put yours in its place."));
	snprintf(cx->field, sizeof cx->field, "seen");
	return e;
}
