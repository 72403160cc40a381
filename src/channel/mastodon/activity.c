#include "base/lang.h"
#include "channel/json_read.h"
#include "channel/mastodon/mastodon.h"

#include <string.h>

/* One ActivityPub activity or object: https://www.w3.org/TR/activitystreams-vocabulary/. Nearly every property may be one value, a
 * list of them, or an object with an id; servers use all three. */

const json_t *activity_object(const json_t *node)
{
	static const char *const acts[] = {"Create", "Update", "Delete"};
	const json_t *object = json_map(node, "object");
	return object && str_in(json_text(node, "type"), acts, COUNT(acts)) ? object : node;
}

/* The first value of a property, as an address: of a string itself, of an object its href or id. */
static struct str address(const json_t *value)
{
	if (json_is_array(value))
		value = json_array_get(value, 0);
	if (json_is_string(value))
		return json_str_of(value);
	struct str href = json_text(value, "href");
	return href.len ? href : json_text(value, "id");
}

struct str activity_parent(const json_t *object)
{
	return address(json_at(object, "inReplyTo"));
}

struct str activity_author(const json_t *node)
{
	struct str author = address(json_at(activity_object(node), "attributedTo"));
	if (author.len == 0)
		author = address(json_at(activity_object(node), "actor"));
	return author.len ? author : address(json_at(node, "actor"));
}

struct str activity_handle(struct arena *arena, struct str actor)
{
	ptrdiff_t scheme = str_find(actor, S("://"));
	if (scheme < 0)
		return (struct str){};
	struct str rest = str_skip(actor, (size_t)scheme + 3), host = str_cut(&rest, '/'), last = {};
	while (rest.at) {
		struct str part = str_cut(&rest, '/');
		if (part.len)
			last = part;
	}
	if (str_starts(last, S("@")))
		last = str_skip(last, 1);
	if (last.len == 0 || host.len == 0)
		return (struct str){};
	return arena_printf(arena, "%.*s@%.*s", STR_ARG(last), STR_ARG(host));
}

static bool is_public(struct str address)
{
	return str_ends(address, S("#Public")) || str_eq(address, S("as:Public")) || str_eq(address, S("Public"));
}

struct audience {
	bool any, everybody, followers;
};

static void add_audience(struct audience *audience, const json_t *value)
{
	size_t index;
	const json_t *entry;
	if (json_is_string(value)) {
		audience->any = true;
		audience->everybody |= is_public(json_str_of(value));
		audience->followers |= str_ends(json_str_of(value), S("/followers"));
	}
	json_array_foreach(value, index, entry)
		if (json_is_string(entry))
			add_audience(audience, entry);
}

static struct audience audience_of(const json_t *node)
{
	struct audience audience = {};
	const json_t *object = activity_object(node);
	static const char *const fields[] = {"to", "cc", "audience"};
	for (size_t i = 0; i < COUNT(fields); i++) {
		add_audience(&audience, json_at(node, fields[i]));
		if (object != node)
			add_audience(&audience, json_at(object, fields[i]));
	}
	return audience;
}

/* The web page of an object: `url` may be a list of links, of which the HTML one is for people. */
static struct str page_of(const json_t *object)
{
	const json_t *url = json_at(object, "url"), *link;
	size_t index;
	json_array_foreach(url, index, link)
		if (str_eq(json_text(link, "mediaType"), S("text/html")))
			return address(link);
	struct str page = address(url);
	return page.len ? page : json_text(object, "id");
}

static struct str language_of(const json_t *object)
{
	json_t *map = json_map(object, "contentMap");
	if (json_object_size(map) == 1)
		return str_of(json_object_iter_key(json_object_iter(map)));
	struct str language = json_text(object, "language/identifier"); /* PeerTube, Lemmy */
	return language.len ? language : json_text(object, "language");
}

static struct str content_of(struct arena *arena, const json_t *object)
{
	struct str content = json_text(object, "content"), type = json_text(object, "mediaType");
	json_t *map = json_map(object, "contentMap");
	if (content.len == 0 && json_object_size(map))
		content = json_str_of(json_object_iter_value(json_object_iter(map)));
	bool html = !str_eq(type, S("text/markdown")) && !str_eq(type, S("text/plain"));
	return html ? html_to_text(arena, content) : content;
}

static void add_part(struct buf *b, struct str part)
{
	part = str_trim(part);
	if (part.len == 0)
		return;
	buf_adds(b, b->len ? "\n\n" : "");
	buf_add(b, part);
}

static struct str body_of(struct arena *arena, const json_t *object, struct str title)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str content = content_of(arena, object), summary = html_to_text(arena, json_text(object, "summary"));
	if (!str_starts(content, summary)) /* some servers give the text again, cut */
		add_part(&b, summary); /* a content warning; of an article its lead */
	add_part(&b, content);
	static const char *const choices[] = {"oneOf", "anyOf"};
	for (size_t i = 0; i < COUNT(choices); i++) {
		size_t index;
		json_t *choice;
		json_array_foreach(json_list(object, choices[i]), index, choice)
			buf_addf(&b, "\n- %.*s", STR_ARG(json_text(choice, "name")));
	}
	if (b.len == 0)
		add_part(&b, title);
	return buf_keep(&b, arena);
}

static struct str attachment_kind(struct str type, struct str media)
{
	if (str_eq(type, S("Image")) || str_starts(media, S("image/")))
		return S("image");
	if (str_eq(type, S("Video")) || str_starts(media, S("video/")))
		return S("video");
	if (str_eq(type, S("Audio")) || str_starts(media, S("audio/")))
		return S("audio");
	return str_eq(type, S("Link")) ? S("link") : S("file");
}

static void add_attachment(const json_t *a, struct inbound_attachment *all, size_t *count)
{
	struct str type = json_text(a, "type"), media = json_text(a, "mediaType"), url = address(json_at(a, "url"));
	if (media.len == 0 && json_is_object(json_at(a, "url")))
		media = json_text(a, "url/mediaType");
	if (url.len == 0)
		url = json_text(a, "href");
	if (url.len == 0 || str_eq(type, S("PropertyValue")))
		return;
	all[(*count)++] = (struct inbound_attachment){.kind = attachment_kind(type, media), .alt = json_text(a, "name"),
		.type = media, .url = url};
}

static void read_attachments(struct reading *r, const json_t *object, struct inbound *in)
{
	static const char *const fields[] = {"attachment", "image"};
	size_t count = 0, index;
	const json_t *a;
	struct inbound_attachment *all = arena_array(r->item, struct inbound_attachment,
						     json_array_size(json_at(object,
							"attachment")) + json_array_size(json_at(object, "image")) + 3);
	for (size_t i = 0; i < COUNT(fields); i++) {
		const json_t *value = json_at(object, fields[i]);
		if (json_is_object(value))
			add_attachment(value, all, &count);
		json_array_foreach(value, index, a)
			add_attachment(a, all, &count);
	}
	struct str type = json_text(object, "type");
	if (str_eq(type, S("Video")) || str_eq(type, S("Audio")))
		all[count++] = (struct inbound_attachment){.kind = str_eq(type, S("Video")) ? S("video") : S("audio"),
			.url = page_of(object)};
	in->attachments = all;
	in->attachment_count = count;
}

/* Does a Mention tag name the account of the options? */
static bool names_account(const struct reading *r, const json_t *object)
{
	struct str account = r->options->account;
	size_t index;
	json_t *tag;
	if (str_starts(account, S("@")))
		account = str_skip(account, 1);
	json_array_foreach(json_list(object, "tag"), index, tag) {
		struct str name = json_text(tag, "name");
		if (str_starts(name, S("@")))
			name = str_skip(name, 1);
		if (account.len && str_eq(json_text(tag, "type"), S("Mention")) &&
		    (str_eq_fold(name, account) || str_eq(json_text(tag, "href"), account)))
			return true;
	}
	return false;
}

static enum err read_removed(struct reading *r, const struct mastodon_file *file, const json_t *node)
{
	const json_t *object = activity_object(node);
	struct inbound in = {.removed = true, .author_followers = -1};
	in.remote_id = object == node && json_has(node, "object") ? address(json_at(node, "object")) : json_text(object, "id");
	in.thread_id = threads_root(file->threads, in.remote_id);
	in.author_id = activity_author(node);
	in.at = json_instant(node, "published");
	in.ours = file->owner.id.len && str_eq(in.author_id, file->owner.id);
	return reading_item(r, &in);
}

static void read_author(struct reading *r, const json_t *node, struct inbound *in)
{
	const json_t *embedded = json_map(activity_object(node), "attributedTo");
	if (!embedded)
		embedded = json_map(node, "actor");
	in->author_id = activity_author(node);
	in->author_handle = activity_handle(r->item, in->author_id);
	in->author_name = json_text(embedded, "name");
	if (in->author_name.len == 0)
		in->author_name = json_text(embedded, "preferredUsername");
	if (in->author_name.len == 0)
		in->author_name = in->author_handle;
	in->author_url = in->author_id;
	in->author_avatar = address(json_at(embedded, "icon/url"));
	in->author_followers = -1;
}

enum err mastodon_read_activity(struct reading *r, const struct mastodon_file *file, const struct mastodon_found *found)
{
	const json_t *node = found->node, *object = activity_object(node);
	struct arena *arena = r->item;
	if (str_eq(json_text(node, "type"), S("Delete")) || str_eq(json_text(object, "type"), S("Tombstone")))
		return read_removed(r, file, node);
	struct audience audience = audience_of(node);
	struct str conversation = json_text(object, "conversation");
	struct inbound in = {
		.remote_id = json_text(object, "id"), .parent_id = activity_parent(object), .subject = json_text(object, "name"),
		.lang = language_of(object), .url = page_of(object), .at = json_instant(object, "published"),
		.edited_at = json_instant(object, "updated"),
	};
	if (in.remote_id.len == 0)
		in.remote_id = json_text(node, "id");
	if (in.at == 0)
		in.at = json_instant(node, "published");
	if (in.subject.len)
		in.subject_url = in.url;
	in.body = body_of(arena, object, in.subject);
	in.thread_id = conversation.len ? conversation : threads_root(file->threads, in.remote_id);
	read_author(r, node, &in);
	in.ours = file->owner.id.len && str_eq(in.author_id, file->owner.id);
	if (in.ours && file->owner.name.len)
		in.author_name = file->owner.name;
	if (in.ours && file->owner.handle.len)
		in.author_handle = file->owner.handle;
	in.kind = in.parent_id.len ? KIND_COMMENT : names_account(r, object) ? KIND_MENTION : KIND_POST;
	bool to_persons = audience.any && !audience.everybody && !audience.followers;
	if (to_persons || str_eq(json_text(object, "type"), S("ChatMessage")))
		in.kind = KIND_DIRECT;
	in.visibility = audience.any && !audience.everybody ? VISIBILITY_PRIVATE : VISIBILITY_PUBLIC;
	read_attachments(r, object, &in);
	return reading_item(r, &in);
}
