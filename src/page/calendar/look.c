/* look: what is looked at, its address and its name. */
#include "base/lang.h"
#include "base/zone.h"
#include "page/calendar/calendar.h"

const char *const look_views[] = {"month", "week", "list", NULL};
const char *const look_lane_words[] = {"hour", "channel", "campaign", NULL};
const char *const look_states[] = {"draft", "review", "approved", "scheduled", "leaving", "by_hand", "published", "trouble", NULL};
static_assert(COUNT(look_states) == POST_STATE_COUNT + 1);

static int word_index(const char *const *words, struct str word)
{
	for (int i = 0; words[i]; i++)
		if (str_eq(word, str_of(words[i])))
			return i;
	return -1;
}

struct str day_text(struct cx *cx, i64 day)
{
	int year, month, number;
	date_of_days(day, &year, &month, &number);
	return arena_printf(cx->arena, "%04d-%02d-%02d", year, month, number);
}

int day_weekday(i64 day)
{
	return (int)((day % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
}

int day_week(i64 day)
{
	i64 thursday = day - day_weekday(day) + 3; /* the week is of the year that its Thursday is in */
	int year, month, number;
	date_of_days(thursday, &year, &month, &number);
	return (int)((thursday - days_of_date(year, 1, 1)) / 7) + 1;
}

static i64 month_first(i64 day, int months)
{
	int year, month, number;
	date_of_days(day, &year, &month, &number);
	month += months;
	return days_of_date(year + (month > 12) - (month < 1), month > 12 ? month - 12 : month < 1 ? month + 12 : month, 1);
}

static void set_days(struct look *look)
{
	look->first = look->view == LOOK_LIST ? look->day : look->day - day_weekday(look->day);
	look->count = look->view == LOOK_LIST ? LOOK_LIST_DAYS : 7;
	if (look->view == LOOK_MONTH) {
		i64 first = month_first(look->day, 0), next = month_first(look->day, 1);
		look->first = first - day_weekday(first);
		look->count = (int)(next - look->first + 6) / 7 * 7;
	}
	for (int i = 0; i <= look->count; i++) {
		struct civil civil = {};
		date_of_days(look->first + i, &civil.year, &civil.month, &civil.day);
		look->edges[i] = zone_instant(look->reader.zone, civil);
	}
}

enum err look_of(struct cx *cx, struct request *request, struct look *ret_look)
{
	struct db *db = request_db(request);
	struct look look = {.reader = reader_of(cx), .can_write = actor_may(cx->actor, MAY_WRITE_POSTS)};
	struct str day = param_text(request, "day");
	int view = word_index(look_views, param_text(request, "view")), lanes = word_index(look_lane_words, param_text(request, "lanes"));
	look.view = view < 0 ? LOOK_MONTH : (enum look_view)view;
	look.lanes = lanes < 0 || look.view != LOOK_WEEK ? LANES_HOUR : (enum look_lanes)lanes;
	look.day = look.today = reader_day(&look.reader, cx->now);
	if (day.len && !day_parse(day, &look.day))
		return fail_field(cx, "day", N_("Give a day as 2027-03-24."));
	look.filter = (struct calendar_filter){.channel = param_id(request, "channel"), .campaign = param_id(request, "campaign"), .pillar = param_id(request, "pillar"),
					       .state = word_index(look_states, param_text(request, "state"))};
	set_days(&look);
	struct channel *channels;
	TRY(channel_list(cx, db, here(cx), &channels, &look.channel_count));
	look.channels = channels;
	TRY(calendar_campaigns(cx, db, here(cx), LOOK_LINES, &look.campaigns, &look.campaign_count));
	TRY(calendar_pillars(cx, db, here(cx), LOOK_LINES, &look.pillars, &look.pillar_count));
	*ret_look = look;
	return OK;
}

struct str look_url(struct cx *cx, const struct look *look)
{
	CLEANUP(buf_free) struct buf url = {};
	const struct {
		const char *name;
		i64 id;
	} ids[] = {{"channel", look->filter.channel}, {"campaign", look->filter.campaign}, {"pillar", look->filter.pillar}};
	buf_addf(&url, "/calendar?view=%s", look_views[look->view]);
	if (look->day != look->today) {
		buf_adds(&url, "&day=");
		buf_add(&url, day_text(cx, look->day));
	}
	if (look->lanes)
		buf_addf(&url, "&lanes=%s", look_lane_words[look->lanes]);
	for (size_t i = 0; i < COUNT(ids); i++)
		if (ids[i].id)
			buf_addf(&url, "&%s=%lld", ids[i].name, (long long)ids[i].id);
	if (look->filter.state >= 0)
		buf_addf(&url, "&state=%s", look_states[look->filter.state]);
	return buf_keep(&url, cx->arena);
}

struct str look_url_at(struct cx *cx, const struct look *look, enum look_view view, i64 day)
{
	struct look other = *look;
	other.view = view;
	other.day = day;
	if (view != LOOK_WEEK)
		other.lanes = LANES_HOUR;
	return look_url(cx, &other);
}

json_t *look_title(struct cx *cx, const struct look *look)
{
	CLEANUP(buf_free) struct buf text = {}, from = {};
	int years[2], months[2], number;
	date_of_days(look->first, &years[0], &months[0], &number);
	date_of_days(look->first + 6, &years[1], &months[1], &number);
	if (look->view == LOOK_MONTH)
		buf_add_month(&text, cx->lang, look->day);
	else if (look->view == LOOK_LIST) {
		buf_add_date(&from, cx->lang, look->first, true);
		buf_add_filled(&text, _("From {n}"), buf_str(&from));
	} else {
		CLEANUP(buf_free) struct buf to = {};
		if (months[0] == months[1]) {
			date_of_days(look->first, &years[0], &months[0], &number);
			buf_add_i64(&from, number);
		} else
			buf_add_date(&from, cx->lang, look->first, years[0] != years[1]);
		buf_add_date(&to, cx->lang, look->first + 6, true);
		struct str both = arena_printf(cx->arena, _(N_("%s to %s")), buf_cstr(&from), buf_cstr(&to));
		buf_add(&text, both);
	}
	return doc_text(buf_str(&text));
}

const struct channel *look_channel(const struct look *look, i64 id)
{
	for (size_t i = 0; i < look->channel_count; i++)
		if (look->channels[i].id == id)
			return &look->channels[i];
	return NULL;
}
