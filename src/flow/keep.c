#include "flow/keep.h"

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/log.h"
#include "store/bucket_file.h"
#include "store/setting.h"
#include "sys/blob.h"
#include "sys/files.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLED SECOND            /* a folder's time says nothing of what comes within the same instant */
#define SENT_A_TURN 16            /* files, before all is looked at again */
#define SENT_MOST ((size_t)512 << 20)
#define TOLD_EVERY SECOND
#define DROP_AGAIN (30 * SECOND)
#define STATE "bucket.state"

/* ---- trouble ---- */

static void troubled(struct cx *cx, struct keep *keep, i64 pause)
{
	if (!keep->failures++)
		keep->trouble_since = cx->now;
	if (strcmp(keep->trouble, cx->story) != 0) { /* said once, however long it lasts */
		snprintf(keep->trouble, sizeof keep->trouble, "%s", cx->story);
		log_failure(cx, "bucket");
	}
	keep->again_at = time_now() + pause; /* it may have taken long to fail */
	cx_forget(cx);
}

static i64 pause_of(const struct keep *keep)
{
	i64 pause = KEEP_PAUSE_FIRST;
	for (i64 i = 0; i < keep->failures && pause < KEEP_PAUSE_MOST; i++)
		pause *= 2;
	return pause < KEEP_PAUSE_MOST ? pause : KEEP_PAUSE_MOST;
}

static void well(struct keep *keep)
{
	if (keep->failures)
		log_line(LOG_INFO, "bucket_back", "failures=%lld", (long long)keep->failures);
	keep->failures = keep->trouble_since = keep->again_at = 0;
	keep->trouble[0] = '\0';
}

/* ---- looking ---- */

static enum err look_at(struct cx *cx, struct db *db, struct keep *keep, int number)
{
	struct keep_shelf *shelf = &keep->shelves[number];
	const char *path = keep_shelf_path(cx->arena, keep->place.blobs, number);
	i64 changed = keep_shelf_changed(path), now = time_now();
	struct keep_file *files;
	size_t count;
	if (shelf->read_at && changed == shelf->changed_at && shelf->read_at > changed + SETTLED)
		return OK;
	TRY(keep_shelf_read(cx, db, &keep->place, number, &files, &count));
	*shelf = (struct keep_shelf){.changed_at = changed, .read_at = now};
	for (size_t i = 0; i < count; i++) {
		shelf->bytes += files[i].size;
		shelf->waiting += !files[i].is_kept;
		shelf->waiting_bytes += files[i].is_kept ? 0 : files[i].size;
	}
	return OK;
}

static void again(struct keep *keep, int shelf)
{
	keep->shelves[shelf].read_at = 0;
}

/* ---- sending ---- */

/* It is looked for first: it may have been sent by one who was killed before it could note that. What the bucket cannot tell is sent. */
static enum err send_one(struct cx *cx, struct db *db, struct keep *keep, const struct keep_file *file)
{
	struct bucket *bucket = keep->place.bucket;
	const char *path;
	struct str bytes;
	i64 size = -1;
	enum err e = bucket_has(cx, bucket, file->name, &size);
	if (e == ERR_LATER || e == ERR_REMOTE)
		return e;
	cx_forget(cx);
	if (e != OK || size != file->size) {
		TRY(blob_path(cx, keep->place.blobs, file->name, &path));
		TRY(file_read(cx, path, SENT_MOST, &bytes));
		if (!blob_is(bytes, file->name))
			return fail(cx, ERR_CONFLICT, N_("The kept file %.8s… is damaged on this disk, and is not sent to the bucket. Copy it from a backup."), file->name.at);
		TRY(bucket_put(cx, bucket, file->name, bytes));
		e = bucket_has(cx, bucket, file->name, &size);
		if (e == ERR_MISSING || (e == OK && size != file->size))
			return fail(cx, ERR_REMOTE, N_("The bucket said that it took the file %.8s…, and does not have it in full. It stays here and is sent again."), file->name.at);
		TRY(e);
	}
	return bucket_file_note(cx, db, bucket_place(bucket), file->name, file->size);
}

/* Those of a shelf behind `after`. *ret_failed: it is to be left alone for a while. */
static enum err send_shelf(struct cx *cx, struct db *db, struct keep *keep, int shelf, struct str after, i64 *sent, bool *ret_failed)
{
	struct keep_file *files;
	size_t count;
	TRY(keep_shelf_read(cx, db, &keep->place, shelf, &files, &count));
	for (size_t i = 0; i < count && *sent < SENT_A_TURN && !keep->place.ending(); i++) {
		if (files[i].is_kept || (after.len && memcmp(files[i].name.at, after.at, BLOB_NAME_LEN) <= 0))
			continue;
		CLEANUP(arena_freep) struct arena *arena = arena_new(); /* a file is as large as it is */
		struct cx part = *cx;
		part.arena = arena;
		enum err e = send_one(&part, db, keep, &files[i]);
		memcpy(keep->last, files[i].name.at, BLOB_NAME_LEN);
		again(keep, shelf);
		if (e != OK) {
			troubled(&part, keep, pause_of(keep));
			*ret_failed = true;
			return OK;
		}
		well(keep);
		keep->drop_at = 0;
		++*sent;
	}
	return OK;
}

/* Round and round by name, so that one that the bucket does not take holds no other back. */
static enum err send_some(struct cx *cx, struct db *db, struct keep *keep, i64 *ret_sent)
{
	char start[sizeof keep->last];
	memcpy(start, keep->last, sizeof start);
	bool failed = false;
	int first = start[0] ? (int)strtol((char[]){start[0], start[1], 0}, NULL, 16) : 0;
	for (int i = 0; i <= KEEP_SHELVES && !failed && *ret_sent < SENT_A_TURN; i++) {
		int shelf = (first + i) % KEEP_SHELVES;
		if (keep->shelves[shelf].waiting)
			TRY(send_shelf(cx, db, keep, shelf, i ? (struct str){} : str_of(start), ret_sent, &failed));
	}
	return OK;
}

/* ---- dropping ---- */

struct leaving {
	struct keep_file file;
	int shelf;
};

static int longest_unused(const void *a, const void *b)
{
	i64 x = ((const struct leaving *)a)->file.used_at, y = ((const struct leaving *)b)->file.used_at;
	return x < y ? -1 : x > y;
}

static i64 cached(const struct keep *keep)
{
	i64 bytes = 0;
	for (int i = 0; i < KEEP_SHELVES; i++)
		bytes += keep->shelves[i].bytes;
	return bytes;
}

static enum err kept_files(struct cx *cx, struct db *db, struct keep *keep, struct leaving **ret_list, size_t *ret_count)
{
	struct leaving *list = NULL;
	size_t count = 0, capacity = 0, found;
	struct keep_file *files;
	for (int shelf = 0; shelf < KEEP_SHELVES; shelf++) {
		if (!keep->shelves[shelf].bytes)
			continue;
		TRY(keep_shelf_read(cx, db, &keep->place, shelf, &files, &found));
		for (size_t i = 0; i < found; i++)
			if (files[i].is_kept)
				*arena_push(cx->arena, list, count, capacity) = (struct leaving){files[i], shelf};
	}
	if (count)
		qsort(list, count, sizeof *list, longest_unused);
	*ret_list = list;
	*ret_count = count;
	return OK;
}

/* Only when the bucket says now that it has it. One that it lost is sent again instead. */
static enum err drop_one(struct cx *cx, struct db *db, struct keep *keep, const struct leaving *one, i64 *bytes)
{
	const char *path;
	i64 size = -1;
	enum err e = bucket_has(cx, keep->place.bucket, one->file.name, &size);
	if (e == ERR_MISSING || (e == OK && size != one->file.size)) {
		log_line(LOG_WARN, "bucket_lost", "file=%.8s", one->file.name.at);
		again(keep, one->shelf);
		return bucket_file_forget(cx, db, bucket_place(keep->place.bucket), one->file.name);
	}
	TRY(e);
	TRY(blob_path(cx, keep->place.blobs, one->file.name, &path));
	TRY(file_remove(cx, path));
	again(keep, one->shelf);
	*bytes -= one->file.size;
	return OK;
}

/* Down to nine tenths of the bound, so that it is not done for each file that comes. */
static enum err drop_some(struct cx *cx, struct db *db, struct keep *keep, i64 *ret_dropped)
{
	struct leaving *list;
	size_t count;
	i64 bytes = cached(keep), fresh = 0;
	bool failed = false;
	if (bytes <= keep->place.bound || cx->now < keep->drop_at)
		return OK;
	TRY(kept_files(cx, db, keep, &list, &count));
	for (size_t i = 0; i < count && bytes > keep->place.bound - keep->place.bound / 10 && !keep->place.ending(); i++) {
		if (list[i].file.used_at > time_now() - KEEP_USED_NOW) {
			fresh = list[i].file.used_at + KEEP_USED_NOW;
			break;
		}
		i64 before = bytes;
		if (drop_one(cx, db, keep, &list[i], &bytes) != OK) {
			troubled(cx, keep, pause_of(keep));
			failed = true;
			break;
		}
		well(keep);
		*ret_dropped += bytes < before;
	}
	keep->drop_at = failed || bytes <= keep->place.bound ? 0 : fresh ? fresh : cx->now + DROP_AGAIN;
	return OK;
}

/* ---- how it is ---- */

static struct str state_text(struct cx *cx, const struct keep *keep)
{
	i64 waiting = 0, waiting_bytes = 0;
	for (int i = 0; i < KEEP_SHELVES; i++) {
		waiting += keep->shelves[i].waiting;
		waiting_bytes += keep->shelves[i].waiting_bytes;
	}
	json_t *state = json_pack("{s:I, s:I, s:I, s:I, s:s}", "waiting", (json_int_t)waiting, "waiting_bytes", (json_int_t)waiting_bytes, "cached", (json_int_t)cached(keep), "trouble_since",
				  (json_int_t)keep->trouble_since, "trouble", keep->trouble);
	struct str text = arena_json(cx->arena, state, JSON_COMPACT);
	json_decref(state);
	return text;
}

static enum err tell(struct cx *cx, struct db *db, struct keep *keep)
{
	struct str now = state_text(cx, keep), told;
	if (cx->now < keep->told_at + TOLD_EVERY)
		return OK;
	keep->told_at = cx->now;
	TRY(setting_get(cx, db, STATE, &told)); /* a role that is ending may still have said how it was */
	return str_eq(told, now) ? OK : setting_set(cx, db, STATE, now);
}

enum err keep_state(struct cx *cx, struct db *db, struct keep_state *ret_state)
{
	struct str text;
	TRY(setting_get(cx, db, STATE, &text));
	json_t *state = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	*ret_state = (struct keep_state){
		.is_on = json_is_object(state), .waiting = json_integer_value(json_object_get(state, "waiting")), .waiting_bytes = json_integer_value(json_object_get(state, "waiting_bytes")),
		.cached = json_integer_value(json_object_get(state, "cached")), .trouble_since = json_integer_value(json_object_get(state, "trouble_since")),
		.trouble = arena_str(cx->arena, (struct str){json_string_value(json_object_get(state, "trouble")), json_string_length(json_object_get(state, "trouble"))}),
	};
	json_decref(state);
	return OK;
}

enum err keep_state_off(struct cx *cx, struct db *db)
{
	struct str text;
	TRY(setting_get(cx, db, STATE, &text));
	return text.len ? setting_set(cx, db, STATE, (struct str){}) : OK;
}

/* After trouble, when nothing is to be sent or dropped (any more): does it answer again? */
static void ask_again(struct cx *cx, struct keep *keep)
{
	i64 size;
	struct str name = keep->last[0] ? str_of(keep->last) : S("0000000000000000000000000000000000000000000000000000000000000000");
	enum err e = bucket_has(cx, keep->place.bucket, name, &size);
	if (e == OK || e == ERR_MISSING)
		well(keep);
	else
		troubled(cx, keep, pause_of(keep));
	cx_forget(cx);
}

enum err keep_turn(struct cx *cx, struct db *db, struct keep *keep, i64 *ret_done, i64 *ret_wake)
{
	i64 sent = 0, dropped = 0;
	for (int i = 0; i < KEEP_SHELVES; i++)
		TRY(look_at(cx, db, keep, i));
	if (cx->now >= keep->again_at)
		TRY(send_some(cx, db, keep, &sent));
	if (cx->now >= keep->again_at)
		TRY(drop_some(cx, db, keep, &dropped));
	if (keep->failures && cx->now >= keep->again_at && !sent && !dropped)
		ask_again(cx, keep);
	for (int i = 0; i < KEEP_SHELVES && sent + dropped; i++)
		TRY(look_at(cx, db, keep, i));
	TRY(tell(cx, db, keep));
	*ret_done = sent + dropped;
	*ret_wake = cx->now + SECOND;
	return OK;
}
