/* reply.h: answers of ours, from the keyboard to the outbox: drafts, approval, sending now (after the seconds of undo) or later,
 * taking back. An answer is a message (direction out) with a reply_state; the outbox does the rest. Every verb is one
 * transaction. */
#pragma once
#include "flow/reply_files.h"
#include "flow/undo.h"
#include "store/message.h"

struct reply_request {
	i64 conversation;
	i64 draft;               /* an answer in state draft or approval that this replaces; 0 none */
	i64 parent;              /* the message it answers; 0 = the last one from outside */
	struct str body;
	struct reply_files files;
	enum visibility visibility;
	i64 send_at;             /* 0 = now */
	bool ask_approval;       /* though the actor could send alone */
	bool only_draft;         /* keep it, send nothing */
	int status_after;        /* enum status of the conversation, -1 = as it is */
};

enum err reply_compose(struct cx *cx, struct db *db, i64 workspace, const struct reply_request *request, struct message *ret_message, struct undo *undo);
/* Before it left: back to a draft. */
enum err reply_withdraw(struct cx *cx, struct db *db, i64 workspace, i64 message);
/* The person wrote before what we had scheduled left: it may no longer fit, so it is a draft again and its author is told. One
 * that is just leaving leaves. */
enum err replies_overtaken(struct cx *cx, struct db *db, i64 workspace, i64 conversation);
/* A scheduled answer: at another time (0 = now). */
enum err reply_reschedule(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 send_at);
/* Of a draft, one that waits for approval, a scheduled one. Who cannot send alone asks for approval anew by changing it. */
enum err reply_edit(struct cx *cx, struct db *db, i64 workspace, i64 message, struct str body);
/* By somebody who may approve and did not write it. `seen`: approval.asked_at as they read it, moved on by each change of the text
 * (ERR_CONFLICT then); 0 = whatever it is now. */
enum err reply_approve(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 seen, struct str remark);
enum err reply_return(struct cx *cx, struct db *db, i64 workspace, i64 message, i64 seen, struct str remark);
/* Refused by the network, or held: once more. */
enum err reply_retry(struct cx *cx, struct db *db, i64 workspace, i64 message);
/* Nobody can tell whether it arrived, and a person looked: it did, or it did not and goes again. */
enum err reply_settle(struct cx *cx, struct db *db, i64 workspace, i64 message, bool arrived);
