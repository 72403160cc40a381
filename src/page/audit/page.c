/* audit: who did what, in a chain that shows when it was altered. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/audit.h"
#include "page/pager.h"
#include "store/audit.h"
#include "store/member.h"
#include "ui/document.h"

#include <stdlib.h>

#define A_PAGE 40

static const char *const acts[] = {"conversation.", "reply.", "contact.", "moderation.", "charter.", "people.", "account.", "key.", "workspace.", NULL};
static const char *const act_titles[] = {N_("Conversations"), N_("Answers"), N_("Contacts"), N_("Moderation"), N_("House rules"), N_("People"), N_("Accounts"), N_("API keys"), N_("Workspace")};

static struct str number_text(struct cx *cx, i64 number)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, number);
	return buf_keep(&b, cx->arena);
}

/* "conversation:123" to where it can be seen. */
static struct str subject_url(struct cx *cx, struct str subject)
{
	struct str id = subject, kind = str_cut(&id, ':');
	if (str_eq(kind, S("conversation")))
		return arena_printf(cx->arena, "/conversations/%.*s", STR_ARG(id));
	if (str_eq(kind, S("contact")))
		return arena_printf(cx->arena, "/contacts/%.*s", STR_ARG(id));
	if (str_eq(kind, S("charter")))
		return S("/charter");
	if (str_eq(kind, S("user")) || str_eq(kind, S("invitation")))
		return S("/team");
	return (struct str){};
}

static json_t *entry_shape(struct cx *cx, const struct audit_entry *e, i64 open)
{
	struct reader reader = reader_of(cx);
	struct str text = arena_printf(cx->arena, _(N_("%.*s: %.*s")), STR_ARG(e->actor_name), STR_ARG(e->act));
	return json_pack("{s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:b}", "sequence", doc_text(number_text(cx, e->sequence)), "url",
			 doc_text(arena_printf(cx->arena, "/audit?entry=%lld#entry", (long long)e->sequence)), "at", doc_instant(&reader, e->at), "actor_name",
			 doc_text(e->actor_name), "icon", "fingerprint", "text", doc_text(text), "act", doc_text(e->act), "subject", doc_text_or_null(e->subject), "subject_url",
			 doc_text_or_null(subject_url(cx, e->subject)), "address", doc_text(e->address), "is_current", e->sequence == open);
}

static json_t *changes_shape(const json_t *detail)
{
	json_t *list = json_array();
	const char *name;
	const json_t *value;
	json_object_foreach((json_t *)detail, name, value)
	{
		char *text = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
		json_array_append_new(list, json_pack("{s:s, s:n, s:s}", "name", name, "before", "after", text ? text : json_string_value(value)));
		free(text);
	}
	return list;
}

static enum err open_shape(struct cx *cx, struct db *db, i64 sequence, json_t **ret_shape)
{
	struct audit_entry e;
	CLEANUP(buf_free) struct buf hash = {}, previous = {};
	TRY(audit_get(cx, db, here(cx), sequence, &e));
	json_t *shape = entry_shape(cx, &e, sequence), *detail = json_loadb(e.detail.at, e.detail.len, 0, NULL), *changes = changes_shape(detail);
	char *text = json_dumps(detail, JSON_INDENT(2));
	buf_add_hex(&hash, e.hash.at, e.hash.len);
	buf_add_hex(&previous, e.previous.at, e.previous.len);
	json_object_set_new(shape, "actor", doc_text(e.actor));
	json_object_set_new(shape, "has_changes", json_boolean(json_array_size(changes) > 0));
	json_object_set_new(shape, "changes", changes);
	json_object_set_new(shape, "detail", json_string(text ? text : "{}"));
	json_object_set_new(shape, "hash", doc_text(buf_str(&hash)));
	json_object_set_new(shape, "previous", doc_text(buf_str(&previous)));
	json_object_set_new(shape, "is_intact", json_boolean(audit_entry_sound(&e)));
	free(text);
	json_decref(detail);
	*ret_shape = shape;
	return OK;
}

/* The chain is walked whole by `parvis check`; here the entries on screen are held against their own hashes. */
static enum err chain_shape(struct cx *cx, struct db *db, const struct audit_entry *entries, size_t count, json_t **ret_shape)
{
	i64 length;
	struct str hash;
	struct reader reader = reader_of(cx);
	json_t *broken = json_null();
	TRY(audit_last(cx, db, here(cx), &length, &hash));
	for (size_t i = 0; i < count; i++)
		if (!audit_entry_sound(&entries[i])) {
			json_decref(broken);
			broken = doc_text(number_text(cx, entries[i].sequence));
		}
	*ret_shape = json_pack("{s:b, s:o, s:o, s:o}", "is_intact", json_is_null(broken), "checked", doc_instant(&reader, cx->now), "length", doc_text(number_text(cx, length)),
			       "broken_at", broken);
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

/* A day of the reader's calendar as an instant; 0 when none is given. */
static enum err day_of(struct cx *cx, struct request *request, const char *name, i64 *ret_instant)
{
	struct str text = param_text(request, name);
	i64 instant;
	*ret_instant = 0;
	if (!text.len)
		return OK;
	if (!time_parse_loose(text, &instant))
		return request_fault(cx, request, name, N_("Write a day like 2026-03-24."));
	struct civil civil = zone_civil(S("UTC"), instant);
	*ret_instant = zone_instant(cx->actor->zone, civil);
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct audit_entry *entries;
	struct str actor = param_text(request, "actor"), act = param_text(request, "act");
	i64 open = param_int(request, "entry");
	size_t count;
	json_t *document = json_object(), *list = json_array(), *act_list = json_array(), *people = json_array(), *chain, *entry = json_null();
	struct pager pager;
	reply_json(reply, document);
	json_object_set_new(document, "entries", list);
	json_object_set_new(document, "acts", act_list);
	json_object_set_new(document, "people", people);
	struct audit_filter filter = {.actor = actor, .act = act, .words = param_text(request, "q")};
	TRY(day_of(cx, request, "since", &filter.since));
	TRY(day_of(cx, request, "until", &filter.until));
	if (filter.until)
		filter.until += DAY;
	TRY(pager_of(cx, request, A_PAGE, &pager));
	do
		TRY(audit_list(cx, db, here(cx), &filter, pager.from, pager.limit + 1, &entries, &count));
	while (!pager_fits(&pager, count));
	entries += pager.first;
	count = pager.count;
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, entry_shape(cx, &entries[i], open));
	for (int i = 0; acts[i]; i++)
		json_array_append_new(act_list, json_pack("{s:s, s:s, s:b}", "word", acts[i], "title", tr(cx->lang, act_titles[i]), "is_selected", str_eq(act, str_of(acts[i]))));
	TRY(people_shape(cx, db, actor, people));
	TRY(chain_shape(cx, db, entries, count, &chain));
	json_object_set_new(document, "chain", chain);
	if (open)
		TRY(open_shape(cx, db, open, &entry));
	json_object_set_new(document, "entry", entry);
	json_object_set_new(document, "filter", json_pack("{s:o, s:o, s:o, s:b}", "q", doc_text(filter.words), "since", doc_text(param_text(request, "since")), "until",
							   doc_text(param_text(request, "until")), "is_filtered", actor.len || act.len || filter.words.len || filter.since || filter.until));
	json_object_set_new(document, "has_entries", json_boolean(count > 0));
	pager_put(cx, request, reply, &pager, list_after(0, entries[0].sequence), list_after(0, entries[count ? count - 1 : 0].sequence), "entry");
	json_object_set_new(document, "csv_url", json_null());
	return OK;
}

static const struct param params[] = {
	PAGER_PARAMS,
	{.name = "entry", .in = IN_QUERY, .type = P_INT, .max = INT64_MAX, .about = "The entry to show whole."},
	{.name = "actor", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "Of one actor: user:ID, key:ID or program:0."},
	{.name = "q", .in = IN_QUERY, .type = P_LINE, .max = 100, .about = "Words of the act, its subject or its detail."},
	{.name = "since", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "From this day on: 2026-03-24."},
	{.name = "until", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "Up to this day, included."},
	{.name = "act", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "Acts that begin so."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/audit", .permission = MAY_READ_AUDIT, .params = params, .template = "audit/page", .handle = show, .about = "Who did what, newest first."},
	{},
};

const struct page page_audit = {"audit", routes};
