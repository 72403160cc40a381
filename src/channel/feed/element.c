#include "channel/feed/element.h"

#include <stdlib.h>
#include <string.h>

#define PLAIN "text/plain"
#define HTML "text/html"
#define XHTML "application/xhtml+xml"
#define NAME_MAX_LEN 40

static const struct feed_row rows[] = {
	{"abstract", FEED_SUMMARY, NULL, PLAIN},
	{"author", FEED_PERSON, "author"},
	{"body", FEED_CONTENT, NULL, XHTML},
	{"category", FEED_TAG},
	{"cc:license", FEED_LICENSE},
	{"channel", FEED_ROOT},
	{"cloud", FEED_CLOUD, "cloud"},
	{"comments", FEED_ADDRESS, "comments"},
	{"content", FEED_CONTENT, NULL, PLAIN},
	{"content:encoded", FEED_CONTENT, NULL, HTML},
	{"contributor", FEED_PERSON, "contributor"},
	{"copyright", FEED_TEXT, "rights", PLAIN},
	{"created", FEED_DATE, "created"},
	{"creativecommons:license", FEED_LICENSE},
	{"dc:author", FEED_PERSON, "author"},
	{"dc:contributor", FEED_PERSON, "contributor"},
	{"dc:creator", FEED_PERSON, "author"},
	{"dc:date", FEED_DATE, "updated", .weak = true},
	{"dc:description", FEED_SUMMARY, NULL, HTML, true},
	{"dc:language", FEED_PLAIN, "language", .weak = true},
	{"dc:publisher", FEED_PERSON, "publisher"},
	{"dc:rights", FEED_TEXT, "rights", PLAIN, true},
	{"dc:subject", FEED_TAG},
	{"dc:title", FEED_TEXT, "title", PLAIN, true},
	{"dcterms:created", FEED_DATE, "created", .weak = true},
	{"dcterms:issued", FEED_DATE, "published", .weak = true},
	{"dcterms:modified", FEED_DATE, "updated", .weak = true},
	{"dcterms:valid", FEED_VALID},
	{"description", FEED_SUMMARY, NULL, HTML},
	{"docs", FEED_ADDRESS, "docs"},
	{"email", FEED_PLAIN, "email"},
	{"enclosure", FEED_ENCLOSURE},
	{"entry", FEED_ENTRY},
	{"expirationdate", FEED_DATE, "expired"},
	{"feed", FEED_ROOT},
	{"fullitem", FEED_CONTENT, NULL, HTML},
	{"generator", FEED_GENERATOR, "generator"},
	{"guid", FEED_ID, "id"},
	{"height", FEED_PLAIN, "height"},
	{"homepage", FEED_ADDRESS, "href"},
	{"icon", FEED_ADDRESS, "icon"},
	{"id", FEED_ID, "id"},
	{"image", FEED_OBJECT, "image"},
	{"info", FEED_TEXT, "info", PLAIN},
	{"issued", FEED_DATE, "published"},
	{"item", FEED_ENTRY},
	{"itunes:author", FEED_PERSON, "author", .weak = true},
	{"itunes:block", FEED_YES, "itunes_block"},
	{"itunes:category", FEED_TAG},
	{"itunes:duration", FEED_PLAIN, "itunes_duration"},
	{"itunes:email", FEED_PLAIN, "email"},
	{"itunes:explicit", FEED_EXPLICIT, "itunes_explicit"},
	{"itunes:image", FEED_PICTURE, "image", .weak = true},
	{"itunes:keywords", FEED_TAGS},
	{"itunes:name", FEED_PLAIN, "name"},
	{"itunes:owner", FEED_PERSON, "publisher", .weak = true},
	{"itunes:subtitle", FEED_TEXT, "subtitle", PLAIN, true},
	{"itunes:summary", FEED_SUMMARY, NULL, PLAIN, true},
	{"itunes:title", FEED_TEXT, "title", PLAIN, true},
	{"keywords", FEED_TAGS},
	{"language", FEED_PLAIN, "language"},
	{"lastbuilddate", FEED_DATE, "updated"},
	{"link", FEED_LINK},
	{"logo", FEED_ADDRESS, "logo"},
	{"managingeditor", FEED_PERSON, "author"},
	{"media:category", FEED_TAG},
	{"media:content", FEED_MEDIA, "media_content"},
	{"media:description", FEED_SUMMARY, NULL, PLAIN, true},
	{"media:keywords", FEED_TAGS},
	{"media:thumbnail", FEED_MEDIA, "media_thumbnail"},
	{"media:title", FEED_TEXT, "title", PLAIN, true},
	{"modified", FEED_DATE, "updated"},
	{"name", FEED_PLAIN, "name"},
	{"newlocation", FEED_ADDRESS, "newlocation"},
	{"pubdate", FEED_DATE, "published"},
	{"published", FEED_DATE, "published"},
	{"publisher", FEED_PERSON, "publisher"},
	{"rdf:rdf", FEED_ROOT},
	{"rights", FEED_TEXT, "rights", PLAIN},
	{"rss", FEED_ROOT},
	{"slash:comments", FEED_PLAIN, "slash_comments"},
	{"source", FEED_SOURCE, "source"},
	{"subtitle", FEED_SUMMARY, NULL, PLAIN},
	{"summary", FEED_SUMMARY, NULL, PLAIN},
	{"tagline", FEED_SUMMARY, NULL, PLAIN},
	{"tags", FEED_TAGS},
	{"textinput", FEED_OBJECT, "textinput"},
	{"title", FEED_TEXT, "title", PLAIN},
	{"ttl", FEED_PLAIN, "ttl"},
	{"updated", FEED_DATE, "updated"},
	{"uri", FEED_ADDRESS, "href"},
	{"url", FEED_ADDRESS, "href"},
	{"webmaster", FEED_PERSON, "publisher"},
	{"wfw:comment", FEED_ADDRESS, "wfw_comment"},
	{"wfw:commentrss", FEED_ADDRESS, "wfw_commentrss"},
	{"width", FEED_PLAIN, "width"},
	{"xhtml:body", FEED_CONTENT, NULL, XHTML},
};

static int compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct feed_row *)row)->name);
}

const struct feed_row *feed_row(struct str name)
{
	char low[NAME_MAX_LEN];
	if (name.len >= sizeof low || (name.len && memchr(name.at, 0, name.len)))
		return NULL;
	for (size_t i = 0; i < name.len; i++)
		low[i] = (char)(name.at[i] >= 'A' && name.at[i] <= 'Z' ? name.at[i] | 32 : name.at[i]);
	low[name.len] = 0;
	return bsearch(low, rows, COUNT(rows), sizeof *rows, compare);
}

static const struct {
	const char *namespace, *prefix, *version;
} namespaces[] = {
	{"", "", ""},
	{"http://www.w3.org/2005/Atom", "", "atom10"},
	{"http://purl.org/atom/ns#", "", "atom03"},
	{"http://example.com/newformat#", "", "atom"},
	{"http://example.com/necho", "", "atom"},
	{"http://purl.org/echo/", "", "atom"},
	{"uri/of/echo/namespace#", "", "atom"},
	{"http://purl.org/pie/", "", "atom"},
	{"http://purl.org/rss/1.0/", "", "rss10"},
	{"http://my.netscape.com/rdf/simple/0.9/", "", "rss090"},
	{"http://channel.netscape.com/rdf/simple/0.9/", "", "rss090"},
	{"http://backend.userland.com/rss", "", ""},
	{"http://backend.userland.com/rss2", "", ""},
	{"http://backend.userland.com/rss091", "", ""},
	{"http://blogs.law.harvard.edu/tech/rss", "", ""},
	{"http://cyber.law.harvard.edu/rss/rss.html", "", ""},
	{"http://purl.org/rss/1.0/modules/rss091#", "", ""},
	{"http://purl.org/net/rss1.1#", "", ""},
	{"http://purl.org/dc/elements/1.1/", "dc:", ""},
	{"http://purl.org/dc/elements/1.0/", "dc:", ""},
	{"http://purl.org/dc/terms/", "dcterms:", ""},
	{"http://purl.org/rss/1.0/modules/content/", "content:", ""},
	{"http://purl.org/rss/1.0/modules/slash/", "slash:", ""},
	{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes:", ""},
	{"http://example.com/dtds/podcast-1.0.dtd", "itunes:", ""},
	{"http://search.yahoo.com/mrss", "media:", ""},
	{"http://search.yahoo.com/mrss/", "media:", ""},
	{"http://www.rssboard.org/media-rss", "media:", ""},
	{"http://www.w3.org/1999/xhtml", "xhtml:", ""},
	{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:", ""},
	{"http://www.w3.org/XML/1998/namespace", "xml:", ""},
	{"http://wellformedweb.org/CommentAPI/", "wfw:", ""},
	{"http://backend.userland.com/creativeCommonsRssModule", "creativecommons:", ""},
	{"http://web.resource.org/cc/", "cc:", ""},
	{"http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html", "creativecommons:", ""},
};

const char *feed_prefix(struct str namespace)
{
	for (size_t i = 0; i < COUNT(namespaces); i++)
		if (str_eq_fold(namespace, str_of(namespaces[i].namespace)))
			return namespaces[i].prefix;
	return "?:";
}

const char *feed_namespace_version(struct str namespace)
{
	for (size_t i = 0; i < COUNT(namespaces); i++)
		if (str_eq_fold(namespace, str_of(namespaces[i].namespace)))
			return namespaces[i].version;
	return "";
}
