#include "model/hashtag.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "model/mark.h"

#include <utf8proc.h>

struct str hashtag_key(struct arena *arena, struct str tag)
{
	CLEANUP(buf_free) struct buf key = {};
	buf_add_folded(&key, tag);
	return buf_keep(&key, arena);
}

void hashtags_add(struct arena *arena, struct str text, struct hashtag *list, size_t *count, size_t most)
{
	struct mark_reader reader = mark_reader_new(text, MARK_FEDIVERSE, MARK_ONLY(MARK_HASHTAG));
	struct mark m;
	while (*count < most && mark_next(&reader, &m)) {
		struct hashtag one = {m.value, hashtag_key(arena, m.value)};
		size_t n = 0;
		while (n < *count && !str_eq(list[n].key, one.key))
			n++;
		if (n == *count && one.key.len)
			list[(*count)++] = one;
	}
}

static utf8proc_category_t category_of(u32 code)
{
	return utf8proc_category((utf8proc_int32_t)code);
}

bool hashtag_is_parted(struct str tag)
{
	bool was_small = false;
	for (struct str rest = tag; rest.len;) {
		utf8proc_category_t category = category_of(utf8_next(&rest));
		if (was_small && category == UTF8PROC_CATEGORY_LU)
			return true;
		was_small |= category == UTF8PROC_CATEGORY_LL;
	}
	return false;
}

struct str hashtag_of_words(struct arena *arena, struct str words)
{
	CLEANUP(buf_free) struct buf tag = {};
	bool begins = true;
	for (struct str rest = words; rest.len;) {
		u32 code = utf8_next(&rest);
		utf8proc_category_t category = category_of(code);
		bool stays = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
		if (stays)
			buf_add_utf8(&tag, begins ? (u32)utf8proc_toupper((utf8proc_int32_t)code) : code);
		begins = !stays;
	}
	return buf_keep(&tag, arena);
}
