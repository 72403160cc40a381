/* calendar.h: what the files of the calendar share: what is looked at (`struct look`): the days, by whose clock, narrowed to what; and the shapes of
 * days and posts. Days are days since 1970-01-01 of the reader's calendar. Everything lives in the request's arena. */
#pragma once
#include "page/page.h"
#include "store/calendar.h"
#include "store/calendar_note.h"
#include "store/channel.h"
#include "ui/document.h"

enum look_view { LOOK_MONTH, LOOK_WEEK, LOOK_LIST };
enum look_lanes { LANES_HOUR, LANES_CHANNEL, LANES_CAMPAIGN };
extern const char *const look_views[], *const look_lane_words[], *const look_states[]; /* words of parameters, ending in NULL */

#define LOOK_DAYS 42       /* six weeks, at most */
#define LOOK_LIST_DAYS 31
#define LOOK_LINES 200     /* campaigns, pillars: as many as are chosen from */

struct look {
	enum look_view view;
	enum look_lanes lanes;
	i64 day, today, first;            /* chosen; now; the first that is shown */
	int count;                        /* of days shown */
	i64 edges[LOOK_DAYS + 1];         /* when each begins, by the reader's clock, and when the last ends */
	struct reader reader;
	struct calendar_filter filter;
	const struct channel *channels;
	size_t channel_count;
	struct calendar_line *campaigns, *pillars;
	size_t campaign_count, pillar_count;
	bool can_write;
};

#define LOOK_PARAMS                                                                                                                                    \
	{.name = "view", .in = IN_QUERY, .type = P_WORD, .words = look_views, .about = "A month, a week, or a list from a day on."},                  \
	{.name = "day", .in = IN_QUERY, .type = P_LINE, .max = 10, .about = "A day of it, 2027-03-24; today unless told."},                           \
	{.name = "lanes", .in = IN_QUERY, .type = P_WORD, .words = look_lane_words, .about = "A week by hours, or a lane for each channel or campaign."}, \
	{.name = "channel", .in = IN_QUERY, .type = P_ID, .about = "Posts of this channel alone."},                                                   \
	{.name = "campaign", .in = IN_QUERY, .type = P_ID, .about = "Posts of this campaign alone."},                                                 \
	{.name = "pillar", .in = IN_QUERY, .type = P_ID, .about = "Posts of this part of the editorial line alone."},                                 \
	{.name = "state", .in = IN_QUERY, .type = P_WORD, .words = look_states, .about = "Posts in this state alone."}

enum err look_of(struct cx *cx, struct request *request, struct look *ret_look);
struct str look_url(struct cx *cx, const struct look *look);              /* the address of what is looked at */
struct str look_url_at(struct cx *cx, const struct look *look, enum look_view view, i64 day);
json_t *look_title(struct cx *cx, const struct look *look);               /* March 2027 · 23 to 29 March 2027 */
struct str day_text(struct cx *cx, i64 day);                              /* 2027-03-24 */
int day_weekday(i64 day);                                                 /* 0 Monday .. 6 Sunday */
int day_week(i64 day);                                                    /* its week by ISO 8601 */

/* A post as the calendar shows it. */
json_t *event_shape(struct cx *cx, const struct look *look, const struct calendar_post *post);
int event_minutes(const struct look *look, const struct calendar_post *post); /* of the reader's day */
json_t *idea_shape(struct cx *cx, const struct look *look, const struct calendar_line *idea);
const struct channel *look_channel(const struct look *look, i64 id);      /* NULL: put away */

/* The days and all that stands beside them, into the document. */
enum err board_put(struct cx *cx, struct request *request, struct reply *reply, const struct look *look, json_t *document);

enum err calendar_note_put(struct cx *cx, struct request *request, const struct look *look, json_t *document); /* its form */
enum err calendar_dates_put(struct cx *cx, struct db *db, const struct look *look, json_t **ret_days); /* a new list for each day: its key dates */
route_handler calendar_move_show, calendar_move, calendar_move_back, calendar_places_show, calendar_places_keep;
route_handler calendar_feeds_show, calendar_feeds_make, calendar_feeds_end, calendar_feed_give;
route_handler calendar_sources_show, calendar_sources_make, calendar_sources_again, calendar_sources_away, calendar_sources_back;
route_handler calendar_note_make, calendar_note_change, calendar_note_away, calendar_note_back;
