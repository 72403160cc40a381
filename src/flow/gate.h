/* gate.h: the gate that every request of a channel passes: what the network says of its quota, its wish for a pause and its failures are
 * kept with the channel (store/channel_gate.h), and hold requests back before they leave, whichever worker makes them. The connector
 * knows nothing of it: what is held back was certainly not sent. */
#pragma once
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
	struct cx *cx;
};

/* Before the calls of one act; the keeper must stay where it is until gate_end(). */
enum err gate_start(struct cx *cx, struct db *db, struct net *net, i64 workspace, i64 channel, enum gate_purpose purpose, struct gate_keeper *keeper);
/* After the calls: nothing passes any more. */
void gate_end(struct gate_keeper *keeper);
/* In the caller's transaction, after gate_end(). */
enum err gate_save(struct cx *cx, struct db *db, struct gate_keeper *keeper);
