/* bench_web: the web kernel under load, by hand.
 *   bench_web serve PORT THREADS       the test desk on a port, until interrupted: wrk -t1 -c32 -d5 http://127.0.0.1:PORT/public
 *   bench_web streams COUNT            a desk with COUNT open streams: memory it takes, time to reach them all */
#include "desk.h"

#include "base/clock.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static long rss_kb(pid_t pid)
{
	char path[64], line[256];
	long value = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (sscanf(line, "VmRSS: %ld kB", &value) == 1)
			break;
	if (file)
		fclose(file);
	return value;
}

static struct server *start(int port, int threads)
{
	struct cx cx = cx_new(arena_new());
	struct web_settings settings = {
		.address = "127.0.0.1",
		.port = port,
		.threads = threads,
		.spool = "/tmp",
		.per_minute = 100000000,
		.connections = 20000,
		.connections_per_address = 20000,
	};
	struct server *server;
	if (server_start(&cx, &settings, &desk_host, &server) != OK) {
		fprintf(stderr, "%s\n", cx.story);
		exit(1);
	}
	desk_server = server;
	return server;
}

static int serve(int port, int threads)
{
	struct server *server = start(port, threads);
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	printf("listening on port %d\n", server_port(server));
	fflush(stdout);
	int number;
	sigwait(&signals, &number);
	server_stop(server);
	return 0;
}

/* The server in a process of its own: at a byte on `commands` it publishes, at the end of it it stops. */
static pid_t fork_server(int *ret_port, int *ret_commands)
{
	int port_pipe[2], commands[2];
	must(pipe(port_pipe) == 0 && pipe(commands) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(commands[1]);
		struct server *server = start(0, 2);
		int port = server_port(server);
		must(write(port_pipe[1], &port, sizeof port) == sizeof port);
		char command;
		while (read(commands[0], &command, 1) == 1)
			server_publish(server, 7, 0, S("change"), S("{\"table\":\"message\",\"id\":\"191193077449228288\"}"));
		server_stop(server);
		exit(0);
	}
	must(read(port_pipe[0], ret_port, sizeof *ret_port) == sizeof *ret_port);
	close(commands[0]);
	*ret_commands = commands[1];
	return pid;
}

static int connect_from(int index, int port)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000001u + (unsigned)(index / 400 + 1))};
	struct sockaddr_in to = {
	    .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	must(fd >= 0 && bind(fd, (struct sockaddr *)&from, sizeof from) == 0 &&
	     connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	struct str request = S("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) "
			       "Gecko/20100101\r\n"
			       "Accept: text/event-stream\r\nAccept-Language: fr,en;q=0.5\r\nAccept-Encoding: gzip, deflate, "
			       "br\r\n"
			       "Cookie: parvis_session=0123456789012345678901234567890123456789\r\nSec-Fetch-Site: "
			       "same-origin\r\n\r\n");
	must(send(fd, request.at, request.len, 0) == (ssize_t)request.len);
	return fd;
}

/* Read until `count` sockets had something that holds `text`; microseconds it took. */
static i64 reached(int epoll, int count, const char *text)
{
	i64 before = time_monotonic();
	struct epoll_event events[256];
	char bytes[4096];
	while (count > 0) {
		int ready = epoll_wait(epoll, events, 256, 5000);
		if (ready <= 0) {
			fprintf(stderr, "%d streams silent\n", count);
			break;
		}
		for (int i = 0; i < ready; i++) {
			ssize_t len = recv(events[i].data.fd, bytes, sizeof bytes, 0);
			must(len > 0);
			if (memmem(bytes, (size_t)len, text, strlen(text)))
				count--;
		}
	}
	return time_monotonic() - before;
}

static int streams(int count)
{
	struct rlimit limit;
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	int port, commands, epoll = epoll_create1(0);
	pid_t pid = fork_server(&port, &commands);
	printf("empty: %ld KB\n", rss_kb(pid));
	i64 before = time_monotonic();
	for (int i = 0; i < count; i++) {
		int fd = connect_from(i, port);
		epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.fd = fd});
	}
	(void)reached(epoll, count, ": open");
	printf("%d streams opened in %lld ms: %ld KB\n", count, (long long)(time_monotonic() - before) / 1000, rss_kb(pid));
	for (int i = 0; i < 5; i++) {
		must(write(commands, "x", 1) == 1);
		printf("an event to all: %lld ms\n", (long long)reached(epoll, count, "event: change") / 1000);
	}
	printf("after: %ld KB\n", rss_kb(pid));
	before = time_monotonic();
	close(commands);
	waitpid(pid, NULL, 0);
	printf("stopped in %lld ms\n", (long long)(time_monotonic() - before) / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "serve") == 0)
		return serve((int)strtol(argv[2], NULL, 10), (int)strtol(argv[3], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "streams") == 0)
		return streams((int)strtol(argv[2], NULL, 10));
	fputs("bench_web serve PORT THREADS | streams COUNT\n", stderr);
	return 2;
}
