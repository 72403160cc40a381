/* run.c: the whole desk by one command: makes what a new installation needs, starts the roles as children, starts again what falls, and
 * ends them in order. Holds the lock of the data folder, so that nobody starts a second one on it. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/log.h"
#include "flow/account.h"
#include "flow/sample.h"
#include "main/command.h"
#include "main/media.h"
#include "main/port.h"
#include "main/unit.h"
#include "store/member.h"
#include "store/migrate.h"
#include "store/process.h"
#include "store/setting.h"
#include "store/workspace.h"
#include "sys/files.h"
#include "sys/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define START_WAIT (20 * SECOND)
#define DRAIN_WAIT (30 * SECOND)
#define CALM (60 * SECOND)      /* a role that lived so long fell by chance: it starts again at once */
#define BACKOFF_MAX (30 * SECOND)
#define LINK_LIFE DAY
#define ROOM_LEAST ((i64)8 << 20)

struct child {
	const char *name;
	bool wanted;
	pid_t pid;           /* 0: not running */
	int ready;           /* read end; -1 once it told */
	i64 started_at, start_at;
	i64 backoff;
};

/* The network is up before those who call it. */
static struct child children[] = {{.name = "simulator"}, {.name = "serve", .wanted = true}, {.name = "work", .wanted = true}};
static struct child *const simulator = &children[0];

/* ---- a new installation ---- */

#define KEYS_SETTING "keys_mark" /* which keys this database knows */

static bool keys_there(struct cx *cx, const char *data)
{
	const char *paths[3];
	keys_paths(cx->arena, data, paths);
	return file_there(paths[0]) || file_there(paths[1]) || file_there(paths[2]);
}

/* Both halves can be read and fit together; *ret_mark is theirs. */
static enum err keys_read(struct cx *cx, const char *data, struct str *ret_mark)
{
	struct serving_keys serving;
	struct working_keys working;
	char mark[KEYS_MARK_LEN + 1], other[KEYS_MARK_LEN + 1];
	TRY(keys_for_serving(cx, data, &serving));
	TRY(keys_for_working(cx, data, &working));
	keys_mark(&serving.work, mark);
	keys_mark(&working.pair.public, other);
	wipe_object(&serving);
	wipe_object(&working);
	if (strcmp(mark, other) != 0)
		return fail(cx, ERR_SYSTEM, N_("The keys in %s/keys do not fit together: work.pub belongs to another work.key. Bring the folder back from one backup."), data);
	*ret_mark = arena_str(cx->arena, str_of(mark));
	return OK;
}

/* Keys that open what this database holds, and were not made anew beside it because a folder was forgotten. Nothing is changed before. */
static enum err keys_ready(struct cx *cx, const struct program *program, struct db *db, struct str known, struct str *ret_mark)
{
	const char *data = program_data(cx, program);
	bool anew = option_given(program, "new-keys");
	if (known.len && !keys_there(cx, data) && !anew)
		return fail(cx, ERR_SYSTEM, N_("The folder %s/keys is missing, and this database has secrets that only its keys open. Bring it back from a backup; if it"
					       " is lost for good, “parvis run --new-keys” makes new ones, and credentials and second factors are entered anew."), data);
	TRY(keys_make(cx, data));
	TRY(keys_read(cx, data, ret_mark));
	if (known.len && !str_eq(known, *ret_mark) && !anew)
		return fail(cx, ERR_SYSTEM, N_("The keys in %s/keys are those of another installation: this database knows %.*s, they are %.*s. Bring the right folder back;"
					       " if it is lost for good, “parvis run --new-keys” goes on with these."), data, STR_ARG(known), STR_ARG(*ret_mark));
	return OK;
}

/* A first start writes some megabytes; with less than that nobody can even sign in. */
static enum err need_room(struct cx *cx, const char *data)
{
	i64 bytes;
	const char *folder = data;
	while (!file_there(folder) && strcmp(folder, "/") != 0)
		folder = path_folder(cx->arena, folder);
	TRY(disk_free(cx, folder, &bytes));
	if (bytes < ROOM_LEAST)
		return fail(cx, ERR_LIMIT, N_("The disk that holds %s is full (%lld KiB are left), and the desk could keep nothing. Nothing was changed; make room, then start it again."),
			    data, (long long)(bytes >> 10));
	return OK;
}

/* What would keep the roles from starting is asked first: a port that is taken leaves no folder, no key and no row behind. */
static enum err make_ready(struct cx *cx, const struct program *program, int *ret_lock)
{
	const struct settings *s = &program->settings;
	const char *data = program_data(cx, program);
	CLEANUP(db_closep) struct db *db = NULL;
	struct migrate_status status;
	struct str known = {}, mark;
	bool there = file_there(data), network = str_eq(s->simulator, S("on")) || (option_given(program, "sample") && !str_eq(s->simulator, S("off")));
	if (there) { /* that another desk runs on it says more than that the port is taken */
		TRY(folder_make(cx, data));
		TRY(folder_lock(cx, data, ret_lock));
	}
	TRY(need_room(cx, data));
	TRY(media_bucket_check(cx, program));
	TRY(port_check(cx, "listen", s->listen));
	if (network)
		TRY(port_check(cx, "simulator_listen", s->simulator_listen));
	if (!there) {
		TRY(folder_make(cx, data));
		TRY(folder_lock(cx, data, ret_lock));
	}
	TRY(db_open(cx, arena_cstr(cx->arena, program->settings.database), DB_CREATE, &db));
	TRY(migrate_status(cx, db, &status));
	if (status.applied)
		TRY(setting_get(cx, db, KEYS_SETTING, &known));
	TRY(keys_ready(cx, program, db, known, &mark));
	TRY(migrate_up(cx, db, NULL));
	return str_eq(known, mark) ? OK : setting_set(cx, db, KEYS_SETTING, mark);
}

/* Who gets the link: the first owner there is. */
static enum err first_owner(struct cx *cx, struct db *db, i64 *ret_person)
{
	struct workspace *places;
	size_t count;
	*ret_person = 0;
	TRY(workspace_list(cx, db, &places, &count));
	for (size_t i = 0; i < count; i++) {
		struct member *members;
		size_t member_count;
		TRY(member_list(cx, db, places[i].id, &members, &member_count));
		for (size_t j = 0; j < member_count; j++)
			if (members[j].role == ROLE_OWNER && !members[j].disabled) {
				*ret_person = members[j].person;
				return OK;
			}
	}
	return OK;
}

static struct str simulator_url(struct cx *cx, const struct program *program)
{
	return arena_printf(cx->arena, "http://%.*s", STR_ARG(program->settings.simulator_listen));
}

static enum err make_sample(struct cx *cx, struct db *db, const struct program *program)
{
	struct serving_keys keys;
	TRY(keys_for_serving(cx, program_data(cx, program), &keys));
	char token[TOKEN_LEN + 1];
	token_new(token);
	CLEANUP(buf_free) struct buf hex = {};
	struct hash hash = hash_of(str_of(token));
	buf_add_hex(&hex, hash.at, sizeof hash.at);
	TRY(setting_set(cx, db, "simulator_token_hash", buf_str(&hex)));
	/* For whoever turns the dials by hand. */
	TRY(file_write(cx, arena_printf(cx->arena, "%s/keys/simulator.token", program_data(cx, program)).at, 0600, str_of(token)));
	struct sample sample = {
		.simulator_url = simulator_url(cx, program),
		.simulator_token = str_of(token),
		.work = &keys.work,
	};
	return sample_make(cx, db, &sample);
}

static enum err prepare(struct cx *cx, struct program *program, struct str *ret_link)
{
	CLEANUP(db_closep) struct db *db = NULL;
	struct process process;
	bool first;
	i64 owner;
	TRY(program_open(cx, program, true, &db));
	TRY(process_join(cx, db, "run", &process));
	TRY(account_is_first_run(cx, db, &first));
	if (first && option_given(program, "sample"))
		TRY(make_sample(cx, db, program));
	TRY(sample_has_simulator(cx, db, &simulator->wanted));
	if (str_eq(program->settings.simulator, S("off")))
		simulator->wanted = false;
	if (str_eq(program->settings.simulator, S("on")))
		simulator->wanted = true;
	if (simulator->wanted)
		TRY(sample_moved(cx, db, simulator_url(cx, program)));
	TRY(first_owner(cx, db, &owner));
	struct str url = program->settings.public_url, token = {};
	if (!owner) {
		TRY(account_set_up_link(cx, db, &token));
		*ret_link = arena_printf(cx->arena, "%.*s/set-up/account?token=%.*s", STR_ARG(url), STR_ARG(token));
	} else if (option_given(program, "link")) {
		TRY(account_link(cx, db, owner, "sign_in", LINK_LIFE, &token));
		*ret_link = arena_printf(cx->arena, "%.*s/sign-in/link/%.*s", STR_ARG(url), STR_ARG(token));
	}
	return process_leave(cx, db, &process);
}

/* ---- children ---- */

static const char *environment_value(struct cx *cx, const struct program *program, const struct setting_row *row)
{
	const void *at = (const char *)&program->settings + row->offset;
	bool number = row->type == SETTING_NUMBER || row->type == SETTING_SIZE;
	return number ? arena_printf(cx->arena, "%lld", (long long)*(const i64 *)at).at : arena_cstr(cx->arena, *(const struct str *)at);
}

/* The roles get the settings as they were read here, by their environment. */
static void pass_settings(struct cx *cx, const struct program *program)
{
	for (size_t i = 0; i < setting_row_count; i++) {
		if (program->settings.origin[i] == FROM_DEFAULT) /* a role finds the same default, and what follows from others */
			continue;
		CLEANUP(buf_free) struct buf name = {};
		buf_adds(&name, "PARVIS_");
		for (const char *c = setting_rows[i].name; *c; c++)
			buf_addc(&name, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
		setenv(buf_cstr(&name), environment_value(cx, program, &setting_rows[i]), 1);
	}
	setenv("PARVIS_CONFIG", "/dev/null", 1);
	/* A page's document is thousands of small pieces that come and go together; kept at hand, they cost a quarter of its time less. */
	setenv("GLIBC_TUNABLES", "glibc.malloc.tcache_count=16000", 0);
}

static enum err start_child(struct cx *cx, const struct program *program, struct child *child)
{
	int pipes[2];
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return fail(cx, ERR_SYSTEM, N_("No pipe could be made: %s."), strerror(errno));
	pid_t starter = getpid(), pid = fork();
	if (pid < 0)
		return fail(cx, ERR_SYSTEM, N_("The role %s could not be started: %s."), child->name, strerror(errno));
	if (pid == 0) {
		char number[16];
		sigset_t none;
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		prctl(PR_SET_PDEATHSIG, SIGTERM); /* holds for the program too; killed before this, we find nobody */
		if (getppid() != starter)
			_exit(127);
		setpgid(0, 0); /* Ctrl-C comes to us, and we end them in order */
		fcntl(pipes[1], F_SETFD, 0);
		snprintf(number, sizeof number, "%d", pipes[1]);
		setenv("PARVIS_READY", number, 1);
		unsetenv("NOTIFY_SOCKET"); /* we speak for all */
		execl(program->path, "parvis", child->name, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	child->pid = pid;
	child->ready = pipes[0];
	child->started_at = time_monotonic();
	return OK;
}

/* Its 'r'; false when it ended or time is up. */
static bool wait_until_ready(struct child *child)
{
	struct pollfd wait = {.fd = child->ready, .events = POLLIN};
	i64 left = child->started_at + START_WAIT - time_monotonic();
	char told = 0;
	if (left <= 0 || poll(&wait, 1, (int)(left / 1000) + 1) <= 0)
		return false;
	ssize_t got = read(child->ready, &told, 1);
	close(child->ready);
	child->ready = -1;
	return got == 1 && told == 'r';
}

static enum err not_ready(struct cx *cx)
{
	return fail(cx, ERR_SYSTEM, N_("Not every role could start; the reason is above. What is kept is untouched; “parvis check” helps to find out."));
}

/* The network alone, then the others together. */
static enum err start_all(struct cx *cx, const struct program *program)
{
	for (size_t i = 0; i < COUNT(children); i++) {
		if (!children[i].wanted)
			continue;
		TRY(start_child(cx, program, &children[i]));
		if (&children[i] == simulator && !wait_until_ready(simulator))
			return not_ready(cx);
	}
	for (size_t i = 0; i < COUNT(children); i++)
		if (children[i].wanted && &children[i] != simulator && !wait_until_ready(&children[i]))
			return not_ready(cx);
	return OK;
}

static struct child *child_of(pid_t pid)
{
	for (size_t i = 0; i < COUNT(children); i++)
		if (children[i].pid == pid)
			return &children[i];
	return NULL;
}

static bool any_running(void)
{
	for (size_t i = 0; i < COUNT(children); i++)
		if (children[i].pid)
			return true;
	return false;
}

static void signal_all(int number)
{
	for (size_t i = 0; i < COUNT(children); i++)
		if (children[i].pid)
			kill(children[i].pid, number);
}

/* Take note of who ended; true when one says that its set-up is wrong. */
static bool reap(void)
{
	int status;
	pid_t pid;
	bool hopeless = false;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct child *c = child_of(pid);
		if (!c)
			continue;
		i64 now = time_monotonic();
		c->pid = 0;
		if (c->ready > 0)
			close(c->ready);
		c->ready = -1;
		c->backoff = now - c->started_at > CALM ? 0 : c->backoff ? c->backoff * 2 < BACKOFF_MAX ? c->backoff * 2 : BACKOFF_MAX : SECOND / 4;
		c->start_at = now + c->backoff;
		hopeless |= WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SETUP;
		log_line(WIFEXITED(status) && WEXITSTATUS(status) == 0 ? LOG_INFO : LOG_WARN, "role_ended", "name=%s %s=%d", c->name,
			 WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	}
	return hopeless;
}

static void end_children(int signals)
{
	signal_all(SIGTERM);
	i64 until = time_monotonic() + DRAIN_WAIT;
	while (any_running() && time_monotonic() < until) {
		struct pollfd wait = {.fd = signals, .events = POLLIN};
		struct signalfd_siginfo got;
		poll(&wait, 1, 100);
		while (read(signals, &got, sizeof got) == (ssize_t)sizeof got)
			;
		reap();
	}
	signal_all(SIGKILL);
	while (any_running() && waitpid(-1, NULL, 0) > 0)
		reap();
}

static enum err watch_over(struct cx *cx, const struct program *program, int signals)
{
	for (;;) {
		i64 now = time_monotonic(), wait = HOUR;
		for (size_t i = 0; i < COUNT(children); i++) {
			struct child *c = &children[i];
			if (!c->wanted || c->pid)
				continue;
			if (c->start_at <= now)
				TRY(start_child(cx, program, c));
			else if (c->start_at - now < wait)
				wait = c->start_at - now;
		}
		struct pollfd poll_signals = {.fd = signals, .events = POLLIN};
		poll(&poll_signals, 1, (int)(wait / 1000) + 1);
		struct signalfd_siginfo got;
		while (read(signals, &got, sizeof got) == (ssize_t)sizeof got)
			if (got.ssi_signo != SIGCHLD)
				return OK;
		if (reap())
			return fail(cx, ERR_SYSTEM, N_("A role says that its set-up is wrong; see its message above, or run “parvis check”."));
	}
}

static enum err run_roles(struct cx *cx, struct program *program, struct str link, int signals)
{
	pass_settings(cx, program);
	TRY(start_all(cx, program));
	if (link.len)
		printf(_("Parvis is ready. Open %.*s (this link works once)."), STR_ARG(link));
	else
		printf(_("Parvis is ready: %.*s"), STR_ARG(program->settings.public_url));
	fputc('\n', stdout);
	fflush(stdout);
	unit_tell("READY=1");
	return watch_over(cx, program, signals);
}

static enum err run(struct cx *cx, struct program *program)
{
	int lock;
	struct str link = {};
	sigset_t set;
	log_role("run");
	TRY(make_ready(cx, program, &lock));
	TRY(prepare(cx, program, &link));
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	must(signals >= 0);
	enum err e = run_roles(cx, program, link, signals);
	unit_tell("STOPPING=1");
	end_children(signals);
	close(lock);
	return e;
}

static const struct option_row options[] = {
	{"sample", NULL, N_("Fill an empty installation with a sample workspace that lives")},
	{"new-keys", NULL, N_("Go on without the keys that this database knows, when they are lost for good")},
	{"link", NULL, N_("Print a one-time sign-in link for the first owner")},
	{},
};

const struct command command_run = {
	.name = "run",
	.words = "",
	.about = N_("Start the desk: pages, sending and reading, all of it"),
	.more = N_("Makes the data folder, the keys and the database when there are none, and brings an older database up to date. Starts the roles"
		   " serve, work and, where it is used, simulator; starts them again when they fall; ends them in order on SIGTERM or Ctrl-C."),
	.options = options,
	.run = run,
	.file = __FILE__,
};
