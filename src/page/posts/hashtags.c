/* hashtags.c: hashtags for what is being written, channel by channel, each with what speaks for it (insight/hashtag_suggest.h). */
#include "base/lang.h"
#include "check/check.h"
#include "insight/hashtag_suggest.h"
#include "model/hashtag.h"
#include "page/hashtag_text.h"
#include "page/posts/posts.h"
#include "store/hashtag.h"
#include "store/pillar.h"

#define TAGS_COUNTED 60

/* All that leaves there together. */
static struct str whole_text(struct cx *cx, const struct post_text *text)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add(&b, text->body);
	for (size_t i = 0; i < text->part_count; i++)
		buf_addf(&b, "\n%.*s", STR_ARG(text->parts[i]));
	buf_addf(&b, "\n%.*s", STR_ARG(text->first_comment));
	return buf_keep(&b, cx->arena);
}

static void say(json_t *list, struct str text)
{
	json_array_append_new(list, doc_text(text));
}

static json_t *evidence_shape(struct composer *c, const struct hashtag_suggestion *s)
{
	struct cx *cx = c->cx;
	json_t *list = json_array();
	if (s->row)
		say(list, hashtag_story(cx, &s->row->effect));
	if (s->said.len)
		say(list, arena_printf(cx->arena, _(N_("Your text says “%.*s”.")), STR_ARG(s->said)));
	if (s->near)
		say(list, arena_printf(cx->arena, _(N_("In %lld of the %lld posts most like this one.")), (long long)s->near, (long long)s->near_of));
	if (s->line)
		say(list, arena_printf(cx->arena, c->draft.campaign ? _(N_("In %lld of the last %lld posts of its campaign.")) : _(N_("In %lld of the last %lld posts of its pillar.")),
				       (long long)s->line, (long long)s->line_of));
	if (s->set.len)
		say(list, arena_printf(cx->arena, _(N_("In your set “%.*s”.")), STR_ARG(s->set)));
	if (s->together)
		say(list, arena_printf(cx->arena, _(N_("Of the last %lld messages heard with #%.*s, %lld have it.")), (long long)s->together_of, STR_ARG(s->with), (long long)s->together));
	if (s->heard >= HASHTAG_COUNTED)
		say(list, arena_printf(cx->arena, _(N_("In %d messages or more that were heard in 30 days.")), HASHTAG_COUNTED));
	else if (s->heard)
		say(list, arena_printf(cx->arena, tr_n(cx->lang, "In %lld message that was heard in 30 days.", "In %lld messages that were heard in 30 days.", s->heard), (long long)s->heard));
	if (s->row && s->row->effect.verdict >= HASHTAG_BETTER)
		say(list, hashtag_doubt_text(cx, &s->row->effect));
	return list;
}

static json_t *suggestion_shape(struct composer *c, const struct hashtag_suggestion *s)
{
	const struct hashtag_effect *f = s->row ? &s->row->effect : NULL;
	bool told = f && f->verdict != HASHTAG_TOO_FEW;
	json_t *shape = json_object();
	doc_set(shape, "tag", doc_text(arena_printf(c->cx->arena, "#%.*s", STR_ARG(s->tag))));
	doc_set(shape, "evidence", evidence_shape(c, s));
	doc_set(shape, "relevance", json_real(s->relevance));
	doc_set(shape, "score", json_real(s->score));
	doc_set(shape, "posts", json_integer(f ? (json_int_t)f->posts : 0));
	doc_set(shape, "heard", json_integer((json_int_t)s->heard));
	doc_set(shape, "factor", told ? json_real(f->factor) : json_null());
	doc_set(shape, "doubt", told ? json_real(f->doubt) : json_null());
	doc_set(shape, "is_better", json_boolean(f && f->verdict == HASHTAG_BETTER));
	doc_set(shape, "is_worse", json_boolean(f && f->verdict == HASHTAG_WORSE));
	return shape;
}

/* How many it has, and how many its network bears. */
static struct str room_text(struct cx *cx, i64 has, i64 advised)
{
	if (!advised)
		return has ? arena_printf(cx->arena, tr_n(cx->lang, "It has %lld.", "It has %lld.", has), (long long)has) : (struct str){};
	if (has >= advised)
		return arena_printf(cx->arena, _(N_("It has %lld; this network advises %lld at most: one more would rather take readers away.")), (long long)has, (long long)advised);
	return arena_printf(cx->arena, _(N_("It has %lld; this network advises %lld at most.")), (long long)has, (long long)advised);
}

static enum err place_shape(struct composer *c, struct hashtag_adviser *adviser, const struct desk_channel *d, json_t *places)
{
	struct cx *cx = c->cx;
	struct hashtag present[TAGS_COUNTED];
	struct hashtag_suggestion *list;
	size_t has = 0, count, advised = check_hashtags_advised(d->channel.network);
	struct str text = whole_text(cx, &d->leaves);
	json_t *shape = json_object(), *suggestions = json_array();
	json_array_append_new(places, shape);
	hashtags_add(cx->arena, text, present, &has, TAGS_COUNTED);
	TRY(hashtag_advise(cx, c->db, adviser, d->channel.network, text, &list, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(suggestions, suggestion_shape(c, &list[i]));
	doc_set(shape, "channel_id", doc_id(d->channel.id));
	doc_set(shape, "name", doc_text(d->channel.name));
	doc_set(shape, "network", doc_network(cx->lang, d->channel.network));
	doc_set(shape, "has", json_integer((json_int_t)has));
	doc_set(shape, "advised", advised ? json_integer((json_int_t)advised) : json_null());
	doc_set(shape, "is_full", json_boolean(advised && has >= advised));
	doc_set(shape, "room_text", doc_text_or_null(room_text(cx, (i64)has, (i64)advised)));
	doc_set(shape, "has_list", json_boolean(count > 0));
	doc_set(shape, "list", suggestions);
	return OK;
}

static enum err load_line(struct composer *c, struct hashtag_wish *wish)
{
	struct pillar pillar;
	wish->campaign_name = c->words.campaign;
	if (!wish->pillar)
		return OK;
	enum err e = pillar_get(c->cx, c->db, wish->workspace, wish->pillar, &pillar);
	if (e == ERR_MISSING)
		cx_forget(c->cx);
	else if (e == OK)
		wish->pillar_name = pillar.name;
	return e == ERR_MISSING ? OK : e;
}

enum err post_hashtags_shape(struct composer *c, const struct request *request, json_t *document)
{
	struct cx *cx = c->cx;
	struct hashtag_wish wish = {.workspace = here(cx), .post = c->post.id, .campaign = c->draft.campaign, .pillar = c->draft.pillar, .figures = actor_may(cx->actor, MAY_READ_FIGURES)};
	struct hashtag_adviser *adviser;
	bool edits = actor_may(cx->actor, MAY_WRITE_POSTS) && !c->post.archived_at && !post_state_begun(c->post.state);
	bool is_live = request_is_partial(request) && !request_wants_json(request) && str_eq(str_of(request_method(request)), S("GET"));
	json_t *places = json_array();
	doc_set(document, "hashtags", json_pack("{s:o, s:b}", "places", places, "has_places", c->draft.variant_count > 0));
	if (!edits || is_live || !c->draft.variant_count)
		return OK; /* what others do changes nothing of it */
	TRY(load_line(c, &wish));
	TRY(hashtag_adviser_new(cx, c->db, &wish, &adviser));
	for (size_t i = 0; i < c->channel_count; i++)
		if (c->channels[i].chosen)
			TRY(place_shape(c, adviser, &c->channels[i], places));
	return OK;
}

enum err post_hashtag_put(struct cx *cx, struct str said, struct post_request *draft)
{
	struct str rest = said, channel = str_cut(&rest, ' '), tag = str_trim(rest);
	struct post_variant_request *variants = arena_array(cx->arena, struct post_variant_request, draft->variant_count + 1);
	struct str *body = &draft->text.body;
	i64 id;
	if (!str_to_i64(channel, &id) || !str_starts(tag, S("#")))
		return fail_field(cx, "hashtag", N_("Name the channel by its id, then the hashtag: 12 #bread."));
	for (size_t i = 0; i < draft->variant_count; i++) {
		variants[i] = draft->variants[i];
		if (variants[i].channel == id && variants[i].adapted)
			body = &variants[i].text.body;
	}
	draft->variants = variants;
	*body = body->len ? arena_printf(cx->arena, "%.*s %.*s", STR_ARG(*body), STR_ARG(tag)) : tag;
	return OK;
}
