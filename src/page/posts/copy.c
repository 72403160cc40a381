/* copy.c: B from A by one press: a draft with all that a post says, without its hour, so that one thing of it is changed and both are compared. */
#include "page/posts/posts.h"

/* Where both would be compared: on the first channel they go to. */
static struct str compare_at(struct cx *cx, const struct post_request *draft, i64 a, i64 b)
{
	if (!draft->variant_count)
		return (struct str){};
	return arena_printf(cx->arena, "/ab-tests/new?channel=%lld&a=%lld&b=%lld", (long long)draft->variants[0].channel, (long long)a, (long long)b);
}

enum err post_copy_shape(struct cx *cx, struct request *request, const struct post_request *draft, i64 post, json_t *document)
{
	i64 of = param_id(request, "of");
	struct str at = of ? compare_at(cx, draft, of, post) : (struct str){};
	doc_set(document, "compare_url", doc_text_or_null(at));
	return OK;
}

enum err post_copy_as_b(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct post post, copy;
	struct post_request draft;
	i64 id = param_id(request, "id");
	TRY(post_get(cx, db, here(cx), id, &post));
	TRY(post_draft_load(cx, db, &post, &draft));
	draft.id = draft.revision = 0;
	draft.wall_time = (struct str){};
	TRY(post_write(cx, db, here(cx), &draft, &copy));
	struct str url = arena_printf(cx->arena, "/posts/%lld?of=%lld", (long long)copy.id, (long long)id);
	reply_json(reply, json_pack("{s:o, s:o, s:o}", "id", doc_id(copy.id), "url", doc_text(url), "compare_url", doc_text_or_null(compare_at(cx, &draft, id, copy.id))));
	reply_flash(reply, str_of(_(N_("This is B: all that A says. Change the one thing that is to differ."))), arena_printf(cx->arena, "/posts/%lld/put-away", (long long)copy.id));
	reply_redirect(reply, "%s", url.at);
	return OK;
}
