/* board: the days with what is on them, and what stands beside: as a month, as a week by hours or by lanes, as a list. However much is planned, what
 * is read and shown of a day is bounded; the rest is a number that leads to the day's list. */
#include "base/lang.h"
#include "base/zone.h"
#include "check/check.h"
#include "page/calendar/calendar.h"
#include "page/pager.h"
#include "page/rules.h"

#include <string.h>

#define MONTH_DAY 4       /* posts shown of a day; of more, one less and the number of the rest */
#define WEEK_DAY 24
#define LIST_PAGE 100
#define MARKS_MOST 50000  /* planned in six weeks: more are not counted */
#define WAITING_MOST 1000  /* to approve, in trouble: counted that far */
#define NOTES_MOST 500
#define TRAY_MOST 12
#define CAMPS_A_WEEK 4
#define CAMP_TONES 4
#define SLOT_LANES 3      /* posts side by side in a week by hours */

struct board {
	struct cx *cx;
	struct db *db;
	const struct look *look;
	struct calendar_mark *marks;
	size_t mark_count;
	size_t counts[LOOK_DAYS];               /* of each day */
	struct calendar_post *posts[LOOK_DAYS]; /* those that are shown of it */
	size_t post_counts[LOOK_DAYS];
	struct calendar_note *notes;
	json_t *dates[LOOK_DAYS];               /* key dates of each day */
	size_t note_count;
};

static i64 day_or(struct str text, i64 otherwise)
{
	i64 day = otherwise;
	day_parse(text, &day);
	return day;
}

/* ---- what is on a day besides posts ---- */

static json_t *notes_shape(const struct board *b, i64 day)
{
	struct cx *cx = b->cx;
	json_t *list = json_array();
	for (size_t i = 0; i < b->note_count; i++) {
		const struct calendar_note *n = &b->notes[i];
		i64 from = day_or(n->day, day + 1);
		if (day < from || day > day_or(n->until_day, from))
			continue;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:b, s:b, s:o}", "id", doc_id(n->id), "title", doc_text(n->title), "body", doc_text_or_null(n->body), "is_event",
						      str_eq(n->kind, S("event")), "is_quiet", str_eq(n->kind, S("quiet")), "url",
						      b->look->can_write ? doc_text(arena_printf(cx->arena, "%.*s&note=%lld#note", STR_ARG(look_url(cx, b->look)), (long long)n->id)) : json_null()));
	}
	return list;
}

static struct str post_number(struct cx *cx, size_t count)
{
	return arena_printf(cx->arena, tr_n(cx->lang, "%s post", "%s posts", (i64)count), arena_cstr(cx->arena, number_text(cx, (i64)count)));
}

/* A day with its posts; `all`: how many there are. Takes `events`. */
static json_t *day_shape(const struct board *b, int index, json_t *events, size_t all)
{
	struct cx *cx = b->cx;
	const struct look *look = b->look;
	i64 day = look->first + index;
	int year, month, number, chosen_year, chosen_month, chosen_number;
	CLEANUP(buf_free) struct buf title = {}, weekday = {};
	date_of_days(day, &year, &month, &number);
	date_of_days(look->day, &chosen_year, &chosen_month, &chosen_number);
	buf_add_weekday(&weekday, cx->lang, day_weekday(day));
	buf_add(&title, buf_str(&weekday));
	buf_addc(&title, ' ');
	buf_add_date(&title, cx->lang, day, year != chosen_year);
	size_t shown = json_array_size(events), more = all > shown ? all - shown : 0;
	json_t *shape = json_object(), *notes = notes_shape(b, day);
	doc_set(shape, "day", doc_text(day_text(cx, day)));
	doc_set(shape, "number", number == 1 && strcmp(cx->lang, "fr") == 0 ? json_string("1er") : doc_text(arena_printf(cx->arena, "%d", number)));
	doc_set(shape, "weekday", doc_text(buf_str(&weekday)));
	doc_set(shape, "title", doc_text(buf_str(&title)));
	doc_set(shape, "url", doc_text(look_url_at(cx, look, LOOK_LIST, day)));
	doc_set(shape, "new_url", look->can_write ? doc_text(arena_printf(cx->arena, "/posts/new?at=%.*sT09:00", STR_ARG(day_text(cx, day)))) : json_null());
	doc_set(shape, "is_today", json_boolean(day == look->today));
	doc_set(shape, "is_chosen", json_boolean(day == look->day));
	doc_set(shape, "is_out", json_boolean(look->view == LOOK_MONTH && month != chosen_month));
	doc_set(shape, "count", json_integer((json_int_t)all));
	doc_set(shape, "spoken", all ? doc_text(post_number(cx, all)) : json_null());
	doc_set(shape, "more", more ? doc_text(arena_printf(cx->arena, tr_n(cx->lang, "and %s other", "and %s others", (i64)more),
							    arena_cstr(cx->arena, number_text(cx, (i64)more)))) : json_null());
	doc_set(shape, "has_anything", json_boolean(all || json_array_size(notes) || json_array_size(b->dates[index])));
	doc_set(shape, "dates", json_incref(b->dates[index]));
	doc_set(shape, "notes", notes);
	doc_set(shape, "events", events);
	return shape;
}

static json_t *events_of_posts(const struct board *b, const struct calendar_post *posts, size_t count)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, event_shape(b->cx, b->look, &posts[i]));
	return list;
}

/* What is shown of each day, read at once: all of its posts when there are no more than `most`, else one less. */
static enum err read_posts(struct board *b, size_t most)
{
	size_t count = 0, read, mark = 0;
	i64 *ids = arena_array(b->cx->arena, i64, (size_t)b->look->count * most + 1);
	for (int day = 0; day < b->look->count; day++) {
		size_t shown = b->counts[day] > most ? most - 1 : b->counts[day];
		for (size_t i = 0; i < shown; i++)
			ids[count++] = b->marks[mark + i].id;
		mark += b->counts[day];
	}
	struct calendar_post *posts;
	TRY(calendar_posts_of(b->cx, b->db, here(b->cx), ids, count, &posts, &read));
	for (int day = 0, i = 0; day < b->look->count; day++) {
		b->posts[day] = posts + i;
		for (; (size_t)i < read && posts[i].planned_at < b->look->edges[day + 1]; i++)
			b->post_counts[day]++;
	}
	return OK;
}

static json_t *day_of(const struct board *b, int index)
{
	return day_shape(b, index, events_of_posts(b, b->posts[index], b->post_counts[index]), b->counts[index]);
}

/* ---- campaigns: bands over the days of a week ---- */

static bool shows_campaign(const struct look *look, const struct calendar_line *c)
{
	return (c->starts_on.len || c->ends_on.len) && (!look->filter.campaign || look->filter.campaign == c->id);
}

static json_t *band(struct cx *cx, const struct look *look, const struct calendar_line *c, size_t tone, i64 monday)
{
	i64 from = day_or(c->starts_on, monday), to = day_or(c->ends_on, monday + 6), first = from > monday ? from : monday, last = to < monday + 6 ? to : monday + 6;
	if (first > last)
		return NULL;
	struct look narrowed = *look;
	narrowed.filter.campaign = c->id;
	return json_pack("{s:I, s:I, s:I, s:b, s:b, s:i, s:o, s:o}", "before", (json_int_t)(first - monday), "span", (json_int_t)(last - first + 1), "after",
			 (json_int_t)(monday + 6 - last), "goes_back", from < monday, "goes_on", to > monday + 6, "tone", (int)(tone % CAMP_TONES) + 1, "name", doc_text(c->name),
			 "url", doc_text(look_url(cx, &narrowed)));
}

/* The document of a band in a row of its own: empty cells before and behind it. */
static json_t *bands_shape(struct cx *cx, const struct look *look, i64 monday)
{
	json_t *list = json_array();
	for (size_t i = 0; i < look->campaign_count && json_array_size(list) < CAMPS_A_WEEK; i++) {
		json_t *one = shows_campaign(look, &look->campaigns[i]) ? band(cx, look, &look->campaigns[i], i, monday) : NULL;
		if (!one)
			continue;
		doc_set(one, "is_first", json_boolean(json_array_size(list) == 0));
		json_array_append_new(list, one);
	}
	return list;
}

/* ---- a month ---- */

static enum err put_month(struct board *b, json_t *document)
{
	struct cx *cx = b->cx;
	TRY(read_posts(b, MONTH_DAY));
	json_t *weeks = json_array(), *agenda = NULL;
	doc_set(document, "weeks", weeks);
	for (int w = 0; w < b->look->count / 7; w++) {
		i64 monday = b->look->first + 7 * w;
		json_t *days = json_array(), *bands = bands_shape(cx, b->look, monday);
		json_array_append_new(weeks, json_pack("{s:i, s:o, s:i, s:b, s:o, s:o}", "number", day_week(monday), "week_url", doc_text(look_url_at(cx, b->look, LOOK_WEEK, monday)),
						       "rows", 1 + (int)json_array_size(bands), "has_bands", json_array_size(bands) > 0, "bands", bands, "days", days));
		for (int i = 0; i < 7; i++)
			json_array_append_new(days, day_of(b, 7 * w + i));
		if (b->look->day >= monday && b->look->day < monday + 7)
			agenda = days;
	}
	must(agenda);
	doc_set(document, "agenda", json_incref(agenda)); /* on a phone: the week of the day chosen */
	return OK;
}

/* ---- a week by hours ---- */

#define SLOTS 48 /* half hours of a day */
#define SLOT_LENGTH 2
#define EARLY 14 /* 7:00: earlier hours are shown when something is there */
#define LATE 42  /* 21:00 */

struct slots {
	int first, last; /* half hours shown: the first, and the one behind the last */
};

static struct slots slots_of(const struct board *b)
{
	struct slots slots = {EARLY, LATE};
	for (size_t i = 0; i < b->mark_count; i++) {
		struct civil civil = zone_civil(b->look->reader.zone, b->marks[i].at);
		int at = (civil.hour * 60 + civil.minute) / 30;
		if (at < slots.first)
			slots.first = at / 2 * 2;
		if (at + SLOT_LENGTH > slots.last)
			slots.last = (at + SLOT_LENGTH + 1) / 2 * 2 < SLOTS ? (at + SLOT_LENGTH + 1) / 2 * 2 : SLOTS;
	}
	return slots;
}

/* Posts of a day, each beside those that overlap it: which lane of how many. What finds no lane is the number of the rest, at its hour's end. */
static json_t *slots_shape(const struct board *b, const struct calendar_post *posts, size_t count, json_t *events, struct slots slots)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count;) {
		int at = event_minutes(b->look, &posts[i]) / 30, until = at + SLOT_LENGTH;
		size_t next = i + 1; /* a bunch: each overlaps one before it */
		for (; next < count && event_minutes(b->look, &posts[next]) / 30 < until; next++)
			until = event_minutes(b->look, &posts[next]) / 30 + SLOT_LENGTH;
		int busy[SLOT_LANES] = {}, lanes = 0;
		size_t begin = json_array_size(list);
		for (size_t k = i; k < next; k++) {
			int from = event_minutes(b->look, &posts[k]) / 30, lane = 0;
			while (lane < SLOT_LANES && busy[lane] > from)
				lane++;
			if (lane == SLOT_LANES)
				continue;
			busy[lane] = from + SLOT_LENGTH;
			lanes = lane + 1 > lanes ? lane + 1 : lanes;
			int row = from - slots.first + 1, height = from + SLOT_LENGTH > SLOTS ? SLOTS - from : SLOT_LENGTH;
			json_array_append_new(list, json_pack("{s:i, s:i, s:i, s:O}", "at", row, "length", height, "lane", lane + 1, "event", json_array_get(events, k)));
		}
		for (size_t k = begin; k < json_array_size(list); k++)
			doc_set(json_array_get(list, k), "lanes", json_integer(lanes));
		i = next;
	}
	return list;
}

static json_t *hours_shape(struct cx *cx, struct slots slots)
{
	json_t *hours = json_array();
	for (int slot = slots.first; slot < slots.last; slot += 2) {
		char room[32];
		struct buf text = BUF_IN(room);
		buf_add_minutes_of_day(&text, cx->lang, slot * 30);
		json_array_append_new(hours, doc_text(buf_str(&text)));
		buf_free(&text);
	}
	return hours;
}

static enum err put_hours(struct board *b, json_t *document)
{
	struct cx *cx = b->cx;
	TRY(read_posts(b, WEEK_DAY));
	struct slots slots = slots_of(b);
	json_t *days = json_array();
	for (int i = 0; i < 7; i++) {
		const struct calendar_post *posts = b->posts[i];
		size_t count = b->post_counts[i];
		json_t *events = events_of_posts(b, posts, count), *laid = slots_shape(b, posts, count, events, slots);
		json_t *day = day_shape(b, i, events, b->counts[i]);
		size_t left = b->counts[i] - json_array_size(laid);
		doc_set(day, "slots", laid);
		doc_set(day, "not_shown", left ? doc_text(arena_printf(cx->arena, "+%zu", left)) : json_null());
		json_array_append_new(days, day);
	}
	struct civil now = zone_civil(b->look->reader.zone, cx->now);
	int at = (now.hour * 60 + now.minute) / 30;
	CLEANUP(buf_free) struct buf text = {}, clock = {};
	buf_add_time_of_day(&clock, &b->look->reader, cx->now);
	buf_add_filled(&text, _("It is {n}"), buf_str(&clock));
	doc_set(document, "hours", hours_shape(cx, slots));
	doc_set(document, "first_hour", json_integer(slots.first / 2));
	doc_set(document, "rows", json_integer(slots.last - slots.first));
	doc_set(document, "now", at >= slots.first && at < slots.last ? json_pack("{s:i, s:o}", "at", at - slots.first + 1, "text", doc_text(buf_str(&text))) : json_null());
	doc_set(document, "bands", bands_shape(cx, b->look, b->look->first));
	doc_set(document, "days", days);
	doc_set(document, "agenda", json_incref(days));
	return OK;
}

/* ---- a week by lanes ---- */

static bool in_lane(const struct look *look, const struct calendar_post *p, i64 lane)
{
	if (look->lanes == LANES_CAMPAIGN)
		return p->campaign == lane;
	for (size_t i = 0; i < p->channel_count; i++)
		if (p->channels[i] == lane)
			return true;
	return !lane && !p->channel_count;
}

struct lane {
	i64 id;
	struct str name;
	json_t *network; /* or null */
};

/* The posts of the week by lane; `whole` has each day's, read once. */
static json_t *lane_shape(const struct board *b, const struct lane *lane, json_t *const *whole, bool *ret_any)
{
	json_t *days = json_array();
	*ret_any = false;
	for (int i = 0; i < 7; i++) {
		json_t *events = json_array();
		for (size_t k = 0; k < b->post_counts[i]; k++)
			if (in_lane(b->look, &b->posts[i][k], lane->id))
				json_array_append(events, json_array_get(whole[i], k));
		*ret_any |= json_array_size(events) > 0;
		json_array_append_new(days, day_shape(b, i, events, json_array_size(events)));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "id", doc_id(lane->id), "name", doc_text(lane->name), "network", lane->network, "days", days);
}

static enum err put_lanes(struct board *b, json_t *document)
{
	struct cx *cx = b->cx;
	const struct look *look = b->look;
	TRY(read_posts(b, WEEK_DAY));
	json_t *whole[7], *lanes = json_array(), *days = json_array();
	for (int i = 0; i < 7; i++) {
		whole[i] = events_of_posts(b, b->posts[i], b->post_counts[i]);
		json_array_append_new(days, day_shape(b, i, whole[i], b->counts[i]));
	}
	bool by_campaign = look->lanes == LANES_CAMPAIGN, any;
	size_t named = by_campaign ? look->campaign_count : look->channel_count;
	for (size_t i = 0; i <= named; i++) {
		struct lane lane = i == named ? (struct lane){.name = str_of(by_campaign ? _(N_("Of no campaign")) : _(N_("On no channel yet"))), .network = json_null()}
				   : by_campaign ? (struct lane){look->campaigns[i].id, look->campaigns[i].name, json_null()}
						 : (struct lane){look->channels[i].id, look->channels[i].name, doc_network(cx->lang, look->channels[i].network)};
		json_t *shape = lane_shape(b, &lane, whole, &any);
		if (any || (i < named && i < 12)) /* what is empty is shown too, where it is not many */
			json_array_append_new(lanes, shape);
		else
			json_decref(shape);
	}
	doc_set(document, "lanes", lanes);
	doc_set(document, "days", days);
	doc_set(document, "agenda", json_incref(days));
	return OK;
}

/* ---- a list ---- */

static enum err put_list(const struct board *b, struct request *request, struct reply *reply, json_t *document)
{
	struct cx *cx = b->cx;
	const struct look *look = b->look;
	struct calendar_post *posts;
	struct pager pager;
	size_t read;
	pager_of(request, LIST_PAGE, &pager);
	do
		TRY(calendar_posts(cx, b->db, here(cx), &look->filter, look->edges[0], look->edges[look->count], pager.from, pager.limit + 1, &posts, &read));
	while (!pager_fits(&pager, read));
	json_t *days = json_array();
	struct calendar_post *shown = posts + pager.first;
	for (int i = 0, k = 0; i < look->count; i++) {
		json_t *events = json_array();
		for (; (size_t)k < pager.count && shown[k].planned_at < look->edges[i + 1]; k++)
			json_array_append_new(events, event_shape(cx, look, &shown[k]));
		size_t count = json_array_size(events);
		json_t *day = day_shape(b, i, events, count);
		if (count || (!pager.has_previous && !pager.has_next && json_is_true(json_object_get(day, "has_anything"))))
			json_array_append_new(days, day);
		else
			json_decref(day);
	}
	doc_set(document, "has_days", json_boolean(json_array_size(days) > 0));
	doc_set(document, "agenda", days);
	pager_put(cx, request, reply, &pager, pager.count ? list_after(shown[0].planned_at, shown[0].id) : LIST_START,
		  pager.count ? list_after(shown[pager.count - 1].planned_at, shown[pager.count - 1].id) : LIST_START, NULL);
	return OK;
}

/* ---- beside ---- */

static enum err put_tray(const struct board *b, json_t *document)
{
	struct cx *cx = b->cx;
	struct calendar_post *posts;
	struct calendar_line *ideas;
	size_t count, idea_count;
	json_t *list = json_array();
	TRY(calendar_unplaced(cx, b->db, here(cx), &b->look->filter, TRAY_MOST + 1, &posts, &count));
	TRY(calendar_ideas(cx, b->db, here(cx), TRAY_MOST, &ideas, &idea_count));
	doc_set(document, "tray", events_of_posts(b, posts, count > TRAY_MOST ? TRAY_MOST : count));
	doc_set(document, "has_more_tray", json_boolean(count > TRAY_MOST));
	for (size_t i = 0; i < idea_count; i++)
		json_array_append_new(list, idea_shape(cx, b->look, &ideas[i]));
	doc_set(document, "ideas", list);
	doc_set(document, "has_tray", json_boolean(count || idea_count));
	return OK;
}

/* What the posts of the days shown (of a month: its own) are about, beside what was wished. */
static void put_balance(const struct board *b, json_t *document)
{
	struct cx *cx = b->cx;
	const struct look *look = b->look;
	json_t *list = json_array();
	i64 all = 0, *counts = arena_array(cx->arena, i64, look->pillar_count + 1);
	for (size_t i = 0; i < b->mark_count; i++) {
		bool known = false;
		for (size_t k = 0; k < look->pillar_count && !known; k++)
			if ((known = look->pillars[k].id == b->marks[i].pillar))
				counts[k]++;
		all += known;
	}
	for (size_t k = 0; k < look->pillar_count; k++) {
		i64 percent = percent_of(counts[k], all), wished = look->pillars[k].share;
		json_array_append_new(list, json_pack("{s:o, s:o, s:I, s:o, s:o, s:i, s:b}", "id", doc_id(look->pillars[k].id), "name", doc_text(look->pillars[k].name), "percent",
						      (json_int_t)percent, "wished", wished ? doc_text(arena_printf(cx->arena, "%lld", (long long)wished)) : json_null(), "wished_x",
						      doc_text(arena_printf(cx->arena, "%lld%%", (long long)wished)), "tone", (int)(k % 4) + 1, "is_short",
						      all >= 5 && wished && percent * 2 < wished));
		doc_set(json_array_get(list, k), "width", doc_text(arena_printf(cx->arena, "%lld%%", (long long)percent)));
	}
	doc_set(document, "balance", list);
	doc_set(document, "has_balance", json_boolean(look->pillar_count && all));
}

static void count_days(struct board *b)
{
	int day = 0;
	for (size_t i = 0; i < b->mark_count; i++) {
		while (b->marks[i].at >= b->look->edges[day + 1])
			day++;
		b->counts[day]++;
	}
}

enum err board_put(struct cx *cx, struct request *request, struct reply *reply, const struct look *look, json_t *document)
{
	struct board b = {.cx = cx, .db = request_db(request), .look = look};
	i64 to_approve, in_trouble;
	bool any;
	check_expect(); /* whoever looks at posts may open one */
	TRY(calendar_marks(cx, b.db, here(cx), &look->filter, look->edges[0], look->edges[look->count], MARKS_MOST, &b.marks, &b.mark_count));
	count_days(&b);
	TRY(calendar_notes(cx, b.db, here(cx), day_text(cx, look->first), day_text(cx, look->first + look->count - 1), NOTES_MOST, &b.notes, &b.note_count));
	TRY(calendar_dates_put(cx, b.db, look, b.dates));
	TRY(calendar_count(cx, b.db, here(cx), POST_REVIEW, WAITING_MOST, &to_approve));
	TRY(calendar_count(cx, b.db, here(cx), POST_TROUBLE, WAITING_MOST, &in_trouble));
	TRY(calendar_any(cx, b.db, here(cx), &any));
	doc_set(document, "count", doc_number(cx->lang, (i64)b.mark_count));
	doc_set(document, "to_approve", doc_number_or_null(cx->lang, to_approve));
	doc_set(document, "in_trouble", doc_number_or_null(cx->lang, in_trouble));
	doc_set(document, "has_posts", json_boolean(any));
	TRY(put_tray(&b, document));
	put_balance(&b, document);
	enum err e = look->view == LOOK_LIST ? put_list(&b, request, reply, document)
		     : look->view == LOOK_MONTH ? put_month(&b, document)
		     : look->lanes == LANES_HOUR ? put_hours(&b, document) : put_lanes(&b, document);
	for (int i = 0; i < look->count; i++)
		json_decref(b.dates[i]);
	return e;
}
