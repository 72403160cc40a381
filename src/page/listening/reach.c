/* reach.c: what posts reach on each network against their own past, and the break in it that is not of one's own making (insight/reach.h). */
#include "base/clock.h"
#include "base/lang.h"
#include "base/zone.h"
#include "flow/reach.h"
#include "insight/reach.h"
#include "page/listening/listening.h"
#include "store/channel.h"
#include "ui/format.h"

#include <math.h>
#include <stdlib.h>

#define POSTS_LOOKED 5000
#define POINTS_MAX 53
#define WEEK (7 * DAY)
#define CHART_TOP 14.0
#define CHART_BOTTOM 190.0

static u8 format_of(struct str word)
{
	for (u8 i = 0; reach_formats[i]; i++)
		if (str_eq(word, str_of(reach_formats[i])))
			return i;
	return 7;
}

static struct reach_post *as_looked_at(struct cx *cx, const struct post_reach *posts, size_t count)
{
	struct reader reader = reader_of(cx);
	struct reach_post *list = arena_array(cx->arena, struct reach_post, count + 1);
	for (size_t i = 0; i < count; i++) {
		const struct post_reach *p = &posts[i];
		list[i] = (struct reach_post){.at = p->at + zone_civil(reader.zone, p->at).offset, .reach = (double)p->reach, .format = format_of(p->format),
					      .length = p->length < 0 || p->length > 500 ? 2 : p->length > 120, .has_link = p->has_link};
		if (i && list[i].at < list[i - 1].at) /* the hour that the clocks turn back */
			list[i].at = list[i - 1].at;
	}
	return list;
}

/* What a typical post reached: the geometric mean, which one that went viral does not carry away. */
static double typical(const struct post_reach *posts, size_t from, size_t until)
{
	double sum = 0;
	for (size_t i = from; i < until; i++)
		sum += log1p((double)posts[i].reach);
	return until > from ? expm1(sum / (double)(until - from)) : -1;
}

static json_t *points_hundredth(double share)
{
	return json_integer((json_int_t)round(share * 100));
}

/* "−36", "+2". */
static json_t *signed_text(struct cx *cx, double share)
{
	i64 percent = (i64)round(share * 100);
	return doc_text(arena_printf(cx->arena, "%s%lld", percent < 0 ? "−" : percent > 0 ? "+" : "", llabs((long long)percent)));
}

/* ---- the chart ---- */

struct points {
	i64 since, step;
	size_t count;
	double typical[POINTS_MAX];
	size_t posts[POINTS_MAX];
	double top;
};

static void points_of(const struct post_reach *posts, size_t count, struct points *p)
{
	i64 last = posts[count - 1].at;
	size_t at = 0;
	*p = (struct points){.since = posts[0].at, .step = WEEK};
	while ((last - p->since) / p->step + 1 > POINTS_MAX)
		p->step += WEEK;
	p->count = (size_t)((last - p->since) / p->step + 1);
	for (size_t i = 0; i < p->count; i++) {
		size_t from = at;
		while (at < count && posts[at].at < p->since + (i64)(i + 1) * p->step)
			at++;
		p->posts[i] = at - from;
		p->typical[i] = typical(posts, from, at);
		p->top = p->typical[i] > p->top ? p->typical[i] : p->top;
	}
	double step = pow(10, floor(log10(fmax(p->top, 1))));
	p->top = ceil(fmax(p->top, 1) / step) * step;
}

static double y_of(double value, const struct points *p)
{
	return CHART_BOTTOM - value / p->top * (CHART_BOTTOM - CHART_TOP);
}

static double x_of(i64 at, const struct points *p)
{
	double all = (double)p->step * (double)(p->count > 1 ? p->count - 1 : 1);
	return fmin(fmax((double)(at - p->since) / all * 100, 0), 100);
}

static json_t *curve(const struct points *p)
{
	CLEANUP(buf_free) struct buf b = {};
	bool drawing = false;
	for (size_t i = 0; i < p->count; i++) {
		if (p->posts[i])
			buf_addf(&b, "%c%.2f %.1f", drawing ? 'L' : 'M', x_of(p->since + (i64)i * p->step, p), y_of(p->typical[i], p));
		drawing = drawing || p->posts[i];
	}
	return doc_text(buf_str(&b));
}

static json_t *day_text(const struct cx *cx, i64 at)
{
	struct reader reader = reader_of(cx);
	CLEANUP(buf_free) struct buf b = {};
	buf_add_day(&b, &reader, at);
	return doc_text(buf_str(&b));
}

static json_t *chart_shape(struct cx *cx, const struct post_reach *posts, size_t count, const struct reach_finding *f, i64 break_at)
{
	struct points p;
	json_t *rows = json_array(), *grid = json_array();
	points_of(posts, count, &p);
	for (size_t i = p.count; i-- > 0;) {
		i64 since = p.since + (i64)i * p.step;
		json_t *reached = p.posts[i] ? doc_number(cx->lang, (i64)round(p.typical[i])) : json_null();
		json_array_append_new(rows, json_pack("{s:o, s:o, s:o, s:b}", "since", day_text(cx, since), "posts", doc_number(cx->lang, (i64)p.posts[i]), "typical",
						      reached, "is_after", f->is_found && since >= break_at));
	}
	for (int i = 1; i <= 2; i++) {
		double value = p.top * i / 2;
		CLEANUP(buf_free) struct buf b = {};
		buf_add_number(&b, cx->lang, (i64)value);
		json_array_append_new(grid, json_pack("{s:o, s:o, s:o}", "y", json_sprintf("%.1f", y_of(value, &p)), "text_y", json_sprintf("%.1f", y_of(value, &p) + 4), "text",
						      doc_text(buf_str(&b))));
	}
	json_t *x = f->is_found ? json_sprintf("%.2f", x_of(break_at, &p)) : json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:i}", "curve", curve(&p), "grid", grid, "rows", rows, "break_x", x, "break_text_end",
			 json_boolean(f->is_found && x_of(break_at, &p) > 60), "weeks", (int)(p.step / WEEK));
}

/* ---- the finding ---- */

static json_t *parts_shape(struct cx *cx, const struct reach_finding *f)
{
	static const char *const titles[REACH_PARTS] = {
		[REACH_MIX] = N_("Formats, lengths, links and hours of your posts"), [REACH_FREQUENCY] = N_("How often you post"), [REACH_SEASON] = N_("Weekdays and season"),
		[REACH_TREND] = N_("A slow trend"), [REACH_BREAK] = N_("The break: nothing of yours"),
	};
	json_t *list = json_array();
	for (int p = 0; p < REACH_PARTS; p++)
		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:b}", "title", _(titles[p]), "percent", points_hundredth(f->parts[p]), "text",
						      signed_text(cx, f->parts[p]), "is_break", p == REACH_BREAK));
	return list;
}

static struct str verdict(struct cx *cx, const struct reach_finding *f, size_t count)
{
	if (!f->is_enough)
		return arena_printf(cx->arena, _(N_("There is too little to tell: it takes %d posts over %d days, and there are %zu posts.")), REACH_POSTS_MIN, REACH_DAYS_MIN, count);
	if (!f->is_found)
		return arena_printf(cx->arena, _(N_("No break: what changes here is explained by your own posts, the season, a slow trend, or chance (evidence %.1f, where %.0f are needed).")),
				    f->strength, REACH_EVIDENCE);
	return arena_printf(cx->arena, f->size < 0 ? _(N_("Since then a post like another reaches %.0f %% less (19 times in 20: between %.0f and %.0f %% less), all else equal."))
						   : _(N_("Since then a post like another reaches %.0f %% more (19 times in 20: between %.0f and %.0f %% more), all else equal.")),
			    fabs(f->size) * 100, f->size < 0 ? -f->high * 100 : f->low * 100, f->size < 0 ? -f->low * 100 : f->high * 100);
}

static json_t *typical_shape(struct cx *cx, double value)
{
	return value >= 0 ? doc_number(cx->lang, (i64)round(value)) : json_null();
}

/* What is known of a break; null, all of it, where none was found. `off`: of the readers' hours from UTC. */
static void break_shape(struct cx *cx, const struct reach_finding *f, i64 off, json_t *shape)
{
	const struct {
		const char *name;
		double share;
	} shares[] = {{"size", f->size}, {"low", f->low}, {"high", f->high}, {"change", f->change}};
	for (size_t i = 0; i < COUNT(shares); i++)
		doc_set(shape, shares[i].name, f->is_found ? points_hundredth(shares[i].share) : json_null());
	doc_set(shape, "change_text", f->is_found ? signed_text(cx, f->change) : json_null());
	doc_set(shape, "from", f->is_found ? day_text(cx, f->from - off) : json_null());
	doc_set(shape, "to", f->is_found ? day_text(cx, f->to - off) : json_null());
	doc_set(shape, "parts", f->is_found ? parts_shape(cx, f) : json_array());
}

static enum err channel_reach(struct cx *cx, struct db *db, i64 channel, json_t **ret_reach)
{
	struct post_reach *posts;
	struct reach_finding f;
	struct reader reader = reader_of(cx);
	size_t count, place = 0;
	TRY(post_reach_list(cx, db, here(cx), channel, POSTS_LOOKED, &posts, &count));
	if (!count) {
		*ret_reach = json_null();
		return OK;
	}
	const struct reach_post *looked = as_looked_at(cx, posts, count);
	reach_look(cx->arena, looked, count, &f);
	while (f.is_found && place + 1 < count && looked[place].at < f.at)
		place++;
	i64 off = f.is_found ? looked[place].at - posts[place].at : 0, break_at = posts[place].at;
	json_t *shape = json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:o, s:o, s:o}", "posts", doc_number(cx->lang, (i64)count), "since",
				  doc_instant(&reader, posts[0].at), "until", doc_instant(&reader, posts[count - 1].at), "is_enough", f.is_enough, "is_found",
				  f.is_found, "is_less", f.is_found && f.size < 0, "is_wide", f.is_found && f.to - f.from >= DAY, "text",
				  doc_text(verdict(cx, &f, count)), "after", typical_shape(cx, typical(posts, f.is_found ? place : 0, count)), "chart",
				  chart_shape(cx, posts, count, &f, break_at));
	break_shape(cx, &f, off, shape);
	doc_set(shape, "at", f.is_found ? day_text(cx, break_at) : json_null());
	doc_set(shape, "before", f.is_found ? typical_shape(cx, typical(posts, 0, place)) : json_null());
	*ret_reach = shape;
	return OK;
}

enum err reach_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct db *db = request_db(request);
	struct channel *channels;
	size_t count;
	i64 chosen = param_id(request, "channel"), first = 0, first_posts = -1;
	json_t *document = json_object(), *list = json_array(), *reach;
	reply_json(reply, document);
	doc_set(document, "channels", list);
	TRY(channel_list(cx, db, here(cx), &channels, &count));
	bool found = false;
	for (size_t i = 0; i < count; i++) {
		i64 posts;
		TRY(post_reach_count(cx, db, here(cx), channels[i].id, &posts));
		found |= channels[i].id == chosen;
		if (posts > first_posts) {
			first = channels[i].id;
			first_posts = posts;
		}
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "id", doc_id(channels[i].id), "name", doc_text(channels[i].name), "network",
						      doc_network(cx->lang, channels[i].network), "url", doc_text(arena_printf(cx->arena, "/reach?channel=%lld", (long long)channels[i].id)), "posts",
						      doc_number(cx->lang, posts)));
	}
	if (chosen && !found)
		return fail(cx, ERR_MISSING, N_("This channel does not exist in this workspace."));
	chosen = chosen ? chosen : first;
	for (size_t i = 0; i < count; i++)
		doc_set(json_array_get(list, i), "is_current", json_boolean(channels[i].id == chosen));
	reach = json_null();
	if (chosen)
		TRY(channel_reach(cx, db, chosen, &reach));
	doc_set(document, "has_channels", json_boolean(count > 0));
	doc_set(document, "channel", doc_id(chosen));
	doc_set(document, "reach", reach);
	doc_set(document, "can_write", json_boolean(actor_may(cx->actor, MAY_IMPORT)));
	return OK;
}

enum err reach_write(struct cx *cx, struct request *request, struct reply *reply)
{
	i64 taken, channel = param_id(request, "channel");
	CLEANUP(buf_free) struct buf number = {}, text = {};
	TRY(reach_take(cx, request_db(request), here(cx), channel, param_text(request, "lines"), &taken));
	buf_add_number(&number, cx->lang, taken);
	buf_add_filled(&text, tr_n(cx->lang, "{n} post was taken in.", "{n} posts were taken in.", taken), buf_str(&number));
	reply_json(reply, json_pack("{s:o}", "id", doc_id(channel)));
	reply_flash(reply, buf_keep(&text, cx->arena), (struct str){});
	reply_redirect(reply, "/reach?channel=%lld", (long long)channel);
	return OK;
}
