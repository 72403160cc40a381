#include "web/kernel.h"

#include <pthread.h>

#define QUEUE_MAX 256
#define TOGETHER_QUEUE_MAX 8192 /* each holds its connection and its body */
#define TOGETHER_MAX 500        /* in one transaction: others write too */
#define THREADS_MAX 16

struct slow_pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct request *first, **last;
	size_t queued, queue_max;
	bool stopping;
	int threads;
	pthread_t thread[THREADS_MAX];
};

static void *work(void *subject)
{
	struct slow_pool *pool = subject;
	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (!pool->first && !pool->stopping)
			pthread_cond_wait(&pool->wake, &pool->lock);
		struct request *request = pool->first;
		if (!request)
			break;
		pool->first = request->next_slow;
		if (!pool->first)
			pool->last = &pool->first;
		pool->queued--;
		pthread_mutex_unlock(&pool->lock);
		request_run(request);
		MHD_resume_connection(request->connection); /* from here on it is the event thread's again */
		pthread_mutex_lock(&pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Up to TOGETHER_MAX of those that wait, linked; waits until there is one. NULL: it is over. */
static struct request *take_some(struct slow_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (!pool->first && !pool->stopping)
		pthread_cond_wait(&pool->wake, &pool->lock);
	struct request *first = pool->first, **end = &pool->first;
	for (size_t i = 0; i < TOGETHER_MAX && *end; i++) {
		end = &(*end)->next_slow;
		pool->queued--;
	}
	pool->first = *end;
	*end = NULL;
	if (!pool->first)
		pool->last = &pool->first;
	pthread_mutex_unlock(&pool->lock);
	return first;
}

static void *work_together(void *subject)
{
	struct request *first;
	while ((first = take_some(subject))) {
		request_run_together(first);
		for (struct request *request = first, *next; request; request = next) {
			next = request->next_slow;
			MHD_resume_connection(request->connection); /* from here on it is the event thread's again */
		}
	}
	return NULL;
}

static struct slow_pool *start(struct server *server, int threads, size_t queue_max, void *(*run)(void *))
{
	struct slow_pool *pool = arena_new_of(server->arena, struct slow_pool);
	*pool = (struct slow_pool){.last = &pool->first, .threads = threads < THREADS_MAX ? threads : THREADS_MAX, .queue_max = queue_max};
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	for (int i = 0; i < pool->threads; i++)
		must(pthread_create(&pool->thread[i], NULL, run, pool) == 0);
	return pool;
}

struct slow_pool *slow_start(struct server *server, int threads)
{
	return start(server, threads, QUEUE_MAX, work);
}

struct slow_pool *together_start(struct server *server)
{
	return start(server, 1, TOGETHER_QUEUE_MAX, work_together);
}

bool slow_push(struct slow_pool *pool, struct request *request)
{
	pthread_mutex_lock(&pool->lock);
	bool taken = !pool->stopping && pool->queued < pool->queue_max;
	if (taken) {
		MHD_suspend_connection(request->connection);
		request->next_slow = NULL;
		*pool->last = request;
		pool->last = &request->next_slow;
		pool->queued++;
		pthread_cond_signal(&pool->wake);
	}
	pthread_mutex_unlock(&pool->lock);
	return taken;
}

void slow_stop(struct slow_pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (int i = 0; i < pool->threads; i++)
		pthread_join(pool->thread[i], NULL);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->wake);
}
