#include "web/events.h"

#include "web/kernel.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TOPICS 1024
#define BEATS 20            /* in which the streams take turns */
#define IDLE_EVENTS_MAX 256 /* emptied events kept for use again */

/* An event's text, shared by the streams that still have to send it. */
struct event {
	struct event *next; /* while idle */
	struct buf text;
	unsigned references;
};

struct stream {
	struct holder holder;       /* first: libmicrohttpd holds us by it */
	bool asleep, heartbeat, cut, greeted;
	u8 first, count;            /* of the queue, a ring */
	unsigned slot;              /* its beat */
	size_t offset;              /* sent of the first event */
	struct hub *hub;
	struct MHD_Connection *connection;
	i64 workspace, user, until; /* monotonic */
	struct stream *topic_next, **topic_place; /* streams of like workspaces */
	struct stream *beat_next, **beat_place;   /* streams of the same beat */
	struct event *queue[STREAM_QUEUE];
};

struct hub {
	struct arena *arena;
	pthread_mutex_t lock;
	pthread_cond_t closing;
	pthread_t beat;
	bool closed;
	i64 heartbeat, life;
	size_t streams, streams_max;
	u64 sent, dropped, made;
	struct stream *topics[TOPICS];
	struct stream *beats[BEATS];
	struct stream *idle;        /* freed, to be used again */
	struct event *idle_events;
	size_t idle_event_count;
};

static struct stream **topic_of(struct hub *hub, i64 workspace)
{
	u64 mixed = (u64)workspace * 0x9E3779B97F4A7C15u;
	return &hub->topics[mixed >> 54];
}

static struct event *event_new(struct hub *hub)
{
	struct event *event = hub->idle_events;
	if (event) {
		hub->idle_events = event->next;
		hub->idle_event_count--;
	} else {
		event = arena_new_of(hub->arena, struct event);
	}
	event->references = 1;
	return event;
}

static void event_drop(struct hub *hub, struct event *event)
{
	if (--event->references)
		return;
	buf_clear(&event->text);
	if (hub->idle_event_count >= IDLE_EVENTS_MAX || event->text.capacity > 4096)
		buf_free(&event->text);
	event->next = hub->idle_events;
	hub->idle_events = event;
	hub->idle_event_count++;
}

static void stream_wake(struct stream *stream)
{
	if (!stream->asleep)
		return;
	stream->asleep = false;
	MHD_resume_connection(stream->connection);
}

/* What goes out next, into `room`; 0 when there is nothing. */
static size_t stream_take(struct stream *stream, char *room, size_t len)
{
	size_t used = 0;
	while (stream->count && used < len) {
		struct event *event = stream->queue[stream->first];
		struct str rest = str_skip(buf_str(&event->text), stream->offset);
		size_t part = rest.len < len - used ? rest.len : len - used;
		memcpy(room + used, rest.at, part);
		used += part;
		stream->offset += part;
		if (part < rest.len)
			break;
		event_drop(stream->hub, event);
		stream->offset = 0;
		stream->first = (stream->first + 1) % STREAM_QUEUE;
		stream->count--;
		stream->hub->sent++;
	}
	return used;
}

static size_t put(char *room, size_t len, const char *text)
{
	size_t size = strlen(text);
	if (size > len)
		return 0;
	memcpy(room, text, size);
	return size;
}

static ssize_t stream_read(void *subject, uint64_t position, char *room, size_t len)
{
	struct stream *stream = subject;
	struct hub *hub = stream->hub;
	pthread_mutex_lock(&hub->lock);
	ssize_t result;
	if (stream->cut || hub->closed) {
		result = MHD_CONTENT_READER_END_OF_STREAM;
	} else if (!stream->greeted) {
		stream->greeted = true;
		char text[64]; /* after a restart not all come back at once */
		snprintf(text, sizeof text, "retry: %u\n: open\n\n", 2000 + 200 * stream->slot);
		result = (ssize_t)put(room, len, text);
	} else {
		result = (ssize_t)stream_take(stream, room, len);
		if (!result && stream->heartbeat)
			result = (ssize_t)put(room, len, ":\n\n");
		stream->heartbeat = false;
	}
	if (!result) {
		stream->asleep = true;
		MHD_suspend_connection(stream->connection);
	}
	pthread_mutex_unlock(&hub->lock);
	return result;
}

static void link_in(struct stream **head, struct stream *stream, bool beat)
{
	struct stream **next = beat ? &stream->beat_next : &stream->topic_next;
	*next = *head;
	if (*head)
		*(beat ? &(*head)->beat_place : &(*head)->topic_place) = next;
	*(beat ? &stream->beat_place : &stream->topic_place) = head;
	*head = stream;
}

struct stream *stream_new(struct hub *hub, struct MHD_Connection *connection, i64 workspace, i64 user,
			  struct MHD_Response **ret_response)
{
	pthread_mutex_lock(&hub->lock);
	if (hub->closed || hub->streams == hub->streams_max) {
		pthread_mutex_unlock(&hub->lock);
		return NULL;
	}
	struct stream *stream = hub->idle;
	if (stream)
		hub->idle = stream->topic_next;
	else
		stream = arena_new_of(hub->arena, struct stream);
	*stream = (struct stream){
		.holder.kind = HOLDER_STREAM,
		.hub = hub,
		.connection = connection,
		.workspace = workspace,
		.user = user,
		.until = time_monotonic() + hub->life,
		.slot = (unsigned)(hub->made++ % BEATS),
	};
	link_in(topic_of(hub, workspace), stream, false);
	link_in(&hub->beats[stream->slot], stream, true);
	hub->streams++;
	pthread_mutex_unlock(&hub->lock);
	*ret_response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 128, stream_read, stream, NULL);
	must(*ret_response);
	return stream;
}

void stream_free(struct stream *stream)
{
	struct hub *hub = stream->hub;
	pthread_mutex_lock(&hub->lock);
	while (stream->count) {
		event_drop(hub, stream->queue[stream->first]);
		stream->first = (stream->first + 1) % STREAM_QUEUE;
		stream->count--;
	}
	*stream->topic_place = stream->topic_next;
	if (stream->topic_next)
		stream->topic_next->topic_place = stream->topic_place;
	*stream->beat_place = stream->beat_next;
	if (stream->beat_next)
		stream->beat_next->beat_place = stream->beat_place;
	stream->topic_next = hub->idle;
	hub->idle = stream;
	hub->streams--;
	pthread_mutex_unlock(&hub->lock);
}

static void event_write(struct buf *text, struct str event, struct str data)
{
	buf_adds(text, "event: ");
	for (size_t i = 0; i < event.len; i++)
		buf_addc(text, event.at[i] == '\n' || event.at[i] == '\r' ? ' ' : event.at[i]);
	buf_addc(text, '\n');
	struct str rest = data.at ? data : S("");
	do {
		struct str line = str_cut(&rest, '\n');
		buf_adds(text, "data: ");
		for (size_t i = 0; i < line.len; i++)
			if (line.at[i] != '\r') /* it would end the line */
				buf_addc(text, line.at[i]);
		buf_addc(text, '\n');
	} while (rest.at);
	buf_addc(text, '\n');
}

void hub_publish(struct hub *hub, i64 workspace, i64 user, struct str name, struct str data)
{
	pthread_mutex_lock(&hub->lock);
	struct event *event = event_new(hub);
	event_write(&event->text, name, data);
	for (struct stream *stream = *topic_of(hub, workspace); stream; stream = stream->topic_next) {
		if (stream->workspace != workspace || (user && stream->user != user) || stream->cut)
			continue;
		if (stream->count == STREAM_QUEUE) {
			stream->cut = true;
			hub->dropped++;
		} else {
			stream->queue[(stream->first + stream->count++) % STREAM_QUEUE] = event;
			event->references++;
		}
		stream_wake(stream);
	}
	event_drop(hub, event);
	pthread_mutex_unlock(&hub->lock);
}

void hub_end(struct hub *hub, i64 user)
{
	pthread_mutex_lock(&hub->lock);
	for (size_t i = 0; i < BEATS; i++)
		for (struct stream *stream = hub->beats[i]; stream; stream = stream->beat_next)
			if (stream->user == user) {
				stream->cut = true;
				stream_wake(stream);
			}
	pthread_mutex_unlock(&hub->lock);
}

/* The streams get their comment in turns, so that they do not wake all at once. */
static void *beat(void *subject)
{
	struct hub *hub = subject;
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	pthread_mutex_lock(&hub->lock);
	for (unsigned turn = 0; !hub->closed; turn++) {
		for (struct stream *stream = hub->beats[turn % BEATS]; stream; stream = stream->beat_next) {
			stream->heartbeat = true;
			stream->cut = stream->cut || stream->until <= time_monotonic();
			stream_wake(stream);
		}
		i64 nanoseconds = until.tv_nsec + hub->heartbeat / BEATS * 1000;
		until.tv_sec += nanoseconds / 1000000000;
		until.tv_nsec = nanoseconds % 1000000000;
		while (!hub->closed && pthread_cond_timedwait(&hub->closing, &hub->lock, &until) == 0)
			;
	}
	pthread_mutex_unlock(&hub->lock);
	return NULL;
}

struct hub *hub_start(size_t streams_max, i64 heartbeat, i64 life)
{
	struct arena *arena = arena_new();
	struct hub *hub = arena_new_of(arena, struct hub);
	hub->arena = arena;
	hub->streams_max = streams_max;
	hub->heartbeat = heartbeat;
	hub->life = life;
	pthread_mutex_init(&hub->lock, NULL);
	pthread_condattr_t attributes;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&hub->closing, &attributes);
	pthread_condattr_destroy(&attributes);
	must(pthread_create(&hub->beat, NULL, beat, hub) == 0);
	return hub;
}

void hub_close(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	bool first = !hub->closed;
	hub->closed = true;
	for (size_t i = 0; i < BEATS; i++)
		for (struct stream *stream = hub->beats[i]; stream; stream = stream->beat_next)
			stream_wake(stream);
	pthread_cond_broadcast(&hub->closing);
	pthread_mutex_unlock(&hub->lock);
	if (first)
		pthread_join(hub->beat, NULL);
}

bool hub_closed(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	bool closed = hub->closed;
	pthread_mutex_unlock(&hub->lock);
	return closed;
}

void hub_free(struct hub *hub)
{
	for (struct event *event = hub->idle_events; event; event = event->next)
		buf_free(&event->text);
	pthread_mutex_destroy(&hub->lock);
	pthread_cond_destroy(&hub->closing);
	arena_free(hub->arena);
}

static u64 number(struct hub *hub, const u64 *value)
{
	pthread_mutex_lock(&hub->lock);
	u64 result = *value;
	pthread_mutex_unlock(&hub->lock);
	return result;
}

size_t hub_streams(struct hub *hub)
{
	pthread_mutex_lock(&hub->lock);
	size_t streams = hub->streams;
	pthread_mutex_unlock(&hub->lock);
	return streams;
}

u64 hub_sent(struct hub *hub)
{
	return number(hub, &hub->sent);
}

u64 hub_dropped(struct hub *hub)
{
	return number(hub, &hub->dropped);
}
