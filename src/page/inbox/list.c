/* list.c: the rows of a list: of a filter by key, of words searched, of the notes that name me. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/gist.h"
#include "page/inbox/inbox.h"

#define HITS 100
#define ROUNDS 5 /* of a search none of whose messages is in this list */
#define CONTACTS_FOUND 10

bool list_has(const struct room *room, const struct conversation *c, i64 now)
{
	const struct conversation_filter *f = &room->query.filter;
	bool labelled = !f->label;
	struct str ids = c->label_ids;
	while (!labelled && ids.at && ids.len) {
		i64 id = 0;
		labelled = str_to_i64(str_cut(&ids, ' '), &id) && id == f->label;
	}
	return labelled && (f->any_status || c->status == f->status) && (f->kind < 0 || (int)c->kind == f->kind) && (int)c->priority >= f->priority_least &&
	       (!f->breached || c->breached) && (!f->unanswered || c->waiting_since) && (!f->due_before || c->due_at < f->due_before) && (!f->team || c->team == f->team) &&
	       (!f->channel || c->channel == f->channel) && (!f->contact || c->contact == f->contact) &&
	       (!f->assignee || (f->assignee == -1 ? !c->assignee : c->assignee == f->assignee)) && (!room->query.mentioned || room_mentions(room, c->id)) &&
	       !c->merged_into && (!f->sentiment || c->gist.sentiment == f->sentiment) && (!f->intent || c->gist.intent == f->intent) &&
	       (!f->signs || c->gist.signs & f->signs) && (!f->language.len || str_eq(str_of(c->gist.language), f->language));
}

struct found {
	struct conversation_row *rows;
	size_t count, limit;
};

/* One more conversation of a search, when it is not there yet and fits. */
static enum err add_found(struct cx *cx, struct db *db, const struct room *room, struct found *found, i64 conversation)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->rows[i].conversation.id == conversation)
			return OK;
	struct conversation_row row;
	TRY(conversation_row_get(cx, db, room->workspace, conversation, &row));
	for (size_t i = 0; i < found->count; i++)
		if (found->rows[i].conversation.id == row.conversation.id) /* merged into one that is there */
			return OK;
	if (found->count < found->limit && list_has(room, &row.conversation, cx->now))
		found->rows[found->count++] = row;
	return OK;
}

/* People by their name, handle or address: what they say is found by its words already, which know its author; this looks through all
 * contacts, and so comes last. */
static enum err search_people(struct cx *cx, struct db *db, const struct room *room, struct found *found)
{
	struct contact *contacts;
	size_t contact_count;
	TRY(contact_find(cx, db, room->workspace, room->query.words, CONTACTS_FOUND, &contacts, &contact_count));
	for (size_t i = 0; i < contact_count; i++) {
		struct conversation_filter of = {.any_status = true, .kind = -1, .contact = contacts[i].id, .sort = SORT_RECENT};
		struct conversation_row *rows;
		size_t count;
		TRY(conversation_list(cx, db, room->workspace, &of, LIST_START, 3, &rows, &count));
		for (size_t j = 0; j < count; j++)
			TRY(add_found(cx, db, room, found, rows[j].conversation.id));
	}
	return OK;
}

/* Where it was said, newest first; where nobody said it, whoever is called so. A conversation may stand on several pages: wherever one of
 * its messages was found. *first and *last are the newest and the oldest message looked at. */
static enum err search(struct cx *cx, struct db *db, const struct room *room, struct list_place from, struct found *found, i64 *first, i64 *last, bool *more)
{
	struct message_hit *hits;
	size_t hit_count;
	struct list_place at = from;
	i64 reached = 0;
	*more = true;
	for (int round = 0; round < ROUNDS && *more && !reached && found->count < (round ? 1 : found->limit); round++) {
		TRY(message_search(cx, db, room->workspace, room->query.words, at, HITS, &hits, &hit_count, &reached));
		*more = hit_count == HITS || reached;
		for (size_t i = 0; i < hit_count; i++) {
			const struct message *m = &hits[from.is_back ? hit_count - 1 - i : i].message;
			if (found->count == found->limit) {
				*more = true;
				break;
			}
			TRY(add_found(cx, db, room, found, m->conversation));
			at = (struct list_place){.id = m->id, .is_given = true, .is_back = from.is_back};
			*first = !*first || from.is_back ? m->id : *first;
			*last = !*last || !from.is_back ? m->id : *last;
		}
		if (reached && found->count < found->limit)
			*(from.is_back ? first : last) = reached; /* looked at so far */
	}
	if (from.is_back)
		list_turn(found->rows, sizeof *found->rows, found->count);
	return found->count || from.is_given ? OK : search_people(cx, db, room, found);
}

static enum err searched_rows(struct cx *cx, struct db *db, const struct room *room, struct found *found, struct str *ret_previous, struct str *ret_next)
{
	struct list_place from = room->query.from;
	i64 first = 0, last = 0;
	bool more;
	TRY(search(cx, db, room, from, found, &first, &last, &more));
	if (from.is_back && !more) { /* the first page, whole */
		from = LIST_START;
		first = last = 0;
		found->count = 0;
		TRY(search(cx, db, room, from, found, &first, &last, &more));
	}
	if (from.is_given && (!from.is_back || more))
		*ret_previous = first ? arena_printf(cx->arena, "before=%lld", (long long)first) : S("before=0");
	if (last && (more || from.is_back))
		*ret_next = arena_printf(cx->arena, "after=%lld", (long long)last);
	return OK;
}

static enum err filtered_rows(struct cx *cx, struct db *db, const struct room *room, struct found *found, struct str *ret_previous, struct str *ret_next)
{
	const struct inbox_query *q = &room->query;
	struct pager pager = {.from = q->from, .limit = found->limit};
	do
		TRY(conversation_list(cx, db, room->workspace, &q->filter, pager.from, pager.limit + 1, &found->rows, &found->count));
	while (!pager_fits(&pager, found->count));
	found->rows += pager.first;
	found->count = pager.count;
	const struct conversation *first = &found->rows[0].conversation, *last = &found->rows[pager.count ? pager.count - 1 : 0].conversation;
	if (pager.has_previous)
		*ret_previous = pager.count ? arena_printf(cx->arena, "before=%.*s",
							   STR_ARG(list_place_text(cx->arena, conversation_sort_key(first, q->filter.sort), first->id)))
					    : S("before=0");
	if (pager.has_next && pager.count)
		*ret_next = arena_printf(cx->arena, "after=%.*s", STR_ARG(list_place_text(cx->arena, conversation_sort_key(last, q->filter.sort), last->id)));
	return OK;
}

enum err list_rows(struct cx *cx, struct db *db, const struct room *room, size_t limit, struct conversation_row **ret_rows, size_t *ret_count,
		   struct str *ret_previous, struct str *ret_next)
{
	const struct inbox_query *q = &room->query;
	struct found found = {arena_array(cx->arena, struct conversation_row, limit + 1), 0, limit};
	*ret_previous = *ret_next = (struct str){};
	if (q->words.len)
		TRY(searched_rows(cx, db, room, &found, ret_previous, ret_next));
	else if (!q->mentioned)
		TRY(filtered_rows(cx, db, room, &found, ret_previous, ret_next));
	else
		for (size_t i = 0; i < room->mention_count; i++)
			TRY(add_found(cx, db, room, &found, room->mentions[i]));
	*ret_rows = found.rows;
	*ret_count = found.count;
	return OK;
}

/* ---- what stands around the rows ---- */

static const struct {
	enum conversation_sort sort;
	const char *title;
} sorts[] = {{SORT_DUE, N_("Time left")}, {SORT_RECENT, N_("Newest")}, {SORT_OLDEST, N_("Oldest")}};

static json_t *sorts_shape(struct cx *cx, const struct inbox_query *q)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(sorts); i++) {
		const char *word = conversation_sort_word(sorts[i].sort);
		json_array_append_new(list, json_pack("{s:s, s:o, s:b}", "title", _(sorts[i].title), "url",
						      doc_text(inbox_list_url(cx, q, PART_SORT, str_of(word))), "is_current", q->filter.sort == sorts[i].sort));
	}
	return list;
}

static struct str label_name(const struct room *room, i64 id)
{
	for (size_t i = 0; i < room->label_count; i++)
		if (room->labels[i].id == id)
			return room->labels[i].name;
	return (struct str){};
}

static struct str team_name(const struct room *room, i64 id)
{
	for (size_t i = 0; i < room->team_count; i++)
		if (room->teams[i].id == id)
			return room->teams[i].name;
	return (struct str){};
}

static const struct {
	const char *word, *title;
} dues[] = {{"late", N_("Late")}, {"1h", N_("Within an hour")}, {"4h", N_("Within four hours")}, {"1d", N_("Within a day")}};

/* How a part of the address is called. */
static struct str title_of(struct cx *cx, const struct room *room, enum inbox_part part)
{
	const struct inbox_query *q = &room->query;
	struct str value = q->given[part];
	const struct channel *channel;
	const struct member *member;
	switch (part) {
	case PART_STATUS:
		return str_of(_(status_title(q->filter.status)));
	case PART_KIND:
		return q->filter.kind >= 0 ? str_of(_(message_kind_title((enum message_kind)q->filter.kind))) : value;
	case PART_CHANNEL:
		channel = room_channel(room, q->filter.channel);
		return channel ? channel->name : value;
	case PART_LABEL:
		return label_name(room, q->filter.label).len ? label_name(room, q->filter.label) : value;
	case PART_ASSIGNEE:
		member = room_member(room, q->filter.assignee);
		return q->filter.assignee == room->me ? str_of(_(N_("Assigned to me"))) : member ? member->name : str_of(_(N_("Not assigned")));
	case PART_TEAM:
		return team_name(room, q->filter.team).len ? team_name(room, q->filter.team) : value;
	case PART_PRIORITY:
		return str_of(_(priority_title((enum priority)q->filter.priority_least)));
	case PART_DUE:
		for (size_t i = 0; i < COUNT(dues); i++)
			if (str_eq(value, str_of(dues[i].word)))
				return str_of(_(dues[i].title));
		return value;
	case PART_TONE:
		return q->filter.sentiment ? str_of(_(meaning_label_title(MEANING_SENTIMENT, q->filter.sentiment))) : value;
	case PART_INTENT:
		return q->filter.intent ? str_of(_(meaning_label_title(MEANING_INTENT, q->filter.intent))) : value;
	case PART_SIGN:
		for (size_t i = 0; i < gist_sign_count; i++)
			if (str_eq(value, str_of(gist_signs[i].word)))
				return str_of(_(gist_signs[i].title));
		return value;
	case PART_LANGUAGE:
		return meaning_language(cx, value);
	case PART_CONTACT:
		return str_of(_(N_("One contact")));
	default:
		return arena_printf(cx->arena, _("“%.*s”"), STR_ARG(value));
	}
}

static json_t *filters_shape(struct cx *cx, const struct room *room)
{
	json_t *list = json_array();
	for (enum inbox_part part = PART_STATUS; part < PART_SORT; part++)
		if (room->query.given[part].len)
			json_array_append_new(list, json_pack("{s:o, s:o}", "title", doc_text(title_of(cx, room, part)), "url",
							      doc_text(inbox_list_url(cx, &room->query, part, (struct str){}))));
	return list;
}

/* The first promise that runs out anywhere, for whoever is done. */
static enum err next_due(struct cx *cx, struct db *db, const struct room *room, json_t **ret_instant)
{
	static const enum status statuses[] = {STATUS_OPEN, STATUS_PENDING, STATUS_SNOOZED};
	i64 next = 0;
	for (size_t i = 0; i < COUNT(statuses); i++) {
		struct conversation_filter f = {.status = statuses[i], .kind = -1};
		struct conversation_row *rows;
		size_t count;
		TRY(conversation_list(cx, db, room->workspace, &f, LIST_START, 1, &rows, &count));
		if (count && sla_has_clock(rows[0].conversation.due_at) && (!next || rows[0].conversation.due_at < next))
			next = rows[0].conversation.due_at;
	}
	*ret_instant = next > cx->now ? doc_instant(&room->reader, next) : json_null();
	return OK;
}

static enum err number_of(struct cx *cx, struct db *db, const struct room *room, json_t **ret_number)
{
	i64 count;
	if (room->query.words.len) {
		*ret_number = json_null();
		return OK;
	}
	if (room->query.mentioned) {
		*ret_number = doc_number_or_null(cx->lang, (i64)room->mention_count);
		return OK;
	}
	if (room->query.filter.status == STATUS_RESOLVED && !room->query.filter.unanswered && room->query.is_desk) {
		*ret_number = json_null();
		return OK;
	}
	TRY(tally(cx, db, room->workspace, &room->query.filter, &count));
	*ret_number = tally_shape(cx->lang, count, true);
	return OK;
}

/* The address of a page beside; empty when there is none. "before=0" is no place: the first page. */
static struct str beside(struct cx *cx, struct str url, struct str place)
{
	if (!place.len || str_eq(place, S("before=0")))
		return place.len ? url : place;
	return arena_printf(cx->arena, "%.*s%c%.*s", STR_ARG(url), str_find_byte(url, '?') < 0 ? '?' : '&', STR_ARG(place));
}

enum err list_shape(struct cx *cx, struct db *db, struct room *room, i64 current, json_t **ret_list)
{
	struct inbox_query *q = &room->query;
	struct conversation_row *rows;
	size_t count;
	struct str previous, next;
	TRY(list_rows(cx, db, room, PAGE_ROWS, &rows, &count, &previous, &next));
	json_t *number, *due = json_null(), *list = json_array();
	CLEANUP(buf_free) struct buf html = {};
	if (room->draw_for)
		TRY(rows_drawn(cx, room, rows, count, current, &html));
	for (size_t i = 0; i < count && !room->draw_for; i++)
		json_array_append_new(list, row_shape(cx, room, &rows[i], current));
	TRY(number_of(cx, db, room, &number));
	bool is_first = count == 0 && room->channel_count == 0, is_done = count == 0 && !is_first && q->is_desk && !q->from.is_given;
	if (is_done)
		TRY(next_due(cx, db, room, &due));
	struct str url = inbox_list_url(cx, q, PART_COUNT, (struct str){});
	struct str place = q->from.is_given ? arena_printf(cx->arena, "%s=%.*s", q->from.is_back ? "before" : "after", STR_ARG(list_place_text(cx->arena, q->from.key, q->from.id)))
					    : (struct str){};
	*ret_list = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "title", doc_text(q->title), "number", number, "url",
			      doc_text(place.len ? beside(cx, url, place) : url),
			      "sort", sorts_shape(cx, q), "filters", filters_shape(cx, room), "rows", list, "previous", doc_text_or_null(beside(cx, url, previous)),
			      "next", doc_text_or_null(beside(cx, url, next)), "is_done", is_done, "is_filtered", count == 0 && !is_first && !is_done, "is_first",
			      is_first, "next_due", due);
	if (room->draw_for)
		doc_set(*ret_list, "drawn", doc_drawn(buf_str(&html)));
	return OK;
}
