/* clicks.c: how often the short links of a post were followed: by channel, by day, and from where; machines told apart. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/posts/posts.h"
#include "store/short_link.h"

#define DAYS_SHOWN 14

struct clicked {
	i64 channel, people, robots, counts[CLICK_KINDS];
	struct short_link *links;      /* of this channel, side by side */
	size_t link_count;
};

static void count(struct clicked *c, const struct short_link_day *d)
{
	for (int i = 0; i < CLICK_KINDS; i++)
		c->counts[i] += d->counts[i];
	c->robots += d->counts[CLICK_ROBOT];
	for (int i = 0; i < CLICK_ROBOT; i++)
		c->people += d->counts[i];
}

static const struct short_link *link_of(const struct clicked *c, i64 id)
{
	for (size_t i = 0; i < c->link_count; i++)
		if (c->links[i].id == id)
			return &c->links[i];
	return NULL;
}

/* The last days with clicks, the newest first: [{"day": text, "people": Number, "share"}] */
static json_t *days_shape(struct composer *c, const struct clicked *place, const struct short_link_day *days, size_t day_count)
{
	json_t *list = json_array();
	i64 before = INT64_MAX, most = 1;
	for (int pass = 0; pass < 2; pass++) { /* the longest bar, then the bars */
		before = INT64_MAX;
		for (int n = 0; n < DAYS_SHOWN; n++) {
			i64 day = INT64_MIN, people = 0;
			CLEANUP(buf_free) struct buf text = {};
			for (size_t i = 0; i < day_count; i++)
				if (link_of(place, days[i].link) && days[i].day < before && days[i].day > day)
					day = days[i].day;
			if (day == INT64_MIN)
				break;
			before = day;
			for (size_t i = 0; i < day_count; i++)
				for (int k = 0; k < CLICK_ROBOT && days[i].day == day && link_of(place, days[i].link); k++)
					people += days[i].counts[k];
			most = people > most ? people : most;
			if (!pass)
				continue;
			struct reader reader = {.lang = c->cx->lang, .zone = S("UTC"), .now = c->cx->now};
			buf_add_day(&text, &reader, day * DAY + 12 * HOUR);
			json_array_append_new(list, json_pack("{s:o, s:o, s:I}", "day", doc_text(buf_str(&text)), "people", doc_number(c->cx->lang, people), "share",
							      (json_int_t)(people * 100 / most)));
		}
	}
	return list;
}

static json_t *from_shape(struct composer *c, const struct clicked *place)
{
	static const char *const titles[CLICK_ROBOT] = {[CLICK_DIRECT] = N_("from programs that do not say"), [CLICK_NETWORK] = N_("from networks"),
							[CLICK_SEARCH] = N_("from search engines"), [CLICK_OTHER] = N_("from other sites")};
	static const char *const words[CLICK_ROBOT] = {[CLICK_DIRECT] = "direct", [CLICK_NETWORK] = "network", [CLICK_SEARCH] = "search", [CLICK_OTHER] = "other"};
	struct cx *cx = c->cx;
	json_t *list = json_array();
	for (int i = 0; i < CLICK_ROBOT; i++)
		if (place->counts[i])
			json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "word", words[i], "title", _(titles[i]), "people", doc_number(cx->lang, place->counts[i])));
	return list;
}

static json_t *links_shape(struct composer *c, const struct clicked *place)
{
	json_t *list = json_array();
	for (size_t i = 0; i < place->link_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "code", doc_text(place->links[i].code), "short",
						      doc_text(arena_printf(c->cx->arena, "%.*s/l/%.*s", STR_ARG(c->words.rules.address), STR_ARG(place->links[i].code))), "target",
						      doc_text(place->links[i].target)));
	return list;
}

static json_t *place_shape(struct composer *c, const struct clicked *place, const struct short_link_day *days, size_t day_count)
{
	const struct desk_channel *d = composer_channel(c, place->channel);
	json_t *shape = json_object();
	doc_set(shape, "channel_id", doc_id(place->channel));
	doc_set(shape, "name", doc_text(d ? d->channel.name : S("")));
	doc_set(shape, "network", doc_network(c->cx->lang, d ? d->channel.network : S("web")));
	doc_set(shape, "people", doc_number(c->cx->lang, place->people));
	doc_set(shape, "robots", doc_number(c->cx->lang, place->robots));
	doc_set(shape, "from", from_shape(c, place));
	doc_set(shape, "days", days_shape(c, place, days, day_count));
	doc_set(shape, "links", links_shape(c, place));
	return shape;
}

enum err post_clicks_shape(struct composer *c, json_t *document)
{
	struct short_link *links = NULL;
	struct short_link_day *days = NULL;
	size_t link_count = 0, day_count = 0;
	json_t *places = json_array();
	i64 people = 0;
	doc_set(document, "clicks", json_pack("{s:o}", "places", places));
	if (c->post.id && c->post.state >= POST_LEAVING) {
		TRY(short_links_of_post(c->cx, c->db, here(c->cx), c->post.id, &links, &link_count));
		TRY(short_link_days_of_post(c->cx, c->db, here(c->cx), c->post.id, &days, &day_count));
	}
	for (size_t i = 0, next; i < link_count; i = next) {
		struct clicked place = {.channel = links[i].channel, .links = &links[i]};
		for (next = i; next < link_count && links[next].channel == place.channel; next++)
			place.link_count++;
		for (size_t n = 0; n < day_count; n++)
			if (link_of(&place, days[n].link))
				count(&place, &days[n]);
		people += place.people;
		json_array_append_new(places, place_shape(c, &place, days, day_count));
	}
	json_t *clicks = json_object_get(document, "clicks");
	doc_set(clicks, "has_places", json_boolean(link_count > 0));
	doc_set(clicks, "people", doc_number(c->cx->lang, people));
	return OK;
}
