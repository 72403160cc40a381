#include "flow/gate.h"

#include "base/clock.h"
#include "sys/crypto.h"
#include "sys/net_quota.h"

static struct channel_gate *gate_of(struct gate_keeper *keeper, struct str host)
{
	for (size_t i = 0; i < keeper->count; i++)
		if (str_eq(keeper->list[i].host, host))
			return &keeper->list[i];
	return NULL;
}

static bool may(void *subject, struct str host, i64 *ret_at)
{
	struct gate_keeper *keeper = subject;
	const struct channel_gate *g = gate_of(keeper, host);
	return !g || gate_is_open(&g->gate, keeper->purpose, time_now(), ret_at);
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
	news.retry_at = answer->retry_at > quota.pause_until ? answer->retry_at : quota.pause_until;
	gate_note(&g->gate, &news, now, random_below(UINT32_MAX));
	keeper->changed[g - keeper->list] = true;
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
