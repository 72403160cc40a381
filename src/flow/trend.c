#include "flow/trend.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "flow/audit.h"
#include "flow/listen.h"
#include "flow/transaction.h"
#include "model/actor.h"
#include "store/event.h"

#define KNOWN_MAX 500 /* rises that what is found is held against, the last seen first */

static enum err counted(struct cx *cx, struct db *db, i64 workspace, const struct trend_counts *counts, i64 oldest_day)
{
	i64 now;
	TRY(trend_read_to(cx, db, workspace, &now));
	if (now != counts->from)
		return OK;
	for (size_t i = 0; i < counts->count; i++)
		TRY(trend_day_set(cx, db, workspace, counts->days[i].day, counts->days[i].counts));
	TRY(trend_days_prune(cx, db, workspace, oldest_day));
	TRY(hashtags_heard_add(cx, db, workspace, counts->tags, counts->tag_count));
	TRY(hashtags_heard_prune(cx, db, workspace, id_at(cx->now - HASHTAG_HEARD, 0)));
	return trend_set_read_to(cx, db, workspace, counts->to);
}

enum err trend_counted(struct cx *cx, struct db *db, i64 workspace, const struct trend_counts *counts, i64 oldest_day)
{
	return IN_TRANSACTION(cx, db, counted(cx, db, workspace, counts, oldest_day));
}

/* ---- what was found ---- */

static bool has_line(struct str lines, struct str line)
{
	while (lines.at && lines.len)
		if (str_eq(str_cut(&lines, '\n'), line))
			return true;
	return false;
}

/* Do they have a term in common? */
static bool is_same(const struct trend *a, const struct trend *b)
{
	struct str rest = a->terms;
	while (rest.at && rest.len) {
		struct str line = str_cut(&rest, '\n');
		if (line.len && has_line(b->terms, line))
			return true;
	}
	return false;
}

/* The known rise that this is, hushed ones first: what does not matter does not come back under the name of what is said with it. */
static struct trend *known_of(struct cx *cx, struct trend *known, size_t count, const struct trend *found)
{
	struct trend *best = NULL;
	for (size_t i = 0; i < count; i++) {
		bool is_near = known[i].seen_at >= cx->now - (known[i].hushed_at ? TREND_HUSHED : TREND_AGAIN);
		if (is_near && is_same(&known[i], found) && (!best || (known[i].hushed_at && !best->hushed_at)))
			best = &known[i];
	}
	return best;
}

/* What was one and is told as two now stays the one that it was. */
static enum err see(struct cx *cx, struct db *db, i64 workspace, struct trend *known, size_t known_count, bool *taken, const struct trend *found, size_t *new_count)
{
	struct trend t = *found, *was = known_of(cx, known, known_count, found);
	if (was && taken[was - known])
		return OK;
	t.workspace = workspace;
	t.seen_at = cx->now;
	t.ended_at = 0;
	if (was) {
		taken[was - known] = true;
		t.id = was->id;
		t.at = was->at;
		t.since = !was->ended_at && was->since < t.since ? was->since : t.since;
		was->seen_at = cx->now;
		was->ended_at = 0;
	} else {
		t.id = id_new();
		t.at = cx->now;
		*new_count += 1;
	}
	TRY(trend_save(cx, db, &t));
	return change_add(cx, db, workspace, 0, "trend", t.id);
}

static enum err seen(struct cx *cx, struct db *db, i64 workspace, const struct trend *found, size_t count, size_t *ret_new)
{
	struct trend *known;
	size_t known_count;
	*ret_new = 0;
	TRY(trend_list(cx, db, workspace, cx->now - TREND_HUSHED, KNOWN_MAX, &known, &known_count));
	bool *taken = arena_array(cx->arena, bool, known_count + 1);
	for (size_t i = 0; i < count; i++)
		TRY(see(cx, db, workspace, known, known_count, taken, &found[i], ret_new));
	for (size_t i = 0; i < known_count; i++)
		if (!known[i].ended_at && known[i].seen_at < cx->now - TREND_CALM) {
			TRY(trend_set_end(cx, db, workspace, known[i].id, cx->now));
			TRY(change_add(cx, db, workspace, 0, "trend", known[i].id));
		}
	return trends_prune(cx, db, workspace, cx->now - TREND_KEPT);
}

enum err trends_seen(struct cx *cx, struct db *db, i64 workspace, const struct trend *found, size_t count, size_t *ret_new)
{
	return IN_TRANSACTION(cx, db, seen(cx, db, workspace, found, count, ret_new));
}

/* ---- what people say of it ---- */

static enum err may(struct cx *cx)
{
	return actor_may(cx->actor, MAY_LISTEN) ? OK : fail(cx, ERR_DENIED, N_("Your role does not write listening queries."));
}

static struct str term_detail(struct cx *cx, const struct trend *t)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_adds(&b, "{\"term\":");
	buf_add_json(&b, t->term);
	buf_addc(&b, '}');
	return buf_keep(&b, cx->arena);
}

static enum err trace(struct cx *cx, struct db *db, const struct trend *t, const char *act)
{
	TRY(audit(cx, db, t->workspace, act, arena_printf(cx->arena, "trend:%lld", (long long)t->id), term_detail(cx, t)));
	return change_add(cx, db, t->workspace, 0, "trend", t->id);
}

static enum err set_hush(struct cx *cx, struct db *db, i64 workspace, i64 id, bool hush, struct undo *undo)
{
	struct trend t;
	TRY(may(cx));
	TRY(trend_get(cx, db, workspace, id, &t));
	if (hush == (t.hushed_at != 0))
		return OK;
	TRY(trend_set_hushed(cx, db, workspace, id, hush ? cx->now : 0, hush ? cx->actor->user : 0));
	if (undo)
		undo_note(undo, hush ? "unhush" : "hush", id);
	return trace(cx, db, &t, hush ? "trend.hush" : "trend.unhush");
}

enum err trend_hush(struct cx *cx, struct db *db, i64 workspace, i64 id, bool hush, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, set_hush(cx, db, workspace, id, hush, undo));
}

/* A hashtag as it is; words between quotes, so that none is taken for a word of the query language. */
static struct str words_of(struct cx *cx, struct str term)
{
	return str_starts(term, S("#")) ? term : arena_printf(cx->arena, "\"%.*s\"", STR_ARG(term));
}

static enum err follow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_query, struct undo *undo)
{
	struct trend t;
	i64 query;
	TRY(may(cx));
	TRY(trend_get(cx, db, workspace, id, &t));
	struct str name = str_trim(utf8_head(t.term, LISTEN_NAME_MAX));
	TRY(listening_query_named(cx, db, workspace, name, &query));
	if (!query) {
		struct listening_query q = {.workspace = workspace, .name = name, .kind = LISTEN_TOPIC, .words = words_of(cx, t.term), .active = true};
		TRY(listen_query(cx, db, &q, undo));
		query = q.id;
	}
	TRY(trend_set_query(cx, db, workspace, id, query));
	*ret_query = query;
	return trace(cx, db, &t, "trend.follow");
}

enum err trend_follow(struct cx *cx, struct db *db, i64 workspace, i64 id, i64 *ret_query, struct undo *undo)
{
	return IN_TRANSACTION(cx, db, follow(cx, db, workspace, id, ret_query, undo));
}
