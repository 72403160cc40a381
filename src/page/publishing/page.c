/* publishing: what keeps posts from leaving, and what missed its minute: publishing paused and let go on, all of it or a channel's; the parts of posts that ask a
 * person, decided on together; after how long they ask. */
#include "base/clock.h"
#include "base/lang.h"
#include "channel/channel.h"
#include "flow/desk.h"
#include "flow/missed.h"
#include "flow/suspend.h"
#include "page/page.h"
#include "store/channel.h"
#include "store/workspace.h"
#include "ui/document.h"

#define PAST 10
#define HEADING 80
#define LATE_MOST (7 * 24 * 60) /* minutes */

/* ---- pauses ---- */

static json_t *pause_shape(struct cx *cx, const struct reader *reader, const struct suspension *s)
{
	const struct actor *actor = cx->actor;
	bool can_end = !s->ended_at && (actor_may(actor, MAY_PUBLISH) || s->began_by == actor->user);
	struct str title = s->channel ? s->channel_name : str_of(_(N_("Every channel")));
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:b}", "id", doc_id(s->id), "channel_id", doc_id(s->channel), "title", doc_text(title), "reason",
			 doc_text_or_null(s->reason), "holds_answers", s->holds_answers, "began_at", doc_instant(reader, s->began_at), "began_by",
			 doc_text(s->began_by_name.len ? s->began_by_name : S("Parvis")), "ended_at", doc_instant(reader, s->ended_at), "ended_by",
			 doc_text_or_null(s->ended_by_name), "can_end", can_end);
}

static enum err pauses_shape(struct cx *cx, struct db *db, const struct reader *reader, json_t *document)
{
	struct suspension *list;
	size_t count;
	json_t *open = json_array(), *past = json_array();
	doc_set(document, "pauses", open);
	doc_set(document, "past", past);
	TRY(suspensions_open(cx, db, here(cx), &list, &count));
	doc_set(document, "is_paused", json_boolean(count > 0));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(open, pause_shape(cx, reader, &list[i]));
	TRY(suspensions_past(cx, db, here(cx), PAST, &list, &count));
	doc_set(document, "has_past", json_boolean(count > 0));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(past, pause_shape(cx, reader, &list[i]));
	return OK;
}

static enum err choices_shape(struct cx *cx, struct request *request, json_t *document)
{
	struct channel *channels;
	size_t count;
	json_t *list = json_array();
	i64 chosen = 0;
	doc_set(document, "channels", list);
	str_to_i64(request_typed(request, "channel"), &chosen);
	TRY(channel_list(cx, request_db(request), here(cx), &channels, &count));
	for (size_t i = 0; i < count; i++) {
		const struct channel_kind *kind = channel_kind_of(channels[i].kind);
		if (kind && kind->can & (CAN_POST | CAN_REPLY))
			json_array_append_new(list, json_pack("{s:o, s:o, s:b}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "is_selected", channels[i].id == chosen));
	}
	return OK;
}

/* ---- parts of posts ---- */

static struct str heading_of(struct cx *cx, const struct post *post)
{
	struct str text = str_trim(post->title.len ? post->title : post->body), line = str_line(&text);
	return line.len ? line : str_of(_(N_("Without words")));
}

static enum err part_shape(struct cx *cx, struct db *db, const struct reader *reader, const struct publication *p, json_t **ret_shape)
{
	struct post_variant v;
	struct post post;
	struct channel channel;
	TRY(post_variant_get(cx, db, here(cx), p->variant, &v));
	TRY(post_get(cx, db, here(cx), v.post, &post));
	TRY(channel_get(cx, db, here(cx), p->channel, &channel));
	*ret_shape = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o}", "id", doc_id(p->id), "post_id", doc_id(post.id), "url",
			       doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)post.id)), "heading", doc_excerpt(heading_of(cx, &post), HEADING), "lang",
			       doc_text_or_null(post.lang), "channel", doc_text(channel.name), "network", doc_network(cx->lang, channel.network), "part", (int)p->part,
			       "planned_at", doc_instant(reader, p->planned_at ? p->planned_at : p->due_at), "story", doc_text_or_null(p->story));
	return OK;
}

static enum err parts_shape(struct cx *cx, struct db *db, const struct reader *reader, const struct publication *list, size_t count, json_t *shapes)
{
	for (size_t i = 0; i < count; i++) {
		json_t *shape;
		TRY(part_shape(cx, db, reader, &list[i], &shape));
		json_array_append_new(shapes, shape);
	}
	return OK;
}

static enum err lists_shape(struct cx *cx, struct db *db, const struct reader *reader, json_t *document)
{
	struct publication *list;
	size_t count;
	i64 missed_count;
	json_t *waiting = json_array(), *missed = json_array();
	doc_set(document, "waiting", waiting);
	doc_set(document, "missed", missed);
	TRY(publications_paused(cx, db, here(cx), MISSED_MOST, &list, &count));
	TRY(parts_shape(cx, db, reader, list, count, waiting));
	doc_set(document, "has_waiting", json_boolean(count > 0));
	TRY(publications_late(cx, db, here(cx), MISSED_MOST, &list, &count));
	TRY(parts_shape(cx, db, reader, list, count, missed));
	TRY(publications_late_count(cx, db, here(cx), &missed_count));
	doc_set(document, "has_missed", json_boolean(count > 0));
	doc_set(document, "missed_text", doc_text(arena_printf(cx->arena, tr_n(cx->lang, "%lld part of a post asks whether it still goes", "%lld parts of posts ask whether they still go", missed_count),
							       (long long)missed_count)));
	return OK;
}

static enum err show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct workspace_settings settings;
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf least = {};
	json_t *document = json_object();
	reply_json(reply, document);
	if (request_is_partial(request) && !request_wants_json(request))
		reply_template(reply, "publishing/lists");
	TRY(pauses_shape(cx, db, &reader, document));
	TRY(lists_shape(cx, db, &reader, document));
	TRY(choices_shape(cx, request, document));
	TRY(workspace_settings(cx, db, here(cx), &settings));
	buf_add_local(&least, &reader, cx->now);
	doc_set(document, "can", json_pack("{s:b, s:b, s:b}", "pause", actor_may(cx->actor, MAY_PAUSE_POSTS), "publish", actor_may(cx->actor, MAY_PUBLISH), "set",
					   actor_may(cx->actor, MAY_MANAGE_WORKSPACE)));
	doc_set(document, "late_minutes", json_integer((json_int_t)(settings.late_after / MINUTE)));
	doc_set(document, "zone", doc_text(reader.zone));
	doc_set(document, "form", json_pack("{s:o, s:o, s:o}", "reason", doc_text(request_typed(request, "reason")), "wall_time",
					    doc_text(request_typed(request, "wall_time").len ? request_typed(request, "wall_time") : buf_str(&least)), "apart",
					    doc_text(request_typed(request, "apart").len ? request_typed(request, "apart") : S("15"))));
	return OK;
}

/* ---- acts ---- */

static enum err pause_publishing(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id;
	TRY(suspend_begin(cx, request_db(request), here(cx), param_id(request, "channel"), param_text(request, "reason"), param_bool(request, "holds_answers"), &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("Publishing is paused. What becomes due waits, and asks you afterwards."))), arena_printf(cx->arena, "/suspensions/%lld/end", (long long)id));
	reply_redirect(reply, "/publishing");
	return OK;
}

static enum err pause_again(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 id;
	TRY(suspend_again(cx, request_db(request), here(cx), param_id(request, "id"), &id));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(_(N_("Publishing is paused again."))), arena_printf(cx->arena, "/suspensions/%lld/end", (long long)id));
	reply_redirect(reply, "/publishing");
	return OK;
}

static enum err go_on(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 asked, id = param_id(request, "id");
	TRY(suspend_end(cx, request_db(request), here(cx), id, &asked));
	reply_json(reply, json_pack("{s:I}", "asked", (json_int_t)asked));
	struct str text = asked ? arena_printf(cx->arena, tr_n(cx->lang, "Publishing goes on. %lld part of a post became due meanwhile: say what becomes of it.",
							       "Publishing goes on. %lld parts of posts became due meanwhile: say what becomes of them.", asked), (long long)asked)
				: str_of(_(N_("Publishing goes on. Nothing became due meanwhile.")));
	reply_flash(reply, text, arena_printf(cx->arena, "/suspensions/%lld/again", (long long)id));
	reply_redirect(reply, "/publishing");
	return OK;
}

static const char *const choice_words[] = {"send", "plan", "leave", NULL};

static enum err settle(struct cx *cx, struct request *request, struct reply *reply)
{
	struct missed_wish wish = {.count = param_count(request, "publications"), .wall_time = param_text(request, "wall_time"), .zone = param_text(request, "zone"),
				   .apart = param_int(request, "apart")};
	i64 *ids = arena_array(cx->arena, i64, wish.count + 1);
	for (size_t i = 0; i < wish.count; i++)
		ids[i] = param_id_at(request, "publications", i);
	wish.publications = ids;
	while (!str_eq(param_text(request, "choice"), str_of(choice_words[wish.choice])))
		wish.choice++;
	TRY(missed_settle(cx, request_db(request), here(cx), &wish));
	static const char *const flashes[] = {[MISSED_SEND] = N_("They leave now."), [MISSED_PLAN] = N_("They have another hour."), [MISSED_LEAVE] = N_("They are left out.")};
	reply_json(reply, json_pack("{s:I}", "count", (json_int_t)wish.count));
	reply_flash(reply, str_of(_(flashes[wish.choice])), (struct str){});
	reply_redirect(reply, "/publishing");
	return OK;
}

static enum err set_late(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 minutes = param_int(request, "late_minutes");
	TRY(desk_setting(cx, request_db(request), here(cx), "late_minutes", arena_printf(cx->arena, "%lld", (long long)minutes)));
	reply_json(reply, json_pack("{s:I}", "late_minutes", (json_int_t)minutes));
	reply_flash(reply, str_of(_(N_("Kept."))), (struct str){});
	reply_redirect(reply, "/publishing");
	return OK;
}

/* ---- the routes ---- */

static const struct param pause_params[] = {
	{.name = "channel", .in = IN_FORM, .type = P_ID, .about = "Only this channel; without it, every one."},
	{.name = "reason", .in = IN_FORM, .type = P_LINE, .max = SUSPEND_REASON_MAX, .about = "Why; everybody sees it."},
	{.name = "holds_answers", .in = IN_FORM, .type = P_BOOL, .about = "Answers wait too, and leave when it ends."},
	{},
};
static const struct param one_params[] = {{.name = "id", .in = IN_PATH, .type = P_ID, .flags = PARAM_REQUIRED, .about = "The pause."}, {}};
static const struct param settle_params[] = {
	{.name = "publications", .in = IN_FORM, .type = P_ID, .flags = PARAM_LIST, .about = "Which, as “missed” names them."},
	{.name = "choice", .in = IN_FORM, .type = P_WORD, .flags = PARAM_REQUIRED, .words = choice_words, .about = "They leave now, at another hour, or not at all."},
	{.name = "wall_time", .in = IN_FORM, .type = P_LINE, .max = 30, .about = "Of “plan”: the first of them leaves then: 2027-03-28T18:40."},
	{.name = "zone", .in = IN_FORM, .type = P_ZONE, .about = "Of “plan”: whose clock; else the workspace's."},
	{.name = "apart", .in = IN_FORM, .type = P_INT, .min = 0, .max = 7 * 24 * 60, .about = "Of “plan”: minutes from one post to the next."},
	{},
};
static const struct param late_params[] = {
	{.name = "late_minutes", .in = IN_FORM, .type = P_INT, .flags = PARAM_REQUIRED, .min = 1, .max = LATE_MOST, .about = "What is later than so many minutes asks a person."}, {},
};

static const struct shape shapes[] = {
	{"Pause", "{id: id, channel_id: id?, title: text, reason: text?, holds_answers: bool, began_at: Instant, began_by: text, ended_at: Instant?, ended_by: text?, can_end: bool}",
	 "Publishing that is, or was, paused."},
	{"MissedPart", "{id: id, post_id: id, url: url, heading: text, lang: text?, channel: text, network: Network, part: int, planned_at: Instant, story: text?}",
	 "A part of a post that did not leave at its minute: 0 the post, 1, 2, 3 … what follows in its thread, -1 its first comment."},
	{"PublishingPage", "{pauses: [Pause], is_paused: bool, past: [Pause], has_past: bool, waiting: [MissedPart], has_waiting: bool, missed: [MissedPart], has_missed: bool, "
	 "missed_text: text, channels: [NamedChoice], can: {pause: bool, publish: bool, set: bool}, late_minutes: int, zone: text, form: {reason: text, wall_time: text, apart: text}}"},
	{"PublishingEnd", "{asked: int}", "How many parts of posts became due while it was paused, and ask now."},
	{"PublishingSettled", "{count: int}", "How many were decided on."},
	{"PublishingLate", "{late_minutes: int}", "After how many minutes a person is asked."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/publishing", .permission = MAY_READ_POSTS, .template = "publishing/page", .handle = show, .answer = "PublishingPage",
	 .about = "What keeps posts from leaving, and what missed its minute."},
	{.method = "POST", .path = "/publishing", .permission = MAY_MANAGE_WORKSPACE, .params = late_params, .template = "publishing/page", .handle = set_late, .form = "/publishing",
	 .answer = "PublishingLate", .about = "Set after how many minutes a post that could not leave asks a person."},
	{.method = "POST", .path = "/publishing/missed", .permission = MAY_PUBLISH, .params = settle_params, .template = "publishing/page", .handle = settle, .form = "/publishing",
	 .answer = "PublishingSettled", .about = "Decide on parts of posts that missed their minutes, many at once."},
	{.method = "POST", .path = "/suspensions", .permission = MAY_PAUSE_POSTS, .flags = ROUTE_MAKES, .params = pause_params, .template = "publishing/page", .handle = pause_publishing,
	 .form = "/publishing", .answer = "Made", .about = "Pause publishing: everything, or a channel."},
	{.method = "POST", .path = "/suspensions/{id}/end", .permission = MAY_PAUSE_POSTS, .params = one_params, .handle = go_on, .answer = "PublishingEnd",
	 .about = "Let publishing go on; what became due meanwhile asks."},
	{.method = "POST", .path = "/suspensions/{id}/again", .permission = MAY_PAUSE_POSTS, .params = one_params, .handle = pause_again, .answer = "Made",
	 .about = "Pause the same again, after it was ended by mistake."},
	{},
};

const struct page page_publishing = {"publishing", routes, shapes, .file = __FILE__};
