#include "flow/ahead.h"

#include <pthread.h>
#include <signal.h>

#define BYTES_MAX (4u << 20) /* of texts and attachments in a batch; what is larger alone goes by itself, uncopied */

struct batch {
	struct arena *arena;
	struct inbound *items; /* AHEAD_BATCH of them */
	size_t count, bytes;
	bool is_prepared;
};

struct ahead {
	struct ahead_calls calls;
	struct batch batches[2];
	struct batch *gathering, *before; /* the caller's; `before` while it is not in hand */
	bool is_known_ground;             /* of the last batch that was taken, little was new */

	bool has_thread, is_over;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t given, done;
	struct batch *in_hand; /* of the thread's, until it is prepared; under the lock */
	bool ends;
};

static void prepare(const struct ahead *a, struct batch *b)
{
	a->calls.prepare(a->calls.subject, b->arena, b->items, b->count);
	b->is_prepared = true;
}

static void *work(void *subject)
{
	struct ahead *a = subject;
	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (!a->in_hand && !a->ends)
			pthread_cond_wait(&a->given, &a->lock);
		if (!a->in_hand)
			break;
		pthread_mutex_unlock(&a->lock);
		prepare(a, a->in_hand);
		pthread_mutex_lock(&a->lock);
		a->in_hand = NULL;
		pthread_cond_signal(&a->done);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Signals stay with those who wait for them. */
static bool start_thread(struct ahead *a)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	a->has_thread = pthread_create(&a->thread, NULL, work, a) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return a->has_thread;
}

void ahead_end(struct ahead *a)
{
	if (a->is_over)
		return;
	a->is_over = true;
	if (a->has_thread) {
		pthread_mutex_lock(&a->lock);
		a->ends = true;
		pthread_cond_signal(&a->given);
		pthread_mutex_unlock(&a->lock);
		pthread_join(a->thread, NULL);
	}
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->given);
	pthread_cond_destroy(&a->done);
	for (size_t i = 0; i < COUNT(a->batches); i++)
		arena_free(a->batches[i].arena);
}

static void end(void *ahead)
{
	ahead_end(ahead);
}

static void clear(struct batch *b)
{
	arena_reset(b->arena);
	b->items = arena_array(b->arena, struct inbound, AHEAD_BATCH);
	b->count = b->bytes = 0;
	b->is_prepared = false;
}

struct ahead *ahead_new(struct arena *memory, const struct ahead_calls *calls)
{
	struct ahead *a = arena_new_of(memory, struct ahead);
	*a = (struct ahead){.calls = *calls, .gathering = &a->batches[0], .before = &a->batches[1]};
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->given, NULL);
	pthread_cond_init(&a->done, NULL);
	for (size_t i = 0; i < COUNT(a->batches); i++) {
		a->batches[i].arena = arena_new();
		clear(&a->batches[i]);
	}
	arena_defer(memory, end, a);
	return a;
}

/* ---- from the one to the other ---- */

static void give(struct ahead *a, struct batch *b)
{
	pthread_mutex_lock(&a->lock);
	a->in_hand = b;
	pthread_cond_signal(&a->given);
	pthread_mutex_unlock(&a->lock);
}

static void wait_for_thread(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	while (a->in_hand)
		pthread_cond_wait(&a->done, &a->lock);
	pthread_mutex_unlock(&a->lock);
}

static enum err take(struct cx *cx, struct ahead *a, struct batch *b)
{
	size_t fresh = 0;
	if (!b->count)
		return OK;
	if (!b->is_prepared && !a->is_known_ground)
		prepare(a, b);
	TRY(a->calls.take(cx, a->calls.subject, b->items, b->count, &fresh));
	a->is_known_ground = fresh < b->count / 2;
	clear(b);
	return OK;
}

/* What was gathered goes to the thread, what was there before to the taker. */
static enum err turn(struct cx *cx, struct ahead *a)
{
	struct batch *full = a->gathering;
	wait_for_thread(a); /* with the one before */
	if (!a->is_known_ground && (a->has_thread || start_thread(a)))
		give(a, full);
	a->gathering = a->before;
	a->before = full;
	return take(cx, a, a->gathering);
}

/* ---- what is handed over ---- */

static size_t weight_of(const struct inbound *i)
{
	size_t bytes = i->remote_id.len + i->parent_id.len + i->thread_id.len + i->subject.len + i->subject_url.len + i->network.len + i->author_id.len +
		       i->author_handle.len + i->author_name.len + i->author_url.len + i->author_avatar.len + i->author_place.len + i->body.len + i->lang.len + i->url.len +
		       i->report_id.len + i->report.len;
	for (size_t n = 0; n < i->attachment_count; n++) {
		const struct inbound_attachment *a = &i->attachments[n];
		bytes += a->kind.len + a->name.len + a->alt.len + a->type.len + a->url.len + a->bytes.len;
	}
	return bytes;
}

static struct inbound copy_of(struct arena *arena, const struct inbound *from)
{
	struct inbound i = *from;
	struct str *texts[] = {&i.remote_id, &i.parent_id, &i.thread_id, &i.subject, &i.subject_url, &i.network, &i.author_id, &i.author_handle,
			       &i.author_name, &i.author_url, &i.author_avatar, &i.author_place, &i.body, &i.lang, &i.url, &i.report_id, &i.report};
	for (size_t n = 0; n < COUNT(texts); n++)
		if (texts[n]->len)
			*texts[n] = arena_str(arena, *texts[n]);
	if (i.meaning) {
		struct meaning *meaning = arena_new_of(arena, struct meaning);
		*meaning = *i.meaning;
		i.meaning = meaning;
	}
	struct inbound_link *links = arena_array(arena, struct inbound_link, i.author_link_count + 1);
	for (size_t n = 0; n < i.author_link_count; n++)
		links[n] = (struct inbound_link){arena_str(arena, from->author_links[n].url), from->author_links[n].proven};
	i.author_links = links;
	if (!i.attachment_count)
		return i;
	struct inbound_attachment *attachments = arena_array(arena, struct inbound_attachment, i.attachment_count);
	for (size_t n = 0; n < i.attachment_count; n++) {
		struct inbound_attachment *a = &attachments[n];
		*a = from->attachments[n];
		struct str *parts[] = {&a->kind, &a->name, &a->alt, &a->type, &a->url, &a->bytes};
		for (size_t p = 0; p < COUNT(parts); p++)
			if (parts[p]->len)
				*parts[p] = arena_str(arena, *parts[p]);
	}
	i.attachments = attachments;
	return i;
}

static enum err take_alone(struct cx *cx, struct ahead *a, const struct inbound *inbound)
{
	size_t fresh = 0;
	struct inbound one = *inbound;
	TRY(ahead_settle(cx, a));
	a->calls.prepare(a->calls.subject, a->gathering->arena, &one, 1);
	enum err e = a->calls.take(cx, a->calls.subject, &one, 1, &fresh);
	clear(a->gathering);
	return e;
}

enum err ahead_add(struct cx *cx, struct ahead *a, const struct inbound *inbound)
{
	size_t bytes = weight_of(inbound);
	if (bytes > BYTES_MAX)
		return take_alone(cx, a, inbound);
	if (a->gathering->count && a->gathering->bytes + bytes > BYTES_MAX)
		TRY(turn(cx, a));
	struct batch *b = a->gathering;
	b->items[b->count++] = copy_of(b->arena, inbound);
	b->bytes += bytes;
	return b->count < AHEAD_BATCH ? OK : turn(cx, a);
}

enum err ahead_settle(struct cx *cx, struct ahead *a)
{
	wait_for_thread(a);
	TRY(take(cx, a, a->before));
	return take(cx, a, a->gathering);
}
