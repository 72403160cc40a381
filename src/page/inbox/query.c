/* query.c: the address of a list: what is in it, what it asks of the store, and addresses made from it. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/gist.h"
#include "page/inbox/inbox.h"
#include "web/form.h"

const char *const inbox_part_names[PART_COUNT] = {"view", "status", "kind", "channel", "label", "assignee", "team", "priority", "due", "tone",
							      "intent", "sign", "language", "contact", "q", "sort"};

#define TEXT_MAX 2000

static const struct desk_view {
	const char *word, *title;
	struct conversation_filter filter;
	bool mine, mentioned;
} desk_views[] = {
	{"open", N_("To answer"), {.status = STATUS_OPEN}, false, false},
	{"mine", N_("Assigned to me"), {.status = STATUS_OPEN}, true, false},
	{"unassigned", N_("Not assigned"), {.status = STATUS_OPEN, .assignee = -1}, false, false},
	{"urgent", N_("Urgent ones"), {.status = STATUS_OPEN, .priority_least = PRIORITY_URGENT}, false, false},
	{"mentioned", N_("I am mentioned"), {.status = STATUS_OPEN}, false, true},
	{"pending", N_("Waiting for the contact"), {.status = STATUS_PENDING}, false, false},
	{"snoozed", N_("Snoozed"), {.status = STATUS_SNOOZED}, false, false},
	{"resolved", N_("All done"), {.status = STATUS_RESOLVED, .sort = SORT_RECENT}, false, false},
	{"unanswered", N_("Never answered"), {.status = STATUS_RESOLVED, .unanswered = true, .sort = SORT_RECENT}, false, false},
};

static const struct {
	const char *word;
	i64 within;
} dues[] = {{"late", 0}, {"1h", HOUR}, {"4h", 4 * HOUR}, {"1d", DAY}};

static i64 id_of(struct str text)
{
	i64 id = 0;
	return str_to_i64(text, &id) && id > 0 ? id : 0;
}

static enum err split(struct cx *cx, struct str text, struct str parts[PART_COUNT], struct inbox_query *query)
{
	struct field_list fields = {};
	TRY(form_read(cx, str_head(text, TEXT_MAX), IN_QUERY, &fields));
	for (size_t i = 0; i < fields.count; i++) {
		struct str name = fields.at[i].name, value = str_trim(fields.at[i].text);
		for (int part = 0; part < PART_COUNT; part++)
			if (str_eq(name, str_of(inbox_part_names[part])))
				parts[part] = value;
		bool back = str_eq(name, S("before"));
		if (query && (back || str_eq(name, S("after"))) && list_place_of(value, &query->from))
			query->from.is_back = back;
	}
	return OK;
}

static enum err open_view(struct cx *cx, struct db *db, struct inbox_query *q, struct str parts[PART_COUNT])
{
	struct str word = parts[PART_VIEW];
	for (size_t i = 0; i < COUNT(desk_views); i++) {
		const struct desk_view *v = &desk_views[i];
		if (!str_eq(word.len ? word : S("open"), str_of(v->word)))
			continue;
		q->filter = v->filter;
		q->filter.assignee = v->mine ? cx->actor->user : v->filter.assignee;
		q->mentioned = v->mentioned;
		q->title = str_of(_(v->title));
		q->is_desk = true;
		return OK;
	}
	i64 id = id_of(word);
	if (!id)
		return fail(cx, ERR_MISSING, N_("There is no such view."));
	TRY(view_get(cx, db, here(cx), id, &q->saved));
	if (q->saved.archived_at || (q->saved.person && q->saved.person != cx->actor->user))
		return fail(cx, ERR_MISSING, N_("This view does not exist in this workspace."));
	q->title = q->saved.name;
	struct str kept[PART_COUNT] = {};
	TRY(split(cx, q->saved.filter, kept, NULL));
	for (int part = 0; part < PART_COUNT; part++)
		if (!parts[part].len && part != PART_VIEW)
			parts[part] = kept[part];
	if (kept[PART_VIEW].len && !id_of(kept[PART_VIEW])) { /* a desk view, narrowed */
		struct inbox_query base = {};
		struct str only[PART_COUNT] = {[PART_VIEW] = kept[PART_VIEW]};
		TRY(open_view(cx, db, &base, only));
		q->filter = base.filter;
		q->mentioned = base.mentioned;
	}
	return OK;
}

static void narrow(struct cx *cx, struct inbox_query *q, const struct str parts[PART_COUNT])
{
	struct conversation_filter *f = &q->filter;
	enum message_kind kind;
	enum priority priority;
	if (parts[PART_CONTACT].len) {
		f->contact = id_of(parts[PART_CONTACT]);
		f->any_status = !parts[PART_STATUS].len && !parts[PART_VIEW].len;
		f->sort = SORT_RECENT;
	}
	status_of(parts[PART_STATUS], &f->status);
	if (message_kind_of(parts[PART_KIND], &kind))
		f->kind = kind;
	if (priority_of(parts[PART_PRIORITY], &priority))
		f->priority_least = priority;
	if (parts[PART_CHANNEL].len)
		f->channel = id_of(parts[PART_CHANNEL]);
	if (parts[PART_LABEL].len)
		f->label = id_of(parts[PART_LABEL]);
	if (parts[PART_TEAM].len)
		f->team = id_of(parts[PART_TEAM]);
	struct str who = parts[PART_ASSIGNEE];
	if (who.len)
		f->assignee = str_eq(who, S("me")) ? cx->actor->user : str_eq(who, S("none")) ? -1 : id_of(who);
	for (size_t i = 0; i < COUNT(dues); i++)
		if (str_eq(parts[PART_DUE], str_of(dues[i].word)))
			f->due_before = cx->now + dues[i].within;
	meaning_label_of(MEANING_SENTIMENT, parts[PART_TONE], &f->sentiment);
	meaning_label_of(MEANING_INTENT, parts[PART_INTENT], &f->intent);
	for (size_t i = 0; i < gist_sign_count; i++)
		if (str_eq(parts[PART_SIGN], str_of(gist_signs[i].word)))
			f->signs = gist_signs[i].signs;
	f->language = parts[PART_LANGUAGE];
	conversation_sort_of(parts[PART_SORT], &f->sort);
}

enum err inbox_query_read(struct cx *cx, struct db *db, struct str text, struct inbox_query *ret_query)
{
	struct inbox_query q = {};
	struct str parts[PART_COUNT];
	TRY(split(cx, text, q.given, &q));
	for (int i = 0; i < PART_COUNT; i++)
		parts[i] = q.given[i];
	TRY(open_view(cx, db, &q, parts));
	q.filter.kind = -1;
	narrow(cx, &q, parts);
	q.words = parts[PART_Q];
	for (int i = 0; i < PART_COUNT; i++)
		if (i != PART_VIEW && i != PART_SORT && q.given[i].len)
			q.is_desk = false;
	q.text = inbox_query_text(cx, &q, PART_COUNT, (struct str){});
	*ret_query = q;
	return OK;
}

static void add_parts(struct buf *out, const struct inbox_query *q, enum inbox_part changed, struct str value)
{
	for (enum inbox_part part = 0; part < PART_COUNT; part++) {
		struct str text = part == changed ? value : q->given[part];
		if (!text.len)
			continue;
		if (out->len && out->at[out->len - 1] != '?')
			buf_addc(out, '&');
		buf_addf(out, "%s=", inbox_part_names[part]);
		buf_add_url(out, text);
	}
}

struct str inbox_query_text(struct cx *cx, const struct inbox_query *q, enum inbox_part part, struct str value)
{
	if (part == PART_COUNT && q->text.at)
		return q->text;
	CLEANUP(buf_free) struct buf out = {};
	add_parts(&out, q, part, value);
	return buf_keep(&out, cx->arena);
}

struct str inbox_list_url(struct cx *cx, const struct inbox_query *q, enum inbox_part part, struct str value)
{
	struct str text = inbox_query_text(cx, q, part, value);
	return arena_printf(cx->arena, "/inbox%s%.*s", text.len ? "?" : "", STR_ARG(text));
}

/* A page has one for each row and three for each message: printf() would be a fiftieth of its time. */
struct str inbox_conversation_url(struct cx *cx, const struct inbox_query *q, i64 conversation, const char *more)
{
	char room[256];
	CLEANUP(buf_free) struct buf b = BUF_IN(room);
	buf_adds(&b, "/conversations/");
	buf_add_i64(&b, conversation);
	if (q->text.len || more)
		buf_addc(&b, '?');
	buf_add(&b, q->text);
	if (more) {
		if (q->text.len)
			buf_addc(&b, '&');
		buf_adds(&b, more);
	}
	return buf_keep(&b, cx->arena);
}
