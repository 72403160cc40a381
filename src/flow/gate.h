/* gate.h: the gate that every request of a channel passes: what the network says of its quota, its wish for a pause and its failures are
 * kept with the channel (store/channel_gate.h), and hold requests back before they leave, whichever worker makes them. The connector
 * knows nothing of it: what is held back was certainly not sent. */
#pragma once
#include "channel/channel.h"
#include "model/gate.h"
#include "store/channel_gate.h"
#include "sys/net.h"

struct gate_keeper {
	i64 workspace, channel;
	enum gate_purpose purpose;
	struct net *net;             /* may be NULL: tests on a fake network */
	struct net_gate gate;
	struct channel_gate *list;   /* in the task's arena */
	size_t count, capacity;
	bool changed[CHANNEL_GATES_MAX];
	const struct channel_budget *budget; /* NULL: none */
	i64 units;                   /* of it, a day */
	i64 spent;                   /* of it, by the calls of this act */
	bool held;                   /* something was held back */
	bool asked;                  /* something left */
	bool acted;                  /* something left that may have changed something over there */
	struct cx *cx;
};

/* Before the calls of one act; the keeper must stay where it is until gate_end(). */
enum err gate_start(struct cx *cx, struct db *db, struct net *net, i64 workspace, i64 channel, enum gate_purpose purpose, struct gate_keeper *keeper);
/* Before the calls of another act by the same keeper: what was noted stands, what is told of an act (held, asked, acted) begins anew. */
void gate_next(struct gate_keeper *keeper);
/* A network whose quota is counted here (struct channel_budget). `settings` are the channel's: "units" says how many a day it has. */
void gate_plan(struct gate_keeper *keeper, const struct channel_budget *budget, const json_t *settings);
/* How long to wait before as much is read again: `least`, or longer where what is left of the day's quota would not last for it. */
i64 gate_pace(const struct gate_keeper *keeper, i64 least, i64 now);
/* After the calls: nothing passes any more. */
void gate_end(struct gate_keeper *keeper);
/* In the caller's transaction, after gate_end(). */
enum err gate_save(struct cx *cx, struct db *db, struct gate_keeper *keeper);
/* Was all that was asked for held back? */
bool gate_held(const struct gate_keeper *keeper);
