/* aside.h: from public to private with one point of contact: a word in public that it goes on elsewhere, a message to the person, both
 * conversations one case; what the person then writes in private comes to who moved it, and when it is solved the public thread waits for its
 * last word. The two answers leave as all answers do (flow/reply.h: undo, approval, the ledger). Each verb is one transaction. */
#pragma once
#include "flow/reply.h"
#include "store/conversation.h"
#include "store/aside.h"
#include "store/message.h"

struct aside_request {
	i64 conversation;
	struct str body;     /* to the person alone; empty: a sentence that says who is there */
	struct reply_files files; /* with it */
	struct str holding;  /* in public; empty: a sentence that says it goes on in private */
};
/* ERR_CONFLICT when it is on its way already; ERR_BAD_INPUT where the last word was private anyway, or the network has no private messages. */
enum err aside_start(struct cx *cx, struct db *db, i64 workspace, const struct aside_request *request, struct aside *ret_aside);
/* The last word in public; empty: nothing more is to be said there. ERR_MISSING when no case is open. */
enum err aside_close(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str body);

/* Whose case a private message from outside belongs to, if it waits for one (id 0: none): its conversation comes to the point of contact. The
 * caller keeps the conversation, then links the two. */
enum err aside_expect(struct cx *cx, struct db *db, struct conversation *conversation, struct aside *ret_aside);
enum err aside_link(struct cx *cx, struct db *db, struct aside *aside, const struct conversation *conversation);
/* In the caller's transaction: the conversation is done, or somebody else's, and so is the rest of its case. */
enum err aside_done(struct cx *cx, struct db *db, i64 workspace, i64 conversation);
enum err aside_given(struct cx *cx, struct db *db, const struct conversation *conversation);

/* Sentences in the language of what was said. */
const char *aside_holding(const struct cx *cx, const struct message *said);
struct str aside_opening(struct cx *cx, const struct message *said);
const char *aside_closing(const struct cx *cx, const struct message *said);
