/* delivery_turn.c: the working role reads what was delivered: outside of any transaction first (signature, contents, what they mean), then
 * many channels are written in one transaction. What fails together is tried apart; what fails alone waits, later and later. */
#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/bring.h"
#include "flow/channels.h"
#include "flow/delivery.h"
#include "flow/gate.h"
#include "flow/ingest.h"
#include "flow/transaction.h"
#include "store/channel_gate.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "sys/net.h"

#define TURN 1000                      /* deliveries */
#define TURN_BYTES ((i64)8 << 20)
#define WRITTEN_AT_ONCE 500            /* messages of a transaction: others write too */
#define ITEMS_MAX 5000                 /* messages of a delivery */
#define ATTEMPTS_MAX 12                /* then it is stuck, until a person has it read again: after some two days */
#define PAUSED (15 * SECOND)           /* until it is looked whether the channel is still paused */
#define TAKEN_KEPT (3 * DAY)           /* of taken ones their key, so that none is taken twice */
#define TROUBLED_KEPT (14 * DAY)
#define PRUNINGS 100                   /* of some thousands each: as much as comes in a minute when much does */

struct one {
	struct kept_delivery *kept;
	enum { TO_TAKE, TO_REFUSE, TO_SET_BACK } what;
	struct str key, story;
	const struct delivery_other *others;
	size_t other_count;
	struct inbound *items;
	size_t count, capacity;
	struct arena *arena;
};

struct batch { /* of one channel, in the order they came */
	struct channel channel;
	const struct channel_kind *kind;
	struct ingest in;
	struct one *ones;
	size_t count, capacity;
	size_t messages, refused;
};

/* ---- reading ---- */

static enum err keep(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct one *one = subject;
	if (one->count >= ITEMS_MAX)
		return fail(cx, ERR_BAD_INPUT, N_("More than %d messages came at once."), ITEMS_MAX);
	*arena_push(one->arena, one->items, one->count, one->capacity) = *inbound;
	return OK;
}

static void release(void *json)
{
	json_decref(json);
}

static size_t headers_of(struct cx *cx, const struct kept_delivery *d, const struct net_header **ret_headers)
{
	json_t *list = json_loadb(d->headers.at ? d->headers.at : "", d->headers.len, 0, NULL), *pair;
	struct net_header *headers = arena_array(cx->arena, struct net_header, json_array_size(list) + 1);
	size_t index;
	arena_defer(cx->arena, release, list);
	json_array_foreach(list, index, pair) {
		const json_t *name = json_array_get(pair, 0), *value = json_array_get(pair, 1);
		headers[index] = (struct net_header){{json_string_value(name), json_string_length(name)}, {json_string_value(value), json_string_length(value)}};
	}
	*ret_headers = headers;
	return json_array_size(list);
}

static void failed(struct cx *cx, struct one *one, enum err e)
{
	bool later = err_row(e)->retry && e != ERR_LIMIT;
	one->what = later ? TO_SET_BACK : TO_REFUSE;
	one->story = arena_str(cx->arena, str_of(cx->story[0] ? cx->story : _(N_("It could not be read."))));
	one->count = 0;
	cx_forget(cx);
}

static void read_one(struct cx *cx, const struct batch *batch, const struct channel_account *account, struct one *one)
{
	struct kept_delivery *d = one->kept;
	struct received r = {};
	struct delivery delivery = {.method = S("POST"), .path = d->target, .body = d->body};
	i64 now = cx->now;
	delivery.header_count = headers_of(cx, d, &delivery.headers);
	one->arena = cx->arena;
	cx->now = d->received_at; /* its age is that of when it came, however long we were away */
	enum err e = batch->kind->receive(cx, account, &delivery, keep, one, &r);
	cx->now = now;
	if (e != OK) {
		failed(cx, one, e);
		return;
	}
	one->key = r.key;
	one->others = r.others;
	one->other_count = r.verdict == DELIVERY_TAKEN ? r.other_count : 0;
	if (r.verdict == DELIVERY_REFUSED) {
		one->what = TO_REFUSE;
		one->story = r.story.len ? r.story : str_of(_(N_("It was not taken.")));
		one->count = 0;
	}
}

/* What came along and only the account may open. */
static enum err bring(struct cx *cx, struct db *db, struct outbox *outbox, const struct batch *batch, const struct channel_account *account, struct one *one)
{
	struct gate_keeper keeper;
	if (!bring_is_due(batch->kind, one->items, one->count))
		return OK;
	TRY(gate_start(cx, db, outbox->net, batch->channel.workspace, batch->channel.id, GATE_READING, &keeper));
	gate_plan(&keeper, batch->kind->budget, account->settings);
	enum err e = bring_files(cx, outbox, batch->kind, account, one->items, one->count);
	gate_end(&keeper);
	if (e != OK) { /* later, with it: it is a good delivery */
		one->what = TO_SET_BACK;
		one->story = arena_str(cx->arena, str_of(cx->story));
		one->count = 0;
		cx_forget(cx);
	}
	return IN_TRANSACTION(cx, db, gate_save(cx, db, &keeper));
}

/* Everything that needs no lock. */
static enum err read_batch(struct cx *cx, struct db *db, struct outbox *outbox, struct batch *batch)
{
	struct channel *c = &batch->channel;
	struct str secret = {};
	TRY(workspace_speak(cx, db, c->workspace));
	if (c->secret.len)
		TRY(outbox->open_secret(cx, outbox->subject, c->id, c->secret, &secret));
	struct channel_account account = {c->id, c->name, channel_settings(cx, c), secret, channel_known(cx, c)};
	TRY(ingest_start(cx, db, c->workspace, c->id, false, cx->arena, &batch->in));
	batch->messages = batch->refused = 0;
	for (size_t i = 0; i < batch->count; i++) {
		struct one *one = &batch->ones[i];
		read_one(cx, batch, &account, one);
		batch->refused += one->what == TO_REFUSE;
		TRY(ingest_prepare_new(cx, db, &batch->in, one->items, one->count));
		TRY(bring(cx, db, outbox, batch, &account, one));
		batch->messages += one->count;
	}
	return OK;
}

/* ---- writing ---- */

static i64 next_try(i64 now, i64 attempts)
{
	i64 wait = 5 * SECOND;
	for (i64 i = 1; i < attempts && wait < 8 * HOUR; i++)
		wait *= 3;
	wait = wait > 8 * HOUR ? 8 * HOUR : wait;
	return now + wait + (i64)random_below((u64)wait / 5 + 1);
}

static void set_back(struct cx *cx, struct kept_delivery *d, struct str story)
{
	d->attempts++;
	bool stuck = d->attempts >= ATTEMPTS_MAX;
	d->state = stuck ? S("stuck") : S("waiting");
	d->story = story;
	d->due_at = next_try(cx->now, d->attempts);
	d->done_at = stuck ? cx->now : 0;
	d->messages = 0;
	d->key = (struct str){};
}

static enum err take_items(struct cx *cx, struct db *db, struct batch *batch, struct one *one, i64 *ret_new)
{
	for (size_t i = 0; i < one->count; i++) {
		enum ingest_result result;
		enum err e = ingest_take(cx, db, &batch->in, &one->items[i], &result, NULL);
		if (e == ERR_BAD_INPUT) { /* one bad message must not lose the others; it is told */
			log_failure(cx, "message_refused");
			one->story = arena_printf(cx->arena, _(N_("One message in it could not be taken: %s")), cx->story);
			cx_forget(cx);
			continue;
		}
		TRY(e);
		one->kept->messages++;
		*ret_new += result == INGEST_CREATED;
	}
	return OK;
}

static bool is_of(struct cx *cx, const struct channel *c, const struct one *one)
{
	struct str id = str_of(json_string_value(json_object_get(channel_known(cx, c), "id")));
	for (size_t i = 0; i < one->other_count; i++)
		if (id.len && str_eq(id, one->others[i].id) && str_eq(c->kind, str_of(one->others[i].kind)))
			return true;
	return false;
}

/* It tells of other channels of this workspace too: each gets it as it came, once, and believes it by its own secret. One without a name would go
 * round for ever. */
static enum err pass_on(struct cx *cx, struct db *db, const struct one *one)
{
	struct channel *channels;
	size_t count = 0;
	if (!one->other_count || !one->key.len)
		return OK;
	TRY(channel_list(cx, db, one->kept->workspace, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		bool known = false;
		if (channels[i].id == one->kept->channel || channels[i].archived_at || !is_of(cx, &channels[i], one))
			continue;
		TRY(delivery_known(cx, db, one->kept->workspace, channels[i].id, one->key, &known));
		struct kept_delivery copy = *one->kept;
		copy.id = id_new();
		copy.channel = channels[i].id;
		if (!known)
			TRY(delivery_insert(cx, db, &copy));
	}
	return OK;
}

static enum err write_one(struct cx *cx, struct db *db, struct batch *batch, struct one *one, i64 *ret_new)
{
	struct kept_delivery *d = one->kept;
	bool known = false, waited = false;
	d->messages = 0;
	if (one->what == TO_SET_BACK) {
		set_back(cx, d, one->story);
	} else {
		if (one->what == TO_TAKE && one->key.len)
			TRY(delivery_known(cx, db, d->workspace, d->channel, one->key, &known));
		if (one->what == TO_TAKE && !known)
			TRY(take_items(cx, db, batch, one, ret_new));
		if (one->what == TO_TAKE && !known)
			TRY(pass_on(cx, db, one));
		d->state = one->what == TO_REFUSE ? S("refused") : known ? S("twice") : S("taken");
		d->key = one->what == TO_TAKE ? one->key : (struct str){};
		d->story = one->story;
		d->done_at = cx->now;
	}
	TRY(delivery_end(cx, db, d, &waited));
	return waited ? OK : fail(cx, ERR_CONFLICT, N_("Another worker read this delivery."));
}

static enum err note_batch(struct cx *cx, struct db *db, struct batch *batch)
{
	const struct channel *c = &batch->channel;
	const struct one *last = &batch->ones[batch->count - 1];
	TRY(ingest_settle(cx, db, &batch->in));
	if (batch->refused < batch->count)
		TRY(channel_act_done(cx, db, c->workspace, c->id, S("receive")));
	if (!batch->refused)
		return OK;
	TRY(channel_act_failed(cx, db, c->workspace, c->id, S("receive"), last->story));
	TRY(deliveries_trim(cx, db, c->workspace, c->id, DELIVERY_TROUBLED_MAX));
	return change_add(cx, db, c->workspace, 0, "channel", c->id);
}

static enum err write_all(struct cx *cx, struct db *db, struct batch *batches, size_t count, i64 *ret_new)
{
	for (size_t b = 0; b < count; b++) {
		TRY(workspace_speak(cx, db, batches[b].channel.workspace));
		for (size_t i = 0; i < batches[b].count; i++)
			TRY(write_one(cx, db, &batches[b], &batches[b].ones[i], ret_new));
		TRY(note_batch(cx, db, &batches[b]));
	}
	return OK;
}

static enum err write_alone(struct cx *cx, struct db *db, struct batch *batch, struct one *one, i64 *ret_new)
{
	TRY(write_one(cx, db, batch, one, ret_new));
	return ingest_settle(cx, db, &batch->in);
}

/* It failed with others: each on its own, so that one cannot hold up the rest. */
static enum err write_apart(struct cx *cx, struct db *db, struct batch *batch, i64 *ret_new)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct one *one = &batch->ones[i];
		i64 fresh = 0;
		enum err e = IN_TRANSACTION(cx, db, write_alone(cx, db, batch, one, &fresh));
		if (e == OK) {
			*ret_new += fresh;
			continue;
		}
		log_failure(cx, "delivery_not_taken");
		ingest_forget(&batch->in);
		bool waited;
		set_back(cx, one->kept, arena_str(cx->arena, str_of(cx->story)));
		cx_forget(cx);
		TRY(delivery_end(cx, db, one->kept, &waited));
	}
	return OK;
}

static enum err write_batches(struct cx *cx, struct db *db, struct batch *batches, size_t count, i64 *ret_new)
{
	i64 fresh = 0;
	enum err e = IN_TRANSACTION(cx, db, write_all(cx, db, batches, count, &fresh));
	if (e == OK) {
		*ret_new += fresh;
		return OK;
	}
	log_failure(cx, "deliveries_not_taken");
	cx_forget(cx);
	for (size_t b = 0; b < count; b++)
		ingest_forget(&batches[b].in);
	for (size_t b = 0; b < count; b++)
		TRY(write_apart(cx, db, &batches[b], ret_new));
	return OK;
}

/* ---- a turn ---- */

static struct batch *batch_of(struct cx *cx, struct batch **batches, size_t *count, size_t *capacity, i64 channel)
{
	for (size_t i = 0; i < *count; i++)
		if ((*batches)[i].channel.id == channel)
			return &(*batches)[i];
	struct batch *fresh = arena_push(cx->arena, *batches, *count, *capacity);
	*fresh = (struct batch){.channel = {.id = channel}};
	return fresh;
}

/* Those of a channel that cannot be read now, or never. */
static enum err leave(struct cx *cx, struct db *db, struct batch *batch, struct str story)
{
	for (size_t i = 0; i < batch->count; i++) {
		bool waited;
		struct kept_delivery *d = batch->ones[i].kept;
		if (batch->kind && !batch->channel.archived_at) {
			set_back(cx, d, story);
		} else {
			d->state = S("refused");
			d->story = story;
			d->done_at = cx->now;
		}
		TRY(delivery_end(cx, db, d, &waited));
	}
	return OK;
}

/* True when there is something to write of it. */
static enum err prepare(struct cx *cx, struct db *db, struct outbox *outbox, struct batch *batch, i64 workspace, bool *ret_ready)
{
	*ret_ready = false;
	TRY(channel_get(cx, db, workspace, batch->channel.id, &batch->channel));
	struct channel *c = &batch->channel;
	const struct channel_kind *kind = channel_kind_of(c->kind);
	batch->kind = kind && kind->receive ? kind : NULL;
	if (str_eq(c->state, S("paused")) && !c->archived_at)
		return deliveries_put_off(cx, db, c->workspace, c->id, cx->now + PAUSED);
	if (!batch->kind || c->archived_at)
		return IN_TRANSACTION(cx, db, leave(cx, db, batch, str_of(_(N_("The channel is no longer connected.")))));
	enum err e = read_batch(cx, db, outbox, batch);
	if (e == OK) {
		*ret_ready = true;
		return OK;
	}
	log_failure(cx, "deliveries_not_read");
	struct str story = arena_str(cx->arena, str_of(cx->story));
	cx_forget(cx);
	return IN_TRANSACTION(cx, db, leave(cx, db, batch, story));
}

enum err delivery_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count, i64 *ret_wake)
{
	struct kept_delivery *list = NULL;
	struct batch *batches = NULL;
	size_t count, batch_count = 0, capacity = 0, ready_count = 0, messages = 0;
	i64 fresh = 0;
	*ret_wake = 0;
	TRY(deliveries_due(cx, db, TURN, TURN_BYTES, &list, &count));
	if (!count)
		return delivery_next_due(cx, db, ret_wake);
	for (size_t i = 0; i < count; i++) {
		struct batch *batch = batch_of(cx, &batches, &batch_count, &capacity, list[i].channel);
		*arena_push(cx->arena, batch->ones, batch->count, batch->capacity) = (struct one){.kept = &list[i]};
	}
	struct batch *ready = arena_array(cx->arena, struct batch, batch_count); /* those to write next */
	for (size_t b = 0; b < batch_count; b++) {
		bool is_ready;
		TRY(prepare(cx, db, outbox, &batches[b], batches[b].ones[0].kept->workspace, &is_ready));
		if (is_ready) {
			messages += batches[b].messages;
			ready[ready_count++] = batches[b];
		}
		if (ready_count && (messages >= WRITTEN_AT_ONCE || b + 1 == batch_count)) {
			TRY(write_batches(cx, db, ready, ready_count, &fresh));
			ready_count = messages = 0;
		}
	}
	*ret_count = (i64)count;
	if (fresh)
		log_line(LOG_DEBUG, "deliveries", "read=%zu new_messages=%lld", count, (long long)fresh);
	return OK;
}

enum err delivery_prune(struct cx *cx, struct db *db)
{
	bool more = true;
	for (int i = 0; i < PRUNINGS && more; i++)
		TRY(deliveries_prune(cx, db, cx->now - TAKEN_KEPT, cx->now - TROUBLED_KEPT, &more));
	return OK;
}
