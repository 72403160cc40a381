#include "web/guard.h"
#include "web/linger.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>

struct line {
	struct line *next, **place;
	atomic_llong since; /* waiting from this moment; 0 = busy */
	int socket;
	bool lingers;
};

struct guard {
	struct arena *arena;
	pthread_mutex_t lock;
	pthread_cond_t stopping;
	pthread_t thread;
	i64 patience;
	bool stop;
	u64 cut;
	struct line *lines, *spare;
	struct lingering *linger;
};

static void sweep(struct guard *guard)
{
	i64 now = time_monotonic();
	for (struct line *line = guard->lines; line; line = line->next) {
		i64 since = atomic_load_explicit(&line->since, memory_order_relaxed);
		if (!since || now - since < guard->patience)
			continue;
		shutdown(line->socket, SHUT_RDWR); /* its event thread sees the end and cleans up */
		atomic_store_explicit(&line->since, 0, memory_order_relaxed);
		guard->cut++;
	}
}

static void *watch(void *subject)
{
	struct guard *guard = subject;
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	i64 step = guard->patience / 8 * 1000;
	pthread_mutex_lock(&guard->lock);
	while (!guard->stop) {
		i64 nanoseconds = until.tv_nsec + step;
		until.tv_sec += nanoseconds / 1000000000;
		until.tv_nsec = nanoseconds % 1000000000;
		while (!guard->stop && pthread_cond_timedwait(&guard->stopping, &guard->lock, &until) == 0)
			;
		sweep(guard);
	}
	pthread_mutex_unlock(&guard->lock);
	return NULL;
}

struct guard *guard_start(i64 patience)
{
	struct arena *arena = arena_new();
	struct guard *guard = arena_new_of(arena, struct guard);
	guard->arena = arena;
	guard->patience = patience;
	pthread_mutex_init(&guard->lock, NULL);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&guard->stopping, &attributes);
	pthread_condattr_destroy(&attributes);
	guard->linger = linger_start();
	must(pthread_create(&guard->thread, NULL, watch, guard) == 0);
	return guard;
}

void guard_stop(struct guard *guard)
{
	pthread_mutex_lock(&guard->lock);
	guard->stop = true;
	pthread_cond_broadcast(&guard->stopping);
	pthread_mutex_unlock(&guard->lock);
	pthread_join(guard->thread, NULL);
	linger_stop(guard->linger);
	pthread_mutex_destroy(&guard->lock);
	pthread_cond_destroy(&guard->stopping);
	arena_free(guard->arena);
}

struct line *guard_enter(struct guard *guard, int socket)
{
	pthread_mutex_lock(&guard->lock);
	struct line *line = guard->spare;
	if (line)
		guard->spare = line->next;
	else
		line = arena_new_of(guard->arena, struct line);
	line->socket = socket;
	line->lingers = false;
	line->place = &guard->lines;
	line->next = guard->lines;
	if (line->next)
		line->next->place = &line->next;
	guard->lines = line;
	pthread_mutex_unlock(&guard->lock);
	line_waiting(line);
	return line;
}

void guard_leave(struct guard *guard, struct line *line)
{
	if (line->lingers)
		linger_take(guard->linger, line->socket);
	pthread_mutex_lock(&guard->lock);
	*line->place = line->next;
	if (line->next)
		line->next->place = line->place;
	line->next = guard->spare;
	guard->spare = line;
	pthread_mutex_unlock(&guard->lock);
}

void line_busy(struct line *line)
{
	atomic_store_explicit(&line->since, 0, memory_order_relaxed);
}

void line_lingers(struct line *line)
{
	line->lingers = true;
}

void line_waiting(struct line *line)
{
	atomic_store_explicit(&line->since, time_monotonic(), memory_order_relaxed);
}

u64 guard_cut(struct guard *guard)
{
	pthread_mutex_lock(&guard->lock);
	u64 cut = guard->cut;
	pthread_mutex_unlock(&guard->lock);
	return cut;
}
