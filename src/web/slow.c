#include "web/kernel.h"

#include <pthread.h>

#define QUEUE_MAX 256
#define THREADS_MAX 16

struct slow_pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct request *first, **last;
	size_t queued;
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

struct slow_pool *slow_start(struct server *server, int threads)
{
	struct slow_pool *pool = arena_new_of(server->arena, struct slow_pool);
	*pool = (struct slow_pool){.last = &pool->first, .threads = threads < THREADS_MAX ? threads : THREADS_MAX};
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->wake, NULL);
	for (int i = 0; i < pool->threads; i++)
		must(pthread_create(&pool->thread[i], NULL, work, pool) == 0);
	return pool;
}

bool slow_push(struct slow_pool *pool, struct request *request)
{
	pthread_mutex_lock(&pool->lock);
	bool taken = !pool->stopping && pool->queued < QUEUE_MAX;
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
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_broadcast(&pool->wake);
	pthread_mutex_unlock(&pool->lock);
	for (int i = 0; i < pool->threads; i++)
		pthread_join(pool->thread[i], NULL);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->wake);
}
