/* media_turn.c: renditions made by the working role: all that a medium waits for in one process (sys/image_box.h), written down if its focus is still the one they
 * were cut around. */
#include "base/lang.h"
#include "flow/media.h"
#include "flow/transaction.h"
#include "model/trace.h"
#include "store/event.h"
#include "sys/blob.h"

#include <string.h>

#define PAPER 0xffffffu

struct image_wish media_wish(const struct media_format *f, const struct image *source, i64 focus_x, i64 focus_y)
{
	bool moves = source->frames > 1, clear = source->alpha || source->format == IMAGE_SVG;
	struct str best = str_of(f->types);
	enum image_format format = IMAGE_JPEG;
	image_format_of(str_cut(&best, ' '), &format);
	if (format == IMAGE_JPEG && moves && media_format_takes(f, S("gif")))
		format = IMAGE_GIF;
	else if (format == IMAGE_JPEG && clear && media_format_takes(f, S("png")))
		format = IMAGE_PNG;
	return (struct image_wish){
		.format = format, .width = f->width, .height = f->height, .fill = f->fill, .focus_x = (double)focus_x / 1000, .focus_y = (double)focus_y / 1000, .most = f->most,
		.paper = PAPER, .still = str_eq(str_of(f->word), S(MEDIA_FORMAT_LIST)),
	};
}

struct made {
	struct media media;
	struct media_rendition rows[IMAGE_WISHES_MAX];
	size_t count;
};

static enum err write_down(struct cx *cx, struct db *db, struct made *made)
{
	struct media now;
	TRY(media_get(cx, db, made->media.workspace, made->media.id, &now));
	if (now.focus_x != made->media.focus_x || now.focus_y != made->media.focus_y)
		return OK; /* moved meanwhile: the next turn cuts them anew */
	for (size_t i = 0; i < made->count; i++)
		TRY(media_rendition_made(cx, db, &made->rows[i]));
	return change_add(cx, db, now.workspace, 0, "media", now.id);
}

static enum err keep(struct cx *cx, const struct media_hooks *hooks, const struct image_made *image, struct media_rendition *row)
{
	row->story = image->story;
	if (!image->bytes.len)
		return OK;
	TRY(blob_store(cx, hooks->blobs, image->bytes, &row->blob));
	row->type = str_of(image_type(image->image.format));
	row->size = (i64)image->bytes.len;
	row->width = image->image.width;
	row->height = image->image.height;
	return OK;
}

/* The pictures of all rows, or why not, in each. */
static enum err make_all(struct cx *cx, const struct media_hooks *hooks, struct made *made)
{
	struct image_wish wishes[IMAGE_WISHES_MAX];
	struct image_made images[IMAGE_WISHES_MAX] = {};
	struct image source = {};
	struct str bytes;
	enum err e = blob_read(cx, hooks->blobs, made->media.blob, MEDIA_BYTES_MAX, &bytes);
	if (e == OK)
		e = image_look(cx, bytes, &source);
	for (size_t i = 0; e == OK && i < made->count; i++) {
		const struct media_format *format = media_format_of(made->rows[i].format);
		wishes[i] = media_wish(format, &source, made->media.focus_x, made->media.focus_y);
		wishes[i].most = media_format_most(format, made->rows[i].format);
	}
	if (e == OK)
		e = image_make(cx, hooks->box, bytes, wishes, made->count, images);
	if (e == ERR_SYSTEM || e == ERR_FULL || e == ERR_LATER)
		return e; /* it may go better later */
	if (e != OK) {
		struct str story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
		for (size_t i = 0; i < made->count; i++)
			images[i].story = story;
	}
	for (size_t i = 0; i < made->count; i++)
		TRY(keep(cx, hooks, &images[i], &made->rows[i]));
	return OK;
}

/* A film or a sound is not decoded: what says where it was taken and by whom is overwritten in it, or cut off. */
static enum err make_clean(struct cx *cx, const struct media_hooks *hooks, struct made *made)
{
	struct media_rendition *row = &made->rows[0];
	struct str bytes, clean = {};
	enum err e = blob_read(cx, hooks->blobs, made->media.blob, MEDIA_BYTES_MAX, &bytes);
	char *own = NULL;
	if (e == OK) {
		own = arena_alloc(cx->arena, bytes.len + 1);
		memcpy(own, bytes.at, bytes.len);
		e = trace_clean(cx, made->media.type, own, bytes.len, &clean);
	}
	if (e == ERR_SYSTEM || e == ERR_FULL || e == ERR_LATER)
		return e; /* it may go better later */
	if (e != OK) {
		row->story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
		return OK;
	}
	TRY(blob_store(cx, hooks->blobs, clean, &row->blob));
	row->type = made->media.type;
	row->size = (i64)clean.len;
	row->width = made->media.width;
	row->height = made->media.height;
	return OK;
}

enum err media_turn(struct cx *cx, struct db *db, const struct media_hooks *hooks, i64 *ret_done)
{
	struct made made = {};
	struct media_rendition *rows;
	i64 workspace, media;
	size_t count;
	enum err e = media_waiting(cx, db, hooks->after ? *hooks->after : 0, &workspace, &media);
	*ret_done = 0;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		if (hooks->after)
			*hooks->after = 0; /* round again, after a rest */
		return OK;
	}
	TRY(e);
	TRY(media_get(cx, db, workspace, media, &made.media));
	TRY(media_renditions(cx, db, workspace, media, &rows, &count));
	for (size_t i = 0; i < count && made.count < IMAGE_WISHES_MAX; i++)
		if (!rows[i].made_at)
			made.rows[made.count++] = (struct media_rendition){.media = media, .workspace = workspace, .format = rows[i].format, .made_at = cx->now};
	size_t known = 0; /* a format that a newer program had, and this one does not */
	for (size_t i = 0; i < made.count; i++) {
		if (media_format_of(made.rows[i].format))
			made.rows[known++] = made.rows[i];
		else
			TRY(media_rendition_made(cx, db, &made.rows[i]));
	}
	made.count = known;
	if (made.count) {
		e = trace_goes(made.media.type) ? make_clean(cx, hooks, &made) : make_all(cx, hooks, &made);
		if (e == ERR_LATER && hooks->after) { /* it waits, and holds no other back */
			cx_forget(cx);
			*hooks->after = media;
			*ret_done = 1;
			return OK;
		}
		TRY(e);
		TRY(IN_TRANSACTION(cx, db, write_down(cx, db, &made)));
	}
	*ret_done = 1;
	return OK;
}
