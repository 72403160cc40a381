#include "channel/archive_packed.h"

#include "base/lang.h"
#include "base/map.h"
#include "sys/unpack.h"

#include <string.h>

#define NAMES_BYTES ((size_t)64 << 10)
#define MEDIA_BYTES ((size_t)256 << 20)  /* kept of one export */
#define MEDIUM_BYTES ((size_t)32 << 20)  /* of one picture or film */

bool archive_is_packed(const char *path)
{
	return unpack_recognised(path);
}

enum err archive_names(struct cx *cx, const char *path, struct str *ret_names)
{
	*ret_names = (struct str){};
	return archive_is_packed(path) ? unpack_names(cx, path, NAMES_BYTES, ret_names) : OK;
}

static bool tells_format(struct str name)
{
	static const char *const ends[] = {".json", ".jsonl", ".csv", ".tsv", ".js", ".xml", ".mbox", ".eml", ".car"};
	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_ends(name, str_of(ends[i])))
			return true;
	return false;
}

enum err archive_packed_head(struct cx *cx, const char *path, struct str *ret_name, struct str *ret_head)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	TRY(unpack_open(cx, path, NULL, &unpack));
	for (;;) {
		struct unpack_entry entry;
		struct str piece;
		bool more;
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		if (entry.folder || !tells_format(entry.name))
			continue;
		*ret_name = arena_str(cx->arena, entry.name);
		TRY(unpack_piece(cx, unpack, &piece));
		*ret_head = arena_str(cx->arena, piece);
		return OK;
	}
}

/* The entry that is open, whole, into `b`. */
static enum err read_entry(struct cx *cx, struct unpack *unpack, struct str name, struct buf *b)
{
	for (;;) {
		struct str piece;
		TRY(unpack_piece(cx, unpack, &piece));
		if (!piece.len)
			return OK;
		buf_add(b, piece);
		if (!buf_ok(b))
			return fail(cx, ERR_TOO_LARGE,
				"“%.*s” in this export is larger than %zu MiB, which is more than is read at once.",
				    STR_ARG(str_head(name, 100)), b->max >> 20);
	}
}

enum err archive_each_packed(struct cx *cx, const char *path, size_t max, bool (*wanted)(struct str name),
			     enum err (*each)(struct cx *cx, void *subject, struct str name, struct str bytes), void *subject)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	TRY(unpack_open(cx, path, NULL, &unpack));
	for (;;) {
		struct unpack_entry entry;
		bool more;
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		if (entry.folder || (wanted && !wanted(entry.name)))
			continue;
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		CLEANUP(buf_free) struct buf b = {.max = max};
		struct str name = arena_str(arena, entry.name);
		TRY(read_entry(cx, unpack, name, &b));
		TRY(archive_hand_over(cx, name, buf_str(&b), each, subject));
	}
}

enum err archive_each_packed_piece(struct cx *cx, const char *path, bool (*wanted)(struct str name),
				   enum err (*each)(struct cx *cx, void *subject, struct str file, struct str piece, i64 done,
					i64 all), void *subject)
{
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	TRY(unpack_open(cx, path, NULL, &unpack));
	for (;;) {
		struct unpack_entry entry;
		bool more;
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		if (entry.folder || (wanted && !wanted(entry.name)))
			continue;
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct str name = arena_str(arena, entry.name), piece;
		for (bool first = true;; first = false) {
			TRY(unpack_piece(cx, unpack, &piece));
			if (!piece.len)
				break;
			TRY(each(cx, subject, first ? name : (struct str){}, piece, entry.done, entry.all));
		}
	}
}

static bool is_medium(struct str name)
{
	static const char *const ends[] = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".svg", ".mp4", ".mov",
		".webm",
					   ".mp3", ".m4a", ".ogg", ".opus", ".aac", ".wav", ".pdf"};
	for (size_t i = 0; i < COUNT(ends); i++) {
		size_t len = strlen(ends[i]);
		if (name.len > len && str_eq_fold(str_skip(name, name.len - len), str_of(ends[i])))
			return true;
	}
	return false;
}

/* By the last two parts of its path, "files/affiche.png": exports name their media from different roots. */
static struct str tail_of(struct str path)
{
	size_t at = path.len;
	for (int parts = 0; at > 0; at--)
		if (path.at[at - 1] == '/' && ++parts == 2)
			break;
	return str_skip(path, at);
}

enum err archive_media(struct reading *r, const char *path)
{
	struct cx *cx = r->cx;
	if (!archive_is_packed(path))
		return OK;
	CLEANUP(unpack_closep) struct unpack *unpack = NULL;
	TRY(unpack_open(cx, path, NULL, &unpack));
	r->media = map_new(cx->arena);
	size_t left = MEDIA_BYTES;
	for (;;) {
		struct unpack_entry entry;
		bool more;
		TRY(unpack_next(cx, unpack, &entry, &more));
		if (!more)
			return OK;
		if (entry.folder || !is_medium(entry.name) || entry.size > (i64)MEDIUM_BYTES || left < MEDIUM_BYTES)
			continue;
		CLEANUP(buf_free) struct buf b = {.max = MEDIUM_BYTES};
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct str name = arena_str(arena, entry.name);
		TRY(read_entry(cx, unpack, name, &b));
		struct str *kept = arena_new_of(cx->arena, struct str);
		*kept = arena_str(cx->arena, buf_str(&b));
		map_put(r->media, tail_of(name), kept);
		left -= kept->len;
	}
}

struct str archive_medium(const struct reading *r, struct str name)
{
	const struct str *found = r->media && name.len ? map_get(r->media, tail_of(name)) : NULL;
	return found ? *found : (struct str){};
}
