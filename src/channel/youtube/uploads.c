/* How the latest uploads fare: what YouTube is still working on, and what it could not take or does not show. What went wrong is told once to whoever
 * sets channels (known.notices), by two units of the day's quota a look. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/youtube/connector.h"

#define UPLOADS 5
#define TOLD_FOR (14 * DAY)          /* what failed before that is known */
#define LOOKED_AT (3 * HOUR)
#define LOOKED_AT_SOON (30 * MINUTE) /* while one is being worked on */

static const struct {
	const char *reason, *text; /* text: a msgid */
} reasons[] = {
	{"conversion", N_("YouTube could not convert the file")}, {"transcodeFailed", N_("YouTube could not convert the file")}, {"streamingFailed", N_("YouTube could not convert the file")},
	{"invalidFile", N_("the file is of a kind that YouTube does not take")}, {"codec", N_("the file is of a kind that YouTube does not take")}, {"emptyFile", N_("the file is empty")},
	{"tooSmall", N_("the file is too small")}, {"uploadAborted", N_("the upload broke off")}, {"uploadFailed", N_("the upload broke off")},
	{"copyright", N_("somebody else has rights to what is in it")}, {"claim", N_("somebody else has rights to what is in it")}, {"trademark", N_("somebody else has rights to what is in it")},
	{"inappropriate", N_("YouTube finds what is in it inappropriate")}, {"termsOfUse", N_("it breaks YouTube’s terms")}, {"duplicate", N_("the same film is there already")},
	{"length", N_("it is longer than this channel may upload")}, {"legal", N_("YouTube was obliged by law")},
};

/* What became of a video that was uploaded, in one word: processing, published, private, failed, rejected, deleted. */
static const char *upload_word(const json_t *video)
{
	struct str upload = json_text(video, "status/uploadStatus"), processing = json_text(video, "processingDetails/processingStatus");
	struct str privacy = json_text(video, "status/privacyStatus");
	if (str_eq(upload, S("failed")) || str_eq(processing, S("failed")) || str_eq(processing, S("terminated")))
		return "failed";
	if (str_eq(upload, S("rejected")))
		return "rejected";
	if (str_eq(upload, S("deleted")))
		return "deleted";
	if (str_eq(upload, S("uploaded")) || str_eq(processing, S("processing")))
		return "processing";
	return str_eq(privacy, S("private")) ? "private" : "published";
}

static struct str upload_reason(const json_t *video)
{
	static const char *const places[] = {"status/failureReason", "status/rejectionReason", "processingDetails/processingFailureReason"};
	for (size_t i = 0; i < COUNT(places); i++)
		if (json_has(video, places[i]))
			return json_text(video, places[i]);
	return (struct str){};
}

static const char *reason_text(struct str reason)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (str_eq(reason, str_of(reasons[i].reason)))
			return reasons[i].text;
	return N_("YouTube does not say why");
}

static void tell(struct cx *cx, const json_t *video, const char *word, json_t *notices)
{
	i64 at = json_instant(video, "snippet/publishedAt");
	bool failed = str_eq(str_of(word), S("failed")), rejected = str_eq(str_of(word), S("rejected"));
	if ((!failed && !rejected) || (at && at < cx->now - TOLD_FOR))
		return;
	struct str id = json_text(video, "id"), title = json_text(video, "snippet/title");
	const char *why = _(reason_text(upload_reason(video)));
	struct str story = failed ? arena_printf(cx->arena, _(N_("“%.*s” did not go through: %s. Upload it again, or look at it in YouTube Studio.")), STR_ARG(title), why)
				  : arena_printf(cx->arena, _(N_("YouTube does not show “%.*s”: %s. Look at it in YouTube Studio, where you can also object.")), STR_ARG(title), why);
	json_array_append_new(notices, json_pack("{s:s%, s:s, s:s%}", "about", id.at ? id.at : "", id.len, "headline", failed ? N_("An upload failed") : N_("A video is blocked"), "story",
						 story.at, story.len));
}

static json_t *text_of(const json_t *video, const char *path)
{
	struct str text = json_text(video, path);
	return json_stringn(text.at ? text.at : "", text.len);
}

static void take(struct cx *cx, const json_t *videos, struct verified *v)
{
	json_t *uploads = json_array(), *notices = json_array();
	const json_t *video;
	size_t index;
	v->look_again_at = cx->now + LOOKED_AT;
	json_array_foreach((json_t *)videos, index, video)
	{
		const char *word = upload_word(video);
		struct str reason = upload_reason(video);
		if (str_eq(str_of(word), S("processing")))
			v->look_again_at = cx->now + LOOKED_AT_SOON;
		json_array_append_new(uploads, json_pack("{s:o, s:o, s:s, s:s%}", "id", text_of(video, "id"), "title", text_of(video, "snippet/title"), "state", word, "reason",
							 reason.at ? reason.at : "", reason.len));
		tell(cx, video, word, notices);
	}
	json_object_set_new(v->known, "uploads", uploads);
	json_object_set_new(v->known, "notices", notices);
}

enum err youtube_look_at_uploads(struct cx *cx, struct net *net, const struct channel_account *account, struct str playlist, struct verified *verified)
{
	CLEANUP(buf_free) struct buf path = {};
	const json_t *item;
	size_t index;
	buf_addf(&path, "/youtube/v3/playlistItems?part=contentDetails&maxResults=%d&playlistId=", UPLOADS);
	buf_add_url(&path, playlist);
	struct exchange list = {.method = "GET", .path = buf_str(&path)};
	TRY(youtube_ask(cx, net, account, &list));
	if (list.answer.outcome != NET_ANSWERED || list.answer.status != 200 || !json_array_size(json_list(list.document, "items")))
		return OK;
	CLEANUP(buf_free) struct buf videos = {};
	buf_adds(&videos, "/youtube/v3/videos?part=snippet,status,processingDetails&id=");
	json_array_foreach(json_list(list.document, "items"), index, item)
	{
		buf_adds(&videos, index ? "," : "");
		buf_add_url(&videos, json_text(item, "contentDetails/videoId"));
	}
	struct exchange x = {.method = "GET", .path = buf_str(&videos)};
	TRY(youtube_ask(cx, net, account, &x));
	if (x.answer.outcome == NET_ANSWERED && x.answer.status == 200 && json_list(x.document, "items"))
		take(cx, json_list(x.document, "items"), verified);
	return OK;
}
