/* message.h: messages as rows: what was said, its versions and its attachments; and its words for full-text search, the one port
 * with two bodies (FTS5, tsvector). Nothing here deletes. */
#pragma once
#include "model/meaning.h"
#include "model/message.h"
#include "store/list.h"
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
	struct meaning meaning; /* of what comes from outside */
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
struct message_place {
	i64 id, workspace;
};
/* Over all workspaces, for the working role: of the `looked` messages just before an id, those from outside that other models than these
 * read, the newest first, `limit` at the most; *ret_reached: below it nothing was looked at; 0: there is nothing. */
enum err messages_read_otherwise(struct cx *cx, struct db *db, i64 version, i64 before, i64 looked, size_t limit, struct message_place **ret_list,
				 size_t *ret_count, i64 *ret_reached);
enum err message_ids_of_all(struct cx *cx, struct db *db, i64 *ret_first, i64 *ret_last); /* 0, 0: none */
enum err message_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct message *ret_message); /* ERR_MISSING */
enum err message_by_remote(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id,
			   struct message *ret_message); /* ERR_MISSING without a story */
/* A message that was taken away before it came: once noted, it is known until it is pruned (90 days). */
enum err removal_add(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id); /* again: nothing */
enum err removal_known(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id, bool *ret_known);
enum err removals_any(struct cx *cx, struct db *db, i64 workspace, i64 channel, bool *ret_any);
enum err removals_prune(struct cx *cx, struct db *db, i64 before_id);

/* Write what can change: conversation, remote_id, body, url, at, edited/removed/hidden, attachment_count, reply_state, visibility, channel, parent. */
enum err message_save(struct cx *cx, struct db *db, const struct message *message);
/* What it is understood to say, and nothing else. */
enum err message_understand(struct cx *cx, struct db *db, i64 workspace, i64 id, const struct meaning *meaning);
/* Over all workspaces, for the working role: what came from outside and nobody understood yet, the newest first. Id, workspace, conversation, at,
 * body and lang alone. */
enum err messages_to_understand(struct cx *cx, struct db *db, size_t limit, struct message **ret_messages, size_t *ret_count);
/* The outbox moves states: fails with ERR_CONFLICT when the message is not in `from` any more. */
enum err message_move(struct cx *cx, struct db *db, i64 workspace, i64 id, enum reply_state from, enum reply_state to);

enum err message_move_thread(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 conversation, i64 home); /* one message, with its thread on the network */
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
/* What was said in one thread of the network, wherever it was merged or split to, oldest first. */
enum err message_of_home(struct cx *cx, struct db *db, i64 workspace, i64 home, size_t limit, struct message **ret_messages, size_t *ret_count);
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
enum err attachment_delete(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 id); /* of that message; else nothing happens */
enum err attachments_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct attachment **ret_attachments, size_t *ret_count);

/* How many messages came into a channel since an instant, up to `most`. */
enum err channel_received(struct cx *cx, struct db *db, i64 workspace, i64 channel, i64 since, i64 most, i64 *ret_count);

/* ---- search ---- */

/* Its words and marks (channel, kind, author, language, day, whether it is hidden or removed). */
enum err message_index(struct cx *cx, struct db *db, const struct message *message);
/* With its body folded before: what of it needs no database. */
struct str message_folded(struct arena *arena, struct str body);
enum err message_index_folded(struct cx *cx, struct db *db, const struct message *message, struct str folded);
/* Take what message_index() was given back out, before indexing it as it is now. */
enum err message_unindex(struct cx *cx, struct db *db, const struct message *message);

#define MESSAGE_NO_NOTES (-2) /* as a direction: people and us */
struct message_filter {
	struct str words;        /* as typed: model/search.h; may be empty where something else narrows */
	i64 channel;             /* 0 any */
	int kind, direction;     /* -1 any */
	int status;              /* of the conversation, -1 any */
	enum { MESSAGE_ANY_STATE, MESSAGE_VISIBLE, MESSAGE_HIDDEN, MESSAGE_REMOVED } state;
	struct str lang;         /* empty: any */
	const i64 *identities;   /* one of these, or */
	size_t identity_count;
	i64 author;              /* this colleague */
	i64 since, until;        /* when it was said: from the one to just before the other; 0 open */
	const struct message_effort *effort; /* of message_prepare(); NULL: searched once only */
};
#define MESSAGE_FILTER ((struct message_filter){.kind = -1, .direction = -1, .status = -1})

struct message_hit {
	struct message message;
	struct str contact_name, channel_name, channel_network;
	enum status status; /* of its conversation */
	i64 message_count;  /* in it */
};
/* For several searches and counts by the same words: what their stars stand for is looked up once, and a count takes no more than what the
 * search before it left of the time. *filter and its copies; in cx->arena. */
enum err message_prepare(struct cx *cx, struct db *db, struct message_filter *filter);
/* Newest first. ERR_BAD_INPUT on field "q" for words that cannot be searched. *ret_reached: 0, or the search was stopped after it had taken
 * its time: the id to go on from, in the same direction. */
enum err message_find(struct cx *cx, struct db *db, i64 workspace, const struct message_filter *filter, struct list_place from, size_t limit,
		      struct message_hit **ret_hits, size_t *ret_count, i64 *ret_reached);
/* By words alone. ret_reached may be NULL. */
enum err message_search(struct cx *cx, struct db *db, i64 workspace, struct str words, struct list_place from, size_t limit, struct message_hit **ret_hits,
			size_t *ret_count, i64 *ret_reached);
/* How many, counted up to `most`; -1 where that would take long. */
enum err message_found_count(struct cx *cx, struct db *db, i64 workspace, const struct message_filter *filter, size_t most, i64 *ret_count);
