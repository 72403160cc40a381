#include "flow/audit.h"

#include "base/log.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/audit.h"
#include "store/setting.h"
#include "store/workspace.h"
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

/* A batch, in memory of its own: a log is as long as the desk is old. */
static enum err walk_batch(struct cx *cx, struct db *db, i64 workspace, unsigned char previous[HASH_BYTES], i64 *sequence, size_t *ret_count)
{
	struct audit_entry *entries;
	TRY(audit_walk(cx, db, workspace, *sequence, WALK_BATCH, &entries, ret_count));
	for (size_t i = 0; i < *ret_count; i++) {
		struct hash hash = hash_of_entry(&entries[i]);
		if (entries[i].sequence != *sequence + 1)
			return fail(cx, ERR_SYSTEM, N_("The audit log lacks entry %lld: somebody took it out."), (long long)(*sequence + 1));
		if (!str_eq(entries[i].previous, (struct str){(const char *)previous, HASH_BYTES}) || !str_eq(entries[i].hash, hash_str(&hash)))
			return fail(cx, ERR_SYSTEM, N_("Entry %lld of the audit log was changed after it was written."), (long long)(*sequence + 1));
		memcpy(previous, hash_str(&hash).at, HASH_BYTES);
		++*sequence;
	}
	return OK;
}

/* From `*sequence`, whose hash is `from`, to the end: *sequence is the last sound entry, also when the next is not. */
static enum err walk(struct cx *cx, struct db *db, i64 workspace, struct str from, i64 *sequence)
{
	unsigned char previous[HASH_BYTES];
	size_t count = WALK_BATCH;
	must(from.len == HASH_BYTES);
	memcpy(previous, from.at, HASH_BYTES);
	while (count == WALK_BATCH) {
		CLEANUP(arena_freep) struct arena *arena = arena_new();
		struct cx part = *cx;
		part.arena = arena;
		enum err e = walk_batch(&part, db, workspace, previous, sequence, &count);
		part.arena = cx->arena;
		*cx = part;
		TRY(e);
	}
	return OK;
}

enum err audit_verify(struct cx *cx, struct db *db, i64 workspace, i64 *ret_count)
{
	i64 sequence = 0;
	TRY(walk(cx, db, workspace, first_link(cx->arena), &sequence));
	*ret_count = sequence;
	return OK;
}

/* ---- kept outside ---- */

static enum err add_end(struct cx *cx, struct db *db, i64 workspace, struct buf *lines)
{
	i64 sequence;
	struct str hash;
	TRY(audit_last(cx, db, workspace, &sequence, &hash));
	if (!sequence)
		return OK;
	buf_addf(lines, "%lld %lld ", (long long)workspace, (long long)sequence);
	buf_add_hex(lines, hash.at, hash.len);
	buf_addc(lines, '\n');
	return OK;
}

enum err audit_ends(struct cx *cx, struct db *db, struct str *ret_lines)
{
	CLEANUP(buf_free) struct buf lines = {};
	struct workspace *list;
	size_t count;
	TRY(workspace_list(cx, db, &list, &count));
	TRY(add_end(cx, db, 0, &lines));
	for (size_t i = 0; i < count; i++)
		TRY(add_end(cx, db, list[i].id, &lines));
	*ret_lines = buf_keep(&lines, cx->arena);
	return OK;
}

static enum err holds_end(struct cx *cx, struct db *db, struct str line)
{
	i64 workspace, sequence;
	struct audit_entry e;
	CLEANUP(buf_free) struct buf hash = {};
	struct str rest = line, first = str_cut(&rest, ' '), second = str_cut(&rest, ' ');
	if (!str_to_i64(first, &workspace) || !str_to_i64(second, &sequence))
		return fail(cx, ERR_BAD_INPUT, N_("The note of where the audit log ends cannot be read."));
	enum err error = audit_get(cx, db, workspace, sequence, &e);
	if (error == ERR_MISSING)
		return fail(cx, ERR_SYSTEM, N_("The audit log reached entry %lld, which is gone: the newest entries were taken out."), (long long)sequence);
	TRY(error);
	buf_add_hex(&hash, e.hash.at, e.hash.len);
	if (!str_eq(buf_str(&hash), str_trim(rest)))
		return fail(cx, ERR_SYSTEM, N_("Entry %lld of the audit log is another one than was noted outside the database."), (long long)sequence);
	return OK;
}

enum err audit_holds_ends(struct cx *cx, struct db *db, struct str lines)
{
	while (lines.len) {
		struct str line = str_cut(&lines, '\n');
		if (line.len)
			TRY(holds_end(cx, db, line));
	}
	return OK;
}

/* ---- kept for those who look ---- */

static const char *setting_name(struct cx *cx, i64 workspace)
{
	return arena_printf(cx->arena, "audit_check:%lld", (long long)workspace).at;
}

enum err audit_checked(struct cx *cx, struct db *db, i64 workspace, struct audit_check *ret_check)
{
	struct audit_check c = {};
	struct str text;
	TRY(setting_get(cx, db, setting_name(cx, workspace), &text));
	i64 *parts[] = {&c.at, &c.sequence, &c.broken};
	for (size_t i = 0; i < COUNT(parts) && text.len; i++)
		if (!str_to_i64(str_cut(&text, ' '), parts[i]))
			c = (struct audit_check){};
	*ret_check = c;
	return OK;
}

/* The last entry walked, if it is still what it was; else the walk begins anew. */
static enum err go_on_from(struct cx *cx, struct db *db, i64 workspace, const struct audit_check *last, i64 *sequence, struct str *previous)
{
	struct audit_entry e;
	*sequence = 0;
	*previous = first_link(cx->arena);
	if (!last->sequence || last->broken)
		return OK;
	enum err error = audit_get(cx, db, workspace, last->sequence, &e);
	if (error == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(error);
	if (audit_entry_sound(&e)) {
		*sequence = e.sequence;
		*previous = e.hash;
	}
	return OK;
}

enum err audit_check(struct cx *cx, struct db *db, i64 workspace, bool whole, struct audit_check *ret_check)
{
	struct audit_check last = {}, found = {.at = cx->now};
	struct str previous;
	if (!whole)
		TRY(audit_checked(cx, db, workspace, &last));
	TRY(go_on_from(cx, db, workspace, &last, &found.sequence, &previous));
	enum err e = walk(cx, db, workspace, previous, &found.sequence);
	if (e == ERR_SYSTEM) {
		found.broken = found.sequence + 1;
		cx_forget(cx);
	} else {
		TRY(e);
	}
	struct str text = arena_printf(cx->arena, "%lld %lld %lld", (long long)found.at, (long long)found.sequence, (long long)found.broken);
	TRY(IN_TRANSACTION(cx, db, setting_set(cx, db, setting_name(cx, workspace), text)));
	*ret_check = found;
	return OK;
}

enum err audit_sweep(struct cx *cx, struct db *db, i64 age)
{
	struct workspace *list;
	size_t count;
	TRY(workspace_list(cx, db, &list, &count));
	for (size_t i = 0; i <= count; i++) {
		struct audit_check check;
		i64 chain = i < count ? list[i].id : 0; /* and the installation's */
		TRY(audit_checked(cx, db, chain, &check));
		if (check.at + age > cx->now)
			continue;
		TRY(audit_check(cx, db, chain, false, &check));
		if (check.broken)
			log_line(LOG_ERROR, "audit_broken", "workspace=%lld entry=%lld", (long long)chain, (long long)check.broken);
	}
	return OK;
}
