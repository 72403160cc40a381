/* relation.h: all that was said between one person outside and the team, whatever the network and the conversation: their messages by
 * all their accounts, our answers and the team's notes in the conversations that are theirs. Newest first, by place. */
#pragma once
#include "model/message.h"
#include "store/list.h"
#include "sys/db.h"

struct said_line {
	i64 message, at, conversation, hidden_at, removed_at;
	enum message_kind kind;
	enum direction direction;
	enum visibility visibility;
	enum reply_state reply_state;
	int rating;
	i64 message_count; /* of the conversation */
	struct str body, lang, author_name, network;
	struct str channel_name, subject; /* of the conversation */
};
struct said_filter {
	struct str network; /* empty: any */
	bool notes;         /* the team's notes alone */
};
/* Newest first, keys are instants. Bodies are the first few hundred characters. */
enum err relation_said(struct cx *cx, struct db *db, i64 workspace, i64 contact, const struct said_filter *filter, struct list_place from,
		       size_t limit, struct said_line **ret_lines, size_t *ret_count);

/* The same, newest first, with what figures are made of alone; of ours only what was sent. */
struct said_mark {
	i64 message, conversation, at;
	enum direction direction;
	struct str lang, channel_name;
	bool is_hidden;
};
enum err relation_marks(struct cx *cx, struct db *db, i64 workspace, i64 contact, size_t limit, struct said_mark **ret_marks, size_t *ret_count);

/* Of their messages that are hidden now: how many under which article. */
struct hidden_under {
	i64 article_number, count;
	struct str article_title; /* JSON by language */
};
enum err relation_hidden(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct hidden_under **ret_list, size_t *ret_count);
