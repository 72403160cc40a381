#include "flow/alarm.h"

#include "base/id.h"
#include "base/json_text.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "model/permission.h"
#include "store/event.h"
#include "store/listening.h"
#include "store/member.h"
#include "store/workspace.h"

#include <jansson.h>

#define ALSO_MAX 5

enum err alarm_wish(struct cx *cx, struct db *db, i64 workspace, double *ret_month)
{
	struct workspace_settings settings;
	TRY(workspace_settings(cx, db, workspace, &settings));
	*ret_month = settings.alarms_a_month;
	return OK;
}

static i64 mentions_in(struct str evidence)
{
	json_t *json = json_loadb(evidence.at, evidence.len, 0, NULL);
	i64 mentions = json_integer_value(json_object_get(json, "mentions"));
	json_decref(json);
	return mentions;
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
	bool is_known = !name.len;
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

/* The alarm of another query that is about the same messages, at least half of them; id 0: there is none. */
static enum err same_event(struct cx *cx, struct db *db, const struct alarm *found, struct alarm *ret_alarm)
{
	struct alarm *open, same = {};
	size_t count;
	i64 shared, mentions = mentions_in(found->evidence);
	TRY(alarms_open(cx, db, found->workspace, &open, &count));
	for (size_t i = 0; i < count && !same.id; i++) {
		TRY(mentions_shared(cx, db, found->workspace, found->query, open[i].query, found->since, &shared));
		if (shared && 2 * shared >= mentions)
			same = open[i];
	}
	*ret_alarm = same;
	return OK;
}

static enum err grow(struct cx *cx, struct db *db, const struct alarm *open, const struct alarm *found)
{
	bool is_higher = open->query == found->query && found->score >= open->score;
	struct str name = open->query == found->query ? (struct str){} : found->query_name;
	struct str evidence = with_also(cx, is_higher ? found->evidence : open->evidence, open->evidence, name);
	if (str_eq(evidence, open->evidence))
		return OK;
	TRY(alarm_grow(cx, db, open->workspace, open->id, is_higher ? found->score : open->score, evidence));
	return change_add(cx, db, open->workspace, 0, "alarm", open->id);
}

static enum err raise_it(struct cx *cx, struct db *db, const struct alarm *found, bool *ret_is_new)
{
	struct alarm open, alarm = *found;
	double month;
	TRY(alarm_open(cx, db, found->workspace, found->query, &open));
	if (!open.id)
		TRY(same_event(cx, db, found, &open));
	*ret_is_new = !open.id;
	if (open.id)
		return grow(cx, db, &open, found);
	alarm.id = id_new();
	TRY(alarm_insert(cx, db, &alarm));
	TRY(alarm_wish(cx, db, alarm.workspace, &month));
	if (month > 0)
		TRY(tell(cx, db, &alarm));
	return change_add(cx, db, alarm.workspace, 0, "alarm", alarm.id);
}

enum err alarm_raise(struct cx *cx, struct db *db, const struct alarm *alarm, bool *ret_is_new)
{
	return IN_TRANSACTION(cx, db, raise_it(cx, db, alarm, ret_is_new));
}

static enum err end_it(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	TRY(alarm_end(cx, db, workspace, id, cx->now));
	return change_add(cx, db, workspace, 0, "alarm", id);
}

enum err alarm_over(struct cx *cx, struct db *db, i64 workspace, i64 id)
{
	return IN_TRANSACTION(cx, db, end_it(cx, db, workspace, id));
}
