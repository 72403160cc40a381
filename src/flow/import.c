#include "flow/import.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/log.h"
#include "base/map.h"
#include "base/utf8.h"
#include "channel/archive.h"
#include "flow/ahead.h"
#include "flow/audit.h"
#include "flow/import_channel.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/survey.h"
#include "sys/crypto.h"
#include "sys/files.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#define BATCH_TIME (200 * MILLISECOND) /* the longest that others wait for us, as long as an item takes less */
#define SAVE_EVERY SECOND
#define LEASE (10 * MINUTE)            /* parsing one huge document says nothing meanwhile */
#define FILE_KEPT DAY

struct importing {
	struct db *db;
	struct import_run run;
	const char *path;
	char token[TOKEN_LEN + 1];
	const struct import_hooks *hooks;
	const struct archive_format *format;
	struct channel channel;
	bool channel_is_new;       /* a dry run: it exists only inside each batch */

	struct arena *lasting, *batch;
	struct understanding own;
	struct ahead *ahead;
	struct ingest ingest;
	bool loaded, open;
	i64 opened_at, saved_at;   /* time_monotonic() */
	struct import_run tally;   /* of the open batch: created, unchanged, changed */
	struct map *seen;          /* a dry run: what batches before would have created → hash of its text */

	struct import_refusal *refusals; /* not saved yet */
	size_t refusal_count, refusal_capacity;
	json_t *left_out;
};

/* A part of the run failed in a cx of its own: the story goes to the run's. */
static enum err told(struct cx *cx, const struct cx *part, enum err error)
{
	struct arena *arena = cx->arena;
	const char *lang = cx->lang;
	*cx = *part;
	cx->arena = arena;
	cx->lang = lang;
	return error;
}

static struct cx part_of(const struct cx *cx, struct arena *arena)
{
	struct cx part = *cx;
	part.arena = arena;
	part.now = time_now();
	return part;
}

/* ---- progress ---- */

static enum err save_in(struct cx *cx, struct importing *im)
{
	im->run.left_out = arena_json(cx->arena, im->left_out, JSON_COMPACT);
	im->run.lease_until = time_now() + LEASE;
	TRY(import_run_save(cx, im->db, &im->run, str_of(im->token)));
	for (size_t i = 0; i < im->refusal_count; i++)
		TRY(import_refusal_insert(cx, im->db, im->run.id, &im->refusals[i]));
	return change_add(cx, im->db, im->run.workspace, 0, "import", im->run.id);
}

static enum err save(struct cx *cx, struct importing *im)
{
	arena_reset(im->batch);
	struct cx part = part_of(cx, im->batch);
	enum err e = IN_TRANSACTION(&part, im->db, save_in(&part, im));
	im->run.left_out = (struct str){};
	if (e != OK)
		return told(cx, &part, e);
	im->refusal_count = 0;
	im->saved_at = time_monotonic();
	return OK;
}

/* ---- batches ---- */

static enum err open_batch(struct cx *cx, struct importing *im)
{
	bool dry = im->run.dry_run;
	im->loaded = im->loaded && !dry; /* a trial's reading ends with its batch, and lies in it */
	arena_reset(im->batch);
	struct cx part = part_of(cx, im->batch);
	enum err e = db_begin(&part, im->db);
	if (e != OK)
		return told(cx, &part, e);
	im->open = true;
	im->opened_at = time_monotonic();
	if (im->channel_is_new)
		e = channel_insert(&part, im->db, &im->channel);
	if (e == OK && !im->loaded) {
		e = ingest_start(&part, im->db, im->run.workspace, im->channel.id, true, dry ? im->batch : im->lasting, &im->ingest);
		im->ingest.store_blob = dry ? NULL : im->hooks->store_blob;
		im->ingest.blobs = im->hooks->blobs;
		im->loaded = e == OK;
	}
	return e == OK ? OK : told(cx, &part, e);
}

static void give_up_batch(struct importing *im)
{
	if (im->open)
		db_rollback(im->db);
	im->open = false;
	im->tally = (struct import_run){};
	if (im->loaded)
		ingest_forget(&im->ingest);
}

/* Others wait for the lock by looking again and again (SQLite): a pause as long as a part of the batch lets them in. */
static void let_others_write(const struct importing *im)
{
	i64 took = time_monotonic() - im->opened_at;
	if (!im->run.dry_run && db_kind(im->db) == DB_SQLITE)
		usleep((useconds_t)(took / 4 < 50 * MILLISECOND ? took / 4 : 50 * MILLISECOND));
}

static enum err close_batch(struct cx *cx, struct importing *im)
{
	if (im->open && im->run.dry_run) {
		db_rollback(im->db);
	} else if (im->open) {
		struct cx part = part_of(cx, im->batch);
		enum err e = ingest_settle(&part, im->db, &im->ingest);
		im->open = e != OK; /* given up then; a commit ends it whatever comes */
		if (e == OK)
			e = db_commit(&part, im->db);
		if (e != OK)
			return told(cx, &part, e);
	}
	im->open = false;
	im->run.created += im->tally.created;
	im->run.unchanged += im->tally.unchanged;
	im->run.changed += im->tally.changed;
	im->tally = (struct import_run){};
	im->run.items = im->run.created + im->run.unchanged + im->run.changed + im->run.refused;
	if (im->hooks->step)
		TRY(im->hooks->step(cx, im->hooks->subject, &im->run));
	if (time_monotonic() - im->saved_at >= SAVE_EVERY)
		TRY(save(cx, im));
	let_others_write(im);
	if (im->hooks->ending && im->hooks->ending())
		return fail(cx, ERR_LATER, N_("The program ends; the import goes on when it runs again."));
	return OK;
}

/* ---- what the reader hands over ---- */

static enum err refused(struct cx *cx, void *subject, struct str place, struct str reason, struct str excerpt)
{
	struct importing *im = subject;
	im->run.refused++;
	struct import_refusal r = {im->run.refused, place, reason, excerpt};
	if (im->hooks->refused)
		TRY(im->hooks->refused(cx, im->hooks->subject, &r));
	if (r.number > IMPORT_REFUSALS_KEPT)
		return OK;
	struct arena *arena = im->lasting;
	*arena_push(arena, im->refusals, im->refusal_count, im->refusal_capacity) =
		(struct import_refusal){r.number, arena_str(arena, place), arena_str(arena, reason), arena_str(arena, excerpt)};
	return OK;
}

/* What an earlier batch of a dry run would have created is not there any more. */
static enum ingest_result seen_before(struct importing *im, const struct inbound *inbound)
{
	u64 text = str_hash(inbound->body) | 1;
	void *before = map_get(im->seen, inbound->remote_id);
	if (before && (uintptr_t)before == (uintptr_t)text)
		return INGEST_UNCHANGED;
	map_put(im->seen, inbound->remote_id, (void *)(uintptr_t)text);
	return before ? INGEST_CHANGED : INGEST_CREATED;
}

static enum err take(struct cx *cx, struct importing *im, const struct inbound *inbound)
{
	if (!im->open)
		TRY(open_batch(cx, im));
	struct cx part = part_of(cx, im->batch);
	enum ingest_result result;
	enum err e = ingest_take(&part, im->db, &im->ingest, inbound, &result, NULL);
	if (e == ERR_BAD_INPUT && part.field[0]) {
		TRY(refused(cx, im, inbound->remote_id, arena_printf(im->batch, "%s: %s", part.field, part.story), utf8_head(inbound->body, 200)));
	} else if (e != OK) {
		return told(cx, &part, e);
	} else {
		if (im->run.dry_run && result == INGEST_CREATED)
			result = seen_before(im, inbound);
		im->tally.created += result == INGEST_CREATED;
		im->tally.unchanged += result == INGEST_UNCHANGED;
		im->tally.changed += result == INGEST_CHANGED;
	}
	return time_monotonic() - im->opened_at < BATCH_TIME ? OK : close_batch(cx, im);
}

static enum err take_batch(struct cx *cx, void *subject, const struct inbound *items, size_t count, size_t *ret_new)
{
	struct importing *im = subject;
	i64 before = im->run.created + im->run.changed;
	for (size_t i = 0; i < count; i++)
		TRY(take(cx, im, &items[i]));
	if (im->open)
		TRY(close_batch(cx, im));
	*ret_new = (size_t)(im->run.created + im->run.changed - before);
	return OK;
}

static void prepare_batch(void *subject, struct arena *arena, struct inbound *items, size_t count)
{
	const struct importing *im = subject;
	ingest_prepare(&im->own, &im->channel, arena, items, count);
}

static enum err item(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct importing *im = subject;
	return ahead_add(cx, im->ahead, inbound);
}

static enum err left_out(struct cx *cx, void *subject, struct str what, i64 count)
{
	struct importing *im = subject;
	json_array_append_new(im->left_out, json_pack("{s:s%, s:I}", "what", what.at, what.len, "count", (json_int_t)count));
	return OK;
}

static void progress(void *subject, i64 done, i64 all)
{
	struct importing *im = subject;
	im->run.bytes_done = done;
	im->run.bytes_all = all;
}

/* ---- a run ---- */

static void release(void *json)
{
	json_decref(json);
}

static void release_arena(void *arena)
{
	arena_free(arena);
}

static void prepare(struct cx *cx, struct importing *im)
{
	im->lasting = arena_new();
	im->batch = arena_new();
	im->left_out = json_array();
	im->seen = map_new(im->lasting);
	im->saved_at = time_monotonic();
	token_new(im->token);
	arena_defer(cx->arena, release_arena, im->lasting);
	arena_defer(cx->arena, release_arena, im->batch);
	arena_defer(cx->arena, release, im->left_out);
}

static struct str detail_of(struct cx *cx, const struct import_run *run, bool ended)
{
	json_t *detail = json_pack("{s:s%, s:s%, s:s%}", "file", run->file_name.at ? run->file_name.at : "", run->file_name.len, "format",
				   run->format.at ? run->format.at : "", run->format.len, "account", run->account.at ? run->account.at : "", run->account.len);
	if (ended)
		json_object_update_new(detail, json_pack("{s:s, s:I, s:I, s:I, s:I}", "state", import_state_word(run->state), "created",
							 (json_int_t)run->created, "changed", (json_int_t)run->changed, "unchanged",
							 (json_int_t)run->unchanged, "refused", (json_int_t)run->refused));
	if (run->person)
		json_object_set_new(detail, "person", json_sprintf("%lld", (long long)run->person));
	struct str text = arena_json(cx->arena, detail, JSON_COMPACT);
	json_decref(detail);
	return text;
}

static struct str subject_of(struct cx *cx, i64 run)
{
	return arena_printf(cx->arena, "import:%lld", (long long)run);
}

/* From the format to the last item. */
static enum err read_all(struct cx *cx, struct importing *im)
{
	struct import_run *run = &im->run;
	if (!run->format.len)
		TRY(archive_recognise(cx, im->path, &im->format));
	else
		im->format = archive_format_of(run->format);
	if (!im->format)
		return fail_field(cx, "format", N_("There is no format “%.*s”; “parvis parse” lists them."), STR_ARG(run->format));
	run->format = str_of(im->format->word);
	TRY(import_channel(cx, im->db, run, im->format, &im->channel, &im->channel_is_new));
	run->channel = im->channel_is_new ? 0 : im->channel.id;
	if (!run->dry_run)
		TRY(IN_TRANSACTION(cx, im->db, audit(cx, im->db, run->workspace, "import.start", subject_of(cx, run->id), detail_of(cx, run, false))));
	struct cx lasting = part_of(cx, im->lasting);
	enum err loaded = understanding_load(&lasting, im->db, run->workspace, &im->own);
	if (loaded != OK)
		return told(cx, &lasting, loaded);
	im->ahead = ahead_new(im->lasting, &(struct ahead_calls){im, prepare_batch, take_batch});
	struct archive_options options = {.account = run->account, .network = run->network, .now = time_now()};
	struct archive_taker taker = {.subject = im, .item = item, .refused = refused, .left_out = left_out, .progress = progress};
	enum err e = im->format->read(cx, im->path, &options, &taker);
	if (e == OK)
		e = ahead_settle(cx, im->ahead);
	ahead_end(im->ahead); /* whatever came of it */
	if (e != OK)
		give_up_batch(im);
	return e;
}

static enum err end_in(struct cx *cx, struct importing *im)
{
	TRY(save_in(cx, im));
	if (im->run.dry_run || im->run.state == IMPORT_WAITING)
		return OK;
	if (im->run.created + im->run.changed > 0) /* who imports a past wants to see what it says, not in two hours */
		TRY(survey_ask_again(cx, im->db, im->run.workspace));
	return audit(cx, im->db, im->run.workspace, "import.end", subject_of(cx, im->run.id), detail_of(cx, &im->run, true));
}

/* Whatever came of the reading is written; then its error, if any, is the caller's. */
static enum err end(struct cx *cx, struct importing *im, enum err error)
{
	struct import_run *run = &im->run;
	bool waits = error == ERR_LATER && run->file_path.len && im->hooks->ending && im->hooks->ending();
	run->state = error == OK ? IMPORT_DONE : waits ? IMPORT_WAITING : IMPORT_FAILED;
	run->story = error == OK || waits ? (struct str){} : arena_str(cx->arena, str_of(cx->story));
	run->ended_at = waits ? 0 : time_now();
	run->items = run->created + run->unchanged + run->changed + run->refused;
	if (error == OK)
		run->bytes_done = run->bytes_all;
	struct str file = run->file_path;
	bool drop = run->state == IMPORT_DONE && !run->dry_run && file.len;
	if (drop)
		run->file_path = (struct str){};
	struct cx part = part_of(cx, cx->arena);
	enum err e = IN_TRANSACTION(&part, im->db, end_in(&part, im));
	if (e != OK)
		return error != OK ? error : told(cx, &part, e);
	return drop ? file_remove(cx, arena_cstr(cx->arena, file)) : error;
}

enum err import_file(struct cx *cx, struct db *db, const struct import_request *q, const struct import_hooks *hooks, struct import_run *ret_run)
{
	static const struct import_hooks none;
	struct importing im = {.db = db, .hooks = hooks ? hooks : &none, .path = q->path};
	const char *slash = strrchr(q->path, '/');
	prepare(cx, &im);
	im.run = (struct import_run){
		.id = id_new(), .workspace = q->workspace, .channel = q->channel, .format = q->format, .account = q->account, .network = q->network,
		.file_name = q->file_name.len ? q->file_name : str_of(slash ? slash + 1 : q->path), .dry_run = q->dry_run, .person = q->person,
		.state = IMPORT_RUNNING, .started_at = time_now(), .lease_until = time_now() + LEASE,
	};
	TRY(file_size(cx, q->path, &im.run.bytes_all));
	TRY(import_run_insert(cx, db, &im.run, str_of(im.token)));
	enum err e = end(cx, &im, read_all(cx, &im));
	*ret_run = im.run;
	return e;
}

/* ---- asked for by a page ---- */

static enum err queue(struct cx *cx, struct db *db, struct import_run *run)
{
	if (!actor_may(cx->actor, MAY_IMPORT))
		return fail(cx, ERR_DENIED, N_("Your role does not import files. Ask somebody who manages this workspace."));
	run->id = id_new();
	run->state = IMPORT_WAITING;
	run->started_at = cx->now;
	TRY(file_size(cx, arena_cstr(cx->arena, run->file_path), &run->bytes_all));
	TRY(import_run_insert(cx, db, run, (struct str){}));
	TRY(audit(cx, db, run->workspace, run->dry_run ? "import.try" : "import.ask", subject_of(cx, run->id), detail_of(cx, run, false)));
	return change_add(cx, db, run->workspace, 0, "import", run->id);
}

enum err import_queue(struct cx *cx, struct db *db, const struct import_request *q, i64 *ret_run)
{
	struct import_run run = {
		.workspace = q->workspace, .channel = q->channel, .format = q->format, .account = q->account, .network = q->network,
		.file_name = q->file_name, .file_path = str_of(q->path), .dry_run = q->dry_run, .person = q->person,
	};
	if (q->format.len && !archive_format_of(q->format))
		return fail_field(cx, "format", N_("There is no format “%.*s”; “parvis parse” lists them."), STR_ARG(q->format));
	enum err e = IN_TRANSACTION(cx, db, queue(cx, db, &run));
	if (e == OK)
		*ret_run = run.id;
	return e;
}

static enum err again(struct cx *cx, struct db *db, i64 workspace, i64 id, bool dry_run, struct str format, i64 *ret_run)
{
	struct import_run run;
	TRY(import_run_get(cx, db, workspace, id, &run));
	if (run.state == IMPORT_WAITING || run.state == IMPORT_RUNNING)
		return fail(cx, ERR_CONFLICT, N_("This import is not over yet."));
	if (!run.file_path.len || !file_there(arena_cstr(cx->arena, run.file_path)))
		return fail(cx, ERR_MISSING, N_("The file of this import is no longer here. Choose it again."));
	TRY(import_run_drop_path(cx, db, workspace, id));
	run.dry_run = dry_run;
	run.person = cx->actor ? cx->actor->user : 0;
	if (format.len)
		run.format = format;
	TRY(queue(cx, db, &run));
	*ret_run = run.id;
	return OK;
}

enum err import_again(struct cx *cx, struct db *db, i64 workspace, i64 run, bool dry_run, struct str format, i64 *ret_run)
{
	return IN_TRANSACTION(cx, db, again(cx, db, workspace, run, dry_run, format, ret_run));
}

/* ---- the working role ---- */

static enum err lease(struct cx *cx, struct db *db, struct importing *im)
{
	TRY(import_run_lease(cx, db, str_of(im->token), cx->now + LEASE, &im->run));
	return import_refusals_drop(cx, db, im->run.workspace, im->run.id);
}

enum err import_turn(struct cx *cx, struct db *db, const struct import_hooks *hooks, i64 *ret_done)
{
	struct importing im = {.db = db, .hooks = hooks};
	struct workspace workspace;
	prepare(cx, &im);
	enum err e = IN_TRANSACTION(cx, db, lease(cx, db, &im));
	if (e == ERR_MISSING) {
		cx_forget(cx);
		*ret_done = 0;
		return OK;
	}
	TRY(e);
	struct import_run *run = &im.run;
	run->items = run->created = run->unchanged = run->changed = run->refused = run->bytes_done = 0;
	TRY(workspace_get(cx, db, run->workspace, &workspace));
	cx->lang = lang_of(workspace.lang);
	im.path = arena_cstr(cx->arena, run->file_path);
	if (run->file_path.len)
		e = read_all(cx, &im);
	else
		e = fail(cx, ERR_CONFLICT, N_("It was interrupted. Import the file once more: nothing is taken twice."));
	e = end(cx, &im, e);
	if (e != OK && run->state == IMPORT_FAILED) /* told on the run; the duty itself is sound */
		log_failure(cx, "import_failed");
	cx_forget(cx);
	*ret_done = 1;
	return OK;
}

enum err import_sweep(struct cx *cx, struct db *db)
{
	struct import_run *runs;
	size_t count;
	TRY(import_runs_with_file(cx, db, cx->now - FILE_KEPT, 100, &runs, &count));
	for (size_t i = 0; i < count; i++) {
		TRY(file_remove(cx, arena_cstr(cx->arena, runs[i].file_path)));
		TRY(import_run_drop_path(cx, db, runs[i].workspace, runs[i].id));
	}
	return OK;
}
