/* media.c: what goes with a post, in the composer: each picture and file, how each chosen channel gets it, and what they take at all. */
#include "flow/media.h"
#include "flow/post_files.h"
#include "model/trace.h"
#include "page/medium.h"
#include "page/posts/posts.h"
#include "page/rules.h"
#include "ui/format.h"

/* Those that are in the library; what was typed may name others. */
enum err post_media_load(struct composer *c)
{
	struct post_media *kept = arena_array(c->cx->arena, struct post_media, c->draft.media_count + 1);
	struct media *media = arena_array(c->cx->arena, struct media, c->draft.media_count + 1);
	size_t count = 0;
	for (size_t i = 0; i < c->draft.media_count; i++) {
		enum err e = media_get(c->cx, c->db, here(c->cx), c->draft.media[i].media, &media[count]);
		if (e == ERR_MISSING) {
			cx_forget(c->cx);
			continue;
		}
		TRY(e);
		kept[count++] = c->draft.media[i];
	}
	c->media = media;
	c->draft.media = kept;
	c->draft.media_count = count;
	return OK;
}

/* ---- how channels get it ---- */

static enum err files_on(struct composer *c, const struct desk_channel *d, struct post_file **ret_files)
{
	const struct post post = {.workspace = here(c->cx), .lang = c->draft.lang};
	return post_files_of(c->cx, c->db, &post, c->draft.media, c->draft.media_count, &d->channel, d->variant ? d->variant->form : FORM_POST, ret_files);
}

static struct str way_of(struct cx *cx, const struct post_file *f)
{
	if (!f->format.len)
		return str_of(trace_stays(f->media.type) ? _(N_("as it is, with what it says of its author, program and dates")) : _(N_("as it is")));
	if (f->made.blob.len && trace_goes(f->media.type) && !f->made.width)
		return arena_printf(cx->arena, _(N_("without what it said of its author and program, %.*s")), STR_ARG(medium_size(cx, f->made.size)));
	if (f->made.blob.len)
		return arena_printf(cx->arena, "%lld × %lld, %.*s", (long long)f->made.width, (long long)f->made.height, STR_ARG(medium_size(cx, f->made.size)));
	return str_of(f->made.made_at ? _(N_("could not be made")) : _(N_("being made")));
}

struct way {
	struct str how, names;
};

/* Channels that get it alike are named together. */
static json_t *ways_shape(struct composer *c, struct post_file *const *files, const struct desk_channel *const *channels, size_t count, size_t medium)
{
	struct cx *cx = c->cx;
	struct way *ways = arena_array(cx->arena, struct way, count + 1);
	size_t way_count = 0;
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		struct str how = way_of(cx, &files[i][medium]), name = channels[i]->channel.name;
		size_t n = 0;
		while (n < way_count && !str_eq(ways[n].how, how))
			n++;
		ways[n].names = n < way_count ? arena_printf(cx->arena, "%.*s, %.*s", STR_ARG(ways[n].names), STR_ARG(name)) : name;
		ways[n].how = how;
		way_count += n == way_count;
	}
	for (size_t n = 0; n < way_count; n++)
		json_array_append_new(list, doc_text(arena_printf(cx->arena, _(N_("%.*s: %.*s")), STR_ARG(ways[n].names), STR_ARG(ways[n].how))));
	return list;
}

static enum err medium_shape(struct composer *c, size_t i, json_t *ways, json_t **ret_shape)
{
	struct cx *cx = c->cx;
	const struct media *m = &c->media[i];
	struct str story, lang = c->draft.lang;
	json_t *picture, *subtitles;
	TRY(medium_picture(cx, c->db, m, MEDIA_FORMAT_LIST, &picture, &story));
	TRY(post_subtitles_shape(c, m, &subtitles));
	struct str own = text_just_in(cx, m->alt, lang.len ? arena_cstr(cx->arena, lang) : cx->lang);
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o}", "id", doc_id(m->id), "number", doc_text(arena_printf(cx->arena, "%zu", i + 1)), "name",
			       doc_text(m->name), "kind", doc_word(cx->lang, arena_cstr(cx->arena, m->kind), medium_kind(m->kind)), "url",
			       doc_text(arena_printf(cx->arena, "/media/%lld", (long long)m->id)), "picture", picture, "alt", doc_text(c->draft.media[i].alt), "library_alt",
			       doc_text(own), "rights_until", doc_instant(&c->reader, m->rights_until), "is_ending", m->rights_until && m->rights_until < cx->now + MEDIA_SOON,
			       "is_first", i == 0, "ways", ways,
			       "subtitles", subtitles);
	return OK;
}

/* ---- what they take ---- */

static void add_kind(struct cx *cx, struct buf *b, const struct channel_kind *kind, const json_t *known, const char *word, const char *title)
{
	i64 most = channel_post_file_most(kind, known, str_of(word));
	if (most)
		buf_addf(b, "; %s %.*s", title, STR_ARG(medium_size(cx, most)));
}

static struct str takes_text(struct cx *cx, const struct desk_channel *d)
{
	const json_t *known = channel_known(cx, &d->channel);
	CLEANUP(buf_free) struct buf b = {};
	struct channel_limit limit;
	if (!d->kind || !channel_post_media_limit(d->kind, known, &limit))
		return arena_printf(cx->arena, _(N_("%.*s takes no pictures with a post.")), STR_ARG(d->channel.name));
	if (d->kind->can & NEEDS_MEDIA)
		buf_addf(&b, _(N_("%.*s: 1 to %lld; pictures, made to fit")), STR_ARG(d->channel.name), (long long)limit.most);
	else
		buf_addf(&b, _(N_("%.*s: up to %lld; pictures, made to fit")), STR_ARG(d->channel.name), (long long)limit.most);
	add_kind(cx, &b, d->kind, known, "video", _(N_("films up to")));
	add_kind(cx, &b, d->kind, known, "audio", _(N_("sounds up to")));
	add_kind(cx, &b, d->kind, known, "file", _(N_("documents up to")));
	return buf_keep(&b, cx->arena);
}

enum err post_media_shape(struct composer *c, json_t *document)
{
	json_t *list = json_array(), *takes = json_array();
	struct post_file **files = arena_array(c->cx->arena, struct post_file *, c->channel_count + 1);
	const struct desk_channel **channels = arena_array(c->cx->arena, const struct desk_channel *, c->channel_count + 1);
	size_t count = 0;
	doc_set(document, "media", list);
	doc_set(document, "takes", takes);
	doc_set(document, "has_media", json_boolean(c->draft.media_count > 0));
	for (size_t i = 0; i < c->channel_count; i++) {
		if (!c->channels[i].chosen)
			continue;
		channels[count] = &c->channels[i];
		TRY(files_on(c, channels[count], &files[count]));
		json_array_append_new(takes, json_pack("{s:o, s:o}", "network", doc_network(c->cx->lang, channels[count]->channel.network), "text", doc_text(takes_text(c->cx, channels[count]))));
		count++;
	}
	for (size_t i = 0; i < c->draft.media_count; i++) {
		json_t *shape;
		TRY(medium_shape(c, i, ways_shape(c, files, channels, count, i), &shape));
		json_array_append_new(list, shape);
	}
	return OK;
}

enum err post_pictures_shape(struct composer *c, const struct desk_channel *d, json_t **ret_list)
{
	struct post_file *files;
	TRY(files_on(c, d, &files));
	json_t *list = json_array();
	*ret_list = list;
	for (size_t i = 0; i < c->draft.media_count; i++) {
		const struct post_file *f = &files[i];
		struct str story;
		bool is_film = str_eq(f->media.kind, S("video"));
		json_t *url = f->made.blob.len ? doc_text(arena_printf(c->cx->arena, "/media/%lld/renditions/%.*s?v=%.8s", (long long)f->media.id, STR_ARG(f->format), f->made.blob.at)) : NULL;
		if (!url)
			TRY(medium_picture(c->cx, c->db, &f->media, MEDIA_FORMAT_LIST, &url, &story));
		json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "url", url, "alt", doc_text(f->alt), "is_film", is_film && f->made.blob.len));
	}
	return OK;
}
