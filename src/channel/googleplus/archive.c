#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/json_read.h"

#include <string.h>

/* Google Takeout of Google+ (closed in April 2019): a JSON file a post in "Google+ Stream/Posts", with its comments. */

extern const struct archive_format archive_googleplus;

#define MEDIA_MAX 100

/* "users/112233" -> "112233" */
static struct str last_part(struct str name)
{
	const char *slash = name.len ? memrchr(name.at, '/', name.len) : NULL;
	return slash ? str_skip(name, (size_t)(slash - name.at) + 1) : name;
}

static void read_author(const json_t *node, struct inbound *in)
{
	in->author_id = last_part(json_text(node, "author/resourceName"));
	in->author_name = json_text(node, "author/displayName");
	in->author_url = json_text(node, "author/profilePageUrl");
	in->author_avatar = json_text(node, "author/avatarImageUrl");
	in->author_followers = -1;
	if (in->author_id.len == 0)
		in->author_id = last_part(in->author_url);
}

static void add_medium(struct inbound *in, struct inbound_attachment *all, const json_t *medium)
{
	struct str type = json_text(medium, "contentType");
	if (in->attachment_count < MEDIA_MAX && json_has(medium, "url"))
		all[in->attachment_count++] = (struct inbound_attachment){
			.kind = str_starts(type, S("video/")) ? S("video") : str_starts(type, S("audio/")) ? S("audio")
				: S("image"),
			.alt = json_text(medium, "description"), .type = type, .url = json_text(medium, "url")};
}

static void read_media(struct reading *r, const json_t *node, struct inbound *in)
{
	struct inbound_attachment *all = arena_array(r->item, struct inbound_attachment, MEDIA_MAX + 1);
	size_t index;
	json_t *medium;
	add_medium(in, all, json_map(node, "media"));
	json_array_foreach(json_list(node, "album/media"), index, medium)
		add_medium(in, all, medium);
	if (json_has(node, "link/url"))
		all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"), .name = json_text(node, "link/title"),
									  .url = json_text(node, "link/url")};
	in->attachments = all;
}

static struct str body_of(struct arena *arena, const json_t *node)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str own = html_to_text(arena, json_text(node, "content")),
		shared = html_to_text(arena, json_text(node, "resharedPost/content"));
	buf_add(&b, own);
	if (shared.len) /* what was shared, as a quotation */
		buf_addf(&b, "%s%.*s:\n> ", own.len ? "\n\n" : "", STR_ARG(json_text(node, "resharedPost/author/displayName")));
	for (size_t i = 0; i < shared.len; i++) {
		buf_addc(&b, shared.at[i]);
		if (shared.at[i] == '\n')
			buf_adds(&b, "> ");
	}
	size_t index;
	json_t *choice;
	json_array_foreach(json_list(node, "poll/choices"), index, choice)
		buf_addf(&b, "\n- %.*s", STR_ARG(json_text(choice, "description")));
	return buf_keep(&b, arena);
}

static bool is_private(const json_t *post)
{
	const json_t *acl = json_map(post, "postAcl");
	size_t index;
	json_t *circle;
	if (!acl || json_flag(acl, "isPublic") || json_map(acl, "communityAcl") || json_map(acl, "collectionAcl"))
		return false;
	json_array_foreach(json_list(acl, "visibleToStandardAcl/circles"), index, circle)
		if (str_eq(json_text(circle, "type"), S("CIRCLE_TYPE_PUBLIC")))
			return false;
	return true;
}

struct post {
	struct str id, title, url, author;
	enum visibility visibility;
};

static enum err read_comment(struct reading *r, const json_t *comment, const struct post *post)
{
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = json_text(comment, "resourceName"), .parent_id = post->id, .thread_id = post->id,
		.subject = post->title, .subject_url = post->url, .url = post->url, .visibility = post->visibility,
		.body = html_to_text(r->item, json_text(comment, "content")), .at = json_instant(comment, "creationTime"),
		.edited_at = json_instant(comment, "updateTime"),
	};
	read_author(comment, &in);
	in.ours = post->author.len && str_eq(in.author_id, post->author);
	read_media(r, comment, &in);
	return reading_item(r, &in);
}

/* The first line, to say what the conversation is about. */
static struct str title_of(struct str body)
{
	return str_line(&body);
}

static enum err read_post(struct reading *r, json_t *node)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct inbound in = {
		.kind = KIND_POST, .ours = r->options->account.len == 0, .remote_id = json_text(node, "resourceName"),
			.body = body_of(arena, node),
		.at = json_instant(node, "creationTime"), .edited_at = json_instant(node, "updateTime"),
			.url = json_text(node, "url"),
	};
	if (in.remote_id.len == 0)
		in.remote_id = json_has(node, "activityId") ? json_text(node, "activityId") : in.url;
	read_author(node, &in);
	if (is_private(node))
		in.visibility = VISIBILITY_PRIVATE;
	struct post post = {
		.id = arena_str(arena, in.remote_id), .title = arena_str(arena, title_of(in.body)), .url = json_text(node, "url"),
		.author = in.ours ? arena_str(arena, in.author_id) : (struct str){}, .visibility = in.visibility,
	};
	in.thread_id = post.id;
	in.subject_url = post.url;
	read_media(r, node, &in);
	TRY(reading_item(r, &in));
	size_t index;
	json_t *comment;
	json_array_foreach(json_list(node, "comments"), index, comment) {
		r->list = "comments";
		r->index = (i64)index;
		TRY(read_comment(r, comment, &post));
	}
	return OK;
}

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	size_t index;
	json_t *post;
	if (json_is_array(root)) { /* posts put together in one file */
		json_array_foreach(root, index, post)
			TRY(read_document(r, json_is_object(post) ? post : NULL, NULL));
		return OK;
	}
	if (json_has(root, "creationTime") && json_has(root, "author"))
		return read_post(r, root);
	if (json_has(root, "creationTime"))
		reading_leave_out(r, N_("photos, events and other things without an author"));
	else
		reading_leave_out(r, N_("files without posts"));
	return OK;
}

static enum err read_file(struct reading *r, struct str name, struct str bytes)
{
	return json_documents(r, bytes, read_document, NULL);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".json")) && (str_find(name, S("Google+")) >= 0 || str_find(name, S("Google Plus")) >= 0 ||
		str_find(name, S("/Posts/")) >= 0);
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return archive_read_files(cx, &archive_googleplus, path, options, taker, JSON_FILE_MAX, wanted, read_file);
}

static int recognise(struct str name, struct str head, struct str names)
{
	if (str_find(names, S("Google+ Stream")) >= 0 || str_find(names, S("Google+ ")) >= 0)
		return 95;
	if (str_find(head, S("\"creationTime\"")) < 0)
		return 0;
	return str_find(head, S("plus.google.com")) >= 0 || str_find(head, S("\"postAcl\"")) >= 0 ||
		str_find(head, S("\"plusOnes\"")) >= 0 ? 95 : 30;
}

const struct archive_format archive_googleplus = {
	.word = "googleplus", .also = "google+ gplus", .title = N_("Google+ Takeout"), .network = "googleplus",
	.about = N_("What Google Takeout gave of Google+ before it closed in 2019, in JSON: posts with their comments (a zip, a tgz or single files)."),
	.recognise = recognise, .read = read_path,
};
