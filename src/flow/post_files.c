#include "flow/post_files.h"

#include "base/lang.h"
#include "channel/by_hand.h"
#include "flow/channels.h"
#include "flow/media.h"
#include "flow/post_parts.h"
#include "model/trace.h"

/* ---- as a channel gets them ---- */

static bool is_picture(const struct media *media)
{
	return str_eq(media->kind, S("image"));
}

/* Fewer bytes than the network says, where the channel's own server wants that. */
static struct str format_of(struct cx *cx, const struct channel *channel, enum post_form form, const struct media *first)
{
	const struct channel_kind *kind = channel_kind_of(channel->kind);
	bool by_hand = kind && kind->can & BY_HAND;
	struct str network = by_hand ? str_of(by_hand_of_known(channel_known(cx, channel))->formats) : channel->kind;
	const struct media_format *f = form == FORM_STORY ? media_format_story(network) : media_format_for(network, (int)first->width, (int)first->height);
	i64 most = kind ? channel_post_file_most(kind, channel_known(cx, channel), S("image")) : 0;
	return most > 0 && most < f->most ? arena_printf(cx->arena, "%s@%lld", f->word, (long long)most) : str_of(f->word);
}

static enum err find_made(struct cx *cx, struct db *db, struct post_file *file)
{
	enum err e = media_rendition_get(cx, db, file->media.workspace, file->media.id, file->format, &file->made);
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	if (!file->made.made_at)
		file->made.blob = (struct str){}; /* of a focus that holds no more */
	return OK;
}

enum err post_files_of(struct cx *cx, struct db *db, const struct post *post, const struct post_media *media, size_t count, const struct channel *channel, enum post_form form,
		       struct post_file **ret_files)
{
	struct post_file *files = arena_array(cx->arena, struct post_file, count ? count : 1);
	const struct media *first = NULL; /* several pictures are shown in the ratio of the first */
	for (size_t i = 0; i < count; i++) {
		TRY(media_get(cx, db, post->workspace, media[i].media, &files[i].media));
		files[i].alt = media[i].alt.len ? media[i].alt : media_alt_text(cx->arena, &files[i].media, post->lang);
		if (is_picture(&files[i].media)) {
			first = first ? first : &files[i].media;
			files[i].format = format_of(cx, channel, form, first);
		} else if (trace_goes(files[i].media.type)) {
			files[i].format = S(MEDIA_FORMAT_FILM);
		} else {
			continue;
		}
		TRY(find_made(cx, db, &files[i]));
	}
	*ret_files = files;
	return OK;
}

static enum err ask_for(struct cx *cx, struct db *db, const struct post *post, const struct post_media *media, size_t count, const struct post_variant *v, bool anew)
{
	struct channel channel;
	struct post_file *files;
	TRY(channel_get(cx, db, post->workspace, v->channel, &channel));
	TRY(post_files_of(cx, db, post, media, count, &channel, v->form, &files));
	for (size_t i = 0; i < count; i++)
		if (files[i].format.len && !files[i].made.blob.len)
			TRY(media_rendition_ask(cx, db, post->workspace, files[i].media.id, files[i].format, anew && files[i].made.made_at));
	return OK;
}

enum err post_files_ask(struct cx *cx, struct db *db, const struct post *post, bool anew)
{
	struct post_variant *variants;
	struct post_media *media;
	size_t count, media_count;
	TRY(post_media_of(cx, db, post->workspace, post->id, &media, &media_count));
	if (!media_count)
		return OK;
	TRY(post_variants(cx, db, post->workspace, post->id, &variants, &count));
	for (size_t i = 0; i < count; i++)
		TRY(ask_for(cx, db, post, media, media_count, &variants[i], anew));
	return OK;
}

struct str post_file_name(struct arena *arena, struct str name, struct str type)
{
	static const struct {
		struct str type, ending, also;
	} endings[] = {{S("image/jpeg"), S(".jpg"), S(".jpeg")}, {S("image/png"), S(".png"), S(".png")}, {S("image/webp"), S(".webp"), S(".webp")}, {S("image/gif"), S(".gif"), S(".gif")}};
	for (size_t i = 0; i < COUNT(endings); i++) {
		if (!str_eq(type, endings[i].type))
			continue;
		size_t dot = name.len;
		while (dot > 0 && name.at[dot - 1] != '.')
			dot--;
		if (dot && (str_eq(str_skip(name, dot - 1), endings[i].ending) || str_eq(str_skip(name, dot - 1), endings[i].also)))
			return name;
		struct str stem = dot > 1 && name.len - dot <= 5 ? str_head(name, dot - 1) : name;
		return arena_printf(arena, "%.*s%.*s", STR_ARG(stem), STR_ARG(endings[i].ending));
	}
	return name;
}

/* ---- the door ---- */

static bool have_ended(struct cx *cx, const struct media *media)
{
	return media->rights_until && media->rights_until <= cx->now;
}

static enum err look_at(struct cx *cx, struct db *db, const struct post *post, const struct publication *p, enum post_form form, const struct post_media *media, size_t count, enum post_door *ret_door,
			struct str *ret_story)
{
	struct channel channel;
	struct post_file *files;
	bool waits = false;
	TRY(channel_get(cx, db, p->workspace, p->channel, &channel));
	TRY(post_files_of(cx, db, post, media, count, &channel, form, &files));
	for (size_t i = 0; i < count; i++) {
		const struct post_file *f = &files[i];
		if (have_ended(cx, &f->media)) {
			*ret_door = POST_STAYS;
			*ret_story = arena_printf(cx->arena, _(N_("The rights to “%.*s” have ended, so it is not shown. Show another picture, or have the rights prolonged.")), STR_ARG(f->media.name));
			return OK;
		}
		if (!f->format.len || f->made.blob.len || p->message) /* what it has taken with it stays what it is */
			continue;
		if (f->made.made_at) {
			*ret_door = POST_STAYS;
			*ret_story = arena_printf(cx->arena, _(N_("“%.*s” could not be made ready for this network: %.*s")), STR_ARG(f->media.name), STR_ARG(f->made.story));
			return OK;
		}
		waits = true;
	}
	*ret_door = waits ? POST_WAITS : POST_GOES;
	if (waits)
		*ret_story = str_of(_(N_("Its pictures are being made ready for the network.")));
	return waits ? post_files_ask(cx, db, post, false) : OK;
}

enum err post_door(struct cx *cx, struct db *db, const struct publication *p, enum post_door *ret_door, struct str *ret_story)
{
	struct post_variant variant;
	struct post post;
	struct post_media *media;
	size_t count;
	*ret_door = POST_GOES;
	*ret_story = (struct str){};
	if (!p->variant || p->part || p->state != PUBLICATION_DUE)
		return OK;
	TRY(post_variant_get(cx, db, p->workspace, p->variant, &variant));
	TRY(post_media_of(cx, db, p->workspace, variant.post, &media, &count));
	if (!count)
		return OK;
	TRY(post_get(cx, db, p->workspace, variant.post, &post));
	return look_at(cx, db, &post, p, variant.form, media, count, ret_door, ret_story);
}
