#include "flow/alarm.h"

#include "base/id.h"
#include "flow/notify.h"
#include "flow/transaction.h"
#include "model/permission.h"
#include "store/event.h"
#include "store/member.h"
#include "store/workspace.h"

#include <jansson.h>

enum err alarm_wish(struct cx *cx, struct db *db, i64 workspace, double *ret_month)
{
	struct workspace w;
	TRY(workspace_get(cx, db, workspace, &w));
	json_t *settings = json_loadb(w.settings.at, w.settings.len, 0, NULL);
	const json_t *month = json_object_get(settings, "alarms_a_month");
	*ret_month = json_is_number(month) && json_number_value(month) >= 0 ? json_number_value(month) : 1;
	json_decref(settings);
	return OK;
}

/* What a notification says of it: enough to be told without the alarm. */
static struct str detail_of(struct cx *cx, const struct alarm *alarm)
{
	json_t *evidence = json_loadb(alarm->evidence.at, alarm->evidence.len, 0, NULL);
	CLEANUP(buf_free) struct buf b = {};
	buf_addf(&b, "{\"alarm\":\"%lld\",\"query\":\"%lld\",\"name\":", (long long)alarm->id, (long long)alarm->query);
	buf_add_json(&b, alarm->query_name);
	buf_addf(&b, ",\"measure\":\"%.*s\",\"mentions\":%lld}", STR_ARG(alarm->measure), (long long)json_integer_value(json_object_get(evidence, "mentions")));
	json_decref(evidence);
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

static enum err raise_it(struct cx *cx, struct db *db, const struct alarm *found, bool *ret_is_new)
{
	struct alarm open, alarm = *found;
	double month;
	TRY(alarm_open(cx, db, found->workspace, found->query, &open));
	*ret_is_new = !open.id;
	if (open.id && found->score < open.score)
		return OK;
	if (open.id) {
		TRY(alarm_grow(cx, db, open.workspace, open.id, found->score, found->evidence));
		return change_add(cx, db, open.workspace, 0, "alarm", open.id);
	}
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
