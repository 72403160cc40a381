#include "channel/youtube/comment.h"

#include "channel/archive.h"
#include "channel/json_read.h"

struct str youtube_watch_url(struct arena *arena, struct str video, struct str comment)
{
	if (video.len == 0)
		return (struct str){};
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "https://www.youtube.com/watch?v=");
	buf_add_url(&b, video);
	if (comment.len) {
		buf_adds(&b, "&lc=");
		buf_add_url(&b, comment);
	}
	return buf_keep(&b, arena);
}

struct str youtube_thread_of(struct str id)
{
	ptrdiff_t dot = str_find_byte(id, '.');
	return dot > 0 ? str_head(id, (size_t)dot) : id;
}

void youtube_comment(struct arena *arena, const json_t *comment, struct str video, bool plain, struct inbound *ret_inbound)
{
	const json_t *s = json_map(comment, "snippet");
	struct str name = json_text(s, "authorDisplayName");
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = json_id(arena, comment, "id"), .parent_id = json_text(s, "parentId"),
		.author_id = json_text(s, "authorChannelId/value"), .author_name = name, .author_url = json_text(s, "authorChannelUrl"),
		.author_handle = str_starts(name, S("@")) ? name : (struct str){}, .author_avatar = json_text(s, "authorProfileImageUrl"),
		.author_followers = -1, .body = json_text(s, "textOriginal"), .at = json_instant(s, "publishedAt"),
		.edited_at = json_instant(s, "updatedAt"),
	};
	if (json_has(s, "videoId"))
		video = json_text(s, "videoId");
	if (in.body.len == 0)
		in.body = plain ? json_text(s, "textDisplay") : html_to_text(arena, json_text(s, "textDisplay"));
	in.thread_id = in.parent_id.len ? in.parent_id : youtube_thread_of(in.remote_id);
	if (in.parent_id.len == 0 && !str_eq(in.thread_id, in.remote_id))
		in.parent_id = in.thread_id;
	in.url = youtube_watch_url(arena, video, in.remote_id);
	in.subject_url = youtube_watch_url(arena, video, (struct str){});
	struct str image = json_text(s, "imageUrl"); /* since November 2026: a picture, or one that moves */
	if (image.len) {
		struct inbound_attachment *attachment = arena_new_of(arena, struct inbound_attachment);
		*attachment = (struct inbound_attachment){.kind = S("image"), .url = image};
		in.attachments = attachment;
		in.attachment_count = 1;
	}
	*ret_inbound = in;
}
