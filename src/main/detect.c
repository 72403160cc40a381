/* detect.c: what is abnormal in a series of standard input, told as it comes. */
#include "base/clock.h"
#include "base/lang.h"
#include "insight/anomaly.h"
#include "insight/series.h"
#include "main/command.h"
#include "sys/lines.h"

#include <math.h>
#include <stdio.h>

/* ---- evidence in words ---- */

/* Figures as people write them: whole ones whole, of others what matters. */
static struct str figure(struct cx *cx, double value)
{
	bool is_whole = value == floor(value) && fabs(value) < 1e15;
	return arena_printf(cx->arena, is_whole ? "%.0f" : fabs(value) < 1000 ? "%.3g" : "%.0f", value);
}

static struct str lasting(struct cx *cx, i64 span)
{
	if (span >= 2 * DAY)
		return arena_printf(cx->arena, _(N_("%lld days")), (long long)((span + DAY / 2) / DAY));
	if (span >= 2 * HOUR)
		return arena_printf(cx->arena, _(N_("%lld hours")), (long long)((span + HOUR / 2) / HOUR));
	if (span >= 2 * MINUTE)
		return arena_printf(cx->arena, _(N_("%lld minutes")), (long long)((span + MINUTE / 2) / MINUTE));
	return arena_printf(cx->arena, _(N_("%lld seconds")), (long long)((span + SECOND / 2) / SECOND));
}

static struct str evidence(struct cx *cx, const struct anomaly_finding *f)
{
	struct str value = figure(cx, f->value), expected = figure(cx, f->expected);
	struct str low = figure(cx, f->is_count ? ceil(f->low) : f->low), high = figure(cx, f->is_count ? floor(f->high) : f->high);
	struct str span = lasting(cx, f->span), since = time_text(cx->arena, f->since);
	if (!f->is_drop && str_eq(expected, S("0")) && str_eq(high, S("0")))
		return arena_printf(cx->arena, _(N_("%.*s in %.*s, where there is usually nothing. Since %.*s.")), STR_ARG(value), STR_ARG(span), STR_ARG(since));
	if (f->is_drop)
		return arena_printf(cx->arena, _(N_("%.*s in %.*s, less than usual: %.*s to %.*s would be, %.*s is expected. Since %.*s.")), STR_ARG(value), STR_ARG(span),
				    STR_ARG(low), STR_ARG(high), STR_ARG(expected), STR_ARG(since));
	if (f->times >= 1.1 && f->times < 1e6)
		return arena_printf(cx->arena, _(N_("%.*s in %.*s, %.*s times what is expected (%.*s): %.*s to %.*s would be usual. Since %.*s.")), STR_ARG(value),
				    STR_ARG(span), STR_ARG(figure(cx, f->times < 10 ? round(f->times * 10) / 10 : round(f->times))),
				    STR_ARG(expected), STR_ARG(low), STR_ARG(high), STR_ARG(since));
	return arena_printf(cx->arena, _(N_("%.*s in %.*s, more than usual: %.*s to %.*s would be, %.*s is expected. Since %.*s.")), STR_ARG(value), STR_ARG(span),
			    STR_ARG(low), STR_ARG(high), STR_ARG(expected), STR_ARG(since));
}

/* What is nothing beside the value is nothing, not 5.55e-17. */
static double beside(const struct anomaly_finding *f, double figure)
{
	return fabs(figure) < 1e-6 * fabs(f->value) ? 0 : figure;
}

static void add_alarm(struct cx *cx, struct buf *out, const struct anomaly_finding *found)
{
	struct anomaly_finding plain = *found, *f = &plain;
	f->expected = beside(f, f->expected);
	f->low = beside(f, f->low);
	f->high = beside(f, f->high);
	const struct {
		const char *name;
		double value;
	} figures[] = {{"value", f->value}, {"expected", f->expected}, {"low", f->low}, {"high", f->high}, {"times", f->times}};
	buf_adds(out, "{\"at\":\"");
	buf_add_time(out, f->at);
	buf_adds(out, "\",\"start\":\"");
	buf_add_time(out, f->since);
	buf_addf(out, "\",\"score\":%.3f,\"direction\":\"%s\"", f->score, f->is_drop ? "drop" : "rise");
	for (size_t i = 0; i < COUNT(figures); i++)
		buf_addf(out, ",\"%s\":%.6g", figures[i].name, figures[i].value);
	buf_addf(out, ",\"seconds\":%lld,\"evidence\":", (long long)(f->span / SECOND));
	buf_add_json(out, evidence(cx, f));
	buf_adds(out, "}\n");
}

/* ---- the command ---- */

#define MONTH_LEAST 0.25 /* of one series */

static enum err month_of(struct cx *cx, struct str word, double *ret_month)
{
	static const struct {
		const char *word;
		double month;
	} words[] = {{"low", 0.25}, {"normal", ANOMALY_MONTH_DEFAULT}, {"high", 4}};
	double month = word.at ? 0 : ANOMALY_MONTH_DEFAULT;
	for (size_t i = 0; i < COUNT(words); i++)
		if (str_eq(word, str_of(words[i].word)))
			month = words[i].month;
	if (month == 0 && (!str_to_double(word, &month) || !(month >= MONTH_LEAST && month <= ANOMALY_MONTH_MAX)))
		return fail_field(cx, "sensitivity", N_("Say how many false alarms a month are fine: low (one in four months), normal (1), high (4), or a figure from 0.25 to 30."));
	*ret_month = month;
	return OK;
}

/* Alarms are told at once, who waits for them may read a pipe; scores are many and go in blocks. */
static void put(struct buf *out, bool now)
{
	if (!now && out->len < (size_t)1 << 16)
		return;
	fwrite(out->at, 1, out->len, stdout);
	buf_clear(out);
	if (now)
		fflush(stdout);
}

static void tell_unordered(struct cx *cx, long long count)
{
	if (count)
		fprintf(stderr, tr_n(cx->lang, "%lld value is not later than the one before it; it was weighed where it stands. Sorted by time, alarms are better.\n",
				     "%lld values are not later than the one before them; they were weighed where they stand. Sorted by time, alarms are better.\n", count), count);
}

static enum err detect_lines(struct cx *cx, struct lines *lines, struct anomaly *anomaly, bool scores, struct buf *out)
{
	struct series_reader reader = {};
	struct line_read line;
	i64 last = INT64_MIN;
	long long unordered = 0;
	for (;;) {
		struct series_row row;
		struct anomaly_finding finding = {};
		bool is_row;
		TRY(lines_next(cx, lines, &line));
		if (!line.more) {
			tell_unordered(cx, unordered);
			return OK;
		}
		TRY(series_read(cx, &reader, line.text, &row, &is_row));
		if (!is_row)
			continue;
		unordered += row.at <= last;
		last = row.at;
		if (!row.is_missing)
			anomaly_next(anomaly, row.at, row.value, &finding);
		if (scores) {
			buf_add(out, row.when);
			buf_addf(out, ",%.4f\n", finding.score);
			put(out, false);
		} else if (finding.is_alarm) {
			add_alarm(cx, out, &finding);
			put(out, true);
			arena_reset(cx->arena);
		}
	}
}

static enum err detect(struct cx *cx, struct program *program)
{
	CLEANUP(lines_closep) struct lines *lines = NULL;
	CLEANUP(buf_free) struct buf out = {};
	struct anomaly anomaly;
	double month = ANOMALY_MONTH_DEFAULT;
	TRY(month_of(cx, option_value(program, "sensitivity"), &month));
	TRY(lines_open(cx, NULL, SERIES_LINE_MAX, &lines));
	anomaly_start(&anomaly, month);
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	struct arena *whole = cx->arena;
	cx->arena = arena; /* of one alarm: the input may be endless */
	enum err e = detect_lines(cx, lines, &anomaly, option_given(program, "scores"), &out);
	cx->arena = whole;
	put(&out, true);
	return e;
}

static const struct option_row options[] = {
	{"sensitivity", "S", N_("false alarms a month that are fine: low, normal, high, or a figure from 0.25 to 30; 1 unless told")},
	{"scores", NULL, N_("print a score for each row instead of the alarms")},
	{},
};

const struct command command_detect = {
	.name = "detect",
	.words = "",
	.about = N_("What is abnormal in a series: alarms with their evidence"),
	.more = N_("Reads a series from standard input, a time and a value a line (“2026-03-24 09:42:00,17”; a line of names on top is passed over; .gz and .zst too), "
		   "and prints an alarm as JSON when something begins that the hour, the day of the week, the level of late and the series' own ups and downs "
		   "do not explain: one an event. With --scores it prints the time and a score from 0 to 1 for each row; from 0.5 on is an alarm at "
		   "the usual sensitivity, and what goes on after its alarm scores 0. Nothing is kept: the input may be endless."),
	.options = options,
	.flags = COMMAND_NO_SETTINGS,
	.run = detect,
	.file = __FILE__,
};
