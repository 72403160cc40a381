/* subtitles.c: what is said in the films of a post: which subtitles there are, and which of its channels get them. */
#include "channel/by_hand.h"
#include "flow/subtitle.h"
#include "page/medium.h"
#include "page/posts/posts.h"

enum way { WAY_GOES, WAY_PERSON, WAY_STAYS, WAY_COUNT };

/* What a channel does with them; WAY_COUNT: it takes no film, which is told elsewhere. */
static enum way way_of(struct cx *cx, const struct desk_channel *d)
{
	if (d->kind && d->kind->can & STORY_FILMS && d->variant && d->variant->form == FORM_STORY)
		return WAY_STAYS;
	if (!d->kind || !channel_post_file_most(d->kind, channel_known(cx, &d->channel), S("video")))
		return WAY_COUNT;
	return d->kind->can & BY_HAND ? WAY_PERSON : d->kind->can & TAKES_SUBTITLES && (!d->variant || d->variant->form == FORM_POST) ? WAY_GOES : WAY_STAYS;
}

static void add_name(struct buf *b, struct str name)
{
	buf_adds(b, b->len ? ", " : "");
	buf_add(b, name);
}

struct said {
	const struct subtitle *list;
	size_t count;
	struct str langs; /* all of them, by name */
};

static struct str told(struct cx *cx, enum way way, struct str names, struct str langs)
{
	if (way == WAY_PERSON)
		return arena_printf(cx->arena, _("%.*s: who publishes it gets the subtitles as files, in %.*s"), STR_ARG(names), STR_ARG(langs));
	return arena_printf(cx->arena, _("%.*s: no subtitles can be sent there, so they stay here (%.*s). Show what is said in the picture, or in the text."), STR_ARG(names), STR_ARG(langs));
}

/* Where they leave with the film: which do, and which are too large for it. */
static void add_goes(struct cx *cx, const struct desk_channel *d, const struct said *said, json_t *list)
{
	struct channel_limit limit = {.most = INT64_MAX};
	CLEANUP(buf_free) struct buf go = {}, stay = {};
	struct str name = d->channel.name;
	channel_limit_get(d->kind, channel_known(cx, &d->channel), LIMIT_SUBTITLE_BYTES, &limit);
	for (size_t i = 0; i < said->count; i++)
		add_name((i64)said->list[i].vtt.len <= limit.most ? &go : &stay, medium_lang(cx, said->list[i].lang));
	if (go.len)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _("%.*s: subtitles leave with it, in %.*s"), STR_ARG(name), STR_ARG(buf_str(&go)))));
	if (stay.len)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _("%.*s: subtitles in %.*s are too large to leave with it (%lld kB at the most), so they stay here. Shorten them."), STR_ARG(name),
								  STR_ARG(buf_str(&stay)), (long long)(limit.most / 1000))));
}

/* Channels that do alike are named together. */
static json_t *ways_shape(struct composer *c, const struct said *said)
{
	struct cx *cx = c->cx;
	struct buf names[WAY_COUNT] = {};
	json_t *list = json_array();
	for (size_t i = 0; i < c->channel_count; i++) {
		const struct desk_channel *d = &c->channels[i];
		enum way way = d->chosen ? way_of(cx, d) : WAY_COUNT;
		if (way == WAY_GOES)
			add_goes(cx, d, said, list);
		else if (way < WAY_COUNT)
			add_name(&names[way], d->channel.name);
	}
	for (enum way way = 0; way < WAY_COUNT; way++) {
		if (names[way].len)
			json_array_append_new(list, doc_text(told(cx, way, buf_str(&names[way]), said->langs)));
		buf_free(&names[way]);
	}
	return list;
}

enum err post_subtitles_shape(struct composer *c, const struct media *m, json_t **ret_shape)
{
	struct cx *cx = c->cx;
	struct subtitle *list;
	size_t count;
	CLEANUP(buf_free) struct buf langs = {};
	*ret_shape = json_null();
	if (!str_eq(m->kind, S("video")))
		return OK;
	TRY(subtitles_of(cx, c->db, m->workspace, m->id, true, &list, &count));
	for (size_t i = 0; i < count; i++)
		add_name(&langs, medium_lang(cx, list[i].lang));
	const struct said said = {list, count, buf_str(&langs)};
	*ret_shape = json_pack("{s:o, s:o, s:o, s:b}", "url", doc_text(arena_printf(cx->arena, "/media/%lld#subtitles", (long long)m->id)), "langs", doc_text_or_null(buf_str(&langs)),
			       "ways", count ? ways_shape(c, &said) : json_array(), "is_wanted", !count && subtitle_wanted(m));
	return OK;
}
