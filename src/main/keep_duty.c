#include "main/keep_duty.h"

#include "base/clock.h"
#include "flow/keep.h"
#include "main/media.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <string.h>
#include <unistd.h>

/* Folders, bucket and client live as long as the role: in an arena of their own. */
static enum err place_of(struct cx *cx, const struct duty *duty, struct keep_place *ret_place)
{
	const struct program *program = duty->role->program;
	struct arena *task = cx->arena;
	struct net *net;
	cx->arena = arena_new();
	*ret_place = (struct keep_place){.blobs = media_folder(cx, program), .wanted = wanted_folder(cx, program), .bound = program->settings.media_cache, .ending = role_ending};
	enum err e = media_bucket(cx, program, &net, &ret_place->bucket);
	if (e != OK)
		arena_free(cx->arena);
	cx->arena = task;
	return e;
}

enum err keep_duty_start(struct cx *cx, struct duty *duty)
{
	static struct keep keep;
	memset(&keep, 0, sizeof keep);
	TRY(place_of(cx, duty, &keep.place));
	for (int i = 0; i < KEEP_SHELVES; i++) { /* what was half written or half brought when a role was killed */
		const char *shelf = keep_shelf_path(cx->arena, keep.place.blobs, i);
		if (keep_shelf_changed(shelf))
			TRY(spool_sweep(cx, shelf, HOUR));
	}
	duty->subject = &keep;
	return OK;
}

enum err keep_duty_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	return keep_turn(cx, duty->db, duty->subject, ret_done, ret_wake);
}

/* ---- bringing ---- */

struct bringer {
	struct keep_place place;
	int watch;
};

enum err bring_duty_start(struct cx *cx, struct duty *duty)
{
	static struct bringer bringers[KEEP_BRINGERS];
	struct bringer *b = &bringers[duty->number];
	TRY(place_of(cx, duty, &b->place));
	b->watch = blob_wanted_watch(b->place.wanted);
	duty->subject = b;
	return OK;
}

enum err bring_duty_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	struct bringer *b = duty->subject;
	*ret_wake = cx->now; /* it waits by itself */
	return keep_bring_turn(cx, &b->place, duty->number, KEEP_BRINGERS, b->watch, ret_done);
}

void bring_duty_end(struct duty *duty)
{
	struct bringer *b = duty->subject;
	if (b->watch >= 0)
		close(b->watch);
}
