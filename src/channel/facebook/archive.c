#include "channel/meta.h"

/* Both its forms are shared with the other network of the same firm: see channel/meta.h. */

extern const struct archive_format archive_facebook;

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return meta_read_export(cx, &archive_facebook, path, options, taker);
}

static int recognise(struct str name, struct str head, struct str names)
{
	static const char *const marks[] = {"\"comments_v2\"", "\"sender_name\"", "\"permalink_url\"", "facebook.com",
		"\"messaging\"", "\"created_time\"",
					    "\"object\": \"page\"", "\"object\":\"page\"", "\"external_context\""};
	int found = 0;
	if (str_find(names, S("your_facebook_activity/")) >= 0 || str_find(names, S("comments_and_reactions/")) >= 0 ||
	    str_find(names, S("posts/your_posts")) >= 0)
		return 95;
	for (size_t i = 0; i < COUNT(marks); i++)
		found += str_find(head, str_of(marks[i])) >= 0;
	return found >= 2 ? 80 : str_find(head, S("\"sender_name\"")) >= 0 ? 75 : found ? 50 : 0;
}

const struct archive_format archive_facebook = {
	.word = "facebook", .also = "messenger meta", .title = N_("Facebook download and pages"), .network = "facebook",
	.about = N_("What Facebook gives under “Download your information” (JSON; a zip or single files: posts, comments, messages), and JSON of its "
		    "interface: posts with comments, conversations, ratings, pushed changes."),
	.recognise = recognise, .read = read_path,
};
