#include "main/role.h"

#include "base/clock.h"
#include "base/log.h"
#include "sys/db.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static atomic_bool ending;
static int signals = -1;

bool role_ending(void)
{
	return atomic_load(&ending);
}

void role_ask_to_end(void)
{
	atomic_store(&ending, true);
}

/* A signal is consumed by whichever thread waits; the flag tells the others. */
void role_wait(i64 microseconds)
{
	i64 until = time_monotonic() + microseconds;
	while (!role_ending()) {
		i64 left = until - time_monotonic();
		if (left <= 0)
			return;
		struct pollfd wait = {.fd = signals, .events = POLLIN};
		if (poll(&wait, 1, (int)((left < SECOND ? left : SECOND) / 1000) + 1) > 0) {
			struct signalfd_siginfo got;
			if (read(signals, &got, sizeof got) == (ssize_t)sizeof got)
				role_ask_to_end();
		}
	}
}

static void *beat(void *subject)
{
	struct running_role *role = subject;
	struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct db *db = NULL;
	while (!role_ending()) {
		role_wait(PROCESS_BEAT);
		arena_reset(arena);
		cx = cx_new(arena);
		enum err e = db ? OK : db_open(&cx, arena_cstr(arena, role->program->settings.database), DB_WRITE, &db);
		if (e == OK)
			e = process_beat(&cx, db, &role->process);
		if (e == ERR_CONFLICT) { /* our ids may be somebody else's by now: not one more */
			log_failure(&cx, "lease_lost");
			_exit(1);
		}
		if (e != OK)
			log_failure(&cx, "beat_failed");
	}
	db_close(db);
	arena_free(arena);
	return NULL;
}

enum err role_start(struct cx *cx, struct program *program, const char *name, struct running_role *ret_role)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	must(signals >= 0);
	if (getenv("PARVIS_READY"))
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* a role does not outlive the one who started it */
	log_role(name);
	prctl(PR_SET_NAME, arena_printf(cx->arena, "parvis-%s", name).at); /* by /proc/self/exe it would be called "exe" */
	*ret_role = (struct running_role){.name = name, .program = program};
	CLEANUP(db_closep) struct db *db = NULL;
	TRY(program_open(cx, program, true, &db));
	TRY(process_join(cx, db, name, &ret_role->process));
	ret_role->beating = pthread_create(&ret_role->beat, NULL, beat, ret_role) == 0;
	must(ret_role->beating);
	return OK;
}

void role_ready(const struct running_role *role)
{
	i64 number;
	log_line(LOG_INFO, "ready", "slot=%lld", (long long)role->process.slot);
	if (!str_to_i64(str_of(getenv("PARVIS_READY")), &number))
		return;
	ssize_t told UNUSED = write((int)number, "r", 1);
	close((int)number);
}

void role_end(struct cx *cx, struct running_role *role)
{
	role_ask_to_end();
	if (role->beating)
		pthread_join(role->beat, NULL);
	CLEANUP(db_closep) struct db *db = NULL;
	if (program_open(cx, role->program, true, &db) != OK || process_leave(cx, db, &role->process) != OK)
		log_failure(cx, "leave_failed");
	log_line(LOG_INFO, "ended", "slot=%lld", (long long)role->process.slot);
}
