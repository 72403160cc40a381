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
#include "model/hashtag.h"
#include "store/channel.h"
#include "store/event.h"
#include "store/metric_point.h"
#include "store/post_figure.h"
#include "store/post_reach.h"
#include "store/workspace.h"

#define CHANNELS_A_TURN 5
#define TAGS_MOST 60 /* of a post */

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

/* -1: nobody told. */
static i64 told_of(const struct told *told, i64 message, struct str measure)
{
	i64 value = -1;
	for (size_t i = 0; i < told->count; i++)
		if (told->points[i].message == message && str_eq(told->points[i].measure, measure))
			value = told->points[i].value;
	return value;
}

/* How the post did beside what it was tagged with: its text, its thread, its first comment. */
static enum err record_figure(struct cx *cx, struct db *db, const struct channel *channel, const struct told *told, const struct metric_message *m, i64 reach)
{
	const i64 acts[] = {told_of(told, m->id, S("likes")), told_of(told, m->id, S("shares")), told_of(told, m->id, S("replies"))};
	struct post_figure figure = {.message = m->id, .workspace = channel->workspace, .channel = channel->id, .at = m->at, .reach = reach, .told_at = cx->now};
	struct hashtag tags[TAGS_MOST];
	struct str *texts;
	size_t tag_count = 0, text_count;
	CLEANUP(buf_free) struct buf line = {};
	if (reach < 0 && acts[0] < 0 && acts[1] < 0 && acts[2] < 0)
		return OK;
	for (size_t i = 0; i < COUNT(acts); i++)
		figure.acts += acts[i] > 0 ? acts[i] : 0;
	hashtags_add(cx->arena, m->body, tags, &tag_count, TAGS_MOST);
	TRY(post_figure_texts(cx, db, channel->workspace, m->id, &texts, &text_count));
	for (size_t i = 0; i < text_count; i++)
		hashtags_add(cx->arena, texts[i], tags, &tag_count, TAGS_MOST);
	for (size_t i = 0; i < tag_count; i++)
		buf_addf(&line, "%s%.*s", i ? " " : "", STR_ARG(tags[i].tag));
	figure.tags = buf_str(&line);
	return post_figure_save(cx, db, &figure);
}

/* What a post reached also tells whether the network's ways changed (insight/reach.h): people where the network tells them, else views. */
static enum err record_post(struct cx *cx, struct db *db, const struct channel *channel, const struct told *told, const struct metric_message *m)
{
	i64 reach = told_of(told, m->id, S("reach"));
	if (!m->is_post)
		return OK;
	reach = reach < 0 ? told_of(told, m->id, S("views")) : reach;
	TRY(record_figure(cx, db, channel, told, m, reach));
	if (reach < 0)
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
		TRY(record_post(cx, db, channel, told, map_value(told->messages, i)));
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
