/* collect.h: what the tests of the archive readers share: a taker that keeps copies of all it is given. */
#pragma once
#include "test.h"

#include "base/clock.h"
#include "channel/archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct collected {
	struct arena *arena;
	struct inbound *items;
	size_t count, capacity;
	size_t refused, left_out, stop_after;
	struct buf notes; /* "place: reason (excerpt)" and "left out: what (count)", a line each */
};

static struct inbound copy_of(struct arena *arena, const struct inbound *in)
{
	struct inbound copy = *in;
	struct str *texts[] = {&copy.remote_id, &copy.parent_id, &copy.thread_id, &copy.subject, &copy.subject_url, &copy.network,
			       &copy.author_id, &copy.author_handle, &copy.author_name, &copy.author_url, &copy.author_avatar, &copy.author_place,
				&copy.body,
			       &copy.lang, &copy.url};
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = arena_str(arena, *texts[i]);
	struct inbound_attachment *attachments = arena_array(arena, struct inbound_attachment, copy.attachment_count + 1);
	for (size_t i = 0; i < copy.attachment_count; i++) {
		attachments[i] = in->attachments[i];
		struct str *parts[] = {&attachments[i].kind, &attachments[i].name, &attachments[i].alt, &attachments[i].type,
			&attachments[i].url,
				       &attachments[i].bytes};
		for (size_t j = 0; j < COUNT(parts); j++)
			*parts[j] = arena_str(arena, *parts[j]);
	}
	copy.attachments = attachments;
	return copy;
}

static enum err keep_item(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct collected *all = subject;
	*arena_push(all->arena, all->items, all->count, all->capacity) = copy_of(all->arena, inbound);
	return all->stop_after && all->count >= all->stop_after ? fail(cx, ERR_CONFLICT, "enough") : OK;
}

static enum err keep_refused(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt)
{
	struct collected *all = subject;
	all->refused++;
	assert_true(excerpt.len <= 200);
	buf_addf(&all->notes, "%.*s: %.*s (%.*s)\n", STR_ARG(place), STR_ARG(reason), STR_ARG(excerpt));
	return OK;
}

static enum err keep_left_out(struct cx *cx, void *subject, struct str what, i64 count)
{
	struct collected *all = subject;
	all->left_out += (size_t)count;
	buf_addf(&all->notes, "left out: %.*s (%lld)\n", STR_ARG(what), (long long)count);
	return OK;
}

UNUSED static const char *sample(struct cx *cx, const char *name)
{
	const char *source = getenv("PARVIS_SOURCE");
	return arena_printf(cx->arena, "%s/tests/channel/samples/%s", source ? source : ".", name).at;
}

UNUSED static enum err collect(struct cx *cx, const char *format, const char *path, struct archive_options options,
	struct collected *all)
{
	const struct archive_format *found = archive_format_of(str_of(format));
	assert_non_null(found);
	all->arena = cx->arena;
	struct archive_taker taker = {.subject = all, .item = keep_item, .refused = keep_refused, .left_out = keep_left_out};
	return found->read(cx, path, &options, &taker);
}

/* The bytes as a file of its own. */
UNUSED static const char *file_of(struct cx *cx, struct str bytes)
{
	char path[] = "/tmp/parvis-test-XXXXXX";
	int file = mkstemp(path);
	assert_true(file >= 0);
	FILE *stream = fdopen(file, "w");
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, stream), bytes.len);
	fclose(stream);
	return arena_cstr(cx->arena, str_of(path));
}

UNUSED static enum err collect_text(struct cx *cx, const char *format, struct str bytes, struct collected *all)
{
	const char *path = file_of(cx, bytes);
	enum err error = collect(cx, format, path, (struct archive_options){}, all);
	remove(path);
	return error;
}

UNUSED static const struct inbound *item_of(const struct collected *all, const char *id)
{
	for (size_t i = 0; i < all->count; i++)
		if (str_eq(all->items[i].remote_id, str_of(id)))
			return &all->items[i];
	fail_msg("no item has the id %s", id);
	return NULL;
}

UNUSED static bool notes_have(struct collected *all, const char *text)
{
	if (str_find(buf_str(&all->notes), str_of(text)) >= 0)
		return true;
	print_error("not in the notes: %s\n%s", text, buf_cstr(&all->notes));
	return false;
}
