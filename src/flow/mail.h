/* mail.h: letters to colleagues (invitations, new passwords, notifications nobody has read) and to visitors (flow/visitor.h). Written down in the sender's transaction,
 * sent by the working role. A letter whose fate is unknown is not sent again by itself: a doubled letter is worse than a late one,
 * and each of them can be asked for anew. An alarm's alone is: it says by its number that it is the same. */
#pragma once
#include "sys/crypto.h"
#include "sys/db.h"

struct mailer;

struct letter {
	struct str to, to_name, subject, text;
	struct str html;      /* the same once more; empty: text alone */
	struct str dedup_key; /* empty: none */
	i64 due_at;           /* 0: at once */
	i64 notification;     /* not sent any more once this one was read; 0: none */
	i64 digest;           /* nor once this person wants no digests any more; 0: it is none */
	i64 visitor;          /* nor once who wrote in this thread wants none; 0: none */
	struct str message_id;  /* its number, by which one that comes twice is known: it may be sent again after a doubt; empty: never twice */
	struct str unsubscribe; /* where one press ends them (https); empty: none */
};
enum err mail_queue(struct cx *cx, struct db *db, i64 workspace, const struct letter *letter);

/* A name that exists nowhere (RFC 2606), such as those of the sample's people: a mail server could only be bothered by it. */
bool mail_reaches_nobody(struct str address);

/* What letters are made and sent with. */
struct postman {
	struct mailer *mailer;
	struct str public_url;
	const struct key_pair *work; /* opens the ways to visitors' threads */
};
/* The working role: send what waits, and turn notifications unread for some minutes into letters. *ret_count how many left. */
enum err mail_turn(struct cx *cx, struct db *db, const struct postman *postman, i64 *ret_count);
