#include "base/lang.h"
#include "base/map.h"
#include "channel/twitter/twitter.h"

/* The second interface: https://docs.x.com/x-api/. What was not asked for is not there: authors, threads and times may all be missing;
 * the time is then told by the post's number. */

#define ATTACHMENTS_MAX 40

struct answer {
	struct twitter_file *file;
	struct map *users, *media; /* of the includes, by id and by media key */
	struct map *pinned;        /* who pinned a post, by its id: says whose it is when author_id was not asked for */
	struct threads *threads;
	struct map *seen;          /* posts already handed over: a post may be in data and in includes */
};

static struct str reference(const json_t *tweet, const char *type)
{
	size_t index;
	json_t *reference;
	json_array_foreach(json_list(tweet, "referenced_tweets"), index, reference)
		if (str_eq(json_text(reference, "type"), str_of(type)))
			return json_text(reference, "id");
	return (struct str){};
}

static void read_attachments(struct answer *a, const json_t *tweet, struct inbound *in)
{
	size_t index;
	json_t *key, *link;
	struct inbound_attachment *all = arena_array(a->file->r->item, struct inbound_attachment, ATTACHMENTS_MAX);
	json_array_foreach(json_list(tweet, "attachments/media_keys"), index, key) {
		const json_t *media = map_get(a->media, json_str_of(key));
		struct str type = json_text(media, "type"), url = json_text(media, "url");
		if (media && in->attachment_count < ATTACHMENTS_MAX / 2)
			all[in->attachment_count++] = (struct inbound_attachment){
				.kind = str_eq(type, S("photo")) ? S("image") : S("video"), .alt = json_text(media, "alt_text"),
				.url = url.len ? url : json_text(media, "preview_image_url")};
	}
	json_array_foreach(json_list(tweet, "entities/urls"), index, link)
		if (in->attachment_count < ATTACHMENTS_MAX && json_has(link, "expanded_url"))
			all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"),
				.name = json_text(link, "title"),
										  .url = json_text(link, "expanded_url")};
	in->attachments = all;
}

static void read_author(struct answer *a, struct str id, struct inbound *in)
{
	const json_t *user = id.len ? map_get(a->users, id) : NULL;
	in->author_id = id;
	in->author_handle = json_text(user, "username");
	in->author_name = json_text(user, "name");
	in->author_avatar = json_text(user, "profile_image_url");
	in->author_followers = json_number(user, "public_metrics/followers_count", -1);
	in->author_place = json_text(user, "location");
	if (in->author_handle.len)
		in->author_url = arena_printf(a->file->r->item, "https://x.com/%.*s", STR_ARG(in->author_handle));
}

static enum err read_tweet(struct answer *a, json_t *tweet)
{
	struct reading *r = a->file->r;
	struct arena *arena = r->item;
	struct str id = json_id(arena, tweet, "id"), whole = json_text(tweet, "note_tweet/text"); /* of the long ones */
	if (id.len && map_get(a->seen, id))
		return OK;
	if (id.len)
		map_put(a->seen, id, tweet);
	struct inbound in = {
		.remote_id = id, .parent_id = reference(tweet, "replied_to"), .thread_id = json_text(tweet, "conversation_id"),
		.body = twitter_plain(arena, whole.len ? whole : json_text(tweet, "text")), .lang = json_text(tweet, "lang"),
		.at = json_instant(tweet, "created_at"),
	};
	if (str_eq(in.lang, S("und")) || str_starts(in.lang, S("zx")) || str_starts(in.lang, S("q")))
		in.lang = (struct str){};
	if (in.at == 0)
		in.at = twitter_time_of_id(id);
	if (in.thread_id.len == 0)
		in.thread_id = in.parent_id.len ? threads_root(a->threads, in.parent_id) : id;
	struct str author = json_id(arena, tweet, "author_id");
	read_author(a, author.len ? author : json_text(map_get(a->pinned, id), "id"), &in);
	in.url = twitter_page(arena, in.author_handle, id);
	in.kind = in.parent_id.len || json_has(tweet, "in_reply_to_user_id") ? KIND_COMMENT : KIND_POST;
	read_attachments(a, tweet, &in);
	return reading_item(r, &in);
}

static enum err read_event(struct answer *a, const json_t *event)
{
	struct reading *r = a->file->r;
	if (!str_eq(json_text(event, "event_type"), S("MessageCreate"))) {
		reading_leave_out(r, N_("comings and goings of members"));
		return OK;
	}
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = json_id(r->item, event, "id"),
			.thread_id = json_id(r->item, event, "dm_conversation_id"),
		.body = twitter_plain(r->item, json_text(event, "text")), .at = json_instant(event, "created_at"),
	};
	if (in.at == 0)
		in.at = twitter_time_of_id(in.remote_id);
	read_author(a, json_id(r->item, event, "sender_id"), &in);
	read_attachments(a, event, &in);
	return reading_item(r, &in);
}

/* What a row of an answer is when it is no message. */
static const char *other(const json_t *item)
{
	static const struct {
		const char *key, *what;
	} others[] = {
		{"username", N_("accounts")}, {"trend_name", N_("trends")}, {"tweet_count", N_("counts of posts")},
		{"host_ids", N_("spaces")},
		{"value", N_("rules of a stream")}, {"voting_status", N_("polls")}, {"options", N_("polls")},
		{"upload_url", N_("jobs")},
		{"resource_id", N_("jobs")}, {"name", N_("lists")}, {"dm_event_id", N_("receipts of messages sent")},
		{"media_id", N_("receipts of uploads")}, {"project_usage", N_("a table of usage")}, {"state", N_("spaces")},
		{"media_key", N_("media without a post")}, {"day", N_("counts of posts")},
	};
	for (size_t i = 0; i < COUNT(others); i++)
		if (json_has(item, others[i].key))
			return others[i].what;
	return NULL;
}

static enum err read_row(struct reading *r, json_t *item, void *subject)
{
	struct answer *a = subject;
	if (json_has(item, "event_type"))
		return read_event(a, item);
	if (json_has(item, "id") && json_has(item, "text"))
		return read_tweet(a, item);
	reading_leave_out(r, other(item) ? other(item) : N_("things that are no messages"));
	return OK;
}

static void index_by(struct map *map, const json_t *list, const char *key)
{
	size_t index;
	json_t *item;
	json_array_foreach(list, index, item)
		if (json_text(item, key).len)
			map_put(map, json_text(item, key), item);
}

static void add_threads(struct answer *a, const json_t *list)
{
	size_t index;
	json_t *item;
	if (json_is_object(list))
		threads_add(a->threads, json_text(list, "id"), reference(list, "replied_to"));
	json_array_foreach(list, index, item)
		threads_add(a->threads, json_text(item, "id"), reference(item, "replied_to"));
}

enum err twitter_read_v2_document(struct twitter_file *file, json_t *root)
{
	struct reading *r = file->r;
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct answer a = {.file = file, .users = map_new(arena), .media = map_new(arena), .pinned = map_new(arena),
		.seen = map_new(arena), .threads = threads_new(arena)};
	index_by(a.users, json_list(root, "includes/users"), "id");
	index_by(a.users, json_list(root, "data"), "id");
	index_by(a.pinned, json_list(root, "includes/users"), "pinned_tweet_id");
	index_by(a.pinned, json_list(root, "data"), "pinned_tweet_id");
	if (json_text(root, "data/pinned_tweet_id").len) {
		map_put(a.pinned, json_text(root, "data/pinned_tweet_id"), json_at(root, "data"));
		map_put(a.users, json_text(root, "data/id"), json_at(root, "data"));
	}
	index_by(a.media, json_list(root, "includes/media"), "media_key");
	add_threads(&a, json_at(root, "data"));
	add_threads(&a, json_at(root, "includes/tweets"));
	if (json_has(root, "errors") || json_has(root, "error"))
		reading_is(r, N_("an error answer"));
	else if (json_has(root, "meta") && json_array_size(json_at(root, "data")) == 0)
		reading_is(r, N_("an empty page of results"));
	if (!json_has(root, "data") && !json_has(root, "includes")) {
		if (json_has(root, "text") && json_has(root, "id")) /* a post alone */
			return read_tweet(&a, root);
		if (other(root) && !json_has(root, "errors"))
			reading_leave_out(r, other(root));
		reading_is(r, N_("no answer of X's interface that holds messages"));
		return OK;
	}
	TRY(json_each(r, root, "data", read_row, &a));
	return json_each(r, root, "includes/tweets", read_row, &a);
}
