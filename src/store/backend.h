/* backend.h: other models that a workspace asks (backend/backend.h) as rows, and what they said of messages: a row a message and question,
 * which also says that it was asked. A secret is sealed to the working role's key. */
#pragma once
#include "model/meaning.h"
#include "sys/db.h"

struct backend_row {
	i64 id, workspace;
	struct str kind, name;
	unsigned tasks;       /* bits 1 << task */
	struct str settings;  /* JSON object of the kind's fields */
	struct str secret;    /* sealed; empty for none */
	bool takes_private;   /* messages that two sides alone read are asked about too */
	i64 a_day;            /* texts at the most */
	struct str state;     /* ok, paused, failing (asked again at due_at), broken (needs somebody) */
	struct str state_story;
	i64 fail_count;       /* in a row */
	i64 due_at;
	i64 day, asked_today, answered_today; /* days since 1970 in the workspace's zone */
	i64 settled_id;       /* messages up to this one are asked about no more */
	i64 answered_at, changed_at, created_at, archived_at;
};

enum err backend_insert(struct cx *cx, struct db *db, const struct backend_row *backend);
enum err backend_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct backend_row *ret_backend); /* ERR_MISSING */
enum err backends_list(struct cx *cx, struct db *db, i64 workspace, struct backend_row **ret_list, size_t *ret_count); /* those in use, in order */
enum err backend_update(struct cx *cx, struct db *db, const struct backend_row *backend); /* what people set, state and due_at */
/* How it went: state, story, fails, due, counts, settled, answered. Nothing when people changed it since. */
enum err backend_went(struct cx *cx, struct db *db, const struct backend_row *backend);
/* Over all workspaces, for the working role: those whose time has come, the longest waiting first. *ret_next: the time of the next one, 0 when
 * there is none. */
enum err backends_due(struct cx *cx, struct db *db, i64 now, size_t limit, struct backend_row **ret_list, size_t *ret_count, i64 *ret_next);

struct backend_message {
	i64 id, conversation, at, edited_at;
	struct str body, author_name;
};
/* What it was not asked about yet: from outside, said since, after its settled_id, the newest first. */
enum err backend_messages(struct cx *cx, struct db *db, const struct backend_row *backend, i64 since, size_t limit, struct backend_message **ret_list, size_t *ret_count);
/* Names that stand in a conversation or belong to the workspace's people: what a text is freed from. */
enum err backend_names(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str **ret_names, size_t *ret_count);

struct judgement {
	i64 id, workspace, message, backend;
	enum meaning_task task;
	struct str model;
	struct str label; /* a word of the question; empty: it gave no answer */
	int p;            /* percent; of yes or no that it is so; -1: it gave none */
	i64 edited_at;    /* of the text that was judged */
	struct str was;   /* what the models that ship said */
	int was_p;
	bool was_sure;
	i64 at;
};
enum err judgement_put(struct cx *cx, struct db *db, const struct judgement *judgement); /* over an earlier one */
enum err judgements_of(struct cx *cx, struct db *db, i64 workspace, i64 message, struct judgement **ret_list, size_t *ret_count);
