#include "flow/hook.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "flow/audit.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"
#include "store/workspace.h"
#include "sys/net.h"
#include "sys/signing.h"

#include <jansson.h>
#include <stdio.h>

#define LEASE MINUTE          /* longer than a call may take */
#define CALL_MAX (20 * SECOND)
#define ANSWER_MAX 4096       /* nobody reads it */
#define TURN 20
#define URL_LENGTH_MAX 2000
#define SECRET_LEAST 24
#define SECRET_MOST 64
#define TEST_ATTEMPTS 3
#define GONE 410

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_ARRANGE) ? OK : fail(cx, ERR_DENIED, N_("Your role does not arrange the workspace."));
}

static struct str context_of(struct cx *cx, i64 workspace)
{
	return arena_printf(cx->arena, "hook:%lld", (long long)workspace);
}

/* ---- how it is arranged ---- */

static enum err hold_url(struct cx *cx, struct str url)
{
	struct net_url parts;
	if (!url.len || url.len > URL_LENGTH_MAX || !net_url_parse(cx->arena, url, &parts) || str_find_byte(url, '#') >= 0)
		return fail_field(cx, "url", N_("Write the whole address, like https://example.org/parvis."));
	return OK;
}

/* "whsec_" and base64 of a fair length. */
static bool is_secret(struct str secret)
{
	CLEANUP(buf_free) struct buf bytes = {};
	bool shaped = str_starts(secret, S(SIGNING_PREFIX)) && base64_read(str_skip(secret, S(SIGNING_PREFIX).len), BASE64, &bytes) && bytes.len >= SECRET_LEAST &&
		      bytes.len <= SECRET_MOST;
	if (bytes.len)
		wipe(bytes.at, bytes.len);
	return shaped;
}

static enum err take_secret(struct cx *cx, const struct hook_wish *wish, const struct public_key *work, struct hook *hook, struct str *ret_made)
{
	struct str made = {}, secret = wish->secret;
	if (secret.len && !is_secret(secret))
		return fail_field(cx, "secret", N_("A secret begins with whsec_, and base64 of 24 to 64 bytes follows. Leave it empty and Parvis makes one."));
	if (!secret.len && (wish->new_secret || !hook->secret.len))
		secret = made = signing_secret_new(cx->arena);
	if (secret.len)
		hook->secret = seal_to(cx->arena, work, context_of(cx, hook->workspace), secret);
	*ret_made = made;
	return OK;
}

static enum err set_it(struct cx *cx, struct db *db, i64 workspace, const struct hook_wish *wish, const struct public_key *work, struct str *ret_secret)
{
	struct hook hook;
	TRY(may(cx));
	TRY(hold_url(cx, wish->url));
	TRY(hook_get(cx, db, workspace, &hook));
	TRY(take_secret(cx, wish, work, &hook, ret_secret));
	hook.url = wish->url;
	hook.is_off = wish->is_off;
	hook.story = (struct str){};
	hook.person = cx->actor->user;
	hook.changed_at = cx->now;
	TRY(hook_save(cx, db, &hook));
	CLEANUP(buf_free) struct buf detail = {};
	buf_adds(&detail, "{\"url\":");
	buf_add_json(&detail, hook.url);
	buf_addf(&detail, ",\"off\":%s,\"new_secret\":%s}", hook.is_off ? "true" : "false", ret_secret->len || wish->secret.len ? "true" : "false");
	return audit(cx, db, workspace, "hook.change", arena_printf(cx->arena, "workspace:%lld", (long long)workspace), buf_str(&detail));
}

enum err hook_set(struct cx *cx, struct db *db, i64 workspace, const struct hook_wish *wish, const struct public_key *work, struct str *ret_secret)
{
	return IN_TRANSACTION(cx, db, set_it(cx, db, workspace, wish, work, ret_secret));
}

static enum err forget_it(struct cx *cx, struct db *db, i64 workspace)
{
	struct hook hook;
	TRY(may(cx));
	TRY(hook_get(cx, db, workspace, &hook));
	if (!hook.changed_at)
		return OK; /* there is none: nothing happened that the log could tell */
	TRY(hook_calls_stop(cx, db, workspace, str_of(tr(cx->lang, N_("Nobody is told any more: the address was taken away.")))));
	TRY(hook_remove(cx, db, workspace));
	return audit(cx, db, workspace, "hook.remove", arena_printf(cx->arena, "workspace:%lld", (long long)workspace), (struct str){});
}

enum err hook_forget(struct cx *cx, struct db *db, i64 workspace)
{
	return IN_TRANSACTION(cx, db, forget_it(cx, db, workspace));
}

/* ---- what is told ---- */

static json_t *instant(i64 at)
{
	CLEANUP(buf_free) struct buf b = {};
	if (!at)
		return json_null();
	buf_add_time(&b, at);
	return json_string(buf_cstr(&b));
}

static json_t *id_json(i64 id)
{
	char text[24];
	snprintf(text, sizeof text, "%lld", (long long)id);
	return json_string(text);
}

static json_t *text_json(struct str s)
{
	return json_stringn(s.at ? s.at : "", s.len);
}

static json_t *alarm_json(struct cx *cx, const struct alarm *a, struct str public_url)
{
	json_t *evidence = json_loadb(a->evidence.at ? a->evidence.at : "", a->evidence.len, 0, NULL);
	json_t *query = a->query ? json_pack("{s:o, s:o}", "id", id_json(a->query), "name", text_json(a->query_name)) : json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:f, s:o, s:o}", "id", id_json(a->id), "query", query, "measure", text_json(a->measure), "since", instant(a->since),
			 "ended_at", instant(a->ended_at), "score", (double)a->score / 100, "url",
			 text_json(arena_printf(cx->arena, "%.*s/listening/alarms/%lld", STR_ARG(public_url), (long long)a->id)), "evidence",
			 evidence ? evidence : json_object());
}

static enum err intend(struct cx *cx, struct db *db, i64 workspace, const struct alarm *alarm, const char *event, struct str public_url, i64 *ret_call)
{
	struct workspace w;
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *json = json_pack("{s:s, s:o, s:{s:{s:o, s:o}, s:o}}", "type", event, "timestamp", instant(cx->now), "data", "workspace", "id", id_json(w.id), "name",
				 text_json(w.name), "alarm", alarm ? alarm_json(cx, alarm, public_url) : json_null());
	struct hook_call call = {.id = id_new(), .workspace = workspace, .alarm = alarm ? alarm->id : 0, .event = str_of(event), .body = arena_json(cx->arena, json, JSON_COMPACT | JSON_REAL_PRECISION(9)),
				 .due_at = cx->now, .created_at = cx->now};
	json_decref(json);
	*ret_call = call.id;
	return hook_call_insert(cx, db, &call);
}

enum err hook_intend(struct cx *cx, struct db *db, const struct alarm *alarm, const char *event, struct str public_url)
{
	struct hook hook;
	i64 call;
	TRY(hook_get(cx, db, alarm->workspace, &hook));
	return hook.url.len && !hook.is_off ? intend(cx, db, alarm->workspace, alarm, event, public_url, &call) : OK;
}

static enum err test_it(struct cx *cx, struct db *db, i64 workspace, struct str public_url, i64 *ret_call)
{
	struct hook hook;
	TRY(may(cx));
	TRY(hook_get(cx, db, workspace, &hook));
	if (!hook.url.len)
		return fail(cx, ERR_CONFLICT, N_("There is no address yet."));
	TRY(intend(cx, db, workspace, NULL, "test", public_url, ret_call));
	return audit(cx, db, workspace, "hook.test", arena_printf(cx->arena, "workspace:%lld", (long long)workspace), (struct str){});
}

enum err hook_test(struct cx *cx, struct db *db, i64 workspace, struct str public_url, i64 *ret_call)
{
	return IN_TRANSACTION(cx, db, test_it(cx, db, workspace, public_url, ret_call));
}

/* ---- calling ---- */

static enum err lease_one(struct cx *cx, struct db *db, struct hook_call *ret_call)
{
	struct hook_call *calls;
	size_t count;
	*ret_call = (struct hook_call){};
	TRY(hook_call_lease(cx, db, cx->now + LEASE, 1, &calls, &count));
	if (!count)
		return OK;
	*ret_call = calls[0];
	return hook_attempt_begin(cx, db, &(struct hook_attempt){.call = calls[0].id, .number = calls[0].attempts, .started_at = cx->now});
}

static enum err post(struct cx *cx, const struct hook_door *door, const struct hook *hook, const struct hook_call *call, struct net_answer *ret_answer)
{
	struct str secret, signature, id = arena_printf(cx->arena, "msg_%lld", (long long)call->id);
	struct str stamp = arena_printf(cx->arena, "%lld", (long long)(time_now() / SECOND));
	TRY(seal_to_open(cx, door->work, context_of(cx, hook->workspace), hook->secret, &secret));
	signature = signing_make(cx->arena, secret, id, stamp, call->body);
	if (!signature.len)
		return fail(cx, ERR_SYSTEM, N_("The secret of the webhook cannot be used: give it anew."));
	const struct net_header headers[] = {
		{S("Content-Type"), S("application/json")}, {S("webhook-id"), id}, {S("webhook-timestamp"), stamp}, {S("webhook-signature"), signature},
	};
	/* Sent twice it is known by its id. No redirect is followed: the signature is for this address alone. */
	const struct net_request request = {.method = "POST", .url = hook->url, .headers = headers, .header_count = COUNT(headers), .body = call->body,
					    .timeout = CALL_MAX, .answer_max = ANSWER_MAX, .repeatable = true};
	return net_ask(cx, door->net, &request, ret_answer);
}

/* When it is tried again: soon, then later and later, a fifth of it up to chance, so that many do not come at once. */
static i64 again_at(i64 now, i64 attempts, i64 asked_for)
{
	static const i64 waits[HOOK_ATTEMPTS_MAX] = {5 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, DAY};
	i64 wait = waits[attempts < HOOK_ATTEMPTS_MAX ? attempts - 1 : HOOK_ATTEMPTS_MAX - 1];
	i64 at = now + wait + (i64)random_below((u64)wait / 5 + 1);
	if (asked_for > now + DAY)
		asked_for = now + DAY;
	return asked_for > at ? asked_for : at;
}

struct outcome {
	i64 status, retry_at;
	struct str story;
};

/* As the standard has it: it wants nothing any more. What was arranged during the call stays. */
static enum err switch_off(struct cx *cx, struct db *db, const struct hook *called, struct str story)
{
	struct hook hook;
	TRY(hook_get(cx, db, called->workspace, &hook));
	if (hook.is_off || !str_eq(hook.url, called->url))
		return OK;
	hook.is_off = true;
	hook.story = story;
	return hook_save(cx, db, &hook);
}

static enum err note(struct cx *cx, struct db *db, const struct hook *hook, struct hook_call *call, const struct outcome *o)
{
	struct hook_attempt attempt = {.call = call->id, .number = call->attempts, .ended_at = time_now(), .status = o->status, .story = o->story};
	bool taken = o->status >= 200 && o->status < 300, is_test = call->alarm == 0;
	TRY(hook_attempt_end(cx, db, call->workspace, &attempt));
	call->story = o->story;
	call->due_at = call->done_at = cx->now;
	if (taken)
		call->state = S("done");
	else if (o->status == GONE || call->attempts >= (is_test ? TEST_ATTEMPTS : HOOK_ATTEMPTS_MAX))
		call->state = S("failed");
	else {
		call->state = S("due");
		call->done_at = 0;
		call->due_at = again_at(cx->now, call->attempts, o->retry_at);
	}
	TRY(hook_call_end(cx, db, call));
	if (o->status == GONE)
		TRY(switch_off(cx, db, hook, o->story));
	return change_add(cx, db, call->workspace, 0, "hook", call->id);
}

static struct str story_of(struct cx *cx, const struct net_answer *answer)
{
	if (answer->story.len)
		return answer->story;
	if (answer->status == GONE)
		return str_of(tr(cx->lang, N_("It answered 410: it wants to be told nothing any more, so the webhook was switched off.")));
	if (answer->status >= 200 && answer->status < 300)
		return (struct str){};
	return arena_printf(cx->arena, tr(cx->lang, N_("It answered %d.")), answer->status);
}

static enum err call_one(struct cx *cx, struct db *db, const struct hook_door *door, struct hook_call *call)
{
	struct hook hook;
	struct net_answer answer = {};
	struct outcome o = {};
	TRY(workspace_speak(cx, db, call->workspace));
	TRY(hook_get(cx, db, call->workspace, &hook));
	if (!hook.secret.len || !hook.url.len) {
		o.story = str_of(tr(cx->lang, N_("There is no secret to sign with: save the webhook again.")));
	} else if (post(cx, door, &hook, call, &answer) != OK) {
		o.story = arena_str(cx->arena, str_of(cx->story));
		cx_forget(cx);
	} else {
		bool answered = answer.outcome == NET_ANSWERED || answer.status;
		o = (struct outcome){answered ? answer.status : 0, answer.retry_at, story_of(cx, &answer)};
	}
	return IN_TRANSACTION(cx, db, note(cx, db, &hook, call, &o));
}

enum err hook_turn(struct cx *cx, struct db *db, const struct hook_door *door, i64 *ret_done, i64 *ret_wake)
{
	i64 done = 0;
	for (; done < TURN; done++) { /* one by one: a lease is of a call that is being made */
		struct hook_call call;
		cx->now = time_now();
		TRY(IN_TRANSACTION(cx, db, lease_one(cx, db, &call)));
		if (!call.id)
			break;
		TRY(call_one(cx, db, door, &call));
	}
	*ret_done = done;
	return hook_call_next_due(cx, db, ret_wake);
}
