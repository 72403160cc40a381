#include "web/linger.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKETS_MAX 64
#define TIME_MAX (20 * SECOND)      /* of one, however it sends */
#define BYTES_MAX ((i64)4 << 30)
#define LOOK_EVERY 500              /* ms: for new ones, and for those whose time is over */

struct kept {
	int socket;
	i64 until, bytes;
};

struct lingering {
	struct arena *arena;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	bool stop;
	struct kept kept[SOCKETS_MAX]; /* changed by the thread alone, but at the end of the list */
	size_t count;
	char *waste;
};

#define WASTE ((size_t)256 << 10)

/* False: it is over. */
static bool drain(struct lingering *linger, struct kept *k)
{
	for (int i = 0; i < 16; i++) { /* then others have their turn */
		ssize_t got = recv(k->socket, linger->waste, WASTE, MSG_DONTWAIT);
		if (got < 0)
			return errno == EAGAIN || errno == EINTR;
		if (got == 0)
			return false;
		k->bytes += got;
		if (k->bytes > BYTES_MAX)
			return false;
	}
	return true;
}

static size_t wait_for_some(struct lingering *linger, struct pollfd *polled)
{
	pthread_mutex_lock(&linger->lock);
	while (!linger->count && !linger->stop)
		pthread_cond_wait(&linger->wake, &linger->lock);
	size_t count = linger->stop ? 0 : linger->count;
	pthread_mutex_unlock(&linger->lock);
	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = linger->kept[i].socket, .events = POLLIN};
	return count;
}

static void *run(void *subject)
{
	struct lingering *linger = subject;
	struct pollfd polled[SOCKETS_MAX];
	size_t count;
	while ((count = wait_for_some(linger, polled))) {
		(void)poll(polled, (nfds_t)count, LOOK_EVERY);
		i64 now = time_monotonic();
		for (size_t i = count; i-- > 0;) {
			struct kept *k = &linger->kept[i];
			if (now < k->until && (!polled[i].revents || drain(linger, k)))
				continue;
			close(k->socket);
			pthread_mutex_lock(&linger->lock);
			linger->kept[i] = linger->kept[--linger->count];
			pthread_mutex_unlock(&linger->lock);
		}
	}
	return NULL;
}

struct lingering *linger_start(void)
{
	struct arena *arena = arena_new();
	struct lingering *linger = arena_new_of(arena, struct lingering);
	linger->arena = arena;
	linger->waste = arena_array(arena, char, WASTE);
	pthread_mutex_init(&linger->lock, NULL);
	pthread_cond_init(&linger->wake, NULL);
	must(pthread_create(&linger->thread, NULL, run, linger) == 0);
	return linger;
}

void linger_stop(struct lingering *linger)
{
	pthread_mutex_lock(&linger->lock);
	linger->stop = true;
	pthread_cond_signal(&linger->wake);
	pthread_mutex_unlock(&linger->lock);
	pthread_join(linger->thread, NULL);
	for (size_t i = 0; i < linger->count; i++)
		close(linger->kept[i].socket);
	pthread_mutex_destroy(&linger->lock);
	pthread_cond_destroy(&linger->wake);
	arena_free(linger->arena);
}

void linger_take(struct lingering *linger, int socket)
{
	pthread_mutex_lock(&linger->lock);
	int copy = linger->count < SOCKETS_MAX && !linger->stop ? fcntl(socket, F_DUPFD_CLOEXEC, 0) : -1;
	if (copy >= 0) {
		shutdown(copy, SHUT_WR); /* behind the answer */
		linger->kept[linger->count++] = (struct kept){.socket = copy, .until = time_monotonic() + TIME_MAX};
		pthread_cond_signal(&linger->wake);
	}
	pthread_mutex_unlock(&linger->lock);
}
