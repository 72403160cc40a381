#include "store/contest_entry.h"

#include "store/sql.h"

#include <string.h>

/* ---- entries ---- */

#define ENTRY_COLUMNS "e.id, e.workspace_id, e.contest_id, e.message_id, e.state, e.reason, e.said, e.person_id, e.at, e.judged_at, e.hash, e.group_hash"
/* ?1 the workspace, ?2 the contest, ?3 since when a winner is told. Who is of the team has the same address of mail, on their card or as one of their accounts;
 * who won did so by any of their accounts. */
#define SAID_COLUMNS                                                                                                                   \
	"SELECT " ENTRY_COLUMNS ", COALESCE(i.id, 0), COALESCE(i.contact_id, 0), COALESCE(m.conversation_id, 0), COALESCE(i.network, ''), COALESCE(i.handle, ''),"  \
	" COALESCE(i.remote_id, ''), COALESCE(m.author_name, ''), COALESCE(m.remote_id, ''), COALESCE(m.body, ''), COALESCE(m.url, ''), COALESCE(m.visibility, 'public')," \
	" COALESCE(m.received_at, 0), COALESCE(m.edited_at, 0), COALESCE(m.removed_at, 0), COALESCE(m.hidden_at, 0),"                  \
	" CASE WHEN EXISTS (SELECT 1 FROM contact k CROSS JOIN membership s CROSS JOIN person p WHERE k.id = i.contact_id AND k.workspace_id = ?1 AND s.workspace_id = ?1"  \
	" AND s.removed_at = 0 AND p.id = s.person_id AND (LOWER(p.email) = LOWER(k.email) OR EXISTS (SELECT 1 FROM identity i3 WHERE i3.workspace_id = ?1"         \
	" AND i3.contact_id = k.id AND LOWER(i3.remote_id) = LOWER(p.email)))) THEN 1 ELSE 0 END,"                                     \
	" CASE WHEN ?3 > 0 AND EXISTS (SELECT 1 FROM identity i2 JOIN message m2 ON m2.identity_id = i2.id AND m2.workspace_id = ?1 JOIN contest_entry e2"         \
	" ON e2.message_id = m2.id AND e2.workspace_id = ?1 JOIN contest_winner w ON w.entry_id = e2.id AND w.workspace_id = ?1 JOIN contest c2 ON c2.id = w.contest_id" \
	" AND c2.workspace_id = ?1 WHERE i2.contact_id = i.contact_id AND i2.workspace_id = ?1 AND w.contest_id <> ?2 AND w.state IN ('drawn', 'leaving', 'told', 'accepted')" \
	" AND c2.decided_at >= ?3) THEN 1 ELSE 0 END"
#define SAID SAID_COLUMNS " FROM contest_entry e LEFT JOIN message m ON m.id = e.message_id AND m.workspace_id = ?1 LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1"  \
	" WHERE e.workspace_id = ?1 AND e.contest_id = ?2"
/* Of one person, ?4: from their messages, which are few, to the entries. */
#define SAID_OF                                                                                                                \
	SAID_COLUMNS " FROM identity i CROSS JOIN message m CROSS JOIN contest_entry e WHERE i.workspace_id = ?1 AND i.contact_id = ?4 AND m.workspace_id = ?1"   \
		     " AND m.identity_id = i.id AND e.workspace_id = ?1 AND e.message_id = m.id AND e.contest_id = ?2"

static struct contest_entry read_entry(struct cx *cx, const struct row *row)
{
	enum entry_state state;
	enum entry_reason reason;
	must(entry_state_of(row_text(row, 4), &state) && entry_reason_of(row_text(row, 5), &reason));
	return (struct contest_entry){.id = row_i64(row, 0), .workspace = row_i64(row, 1), .contest = row_i64(row, 2), .message = row_i64(row, 3), .state = state, .reason = reason,
				      .said = row_str(row, 6, cx->arena), .person = row_i64(row, 7), .at = row_i64(row, 8), .judged_at = row_i64(row, 9),
				      .hash = row_str(row, 10, cx->arena), .group = row_str(row, 11, cx->arena)};
}

static struct contest_said read_said(struct cx *cx, const struct row *row)
{
	enum visibility visibility;
	must(visibility_of(row_text(row, 22), &visibility));
	return (struct contest_said){
		.entry = read_entry(cx, row), .identity = row_i64(row, 12), .contact = row_i64(row, 13), .conversation = row_i64(row, 14), .network = row_str(row, 15, cx->arena),
		.handle = row_str(row, 16, cx->arena), .remote_author = row_str(row, 17, cx->arena), .author_name = row_str(row, 18, cx->arena), .remote_id = row_str(row, 19, cx->arena),
		.body = row_str(row, 20, cx->arena), .url = row_str(row, 21, cx->arena), .visibility = visibility, .received_at = row_i64(row, 23), .edited_at = row_i64(row, 24),
		.removed_at = row_i64(row, 25), .hidden_at = row_i64(row, 26), .of_team = row_i64(row, 27) != 0, .won_before = row_i64(row, 28) != 0,
	};
}

static enum err collect_said(struct cx *cx, struct row *row, struct contest_said **ret_said, size_t *ret_count)
{
	struct contest_said *list = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = read_said(cx, row);
	*ret_said = list;
	*ret_count = count;
	return OK;
}

enum err contest_entry_add(struct cx *cx, struct db *db, const struct contest_entry *e, bool *ret_new)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "INSERT INTO contest_entry (id, workspace_id, contest_id, message_id, state, reason, said, person_id, at, judged_at)"
		       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, '', NULL, ?7, 0) ON CONFLICT (contest_id, message_id) DO NOTHING",
		   db_i64(e->id), db_i64(e->workspace), db_i64(e->contest), db_i64(e->message), db_text(str_of(entry_state_word(e->state))),
		   db_text(str_of(entry_reason_word(e->reason))), db_i64(e->at)));
	*ret_new = changed == 1;
	return OK;
}

enum err contest_entry_get(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 id, struct contest_said *ret_said)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, SAID " AND e.id = ?4", db_i64(workspace), db_i64(contest), db_i64(0), db_i64(id));
	if (e == ERR_MISSING)
		return fail(cx, e, N_("This entry is not of this contest."));
	TRY(e);
	*ret_said = read_said(cx, row);
	return OK;
}

enum err contest_entry_judge(struct cx *cx, struct db *db, const struct contest_entry *e)
{
	return db_run(cx, db, NULL, "UPDATE contest_entry SET state = ?3, reason = ?4, said = ?5, person_id = ?6, judged_at = ?7 WHERE workspace_id = ?1 AND id = ?2",
		      db_i64(e->workspace), db_i64(e->id), db_text(str_of(entry_state_word(e->state))), db_text(str_of(entry_reason_word(e->reason))), db_text(e->said),
		      db_id(e->person), db_i64(e->judged_at));
}

enum err contest_entry_freeze(struct cx *cx, struct db *db, const struct contest_entry *e)
{
	return db_run(cx, db, NULL, "UPDATE contest_entry SET hash = ?3, group_hash = ?4 WHERE workspace_id = ?1 AND id = ?2", db_i64(e->workspace), db_i64(e->id), db_text(e->hash),
		      db_text(e->group));
}

enum err contest_entry_unlink(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return db_run(cx, db, NULL, "UPDATE contest_entry SET message_id = NULL, said = '' WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id));
}

enum err contest_said_by(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 contact, i64 won_since, struct contest_said **ret_said, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	if (contact)
		TRY(db_query(cx, db, &row, SAID_OF " ORDER BY e.at, e.id", db_i64(workspace), db_i64(contest), db_i64(won_since),
			     db_i64(contact)));
	else
		TRY(db_query(cx, db, &row, SAID " AND e.message_id IS NOT NULL ORDER BY COALESCE(i.contact_id, 0), e.at, e.id", db_i64(workspace), db_i64(contest),
			     db_i64(won_since)));
	return collect_said(cx, row, ret_said, ret_count);
}

enum err contest_changed(struct cx *cx, struct db *db, i64 workspace, i64 contest, size_t limit, i64 **ret_contacts, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT DISTINCT i.contact_id FROM contest_entry e JOIN message m ON m.id = e.message_id AND m.workspace_id = ?1 JOIN identity i ON i.id = m.identity_id"
			 " AND i.workspace_id = ?1 WHERE e.workspace_id = ?1 AND e.contest_id = ?2 AND (m.edited_at >= e.judged_at OR (m.removed_at > 0) <> (e.reason = 'removed')"
			 " OR (m.hidden_at > 0 AND m.removed_at = 0) <> (e.reason = 'hidden')) AND e.reason <> 'hand' AND e.state <> 'withdrawn' ORDER BY 1 LIMIT ?3",
		     db_i64(workspace), db_i64(contest), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_i64(row, 0);
	*ret_contacts = list;
	*ret_count = count;
	return OK;
}

#define FILTER                                                                                                                 \
	" AND (?4 = '' OR e.state = ?4) AND (?5 = '-' OR e.reason = ?5) AND (?6 = '' OR LOWER(m.author_name) LIKE LOWER(?6) ESCAPE '\\' OR LOWER(i.handle) LIKE LOWER(?6) ESCAPE '\\'"    \
	" OR LOWER(m.body) LIKE LOWER(?6) ESCAPE '\\')"

enum err contest_entries(struct cx *cx, struct db *db, i64 workspace, i64 contest, const struct contest_filter *f, struct list_place from, size_t limit,
			 struct contest_said **ret_said, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 edge = from.is_back ? 0 : INT64_MAX, key = from.is_given ? from.key : edge, id = from.is_given ? from.id : edge;
	const struct db_value values[] = {db_null(), db_i64(workspace), db_i64(contest), db_i64(0),
					  db_text(f->state < 0 ? S("") : str_of(entry_state_word((enum entry_state)f->state))),
					  db_text(f->reason < 0 ? S("-") : str_of(entry_reason_word((enum entry_reason)f->reason))),
					  db_text(f->words.len ? list_pattern(cx->arena, f->words) : S("")), db_i64(key), db_i64(id), db_i64((i64)limit)};
	if (!from.is_back)
		TRY(db_query_values(cx, db, &row, SAID FILTER " AND (e.at, e.id) < (?7, ?8) ORDER BY e.at DESC, e.id DESC LIMIT ?9", values, 9));
	else
		TRY(db_query_values(cx, db, &row, SAID FILTER " AND (e.at, e.id) > (?7, ?8) ORDER BY e.at, e.id LIMIT ?9", values, 9));
	TRY(collect_said(cx, row, ret_said, ret_count));
	if (from.is_back)
		list_turn(*ret_said, sizeof **ret_said, *ret_count);
	return OK;
}

enum err contest_entry_counts(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 *ret_states, i64 *ret_reasons)
{
	CLEANUP(row_endp) struct row *row = NULL;
	i64 states[ENTRY_STATES] = {}, reasons[ENTRY_REASONS] = {};
	TRY(db_query(cx, db, &row, "SELECT state, reason, COUNT(*) FROM contest_entry WHERE workspace_id = ?1 AND contest_id = ?2 GROUP BY state, reason", db_i64(workspace),
		     db_i64(contest)));
	FOR_ROWS (cx, row) {
		enum entry_state state;
		enum entry_reason reason;
		if (!entry_state_of(row_text(row, 0), &state) || !entry_reason_of(row_text(row, 1), &reason))
			continue;
		states[state] += row_i64(row, 2);
		if (state == ENTRY_REFUSED)
			reasons[reason] += row_i64(row, 2);
	}
	memcpy(ret_states, states, sizeof states);
	memcpy(ret_reasons, reasons, sizeof reasons);
	return OK;
}

enum err contest_hashes_of(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct str handle, size_t limit, struct str **ret_hashes, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct str *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT e.hash FROM contest_entry e JOIN message m ON m.id = e.message_id AND m.workspace_id = ?1 JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1"
			 " WHERE e.workspace_id = ?1 AND e.contest_id = ?2 AND e.hash <> '' AND LOWER(CASE WHEN TRIM(i.handle, '@ ') = '' THEN i.remote_id ELSE TRIM(i.handle, '@ ') END) = LOWER(?3) ORDER BY e.hash LIMIT ?4",
		     db_i64(workspace), db_i64(contest), db_text(handle), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, list, count, capacity) = row_str(row, 0, cx->arena);
	*ret_hashes = list;
	*ret_count = count;
	return OK;
}

enum err contest_entry_by_hash(struct cx *cx, struct db *db, i64 workspace, i64 contest, struct str hash, i64 *ret_entry)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, "SELECT id FROM contest_entry WHERE workspace_id = ?1 AND contest_id = ?2 AND hash = ?3 ORDER BY id LIMIT 1", db_i64(workspace), db_i64(contest), db_text(hash)));
	*ret_entry = row_i64(row, 0);
	return OK;
}

enum err contest_unname(struct cx *cx, struct db *db, i64 workspace, i64 contest, i64 *ret_count)
{
	return db_run(cx, db, ret_count,
		      "UPDATE contest_entry SET message_id = NULL, said = '' WHERE workspace_id = ?1 AND contest_id = ?2 AND message_id IS NOT NULL AND NOT EXISTS (SELECT 1"
			  " FROM contest_winner w WHERE w.workspace_id = ?1 AND w.entry_id = contest_entry.id AND w.state IN ('drawn', 'leaving', 'told', 'accepted'))",
		      db_i64(workspace), db_i64(contest));
}

enum err contest_newest(struct cx *cx, struct db *db, i64 *ret_id)
{
	return db_number(cx, db, 0, ret_id, "/* all workspaces */ SELECT COALESCE(MAX(id), 0) FROM message");
}

enum err contest_hear(struct cx *cx, struct db *db, i64 workspace, i64 after, size_t limit, struct contest_heard **ret_heard, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct contest_heard *list = NULL;
	size_t count = 0, capacity = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT m.id, m.home_id, m.at, COALESCE(i.contact_id, 0), m.kind, m.body, m.direction FROM message m LEFT JOIN identity i ON i.id = m.identity_id AND i.workspace_id = ?1"
			 " WHERE +m.workspace_id = ?1 AND m.id > ?2 ORDER BY m.id LIMIT ?3",
		     db_i64(workspace), db_i64(after), db_i64((i64)limit)));
	FOR_ROWS (cx, row) {
		struct contest_heard *h = arena_push(cx->arena, list, count, capacity);
		*h = (struct contest_heard){.id = row_i64(row, 0), .home = row_i64(row, 1), .at = row_i64(row, 2), .contact = row_i64(row, 3), .kind = KIND_NOTE};
		if (str_eq(row_text(row, 6), S("in")) && message_kind_of(row_text(row, 4), &h->kind))
			h->body = row_str(row, 5, cx->arena);
		else
			h->kind = KIND_NOTE; /* not from outside: it counts as read alone */
	}
	*ret_heard = list;
	*ret_count = count;
	return OK;
}
