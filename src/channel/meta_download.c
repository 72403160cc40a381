#include "base/lang.h"
#include "base/utf8.h"
#include "channel/archive_file.h"
#include "channel/meta.h"

#include <string.h>

/* "Download your information" of Facebook and Instagram, in JSON. Files are told apart by what they hold, for their places in the folders
 * changed many times. Nothing has an id there: ids are made of place, time, author and text, the same each time. */

#define MEDIA_MAX 100

struct str latin_repaired(struct arena *arena, struct str text)
{
	struct str rest = text;
	bool high = false;
	char *bytes = NULL;
	size_t len = 0;
	for (size_t i = 0; i < text.len && !high; i++)
		high = (unsigned char)text.at[i] >= 0x80;
	if (!high)
		return text;
	bytes = arena_alloc(arena, text.len + 1);
	while (rest.len) {
		u32 code = utf8_next(&rest);
		if (code > 0xFF)
			return text;
		bytes[len++] = (char)code;
	}
	struct str repaired = {bytes, len};
	return utf8_valid(repaired) ? repaired : text;
}

struct download {
	struct reading *r;
	const struct meta_owner *owner;
	bool instagram;
};

static struct str text_at(struct download *d, const json_t *node, const char *path)
{
	return latin_repaired(d->r->item, json_text(node, path));
}

static void make_id(struct download *d, struct inbound *in, struct str place)
{
	struct str at = arena_printf(d->r->item, "%lld", (long long)in->at);
	struct str first = in->attachment_count ? in->attachments[0].url : (struct str){};
	in->remote_id = id_of_parts(d->r->item, (struct str[]){place, at, in->author_id, in->body, first}, 5);
}

static void say_owner(struct download *d, struct inbound *in)
{
	in->ours = true;
	in->author_followers = -1;
	in->author_name = d->owner->name;
	in->author_handle = d->owner->handle;
	in->author_id = d->owner->handle.len ? d->owner->handle : d->owner->name;
}

static struct str kind_of_file(struct str uri)
{
	static const struct {
		const char *end, *kind;
	} ends[] = {
		{".jpg", "image"}, {".jpeg", "image"}, {".png", "image"}, {".gif", "image"}, {".webp", "image"},
		{".heic", "image"}, {".mp4", "video"},
		{".mov", "video"}, {".webm", "video"}, {".mp3", "audio"}, {".m4a", "audio"}, {".ogg", "audio"}, {".aac", "audio"},
		{".wav", "audio"},
	};
	for (size_t i = 0; i < COUNT(ends); i++)
		if (str_ends(uri, str_of(ends[i].end)))
			return str_of(ends[i].kind);
	return S("file");
}

static void add_uri(struct download *d, struct inbound *in, struct inbound_attachment *all, const json_t *medium)
{
	struct str uri = json_text(medium, "uri");
	if (uri.len && in->attachment_count < MEDIA_MAX)
		all[in->attachment_count++] = (struct inbound_attachment){
			.kind = kind_of_file(uri), .name = text_at(d, medium, "title"), .alt = text_at(d, medium, "description"),
				.url = uri};
}

static void add_link(struct download *d, struct inbound *in, struct inbound_attachment *all, struct str url, struct str name)
{
	if (url.len && in->attachment_count < MEDIA_MAX)
		all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"), .url = url, .name = name};
}

/* attachments: [{"data": [{"media": …} | {"external_context": …} | {"text": …}]}] */
static void read_attachments(struct download *d, const json_t *node, struct inbound *in)
{
	struct inbound_attachment *all = arena_array(d->r->item, struct inbound_attachment, MEDIA_MAX);
	size_t index, inner;
	json_t *group, *part;
	json_array_foreach(json_list(node, "attachments"), index, group)
		json_array_foreach(json_list(group, "data"), inner, part) {
			add_uri(d, in, all, json_map(part, "media"));
			add_link(d, in, all, json_text(part, "external_context/url"), text_at(d, part, "external_context/name"));
		}
	in->attachments = all;
}

/* ---------- messages ---------- */

static enum err read_message(struct download *d, const json_t *message, struct str thread, struct str us)
{
	static const char *const lists[] = {"photos", "videos", "audio_files", "files", "gifs"};
	struct inbound_attachment *all = arena_array(d->r->item, struct inbound_attachment, MEDIA_MAX);
	struct inbound in = {.kind = KIND_DIRECT, .thread_id = thread, .author_followers = -1, .attachments = all};
	in.author_name = in.author_id = text_at(d, message, "sender_name");
	in.body = text_at(d, message, "content");
	in.at = json_instant(message, "timestamp_ms");
	in.ours = us.len && str_eq(in.author_name, us);
	size_t index;
	json_t *medium;
	for (size_t i = 0; i < COUNT(lists); i++)
		json_array_foreach(json_list(message, lists[i]), index, medium)
			add_uri(d, &in, all, medium);
	add_uri(d, &in, all, json_map(message, "sticker"));
	add_link(d, &in, all, json_text(message, "share/link"), text_at(d, message, "share/share_text"));
	if (in.body.len == 0 && in.attachment_count == 0) {
		reading_leave_out(d->r, json_flag(message, "is_unsent") ? N_("messages taken back") : N_("calls and other events"));
		return OK;
	}
	make_id(d, &in, thread);
	return reading_item(d->r, &in);
}

/* Who of the participants the owner is: by the profile, else the one a conversation of two is not named after. */
static struct str our_name(struct download *d, struct arena *arena, const json_t *root)
{
	if (d->owner->name.len)
		return d->owner->name;
	json_t *people = json_list(root, "participants");
	struct str title = latin_repaired(arena, json_text(root, "title"));
	if (json_array_size(people) != 2)
		return (struct str){};
	struct str a = latin_repaired(arena, json_text(json_array_get(people, 0), "name")),
		b = latin_repaired(arena, json_text(json_array_get(people, 1), "name"));
	return str_eq(title, a) ? b : str_eq(title, b) ? a : (struct str){};
}

static enum err read_messages(struct download *d, json_t *root)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct str thread = arena_str(arena, json_text(root, "thread_path")), us = our_name(d, arena, root);
	if (thread.len == 0)
		thread = latin_repaired(arena, json_text(root, "title"));
	size_t index;
	json_t *message;
	json_array_foreach(json_list(root, "messages"), index, message) {
		d->r->list = "messages";
		d->r->index = (i64)index;
		TRY(read_message(d, message, thread, us));
	}
	return OK;
}

/* ---------- posts ---------- */

static enum err read_post(struct reading *r, json_t *node, void *subject)
{
	struct download *d = subject;
	struct inbound in = {.kind = KIND_POST, .at = json_instant(node, "timestamp")};
	size_t index;
	json_t *part;
	say_owner(d, &in);
	json_array_foreach(json_list(node, "data"), index, part) {
		if (json_has(part, "post"))
			in.body = text_at(d, part, "post");
		if (json_has(part, "update_timestamp"))
			in.edited_at = json_instant(part, "update_timestamp");
	}
	read_attachments(d, node, &in);
	if (in.body.len == 0 && in.attachment_count) /* a picture posted with its own words */
		in.body = in.attachments[0].alt;
	if (in.body.len == 0 && in.attachment_count == 0) {
		reading_leave_out(r, N_("posts without text or attachment"));
		return OK;
	}
	make_id(d, &in, S("posts"));
	return reading_item(r, &in);
}

/* Instagram: {"media": [{uri, creation_timestamp, title}], "title", "creation_timestamp"} or one medium alone. */
static enum err read_photo(struct reading *r, json_t *node, void *subject)
{
	struct download *d = subject;
	struct inbound_attachment *all = arena_array(r->item, struct inbound_attachment, MEDIA_MAX);
	json_t *list = json_list(node, "media"), *medium;
	struct inbound in = {.kind = KIND_POST, .body = text_at(d, node, "title"), .at = json_instant(node, "creation_timestamp"),
		.attachments = all};
	size_t index;
	say_owner(d, &in);
	json_array_foreach(list, index, medium)
		add_uri(d, &in, all, medium);
	if (!list)
		add_uri(d, &in, all, node);
	if (in.body.len == 0)
		in.body = text_at(d, json_array_get(list, 0), "title");
	if (in.at == 0)
		in.at = json_instant(json_array_get(list, 0), "creation_timestamp");
	for (size_t i = 0; i < in.attachment_count; i++)
		all[i].name = (struct str){}; /* the text of the post, given again */
	make_id(d, &in, S("media"));
	return reading_item(r, &in);
}

/* ---------- comments ---------- */

static enum err read_comment(struct reading *r, json_t *node, void *subject)
{
	struct download *d = subject;
	const json_t *comment = json_map(json_array_get(json_list(node, "data"), 0), "comment");
	struct inbound in = {.kind = KIND_COMMENT, .at = json_instant(node, "timestamp"), .subject = text_at(d, node, "title")};
	struct str author = text_at(d, comment, "author");
	say_owner(d, &in);
	if (author.len)
		in.author_id = in.author_name = author;
	in.body = text_at(d, comment, "comment");
	if (in.at == 0)
		in.at = json_instant(comment, "timestamp");
	read_attachments(d, node, &in);
	if (in.body.len == 0 && in.attachment_count == 0) {
		reading_leave_out(r, N_("comments without text or attachment"));
		return OK;
	}
	make_id(d, &in, in.subject);
	return reading_item(r, &in);
}

/* Instagram: {"string_map_data": {"Comment": {"value"}, "Media Owner": {"value"}, "Time": {"timestamp"}}}; the keys are in the language
 * of the account, their order is not: the comment is first. */
static enum err read_mapped(struct reading *r, json_t *node, void *subject)
{
	struct download *d = subject;
	json_t *map = json_map(node, "string_map_data"), *value;
	const char *key;
	struct inbound in = {.kind = KIND_COMMENT};
	struct str owner = {};
	say_owner(d, &in);
	json_object_foreach(map, key, value) {
		struct str text = text_at(d, value, "value");
		if (json_has(value, "timestamp") && in.at == 0)
			in.at = json_instant(value, "timestamp");
		if (text.len && in.body.len == 0 && strcmp(key, "Media Owner") != 0)
			in.body = text;
		else if (text.len)
			owner = text;
	}
	in.subject = owner;
	make_id(d, &in, owner);
	return reading_item(r, &in);
}

/* Instagram until 2020: {"media_comments": [["2019-01-01T00:00:00+00:00", "text", "owner"]]} */
static enum err read_triple(struct reading *r, json_t *node, void *subject)
{
	struct download *d = subject;
	struct inbound in = {.kind = KIND_COMMENT, .at = json_instant(json_array_get(node, 0), "")};
	say_owner(d, &in);
	in.body = latin_repaired(r->item, json_str_of(json_array_get(node, 1)));
	in.subject = latin_repaired(r->item, json_str_of(json_array_get(node, 2)));
	make_id(d, &in, in.subject);
	return reading_item(r, &in);
}

/* ---------- files ---------- */

static struct str kept(struct arena *arena, struct str text)
{
	return arena_str(arena, latin_repaired(arena, text));
}

static bool read_profile(json_t *root, struct arena *arena, struct meta_owner *owner)
{
	static const char *const names[] = {"profile_v2/name/full_name", "profile/name/full_name"};
	json_t *user = json_array_get(json_list(root, "profile_user"), 0), *value;
	const char *key;
	for (size_t i = 0; i < COUNT(names) && owner->name.len == 0; i++)
		owner->name = kept(arena, json_text(root, names[i]));
	json_object_foreach(json_map(user, "string_map_data"), key, value) {
		struct str title = latin_repaired(arena, str_of(key));
		if (str_eq(title, S("Username")) || str_eq(title, S("Nom d’utilisateur")) || str_eq(title, S("Nom d'utilisateur")))
			owner->handle = kept(arena, json_text(value, "value"));
		if (str_eq(title, S("Name")) || str_eq(title, S("Nom")))
			owner->name = kept(arena, json_text(value, "value"));
	}
	return user || json_has(root, "profile_v2") || json_has(root, "profile");
}

struct file_kind {
	const char *list;
	enum err (*each)(struct reading *r, json_t *node, void *subject);
};

static bool kind_of_list(const json_t *root, struct file_kind *ret_kind)
{
	static const struct file_kind kinds[] = {
		{"comments_v2", read_comment}, {"group_comments_v2", read_comment}, {"comments", read_comment},
		{"comments_reels_comments", read_mapped},
		{"comments_media_comments", read_mapped}, {"media_comments", read_triple}, {"ig_stories", read_photo},
		{"ig_reels_media", read_photo},
		{"ig_archived_post_media", read_photo}, {"ig_igtv_media", read_photo}, {"group_posts_v2", read_post},
		{"status_updates", read_post},
	};
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const json_t *first = json_array_get(json_list(root, kinds[i].list), 0);
		if (json_list(root, kinds[i].list) && (kinds[i].each != read_comment || !first ||
			(json_has(first, "timestamp") && !json_has(first, "id")))) {
			*ret_kind = kinds[i];
			return true;
		}
	}
	const json_t *first = json_array_get(root, 0);
	if (json_has(first, "string_map_data"))
		*ret_kind = (struct file_kind){"", read_mapped};
	else if (json_has(first, "timestamp") && (json_list(first, "data") || json_list(first, "attachments")))
		*ret_kind = (struct file_kind){"", read_post};
	else if (json_list(first, "media") || (json_has(first, "uri") && json_has(first, "creation_timestamp")))
		*ret_kind = (struct file_kind){"", read_photo};
	else
		return false;
	return true;
}

enum err meta_read_download(struct reading *r, json_t *root, struct arena *arena, struct meta_owner *owner, bool *ret_is)
{
	struct download d = {.r = r, .owner = owner};
	struct file_kind kind;
	*ret_is = true;
	if (json_list(root, "messages") && json_list(root, "participants"))
		return read_messages(&d, root);
	if (json_is_object(root) && read_profile(root, arena, owner)) {
		reading_is(r, N_("a profile"));
		return OK;
	}
	if (kind_of_list(root, &kind))
		return json_each(r, root, kind.list, kind.each, &d);
	*ret_is = false;
	return OK;
}

bool meta_download_is_profile(struct str name)
{
	return str_ends(name, S("profile_information.json")) || str_ends(name, S("personal_information.json"));
}

bool meta_download_wanted(struct str name)
{
	static const char *const parts[] = {"post", "comment", "message", "stories", "reels", "igtv", "content/", "media/"};
	if (!str_ends(name, S(".json")))
		return false;
	for (size_t i = 0; i < COUNT(parts); i++)
		if (str_find(name, str_of(parts[i])) >= 0)
			return true;
	return false;
}

struct export {
	struct reading r;
	struct meta_owner owner;
	bool packed;
};

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	struct export *e = subject;
	bool is_download = false;
	if (json_list(root, "entry") && json_has(root, "object"))
		return meta_read_webhook(r, root);
	TRY(meta_read_download(r, root, r->cx->arena, &e->owner, &is_download));
	if (is_download)
		return OK;
	if (e->packed) {
		reading_leave_out(r, N_("files of a download without messages"));
		return OK;
	}
	return meta_read_graph(r, root);
}

static enum err read_file(struct cx *cx, void *subject, struct str name, struct str bytes)
{
	struct export *e = subject;
	e->r.file = e->packed ? name : (struct str){};
	return reading_forgive(&e->r, json_documents(&e->r, bytes, read_document, e));
}

enum err meta_read_export(struct cx *cx, const struct archive_format *format, const char *path,
	const struct archive_options *options,
			  const struct archive_taker *taker)
{
	struct export e = {.packed = archive_is_packed(path)};
	TRY(reading_start(cx, format, options, taker, &e.r));
	TRY(archive_media(&e.r, path));
	if (e.packed)
		TRY(archive_each_file(cx, path, JSON_FILE_MAX, meta_download_is_profile, read_file, &e));
	TRY(archive_each_file(cx, path, JSON_FILE_MAX, meta_download_wanted, read_file, &e));
	return reading_end(&e.r);
}
