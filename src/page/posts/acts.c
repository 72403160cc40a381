/* acts.c: what left, or will: why it was sent, when, and what the network said, act by act and try by try. */
#include "base/clock.h"
#include "page/post_why.h"
#include "page/posts/posts.h"
#include "store/message.h"
#include "store/metric_point.h"
#include "store/short_link.h"

static const struct {
	const char *title, *tone, *icon;
} looks[PUBLICATION_STATE_COUNT] = {
	[PUBLICATION_DUE] = {N_("Waits for its minute"), "act", "alarm-clock"},
	[PUBLICATION_LEASED] = {N_("Leaving now"), "act", "send"},
	[PUBLICATION_SENT] = {N_("Is there"), "ok", "check"},
	[PUBLICATION_FAILED] = {N_("Refused"), "red", "octagon-alert"},
	[PUBLICATION_HELD] = {N_("Held back"), "sun", "octagon-alert"},
	[PUBLICATION_UNKNOWN] = {N_("Did it arrive?"), "red", "octagon-alert"},
	[PUBLICATION_WITHDRAWN] = {N_("Taken back"), "line", "x"},
	[PUBLICATION_WAITING] = {N_("Follows the one before"), "line", "hourglass"},
	[PUBLICATION_LATE] = {N_("Late: does it still go?"), "sun", "clock"},
	[PUBLICATION_HANDED] = {N_("To be published by hand"), "sun", "send"},
};

static const char *title_of(const struct publication *p)
{
	return p->state == PUBLICATION_LATE && str_eq(p->asks, S("link")) ? N_("A link leads nowhere: does it still go?") : looks[p->state].title;
}

static struct str what_of(struct cx *cx, const struct publication *p)
{
	if (p->part < 0)
		return str_of(_(N_("First comment")));
	if (p->part > 0)
		return arena_printf(cx->arena, _(N_("Part %lld of the thread")), (long long)p->part + 1);
	return str_of(_(N_("The post")));
}

/* Why was it sent? */
static struct str why_of(struct composer *c, const struct publication *p)
{
	const struct post_approval *a = post_last_approval(c->approvals, c->approval_count);
	return post_why(c->cx, &c->reader, p, composer_person(c, p->created_by), a, a ? composer_person(c, a->decided_by) : (struct str){});
}

static const char *outcome_title(struct str outcome)
{
	static const struct {
		const char *word, *title;
	} titles[] = {
		{"done", N_("the network took it")}, {"later", N_("the network asked to come again")}, {"never", N_("the network refused it")},
		{"hold", N_("the account needs somebody")}, {"handed", N_("handed to whoever publishes there by hand")}, {"unknown", N_("there was no answer; it is looked up before anything is sent again")},
	};
	for (size_t i = 0; i < COUNT(titles); i++)
		if (str_eq(outcome, str_of(titles[i].word)))
			return titles[i].title;
	return N_("under way");
}

static enum err tries_shape(struct composer *c, const struct publication *p, json_t *act)
{
	struct cx *cx = c->cx;
	struct attempt *list;
	size_t count;
	json_t *tries = json_array();
	doc_set(act, "tries", tries);
	TRY(attempts_of(cx, c->db, p->id, &list, &count));
	for (size_t i = 0; i < count; i++) {
		const struct attempt *a = &list[i];
		struct str text = arena_printf(cx->arena, _(N_("Try %lld: %s.")), (long long)a->number, _(outcome_title(a->outcome)));
		json_array_append_new(tries, json_pack("{s:I, s:o, s:o, s:o, s:o, s:o}", "number", (json_int_t)a->number, "outcome", doc_text(a->outcome), "text",
						       doc_text(text), "story", doc_text_or_null(a->story), "started_at", doc_instant(&c->reader, a->started_at),
						       "ended_at", doc_instant(&c->reader, a->ended_at)));
	}
	return OK;
}

static const char *measure_title(struct str measure)
{
	static const struct {
		const char *word, *title;
	} titles[] = {{"likes", N_("Likes")}, {"shares", N_("Shares")}, {"replies", N_("Replies")}, {"views", N_("Views")}, {"reach", N_("Reached")}};
	for (size_t i = 0; i < COUNT(titles); i++)
		if (str_eq(measure, str_of(titles[i].word)))
			return titles[i].title;
	return NULL;
}

/* How often its own short links were followed, beside what the network says. */
static enum err clicks_figure(struct composer *c, const struct publication *p, json_t *figures)
{
	struct cx *cx = c->cx;
	i64 links, people;
	if (p->part)
		return OK;
	TRY(short_link_people(cx, c->db, here(cx), c->post.id, p->channel, &links, &people));
	if (links)
		json_array_append_new(figures, json_pack("{s:s, s:s, s:o, s:o}", "measure", "clicks", "title", _(N_("Clicks")), "value", doc_number(cx->lang, people), "at",
							 doc_instant(&c->reader, cx->now)));
	return OK;
}

/* What the network last said of it. */
static enum err figures_shape(struct composer *c, const struct publication *p, json_t *act)
{
	struct cx *cx = c->cx;
	struct message m;
	struct metric_point *points = NULL;
	size_t count = 0;
	json_t *figures = json_array();
	doc_set(act, "figures", figures);
	if (!p->message || p->state != PUBLICATION_SENT)
		return OK;
	TRY(clicks_figure(c, p, figures));
	TRY(message_get(cx, c->db, here(cx), p->message, &m));
	TRY(metric_points_of_conversation(cx, c->db, here(cx), m.conversation, &points, &count));
	for (size_t i = 0; i < count; i++) {
		const struct metric_point *point = &points[i];
		const char *title = measure_title(point->measure);
		bool is_last = i + 1 == count || points[i + 1].message != point->message || !str_eq(points[i + 1].measure, point->measure);
		if (point->message != p->message || !title || !is_last)
			continue;
		json_array_append_new(figures, json_pack("{s:o, s:s, s:o, s:o}", "measure", doc_text(point->measure), "title", _(title), "value",
							 doc_number(cx->lang, point->value), "at", doc_instant(&c->reader, point->told_at)));
	}
	return OK;
}

static json_t *network_of(const struct composer *c, i64 channel)
{
	const struct desk_channel *d = composer_channel(c, channel);
	return d ? doc_network(c->cx->lang, d->channel.network) : doc_network(c->cx->lang, S("web"));
}

static enum err act_shape(struct composer *c, const struct publication *p, json_t **ret_act)
{
	struct cx *cx = c->cx;
	const struct desk_channel *d = composer_channel(c, p->channel);
	bool may = actor_may(cx->actor, MAY_PUBLISH);
	bool asks = p->state == PUBLICATION_LATE || p->state == PUBLICATION_HELD || p->state == PUBLICATION_FAILED;
	json_t *act = json_object();
	*ret_act = act;
	doc_set(act, "id", doc_id(p->id));
	doc_set(act, "channel_id", doc_id(p->channel));
	doc_set(act, "channel", doc_text(d ? d->channel.name : S("")));
	doc_set(act, "network", network_of(c, p->channel));
	doc_set(act, "part", json_integer((json_int_t)p->part));
	doc_set(act, "what", doc_text(what_of(cx, p)));
	doc_set(act, "state", doc_word(cx->lang, publication_state_word(p->state), title_of(p)));
	doc_set(act, "chip", json_pack("{s:s, s:s, s:s}", "tone", looks[p->state].tone, "icon", looks[p->state].icon, "title", _(title_of(p))));
	doc_set(act, "why", doc_text(why_of(c, p)));
	doc_set(act, "planned_at", doc_instant(&c->reader, p->planned_at));
	doc_set(act, "due_at", doc_instant(&c->reader, p->state == PUBLICATION_DUE ? p->due_at : 0));
	doc_set(act, "done_at", doc_instant(&c->reader, p->done_at));
	doc_set(act, "story", doc_text_or_null(p->story));
	doc_set(act, "url", doc_address(p->remote_url));
	doc_set(act, "remote_id", doc_text_or_null(p->remote_id));
	doc_set(act, "key", doc_text(p->dedup_key));
	doc_set(act, "can_again", json_boolean(may && asks));
	doc_set(act, "can_drop", json_boolean(may && (asks || p->state == PUBLICATION_HANDED)));
	doc_set(act, "by_hand_url", p->state == PUBLICATION_HANDED ? doc_text(arena_printf(cx->arena, "/by-hand/%lld", (long long)p->id)) : json_null());
	doc_set(act, "can_decide", json_boolean(may && p->state == PUBLICATION_UNKNOWN && p->due_at == INT64_MAX));
	TRY(tries_shape(c, p, act));
	return figures_shape(c, p, act);
}

enum err post_acts_shape(struct composer *c, json_t *document)
{
	struct publication *list = NULL;
	size_t count = 0;
	json_t *acts = json_array();
	doc_set(document, "acts", acts);
	if (c->post.id)
		TRY(post_acts(c->cx, c->db, here(c->cx), c->post.id, &list, &count));
	for (size_t i = 0; i < count; i++) {
		json_t *act;
		TRY(act_shape(c, &list[i], &act));
		json_array_append_new(acts, act);
	}
	doc_set(document, "has_acts", json_boolean(count > 0));
	return OK;
}
