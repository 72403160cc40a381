#include "store/conversation.h"

#include "model/sla.h"
#include "store/sql.h"

#include <string.h>

#define COLUMNS                                                                                                                \
	"c.id, c.workspace_id, c.channel_id, c.contact_id, c.remote_id, c.kind, c.subject, c.subject_url, c.status, c.priority,"  \
	" c.assignee_id, c.team_id, c.preview, c.rating, c.message_count, c.first_at, c.last_at, c.inbound_at, c.waiting_since,"   \
	" c.snoozed_until, c.sla_policy_id, c.sla_started_at, c.first_due_at, c.first_met_at, c.resolve_due_at, c.resolved_at,"    \
	" c.due_at, c.breached, c.label_ids, c.merged_into, c.version,"   \
	" c.breach_at, c.language, c.sentiment, c.intent, c.signs"
#define COLUMN_COUNT 36
#define CONVERSATION "SELECT " COLUMNS " FROM conversation c "
#define MERGES_MAX 10

static struct conversation read_conversation(struct cx *cx, const struct row *row)
{
	struct conversation c = {
		.id = row_i64(row, 0),
		.workspace = row_i64(row, 1),
		.channel = row_i64(row, 2),
		.contact = row_i64(row, 3),
		.remote_id = row_str(row, 4, cx->arena),
		.subject = row_str(row, 6, cx->arena),
		.subject_url = row_str(row, 7, cx->arena),
		.priority = (enum priority)row_i64(row, 9),
		.assignee = row_i64(row, 10),
		.team = row_i64(row, 11),
		.preview = row_str(row, 12, cx->arena),
		.rating = (int)row_i64(row, 13),
		.message_count = row_i64(row, 14),
		.first_at = row_i64(row, 15),
		.last_at = row_i64(row, 16),
		.inbound_at = row_i64(row, 17),
		.waiting_since = row_i64(row, 18),
		.snoozed_until = row_i64(row, 19),
		.sla_policy = row_i64(row, 20),
		.sla_started_at = row_i64(row, 21),
		.first_due_at = row_i64(row, 22),
		.first_met_at = row_i64(row, 23),
		.resolve_due_at = row_i64(row, 24),
		.resolved_at = row_i64(row, 25),
		.due_at = row_i64(row, 26),
		.breached = (unsigned)row_i64(row, 27),
		.label_ids = row_str(row, 28, cx->arena),
		.merged_into = row_i64(row, 29),
		.version = row_i64(row, 30),
		.breach_at = row_i64(row, 31),
	};
	message_kind_of(row_text(row, 5), &c.kind);
	status_of(row_text(row, 8), &c.status);
	struct str language = row_text(row, 32);
	if (language.len < sizeof c.gist.language)
		memcpy(c.gist.language, language.at, language.len);
	meaning_label_of(MEANING_SENTIMENT, row_text(row, 33), &c.gist.sentiment);
	meaning_label_of(MEANING_INTENT, row_text(row, 34), &c.gist.intent);
	c.gist.signs = (unsigned)row_i64(row, 35);
	return c;
}

struct gist gist_of(const struct meaning *m)
{
	struct gist gist = {.signs = meaning_signs(m)};
	if (meaning_sure(m, MEANING_LANGUAGE, NULL))
		memcpy(gist.language, m->language, sizeof gist.language);
	meaning_sure(m, MEANING_SENTIMENT, &gist.sentiment);
	meaning_sure(m, MEANING_INTENT, &gist.intent);
	return gist;
}

static struct str label_word(enum meaning_task task, u8 label)
{
	const char *word = meaning_label_word(task, label);
	return word ? str_of(word) : S("");
}

#define GIST_VALUES(g)                                                                                                         \
	db_text(str_of((g)->language)), db_text(label_word(MEANING_SENTIMENT, (g)->sentiment)), db_text(label_word(MEANING_INTENT, (g)->intent)),  \
		db_i64((g)->signs)

enum err conversation_insert(struct cx *cx, struct db *db, const struct conversation *c)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO conversation (id, workspace_id, channel_id, contact_id, remote_id, kind, subject, subject_url, status,"
			  " priority, assignee_id, team_id, preview, rating, message_count, first_at, last_at, inbound_at, waiting_since,"
			  " snoozed_until, sla_policy_id, sla_started_at, first_due_at, first_met_at, resolve_due_at, resolved_at, due_at,"
			  " breached, label_ids, version, breach_at, language, sentiment, intent, signs) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
			  " ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35)",
		      db_i64(c->id), db_i64(c->workspace), db_i64(c->channel), db_id(c->contact), db_text(c->remote_id),
		      db_text(str_of(message_kind_word(c->kind))), db_text(c->subject), db_text(c->subject_url),
		      db_text(str_of(status_word(c->status))), db_i64(c->priority), db_id(c->assignee), db_id(c->team), db_text(c->preview),
		      db_i64(c->rating), db_i64(c->message_count), db_i64(c->first_at), db_i64(c->last_at), db_i64(c->inbound_at),
		      db_i64(c->waiting_since), db_i64(c->snoozed_until), db_id(c->sla_policy), db_i64(c->sla_started_at),
		      db_i64(c->first_due_at), db_i64(c->first_met_at), db_i64(c->resolve_due_at), db_i64(c->resolved_at), db_i64(c->due_at),
		      db_i64(c->breached), db_text(c->label_ids), db_i64(c->version ? c->version : 1), db_i64(c->breach_at),
		      GIST_VALUES(&c->gist));
}

static enum err missing(struct cx *cx)
{
	return fail(cx, ERR_MISSING, N_("This conversation does not exist in this workspace."));
}

static enum err merged_in_a_circle(struct cx *cx)
{
	return fail(cx, ERR_SYSTEM, N_("The conversation was merged in a circle; run “parvis check”."));
}

enum err conversation_get_itself(struct cx *cx, struct db *db, i64 workspace, i64 id, struct conversation *ret_conversation)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, CONVERSATION "WHERE c.workspace_id = ?1 AND c.id = ?2", db_i64(workspace), db_i64(id));
	if (e == ERR_MISSING)
		return missing(cx);
	TRY(e);
	*ret_conversation = read_conversation(cx, row);
	return OK;
}

enum err conversation_workspace(struct cx *cx, struct db *db, i64 id, i64 *ret_workspace)
{
	CLEANUP(row_endp) struct row *row = NULL;
	enum err e = db_one(cx, db, &row, "/* all workspaces */ SELECT workspace_id FROM conversation WHERE id = ?1", db_i64(id));
	if (e == ERR_MISSING)
		return missing(cx);
	TRY(e);
	*ret_workspace = row_i64(row, 0);
	return OK;
}

enum err conversation_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct conversation *ret_conversation)
{
	struct conversation c;
	for (int hop = 0; hop < MERGES_MAX; hop++) {
		TRY(conversation_get_itself(cx, db, workspace, id, &c));
		if (!c.merged_into) {
			*ret_conversation = c;
			return OK;
		}
		id = c.merged_into;
	}
	return merged_in_a_circle(cx);
}

enum err conversation_by_remote(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str remote_id,
				struct conversation *ret_conversation)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_one(cx, db, &row, CONVERSATION "WHERE c.workspace_id = ?1 AND c.channel_id = ?2 AND c.remote_id = ?3", db_i64(workspace),
		   db_i64(channel), db_text(remote_id)));
	*ret_conversation = read_conversation(cx, row);
	return OK;
}

enum err conversation_save(struct cx *cx, struct db *db, struct conversation *c)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE conversation SET contact_id = ?3, kind = ?4, subject = ?5, subject_url = ?6, status = ?7, priority = ?8,"
		       " assignee_id = ?9, team_id = ?10, preview = ?11, rating = ?12, message_count = ?13, first_at = ?14, last_at = ?15,"
		       " inbound_at = ?16, waiting_since = ?17, snoozed_until = ?18, sla_policy_id = ?19, sla_started_at = ?20,"
		       " first_due_at = ?21, first_met_at = ?22, resolve_due_at = ?23, resolved_at = ?24, due_at = ?25, breached = ?26,"
		       " label_ids = ?27, merged_into = ?28, breach_at = ?30, language = ?31, sentiment = ?32, intent = ?33, signs = ?34, version = version + 1 WHERE workspace_id = ?1 AND id = ?2 AND version = ?29",
		   db_i64(c->workspace), db_i64(c->id), db_id(c->contact), db_text(str_of(message_kind_word(c->kind))), db_text(c->subject),
		   db_text(c->subject_url), db_text(str_of(status_word(c->status))), db_i64(c->priority), db_id(c->assignee), db_id(c->team),
		   db_text(c->preview), db_i64(c->rating), db_i64(c->message_count), db_i64(c->first_at), db_i64(c->last_at),
		   db_i64(c->inbound_at), db_i64(c->waiting_since), db_i64(c->snoozed_until), db_id(c->sla_policy), db_i64(c->sla_started_at),
		   db_i64(c->first_due_at), db_i64(c->first_met_at), db_i64(c->resolve_due_at), db_i64(c->resolved_at), db_i64(c->due_at),
		   db_i64(c->breached), db_text(c->label_ids), db_id(c->merged_into), db_i64(c->version), db_i64(c->breach_at),
		   GIST_VALUES(&c->gist)));
	if (changed != 1)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation meanwhile. Nothing of yours was applied; look at it again."));
	c->version++;
	return OK;
}

enum err conversation_save_moved(struct cx *cx, struct db *db, struct conversation *c)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE conversation SET status = ?3, preview = ?4, rating = ?5, message_count = ?6, first_at = ?7, last_at = ?8, inbound_at = ?9,"
		   " waiting_since = ?10, snoozed_until = ?11, sla_policy_id = ?12, sla_started_at = ?13, first_due_at = ?14, first_met_at = ?15,"
		   " resolve_due_at = ?16, resolved_at = ?17, due_at = ?18, breached = ?19, breach_at = ?20, language = ?22, sentiment = ?23, intent = ?24,"
		   " signs = ?25, version = version + 1 WHERE workspace_id = ?1 AND id = ?2 AND version = ?21",
		   db_i64(c->workspace), db_i64(c->id), db_text(str_of(status_word(c->status))), db_text(c->preview), db_i64(c->rating), db_i64(c->message_count),
		   db_i64(c->first_at), db_i64(c->last_at), db_i64(c->inbound_at), db_i64(c->waiting_since), db_i64(c->snoozed_until), db_id(c->sla_policy),
		   db_i64(c->sla_started_at), db_i64(c->first_due_at), db_i64(c->first_met_at), db_i64(c->resolve_due_at), db_i64(c->resolved_at),
		   db_i64(c->due_at), db_i64(c->breached), db_i64(c->breach_at), db_i64(c->version), GIST_VALUES(&c->gist)));
	if (changed != 1)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation meanwhile. Nothing of yours was applied; look at it again."));
	c->version++;
	return OK;
}

enum err conversation_save_heard(struct cx *cx, struct db *db, struct conversation *c)
{
	i64 changed = 0;
	TRY(db_run(cx, db, &changed,
		   "UPDATE conversation SET preview = ?3, rating = ?4, message_count = ?5, last_at = ?6, inbound_at = ?7, language = ?9, sentiment = ?10,"
		   " intent = ?11, signs = ?12, version = version + 1 WHERE workspace_id = ?1 AND id = ?2 AND version = ?8",
		   db_i64(c->workspace), db_i64(c->id), db_text(c->preview), db_i64(c->rating), db_i64(c->message_count), db_i64(c->last_at),
		   db_i64(c->inbound_at), db_i64(c->version), GIST_VALUES(&c->gist)));
	if (changed != 1)
		return fail(cx, ERR_CONFLICT, N_("Somebody changed this conversation meanwhile. Nothing of yours was applied; look at it again."));
	c->version++;
	return OK;
}

enum err conversation_understand(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 inbound_at, const struct gist *gist)
{
	return db_run(cx, db, NULL,
		      "UPDATE conversation SET language = ?4, sentiment = ?5, intent = ?6, signs = ?7 WHERE workspace_id = ?1 AND id = ?2 AND inbound_at = ?3",
		      db_i64(workspace), db_i64(id), db_i64(inbound_at), GIST_VALUES(gist));
}

/* ---- lists ---- */

static const char *const sort_words[SORT_COUNT] = {[SORT_DUE] = "due", [SORT_RECENT] = "recent", [SORT_OLDEST] = "oldest"};

const char *conversation_sort_word(enum conversation_sort sort)
{
	must(sort < SORT_COUNT);
	return sort_words[sort];
}

bool conversation_sort_of(struct str word, enum conversation_sort *ret_sort)
{
	for (int i = 0; i < SORT_COUNT; i++)
		if (str_eq(word, str_of(sort_words[i]))) {
			*ret_sort = (enum conversation_sort)i;
			return true;
		}
	return false;
}

i64 conversation_sort_key(const struct conversation *c, enum conversation_sort sort)
{
	return sort == SORT_DUE ? c->due_at : c->last_at;
}

/* The statements: which index leads is decided by the filter, the rest is held against each row. Parameters: ?1 workspace,
 * ?2 status, ?3 place key, ?4 place id, ?5 limit, ?6 what leads, ?7 kind or '', ?8 least priority, ?9 1 breached only, 2 unanswered
 * only, ?10 due before or 0, ?11 team or 0, ?12 channel or 0, ?13 assignee: 0 any, -1 nobody, ?14 language
 * or '', ?15 sentiment or '', ?16 intent or '', ?17 signs or 0. Each lead is one index of the schema. */
#define NAMES                                                                                                                  \
	", COALESCE(p.name, ''), h.name, h.network, COALESCE(u.name, ''), COALESCE(t.name, ''), COALESCE(p.lang, '')"
#define JOINS                                                                                                                  \
	" JOIN channel h ON h.id = c.channel_id LEFT JOIN contact p ON p.id = c.contact_id"                                      \
	" LEFT JOIN person u ON u.id = c.assignee_id LEFT JOIN team t ON t.id = c.team_id "
#define PLAIN " AND c.merged_into IS NULL" /* of a filter that asks for a status and no more, as most do; without ?7 and the rest */
#define REST                                                                                                                   \
	" AND c.merged_into IS NULL AND (?7 = '' OR c.kind = ?7) AND c.priority >= ?8"            \
	" AND (?9 = 0 OR (?9 = 1 AND c.breached > 0) OR (?9 = 2 AND c.waiting_since > 0))"                                            \
	" AND (?10 = 0 OR c.due_at < ?10) AND (?11 = 0 OR c.team_id = ?11) AND (?12 = 0 OR c.channel_id = ?12)"                   \
	" AND (?13 = 0 OR (?13 = -1 AND c.assignee_id IS NULL) OR c.assignee_id = ?13)"                                           \
	" AND (?14 = '' OR c.language = ?14) AND (?15 = '' OR c.sentiment = ?15) AND (?16 = '' OR c.intent = ?16) AND (?17 = 0 OR (c.signs & ?17) <> 0)"
#define BY_DUE(rest) " AND (c.due_at, c.id) > (?3, ?4)" rest " ORDER BY c.due_at, c.id LIMIT ?5"
#define BY_DUE_BACK(rest) " AND (c.due_at, c.id) < (?3, ?4)" rest " ORDER BY c.due_at DESC, c.id DESC LIMIT ?5"
#define BY_RECENT(rest) " AND (c.last_at, c.id) < (?3, ?4)" rest " ORDER BY c.last_at DESC, c.id DESC LIMIT ?5"
#define BY_OLDEST(rest) " AND (c.last_at, c.id) > (?3, ?4)" rest " ORDER BY c.last_at, c.id LIMIT ?5"
#define FROM_STATUS " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.status = ?2 AND ?6 = 0"
#define FROM_URGENT " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.status = ?2 AND c.priority = 3 AND ?6 = 0"
#define FROM_UNANSWERED                                                                                                        \
	" FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.status = 'resolved' AND c.waiting_since > 0 AND c.status = ?2 AND ?6 = 0"
#define FROM_ASSIGNEE " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.assignee_id = ?6 AND c.status = ?2"
#define FROM_CHANNEL " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.channel_id = ?6 AND c.status = ?2"
#define FROM_LABEL                                                                                                             \
	" FROM conversation_label l JOIN conversation c ON c.id = l.conversation_id" JOINS                                      \
	"WHERE l.workspace_id = ?1 AND l.label_id = ?6 AND c.workspace_id = ?1 AND c.status = ?2"
#define FROM_CONTACT " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.contact_id = ?6 AND c.status = ?2"
#define FROM_CONTACT_ANY " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.contact_id = ?6 AND ?2 = ''" /* in the order of its index: what waits and what is done together */

#define FROM_LANGUAGE                                                                                                          \
	" FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.language = ?14 AND c.language <> '' AND c.status || '' = ?2 AND ?6 = 0"
#define FROM_SIGNS " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.status = ?2 AND c.signs <> 0 AND ?6 = 0"

enum lead { LEAD_STATUS, LEAD_LANGUAGE, LEAD_SIGNS, LEAD_URGENT, LEAD_UNANSWERED, LEAD_ASSIGNEE, LEAD_CHANNEL, LEAD_LABEL, LEAD_CONTACT, LEAD_CONTACT_ANY, LEAD_CONTACT_PLAIN, LEAD_PLAIN };

/* All of a status, or of a contact: nothing to hold against each row. */
static bool is_plain(const struct conversation_filter *f)
{
	return f->any_status == (f->contact != 0) && f->kind < 0 && !f->priority_least && !f->breached && !f->unanswered && !f->due_before && !f->team && !f->channel &&
	       !f->assignee && !f->label && !f->language.len && !f->sentiment && !f->intent && !f->signs;
}

static enum lead lead_of(const struct conversation_filter *f, i64 *ret_what)
{
	const struct {
		i64 what;
		enum lead lead;
	} leads[] = {{f->contact, LEAD_CONTACT}, {f->label, LEAD_LABEL}, {f->assignee > 0 ? f->assignee : 0, LEAD_ASSIGNEE}, {f->channel, LEAD_CHANNEL}};
	for (size_t i = 0; i < COUNT(leads); i++)
		if (leads[i].what) {
			*ret_what = leads[i].what;
			return !i && is_plain(f) ? LEAD_CONTACT_PLAIN : !i && f->any_status ? LEAD_CONTACT_ANY : leads[i].lead;
		}
	*ret_what = 0;
	if (is_plain(f))
		return LEAD_PLAIN;
	if (f->unanswered && f->status == STATUS_RESOLVED && !f->any_status)
		return LEAD_UNANSWERED;
	if (f->priority_least == PRIORITY_URGENT)
		return LEAD_URGENT;
	if (f->sort == SORT_DUE || f->any_status) /* those that wait are few */
		return LEAD_STATUS;
	return f->signs ? LEAD_SIGNS : f->language.len ? LEAD_LANGUAGE : LEAD_STATUS;
}

#define LIST(from, by) "SELECT " COLUMNS NAMES from by
#define LISTS_OF(from, rest)                                                                                                   \
	(by_due ? (is_up ? LIST(from, BY_DUE(rest)) : LIST(from, BY_DUE_BACK(rest))) : is_up ? LIST(from, BY_OLDEST(rest)) : LIST(from, BY_RECENT(rest)))
#define LISTS(from) LISTS_OF(from, REST)
#define TALLY(from) "SELECT COUNT(*) FROM (SELECT c.id" from " AND ?3 <= ?4" REST " LIMIT ?5) counted"
#define BY_LEAD(choose)                                                                                                        \
	(lead == LEAD_STATUS || lead == LEAD_PLAIN ? choose(FROM_STATUS)                                                                         \
	 : lead == LEAD_LANGUAGE ? choose(FROM_LANGUAGE)                                                                       \
	 : lead == LEAD_SIGNS    ? choose(FROM_SIGNS)                                                                          \
	 : lead == LEAD_URGENT   ? choose(FROM_URGENT)                                                                         \
	 : lead == LEAD_UNANSWERED ? choose(FROM_UNANSWERED)                                                                   \
	 : lead == LEAD_ASSIGNEE ? choose(FROM_ASSIGNEE)                                                                       \
	 : lead == LEAD_CHANNEL  ? choose(FROM_CHANNEL)                                                                        \
	 : lead == LEAD_LABEL    ? choose(FROM_LABEL)                                                                          \
	 : lead == LEAD_CONTACT_ANY || lead == LEAD_CONTACT_PLAIN ? choose(FROM_CONTACT_ANY)                                                                 \
				 : choose(FROM_CONTACT))

/* values[1] is ?1 */
static enum lead fill(struct db_value values[18], i64 workspace, const struct conversation_filter *f, i64 key, i64 id, i64 limit)
{
	i64 what;
	enum lead lead = lead_of(f, &what);
	values[1] = db_i64(workspace);
	values[2] = db_text(f->any_status ? S("") : str_of(status_word(f->status)));
	values[3] = db_i64(key);
	values[4] = db_i64(id);
	values[5] = db_i64(limit);
	values[6] = db_i64(what);
	values[7] = db_text(f->kind < 0 ? S("") : str_of(message_kind_word((enum message_kind)f->kind)));
	values[8] = db_i64(f->priority_least);
	values[9] = db_i64(f->unanswered ? 2 : f->breached);
	values[10] = db_i64(f->due_before);
	values[11] = db_i64(f->team);
	values[12] = db_i64(lead == LEAD_CHANNEL ? 0 : f->channel);
	values[13] = db_i64(lead == LEAD_ASSIGNEE ? 0 : f->assignee);
	values[14] = db_text(f->language);
	values[15] = db_text(label_word(MEANING_SENTIMENT, f->sentiment));
	values[16] = db_text(label_word(MEANING_INTENT, f->intent));
	values[17] = db_i64(f->signs);
	return lead;
}

#define RARE 2000 /* so many are sorted in a millisecond or two; where there are more, the walk in the order of time soon has a page */

/* A language leads where it is rare. */
static enum err lead_by_rarity(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *f, enum lead *lead)
{
	i64 count;
	if (*lead != LEAD_LANGUAGE)
		return OK;
	TRY(db_number(cx, db, 0, &count,
		      "SELECT COUNT(*) FROM (SELECT 1 FROM conversation WHERE workspace_id = ?1 AND language = ?2 AND language <> '' AND status = ?3 LIMIT ?4) some_there",
		      db_i64(workspace), db_text(f->language), db_text(str_of(status_word(f->status))), db_i64(RARE)));
	if (count == RARE)
		*lead = LEAD_STATUS;
	return OK;
}

static struct conversation_row read_row(struct cx *cx, const struct row *row)
{
	return (struct conversation_row){
		.conversation = read_conversation(cx, row),
		.contact_name = row_str(row, COLUMN_COUNT, cx->arena),
		.channel_name = row_str(row, COLUMN_COUNT + 1, cx->arena),
		.channel_network = row_str(row, COLUMN_COUNT + 2, cx->arena),
		.assignee_name = row_str(row, COLUMN_COUNT + 3, cx->arena),
		.team_name = row_str(row, COLUMN_COUNT + 4, cx->arena),
		.contact_lang = row_str(row, COLUMN_COUNT + 5, cx->arena),
	};
}

enum err conversation_list(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, struct list_place from, size_t limit,
			   struct conversation_row **ret_rows, size_t *ret_count)
{
	struct db_value values[18] = {};
	bool by_due = filter->sort == SORT_DUE, is_up = (filter->sort != SORT_RECENT) != from.is_back;
	i64 start = is_up ? INT64_MIN : INT64_MAX;
	enum lead lead = fill(values, workspace, filter, from.is_given ? from.key : start, from.is_given ? from.id : start, (i64)limit);
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(lead_by_rarity(cx, db, workspace, filter, &lead));
	if (lead == LEAD_PLAIN)
		TRY(db_query_values(cx, db, &row, LISTS_OF(FROM_STATUS, PLAIN), values, 6));
	else if (lead == LEAD_CONTACT_PLAIN)
		TRY(db_query_values(cx, db, &row, LISTS_OF(FROM_CONTACT_ANY, PLAIN), values, 6));
	else
		TRY(db_query_values(cx, db, &row, BY_LEAD(LISTS), values, 17));
	struct conversation_row *rows = arena_array(cx->arena, struct conversation_row, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		rows[count++] = read_row(cx, row);
	if (from.is_back)
		list_turn(rows, sizeof *rows, count);
	*ret_rows = rows;
	*ret_count = count;
	return OK;
}

enum err conversation_count(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 most, i64 *ret_count)
{
	struct db_value values[18] = {};
	enum lead lead = fill(values, workspace, filter, 0, 0, most);
	return db_number_values(cx, db, 0, ret_count, BY_LEAD(TALLY), values, 17);
}

/* The plus keeps SQLite to the order of the ids, so that no page is sorted. */
#define WALKED                                                                                                                 \
	" FROM conversation c" JOINS "WHERE +c.workspace_id = ?1 AND c.id > ?4 AND (?2 = '' OR c.status = ?2) AND c.last_at >= ?3"  \
	" AND (?18 = 0 OR c.first_at < ?18) AND (?6 = 0 OR c.contact_id = ?6)" REST                                              \
	" AND (?19 = 0 OR EXISTS (SELECT 1 FROM conversation_label l WHERE l.workspace_id = ?1 AND l.conversation_id = c.id AND l.label_id = ?19))"

static void fill_walk(struct db_value values[20], i64 workspace, const struct conversation_filter *f, i64 since, i64 until, i64 after_id, i64 limit)
{
	fill(values, workspace, f, since ? since : INT64_MIN, after_id, limit);
	values[6] = db_i64(f->contact);
	values[12] = db_i64(f->channel);
	values[13] = db_i64(f->assignee);
	values[18] = db_i64(until);
	values[19] = db_i64(f->label);
}

enum err conversation_walk(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 since, i64 until, i64 after_id, size_t limit,
			   struct conversation_row **ret_rows, size_t *ret_count)
{
	struct db_value values[20] = {};
	CLEANUP(row_endp) struct row *row = NULL;
	fill_walk(values, workspace, filter, since, until, after_id, (i64)limit);
	TRY(db_query_values(cx, db, &row, "SELECT " COLUMNS NAMES WALKED " ORDER BY c.id LIMIT ?5", values, 19));
	struct conversation_row *rows = arena_array(cx->arena, struct conversation_row, limit);
	size_t count = 0;
	FOR_ROWS (cx, row)
		rows[count++] = read_row(cx, row);
	*ret_rows = rows;
	*ret_count = count;
	return OK;
}

enum err conversation_walk_count(struct cx *cx, struct db *db, i64 workspace, const struct conversation_filter *filter, i64 since, i64 until, i64 *ret_messages)
{
	struct db_value values[20] = {};
	fill_walk(values, workspace, filter, since, until, 0, 0);
	return db_number_values(cx, db, 0, ret_messages, "SELECT COALESCE(SUM(c.message_count), 0)" WALKED " AND ?5 = 0", values, 19);
}

enum err conversation_groups(struct cx *cx, struct db *db, i64 workspace, enum status status, i64 most, struct conversation_group **ret_groups,
			     size_t *ret_count, i64 *ret_all)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct conversation_group *groups = NULL;
	size_t count = 0, capacity = 0;
	i64 all = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT kind, priority, channel_id, assignee_id, team_id, COUNT(*) FROM (SELECT kind, priority, channel_id, assignee_id, team_id"
			 " FROM conversation WHERE workspace_id = ?1 AND status = ?2 AND merged_into IS NULL ORDER BY due_at, id LIMIT ?3) listed"
			 " GROUP BY kind, priority, channel_id, assignee_id, team_id",
		     db_i64(workspace), db_text(str_of(status_word(status))), db_i64(most)));
	FOR_ROWS (cx, row) {
		struct conversation_group g = {.priority = (enum priority)row_i64(row, 1), .channel = row_i64(row, 2), .assignee = row_i64(row, 3),
					       .team = row_i64(row, 4), .count = row_i64(row, 5)};
		message_kind_of(row_text(row, 0), &g.kind);
		all += g.count;
		*arena_push(cx->arena, groups, count, capacity) = g;
	}
	*ret_groups = groups;
	*ret_count = count;
	*ret_all = all;
	return OK;
}

enum err conversation_spans(struct cx *cx, struct db *db, i64 workspace, enum status status, i64 since, size_t limit, struct conversation_span **ret_spans,
			    size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct conversation_span *spans = arena_array(cx->arena, struct conversation_span, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT sla_policy_id, sla_started_at, first_due_at, first_met_at, resolved_at, breached FROM conversation"
			 " WHERE workspace_id = ?1 AND status = ?2 AND last_at >= ?3 AND merged_into IS NULL ORDER BY last_at DESC LIMIT ?4",
		     db_i64(workspace), db_text(str_of(status_word(status))), db_i64(since), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		spans[count++] = (struct conversation_span){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4),
							    (unsigned)row_i64(row, 5)};
	*ret_spans = spans;
	*ret_count = count;
	return OK;
}

enum err conversation_round_keep(struct cx *cx, struct db *db, const struct conversation *c, i64 ended_at)
{
	return db_run(cx, db, NULL,
		      "INSERT INTO sla_round (workspace_id, conversation_id, started_at, sla_policy_id, first_due_at, first_met_at, resolved_at, breached, ended_at)"
			  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (conversation_id, started_at) DO NOTHING",
		      db_i64(c->workspace), db_i64(c->id), db_i64(c->sla_started_at), db_id(c->sla_policy), db_i64(c->first_due_at), db_i64(c->first_met_at),
		      db_i64(c->resolved_at), db_i64(c->breached), db_i64(ended_at));
}

enum err conversation_rounds(struct cx *cx, struct db *db, i64 workspace, i64 since, size_t limit, struct conversation_span **ret_spans, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	struct conversation_span *spans = arena_array(cx->arena, struct conversation_span, limit);
	size_t count = 0;
	TRY(db_query(cx, db, &row,
		     "SELECT sla_policy_id, started_at, first_due_at, first_met_at, resolved_at, breached FROM sla_round"
			 " WHERE workspace_id = ?1 AND ended_at >= ?2 ORDER BY ended_at DESC LIMIT ?3",
		     db_i64(workspace), db_i64(since), db_i64((i64)limit)));
	FOR_ROWS (cx, row)
		spans[count++] = (struct conversation_span){row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3), row_i64(row, 4),
							    (unsigned)row_i64(row, 5)};
	*ret_spans = spans;
	*ret_count = count;
	return OK;
}

enum err conversation_row_get(struct cx *cx, struct db *db, i64 workspace, i64 id, struct conversation_row *ret_row)
{
	for (int hop = 0; hop < MERGES_MAX; hop++) {
		CLEANUP(row_endp) struct row *row = NULL;
		enum err e = db_one(cx, db, &row, "SELECT " COLUMNS NAMES " FROM conversation c" JOINS "WHERE c.workspace_id = ?1 AND c.id = ?2", db_i64(workspace), db_i64(id));
		if (e == ERR_MISSING)
			return missing(cx);
		TRY(e);
		*ret_row = read_row(cx, row);
		id = ret_row->conversation.merged_into;
		if (!id)
			return OK;
	}
	return merged_in_a_circle(cx);
}

static enum err collect_places(struct cx *cx, struct row *row, struct conversation_place **ret_places, size_t *ret_count)
{
	struct conversation_place *places = NULL;
	size_t count = 0, capacity = 0;
	FOR_ROWS (cx, row)
		*arena_push(cx->arena, places, count, capacity) = (struct conversation_place){row_i64(row, 0), row_i64(row, 1)};
	*ret_places = places;
	*ret_count = count;
	return OK;
}

enum err conversations_to_wake(struct cx *cx, struct db *db, i64 now, size_t limit, struct conversation_place **ret_places, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT workspace_id, id FROM conversation WHERE status = 'snoozed' AND snoozed_until > 0 AND snoozed_until <= ?1"
			 " ORDER BY snoozed_until LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	return collect_places(cx, row, ret_places, ret_count);
}

enum err conversations_to_breach(struct cx *cx, struct db *db, i64 now, size_t limit, struct conversation_place **ret_places, size_t *ret_count)
{
	CLEANUP(row_endp) struct row *row = NULL;
	TRY(db_query(cx, db, &row,
		     "/* all workspaces */ SELECT workspace_id, id FROM conversation WHERE breach_at > 0 AND breach_at <= ?1 ORDER BY breach_at LIMIT ?2",
		     db_i64(now), db_i64((i64)limit)));
	return collect_places(cx, row, ret_places, ret_count);
}

enum err conversation_called(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str remote_id)
{
	return db_run(cx, db, NULL, "UPDATE conversation SET remote_id = ?3 WHERE workspace_id = ?1 AND id = ?2", db_i64(workspace), db_i64(id), db_text(remote_id));
}
