#include "base/clock.h"
#include "base/lang.h"
#include "channel/meta.h"

#include <string.h>

/* Nodes of https://developers.facebook.com/docs/graph-api/reference/: an answer holds only the fields that were asked for, and says
 * nowhere what kind of node it is; the kind is told by the fields it has. */

#define NESTING_MAX 12
#define MEDIA_MAX 40
#define INSTAGRAM_EPOCH ((i64)1314220021721) /* milliseconds; ids of media count from 24 August 2011 */

/* Where a node stands: below which post, in which conversation. */
struct below {
	struct str post, thread, parent;
	struct str subject, subject_url;
	struct str owner; /* id of the page the post is on */
	bool comments;    /* in a list of comments */
	int depth;
};

static enum err read_node(struct reading *r, json_t *node, const struct below *below);

static enum err read_list(struct reading *r, const json_t *list, const struct below *below)
{
	size_t index;
	json_t *item;
	struct below inner = *below;
	inner.depth++;
	json_array_foreach(list, index, item) {
		if (below->depth == 0) {
			r->list = "data";
			r->index = (i64)index;
		}
		TRY(read_node(r, item, &inner));
	}
	return OK;
}

/* ---------- what nodes share ---------- */

static void read_from(struct reading *r, const json_t *node, struct inbound *in)
{
	const json_t *from = json_map(node, "from");
	in->author_id = json_id(r->item, from, "id");
	in->author_name = json_text(from, "name");
	in->author_handle = json_text(from, "username");
	in->author_avatar = json_text(from, "picture/data/url");
	in->author_followers = -1;
	if (in->author_handle.len == 0)
		in->author_handle = json_text(node, "username");
	if (in->author_id.len == 0)
		in->author_id = json_id(r->item, node, "owner/id");
}

struct media {
	struct inbound_attachment *all;
	size_t count;
};

static void add_media(struct media *media, struct inbound_attachment attachment)
{
	if (media->count < MEDIA_MAX && (attachment.url.len || attachment.name.len || attachment.alt.len))
		media->all[media->count++] = attachment;
}

/* StoryAttachment: of posts and comments; an album holds more of them. */
static void add_attachment(struct media *media, const json_t *a, int depth)
{
	struct str type = json_text(a, "type"), source = json_text(a, "media/source"), picture = json_text(a, "media/image/src");
	struct str page = json_text(a, "unshimmed_url");
	size_t index;
	json_t *inner;
	if (page.len == 0)
		page = json_text(a, "url");
	bool video = str_find(type, S("video")) >= 0 || source.len, link = str_find(type, S("share")) >= 0 ||
		str_find(type, S("link")) >= 0;
	if (json_list(a, "subattachments/data") && depth < 3) {
		json_array_foreach(json_list(a, "subattachments/data"), index, inner)
			add_attachment(media, inner, depth + 1);
		return;
	}
	add_media(media, (struct inbound_attachment){
		.kind = video ? S("video") : link ? S("link") : picture.len ? S("image") : S("link"), .name = json_text(a, "title"),
		.alt = json_text(a, "description"), .url = source.len ? source : link || !picture.len ? page : picture});
}

static struct media media_of_post(struct reading *r, const json_t *node)
{
	struct media media = {.all = arena_array(r->item, struct inbound_attachment, MEDIA_MAX)};
	size_t index;
	json_t *a;
	json_array_foreach(json_list(node, "attachments/data"), index, a)
		add_attachment(&media, a, 0);
	if (json_map(node, "attachment"))
		add_attachment(&media, json_map(node, "attachment"), 0);
	if (media.count == 0 && json_has(node, "full_picture"))
		add_media(&media, (struct inbound_attachment){.kind = S("image"), .url = json_text(node, "full_picture")});
	if (media.count == 0 && json_has(node, "source"))
		add_media(&media, (struct inbound_attachment){.kind = S("video"), .url = json_text(node, "source")});
	return media;
}

static struct str first_line(struct str text)
{
	ptrdiff_t end = str_find_byte(text, '\n');
	return end > 0 ? str_head(text, (size_t)end) : text;
}

/* ---------- Facebook ---------- */

/* The digits behind `key` in an address: ?comment_id=1&reply_comment_id=2 */
static struct str number_behind(struct str url, const char *key)
{
	ptrdiff_t at = str_find(url, str_of(key));
	if (at < 0)
		return (struct str){};
	struct str rest = str_skip(url, (size_t)at + strlen(key));
	size_t len = 0;
	while (len < rest.len && rest.at[len] >= '0' && rest.at[len] <= '9')
		len++;
	return str_head(rest, len);
}

static struct str post_of_url(struct str url)
{
	struct str post = number_behind(url, "/posts/");
	return post.len ? post : number_behind(url, "story_fbid=");
}

/* A comment's id is POST_COMMENT. When it was not asked for, its address still tells it. */
static struct str comment_id(struct reading *r, const json_t *node)
{
	struct str id = json_id(r->item, node, "id"), url = json_text(node, "permalink_url");
	if (id.len)
		return id;
	struct str post = post_of_url(url), reply = number_behind(url, "reply_comment_id="),
		top = number_behind(url, "?comment_id=");
	struct str comment = reply.len ? reply : top;
	return post.len && comment.len ? arena_printf(r->item, "%.*s_%.*s", STR_ARG(post), STR_ARG(comment)) : (struct str){};
}

static struct str parent_comment(struct reading *r, const json_t *node)
{
	struct str url = json_text(node, "permalink_url"), top = number_behind(url, "?comment_id="), post = post_of_url(url);
	if (json_has(node, "parent/id"))
		return json_id(r->item, node, "parent/id");
	if (number_behind(url, "reply_comment_id=").len == 0 || top.len == 0)
		return (struct str){};
	return arena_printf(r->item, "%.*s_%.*s", STR_ARG(post), STR_ARG(top));
}

static enum err read_comment(struct reading *r, json_t *node, const struct below *below)
{
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = comment_id(r, node), .parent_id = parent_comment(r, node),
			.network = S("facebook"),
		.body = json_text(node, "message"), .at = json_instant(node, "created_time"),
			.url = json_text(node, "permalink_url"),
		.subject = below->subject, .subject_url = below->subject_url,
	};
	if (in.parent_id.len == 0)
		in.parent_id = below->parent;
	bool top = in.parent_id.len == 0 || str_eq(in.parent_id, below->post);
	in.thread_id = below->thread.len ? below->thread : top ? in.remote_id : in.parent_id;
	if (in.parent_id.len == 0 && str_find_byte(in.remote_id, '_') > 0)
		in.parent_id = str_head(in.remote_id, (size_t)str_find_byte(in.remote_id, '_'));
	read_from(r, node, &in);
	in.ours = r->options->account.len == 0 && below->owner.len && str_eq(in.author_id, below->owner);
	struct media media = media_of_post(r, node);
	in.attachments = media.all;
	in.attachment_count = media.count;
	CLEANUP(arena_freep) struct arena *arena = arena_new(); /* what the answers below need outlives the item */
	struct below inner = *below;
	inner.parent = arena_str(arena, in.remote_id);
	inner.thread = arena_str(arena, in.thread_id);
	inner.comments = true;
	TRY(reading_item(r, &in));
	return read_list(r, json_list(node, "comments/data"), &inner);
}

static enum err read_post(struct reading *r, json_t *node, const struct below *below)
{
	struct str id = json_id(r->item, node, "id"), story = json_text(node, "story"), message = json_text(node, "message");
	ptrdiff_t bar = str_find_byte(id, '_');
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct inbound in = {
		.kind = KIND_POST, .remote_id = id, .thread_id = id, .network = S("facebook"),
			.at = json_instant(node, "created_time"),
		.body = message.len ? message : story, .url = json_text(node, "permalink_url"), .subject = json_text(node, "title"),
	};
	if (in.body.len == 0)
		in.body = json_text(node, "description");
	if (in.at == 0)
		in.at = json_instant(node, "creation_time");
	read_from(r, node, &in);
	struct str page = bar > 0 ? str_head(id, (size_t)bar) : (struct str){};
	if (in.author_id.len == 0)
		in.author_id = page; /* PAGE_POST */
	in.ours = r->options->account.len == 0 && page.len && json_has(node, "from/id") && str_eq(in.author_id, page);
	struct media media = media_of_post(r, node);
	in.attachments = media.all;
	in.attachment_count = media.count;
	struct below inner = {
		.post = arena_str(arena, id), .parent = arena_str(arena, id), .subject = first_line(message.len ? message : story),
		.subject_url = json_text(node, "permalink_url"), .owner = arena_str(arena, page), .comments = true,
			.depth = below->depth + 1,
	};
	TRY(reading_item(r, &in));
	return read_list(r, json_list(node, "comments/data"), &inner);
}

static void read_message_media(struct reading *r, const json_t *node, struct inbound *in)
{
	struct media media = {.all = arena_array(r->item, struct inbound_attachment, MEDIA_MAX)};
	size_t index;
	json_t *a;
	json_array_foreach(json_list(node, "attachments/data"), index, a) {
		struct str picture = json_text(a, "image_data/url"), film = json_text(a, "video_data/url"),
			type = json_text(a, "mime_type");
		add_media(&media, (struct inbound_attachment){
			.kind = picture.len ? S("image") : film.len ? S("video") : str_starts(type, S("audio/")) ? S("audio")
				: S("file"),
			.name = json_text(a, "name"), .type = type, .url = picture.len ? picture : film.len ? film
				: json_text(a, "file_url")});
	}
	json_array_foreach(json_list(node, "shares/data"), index, a)
		add_media(&media, (struct inbound_attachment){.kind = S("link"), .name = json_text(a, "name"),
			.url = json_text(a, "link")});
	if (json_has(node, "sticker"))
		add_media(&media, (struct inbound_attachment){.kind = S("image"), .url = json_text(node, "sticker")});
	in->attachments = media.all;
	in->attachment_count = media.count;
}

static enum err read_message(struct reading *r, json_t *node, const struct below *below)
{
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = json_id(r->item, node, "id"), .thread_id = below->thread,
			.body = json_text(node, "message"),
		.at = json_instant(node, "created_time"),
	};
	read_from(r, node, &in);
	if (in.thread_id.len == 0) { /* the two who write to each other are the conversation */
		struct str to = json_id(r->item, json_array_get(json_list(node, "to/data"), 0), "id");
		bool first = str_cmp(in.author_id, to) < 0;
		if (to.len && in.author_id.len)
			in.thread_id = arena_printf(r->item, "%.*s-%.*s", STR_ARG(first ? in.author_id : to),
				STR_ARG(first ? to : in.author_id));
	}
	read_message_media(r, node, &in);
	return reading_item(r, &in);
}

/* With whom, where we are known: what is pushed names the conversation so. Empty: with nobody, or with several. */
static struct str other_side(struct reading *r, const json_t *node, struct arena *arena)
{
	struct str account = r->options->account, other = {};
	size_t index, count = 0;
	json_t *one;
	json_array_foreach(json_list(node, "participants/data"), index, one) {
		struct str id = json_id(arena, one, "id");
		if (id.len && !str_eq(id, account) && !str_eq_fold(json_text(one, "username"), account)) {
			other = id;
			count++;
		}
	}
	return account.len && count == 1 ? other : (struct str){};
}

static enum err read_conversation(struct reading *r, json_t *node, const struct below *below)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str other = other_side(r, node, arena);
	struct below inner = {.thread = other.len ? other : arena_str(arena, json_id(r->item, node, "id")), .depth = below->depth + 1};
	if (!json_list(node, "messages/data")) {
		reading_leave_out(r, N_("conversations without their messages"));
		return OK;
	}
	size_t index;
	json_t *message;
	json_array_foreach(json_list(node, "messages/data"), index, message) {
		if (json_has(message, "message") || json_has(message, "attachments") || json_has(message, "sticker") ||
			json_has(message, "shares"))
			TRY(read_message(r, message, &inner));
		else
			reading_leave_out(r, N_("messages named without their text"));
	}
	return OK;
}

static enum err read_review(struct reading *r, json_t *node)
{
	const json_t *who = json_map(node, "reviewer");
	struct inbound in = {
		.kind = KIND_REVIEW, .remote_id = json_id(r->item, node, "open_graph_story/id"), .network = S("facebook"),
		.body = json_text(node, "review_text"), .rating = (int)json_number(node, "rating", 0),
			.at = json_instant(node, "created_time"),
		.author_id = json_id(r->item, who, "id"), .author_name = json_text(who, "name"), .author_followers = -1,
		.subject = json_text(node, "recommendation_type"),
	};
	return reading_item(r, &in);
}

/* ---------- Instagram and Threads ---------- */

/* The number of a medium tells its time; it stands in the address as base64 ("/p/CODE/"), in a story's as digits. */
static i64 time_of_permalink(struct str url)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char *const places[] = {"/p/", "/reel/", "/tv/"};
	for (size_t i = 0; i < COUNT(places); i++) {
		ptrdiff_t at = str_find(url, str_of(places[i]));
		if (at < 0)
			continue;
		struct str rest = str_skip(url, (size_t)at + strlen(places[i])), code = str_cut(&rest, '/');
		u64 number = 0;
		for (size_t j = 0; j < code.len && code.len <= 11; j++) {
			const char *letter = code.at[j] ? strchr(letters, code.at[j]) : NULL;
			if (!letter)
				return 0;
			number = number << 6 | (u64)(letter - letters);
		}
		return code.len == 11 || code.len == 10 ? ((i64)(number >> 23) + INSTAGRAM_EPOCH) * MILLISECOND : 0;
	}
	return 0;
}

static struct str media_kind(const json_t *node)
{
	return str_starts(json_text(node, "media_type"), S("VIDEO")) || str_starts(json_text(node, "media_type"), S("REEL"))
		? S("video") : S("image");
}

static enum err read_photo_comment(struct reading *r, json_t *node, const struct below *below)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = json_id(r->item, node, "id"), .parent_id = json_id(r->item, node, "parent_id"),
			.network = S("instagram"),
		.body = json_text(node, "text"), .at = json_instant(node, "timestamp"), .subject = below->subject,
			.subject_url = below->subject_url,
	};
	in.thread_id = below->thread.len ? below->thread : in.parent_id.len ? in.parent_id : in.remote_id;
	if (in.parent_id.len == 0)
		in.parent_id = below->parent.len ? below->parent : json_id(r->item, node, "media/id");
	if (in.at == 0)
		in.at = json_instant(node, "created_time");
	read_from(r, node, &in);
	struct below inner = *below;
	inner.thread = arena_str(arena, in.thread_id);
	inner.parent = arena_str(arena, in.remote_id);
	TRY(reading_item(r, &in));
	return read_list(r, json_list(node, "replies/data"), &inner);
}

static enum err read_photo(struct reading *r, json_t *node, const struct below *below)
{
	bool threads = str_starts(json_text(node, "media_product_type"), S("THREADS"));
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct media media = {.all = arena_array(r->item, struct inbound_attachment, MEDIA_MAX)};
	struct str caption = json_text(node, "caption"), root = json_id(r->item, node, "root_post/id");
	struct inbound in = {
		.kind = KIND_POST, .remote_id = json_id(r->item, node, "id"), .network = threads ? S("threads") : S("instagram"),
		.parent_id = json_id(r->item, node, "replied_to/id"), .thread_id = root, .body = caption.len ? caption
			: json_text(node, "text"),
		.at = json_instant(node, "timestamp"), .url = json_text(node, "permalink"),
	};
	if (in.at == 0)
		in.at = time_of_permalink(in.url);
	if (in.parent_id.len)
		in.kind = KIND_COMMENT;
	size_t index;
	json_t *child;
	if (!json_list(node, "children/data")) /* an album's own picture is its first */
		add_media(&media, (struct inbound_attachment){.kind = media_kind(node), .alt = json_text(node, "alt_text"),
			.url = json_text(node, "media_url")});
	json_array_foreach(json_list(node, "children/data"), index, child)
		add_media(&media, (struct inbound_attachment){.kind = media_kind(child), .alt = json_text(child, "alt_text"),
			.url = json_text(child, "media_url")});
	if (media.count == 0 && in.body.len == 0) /* a picture known only by its page, a broadcast */
		add_media(&media, (struct inbound_attachment){.kind = media_kind(node), .name = json_text(node, "media_type"),
			.url = in.url});
	in.attachments = media.all;
	in.attachment_count = media.count;
	read_from(r, node, &in);
	struct below inner = {
		.post = arena_str(arena, in.remote_id), .parent = arena_str(arena, in.remote_id), .subject = first_line(caption),
		.subject_url = json_text(node, "permalink"), .comments = true, .depth = below->depth + 1,
	};
	TRY(reading_item(r, &in));
	TRY(read_list(r, json_list(node, "comments/data"), &inner));
	inner.thread = inner.post;
	return threads ? read_list(r, json_list(node, "replies/data"), &inner) : OK;
}

/* ---------- telling nodes apart ---------- */

static const char *other(const json_t *node)
{
	static const struct {
		const char *key, *what;
	} others[] = {
		{"period", N_("figures")}, {"total_value", N_("figures")}, {"quota_usage", N_("limits")}, {"config", N_("limits")},
		{"status_code", N_("posts being made")},
		{"product_id", N_("products")}, {"catalog_id", N_("catalogues")}, {"biography", N_("accounts")},
		{"followers_count", N_("accounts")},
		{"fan_count", N_("accounts")}, {"username", N_("accounts")}, {"category", N_("accounts")},
		{"access_token", N_("accounts")},
		{"location_id", N_("places")}, {"error_message", N_("posts being made")}, {"name", N_("names without a message")},
		{"instagram_business_account", N_("accounts")},
	};
	for (size_t i = 0; i < COUNT(others); i++)
		if (json_has(node, others[i].key))
			return others[i].what;
	return json_object_size(node) == 1 && json_has(node, "id") ? N_("bare ids") : N_("things that are no messages");
}

static bool is_message(const json_t *node)
{
	return str_starts(json_text(node, "id"), S("m_")) ||
	       (json_map(node, "from") && json_map(node, "to") && json_has(node, "created_time") &&
		!json_has(node, "permalink_url"));
}

static bool is_conversation(const json_t *node)
{
	return str_starts(json_text(node, "id"), S("t_")) || json_has(node, "messages") || json_has(node, "participants") ||
		json_has(node, "message_count");
}

static bool is_comment(const json_t *node, const struct below *below)
{
	return json_has(node, "message") && (below->comments || json_has(node, "comment_count") || json_map(node, "parent") ||
		json_has(node, "can_remove") ||
					     str_find(json_text(node, "permalink_url"), S("comment_id=")) >= 0);
}

static bool is_photo(const json_t *node)
{
	return json_has(node, "media_type") || json_has(node, "media_url") || json_has(node, "caption") ||
	       str_starts(json_text(node, "media_product_type"), S("THREADS"));
}

static bool is_post(const json_t *node)
{
	return json_has(node, "created_time") || json_has(node, "message") || json_has(node, "story") ||
		json_has(node, "creation_time") ||
	       (json_has(node, "embed_html") && json_has(node, "title"));
}

/* {"ID": {"id": "ID", …}, …}: several nodes asked for at once */
static bool is_map_of_nodes(const json_t *node)
{
	const char *key = json_object_iter_key(json_object_iter((json_t *)node));
	const json_t *first = json_object_iter_value(json_object_iter((json_t *)node));
	return key && json_is_object(first) && str_eq(json_text(first, "id"), str_of(key));
}

static enum err read_inner(struct reading *r, json_t *node, const struct below *below, bool *ret_any)
{
	static const char *const places[] = {"business_discovery", "mentioned_comment", "mentioned_media", "media", "posts",
		"feed", "comments",
					     "conversations", "ratings", "tags", "stories", "replies"};
	struct below inner = *below;
	inner.depth++;
	for (size_t i = 0; i < COUNT(places); i++) {
		json_t *value = json_map(node, places[i]);
		if (!value)
			continue;
		*ret_any = true;
		inner.comments = strcmp(places[i], "comments") == 0;
		TRY(read_node(r, value, &inner));
	}
	return OK;
}

static enum err read_map(struct reading *r, json_t *map, const struct below *below)
{
	const char *key;
	json_t *node;
	i64 index = 0;
	struct below inner = *below;
	inner.depth++;
	json_object_foreach(map, key, node) {
		r->list = "";
		r->index = index++;
		TRY(read_node(r, node, &inner));
	}
	return OK;
}

static enum err read_node(struct reading *r, json_t *node, const struct below *below)
{
	if (below->depth > NESTING_MAX || !json_is_object(node)) {
		reading_leave_out(r, below->depth > NESTING_MAX ? N_("things nested too deep") : N_("things that are no messages"));
		return OK;
	}
	if (json_map(node, "error")) {
		reading_is(r, N_("an error answer"));
		return OK;
	}
	if (json_list(node, "data")) {
		reading_is(r, N_("an empty page of results"));
		return read_list(r, json_list(node, "data"), below);
	}
	if (json_has(node, "reviewer") || json_has(node, "review_text") || json_has(node, "recommendation_type"))
		return read_review(r, node);
	if (is_message(node))
		return read_message(r, node, below);
	if (is_conversation(node))
		return read_conversation(r, node, below);
	if (is_photo(node))
		return read_photo(r, node, below);
	if (json_has(node, "text"))
		return read_photo_comment(r, node, below);
	if (is_comment(node, below))
		return read_comment(r, node, below);
	if (is_post(node))
		return read_post(r, node, below);
	if (is_map_of_nodes(node))
		return read_map(r, node, below);
	bool any = false;
	TRY(read_inner(r, node, below, &any));
	if (!any)
		reading_leave_out(r, other(node));
	return OK;
}

enum err meta_read_graph(struct reading *r, json_t *root)
{
	struct below top = {};
	if (json_is_array(root))
		return read_list(r, root, &top);
	return read_node(r, root, &top);
}
