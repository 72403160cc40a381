/* today.h: what the files of this page share: the day as it is for whoever asks. */
#pragma once
#include "page/page.h"
#include "page/promise.h"
#include "page/tally.h"
#include "page/todo.h"

struct day {
	i64 workspace, me;
	struct promises promises;
	struct board board;
	struct todo mine, team;
};

/* The queue: what waits for me (or for the team), by time left, one verb each. */
enum err queue_shape(struct cx *cx, struct db *db, const struct day *day, bool is_team, json_t **ret_queue);
enum err figures_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_figures);
enum err since_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_since);
enum err planned_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_planned);
