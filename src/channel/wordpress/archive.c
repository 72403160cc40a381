#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/wordpress/wordpress.h"

extern const struct archive_format archive_wordpress;

static bool is_xml(struct str bytes)
{
	bytes = str_trim(str_head(bytes, 1024));
	if (str_starts(bytes, S("\xEF\xBB\xBF")))
		bytes = str_trim(str_skip(bytes, 3));
	return str_starts(bytes, S("<"));
}

static enum err read_file(struct reading *r, struct str name, struct str bytes)
{
	return is_xml(bytes) ? wordpress_read_wxr(r, bytes) : json_documents(r, bytes, wordpress_read_rest, NULL);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".xml")) || str_ends(name, S(".json"));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return archive_read_files(cx, &archive_wordpress, path, options, taker, JSON_FILE_MAX, wanted, read_file);
}

static int recognise(struct str name, struct str head, struct str names)
{
	if (str_find(head, S("wordpress.org/export/")) >= 0)
		return 99;
	/* A WordPress site speaks ActivityPub too, and names its addresses there: that is none of its own interface. */
	if (str_find(head, S("wp-json")) >= 0 || str_find(head, S("wp\\/v2")) >= 0)
		return str_find(head, S("https://www.w3.org/ns/activitystreams")) >= 0 ? 60 : 95;
	if (str_find(head, S("\"rendered\"")) >= 0)
		return 80;
	return str_find(names, S(".wordpress.")) >= 0 ? 80 : 0;
}

const struct archive_format archive_wordpress = {
	.word = "wordpress", .also = "wxr", .title = N_("WordPress export"), .network = "wordpress",
	.about = N_("The XML file of Tools, Export in WordPress (posts and comments), and JSON of its interface: comments and posts."),
	.recognise = recognise, .read = read_path,
};
