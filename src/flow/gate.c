#include "flow/gate.h"

#include "base/clock.h"
#include "base/zone.h"
#include "sys/crypto.h"
#include "sys/net_quota.h"

#include <string.h>

static struct channel_gate *gate_of(struct gate_keeper *keeper, struct str host)
{
	for (size_t i = 0; i < keeper->count; i++)
		if (str_eq(keeper->list[i].host, host))
			return &keeper->list[i];
	return NULL;
}

/* ---- a quota that is counted here ---- */

static i64 cost_of(const struct gate_keeper *keeper, const struct net_request *request)
{
	struct net_url url;
	if (!net_url_parse(keeper->cx->arena, request->url, &url))
		return 1;
	for (const struct channel_cost *c = keeper->budget->costs; c && c->method; c++)
		if (str_eq(str_of(request->method), str_of(c->method)) && str_starts(url.path, str_of(c->path)))
			return c->units;
	return 1;
}

/* What is left of the day; a day that is over begins anew, whole. */
static i64 units_left(const struct gate_keeper *keeper, const struct gate *gate, i64 now)
{
	bool today = gate->quota_limit == keeper->units && gate->quota_reset_at > now;
	return today ? gate->quota_left : keeper->units;
}

static i64 kept_for_acting(const struct gate_keeper *keeper)
{
	return keeper->units * (100 - keeper->budget->reading) / 100;
}

static void count(struct gate_keeper *keeper, const struct gate *gate, const struct net_request *request, i64 now, struct gate_news *news)
{
	struct str zone = str_of(keeper->budget->zone);
	i64 cost = cost_of(keeper, request), left = units_left(keeper, gate, now);
	keeper->spent += cost;
	news->limit = keeper->units;
	news->left = left > cost ? left - cost : 0;
	news->reset_at = zone_day(zone, zone_day(zone, now, 0) + 26 * HOUR, 0);
}

void gate_plan(struct gate_keeper *keeper, const struct channel_budget *budget, const json_t *settings)
{
	const json_t *own = json_object_get(settings, "units");
	i64 units = 0;
	if (!budget)
		return;
	if (json_is_integer(own))
		units = json_integer_value(own);
	else if (json_is_string(own))
		str_to_i64(str_of(json_string_value(own)), &units);
	keeper->budget = budget;
	keeper->units = units > 0 ? units : budget->units;
}

i64 gate_pace(const struct gate_keeper *keeper, i64 least, i64 now)
{
	i64 pace = least;
	for (size_t i = 0; keeper->budget && i < keeper->count; i++) {
		const struct gate *g = &keeper->list[i].gate;
		i64 left = units_left(keeper, g, now) - kept_for_acting(keeper), rest = g->quota_reset_at - now;
		if (!keeper->changed[i] || rest <= 0)
			continue;
		i64 wait = left > 0 ? (i64)((double)rest * (double)keeper->spent / (double)left) : rest;
		wait = wait > rest ? rest : wait;
		pace = wait > pace ? wait : pace;
	}
	return pace;
}

static bool may(void *subject, struct str host, i64 *ret_at)
{
	struct gate_keeper *keeper = subject;
	const struct channel_gate *g = gate_of(keeper, host);
	i64 now = time_now();
	if (g && keeper->budget && keeper->purpose == GATE_READING && g->gate.quota_reset_at > now && units_left(keeper, &g->gate, now) <= kept_for_acting(keeper)) {
		*ret_at = g->gate.quota_reset_at;
		keeper->held = true;
		return false;
	}
	if (!g || gate_is_open(&g->gate, keeper->purpose, now, ret_at))
		return true;
	keeper->held = true;
	return false;
}

/* A host that refuses or cannot be reached is down; what it refuses us (4xx) it does alive. An address that is not allowed says nothing of it. */
static bool failed(const struct net_answer *answer)
{
	if (answer->outcome == NET_ANSWERED)
		return answer->status >= 500;
	return answer->trouble != NET_BLOCKED && answer->trouble != NET_TOO_BIG && answer->trouble != NET_STOPPED;
}

static void note(struct cx *cx, void *subject, struct str host, const struct net_request *request, const struct net_answer *answer)
{
	struct gate_keeper *keeper = subject;
	struct channel_gate *g = gate_of(keeper, host);
	struct net_quota quota = {.limit = -1, .left = -1};
	i64 now = time_now();
	bool asks = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
	keeper->acted = keeper->acted || (!asks && answer->outcome != NET_NOT_SENT);
	if (answer->trouble == NET_BLOCKED)
		return;
	if (!g && keeper->count == CHANNEL_GATES_MAX) /* a channel of many hosts: what is asked least gives way */
		g = &keeper->list[CHANNEL_GATES_MAX - 1];
	else if (!g)
		g = arena_push(keeper->cx->arena, keeper->list, keeper->count, keeper->capacity);
	if (!str_eq(g->host, host))
		*g = (struct channel_gate){.workspace = keeper->workspace, .channel = keeper->channel, .host = arena_str(keeper->cx->arena, host)};
	net_quota_read(answer, now, &quota);
	struct gate_news news = {.failed = failed(answer), .limit = quota.limit, .left = quota.left, .reset_at = quota.reset_at};
	if (keeper->budget && answer->outcome != NET_NOT_SENT)
		count(keeper, &g->gate, request, now, &news);
	news.retry_at = answer->retry_at > quota.pause_until ? answer->retry_at : quota.pause_until;
	gate_note(&g->gate, &news, now, random_below(UINT32_MAX));
	keeper->changed[g - keeper->list] = true;
	keeper->asked = true;
}

enum err gate_start(struct cx *cx, struct db *db, struct net *net, i64 workspace, i64 channel, enum gate_purpose purpose, struct gate_keeper *keeper)
{
	*keeper = (struct gate_keeper){.workspace = workspace, .channel = channel, .purpose = purpose, .net = net, .cx = cx, .gate = {may, note, keeper}};
	TRY(channel_gates(cx, db, workspace, channel, &keeper->list, &keeper->count));
	keeper->capacity = keeper->count;
	if (net)
		net_set_gate(net, &keeper->gate);
	return OK;
}

void gate_next(struct gate_keeper *keeper)
{
	keeper->held = keeper->asked = keeper->acted = false;
}

bool gate_held(const struct gate_keeper *keeper)
{
	return keeper->held && !keeper->asked;
}

void gate_end(struct gate_keeper *keeper)
{
	if (keeper->net)
		net_set_gate(keeper->net, NULL);
}

enum err gate_save(struct cx *cx, struct db *db, struct gate_keeper *keeper)
{
	for (size_t i = 0; i < keeper->count; i++)
		if (keeper->changed[i])
			TRY(channel_gate_save(cx, db, &keeper->list[i]));
	return OK;
}
