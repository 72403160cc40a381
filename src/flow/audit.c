#include "flow/audit.h"

#include "model/actor.h"
#include "store/audit.h"
#include "sys/crypto.h"

#include <string.h>

#define WALK_BATCH 500

static void add_text(struct hasher *hasher, struct str text)
{
	u64 len = text.len; /* lengths go in too, so that no two entries read the same */
	hasher_add(hasher, (struct str){(const char *)&len, sizeof len});
	hasher_add(hasher, text);
}

static void add_number(struct hasher *hasher, i64 number)
{
	hasher_add(hasher, (struct str){(const char *)&number, sizeof number});
}

static struct hash hash_of_entry(const struct audit_entry *e)
{
	struct hasher hasher;
	hasher_start(&hasher, NULL);
	add_text(&hasher, e->previous);
	add_number(&hasher, e->workspace);
	add_number(&hasher, e->sequence);
	add_number(&hasher, e->at);
	add_text(&hasher, e->actor);
	add_text(&hasher, e->actor_name);
	add_text(&hasher, e->address);
	add_text(&hasher, e->act);
	add_text(&hasher, e->subject);
	add_text(&hasher, e->detail);
	return hasher_end(&hasher);
}

bool audit_entry_sound(const struct audit_entry *e)
{
	struct hash hash = hash_of_entry(e);
	return str_eq(e->hash, hash_str(&hash));
}

static struct str first_link(struct arena *arena)
{
	return (struct str){arena_alloc(arena, sizeof(struct hash)), sizeof(struct hash)};
}

enum err audit(struct cx *cx, struct db *db, i64 workspace, const char *act, struct str subject, struct str detail)
{
	static const char *const kinds[] = {[ACTOR_USER] = "user", [ACTOR_API_KEY] = "key", [ACTOR_PROGRAM] = "program", [ACTOR_OUTSIDE] = "outside"};
	const struct actor *a = cx->actor;
	struct audit_entry e = {
		.workspace = workspace,
		.at = cx->now,
		.actor = a ? arena_printf(cx->arena, "%s:%lld", kinds[a->kind], (long long)(a->kind == ACTOR_API_KEY ? a->session : a->user)) : S("program:0"),
		.actor_name = a ? a->name : S("Parvis"),
		.address = a ? a->address : (struct str){},
		.act = str_of(act),
		.subject = subject,
		.detail = detail.len ? detail : S("{}"),
	};
	TRY(audit_last(cx, db, workspace, &e.sequence, &e.previous));
	e.sequence++;
	if (e.previous.len == 0)
		e.previous = first_link(cx->arena);
	struct hash hash = hash_of_entry(&e);
	e.hash = hash_str(&hash);
	return audit_insert(cx, db, &e);
}

enum err audit_verify(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	struct str previous = first_link(cx->arena);
	i64 sequence = 0;
	for (;;) {
		struct audit_entry *entries;
		size_t count;
		TRY(audit_walk(cx, db, workspace, sequence, WALK_BATCH, &entries, &count));
		for (size_t i = 0; i < count; i++) {
			struct hash hash = hash_of_entry(&entries[i]);
			if (entries[i].sequence != sequence + 1)
				return fail(cx, ERR_SYSTEM, N_("The audit log lacks entry %lld: somebody took it out."), (long long)(sequence + 1));
			if (!str_eq(entries[i].previous, previous) || !str_eq(entries[i].hash, hash_str(&hash)))
				return fail(cx, ERR_SYSTEM, N_("Entry %lld of the audit log was changed after it was written."), (long long)(sequence + 1));
			previous = entries[i].hash;
			sequence++;
		}
		if (count < WALK_BATCH)
			break;
	}
	*ret_count = sequence;
	return OK;
}
