/* mail.h: letters to colleagues: invitations, new passwords, notifications nobody has read. Written down in the sender's transaction,
 * sent by the working role. A letter whose fate is unknown is not sent again by itself: a doubled letter is worse than a late one,
 * and each of them can be asked for anew. */
#pragma once
#include "sys/db.h"

struct mailer;

struct letter {
	struct str to, to_name, subject, text;
	struct str dedup_key; /* empty: none */
	i64 due_at;           /* 0: at once */
	i64 notification;     /* not sent any more once this one was read; 0: none */
};
enum err mail_queue(struct cx *cx, struct db *db, i64 workspace, const struct letter *letter);

/* The working role: send what waits, and turn notifications unread for some minutes into letters. *ret_count how many left. */
enum err mail_turn(struct cx *cx, struct db *db, struct mailer *mailer, struct str public_url, i64 *ret_count);
