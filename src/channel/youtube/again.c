/* What becomes of threads that came in lately: new answers, edits, removals. */
#include "base/lang.h"
#include "base/map.h"
#include "channel/json_read.h"
#include "channel/youtube/comment.h"
#include "channel/youtube/connector.h"
#include "channel/youtube/state.h"

#define PAGE 100
#define PAGES 3
#define LISTS_A_TURN 5  /* threads whose answers are all read: the others wait for the next turn */
#define VANISHED_MOST 5 /* more threads than that, and nothing else: that is no removal, but an answer gone wrong */

static json_t *text_json(struct str text)
{
	return json_stringn(text.at ? text.at : "", text.len);
}

static struct str watch_text(const json_t *watched, enum watch_place place)
{
	return json_str_of(json_array_get(watched, place));
}

static struct str mark_of(const json_t *comment)
{
	struct str edited = json_text(comment, "snippet/updatedAt");
	return edited.len ? edited : json_text(comment, "snippet/publishedAt");
}

/* "THREAD.ANSWER" is "ANSWER" here. */
static struct str short_id(const json_t *comment)
{
	struct str id = json_text(comment, "id"), thread = youtube_thread_of(id);
	return thread.len < id.len ? str_skip(id, thread.len + 1) : id;
}

json_t *watched_thread(const json_t *list, struct str id)
{
	json_t *watched;
	size_t index;
	json_array_foreach((json_t *)list, index, watched)
		if (str_eq(watch_text(watched, WATCH_ID), id))
			return watched;
	return NULL;
}

bool watch_answer(json_t *watched, const json_t *comment)
{
	json_t *answers = json_array_get(watched, WATCH_ANSWERS);
	struct str id = short_id(comment), mark = mark_of(comment);
	if (!id.len || !json_is_object(answers))
		return false;
	json_t *known = json_object_getn(answers, id.at, id.len);
	if (known && str_eq(json_str_of(known), mark))
		return false;
	if (!known && json_object_size(answers) >= ANSWERS_KNOWN)
		json_object_del(answers, json_object_iter_key(json_object_iter(answers)));
	json_object_setn_new(answers, id.at, id.len, text_json(mark));
	return true;
}

void watch_thread(json_t *list, const json_t *thread, bool held)
{
	const json_t *answer;
	size_t index;
	if (watched_thread(list, json_text(thread, "id")) || !json_text(thread, "id").len)
		return;
	json_t *watched = json_pack("[o, o, o, I, {}, b]", text_json(json_text(thread, "id")), text_json(json_text(thread, "snippet/videoId")),
				    text_json(mark_of(json_map(thread, "snippet/topLevelComment"))), (json_int_t)json_array_size(json_list(thread, "replies/comments")), held);
	json_array_foreach(json_list(thread, "replies/comments"), index, answer)
		watch_answer(watched, answer);
	json_array_set_new(watched, WATCH_COUNT, json_integer((json_int_t)json_object_size(json_array_get(watched, WATCH_ANSWERS))));
	json_array_append_new(list, watched);
	while (json_array_size(list) > WATCHED)
		json_array_remove(list, 0);
}

struct again {
	struct cx *cx;
	struct net *net;
	const struct channel_account *account;
	json_t *state;
	inbound_taker *take;
	void *subject;
	int lists;
};

static enum err tell(struct again *a, const json_t *watched, const json_t *comment)
{
	struct cx *cx = a->cx;
	struct inbound in;
	struct str self = youtube_self(a->account), video = watch_text(watched, WATCH_VIDEO);
	youtube_comment(cx->arena, comment, arena_str(cx->arena, video), true, &in);
	in.ours = self.len && str_eq(in.author_id, self);
	in.kind = !in.ours ? KIND_COMMENT : in.parent_id.len ? KIND_REPLY : KIND_POST;
	in.thread_id = arena_str(cx->arena, watch_text(watched, WATCH_ID));
	in.subject = video.len ? exchange_text(cx, json_object_get(a->state, "videos"), arena_cstr(cx->arena, video)) : (struct str){};
	if (!in.author_id.len)
		in.author_id = in.author_name;
	if (in.edited_at <= in.at)
		in.edited_at = 0;
	return in.remote_id.len && in.at && (in.ours || in.author_id.len) ? a->take(cx, a->subject, &in) : OK;
}

static enum err tell_removed(struct again *a, struct str thread, const char *answer)
{
	struct cx *cx = a->cx;
	struct inbound in = {.removed = true, .thread_id = arena_str(cx->arena, thread)};
	in.remote_id = answer ? arena_printf(cx->arena, "%.*s.%s", STR_ARG(thread), answer) : in.thread_id;
	return a->take(cx, a->subject, &in);
}

/* Answers of the thread: those that are new or changed are told, and put into `seen`. */
static enum err take_answers(struct again *a, json_t *watched, const json_t *answers, json_t *seen)
{
	const json_t *answer;
	size_t index;
	json_array_foreach((json_t *)answers, index, answer)
	{
		struct str id = short_id(answer);
		if (watch_answer(watched, answer))
			TRY(tell(a, watched, answer));
		if (id.len)
			json_object_setn_new(seen, id.at, id.len, json_true());
	}
	return OK;
}

/* `seen` is all there is: what is known and not among it was taken away. */
static enum err tell_missing(struct again *a, json_t *watched, const json_t *seen)
{
	json_t *answers = json_array_get(watched, WATCH_ANSWERS), *value;
	const char *id;
	void *next;
	json_object_foreach_safe(answers, next, id, value)
		if (!json_object_get(seen, id)) {
			TRY(tell_removed(a, watch_text(watched, WATCH_ID), id));
			json_object_del(answers, id);
		}
	return OK;
}

/* All answers of a thread; *ret_whole: that is all there is. */
static enum err read_all(struct again *a, json_t *watched, json_t *seen, bool *ret_whole)
{
	struct str page = {};
	*ret_whole = false;
	for (int n = 0; n < PAGES; n++) {
		CLEANUP(buf_free) struct buf path = {};
		buf_adds(&path, "/youtube/v3/comments?part=snippet&textFormat=plainText&parentId=");
		buf_add_url(&path, watch_text(watched, WATCH_ID));
		buf_addf(&path, "&maxResults=%d", PAGE);
		if (page.len) {
			buf_adds(&path, "&pageToken=");
			buf_add_url(&path, page);
		}
		struct exchange x = {.method = "GET", .path = buf_str(&path)};
		TRY(youtube_ask(a->cx, a->net, a->account, &x));
		if (youtube_is_gone(&x) || youtube_is_closed(&x)) /* it went meanwhile: the next turn tells */
			return OK;
		TRY(youtube_expect(a->cx, &x));
		TRY(take_answers(a, watched, json_list(x.document, "items"), seen));
		page = exchange_text(a->cx, x.document, "nextPageToken");
		if (!page.len) {
			*ret_whole = true;
			return OK;
		}
	}
	return OK;
}

static enum err compare_with(struct again *a, json_t *watched, const json_t *thread, json_t *seen)
{
	const json_t *top = json_map(thread, "snippet/topLevelComment"), *answers = json_list(thread, "replies/comments");
	i64 count = json_number(thread, "snippet/totalReplyCount", 0), before = json_integer_value(json_array_get(watched, WATCH_COUNT));
	if (top && !str_eq(mark_of(top), watch_text(watched, WATCH_MARK))) {
		TRY(tell(a, watched, top));
		json_array_set_new(watched, WATCH_MARK, text_json(mark_of(top)));
	}
	TRY(take_answers(a, watched, answers, seen));
	bool whole = (i64)json_object_size(seen) >= count;
	if (!whole && count != before && a->lists < LISTS_A_TURN) {
		a->lists++;
		TRY(read_all(a, watched, seen, &whole));
	} else if (!whole && count != before) {
		return OK; /* the next turn */
	}
	if (whole)
		TRY(tell_missing(a, watched, seen));
	json_array_set_new(watched, WATCH_COUNT, json_integer(count));
	return OK;
}

static enum err compare(struct again *a, json_t *watched, const json_t *thread)
{
	json_t *seen = json_object();
	enum err e = compare_with(a, watched, thread, seen);
	json_decref(seen);
	return e;
}

static struct str again_path(struct cx *cx, const json_t *watch)
{
	CLEANUP(buf_free) struct buf b = {};
	const json_t *watched;
	size_t index;
	buf_addf(&b, "/youtube/v3/commentThreads?part=snippet,replies&textFormat=plainText&maxResults=%d&id=", PAGE);
	json_array_foreach((json_t *)watch, index, watched)
	{
		buf_adds(&b, index ? "," : "");
		buf_add_url(&b, watch_text(watched, WATCH_ID));
	}
	return buf_keep(&b, cx->arena);
}

enum err youtube_read_again(struct cx *cx, struct net *net, const struct channel_account *account, json_t *state, inbound_taker *take, void *subject)
{
	json_t *watch = json_object_get(state, "watch"), *item;
	struct again a = {.cx = cx, .net = net, .account = account, .state = state, .take = take, .subject = subject};
	struct map *there = map_new(cx->arena);
	size_t index;
	if (!json_array_size(watch))
		return OK;
	struct exchange x = {.method = "GET", .path = again_path(cx, watch)};
	TRY(youtube_ask(cx, net, account, &x));
	if (youtube_is_closed(&x)) /* then they are hidden, and come back with a word of ours */
		return OK;
	TRY(youtube_expect(cx, &x));
	json_array_foreach(json_list(x.document, "items"), index, item)
		if (json_text(item, "id").len)
			map_put(there, json_text(item, "id"), item);
	bool believable = map_count(there) || json_array_size(watch) <= VANISHED_MOST;
	for (size_t i = 0; i < json_array_size(watch);) {
		json_t *watched = json_array_get(watch, i);
		const json_t *thread = map_get(there, watch_text(watched, WATCH_ID));
		bool held = json_is_true(json_array_get(watched, WATCH_HELD)); /* what is held for review may not be shown here */
		if (thread)
			TRY(compare(&a, watched, thread));
		else if (!held && believable)
			TRY(tell_removed(&a, watch_text(watched, WATCH_ID), NULL));
		if (thread || held || !believable)
			i++;
		else
			json_array_remove(watch, i);
	}
	return OK;
}
