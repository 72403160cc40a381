#include "sys/imap_idle.h"

#include "base/clock.h"
#include "sys/crypto.h"
#include "sys/imap_inside.h"

#include <pthread.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define CALLERS 4                /* threads that connect */
#define CALLER_IDLE 5            /* seconds, then one goes */
#define HOLD (10 * MINUTE)
#define ANSWER_WAIT MINUTE       /* for the answer to DONE or IDLE */
#define HEARD_MAX ((size_t)64 << 10)
#define AT_ONCE 64

enum state {
	LINE_CALLING, /* a caller has it, or will */
	LINE_STANDING,
	LINE_DONE,    /* DONE was said */
	LINE_AGAIN,   /* and IDLE anew */
	LINE_FREE,
};

struct line {
	i64 number;
	enum state state;
	CURL *easy;
	int fd, tag;
	i64 deadline;    /* of time_monotonic(): to say DONE, or to have been answered */
	struct buf heard;
	struct line *next_free;
};

/* What a caller does, and what came of it. Has an arena of its own, and is handed over whole. */
struct call {
	struct arena *arena;
	struct idle_wish wish;
	i64 number;
	CURL *easy;
	int tag, status;
	struct buf heard;
	struct call *next;
};

struct idle_lines {
	struct arena *arena;
	struct net_settings net;
	i64 hold;
	int epoll, bell;
	i64 numbers;
	struct line **list, *unused;
	size_t count, capacity;
	/* shared with the callers */
	pthread_mutex_t lock;
	pthread_cond_t work, gone;
	struct call *calls, **last_call, *made;
	size_t callers, resting;
	atomic_bool stop;
};

/* ---- callers ---- */

static void call_free(struct call *call)
{
	if (call->wish.login.password.len)
		wipe((char *)(uintptr_t)call->wish.login.password.at, call->wish.login.password.len);
	if (call->wish.login.token.len)
		wipe((char *)(uintptr_t)call->wish.login.token.at, call->wish.login.token.len);
	buf_free(&call->heard);
	arena_free(call->arena);
}

static void hang_up(CURL *easy)
{
	curl_socket_t connection = CURL_SOCKET_BAD;
	if (!easy)
		return;
	if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &connection) == CURLE_OK && connection != CURL_SOCKET_BAD)
		shutdown(connection, SHUT_RDWR); /* libcurl would say LOGOUT and wait */
	curl_easy_cleanup(easy);
	curl_global_cleanup();
}

/* The line goes on without the mailbox that it began in. */
static void take_over(struct imap *imap, struct call *call)
{
	call->easy = imap->easy;
	call->tag = imap->tag;
	call->heard = imap->in;
	imap->in = (struct buf){};
	imap->easy = NULL;
	buf_free(&imap->told);
	wipe((char *)(uintptr_t)imap->password, strlen(imap->password));
	curl_easy_setopt(call->easy, CURLOPT_USERNAME, NULL);
	curl_easy_setopt(call->easy, CURLOPT_PASSWORD, NULL);
	curl_easy_setopt(call->easy, CURLOPT_XOAUTH2_BEARER, NULL);
	curl_easy_setopt(call->easy, CURLOPT_OPENSOCKETDATA, NULL);
	curl_easy_setopt(call->easy, CURLOPT_HEADERDATA, NULL);
	curl_easy_setopt(call->easy, CURLOPT_WRITEDATA, NULL);
	curl_easy_setopt(call->easy, CURLOPT_NOPROGRESS, 1L);
}

static void make_call(struct net *net, struct call *call)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	CLEANUP(imap_closep) struct imap *imap = NULL;
	struct net_answer answer = {};
	struct imap_answer opened = {};
	struct str folder = imap_quoted(arena, call->wish.folder);
	if (!folder.len || imap_open(&cx, net, &call->wish.login, &answer, &imap) != OK) {
		call->status = 422;
		return;
	}
	if (imap && imap_ask(&cx, imap, arena_printf(arena, "EXAMINE %.*s", STR_ARG(folder)), (struct str){}, 0, &opened) == OK) {
		answer = opened.net;
		if (answer.outcome == NET_ANSWERED && answer.status == 200 && imap_idle(&cx, imap, &answer) != OK)
			answer.outcome = NET_UNKNOWN;
	}
	call->status = answer.outcome == NET_ANSWERED ? answer.status : 0;
	if (imap && call->status == 200)
		take_over(imap, call);
}

static void tell(struct idle_lines *lines)
{
	u64 one = 1;
	ssize_t written UNUSED = write(lines->bell, &one, sizeof one);
}

/* The next call, under the lock; NULL: there was none for a while, or it ends. */
static struct call *next_call(struct idle_lines *lines)
{
	struct timespec until;
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += CALLER_IDLE;
	lines->resting++;
	while (!lines->calls && !atomic_load(&lines->stop) && pthread_cond_timedwait(&lines->work, &lines->lock, &until) == 0)
		;
	lines->resting--;
	struct call *call = atomic_load(&lines->stop) ? NULL : lines->calls;
	if (!call)
		return NULL;
	lines->calls = call->next;
	if (!lines->calls)
		lines->last_call = &lines->calls;
	return call;
}

static void *caller(void *subject)
{
	struct idle_lines *lines = subject;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct cx cx = cx_new(arena);
	struct net *net = NULL;
	bool good = net_open(&cx, &lines->net, &net) == OK;
	if (good)
		net->stop = &lines->stop;
	pthread_mutex_lock(&lines->lock);
	for (struct call *call; (call = next_call(lines));) {
		pthread_mutex_unlock(&lines->lock);
		if (good)
			make_call(net, call);
		pthread_mutex_lock(&lines->lock);
		call->next = lines->made;
		lines->made = call;
		tell(lines);
	}
	lines->callers--;
	net_close(net);
	pthread_cond_signal(&lines->gone);
	pthread_mutex_unlock(&lines->lock);
	return NULL;
}

/* ---- the crowd ---- */

enum err idle_open(struct cx *cx, const struct idle_settings *settings, struct idle_lines **ret_lines)
{
	CLEANUP(net_closep) struct net *net = NULL;
	TRY(net_open(cx, &settings->net, &net)); /* what is wrong with the settings is told here */
	struct arena *arena = arena_new();
	struct idle_lines *lines = arena_new_of(arena, struct idle_lines);
	pthread_condattr_t attributes;
	const struct net_settings *s = &settings->net;
	*lines = (struct idle_lines){
		.arena = arena, .hold = settings->hold ? settings->hold : HOLD, .epoll = epoll_create1(EPOLL_CLOEXEC), .bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.net = {.allow = arena_str(arena, s->allow), .agent = arena_str(arena, s->agent), .proxy = arena_str(arena, s->proxy), .patience = s->patience,
			.authorities = arena_str(arena, s->authorities)},
	};
	lines->last_call = &lines->calls;
	must(lines->epoll >= 0 && lines->bell >= 0);
	must(epoll_ctl(lines->epoll, EPOLL_CTL_ADD, lines->bell, &(struct epoll_event){.events = EPOLLIN}) == 0);
	must(pthread_condattr_init(&attributes) == 0 && pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0);
	must(pthread_mutex_init(&lines->lock, NULL) == 0 && pthread_cond_init(&lines->work, &attributes) == 0 && pthread_cond_init(&lines->gone, &attributes) == 0);
	pthread_condattr_destroy(&attributes);
	*ret_lines = lines;
	return OK;
}

static void set_free(struct idle_lines *lines, struct line *line)
{
	if (line->easy)
		(void)epoll_ctl(lines->epoll, EPOLL_CTL_DEL, line->fd, NULL);
	hang_up(line->easy);
	buf_free(&line->heard);
	*line = (struct line){.state = LINE_FREE, .next_free = lines->unused};
	lines->unused = line;
}

void idle_close(struct idle_lines *lines)
{
	if (!lines)
		return;
	atomic_store(&lines->stop, true);
	pthread_mutex_lock(&lines->lock);
	pthread_cond_broadcast(&lines->work);
	while (lines->callers)
		pthread_cond_wait(&lines->gone, &lines->lock);
	pthread_mutex_unlock(&lines->lock);
	for (struct call *call = lines->calls, *next; call; call = next) {
		next = call->next;
		call_free(call);
	}
	for (struct call *call = lines->made, *next; call; call = next) {
		next = call->next;
		hang_up(call->easy);
		call_free(call);
	}
	for (size_t i = 0; i < lines->count; i++)
		if (lines->list[i]->state != LINE_FREE)
			set_free(lines, lines->list[i]);
	close(lines->epoll);
	close(lines->bell);
	pthread_cond_destroy(&lines->work);
	pthread_cond_destroy(&lines->gone);
	pthread_mutex_destroy(&lines->lock);
	arena_free(lines->arena);
}

static struct line *new_line(struct idle_lines *lines)
{
	struct line *line = lines->unused;
	if (line)
		lines->unused = line->next_free;
	else
		*arena_push(lines->arena, lines->list, lines->count, lines->capacity) = line = arena_new_of(lines->arena, struct line);
	*line = (struct line){.number = ++lines->numbers, .state = LINE_CALLING, .fd = -1};
	return line;
}

static struct line *line_of(const struct idle_lines *lines, i64 number)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lines->list[i]->number == number && lines->list[i]->state != LINE_FREE)
			return lines->list[i];
	return NULL;
}

i64 idle_begin(struct idle_lines *lines, const struct idle_wish *wish)
{
	struct arena *arena = arena_new();
	struct call *call = arena_new_of(arena, struct call);
	pthread_t thread;
	*call = (struct call){
		.arena = arena, .number = new_line(lines)->number,
		.wish = {.login = {arena_str(arena, wish->login.server), arena_str(arena, wish->login.user), arena_str(arena, wish->login.password),
				   arena_str(arena, wish->login.token)},
			 .folder = arena_str(arena, wish->folder)},
	};
	i64 number = call->number;
	pthread_mutex_lock(&lines->lock);
	*lines->last_call = call;
	lines->last_call = &call->next;
	if (!lines->resting && lines->callers < CALLERS && pthread_create(&thread, NULL, caller, lines) == 0) {
		pthread_detach(thread);
		lines->callers++;
	}
	pthread_cond_signal(&lines->work);
	pthread_mutex_unlock(&lines->lock);
	return number;
}

void idle_end(struct idle_lines *lines, i64 number)
{
	struct line *line = line_of(lines, number);
	if (line)
		set_free(lines, line);
}

/* ---- waiting ---- */

struct told {
	struct idle_event *events;
	size_t count;
};

static void add(struct told *told, i64 line, enum idle_news news, int status)
{
	for (size_t i = 0; i < told->count; i++)
		if (told->events[i].line == line && news == IDLE_RANG)
			return;
	must(told->count < IDLE_EVENTS_MAX);
	told->events[told->count++] = (struct idle_event){line, news, status};
}

static void ended(struct idle_lines *lines, struct told *told, struct line *line, int status)
{
	add(told, line->number, IDLE_ENDED, status);
	set_free(lines, line);
}

static i64 hold_until(const struct idle_lines *lines)
{
	u64 tenth = (u64)lines->hold / 10 + 1;
	return time_monotonic() + lines->hold - (i64)tenth + (i64)random_below(2 * tenth);
}

static bool say(struct line *line, struct str text)
{
	size_t sent = 0;
	return curl_easy_send(line->easy, text.at, text.len, &sent) == CURLE_OK && sent == text.len; /* a few bytes: they fit, or nobody listens */
}

static bool say_idle(struct line *line)
{
	char text[40];
	struct buf b = BUF_IN(text);
	buf_addf(&b, "P%d IDLE\r\n", ++line->tag);
	line->deadline = time_monotonic() + ANSWER_WAIT;
	line->state = LINE_AGAIN;
	return say(line, buf_str(&b));
}

/* "12 EXISTS": there is one more. *ret_status: why it ends, where it does. */
static bool hear_one(struct idle_lines *lines, struct line *line, struct str answer, bool *ret_rang, int *ret_status)
{
	struct str rest = str_trim(answer), word = str_cut(&rest, ' ');
	if (str_eq(word, S("*"))) {
		struct str first = str_cut(&rest, ' ');
		*ret_rang |= str_eq_fold(str_trim(rest), S("EXISTS"));
		return !str_eq_fold(first, S("BYE"));
	}
	if (str_starts(word, S("+"))) {
		if (line->state == LINE_AGAIN) {
			line->state = LINE_STANDING;
			line->deadline = hold_until(lines);
		}
		return true;
	}
	bool is_ok = str_eq_fold(str_cut(&rest, ' '), S("OK"));
	if (line->state == LINE_DONE && is_ok)
		return say_idle(line);
	*ret_status = is_ok ? 0 : 422;
	return false;
}

/* All that is heard by now. False: it ended. */
static bool hear(struct idle_lines *lines, struct line *line, bool *ret_rang, int *ret_status)
{
	for (size_t used = 0;;) {
		struct str left = str_skip(buf_str(&line->heard), used);
		ptrdiff_t end = imap_answer_end(left, HEARD_MAX);
		if (end < 0 || line->heard.len > HEARD_MAX)
			return false;
		if (end > 0) {
			if (!hear_one(lines, line, str_head(left, (size_t)end), ret_rang, ret_status))
				return false;
			used += (size_t)end;
			continue;
		}
		if (left.len) {
			memmove(line->heard.at, left.at, left.len);
			line->heard.len = left.len;
		} else { /* thousands of lines are silent: they cost nothing then */
			buf_free(&line->heard);
			line->heard = (struct buf){};
		}
		used = 0;
		char piece[4096];
		size_t got = 0;
		CURLcode code = curl_easy_recv(line->easy, piece, sizeof piece, &got);
		if (code == CURLE_AGAIN)
			return true;
		if (code != CURLE_OK || !got)
			return false;
		buf_add(&line->heard, (struct str){piece, got});
	}
}

static void heard(struct idle_lines *lines, struct told *told, struct line *line)
{
	bool rang = false;
	int status = 0;
	if (!hear(lines, line, &rang, &status))
		ended(lines, told, line, status);
	else if (rang)
		add(told, line->number, IDLE_RANG, 0);
}

static void take_call(struct idle_lines *lines, struct told *told, struct call *call)
{
	struct line *line = line_of(lines, call->number);
	curl_socket_t connection = CURL_SOCKET_BAD;
	bool good = line && call->easy && curl_easy_getinfo(call->easy, CURLINFO_ACTIVESOCKET, &connection) == CURLE_OK && connection != CURL_SOCKET_BAD;
	if (!good) {
		hang_up(call->easy);
		if (line)
			ended(lines, told, line, call->status == 200 ? 0 : call->status);
		call_free(call);
		return;
	}
	line->easy = call->easy;
	line->fd = connection;
	line->tag = call->tag;
	line->heard = call->heard;
	line->state = LINE_STANDING;
	line->deadline = hold_until(lines);
	call->heard = (struct buf){};
	call_free(call);
	must(epoll_ctl(lines->epoll, EPOLL_CTL_ADD, line->fd, &(struct epoll_event){.events = EPOLLIN | EPOLLRDHUP, .data.ptr = line}) == 0);
	add(told, line->number, IDLE_STANDS, 0);
	bool rang = false;
	int status = 0;
	if (!hear(lines, line, &rang, &status)) /* what came with the "+" */
		ended(lines, told, line, status);
}

static void take_calls(struct idle_lines *lines, struct told *told)
{
	while (told->count + 2 < IDLE_EVENTS_MAX / 2) { /* some of them are ended in the same breath */
		pthread_mutex_lock(&lines->lock);
		struct call *call = lines->made;
		if (call)
			lines->made = call->next;
		pthread_mutex_unlock(&lines->lock);
		if (!call)
			return;
		take_call(lines, told, call);
	}
	tell(lines); /* the rest, the next time */
}

/* DONE where the time has come; ended where no answer came. The result: when that is next. */
static i64 keep_time(struct idle_lines *lines, struct told *told)
{
	i64 now = time_monotonic(), next = now + HOUR;
	for (size_t i = 0; i < lines->count && told->count < IDLE_EVENTS_MAX / 2; i++) {
		struct line *line = lines->list[i];
		if (line->state == LINE_CALLING || line->state == LINE_FREE)
			continue;
		if (line->deadline <= now && (line->state != LINE_STANDING || !say(line, S("DONE\r\n")))) {
			ended(lines, told, line, 0);
			continue;
		}
		if (line->deadline <= now) {
			line->state = LINE_DONE;
			line->deadline = now + ANSWER_WAIT;
		}
		next = line->deadline < next ? line->deadline : next;
	}
	return next;
}

void idle_wait(struct idle_lines *lines, i64 patience, struct idle_event events[IDLE_EVENTS_MAX], size_t *ret_count)
{
	struct told told = {.events = events};
	struct epoll_event ready[AT_ONCE];
	i64 next = keep_time(lines, &told) - time_monotonic();
	i64 wait = told.count ? 0 : next < patience ? next : patience;
	int count = epoll_wait(lines->epoll, ready, AT_ONCE, wait <= 0 ? 0 : (int)(wait / MILLISECOND) + 1);
	bool called = false;
	for (int i = 0; i < count; i++) {
		struct line *line = ready[i].data.ptr;
		u64 rung;
		if (line && line->state != LINE_FREE)
			heard(lines, &told, line);
		else if (!line)
			called = read(lines->bell, &rung, sizeof rung) == sizeof rung;
	}
	if (called)
		take_calls(lines, &told);
	*ret_count = told.count;
}
