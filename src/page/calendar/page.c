/* calendar: what is planned, by month, by week and as a list; posts moved to another day or hour; the house's own notes and events. A partial request
 * gets the fragment #calendar. */
#include "base/lang.h"
#include "page/calendar/calendar.h"
#include "page/seen.h"
#include "page/pager.h"

static json_t *tab(const char *word, const char *title, struct str url, bool is_current)
{
	return json_pack("{s:s, s:s, s:o, s:b}", "word", word, "title", title, "url", doc_text(url), "is_current", is_current);
}

static json_t *views_shape(struct cx *cx, const struct look *look)
{
	return json_pack("[o, o, o]", tab("month", _(N_("Month")), look_url_at(cx, look, LOOK_MONTH, look->day), look->view == LOOK_MONTH),
			 tab("week", _(N_("Week")), look_url_at(cx, look, LOOK_WEEK, look->day), look->view == LOOK_WEEK),
			 tab("list", _(N_("List")), look_url_at(cx, look, LOOK_LIST, look->day), look->view == LOOK_LIST));
}

static json_t *lanes_shape(struct cx *cx, const struct look *look)
{
	const char *titles[] = {_(N_("By hour")), _(N_("By channel")), _(N_("By campaign"))};
	json_t *list = json_array();
	for (int i = 0; i < 3; i++) {
		struct look other = *look;
		other.lanes = (enum look_lanes)i;
		json_array_append_new(list, tab(look_lane_words[i], titles[i], look_url(cx, &other), look->lanes == other.lanes));
	}
	return list;
}

static json_t *channels_shape(struct cx *cx, const struct look *look)
{
	json_t *list = json_array();
	for (size_t i = 0; i < look->channel_count; i++) {
		const struct channel *c = &look->channels[i];
		struct look other = *look;
		bool current = look->filter.channel == c->id;
		other.filter.channel = current ? 0 : c->id;
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:b}", "id", doc_id(c->id), "name", doc_text(c->name), "network", doc_network(cx->lang, c->network), "url",
						      doc_text(look_url(cx, &other)), "is_current", current));
	}
	return list;
}

static json_t *chosen_of(const struct calendar_line *lines, size_t count, i64 chosen)
{
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(lines[i].id), "name", doc_text(lines[i].name), "is_selected", lines[i].id == chosen));
	return list;
}

static json_t *states_shape(struct cx *cx, const struct look *look)
{
	json_t *list = json_array();
	for (int i = 0; i < POST_STATE_COUNT; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "word", look_states[i], "title", tr(cx->lang, post_state_title((enum post_state)i)), "is_selected",
						      look->filter.state == i));
	return list;
}

static i64 step(const struct look *look, int by)
{
	if (look->view != LOOK_MONTH)
		return look->day + by * (look->view == LOOK_WEEK ? 7 : LOOK_LIST_DAYS);
	int year, month, number, last_year, last_month, last;
	date_of_days(look->day, &year, &month, &number);
	month += by;
	year += (month > 12) - (month < 1);
	month = month > 12 ? 1 : month < 1 ? 12 : month;
	date_of_days(days_of_date(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - 1, &last_year, &last_month, &last);
	return days_of_date(year, month, number < last ? number : last); /* from 31 January to 28 February */
}

static void put_ways(struct cx *cx, const struct look *look, json_t *document)
{
	struct look bare = *look;
	bare.filter = (struct calendar_filter){.state = -1};
	doc_set(document, "title", look_title(cx, look));
	doc_set(document, "day", doc_text(day_text(cx, look->day)));
	doc_set(document, "today", doc_text(day_text(cx, look->today)));
	doc_set(document, "view", json_string(look_views[look->view]));
	doc_set(document, "lane", json_string(look_lane_words[look->lanes]));
	doc_set(document, "zone", doc_text(look->reader.zone));
	doc_set(document, "is_month", json_boolean(look->view == LOOK_MONTH));
	doc_set(document, "is_week", json_boolean(look->view == LOOK_WEEK));
	doc_set(document, "is_hours", json_boolean(look->view == LOOK_WEEK && look->lanes == LANES_HOUR));
	doc_set(document, "is_lanes", json_boolean(look->view == LOOK_WEEK && look->lanes != LANES_HOUR));
	doc_set(document, "is_list", json_boolean(look->view == LOOK_LIST));
	doc_set(document, "url", doc_text(look_url(cx, look)));
	doc_set(document, "previous_url", doc_text(look_url_at(cx, look, look->view, step(look, -1))));
	doc_set(document, "next_url", doc_text(look_url_at(cx, look, look->view, step(look, 1))));
	doc_set(document, "today_url", doc_text(look_url_at(cx, look, look->view, look->today)));
	doc_set(document, "views", views_shape(cx, look));
	doc_set(document, "lane_tabs", lanes_shape(cx, look));
	doc_set(document, "channels", channels_shape(cx, look));
	doc_set(document, "has_channels", json_boolean(look->channel_count > 0));
	doc_set(document, "campaigns", chosen_of(look->campaigns, look->campaign_count, look->filter.campaign));
	doc_set(document, "pillars", chosen_of(look->pillars, look->pillar_count, look->filter.pillar));
	doc_set(document, "states", states_shape(cx, look));
	doc_set(document, "channel", doc_id(look->filter.channel));
	doc_set(document, "is_narrowed", json_boolean(look->filter.channel || look->filter.campaign || look->filter.pillar || look->filter.state >= 0));
	doc_set(document, "all_url", doc_text(look_url(cx, &bare)));
	bare = *look;
	bare.filter.channel = 0;
	doc_set(document, "channels_url", doc_text(look_url(cx, &bare)));
	bare.filter = (struct calendar_filter){.state = POST_REVIEW};
	bare.view = LOOK_LIST;
	bare.lanes = LANES_HOUR;
	doc_set(document, "to_approve_url", doc_text(look_url(cx, &bare)));
	bare.filter.state = POST_TROUBLE;
	doc_set(document, "in_trouble_url", doc_text(look_url(cx, &bare)));
	doc_set(document, "new_url", look->can_write ? doc_text(arena_printf(cx->arena, "/posts/new?at=%.*sT09:00", STR_ARG(day_text(cx, look->day < look->today ? look->today : look->day))))
						    : json_null());
	doc_set(document, "can_write", json_boolean(look->can_write));
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct look look;
	json_t *document = json_object(), *weekdays = json_array();
	reply_json(reply, document);
	TRY(look_of(cx, request, &look));
	for (int i = 0; i < 7; i++) {
		char room[64];
		struct buf text = BUF_IN(room);
		buf_add_weekday(&text, cx->lang, i);
		json_array_append_new(weekdays, doc_text(buf_str(&text)));
		buf_free(&text);
	}
	doc_set(document, "weekdays", weekdays);
	put_ways(cx, &look, document);
	TRY(board_put(cx, request, reply, &look, document));
	TRY(calendar_note_put(cx, request, &look, document));
	if (request_is_partial(request) && !request_wants_json(request) && str_eq(request_header(request, "HX-Target"), S("calendar")))
		reply_template(reply, "calendar/board");
	return OK;
}

/* ---- rows ---- */

static const struct param show_params[] = {LOOK_PARAMS, PAGER_PARAMS, {.name = "note", .in = IN_QUERY, .type = P_ID, .about = "The note to change."}, {}};

static const struct param move_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The post."},
	{.name = "wall_time", .in = IN_FORM, .type = P_LINE, .max = 19, .about = "When it is to leave, as the clock there shows it: 2027-03-28T18:40; empty: no hour any more."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Whose clock; the post's so far, or the reader's, unless told."},
	{.name = "revision", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = INT64_MAX, .about = "The revision of the post that was seen."},
	{},
};
static const struct param back_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The post."},
	{.name = "wall_time", .in = IN_QUERY, .type = P_LINE, .max = 19, .about = "When it was to leave before."},
	{.name = "zone", .in = IN_QUERY, .type = P_LINE, .max = 60, .about = "By which clock."},
	{.name = "revision", .in = IN_QUERY, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = INT64_MAX, .about = "The revision that moving it made."},
	{},
};
static const struct param place_params[] = {
	{.name = "place", .in = IN_FORM, .type = P_LINE, .flags = PARAM_LIST, .max = 80, .about = "Countries and regions, FR, FR/GP: 20 at the most; none: no key dates."},
	{},
};
static const struct param feed_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 80, .about = "What it is for: my phone."},
	{.name = "channel", .in = IN_FORM, .type = P_ID, .about = "Posts of this channel alone."},
	{.name = "campaign", .in = IN_FORM, .type = P_ID, .about = "Posts of this campaign alone."},
	{.name = "pillar", .in = IN_FORM, .type = P_ID, .about = "Posts of this part of the editorial line alone."},
	{.name = "state", .in = IN_FORM, .type = P_WORD, .words = look_states, .about = "Posts in this state alone."},
	{},
};
static const char *const note_kinds[] = {"note", "event", NULL}, *const own_kinds[] = {"note", "event", "quiet", NULL};
static const struct param source_params[] = {
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = 80, .about = "What it is called; of a file: its own name unless told."},
	{.name = "kind", .in = IN_FORM, .type = P_WORD, .words = note_kinds, .about = "What its entries become; events unless told."},
	{.name = "url", .in = IN_FORM, .type = P_LINE, .max = 2000, .about = "The address it is read under, again and again: http, https, webcal."},
	{.name = "file", .in = IN_FILE, .type = P_FILE, .max = (i64)4 << 20, .about = "Or a file (iCalendar)."},
	{.name = "text", .in = IN_FORM, .type = P_TEXT, .max = (i64)4 << 20, .about = "Or what such a file says."},
	{},
};
static const struct param feed_list_params[] = {LOOK_PARAMS, {}};
static const struct param code_params[] = {{.name = "code", .in = IN_PATH, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 60, .about = "The secret, and “.ics”."}, {}};
#define NOTE_FIELDS                                                                                                                                            \
	{.name = "title", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 120, .about = "What it is."},                                        \
	{.name = "day", .in = IN_FORM, .type = P_LINE, .flags = PARAM_REQUIRED, .max = 10, .about = "Its day, 2027-03-24."},                                  \
	{.name = "until_day", .in = IN_FORM, .type = P_LINE, .max = 10, .about = "Its last day, where it takes several."},                                    \
	{.name = "kind", .in = IN_FORM, .type = P_WORD, .words = own_kinds, .about = "A note for the team, an event of the house, or “quiet”: nothing goes out on that day; a note unless told."}, \
	{.name = "body", .in = IN_FORM, .type = P_TEXT, .max = 2000, .about = "What else is to be known."}
static const struct param note_params[] = {NOTE_FIELDS, SEEN_MARK_PARAM, {}};
static const struct param note_change_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The note."}, NOTE_FIELDS, SEEN_MARK_PARAM, {.name = "note", .in = IN_FORM, .type = P_ID, .about = "The same, so that its form knows it again."}, {}};

static const struct shape shapes[] = {
	{"CalendarChannel", "{id: id, name: text, network: Network}"},
	{"CalendarEvent", "{id: id, url: url, title: text, state: Word, look: text, icon: text?, glyph: text, channels: [CalendarChannel], more_channels: text?, is_by_hand: bool, revision: int, "
	 "wall_time: text, zone: text, move_url: url?, hour: text?, shown: text?, elsewhere: text?}",
	 "A post on a day: wall_time and zone: as it was set, 2027-03-24T18:40 by the clock there; shown: by the reader's clock; elsewhere: the hour there, where it is another."},
	{"CalendarNote", "{id: id, title: text, body: text?, is_event: bool, is_quiet: bool, url: url?}", "What the house wrote on a day."},
	{"CalendarDay", "{day: text, number: text, weekday: text, title: text, url: url, new_url: url?, is_today: bool, is_chosen: bool, is_out: bool, count: int, spoken: text?, "
	 "more: text?, has_anything: bool, dates: [{key: text, name: text, kind: Word, is_solemn: bool, is_approximate: bool}], notes: [CalendarNote], events: [CalendarEvent], "
	 "slots?: [{at: int, length: int, lane: int, lanes: int, event: CalendarEvent}], not_shown?: text?}",
	 "A day: count: of all its posts, of which events are the first; is_solemn: nothing festive should go out on it; slots: of a week by hours, in half hours from first_hour on."},
	{"CalendarBand", "{before: int, span: int, after: int, goes_back: bool, goes_on: bool, tone: int, name: text, url: url, is_first: bool}", "A campaign over the days of a week."},
	{"CalendarWay", "{word: text, title: text, url: url, is_current: bool}"},
	{"PostMoved", "{id: id, revision: int, wall_time: text, zone: text, planned_at: Instant?, is_skipped: bool}",
	 "Where a post was moved to. is_skipped: the clock there does not show the hour that was asked for that night; planned_at is the one after."},
	{"MovePage", "{id: id, url: url, title: text, state: Word, revision: int, wall_time: text, zone: text, zones: [{word: text, is_selected: bool}], when: text?, back_url: url}"},
	{"CalendarFeedsPage", "{feeds: [{id: id, name: text, channel: text?, url: url, made_at: Instant}], has_feeds: bool, channels: [NamedChoice], made: text?}",
	 "One's own addresses for other programs; url: what each shows."},
	{"CalendarSourcesPage", "{sources: [{id: id, name: text, kind: 'note' | 'event', has_address: bool, address: text?, held: Number, read_at: Instant?, story: text?}], has_sources: bool, "
	 "can_arrange: bool, form: {name: text, url: text, is_event: bool}}",
	 "Calendars of others that are brought into ours. held: entries when it was read last; story: why it could not be read."},
	{"CalendarBrought", "{id: id, made: int, changed: int, gone: int, same: int, left_out: int}", "What came of a file; of an address nothing yet: it is read soon."},
	{"CalendarFeedMade", "{id: id, url: text}", "The address, told this once."},
	{"KeyDatesPage", "{places: [{word: text, title: text, is_selected: bool, has_regions: bool, regions: [Choice]}], can_write: bool}",
	 "Whose key dates the calendar shows."},
	{"CalendarNoteForm", "{id: id?, title: text, body: text, day: text, until_day: text, is_event: bool, is_quiet: bool, " SEEN_SHAPE "}"},
	{"CalendarPage",
	 "{title: text, day: text, today: text, view: text, lane: text, zone: text, is_month: bool, is_week: bool, is_hours: bool, is_lanes: bool, is_list: bool, url: url, "
	 "previous_url: url, next_url: url, today_url: url, views: [CalendarWay], lane_tabs: [CalendarWay], "
	 "channels: [{id: id, name: text, network: Network, url: url, is_current: bool}], has_channels: bool, campaigns: [NamedChoice], pillars: [NamedChoice], states: [Choice], "
	 "channel: id?, is_narrowed: bool, all_url: url, channels_url: url, to_approve_url: url, in_trouble_url: url, new_url: url?, can_write: bool, weekdays: [text], "
	 "count: Number, to_approve: Number?, in_trouble: Number?, has_posts: bool, tray: [CalendarEvent], has_more_tray: bool, "
	 "ideas: [{id: id, title: text, url: url?}], has_tray: bool, "
	 "balance: [{id: id, name: text, percent: int, wished: text?, wished_x: text, width: text, tone: int, is_short: bool}], has_balance: bool, "
	 "agenda: [CalendarDay], weeks?: [{number: int, week_url: url, rows: int, has_bands: bool, bands: [CalendarBand], days: [CalendarDay]}], days?: [CalendarDay], "
	 "hours?: [text], first_hour?: int, rows?: int, now?: {at: int, text: text}?, bands?: [CalendarBand], "
	 "lanes?: [{id: id?, name: text, network: Network?, days: [CalendarDay]}], has_days?: bool, pager?: Pager?, "
	 "note: CalendarNoteForm?, is_note_open: bool}",
	 "What is planned. agenda: the days as a list; weeks: of a month; days: of a week, with hours and rows (half hours) or lanes; count: of the posts of these days."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/calendar", .permission = MAY_READ_POSTS, .params = show_params, .template = "calendar/page", .handle = show, .answer = "CalendarPage",
	 .about = "What is planned: a month, a week, or a list."},
	{.method = "POST", .path = "/calendar/notes", .permission = MAY_WRITE_POSTS, .flags = ROUTE_MAKES, .params = note_params, .handle = calendar_note_make, .form = "/calendar",
	 .answer = "Made", .about = "Write a note or an event of the house into the calendar."},
	{.method = "POST", .path = "/calendar/notes/{id}", .permission = MAY_WRITE_POSTS, .params = note_change_params, .handle = calendar_note_change, .form = "/calendar",
	 .answer = "Made", .about = "Change a note or an event."},
	{.method = "POST", .path = "/calendar/notes/{id}/archive", .permission = MAY_WRITE_POSTS, .handle = calendar_note_away, .answer = "Made", .about = "Put a note or an event away."},
	{.method = "POST", .path = "/calendar/notes/{id}/restore", .permission = MAY_WRITE_POSTS, .handle = calendar_note_back, .answer = "Made", .about = "Take it out again."},
	{.method = "GET", .path = "/calendar/posts/{id}/move", .permission = MAY_WRITE_POSTS, .template = "calendar/move", .handle = calendar_move_show, .answer = "MovePage",
	 .about = "A post, to be moved to another day or hour."},
	{.method = "POST", .path = "/calendar/posts/{id}/move", .permission = MAY_WRITE_POSTS, .params = move_params, .handle = calendar_move, .form = "/calendar/posts/{id}/move",
	 .answer = "PostMoved", .about = "Move a post to another day or hour, by the clock of a place; an approval holds on."},
	{.method = "POST", .path = "/calendar/posts/{id}/back", .permission = MAY_WRITE_POSTS, .params = back_params, .handle = calendar_move_back, .answer = "PostMoved",
	 .about = "Take a move back: the hour that was."},
	{.method = "GET", .path = "/calendar/dates", .permission = MAY_READ_POSTS, .template = "calendar/dates", .handle = calendar_places_show, .answer = "KeyDatesPage",
	 .about = "Whose key dates the calendar shows, and whose it could."},
	{.method = "POST", .path = "/calendar/dates", .permission = MAY_ARRANGE, .params = place_params, .handle = calendar_places_keep, .form = "/calendar/dates",
	 .about = "Choose whose key dates the calendar shows."},
	{.method = "GET", .path = "/calendar/feeds", .permission = MAY_READ_POSTS, .params = feed_list_params, .template = "calendar/feeds", .handle = calendar_feeds_show,
	 .answer = "CalendarFeedsPage", .about = "One's own addresses under which other programs read the calendar."},
	{.method = "POST", .path = "/calendar/feeds", .permission = MAY_READ_POSTS, .flags = ROUTE_MAKES, .params = feed_params, .handle = calendar_feeds_make, .form = "/calendar/feeds",
	 .answer = "CalendarFeedMade", .about = "Make an address under which other programs read the calendar; signed in, not by an API key."},
	{.method = "POST", .path = "/calendar/feeds/{id}/revoke", .permission = MAY_READ_POSTS, .handle = calendar_feeds_end, .about = "An address serves no longer."},
	{.method = "GET", .path = "/calendar/sources", .permission = MAY_READ_POSTS, .template = "calendar/sources", .handle = calendar_sources_show, .answer = "CalendarSourcesPage",
	 .about = "Calendars of others that are brought into ours."},
	{.method = "POST", .path = "/calendar/sources", .permission = MAY_ARRANGE, .flags = ROUTE_MAKES | ROUTE_SLOW, .params = source_params, .handle = calendar_sources_make,
	 .form = "/calendar/sources", .answer = "CalendarBrought", .body_max = (size_t)16 << 20, .about = "Bring a calendar in: its entries become notes or events, each once."},
	{.method = "POST", .path = "/calendar/sources/{id}/again", .permission = MAY_ARRANGE, .handle = calendar_sources_again, .about = "Have an address read soon."},
	{.method = "POST", .path = "/calendar/sources/{id}/archive", .permission = MAY_ARRANGE, .handle = calendar_sources_away, .about = "Put a calendar away, with all it brought."},
	{.method = "POST", .path = "/calendar/sources/{id}/restore", .permission = MAY_ARRANGE, .handle = calendar_sources_back, .about = "Take it out again."},
	{.method = "GET", .path = "/calendar/feeds/{code}", .flags = ROUTE_PUBLIC | ROUTE_PAGE_ONLY, .params = code_params, .handle = calendar_feed_give, .per_minute = 60,
	 .type = "text/calendar", .about = "The calendar for other programs."},
	{},
};

const struct page page_calendar = {"calendar", routes, shapes, .file = __FILE__};
