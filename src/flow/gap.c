#include "flow/gap.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/fetch_parts.h"
#include "flow/gate.h"
#include "flow/transaction.h"
#include "store/event.h"
#include "store/workspace.h"

#define CHANNELS_A_TURN 4
#define PAGES_A_TURN 20
#define SETTLES (2 * MINUTE) /* what is said this shortly before is no hole: it may have come while the network was being read */
#define HOLE_LEAST (2 * MINUTE) /* of a stream on which little is said, the oldest that it has may well be what it said last */
#define AFTER_TROUBLE (15 * MINUTE)

/* 0: never, where each message that is read is paid for, and where all that the world says would be read once more. */
static i64 every(const struct channel *channel)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	if (kind && kind->can & (READING_IS_PAID | IS_STREAM))
		return 0;
	return kind && kind->budget ? GAP_BUDGET_EVERY : GAP_EVERY;
}

enum err gap_note(struct cx *cx, struct db *db, const struct channel *channel)
{
	struct channel_window w;
	TRY(channel_window_get(cx, db, channel->workspace, channel->id, &w));
	bool is_new = !w.complete_until, marks = every(channel) && cx->now - w.marked_at >= GAP_EVERY;
	if (!is_new && !marks && cx->now - w.complete_until < MINUTE) /* a row a minute is enough for a page that tells minutes */
		return OK;
	if (marks)
		TRY(channel_mark_add(cx, db, channel->workspace, channel->id, cx->now, channel->cursor, cx->now - GAP_FAR));
	if (is_new && !w.complete_from)
		w.complete_from = cx->now;
	w.complete_until = cx->now;
	w.marked_at = marks ? cx->now : w.marked_at;
	if (is_new && every(channel))
		w.due_at = cx->now + every(channel);
	return channel_window_save(cx, db, &w);
}

enum err gap_hole(struct cx *cx, struct db *db, const struct channel *channel, const struct channel_hole *hole)
{
	struct channel_window w;
	TRY(channel_window_get(cx, db, channel->workspace, channel->id, &w));
	i64 from = hole->from > w.complete_until ? hole->from : w.complete_until;
	if (hole->until - from < HOLE_LEAST)
		return OK;
	w.hole_from = from;
	w.complete_from = hole->until;
	TRY(channel_window_save(cx, db, &w));
	log_line(LOG_WARN, "stream_hole", "channel=%lld from=%lld until=%lld", (long long)channel->id, (long long)from, (long long)hole->until);
	return change_add(cx, db, channel->workspace, 0, "channel", channel->id);
}

/* Where to begin: where the last turn broke off, else where reading stood then. False: nothing is that old yet. */
static enum err begin(struct cx *cx, struct db *db, struct channel_window *w, bool *ret_begun)
{
	struct str cursor;
	bool deep = cx->now - w->deep_at >= GAP_DEEP_EVERY;
	*ret_begun = true;
	if (w->until)
		return OK;
	TRY(channel_mark_before(cx, db, w->workspace, w->channel, deep ? 0 : cx->now - GAP_NEAR, &cursor, ret_begun));
	w->cursor = cursor;
	w->until = w->complete_until - SETTLES;
	w->deep_at = deep ? cx->now : w->deep_at;
	return OK;
}

static enum err keep_page(struct cx *cx, struct db *db, struct ingest *in, const struct page *page, struct channel_window *w, struct gate_keeper *keeper)
{
	i64 fresh, late;
	struct channel_window now;
	TRY(page_take(cx, db, in, page, w->until, &fresh, &late));
	TRY(gate_save(cx, db, keeper));
	TRY(channel_window_get(cx, db, w->workspace, w->channel, &now)); /* reading went on meanwhile */
	now.cursor = page->more ? page->cursor : (struct str){};
	now.until = page->more ? w->until : 0;
	now.deep_at = w->deep_at;
	now.checked_at = page->more ? now.checked_at : cx->now;
	now.due_at = page->more ? cx->now : cx->now + every(&in->channel);
	now.recovered += late;
	now.recovered_at = late ? cx->now : now.recovered_at;
	*w = now;
	TRY(channel_window_save(cx, db, &now));
	return late ? change_add(cx, db, now.workspace, 0, "channel", now.channel) : OK;
}

static enum err read_again(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, struct channel_window *w, struct gate_keeper *keeper)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	struct credential credential;
	struct ingest in;
	bool begun;
	TRY(begin(cx, db, w, &begun));
	if (!begun || !kind || !kind->fetch) {
		w->until = 0;
		w->due_at = cx->now + every(channel);
		return channel_window_save(cx, db, w);
	}
	TRY(credential_open(cx, db, outbox, channel, &credential));
	TRY(ingest_start(cx, db, channel->workspace, channel->id, false, cx->arena, &in));
	TRY(gate_start(cx, db, outbox->net, channel->workspace, channel->id, GATE_READING, keeper));
	gate_plan(keeper, kind->budget, credential.account.settings);
	for (int pages = 0; pages < PAGES_A_TURN; pages++) {
		struct page page;
		TRY(page_ask(cx, db, outbox, &credential, channel, w->cursor, NULL, &page));
		TRY(page_prepare(cx, db, outbox, kind, &credential, &in, &page));
		TRY(IN_TRANSACTION(cx, db, keep_page(cx, db, &in, &page, w, keeper)));
		if (!page.more)
			break;
	}
	return OK;
}

/* Where it broke off stays; what reading noted meanwhile, too. */
static enum err put_off(struct cx *cx, struct db *db, const struct channel_window *w)
{
	struct channel_window now;
	TRY(channel_window_get(cx, db, w->workspace, w->channel, &now));
	now.cursor = w->cursor;
	now.until = w->until;
	now.deep_at = w->deep_at;
	now.due_at = cx->now + AFTER_TROUBLE;
	return channel_window_save(cx, db, &now);
}

enum err gap_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	struct channel_window *due;
	size_t count;
	TRY(channel_windows_due(cx, db, cx->now, CHANNELS_A_TURN, &due, &count));
	for (size_t i = 0; i < count; i++) {
		struct gate_keeper keeper = {};
		struct channel channel;
		TRY(workspace_speak(cx, db, due[i].workspace));
		TRY(channel_get(cx, db, due[i].workspace, due[i].channel, &channel));
		enum err e = read_again(cx, db, outbox, &channel, &due[i], &keeper);
		gate_end(&keeper);
		if (e == OK)
			continue;
		log_failure(cx, "window_not_read"); /* what is wrong with the channel, its own reading tells */
		cx_forget(cx);
		TRY(IN_TRANSACTION(cx, db, put_off(cx, db, &due[i])));
	}
	*ret_count = (i64)count;
	return OK;
}
