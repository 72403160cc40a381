#include "base/clock.h"
#include "base/lang.h"
#include "channel/feed/feed.h"
#include "channel/json_read.h"

/* Texts of a JSON Feed under the names that the other formats have. */
struct pair {
	const char *from, *to;
};

static void copy_texts(json_t *to, const json_t *from, const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str text = json_text(from, pairs[i].from);
		if (text.len)
			json_object_set_new(to, pairs[i].to, feed_string(text));
	}
}

static void copy_addresses(struct cx *cx, struct str base, json_t *to, const json_t *from, const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str address = feed_address(cx, base, json_text(from, pairs[i].from));
		if (address.len)
			json_object_set_new(to, pairs[i].to, feed_string(address));
	}
}

static void copy_date(struct cx *cx, json_t *to, const json_t *from, const char *name, const char *key)
{
	i64 instant;
	if (feed_date(json_text(from, name), &instant))
		json_object_set_new(to, key, feed_string(time_text(cx->arena, instant)));
}

static void add_author(struct cx *cx, struct str base, json_t *authors, const json_t *author)
{
	static const struct pair names[] = {{"name", "name"}}, addresses[] = {{"url", "href"}, {"avatar", "avatar"}};
	json_t *person = json_object();
	copy_texts(person, author, names, COUNT(names));
	copy_addresses(cx, base, person, author, addresses, COUNT(addresses));
	json_array_append_new(authors, person);
}

/* "authors" of 1.1, "author" of 1. */
static void copy_authors(struct cx *cx, struct str base, json_t *to, const json_t *from)
{
	json_t *authors = json_array(), *list = json_list(from, "authors"), *author;
	size_t i;
	json_array_foreach(list, i, author) {
		if (json_is_object(author))
			add_author(cx, base, authors, author);
	}
	if (!json_array_size(authors) && json_map(from, "author"))
		add_author(cx, base, authors, json_map(from, "author"));
	json_t *first = json_array_get(authors, 0);
	if (first) {
		struct str name = json_text(first, "name");
		json_object_set_new(to, "author", feed_string(name.len ? name : json_text(first, "href")));
		json_object_set(to, "author_detail", first);
		json_object_set(to, "authors", authors);
	}
	json_decref(authors);
}

static void add_content(struct cx *cx, json_t *entry, const struct feed_origin *origin, struct str value, const char *type)
{
	if (!value.len)
		return;
	struct feed_text text = {.value = value, .type = str_of(type), .base = origin->address};
	feed_text_finish(cx, &text);
	json_t *list = json_object_get(entry, "content");
	if (!list) {
		list = json_array();
		json_object_set_new(entry, "content", list);
	}
	json_array_append_new(list, json_pack("{s:s, s:n, s:o, s:o}", "type", type, "language", "base", feed_string(text.base), "value", feed_string(text.value)));
}

static void copy_attachments(struct cx *cx, const struct feed_origin *origin, json_t *entry, const json_t *item)
{
	json_t *list = json_list(item, "attachments"), *attachment, *enclosures = json_array();
	size_t i;
	json_array_foreach(list, i, attachment) {
		struct str href = feed_address(cx, origin->address, json_text(attachment, "url"));
		i64 size = json_number(attachment, "size_in_bytes", -1);
		if (!href.len)
			continue;
		json_t *enclosure = json_pack("{s:o, s:o}", "href", feed_string(href), "type", feed_string(json_text(attachment, "mime_type")));
		if (size >= 0)
			json_object_set_new(enclosure, "length", feed_string(arena_printf(cx->arena, "%lld", (long long)size)));
		json_array_append_new(enclosures, enclosure);
	}
	if (json_array_size(enclosures))
		json_object_set(entry, "enclosures", enclosures);
	json_decref(enclosures);
}

static void copy_tags(json_t *entry, const json_t *item)
{
	json_t *list = json_list(item, "tags"), *tag, *tags = json_array();
	size_t i;
	json_array_foreach(list, i, tag) {
		if (json_is_string(tag))
			json_array_append_new(tags, json_pack("{s:O, s:n, s:n}", "term", tag, "scheme", "label"));
	}
	if (json_array_size(tags))
		json_object_set(entry, "tags", tags);
	json_decref(tags);
}

static void put_plain(struct cx *cx, json_t *to, const json_t *from, const char *name, const char *key)
{
	struct feed_text text = {.value = json_text(from, name), .type = S("text/plain")};
	feed_text_finish(cx, &text);
	if (!text.value.len)
		return;
	json_object_set_new(to, key, feed_string(text.value));
}

static void read_item(struct cx *cx, const struct feed_origin *origin, json_t *entries, const json_t *item)
{
	static const struct pair texts[] = {{"language", "language"}};
	static const struct pair addresses[] = {{"external_url", "external_url"}, {"url", "link"}, {"image", "image"}, {"banner_image", "banner_image"}};
	json_t *entry = json_object();
	struct str id = json_id(cx->arena, item, "id");
	if (id.len)
		json_object_set_new(entry, "id", feed_string(id));
	copy_texts(entry, item, texts, COUNT(texts));
	put_plain(cx, entry, item, "title", "title");
	put_plain(cx, entry, item, "summary", "summary");
	copy_addresses(cx, origin->address, entry, item, addresses, COUNT(addresses));
	copy_date(cx, entry, item, "date_published", "published");
	copy_date(cx, entry, item, "date_modified", "updated");
	copy_authors(cx, origin->address, entry, item);
	add_content(cx, entry, origin, json_text(item, "content_html"), "text/html");
	add_content(cx, entry, origin, json_text(item, "content_text"), "text/plain");
	copy_attachments(cx, origin, entry, item);
	copy_tags(entry, item);
	json_t *whole = json_object_get(json_array_get(json_object_get(entry, "content"), 0), "value");
	if (whole && !json_object_get(entry, "summary"))
		json_object_set(entry, "summary", whole);
	if (json_object_get(entry, "published") && !json_object_get(entry, "updated"))
		json_object_set(entry, "updated", json_object_get(entry, "published"));
	json_array_append_new(entries, entry);
}

static void release(void *json)
{
	json_decref(json);
}

enum err feed_read_json(struct cx *cx, struct str text, const struct feed_origin *origin, json_t *document)
{
	static const struct pair texts[] = {{"language", "language"}};
	static const struct pair addresses[] = {{"home_page_url", "link"}, {"feed_url", "id"}, {"icon", "icon"}, {"favicon", "logo"}, {"next_url", "next"}};
	json_error_t where;
	json_t *root = json_loadb(text.at, text.len, 0, &where), *feed = json_object(), *entries = json_array(), *item;
	arena_defer(cx->arena, release, root);
	json_object_set_new(document, "feed", feed);
	json_object_set_new(document, "entries", entries);
	struct str version = json_text(root, "version");
	if (!json_is_object(root))
		return fail(cx, ERR_BAD_INPUT, N_("This is no JSON (line %d)."), where.line);
	if (str_find(version, S("jsonfeed.org/version/")) < 0 && !json_list(root, "items"))
		return fail(cx, ERR_BAD_INPUT, N_("There is no feed in this: neither RSS nor Atom, CDF or JSON Feed."));
	copy_texts(feed, root, texts, COUNT(texts));
	put_plain(cx, feed, root, "title", "title");
	put_plain(cx, feed, root, "description", "summary");
	put_plain(cx, feed, root, "description", "subtitle");
	copy_addresses(cx, origin->address, feed, root, addresses, COUNT(addresses));
	copy_authors(cx, origin->address, feed, root);
	size_t i;
	json_array_foreach(json_list(root, "items"), i, item) {
		if (json_is_object(item) && i < FEED_ENTRIES_MAX)
			read_item(cx, origin, entries, item);
	}
	json_object_set_new(document, "version", json_string(str_ends(version, S("1.1")) ? "json11" : "json1"));
	json_object_set_new(document, "well_formed", json_true());
	return OK;
}
