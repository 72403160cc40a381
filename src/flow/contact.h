/* contact.h: what colleagues write down about the people outside, and who is one person: joining two cards, taking them apart again,
 * saying that two are not one. Nothing is joined by itself. Each verb is one transaction, audited, and can be taken back: `undo` (may
 * be NULL) notes how. */
#pragma once
#include "store/contact.h"

struct undo;

/* Name, email, phone, company, place, language and note of a contact as given. ERR_BAD_INPUT names the field. */
enum err contact_edit(struct cx *cx, struct db *db, const struct contact *contact);
/* `from` is `into` from now on: its accounts and conversations go there, and what the other card did not say. */
enum err contact_merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, struct undo *undo);
/* Back to what they were before that merge, as far as nobody moved the accounts since. */
enum err contact_unmerge(struct cx *cx, struct db *db, i64 workspace, i64 merge, struct undo *undo);
/* One account leaves its contact, with the conversations that it began: to the card it came from, or a new one. Not proposed again. */
enum err contact_split(struct cx *cx, struct db *db, i64 workspace, i64 identity, struct undo *undo, i64 *ret_contact);
/* The two are not one person: not proposed again. And that taken back. */
enum err contact_apart(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other, struct undo *undo);
enum err contact_apart_undo(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other);
