#include "base/clock.h"
#include "base/lang.h"
#include "channel/twitter/twitter.h"

#include <string.h>

#define SNOWFLAKE_EPOCH ((i64)1288834974657) /* milliseconds; 4 November 2010 */
#define MEDIA_MAX 20

i64 twitter_time_of_id(struct str id)
{
	u64 number = 0;
	if (!str_to_u64(id, &number) || number < 30000000000 || number > INT64_MAX)
		return 0;
	return ((i64)(number >> 22) + SNOWFLAKE_EPOCH) * MILLISECOND;
}

struct str twitter_page(struct arena *arena, struct str handle, struct str id)
{
	u64 number;
	if (!str_to_u64(id, &number))
		return (struct str){};
	if (handle.len == 0)
		return arena_printf(arena, "https://x.com/i/web/status/%.*s", STR_ARG(id));
	return arena_printf(arena, "https://x.com/%.*s/status/%.*s", STR_ARG(handle), STR_ARG(id));
}

struct str twitter_plain(struct arena *arena, struct str text)
{
	static const struct {
		const char *escaped;
		char plain;
	} escapes[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
	if (str_find_byte(text, '&') < 0)
		return text;
	CLEANUP(buf_free) struct buf b = {};
	while (text.len) {
		size_t step = 1;
		char c = *text.at;
		for (size_t i = 0; c == '&' && i < COUNT(escapes) && step == 1; i++)
			if (str_starts(text, str_of(escapes[i].escaped))) {
				c = escapes[i].plain;
				step = strlen(escapes[i].escaped);
			}
		buf_addc(&b, c);
		text = str_skip(text, step);
	}
	return buf_keep(&b, arena);
}

/* Pictures and films; in an archive they lie beside, under the post's id and the last part of their address. */
static void read_media(struct twitter_file *file, const json_t *tweet, struct inbound *in, bool archived)
{
	struct arena *arena = file->r->item;
	json_t *list = json_list(tweet, "extended_entities/media"), *media, *link;
	size_t index;
	struct inbound_attachment *all = arena_array(arena, struct inbound_attachment, MEDIA_MAX * 2);
	if (!list)
		list = json_list(tweet, "entities/media");
	json_array_foreach(list, index, media) {
		struct str type = json_text(media, "type"), url = json_text(media, "media_url_https");
		if (index == MEDIA_MAX)
			break;
		struct inbound_attachment *a = &all[in->attachment_count++];
		*a = (struct inbound_attachment){.kind = str_eq(type, S("photo")) ? S("image") : S("video"), .alt = json_text(media, "ext_alt_text"), .url = url};
		const char *slash = url.len ? memrchr(url.at, '/', url.len) : NULL;
		if (archived && slash)
			a->name = arena_printf(arena, "tweets_media/%.*s-%.*s", STR_ARG(in->remote_id),
				STR_ARG(str_span(slash + 1, url.at + url.len)));
	}
	json_array_foreach(json_list(tweet, "entities/urls"), index, link)
		if (index < MEDIA_MAX && json_has(link, "expanded_url"))
			all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"),
				.url = json_text(link, "expanded_url")};
	in->attachments = all;
}

static struct str text_of(const json_t *tweet)
{
	static const char *const places[] = {"extended_tweet/full_text", "full_text", "text"};
	for (size_t i = 0; i < COUNT(places); i++)
		if (json_has(tweet, places[i]))
			return json_text(tweet, places[i]);
	return (struct str){};
}

static struct str id_of(struct arena *arena, const json_t *tweet)
{
	struct str id = json_text(tweet, "id_str");
	return id.len ? id : json_id(arena, tweet, "id");
}

static struct str parent_of(struct arena *arena, const json_t *tweet)
{
	struct str parent = json_text(tweet, "in_reply_to_status_id_str");
	return parent.len ? parent : json_id(arena, tweet, "in_reply_to_status_id");
}

enum err twitter_read_v1(struct twitter_file *file, struct threads *threads, const json_t *tweet, bool ours)
{
	struct reading *r = file->r;
	struct arena *arena = r->item;
	const json_t *user = json_map(tweet, "user");
	struct inbound in = {
		.remote_id = id_of(arena, tweet), .parent_id = parent_of(arena, tweet), .ours = ours,
		.author_id = ours ? file->account : json_text(user, "id_str"), .author_handle = ours ? file->handle
			: json_text(user, "screen_name"),
		.author_name = ours ? file->name : json_text(user, "name"),
			.author_avatar = json_text(user, "profile_image_url_https"),
		.author_followers = json_number(user, "followers_count", -1), .author_place = json_text(user, "location"), .body = twitter_plain(arena, text_of(tweet)),
		.lang = json_text(tweet, "lang"), .at = json_instant(tweet, "created_at"),
	};
	if (str_eq(in.lang, S("und")) || str_starts(in.lang, S("zx")))
		in.lang = (struct str){};
	if (in.at == 0)
		in.at = twitter_time_of_id(in.remote_id);
	if (in.author_id.len == 0)
		in.author_id = json_id(arena, user, "id");
	if (in.author_handle.len)
		in.author_url = arena_printf(arena, "https://x.com/%.*s", STR_ARG(in.author_handle));
	in.url = twitter_page(arena, in.author_handle, in.remote_id);
	in.thread_id = threads_root(threads, in.remote_id);
	in.kind = in.parent_id.len ? KIND_COMMENT : KIND_POST;
	read_media(file, tweet, &in, ours);
	return reading_item(r, &in);
}

static bool is_status(const json_t *node)
{
	return (json_has(node, "id_str") || json_has(node, "id")) && json_has(node, "user") &&
		(json_has(node, "text") || json_has(node, "full_text"));
}

static enum err read_status(struct twitter_file *file, struct threads *threads, json_t *status)
{
	static const char *const others[] = {"retweeted_status", "quoted_status"};
	for (size_t i = 0; i < COUNT(others); i++)
		if (is_status(json_map(status, others[i])))
			TRY(twitter_read_v1(file, threads, json_map(status, others[i]), false));
	return twitter_read_v1(file, threads, status, false);
}

enum err twitter_read_v1_document(struct twitter_file *file, json_t *root, bool *ret_is)
{
	json_t *list = json_is_array(root) ? root : json_list(root, "statuses"), *item;
	size_t index;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct threads *threads = threads_new(arena);
	*ret_is = is_status(root) || is_status(json_array_get(list, 0));
	if (!*ret_is)
		return OK;
	if (!list)
		return read_status(file, threads, root);
	json_array_foreach(list, index, item)
		threads_add(threads, id_of(arena, item), parent_of(arena, item));
	json_array_foreach(list, index, item) {
		file->r->list = json_is_array(root) ? "" : "statuses";
		file->r->index = (i64)index;
		TRY(read_status(file, threads, item));
	}
	return OK;
}
