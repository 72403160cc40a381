/* Asking YouTube what is shown: search.list by date (https://developers.google.com/youtube/v3/docs/search/list, as of 2026-11-22), one of a hundred questions a day, then videos.list for
 * the whole of what they say, one unit. A video enters its index some time after it was published, so that some hours are asked for again; one page is
 * all that is read, newest first. The cursor is JSON: {"after": when the newest was published}. */
#include "base/clock.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/searching.h"
#include "channel/youtube/comment.h"
#include "channel/youtube/connector.h"

#define PAGE 50
#define OVERLAP (6 * HOUR)
#define FIRST_DAYS (2 * DAY)

/* ---- documents ---- */

static struct str id_of(const json_t *item)
{
	struct str id = json_text(item, "id/videoId");
	return id.len ? id : json_text(item, "id");
}

static bool is_named(const json_t *one)
{
	return id_of(one).len > 0;
}

static int by_instant(const void *a, const void *b)
{
	const json_t *one = *(const json_t *const *)a, *other = *(const json_t *const *)b;
	i64 at = json_instant(one, "snippet/publishedAt"), to = json_instant(other, "snippet/publishedAt");
	return at != to ? (at < to ? -1 : 1) : str_cmp(id_of(one), id_of(other));
}

static struct str body_of(struct arena *arena, const json_t *snippet)
{
	struct str title = json_text(snippet, "title"), description = json_text(snippet, "description");
	return description.len ? arena_printf(arena, "%.*s\n\n%.*s", STR_ARG(title), STR_ARG(description)) : title;
}

static enum err take_video(struct cx *cx, const struct channel_account *account, const json_t *video, inbound_taker *take, void *subject)
{
	const json_t *s = json_map(video, "snippet");
	struct str id = arena_str(cx->arena, id_of(video)), author = json_text(s, "channelId"), self = youtube_self(account), lang = json_text(s, "defaultAudioLanguage");
	if (str_find_byte(lang, '-') > 0)
		lang = str_head(lang, (size_t)str_find_byte(lang, '-'));
	struct inbound in = {
		.kind = KIND_MENTION, .remote_id = id, .thread_id = id, .ours = self.len && str_eq(author, self), .author_id = author, .author_name = json_text(s, "channelTitle"),
		.author_followers = -1, .body = body_of(cx->arena, s), .subject = json_text(s, "title"), .subject_url = youtube_watch_url(cx->arena, id, (struct str){}),
		.url = youtube_watch_url(cx->arena, id, (struct str){}), .lang = lang, .at = json_instant(s, "publishedAt"),
	};
	if (author.len)
		in.author_url = arena_printf(cx->arena, "https://www.youtube.com/channel/%.*s", STR_ARG(author));
	if (in.ours)
		in.kind = KIND_POST;
	return id.len && in.at && author.len ? take(cx, subject, &in) : OK;
}

enum err youtube_read_videos(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **videos;
	size_t count = json_sorted(cx->arena, json_list(document, "items"), is_named, by_instant, &videos);
	for (size_t i = 0; i < count; i++)
		TRY(take_video(cx, account, videos[i], take, subject));
	return OK;
}

/* ---- the network ---- */

/* levain #paris|"pain au levain": a bar stands for OR. */
static enum err ask(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, i64 since, struct exchange *x)
{
	CLEANUP(buf_free) struct buf path = {}, words = {};
	for (size_t i = 0; i < count; i++) {
		buf_adds(&words, i ? "|" : "");
		buf_add_search_need(&words, &needs[i], false);
	}
	buf_addf(&path, "/youtube/v3/search?part=snippet&type=video&order=date&maxResults=%d&q=", PAGE);
	buf_add_url(&path, buf_str(&words));
	buf_adds(&path, "&publishedAfter=");
	buf_add_url(&path, time_text(cx->arena, since - since % SECOND));
	*x = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	TRY(youtube_ask(cx, net, account, x));
	return youtube_expect(cx, x);
}

/* What a search tells of a video is cut, and written as HTML. */
static enum err ask_whole(struct cx *cx, struct net *net, const struct channel_account *account, const json_t **found, size_t count, struct exchange *x)
{
	CLEANUP(buf_free) struct buf path = {};
	buf_adds(&path, "/youtube/v3/videos?part=snippet&id=");
	for (size_t i = 0; i < count && i < PAGE; i++) {
		buf_adds(&path, i ? "," : "");
		buf_add_url(&path, id_of(found[i]));
	}
	*x = (struct exchange){.method = "GET", .path = buf_keep(&path, cx->arena)};
	TRY(youtube_ask(cx, net, account, x));
	return youtube_expect(cx, x);
}

enum err youtube_search(struct cx *cx, struct net *net, const struct channel_account *account, const struct search_need *needs, size_t count, struct str cursor,
			inbound_taker *take, void *subject, struct str *ret_cursor, bool *ret_more)
{
	json_t *state = exchange_state(cx, cursor);
	i64 after = json_number(state, "after", 0), newest = after;
	const json_t **found;
	struct exchange x, whole;
	if (after < 0 || after > cx->now)
		after = newest = 0;
	TRY(ask(cx, net, account, needs, count, after ? after - OVERLAP : cx->now - FIRST_DAYS, &x));
	size_t found_count = json_sorted(cx->arena, json_list(x.document, "items"), is_named, by_instant, &found);
	for (size_t i = 0; i < found_count; i++) {
		i64 at = json_instant(found[i], "snippet/publishedAt");
		newest = at > newest && at <= cx->now ? at : newest;
	}
	if (found_count) {
		TRY(ask_whole(cx, net, account, found, found_count, &whole));
		TRY(youtube_read_videos(cx, account, whole.document, take, subject));
	}
	json_object_set_new(state, "after", json_integer(newest ? newest : cx->now));
	*ret_more = false;
	*ret_cursor = arena_json(cx->arena, state, JSON_COMPACT | JSON_SORT_KEYS);
	return OK;
}
