/* attach.c: pictures of a design go to the post that it was opened from: in the place of those that it made before, else behind what is there; and back. A post that
 * was approved, or has left, is let alone: what goes with it was approved. */
#include "base/lang.h"
#include "flow/post.h"
#include "page/studio/studio.h"

static i64 picture_of(const struct design_picture *list, size_t count, struct str format)
{
	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].format, format))
			return list[i].media;
	return 0;
}

/* Where `is` stands, `to` does; behind the others where it does not stand. To is with it already: nothing. */
static void put(struct post_media *media, size_t *count, i64 is, i64 to)
{
	struct post_media *at = NULL;
	for (size_t i = 0; i < *count; i++) {
		if (media[i].media == to)
			return;
		if (is && media[i].media == is)
			at = &media[i];
	}
	if (at)
		*at = (struct post_media){.media = to};
	else if (*count < POST_MEDIA_MAX)
		media[(*count)++] = (struct post_media){.media = to};
}

/* *ret_draft with room for `more` pictures. False: it is let alone. */
static enum err open_post(struct cx *cx, struct db *db, i64 id, size_t more, struct post_request *ret_draft, struct post_media **ret_media, bool *ret_open)
{
	struct post post;
	enum err e = id ? post_get(cx, db, here(cx), id, &post) : ERR_MISSING;
	*ret_open = false;
	if (e == ERR_MISSING) {
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	if (post.state != POST_DRAFT || post.archived_at || post_poll(cx, post.options).count)
		return OK;
	TRY(post_draft_load(cx, db, &post, ret_draft));
	struct post_media *media = arena_array(cx->arena, struct post_media, ret_draft->media_count + more + 1);
	for (size_t i = 0; i < ret_draft->media_count; i++)
		media[i] = ret_draft->media[i];
	ret_draft->media = *ret_media = media;
	*ret_open = true;
	return OK;
}

enum err studio_attach(struct cx *cx, struct db *db, const struct design *design, const struct str *formats, size_t format_count, const struct design_picture *before, size_t before_count,
		       struct str *ret_undo)
{
	struct post_request draft;
	struct post_media *media = NULL;
	struct design_picture *made;
	struct post post;
	size_t count;
	bool open;
	CLEANUP(buf_free) struct buf undo = {};
	*ret_undo = (struct str){};
	TRY(open_post(cx, db, design->post, format_count, &draft, &media, &open));
	if (!open)
		return OK;
	TRY(design_pictures(cx, db, here(cx), design->id, &made, &count));
	size_t had = draft.media_count, changed = 0;
	for (size_t i = 0; i < format_count; i++) {
		i64 is = picture_of(before, before_count, formats[i]), to = picture_of(made, count, formats[i]);
		size_t were = draft.media_count;
		i64 stood = 0;
		for (size_t k = 0; k < were; k++)
			stood = is && media[k].media == is ? is : stood;
		if (to && to != is)
			put(media, &draft.media_count, is, to);
		else if (to && !stood)
			put(media, &draft.media_count, 0, to);
		if (!to || (draft.media_count == were && (!stood || stood == to)))
			continue;
		buf_addf(&undo, "&made=%lld&was=%lld", (long long)to, (long long)(draft.media_count > were ? to : stood));
		changed++;
	}
	if (!changed && draft.media_count == had)
		return OK;
	TRY(post_write(cx, db, here(cx), &draft, &post));
	*ret_undo = arena_printf(cx->arena, "/studio/%lld/detach?revision=%lld%.*s", (long long)design->id, (long long)post.revision, STR_ARG(buf_str(&undo)));
	return OK;
}

/* What was put with it is taken off, or what stood there before stands there again. */
enum err studio_detach(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct design design;
	struct post_request draft;
	struct post_media *media = NULL;
	struct post post;
	bool open;
	TRY(design_get(cx, db, here(cx), param_id(request, "id"), &design));
	TRY(open_post(cx, db, design.post, 0, &draft, &media, &open));
	if (!open)
		return fail(cx, ERR_CONFLICT, N_("The post was approved, or has left. Look at it again."));
	draft.revision = param_int(request, "revision");
	for (size_t i = 0; i < param_count(request, "made") && i < param_count(request, "was"); i++) {
		i64 made = param_id_at(request, "made", i), was = param_id_at(request, "was", i);
		size_t kept = 0;
		for (size_t k = 0; k < draft.media_count; k++)
			if (media[k].media != made)
				media[kept++] = media[k];
			else if (was != made)
				media[kept++] = (struct post_media){.media = was};
		draft.media_count = kept;
	}
	TRY(post_write(cx, db, here(cx), &draft, &post));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(post.id)));
	reply_flash(reply, str_of(_(N_("Taken off the post. It is in the media library."))), (struct str){});
	reply_redirect(reply, "/posts/%lld#media", (long long)post.id);
	return OK;
}
