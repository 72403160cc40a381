/* keep_bring.c: from the bucket into the folder. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/keep.h"
#include "sys/blob.h"
#include "sys/files.h"

struct coming {
	struct cx *cx;
	struct spool *spool;
	struct hasher hasher;
	enum err came;
	bool (*ending)(void);
};

static bool take(void *subject, struct str piece)
{
	struct coming *c = subject;
	hasher_add(&c->hasher, piece);
	c->came = spool_add(c->cx, c->spool, piece);
	return c->came == OK && !(c->ending && c->ending());
}

static enum err bring(struct cx *cx, struct bucket *bucket, const char *folder, struct str name, bool (*ending)(void))
{
	CLEANUP(buf_free) struct buf hex = {};
	struct coming c = {.cx = cx, .ending = ending};
	const char *path;
	i64 size = 0;
	TRY(blob_path(cx, folder, name, &path));
	TRY(folder_make(cx, path_folder(cx->arena, path)));
	TRY(spool_open(cx, path_folder(cx->arena, path), &c.spool));
	hasher_start(&c.hasher, NULL);
	enum err e = bucket_has(cx, bucket, name, &size); /* how long it may take follows from that */
	e = e ? e : bucket_get(cx, bucket, name, size ? size : 1, take, &c);
	e = c.came != OK ? c.came : e;
	struct hash hash = hasher_end(&c.hasher);
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	if (e == OK && !str_eq(buf_str(&hex), name))
		e = fail(cx, ERR_REMOTE, N_("The bucket gave back something else than it was given under %.8s…: it was not taken. A backup may hold the file; look at the bucket."), name.at);
	if (e == ERR_MISSING)
		e = fail(cx, ERR_MISSING, N_("The bucket does not have the file %.8s…, and it is not here. A backup may hold it."), name.at);
	e = e ? e : spool_keep(cx, c.spool, path, 0600);
	spool_drop(c.spool);
	return e;
}

enum err keep_bring(struct cx *cx, struct bucket *bucket, const char *folder, struct str name)
{
	return bring(cx, bucket, folder, name, NULL);
}

/* 'a' … 'f' and digits, to 0 … 15. */
static int digit(char c)
{
	return c >= 'a' ? c - 'a' + 10 : c - '0';
}

enum err keep_bring_turn(struct cx *cx, const struct keep_place *place, int share, int shares, int watch, i64 *ret_done)
{
	struct str *names;
	size_t count;
	*ret_done = 0;
	blob_wanted_wait(watch, watch >= 0 ? SECOND / 2 : SECOND / 10);
	TRY(blob_wanted(cx, place->wanted, &names, &count));
	for (size_t i = 0; i < count && !place->ending(); i++) {
		const char *path;
		if (digit(names[i].at[1]) % shares != share) /* the second: files of one shelf are brought side by side */
			continue;
		TRY(blob_path(cx, place->blobs, names[i], &path));
		enum err e = file_there(path) ? OK : bring(cx, place->bucket, place->blobs, names[i], place->ending);
		if (e != OK)
			log_failure(cx, "not_brought");
		cx_forget(cx);
		blob_wanted_over(cx, place->wanted, names[i], e);
		*ret_done += e == OK;
	}
	return OK;
}
