/* views.c: the column of views, the filters, and what the menus offer. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "page/gist.h"
#include "page/inbox/inbox.h"

#define SAVED_COUNTED 12

static json_t *view_shape(struct str title, struct str url, const char *icon, json_t *network, json_t *number, bool is_current)
{
	json_t *view = json_object();
	doc_set(view, "title", doc_text(title));
	doc_set(view, "url", doc_text(url));
	doc_set(view, "icon", doc_text(str_of(icon)));
	doc_set(view, "network", network);
	doc_set(view, "number", number);
	doc_set(view, "is_current", json_boolean(is_current));
	return view;
}

static const struct {
	const char *word, *title, *icon;
} desk[] = {
	{"open", N_("To answer"), "inbox"},	   {"mine", N_("Assigned to me"), "user-round"}, {"unassigned", N_("Not assigned"), "circle-dashed"},
	{"urgent", N_("Urgent ones"), "urgent"},   {"mentioned", N_("I am mentioned"), "at-sign"}, {"pending", N_("Waiting for the contact"), "hourglass"},
	{"snoozed", N_("Snoozed"), "alarm-clock"}, {"resolved", N_("All done"), "check-check"},
	{"unanswered", N_("Never answered"), "history"},
};

static enum err desk_shape(struct cx *cx, struct db *db, const struct room *room, const struct board *b, json_t **ret_list)
{
	i64 mine, unanswered;
	struct conversation_filter past = {.status = STATUS_RESOLVED, .kind = -1, .unanswered = true};
	TRY(tally(cx, db, room->workspace, &past, &unanswered));
	TRY(tally_person(cx, db, b, room->me, &mine));
	const i64 numbers[] = {b->open, mine, b->unassigned, b->urgent, (i64)room->mention_count, b->pending, b->snoozed, 0, unanswered};
	const bool whole[] = {true, true, b->whole, b->whole, true, true, true, true, true};
	struct str now = room->query.given[PART_VIEW];
	bool is_narrow = room->query.given[PART_KIND].len || room->query.given[PART_CHANNEL].len || room->query.given[PART_CONTACT].len;
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(desk); i++) {
		bool current = !is_narrow && str_eq(now.len ? now : S("open"), str_of(desk[i].word));
		if (i == COUNT(desk) - 1 && !unanswered && !current) /* of an imported past: most desks have none */
			continue;
		json_array_append_new(list, view_shape(str_of(_(desk[i].title)), arena_printf(cx->arena, "/inbox?view=%s", desk[i].word), desk[i].icon, json_null(),
						       tally_shape(cx->lang, numbers[i], whole[i]), current));
	}
	*ret_list = list;
	return OK;
}

static const struct {
	enum message_kind kind;
	const char *title, *icon;
} kinds[] = {
	{KIND_REVIEW, N_("Reviews"), "star"}, {KIND_COMMENT, N_("Comments"), "message-circle"}, {KIND_DIRECT, N_("Private messages"), "lock"},
	{KIND_MENTION, N_("Mentions"), "at-sign"}, {KIND_POST, N_("Posts"), "file-text"},
};

static json_t *kinds_shape(struct cx *cx, const struct room *room, const struct board *b)
{
	json_t *list = json_array();
	for (size_t i = 0; i < COUNT(kinds); i++) {
		const char *word = message_kind_word(kinds[i].kind);
		if (kinds[i].kind == KIND_POST && !b->kinds[KIND_POST])
			continue;
		json_array_append_new(list, view_shape(str_of(_(kinds[i].title)), arena_printf(cx->arena, "/inbox?view=open&kind=%s", word), kinds[i].icon, json_null(),
						       tally_shape(cx->lang, b->kinds[kinds[i].kind], b->whole),
						       str_eq(room->query.given[PART_KIND], str_of(word))));
	}
	return list;
}

static enum err channels_shape(struct cx *cx, struct db *db, const struct room *room, const struct board *b, json_t **ret_list)
{
	json_t *list = json_array();
	*ret_list = list;
	for (size_t i = 0; i < room->channel_count; i++) {
		const struct channel *c = &room->channels[i];
		i64 count = board_channel(b, c->id);
		if (c->archived_at && !count)
			continue;
		if (!b->whole || b->channel_count == COUNT(b->channels)) {
			struct conversation_filter f = {.status = STATUS_OPEN, .kind = -1, .channel = c->id};
			TRY(tally(cx, db, room->workspace, &f, &count));
		}
		json_array_append_new(list, view_shape(c->name, arena_printf(cx->arena, "/inbox?view=%s&channel=%lld", str_eq(c->kind, S("import")) ? "resolved" : "open", (long long)c->id), "",
						       doc_network(cx->lang, c->network), tally_shape(cx->lang, count, true),
						       room->query.filter.channel == c->id));
	}
	return OK;
}

static enum err saved_shape(struct cx *cx, struct db *db, const struct room *room, json_t **ret_list)
{
	json_t *list = json_array();
	*ret_list = list;
	for (size_t i = 0; i < room->view_count; i++) {
		const struct view *v = &room->views[i];
		struct inbox_query q;
		i64 count = 0;
		struct str text = arena_printf(cx->arena, "view=%lld", (long long)v->id);
		if (i < SAVED_COUNTED && inbox_query_read(cx, db, text, &q) == OK && !q.words.len && !q.mentioned && (q.filter.status != STATUS_RESOLVED))
			TRY(tally(cx, db, room->workspace, &q.filter, &count));
		cx_forget(cx);
		json_array_append_new(list, view_shape(v->name, arena_printf(cx->arena, "/inbox?%.*s", STR_ARG(text)), arena_cstr(cx->arena, v->icon), json_null(),
						       tally_shape(cx->lang, count, true), room->query.saved.id == v->id));
	}
	return OK;
}

enum err views_shape(struct cx *cx, struct db *db, const struct room *room, json_t **ret_views)
{
	struct board board;
	json_t *own, *channels, *saved;
	TRY(tally_board(cx, db, room->workspace, &board));
	TRY(desk_shape(cx, db, room, &board, &own));
	TRY(channels_shape(cx, db, room, &board, &channels));
	TRY(saved_shape(cx, db, room, &saved));
	*ret_views = json_pack("{s:o, s:o, s:o, s:o}", "desk", own, "kinds", kinds_shape(cx, room, &board), "channels", channels, "mine", saved);
	return OK;
}

/* ---- filters ---- */

static void add_choice(json_t *list, struct str value, struct str title, bool is_current)
{
	json_t *choice = json_object();
	doc_set(choice, "value", doc_text(value));
	doc_set(choice, "title", doc_text(title));
	doc_set(choice, "is_current", json_boolean(is_current));
	json_array_append_new(list, choice);
}

static struct str id_text(struct cx *cx, i64 id)
{
	return arena_printf(cx->arena, "%lld", (long long)id);
}

static json_t *words_shape(struct cx *cx, size_t count, const char *const words[], const char *const titles[], struct str current)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		add_choice(list, str_of(words[i]), str_of(_(titles[i])), str_eq(current, str_of(words[i])));
	return list;
}

static json_t *assignees_shape(struct cx *cx, const struct room *room)
{
	struct str now = room->query.given[PART_ASSIGNEE];
	json_t *list = json_array();
	add_choice(list, S("me"), str_of(_(N_("Me"))), str_eq(now, S("me")));
	add_choice(list, S("none"), str_of(_(N_("Nobody"))), str_eq(now, S("none")));
	for (size_t i = 0; i < room->member_count; i++)
		if (room->members[i].person != room->me)
			add_choice(list, id_text(cx, room->members[i].person), room->members[i].name, str_eq(now, id_text(cx, room->members[i].person)));
	return list;
}

/* The answers of a question. */
static json_t *answers_shape(struct cx *cx, enum meaning_task task, struct str current)
{
	json_t *list = json_array();
	const char *word;
	for (u8 label = 1; (word = meaning_label_word(task, label)); label++)
		add_choice(list, str_of(word), str_of(_(meaning_label_title(task, label))), str_eq(current, str_of(word)));
	return list;
}

static json_t *signs_shape(struct cx *cx, struct str current)
{
	json_t *list = json_array();
	for (size_t i = 0; i < gist_sign_count; i++)
		add_choice(list, str_of(gist_signs[i].word), str_of(_(gist_signs[i].title)), str_eq(current, str_of(gist_signs[i].word)));
	return list;
}

/* Those a desk is likely to see; another that the address names is among them. */
static json_t *languages_shape(struct cx *cx, struct str current)
{
	static const char *const common[] = {"ar", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr", "uk", "zh"};
	json_t *list = json_array();
	bool there = !current.len;
	for (size_t i = 0; i < COUNT(common); i++) {
		there |= str_eq(current, str_of(common[i]));
		add_choice(list, str_of(common[i]), meaning_language(cx, str_of(common[i])), str_eq(current, str_of(common[i])));
	}
	if (!there)
		add_choice(list, current, meaning_language(cx, current), true);
	return list;
}

json_t *filter_number(struct cx *cx, const struct room *room)
{
	i64 number = 0;
	for (enum inbox_part part = PART_STATUS; part < PART_SORT; part++)
		number += room->query.given[part].len > 0;
	return doc_number_or_null(cx->lang, number);
}

json_t *filter_shape(struct cx *cx, const struct room *room)
{
	const struct inbox_query *q = &room->query;
	json_t *channels = json_array(), *labels = json_array();
	for (size_t i = 0; i < room->channel_count; i++)
		add_choice(channels, id_text(cx, room->channels[i].id), room->channels[i].name, q->filter.channel == room->channels[i].id);
	for (size_t i = 0; i < room->label_count; i++)
		add_choice(labels, id_text(cx, room->labels[i].id), room->labels[i].name, q->filter.label == room->labels[i].id);
	const char *status_words[STATUS_COUNT], *status_titles[STATUS_COUNT], *priority_words[PRIORITY_COUNT], *priority_titles[PRIORITY_COUNT];
	for (int i = 0; i < STATUS_COUNT; i++) {
		status_words[i] = status_word((enum status)i);
		status_titles[i] = status_title((enum status)i);
	}
	for (int i = 0; i < PRIORITY_COUNT; i++) {
		priority_words[i] = priority_word((enum priority)i);
		priority_titles[i] = priority_title((enum priority)i);
	}
	static const char *const kind_words[] = {"comment", "direct", "review", "mention", "post"};
	static const char *const kind_titles[] = {N_("Comment"), N_("Private message"), N_("Review"), N_("Mention"), N_("Post")};
	static const char *const sort_words[] = {"due", "recent", "oldest"};
	static const char *const sort_titles[] = {N_("Time left"), N_("Newest"), N_("Oldest")};
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "view", doc_text(q->given[PART_VIEW]), "number", filter_number(cx, room),
			 "statuses", words_shape(cx, STATUS_COUNT, status_words, status_titles, q->given[PART_STATUS]), "channels", channels, "labels", labels,
			 "assignees", assignees_shape(cx, room), "kinds", words_shape(cx, COUNT(kind_words), kind_words, kind_titles, q->given[PART_KIND]),
			 "priorities", words_shape(cx, PRIORITY_COUNT, priority_words, priority_titles, q->given[PART_PRIORITY]), "sorts",
			 words_shape(cx, COUNT(sort_words), sort_words, sort_titles, str_of(conversation_sort_word(q->filter.sort))), "tones",
			 answers_shape(cx, MEANING_SENTIMENT, q->given[PART_TONE]), "intents", answers_shape(cx, MEANING_INTENT, q->given[PART_INTENT]), "signs",
			 signs_shape(cx, q->given[PART_SIGN]), "languages", languages_shape(cx, q->given[PART_LANGUAGE]));
}

/* ---- menus ---- */

/* An hour of a day that is `days` away, by the reader's calendar. */
static i64 moment(const struct room *room, int days, int hour)
{
	struct civil c = zone_civil(room->reader.zone, room->reader.now);
	date_of_days(days_of_date(c.year, c.month, c.day) + days, &c.year, &c.month, &c.day);
	c.hour = hour;
	c.minute = c.second = 0;
	return zone_instant(room->reader.zone, c);
}

static void add_snooze(struct cx *cx, const struct room *room, json_t *list, i64 until, const char *title)
{
	CLEANUP(buf_free) struct buf text = {};
	bool same_day = reader_day(&room->reader, until) == reader_day(&room->reader, cx->now);
	if (!same_day) { /* the day and the hour: who chooses “Monday” wants to know when on Monday */
		buf_add_instant_short(&text, &room->reader, until);
		buf_adds(&text, ", ");
	}
	buf_add_time_of_day(&text, &room->reader, until);
	json_array_append_new(list, json_pack("{s:o, s:s, s:o}", "value", doc_text(time_text(cx->arena, until)), "title", _(title), "text", doc_text(buf_str(&text))));
}

static json_t *snoozes_shape(struct cx *cx, const struct room *room)
{
	json_t *list = json_array();
	struct civil now = zone_civil(room->reader.zone, room->reader.now);
	add_snooze(cx, room, list, cx->now + 2 * HOUR, N_("In two hours"));
	if (now.hour < 17)
		add_snooze(cx, room, list, moment(room, 0, 18), N_("This evening"));
	add_snooze(cx, room, list, moment(room, 1, 9), N_("Tomorrow morning"));
	if (now.weekday != 6)
		add_snooze(cx, room, list, moment(room, 7 - now.weekday, 9), N_("Monday"));
	json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "value", "answer", "title", _(N_("Until they answer")), "text", ""));
	return list;
}

static json_t *people_shape(struct cx *cx, const struct room *room)
{
	json_t *list = json_array();
	for (int others = 0; others < 2; others++) /* myself first */
		for (size_t i = 0; i < room->member_count; i++) {
			const struct member *m = &room->members[i];
			if ((m->person != room->me) != others || m->disabled)
				continue;
			json_t *person = person_shape(room, m->person, m->name);
			json_object_set_new(person, "is_away", json_boolean(m->away_until != 0 && (m->away_until < 0 || m->away_until > cx->now)));
			json_array_append_new(list, person);
		}
	return list;
}

json_t *choices_shape(struct cx *cx, const struct room *room)
{
	json_t *teams = json_array(), *labels = json_array(), *priorities = json_array(), *macros = json_array();
	for (size_t i = 0; i < room->team_count; i++)
		json_array_append_new(teams, json_pack("{s:o, s:o}", "id", doc_id(room->teams[i].id), "name", doc_text(room->teams[i].name)));
	for (size_t i = 0; i < room->label_count; i++)
		json_array_append_new(labels, json_pack("{s:o, s:o, s:o}", "id", doc_id(room->labels[i].id), "name", doc_text(room->labels[i].name), "tone",
							doc_text(room->labels[i].tone)));
	for (int i = 0; i < PRIORITY_COUNT; i++)
		json_array_append_new(priorities, doc_word(cx->lang, priority_word((enum priority)i), priority_title((enum priority)i)));
	for (size_t i = 0; i < room->macro_count; i++)
		json_array_append_new(macros, json_pack("{s:o, s:o}", "id", doc_id(room->macros[i].id), "name", doc_text(room->macros[i].name)));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "people", people_shape(cx, room), "teams", teams, "labels", labels, "snoozes", snoozes_shape(cx, room),
			 "priorities", priorities, "macros", macros);
}
