/* channels.c: the channels that a post can go to: what it says there, how long that is as the network counts, and what it may have. */
#include "channel/by_hand.h"
#include "page/posts/posts.h"

#define BAR 100

static const char *unit_story(enum text_unit unit)
{
	switch (unit) {
	case TEXT_FEDIVERSE:
		return N_("an address counts 23 here");
	case TEXT_WEIGHTED:
		return N_("an address counts 23 here, an emoji two");
	case TEXT_BYTES:
		return N_("bytes are counted here");
	case TEXT_UTF16:
	case TEXT_GRAPHEMES:
	case TEXT_CHARACTERS:
	case TEXT_UNIT_COUNT:
		break;
	}
	return NULL;
}

static struct str number(struct cx *cx, i64 count)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, count);
	return buf_keep(&b, cx->arena);
}

/* Of what leaves; "extra": how much longer that is than what is written, for who counts on while it is typed.
 * {"length", "extra", "limit", "text": "318 / 280", "spoken", "share" (of the limit, at most 100), "is_over", "over": "38 too many" or null} */
static json_t *length_shape(struct cx *cx, const struct channel_limit *limit, bool limited, struct str written, struct str body)
{
	enum text_unit unit = limited ? limit->unit : TEXT_CHARACTERS;
	i64 length = (i64)text_length(unit, body);
	bool over = limited && length > limit->most;
	struct str count = number(cx, length), most = limited ? number(cx, limit->most) : (struct str){};
	json_t *shape = json_object();
	doc_set(shape, "length", json_integer(length));
	doc_set(shape, "extra", json_integer(length - (i64)text_length(unit, written)));
	doc_set(shape, "limit", limited ? json_integer(limit->most) : json_null());
	doc_set(shape, "text", doc_text(limited ? arena_printf(cx->arena, "%.*s / %.*s", STR_ARG(count), STR_ARG(most)) : count));
	doc_set(shape, "share", json_integer(limited && limit->most ? (over ? BAR : percent_of(length, limit->most)) : 0));
	doc_set(shape, "is_over", json_boolean(over));
	i64 many = over ? length - limit->most : 0;
	doc_set(shape, "over", over ? doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%lld sign too many", "%lld signs too many", many), (long long)many)) : json_null());
	return shape;
}

static json_t *parts_shape(struct cx *cx, const struct post_text *text)
{
	json_t *list = json_array();
	for (size_t i = 0; i < text->part_count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o}", "index", doc_text(number(cx, (i64)i)), "number", doc_text(number(cx, (i64)i + 2)), "body",
						      doc_text(text->parts[i])));
	return list;
}

static bool is_over_anywhere(const struct channel_limit *limit, const struct post_text *text)
{
	bool over = (i64)text_length(limit->unit, text->body) > limit->most;
	for (size_t i = 0; i < text->part_count; i++)
		over |= (i64)text_length(limit->unit, text->parts[i]) > limit->most;
	return over;
}

json_t *post_channels_shape(struct composer *c)
{
	struct cx *cx = c->cx;
	json_t *list = json_array();
	for (size_t i = 0; i < c->channel_count; i++) {
		const struct desk_channel *d = &c->channels[i];
		const struct channel *channel = &d->channel;
		struct channel_limit limit = {};
		bool limited = d->kind && channel_post_limit(d->kind, channel_known(cx, channel), &limit), adapted = d->variant && d->variant->adapted;
		struct post_text text = d->leaves, own = adapted ? d->variant->text : (struct post_text){};
		const char *story = limited ? unit_story(limit.unit) : NULL;
		json_t *shape = json_object();
		doc_set(shape, "id", doc_id(channel->id));
		doc_set(shape, "name", doc_text(channel->name));
		doc_set(shape, "network", doc_network(cx->lang, channel->network));
		doc_set(shape, "is_chosen", json_boolean(d->chosen));
		doc_set(shape, "is_adapted", json_boolean(adapted));
		doc_set(shape, "is_over", json_boolean(d->chosen && limited && is_over_anywhere(&limit, &text)));
		doc_set(shape, "has_titles", json_boolean(d->kind && d->kind->can & HAS_TITLES));
		bool by_hand = d->kind && d->kind->can & BY_HAND;
		doc_set(shape, "needs_media", json_boolean(by_hand ? by_hand_of_known(channel_known(cx, channel))->needs_media : d->kind && d->kind->can & NEEDS_MEDIA));
		doc_set(shape, "is_by_hand", json_boolean(by_hand));
		doc_set(shape, "unit", limited ? json_string(text_unit_word(limit.unit)) : json_string(text_unit_word(TEXT_CHARACTERS)));
		doc_set(shape, "unit_story", story ? json_string(_(story)) : json_null());
		doc_set(shape, "length", length_shape(cx, &limit, limited, post_draft_text(&c->draft, d->variant).body, text.body));
		doc_set(shape, "body", doc_text(own.body));
		doc_set(shape, "first_comment", doc_text(own.first_comment));
		doc_set(shape, "parts", parts_shape(cx, &own));
		json_array_append_new(list, shape);
	}
	return list;
}
