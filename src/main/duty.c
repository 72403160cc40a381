#include "main/duty.h"

#include "base/clock.h"
#include "base/log.h"

#include <malloc.h>
#include <time.h>

#define LOOK_EVERY SECOND
#define WATCH_EVERY (SECOND / 4)      /* hears of the end that often too */
#define AT_MOST (10 * MILLISECOND)    /* between two news: many commits are one */
#define AFTER_TROUBLE (5 * SECOND)
#define LITTLE (2 * MILLISECOND) /* of the processor's time: a look that found nothing to do */
#define MUCH (50 * MILLISECOND)  /* reads much of the database */
#define QUIET (5 * SECOND)       /* after much, what was read and kept in memory is given back; after little, in a minute */

const struct actor duty_actor = {.kind = ACTOR_PROGRAM, .name = {"Parvis", 6}, .zone = {"UTC", 3}, .lang = "en"};

/* ---- one watches the database for all ---- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t told;
	u64 commits; /* goes up when something was committed */
} news = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void tell_news(void)
{
	pthread_mutex_lock(&news.lock);
	news.commits++;
	pthread_cond_broadcast(&news.told);
	pthread_mutex_unlock(&news.lock);
}

static void watch_for_news(struct running_role *role)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct db *db = NULL;
	while (!role_ending()) {
		bool changed = false;
		arena_reset(arena);
		struct cx cx = cx_new(arena);
		enum err e = db ? OK : db_open(&cx, arena_cstr(arena, role->program->settings.database), DB_READ, &db);
		if (e == OK)
			e = db_watch(&cx, db, WATCH_EVERY, &changed);
		if (e != OK) {
			log_failure(&cx, "watch_failed");
			role_wait(LOOK_EVERY);
		}
		if (changed)
			tell_news();
		role_wait(AT_MOST);
	}
	tell_news(); /* that it is over */
	db_close(db);
}

/* Until something was committed since `seen`, the time came, or the role ends. */
static void rest(u64 *seen, i64 wake)
{
	struct timespec until;
	i64 wait = LOOK_EVERY;
	if (wake && wake - time_now() < wait)
		wait = wake > time_now() ? wake - time_now() : 0;
	clock_gettime(CLOCK_MONOTONIC, &until);
	i64 nanoseconds = until.tv_nsec + wait * 1000;
	until.tv_sec += nanoseconds / 1000000000;
	until.tv_nsec = nanoseconds % 1000000000;
	pthread_mutex_lock(&news.lock);
	while (news.commits == *seen && !role_ending() && pthread_cond_timedwait(&news.told, &news.lock, &until) == 0)
		;
	*seen = news.commits;
	pthread_mutex_unlock(&news.lock);
}

/* ---- a duty ---- */

static enum err open_handle(struct cx *cx, struct duty *duty)
{
	if (!duty->db)
		TRY(db_open(cx, arena_cstr(cx->arena, duty->role->program->settings.database), DB_WRITE, &duty->db));
	return duty->start && !duty->subject ? duty->start(cx, duty) : OK;
}

static void *run(void *subject)
{
	struct duty *duty = subject;
	struct arena *arena = arena_new();
	u64 seen = 0;
	i64 give_at = 0; /* 0: nothing is kept since it was given back */
	while (!role_ending()) {
		arena_reset(arena);
		struct cx cx = cx_new(arena);
		cx.actor = &duty_actor;
		i64 done = 0, wake = 0;
		i64 before = time_worked();
		enum err e = open_handle(&cx, duty);
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
			rest(&seen, wake);
		}
	}
	if (duty->end && duty->subject)
		duty->end(duty);
	db_close(duty->db);
	arena_free(arena);
	return NULL;
}

enum err duties_run(struct cx *cx, struct running_role *role, struct duty *duties, size_t count)
{
	/* Each thread has a heap of its own, whose free end malloc_trim() does not give back: here, where memory is used in waves, it goes by itself. */
	mallopt(M_TRIM_THRESHOLD, 1 << 20);
	pthread_condattr_t attributes;
	must(pthread_condattr_init(&attributes) == 0);
	must(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&news.told, &attributes) == 0);
	pthread_condattr_destroy(&attributes);
	for (size_t i = 0; i < count; i++) {
		duties[i].role = role;
		must(pthread_create(&duties[i].thread, NULL, run, &duties[i]) == 0);
	}
	role_ready(role);
	watch_for_news(role);
	for (size_t i = 0; i < count; i++)
		pthread_join(duties[i].thread, NULL);
	return OK;
}
