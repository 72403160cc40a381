#include "flow/idle.h"

#include "base/clock.h"
#include "base/log.h"
#include "channel/channel.h"
#include "flow/credential.h"
#include "flow/transaction.h"
#include "store/channel.h"
#include "sys/crypto.h"

#include <stdlib.h>
#include <sys/resource.h>

#define LOOK_EVERY (3 * SECOND)
#define WATCH (5 * MINUTE)          /* how long a watch holds; kept up from half of it on */
#define PATIENCE SECOND
#define SLICE (250 * MILLISECOND)
#define AGAIN_FIRST (5 * SECOND)
#define AGAIN_MOST (15 * MINUTE)
#define AGAIN_REFUSED (10 * MINUTE) /* at the least, when the server itself said no */
#define STOOD_WELL MINUTE
#define BEGUN_AT_ONCE 50

struct idle_entry {
	i64 workspace, channel;
	struct hash stamp;   /* of what the line was begun with */
	i64 line;            /* 0: none */
	i64 watched_until;   /* as we wrote it; 0: it is not ours */
	i64 stood_at;        /* 0: it does not stand yet */
	i64 try_at;
	int failures;
	bool seen;
	bool rang, ended;    /* told, and not written down yet */
};

/* Two descriptors are as many as a line and its making take. */
static size_t room(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 100;
	size_t half = limit.rlim_cur / 2;
	return half < IDLE_MOST ? half : IDLE_MOST;
}

enum err idle_keeper_open(struct cx *cx, struct db *db, struct outbox *outbox, const struct net_settings *settings, struct idle_keeper *ret_keeper)
{
	struct idle_keeper keeper = {.outbox = outbox};
	struct rlimit limit;
	TRY(idle_open(cx, &(struct idle_settings){.net = *settings}, &keeper.lines));
	/* Nobody else works on a database that is a file. */
	enum err e = db_kind(db) == DB_SQLITE ? channel_watches_end(cx, db) : OK;
	if (e != OK) {
		idle_close(keeper.lines);
		return e;
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < 3 * IDLE_MOST ? limit.rlim_max : 3 * IDLE_MOST;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	keeper.arena = arena_new();
	*ret_keeper = keeper;
	return OK;
}

/* ---- one channel ---- */

static void hang_up(struct idle_keeper *k, struct idle_entry *entry)
{
	if (entry->line)
		idle_end(k->lines, entry->line);
	entry->line = entry->stood_at = 0;
}

/* A part of its time more or less, so that a thousand that broke together do not come back together. */
static i64 about(i64 wait)
{
	return wait - wait / 4 + (i64)random_below((u64)wait / 2 + 1);
}

static void set_back(struct idle_entry *entry, i64 now, int status)
{
	bool stood = entry->stood_at && now - entry->stood_at > STOOD_WELL;
	entry->failures = stood ? 1 : entry->failures + 1;
	i64 wait = AGAIN_FIRST << (entry->failures < 9 ? entry->failures - 1 : 8);
	wait = status && wait < AGAIN_REFUSED ? AGAIN_REFUSED : wait;
	entry->try_at = now + about(wait < AGAIN_MOST ? wait : AGAIN_MOST);
	entry->line = entry->stood_at = 0;
}

static enum err give_back(struct cx *cx, struct db *db, struct idle_entry *entry)
{
	bool ours;
	i64 before = entry->watched_until;
	entry->watched_until = 0;
	return before ? channel_watch(cx, db, entry->workspace, entry->channel, before, 0, &ours) : OK;
}

static struct hash stamp_of(struct cx *cx, const struct channel *c)
{
	return hash_of(arena_printf(cx->arena, "%zu:%.*s%.*s", c->settings.len, STR_ARG(c->settings), STR_ARG(c->secret)));
}

/* Is it one to be listened to, as far as its row says? */
static bool wanted(const struct channel *c, i64 now)
{
	bool credential_due = c->renew_due_at && c->renew_due_at <= now; /* others see to that, and here nothing may take long */
	return str_eq(c->state, S("ok")) && !c->archived_at && c->fetch_due_at && c->verified_at && !credential_due;
}

static enum err begin(struct cx *cx, struct db *db, struct idle_keeper *k, struct idle_entry *entry, struct channel *c)
{
	const struct channel_kind *kind = channel_kind_of(c->kind);
	struct credential credential;
	struct idle_wish wish;
	bool ours;
	enum err e = credential_open(cx, db, k->outbox, c, &credential);
	if (e != OK) { /* who reads the channel tells it */
		cx_forget(cx);
		set_back(entry, cx->now, 0);
		return OK;
	}
	if (!kind->listen(cx, &credential.account, &wish)) {
		entry->try_at = cx->now + about(AGAIN_FIRST); /* it costs nothing to ask again */
		return OK;
	}
	TRY(channel_watch(cx, db, c->workspace, c->id, c->watched_until, cx->now + WATCH, &ours));
	if (!ours) {
		entry->try_at = cx->now + about(WATCH);
		return OK;
	}
	entry->watched_until = cx->now + WATCH;
	entry->line = idle_begin(k->lines, &wish);
	return OK;
}

/* ---- all of them ---- */

static int by_channel(const void *a, const void *b)
{
	const struct idle_entry *x = a, *y = b;
	return x->channel < y->channel ? -1 : x->channel > y->channel;
}

static struct idle_entry *entry_of(struct idle_keeper *k, const struct channel *c, size_t sorted)
{
	struct idle_entry *entry = NULL, wanted_one = {.channel = c->id};
	if (sorted)
		entry = bsearch(&wanted_one, k->list, sorted, sizeof *k->list, by_channel);
	if (!entry && k->count < room()) {
		entry = arena_push(k->arena, k->list, k->count, k->capacity);
		*entry = (struct idle_entry){.workspace = c->workspace, .channel = c->id};
	}
	return entry;
}

static enum err look_at(struct cx *cx, struct db *db, struct idle_keeper *k, struct channel *c, size_t sorted, int *begun)
{
	bool ours = true;
	struct idle_entry *entry = wanted(c, cx->now) ? entry_of(k, c, sorted) : NULL;
	if (!entry)
		return OK;
	entry->seen = true;
	struct hash stamp = stamp_of(cx, c);
	if (!str_eq(hash_str(&stamp), hash_str(&entry->stamp))) {
		hang_up(k, entry);
		entry->stamp = stamp;
		entry->try_at = entry->failures = 0;
	}
	if (entry->line && entry->watched_until - cx->now < WATCH / 2) {
		TRY(channel_watch(cx, db, c->workspace, c->id, entry->watched_until, cx->now + WATCH, &ours));
		entry->watched_until = ours ? cx->now + WATCH : 0;
	}
	if (!ours) {
		hang_up(k, entry);
		entry->try_at = cx->now + about(WATCH);
	}
	bool others = c->watched_until > cx->now && c->watched_until != entry->watched_until;
	if (entry->line || others || cx->now < entry->try_at || ++*begun > BEGUN_AT_ONCE)
		return OK;
	return begin(cx, db, k, entry, c);
}

static enum err look(struct cx *cx, struct db *db, struct idle_keeper *k)
{
	size_t sorted = k->count, kept = 0;
	int begun = 0;
	for (size_t i = 0; i < k->count; i++)
		k->list[i].seen = false;
	for (size_t i = 0; i < channel_kind_count; i++) {
		struct channel *list = NULL;
		size_t count = 0;
		if (channel_kinds[i]->listen)
			TRY(channels_of_kind(cx, db, str_of(channel_kinds[i]->word), &list, &count));
		for (size_t j = 0; j < count; j++)
			TRY(look_at(cx, db, k, &list[j], sorted, &begun));
	}
	for (size_t i = 0; i < k->count; i++) {
		if (!k->list[i].seen) {
			hang_up(k, &k->list[i]);
			TRY(give_back(cx, db, &k->list[i]));
			continue;
		}
		k->list[kept++] = k->list[i];
	}
	k->count = kept;
	if (kept)
		qsort(k->list, kept, sizeof *k->list, by_channel);
	return OK;
}

/* ---- what is told ---- */

static void take(struct idle_keeper *k, const struct idle_event *event, i64 now)
{
	for (size_t i = 0; i < k->count; i++) {
		struct idle_entry *entry = &k->list[i];
		if (entry->line != event->line)
			continue;
		entry->rang = true; /* also of one that ended: reading tells what the matter is */
		if (event->news == IDLE_STANDS)
			entry->stood_at = now;
		if (event->news == IDLE_ENDED) {
			entry->ended = true;
			set_back(entry, now, event->status);
		}
		return;
	}
}

static enum err write_down(struct cx *cx, struct db *db, struct idle_keeper *k)
{
	for (size_t i = 0; i < k->count; i++) {
		struct idle_entry *entry = &k->list[i];
		bool ours;
		if (entry->ended && entry->watched_until)
			TRY(channel_watch(cx, db, entry->workspace, entry->channel, entry->watched_until, 0, &ours));
		if (entry->rang)
			TRY(channel_rang(cx, db, entry->workspace, entry->channel));
	}
	return OK;
}

static enum err write_told(struct cx *cx, struct db *db, struct idle_keeper *k)
{
	TRY(IN_TRANSACTION(cx, db, write_down(cx, db, k))); /* else it is written the next time */
	for (size_t i = 0; i < k->count; i++) {
		struct idle_entry *entry = &k->list[i];
		entry->watched_until = entry->ended ? 0 : entry->watched_until;
		entry->rang = entry->ended = false;
	}
	k->is_told = false;
	return OK;
}

enum err idle_turn(struct cx *cx, struct db *db, struct idle_keeper *k, bool (*ending)(void))
{
	struct idle_event events[IDLE_EVENTS_MAX];
	size_t count = 0;
	if (k->is_told)
		TRY(write_told(cx, db, k));
	if (cx->now >= k->look_at) {
		TRY(look(cx, db, k));
		k->look_at = cx->now + LOOK_EVERY;
	}
	i64 until = time_monotonic() + PATIENCE;
	while (!count && !ending() && time_monotonic() < until)
		idle_wait(k->lines, SLICE, events, &count);
	cx->now = time_now();
	for (size_t i = 0; i < count; i++)
		take(k, &events[i], cx->now);
	k->is_told = count > 0;
	return count ? write_told(cx, db, k) : OK;
}

static enum err give_all_back(struct cx *cx, struct db *db, struct idle_keeper *k)
{
	for (size_t i = 0; i < k->count; i++)
		TRY(give_back(cx, db, &k->list[i]));
	return OK;
}

void idle_keeper_close(struct cx *cx, struct db *db, struct idle_keeper *k)
{
	idle_close(k->lines);
	if (k->count && IN_TRANSACTION(cx, db, give_all_back(cx, db, k)) != OK)
		log_failure(cx, "idle"); /* they end by themselves */
	arena_free(k->arena);
	*k = (struct idle_keeper){};
}
