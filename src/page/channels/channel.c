/* channel.c: one channel: how it is, what waits, how messages are pushed in, its settings. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "page/channels/channels.h"
#include "page/choices.h"
#include "page/figures_text.h"
#include "page/tally.h"
#include "store/post.h"
#include "store/channel_window.h"
#include "store/listening.h"
#include "store/listening_search.h"
#include "store/message.h"
#include "store/publication.h"

#define WAITING_SHOWN 20
#define WORDS_SHOWN 120

/* What waits, where it is, and when it was said or is to leave: an answer, or something of a post. */
static enum err what_waits(struct cx *cx, struct db *db, const struct publication *p, struct str *ret_url, struct str *ret_text, i64 *ret_at)
{
	struct message m;
	struct post_variant v;
	struct post post;
	if (str_eq(p->act, S("profile"))) {
		*ret_url = arena_printf(cx->arena, "/profiles/%lld", (long long)p->channel);
		*ret_text = str_of(_(N_("What the profile is to say")));
		*ret_at = p->created_at;
		return OK;
	}
	if (!p->variant) {
		TRY(message_get(cx, db, p->workspace, p->message, &m));
		*ret_url = arena_printf(cx->arena, "/conversations/%lld", (long long)m.conversation);
		*ret_text = m.body;
		*ret_at = m.at;
		return OK;
	}
	TRY(post_variant_get(cx, db, p->workspace, p->variant, &v));
	TRY(post_get(cx, db, p->workspace, v.post, &post));
	*ret_url = arena_printf(cx->arena, "/posts/%lld", (long long)post.id);
	*ret_text = post.title.len ? post.title : v.adapted ? v.body : post.body;
	*ret_at = post.planned_at;
	return OK;
}

static enum err waiting_shape(struct cx *cx, struct db *db, const struct channel *c, json_t **ret_list)
{
	struct publication *waiting;
	size_t count;
	struct reader reader = reader_of(cx);
	json_t *list = *ret_list = json_array();
	TRY(publications_waiting(cx, db, c->workspace, c->id, WAITING_SHOWN, &waiting, &count));
	for (size_t i = 0; i < count; i++) {
		const struct publication *p = &waiting[i];
		struct str url, text;
		i64 at;
		TRY(what_waits(cx, db, p, &url, &text, &at));
		const char *title = p->state == PUBLICATION_HELD      ? N_("Held")
				    : p->state == PUBLICATION_UNKNOWN ? N_("To be looked up")
				    : p->state == PUBLICATION_LEASED  ? N_("Just leaving")
				    : p->state == PUBLICATION_LATE    ? str_eq(p->asks, S("link")) ? N_("A link of it leads nowhere") : N_("Its hour went by")
				    : p->state == PUBLICATION_HANDED  ? N_("To be published by hand")
								      : N_("Waiting");
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "url",
						      doc_text(url), "text", doc_excerpt(text, WORDS_SHOWN), "at", doc_instant(&reader, at), "state",
						      doc_word(cx->lang, publication_state_word(p->state), title), "story", doc_text_or_null(p->story)));
	}
	return OK;
}

/* The queries for which its network is searched, and how that goes. */
static enum err searches_shape(struct cx *cx, struct db *db, const struct channel *c, json_t **ret_searches)
{
	struct listening_search *rows;
	size_t count;
	struct reader reader = reader_of(cx);
	json_t *list = *ret_searches = json_array();
	TRY(listening_searches_of_channel(cx, db, c->workspace, c->id, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		const struct listening_search *s = &rows[i];
		struct listening_query q;
		TRY(listening_query_get(cx, db, c->workspace, s->query, &q));
		const char *title = str_eq(s->state, S("refused")) ? N_("Refused") : str_eq(s->state, S("failing")) ? N_("Tried again by itself") : s->asked_at ? N_("Searched") : N_("About to be searched");
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "url", doc_text(arena_printf(cx->arena, "/listening/%lld?edit=1#searches", (long long)s->query)), "name",
						      doc_text(q.name), "state", doc_word(cx->lang, s->asked_at || !str_eq(s->state, S("ok")) ? arena_cstr(cx->arena, s->state) : "waiting", title), "story",
						      doc_text_or_null(s->story), "asked", doc_instant(&reader, s->asked_at), "next",
						      q.active && !str_eq(c->state, S("paused")) && !str_eq(c->state, S("broken")) && !c->archived_at ? doc_instant(&reader, s->due_at > cx->now ? s->due_at : cx->now) : json_null(),
						      "found", doc_number(cx->lang, s->found)));
	}
	return OK;
}

static json_t *push_shape(struct cx *cx, const struct channel_kind *kind, const struct channel *c)
{
	if (!kind || !(kind->can & IS_PUSHED))
		return json_null();
	struct str url = arena_printf(cx->arena, "%.*s/api/v1/channels/%lld/messages", STR_ARG(page_setup.public_url), (long long)c->id);
	struct str example = arena_printf(cx->arena,
					  "curl -H 'Authorization: Bearer pv_…' -H 'Content-Type: application/json' \\\n"
					  "  -d '{\"id\": \"form-118\", \"author\": {\"id\": \"nadia\", \"name\": \"Nadia\"}, \"text\": \"%s\"}' \\\n  %.*s",
					  _(N_("When do you close?")), STR_ARG(url));
	return json_pack("{s:o, s:o, s:s, s:s}", "url", doc_text(url), "example", doc_text(example), "keys_url", "/account?tab=api-keys", "scope",
			 permission_word(MAY_INGEST));
}

static json_t *channel_shape(struct cx *cx, const struct channel_kind *kind, const struct channel *c, i64 open, struct str figures)
{
	struct reader reader = reader_of(cx);
	struct channel_look look = channel_look(c);
	CLEANUP(buf_free) struct buf conversations = {}, n = {};
	buf_add_number(&n, cx->lang, open);
	if (open >= TALLY_MOST)
		buf_adds(&n, "+");
	buf_add_filled(&conversations, tr_n(cx->lang, "{n} open", "{n} open", open), buf_str(&n));
	json_t *shape = json_object();
	json_object_set_new(shape, "id", doc_id(c->id));
	json_object_set_new(shape, "name", doc_text(c->name));
	json_object_set_new(shape, "kind", json_pack("{s:o, s:s, s:s}", "word", doc_text(c->kind), "title", kind ? _(kind->title) : "", "about", kind ? _(kind->about) : ""));
	json_object_set_new(shape, "network", doc_network(cx->lang, c->network));
	json_object_set_new(shape, "state", doc_word(cx->lang, look.word, look.title));
	json_object_set_new(shape, "tone", json_string(look.tone));
	json_object_set_new(shape, "icon", json_string(look.icon));
	json_object_set_new(shape, "story", doc_text_or_null(c->state_story));
	json_object_set_new(shape, "is_ok", json_boolean(str_eq(c->state, S("ok"))));
	json_object_set_new(shape, "is_paused", json_boolean(str_eq(c->state, S("paused")) || str_eq(c->state, S("broken"))));
	json_object_set_new(shape, "is_failing", json_boolean(!c->archived_at && (str_eq(c->state, S("failing")) || str_eq(c->state, S("broken")))));
	json_object_set_new(shape, "is_to_connect", json_boolean(!c->archived_at && kind && (kind->login || kind->verify) && (str_eq(c->state, S("broken")) || (kind->login && !c->secret.len))));
	json_object_set_new(shape, "is_archived", json_boolean(c->archived_at));
	json_object_set_new(shape, "fetched", doc_instant(&reader, c->fetched_at));
	json_object_set_new(shape, "fetch_due", str_eq(c->state, S("paused")) || c->archived_at ? json_null() : doc_instant(&reader, c->fetch_due_at));
	json_object_set_new(shape, "created", doc_instant(&reader, c->created_at));
	json_object_set_new(shape, "can_fetch", json_boolean(kind && kind->fetch && !str_eq(c->state, S("paused"))));
	json_object_set_new(shape, "conversations", doc_text(buf_str(&conversations)));
	json_object_set_new(shape, "conversations_url", doc_text(arena_printf(cx->arena, "/inbox?%schannel=%lld", str_eq(c->kind, S("import")) ? "view=resolved&" : "", (long long)c->id)));
	json_object_set_new(shape, "cursor", doc_text_or_null(c->cursor));
	json_object_set_new(shape, "figures", doc_text_or_null(figures));
	return shape;
}

/* From when until when it is complete, what is lost before that, and what reading once more brought. */
static enum err add_window(struct cx *cx, struct db *db, const struct channel *c, json_t *shape)
{
	struct reader reader = reader_of(cx);
	struct channel_window w;
	TRY(channel_window_get(cx, db, c->workspace, c->id, &w));
	doc_set(shape, "complete", w.complete_until ? doc_instant(&reader, w.complete_until) : json_null());
	doc_set(shape, "complete_from", w.complete_from ? doc_instant(&reader, w.complete_from) : json_null());
	doc_set(shape, "lost", w.hole_from ? json_pack("{s:o, s:o}", "from", doc_instant(&reader, w.hole_from), "until", doc_instant(&reader, w.complete_from)) : json_null());
	json_t *recovered = json_null();
	if (w.recovered) {
		CLEANUP(buf_free) struct buf n = {}, text = {};
		buf_add_number(&n, cx->lang, w.recovered);
		buf_add_filled(&text, tr_n(cx->lang, "{n} message", "{n} messages", w.recovered), buf_str(&n));
		recovered = json_pack("{s:o, s:o, s:o}", "count", doc_number(cx->lang, w.recovered), "at", doc_instant(&reader, w.recovered_at), "text", doc_text(buf_str(&text)));
	}
	doc_set(shape, "recovered", recovered);
	return OK;
}

enum err channel_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct channel c;
	i64 open, team = 0;
	struct metric_point *points;
	size_t point_count;
	json_t *document = json_object(), *teams, *waiting, *searches;
	reply_json(reply, document);
	TRY(channel_get(cx, db, here(cx), param_id(request, "id"), &c));
	const struct channel_kind *kind = channel_kind_of(c.kind);
	struct conversation_filter filter = {.status = STATUS_OPEN, .kind = -1, .channel = c.id};
	TRY(tally(cx, db, here(cx), &filter, &open));
	TRY(metric_points_of_account(cx, db, here(cx), c.id, cx->now - 30 * DAY, &points, &point_count));
	json_t *shape = channel_shape(cx, kind, &c, open, figures_text(cx, points, point_count, 0));
	json_object_set_new(document, "channel", shape);
	TRY(add_window(cx, db, &c, shape));
	bool manages = actor_may(cx->actor, MAY_MANAGE_CHANNELS);
	json_object_set_new(document, "can_manage", json_boolean(manages));
	json_object_set_new(document, "can", channel_can_shape(cx, kind));
	json_object_set_new(document, "form", json_pack("{s:o}", "name", doc_text(c.name)));
	json_object_set_new(document, "fields", manages ? channel_fields_shape(cx, request, kind, &c) : json_array());
	team = request_typed(request, "team_id").at ? 0 : c.team;
	str_to_i64(request_typed(request, "team_id"), &team);
	TRY(choices_of_teams(cx, db, here(cx), team, &teams));
	json_object_set_new(document, "teams", teams);
	json_t *by_hand = json_null();
	enum err told = manages ? channel_by_hand_shape(cx, request, kind, &c, &by_hand) : OK;
	json_object_set_new(document, "by_hand", by_hand);
	TRY(told);
	enum err e = waiting_shape(cx, db, &c, &waiting);
	json_object_set_new(document, "waiting", waiting);
	TRY(e);
	e = searches_shape(cx, db, &c, &searches);
	json_object_set_new(document, "searches", searches);
	TRY(e);
	json_object_set_new(document, "has_searches", json_boolean(json_array_size(searches) > 0));
	json_object_set_new(document, "has_waiting", json_boolean(json_array_size(waiting)));
	json_object_set_new(document, "push", c.archived_at ? json_null() : push_shape(cx, kind, &c));
	json_t *public = json_null(), *deliveries = json_null();
	if (manages)
		TRY(channel_deliveries_shape(cx, db, kind, &c, &deliveries));
	json_object_set_new(document, "deliveries", deliveries);
	if (manages)
		TRY(channel_form_shape(cx, request, kind, &c, &public));
	json_object_set_new(document, "public", public);
	json_object_set_new(document, "simulator", manages && !c.archived_at ? channel_simulator_shape(cx, &c) : json_null());
	return OK;
}
