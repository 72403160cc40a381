/* slots.c: the queues that a post may be put into, each with its next free hour. */
#include "base/clock.h"
#include "flow/queue.h"
#include "insight/best_time.h"
#include "model/slot.h"
#include "page/posts/posts.h"
#include "store/workspace.h"

#define QUEUES_SHOWN 12
#define POSTS_MOST 600

/* The hours that the workspace's own figures speak for, where they tell anything. */
static enum err best_shape(struct composer *c, json_t *document)
{
	struct cx *cx = c->cx;
	struct workspace w;
	struct best_time best;
	i64 instants[BEST_TIME_PROPOSALS];
	json_t *list = json_array();
	doc_set(document, "best", list);
	if (!actor_may(cx->actor, MAY_READ_FIGURES))
		return OK;
	TRY(workspace_get(cx, c->db, here(cx), &w));
	struct str zone = c->draft.zone.len ? c->draft.zone : w.zone;
	TRY(best_time_read(cx, c->db, here(cx), 0, zone, POSTS_MOST, &best));
	size_t count = best_time_next(&best, zone, cx->now + HOUR, instants);
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_pack("{s:o, s:o}", "wall_time", doc_text(slot_wall(cx->arena, zone, instants[i])), "at", doc_instant(&c->reader, instants[i])));
	return OK;
}

enum err post_slots_shape(struct composer *c, const struct request *request, json_t *document)
{
	struct cx *cx = c->cx;
	struct queue *list;
	size_t count;
	i64 own = 0;
	json_t *queues_there = json_array(), *current = json_null();
	doc_set(document, "queues", queues_there);
	doc_set(document, "queue", current);
	doc_set(document, "has_queues", json_false());
	doc_set(document, "best", json_array());
	if (request_is_partial(request) && !request_wants_json(request))
		return OK; /* what is fetched while somebody writes does not show them */
	TRY(queues(cx, c->db, here(cx), &list, &count));
	if (c->post.id)
		TRY(queue_of_post(cx, c->db, here(cx), c->post.id, &own));
	for (size_t i = 0; i < count; i++) {
		i64 next = 0;
		size_t found;
		if (list[i].id == own)
			current = json_pack("{s:o, s:o}", "id", doc_id(own), "name", doc_text(list[i].name));
		if (i >= QUEUES_SHOWN)
			continue;
		TRY(queue_free(cx, c->db, &list[i], cx->now + MINUTE, &next, 1, &found));
		json_array_append_new(queues_there, json_pack("{s:o, s:o, s:o}", "id", doc_id(list[i].id), "name", doc_text(list[i].name), "next", doc_instant(&c->reader, found ? next : 0)));
	}
	TRY(best_shape(c, document));
	doc_set(document, "queue", current);
	doc_set(document, "has_queues", json_boolean(count > 0));
	return OK;
}
