#include "main/duty.h"

#include "base/clock.h"
#include "base/log.h"

#include <malloc.h>

#define LOOK_EVERY SECOND
#define AFTER_TROUBLE (5 * SECOND)
#define LITTLE (2 * MILLISECOND) /* of the processor's time: a look that found nothing to do */
#define MUCH (50 * MILLISECOND)  /* reads much of the database */
#define QUIET (5 * SECOND)       /* after much, what was read and kept in memory is given back; after little, in a minute */

const struct actor duty_actor = {.kind = ACTOR_PROGRAM, .name = {"Parvis", 6}, .zone = {"UTC", 3}, .lang = "en"};

static enum err open_handles(struct cx *cx, struct duty *duty, struct db **watch)
{
	const char *url = arena_cstr(cx->arena, duty->role->program->settings.database);
	if (!duty->db)
		TRY(db_open(cx, url, DB_WRITE, &duty->db));
	if (!*watch)
		TRY(db_open(cx, url, DB_READ, watch));
	return duty->start && !duty->subject ? duty->start(cx, duty) : OK;
}

/* Until something was committed, the time came, or the role ends. */
static void rest(struct cx *cx, struct db *watch, i64 wake)
{
	i64 wait = LOOK_EVERY;
	bool changed = false;
	if (wake && wake - time_now() < wait)
		wait = wake > time_now() ? wake - time_now() : 0;
	if (wait > 0 && db_watch(cx, watch, wait, &changed) != OK) {
		log_failure(cx, "watch_failed");
		role_wait(wait);
	}
}

static void *run(void *subject)
{
	struct duty *duty = subject;
	struct arena *arena = arena_new();
	struct db *watch = NULL;
	i64 give_at = 0; /* 0: nothing is kept since it was given back */
	while (!role_ending()) {
		arena_reset(arena);
		struct cx cx = cx_new(arena);
		cx.actor = &duty_actor;
		i64 done = 0, wake = 0;
		i64 before = time_worked();
		enum err e = open_handles(&cx, duty, &watch);
		if (e == OK)
			e = duty->turn(&cx, duty, &done, &wake);
		i64 took = time_worked() - before;
		if (took > MUCH)
			give_at = time_monotonic() + QUIET;
		else if (!give_at && (done || took > LITTLE)) /* does not put off what is due: some look every second */
			give_at = time_monotonic() + MINUTE;
		if (e != OK) {
			log_failure(&cx, duty->name);
			role_wait(AFTER_TROUBLE);
		} else if (!done) {
			if (give_at && time_monotonic() > give_at) {
				arena_reset(arena);
				db_trim(duty->db);
				malloc_trim(0);
				give_at = 0;
			}
			rest(&cx, watch, wake);
		}
	}
	if (duty->end && duty->subject)
		duty->end(duty);
	db_close(watch);
	db_close(duty->db);
	arena_free(arena);
	return NULL;
}

enum err duties_run(struct cx *cx, struct running_role *role, struct duty *duties, size_t count)
{
	/* Each thread has a heap of its own, whose free end malloc_trim() does not give back: here, where memory is used in waves, it goes by itself. */
	mallopt(M_TRIM_THRESHOLD, 1 << 20);
	for (size_t i = 0; i < count; i++) {
		duties[i].role = role;
		must(pthread_create(&duties[i].thread, NULL, run, &duties[i]) == 0);
	}
	role_ready(role);
	while (!role_ending())
		role_wait(HOUR);
	for (size_t i = 0; i < count; i++)
		pthread_join(duties[i].thread, NULL);
	return OK;
}
