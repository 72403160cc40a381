#include "store/contact.h"

#include "base/utf8.h"
#include "model/same.h"
#include "store/called.h"
#include "store/sql.h"

#define CONTACT                                                                                                                \
	"SELECT id, workspace_id, name, email, phone, company, place, lang, note, attributes, merged_into, first_at, last_at,"  \
	" conversation_count FROM contact "
#define IDENTITY                                                                                                               \
	"SELECT id, workspace_id, contact_id, network, remote_id, handle, name, url, avatar_url, followers, place FROM identity "
#define MERGES_MAX 10 /* hops from a merged contact to the one meant today */

static struct contact read_contact(struct cx *cx, const struct row *row)
{
	return (struct contact){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.name = row_str(row, 2, cx->arena),
		.email = row_str(row, 3, cx->arena),
		.phone = row_str(row, 4, cx->arena),
		.company = row_str(row, 5, cx->arena),
		.place = row_str(row, 6, cx->arena),
		.lang = row_str(row, 7, cx->arena),
		.note = row_str(row, 8, cx->arena),
		.attributes = row_str(row, 9, cx->arena),
		.merged_into = row_i64(row, 10),
		.first_at = row_i64(row, 11),
		.last_at = row_i64(row, 12),
		.conversation_count = row_i64(row, 13),
	};
}

static struct identity read_identity(struct cx *cx, const struct row *row)
{
	return (struct identity){
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.contact = row_i64(row, 2),
		.network = row_str(row, 3, cx->arena),
		.remote_id = row_str(row, 4, cx->arena),
		.handle = row_str(row, 5, cx->arena),
		.name = row_str(row, 6, cx->arena),
		.url = row_str(row, 7, cx->arena),
		.avatar_url = row_str(row, 8, cx->arena),
		.followers = row_i64(row, 9),
		.place = row_str(row, 10, cx->arena),
	};
}

enum err contact_insert(struct cx *cx, struct db *db, const struct contact *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO contact (id, workspace_id, name, email, phone, company, place, lang, note, first_at, last_at,"
			  " conversation_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		      db_i64(c->id), db_i64(c->workspace), db_text(c->name), db_text(c->email), db_text(c->phone), db_text(c->company),
		      db_text(c->place), db_text(c->lang), db_text(c->note), db_i64(c->first_at), db_i64(c->last_at),
		      db_i64(c->conversation_count));
}

enum err contact_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct contact *ret_contact)
{
	for (int hop = 0; hop < MERGES_MAX; hop++) {
		CLEANUP(row_endp) struct row *row = NULL;
		enum err e = db_one(cx, db, &row, CONTACT "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
		if (e == ERR_MISSING)
			return fail(cx, e, N_("This contact does not exist in this workspace."));
		TRY(e);
		if (row_null(row, 10)) {
			*ret_contact = read_contact(cx, row);
			return OK;
		}
		id = row_i64(row, 10);
	}
	return fail(cx, ERR_SYSTEM, N_("The contact was merged in a circle; run “parvis check”."));
}

enum err contact_update(struct cx *cx, struct db *db, const struct contact *c)
{
	TRY(db_run(cx, db, NULL,
		      "UPDATE contact SET name = ?3, email = ?4, phone = ?5, company = ?6, place = ?7, lang = ?8, note = ?9"
			  " WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(c->workspace), db_i64(c->id), db_text(c->name), db_text(c->email), db_text(c->phone), db_text(c->company),
		      db_text(c->place), db_text(c->lang), db_text(c->note)));
	return called_set(cx, db, c->workspace, c->id, c->name, c->email);
}

enum err contact_touch(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 first_at, i64 last_at, i64 more_conversations)
{
	return db_run(cx, db, NULL,
		      "UPDATE contact SET last_at = CASE WHEN last_at > ?4 THEN last_at ELSE ?4 END,"
			  " first_at = CASE WHEN first_at < ?3 THEN first_at ELSE ?3 END, conversation_count = conversation_count + ?5"
			  " WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(workspace), db_i64(id), db_i64(first_at), db_i64(last_at), db_i64(more_conversations));
}

enum err identity_move(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 from, i64 into)
{
	TRY(db_run(cx, db, NULL, "UPDATE identity SET contact_id = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_i64(into)));
	return db_run(cx, db, NULL,
		      "UPDATE conversation SET contact_id = ?4 WHERE workspace_id = ?1 AND contact_id = ?3 AND ?2 = (SELECT m.identity_id FROM message m"
			  " WHERE m.workspace_id = ?1 AND m.conversation_id = conversation.id AND m.direction = 'in' ORDER BY m.at, m.id LIMIT 1)",
		      db_i64(workspace), db_i64(id), db_i64(from), db_i64(into));
}

enum err contact_join(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into)
{
	TRY(db_run(cx, db, NULL, "UPDATE identity SET contact_id = ?3 WHERE workspace_id = ?1 AND contact_id = ?2", db_i64(workspace), db_i64(from),
		   db_i64(into)));
	TRY(db_run(cx, db, NULL, "UPDATE conversation SET contact_id = ?3 WHERE workspace_id = ?1 AND contact_id = ?2", db_i64(workspace),
		   db_i64(from), db_i64(into)));
	return db_run(cx, db, NULL, "UPDATE contact SET merged_into = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(from),
		      db_i64(into));
}

enum err contact_stand(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE contact SET merged_into = NULL WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
}

enum err contact_recount(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL,
		      "UPDATE contact SET conversation_count = (SELECT COUNT(*) FROM conversation WHERE workspace_id = ?1 AND contact_id = ?2),"
			  " first_at = COALESCE((SELECT MIN(m.at) FROM identity i CROSS JOIN message m WHERE m.identity_id = i.id AND m.workspace_id = ?1"
			  " AND i.workspace_id = ?1 AND i.contact_id = ?2), first_at),"
			  " last_at = COALESCE((SELECT MAX(m.at) FROM identity i CROSS JOIN message m WHERE m.identity_id = i.id AND m.workspace_id = ?1"
			  " AND i.workspace_id = ?1 AND i.contact_id = ?2), last_at) WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(workspace), db_i64(id));
}

static enum err collect_contacts(struct cx *cx, struct row *row, struct contact **ret_contacts, size_t *ret_count)
{
	struct contact *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_contact(cx, row);
	*ret_contacts = list;
	*ret_count = count;
	return OK;
}

enum err contact_list(struct cx *cx, struct db *db, i64 workspace, i64 before_at, i64 before_id, size_t limit, struct contact **ret_contacts,
		      size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     CONTACT "WHERE workspace_id = ?1 AND (last_at, id) < (?2, ?3) AND merged_into IS NULL"
				 " ORDER BY last_at DESC, id DESC LIMIT ?4",
		     db_i64(workspace), db_i64(before_at ? before_at : INT64_MAX), db_i64(before_id), db_i64((i64)limit)));
	return collect_contacts(cx, row, ret_contacts, ret_count);
}

enum err contact_find(struct cx *cx, struct db *db, i64 workspace, struct str words, size_t limit, struct contact **ret_contacts,
		      size_t *ret_count)
{
	i64 *ids;
	size_t count;
	TRY(called_find(cx, db, workspace, words, limit, &ids, &count));
	struct contact *list = arena_array(cx->arena, struct contact, count + 1);
	for (size_t i = 0; i < count; i++)
		TRY(contact_get(cx, db, workspace, ids[i], &list[i]));
	*ret_contacts = list;
	*ret_count = count;
	return OK;
}

/* What is held against other accounts' (model/same.h). The address of a mail account is not its handle elsewhere. */
struct keys {
	struct str name, handle, mail;
};

static struct keys keys_of(struct arena *arena, const struct identity *i)
{
	struct keys k = {same_name_key(arena, i->name), same_handle_key(arena, i->handle), same_mail_key(arena, i->remote_id)};
	if (k.mail.len && str_eq(same_mail_key(arena, i->handle), k.mail))
		k.handle = (struct str){};
	if (k.mail.len && str_eq(same_mail_key(arena, i->name), k.mail))
		k.name = (struct str){};
	return k;
}

enum err identity_insert(struct cx *cx, struct db *db, const struct identity *i)
{
	struct keys k = keys_of(cx->arena, i);
	return db_run(cx, db, NULL,
		      "INSERT INTO identity (id, workspace_id, contact_id, network, remote_id, handle, name, url, avatar_url, followers,"
			  " name_key, handle_key, mail_key, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
		      db_i64(i->id), db_i64(i->workspace), db_i64(i->contact), db_text(i->network), db_text(i->remote_id),
		      db_text(i->handle), db_text(i->name), db_text(i->url), db_text(i->avatar_url), db_i64(i->followers),
		      db_text(k.name), db_text(k.handle), db_text(k.mail), db_text(i->place));
}

enum err identity_by_remote(struct cx *cx, struct db *db, i64 workspace, struct str network, struct str remote_id,
			    struct identity *ret_identity)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, IDENTITY "WHERE workspace_id = ?1 AND network = ?2 AND remote_id = ?3", db_i64(workspace),
		   db_text(network), db_text(remote_id)));
	*ret_identity = read_identity(cx, row);
	return OK;
}

enum err identity_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct identity *ret_identity)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, IDENTITY "WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This account is not known in this workspace."));
	TRY(e);
	*ret_identity = read_identity(cx, row);
	return OK;
}

enum err identity_update(struct cx *cx, struct db *db, const struct identity *i)
{
	struct keys k = keys_of(cx->arena, i);
	TRY(db_run(cx, db, NULL,
		      "UPDATE identity SET handle = ?3, name = ?4, url = ?5, avatar_url = ?6, followers = ?7, name_key = ?8, handle_key = ?9, mail_key = ?10, place = ?11"
			  " WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(i->workspace), db_i64(i->id), db_text(i->handle), db_text(i->name), db_text(i->url), db_text(i->avatar_url),
		      db_i64(i->followers), db_text(k.name), db_text(k.handle), db_text(k.mail), db_text(i->place)));
	return called_set(cx, db, i->workspace, i->id, i->name, i->handle);
}

enum err identity_followed(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 followers, struct str place)
{
	return db_run(cx, db, NULL, "UPDATE identity SET followers = ?3, place = ?4 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id),
		      db_i64(followers), db_text(place));
}

enum err identity_place(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str *ret_place)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT " SQL_PLACE " FROM identity i LEFT JOIN contact p ON p.id = i.contact_id AND p.workspace_id = ?1"
		   " WHERE i.workspace_id = ?1 AND i.id = ?2", db_i64(workspace), db_i64(id)));
	*ret_place = row_str(row, 0, cx->arena);
	return OK;
}

enum err identities_of(struct cx *cx, struct db *db, i64 workspace, i64 contact, struct identity **ret_identities, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct identity *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row, IDENTITY "WHERE workspace_id = ?1 AND contact_id = ?2 ORDER BY id LIMIT 200", db_i64(workspace),
		     db_i64(contact)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_identity(cx, row);
	*ret_identities = list;
	*ret_count = count;
	return OK;
}

enum err identity_links_set(struct cx *cx, struct db *db, i64 workspace, i64 identity, const struct identity_link *links, size_t count)
{
	size_t same = 0, there = 0;
	{
		CLEANUP(row_endp) struct row *row = NULL;
		TRY(db_query(cx, db, &row, "SELECT link_key, proven FROM identity_link WHERE workspace_id = ?1 AND identity_id = ?2", db_i64(workspace), db_i64(identity)));
		FOR_ROWS (cx, row) {
			struct str key = row_str(row, 0, cx->arena);
			there++;
			for (size_t i = 0; i < count; i++)
				same += str_eq(links[i].key, key) && links[i].proven == (row_i64(row, 1) != 0);
		}
	}
	if (same == there && there == count)
		return OK;
	TRY(db_run(cx, db, NULL, "DELETE FROM identity_link WHERE workspace_id = ?1 AND identity_id = ?2", db_i64(workspace), db_i64(identity)));
	for (size_t i = 0; i < count; i++)
		TRY(db_run(cx, db, NULL,
			   "INSERT INTO identity_link (identity_id, position, workspace_id, link_key, proven) VALUES (?1, ?2, ?3, ?4, ?5)", db_i64(identity),
			   db_i64((i64)i), db_i64(workspace), db_text(links[i].key), db_i64(links[i].proven)));
	return OK;
}
