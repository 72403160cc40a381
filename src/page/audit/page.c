/* audit: who did what, in a chain that shows when it was altered. */
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/account.h"
#include "flow/audit.h"
#include "page/audit/wording.h"
#include "page/pager.h"
#include "page/period.h"
#include "store/audit.h"
#include "store/member.h"
#include "store/workspace.h"
#include "ui/document.h"
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#define A_PAGE 40

static const char *const acts[] = {"conversation.", "reply.", "moderation.", "charter.", "contact.", "channel.", "people.", "team.", "account.", "key.",
				   "workspace.", "import.", "export.", NULL};
static const char *const act_titles[] = {N_("Conversations"), N_("Answers"), N_("Moderation"), N_("House rules"), N_("Contacts"), N_("Channels"), N_("People"),
					 N_("Teams"), N_("Accounts"), N_("API keys"), N_("Workspace"), N_("Imports"), N_("Exports")};

static struct str number_text(struct cx *cx, i64 number)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, number);
	return buf_keep(&b, cx->arena);
}

/* Which log: the workspace's, or the installation's, which tells of everybody and so is for who owns every workspace of it. */
static const char *const logs[] = {"workspace", "installation", NULL};

static enum err log_of(struct cx *cx, struct request *request, i64 *ret_log, bool *ret_may)
{
	TRY(account_owns_all(cx, request_db(request), ret_may));
	bool wanted = str_eq(param_text(request, "log"), S("installation"));
	if (wanted && !*ret_may)
		return fail(cx, ERR_DENIED, N_("The log of the installation tells who signed in and who tried: it is for who owns every workspace of it."));
	*ret_log = wanted ? 0 : here(cx);
	return OK;
}

static struct str with_entry(struct cx *cx, struct request *request, i64 sequence)
{
	CLEANUP(buf_free) struct buf b = {};
	struct field_list fields = {};
	buf_adds(&b, "/audit?");
	if (form_read(cx, request_query(request), IN_QUERY, &fields) != OK)
		cx_forget(cx);
	for (size_t i = 0; i < fields.count; i++) {
		if (str_eq(fields.at[i].name, S("entry")) || !fields.at[i].text.len)
			continue;
		buf_add_url(&b, fields.at[i].name);
		buf_addc(&b, '=');
		buf_add_url(&b, fields.at[i].text);
		buf_addc(&b, '&');
	}
	if (sequence)
		buf_addf(&b, "entry=%lld#entry", (long long)sequence);
	return buf_keep(&b, cx->arena);
}

static enum err entry_shape(struct cx *cx, struct request *request, const struct audit_entry *e, i64 open, json_t **ret_shape)
{
	struct reader reader = reader_of(cx);
	struct str name, url;
	const char *icon;
	struct str text = audit_sentence(cx, e, &icon);
	TRY(audit_subject(cx, request_db(request), e, &name, &url));
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:b}", "sequence", doc_text(number_text(cx, e->sequence)), "url",
			       doc_text(with_entry(cx, request, e->sequence)), "at", doc_instant(&reader, e->at), "actor_name", doc_text(e->actor_name), "icon", icon, "text",
			       doc_text(text), "act", doc_text(e->act), "subject", doc_text_or_null(name), "subject_url", doc_text_or_null(url), "address", doc_text(e->address),
			       "is_current", e->sequence == open);
	CLEANUP(buf_free) struct buf all = {};
	buf_adds(&all, e->workspace ? "/audit?subject=" : "/audit?log=installation&subject=");
	buf_add_url(&all, e->subject);
	json_object_set_new(*ret_shape, "all_url", e->subject.len ? doc_text(buf_str(&all)) : json_null());
	return OK;
}

/* Detail as rows: from and to are before and after of one thing; what is a member's own state says what it became. */
static json_t *changes_shape(struct cx *cx, const json_t *detail)
{
	json_t *list = json_array();
	const char *name, *from = json_string_value(json_object_get(detail, "from")), *to = json_string_value(json_object_get(detail, "to"));
	const json_t *value;
	if (from || to)
		json_array_append_new(list, json_pack("{s:s, s:s?, s:s?}", "name", _(N_("Change")), "before", from && *from ? from : NULL, "after", to && *to ? to : NULL));
	json_object_foreach((json_t *)detail, name, value)
	{
		if (strcmp(name, "from") == 0 || strcmp(name, "to") == 0 || json_is_null(value))
			continue;
		struct str text = json_is_string(value) ? str_of(json_string_value(value)) : arena_json(cx->arena, value, JSON_ENCODE_ANY);
		json_array_append_new(list, json_pack("{s:s, s:n, s:s}", "name", audit_member(cx, name), "before", "after", text.at));
	}
	return list;
}

static enum err open_shape(struct cx *cx, struct request *request, i64 log, i64 sequence, json_t **ret_shape)
{
	struct audit_entry e;
	CLEANUP(buf_free) struct buf hash = {}, previous = {};
	TRY(audit_get(cx, request_db(request), log, sequence, &e));
	json_t *shape;
	TRY(entry_shape(cx, request, &e, sequence, &shape));
	json_t *detail = json_loadb(e.detail.at, e.detail.len, 0, NULL), *changes = changes_shape(cx, detail);
	struct str text = detail ? arena_json(cx->arena, detail, JSON_INDENT(2)) : S("{}");
	buf_add_hex(&hash, e.hash.at, e.hash.len);
	buf_add_hex(&previous, e.previous.at, e.previous.len);
	json_object_set_new(shape, "close_url", doc_text(with_entry(cx, request, 0)));
	json_object_set_new(shape, "actor", doc_text(e.actor));
	json_object_set_new(shape, "subject_word", doc_text(e.subject));
	json_object_set_new(shape, "has_changes", json_boolean(json_array_size(changes) > 0));
	json_object_set_new(shape, "changes", changes);
	json_object_set_new(shape, "detail", json_string(text.at));
	json_object_set_new(shape, "hash", doc_text(buf_str(&hash)));
	json_object_set_new(shape, "previous", doc_text(buf_str(&previous)));
	json_object_set_new(shape, "is_intact", json_boolean(audit_entry_sound(&e)));
	json_decref(detail);
	*ret_shape = shape;
	return OK;
}

/* What the last walk of the chain found; the entries on screen are held against their own hashes besides. */
static enum err chain_shape(struct cx *cx, struct db *db, i64 log, const struct audit_entry *entries, size_t count, json_t **ret_shape)
{
	i64 length;
	struct str hash;
	struct audit_check check;
	struct reader reader = reader_of(cx);
	TRY(audit_last(cx, db, log, &length, &hash));
	TRY(audit_checked(cx, db, log, &check));
	i64 broken = check.broken;
	for (size_t i = 0; i < count && !broken; i++)
		if (!audit_entry_sound(&entries[i]))
			broken = entries[i].sequence;
	*ret_shape = json_pack("{s:b, s:b, s:o, s:o, s:o, s:o}", "is_intact", !broken && check.at > 0, "is_unchecked", !broken && !check.at, "checked",
			       doc_instant(&reader, check.at), "until", doc_text_or_null(check.sequence ? number_text(cx, check.sequence) : (struct str){}), "length",
			       doc_text(number_text(cx, length)), "broken_at", broken ? doc_text(number_text(cx, broken)) : json_null());
	return OK;
}

static enum err people_shape(struct cx *cx, struct db *db, struct str chosen, json_t *list)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, here(cx), &members, &count));
	for (size_t i = 0; i < count; i++) {
		struct str word = arena_printf(cx->arena, "user:%lld", (long long)members[i].person);
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "word", doc_text(word), "name", doc_text(members[i].name), "is_selected", str_eq(word, chosen)));
	}
	return OK;
}

/* What the list is narrowed to, by its name. */
static enum err subject_filter_shape(struct cx *cx, struct db *db, i64 log, struct str subject, json_t *document)
{
	struct audit_entry like = {.workspace = log, .subject = subject};
	struct str name = {}, url = {};
	if (subject.len)
		TRY(audit_subject(cx, db, &like, &name, &url));
	json_object_set_new(json_object_get(document, "filter"), "subject_name", doc_text_or_null(name.len ? name : subject));
	return OK;
}

static enum err check(struct cx *cx, struct request *request, struct reply *reply)
{
	struct audit_check found;
	i64 log = 0;
	bool may;
	TRY(log_of(cx, request, &log, &may));
	TRY(audit_check(cx, request_db(request), log, true, &found));
	reply_json(reply, json_pack("{s:b, s:I, s:o}", "is_intact", !found.broken, "sequence", (json_int_t)found.sequence, "broken_at",
				    found.broken ? json_integer((json_int_t)found.broken) : json_null()));
	if (!found.broken)
		reply_flash(reply, str_of(_(N_("Every entry was looked at: the chain is whole."))), (struct str){});
	reply_redirect(reply, log ? "/audit" : "/audit?log=installation");
	return OK;
}

/* The two logs, for who may read both. */
static json_t *logs_shape(struct cx *cx, i64 log)
{
	return json_pack("[{s:s, s:s, s:b}, {s:s, s:s, s:b}]", "title", _(N_("Workspace")), "url", "/audit", "is_current", log != 0, "title", _(N_("Installation")), "url",
			 "/audit?log=installation", "is_current", log == 0);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct audit_entry *entries;
	struct str actor = param_text(request, "actor"), act = param_text(request, "act");
	i64 open = param_int(request, "entry"), log = 0;
	bool may;
	size_t count;
	json_t *document = json_object(), *list = json_array(), *act_list = json_array(), *people = json_array(), *chain, *entry = json_null();
	struct pager pager;
	reply_json(reply, document);
	json_object_set_new(document, "entries", list);
	json_object_set_new(document, "acts", act_list);
	json_object_set_new(document, "people", people);
	TRY(log_of(cx, request, &log, &may));
	json_object_set_new(document, "logs", may ? logs_shape(cx, log) : json_array());
	json_object_set_new(document, "has_logs", json_boolean(may));
	json_object_set_new(document, "is_partly_owner", json_boolean(!may && actor_may(cx->actor, MAY_READ_INSTALLATION)));
	json_object_set_new(document, "is_installation", json_boolean(!log));
	struct period period;
	TRY(period_of(cx, request, &period));
	struct audit_filter filter = {.actor = actor, .act = act, .words = param_text(request, "q"), .subject = param_text(request, "subject"), .since = period.since,
				      .until = period.until};
	pager_of(request, A_PAGE, &pager);
	do
		TRY(audit_list(cx, db, log, &filter, pager.from, pager.limit + 1, &entries, &count));
	while (!pager_fits(&pager, count));
	entries += pager.first;
	count = pager.count;
	for (size_t i = 0; i < count; i++) {
		json_t *shape;
		TRY(entry_shape(cx, request, &entries[i], open, &shape));
		json_array_append_new(list, shape);
	}
	for (int i = 0; acts[i]; i++)
		json_array_append_new(act_list, json_pack("{s:s, s:s, s:b}", "word", acts[i], "title", tr(cx->lang, act_titles[i]), "is_selected", str_eq(act, str_of(acts[i]))));
	TRY(people_shape(cx, db, actor, people));
	TRY(chain_shape(cx, db, log, entries, count, &chain));
	json_object_set_new(document, "chain", chain);
	if (open)
		TRY(open_shape(cx, request, log, open, &entry));
	json_object_set_new(document, "entry", entry);
	json_object_set_new(document, "filter", json_pack("{s:o, s:o, s:o, s:b}", "q", doc_text(filter.words), "since", doc_text(param_text(request, "since")), "until",
							   doc_text(param_text(request, "until")), "is_filtered", actor.len || act.len || filter.words.len || filter.subject.len || filter.since || filter.until));
	json_object_set_new(json_object_get(document, "filter"), "subject", doc_text(filter.subject));
	TRY(subject_filter_shape(cx, db, log, filter.subject, document));
	json_object_set_new(document, "has_entries", json_boolean(count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, entries[0].sequence), list_after(0, entries[count ? count - 1 : 0].sequence), "entry");
	return OK;
}

#define LOG(place) {.name = "log", .in = place, .type = P_WORD, .words = logs, .about = "The workspace's, or the installation's: who signed in, and who tried."}
static const struct param check_params[] = {LOG(IN_FORM), {}};
static const struct param params[] = {
	PAGER_PARAMS,
	LOG(IN_QUERY),
	{.name = "entry", .in = IN_QUERY, .type = P_INT, .max = INT64_MAX, .about = "The entry to show whole."},
	{.name = "actor", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "Of one actor: user:ID, key:ID or program:0."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words of the act, its subject or its detail."},
	{.name = "subject", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "Done to one thing: conversation:ID, channel:ID, user:ID …"},
	PERIOD_PARAMS,
	{.name = "act", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "Acts that begin so."},
	{},
};

/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"AuditCheck", "{is_intact: bool, sequence: int, broken_at: text?}", "What walking the chain found."},
	{"AuditEntry", "{sequence: text, url: url, at: Instant, actor_name: text, icon: text, text: text, act: text, subject: text?, "
	 "subject_url: url?, address: text, is_current: bool, all_url: url?}",
	 "An entry of the audit log."},
	{"AuditDetail", "{...AuditEntry, actor: text, has_changes: bool, changes: [{name: text, before: text?, after: text?}], detail: text, hash: text, "
	 "previous: text, is_intact: bool, close_url: url, subject_word: text}",
	 "An entry of the audit log with what changed and its place in the chain."},
	{"AuditPage", "{entries: [AuditEntry], acts: [Choice], people: [{word: text, name: text, is_selected: bool}], "
	 "chain: {is_intact: bool, is_unchecked: bool, checked: Instant?, until: text?, length: text, broken_at: text?}, "
	 "entry: AuditDetail?, filter: {q: text, since: text, until: text, is_filtered: bool, subject: text, "
	 "subject_name: text?}, logs: [Tab], has_logs: bool, is_partly_owner: bool, is_installation: bool, has_entries: bool, pager: Pager?}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/audit", .permission = MAY_READ_AUDIT, .params = params, .template = "audit/page", .handle = show,
	 .answer = "AuditPage", .about = "Who did what, newest first."},
	{.method = "POST", .path = "/audit/check", .permission = MAY_READ_AUDIT, .flags = ROUTE_SLOW, .params = check_params, .handle = check,
	 .answer = "AuditCheck", .about = "Walk the whole chain now.", .per_minute = 6},
	{},
};

const struct page page_audit = {"audit", routes, shapes, .file = __FILE__};
