/* page.c: Today: what should I do next, how the day goes, what happened meanwhile. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/transaction.h"
#include "model/name.h"
#include "page/alarms.h"
#include "page/event_text.h"
#include "page/today/today.h"
#include "store/event.h"
#include "store/member.h"
#include "store/message.h"
#include "store/profile.h"
#include "ui/document.h"

#define NEWS 8
#define NEWS_LOOKED_AT 60
#define SNOOZED_LOOKED_AT 50
#define PLANNED 12
#define PEOPLE 12

/* ---- since yesterday ---- */

enum err since_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_since)
{
	struct recent_event *events;
	size_t count;
	const struct reader *reader = &day->promises.reader;
	i64 since = cx->now - DAY;
	json_t *list = json_array();
	i64 broken = 0;
	TRY(events_recent(cx, db, day->workspace, since, NEWS_LOOKED_AT, &events, &count));
	for (size_t i = 0; i < count; i++) {
		const struct event *e = &events[i].event;
		struct conversation_row row;
		if (str_eq(e->kind, S("breach"))) { /* told by their number: the queue shows them one by one */
			broken++;
			continue;
		}
		if (json_array_size(list) == NEWS)
			continue;
		TRY(conversation_row_get(cx, db, day->workspace, events[i].conversation, &row));
		struct str name = row.contact_name.len ? row.contact_name : row.channel_name;
		CLEANUP(buf_free) struct buf aside = {};
		buf_add_filled(&aside, _("conversation with {n}"), name);
		json_array_append_new(list, json_pack("{s:o, s:o, s:n, s:o, s:o, s:o, s:o}", "avatar", e->person ? doc_avatar(e->actor_name) : json_null(), "icon",
						      e->person ? json_null() : json_string("octagon-alert"), "name", "text",
						      event_text(cx, reader, e->kind, e->actor_name, e->detail), "aside", doc_text(buf_str(&aside)), "url",
						      doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)row.conversation.id)), "at",
						      doc_instant(reader, e->at)));
	}
	CLEANUP(buf_free) struct buf when = {}, title = {};
	buf_add_instant(&when, reader, since);
	buf_add_filled(&title, _("Since {n}"), buf_str(&when));
	CLEANUP(buf_free) struct buf number = {}, summary = {};
	buf_add_number(&number, cx->lang, broken);
	if (count == NEWS_LOOKED_AT)
		buf_addc(&number, '+');
	buf_add_filled(&summary, tr_n(cx->lang, "{n} promise ran out", "{n} promises ran out", broken), buf_str(&number));
	*ret_since = json_pack("{s:o, s:o, s:o}", "title", doc_text(buf_str(&title)), "summary", broken ? doc_text(buf_str(&summary)) : json_null(), "entries", list);
	return OK;
}

/* ---- my day ---- */

struct plan {
	i64 at;
	json_t *shape;
};

static int by_time(const void *a, const void *b)
{
	const struct plan *left = a, *right = b;
	return left->at < right->at ? -1 : left->at > right->at;
}

static i64 day_ends(const struct reader *reader)
{
	struct civil c = zone_civil(reader->zone, reader->now);
	c.hour = 23;
	c.minute = c.second = 59;
	return zone_instant(reader->zone, c);
}

static void add_plan(struct cx *cx, struct plan *plans, size_t *count, const struct reader *reader, i64 at, bool is_now, bool is_red, json_t *network, struct str title,
		     i64 conversation, const char *detail)
{
	if (*count == PLANNED) {
		json_decref(network);
		return;
	}
	json_t *url = conversation ? doc_text(arena_printf(cx->arena, "/conversations/%lld", (long long)conversation)) : json_null();
	plans[(*count)++] = (struct plan){at, json_pack("{s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:s?}", "at", doc_instant(reader, at), "is_done", 0, "is_now", is_now, "is_red",
							is_red, "network", network, "title", doc_text(title), "url", url, "detail", detail)};
}

static struct str filled(struct cx *cx, const char *text, struct str name)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_filled(&b, text, name);
	return buf_keep(&b, cx->arena);
}

/* Answers of mine that leave today, or are held back. */
static enum err plan_answers(struct cx *cx, struct db *db, const struct day *day, i64 until, struct plan *plans, size_t *count)
{
	for (size_t i = 0; i < day->mine.waiting_count; i++) {
		const struct message *m = &day->mine.waiting[i];
		struct conversation_row row;
		bool held = m->reply_state == REPLY_HELD;
		if (m->author != day->me || (m->reply_state != REPLY_SCHEDULED && !held) || m->at > until)
			continue;
		TRY(conversation_row_get(cx, db, day->workspace, m->conversation, &row));
		add_plan(cx, plans, count, &day->promises.reader, m->at, false, held, doc_network(cx->lang, row.channel_network),
			 filled(cx, _("Reply to {n}"), row.contact_name.len ? row.contact_name : row.channel_name), m->conversation,
			 held ? _("Held back: the channel needs somebody") : _("Leaves by itself; it can still be changed"));
	}
	return OK;
}

static enum err plan_snoozed(struct cx *cx, struct db *db, const struct day *day, i64 until, struct plan *plans, size_t *count)
{
	struct conversation_filter f = {.status = STATUS_SNOOZED, .kind = -1, .assignee = day->me};
	struct conversation_row *rows;
	size_t row_count;
	TRY(conversation_list(cx, db, day->workspace, &f, LIST_START, SNOOZED_LOOKED_AT, &rows, &row_count));
	for (size_t i = 0; i < row_count; i++) {
		i64 at = rows[i].conversation.snoozed_until;
		if (at > 0 && at <= until)
			add_plan(cx, plans, count, &day->promises.reader, at, false, false, doc_network(cx->lang, rows[i].channel_network),
				 filled(cx, _("{n} comes back"), rows[i].contact_name.len ? rows[i].contact_name : rows[i].channel_name), rows[i].conversation.id,
				 _("Snoozed until then"));
	}
	return OK;
}

/* When today's last opening closes; 0 for none that is still to come. */
static i64 closes_at(const struct day *day)
{
	const struct hours *h = &day->promises.hours;
	struct civil now = zone_civil(h->zone, day->promises.reader.now);
	i64 at = 0;
	for (size_t i = 0; i < h->opening_count; i++)
		if (h->openings[i].weekday == now.weekday) {
			struct civil c = now;
			c.hour = h->openings[i].closes / 60;
			c.minute = h->openings[i].closes % 60;
			c.second = 0;
			i64 closes = zone_instant(h->zone, c);
			at = closes > at ? closes : at;
		}
	return at > day->promises.reader.now && hours_open(h, at - MINUTE) ? at : 0;
}

enum err planned_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_planned)
{
	struct plan plans[PLANNED + 2];
	size_t count = 0;
	const struct reader *reader = &day->promises.reader;
	i64 until = day_ends(reader), closes = closes_at(day);
	TRY(plan_answers(cx, db, day, until, plans, &count));
	TRY(plan_snoozed(cx, db, day, until, plans, &count));
	if (closes)
		add_plan(cx, plans, &count, reader, closes, false, false, json_null(), str_of(_("End of the opening hours")), 0, _("Promises stand still from then on"));
	if (count)
		add_plan(cx, plans, &count, reader, cx->now, true, false, json_null(), str_of(_("Now")), 0, NULL);
	qsort(plans, count, sizeof *plans, by_time);
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, plans[i].shape);
	*ret_planned = list;
	return OK;
}

/* ---- colleagues ---- */

static enum err team_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_team)
{
	struct member *members;
	size_t count;
	json_t *list = json_array();
	*ret_team = list;
	TRY(member_list(cx, db, day->workspace, &members, &count));
	for (size_t i = 0; i < count && json_array_size(list) < PEOPLE; i++) {
		const struct member *m = &members[i];
		i64 open;
		if (m->disabled || !(role_permissions(m->role) >> MAY_PROPOSE & 1))
			continue;
		TRY(tally_person(cx, db, &day->board, m->person, &open));
		bool away = m->away_until != 0 && (m->away_until < 0 || m->away_until > cx->now);
		json_array_append_new(list, json_pack("{s:o, s:o, s:b, s:o, s:o}", "name", doc_text(m->name), "avatar", doc_avatar(m->name), "is_away", away, "open",
						      doc_number(cx->lang, open), "url",
						      doc_text(arena_printf(cx->arena, "/inbox?assignee=%lld", (long long)m->person))));
	}
	return OK;
}

/* ---- what is unusual now ---- */

/* To those whom the page of an alarm would let in. */
static enum err unusual_shape(struct cx *cx, struct db *db, json_t **ret_alarms)
{
	json_t *all, *now = json_array();
	*ret_alarms = now;
	if (!actor_may(cx->actor, MAY_READ_FIGURES))
		return OK;
	TRY(alarms_shape(cx, db, ALARMS_OF_ALL, &all));
	for (size_t i = 0; i < json_array_size(all); i++)
		if (json_is_null(json_object_get(json_array_get(all, i), "ended_at")))
			json_array_append(now, json_array_get(all, i));
	json_decref(all);
	return OK;
}

/* How many channels do not say what the kit of profiles says: to those who put it right. */
static enum err profiles_shape(struct cx *cx, struct db *db, json_t **ret_profiles)
{
	i64 asking = 0;
	if (actor_may(cx->actor, MAY_WRITE_PROFILES))
		TRY(channel_profiles_asking(cx, db, here(cx), &asking));
	*ret_profiles = doc_number_or_null(cx->lang, asking);
	return OK;
}

/* ---- the page ---- */

static enum err day_load(struct cx *cx, struct db *db, struct day *ret_day)
{
	struct day day = {.workspace = here(cx), .me = cx->actor->user};
	TRY(promises_load(cx, db, day.workspace, &day.promises));
	TRY(tally_board(cx, db, day.workspace, &day.board));
	TRY(todo_of(cx, db, false, &day.mine));
	TRY(todo_of(cx, db, true, &day.team));
	*ret_day = day;
	return OK;
}

static json_t *day_shape(struct cx *cx, const struct day *day, const json_t *queue)
{
	CLEANUP(buf_free) struct buf title = {};
	buf_add_day(&title, &day->promises.reader, cx->now);
	json_int_t waits = json_integer_value(json_object_get(json_object_get(queue, "me"), "count"));
	return json_pack("{s:o, s:o, s:o, s:n}", "title", doc_text(buf_str(&title)), "first_name", doc_text(name_first(cx->actor->name)), "count",
			 doc_number_or_null(cx->lang, waits), "spent");
}

static enum err document_of(struct cx *cx, struct db *db, bool is_team, bool is_whole, json_t *document)
{
	struct day day;
	json_t *part;
	TRY(day_load(cx, db, &day));
	TRY(queue_shape(cx, db, &day, is_team, &part));
	json_object_set_new(document, "queue", part);
	json_object_set_new(document, "day", day_shape(cx, &day, part));
	if (!is_whole)
		return OK;
	TRY(unusual_shape(cx, db, &part));
	json_object_set_new(document, "alarms", part);
	TRY(profiles_shape(cx, db, &part));
	json_object_set_new(document, "profiles", part);
	TRY(figures_shape(cx, db, &day, &part));
	json_object_set_new(document, "figures", part);
	TRY(since_shape(cx, db, &day, &part));
	json_object_set_new(document, "since", part);
	TRY(planned_shape(cx, db, &day, &part));
	json_object_set_new(document, "planned", part);
	TRY(team_shape(cx, db, &day, &part));
	json_object_set_new(document, "team", part);
	return OK;
}

static enum err show_today(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	json_t *document = json_object();
	bool is_part = request_is_partial(request) && !request_wants_json(request) && str_eq(request_header(request, "HX-Target"), S("queue"));
	reply_json(reply, document);
	if (is_part)
		reply_template(reply, "today/queue");
	return IN_TRANSACTION(cx, db, document_of(cx, db, str_eq(param_text(request, "scope"), S("team")), !is_part, document));
}

static const char *const scopes[] = {"me", "team", NULL};
static const struct param today_params[] = {
	{.name = "scope", .in = IN_QUERY, .type = P_WORD, .words = scopes, .about = "What waits for me, or for the whole team."},
	{},
};
/* What is answered; the plays hold real answers to it. */
static const struct shape shapes[] = {
	{"TodayItem", "{id: id, is_first: bool, is_lit: bool, clock: Clock?, at: Instant?, network: Network?, icon: text, "
	 "rating: Rating?, url: url, name: text?, by: text?, count: Number?, detail: text, lang: text?, chips: [Chip], "
	 "is_answer: bool, is_approval: bool, is_returned: bool, is_flag: bool, is_second: bool, is_mention: bool, "
	 "is_failed: bool, is_back: bool, is_channel: bool, is_by_hand: bool}",
	 "Something to do."},
	{"TodayFigure", "{title: text, about: text, value: text, unit: text?, bar: {share: int, tone: text, goal: number?}?, "
	 "trend: {tone: text, icon: text, text: text}?, note: text?}",
	 "A figure of the day."},
	{"TodayPage", "{queue: {is_new: bool, is_me: bool, is_team: bool, me_url: url, team_url: url, me: Number, team: Number, items: [TodayItem], "
	 "next: text?}, day: {title: text, first_name: text, count: Number?, spent: text?}, figures: [TodayFigure], "
	 "alarms: [ListeningAlarm], profiles: Number?, since: {title: text, summary: text?, entries: [{avatar: Avatar?, icon: text?, name: text?, text: text, "
	 "aside: text, url: url, at: Instant}]}, planned: [{at: Instant, is_done: bool, is_now: bool, is_red: bool, "
	 "network: Network?, title: text, url: url?, detail: text?}], team: [{name: text, avatar: Avatar, is_away: bool, "
	 "open: Number, url: url}]}"},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/today", .permission = MAY_READ_INBOX, .params = today_params, .template = "today/page", .handle = show_today,
	 .answer = "TodayPage", .about = "What to do next, by the time left; the day's figures; what happened since yesterday."},
	{},
};

const struct page page_today = {"today", routes, shapes, .file = __FILE__};
