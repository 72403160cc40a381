#include "flow/contact.h"

#include "base/lang.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"

static struct str subject_of(struct cx *cx, i64 contact)
{
	return arena_printf(cx->arena, "contact:%lld", (long long)contact);
}

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_TRIAGE) ? OK : fail(cx, ERR_DENIED, N_("Your role reads about people here but changes nothing."));
}

static enum err edit(struct cx *cx, struct db *db, const struct contact *c)
{
	TRY(may(cx));
	TRY(contact_update(cx, db, c));
	TRY(audit(cx, db, c->workspace, "contact.edit", subject_of(cx, c->id), (struct str){}));
	return change_add(cx, db, c->workspace, 0, "contact", c->id);
}

enum err contact_edit(struct cx *cx, struct db *db, const struct contact *contact)
{
	if (!str_trim(contact->name).len)
		return fail_field(cx, "name", N_("A person needs a name; a handle will do."));
	if (contact->email.len && str_find_byte(contact->email, '@') < 1)
		return fail_field(cx, "email", N_("Write an address like name@example.org."));
	return IN_TRANSACTION(cx, db, edit(cx, db, contact));
}

static enum err merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into)
{
	struct contact a, b;
	TRY(may(cx));
	TRY(contact_get(cx, db, workspace, from, &a));
	TRY(contact_get(cx, db, workspace, into, &b));
	if (a.id == b.id)
		return fail_field(cx, "other", N_("These are one person already."));
	TRY(contact_merge_rows(cx, db, workspace, a.id, b.id));
	if (!b.email.len)
		b.email = a.email;
	if (!b.phone.len)
		b.phone = a.phone;
	if (!b.note.len)
		b.note = a.note;
	TRY(contact_update(cx, db, &b));
	TRY(audit(cx, db, workspace, "contact.merge", subject_of(cx, b.id), arena_printf(cx->arena, "{\"from\":\"%lld\"}", (long long)a.id)));
	return change_add(cx, db, workspace, 0, "contact", b.id);
}

enum err contact_merge(struct cx *cx, struct db *db, i64 workspace, i64 from, i64 into)
{
	return IN_TRANSACTION(cx, db, merge(cx, db, workspace, from, into));
}
