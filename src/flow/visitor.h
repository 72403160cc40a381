/* visitor.h: letters to who wrote on a public form and left an email there: one for each answer that arrived, in the form's language, with
 * the answer and the way to their own thread. That a letter is due is written down with the arrival, in one transaction; the working role
 * makes it into a letter in another, with the same number, so that an answer never makes two, whatever is killed when.
 *
 * What must stay true: a letter holds what the house wrote and nothing that the visitor typed, for whoever wants to bother a third person
 * with our letters, and goes twenty times a day to one address at the most; nothing in it tells us whether it was read; whoever wants no
 * more gets no more. */
#pragma once
#include "flow/outside.h"
#include "store/message.h"
#include "store/visitor.h"

struct postman; /* flow/mail.h */

/* They wrote, and left an email: in the transaction of what they wrote. `work` seals the way to the thread for the working role. */
enum err visitor_note(struct cx *cx, struct db *db, i64 workspace, i64 conversation, struct str email, const struct outside *outside, const struct public_key *work);
/* An answer of ours arrived: in the same transaction. Nothing where nobody wants letters. */
enum err visitor_answered(struct cx *cx, struct db *db, const struct message *answer);
/* From the page that only they have. */
enum err visitor_wants(struct cx *cx, struct db *db, i64 workspace, i64 conversation, bool letters);
/* The working role: make letters of what is due. What waited longer than three days (no mail was set up) is let go: it is on their page. */
enum err visitor_letters(struct cx *cx, struct db *db, const struct postman *postman);
/* "n…@example.org": enough to know it again. */
struct str visitor_hint(struct cx *cx, struct str email);
