#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/json_read.h"

/* What Reddit's interface answers (https://www.reddit.com/dev/api, "things": t1 comment, t3 post, t4 message), its moderators' mail,
 * and the lines of the public dumps, which are the same things without their wrapping. Ids are "fullnames", with the kind in front. */

extern const struct archive_format archive_reddit;

struct todo {
	json_t **items;
	size_t count, capacity;
	struct arena *arena;
};

static void push(struct todo *todo, json_t *node)
{
	if (node)
		*arena_push(todo->arena, todo->items, todo->count, todo->capacity) = node;
}

static void push_list(struct todo *todo, const json_t *list)
{
	for (size_t i = json_array_size(list); i > 0; i--) /* the first one on top */
		push(todo, json_array_get(list, i - 1));
}

static struct str fullname(struct arena *arena, const json_t *data, const char *kind)
{
	struct str name = json_text(data, "name"), id = json_id(arena, data, "id");
	bool full = name.len > 3 && name.at[0] == 't' && name.at[2] == '_';
	return full ? name : id.len ? arena_printf(arena, "%s_%.*s", kind, STR_ARG(id)) : id;
}

static struct str page(struct arena *arena, struct str permalink)
{
	if (str_starts(permalink, S("/")))
		return arena_printf(arena, "https://www.reddit.com%.*s", STR_ARG(permalink));
	return permalink;
}

static void read_author(struct reading *r, const json_t *data, struct inbound *in)
{
	struct str name = json_text(data, "author"), id = json_text(data, "author_fullname");
	in->author_id = id.len ? id : name;
	in->author_handle = in->author_name = name;
	in->author_followers = -1;
	if (name.len && *name.at != '[')
		in->author_url = arena_printf(r->item, "https://www.reddit.com/user/%.*s", STR_ARG(name));
}

static bool was_removed(struct str text)
{
	return str_eq(text, S("[deleted]")) || str_eq(text, S("[removed]"));
}

/* Without raw_json=1, texts come with &lt; &gt; &amp; escaped. The HTML beside a text tells which it was. */
static struct str plain(struct arena *arena, const json_t *data, struct str text)
{
	if (str_starts(json_text(data, "body_html"), S("<")) || str_starts(json_text(data, "selftext_html"), S("<")))
		return text;
	CLEANUP(buf_free) struct buf b = {};
	size_t from = 0;
	for (size_t i = 0; i < text.len; i++) {
		struct str rest = str_skip(text, i);
		size_t len = str_starts(rest, S("&amp;")) ? 5 : str_starts(rest, S("&lt;")) || str_starts(rest, S("&gt;")) ? 4 : 0;
		if (text.at[i] != '&' || len == 0)
			continue;
		buf_add_bytes(&b, text.at + from, i - from);
		buf_addc(&b, len == 5 ? '&' : rest.at[1] == 'l' ? '<' : '>');
		i += len - 1;
		from = i + 1;
	}
	if (from == 0)
		return text;
	buf_add(&b, str_skip(text, from));
	return buf_keep(&b, arena);
}

static i64 said_at(const json_t *data)
{
	i64 at = json_instant(data, "created_utc");
	return at ? at : json_instant(data, "created");
}

static enum err read_comment(struct reading *r, const json_t *data)
{
	struct arena *arena = r->item;
	struct str title = json_text(data, "link_title"), permalink = json_text(data, "permalink"),
		post = json_text(data, "link_id");
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = fullname(arena, data, "t1"), .parent_id = json_text(data, "parent_id"),
			.thread_id = post,
		.subject = plain(arena, data, title), .subject_url = page(arena, json_text(data, "link_permalink")),
		.body = plain(arena, data, json_text(data, "body")), .at = said_at(data),
			.edited_at = json_instant(data, "edited"), .url = page(arena, permalink),
	};
	struct str context = json_text(data, "context"); /* in the inbox */
	if (in.url.len == 0 && context.len)
		in.url = page(arena, context);
	if (in.url.len == 0 && post.len > 3)
		in.url = arena_printf(arena, "https://www.reddit.com/comments/%.*s/_/%.*s", STR_ARG(str_skip(post, 3)),
			STR_ARG(json_id(arena, data, "id")));
	read_author(r, data, &in);
	in.removed = was_removed(in.body) && was_removed(json_text(data, "author"));
	return reading_item(r, &in);
}

static void read_media(struct reading *r, const json_t *data, struct inbound *in)
{
	struct inbound_attachment *all = arena_array(r->item, struct inbound_attachment,
		json_object_size(json_map(data, "media_metadata")) + 2);
	struct str url = plain(r->item, data, json_text(data, "url")), hint = json_text(data, "post_hint");
	const char *key;
	json_t *media;
	if (!json_flag(data, "is_self") && str_starts(url, S("http")))
		all[in->attachment_count++] = (struct inbound_attachment){
			.kind = str_eq(hint, S("image")) ? S("image") : str_find(hint, S("video")) >= 0 ? S("video") : S("link"),
				.url = url};
	json_object_foreach(json_map(data, "media_metadata"), key, media)
		all[in->attachment_count++] = (struct inbound_attachment){
			.kind = str_eq(json_text(media, "e"), S("Image")) ? S("image") : S("file"), .type = json_text(media, "m"),
			.name = str_of(key), .url = plain(r->item, data, json_text(media, "s/u"))};
	in->attachments = all;
}

static enum err read_post(struct reading *r, const json_t *data)
{
	struct arena *arena = r->item;
	struct inbound in = {
		.kind = KIND_POST, .remote_id = fullname(arena, data, "t3"),
			.subject = plain(arena, data, json_text(data, "title")),
		.body = plain(arena, data, json_text(data, "selftext")), .at = said_at(data),
			.edited_at = json_instant(data, "edited"),
		.url = page(arena, json_text(data, "permalink")),
	};
	if (in.url.len == 0 && json_has(data, "id"))
		in.url = arena_printf(arena, "https://www.reddit.com/comments/%.*s", STR_ARG(json_id(arena, data, "id")));
	in.subject_url = in.url;
	in.thread_id = in.remote_id;
	in.removed = was_removed(in.body) && was_removed(json_text(data, "author"));
	if (in.body.len == 0)
		in.body = in.subject;
	read_author(r, data, &in);
	read_media(r, data, &in);
	return reading_item(r, &in);
}

static enum err read_message(struct reading *r, const json_t *data)
{
	struct str first = json_text(data, "first_message_name");
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = fullname(r->item, data, "t4"), .parent_id = json_text(data, "parent_id"),
			.thread_id = first,
		.subject = plain(r->item, data, json_text(data, "subject")), .body = plain(r->item, data, json_text(data, "body")),
			.at = said_at(data),
	};
	if (first.len == 0)
		in.thread_id = (struct str){};
	read_author(r, data, &in);
	return reading_item(r, &in);
}

/* Moderators' mail: {"conversation": {…}, "messages": {ID: {…}}}. */
static enum err read_modmail(struct reading *r, const json_t *root)
{
	const char *key;
	json_t *message;
	const json_t *conversation = json_map(root, "conversation") ? json_map(root, "conversation")
		: json_map(root, "conversations");
	json_object_foreach(json_map(root, "messages"), key, message) {
		if (json_flag(message, "isInternal")) {
			reading_leave_out(r, N_("internal notes of the moderators"));
			continue;
		}
		struct str body = json_text(message, "bodyMarkdown"), name = json_text(message, "author/name");
		struct inbound in = {
			.kind = KIND_DIRECT, .remote_id = json_id(r->item, message, "id"),
				.thread_id = json_id(r->item, conversation, "id"),
			.subject = json_text(conversation, "subject"), .author_id = name, .author_handle = name,
				.author_name = name,
			.author_followers = -1, .body = body.len ? body : html_to_text(r->item, json_text(message, "body")),
			.at = json_instant(message, "date"), .ours = json_flag(message, "author/isMod"),
		};
		if (in.thread_id.len == 0)
			in.thread_id = json_id(r->item, message, "conversationId");
		TRY(reading_item(r, &in));
	}
	return OK;
}

static void leave_out(struct reading *r, struct str kind, const json_t *data)
{
	if (str_eq(kind, S("more"))) {
		size_t count = json_array_size(json_list(data, "children"));
		reading_leave_out_many(r, N_("answers that were not loaded"), count ? (i64)count : 1);
	} else if (str_eq(kind, S("t2"))) {
		reading_leave_out(r, N_("accounts"));
	} else if (str_eq(kind, S("t5"))) {
		reading_leave_out(r, N_("communities"));
	} else {
		reading_leave_out(r, N_("unknown things"));
	}
}

static enum err read_thing(struct reading *r, struct todo *todo, json_t *thing)
{
	json_t *data = json_map(thing, "data");
	struct str kind = json_text(thing, "kind");
	if (str_eq(kind, S("Listing"))) {
		push_list(todo, json_list(data, "children"));
	} else if (str_eq(kind, S("t1"))) {
		push(todo, json_map(data, "replies"));
		return read_comment(r, data);
	} else if (str_eq(kind, S("t3"))) {
		return read_post(r, data);
	} else if (str_eq(kind, S("t4"))) {
		push(todo, json_map(data, "replies"));
		return read_message(r, data);
	} else {
		leave_out(r, kind, data);
	}
	return OK;
}

/* A line of a dump has no kind: a comment names its post, a post has a title. */
static enum err read_bare(struct reading *r, json_t *node)
{
	if (json_has(node, "body") && json_has(node, "link_id"))
		return read_comment(r, node);
	if (json_has(node, "title") && (json_has(node, "selftext") || json_has(node, "num_comments")) &&
		json_has(node, "created_utc"))
		return read_post(r, node);
	if (json_has(node, "error") || json_has(node, "message"))
		reading_is(r, N_("an error answer"));
	else
		reading_is(r, N_("an answer of Reddit without comments, posts or messages"));
	return OK;
}

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct todo todo = {.arena = arena};
	if (json_map(root, "messages") && (json_map(root, "conversation") || json_map(root, "conversations")))
		return read_modmail(r, root);
	if (json_list(root, "json/data/things"))
		push_list(&todo, json_list(root, "json/data/things"));
	else
		push(&todo, root);
	const char *list = r->list; /* of a recording: its place stays */
	for (i64 number = 0; todo.count; number++) {
		json_t *node = todo.items[--todo.count];
		if (!list) {
			r->list = "";
			r->index = number;
		}
		if (json_is_array(node))
			push_list(&todo, node);
		else if (json_has(node, "kind") && json_map(node, "data"))
			TRY(read_thing(r, &todo, node));
		else if (json_is_object(node))
			TRY(read_bare(r, node));
	}
	return OK;
}

static enum err read_file(struct reading *r, struct str name, struct str bytes)
{
	return json_documents(r, bytes, read_document, NULL);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".json")) || str_ends(name, S(".jsonl"));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return archive_read_files(cx, &archive_reddit, path, options, taker, JSON_FILE_MAX, wanted, read_file);
}

static int recognise(struct str name, struct str head, struct str names)
{
	static const char *const marks[] = {"\"Listing\"", "\"t1_", "\"t3_", "\"subreddit\"", "\"link_id\"", "\"bodyMarkdown\""};
	int found = 0;
	for (size_t i = 0; i < COUNT(marks); i++)
		found += str_find(head, str_of(marks[i])) >= 0;
	return found >= 2 ? 90 : found ? 40 : 0;
}

const struct archive_format archive_reddit = {
	.word = "reddit", .title = N_("Reddit posts and comments"), .network = "reddit",
	.about = N_("JSON of Reddit's interface: listings, a post with its comments (add .json to its address), the inbox, moderators' mail; and "
		    "lines of the public dumps."),
	.recognise = recognise, .read = read_path,
};
