/* box.c: a process of the program's own that can do nothing but what it was started for: starting it, and talking to it without ever waiting for too long. */
#include "sys/box.h"

#include "base/clock.h"
#include "base/lang.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define IN_BOX "PARVIS_BOX"

/* ---- who asks ---- */

static enum err no_box(struct cx *cx, int error)
{
	return fail(cx, ERR_SYSTEM, N_("The process that reads pictures could not be started: %s."), strerror(error));
}

static int start(const struct image_box *box, const char *command, int child_end, const int *files, size_t file_count, pid_t *ret_pid)
{
	char *const environment[] = {(char[]){"PATH=/nonexistent"}, (char[]){"LC_ALL=C.UTF-8"}, (char[]){"HOME=/nonexistent"}, (char[]){"VIPSHOME=/nonexistent"},
					    (char[]){"VIPS_BLOCK_UNTRUSTED=1"}, (char[]){"VIPS_CONCURRENCY=1"}, (char[]){"VIPS_NOVECTOR=1"}, (char[]){IN_BOX "=1"}, NULL};
	char *const words[] = {(char[]){"parvis"}, (char *)(uintptr_t)command, NULL};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	posix_spawn_file_actions_adddup2(&actions, child_end, 0);
	posix_spawn_file_actions_adddup2(&actions, child_end, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1 /* O_WRONLY */, 0);
	for (size_t i = 0; i < file_count; i++)
		posix_spawn_file_actions_adddup2(&actions, files[i], 3 + (int)i);
	posix_spawn_file_actions_addclosefrom_np(&actions, 3 + (int)file_count);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	int error = posix_spawn(ret_pid, box->program, &actions, &attributes, words, environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

enum err box_ask(struct cx *cx, const struct image_box *box, const char *command, const int *files, size_t file_count, int seconds, struct box_asked *ret_asked)
{
	int ends[2];
	pid_t pid;
	must(!getenv(IN_BOX)); /* a program whose main() does not know the word would start itself without end */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return no_box(cx, errno);
	int error = start(box, command, ends[1], files, file_count, &pid);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return no_box(cx, error);
	}
	*ret_asked = (struct box_asked){pid, ends[0], time_monotonic() + (2 * seconds + 5) * SECOND};
	return OK;
}

void box_end(struct box_asked *asked)
{
	if (!asked->pid)
		return;
	close(asked->socket);
	kill(asked->pid, SIGKILL); /* it answered, or is given up */
	while (waitpid(asked->pid, NULL, 0) < 0 && errno == EINTR)
		;
	asked->pid = 0;
}

static bool ready(const struct box_asked *asked, short events)
{
	for (;;) {
		struct pollfd wait = {.fd = asked->socket, .events = events};
		i64 left = asked->until - time_monotonic();
		if (left <= 0)
			return false;
		int got = poll(&wait, 1, (int)(left / MILLISECOND) + 1);
		if (got > 0)
			return wait.revents & (events | POLLHUP);
		if (got < 0 && errno != EINTR)
			return false;
	}
}

bool box_give(const struct box_asked *asked, const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t sent = ready(asked, POLLOUT) ? send(asked->socket, at, length, MSG_NOSIGNAL | MSG_DONTWAIT) : -2;
		if (sent == -2 || (sent < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		at += sent > 0 ? sent : 0;
		length -= sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

bool box_get(const struct box_asked *asked, void *bytes, size_t length)
{
	for (char *at = bytes; length;) {
		ssize_t got = ready(asked, POLLIN) ? recv(asked->socket, at, length, MSG_DONTWAIT) : 0;
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		at += got > 0 ? got : 0;
		length -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* ---- the box ---- */

bool box_read(void *bytes, size_t length)
{
	for (char *at = bytes; length;) {
		ssize_t got = read(0, at, length);
		if (got <= 0 && !(got < 0 && errno == EINTR))
			return false;
		at += got > 0 ? got : 0;
		length -= got > 0 ? (size_t)got : 0;
	}
	return true;
}

bool box_write(const void *bytes, size_t length)
{
	for (const char *at = bytes; length;) {
		ssize_t put = write(1, at, length);
		if (put < 0 && errno != EINTR)
			return false;
		at += put > 0 ? put : 0;
		length -= put > 0 ? (size_t)put : 0;
	}
	return true;
}
