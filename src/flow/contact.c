#include "flow/contact.h"

#include "base/buf.h"
#include "base/id.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "flow/undo.h"
#include "model/actor.h"
#include "model/same.h"
#include "store/called.h"
#include "store/event.h"
#include "store/same.h"

#include <string.h>

static struct str subject_of(struct cx *cx, i64 contact)
{
	return arena_printf(cx->arena, "contact:%lld", (long long)contact);
}

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_TRIAGE) ? OK : fail(cx, ERR_DENIED, N_("Your role reads about people here but changes nothing."));
}

/* ---- the card ---- */

/* What colleagues may fill in, by name. */
#define CARD_FIELDS 7
struct card_field {
	const char *name;
	struct str *value;
};

static void card_of(struct contact *c, struct card_field ret_fields[CARD_FIELDS])
{
	const struct card_field fields[CARD_FIELDS] = {{"email", &c->email}, {"phone", &c->phone}, {"company", &c->company}, {"place", &c->place},
						       {"lang", &c->lang},   {"note", &c->note},   {"name", &c->name}};
	memcpy(ret_fields, fields, sizeof fields);
}

/* The audit log says which lines of the card changed; their words stay on the card. */
static enum err edit(struct cx *cx, struct db *db, struct contact *c)
{
	struct contact before;
	struct card_field was[CARD_FIELDS], is[CARD_FIELDS];
	CLEANUP(buf_free) struct buf changed = {};
	TRY(may(cx));
	TRY(contact_get(cx, db, c->workspace, c->id, &before));
	card_of(&before, was);
	card_of(c, is);
	for (size_t i = 0; i < CARD_FIELDS; i++)
		if (!str_eq(*was[i].value, *is[i].value))
			buf_addf(&changed, "%s%s", changed.len ? ", " : "", was[i].name);
	if (!changed.len)
		return OK;
	TRY(contact_update(cx, db, c));
	TRY(audit(cx, db, c->workspace, "contact.edit", subject_of(cx, c->id), arena_printf(cx->arena, "{\"changed\":\"%.*s\"}", STR_ARG(buf_str(&changed)))));
	return change_add(cx, db, c->workspace, 0, "contact", c->id);
}

enum err contact_edit(struct cx *cx, struct db *db, const struct contact *contact)
{
	struct contact c = *contact;
	if (!str_trim(c.name).len)
		return fail_field(cx, "name", N_("A person needs a name; a handle will do."));
	if (c.email.len) {
		c.email = same_mail_key(cx->arena, c.email);
		if (!c.email.len)
			return fail_field(cx, "email", N_("Write an address like name@example.org."));
	}
	return IN_TRANSACTION(cx, db, edit(cx, db, &c));
}

/* ---- joining ---- */

/* What is empty on `into` comes from `from`. What was filled in is noted, so that it can go again. */
static struct str fill(struct cx *cx, struct contact *from, struct contact *into)
{
	struct card_field theirs[CARD_FIELDS], ours[CARD_FIELDS];
	CLEANUP(buf_free) struct buf filled = {};
	card_of(from, theirs);
	card_of(into, ours);
	for (size_t i = 0; i < CARD_FIELDS; i++) {
		if (ours[i].value->len || !theirs[i].value->len)
			continue;
		*ours[i].value = *theirs[i].value;
		buf_addf(&filled, "%s\"%s\":", filled.len ? "," : "", ours[i].name);
		buf_add_json(&filled, *ours[i].value);
	}
	return arena_printf(cx->arena, "{%.*s}", STR_ARG(buf_str(&filled)));
}

static enum err remember(struct cx *cx, struct db *db, const struct contact *from, const struct contact *into, struct str filled, i64 *ret_merge)
{
	struct identity *identities;
	size_t count;
	CLEANUP(buf_free) struct buf ids = {};
	TRY(identities_of(cx, db, from->workspace, from->id, &identities, &count));
	for (size_t i = 0; i < count; i++)
		buf_addf(&ids, "%s%lld", i ? " " : "", (long long)identities[i].id);
	struct contact_merge m = {.id = id_new(), .workspace = from->workspace, .from = from->id, .into = into->id, .person = cx->actor->user, .at = cx->now,
				  .identity_ids = buf_str(&ids), .filled = filled};
	*ret_merge = m.id;
	return contact_merge_insert(cx, db, &m);
}

static enum err tell(struct cx *cx, struct db *db, i64 workspace, const char *act, const char *word, i64 contact, i64 other)
{
	TRY(audit(cx, db, workspace, act, subject_of(cx, contact), arena_printf(cx->arena, "{\"%s\":\"%lld\"}", word, (long long)other)));
	return change_add(cx, db, workspace, 0, "contact", contact);
}

static enum err merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, struct undo *undo)
{
	struct contact a, b;
	i64 id;
	TRY(may(cx));
	TRY(contact_get(cx, db, workspace, from, &a));
	TRY(contact_get(cx, db, workspace, into, &b));
	if (a.id == b.id)
		return fail_field(cx, "other", N_("These are one person already."));
	struct str filled = fill(cx, &a, &b);
	TRY(remember(cx, db, &a, &b, filled, &id));
	TRY(identities_apart_forget(cx, db, workspace, a.id, b.id));
	TRY(contact_join(cx, db, workspace, a.id, b.id));
	TRY(contact_update(cx, db, &b));
	TRY(contact_recount(cx, db, workspace, b.id));
	if (undo)
		undo_note(undo, "unmerge_contact", id);
	return tell(cx, db, workspace, "contact.merge", "from", b.id, a.id);
}

enum err contact_merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, merge(cx, db, workspace, from, into, undo));
}

/* ---- taking apart ---- */

/* What the merge filled in goes again, unless somebody wrote something else since. */
static enum err empty(struct cx *cx, struct db *db, struct contact *c, struct str filled)
{
	struct card_field fields[CARD_FIELDS];
	json_t *was = json_loadb(filled.at ? filled.at : "", filled.len, 0, NULL);
	card_of(c, fields);
	for (size_t i = 0; i < CARD_FIELDS; i++) {
		const char *value = json_string_value(json_object_get(was, fields[i].name));
		if (value && str_eq(*fields[i].value, str_of(value)))
			*fields[i].value = (struct str){};
	}
	json_decref(was);
	return contact_update(cx, db, c);
}

static enum err unmerge(struct cx *cx, struct db *db, i64 workspace, i64 id, struct undo *undo)
{
	struct contact_merge m;
	struct contact now;
	TRY(may(cx));
	TRY(contact_merge_get(cx, db, workspace, id, &m));
	TRY(contact_merge_undone(cx, db, workspace, id));
	TRY(contact_get(cx, db, workspace, m.into, &now));
	TRY(contact_stand(cx, db, workspace, m.from));
	for (struct str rest = m.identity_ids; rest.at && rest.len;) {
		i64 identity;
		struct identity account;
		if (!str_to_i64(str_cut(&rest, ' '), &identity))
			continue;
		TRY(identity_get(cx, db, workspace, identity, &account));
		if (account.contact == now.id)
			TRY(identity_move(cx, db, workspace, identity, now.id, m.from));
	}
	TRY(empty(cx, db, &now, m.filled));
	TRY(contact_recount(cx, db, workspace, now.id));
	TRY(contact_recount(cx, db, workspace, m.from));
	if (undo) { /* said on its own, not taken back within seconds: they are not one */
		TRY(identities_apart(cx, db, workspace, now.id, m.from, cx->actor->user));
		undo_note_pair(undo, "rejoin", m.from, now.id);
	}
	return tell(cx, db, workspace, "contact.split", "into", now.id, m.from);
}

enum err contact_unmerge(struct cx *cx, struct db *db, i64 workspace, i64 id, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, unmerge(cx, db, workspace, id, undo));
}

/* The merge that brought this account alone, if there is one: then its own card comes back. */
static enum err merge_of(struct cx *cx, struct db *db, const struct identity *account, i64 *ret_merge, i64 *ret_from)
{
	struct contact_merge *merges;
	size_t count;
	*ret_merge = 0;
	TRY(contact_merges(cx, db, account->workspace, account->contact, &merges, &count));
	for (size_t i = 0; i < count; i++) {
		i64 only;
		if (str_to_i64(merges[i].identity_ids, &only) && only == account->id) {
			*ret_merge = merges[i].id;
			*ret_from = merges[i].from;
		}
	}
	return OK;
}

static enum err split(struct cx *cx, struct db *db, i64 workspace, i64 identity, struct undo *undo, i64 *ret_contact)
{
	struct identity account, *all;
	struct contact c;
	size_t count;
	i64 id;
	TRY(may(cx));
	TRY(identity_get(cx, db, workspace, identity, &account));
	TRY(identities_of(cx, db, workspace, account.contact, &all, &count));
	if (count < 2)
		return fail(cx, ERR_CONFLICT, N_("This is the only account of that person: there is nothing to split it from."));
	TRY(merge_of(cx, db, &account, &id, ret_contact));
	if (id)
		return unmerge(cx, db, workspace, id, undo);
	TRY(contact_get(cx, db, workspace, account.contact, &c));
	struct contact fresh = {.id = id_new(), .workspace = workspace, .name = account.name.len ? account.name : account.handle.len ? account.handle : account.remote_id,
				.lang = c.lang, .first_at = c.first_at, .last_at = c.last_at};
	TRY(contact_insert(cx, db, &fresh));
	TRY(called_add(cx, db, workspace, fresh.id, fresh.name, fresh.email));
	TRY(identity_move(cx, db, workspace, identity, c.id, fresh.id));
	TRY(identities_apart(cx, db, workspace, c.id, fresh.id, cx->actor->user));
	TRY(contact_recount(cx, db, workspace, c.id));
	TRY(contact_recount(cx, db, workspace, fresh.id));
	if (undo)
		undo_note_pair(undo, "rejoin", fresh.id, c.id);
	*ret_contact = fresh.id;
	return tell(cx, db, workspace, "contact.split", "into", c.id, fresh.id);
}

enum err contact_split(struct cx *cx, struct db *db, i64 workspace, i64 identity, struct undo *undo, i64 *ret_contact)
{
	return IN_TRANSACTION(cx, db, split(cx, db, workspace, identity, undo, ret_contact));
}

/* ---- saying no ---- */

static enum err apart(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other, struct undo *undo)
{
	struct contact a, b;
	TRY(may(cx));
	TRY(contact_get(cx, db, workspace, contact, &a));
	TRY(contact_get(cx, db, workspace, other, &b));
	if (a.id == b.id)
		return fail_field(cx, "other", N_("These are one person already."));
	TRY(identities_apart(cx, db, workspace, a.id, b.id, cx->actor->user));
	if (undo)
		undo_note_pair(undo, "unrefuse", a.id, b.id);
	return tell(cx, db, workspace, "contact.apart", "other", a.id, b.id);
}

enum err contact_apart(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, apart(cx, db, workspace, contact, other, undo));
}

static enum err apart_undo(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other)
{
	TRY(may(cx));
	TRY(identities_apart_forget(cx, db, workspace, contact, other));
	return tell(cx, db, workspace, "contact.apart_undo", "other", contact, other);
}

enum err contact_apart_undo(struct cx *cx, struct db *db, i64 workspace, i64 contact, i64 other)
{
	return IN_TRANSACTION(cx, db, apart_undo(cx, db, workspace, contact, other));
}
