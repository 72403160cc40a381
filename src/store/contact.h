/* contact.h: the people outside, and their identities: one account of a contact on one network. */
#pragma once
#include "sys/db.h"

#include <jansson.h>

struct contact {
	i64 id, workspace;
	struct str name, email, phone, company, place, lang, note;
	struct str attributes; /* JSON object */
	i64 merged_into;       /* 0: not merged */
	i64 first_at, last_at;
	i64 conversation_count;
};

struct identity {
	i64 id, workspace, contact;
	struct str network, remote_id, handle, name, url, avatar_url;
	i64 followers; /* -1 unknown */
	struct str place; /* where they say they are */
};

/* A contact's email is kept in lower case, without what surrounds it. The caller makes who is new findable, by called_add(): all of a
 * batch at once, since between other statements SQLite writes that index out each time. */
enum err contact_insert(struct cx *cx, struct db *db, const struct contact *contact);
/* Follows merges: the contact that is meant today. ERR_MISSING. */
enum err contact_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contact *ret_contact);
enum err contact_update(struct cx *cx, struct db *db, const struct contact *contact); /* what people may edit */
enum err contact_touch(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 first_at, i64 last_at, i64 more_conversations); /* heard */
/* Newest first, before (last_at, id); last_at 0 starts. */
enum err contact_list(struct cx *cx, struct db *db, i64 workspace, i64 before_at, i64 before_id, size_t limit, struct contact **ret_contacts,
		      size_t *ret_count);
enum err contact_find(struct cx *cx, struct db *db, i64 workspace, struct str words, size_t limit, struct contact **ret_contacts,
		      size_t *ret_count); /* each of `words` begins a word of their name, email, or an account's name or handle; see called.h */

enum err identity_insert(struct cx *cx, struct db *db, const struct identity *identity);
enum err identity_by_remote(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str remote_id,
			    struct identity *ret_identity); /* ERR_MISSING without a story */
enum err identity_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct identity *ret_identity);
enum err identity_update(struct cx *cx, struct db *db, const struct identity *identity); /* card, followers and place */
/* The addresses that it names now; written only where they are others than before. `proven` goes beside each. Those without a key are left out. */
#define IDENTITY_LINKS_MAX 8
struct identity_link {
	struct str key; /* same_link_key() */
	bool proven;
};
enum err identity_links_set(struct cx *cx, struct db *db, i64 workspace, i64 identity, const struct identity_link *links, size_t count);
enum err identity_followed(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 followers, struct str place); /* these alone */
/* Where the person behind it is: as colleagues wrote on the card, else as they say themselves; empty: nobody knows. */
enum err identity_place(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str *ret_place);
/* One of its accounts goes to another contact, with the conversations that it began. The caller counts both again. */
enum err identity_move(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 from, i64 into);
/* All its accounts and conversations go there; it is `into` from now on. */
enum err contact_join(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into);
enum err contact_stand(struct cx *cx, struct db *db, i64 workspace, i64 id); /* by itself again */
/* Its conversations, and when it was heard first and last, from the rows themselves. */
enum err contact_recount(struct cx *cx, struct db *db, i64 workspace, i64 id);
enum err identities_of(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct identity **ret_identities, size_t *ret_count);
