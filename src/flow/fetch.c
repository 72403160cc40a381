#include "flow/fetch.h"

#include "base/clock.h"
#include "base/log.h"
#include "channel/channel.h"
#include "flow/bring.h"
#include "flow/channels.h"
#include "flow/fetch_parts.h"
#include "flow/gap.h"
#include "flow/gate.h"
#include "flow/stream.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"

#define CHANNELS_A_TURN 20
#define PAGES_A_TURN 20      /* of one channel; the rest waits for the next turn, so that no channel starves the others */
#define TIME_A_TURN MINUTE   /* the same of slow ones; far below the lease */
#define ITEMS_A_PAGE_MAX 5000
#define WATCHED_EVERY (5 * MINUTE) /* what its network tells at once (flow/idle.h) is asked for beside it all the same */

static enum err keep(struct cx *cx, void *subject, const struct inbound *inbound)
{
	struct page *page = subject;
	struct inbound *kept;
	if (page->sieve) {
		TRY(stream_sift(cx, page->sieve, inbound, &kept));
		if (!kept)
			return OK;
		inbound = kept;
	}
	if (page->count >= ITEMS_A_PAGE_MAX)
		return fail(cx, ERR_LIMIT, N_("The network sent more than %d messages at once."), ITEMS_A_PAGE_MAX);
	*arena_push(page->arena, page->items, page->count, page->capacity) = *inbound;
	return OK;
}

static enum err ask_once(struct cx *cx, struct outbox *outbox, struct credential *credential, const struct channel_kind *kind, struct str cursor, struct stream_sieve *sieve,
			 struct page *page)
{
	*page = (struct page){.arena = cx->arena, .cursor = cursor, .sieve = sieve};
	credential->account.hole = &page->hole;
	enum err e = kind->fetch(cx, outbox->net, &credential->account, cursor, keep, page, &page->cursor, &page->more);
	credential->account.hole = NULL;
	return e;
}

enum err page_ask(struct cx *cx, struct db *db, struct outbox *outbox, struct credential *credential, struct channel *channel, struct str cursor,
		  struct stream_sieve *sieve, struct page *ret_page)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	struct page page;
	bool again = false;
	enum err e = ask_once(cx, outbox, credential, kind, cursor, sieve, &page);
	if (e == ERR_DENIED)
		TRY(credential_denied(cx, credential, channel, &again));
	if (again) {
		cx_forget(cx);
		e = ask_once(cx, outbox, credential, kind, cursor, sieve, &page);
	}
	TRY(e);
	*ret_page = page;
	return OK;
}

enum err page_prepare(struct cx *cx, struct db *db, struct outbox *outbox, const struct channel_kind *kind, const struct credential *credential, const struct ingest *in,
		      struct page *page)
{
	TRY(ingest_prepare_new(cx, db, in, page->items, page->count));
	return bring_files(cx, outbox, kind, &credential->account, page->items, page->count);
}

enum err page_take(struct cx *cx, struct db *db, struct ingest *in, const struct page *page, i64 before, i64 *ret_new, i64 *ret_late)
{
	i64 fresh = 0, late = 0;
	for (size_t i = 0; i < page->count; i++) {
		enum ingest_result result;
		enum err e = ingest_take(cx, db, in, &page->items[i], &result, NULL);
		if (e == ERR_BAD_INPUT) { /* one bad message must not stop the channel; it is told, and the network still has it */
			log_failure(cx, "message_refused");
			cx_forget(cx);
			continue;
		}
		TRY(e);
		fresh += result == INGEST_CREATED;
		late += result == INGEST_CREATED && page->items[i].at < before;
	}
	TRY(ingest_settle(cx, db, in));
	*ret_new = fresh;
	*ret_late = late;
	return OK;
}

static enum err take_page(struct cx *cx, struct db *db, struct ingest *in, const struct page *page, struct gate_keeper *keeper, bool goes_on, i64 *ret_new)
{
	bool ours;
	i64 late;
	TRY(page_take(cx, db, in, page, 0, ret_new, &late));
	in->channel.cursor = page->cursor;
	in->channel.state = S("ok");
	in->channel.state_story = (struct str){};
	in->channel.fetched_at = cx->now;
	TRY(gate_save(cx, db, keeper));
	TRY(channel_act_done(cx, db, in->channel.workspace, in->channel.id, S("fetch")));
	if (page->hole.until)
		TRY(gap_hole(cx, db, &in->channel, &page->hole));
	if (!page->more)
		TRY(gap_note(cx, db, &in->channel));
	TRY(channel_fetched(cx, db, &in->channel, goes_on, &ours));
	return ours ? OK : fail(cx, ERR_LATER, N_("The channel was changed while it was read; it is read again."));
}

static i64 every_of(const struct channel_kind *kind, const struct channel *channel, i64 now)
{
	return channel->watched_until > now && kind->fetch_every < WATCHED_EVERY ? WATCHED_EVERY : kind->fetch_every;
}

static enum err read_channel(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, struct gate_keeper *keeper, i64 *ret_new)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	if (!kind || !kind->fetch)
		return fail(cx, ERR_UNSUPPORTED, N_("This kind of channel is not read by fetching."));
	struct credential credential;
	struct ingest in;
	TRY(credential_open(cx, db, outbox, channel, &credential));
	TRY(ingest_start(cx, db, channel->workspace, channel->id, false, cx->arena, &in));
	in.store_blob = outbox->store_blob;
	in.blobs = outbox->blobs;
	in.channel.lease_at = channel->lease_at;
	TRY(gate_start(cx, db, outbox->net, channel->workspace, channel->id, GATE_READING, keeper));
	gate_plan(keeper, kind->budget, credential.account.settings);
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct stream_sieve sieve;
	bool more = true;
	if (kind->can & IS_STREAM)
		TRY(stream_start(cx, db, &in, cx->arena, scratch, &sieve));
	i64 began = time_monotonic();
	for (int pages = 1; more; pages++) {
		struct page page;
		i64 fresh;
		TRY(page_ask(cx, db, outbox, &credential, channel, in.channel.cursor, kind->can & IS_STREAM ? &sieve : NULL, &page));
		if (!page.sieve)
			TRY(page_prepare(cx, db, outbox, kind, &credential, &in, &page));
		more = page.more;
		bool is_last = !more || pages == PAGES_A_TURN || time_monotonic() - began > TIME_A_TURN;
		in.channel.fetch_due_at = cx->now + (more ? 0 : gate_pace(keeper, every_of(kind, &in.channel, cx->now), cx->now));
		TRY(IN_TRANSACTION(cx, db, take_page(cx, db, &in, &page, keeper, !is_last, &fresh)));
		*ret_new += fresh;
		channel->cursor = in.channel.cursor; /* what was kept stays kept, whatever the next page brings */
		channel->fetched_at = in.channel.fetched_at;
		if (is_last)
			break;
	}
	return OK;
}

/* It could not be read: say so on the channel, and come back later and later, but at least every quarter of an hour. */
static enum err set_back(struct cx *cx, struct db *db, struct channel *channel, const struct channel_kind *kind, struct gate_keeper *keeper)
{
	i64 every = kind && kind->fetch_every ? kind->fetch_every : MINUTE;
	i64 since = cx->now - (channel->fetched_at ? channel->fetched_at : channel->created_at);
	i64 wait = since < every ? every : since < 15 * MINUTE ? since : 15 * MINUTE;
	bool denied = cx->err == ERR_DENIED || cx->err == ERR_UNAUTHENTICATED;
	bool was_fine = str_eq(channel->state, S("ok"));
	channel->state = denied ? S("broken") : S("failing");
	channel->state_story = arena_str(cx->arena, str_of(cx->story));
	if (cx->wait) /* the network's own wish */
		wait = cx->wait * SECOND;
	channel->fetch_due_at = cx->now + wait;
	bool ours;
	TRY(channel_fetched(cx, db, channel, false, &ours));
	if (!ours) /* a person changed it meanwhile: it is read again as it is now */
		return OK;
	TRY(gate_save(cx, db, keeper));
	TRY(channel_act_failed(cx, db, channel->workspace, channel->id, S("fetch"), channel->state_story));
	return was_fine ? change_add(cx, db, channel->workspace, 0, "channel", channel->id) : OK;
}

static enum err claim(struct cx *cx, struct db *db, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	struct channel *due;
	size_t count, taken = 0;
	TRY(channel_due(cx, db, cx->now, cx->now - FETCH_LEASE, limit, &due, &count));
	for (size_t i = 0; i < count; i++) {
		bool ours;
		TRY(channel_lease(cx, db, &due[i], &ours));
		if (ours)
			due[taken++] = due[i];
	}
	*ret_channels = due;
	*ret_count = taken;
	return OK;
}

enum err fetch_claim(struct cx *cx, struct db *db, size_t limit, struct channel **ret_channels, size_t *ret_count)
{
	i64 due;
	TRY(channel_next_due(cx, db, cx->now - FETCH_LEASE, &due));
	*ret_count = 0;
	return due && due <= cx->now ? IN_TRANSACTION(cx, db, claim(cx, db, limit, ret_channels, ret_count)) : OK; /* no lock to find nothing */
}

enum err fetch_channel(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, i64 *ret_new)
{
	struct gate_keeper keeper = {};
	i64 fresh = 0;
	TRY(workspace_speak(cx, db, channel->workspace));
	i64 lease = channel->lease_at;
	enum err e = read_channel(cx, db, outbox, channel, &keeper, &fresh);
	gate_end(&keeper);
	channel->lease_at = lease; /* it may have been read anew on the way, when somebody had taken the lease away: then it is not ours to say what became of it */
	if (e != OK) {
		log_failure(cx, "channel_not_read");
		TRY(IN_TRANSACTION(cx, db, set_back(cx, db, channel, channel_kind_of(channel->kind), &keeper)));
		cx_forget(cx);
	}
	*ret_new = fresh;
	return OK;
}

enum err fetch_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_new)
{
	struct channel *channels;
	size_t count;
	i64 all = 0;
	TRY(fetch_claim(cx, db, CHANNELS_A_TURN, &channels, &count));
	for (size_t i = 0; i < count; i++) {
		i64 fresh;
		TRY(fetch_channel(cx, db, outbox, &channels[i], &fresh));
		all += fresh;
	}
	*ret_new = all;
	return OK;
}
