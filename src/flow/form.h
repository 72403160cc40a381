/* form.h: the public page of a channel: somebody without an account writes to us, sees the answers at an address that only they have, and
 * goes on there. What is sent is read and taken like what the API pushes (the kind's own reader, the same ingest), so that the same form
 * sent twice makes one message.
 *
 * What must stay true: nobody signs in, so nothing is believed: each form is a contact of its own, whatever email it names (people at the
 * desk join contacts, not senders). An address shows the thread that began on the form and nothing else: no note, no draft, no message
 * that was merged in from elsewhere. The consent that was given is kept with its wording. */
#pragma once
#include "channel/channel.h"
#include "flow/outside.h"
#include "store/channel.h"
#include "store/conversation.h"
#include "store/message.h"
#include "store/visitor.h"
#include "store/workspace.h"

#define FORM_TEXT_MAX 5000
#define FORM_FILE_MAX (5 << 20)
#define FORM_HOUR_MAX 200        /* messages of one channel's form, then it asks to come back later */
#define FORM_FRESH (2 * SECOND)  /* nobody writes to us faster */
#define FORM_LIFE (24 * HOUR)    /* of a page that was left open */

/* As its owner set it. Texts are JSON by language; empty ones have a wording of the program's. */
struct form {
	struct channel channel;
	struct workspace workspace;
	struct str title, intro, consent;
	bool is_open, takes_files, needs_email;
};
/* ERR_MISSING when no page has this key, or it is closed. */
enum err form_by_key(struct cx *cx, struct db *db, struct str key, struct form *ret_form);
enum err form_of_channel(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct form *ret_form); /* closed ones too */

struct form_wish {
	bool is_open, takes_files, needs_email;
	struct str title, intro, consent; /* JSON by language */
};
/* Opens or closes it, and words it; the first opening makes its key. ERR_CONFLICT for a kind of channel without one. */
enum err form_set(struct cx *cx, struct db *db, i64 workspace, i64 channel, const struct form_wish *wish);
/* Another address: the one before is closed for good. Threads that began there go on. */
enum err form_renew(struct cx *cx, struct db *db, i64 workspace, i64 channel);

/* What somebody sends. */
struct form_letter {
	struct str nonce;                 /* of the stamp: the same for the same form */
	struct str name, email, subject, text;
	struct str consent;               /* the wording they agreed to; empty in what follows the first */
	struct str file_name, file_bytes; /* empty: none */
	struct str address;               /* their IP address, for the log of the act */
	enum err (*store_blob)(struct cx *cx, void *subject, struct str bytes, struct str *ret_hash);
	void *blobs;
	const struct outside *outside;    /* the way back, for letters (flow/visitor.h), and the key that seals it; NULL: none are sent */
	const struct public_key *work;
};
/* What a file is by its bytes, whatever its name says: "image/png" and "image". False for what a form does not take. Static texts. */
bool form_file_type(struct str bytes, struct str *ret_type, struct str *ret_kind);
/* The bytes of an upload of that size; ERR_BAD_INPUT on "file" when it is too large. */
enum err form_file(struct cx *cx, const char *path, i64 size, struct str *ret_bytes);
/* The first message. Field errors are those of the page: name, email, text, file. *ret_conversation is the thread's own. */
enum err form_send(struct cx *cx, struct db *db, const struct form *form, const struct form_letter *letter, i64 *ret_conversation);

/* ---- the thread, for who holds its address ---- */

struct form_talk {
	struct conversation conversation; /* the thread's own, whatever it was merged into */
	struct channel channel;
	struct workspace workspace;
	struct message *messages;         /* theirs, and ours that were sent; oldest first */
	size_t count;
	bool can_answer;
	struct visitor visitor;           /* conversation 0: answers do not come by mail */
};
/* ERR_MISSING when it did not begin on a form. */
enum err form_talk(struct cx *cx, struct db *db, i64 conversation, struct form_talk *ret_talk);
enum err form_answer(struct cx *cx, struct db *db, const struct form_talk *talk, const struct form_letter *letter);
