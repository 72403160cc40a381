/* queues: hours of the week at which posts leave one after the other: who waits in which, the order, and the hours themselves. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/queue.h"
#include "model/slot.h"
#include "page/choices.h"
#include "page/seen.h"
#include "store/channel.h"
#include "store/workspace.h"
#include "ui/document.h"

#define SHOWN_FREE 3
#define TITLE 80 /* characters */

struct desk {
	struct cx *cx;
	struct db *db;
	struct channel *channels;
	size_t channel_count;
	struct reader reader;
	bool may_arrange, may_write;
};

static struct str title_of(struct cx *cx, const struct post *p)
{
	struct str words = str_trim(p->body), line = str_trim(str_line(&words));
	return p->title.len ? p->title : line.len ? line : str_of(_(N_("A post without words yet")));
}

static enum err posts_shape(struct desk *d, const struct queue *q, json_t **ret_list)
{
	struct cx *cx = d->cx;
	struct queue_post *posts;
	size_t count;
	json_t *list = json_array();
	*ret_list = list;
	TRY(queue_posts(cx, d->db, q->workspace, q->id, 0, &posts, &count));
	for (size_t i = 0; i < count; i++) {
		struct post p;
		bool over = posts[i].planned_at <= cx->now; /* its hour went by: it stays where it is until they close up */
		TRY(post_get(cx, d->db, q->workspace, posts[i].post, &p));
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "id", doc_id(p.id), "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)p.id)),
						      "title", doc_excerpt(title_of(cx, &p), TITLE), "state", doc_word(cx->lang, post_state_word(p.state), post_state_title(p.state)),
						      "planned_at", doc_instant(&d->reader, p.planned_at), "wall_time", doc_text(p.wall_time), "is_first",
						      over || i == 0 || posts[i - 1].planned_at <= cx->now, "is_last", over || i + 1 == count));
	}
	return OK;
}

static json_t *slot_shape(struct cx *cx, int slot)
{
	char room[80];
	struct buf text = BUF_IN(room);
	buf_add_weekday(&text, cx->lang, slot / 1440);
	buf_addc(&text, ' ');
	buf_add_minutes_of_day(&text, cx->lang, slot % 1440);
	json_t *shape = json_pack("{s:o, s:o}", "slot", doc_text(slot_text(cx->arena, slot)), "title", doc_text(buf_str(&text)));
	buf_free(&text);
	return shape;
}

static const struct channel *channel_of(const struct desk *d, i64 id)
{
	for (size_t i = 0; i < d->channel_count; i++)
		if (d->channels[i].id == id)
			return &d->channels[i];
	return NULL;
}

static enum err queue_shape(struct desk *d, const struct queue *q, json_t **ret_queue)
{
	struct cx *cx = d->cx;
	i64 *channels, free_at[SHOWN_FREE];
	int *slots;
	size_t channel_count, slot_count, free_count;
	json_t *list, *hours = json_array(), *places = json_array(), *next = json_array(), *queue = json_object();
	*ret_queue = queue;
	doc_set(queue, "id", doc_id(q->id));
	doc_set(queue, "name", doc_text(q->name));
	doc_set(queue, "zone", doc_text(q->zone));
	doc_set(queue, "url", doc_text(arena_printf(cx->arena, "/queues?queue=%lld#queue", (long long)q->id)));
	doc_set(queue, "slots", hours);
	doc_set(queue, "channels", places);
	doc_set(queue, "free", next);
	TRY(queue_slots(cx, d->db, q->workspace, q->id, &slots, &slot_count));
	TRY(queue_channels(cx, d->db, q->workspace, q->id, &channels, &channel_count));
	TRY(queue_free(cx, d->db, q, cx->now + MINUTE, free_at, SHOWN_FREE, &free_count));
	for (size_t i = 0; i < slot_count; i++)
		json_array_append_new(hours, slot_shape(cx, slots[i]));
	for (size_t i = 0; i < channel_count; i++) {
		const struct channel *c = channel_of(d, channels[i]);
		if (c)
			json_array_append_new(places, json_pack("{s:o, s:o, s:o}", "id", doc_id(c->id), "name", doc_text(c->name), "network", doc_network(cx->lang, c->network)));
	}
	for (size_t i = 0; i < free_count; i++)
		json_array_append_new(next, doc_instant(&d->reader, free_at[i]));
	TRY(posts_shape(d, q, &list));
	doc_set(queue, "posts", list);
	doc_set(queue, "has_posts", json_boolean(json_array_size(list) > 0));
	doc_set(queue, "can_arrange", json_boolean(d->may_arrange));
	doc_set(queue, "can_write", json_boolean(d->may_write));
	return OK;
}

/* ---- the form ---- */

static bool has(const i64 *list, size_t count, i64 id)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == id)
			return true;
	return false;
}

static enum err edit_shape(struct desk *d, struct request *request, i64 open, json_t **ret_edit)
{
	struct cx *cx = d->cx;
	struct workspace w;
	struct queue q = {};
	i64 *channels = NULL;
	int *slots = NULL;
	size_t channel_count = 0, slot_count = 0;
	json_t *places = json_array();
	CLEANUP(buf_free) struct buf hours = {};
	TRY(workspace_get(cx, d->db, here(cx), &w));
	q.zone = w.zone;
	if (open) {
		TRY(queue_get(cx, d->db, here(cx), open, &q));
		TRY(queue_slots(cx, d->db, here(cx), open, &slots, &slot_count));
		TRY(queue_channels(cx, d->db, here(cx), open, &channels, &channel_count));
	}
	for (size_t i = 0; i < slot_count; i++)
		buf_addf(&hours, "%s%.*s", i ? "\n" : "", STR_ARG(slot_text(cx->arena, slots[i])));
	for (size_t i = 0; i < d->channel_count; i++) {
		const struct channel_kind *kind = channel_kind_of(d->channels[i].kind);
		if (kind && (kind->can & CAN_POST))
			json_array_append_new(places, json_pack("{s:o, s:o, s:b}", "id", doc_id(d->channels[i].id), "name", doc_text(d->channels[i].name), "is_selected",
								has(channels, channel_count, d->channels[i].id)));
	}
	CLEANUP(buf_free) struct buf names = {};
	struct seen seen;
	for (size_t i = 0; i < channel_count; i++) {
		const struct channel *c = channel_of(d, channels[i]);
		buf_addf(&names, "%s%.*s", names.len ? ", " : "", STR_ARG(c ? c->name : S("")));
	}
	json_t *edit = *ret_edit = json_pack("{s:o, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(q.id), "name", doc_text(typed_or(request, "name", q.name)), "hours",
			      doc_text(typed_or(request, "hours", buf_str(&hours))), "zones", choices_of_zones(cx, typed_or(request, "zone", q.zone)), "channels", places, "has_channels",
			      json_array_size(places) > 0);
	if (!open)
		return seen_put(cx, request, (struct str){}, NULL, edit);
	TRY(queue_seen(cx, d->db, here(cx), open, &seen));
	seen_field(&seen, "channels")->shown = buf_keep(&names, cx->arena);
	return seen_put(cx, request, arena_printf(cx->arena, "queue:%lld", (long long)open), &seen, edit);
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct desk d = {.cx = cx, .db = request_db(request), .reader = reader_of(cx), .may_arrange = actor_may(cx->actor, MAY_ARRANGE),
			 .may_write = actor_may(cx->actor, MAY_WRITE_POSTS)};
	struct queue *list;
	size_t count;
	json_t *document = json_object(), *shapes = json_array(), *edit = json_null();
	reply_json(reply, document);
	doc_set(document, "queues", shapes);
	TRY(channel_list(cx, d.db, here(cx), &d.channels, &d.channel_count));
	TRY(queues(cx, d.db, here(cx), &list, &count));
	for (size_t i = 0; i < count; i++) {
		json_t *one;
		TRY(queue_shape(&d, &list[i], &one));
		json_array_append_new(shapes, one);
	}
	i64 open = param_id(request, "queue");
	if (!open && request_typed(request, "queue").len) /* one that was to be changed, shown again */
		str_to_i64(request_typed(request, "queue"), &open);
	if (d.may_arrange)
		TRY(edit_shape(&d, request, open, &edit));
	doc_set(document, "has_queues", json_boolean(count > 0));
	doc_set(document, "edit", edit);
	doc_set(document, "can_arrange", json_boolean(d.may_arrange));
	return OK;
}

/* ---- writing ---- */

/* A line an hour: "1 09:00", "mar 18:40"; several hours of a day with commas: "lun 09:00, 18:40". */
static enum err read_hours(struct cx *cx, struct str text, int **ret_slots, size_t *ret_count)
{
	int *slots = arena_array(cx->arena, int, QUEUE_SLOTS_MAX + 1);
	size_t count = 0;
	while (text.at) {
		struct str line = str_trim(str_line(&text)), rest = line, day = str_cut(&rest, ' ');
		if (!line.len)
			continue;
		if (!rest.at)
			return fail_field(cx, "hours", N_("“%.*s” is no hour of the week. Write “Mon 09:00, 18:40”, a day a line."), STR_ARG(str_head(line, 40)));
		while (rest.at && count <= QUEUE_SLOTS_MAX) {
			struct str hour = str_trim(str_cut(&rest, ','));
			if (!slot_read(arena_printf(cx->arena, "%.*s %.*s", STR_ARG(day), STR_ARG(hour)), &slots[count++]))
				return fail_field(cx, "hours", N_("“%.*s” is no hour of the week. Write “Mon 09:00, 18:40”, a day a line."), STR_ARG(str_head(line, 40)));
		}
	}
	*ret_slots = slots;
	*ret_count = count;
	return OK;
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct db *db = request_db(request);
	struct queue q = {.workspace = here(cx)};
	struct workspace w;
	int *slots = NULL;
	i64 *channels = NULL;
	size_t slot_count = 0, channel_count = 0;
	TRY(workspace_get(cx, db, here(cx), &w));
	q.zone = w.zone;
	if (id) {
		TRY(queue_get(cx, db, here(cx), id, &q));
		TRY(queue_slots(cx, db, here(cx), id, &slots, &slot_count));
		TRY(queue_channels(cx, db, here(cx), id, &channels, &channel_count));
	}
	q.seen = seen_said(cx, request);
	if (param_given(request, "name"))
		q.name = param_text(request, "name");
	if (param_text(request, "zone").len)
		q.zone = param_text(request, "zone");
	if (page_says(request, "hours"))
		TRY(read_hours(cx, param_text(request, "hours"), &slots, &slot_count));
	if (page_says(request, "channels")) {
		channel_count = param_count(request, "channels");
		channels = arena_array(cx->arena, i64, channel_count + 1);
		for (size_t i = 0; i < channel_count; i++)
			channels[i] = param_id_at(request, "channels", i);
	}
	TRY(queue_keep(cx, db, &q, slots, slot_count, channels, channel_count));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(q.id)));
	reply_flash(reply, str_of(_(N_("The queue is kept."))), (struct str){});
	reply_redirect(reply, "/queues");
	return OK;
}

static enum err create(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

static enum err edit(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err set_away(struct cx *cx, struct request *request, struct reply *reply, bool away)
{
	i64 id = param_id(request, "id");
	TRY(queue_put_away(cx, request_db(request), here(cx), id, away));
	reply_flash(reply, str_of(away ? _(N_("Put away. What waited in it keeps its hours.")) : _(N_("Taken out again."))),
		    away ? arena_printf(cx->arena, "/queues/%lld/restore", (long long)id) : (struct str){});
	reply_redirect(reply, "/queues");
	return OK;
}

static enum err archive(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, true);
}

static enum err restore(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, false);
}

static enum err close_up(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 moved;
	TRY(queue_close_up(cx, request_db(request), here(cx), param_id(request, "id"), &moved));
	reply_json(reply, json_pack("{s:I}", "moved", (json_int_t)moved));
	reply_flash(reply, moved ? arena_printf(cx->arena, tr_n(cx->lang, "%lld post moved.", "%lld posts moved.", moved), (long long)moved) : str_of(_(N_("They stand close already."))),
		    (struct str){});
	reply_redirect(reply, "/queues");
	return OK;
}

static enum err placed(struct cx *cx, struct reply *reply, const struct post *p)
{
	struct reader reader = reader_of(cx);
	reply_json(reply, json_pack("{s:o, s:I, s:o, s:o, s:o}", "id", doc_id(p->id), "revision", (json_int_t)p->revision, "wall_time", doc_text(p->wall_time), "zone", doc_text(p->zone),
				    "planned_at", doc_instant(&reader, p->planned_at)));
	return OK;
}

static enum err add(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	TRY(post_get(cx, request_db(request), here(cx), param_id(request, "post"), &post));
	TRY(queue_add(cx, request_db(request), here(cx), param_id(request, "id"), post.id, param_given(request, "revision") ? param_int(request, "revision") : post.revision, &post));
	TRY(placed(cx, reply, &post));
	reply_flash(reply, str_of(_(N_("It stands in the queue."))), (struct str){});
	reply_redirect(reply, "/posts/%lld", (long long)post.id);
	return OK;
}

static enum err take_out(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post before, post;
	TRY(post_get(cx, request_db(request), here(cx), param_id(request, "post"), &before));
	TRY(queue_take_out(cx, request_db(request), here(cx), before.id, &post));
	TRY(placed(cx, reply, &post));
	CLEANUP(buf_free) struct buf undo = {};
	buf_addf(&undo, "/calendar/posts/%lld/back?revision=%lld&wall_time=", (long long)post.id, (long long)post.revision);
	buf_add_url(&undo, before.wall_time);
	buf_adds(&undo, "&zone=");
	buf_add_url(&undo, before.zone);
	reply_flash(reply, str_of(_(N_("Taken out of the queue: its hour is free, and it has none."))), buf_keep(&undo, cx->arena));
	reply_redirect(reply, "/queues");
	return OK;
}

static enum err reorder(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post post;
	i64 id = param_id(request, "post");
	TRY(queue_reorder(cx, request_db(request), here(cx), id, (int)param_int(request, "by")));
	TRY(post_get(cx, request_db(request), here(cx), id, &post));
	TRY(placed(cx, reply, &post));
	reply_redirect(reply, "/queues#post-%lld", (long long)id);
	return OK;
}

/* ---- rows ---- */

#define FIELDS                                                                                                                                                     \
	{.name = "name", .in = IN_FORM, .type = P_LINE, .max = 80, .about = "What it is called."},                                                                \
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Whose clock; the workspace's unless told."},                                                    \
	{.name = "hours", .in = IN_FORM, .type = P_TEXT, .max = 8000, .about = "Its hours of the week, a day a line: “Mon 09:00, 18:40”, or “1 09:00” (1 Monday)."}, \
	{.name = "channels", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Whatever else goes to these channels at one of its hours takes it."}
#define ID_PARAM {.name = "id", .in = IN_PATH, .type = P_ID, .about = "The queue."}
#define POST_PARAM {.name = "post", .in = IN_PATH, .type = P_ID, .about = "The post."}

static const struct param show_params[] = {{.name = "queue", .in = IN_QUERY, .type = P_ID, .about = "The one to change."}, {}};
static const struct param create_params[] = {FIELDS, SEEN_MARK_PARAM, {}};
static const struct param edit_params[] = {ID_PARAM, FIELDS, SEEN_MARK_PARAM, {.name = "queue", .in = IN_FORM, .type = P_ID, .about = "The same, so that its form knows it again."}, {}};
static const struct param add_params[] = {
	ID_PARAM, {.name = "post", .in = IN_FORM, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The post."},
	{.name = "revision", .in = IN_FORM, .type = P_INT, .min = 1, .max = INT32_MAX, .about = "The revision that was seen; the last one unless told."}, {},
};
static const struct param post_params[] = {POST_PARAM, {}};
static const struct param reorder_params[] = {
	POST_PARAM, {.name = "by", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = -1000, .max = 1000, .about = "So many places later; earlier: negative."}, {},
};

static const struct shape shapes[] = {
	{"QueueSlot", "{slot: text, title: text}", "An hour of the week: “1 09:00” is Mondays at nine."},
	{"QueuedPost", "{id: id, url: url, title: text, state: Word, planned_at: Instant, wall_time: text, is_first: bool, is_last: bool}", "A post that waits in a queue."},
	{"Queue", "{id: id, name: text, zone: text, url: url, slots: [QueueSlot], channels: [{id: id, name: text, network: Network}], free: [Instant], posts: [QueuedPost], has_posts: bool, "
	 "can_arrange: bool, can_write: bool}",
	 "Hours of the week at which posts leave one after the other. free: the next ones that nothing is planned for."},
	{"QueuesPage", "{queues: [Queue], has_queues: bool, can_arrange: bool, edit: {id: id?, name: text, hours: text, zones: [{word: text, is_selected: bool}], channels: [NamedChoice], "
	 "has_channels: bool, " SEEN_SHAPE "}?}"},
	{"QueuePlace", "{id: id, revision: int, wall_time: text, zone: text, planned_at: Instant?}", "A post, and the hour it has now."},
	{"QueueClosed", "{moved: int}", "How many posts moved."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/queues", .permission = MAY_READ_POSTS, .params = show_params, .template = "queues/page", .handle = show, .answer = "QueuesPage",
	 .about = "Queues: hours of the week at which posts leave one after the other, and who waits in them."},
	{.method = "POST", .path = "/queues", .permission = MAY_ARRANGE, .flags = ROUTE_MAKES, .params = create_params, .handle = create, .form = "/queues", .answer = "Made",
	 .about = "Make a queue."},
	{.method = "POST", .path = "/queues/{id}", .permission = MAY_ARRANGE, .params = edit_params, .handle = edit, .form = "/queues", .answer = "Made",
	 .about = "Change a queue; what waits in it keeps its hours."},
	{.method = "POST", .path = "/queues/{id}/archive", .permission = MAY_ARRANGE, .handle = archive, .about = "Put a queue away; what waits in it keeps its hours."},
	{.method = "POST", .path = "/queues/{id}/restore", .permission = MAY_ARRANGE, .handle = restore, .about = "Take a queue out again."},
	{.method = "POST", .path = "/queues/{id}/close-up", .permission = MAY_WRITE_POSTS, .handle = close_up, .answer = "QueueClosed",
	 .about = "Its posts close up, in their order, into the first free hours."},
	{.method = "POST", .path = "/queues/{id}/posts", .permission = MAY_WRITE_POSTS, .params = add_params, .handle = add, .answer = "QueuePlace",
	 .about = "Put a post into the next free hour of a queue; an approval holds on."},
	{.method = "POST", .path = "/queues/posts/{post}/out", .permission = MAY_WRITE_POSTS, .params = post_params, .handle = take_out, .answer = "QueuePlace",
	 .about = "Take a post out of its queue: it has no hour any more, and its hour is free."},
	{.method = "POST", .path = "/queues/posts/{post}/move", .permission = MAY_WRITE_POSTS, .params = reorder_params, .handle = reorder, .answer = "QueuePlace",
	 .about = "Put a post of a queue at another place; those it passes by take its hour."},
	{},
};

const struct page page_queues = {"queues", routes, shapes, .file = __FILE__};
