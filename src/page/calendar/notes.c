/* notes: what the house writes into its calendar itself: the form, and what becomes of it. */
#include "base/lang.h"
#include "flow/calendar.h"
#include "page/calendar/calendar.h"
#include "page/choices.h"
#include "page/seen.h"

/* The form: of a new one on the day looked at, or of the one that is to be changed. */
enum err calendar_note_put(struct cx *cx, struct request *request, const struct look *look, json_t *document)
{
	struct calendar_note n = {.day = day_text(cx, look->day), .kind = S("note")};
	i64 id = param_id(request, "note");
	struct seen seen;
	if (!id && request_typed(request, "note").len) /* one that was to be changed, shown again */
		str_to_i64(request_typed(request, "note"), &id);
	n.until_day = n.day;
	if (id && look->can_write)
		TRY(calendar_note_get(cx, request_db(request), here(cx), id, &n));
	struct str kind = typed_or(request, "kind", n.kind);
	doc_set(document, "note", look->can_write ? json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "id", doc_id(n.id), "title", doc_text(n.title), "body", doc_text(n.body), "day",
							      doc_text(n.day), "until_day", doc_text(n.until_day), "is_event", str_eq(kind, S("event")), "is_quiet", str_eq(kind, S("quiet")))
						  : json_null());
	if (look->can_write && n.id) {
		calendar_note_seen(&n, &seen);
		seen_field(&seen, "kind")->shown = str_of(str_eq(n.kind, S("event")) ? _(N_("Event of the house")) : str_eq(n.kind, S("quiet")) ? _(N_("Nothing goes out on that day"))
																		 : _(N_("Note for the team")));
		TRY(seen_put(cx, request, arena_printf(cx->arena, "calendar_note:%lld", (long long)n.id), &seen, json_object_get(document, "note")));
	} else if (look->can_write)
		TRY(seen_put(cx, request, (struct str){}, NULL, json_object_get(document, "note")));
	doc_set(document, "is_note_open", json_boolean(n.id || request_typed(request, "title").at));
	return OK;
}

static void done(struct cx *cx, struct reply *reply, const struct calendar_note *n, const char *text, struct str undo)
{
	reply_json(reply, json_pack("{s:o}", "id", doc_id(n->id)));
	reply_flash(reply, str_of(text), undo);
	reply_redirect(reply, "/calendar?day=%.*s", STR_ARG(n->day));
}

static enum err keep(struct cx *cx, struct request *request, struct reply *reply, i64 id)
{
	struct calendar_note n = {.workspace = here(cx), .kind = S("note")};
	if (id)
		TRY(calendar_note_get(cx, request_db(request), here(cx), id, &n));
	n.seen = seen_said(cx, request);
	n.title = param_text(request, "title");
	n.day = param_text(request, "day");
	n.until_day = page_says(request, "until_day") ? param_text(request, "until_day") : n.until_day;
	n.body = page_says(request, "body") ? param_text(request, "body") : n.body;
	if (param_text(request, "kind").len)
		n.kind = param_text(request, "kind");
	TRY(calendar_note_keep(cx, request_db(request), &n));
	done(cx, reply, &n, _(N_("It stands in the calendar.")), (struct str){});
	return OK;
}

enum err calendar_note_make(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, 0);
}

enum err calendar_note_change(struct cx *cx, struct request *request, struct reply *reply)
{
	return keep(cx, request, reply, param_id(request, "id"));
}

static enum err set_away(struct cx *cx, struct request *request, struct reply *reply, bool away)
{
	struct calendar_note n;
	i64 id = param_id(request, "id");
	TRY(calendar_note_put_away(cx, request_db(request), here(cx), id, away));
	TRY(calendar_note_get(cx, request_db(request), here(cx), id, &n));
	done(cx, reply, &n, away ? _(N_("Put away.")) : _(N_("It is back in the calendar.")),
	     away ? arena_printf(cx->arena, "/calendar/notes/%lld/restore", (long long)id) : (struct str){});
	return OK;
}

enum err calendar_note_away(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, true);
}

enum err calendar_note_back(struct cx *cx, struct request *request, struct reply *reply)
{
	return set_away(cx, request, reply, false);
}
