/* called.h: how people outside are called: the words of a contact's name and address, and of each of its accounts' names and handles, so
 * that somebody is found by the beginning of any of them among millions. Who inserts contacts and identities adds them here; the files of
 * store/ that change them keep it true. Accounts that move from one contact to another need nothing here. */
#pragma once
#include "sys/db.h"

/* `subject` is the id of a contact or an identity, new here. */
enum err called_add(struct cx *cx, struct db *db, i64 workspace, i64 subject, struct str name, struct str other);
/* It is called so from now on. */
enum err called_set(struct cx *cx, struct db *db, i64 workspace, i64 subject, struct str name, struct str other);
/* The contacts in which each of the words begins one of theirs, heard last first; of very many, only the newest are looked at. In
 * cx->arena. */
enum err called_find(struct cx *cx, struct db *db, i64 workspace, struct str words, size_t limit, i64 **ret_contacts, size_t *ret_count);
