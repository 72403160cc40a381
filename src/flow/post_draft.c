/* post_draft.c: a post as its rows say it, in the form in which it is written. */
#include "flow/post_parts.h"

enum err post_draft_load(struct cx *cx, struct db *db, const struct post *post, struct post_request *ret_draft)
{
	struct post_variant *rows;
	struct post_media *media;
	size_t count, media_count;
	TRY(post_variants(cx, db, post->workspace, post->id, &rows, &count));
	TRY(post_media_of(cx, db, post->workspace, post->id, &media, &media_count));
	struct post_variant_request *variants = arena_array(cx->arena, struct post_variant_request, count + 1);
	for (size_t i = 0; i < count; i++) {
		struct post_variant_request *v = &variants[i];
		*v = (struct post_variant_request){.channel = rows[i].channel, .adapted = rows[i].adapted, .form = rows[i].form, .no_card = rows[i].no_card};
		if (!v->adapted)
			continue;
		v->text = (struct post_text){.body = rows[i].body, .first_comment = rows[i].first_comment};
		v->text.part_count = post_texts(cx->arena, rows[i].parts, &v->text.parts);
	}
	struct post_request draft = {
		.id = post->id, .revision = post->revision, .title = post->title, .lang = post->lang, .warning = post->warning, .options = post->options,
		.text = {.body = post->body, .first_comment = post->first_comment}, .variants = variants, .variant_count = count, .media = media,
		.media_count = media_count, .pillar = post->pillar, .campaign = post->campaign, .idea = post->idea, .wall_time = post->wall_time,
		.zone = post->zone,
	};
	draft.text.part_count = post_texts(cx->arena, post->parts, &draft.text.parts);
	*ret_draft = draft;
	return OK;
}

struct post_text post_draft_text(const struct post_request *draft, const struct post_variant_request *variant)
{
	return variant && variant->adapted ? variant->text : draft->text;
}
