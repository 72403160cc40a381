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
	bool confirmed;
};

enum err contact_insert(struct cx *cx, struct db *db, const struct contact *contact);
/* Follows merges: the contact that is meant today. ERR_MISSING. */
enum err contact_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contact *ret_contact);
enum err contact_update(struct cx *cx, struct db *db, const struct contact *contact); /* what people may edit */
enum err contact_touch(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 at, i64 more_conversations);
enum err contact_merge_rows(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into); /* identities, conversations, counts */
/* Newest first, before (last_at, id); last_at 0 starts. */
enum err contact_list(struct cx *cx, struct db *db, i64 workspace, i64 before_at, i64 before_id, size_t limit, struct contact **ret_contacts,
		      size_t *ret_count);
enum err contact_find(struct cx *cx, struct db *db, i64 workspace, struct str words, size_t limit, struct contact **ret_contacts,
		      size_t *ret_count); /* name, handle or email containing `words`, case-insensitively */

enum err identity_insert(struct cx *cx, struct db *db, const struct identity *identity);
enum err identity_by_remote(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str remote_id,
			    struct identity *ret_identity); /* ERR_MISSING without a story */
enum err identity_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct identity *ret_identity);
enum err identity_update(struct cx *cx, struct db *db, const struct identity *identity); /* card and followers */
enum err identities_of(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct identity **ret_identities, size_t *ret_count);
