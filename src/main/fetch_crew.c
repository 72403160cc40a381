#include "main/fetch_crew.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/fetch.h"
#include "sys/net.h"

#include <malloc.h>
#include <time.h>

#define BENCH (CREW_MOST * 2) /* what waits for a member: short, so that other workers find the rest */
#define IDLE_MOST (20 * SECOND)
#define AFTER_TROUBLE (5 * SECOND)

struct claimed {
	i64 workspace, channel, lease;
};

struct crew {
	pthread_mutex_t lock;
	pthread_cond_t work, gone;
	struct duty *duty;
	crew_door *open;
	struct claimed bench[BENCH]; /* a ring */
	size_t first, count;
	size_t members, idle;
	bool ending;
};
static struct crew crew = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- a member ---- */

struct member {
	struct db *db;
	struct outbox outbox;
};

/* The next claimed channel; false: there was none for long, or the role ends. A member that is new is counted as idle already. */
static bool next(bool is_new, struct claimed *ret_claimed)
{
	struct timespec until;
	pthread_mutex_lock(&crew.lock);
	crew.idle += !is_new;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += IDLE_MOST / SECOND;
	while (!crew.count && !crew.ending && pthread_cond_timedwait(&crew.work, &crew.lock, &until) == 0)
		;
	bool there = crew.count && !crew.ending;
	if (there) {
		*ret_claimed = crew.bench[crew.first];
		crew.first = (crew.first + 1) % BENCH;
		crew.count--;
	}
	crew.idle--;
	pthread_mutex_unlock(&crew.lock);
	return there;
}

static enum err read_one(struct cx *cx, struct member *m, const struct claimed *c)
{
	struct channel channel;
	i64 fresh;
	if (!m->db)
		TRY(db_open(cx, arena_cstr(cx->arena, crew.duty->role->program->settings.database), DB_WRITE, &m->db));
	if (!m->outbox.net)
		TRY(crew.open(cx, crew.duty, &m->outbox));
	TRY(channel_get(cx, m->db, c->workspace, c->channel, &channel));
	if (channel.lease_at != c->lease) /* a person changed it, or another worker reads it */
		return OK;
	return fetch_channel(cx, m->db, &m->outbox, &channel, &fresh);
}

static void *run(void *subject)
{
	struct arena *arena = arena_new();
	struct member m = {};
	struct claimed c;
	for (bool is_new = true; next(is_new, &c); is_new = false) {
		arena_reset(arena);
		struct cx cx = cx_new(arena);
		cx.actor = &duty_actor;
		if (read_one(&cx, &m, &c) != OK) {
			log_failure(&cx, "fetch");
			cx_forget(&cx);
			if (m.db && channel_lease_end(&cx, m.db, c.workspace, c.channel, c.lease) != OK)
				log_failure(&cx, "fetch"); /* it ends by itself */
			role_wait(AFTER_TROUBLE);
		}
	}
	net_close(m.outbox.net);
	db_close(m.db);
	arena_free(arena);
	malloc_trim(0);
	pthread_mutex_lock(&crew.lock);
	crew.members--;
	pthread_cond_signal(&crew.gone);
	pthread_mutex_unlock(&crew.lock);
	return NULL;
}

/* ---- the duty ---- */

enum err fetch_crew_start(struct cx *cx, struct duty *duty, crew_door *open)
{
	pthread_condattr_t attributes;
	must(pthread_condattr_init(&attributes) == 0);
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&crew.work, &attributes) == 0);
	must(pthread_cond_init(&crew.gone, &attributes) == 0);
	pthread_condattr_destroy(&attributes);
	crew.duty = duty;
	crew.open = open;
	duty->subject = &crew;
	/* Nobody else works on a database that is a file: what is leased was leased by who is no more. */
	return db_kind(duty->db) == DB_SQLITE ? channel_leases_end(cx, duty->db) : OK;
}

static size_t room(void)
{
	pthread_mutex_lock(&crew.lock);
	size_t free = BENCH - crew.count;
	pthread_mutex_unlock(&crew.lock);
	return free;
}

/* Lays them on the bench, and calls members that are wanting. */
static void lay(const struct channel *channels, size_t count)
{
	pthread_mutex_lock(&crew.lock);
	for (size_t i = 0; i < count; i++) {
		crew.bench[(crew.first + crew.count) % BENCH] = (struct claimed){channels[i].workspace, channels[i].id, channels[i].lease_at};
		crew.count++;
	}
	while (crew.members < CREW_MOST && crew.idle < crew.count) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, run, NULL) != 0)
			break; /* those that are there do it */
		pthread_detach(thread);
		crew.members++;
		crew.idle++;
	}
	pthread_cond_broadcast(&crew.work);
	pthread_mutex_unlock(&crew.lock);
}

enum err fetch_crew_turn(struct cx *cx, struct duty *duty, i64 *ret_done, i64 *ret_wake)
{
	struct channel *channels;
	size_t count = 0, free = room();
	if (free)
		TRY(fetch_claim(cx, duty->db, free, &channels, &count));
	if (count)
		lay(channels, count);
	*ret_done = (i64)count;
	if (!free) /* who takes from the bench commits something, and that wakes us */
		return OK;
	return channel_next_due(cx, duty->db, cx->now - FETCH_LEASE, ret_wake);
}

void fetch_crew_end(struct duty *duty)
{
	pthread_mutex_lock(&crew.lock);
	crew.ending = true;
	pthread_cond_broadcast(&crew.work);
	while (crew.members)
		pthread_cond_wait(&crew.gone, &crew.lock);
	pthread_mutex_unlock(&crew.lock);
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	for (; crew.count; crew.count--, crew.first = (crew.first + 1) % BENCH)
		if (channel_lease_end(&cx, duty->db, crew.bench[crew.first].workspace, crew.bench[crew.first].channel, crew.bench[crew.first].lease) != OK)
			return; /* it ends by itself */
}
