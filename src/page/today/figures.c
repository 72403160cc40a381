/* figures.c: the figures there are: how fast the first answers of the last seven days came, how many in time, what is open, what was
 * settled since yesterday. Over some thousand conversations at the most, and kept for half a minute for a workspace. */
#include "base/clock.h"
#include "base/lang.h"
#include "page/today/today.h"
#include "ui/document.h"

#include <pthread.h>

#define LOOKED_AT 1000 /* of each state, the newest */
#define KEPT 64
#define KEPT_FOR (30 * SECOND)

struct figures {
	i64 workspace, at;
	i64 median, answered;     /* of first answers, in time of work where the promise counts that */
	i64 promised, in_time;
	i64 resolved, late;
};
static struct figures kept[KEPT];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int by_size(const void *a, const void *b)
{
	i64 left = *(const i64 *)a, right = *(const i64 *)b;
	return left < right ? -1 : left > right;
}

struct sums {
	i64 *durations;
	size_t count, capacity;
};

/* A promise of an answer: kept, broken, or (settled before it ran out, without a word) neither. */
static void add_promise(struct cx *cx, const struct day *day, const struct conversation_span *s, struct sums *sums, struct figures *f)
{
	i64 week = cx->now - 7 * DAY;
	bool broken = !s->first_met_at && s->first_due_at < cx->now && s->first_due_at >= week && !(s->resolved_at && s->resolved_at <= s->first_due_at);
	if (s->first_due_at && (s->first_met_at >= week || broken)) {
		f->promised++;
		f->in_time += s->first_met_at && s->first_met_at <= s->first_due_at;
	}
	if (s->first_met_at < week || s->first_met_at < s->started_at)
		return;
	bool by_hours = promise_counts_hours(&day->promises, s->policy);
	*arena_push(cx->arena, sums->durations, sums->count, sums->capacity) =
		by_hours ? hours_between(&day->promises.hours, s->started_at, s->first_met_at) : s->first_met_at - s->started_at;
}

static enum err add_status(struct cx *cx, struct db *db, const struct day *day, enum status status, struct sums *sums, struct figures *f)
{
	struct conversation_span *spans;
	size_t count;
	TRY(conversation_spans(cx, db, day->workspace, status, cx->now - 7 * DAY, LOOKED_AT, &spans, &count));
	for (size_t i = 0; i < count; i++) {
		const struct conversation_span *s = &spans[i];
		if (s->resolved_at >= cx->now - DAY)
			f->resolved++;
		if (status == STATUS_OPEN && s->first_due_at && !s->first_met_at && s->first_due_at < cx->now)
			f->late++;
		add_promise(cx, day, s, sums, f);
	}
	return OK;
}

/* Rounds that are over because they wrote again. */
static enum err add_rounds(struct cx *cx, struct db *db, const struct day *day, struct sums *sums, struct figures *f)
{
	struct conversation_span *spans;
	size_t count;
	TRY(conversation_rounds(cx, db, day->workspace, cx->now - 7 * DAY, LOOKED_AT, &spans, &count));
	for (size_t i = 0; i < count; i++)
		add_promise(cx, day, &spans[i], sums, f);
	return OK;
}

static enum err figures_anew(struct cx *cx, struct db *db, const struct day *day, struct figures *f)
{
	struct sums sums = {};
	for (int status = 0; status < STATUS_COUNT; status++)
		TRY(add_status(cx, db, day, (enum status)status, &sums, f));
	TRY(add_rounds(cx, db, day, &sums, f));
	f->answered = (i64)sums.count;
	if (sums.count) {
		qsort(sums.durations, sums.count, sizeof *sums.durations, by_size);
		f->median = sums.durations[sums.count / 2];
	}
	return OK;
}

static enum err figures_of(struct cx *cx, struct db *db, const struct day *day, struct figures *ret_figures)
{
	struct figures *place = &kept[((u64)day->workspace * 0x9e3779b97f4a7c15u >> 32) % KEPT];
	pthread_mutex_lock(&lock);
	struct figures f = *place;
	pthread_mutex_unlock(&lock);
	if (f.workspace != day->workspace || cx->now < f.at || cx->now - f.at > KEPT_FOR) {
		f = (struct figures){.workspace = day->workspace, .at = cx->now};
		TRY(figures_anew(cx, db, day, &f));
		pthread_mutex_lock(&lock);
		*place = f;
		pthread_mutex_unlock(&lock);
	}
	*ret_figures = f;
	return OK;
}

/* ---- shapes ---- */

static void add_figure(struct cx *cx, json_t *list, const char *title, const char *about, json_t *value, const char *unit, json_t *bar, json_t *note)
{
	json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:s?, s:o, s:n, s:o}", "title", _(title), "about", _(about), "value", value, "unit", unit, "bar", bar,
					      "trend", "note", note));
}

static json_t *number_text(struct cx *cx, i64 number)
{
	CLEANUP(buf_free) struct buf b = {};
	buf_add_number(&b, cx->lang, number);
	return doc_text(buf_str(&b));
}

static json_t *filled(struct cx *cx, const char *text, i64 number)
{
	CLEANUP(buf_free) struct buf b = {}, n = {};
	buf_add_number(&n, cx->lang, number);
	buf_add_filled(&b, text, buf_str(&n));
	return doc_text(buf_str(&b));
}

static void add_median(struct cx *cx, json_t *list, const struct figures *f)
{
	CLEANUP(buf_free) struct buf duration = {};
	bool minutes = f->median < HOUR;
	if (!minutes)
		buf_add_duration(&duration, cx->lang, f->median);
	json_t *value = !f->answered ? json_string("–") : minutes ? number_text(cx, f->median < MINUTE ? 1 : f->median / MINUTE) : doc_text(buf_str(&duration));
	add_figure(cx, list, N_("First answer (median)"), N_("Working time between a message and our first answer, over seven days"), value,
		   f->answered && minutes ? "min" : NULL, json_null(),
		   f->answered ? filled(cx, tr_n(cx->lang, "of {n} answer", "of {n} answers", f->answered), f->answered) : json_null());
}

static void add_in_time(struct cx *cx, json_t *list, const struct figures *f)
{
	if (!f->promised)
		return;
	i64 share = (100 * f->in_time + f->promised / 2) / f->promised;
	json_t *bar = json_pack("{s:I, s:s, s:n}", "share", (json_int_t)share, "tone", share >= 90 ? "ok" : share >= 75 ? "sun" : "red", "goal");
	add_figure(cx, list, N_("Answered in time"), N_("First answers that left before their promise ran out, over seven days"), number_text(cx, share), "%", bar,
		   filled(cx, tr_n(cx->lang, "of {n} promise", "of {n} promises", f->promised), f->promised));
}

enum err figures_shape(struct cx *cx, struct db *db, const struct day *day, json_t **ret_figures)
{
	struct figures f;
	json_t *list = json_array();
	*ret_figures = list;
	if (!actor_may(cx->actor, MAY_READ_FIGURES))
		return OK;
	TRY(figures_of(cx, db, day, &f));
	add_median(cx, list, &f);
	add_in_time(cx, list, &f);
	add_figure(cx, list, N_("Open"), N_("Conversations that wait for somebody of the team"),
		   day->board.whole ? number_text(cx, day->board.open) : json_string("999+"), NULL, json_null(),
		   f.late ? filled(cx, tr_n(cx->lang, "{n} of them late", "{n} of them late", f.late), f.late) : json_null());
	add_figure(cx, list, N_("Settled since yesterday"), N_("Conversations marked as done in the last 24 hours"), number_text(cx, f.resolved), NULL, json_null(), json_null());
	return OK;
}
