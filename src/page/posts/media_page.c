/* media_page.c: pictures and files chosen for a post: found in the library, the recent ones first, several at once; or brought straight into it. Works without a script. */
#include "flow/media.h"
#include "page/medium.h"
#include "page/pager.h"
#include "page/posts/posts.h"
#include "sys/blob.h"

#define A_PAGE 48

static bool is_with(const struct post_request *draft, i64 media)
{
	for (size_t i = 0; i < draft->media_count; i++)
		if (draft->media[i].media == media)
			return true;
	return false;
}

static enum err list_shape(struct cx *cx, struct request *request, struct reply *reply, const struct post_request *draft, json_t *document)
{
	const struct media_filter filter = {.kind = param_text(request, "kind"), .words = param_text(request, "q")};
	struct db *db = request_db(request);
	json_t *list = json_array();
	struct pager pager;
	struct media *media;
	size_t count;
	doc_set(document, "media", list);
	pager_of(request, A_PAGE, &pager);
	do
		TRY(media_list(cx, db, here(cx), &filter, pager.from, pager.limit + 1, &media, &count));
	while (!pager_fits(&pager, count));
	media += pager.first;
	for (size_t i = 0; i < pager.count; i++) {
		TRY(medium_add(cx, db, &media[i], list));
		doc_set(json_array_get(list, i), "is_with", json_boolean(is_with(draft, media[i].id)));
	}
	doc_set(document, "has_media", json_boolean(pager.count));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? media[0].id : 0), list_after(0, pager.count ? media[pager.count - 1].id : 0), NULL);
	return OK;
}

enum err post_media_page(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct str q = param_text(request, "q"), kind = param_text(request, "kind");
	struct post post;
	struct post_request draft;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(post_get(cx, db, here(cx), param_id(request, "id"), &post));
	TRY(post_draft_load(cx, db, &post, &draft));
	doc_set(document, "post", json_pack("{s:o, s:o, s:I, s:o}", "id", doc_id(post.id), "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)post.id)), "revision",
					    (json_int_t)post.revision, "title", doc_text(post.title)));
	doc_set(document, "filter", json_pack("{s:o, s:o, s:b}", "q", doc_text(q), "kind", doc_text(kind), "is_filtered", q.len || kind.len));
	doc_set(document, "size_most", doc_text(medium_size(cx, (i64)MEDIA_BYTES_MAX)));
	doc_set(document, "can_bring", json_boolean(actor_may(cx->actor, MAY_PROPOSE)));
	return list_shape(cx, request, reply, &draft, document);
}

/* ---- put with it ---- */

static enum err put(struct cx *cx, struct request *request, struct reply *reply, const i64 *ids, size_t count)
{
	struct db *db = request_db(request);
	struct post post;
	struct post_request draft;
	TRY(post_get(cx, db, here(cx), param_id(request, "id"), &post));
	TRY(post_draft_load(cx, db, &post, &draft));
	struct post_media *media = arena_array(cx->arena, struct post_media, draft.media_count + count + 1);
	for (size_t i = 0; i < draft.media_count; i++)
		media[i] = draft.media[i];
	draft.media = media;
	for (size_t i = 0; i < count; i++)
		if (!is_with(&draft, ids[i]))
			media[draft.media_count++] = (struct post_media){.media = ids[i]};
	if (param_given(request, "revision"))
		draft.revision = param_int(request, "revision");
	TRY(post_write(cx, db, here(cx), &draft, &post));
	reply_redirect(reply, "/posts/%lld#media", (long long)post.id);
	reply_json(reply, json_pack("{s:o, s:I}", "id", doc_id(post.id), "revision", (json_int_t)post.revision));
	return OK;
}

enum err post_media_add(struct cx *cx, struct request *request, struct reply *reply)
{
	size_t count = param_count(request, "media");
	i64 *ids = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++)
		ids[i] = param_id_at(request, "media", i);
	return put(cx, request, reply, ids, count);
}

/* Into the library first; what is there stays there, also when the post cannot be written. */
enum err post_media_bring(struct cx *cx, struct request *request, struct reply *reply)
{
	size_t count = param_count(request, "file");
	i64 *ids = arena_array(cx->arena, i64, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct upload *upload = param_file_at(request, "file", i);
		struct media m;
		bool is_new;
		TRY(media_take(cx, request_db(request), here(cx), upload->path, upload->name, S("upload"), arena_printf(cx->arena, "%s/media", page_setup.data).at, &m, &is_new));
		ids[i] = m.id;
	}
	return put(cx, request, reply, ids, count);
}
