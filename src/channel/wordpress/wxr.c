#include "base/clock.h"
#include "base/lang.h"
#include "base/map.h"
#include "base/utf8.h"
#include "channel/wordpress/wordpress.h"

#include <libxml/xmlreader.h>
#include <string.h>

/* An RSS 2.0 file with elements of WordPress's own: an <item> a post, with its comments inside. Read item by item: only one is in
 * memory. No entity is replaced and no document type loaded, so that nothing can grow or reach out. */

#define ITEM_BYTES_MAX ((size_t)32 << 20) /* a post with its comments; as a tree it takes up to 30 times that */

struct wxr {
	struct reading *r;
	struct arena *arena;  /* of the file */
	struct map *authors;  /* display names by login */
	struct map *staff;    /* logins by user number: what they comment is ours */
};

static void free_reader(xmlTextReader **reader)
{
	if (*reader)
		xmlFreeTextReader(*reader);
}

static struct str name_of(const xmlNode *node)
{
	return str_of((const char *)node->name);
}

/* The text of the first child element of this local name, whatever its namespace's version. */
static struct str child(struct arena *arena, const xmlNode *parent, const char *name)
{
	for (const xmlNode *node = parent->children; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE || !str_eq(name_of(node), str_of(name)))
			continue;
		CLEANUP(buf_free) struct buf b = {};
		for (const xmlNode *part = node->children; part; part = part->next)
			if ((part->type == XML_TEXT_NODE || part->type == XML_CDATA_SECTION_NODE) && part->content)
				buf_adds(&b, (const char *)part->content);
		return buf_keep(&b, arena);
	}
	return (struct str){};
}

/* <content:encoded> and <excerpt:encoded> differ by namespace only. */
static struct str encoded(struct arena *arena, const xmlNode *item, const char *prefix)
{
	for (const xmlNode *node = item->children; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE || !str_eq(name_of(node), S("encoded")) || !node->ns || !node->ns->prefix ||
		    strcmp((const char *)node->ns->prefix, prefix) != 0)
			continue;
		CLEANUP(buf_free) struct buf b = {};
		for (const xmlNode *part = node->children; part; part = part->next)
			if ((part->type == XML_TEXT_NODE || part->type == XML_CDATA_SECTION_NODE) && part->content)
				buf_adds(&b, (const char *)part->content);
		return buf_keep(&b, arena);
	}
	return (struct str){};
}

/* "0000-00-00 00:00:00" stands for none. */
static i64 instant(struct arena *arena, const xmlNode *node, const char *gmt, const char *local)
{
	i64 at = 0;
	if (!time_parse_loose(child(arena, node, gmt), &at) && !time_parse_loose(child(arena, node, local), &at))
		return 0;
	return at;
}

static void read_author(struct wxr *w, const xmlNode *node)
{
	struct str login = child(w->arena, node, "author_login"), name = child(w->arena, node, "author_display_name");
	struct str number = child(w->arena, node, "author_id");
	struct str *kept = arena_new_of(w->arena, struct str);
	*kept = name.len ? name : login;
	map_put(w->authors, login, kept);
	if (number.len)
		map_put(w->staff, number, kept);
}

struct post {
	struct str id, title, link;
};

static enum err read_comment(struct wxr *w, const xmlNode *node, const struct post *post, struct threads *threads)
{
	struct reading *r = w->r;
	struct arena *arena = r->item;
	struct str user = child(arena, node, "comment_user_id"), status = child(arena, node, "comment_approved"),
		type = child(arena, node, "comment_type");
	struct str email = child(arena, node, "comment_author_email"), parent = wordpress_comment_id(arena,
		child(arena, node, "comment_parent"));
	bool member = user.len && !str_eq(user, S("0"));
	struct inbound in = {
		.kind = KIND_COMMENT, .remote_id = wordpress_comment_id(arena, child(arena, node, "comment_id")),
			.parent_id = parent.len ? parent : post->id,
		.subject = post->title, .subject_url = post->link, .author_name = child(arena, node, "comment_author"),
		.author_url = child(arena, node, "comment_author_url"), .author_followers = -1, .ours = member &&
			map_get(w->staff, user),
		.body = html_to_text(arena, child(arena, node, "comment_content")),
			.at = instant(arena, node, "comment_date_gmt", "comment_date"),
		.removed = str_eq(status, S("spam")) || str_eq(status, S("trash")),
	};
	in.author_id = member ? arena_printf(arena, "user-%.*s", STR_ARG(user)) : email;
	in.thread_id = threads_root(threads, in.remote_id);
	if (post->link.len && in.remote_id.len)
		in.url = arena_printf(arena, "%.*s#%.*s", STR_ARG(post->link), STR_ARG(in.remote_id));
	if (str_eq(type, S("pingback")) || str_eq(type, S("trackback"))) {
		in.kind = KIND_MENTION;
		in.url = in.author_url;
	}
	return reading_item(r, &in);
}

static bool is_message(struct str type, struct str status)
{
	return (str_eq(type, S("post")) || str_eq(type, S("page")) || type.len == 0) && !str_eq(status, S("auto-draft")) &&
		!str_eq(status, S("draft")) &&
	       !str_eq(status, S("inherit")) && !str_eq(status, S("future")) && !str_eq(status, S("pending"));
}

static enum err read_post(struct wxr *w, const xmlNode *item, const struct post *post)
{
	struct reading *r = w->r;
	struct arena *arena = r->item;
	struct str login = child(arena, item, "creator"), status = child(arena, item, "status");
	const struct str *name = login.len ? map_get(w->authors, login) : NULL;
	struct inbound in = {
		.kind = KIND_POST, .ours = true, .remote_id = post->id, .thread_id = post->id, .subject = post->title,
			.subject_url = post->link, .url = post->link,
		.author_id = login, .author_handle = login, .author_name = name ? *name : login, .author_followers = -1,
		.body = html_to_text(arena, encoded(arena, item, "content")),
			.at = instant(arena, item, "post_date_gmt", "post_date"),
		.edited_at = instant(arena, item, "post_modified_gmt", "post_modified"), .removed = str_eq(status, S("trash")),
		.visibility = str_eq(status, S("private")) ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC,
	};
	if (in.at == 0) {
		struct str published = child(arena, item, "pubDate");
		if (!time_parse_loose(published, &in.at))
			in.at = 0;
	}
	if (in.remote_id.len == 0)
		in.remote_id = in.thread_id = child(arena, item, "guid");
	if (in.body.len == 0)
		in.body = html_to_text(arena, child(arena, item, "description"));
	if (in.body.len == 0)
		in.body = in.subject;
	return reading_item(r, &in);
}

static enum err read_item(struct wxr *w, const xmlNode *item)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new(); /* of the post and its comments */
	struct threads *threads = threads_new(arena);
	struct str type = child(arena, item, "post_type"), status = child(arena, item, "status");
	struct post post = {.id = wordpress_post_id(arena, child(arena, item, "post_id")),
		.title = html_to_text(arena, child(arena, item, "title")),
			    .link = child(arena, item, "link")};
	if (is_message(type, status))
		TRY(read_post(w, item, &post));
	else
		reading_leave_out(w->r, str_eq(type, S("attachment")) ? N_("files of the media library")
							: str_eq(type, S("post")) || str_eq(type, S("page"))
								? N_("drafts and posts to come")
													      : N_("menus, revisions and settings"));
	for (const xmlNode *node = item->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && str_eq(name_of(node), S("comment")))
			threads_add(threads, wordpress_comment_id(arena, child(arena, node, "comment_id")),
				    wordpress_comment_id(arena, child(arena, node, "comment_parent")));
	for (const xmlNode *node = item->children; node; node = node->next)
		if (node->type == XML_ELEMENT_NODE && str_eq(name_of(node), S("comment")))
			TRY(read_comment(w, node, &post, threads));
	return OK;
}

static enum err walk(struct wxr *w, xmlTextReader *reader, i64 size)
{
	struct reading *r = w->r;
	bool rss = false;
	i64 items = 0;
	int more = xmlTextReaderRead(reader);
	while (more == 1) {
		struct str name = str_of((const char *)xmlTextReaderConstLocalName(reader));
		bool element = xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT;
		rss |= element && (str_eq(name, S("rss")) || str_eq(name, S("RDF")));
		if (!element || !(str_eq(name, S("item")) || str_eq(name, S("author")))) {
			more = xmlTextReaderRead(reader);
			continue;
		}
		const xmlNode *node = xmlTextReaderExpand(reader);
		if (!node)
			break;
		r->list = "item";
		r->index = items;
		if (str_eq(name, S("author"))) {
			read_author(w, node);
		} else {
			TRY(read_item(w, node));
			items++;
		}
		if (r->taker->progress)
			r->taker->progress(r->taker->subject, (i64)xmlTextReaderByteConsumed(reader), size);
		more = xmlTextReaderNext(reader);
	}
	if (!rss)
		return fail(r->cx, ERR_UNSUPPORTED, "This file is no export of WordPress: it is not RSS.");
	if (more != 0)
		return reading_refuse(r, str_of(tr(r->cx->lang,
			N_("The file is cut or damaged here; what comes before is read."))), (struct str){});
	reading_is(r, N_("an export without posts or comments"));
	return OK;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 && c != '\n' && c != '\t' && c != '\r';
}

/* Exports are known for control characters, which XML forbids. */
static bool needs_cleaning(struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		if (is_control(bytes.at[i]))
			return true;
	return !utf8_valid(bytes);
}

/* Does the file say of itself that it is in an encoding of single bytes? What is UTF-16 has become UTF-8 on the way here. */
static bool says_other_encoding(struct str bytes)
{
	struct str head = str_head(bytes, 200);
	head = str_head(head, (size_t)(str_find(head, S("?>")) + 1));
	ptrdiff_t at = str_find(head, S("encoding="));
	if (!str_starts(head, S("<?xml")) || at < 0)
		return false;
	struct str rest = str_skip(head, (size_t)at + 10), name = str_cut(&rest, head.at[at + 9]);
	return name.len && !str_eq_fold(str_head(name, 3), S("UTF"));
}

/* *ret_encoding NULL: as the file says itself. */
static struct str clean_xml(struct str bytes, struct buf *clean, const char **ret_encoding)
{
	bool other = says_other_encoding(bytes) && !utf8_valid(bytes);
	*ret_encoding = other ? NULL : "UTF-8";
	if (!other && !needs_cleaning(bytes))
		return bytes;
	if (!other)
		buf_add_clean(clean, bytes);
	for (size_t i = 0; other && i < bytes.len; i++)
		if (!is_control(bytes.at[i]))
			buf_addc(clean, bytes.at[i]);
	return buf_str(clean);
}

/* The longest way from one <item> to the next. */
static size_t largest_item(struct str bytes)
{
	size_t largest = 0;
	for (ptrdiff_t at; (at = str_find(bytes, S("<item>"))) >= 0; bytes = str_skip(bytes, (size_t)at + 6))
		largest = (size_t)at > largest ? (size_t)at : largest;
	return bytes.len > largest ? bytes.len : largest;
}

enum err wordpress_read_wxr(struct reading *r, struct str bytes)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(buf_free) struct buf clean = {.max = bytes.len * 3 + 1};
	struct wxr w = {.r = r, .arena = arena, .authors = map_new(arena), .staff = map_new(arena)};
	const char *encoding;
	bytes = clean_xml(bytes, &clean, &encoding);
	if (bytes.len > INT32_MAX)
		return fail(r->cx, ERR_TOO_LARGE, "This export is too large to be read at once. Export the years one by one.");
	if (largest_item(bytes) > ITEM_BYTES_MAX)
		return fail(r->cx, ERR_TOO_LARGE,
			"A single post of this export, with its comments, has more than %zu MiB; that is more than is read at once.",
			    ITEM_BYTES_MAX >> 20);
	CLEANUP(free_reader) xmlTextReader *reader = xmlReaderForMemory(
		bytes.at ? bytes.at : "", (int)bytes.len, NULL, encoding,
			XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_RECOVER);
	must(reader);
	return walk(&w, reader, (i64)bytes.len);
}
