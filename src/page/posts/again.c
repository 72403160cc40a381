/* again.c: the series that a post is of, or could begin. */
#include "flow/series.h"
#include "page/posts/posts.h"

enum err post_again_shape(struct composer *c, json_t *document)
{
	struct cx *cx = c->cx;
	struct series_post of;
	struct series s;
	doc_set(document, "series", json_null());
	doc_set(document, "can_again", json_boolean(c->post.id && !c->post.archived_at && actor_may(cx->actor, MAY_WRITE_POSTS)));
	if (!c->post.id)
		return OK;
	enum err e = series_of_post(cx, c->db, here(cx), c->post.id, &of);
	if (e == ERR_MISSING)
		return OK;
	TRY(e);
	TRY(series_get(cx, c->db, here(cx), of.series, &s));
	bool may = actor_may(cx->actor, MAY_WRITE_POSTS), left = post_state_begun(c->post.state);
	doc_set(document, "series", json_pack("{s:o, s:o, s:b, s:b, s:b, s:b}", "id", doc_id(s.id), "words", doc_text(series_words(cx, &s)), "is_ended", s.ended_at != 0, "can_skip",
					      may && !left && !c->post.archived_at, "can_unskip", may && c->post.archived_at != 0, "can_follow", may && !s.ended_at && !c->post.archived_at));
	if (!s.ended_at)
		doc_set(document, "can_again", json_false());
	return OK;
}
