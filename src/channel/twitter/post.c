/* Documents of X's second interface, as inbounds. It renamed its posts from "tweets": both names are read. What was not asked for is not there. */
#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive.h"
#include "channel/twitter/connector.h"
#include "channel/twitter/twitter.h"

#include <stdlib.h>

#define ATTACHMENTS_MAX 20

bool twitter_is_message(struct str id)
{
	return str_starts(id, S(TWITTER_MESSAGE));
}

int twitter_id_order(struct str a, struct str b)
{
	return a.len != b.len ? (a.len < b.len ? -1 : 1) : str_cmp(a, b);
}

static int by_id(const void *a, const void *b)
{
	return twitter_id_order(json_text(*(const json_t *const *)a, "id"), json_text(*(const json_t *const *)b, "id"));
}

size_t twitter_sorted(struct cx *cx, const json_t *document, const json_t ***ret_sorted)
{
	const json_t *data = json_at(document, "data"), *one;
	const json_t **all = arena_array(cx->arena, const json_t *, json_array_size(data) + 1);
	size_t index, count = 0, kept = 0;
	if (json_is_object(data) && json_text(data, "id").len)
		all[count++] = data;
	json_array_foreach((json_t *)data, index, one)
		if (json_text(one, "id").len)
			all[count++] = one;
	qsort(all, count, sizeof *all, by_id);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_id(&all[i], &all[kept - 1]) != 0)
			all[kept++] = all[i];
	*ret_sorted = all;
	return kept;
}

static const json_t *with_id(const json_t *list, const char *member, struct str id)
{
	const json_t *one;
	size_t index;
	json_array_foreach((json_t *)list, index, one)
		if (id.len && str_eq(json_text(one, member), id))
			return one;
	return NULL;
}

static const json_t *list_of(const json_t *value, const char *name, const char *old_name)
{
	const json_t *list = json_list(value, name);
	return list ? list : json_list(value, old_name);
}

struct str twitter_first_id(const json_t *post)
{
	struct str first = json_str_of(json_array_get(list_of(post, "edit_history_post_ids", "edit_history_tweet_ids"), 0));
	return first.len ? first : json_text(post, "id");
}

struct str twitter_answered(const json_t *post)
{
	const json_t *reference;
	size_t index;
	json_array_foreach((json_t *)list_of(post, "referenced_posts", "referenced_tweets"), index, reference)
		if (str_eq(json_text(reference, "type"), S("replied_to")))
			return json_text(reference, "id");
	return (struct str){};
}

static void read_attachments(struct cx *cx, const json_t *document, const json_t *post, struct inbound *in)
{
	const json_t *media = json_list(document, "includes/media"), *key, *link;
	struct inbound_attachment *all = arena_array(cx->arena, struct inbound_attachment, ATTACHMENTS_MAX);
	size_t index;
	json_array_foreach(json_list(post, "attachments/media_keys"), index, key)
	{
		const json_t *one = with_id(media, "media_key", json_str_of(key));
		struct str type = json_text(one, "type"), url = json_text(one, "url");
		if (one && in->attachment_count < ATTACHMENTS_MAX / 2)
			all[in->attachment_count++] = (struct inbound_attachment){.kind = str_eq(type, S("photo")) ? S("image") : S("video"), .alt = json_text(one, "alt_text"),
				.url = url.len ? url : json_text(one, "preview_image_url")};
	}
	json_array_foreach(json_list(post, "entities/urls"), index, link)
		if (in->attachment_count < ATTACHMENTS_MAX && json_has(link, "expanded_url") && !json_has(link, "media_key"))
			all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"), .name = json_text(link, "title"), .url = json_text(link, "expanded_url")};
	in->attachments = all;
}

static void read_author(struct cx *cx, const json_t *document, struct str id, struct inbound *in)
{
	const json_t *user = with_id(json_list(document, "includes/users"), "id", id);
	in->author_id = id;
	in->author_handle = json_text(user, "username");
	in->author_name = json_text(user, "name");
	in->author_avatar = json_text(user, "profile_image_url");
	in->author_followers = json_number(user, "public_metrics/followers_count", -1);
	in->author_place = json_text(user, "location");
	if (in->author_handle.len)
		in->author_url = arena_printf(cx->arena, "https://x.com/%.*s", STR_ARG(in->author_handle));
}

bool twitter_post(struct cx *cx, const struct channel_account *account, const json_t *document, const json_t *post, struct inbound *ret_inbound)
{
	struct str id = json_text(post, "id"), first = twitter_first_id(post), long_text = json_text(post, "note_post/text"), self = twitter_self(account);
	if (!long_text.len)
		long_text = json_text(post, "note_tweet/text");
	struct inbound in = {
		.remote_id = first, .parent_id = twitter_answered(post), .thread_id = json_text(post, "conversation_id"),
		.body = twitter_plain(cx->arena, long_text.len ? long_text : json_text(post, "text")), .lang = json_text(post, "lang"), .at = json_instant(post, "created_at"),
	};
	if (str_eq(in.lang, S("und")) || str_starts(in.lang, S("zx")) || str_starts(in.lang, S("q")))
		in.lang = (struct str){};
	if (!str_eq(first, id)) { /* edited: a post of its own there */
		in.edited_at = in.at ? in.at : twitter_time_of_id(id);
		in.at = twitter_time_of_id(first) ? twitter_time_of_id(first) : in.at;
	} else if (!in.at) {
		in.at = twitter_time_of_id(id);
	}
	if (in.edited_at <= in.at)
		in.edited_at = 0;
	if (!in.thread_id.len)
		in.thread_id = in.parent_id.len ? in.parent_id : first;
	read_author(cx, document, json_text(post, "author_id"), &in);
	in.url = twitter_page(cx->arena, in.author_handle, id);
	in.ours = self.len && str_eq(in.author_id, self);
	in.kind = in.ours ? (in.parent_id.len ? KIND_REPLY : KIND_POST) : in.parent_id.len ? KIND_COMMENT : KIND_MENTION;
	read_attachments(cx, document, post, &in);
	*ret_inbound = in;
	return in.remote_id.len && in.at && in.author_id.len;
}

/* What a post answers, when it came along: the thread begins with it. */
static enum err take_answered(struct cx *cx, const struct channel_account *account, const json_t *document, const json_t *post, inbound_taker *take, void *subject)
{
	struct inbound in;
	const json_t *parent = with_id(list_of(json_at(document, "includes"), "posts", "tweets"), "id", twitter_answered(post));
	return parent && twitter_post(cx, account, document, parent, &in) ? take(cx, subject, &in) : OK;
}

enum err twitter_read_posts(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **posts;
	size_t count = twitter_sorted(cx, document, &posts);
	for (size_t i = 0; i < count; i++) {
		struct inbound in;
		TRY(take_answered(cx, account, document, posts[i], take, subject));
		if (twitter_post(cx, account, document, posts[i], &in))
			TRY(take(cx, subject, &in));
	}
	return OK;
}

enum err twitter_read_messages(struct cx *cx, const struct channel_account *account, const json_t *document, inbound_taker *take, void *subject)
{
	const json_t **events;
	struct str self = twitter_self(account);
	size_t count = twitter_sorted(cx, document, &events);
	for (size_t i = 0; i < count; i++) {
		const json_t *event = events[i];
		struct str id = json_text(event, "id"), conversation = json_text(event, "dm_conversation_id"), sender = json_text(event, "sender_id");
		if ((json_has(event, "event_type") && !str_eq(json_text(event, "event_type"), S("MessageCreate"))) || !conversation.len || !sender.len)
			continue;
		struct inbound in = {
			.kind = KIND_DIRECT, .visibility = VISIBILITY_PRIVATE, .remote_id = arena_printf(cx->arena, TWITTER_MESSAGE "%.*s", STR_ARG(id)),
			.thread_id = arena_printf(cx->arena, TWITTER_MESSAGE "%.*s", STR_ARG(conversation)), .ours = self.len && str_eq(sender, self),
			.body = twitter_plain(cx->arena, json_text(event, "text")), .at = json_instant(event, "created_at"),
		};
		if (!in.at)
			in.at = twitter_time_of_id(id);
		if (in.ours)
			in.kind = KIND_REPLY;
		read_author(cx, document, sender, &in);
		read_attachments(cx, document, event, &in);
		if (in.at)
			TRY(take(cx, subject, &in));
	}
	return OK;
}

struct str twitter_core(struct cx *cx, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	bool begins = true;
	text = str_trim(text);
	while (text.len) {
		bool address = str_starts(text, S("http://")) || str_starts(text, S("https://")), name = begins && *text.at == '@';
		if (address || name) {
			size_t end = 0;
			while (end < text.len && (u8)text.at[end] > ' ')
				end++;
			text = str_trim(str_skip(text, end));
			continue;
		}
		struct str before = text;
		u32 code = utf8_next(&text);
		bool sign = code < 0x30 || (code > 0x39 && code < 0x41) || (code > 0x5A && code < 0x61) || (code > 0x7A && code < 0xC0);
		begins = false;
		if (!sign)
			buf_add(&b, str_head(before, before.len - text.len));
	}
	return buf_keep(&b, cx->arena);
}
