/* rude.h: a small HTTP server in a thread that behaves as its path says, for the tests of net and mail. It notes how many requests
 * it read whole, and the last one. Include once in a test, after test.h. */
#pragma once
#include "base/buf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct rude {
	int listener, port;
	pthread_t thread;
	void (*serve)(struct rude *, int connection);
	atomic_int connections, requests;
	char last[4096]; /* read when the server is quiet */
};

static UNUSED bool connects(int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	bool done = connect(fd, (struct sockaddr *)&at, sizeof at) == 0;
	close(fd);
	return done;
}

static int listen_local(int backlog, int *ret_port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 && listen(fd, backlog) == 0 &&
		    getsockname(fd, (struct sockaddr *)&at, &len) == 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

/* A port that nobody listens on, as long as this is open: others run beside us, and would be given it. */
static UNUSED int refuse_local(int *ret_port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&at, len) == 0 && getsockname(fd, (struct sockaddr *)&at, &len) == 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

struct rude_connection {
	struct rude *rude;
	int fd;
};

static void *rude_connection(void *subject)
{
	struct rude_connection *connection = subject;
	connection->rude->serve(connection->rude, connection->fd);
	close(connection->fd);
	free(connection);
	return NULL;
}

static void *rude_loop(void *subject)
{
	struct rude *rude = subject;
	for (;;) {
		int fd = accept4(rude->listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			return NULL;
		rude->connections++;
		struct rude_connection *connection = malloc(sizeof *connection);
		*connection = (struct rude_connection){rude, fd};
		pthread_t thread;
		pthread_create(&thread, NULL, rude_connection, connection);
		pthread_detach(thread);
	}
}

static UNUSED void rude_start(struct rude *rude, void (*serve)(struct rude *, int))
{
	signal(SIGPIPE, SIG_IGN); /* whoever gives up on a slow answer hangs up on it */
	rude->serve = serve;
	rude->listener = listen_local(16, &rude->port);
	assert_int_equal(pthread_create(&rude->thread, NULL, rude_loop, rude), 0);
}

static UNUSED void rude_stop(struct rude *rude)
{
	shutdown(rude->listener, SHUT_RDWR);
	pthread_join(rude->thread, NULL);
	close(rude->listener);
}

static UNUSED void say(int fd, const char *text)
{
	size_t len = strlen(text);
	while (len) {
		ssize_t wrote = send(fd, text, len, MSG_NOSIGNAL);
		if (wrote <= 0)
			return;
		text += wrote;
		len -= (size_t)wrote;
	}
}

static UNUSED void rude_reset(int fd) /* close with a reset instead of an orderly end */
{
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
}
