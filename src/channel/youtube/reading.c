/* What comes in: the threads of the whole channel, newest first, those that are published and those held for review; and what becomes of the
 * latest of them. The interface tells of no edits, removals or new answers, so that fifty threads are read again with each turn: one request,
 * and one more for each thread that has more answers than such an answer holds. A turn costs three units of the day's ten thousand. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/archive.h"
#include "channel/json_read.h"
#include "channel/youtube/comment.h"
#include "channel/youtube/connector.h"
#include "channel/youtube/state.h"

#include <stdlib.h>

#define PAGE 100
#define OVERLAP HOUR    /* comments that YouTube looked at first are shown late */
#define TITLES 50

/* ---- documents ---- */

static enum err hand_over(struct cx *cx, const struct channel_account *account, const json_t *comment, const json_t *thread, struct str title, inbound_taker *take,
			  void *subject)
{
	struct inbound in;
	struct str self = youtube_self(account), root = json_text(thread, "id");
	youtube_comment(cx->arena, comment, json_text(thread, "snippet/videoId"), true, &in);
	in.ours = self.len && str_eq(in.author_id, self);
	in.kind = !in.ours ? KIND_COMMENT : in.parent_id.len ? KIND_REPLY : KIND_POST;
	in.subject = title;
	in.held = !in.ours && str_eq(json_text(comment, "snippet/moderationStatus"), S("heldForReview"));
	if (root.len)
		in.thread_id = root;
	if (!in.author_id.len) /* an account that was closed: its name is what is left of it */
		in.author_id = in.author_name;
	if (in.edited_at <= in.at)
		in.edited_at = 0;
	return in.remote_id.len && in.at && (in.ours || in.author_id.len) ? take(cx, subject, &in) : OK;
}

static const json_t *top_of(const json_t *thread)
{
	return json_map(thread, "snippet/topLevelComment");
}

static i64 begun(const json_t *item)
{
	const json_t *top = top_of(item);
	return json_instant(top ? top : item, "snippet/publishedAt");
}

static int by_time(const void *a, const void *b)
{
	const json_t *one = *(const json_t *const *)a, *other = *(const json_t *const *)b;
	i64 difference = begun(one) - begun(other);
	return difference ? (difference < 0 ? -1 : 1) : str_cmp(json_text(one, "id"), json_text(other, "id"));
}

/* The items of a list with an id, oldest first, each once. */
static size_t sorted(struct cx *cx, const json_t *list, const json_t ***ret_sorted)
{
	const json_t **all = arena_array(cx->arena, const json_t *, json_array_size(list) + 1), *one;
	size_t index, count = 0, kept = 0;
	json_array_foreach((json_t *)list, index, one)
		if (json_text(one, "id").len)
			all[count++] = one;
	qsort(all, count, sizeof *all, by_time);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_time(&all[i], &all[kept - 1]) != 0)
			all[kept++] = all[i];
	*ret_sorted = all;
	return kept;
}

static enum err hand_over_thread(struct cx *cx, const struct channel_account *account, const json_t *thread, struct str title, inbound_taker *take, void *subject)
{
	const json_t **answers;
	if (!top_of(thread))
		return OK;
	TRY(hand_over(cx, account, top_of(thread), thread, title, take, subject));
	size_t count = sorted(cx, json_list(thread, "replies/comments"), &answers);
	for (size_t i = 0; i < count; i++)
		TRY(hand_over(cx, account, answers[i], thread, title, take, subject));
	return OK;
}

enum err youtube_read_threads(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **threads;
	size_t count = sorted(cx, json_list(document, "items"), &threads);
	for (size_t i = 0; i < count; i++)
		TRY(hand_over_thread(cx, account, threads[i], (struct str){}, take, subject));
	return OK;
}

enum err youtube_read_comments(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **comments;
	size_t count = sorted(cx, json_list(document, "items"), &comments);
	for (size_t i = 0; i < count; i++)
		TRY(hand_over(cx, account, comments[i], NULL, (struct str){}, take, subject));
	return OK;
}

/* ---- titles of videos ---- */

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static struct str title_of(struct cx *cx, const json_t *state, const json_t *thread)
{
	struct str video = json_text(thread, "snippet/videoId");
	return video.len ? exchange_text(cx, json_object_get(state, "videos"), arena_cstr(cx->arena, video)) : (struct str){};
}

static enum err learn_titles(struct cx *cx, struct net *net, const struct channel_account *account, const json_t **threads, size_t count, json_t *state)
{
	CLEANUP(buf_free) struct buf path = {};
	json_t *videos = json_object_get(state, "videos"), *asked = json_object();
	const json_t *video;
	size_t index;
	buf_addf(&path, "/youtube/v3/videos?part=snippet&maxResults=%d&id=", TITLES);
	for (size_t i = 0; i < count && json_object_size(asked) < TITLES; i++) {
		struct str id = json_text(threads[i], "snippet/videoId");
		if (!id.len || json_object_getn(videos, id.at, id.len) || json_object_getn(asked, id.at, id.len))
			continue;
		buf_adds(&path, json_object_size(asked) ? "," : "");
		buf_add_url(&path, id);
		json_object_setn_new(asked, id.at, id.len, json_true());
	}
	bool any = json_object_size(asked) > 0;
	json_decref(asked);
	if (!any)
		return OK;
	struct exchange x = {.method = "GET", .path = buf_str(&path)};
	TRY(youtube_ask(cx, net, account, &x));
	if (youtube_is_gone(&x)) /* then it has none */
		return OK;
	TRY(youtube_expect(cx, &x));
	json_array_foreach(json_list(x.document, "items"), index, video)
	{
		struct str id = json_text(video, "id"), title = json_text(video, "snippet/title");
		if (json_object_size(videos) >= TITLES)
			json_object_del(videos, json_object_iter_key(json_object_iter(videos)));
		if (id.len)
			json_object_setn_new(videos, id.at, id.len, text_json(title));
	}
	return OK;
}

/* ---- new threads ---- */

static struct str threads_path(struct cx *cx, struct str self, const char *status, struct str page)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "/youtube/v3/commentThreads?part=snippet,replies&allThreadsRelatedToChannelId=");
	buf_add_url(&b, self);
	buf_addf(&b, "&moderationStatus=%s&order=time&maxResults=%d&textFormat=plainText", status, PAGE);
	if (page.len) {
		buf_adds(&b, "&pageToken=");
		buf_add_url(&b, page);
	}
	return buf_keep(&b, cx->arena);
}

/* Those of a page that are not known yet. */
static enum err take_new(struct cx *cx, struct net *net, const struct channel_account *account, const json_t *document, json_t *state, bool held, i64 since,
			 inbound_taker *take, void *subject)
{
	const json_t **threads;
	json_t *watch = json_object_get(state, "watch");
	size_t count = sorted(cx, json_list(document, "items"), &threads), fresh = 0;
	for (size_t i = 0; i < count; i++)
		if (begun(threads[i]) > since && !watched_thread(watch, json_text(threads[i], "id")))
			threads[fresh++] = threads[i];
	TRY(learn_titles(cx, net, account, threads, fresh, state));
	for (size_t i = 0; i < fresh; i++) {
		TRY(hand_over_thread(cx, account, threads[i], title_of(cx, state, threads[i]), take, subject));
		watch_thread(watch, threads[i], held);
	}
	return OK;
}

static i64 newest_of(const json_t *items)
{
	const json_t *one;
	i64 newest = 0;
	size_t index;
	json_array_foreach((json_t *)items, index, one)
		newest = begun(one) > newest ? begun(one) : newest;
	return newest;
}

static i64 oldest_of(const json_t *items)
{
	const json_t *one;
	i64 oldest = INT64_MAX;
	size_t index;
	json_array_foreach((json_t *)items, index, one)
		oldest = begun(one) && begun(one) < oldest ? begun(one) : oldest;
	return oldest;
}

static bool page_is_unknown(const struct exchange *x)
{
	return x->answer.outcome == NET_ANSWERED && x->answer.status == 400 &&
	       str_eq(json_text(json_array_get(json_list(x->document, "error/errors"), 0), "reason"), S("invalidPageToken"));
}

/* A page of what is published; *ret_more: what lies between it and what was read last comes with the next call. */
static enum err read_published(struct cx *cx, struct net *net, const struct channel_account *account, struct str self, json_t *state, inbound_taker *take,
			       void *subject, bool *ret_more)
{
	i64 after = json_number(state, "after", 0), newest = json_number(state, "newest", 0);
	struct str page = exchange_text(cx, state, "page");
	struct exchange x = {.method = "GET", .path = threads_path(cx, self, "published", page)};
	TRY(youtube_ask(cx, net, account, &x));
	if (page.len && page_is_unknown(&x)) { /* from the newest on again */
		page = (struct str){};
		x = (struct exchange){.method = "GET", .path = threads_path(cx, self, "published", page)};
		TRY(youtube_ask(cx, net, account, &x));
	}
	if (youtube_is_closed(&x)) /* there is nothing to read, and nobody has to do anything about it */
		return OK;
	TRY(youtube_expect(cx, &x));
	const json_t *items = json_list(x.document, "items");
	struct str next = exchange_text(cx, x.document, "nextPageToken");
	TRY(take_new(cx, net, account, x.document, state, false, after ? after - OVERLAP : 0, take, subject));
	if (newest_of(items) > newest)
		newest = newest_of(items);
	*ret_more = after && next.len && oldest_of(items) > after && json_array_size(items); /* the first time, what is older stays where it is */
	json_object_del(state, "page");
	json_object_del(state, "newest");
	if (*ret_more) {
		json_object_set_new(state, "page", text_json(next));
		json_object_set_new(state, "newest", json_integer(newest));
	} else {
		json_object_set_new(state, "after", json_integer(newest > after ? newest : after));
	}
	return OK;
}

/* What YouTube, or we, hold back: it waits there for somebody's word. All of it that one page has. */
static enum err read_held(struct cx *cx, struct net *net, const struct channel_account *account, struct str self, json_t *state, inbound_taker *take, void *subject)
{
	struct exchange x = {.method = "GET", .path = threads_path(cx, self, "heldForReview", (struct str){})};
	json_t *watch = json_object_get(state, "watch"), *watched;
	const json_t *items, *thread;
	size_t index;
	TRY(youtube_ask(cx, net, account, &x));
	if (youtube_is_closed(&x))
		return OK;
	TRY(youtube_expect(cx, &x));
	items = json_list(x.document, "items");
	json_array_foreach(watch, index, watched)
		json_array_set_new(watched, WATCH_HELD, json_false());
	json_array_foreach((json_t *)items, index, thread)
		if ((watched = watched_thread(watch, json_text(thread, "id"))))
			json_array_set_new(watched, WATCH_HELD, json_true());
	return take_new(cx, net, account, x.document, state, true, 0, take, subject);
}

/* ---- the turn ---- */

/* A cursor that is none starts anew: the newest page. */
static json_t *state_of(struct cx *cx, struct str cursor)
{
	json_t *state = exchange_state(cx, cursor);
	exchange_state_list(state, "watch");
	exchange_state_map(state, "videos");
	return state;
}

enum err youtube_fetch(struct cx *cx, struct net *net, const struct channel_account *account, struct str cursor, inbound_taker *take, void *subject,
		       struct str *ret_cursor, bool *ret_more)
{
	json_t *state = state_of(cx, cursor);
	struct str self = youtube_self(account);
	bool more = false;
	if (!self.len)
		return fail_wait(cx, 60, N_("Which YouTube channel this is has not been found out yet. It will be asked again by itself."));
	if (!json_text(state, "page").len) {
		TRY(read_held(cx, net, account, self, state, take, subject)); /* first: what is held back is not taken for removed */
		TRY(youtube_read_again(cx, net, account, state, take, subject));
	}
	TRY(read_published(cx, net, account, self, state, take, subject, &more));
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	*ret_more = more;
	return OK;
}
