/* line.c: what a post serves: a pillar of the editorial line, a campaign; and the idea that it comes from. */
#include "page/editorial.h"
#include "page/posts/posts.h"

static enum err idea_shape(struct composer *c, json_t **ret_idea)
{
	struct cx *cx = c->cx;
	struct idea idea;
	*ret_idea = json_null();
	if (!c->draft.idea)
		return OK;
	enum err e = idea_get(cx, c->db, here(cx), c->draft.idea, &idea);
	if (e == ERR_MISSING) { /* an address that somebody typed */
		cx_forget(cx);
		return OK;
	}
	TRY(e);
	*ret_idea = json_pack("{s:o, s:o, s:o}", "id", doc_id(idea.id), "title", doc_text(idea.title), "url", doc_text(arena_printf(cx->arena, "/ideas/%lld", (long long)idea.id)));
	return OK;
}

enum err post_line_shape(struct composer *c, json_t *document)
{
	struct cx *cx = c->cx;
	struct editorial editorial;
	json_t *line = json_object(), *part;
	bool writes = actor_may(cx->actor, MAY_WRITE_POSTS), left = post_state_begun(c->post.state);
	bool edits = writes && !c->post.archived_at && !left; /* with the rest of it; else by a form of its own */
	doc_set(document, "line", line);
	TRY(editorial_load(cx, c->db, &editorial));
	TRY(editorial_pillar(cx, c->db, &editorial, c->post.pillar, &part));
	doc_set(line, "pillar", part);
	TRY(editorial_campaign(cx, c->db, &editorial, c->post.campaign, &part));
	doc_set(line, "campaign", part);
	TRY(editorial_pillars(cx, c->db, &editorial, c->draft.pillar, &part));
	doc_set(line, "has_pillars", json_boolean(json_array_size(part)));
	doc_set(line, "pillars", part);
	TRY(editorial_campaigns(cx, c->db, &editorial, c->draft.campaign, &part));
	doc_set(line, "has_campaigns", json_boolean(json_array_size(part)));
	doc_set(line, "campaigns", part);
	TRY(idea_shape(c, &part));
	doc_set(line, "idea", part);
	doc_set(line, "can_choose", json_boolean(writes && json_array_size(json_object_get(line, "pillars")) + json_array_size(json_object_get(line, "campaigns"))));
	doc_set(line, "is_apart", json_boolean(writes && !edits));
	doc_set(line, "form", json_string(edits ? "post-form" : "line-form"));
	doc_set(line, "can_plan", json_boolean(actor_may(cx->actor, MAY_PLAN_POSTS)));
	return OK;
}

/* Of what has left, too. */
enum err post_line_keep(struct cx *cx, struct request *request, i64 id, struct post *ret_post)
{
	struct post post;
	TRY(post_get(cx, request_db(request), here(cx), id, &post));
	i64 pillar = page_says(request, "pillar") ? param_id(request, "pillar") : post.pillar;
	i64 campaign = page_says(request, "campaign") ? param_id(request, "campaign") : post.campaign;
	return post_file(cx, request_db(request), here(cx), id, pillar, campaign, ret_post);
}
