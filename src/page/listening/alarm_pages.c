/* alarm_pages.c: alarms as pages: their history, each with its evidence, what is hushed and why, and the machine that is told. */
#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/alarm.h"
#include "flow/hook.h"
#include "page/choices.h"
#include "page/listening/listening.h"
#include "page/once.h"
#include "store/channel.h"
#include "store/message.h"

#define A_PAGE 20
#define CALLS_SHOWN 10
#define EXCERPT 400
#define MADE "webhook" /* the secret that was just made */

/* ---- what is hushed ---- */

static const struct {
	const char *word, *title;
	i64 lasting; /* 0: for ever */
} hush_spans[] = {{"day", N_("A day"), DAY}, {"week", N_("A week"), 7 * DAY}, {"month", N_("30 days"), 30 * DAY}, {"ever", N_("For ever"), 0}};
static const char *const span_of_hush[] = {"day", "week", "month", "ever", NULL};

static json_t *hush_shape(struct cx *cx, const struct hush *h)
{
	struct reader reader = reader_of(cx);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "id", doc_id(h->id), "name", doc_text(h->query ? h->query_name : str_of(_(N_("All that comes in")))), "reason",
			 doc_text(h->reason), "by", doc_text_or_null(h->person_name), "at", doc_instant(&reader, h->at), "until", doc_instant(&reader, h->until));
}

static enum err hushes_shape(struct cx *cx, struct db *db, json_t *document)
{
	struct hush *hushes;
	size_t count;
	json_t *list = json_array();
	doc_set(document, "hushes", list);
	TRY(hush_list(cx, db, here(cx), cx->now, &hushes, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, hush_shape(cx, &hushes[i]));
	doc_set(document, "has_hushes", json_boolean(count > 0));
	return OK;
}

/* ---- all of them ---- */

static enum err show_alarms(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct alarm *alarms;
	struct hook hook;
	struct pager pager;
	size_t count;
	json_t *document = json_object(), *list = json_array();
	reply_json(reply, document);
	doc_set(document, "alarms", list);
	pager_of(request, A_PAGE, &pager);
	do
		TRY(alarm_list(cx, db, here(cx), ALARMS_OF_ALL, pager.from, pager.limit + 1, &alarms, &count));
	while (!pager_fits(&pager, count));
	for (size_t i = 0; i < pager.count; i++)
		json_array_append_new(list, alarm_shape(cx, &alarms[pager.first + i]));
	pager_put(cx, request, reply, &pager, list_after(0, pager.count ? alarms[pager.first].id : 0), list_after(0, pager.count ? alarms[pager.first + pager.count - 1].id : 0), NULL);
	doc_set(document, "has_alarms", json_boolean(pager.count > 0));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	doc_set(document, "can_arrange", json_boolean(actor_may(cx->actor, MAY_ARRANGE)));
	TRY(hook_get(cx, db, here(cx), &hook));
	doc_set(document, "has_webhook", json_boolean(hook.url.len && !hook.is_off));
	return hushes_shape(cx, db, document);
}

/* ---- one ---- */

static json_t *attempt_shape(struct cx *cx, const struct hook_attempt *a)
{
	struct reader reader = reader_of(cx);
	struct str text = a->story.len    ? a->story
			  : !a->ended_at  ? str_of(_(N_("Never heard of again: the program ended meanwhile, or it is under way.")))
			  : a->status / 100 == 2 ? str_of(_(N_("Taken.")))
					  : S("");
	return json_pack("{s:i, s:o, s:o, s:o}", "number", (int)a->number, "at", doc_instant(&reader, a->started_at), "status", a->status ? json_integer(a->status) : json_null(),
			 "text", doc_text(text));
}

static const char *event_title(struct str event)
{
	return str_eq(event, S("alarm.began")) ? N_("That it began") : str_eq(event, S("alarm.ended")) ? N_("That it is over") : N_("A test");
}

static enum err call_shape(struct cx *cx, struct db *db, const struct hook_call *c, json_t **ret_call)
{
	struct reader reader = reader_of(cx);
	struct hook_attempt *attempts;
	size_t count;
	json_t *list = json_array();
	bool waits = !c->done_at;
	*ret_call = json_pack("{s:o, s:o, s:b, s:b, s:b, s:o, s:o, s:o}", "id", doc_id(c->id), "event", doc_word(cx->lang, arena_cstr(cx->arena, c->event), event_title(c->event)), "is_done",
			      str_eq(c->state, S("done")), "is_failed", str_eq(c->state, S("failed")), "waits", waits, "again", doc_instant(&reader, waits && c->attempts ? c->due_at : 0),
			      "story", doc_text_or_null(c->story), "attempts", list);
	TRY(hook_attempt_list(cx, db, here(cx), c->id, &attempts, &count));
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, attempt_shape(cx, &attempts[i]));
	return OK;
}

static enum err calls_shape(struct cx *cx, struct db *db, i64 alarm, json_t *document)
{
	struct hook_call *calls;
	size_t count;
	json_t *list = json_array(), *call;
	doc_set(document, "calls", list);
	TRY(hook_call_list(cx, db, here(cx), alarm, CALLS_SHOWN, &calls, &count));
	for (size_t i = 0; i < count; i++) {
		enum err e = call_shape(cx, db, &calls[i], &call);
		json_array_append_new(list, call);
		TRY(e);
	}
	doc_set(document, "has_calls", json_boolean(count > 0));
	return OK;
}

/* Some of what was said; what is gone meanwhile is left out. */
static enum err messages_shape(struct cx *cx, struct db *db, const struct alarm *alarm, json_t *document)
{
	struct reader reader = reader_of(cx);
	json_t *evidence = json_loadb(alarm->evidence.at ? alarm->evidence.at : "", alarm->evidence.len, 0, NULL), *list = json_array();
	const json_t *ids = json_object_get(evidence, "messages");
	enum err e = OK;
	for (size_t i = 0; i < json_array_size(ids) && e == OK; i++) {
		struct message m;
		i64 id;
		if (!str_to_i64(str_of(json_string_value(json_array_get(ids, i))), &id))
			continue;
		e = message_get(cx, db, here(cx), id, &m);
		if (e == OK)
			json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(id), "url",
							      doc_text(arena_printf(cx->arena, "/conversations/%lld#m-%lld", (long long)m.conversation, (long long)id)),
							      "author_name", doc_text(m.author_name), "text", doc_text(utf8_head(m.body, EXCERPT)), "at", doc_instant(&reader, m.at)));
		else if (e == ERR_MISSING) {
			cx_forget(cx);
			e = OK;
		}
	}
	doc_set(document, "has_messages", json_boolean(json_array_size(list) > 0));
	doc_set(document, "messages", list);
	json_decref(evidence);
	return e;
}

static json_t *spans_shape(struct cx *cx, const struct request *request)
{
	json_t *list = json_array();
	struct str chosen = typed_or(request, "span", S("week"));
	for (size_t i = 0; i < COUNT(hush_spans); i++)
		json_array_append_new(list, choice(hush_spans[i].word, _(hush_spans[i].title), str_eq(chosen, str_of(hush_spans[i].word))));
	return list;
}

static enum err show_alarm(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct alarm alarm;
	struct hush now, then = {};
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(alarm_get(cx, db, here(cx), param_id(request, "id"), &alarm));
	doc_set(document, "alarm", alarm_shape(cx, &alarm));
	if (alarm.hush)
		TRY(hush_get(cx, db, here(cx), alarm.hush, &then));
	doc_set(document, "hushed_by", then.id ? hush_shape(cx, &then) : json_null());
	TRY(hush_now(cx, db, here(cx), alarm.query, cx->now, &now));
	doc_set(document, "hush", now.id ? hush_shape(cx, &now) : json_null());
	doc_set(document, "spans", spans_shape(cx, request));
	doc_set(document, "reason", doc_text(request_typed(request, "reason")));
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_LISTEN)));
	TRY(messages_shape(cx, db, &alarm, document));
	return calls_shape(cx, db, alarm.id, document);
}

static enum err done(struct cx *cx, struct request *request, struct reply *reply, struct undo *undo, i64 id, const char *flash, const char *place)
{
	TRY(undo_close(cx, request_db(request), here(cx), undo));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(id)));
	reply_flash(reply, str_of(flash), listen_undo_url(cx, undo, place));
	reply_redirect(reply, "%s", place);
	return OK;
}

static enum err hush(struct cx *cx, struct request *request, struct reply *reply)
{
	struct alarm alarm;
	struct undo undo;
	struct str word = param_text(request, "span");
	i64 id, until = 0;
	undo_open(cx, &undo);
	TRY(alarm_get(cx, request_db(request), here(cx), param_id(request, "id"), &alarm));
	for (size_t i = 0; i < COUNT(hush_spans); i++)
		if (str_eq(word, str_of(hush_spans[i].word)) && hush_spans[i].lasting)
			until = cx->now + hush_spans[i].lasting;
	TRY(alarm_hush(cx, request_db(request), here(cx), alarm.query, param_text(request, "reason"), until, &undo, &id));
	return done(cx, request, reply, &undo, id, _(N_("Hushed. Alarms are still written down here, and nobody is told.")),
		    arena_printf(cx->arena, "/listening/alarms/%lld", (long long)alarm.id).at);
}

static enum err unhush(struct cx *cx, struct request *request, struct reply *reply)
{
	struct undo undo;
	i64 id = param_id(request, "id");
	undo_open(cx, &undo);
	TRY(alarm_unhush(cx, request_db(request), here(cx), id, &undo));
	return done(cx, request, reply, &undo, id, _(N_("Alarms are told again.")), "/listening/alarms");
}

/* ---- the machine that is told ---- */

static enum err show_webhook(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct hook hook;
	struct str made;
	json_t *document = json_object();
	reply_json(reply, document);
	TRY(hook_get(cx, db, here(cx), &hook));
	doc_set(document, "url", doc_text(typed_or(request, "url", hook.url)));
	doc_set(document, "is_set", json_boolean(hook.url.len > 0));
	doc_set(document, "has_secret", json_boolean(hook.secret.len > 0));
	doc_set(document, "is_on", json_boolean(!hook.is_off));
	doc_set(document, "story", doc_text_or_null(hook.story));
	doc_set(document, "made", !request_wants_json(request) && once_take(cx, request, reply, MADE, &made) ? doc_text(made) : json_null());
	return calls_shape(cx, db, -1, document);
}

static enum err keep_webhook(struct cx *cx, struct request *request, struct reply *reply)
{
	struct hook_wish wish = {.url = param_text(request, "url"), .secret = param_text(request, "secret"), .new_secret = param_bool(request, "new_secret")};
	struct str made;
	wish.is_off = page_says(request, "is_on") && !param_bool(request, "is_on");
	TRY(hook_set(cx, request_db(request), here(cx), &wish, page_setup.work, &made));
	if (made.len && !request_wants_json(request))
		once_put(cx, reply, MADE, made);
	reply_json(reply, json_pack("{s:o}", "secret", doc_text_or_null(made)));
	reply_flash(reply, str_of(_(N_("The webhook is kept."))), (struct str){});
	reply_redirect(reply, "/listening/webhook");
	return OK;
}

static enum err test_webhook(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 call;
	TRY(hook_test(cx, request_db(request), here(cx), page_setup.public_url, &call));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(call)));
	reply_flash(reply, str_of(_(N_("A test is on its way: what came of it stands below in a moment."))), (struct str){});
	reply_redirect(reply, "/listening/webhook");
	return OK;
}

static enum err remove_webhook(struct cx *cx, struct request *request, struct reply *reply)
{
	TRY(hook_forget(cx, request_db(request), here(cx)));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(here(cx))));
	reply_flash(reply, str_of(_(N_("The webhook is taken away, its secret with it."))), (struct str){});
	reply_redirect(reply, "/listening/webhook");
	return OK;
}

/* ---- rows ---- */

static const struct param list_params[] = {PAGER_PARAMS, {}};
static const struct param hush_params[] = {
	{.name = "id", .in = IN_PATH, .type = P_ID, .about = "The alarm."},
	{.name = "reason", .in = IN_FORM, .type = P_LINE, .max = 300, .flags = PARAM_REQUIRED, .about = "Why: who wonders later finds it there."},
	{.name = "span", .in = IN_FORM, .type = P_WORD, .words = span_of_hush, .flags = PARAM_REQUIRED, .about = "For how long."},
	{},
};
static const struct param webhook_params[] = {
	{.name = "url", .in = IN_FORM, .type = P_LINE, .max = 2000, .flags = PARAM_REQUIRED, .about = "Where alarms are posted to."},
	{.name = "secret", .in = IN_FORM, .type = P_LINE, .max = 200, .about = "What they are signed with: whsec_ and base64 of 24 to 64 bytes. Without it the one there is stays, or one is made."},
	{.name = "new_secret", .in = IN_FORM, .type = P_BOOL, .about = "Make a new secret."},
	{.name = "is_on", .in = IN_FORM, .type = P_BOOL, .about = "Alarms are told there."},
	{},
};

static const struct shape shapes[] = {
	{"Hush", "{id: id, name: text, reason: text, by: text?, at: Instant, until: Instant?}", "Alarms that nobody is told of, and why; until null: for ever."},
	{"AlarmsPage", "{pager: Pager?, alarms: [ListeningAlarm], has_alarms: bool, hushes: [Hush], has_hushes: bool, can_write: bool, can_arrange: bool, has_webhook: bool}"},
	{"WebhookCall", "{id: id, event: Word, is_done: bool, is_failed: bool, waits: bool, again: Instant?, story: text?, attempts: [{number: int, at: Instant, status: int?, text: text}]}",
	 "What a workspace's machine is told, and each try of it."},
	{"AlarmPage", "{alarm: ListeningAlarm, hushed_by: Hush?, hush: Hush?, spans: [Choice], reason: text, can_write: bool, has_messages: bool, "
	 "messages: [{id: id, url: url, author_name: text, text: text, at: Instant}], calls: [WebhookCall], has_calls: bool}",
	 "An alarm; hushed_by: nobody was told because of it; hush: what is hushed now."},
	{"WebhookPage", "{url: text, is_set: bool, has_secret: bool, is_on: bool, story: text?, made: text?, calls: [WebhookCall], has_calls: bool}",
	 "The machine that is told of alarms; the secret is never among it."},
	{"WebhookKept", "{secret: text?}", "The secret, when it was made just now: it is told this once."},
	{},
};

static const struct route routes[] = {
	{.method = "GET", .path = "/listening/alarms", .permission = MAY_READ_FIGURES, .params = list_params, .template = "listening/alarm-list", .handle = show_alarms,
	 .answer = "AlarmsPage", .about = "What was unusual, the newest first, and what is hushed."},
	{.method = "GET", .path = "/listening/alarms/{id}", .permission = MAY_READ_FIGURES, .template = "listening/alarm", .handle = show_alarm, .answer = "AlarmPage",
	 .about = "An alarm with its evidence, and who was told."},
	{.method = "POST", .path = "/listening/alarms/{id}/hush", .permission = MAY_LISTEN, .params = hush_params, .handle = hush, .form = "/listening/alarms/{id}", .answer = "Made",
	 .about = "Hush alarms of the same query: they are kept, and nobody is told."},
	{.method = "POST", .path = "/listening/hushes/{id}/undo", .permission = MAY_LISTEN, .handle = unhush, .answer = "Made", .about = "Tell of these alarms again."},
	{.method = "GET", .path = "/listening/webhook", .permission = MAY_ARRANGE, .template = "listening/webhook", .handle = show_webhook, .answer = "WebhookPage",
	 .about = "The machine that is told of alarms, and what it was told."},
	{.method = "POST", .path = "/listening/webhook", .permission = MAY_ARRANGE, .params = webhook_params, .handle = keep_webhook, .form = "/listening/webhook",
	 .answer = "WebhookKept", .about = "Say where alarms are posted to, signed as Standard Webhooks."},
	{.method = "POST", .path = "/listening/webhook/test", .permission = MAY_ARRANGE, .handle = test_webhook, .answer = "Made", .about = "Send a test to the webhook."},
	{.method = "POST", .path = "/listening/webhook/remove", .permission = MAY_ARRANGE, .handle = remove_webhook, .answer = "Made", .about = "Take the webhook away."},
	{},
};

const struct page page_listening_alarms = {"listening_alarms", routes, shapes, .file = __FILE__};
