#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/json_read.h"
#include "channel/youtube/comment.h"

/* What the YouTube Data API answers: https://developers.google.com/youtube/v3/docs: comment threads with their replies, comments,
 * videos, results of a search and items of a playlist. Each resource says its kind. */

extern const struct archive_format archive_youtube;

static enum err read_comment(struct reading *r, json_t *comment, struct str video)
{
	struct inbound in;
	youtube_comment(r->item, comment, video, false, &in);
	return reading_item(r, &in);
}

static enum err read_thread(struct reading *r, json_t *thread)
{
	struct str video = json_text(thread, "snippet/videoId");
	json_t *top = json_map(thread, "snippet/topLevelComment"), *reply;
	if (top)
		TRY(read_comment(r, top, video));
	else if (!json_list(thread, "replies/comments"))
		TRY(reading_refuse(r, str_of(tr(r->cx->lang,
			N_("This comment thread holds no comment; ask for its part “snippet”."))),
				   json_excerpt(r->item, thread)));
	size_t index;
	json_array_foreach(json_list(thread, "replies/comments"), index, reply)
		TRY(read_comment(r, reply, video));
	return OK;
}

static enum err read_video(struct reading *r, const json_t *item, struct str id)
{
	struct arena *arena = r->item;
	const json_t *s = json_map(item, "snippet");
	if (!s) {
		reading_leave_out(r, N_("videos without a description"));
		return OK;
	}
	bool escaped = str_eq(json_text(item, "kind"), S("youtube#searchResult")); /* only there texts are HTML */
	struct str title = json_text(s, "title"), about = json_text(s, "description"), owner = json_text(s, "videoOwnerChannelId");
	struct inbound_attachment watch = {.kind = S("video"), .url = youtube_watch_url(arena, id, (struct str){})};
	struct inbound in = {
		.kind = KIND_POST, .remote_id = id, .thread_id = id, .author_id = owner.len ? owner : json_text(s, "channelId"),
		.author_name = owner.len ? json_text(s, "videoOwnerChannelTitle") : json_text(s, "channelTitle"),
			.author_followers = -1,
		.subject = escaped ? html_to_text(arena, title) : title, .body = escaped ? html_to_text(arena, about) : about,
		.lang = json_text(s, "defaultLanguage"), .at = json_instant(item, "contentDetails/videoPublishedAt"),
			.url = watch.url,
		.subject_url = watch.url, .attachments = &watch, .attachment_count = 1,
	};
	if (in.lang.len == 0)
		in.lang = json_text(s, "defaultAudioLanguage");
	if (in.at == 0)
		in.at = json_instant(s, "publishedAt");
	if (in.body.len == 0)
		in.body = in.subject;
	in.author_url = in.author_id.len ? arena_printf(arena, "https://www.youtube.com/channel/%.*s", STR_ARG(in.author_id))
		: (struct str){};
	return reading_item(r, &in);
}

static bool is_list(struct str kind)
{
	return str_ends(kind, S("ListResponse"));
}

static enum err read_resource(struct reading *r, json_t *item, void *subject)
{
	struct str kind = json_text(item, "kind");
	kind = str_starts(kind, S("youtube#")) ? str_skip(kind, 8) : (struct str){};
	if (str_eq(kind, S("commentThread")))
		return read_thread(r, item);
	if (str_eq(kind, S("comment")))
		return read_comment(r, item, (struct str){});
	if (str_eq(kind, S("video")))
		return read_video(r, item, json_text(item, "id"));
	if (json_has(item, "id/videoId"))
		return read_video(r, item, json_text(item, "id/videoId"));
	if (json_has(item, "snippet/resourceId/videoId"))
		return read_video(r, item, json_text(item, "snippet/resourceId/videoId"));
	static const struct {
		const char *kind, *what;
	} others[] = {
		{"channel", N_("channels")}, {"playlist", N_("playlists")},
		{"playlistItem", N_("items of playlists without a video")},
		{"subscription", N_("subscriptions")}, {"caption", N_("captions")},
		{"searchResult", N_("channels and playlists found")},
		{"activity", N_("activities")},
	};
	for (size_t i = 0; i < COUNT(others); i++)
		if (str_eq(kind, str_of(others[i].kind))) {
			reading_leave_out(r, others[i].what);
			return OK;
		}
	reading_leave_out(r, N_("unknown things"));
	return OK;
}

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	struct str kind = json_text(root, "kind");
	if (json_is_array(root))
		return json_each(r, root, "", read_document, NULL);
	if (json_has(root, "error")) {
		reading_is(r, N_("an error answer"));
		return OK;
	}
	if (is_list(kind) && json_array_size(json_list(root, "items")) == 0)
		reading_is(r, N_("an empty page of results"));
	if (is_list(kind) || json_list(root, "items"))
		return json_each(r, root, "items", read_resource, NULL);
	if (str_starts(kind, S("youtube#")))
		return read_resource(r, root, NULL);
	reading_is(r, N_("no answer of YouTube's interface"));
	return OK;
}

static enum err read_file(struct reading *r, struct str name, struct str bytes)
{
	return json_documents(r, bytes, read_document, NULL);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".json"));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return archive_read_files(cx, &archive_youtube, path, options, taker, JSON_FILE_MAX, wanted, read_file);
}

static int recognise(struct str name, struct str head, struct str names)
{
	return str_find(head, S("\"youtube#")) >= 0 ? 98 : 0;
}

const struct archive_format archive_youtube = {
	.word = "youtube", .title = N_("YouTube comments and videos"), .network = "youtube",
	.about = N_("JSON pages of the YouTube Data API: comment threads, comments, videos, search results."),
	.recognise = recognise, .read = read_path,
};
