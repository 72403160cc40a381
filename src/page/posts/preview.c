/* preview.c: a post as each of its networks will show it: links, names and hashtags told apart, where it is folded, what is too much. */
#include "base/utf8.h"
#include "model/mark.h"
#include "page/posts/posts.h"

/* Where a network folds a post behind "more", in letters. Data with a date and a source; those that fold by lines or not at all are not here. */
static const struct {
	const char *network;
	i64 letters;
	const char *as_of, *source;
} folds[] = {
	{"instagram", 125, "2026-11-22", "Meta, Ads guide, Instagram feed: primary text beyond 125 characters may be truncated"},
};

static i64 fold_of(struct str network)
{
	for (size_t i = 0; i < COUNT(folds); i++)
		if (str_eq(network, str_of(folds[i].network)))
			return folds[i].letters;
	return 0;
}

/* The bytes of the first so many as its network counts: what fits. Letters are taken one by one, as what counts more than one begins with a letter
 * that is still within; found by halving, for lengths only grow with the text. */
static size_t fitting(const struct channel_limit *limit, struct str body)
{
	size_t low = 0, high = body.len;
	while (low < high) {
		size_t middle = low + (high - low + 1) / 2;
		while (middle < high && (body.at[middle] & 0xC0) == 0x80)
			middle++;
		if ((i64)text_length(limit->unit, str_head(body, middle)) <= limit->most)
			low = middle;
		else
			high = middle - 1;
	}
	while (low && low < body.len && (body.at[low] & 0xC0) == 0x80)
		low--;
	return low;
}

static size_t letters(struct str body, i64 count)
{
	struct str rest = body;
	while (rest.len && count-- > 0)
		(void)utf8_next(&rest);
	return body.len - rest.len;
}

static enum mark_dialect dialect_of(struct str network)
{
	return str_eq(network, S("x")) ? MARK_X : str_eq(network, S("bluesky")) ? MARK_BLUESKY : MARK_FEDIVERSE;
}

static void add_piece(json_t *pieces, struct str text, const char *kind)
{
	if (text.len)
		json_array_append_new(pieces, json_pack("{s:o, s:s, s:b}", "text", doc_text(text), "kind", kind, "is_marked", *kind != 't'));
}

/* Pieces of a text, what its network makes a link of told apart: [{"text", "kind": "text", "link", "mention", "hashtag", "cashtag", "is_marked"}] */
static json_t *text_shape(struct str network, struct str text)
{
	struct mark_reader reader = mark_reader_new(text, dialect_of(network), MARK_ALL);
	struct mark mark;
	json_t *pieces = json_array();
	size_t at = 0;
	while (mark_next(&reader, &mark)) {
		add_piece(pieces, str_head(str_skip(text, at), mark.from - at), "text");
		add_piece(pieces, str_head(str_skip(text, mark.from), mark.to - mark.from), mark_kind_word(mark.kind));
		at = mark.to;
	}
	add_piece(pieces, str_skip(text, at), "text");
	return pieces;
}

/* {"shown", "folded", "over": pieces of text with their links; empty lists where there is nothing} */
static json_t *body_shape(struct str network, const struct channel_limit *limit, bool limited, struct str body)
{
	size_t fits = limited ? fitting(limit, body) : body.len;
	i64 fold = fold_of(network);
	size_t shown = fold ? letters(body, fold) : fits;
	if (shown > fits)
		shown = fits;
	return json_pack("{s:o, s:o, s:o, s:b, s:I}", "shown", text_shape(network, str_head(body, shown)), "folded", text_shape(network, str_head(str_skip(body, shown), fits - shown)),
			 "over", text_shape(network, str_skip(body, fits)), "is_folded", shown < fits, "fold", (json_int_t)fold);
}

enum err post_previews_shape(struct composer *c, json_t **ret_list)
{
	struct cx *cx = c->cx;
	json_t *list = json_array(), *pictures, *card;
	*ret_list = list;
	for (size_t i = 0; i < c->channel_count; i++) {
		const struct desk_channel *d = &c->channels[i];
		if (!d->chosen)
			continue;
		struct channel_limit limit = {};
		bool limited = d->kind && channel_post_limit(d->kind, channel_known(cx, &d->channel), &limit);
		struct post_text text = d->leaves;
		json_t *shape = json_object(), *parts = json_array();
		const char *handle = json_string_value(json_object_get(channel_known(cx, &d->channel), "handle"));
		doc_set(shape, "channel_id", doc_id(d->channel.id));
		doc_set(shape, "name", doc_text(d->channel.name));
		doc_set(shape, "handle", handle && *handle ? doc_text(str_of(handle)) : json_null());
		doc_set(shape, "avatar", doc_avatar(d->channel.name));
		doc_set(shape, "network", doc_network(cx->lang, d->channel.network));
		doc_set(shape, "title", d->kind && d->kind->can & HAS_TITLES ? doc_text_or_null(c->draft.title) : json_null());
		doc_set(shape, "is_by_hand", json_boolean(d->kind && d->kind->can & BY_HAND));
		doc_set(shape, "warning", doc_text_or_null(c->draft.warning));
		doc_set(shape, "body", body_shape(d->channel.network, &limit, limited, text.body));
		doc_set(shape, "parts", parts);
		for (size_t p = 0; p < text.part_count; p++)
			json_array_append_new(parts, body_shape(d->channel.network, &limit, limited, text.parts[p]));
		doc_set(shape, "first_comment", text_shape(d->channel.network, text.first_comment));
		doc_set(shape, "has_comment", json_boolean(text.first_comment.len > 0));
		doc_set(shape, "media_count", doc_number_or_null(cx->lang, (i64)c->draft.media_count));
		json_array_append_new(list, shape);
		TRY(post_pictures_shape(c, d, &pictures));
		doc_set(shape, "pictures", pictures);
		doc_set(shape, "is_story", json_boolean(d->variant && d->variant->form == FORM_STORY));
		TRY(post_card_shape(c, d, &card));
		doc_set(shape, "card", card);
	}
	return OK;
}
