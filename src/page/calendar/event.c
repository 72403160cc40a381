/* event: a post on its day: by whom, at what hour, in which state. */
#include "base/lang.h"
#include "base/zone.h"
#include "channel/channel.h"
#include "page/calendar/calendar.h"

/* How each state looks: a class of the sheet, and its sign. */
static const struct {
	const char *look, *icon;
} looks[POST_STATE_COUNT] = {
	[POST_DRAFT] = {"is-draft", "pen-line"}, [POST_REVIEW] = {"is-wait", "clock"}, [POST_APPROVED] = {"", "circle-check"}, [POST_SCHEDULED] = {"", ""},
	[POST_LEAVING] = {"", "send"}, [POST_BY_HAND] = {"is-wait", "send"}, [POST_PUBLISHED] = {"is-pub", "check"}, [POST_TROUBLE] = {"is-bad", "triangle-alert"},
};

#define GLYPHS 4 /* of channels: the others are a number */

static bool same_clock(const struct civil *a, const struct civil *b)
{
	return a->day == b->day && a->hour == b->hour && a->minute == b->minute;
}

int event_minutes(const struct look *look, const struct calendar_post *p)
{
	struct civil civil = zone_civil(look->reader.zone, p->planned_at);
	return civil.hour * 60 + civil.minute;
}

/* "America/New_York" as people say it: New York. */
static struct str zone_city(struct cx *cx, struct str zone)
{
	CLEANUP(buf_free) struct buf name = {};
	while (str_find_byte(zone, '/') >= 0)
		str_cut(&zone, '/');
	for (size_t i = 0; i < zone.len; i++)
		buf_addc(&name, (char)(zone.at[i] == '_' ? ' ' : zone.at[i]));
	return buf_keep(&name, cx->arena);
}

/* The hour, by the reader's clock, and by the post's own where that shows another. */
static void put_hour(struct cx *cx, const struct look *look, const struct calendar_post *p, json_t *shape)
{
	char room[64];
	struct buf text = BUF_IN(room);
	struct civil here_now = zone_civil(look->reader.zone, p->planned_at), there = zone_civil(p->zone, p->planned_at);
	buf_add_minutes_of_day(&text, cx->lang, here_now.hour * 60 + here_now.minute);
	doc_set(shape, "hour", doc_text(buf_str(&text)));
	doc_set(shape, "shown", doc_text(arena_printf(cx->arena, "%04d-%02d-%02dT%02d:%02d", here_now.year, here_now.month, here_now.day, here_now.hour, here_now.minute)));
	json_t *elsewhere = json_null();
	if (!same_clock(&here_now, &there)) {
		buf_clear(&text);
		buf_add_minutes_of_day(&text, cx->lang, there.hour * 60 + there.minute);
		elsewhere = doc_text(arena_printf(cx->arena, _(N_("%s in %.*s")), buf_cstr(&text), STR_ARG(zone_city(cx, p->zone))));
	}
	doc_set(shape, "elsewhere", elsewhere);
	buf_free(&text);
}

json_t *event_shape(struct cx *cx, const struct look *look, const struct calendar_post *p)
{
	json_t *shape = json_object(), *channels = json_array();
	struct str url = arena_printf(cx->arena, "/posts/%lld", (long long)p->id);
	size_t more = 0;
	const char *glyph = "web";
	bool by_hand = false;
	for (size_t i = 0; i < p->channel_count; i++) {
		const struct channel *c = look_channel(look, p->channels[i]);
		if (!c)
			continue;
		if (json_array_size(channels) == GLYPHS) {
			more++;
			continue;
		}
		const struct channel_kind *kind = channel_kind_of(c->kind);
		by_hand |= kind && kind->can & BY_HAND;
		json_t *network = doc_network(cx->lang, c->network);
		if (!json_array_size(channels))
			glyph = json_string_value(json_object_get(network, "glyph"));
		json_array_append_new(channels, json_pack("{s:o, s:o, s:o}", "id", doc_id(c->id), "name", doc_text(c->name), "network", network));
	}
	doc_set(shape, "id", doc_id(p->id));
	doc_set(shape, "url", doc_text(url));
	doc_set(shape, "title", p->title.len ? doc_excerpt(p->title, CALENDAR_EXCERPT) : json_string(_(N_("Without words yet"))));
	doc_set(shape, "state", doc_word(cx->lang, post_state_word(p->state), post_state_title(p->state)));
	doc_set(shape, "look", json_string(looks[p->state].look));
	doc_set(shape, "icon", *looks[p->state].icon ? json_string(looks[p->state].icon) : json_null());
	doc_set(shape, "glyph", json_string(glyph));
	doc_set(shape, "channels", channels);
	doc_set(shape, "more_channels", more ? doc_text(arena_printf(cx->arena, "+%zu", more)) : json_null());
	doc_set(shape, "is_by_hand", json_boolean(by_hand));
	doc_set(shape, "revision", json_integer(p->revision));
	doc_set(shape, "wall_time", doc_text(p->wall_time));
	doc_set(shape, "zone", doc_text(p->zone));
	doc_set(shape, "move_url", look->can_write && !post_state_begun(p->state)
					  ? doc_text(arena_printf(cx->arena, "/calendar/posts/%lld/move", (long long)p->id)) : json_null());
	if (p->planned_at)
		put_hour(cx, look, p, shape);
	else {
		doc_set(shape, "hour", json_null());
		doc_set(shape, "shown", json_null());
		doc_set(shape, "elsewhere", json_null());
	}
	return shape;
}

json_t *idea_shape(struct cx *cx, const struct look *look, const struct calendar_line *idea)
{
	struct str url = arena_printf(cx->arena, look->can_write ? "/posts/new?idea=%lld" : "/ideas/%lld", (long long)idea->id);
	return json_pack("{s:o, s:o, s:o}", "id", doc_id(idea->id), "title", doc_text(idea->name), "url", doc_text(url));
}
