/* channel_gate.h: how channels stand with the hosts of their networks, and when each of their acts last worked. */
#pragma once
#include "model/gate.h"
#include "sys/db.h"

struct channel_gate {
	i64 workspace, channel;
	struct str host;
	struct gate gate;
};

#define CHANNEL_GATES_MAX 64 /* of one channel: the hosts asked last */

enum err channel_gates(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_gate **ret_gates, size_t *ret_count);
enum err channel_gate_save(struct cx *cx, struct db *db, const struct channel_gate *gate);
enum err channel_gates_forget(struct cx *cx, struct db *db, i64 workspace, i64 channel); /* somebody set it right: try at once */
/* The same where the quota is counted by us: what was used of it stays used. */
enum err channel_gates_open(struct cx *cx, struct db *db, i64 workspace, i64 channel);

struct channel_last {
	struct str act;
	i64 done_at, failed_at;
	struct str story;
};

enum err channel_acts(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct channel_last **ret_acts, size_t *ret_count);
enum err channel_act_done(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str act);
enum err channel_act_failed(struct cx *cx, struct db *db, i64 workspace, i64 channel, struct str act, struct str story);
