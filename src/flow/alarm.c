#include "flow/alarm.h"

#include "base/id.h"
#include "base/json_text.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/hook.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "flow/undo.h"
#include "model/actor.h"
#include "model/permission.h"
#include "store/event.h"
#include "store/listening.h"
#include "store/member.h"
#include "store/workspace.h"

#include <jansson.h>
#include <math.h>

#define WAVE_MOST (30 * MINUTE)  /* apart, that a query and all that is said began to rise, at the most */
#define WAVE_TIMES 2.0           /* so many times as steeply, at the most */
#define EXPECTED_LEAST 0.05      /* what is hardly ever said */
#define ALSO_MAX 5
#define REASON_MAX 300

enum err alarm_wish(struct cx *cx, struct db *db, i64 workspace, double *ret_month)
{
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, workspace, &settings));
	*ret_month = settings.alarms_a_month;
	return OK;
}

static double figure_in(struct str evidence, const char *name)
{
	json_t *json = json_loadb(evidence.at, evidence.len, 0, NULL);
	double figure = json_number_value(json_object_get(json, name));
	json_decref(json);
	return figure;
}

static i64 mentions_in(struct str evidence)
{
	return (i64)figure_in(evidence, "mentions");
}

/* What a notification says of it: enough to be told without the alarm. */
static struct str detail_of(struct cx *cx, const struct alarm *alarm)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"alarm\":\"%lld\",\"query\":\"%lld\",\"name\":", (long long)alarm->id, (long long)alarm->query);
	buf_add_json(&b, alarm->query_name);
	buf_addf(&b, ",\"measure\":\"%.*s\",\"mentions\":%lld}", STR_ARG(alarm->measure), (long long)mentions_in(alarm->evidence));
	return buf_keep(&b, cx->arena);
}

static enum err tell(struct cx *cx, struct db *db, const struct alarm *alarm)
{
	struct member *members;
	size_t count;
	TRY(member_list(cx, db, alarm->workspace, &members, &count));
	for (size_t i = 0; i < count; i++)
		if (role_permissions(members[i].role) >> MAY_LISTEN & 1 && !members[i].disabled)
			TRY(notify_person(cx, db, alarm->workspace, members[i].person, "alarm", 0, 0, detail_of(cx, alarm)));
	return OK;
}

/* The evidence, with the names of the queries that heard the same event too. */
static struct str with_also(struct cx *cx, struct str evidence, struct str before, struct str name)
{
	json_t *json = json_loadb(evidence.at, evidence.len, 0, NULL), *old = json_loadb(before.at ? before.at : "", before.len, 0, NULL);
	json_t *also = json_incref(json_object_get(old, "also"));
	if (!json_is_array(also)) {
		json_decref(also);
		also = json_array();
	}
	bool is_known = !name.at;
	for (size_t i = 0; i < json_array_size(also); i++)
		is_known |= str_eq(str_of(json_string_value(json_array_get(also, i))), name);
	if (!is_known && json_array_size(also) < ALSO_MAX)
		json_array_append_new(also, json_stringn(name.at, name.len));
	if (json_array_size(also))
		json_object_set(json, "also", also);
	struct str text = json ? arena_json(cx->arena, json, JSON_COMPACT | JSON_REAL_PRECISION(9)) : evidence;
	json_decref(also);
	json_decref(old);
	json_decref(json);
	return text;
}

/* How many times as much as usual. */
static double times_in(struct str evidence)
{
	return figure_in(evidence, "value") / fmax(figure_in(evidence, "expected"), EXPECTED_LEAST);
}

/* Everything rose at once, and this query with it, as much as all the rest: that says nothing of the query. */
static bool is_of_a_wave(const struct alarm *part, const struct alarm *all)
{
	i64 apart = part->since > all->since ? part->since - all->since : all->since - part->since;
	return str_eq(part->measure, all->measure) && apart <= WAVE_MOST && times_in(part->evidence) <= WAVE_TIMES * times_in(all->evidence);
}

/* Is what two of them found one event? Two queries: at least half of the messages are both theirs. A query and all that is said: the
 * query's are at least half of what is too much there, or all rose as the query did. */
static enum err are_one(struct cx *cx, struct db *db, const struct alarm *open, const struct alarm *found, bool *ret_are_one)
{
	if (!open->query || !found->query) {
		const struct alarm *part = open->query ? open : found, *all = open->query ? found : open;
		*ret_are_one = part->query != all->query && (2 * figure_in(part->evidence, "excess") >= figure_in(all->evidence, "excess") || is_of_a_wave(part, all));
		return OK;
	}
	i64 shared;
	TRY(mentions_shared(cx, db, found->workspace, found->query, open->query, found->since, &shared));
	*ret_are_one = shared && 2 * shared >= mentions_in(found->evidence);
	return OK;
}

/* The alarm of another that goes on and is about the same; id 0: there is none. */
static enum err same_event(struct cx *cx, struct db *db, const struct alarm *found, struct alarm *ret_alarm)
{
	struct alarm *open, same = {};
	size_t count;
	TRY(alarms_open(cx, db, found->workspace, &open, &count));
	for (size_t i = 0; i < count && !same.id; i++) {
		bool one;
		TRY(are_one(cx, db, &open[i], found, &one));
		if (one)
			same = open[i];
	}
	*ret_alarm = same;
	return OK;
}

static enum err grow(struct cx *cx, struct db *db, const struct alarm *open, const struct alarm *found)
{
	bool is_higher = open->query == found->query && found->score >= open->score;
	struct str name = open->query == found->query ? (struct str){} : found->query ? found->query_name : S("");
	struct str evidence = with_also(cx, is_higher ? found->evidence : open->evidence, open->evidence, name);
	if (str_eq(evidence, open->evidence))
		return OK;
	TRY(alarm_grow(cx, db, open->workspace, open->id, is_higher ? found->score : open->score, evidence));
	return change_add(cx, db, open->workspace, 0, "alarm", open->id);
}

static enum err raise_it(struct cx *cx, struct db *db, const struct alarm *found, struct str public_url, bool *ret_is_new)
{
	struct alarm open, alarm = *found;
	struct hush hush;
	double month;
	TRY(alarm_open(cx, db, found->workspace, found->query, &open));
	if (!open.id)
		TRY(same_event(cx, db, found, &open));
	*ret_is_new = !open.id;
	if (open.id)
		return grow(cx, db, &open, found);
	TRY(hush_now(cx, db, alarm.workspace, alarm.query, cx->now, &hush));
	alarm.id = id_new();
	alarm.hush = hush.id;
	TRY(alarm_insert(cx, db, &alarm));
	TRY(alarm_wish(cx, db, alarm.workspace, &month));
	if (month > 0 && !hush.id) {
		TRY(tell(cx, db, &alarm));
		TRY(hook_intend(cx, db, &alarm, "alarm.began", public_url));
	}
	return change_add(cx, db, alarm.workspace, 0, "alarm", alarm.id);
}

enum err alarm_raise(struct cx *cx, struct db *db, const struct alarm *alarm, struct str public_url, bool *ret_is_new)
{
	return IN_TRANSACTION(cx, db, raise_it(cx, db, alarm, public_url, ret_is_new));
}

/* Who was told that it began is told that it is over. */
static enum err end_it(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str public_url)
{
	struct alarm alarm;
	struct hook_call *told;
	size_t count;
	TRY(alarm_end(cx, db, workspace, id, cx->now));
	TRY(alarm_get(cx, db, workspace, id, &alarm));
	TRY(hook_call_list(cx, db, workspace, id, 1, &told, &count));
	if (count)
		TRY(hook_intend(cx, db, &alarm, "alarm.ended", public_url));
	return change_add(cx, db, workspace, 0, "alarm", id);
}

enum err alarm_over(struct cx *cx, struct db *db, i64 workspace, i64 id, struct str public_url)
{
	return IN_TRANSACTION(cx, db, end_it(cx, db, workspace, id, public_url));
}

/* ---- hushed ---- */

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_LISTEN) ? OK : fail(cx, ERR_DENIED, N_("Your role does not write listening queries."));
}

static enum err trace(struct cx *cx, struct db *db, const struct hush *h, const char *act)
{
	CLEANUP(buf_free) struct buf detail = {};
	buf_addf(&detail, "{\"query\":\"%lld\",\"until\":%lld,\"reason\":", (long long)h->query, (long long)h->until);
	buf_add_json(&detail, h->reason);
	buf_addc(&detail, '}');
	TRY(audit(cx, db, h->workspace, act, arena_printf(cx->arena, "hush:%lld", (long long)h->id), buf_str(&detail)));
	return change_add(cx, db, h->workspace, 0, "alarm", 0);
}

static enum err hush_it(struct cx *cx, struct db *db, struct hush *h, struct undo *undo)
{
	struct listening_query q;
	struct hush before;
	TRY(may(cx));
	if (h->query)
		TRY(listening_query_get(cx, db, h->workspace, h->query, &q));
	h->reason = str_trim(h->reason);
	if (!h->reason.len || utf8_count(h->reason) > REASON_MAX)
		return fail_field(cx, "reason", N_("Say why, in 1 to %d characters: who wonders later finds it there."), REASON_MAX);
	if (h->until && h->until <= cx->now)
		return fail_field(cx, "until", N_("Choose a time to come."));
	TRY(hush_now(cx, db, h->workspace, h->query, cx->now, &before));
	if (before.id) /* one at a time: this one takes its place */
		TRY(hush_undo(cx, db, h->workspace, before.id, cx->now));
	TRY(hush_insert(cx, db, h));
	if (undo)
		undo_note(undo, "alarm_unhush", h->id);
	return trace(cx, db, h, "alarm.hush");
}

enum err alarm_hush(struct cx *cx, struct db *db, i64 workspace, i64 query, struct str reason, i64 until, struct undo *undo, i64 *ret_hush)
{
	struct hush h = {.id = id_new(), .workspace = workspace, .query = query, .reason = reason, .until = until, .at = cx->now,
			 .person = cx->actor ? cx->actor->user : 0};
	*ret_hush = h.id;
	return IN_TRANSACTION(cx, db, hush_it(cx, db, &h, undo));
}

static enum err set_hush(struct cx *cx, struct db *db, i64 workspace, i64 id, bool on, struct undo *undo)
{
	struct hush h;
	TRY(may(cx));
	TRY(hush_get(cx, db, workspace, id, &h));
	if (on == (h.undone_at == 0))
		return fail(cx, ERR_CONFLICT, N_("It is so already."));
	TRY(hush_undo(cx, db, workspace, id, on ? 0 : cx->now));
	if (undo)
		undo_note(undo, "alarm_rehush", id);
	return trace(cx, db, &h, on ? "alarm.hush" : "alarm.unhush");
}

enum err alarm_unhush(struct cx *cx, struct db *db, i64 workspace, i64 hush, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, set_hush(cx, db, workspace, hush, false, undo));
}

enum err alarm_rehush(struct cx *cx, struct db *db, i64 workspace, i64 hush)
{
	return IN_TRANSACTION(cx, db, set_hush(cx, db, workspace, hush, true, NULL));
}
