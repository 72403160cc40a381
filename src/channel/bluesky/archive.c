#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/bluesky/bluesky.h"
#include "channel/json_read.h"

#include <string.h>

/* Answers of the AppView (feeds, threads, posts, notifications), lone records, lines of Jetstream, and repository exports (car.c). */

extern const struct archive_format archive_bluesky;

#define CAR_MAX ((size_t)2 << 30)

static enum err read_view(struct reading *r, const json_t *view, bool mention)
{
	struct bluesky_post post = bluesky_view(view);
	post.mention = mention;
	return bluesky_read_post(r, &post);
}

static bool is_post(const json_t *record)
{
	struct str type = json_text(record, "$type");
	return str_eq(type, S("app.bsky.feed.post")) || (type.len == 0 && json_has(record, "text") &&
		json_has(record, "createdAt"));
}

/* A thread is a tree: parents above, replies below. Walked with a stack of its own, so that a deep one is only long. */
static enum err read_tree(struct reading *r, json_t *top)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	json_t **stack = NULL, *reply;
	size_t count = 0, capacity = 0, index;
	*arena_push(arena, stack, count, capacity) = top;
	while (count) {
		json_t *node = stack[--count];
		if (json_map(node, "post/record"))
			TRY(read_view(r, json_map(node, "post"), false));
		else if (json_flag(node, "notFound") || json_flag(node, "blocked"))
			reading_leave_out(r, N_("posts taken away or blocked"));
		if (json_map(node, "parent"))
			*arena_push(arena, stack, count, capacity) = json_map(node, "parent");
		json_t *replies = json_list(node, "replies");
		for (index = json_array_size(replies); index > 0; index--) { /* the first one on top */
			reply = json_array_get(replies, index - 1);
			*arena_push(arena, stack, count, capacity) = reply;
		}
	}
	return OK;
}

/* https://github.com/bluesky-social/jetstream: {"did", "time_us", "kind": "commit", "commit": {operation, collection, rkey, record}} */
static enum err read_jetstream(struct reading *r, const json_t *line)
{
	struct str collection = json_text(line, "commit/collection"), did = json_text(line, "did");
	if (!str_eq(json_text(line, "kind"), S("commit"))) {
		reading_leave_out(r, N_("changes of accounts"));
		return OK;
	}
	if (!str_eq(collection, S("app.bsky.feed.post"))) {
		reading_leave_out(r, bluesky_other(collection));
		return OK;
	}
	struct str key = json_text(line, "commit/rkey");
	struct str uri = arena_printf(r->item, "at://%.*s/app.bsky.feed.post/%.*s", STR_ARG(did), STR_ARG(key));
	if (str_eq(json_text(line, "commit/operation"), S("delete"))) {
		struct inbound gone = {.remote_id = uri, .author_id = did, .author_followers = -1, .removed = true,
			.at = json_instant(line, "time_us")};
		return reading_item(r, &gone);
	}
	struct bluesky_post post = {.record = json_map(line, "commit/record"), .uri = uri, .did = did,
		.indexed_at = json_instant(line, "time_us")};
	return bluesky_read_post(r, &post);
}

static enum err read_notification(struct reading *r, const json_t *notification)
{
	struct str reason = json_text(notification, "reason");
	if (is_post(json_map(notification, "record")))
		return read_view(r, notification, str_eq(reason, S("mention")));
	reading_leave_out(r, bluesky_other(json_text(notification, "record/$type")));
	return OK;
}

/* com.atproto.repo.listRecords: {"uri", "cid", "value"} */
static enum err read_listed(struct reading *r, const json_t *item)
{
	if (!is_post(json_map(item, "value"))) {
		reading_leave_out(r, bluesky_other(json_text(item, "value/$type")));
		return OK;
	}
	struct bluesky_post post = {.record = json_map(item, "value"), .uri = json_text(item, "uri")};
	return bluesky_read_post(r, &post);
}

static enum err read_one(struct reading *r, json_t *item, void *subject)
{
	struct str type = json_text(item, "$type");
	if (json_has(item, "commit") || (json_has(item, "did") && json_has(item, "time_us")))
		return read_jetstream(r, item);
	if (json_map(item, "post") || str_ends(type, S("#threadViewPost")) || json_flag(item, "notFound"))
		return read_tree(r, item);
	if (json_map(item, "record") && json_has(item, "reason"))
		return read_notification(r, item);
	if (is_post(json_map(item, "record")))
		return read_view(r, item, false);
	if (json_map(item, "value"))
		return read_listed(r, item);
	if (is_post(item)) {
		struct bluesky_post post = {.record = item};
		return bluesky_read_post(r, &post);
	}
	if (str_find(type, S("#profileView")) >= 0 || (json_has(item, "did") && json_has(item, "handle")))
		reading_leave_out(r, N_("profiles"));
	else if (str_ends(type, S("getLikes#like")))
		reading_leave_out(r, N_("likes"));
	else if (str_ends(type, S("#reasonRepost")))
		reading_leave_out(r, N_("reposts"));
	else if (type.len)
		reading_leave_out(r, bluesky_other(type));
	else
		reading_is(r, N_("nothing that Bluesky's interface answers"));
	return OK;
}

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	static const char *const lists[] = {"feed", "posts", "thread", "notifications", "records", "likes", "follows", "followers",
		"repostedBy"};
	if (json_is_array(root))
		return json_each(r, root, "", read_one, NULL);
	if (json_is_string(json_at(root, "error"))) {
		reading_is(r, N_("an error answer"));
		return OK;
	}
	for (size_t i = 0; i < COUNT(lists); i++)
		if (json_list(root, lists[i]) || json_map(root, lists[i])) {
			reading_is(r, N_("an empty page of results"));
			return json_each(r, root, lists[i], read_one, NULL);
		}
	return read_one(r, root, NULL);
}

static enum err read_file(struct reading *r, struct str name, struct str bytes)
{
	if (bluesky_is_car(bytes))
		return bluesky_read_car(r, bytes);
	return json_documents(r, bytes, read_document, NULL);
}

static bool wanted(struct str name)
{
	return str_ends(name, S(".car")) || str_ends(name, S(".json")) || str_ends(name, S(".jsonl"));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	return archive_read_files(cx, &archive_bluesky, path, options, taker, CAR_MAX, wanted, read_file);
}

static int recognise(struct str name, struct str head, struct str names)
{
	if (bluesky_is_car(head))
		return 95;
	return str_find(head, S("app.bsky.")) >= 0 ? 95 : 0;
}

const struct archive_format archive_bluesky = {
	.word = "bluesky", .title = N_("Bluesky repository and feeds"), .network = "bluesky",
	.about = N_("The repository that Bluesky gives under Settings, Account, Export my data (a .car file), lines of Jetstream, and JSON of the "
		    "interface: feeds, threads, posts, notifications."),
	.recognise = recognise, .read = read_path,
};
