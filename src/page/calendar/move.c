/* move: a post to another day or hour: by the form, by the keyboard or by hand, all by the one route; and back again. */
#include "base/lang.h"
#include "base/zone.h"
#include "flow/post.h"
#include "page/calendar/calendar.h"
#include "page/choices.h"

static void add_moment(struct cx *cx, struct buf *text, struct str zone, i64 instant)
{
	struct reader there = {cx->lang, zone, cx->now};
	buf_add_day_within(text, &there, instant);
	buf_adds(text, ", ");
	buf_add_time_of_day(text, &there, instant);
}

enum err calendar_move_show(struct cx *cx, struct request *request, struct reply *reply)
{
	struct post p;
	CLEANUP(buf_free) struct buf when = {};
	TRY(post_get(cx, request_db(request), here(cx), param_id(request, "id"), &p));
	struct reader reader = reader_of(cx);
	struct str zone = p.zone.len ? p.zone : reader.zone;
	if (p.planned_at)
		add_moment(cx, &when, zone, p.planned_at);
	json_t *document = json_object();
	reply_json(reply, document);
	doc_set(document, "id", doc_id(p.id));
	doc_set(document, "url", doc_text(arena_printf(cx->arena, "/posts/%lld", (long long)p.id)));
	doc_set(document, "title", p.title.len || p.body.len ? doc_excerpt(p.title.len ? p.title : p.body, CALENDAR_EXCERPT) : json_string(_(N_("Without words yet"))));
	doc_set(document, "state", doc_word(cx->lang, post_state_word(p.state), post_state_title(p.state)));
	doc_set(document, "revision", json_integer(p.revision));
	doc_set(document, "wall_time", doc_text(p.wall_time));
	doc_set(document, "zone", doc_text(zone));
	doc_set(document, "zones", choices_of_zones(cx, request_typed(request, "zone").len ? request_typed(request, "zone") : zone));
	doc_set(document, "when", doc_text_or_null(buf_str(&when)));
	doc_set(document, "back_url", p.planned_at ? doc_text(arena_printf(cx->arena, "/calendar?day=%.*s", STR_ARG(day_text(cx, reader_day(&reader, p.planned_at)))))
						  : json_string("/calendar"));
	return OK;
}

/* Is the hour shown by the clock there, or did the night skip it? */
static bool is_skipped(const struct post *p)
{
	struct civil c = zone_civil(p->zone, p->planned_at);
	char shown[32];
	snprintf(shown, sizeof shown, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
	return p->planned_at && !str_eq(str_head(p->wall_time, 16), str_of(shown));
}

static struct str told(struct cx *cx, const struct post *p)
{
	CLEANUP(buf_free) struct buf when = {};
	if (!p->planned_at)
		return str_of(_(N_("It has no hour any more.")));
	add_moment(cx, &when, p->zone, p->planned_at);
	if (!is_skipped(p))
		return arena_printf(cx->arena, _(N_("Moved to %s.")), buf_cstr(&when));
	struct str hour = p->wall_time;
	str_cut(&hour, 'T');
	return arena_printf(cx->arena, _(N_("Moved to %s: the clock there skips %.*s that night.")), buf_cstr(&when), STR_ARG(hour));
}

/* Where the form that takes it back goes. */
static struct str back_again(struct cx *cx, const struct post *before, const struct post *after)
{
	CLEANUP(buf_free) struct buf url = {};
	buf_addf(&url, "/calendar/posts/%lld/back?revision=%lld&wall_time=", (long long)after->id, (long long)after->revision);
	buf_add_url(&url, before->wall_time);
	buf_adds(&url, "&zone=");
	buf_add_url(&url, before->zone);
	return buf_keep(&url, cx->arena);
}

static enum err move(struct cx *cx, struct request *request, struct reply *reply, bool back)
{
	struct post before, after;
	struct db *db = request_db(request);
	i64 id = param_id(request, "id");
	TRY(post_get(cx, db, here(cx), id, &before));
	struct str zone = param_text(request, "zone");
	if (!zone.len)
		zone = before.zone.len ? before.zone : reader_of(cx).zone;
	TRY(post_plan(cx, db, here(cx), id, param_int(request, "revision"), param_text(request, "wall_time"), zone, &after));
	struct reader reader = reader_of(cx);
	reply_json(reply, json_pack("{s:o, s:I, s:o, s:o, s:o, s:b}", "id", doc_id(id), "revision", (json_int_t)after.revision, "wall_time", doc_text(after.wall_time), "zone",
				    doc_text(after.zone), "planned_at", doc_instant(&reader, after.planned_at), "is_skipped", is_skipped(&after)));
	reply_flash(reply, back ? str_of(_(N_("Moved back."))) : told(cx, &after), back ? (struct str){} : back_again(cx, &before, &after));
	if (after.planned_at)
		reply_redirect(reply, "/calendar?day=%.*s", STR_ARG(day_text(cx, reader_day(&reader, after.planned_at))));
	else
		reply_redirect(reply, "/calendar");
	return OK;
}

enum err calendar_move(struct cx *cx, struct request *request, struct reply *reply)
{
	return move(cx, request, reply, false);
}

enum err calendar_move_back(struct cx *cx, struct request *request, struct reply *reply)
{
	return move(cx, request, reply, true);
}
