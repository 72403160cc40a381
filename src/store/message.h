/* message.h: messages as rows: what was said, its versions and its attachments; and its words for full-text search, the one port
 * with two bodies (FTS5, tsvector). Nothing here deletes. */
#pragma once
#include "model/message.h"
#include "sys/db.h"

struct message {
	i64 id, workspace, conversation, home, channel;
	enum message_kind kind;
	enum direction direction;
	struct str remote_id;        /* empty: not on the network (yet) */
	struct str parent_remote_id;
	i64 identity, author;        /* from outside, or ours; 0 none */
	struct str author_name;
	struct str body, lang;
	enum visibility visibility;
	int rating;
	struct str url;
	i64 at, received_at, edited_at, removed_at, hidden_at;
	i64 attachment_count;
	enum reply_state reply_state;
};

struct attachment {
	i64 id, message;
	struct str kind, name, alt, type, url, blob_hash;
	i64 size;
};

struct message_version {
	i64 until;
	struct str body;
};

enum err message_insert(struct cx *cx, struct db *db, const struct message *message);
enum err message_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct message *ret_message); /* ERR_MISSING */
enum err message_by_remote(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id,
			   struct message *ret_message); /* ERR_MISSING without a story */
/* Write what can change: conversation, remote_id, body, url, at, edited/removed/hidden, attachment_count, reply_state, visibility, channel, parent. */
enum err message_save(struct cx *cx, struct db *db, const struct message *message);
/* The outbox moves states: fails with ERR_CONFLICT when the message is not in `from` any more. */
enum err message_move(struct cx *cx, struct db *db, i64 workspace, i64 id, enum reply_state from, enum reply_state to);

/* All messages of a conversation to another; those whose thread was `home` back from `conversation`; those from a place on. */
enum err message_move_all(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into);
enum err message_move_home(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 home);
enum err message_move_from(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, i64 at, i64 id);

/* A thread, oldest first, after the place (at, id); both 0 start at the oldest. `limit` at most. */
enum err message_thread(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 after_at, i64 after_id, size_t limit,
			struct message **ret_messages, size_t *ret_count);
/* The newest `limit` of a thread, oldest first; before the place when it is not 0. */
enum err message_thread_end(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 before_at, i64 before_id, size_t limit,
			    struct message **ret_messages, size_t *ret_count);
enum err message_last_inbound(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct message *ret_message); /* ERR_MISSING */
/* Ours that wait for their hour, in one conversation; at most 20. */
enum err messages_scheduled(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct message **ret_messages, size_t *ret_count);
enum err message_drafts(struct cx *cx, struct db *db, i64 workspace, i64 conversation, i64 author, struct message *ret_message); /* the newest draft; ERR_MISSING */
/* Answers of ours that did not leave yet and wait for somebody or their time (draft, approval, scheduled, failed, held, unknown),
 * the newest first. */
enum err messages_waiting(struct cx *cx, struct db *db, i64 workspace, size_t limit, struct message **ret_messages, size_t *ret_count);

enum err message_version_add(struct cx *cx, struct db *db, const struct message *message, i64 until);
enum err message_versions(struct cx *cx, struct db *db, i64 workspace, i64 message, struct message_version **ret_versions, size_t *ret_count);

enum err attachment_insert(struct cx *cx, struct db *db, i64 workspace, const struct attachment *attachment);
enum err attachment_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct attachment *ret_attachment); /* ERR_MISSING */
enum err attachments_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct attachment **ret_attachments, size_t *ret_count);

/* ---- search ---- */

enum err message_index(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body, struct str author_name);
/* Take the words given to message_index() back out, before indexing an edited text. */
enum err message_unindex(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str body, struct str author_name);

struct message_hit {
	struct message message;
	struct str contact_name, channel_name, channel_network;
	enum status status; /* of its conversation */
};
/* Newest first. Words are all required; "quoted words" are a phrase; word* is a prefix; -word excludes. `before_id` 0 starts.
 * ERR_BAD_INPUT on field "q" for a query without a word. */
enum err message_search(struct cx *cx, struct db *db, i64 workspace, struct str query, i64 before_id, size_t limit,
			struct message_hit **ret_hits, size_t *ret_count);
