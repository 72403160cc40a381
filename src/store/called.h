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

/* One account of somebody, as it is proposed while somebody else is typing. */
struct called_account {
	i64 identity, last_at;    /* last_at: when its person was heard last */
	struct str network, handle, url;
	struct str name;          /* as the card says; else as the account does */
};
/* The accounts with a handle on this network, heard last first: of the people heard last; of those whose name, or whose handle (by_handle), begins so, as
 * model/same.h spells them (of very many, the first in that order are looked at); of those in whose names or handles each of the words begins one. */
enum err called_newest_on(struct cx *cx, struct db *db, i64 workspace, struct str network, size_t limit, struct called_account **ret_accounts, size_t *ret_count);
enum err called_begin_on(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str key, bool by_handle, size_t limit, struct called_account **ret_accounts,
			 size_t *ret_count);
enum err called_on(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str words, size_t limit, struct called_account **ret_accounts, size_t *ret_count);
