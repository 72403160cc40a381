#include "base/lang.h"
#include "channel/wordpress/wordpress.h"

/* https://developer.wordpress.org/rest-api/reference/comments/ and …/posts/. Times without an offset are those of the site; the _gmt
 * ones are used. */

struct str wordpress_post_id(struct arena *arena, struct str number)
{
	return number.len && !str_eq(number, S("0")) ? arena_printf(arena, "post-%.*s", STR_ARG(number)) : (struct str){};
}

struct str wordpress_comment_id(struct arena *arena, struct str number)
{
	return number.len && !str_eq(number, S("0")) ? arena_printf(arena, "comment-%.*s", STR_ARG(number)) : (struct str){};
}

static struct str text_of(struct arena *arena, const json_t *node, const char *field)
{
	const json_t *value = json_at(node, field);
	return html_to_text(arena, json_is_string(value) ? json_str_of(value) : json_text(value, "rendered"));
}

static bool is_comment(const json_t *node)
{
	return json_has(node, "post") && json_has(node, "content") && json_has(node, "id");
}

static bool is_post(const json_t *node)
{
	return json_has(node, "id") && json_has(node, "title") && json_has(node, "content") && json_has(node, "date");
}

static struct str author_id(struct arena *arena, const json_t *comment)
{
	struct str user = json_id(arena, comment, "author"), email = json_text(comment, "author_email");
	if (user.len && !str_eq(user, S("0")))
		return arena_printf(arena, "user-%.*s", STR_ARG(user));
	return email.len ? email : json_text(comment, "author_name");
}

static i64 instant(const json_t *node, const char *gmt, const char *local)
{
	i64 at = json_instant(node, gmt);
	return at ? at : json_instant(node, local);
}

static enum err read_comment(struct reading *r, const json_t *node, struct threads *threads, bool removed)
{
	struct arena *arena = r->item;
	struct str parent = wordpress_comment_id(arena, json_id(arena, node, "parent")),
		post = wordpress_post_id(arena, json_id(arena, node, "post"));
	struct str status = json_text(node, "status"), type = json_text(node, "type"), link = json_text(node, "link");
	ptrdiff_t hash = str_find_byte(link, '#');
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = wordpress_comment_id(arena, json_id(arena, node, "id")), .parent_id = parent.len
			? parent : post,
		.author_id = author_id(arena, node), .author_name = json_text(node, "author_name"),
			.author_url = json_text(node, "author_url"),
		.author_avatar = json_text(node, "author_avatar_urls/96"), .author_followers = -1,
			.body = text_of(arena, node, "content"),
		.at = instant(node, "date_gmt", "date"), .url = link, .subject_url = hash > 0 ? str_head(link, (size_t)hash) : link,
		.subject = text_of(arena, json_array_get(json_list(node, "_embedded/up"), 0), "title"),
		.removed = removed || str_eq(status, S("spam")) || str_eq(status, S("trash")),
	};
	in.thread_id = threads_root(threads, in.remote_id);
	if (str_eq(type, S("pingback")) || str_eq(type, S("trackback"))) { /* another site names us */
		in.kind = KIND_MENTION;
		in.url = in.author_url;
	}
	return reading_item(r, &in);
}

static enum err read_post(struct reading *r, const json_t *node, bool removed)
{
	struct arena *arena = r->item;
	const json_t *author = json_array_get(json_list(node, "_embedded/author"), 0);
	struct str user = json_id(arena, node, "author"), picture = json_text(node, "jetpack_featured_media_url");
	struct inbound_attachment image = {.kind = S("image"), .url = picture};
	struct inbound in = {
		.kind = KIND_POST, .remote_id = wordpress_post_id(arena, json_id(arena, node, "id")),
			.subject = text_of(arena, node, "title"),
		.body = text_of(arena, node, "content"), .at = instant(node, "date_gmt", "date"),
			.edited_at = instant(node, "modified_gmt", "modified"),
		.url = json_text(node, "link"), .subject_url = json_text(node, "link"), .author_name = json_text(author, "name"),
		.author_url = json_text(author, "link"), .author_avatar = json_text(author, "avatar_urls/96"),
			.author_followers = -1,
		.removed = removed || str_eq(json_text(node, "status"), S("trash")), .attachments = &image,
			.attachment_count = picture.len ? 1 : 0,
	};
	if (user.len)
		in.author_id = arena_printf(arena, "user-%.*s", STR_ARG(user));
	in.thread_id = in.remote_id;
	if (in.body.len == 0)
		in.body = in.subject;
	return reading_item(r, &in);
}

static enum err read_node(struct reading *r, json_t *node, void *subject)
{
	struct threads *threads = subject;
	bool removed = json_flag(node, "deleted") && json_map(node, "previous");
	json_t *inner = removed ? json_map(node, "previous") : node;
	if (is_comment(inner))
		return read_comment(r, inner, threads, removed);
	if (is_post(inner))
		return read_post(r, inner, removed);
	if (json_has(inner, "code") && json_has(inner, "message"))
		reading_is(r, N_("an error answer"));
	else if (json_has(inner, "source_url"))
		reading_leave_out(r, N_("files of the media library"));
	else if (json_has(inner, "taxonomy"))
		reading_leave_out(r, N_("categories and tags"));
	else if (json_has(inner, "avatar_urls"))
		reading_leave_out(r, N_("accounts"));
	else
		reading_is(r, N_("no answer of WordPress that holds posts or comments"));
	return OK;
}

enum err wordpress_read_rest(struct reading *r, json_t *root, void *subject)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct threads *threads = threads_new(arena);
	size_t index;
	json_t *node;
	json_array_foreach(root, index, node)
		threads_add(threads, wordpress_comment_id(arena, json_id(arena, node, "id")),
			wordpress_comment_id(arena, json_id(arena, node, "parent")));
	if (json_is_array(root)) {
		reading_is(r, N_("an empty page of results"));
		return json_each(r, root, "", read_node, threads);
	}
	const json_t *only = json_flag(root, "deleted") && json_map(root, "previous") ? json_map(root, "previous") : root;
	threads_add(threads, wordpress_comment_id(arena, json_id(arena, only, "id")),
		wordpress_comment_id(arena, json_id(arena, only, "parent")));
	return read_node(r, root, threads);
}
