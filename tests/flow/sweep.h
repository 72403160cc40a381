/* sweep.h: what sweeps with processes share: a desk in a folder of its own, made once and copied for each case; workers that are killed for good just before or just after a
 * commit of theirs, and share a clock. */
#pragma once
#include "database.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/zone.h"
#include "flow/outbox.h"
#include "flow/post.h"
#include "model/actor.h"
#include "store/channel.h"
#include "store/member.h"
#include "store/workspace.h"
#include "sys/crypto.h"
#include "sys/db_driver.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED 9

static int publications = 48;
static bool whole;

/* What the processes of a case share. */
static struct shared {
	i64 now;                 /* the workers' clock */
	i64 commits;             /* of the worker at work */
	i64 kill_at;             /* its commit of this number: 0 never */
	bool before;             /* just before it, not just after */
	unsigned workers;        /* so many there were: each makes ids of its own */
} *shared;

static struct {
	char folder[64];
	int port;                /* of the network, where there is one */
	struct arena *arena;
	i64 workspace, channel, minute;
} s;

static const char *at(const char *name)
{
	return arena_printf(s.arena, "%s/%s", s.folder, name).at;
}

static void shell(const char *words)
{
	if (system(words) != 0)
		fail_msg("%s", words);
}

static struct actor people(struct cx *cx, struct db *db)
{
	i64 id = id_new();
	struct workspace w = {.id = s.workspace = id_new(), .name = S("Levain"), .slug = S("levain"), .zone = S("UTC"), .lang = S("en"), .settings = S("{\"late_minutes\":10000}"),
			      .created_at = cx->now};
	assert_ok(cx, workspace_insert(cx, db, &w));
	assert_ok(cx, db_run(cx, db, NULL, "INSERT INTO person (id, email, name, lang, zone, created_at) VALUES (?1, 'olga@example.org', 'Olga', 'en', 'UTC', 1)", db_i64(id)));
	struct member m = {.id = id_new(), .workspace = s.workspace, .person = id, .role = ROLE_OWNER};
	assert_ok(cx, member_insert(cx, db, &m));
	return (struct actor){.kind = ACTOR_USER, .workspace = s.workspace, .user = id, .membership = m.id, .role = ROLE_OWNER, .permissions = role_permissions(ROLE_OWNER),
			      .name = S("Olga"), .zone = S("UTC"), .lang = "en"};
}

static enum err commit_or_die(struct cx *cx, struct db *db)
{
	bool here = ++shared->commits == shared->kill_at;
	if (here && shared->before)
		_exit(KILLED);
	enum err e = db_sqlite.commit(cx, db);
	if (here)
		_exit(KILLED);
	return e;
}

static i64 number(struct cx *cx, struct db *db, const char *text)
{
	i64 value = -1;
	assert_ok(cx, db_number_values(cx, db, -1, &value, text, NULL, 0));
	return value;
}

static void open_folder(void)
{
	snprintf(s.folder, sizeof s.folder, "%s/parvis-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"); /* processes are killed, not the machine */
	s.arena = arena_new();
	assert_non_null(mkdtemp(s.folder));
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(shared != MAP_FAILED);
}

static int close_all(void **state)
{
	shell(arena_printf(s.arena, "rm -r %s", s.folder).at);
	munmap(shared, sizeof *shared);
	arena_free(s.arena);
	return 0;
}

/* Until all is settled, in a process of its own. KILLED: it died at its commit. */
static int worker(void (*work)(void))
{
	int status = 0;
	fflush(NULL);
	pid_t pid = fork();
	if (!pid)
		work();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
