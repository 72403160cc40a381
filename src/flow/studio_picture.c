/* studio_picture.c: pictures of the library made fit for a place of a template. Decoding one takes the box a tenth of a second and more; while somebody writes, the
 * same picture is asked for with each word, so the last few are kept. */
#include "base/clock.h"
#include "flow/studio_parts.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <pthread.h>
#include <string.h>

#define KEPT 12
#define KEPT_BYTES ((size_t)2 << 20) /* of one: a larger one is made again */
#define QUALITY 90
#define PAPER 0xffffffu

struct asked_for {
	char blob[BLOB_NAME_LEN];
	int width, height;
	i64 focus_x, focus_y;
	bool fill;
};

static pthread_mutex_t door = PTHREAD_MUTEX_INITIALIZER;
static struct kept {
	struct arena *arena; /* NULL: free */
	struct asked_for key;
	struct str bytes;
	struct image image;
	u64 used;
} kept[KEPT];
static u64 uses;

static bool find(struct cx *cx, const struct asked_for *key, struct str *ret_bytes, struct image *ret_image)
{
	bool found = false;
	pthread_mutex_lock(&door);
	for (size_t i = 0; i < KEPT && !found; i++) {
		if (!kept[i].arena || memcmp(&kept[i].key, key, sizeof *key) != 0)
			continue;
		kept[i].used = ++uses;
		*ret_bytes = arena_str(cx->arena, kept[i].bytes);
		*ret_image = kept[i].image;
		found = true;
	}
	pthread_mutex_unlock(&door);
	return found;
}

static void keep(const struct asked_for *key, struct str bytes, const struct image *image)
{
	if (bytes.len > KEPT_BYTES)
		return;
	pthread_mutex_lock(&door);
	struct kept *oldest = &kept[0];
	for (size_t i = 1; i < KEPT; i++)
		if (kept[i].used < oldest->used)
			oldest = &kept[i];
	arena_free(oldest->arena);
	oldest->arena = arena_new();
	oldest->key = *key;
	oldest->bytes = arena_str(oldest->arena, bytes);
	oldest->image = *image;
	oldest->used = ++uses;
	pthread_mutex_unlock(&door);
}

enum err studio_picture(struct cx *cx, const struct studio_hooks *hooks, const struct media *media, int width, int height, bool fill, struct str *ret_bytes, struct image *ret_image)
{
	struct asked_for key;
	struct image source;
	struct image_made made;
	struct str bytes;
	memset(&key, 0, sizeof key); /* compared as it lies in memory */
	memcpy(key.blob, media->blob.at, media->blob.len < sizeof key.blob ? media->blob.len : sizeof key.blob);
	key.width = width;
	key.height = height;
	key.focus_x = media->focus_x;
	key.focus_y = media->focus_y;
	key.fill = fill;
	if (find(cx, &key, ret_bytes, ret_image))
		return OK;
	TRY(blob_read(cx, hooks->blobs, media->blob, MEDIA_BYTES_MAX, &bytes));
	TRY(image_look(cx, bytes, &source));
	bool clear = source.alpha || source.format == IMAGE_SVG || source.format == IMAGE_GIF;
	const struct image_wish wish = {.format = clear ? IMAGE_PNG : IMAGE_JPEG, .width = width, .height = height, .fill = fill, .focus_x = (double)media->focus_x / 1000,
					.focus_y = (double)media->focus_y / 1000, .quality = clear ? 0 : QUALITY, .paper = PAPER, .still = true};
	TRY(image_make(cx, hooks->box, bytes, &wish, 1, &made));
	if (!made.bytes.len)
		return fail(cx, ERR_BAD_INPUT, "%.*s", STR_ARG(made.story));
	keep(&key, made.bytes, &made.image);
	*ret_bytes = made.bytes;
	*ret_image = made.image;
	return OK;
}
