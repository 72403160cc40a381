/* digest_letter.c: what a digest says, once as plain text and once as simple HTML: headings, lists and links, nothing to load, nothing that tells
 * whether it was read. */
#include "flow/digest.h"

#include "base/clock.h"
#include "base/lang.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "store/alarm.h"
#include "store/trend.h"
#include "store/workspace.h"

#include <jansson.h>
#include <stdlib.h>

#define QUERIES_READ 200
#define QUERIES_TOLD 12
#define ALARMS_TOLD 8
#define TRENDS_TOLD 8
#define QUESTIONS_TOLD 5
#define SPANS_BEFORE 4      /* what is usual: so many weeks, or the same days of as many weeks */
#define EXCERPT 120         /* letters of a question */

struct writer {
	struct buf text, html;
	const char *lang;
	struct str zone, url;
	bool in_list;
};

static void end_list(struct writer *w)
{
	if (w->in_list)
		buf_adds(&w->html, "</ul>\n");
	w->in_list = false;
}

static void heading(struct writer *w, const char *text)
{
	end_list(w);
	buf_addf(&w->text, "\n%s\n", text);
	for (size_t i = 0, letters = utf8_count(str_of(text)); i < letters; i++)
		buf_addc(&w->text, '-');
	buf_addc(&w->text, '\n');
	buf_adds(&w->html, "<h2>");
	buf_add_html(&w->html, str_of(text));
	buf_adds(&w->html, "</h2>\n");
}

static void paragraph(struct writer *w, struct str text)
{
	end_list(w);
	buf_addf(&w->text, "%.*s\n", STR_ARG(text));
	buf_adds(&w->html, "<p>");
	buf_add_html(&w->html, text);
	buf_adds(&w->html, "</p>\n");
}

/* A line of a list: a name that leads somewhere on the desk, and what there is to say of it. */
static void item(struct writer *w, struct str name, struct str path, struct str text)
{
	if (!w->in_list)
		buf_adds(&w->html, "<ul>\n");
	w->in_list = true;
	buf_addf(&w->text, "* %.*s: %.*s\n  %.*s%.*s\n", STR_ARG(name), STR_ARG(text), STR_ARG(w->url), STR_ARG(path));
	buf_adds(&w->html, "<li><a href=\"");
	buf_add_html(&w->html, w->url);
	buf_add_html(&w->html, path);
	buf_adds(&w->html, "\">");
	buf_add_html(&w->html, name);
	buf_addf(&w->html, "</a>%s: ", str_eq(str_of(w->lang), S("fr")) ? "\u00a0" : "");
	buf_add_html(&w->html, text);
	buf_adds(&w->html, "</li>\n");
}

static struct str one_line(struct arena *arena, struct str text)
{
	CLEANUP(buf_free) struct buf b = {};
	struct str head = utf8_head(text, EXCERPT);
	for (size_t i = 0; i < head.len; i++)
		buf_addc(&b, (u8)head.at[i] < ' ' ? ' ' : head.at[i]);
	if (head.len < text.len)
		buf_adds(&b, "…");
	return buf_keep(&b, arena);
}

static struct str date(struct cx *cx, const struct writer *w, i64 at)
{
	struct civil c = zone_civil(w->zone, at);
	return arena_printf(cx->arena, "%02d/%02d/%d", c.day, c.month, c.year);
}

static struct str moment(struct cx *cx, const struct writer *w, i64 at)
{
	struct civil c = zone_civil(w->zone, at);
	return arena_printf(cx->arena, "%02d/%02d %02d:%02d", c.day, c.month, c.hour, c.minute);
}

/* ---- what is listened for ---- */

struct sums {
	i64 mentions, tones[TONES];
};
struct heard_query {
	const struct listening_query *query;
	struct sums now, past; /* past: of SPANS_BEFORE as long spans */
};

static i64 percent(i64 part, i64 all)
{
	return all > 0 ? (2 * 100 * part + all) / (2 * all) : 0;
}

static enum err sum_up(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, struct heard_query *h)
{
	struct mention_sum *sums;
	size_t count;
	i64 length = span->until - span->since;
	TRY(mention_sums(cx, db, workspace, h->query->id, BY_HOUR, span->since - SPANS_BEFORE * 7 * DAY, span->until, &sums, &count));
	for (size_t i = 0; i < count; i++) {
		i64 back = span->until - 1 - sums[i].hour; /* of the same weekday, when a day is told */
		bool is_now = sums[i].hour >= span->since, is_past = !is_now && back % (7 * DAY) < length;
		if (!is_now && !is_past)
			continue;
		struct sums *to = is_now ? &h->now : &h->past;
		to->mentions += sums[i].mentions;
		to->tones[sums[i].tone] += sums[i].mentions;
	}
	return OK;
}

static struct str query_text(struct cx *cx, const struct writer *w, const struct heard_query *h)
{
	CLEANUP(buf_free) struct buf b = {};
	i64 usual = (2 * h->past.mentions + SPANS_BEFORE) / (2 * SPANS_BEFORE), known = h->now.mentions - h->now.tones[TONE_UNKNOWN];
	i64 past_known = h->past.mentions - h->past.tones[TONE_UNKNOWN];
	buf_addf(&b, tr_n(w->lang, "%lld mention", "%lld mentions", h->now.mentions), (long long)h->now.mentions);
	if (h->past.mentions)
		buf_addf(&b, tr(w->lang, N_(", usually %lld")), (long long)usual);
	if (known)
		buf_addf(&b, tr(w->lang, N_("; %lld %% negative")), (long long)percent(h->now.tones[TONE_NEGATIVE], known));
	if (known && past_known)
		buf_addf(&b, tr(w->lang, N_(", usually %lld %%")), (long long)percent(h->past.tones[TONE_NEGATIVE], past_known));
	return buf_keep(&b, cx->arena);
}

/* Us first, then competitors, the sector, topics; of each kind those that are heard most. */
static int by_weight(const void *a, const void *b)
{
	const struct heard_query *x = a, *y = b;
	if (x->query->kind != y->query->kind)
		return x->query->kind < y->query->kind ? -1 : 1;
	if (x->now.mentions != y->now.mentions)
		return x->now.mentions > y->now.mentions ? -1 : 1;
	return (x->query->id > y->query->id) - (x->query->id < y->query->id);
}

static enum err tell_queries(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, struct writer *w, bool *has_news)
{
	struct listening_query *queries;
	size_t count, heard_count = 0;
	TRY(listening_query_list(cx, db, workspace, false, LIST_START, QUERIES_READ, &queries, &count));
	struct heard_query *heard = arena_array(cx->arena, struct heard_query, count + 1);
	for (size_t i = 0; i < count; i++) {
		if (!queries[i].active)
			continue;
		heard[heard_count].query = &queries[i];
		TRY(sum_up(cx, db, workspace, span, &heard[heard_count++]));
	}
	if (!heard_count)
		return OK;
	*has_news = true;
	qsort(heard, heard_count, sizeof *heard, by_weight);
	heading(w, tr(w->lang, N_("What you listen for")));
	for (size_t i = 0; i < heard_count && i < QUERIES_TOLD; i++)
		item(w, heard[i].query->name, arena_printf(cx->arena, "/listening/%lld", (long long)heard[i].query->id), query_text(cx, w, &heard[i]));
	if (heard_count > QUERIES_TOLD)
		paragraph(w, arena_printf(cx->arena, tr(w->lang, N_("And %zu more on the desk.")), heard_count - QUERIES_TOLD));
	return OK;
}

/* ---- what was unusual, what begins to rise, who waits ---- */

static struct str alarm_text(struct cx *cx, const struct writer *w, const struct alarm *alarm)
{
	struct str since = moment(cx, w, alarm->since);
	bool negative = str_eq(alarm->measure, S("negative")), harmful = str_eq(alarm->measure, S("harmful"));
	return arena_printf(cx->arena,
			    negative  ? tr(w->lang, N_("more was negative than usual, from %.*s on"))
			    : harmful ? tr(w->lang, N_("more was harmful than usual, from %.*s on"))
				      : tr(w->lang, N_("more was said than usual, from %.*s on")),
			    STR_ARG(since));
}

static enum err tell_alarms(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, struct writer *w, bool *has_news)
{
	struct alarm *alarms;
	size_t count, told = 0;
	TRY(alarm_list(cx, db, workspace, ALARMS_OF_ALL, LIST_START, 50, &alarms, &count));
	for (size_t i = 0; i < count && told < ALARMS_TOLD; i++) {
		if (alarms[i].hush || alarms[i].at < span->since || alarms[i].at >= span->until)
			continue;
		if (!told++)
			heading(w, tr(w->lang, N_("What was unusual")));
		item(w, alarms[i].query_name.len ? alarms[i].query_name : str_of(tr(w->lang, N_("All that comes in"))),
		     arena_printf(cx->arena, "/listening/alarms/%lld", (long long)alarms[i].id), alarm_text(cx, w, &alarms[i]));
	}
	*has_news |= told > 0;
	return OK;
}

static enum err tell_trends(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, struct writer *w, bool *has_news)
{
	struct trend *trends;
	size_t count, told = 0;
	TRY(trend_list(cx, db, workspace, span->since, 100, &trends, &count));
	for (size_t i = 0; i < count && told < TRENDS_TOLD; i++) {
		if (trends[i].hushed_at || trends[i].at < span->since || trends[i].at >= span->until)
			continue;
		if (!told++)
			heading(w, tr(w->lang, N_("What began to rise")));
		json_t *evidence = json_loadb(trends[i].evidence.at, trends[i].evidence.len, 0, NULL);
		i64 people = json_integer_value(json_object_get(evidence, "people"));
		json_decref(evidence);
		item(w, trends[i].term, S("/trends"), arena_printf(cx->arena, tr(w->lang, N_("%lld people, from %.*s on")), (long long)people, STR_ARG(moment(cx, w, trends[i].since))));
	}
	*has_news |= told > 0;
	return OK;
}

static enum err tell_questions(struct cx *cx, struct db *db, i64 workspace, struct writer *w, bool *has_news)
{
	struct open_question *questions;
	size_t count;
	i64 all;
	TRY(open_questions(cx, db, workspace, QUESTIONS_TOLD, &questions, &count, &all));
	if (!all)
		return OK;
	*has_news = true;
	heading(w, tr(w->lang, N_("Questions that wait")));
	paragraph(w, arena_printf(cx->arena, tr_n(w->lang, "%lld question waits for an answer; the oldest:", "%lld questions wait for an answer; the oldest:", all), (long long)all));
	for (size_t i = 0; i < count; i++)
		item(w, questions[i].contact_name.len ? questions[i].contact_name : S("?"), arena_printf(cx->arena, "/conversations/%lld", (long long)questions[i].conversation),
		     one_line(cx->arena, questions[i].preview));
	return OK;
}

/* ---- together ---- */

static void begin(struct cx *cx, struct writer *w, struct str title, const struct digest_span *span)
{
	struct str dates = arena_printf(cx->arena, tr(w->lang, N_("From %.*s to %.*s.")), STR_ARG(date(cx, w, span->since)), STR_ARG(date(cx, w, span->until)));
	buf_addf(&w->text, "%.*s\n\n", STR_ARG(title));
	buf_addf(&w->html, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>", w->lang);
	buf_add_html(&w->html, title);
	buf_adds(&w->html, "</title></head>\n<body style=\"font-family:sans-serif;line-height:1.5;max-width:40em;margin:1em auto;padding:0 1em\">\n<h1 style=\"font-size:1.4em\">");
	buf_add_html(&w->html, title);
	buf_adds(&w->html, "</h1>\n");
	paragraph(w, dates);
}

static void finish(struct writer *w, struct str settings, struct str end)
{
	const char *why = tr(w->lang, N_("You get this letter because you asked for it. How often it comes:")), *stop = tr(w->lang, N_("No more of them:"));
	end_list(w);
	buf_addf(&w->text, "\n-- \n%s\n%.*s\n%s\n%.*s\n", why, STR_ARG(settings), stop, STR_ARG(end));
	buf_adds(&w->html, "<hr>\n<p>");
	buf_add_html(&w->html, str_of(why));
	buf_adds(&w->html, " <a href=\"");
	buf_add_html(&w->html, settings);
	buf_adds(&w->html, "\">");
	buf_add_html(&w->html, str_of(tr(w->lang, N_("your notifications"))));
	buf_adds(&w->html, "</a>. <a href=\"");
	buf_add_html(&w->html, end);
	buf_adds(&w->html, "\">");
	buf_add_html(&w->html, str_of(tr(w->lang, N_("Stop these letters"))));
	buf_adds(&w->html, "</a></p>\n</body></html>\n");
}

static enum err compose(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, struct str end, struct writer *w, struct digest_text *ret_text)
{
	struct workspace place;
	bool has_news = false;
	TRY(workspace_get(cx, db, workspace, &place));
	struct str title = arena_printf(cx->arena, span->is_daily ? tr(w->lang, N_("%.*s: what was heard since yesterday")) : tr(w->lang, N_("%.*s: what was heard this week")),
					STR_ARG(place.name));
	begin(cx, w, title, span);
	TRY(tell_queries(cx, db, workspace, span, w, &has_news));
	TRY(tell_alarms(cx, db, workspace, span, w, &has_news));
	TRY(tell_trends(cx, db, workspace, span, w, &has_news));
	TRY(tell_questions(cx, db, workspace, w, &has_news));
	finish(w, arena_printf(cx->arena, "%.*s/account?tab=notifications", STR_ARG(w->url)), end);
	*ret_text = (struct digest_text){title, buf_keep(&w->text, cx->arena), buf_keep(&w->html, cx->arena), has_news};
	return OK;
}

enum err digest_write(struct cx *cx, struct db *db, i64 workspace, const struct digest_span *span, const char *lang, struct str zone, struct str url,
		      struct str end, struct digest_text *ret_text)
{
	struct writer w = {.lang = lang, .zone = zone, .url = url};
	enum err e = compose(cx, db, workspace, span, end, &w, ret_text);
	buf_free(&w.text);
	buf_free(&w.html);
	return e;
}
