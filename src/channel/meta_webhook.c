#include "base/lang.h"
#include "channel/meta.h"

#include <string.h>

/* Pushed changes of pages and of Instagram accounts (https://developers.facebook.com/docs/graph-api/webhooks/reference) and messages of
 * both (https://developers.facebook.com/docs/messenger-platform/reference/webhook-events). */

#define MEDIA_MAX 30

struct push {
	struct reading *r;
	const json_t *entry;
	struct str account; /* the page or account it is about */
	bool instagram;
	bool mention; /* what is pushed names us, somewhere else */
};

static i64 change_time(const struct push *p, const json_t *value)
{
	i64 at = json_instant(value, "created_time");
	return at ? at : json_instant(p->entry, "time");
}

static void read_sender(struct push *p, const json_t *value, struct inbound *in)
{
	struct arena *arena = p->r->item;
	in->author_id = json_id(arena, value, "from/id");
	in->author_name = json_text(value, "from/name");
	in->author_handle = json_text(value, "from/username");
	in->author_followers = -1;
	if (in->author_id.len == 0)
		in->author_id = json_id(arena, value, "sender_id");
	if (in->author_name.len == 0)
		in->author_name = json_text(value, "sender_name");
	in->ours = p->account.len && str_eq(in->author_id, p->account);
}

static void read_media(struct push *p, const json_t *value, struct inbound *in)
{
	struct inbound_attachment *all = arena_array(p->r->item, struct inbound_attachment, MEDIA_MAX + 3);
	struct str item = json_text(value, "item");
	size_t index;
	json_t *photo;
	json_array_foreach(json_list(value, "photos"), index, photo)
		if (index < MEDIA_MAX)
			all[in->attachment_count++] = (struct inbound_attachment){.kind = S("image"), .url = json_str_of(photo)};
	if (json_has(value, "photo"))
		all[in->attachment_count++] = (struct inbound_attachment){.kind = S("image"), .url = json_text(value, "photo")};
	if (json_has(value, "video"))
		all[in->attachment_count++] = (struct inbound_attachment){.kind = S("video"), .url = json_text(value, "video")};
	if (json_has(value, "link"))
		all[in->attachment_count++] = (struct inbound_attachment){
			.kind = str_eq(item, S("photo")) ? S("image") : str_eq(item, S("video")) ? S("video") : S("link"),
				.url = json_text(value, "link")};
	in->attachments = all;
}

static bool is_removal(struct str verb)
{
	return str_eq(verb, S("remove")) || str_eq(verb, S("delete"));
}

static enum err read_comment(struct push *p, const json_t *value)
{
	struct arena *arena = p->r->item;
	struct str verb = json_text(value, "verb"), parent = json_id(arena, value, "parent_id"),
		post = json_id(arena, value, "post_id");
	struct inbound in = {
		.kind = p->mention ? KIND_MENTION : KIND_COMMENT, .remote_id = json_id(arena, value, "comment_id"), .parent_id = parent.len ? parent : post,
		.network = S("facebook"), .body = json_text(value, "message"), .at = change_time(p, value),
			.removed = is_removal(verb),
		.url = json_text(value, "post/permalink_url"),
	};
	bool top = parent.len == 0 || str_eq(parent, post);
	in.thread_id = top ? in.remote_id : parent;
	if (str_starts(verb, S("edit")))
		in.edited_at = json_instant(p->entry, "time");
	read_sender(p, value, &in);
	read_media(p, value, &in);
	return reading_item(p->r, &in);
}

static enum err read_post(struct push *p, const json_t *value)
{
	static const char *const ids[] = {"post_id", "photo_id", "video_id", "share_id", "album_id", "event_id"};
	struct arena *arena = p->r->item;
	struct str verb = json_text(value, "verb"), message = json_text(value, "message");
	struct inbound in = {
		.kind = p->mention ? KIND_MENTION : KIND_POST, .network = S("facebook"), .body = message.len ? message : json_text(value, "story"),
			.at = change_time(p, value),
		.removed = is_removal(verb),
	};
	for (size_t i = 0; i < COUNT(ids) && in.remote_id.len == 0; i++)
		in.remote_id = json_id(arena, value, ids[i]);
	if (str_starts(verb, S("edit")))
		in.edited_at = json_instant(p->entry, "time");
	read_sender(p, value, &in);
	read_media(p, value, &in);
	if (in.body.len == 0 && in.attachment_count == 0 && !in.removed) {
		reading_leave_out(p->r, N_("notices without a text"));
		return OK;
	}
	return reading_item(p->r, &in);
}

static enum err read_review(struct push *p, const json_t *value)
{
	struct arena *arena = p->r->item;
	struct inbound in = {
		.kind = KIND_REVIEW, .network = S("facebook"), .remote_id = json_id(arena, value, "open_graph_story_id"),
		.author_id = json_id(arena, value, "reviewer_id"), .author_name = json_text(value, "reviewer_name"),
			.author_followers = -1,
		.body = json_text(value, "review_text"), .rating = (int)json_number(value, "rating", 0),
			.at = change_time(p, value),
		.removed = is_removal(json_text(value, "verb")), .subject = json_text(value, "recommendation_type"),
	};
	if (str_starts(json_text(value, "verb"), S("edit")))
		in.edited_at = json_instant(p->entry, "time");
	return reading_item(p->r, &in);
}

static enum err read_photo_comment(struct push *p, const json_t *value)
{
	struct arena *arena = p->r->item;
	struct str parent = json_id(arena, value, "parent_id");
	struct inbound in = {
		.kind = KIND_COMMENT, .network = S("instagram"), .remote_id = json_id(arena, value, "id"),
		.parent_id = parent.len ? parent : json_id(arena, value, "media/id"), .body = json_text(value, "text"),
			.at = change_time(p, value), .subject = json_text(value, "media/ad_title"),
	};
	in.thread_id = parent.len ? parent : in.remote_id;
	read_sender(p, value, &in);
	return reading_item(p->r, &in);
}

static enum err read_change(struct push *p, const json_t *change)
{
	static const char *const posts[] = {"status", "post", "photo", "video", "share", "link", "album", "event", "note",
		"milestone"};
	const json_t *value = json_map(change, "value");
	struct str item = json_text(value, "item"), field = json_text(change, "field");
	p->mention = str_eq(field, S("mention"));
	if (str_eq(item, S("comment")) && !(json_has(value, "message") || json_has(value, "photo") || json_has(value, "video") ||
		is_removal(json_text(value, "verb")))) {
		reading_leave_out(p->r, N_("notices without a text"));
		return OK;
	}
	if (str_eq(item, S("comment")))
		return read_comment(p, value);
	if (str_eq(item, S("rating")))
		return read_review(p, value);
	if (str_in(item, posts, COUNT(posts)))
		return read_post(p, value);
	if (str_eq(item, S("like")) || str_eq(item, S("reaction")))
		reading_leave_out(p->r, N_("likes"));
	else if ((str_eq(field, S("comments")) || str_eq(field, S("live_comments"))) && json_has(value, "text"))
		return read_photo_comment(p, value);
	else if (str_eq(field, S("mentions")))
		reading_leave_out(p->r, N_("mentions told without their text"));
	else
		reading_leave_out(p->r, N_("notices of other kinds"));
	return OK;
}

static void read_message_media(struct push *p, const json_t *message, struct inbound *in)
{
	struct inbound_attachment *all = arena_array(p->r->item, struct inbound_attachment, MEDIA_MAX + 2);
	static const char *const kinds[] = {"image", "video", "audio", "file"};
	size_t index;
	json_t *a;
	json_array_foreach(json_list(message, "attachments"), index, a) {
		struct str type = json_text(a, "type"), url = json_text(a, "payload/url"), title = json_text(a, "payload/title");
		const json_t *product = json_array_get(json_list(a, "payload/product/elements"), 0);
		if (index >= MEDIA_MAX)
			break;
		if (url.len == 0)
			url = json_text(a, "url");
		if (title.len == 0)
			title = json_has(a, "title") ? json_text(a, "title") : json_text(product, "title");
		if (title.len == 0 && json_map(a, "payload/coordinates"))
			title = arena_printf(p->r->item, "%.6f, %.6f", json_number_value(json_at(a, "payload/coordinates/lat")),
					     json_number_value(json_at(a, "payload/coordinates/long")));
		all[in->attachment_count++] = (struct inbound_attachment){
			.kind = str_in(type, kinds, COUNT(kinds)) ? type : S("link"), .name = title.len ? title : type,
			.url = url.len ? url : json_text(product, "image_url")};
	}
	/* An answer to a story of ours says which; what the network shows nobody but in its own program is at least told to be there. */
	if (json_map(message, "reply_to/story"))
		all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"), .name = S("story"), .url = json_text(message, "reply_to/story/url")};
	if (json_flag(message, "is_unsupported") && !in->attachment_count && !in->body.len)
		all[in->attachment_count++] = (struct inbound_attachment){.kind = S("link"), .name = S("unsupported_type")};
	in->attachments = all;
}

static i64 edits_of(const json_t *message)
{
	i64 count = 0;
	if (!str_to_i64(json_text(message, "num_edit"), &count))
		count = json_number(message, "num_edit", 1);
	return count < 1 ? 1 : count > 1000 ? 1000 : count;
}

static enum err read_message(struct push *p, const json_t *event, const json_t *message)
{
	struct arena *arena = p->r->item;
	struct str sender = json_id(arena, event, "sender/id"), recipient = json_id(arena, event, "recipient/id");
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = json_id(arena, message, "mid"),
			.parent_id = json_id(arena, message, "reply_to/mid"),
		.author_id = sender, .author_followers = -1, .body = json_text(message, "text"),
			.at = json_instant(event, "timestamp"),
		.ours = json_flag(message, "is_echo") || (p->account.len && str_eq(sender, p->account)),
			.removed = json_flag(message, "is_deleted"),
		.network = p->instagram ? S("instagram") : S("facebook"),
	};
	in.thread_id = in.ours ? recipient : sender;
	i64 told = json_instant(p->entry, "time");
	if (in.at == 0)
		in.at = told;
	if (json_has(message, "num_edit")) /* which of its edits it is orders those of one instant */
		in.edited_at = (told > in.at ? told : in.at) + edits_of(message);
	read_message_media(p, message, &in);
	return reading_item(p->r, &in);
}

static enum err read_event(struct push *p, const json_t *event)
{
	static const struct {
		const char *key, *what;
	} others[] = {
		{"reaction", N_("likes")}, {"read", N_("receipts")}, {"delivery", N_("receipts")}, {"optin", N_("consents")},
		{"referral", N_("ways people came")}, {"pass_thread_control", N_("hand-overs between programs")},
		{"take_thread_control", N_("hand-overs between programs")},
		{"request_thread_control", N_("hand-overs between programs")},
		{"policy-enforcement", N_("notices of the platform")}, {"account_linking", N_("linked accounts")},
	};
	if (json_map(event, "message"))
		return read_message(p, event, json_map(event, "message"));
	if (json_map(event, "message_edit"))
		return read_message(p, event, json_map(event, "message_edit"));
	if (json_has(event, "postback/title")) { /* what a person chose from a menu, in its words */
		struct arena *arena = p->r->item;
		struct inbound in = {
			.kind = KIND_DIRECT, .remote_id = json_id(arena, event, "postback/mid"),
				.author_id = json_id(arena, event, "sender/id"),
			.author_followers = -1, .body = json_text(event, "postback/title"), .at = json_instant(event, "timestamp"),
			.network = p->instagram ? S("instagram") : S("facebook"),
		};
		in.thread_id = in.author_id;
		return reading_item(p->r, &in);
	}
	for (size_t i = 0; i < COUNT(others); i++)
		if (json_has(event, others[i].key)) {
			reading_leave_out(p->r, others[i].what);
			return OK;
		}
	reading_leave_out(p->r, json_has(event, "postback") ? N_("buttons pressed") : N_("notices of other kinds"));
	return OK;
}

enum err meta_read_webhook(struct reading *r, json_t *root)
{
	size_t index, inner;
	json_t *entry, *item;
	json_array_foreach(json_list(root, "entry"), index, entry) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct push p = {.r = r, .entry = entry, .account = json_id(arena, entry, "id"),
			.instagram = str_eq(json_text(root, "object"), S("instagram"))};
		r->list = "entry";
		r->index = (i64)index;
		json_array_foreach(json_list(entry, "changes"), inner, item)
			TRY(read_change(&p, item));
		json_array_foreach(json_list(entry, "messaging"), inner, item)
			TRY(read_event(&p, item));
		json_array_foreach(json_list(entry, "standby"), inner, item)
			TRY(read_event(&p, item));
	}
	reading_is(r, N_("a push without changes"));
	return OK;
}
