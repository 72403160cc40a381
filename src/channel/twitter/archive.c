#include "base/lang.h"
#include "channel/archive_file.h"
#include "channel/twitter/twitter.h"

#include <string.h>

/* The archive that X gives is a zip with data/tweets.js, data/direct-messages.js, data/account.js …, each JavaScript that assigns a
 * list: `window.YTD.tweets.part0 = [ {"tweet": {…}} ]`. Beside it, JSON of both interfaces (v1.c, v2.c). */

extern const struct archive_format archive_twitter;

struct export {
	struct reading r;
	struct twitter_file file;
	bool packed;
};

static enum err read_account(struct reading *r, json_t *item, void *subject)
{
	struct twitter_file *file = subject;
	const json_t *account = json_map(item, "account");
	file->account = arena_str(file->arena, json_text(account, "accountId"));
	file->handle = arena_str(file->arena, json_text(account, "username"));
	file->name = arena_str(file->arena, json_text(account, "accountDisplayName"));
	return OK;
}

struct tweets {
	struct twitter_file *file;
	struct threads *threads;
};

static enum err read_archived(struct reading *r, json_t *item, void *subject)
{
	struct tweets *tweets = subject;
	json_t *tweet = json_map(item, "tweet");
	return twitter_read_v1(tweets->file, tweets->threads, tweet ? tweet : item, true);
}

static enum err read_tweets(struct twitter_file *file, json_t *root)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct reading *r = file->r;
	struct tweets tweets = {.file = file, .threads = r->threads ? r->threads : threads_new(arena)};
	size_t index;
	json_t *item;
	json_array_foreach(root, index, item) {
		const json_t *tweet = json_map(item, "tweet") ? json_map(item, "tweet") : item;
		threads_add(tweets.threads, json_text(tweet, "id_str"), json_text(tweet, "in_reply_to_status_id_str"));
	}
	return r->learning ? OK : json_each(r, root, "", read_archived, &tweets);
}

/* Conversation ids are "A-B", the two accounts; the one that stands in all of them is the archive's owner. */
static struct str common_account(struct arena *arena, const json_t *root)
{
	struct str a = {}, b = {};
	size_t index;
	json_t *item;
	json_array_foreach(root, index, item) {
		struct str rest = json_text(item, "dmConversation/conversationId"), left = str_cut(&rest, '-');
		if (rest.len == 0)
			continue;
		if (a.len == 0 && b.len == 0) {
			a = left;
			b = rest;
			continue;
		}
		bool has_a = str_eq(a, left) || str_eq(a, rest), has_b = str_eq(b, left) || str_eq(b, rest);
		if (has_a != has_b)
			return arena_str(arena, has_a ? a : b);
	}
	return (struct str){};
}

static enum err read_direct(struct twitter_file *file, const json_t *message, struct str conversation)
{
	struct reading *r = file->r;
	struct arena *arena = r->item;
	json_t *list = json_list(message, "mediaUrls"), *url;
	size_t index;
	struct inbound_attachment *all = arena_array(arena, struct inbound_attachment, json_array_size(list) + 1);
	struct inbound in = {
		.kind = KIND_DIRECT, .remote_id = json_id(arena, message, "id"), .thread_id = conversation, .author_followers = -1,
		.author_id = json_id(arena, message, "senderId"), .body = twitter_plain(arena, json_text(message, "text")),
		.at = json_instant(message, "createdAt"), .attachments = all,
	};
	in.ours = file->account.len && str_eq(in.author_id, file->account);
	if (in.ours) {
		in.author_handle = file->handle;
		in.author_name = file->name;
	}
	json_array_foreach(list, index, url)
		all[in.attachment_count++] = (struct inbound_attachment){.kind = S("file"), .url = json_str_of(url)};
	return reading_item(r, &in);
}

static enum err read_conversation(struct reading *r, json_t *item, void *subject)
{
	struct twitter_file *file = subject;
	size_t index;
	json_t *message;
	json_array_foreach(json_list(item, "dmConversation/messages"), index, message) {
		if (json_map(message, "messageCreate"))
			TRY(read_direct(file, json_map(message, "messageCreate"),
				json_text(item, "dmConversation/conversationId")));
		else
			reading_leave_out(r, N_("comings and goings of members"));
	}
	return OK;
}

static const char *other(const json_t *item)
{
	static const struct {
		const char *key, *what;
	} others[] = {
		{"like", N_("likes")}, {"follower", N_("followers")}, {"following", N_("accounts followed")},
		{"ad", N_("advertisements shown")},
		{"ipAudit", N_("sign-ins")}, {"profile", N_("profiles")}, {"block", N_("blocks")},
		{"deletedTweet", N_("deleted posts")},
	};
	for (size_t i = 0; i < COUNT(others); i++)
		if (json_has(item, others[i].key))
			return others[i].what;
	return NULL;
}

static enum err read_document(struct reading *r, json_t *root, void *subject)
{
	struct twitter_file *file = subject;
	const json_t *first = json_array_get(root, 0);
	bool is_v1 = false;
	if (json_has(first, "account"))
		return json_each(r, root, "", read_account, file);
	if (json_has(first, "tweet") || (json_has(first, "full_text") && !json_has(first, "user")))
		return read_tweets(file, root);
	if (json_has(first, "dmConversation")) {
		if (file->account.len == 0)
			file->account = common_account(file->arena, root);
		return json_each(r, root, "", read_conversation, file);
	}
	if (other(first)) {
		reading_leave_out_many(r, other(first), (i64)json_array_size(root));
		return OK;
	}
	TRY(twitter_read_v1_document(file, root, &is_v1));
	if (is_v1)
		return OK;
	if (json_is_array(root)) {
		reading_is(r, N_("no list that X's archive or interface has"));
		return OK;
	}
	return twitter_read_v2_document(file, root);
}

static bool is_account(struct str name)
{
	return str_ends(name, S("account.js"));
}

/* tweets.js, tweets-part1.js, tweet.js (until 2022), direct-messages.js, direct-messages-group.js … */
static bool wanted(struct str name)
{
	const char *slash = name.len ? memrchr(name.at, '/', name.len) : NULL;
	struct str last = slash ? str_skip(name, (size_t)(slash - name.at) + 1) : name;
	if (str_ends(last, S(".json")))
		return true;
	return str_ends(last, S(".js")) && (str_starts(last, S("tweet")) || str_starts(last, S("direct-message"))) &&
	       !str_starts(last, S("tweetdeck")) && !str_starts(last, S("tweet-headers")) && str_find(last, S("-headers")) < 0;
}

static enum err read_file(struct cx *cx, void *subject, struct str name, struct str bytes)
{
	struct export *e = subject;
	e->r.file = e->packed ? name : (struct str){};
	return reading_forgive(&e->r, json_documents(&e->r, bytes, read_document, &e->file));
}

static enum err read_path(struct cx *cx, const char *path, const struct archive_options *options, const struct archive_taker *taker)
{
	struct export e = {.packed = archive_is_packed(path)};
	TRY(reading_start(cx, &archive_twitter, options, taker, &e.r));
	TRY(archive_media(&e.r, path));
	e.r.learns = true;
	e.file = (struct twitter_file){.r = &e.r, .arena = cx->arena};
	if (e.packed)
		TRY(archive_each_file(cx, path, JSON_FILE_MAX, is_account, read_file, &e));
	TRY(archive_each_file(cx, path, JSON_FILE_MAX, wanted, read_file, &e));
	return reading_end(&e.r);
}

static int recognise(struct str name, struct str head, struct str names)
{
	if (str_find(names, S("data/tweets.js")) >= 0 || str_find(names, S("data/tweet.js")) >= 0)
		return 98;
	if (str_starts(head, S("window.YTD.")))
		return 98;
	if (str_find(head, S("\"edit_history_tweet_ids\"")) >= 0 || str_find(head, S("\"dm_conversation_id\"")) >= 0 ||
	    str_find(head, S("\"referenced_tweets\"")) >= 0 || str_find(head, S("\"in_reply_to_status_id_str\"")) >= 0)
		return 90;
	return str_find(head, S("\"data\"")) >= 0 && str_find(head, S("\"text\"")) >= 0 && str_find(head, S("\"id\"")) >= 0 ? 35
		: 0;
}

const struct archive_format archive_twitter = {
	.word = "twitter", .also = "x", .title = N_("X (Twitter) archive"), .network = "x",
	.about = N_("The archive that X makes under Settings, Your account (a zip, or only its data/tweets.js and data/direct-messages.js), and JSON "
		    "of X's interface."),
	.recognise = recognise, .read = read_path,
};
