/* same.h: one person behind several accounts: which other accounts look the same and by what, which somebody said are not, and which
 * cards went into which. Nothing is joined here by itself: these rows are what people are asked about, and what they answered. */
#pragma once
#include "store/contact.h"

/* What two accounts have in common, the strongest last. */
enum evidence_kind {
	SAME_NAME = 1,
	SAME_HANDLE = 2,
	SAME_LINK = 3,   /* both name one address; one of them at least only says so */
	SAME_MAIL = 4,
	SAME_PROVEN = 5, /* both name one address, and the networks of both checked it */
};

struct likeness {
	enum evidence_kind kind;
	struct identity theirs; /* of another contact */
	struct str shared;      /* of SAME_LINK and SAME_PROVEN: the address */
	struct str mine;        /* network of the account it resembles; empty: the card */
};
/* Accounts of other contacts that carry the name or handle of one of this contact's accounts on another network, or the address of one
 * or of its card, or name an address that one of them names; but those that somebody said are somebody else's. What many carry tells nothing and is left out. */
enum err likenesses_of(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct likeness **ret_list, size_t *ret_count);

/* No account of the one contact is the other's, says the person; and taken back. */
enum err identities_apart(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other, i64 person);
enum err identities_apart_forget(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other);

struct contact_merge {
	i64 id, workspace, from, into, person, at;
	struct str identity_ids, filled;
	i64 undone_at;
	struct str from_name, person_name; /* filled when read */
};
enum err contact_merge_insert(struct cx *cx, struct db *db, const struct contact_merge *merge);
enum err contact_merge_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contact_merge *ret_merge); /* ERR_MISSING */
/* ERR_CONFLICT when it is undone already. */
enum err contact_merge_undone(struct cx *cx, struct db *db, i64 workspace, i64 id);
/* What went into a contact and is there still, straight or by another card, newest first. */
enum err contact_merges(struct cx *cx, struct db *db, i64 workspace, i64 into, struct contact_merge **ret_list, size_t *ret_count);
