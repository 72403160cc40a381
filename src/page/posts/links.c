/* links.c: the links of a post as they will leave each of its channels, and what the post itself says of them. */
#include "base/lang.h"
#include "page/choices.h"
#include "page/posts/posts.h"

static json_t *three_ways(struct cx *cx, struct str chosen, bool otherwise)
{
	json_t *list = json_array();
	json_array_append_new(list, choice("workspace", otherwise ? _(N_("As the workspace does: yes")) : _(N_("As the workspace does: no")), !chosen.len));
	json_array_append_new(list, choice("yes", _(N_("Yes")), str_eq(chosen, S("yes"))));
	json_array_append_new(list, choice("no", _(N_("No")), str_eq(chosen, S("no"))));
	return list;
}

/* What holds where the post says nothing: of its first channel, as people see it. */
static json_t *hints_shape(struct composer *c)
{
	struct post_words plain = c->words;
	struct utm utm = {};
	plain.tracking = (struct post_tracking){};
	for (size_t i = c->channel_count; i-- > 0;)
		if (c->channels[i].chosen)
			utm = post_words_tags(c->cx, &plain, &c->channels[i].channel);
	return json_pack("{s:o, s:o, s:o, s:o}", "source", doc_text(utm.source), "medium", doc_text(utm.medium), "campaign", doc_text(utm.campaign), "content",
			 doc_text(utm.content));
}

static json_t *places_shape(struct composer *c)
{
	json_t *places = json_array();
	for (size_t i = 0; i < c->channel_count; i++) {
		const struct desk_channel *d = &c->channels[i];
		if (!d->chosen || !d->link_count)
			continue;
		json_t *links = json_array();
		for (size_t n = 0; n < d->link_count; n++)
			json_array_append_new(links, json_pack("{s:o, s:o, s:o}", "written", doc_text(d->links[n].written), "leaves", doc_text(d->links[n].leaves),
								"target", doc_text_or_null(d->links[n].target)));
		json_array_append_new(places, json_pack("{s:o, s:o, s:o, s:o}", "channel_id", doc_id(d->channel.id), "name", doc_text(d->channel.name), "network",
							doc_network(c->cx->lang, d->channel.network), "links", links));
	}
	return places;
}

json_t *post_links_shape(struct composer *c)
{
	struct cx *cx = c->cx;
	const struct post_tracking *t = &c->words.tracking;
	json_t *shape = json_object(), *places = places_shape(c);
	doc_set(shape, "tags", three_ways(cx, t->tags, c->words.rules.tags));
	doc_set(shape, "shortens", three_ways(cx, t->shortens, c->words.rules.shortens));
	doc_set(shape, "can_shorten", json_boolean(c->words.rules.address.len > 0));
	doc_set(shape, "source", doc_text(t->source));
	doc_set(shape, "medium", doc_text(t->medium));
	doc_set(shape, "campaign", doc_text(t->campaign));
	doc_set(shape, "content", doc_text(t->content));
	doc_set(shape, "hints", hints_shape(c));
	doc_set(shape, "has_places", json_boolean(json_array_size(places) > 0));
	doc_set(shape, "places", places);
	doc_set(shape, "rules_url", actor_may(cx->actor, MAY_MANAGE_WORKSPACE) ? json_string("/links") : json_null());
	return shape;
}
