/* todo.h: what waits for somebody, one list: Today shows it, the rail counts it. Whatever both need to agree on is decided here.
 *
 * What must stay true: a thing waits once. A conversation that wants an answer is not counted beside an answer of it that did not leave,
 * waits for approval, or came back; all flagged messages are one thing, and so are all posts that a person publishes by hand. Texts are in the task's arena. */
#pragma once
#include "base/cx.h"
#include "store/message.h"

enum todo_kind { TODO_ANSWER, TODO_APPROVAL, TODO_RETURNED, TODO_FLAG, TODO_SECOND, TODO_MENTION, TODO_FAILED, TODO_BACK, TODO_CHANNEL, TODO_BY_HAND, TODO_KINDS };

struct todo_item {
	enum todo_kind kind;
	i64 id;                    /* of the message, the notification or the channel */
	i64 conversation, message; /* 0: none */
	i64 count;                 /* of flagged messages; of posts to be published by hand */
	struct str by, text;       /* who asks; what was answered, or remarked */
};

struct todo {
	bool is_team;             /* of everybody, else of who asks */
	struct todo_item *items;  /* all but the conversations that want an answer: those are many, and their list is the inbox's */
	size_t count;
	i64 answers;              /* conversations that want one and are not among the items; up to TALLY_MOST */
	i64 total;
	struct message *waiting;  /* answers of ours that have not left, the newest 200 */
	size_t waiting_count;
};
/* As it is now. The total of who asks is what todo_count() gives for the next second. */
enum err todo_of(struct cx *cx, struct db *db, bool is_team, struct todo *ret_todo);
bool todo_has(const struct todo *todo, i64 conversation);
/* Of who asks; at most a second old. */
enum err todo_count(struct cx *cx, struct db *db, i64 *ret_count);
