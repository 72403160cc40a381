#include "channel/meta.h"

/* Both its forms are shared with the other network of the same firm: see channel/meta.h. */

extern const struct archive_format archive_instagram;

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return meta_read_export(cx, &archive_instagram, path, options, taker);
}

static int recognise(struct str name, struct str head, struct str names)
{
	static const char *const marks[] = {"\"string_map_data\"", "\"ig_stories\"", "\"ig_reels_media\"", "instagram.com",
		"\"media_type\"",
					    "\"object\": \"instagram\"", "\"object\":\"instagram\"", "\"media_comments\"",
						"\"creation_timestamp\""};
	int found = 0;
	if (str_find(names, S("your_instagram_activity/")) >= 0 || str_find(names, S("post_comments")) >= 0 ||
		str_find(names, S("content/posts_1.json")) >= 0)
		return 95;
	for (size_t i = 0; i < COUNT(marks); i++)
		found += str_find(head, str_of(marks[i])) >= 0;
	bool comment = str_find(head, S("\"timestamp\"")) >= 0 && str_find(head, S("\"text\"")) >= 0 &&
		str_find(head, S("\"created_at\"")) < 0;
	return found >= 2 ? 85 : found || comment ? 60 : 0;
}

const struct archive_format archive_instagram = {
	.word = "instagram", .also = "threads", .title = N_("Instagram download and media"), .network = "instagram",
	.about = N_("What Instagram gives under “Download your information” (JSON; a zip or single files), and JSON of its interface: media, comments, "
		    "messages, pushed changes."),
	.recognise = recognise, .read = read_path,
};
