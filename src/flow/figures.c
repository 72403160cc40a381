#include "flow/figures.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/log.h"
#include "base/map.h"
#include "channel/channel.h"
#include "flow/channels.h"
#include "flow/credential.h"
#include "flow/gate.h"
#include "flow/transaction.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/metric_point.h"
#include "store/post_reach.h"
#include "store/workspace.h"

#define CHANNELS_A_TURN 5

/* What a channel told; nothing is written while it is being asked. */
struct told {
	struct arena *arena;
	struct map *messages;       /* remote id -> struct metric_message */
	struct metric_point *points;
	size_t count, capacity;
};

static enum err keep(struct cx *cx, void *subject, const struct metric *metric)
{
	struct told *told = subject;
	const struct metric_message *message = metric->remote_id.len ? map_get(told->messages, metric->remote_id) : NULL;
	if (metric->remote_id.len && !message) /* of something we did not ask for */
		return OK;
	*arena_push(told->arena, told->points, told->count, told->capacity) =
		(struct metric_point){.message = message ? message->id : 0, .measure = str_of(metric->measure), .value = metric->value};
	return OK;
}

static enum err ask(struct cx *cx, struct db *db, struct outbox *outbox, struct channel *channel, const struct channel_kind *kind, struct gate_keeper *keeper, struct told *told)
{
	struct credential credential;
	struct metric_message *messages;
	size_t count;
	TRY(credential_open(cx, db, outbox, channel, &credential));
	TRY(metric_messages(cx, db, channel->workspace, channel->id, cx->now - FIGURES_BACK, FIGURES_MESSAGES, &messages, &count));
	struct str *ids = arena_array(cx->arena, struct str, count + 1);
	for (size_t i = 0; i < count; i++) {
		ids[i] = messages[i].remote_id;
		map_put(told->messages, ids[i], &messages[i]);
	}
	TRY(gate_start(cx, db, outbox->net, channel->workspace, channel->id, GATE_READING, keeper));
	gate_plan(keeper, kind->budget, credential.account.settings);
	enum err e = kind->metrics(cx, outbox->net, &credential.account, NULL, 0, keep, told);
	if (e == OK && count)
		e = kind->metrics(cx, outbox->net, &credential.account, ids, count, keep, told);
	gate_end(keeper);
	return e;
}

/* What a post reached also tells whether the network's ways changed (insight/reach.h): people where the network tells them, else views. */
static enum err record_reach(struct cx *cx, struct db *db, const struct channel *channel, const struct told *told, const struct metric_message *m)
{
	i64 reach = -1;
	for (size_t i = 0; i < told->count; i++) {
		const struct metric_point *p = &told->points[i];
		if (p->message == m->id && (str_eq(p->measure, S("reach")) || (reach < 0 && str_eq(p->measure, S("views")))))
			reach = p->value;
	}
	if (reach < 0 || !m->is_post)
		return OK;
	bool has_link = str_find(m->body, S("http://")) >= 0 || str_find(m->body, S("https://")) >= 0;
	struct post_reach post = {
		.id = id_new(), .workspace = channel->workspace, .channel = channel->id, .at = m->at, .remote_id = m->remote_id, .reach = reach,
		.format = m->attachment_count && !has_link ? S("image") : has_link ? S("link") : S("text"),
		.length = (i64)text_length(TEXT_CHARACTERS, m->body), .has_link = has_link, .told_at = cx->now,
	};
	return post_reach_save(cx, db, &post);
}

static enum err record(struct cx *cx, struct db *db, const struct channel *channel, struct gate_keeper *keeper, struct told *told)
{
	TRY(gate_save(cx, db, keeper));
	for (size_t i = 0; i < told->count; i++) {
		struct metric_point *p = &told->points[i];
		p->id = id_new();
		p->workspace = channel->workspace;
		p->channel = channel->id;
		p->at = p->told_at = cx->now;
		TRY(metric_point_take(cx, db, p));
	}
	for (size_t i = 0; i < map_count(told->messages); i++)
		TRY(record_reach(cx, db, channel, told, map_value(told->messages, i)));
	return channel_act_done(cx, db, channel->workspace, channel->id, S("metrics"));
}

static enum err record_failure(struct cx *cx, struct db *db, const struct channel *channel, struct gate_keeper *keeper)
{
	struct str story = arena_str(cx->arena, str_of(cx->story));
	TRY(gate_save(cx, db, keeper));
	return channel_act_failed(cx, db, channel->workspace, channel->id, S("metrics"), story);
}

static enum err read_figures(struct cx *cx, struct db *db, struct outbox *outbox, const struct metric_channel *due, const struct channel_kind *kind)
{
	struct channel channel;
	struct gate_keeper keeper = {};
	struct told told = {.arena = cx->arena, .messages = map_new(cx->arena)};
	TRY(workspace_speak(cx, db, due->workspace));
	TRY(channel_get(cx, db, due->workspace, due->channel, &channel));
	cx->now = time_now();
	enum err e = ask(cx, db, outbox, &channel, kind, &keeper, &told);
	if (e == OK)
		return IN_TRANSACTION(cx, db, record(cx, db, &channel, &keeper, &told));
	log_failure(cx, "figures_not_read");
	TRY(IN_TRANSACTION(cx, db, record_failure(cx, db, &channel, &keeper)));
	cx_forget(cx);
	return OK;
}

enum err figures_turn(struct cx *cx, struct db *db, struct outbox *outbox, i64 *ret_count)
{
	*ret_count = 0;
	for (size_t k = 0; k < channel_kind_count; k++) {
		const struct channel_kind *kind = channel_kinds[k];
		struct metric_channel *due;
		size_t count;
		if (!kind->metrics)
			continue;
		TRY(metric_channels_due(cx, db, str_of(kind->word), cx->now - FIGURES_EVERY, CHANNELS_A_TURN, &due, &count));
		for (size_t i = 0; i < count; i++)
			TRY(read_figures(cx, db, outbox, &due[i], kind));
		*ret_count += (i64)count;
	}
	return OK;
}
