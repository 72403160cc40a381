/* jetstream: everything that is posted on Bluesky, as a public stream, for listening queries: https://github.com/bluesky-social/jetstream (as of
 * 2026-11-21). It is read in slices: a WebSocket is opened where the last slice ended, read until it has caught up with the present, and left;
 * the cursor is the instant of the newest event, in microseconds, from which the server plays back. Nobody's account is needed. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/bluesky_post.h"
#include "channel/exchange.h"
#include "channel/json_read.h"
#include "sys/websocket.h"

#define MESSAGE_MAX ((size_t)1 << 20)
#define EVENTS_MAX 50000
#define SLICE (3 * SECOND)
#define QUIET (2 * MINUTE) /* nothing was played back for so long behind where it was asked: does the server still have it? */

static const struct channel_field fields[] = {
	{"url", N_("Address of the stream"), N_("A public one, https://jetstream2.us-east.bsky.network, or your own"), FIELD_URL, true},
	{},
};

/* A post that was written, changed or taken away; false for anything else. */
static bool read_post(struct arena *arena, const json_t *event, struct inbound *ret_inbound)
{
	struct str did = json_text(event, "did"), key = json_text(event, "commit/rkey"), operation = json_text(event, "commit/operation");
	i64 at = json_number(event, "time_us", 0);
	if (!str_eq(json_text(event, "kind"), S("commit")) || !str_eq(json_text(event, "commit/collection"), S("app.bsky.feed.post")) || !did.len || !key.len || at <= 0)
		return false;
	struct str uri = arena_printf(arena, "at://%.*s/app.bsky.feed.post/%.*s", STR_ARG(did), STR_ARG(key));
	if (str_eq(operation, S("delete"))) {
		*ret_inbound = (struct inbound){.remote_id = uri, .thread_id = uri, .removed = true};
		return true;
	}
	struct bluesky_post post = {.record = json_map(event, "commit/record"), .uri = uri, .did = did, .indexed_at = at};
	if (!post.record)
		return false;
	bluesky_inbound(arena, &post, ret_inbound);
	ret_inbound->thread_id = ret_inbound->thread_id.len ? ret_inbound->thread_id : uri;
	ret_inbound->at = ret_inbound->at > at ? at : ret_inbound->at; /* nobody writes tomorrow */
	ret_inbound->edited_at = str_eq(operation, S("update")) ? at : 0;
	return true;
}

static enum err read_event(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	struct inbound in;
	return read_post(cx->arena, document, &in) ? take(cx, subject, &in) : OK;
}

/* ---- a slice ---- */

struct slice {
	struct cx *cx;
	struct arena *scratch; /* of one event */
	inbound_taker *take;
	void *subject;
	struct websocket_reader reader;
	i64 first, newest, until; /* instants of events: the first that came, the newest; where the present is */
	int events;
	bool only_first;
	enum err err;
};

static bool take_event(void *subject, struct str text)
{
	struct slice *s = subject;
	struct inbound in;
	json_t *event = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
	i64 at = json_number(event, "time_us", 0);
	s->events++;
	s->first = s->first ? s->first : at;
	s->newest = at > s->newest && at <= s->cx->now + HOUR ? at : s->newest;
	if (!s->only_first && read_post(s->scratch, event, &in))
		s->err = s->take(s->cx, s->subject, &in);
	json_decref(event);
	arena_reset(s->scratch);
	return s->err == OK && !s->only_first && s->newest < s->until && s->events < EVENTS_MAX;
}

static bool take_bytes(void *subject, struct str piece)
{
	struct slice *s = subject;
	return websocket_feed(&s->reader, piece);
}

static enum err read_slice(struct cx *cx, struct net *net, const struct channel_account *account, struct slice *s)
{
	struct str base = exchange_setting(account, "url");
	while (str_ends(base, S("/")))
		base = str_head(base, base.len - 1);
	struct exchange x = {
		.method = "GET", .base = base, .path = arena_printf(cx->arena, "/subscribe?wantedCollections=app.bsky.feed.post&cursor=%lld", (long long)s->newest),
		.timeout = SLICE, .upgrade = true, .take = take_bytes, .subject = s,
	};
	TRY(exchange_ask(cx, net, &x));
	TRY(s->err);
	TRY(exchange_expect(cx, &x, 101));
	if (!str_eq(net_answer_header(&x.answer, "sec-websocket-accept"), S(WEBSOCKET_ACCEPT)))
		return fail(cx, ERR_REMOTE, N_("What answers there is no stream of this network. Check the address."));
	return OK;
}

/* A server keeps its events for some days, then plays back from the oldest it has, without a word. Where much time lies between where it was
 * asked and the first event, it is asked for the oldest: what was said before that is no longer to be had. */
static enum err find_hole(struct cx *cx, struct net *net, const struct channel_account *account, struct arena *scratch, i64 from, i64 first, struct channel_hole *hole)
{
	struct slice s = {.cx = cx, .scratch = scratch, .newest = 1, .only_first = true, .reader = {.message_max = MESSAGE_MAX, .text = take_event}};
	s.reader.subject = &s;
	enum err e = read_slice(cx, net, account, &s);
	websocket_end(&s.reader);
	TRY(e);
	if (s.first > from)
		*hole = (struct channel_hole){from, s.first < first ? s.first : first};
	return OK;
}

static enum err fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		      struct str *ret_cursor, bool *ret_more)
{
	CLEANUP(arena_freep) struct arena *scratch = arena_new();
	struct slice s = {.cx = cx, .scratch = scratch, .take = take, .subject = subject, .until = cx->now,
			  .reader = {.message_max = MESSAGE_MAX, .text = take_event}};
	s.reader.subject = &s;
	if (!str_to_i64(cursor, &s.newest) || s.newest <= 0 || s.newest > cx->now) /* none, or none of ours */
		s.newest = cx->now - MINUTE;
	i64 began_at = s.newest, start = time_monotonic();
	enum err e = read_slice(cx, net, account, &s);
	bool whole = websocket_is_whole(&s.reader) || s.newest >= s.until;
	bool broken = s.reader.broken;
	websocket_end(&s.reader);
	TRY(e);
	if (broken || !whole)
		return fail(cx, ERR_REMOTE, N_("The stream broke off in the middle of a message. It is read on from where it was."));
	if (account->hole && s.first > began_at + QUIET)
		TRY(find_hole(cx, net, account, scratch, began_at, s.first, account->hole));
	*ret_cursor = arena_printf(cx->arena, "%lld", (long long)s.newest);
	bool cut = s.events >= EVENTS_MAX || time_monotonic() - start >= SLICE;
	*ret_more = cut && s.newest > began_at && s.newest < s.until; /* it came further, and not to the present */
	return OK;
}

static const struct channel_reader readers[] = {
	{"event", N_("An event of the stream"), read_event},
	{},
};

const struct channel_kind channel_jetstream = {
	.word = "jetstream",
	.title = N_("All of Bluesky (stream)"),
	.about = N_("What everybody posts on Bluesky, as it happens. Only what your listening queries find is kept; nothing of it waits in the inbox."),
	.network = "bluesky",
	.can = CAN_FETCH | IS_STREAM,
	.fields = fields,
	.fetch_every = 10 * SECOND,
	.fetch = fetch,
	.readers = readers,
};
